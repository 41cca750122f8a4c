package source

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"wangge/layers"
)

// columnValue turns a field value into what layers.SetValues takes for the column: string, int64, float64, bool, or nil for
// nothing. A column of JSON gives json.RawMessage.
func columnValue(c layers.Column, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	s, isText := v.(string)
	if isText && strings.TrimSpace(s) == "" {
		return nil, nil
	}
	switch c.Kind {
	case layers.KindText:
		if s, ok := textOf(v); ok {
			return s, nil
		}
	case layers.KindInteger:
		if f, _, ok := number(v); ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return int64(f), nil
		}
	case layers.KindReal:
		if f, _, ok := number(v); ok {
			return f, nil
		}
	case layers.KindBoolean:
		if b, ok := truth(v); ok {
			return b, nil
		}
	case layers.KindJSON:
		return jsonValue(c.Name, v)
	}
	return nil, fmt.Errorf("%.60s does not fit the column, which holds %s", shown(v), kindName(c.Kind))
}

func kindName(k layers.Kind) string {
	return map[layers.Kind]string{layers.KindText: "text", layers.KindInteger: "a whole number", layers.KindReal: "a number",
		layers.KindBoolean: "true or false", layers.KindJSON: "JSON"}[k]
}

func shown(v any) string {
	switch n := v.(type) {
	case string:
		return strconv.Quote(n)
	case json.RawMessage:
		return string(n)
	}
	return fmt.Sprint(v)
}

// truth reads a boolean as files write it.
func truth(v any) (value, ok bool) {
	if b, is := v.(bool); is {
		return b, true
	}
	s, _ := textOf(v)
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "t", "yes", "y", "1", "是":
		return true, true
	case "false", "f", "no", "n", "0", "否":
		return false, true
	}
	return false, false
}

// jsonValue takes JSON, or the text of it. In a column of aliases another text is a list divided by semicolons, and as the
// ownership of a pole it is the one owner's id.
func jsonValue(column string, v any) (any, error) {
	raw, ok := v.(json.RawMessage)
	if ok {
		return raw, nil
	}
	s, ok := textOf(v)
	s = strings.TrimSpace(s)
	if ok && (strings.HasPrefix(s, "[") || strings.HasPrefix(s, "{")) {
		if !json.Valid([]byte(s)) {
			return nil, fmt.Errorf("%.60q is not valid JSON", s)
		}
		return json.RawMessage(s), nil
	}
	switch column {
	case "aliases":
		list := []string{}
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '；' || r == '、' }) {
			list = append(list, strings.TrimSpace(part))
		}
		return marshalled(list)
	case "ownership":
		return marshalled([]layers.Ownership{{Unit: s, Share: 1, Basis: "record"}})
	}
	return nil, fmt.Errorf("%.60s is not JSON", shown(v))
}

func marshalled(v any) (any, error) {
	b, err := json.Marshal(v)
	return json.RawMessage(b), err
}

// timeValue reads an instant: RFC 3339, or a date, which means the start of that day in Shanghai.
func timeValue(v any) (layers.Instant, error) {
	s, ok := textOf(v)
	if !ok {
		return 0, fmt.Errorf("%.60s is no time", shown(v))
	}
	if s = strings.TrimSpace(s); len(s) == len("2025-05-01") {
		return layers.ParseDay(s)
	}
	return layers.ParseInstant(s)
}

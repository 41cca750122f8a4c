package source

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// The functions here walk over JSON that encoding/json has found to be valid, without building anything.

func skipSpace(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// cutValue returns the first value of b and what follows it.
func cutValue(b []byte) (value, rest []byte) {
	b = skipSpace(b)
	end := 0
	switch {
	case len(b) == 0:
		return nil, nil
	case b[0] == '"':
		end = stringEnd(b)
	case b[0] == '{' || b[0] == '[':
		depth := 0
		for end < len(b) {
			switch b[end] {
			case '"':
				end += stringEnd(b[end:])
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			end++
			if depth == 0 {
				break
			}
		}
	default:
		if end = bytes.IndexAny(b, ",]} \t\r\n"); end < 0 {
			end = len(b)
		}
	}
	return b[:end], b[end:]
}

// stringEnd returns the length of the JSON string at the start of b, quotes included.
func stringEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// depthOf returns how deep objects and arrays nest in b.
func depthOf(b []byte) int {
	depth, deepest := 0, 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += stringEnd(b[i:]) - 1
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}

// members calls each for the members of the object b in order, until each returns false. It does nothing for another value.
func members(b []byte, each func(name string, value []byte) bool) {
	b = skipSpace(b)
	if len(b) == 0 || b[0] != '{' {
		return
	}
	b = b[1:]
	for {
		var key, value []byte
		b = bytes.TrimLeft(b, " \t\r\n,")
		if len(b) == 0 || b[0] != '"' {
			return
		}
		key, b = cutValue(b)
		b = bytes.TrimLeft(b, " \t\r\n:")
		value, b = cutValue(b)
		if !each(unquote(key), value) {
			return
		}
	}
}

// unquote returns the text of a JSON string.
func unquote(b []byte) string {
	if len(b) >= 2 && bytes.IndexByte(b, '\\') < 0 {
		return string(b[1 : len(b)-1])
	}
	var s string
	if json.Unmarshal(b, &s) != nil {
		return ""
	}
	return s
}

// fieldValue returns a JSON value as Record.Fields holds it.
func fieldValue(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	switch b[0] {
	case 'n':
		return nil
	case 't':
		return true
	case 'f':
		return false
	case '"':
		return unquote(b)
	case '{', '[':
		return json.RawMessage(b)
	}
	return json.Number(b)
}

// parseFloat reads a decimal number: digits, one point, an exponent. Unlike strconv it takes no hexadecimal, no underscore, no
// "inf" and no "nan".
func parseFloat(s string) (float64, bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+', c == 'e', c == 'E':
		default:
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

package geopackage

import (
	"encoding/json"
	"fmt"
)

// cell is one value of a row as SQLite has it; of its members one is set, or none for NULL.
type cell struct {
	Text    []byte   `json:"text,omitempty"` // bytes, because a text need not be UTF-8
	Blob    []byte   `json:"blob,omitempty"`
	Integer *int64   `json:"integer,omitempty"`
	Real    *float64 `json:"real,omitempty"`
	Empty   string   `json:"empty,omitempty"` // "text" or "blob" for one without bytes
}

// packRow writes the values of a row that cannot be decoded, so that a restored store has them as they were.
func packRow(values []any) ([]byte, error) {
	cells := make([]cell, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
		case string:
			cells[i].Text = []byte(v)
			if v == "" {
				cells[i].Empty = "text"
			}
		case []byte:
			cells[i].Blob = v
			if len(v) == 0 {
				cells[i].Empty = "blob"
			}
		case int64:
			cells[i].Integer = &v
		case bool:
			n := int64(0)
			if v {
				n = 1
			}
			cells[i].Integer = &n
		case float64: // SQLite has no NaN; an infinity is written as the largest number
			v = min(max(v, -1.7976931348623157e308), 1.7976931348623157e308)
			cells[i].Real = &v
		default:
			return nil, fmt.Errorf("a value of type %T", v)
		}
	}
	return json.Marshal(cells)
}

// unpackRow reads what packRow wrote.
func unpackRow(b []byte) ([]any, error) {
	var cells []cell
	if err := json.Unmarshal(b, &cells); err != nil {
		return nil, err
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		switch {
		case c.Integer != nil:
			values[i] = *c.Integer
		case c.Real != nil:
			values[i] = *c.Real
		case c.Text != nil || c.Empty == "text":
			values[i] = string(c.Text)
		case c.Blob != nil:
			values[i] = c.Blob
		case c.Empty == "blob":
			values[i] = []byte{}
		}
	}
	return values, nil
}

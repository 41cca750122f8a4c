package layers

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// Kind is the type of a column.
type Kind uint8

// The kinds of columns. A value in a store is text (string), integer (int64), real (float64), boolean (bool) or JSON text.
const (
	KindText Kind = iota
	KindInteger
	KindReal
	KindBoolean
	KindJSON
)

// Column is one field of a feature beside Meta and geometry. Its name is the same in Go's JSON form, SQL and the API.
type Column struct {
	Name  string
	Kind  Kind
	index int
	// own says that two rows rarely have the same text, so that keeping one copy of it for all would cost more than it saves.
	own bool
}

var columnCache sync.Map // Layer -> []Column; filled on first use, the same for ever

// Columns returns the columns of a layer in the order of its type's fields, without those of Meta and without geometry. The
// slice is shared and read-only; it is nil for an unknown layer.
func Columns(l Layer) []Column {
	if v, ok := columnCache.Load(l); ok {
		return v.([]Column)
	}
	info, ok := l.Info()
	if !ok {
		return nil
	}
	t := reflect.TypeOf(info.New()).Elem()
	var cols []Column
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "geometry" {
			continue
		}
		own := name == "code" || l == Poles && (name == "name" || name == "plate" || name == "part16")
		cols = append(cols, Column{Name: name, Kind: kindOf(f.Type), index: i, own: own})
	}
	v, _ := columnCache.LoadOrStore(l, cols)
	return v.([]Column)
}

func kindOf(t reflect.Type) Kind {
	switch t.Kind() {
	case reflect.String:
		return KindText
	case reflect.Int, reflect.Int64:
		return KindInteger
	case reflect.Float64:
		return KindReal
	case reflect.Bool:
		return KindBoolean
	}
	return KindJSON
}

// Values returns the fields of f as a store has them, in the order of Columns: string, int64, float64, bool, or for KindJSON the JSON
// text, which is nil (SQL NULL) for an empty list or a nil pointer.
func Values(f Feature) ([]any, error) {
	v := reflect.ValueOf(f).Elem()
	cols := Columns(f.Layer())
	out := make([]any, len(cols))
	for i, c := range cols {
		fv := v.Field(c.index)
		switch c.Kind {
		case KindText:
			out[i] = fv.String()
		case KindInteger:
			out[i] = fv.Int()
		case KindReal:
			out[i] = fv.Float()
		case KindBoolean:
			out[i] = fv.Bool()
		case KindJSON:
			if isNothing(fv) {
				continue
			}
			b, err := json.Marshal(fv.Interface())
			if err != nil {
				return nil, fmt.Errorf("%s %s: column %s: %w", f.Layer(), f.Head().ID, c.Name, err)
			}
			out[i] = string(b)
		}
	}
	return out, nil
}

// StoredValues returns what a store writes for f: Values, with nil (SQL NULL) for an empty text.
func StoredValues(f Feature) ([]any, error) {
	values, err := Values(f)
	for i, v := range values {
		if v == "" {
			values[i] = nil
		}
	}
	return values, err
}

func isNothing(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil()
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return false
}

// SetValues fills f from what a store holds, in the order of Columns. nil stands for the zero value; an integer is taken for
// a real or a boolean (SQLite keeps both so). A value of another type is an error of kind ErrInvalid that names the column.
func SetValues(f Feature, values []any) error {
	cols := Columns(f.Layer())
	if len(values) != len(cols) {
		return fmt.Errorf("%s: %w: %d values for %d columns", f.Layer(), ErrInvalid, len(values), len(cols))
	}
	v := reflect.ValueOf(f).Elem()
	for i, c := range cols {
		if err := setValue(v.Field(c.index), c, values[i]); err != nil {
			return &Invalid{Layer: f.Layer(), ID: f.Head().ID, Issues: []Issue{{Pointer: "/" + c.Name, Code: "type", Detail: err.Error()}}}
		}
	}
	return nil
}

func setValue(dst reflect.Value, c Column, value any) error {
	if value == nil {
		dst.SetZero()
		return nil
	}
	switch c.Kind {
	case KindText:
		if s, ok := value.(string); ok {
			if !c.own {
				s = intern(s)
			}
			dst.SetString(s)
			return nil
		}
	case KindInteger:
		if n, ok := value.(int64); ok {
			dst.SetInt(n)
			return nil
		}
	case KindReal:
		switch n := value.(type) {
		case float64:
			dst.SetFloat(n)
			return nil
		case int64:
			dst.SetFloat(float64(n))
			return nil
		}
	case KindBoolean:
		switch n := value.(type) {
		case bool:
			dst.SetBool(n)
			return nil
		case int64:
			dst.SetBool(n != 0)
			return nil
		}
	case KindJSON:
		if s, ok := value.(string); ok {
			if s == "" {
				dst.SetZero()
				return nil
			}
			return json.Unmarshal([]byte(s), dst.Addr().Interface())
		}
	}
	return fmt.Errorf("column %s cannot hold %T", c.Name, value)
}

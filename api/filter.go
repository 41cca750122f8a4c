package api

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/cql2"
)

// longestSearch bounds q and the values of filters, in bytes.
const longestSearch = 200

// field is a column that a list can be filtered by: a text, a whole number, or yes and no.
type field struct {
	name  string
	kind  layers.Kind
	index []int // where it is in the layer's Go type
}

// fieldsOf returns the columns of a layer that can be filtered by.
func fieldsOf(l layers.Layer) []field {
	info, ok := l.Info()
	if !ok {
		return nil
	}
	places := jsonFields(reflect.TypeOf(info.New()).Elem())
	var out []field
	for _, c := range layers.Columns(l) {
		if c.Kind == layers.KindText || c.Kind == layers.KindInteger || c.Kind == layers.KindBoolean {
			out = append(out, field{c.Name, c.Kind, places[c.Name].Index})
		}
	}
	return out
}

// jsonFields returns the fields of a struct by their names in JSON, those of structs that are embedded in it without a name among them.
func jsonFields(t reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out[name] = f
		}
	}
	return out
}

func (f field) schema() *huma.Schema {
	switch f.kind {
	case layers.KindInteger:
		return &huma.Schema{Type: "integer"}
	case layers.KindBoolean:
		return &huma.Schema{Type: "boolean"}
	}
	return &huma.Schema{Type: "string"}
}

// parse returns a test for the field being equal to s.
func (f field) parse(s string) (func(reflect.Value) bool, error) {
	switch f.kind {
	case layers.KindInteger:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != s {
			return nil, fmt.Errorf("%.40q is not a whole number", s)
		}
		return func(v reflect.Value) bool { return v.Int() == n }, nil
	case layers.KindBoolean:
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%.40q is neither true nor false", s)
		}
		return func(v reflect.Value) bool { return v.Bool() == (s == "true") }, nil
	}
	if err := checkSearch(s); err != nil {
		return nil, err
	}
	return func(v reflect.Value) bool { return v.String() == s }, nil
}

func checkSearch(s string) error {
	if len(s) > longestSearch {
		return fmt.Errorf("has more than %d bytes", longestSearch)
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return fmt.Errorf("is not valid text in UTF-8")
	}
	return nil
}

// filter says which features of a layer are wanted.
type filter struct {
	text string // lower case; "" for any
	// box is met by the box of every wanted feature: what the index is asked for. nil is the whole Earth.
	box *orb.Bound
	// region is met by the shape of every wanted feature; nil asks nothing.
	region *cql2.Region
	equal  []condition
	// also is a condition of its own; nil asks nothing.
	also func(layers.Feature) bool
}

type condition struct {
	index []int
	holds func(reflect.Value) bool
}

// filter reads the filters of a list.
func (c *call) filter(info layers.Info) (filter, error) {
	var f filter
	var err error
	if f.text, err = c.searchedText(); err != nil {
		return f, err
	}
	if c.query.Has("bbox") {
		box, err := parseBox(c.query.Get("bbox"))
		if err == nil {
			f.region, err = cql2.NewBoxRegion(box)
		}
		if err != nil {
			return f, badParameter("bbox", err.Error())
		}
		bound := f.region.Bound()
		f.box = &bound
	}
	for _, field := range fieldsOf(info.Layer) {
		if !c.query.Has(field.name) {
			continue
		}
		holds, err := field.parse(c.query.Get(field.name))
		if err != nil {
			return f, badParameter(field.name, field.name+" "+err.Error())
		}
		f.equal = append(f.equal, condition{field.index, holds})
	}
	return f, nil
}

// searchedText reads q of a list, "" if it is not given.
func (c *call) searchedText() (string, error) {
	q := strings.TrimSpace(c.query.Get("q"))
	if err := checkSearch(q); err != nil {
		return "", badParameter("q", "q "+err.Error())
	}
	return strings.ToLower(q), nil
}

// keeps reports whether a feature, which the index has found if there is a box, is wanted.
func (f *filter) keeps(one layers.Feature) bool {
	if f.text != "" && !f.named(one) {
		return false
	}
	if len(f.equal) > 0 {
		v := reflect.ValueOf(one).Elem()
		for _, c := range f.equal {
			if !c.holds(v.FieldByIndex(c.index)) {
				return false
			}
		}
	}
	return (f.region == nil || f.region.Meets(one.Shape())) && (f.also == nil || f.also(one))
}

func (f *filter) named(one layers.Feature) bool {
	code, name := one.Label()
	return strings.Contains(strings.ToLower(code), f.text) || strings.Contains(strings.ToLower(name), f.text) ||
		strings.Contains(strings.ToLower(englishName(one)), f.text)
}

// englishName returns the name in English, "" if the layer has none.
func englishName(f layers.Feature) string {
	v := reflect.ValueOf(f).Elem().FieldByName("NameEn")
	if !v.IsValid() {
		return ""
	}
	return v.String()
}

// parseBox reads west,south,east,north in degrees.
func parseBox(s string) (orb.Bound, error) {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return orb.Bound{}, fmt.Errorf("bbox has four numbers, west,south,east,north; this one has %d parts", len(parts))
	}
	var n [4]float64
	for i, part := range parts {
		v, err := parseDecimal(part)
		if err != nil {
			return orb.Bound{}, fmt.Errorf("bbox: part %d %w", i+1, err)
		}
		n[i] = v
	}
	b := orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}
	switch {
	case math.Abs(n[0]) > 180 || math.Abs(n[2]) > 180 || math.Abs(n[1]) > 90 || math.Abs(n[3]) > 90:
		return b, fmt.Errorf("bbox %.100q is not on the globe; the order is west,south,east,north", s)
	case n[0] > n[2] || n[1] > n[3]:
		return b, fmt.Errorf("bbox %.100q: west is not greater than east, nor south than north", s)
	}
	return b, nil
}

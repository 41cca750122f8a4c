package cql2

import (
	"reflect"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// Type is the type of a property.
type Type uint8

// The types of properties, in the words of the standard.
const (
	TypeText Type = iota + 1
	TypeInteger
	TypeNumber
	TypeBoolean
	TypeDate
	TypeTimestamp
	TypeGeometry
)

// Queryable is a property that filters may name.
type Queryable struct {
	Name string
	Type Type
	// read returns the value for a feature, and false if it has none: a string for a text, float64, bool, or layers.Instant.
	text    func(*row) (string, bool)
	number  func(*row) (float64, bool)
	truth   func(*row) truth
	instant func(*row) (layers.Instant, bool)
}

// row is a feature that is being tested.
type row struct {
	feature layers.Feature
	value   reflect.Value // the struct of the feature
	// region is the feature's shape, made once when the first comparison needs it; nil for one that meets nothing.
	region *Region
	made   bool
}

// meets reports whether the feature's shape, which it has, and a region have a point in common.
func (r *row) meets(o *Region) bool {
	g := r.feature.Shape()
	if q, ok := g.(orb.Point); ok {
		return o.Meets(q)
	}
	if !r.made {
		r.made = true
		r.region, _ = NewRegion(g) // a shape that has no form meets nothing
	}
	return r.region != nil && o.MeetsRegion(r.region)
}

// Queryables returns what filters of a layer may name: what every feature carries, the columns that are texts, numbers or yes and
// no, and the geometry if the layer has one. Columns that hold lists are not among them. The slice is the caller's.
func Queryables(l layers.Layer) []Queryable {
	info, ok := l.Info()
	if !ok {
		return nil
	}
	out := []Queryable{{Name: "id", Type: TypeText, text: func(r *row) (string, bool) { return r.feature.Head().ID, true }}}
	for _, c := range layers.Columns(l) {
		if q, ok := columnOf(info, c); ok {
			out = append(out, q)
		}
	}
	out = append(out,
		counter("version", func(m *layers.Meta) int64 { return m.Version }), counter("revision", func(m *layers.Meta) int64 { return m.Revision }),
		moment("valid_from", func(m *layers.Meta) layers.Instant { return m.ValidFrom }), moment("valid_to", func(m *layers.Meta) layers.Instant { return m.ValidTo }),
		Queryable{Name: "demo", Type: TypeBoolean, truth: func(r *row) truth { return truthOf(r.feature.Head().Demo) }})
	if info.Geometry != "" {
		out = append(out, Queryable{Name: "geometry", Type: TypeGeometry})
	}
	return out
}

func counter(name string, of func(*layers.Meta) int64) Queryable {
	return Queryable{Name: name, Type: TypeInteger, number: func(r *row) (float64, bool) { return float64(of(r.feature.Head())), true }}
}

func moment(name string, of func(*layers.Meta) layers.Instant) Queryable {
	return Queryable{Name: name, Type: TypeTimestamp, instant: func(r *row) (layers.Instant, bool) {
		at := of(r.feature.Head())
		return at, at != 0
	}}
}

// columnOf makes a column a queryable, if it is a scalar.
func columnOf(info layers.Info, c layers.Column) (Queryable, bool) {
	t := reflect.TypeOf(info.New()).Elem()
	field, ok := fieldOf(t, c.Name)
	if !ok {
		return Queryable{}, false
	}
	i := field.Index[0]
	q := Queryable{Name: c.Name}
	switch {
	case c.Kind == layers.KindText && strings.HasSuffix(c.Name, "_date"):
		q.Type = TypeDate
		q.instant = func(r *row) (layers.Instant, bool) {
			at, err := layers.ParseDay(r.value.Field(i).String())
			return at, err == nil
		}
	case c.Kind == layers.KindText:
		q.Type = TypeText
		always := c.Name == "code" || c.Name == "name" // shown even when empty
		q.text = func(r *row) (string, bool) {
			s := r.value.Field(i).String()
			return s, always || s != ""
		}
	case c.Kind == layers.KindInteger:
		q.Type = TypeInteger
		q.number = func(r *row) (float64, bool) { return float64(r.value.Field(i).Int()), true }
	case c.Kind == layers.KindReal:
		q.Type = TypeNumber
		q.number = func(r *row) (float64, bool) { return r.value.Field(i).Float(), true }
	case c.Kind == layers.KindBoolean:
		q.Type = TypeBoolean
		q.truth = func(r *row) truth { return truthOf(r.value.Field(i).Bool()) }
	default:
		return Queryable{}, false
	}
	return q, true
}

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return t.Field(i), true
		}
	}
	return reflect.StructField{}, false
}

// find returns the queryable of that name.
func find(list []Queryable, p *Property) (Queryable, *Error) {
	i := slices.IndexFunc(list, func(q Queryable) bool { return q.Name == p.Name })
	if i >= 0 {
		return list[i], nil
	}
	names := make([]string, len(list))
	for i, q := range list {
		names[i] = q.Name
	}
	return Queryable{}, p.errorf("there is no property %q to filter by; there are: %s", clip(p.Name), strings.Join(names, ", "))
}

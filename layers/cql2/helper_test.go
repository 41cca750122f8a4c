package cql2_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/cql2"
)

// jsonOf writes an expression in the JSON form.
func jsonOf(e cql2.Expr) any {
	op := func(name string, args ...cql2.Expr) any {
		list := make([]any, len(args))
		for i, a := range args {
			list[i] = jsonOf(a)
		}
		return map[string]any{"op": name, "args": list}
	}
	switch e := e.(type) {
	case *cql2.And:
		return op("and", e.Args...)
	case *cql2.Or:
		return op("or", e.Args...)
	case *cql2.Not:
		return op("not", e.Arg)
	case *cql2.Comparison:
		return op(e.Op, e.Left, e.Right)
	case *cql2.Like:
		return op("like", e.Value, e.Pattern)
	case *cql2.Between:
		return op("between", e.Value, e.Low, e.High)
	case *cql2.In:
		list := op("in", e.List...).(map[string]any)
		return map[string]any{"op": "in", "args": []any{jsonOf(e.Value), list["args"]}}
	case *cql2.IsNull:
		return op("isNull", e.Arg)
	case *cql2.Intersects:
		return op("s_intersects", e.Left, e.Right)
	case *cql2.CaseI:
		return op("casei", e.Arg)
	case *cql2.Property:
		return map[string]any{"property": e.Name}
	case *cql2.Text:
		return e.Value
	case *cql2.Number:
		return e.Value
	case *cql2.Boolean:
		return e.Value
	case *cql2.Instant:
		if e.Date {
			return map[string]any{"date": e.Value.Time().In(layers.Shanghai()).Format("2006-01-02")}
		}
		return map[string]any{"timestamp": e.Value.String()}
	case *cql2.Geometry:
		return geometryJSON(e.Value)
	case *cql2.BBox:
		return map[string]any{"bbox": []any{e.Min[0], e.Min[1], e.Max[0], e.Max[1]}}
	}
	panic(fmt.Sprintf("%T", e))
}

func geometryJSON(g orb.Geometry) any {
	if c, ok := g.(orb.Collection); ok {
		list := []any{}
		for _, one := range c {
			list = append(list, geometryJSON(one))
		}
		return map[string]any{"type": "GeometryCollection", "geometries": list}
	}
	return map[string]any{"type": g.GeoJSONType(), "coordinates": g}
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// textOf writes an expression in the text form, with every part in parentheses that may have them.
func textOf(e cql2.Expr) string {
	join := func(word string, args []cql2.Expr) string {
		list := make([]string, len(args))
		for i, a := range args {
			list[i] = "(" + textOf(a) + ")"
		}
		return strings.Join(list, " "+word+" ")
	}
	switch e := e.(type) {
	case *cql2.And:
		return join("AND", e.Args)
	case *cql2.Or:
		return join("or", e.Args)
	case *cql2.Not:
		return "NOT (" + textOf(e.Arg) + ")"
	case *cql2.Comparison:
		return textOf(e.Left) + e.Op + textOf(e.Right)
	case *cql2.Like:
		return textOf(e.Value) + " LIKE " + textOf(e.Pattern)
	case *cql2.Between:
		return textOf(e.Value) + " BETWEEN " + textOf(e.Low) + " AND " + textOf(e.High)
	case *cql2.In:
		list := make([]string, len(e.List))
		for i, a := range e.List {
			list[i] = textOf(a)
		}
		return textOf(e.Value) + " IN (" + strings.Join(list, ",") + ")"
	case *cql2.IsNull:
		switch e.Arg.(type) {
		case *cql2.And, *cql2.Or, *cql2.Not, *cql2.Comparison, *cql2.Like, *cql2.Between, *cql2.In, *cql2.IsNull:
			return "(" + textOf(e.Arg) + ") IS NULL"
		}
		return textOf(e.Arg) + " IS NULL"
	case *cql2.Intersects:
		return "S_INTERSECTS(" + textOf(e.Left) + "," + textOf(e.Right) + ")"
	case *cql2.CaseI:
		return "CASEI(" + textOf(e.Arg) + ")"
	case *cql2.Property:
		return `"` + e.Name + `"`
	case *cql2.Text:
		return "'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(e.Value) + "'"
	case *cql2.Number:
		return marshalNumber(e.Value)
	case *cql2.Boolean:
		return fmt.Sprint(e.Value)
	case *cql2.Instant:
		if e.Date {
			return "DATE('" + e.Value.Time().In(layers.Shanghai()).Format("2006-01-02") + "')"
		}
		return "TIMESTAMP('" + e.Value.String() + "')"
	case *cql2.Geometry:
		return wktOf(e.Value)
	case *cql2.BBox:
		return fmt.Sprintf("BBOX(%s,%s,%s,%s)", marshalNumber(e.Min[0]), marshalNumber(e.Min[1]), marshalNumber(e.Max[0]), marshalNumber(e.Max[1]))
	}
	panic(fmt.Sprintf("%T", e))
}

func marshalNumber(v float64) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func wktOf(g orb.Geometry) string {
	path := func(line []orb.Point) string {
		list := make([]string, len(line))
		for i, p := range line {
			list[i] = marshalNumber(p[0]) + " " + marshalNumber(p[1])
		}
		return "(" + strings.Join(list, ",") + ")"
	}
	polygon := func(pg orb.Polygon) string {
		list := make([]string, len(pg))
		for i, r := range pg {
			list[i] = path(r)
		}
		return "(" + strings.Join(list, ",") + ")"
	}
	var list []string
	switch g := g.(type) {
	case orb.Point:
		return "POINT" + path([]orb.Point{g})
	case orb.LineString:
		return "LINESTRING" + path(g)
	case orb.Polygon:
		return "POLYGON" + polygon(g)
	case orb.MultiPoint:
		for _, p := range g {
			list = append(list, path([]orb.Point{p}))
		}
		return "MULTIPOINT(" + strings.Join(list, ",") + ")"
	case orb.MultiLineString:
		for _, l := range g {
			list = append(list, path(l))
		}
		return "MULTILINESTRING(" + strings.Join(list, ",") + ")"
	case orb.MultiPolygon:
		for _, pg := range g {
			list = append(list, polygon(pg))
		}
		return "MULTIPOLYGON(" + strings.Join(list, ",") + ")"
	case orb.Collection:
		for _, one := range g {
			list = append(list, wktOf(one))
		}
		return "GEOMETRYCOLLECTION(" + strings.Join(list, ",") + ")"
	}
	panic(fmt.Sprintf("%T", g))
}

// pole is a pole with the columns that the tests look at.
func pole(id string, change func(*layers.Pole)) *layers.Pole {
	p := &layers.Pole{Meta: layers.Meta{ID: id, Version: 1, Revision: 7, ValidFrom: 1735660800000, Demo: true}, Code: id, Name: "杆", MainUse: "telecom",
		Condition: "sound", Live: "no", State: "in_use", ClaimState: "none", Geometry: orb.Point{121.31, 30.81}}
	if change != nil {
		change(p)
	}
	return p
}

// keeps compiles a filter for the layer of f and asks it.
func keeps(t testing.TB, e cql2.Expr, f layers.Feature) bool {
	t.Helper()
	filter, err := cql2.Compile(e, cql2.Queryables(f.Layer()), nil)
	if err != nil {
		t.Fatalf("%s: %v", textOf(e), err)
	}
	return filter.Keeps(f)
}

package cql2_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/cql2"
)

var seed = flag.Uint64("seed", 0, "of the random filters; 0 takes one from the clock")

func source(t testing.TB) *rand.Rand {
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", s)
	return rand.New(rand.NewPCG(s, 1))
}

// The slow twin evaluates the JSON form of a filter on the GeoJSON of a feature. It returns nil for what is unknown. It has no code in
// common with the package.
type twin struct {
	properties map[string]any
	geometry   orb.Geometry
}

func twinOf(t testing.TB, f layers.Feature) twin {
	t.Helper()
	var b bytes.Buffer
	c := layers.Collection{Layer: f.Layer(), Head: []string{"id", "version", "revision", "valid_from", "valid_to", "demo"}, Features: []layers.Feature{f}}
	if err := c.WriteGeoJSON(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	var file struct {
		Features []struct{ Properties map[string]any }
	}
	if err := json.Unmarshal(b.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	return twin{file.Features[0].Properties, f.Shape()}
}

func (w twin) eval(n any) any {
	switch n := n.(type) {
	case string, float64, bool:
		return n
	case map[string]any:
		switch {
		case n["property"] != nil:
			return w.property(n["property"].(string))
		case n["date"] != nil:
			return day(n["date"].(string))
		case n["timestamp"] != nil:
			return moment(n["timestamp"].(string))
		case n["op"] != nil:
			return w.operation(n["op"].(string), n["args"].([]any))
		}
		return shapeOf(n)
	}
	panic(fmt.Sprint(n))
}

func (w twin) property(name string) any {
	if name == "geometry" {
		if w.geometry == nil {
			return nil
		}
		return w.geometry
	}
	s, isText := w.properties[name].(string)
	switch {
	case isText && strings.HasSuffix(name, "_date"):
		return day(s)
	case isText && strings.HasPrefix(name, "valid_"):
		return moment(s)
	}
	return w.properties[name]
}

func day(s string) any {
	t, err := time.Parse("2006-01-02 -0700", s+" +0800")
	if err != nil {
		panic(err)
	}
	return t
}

func moment(s string) any {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

func (w twin) operation(op string, args []any) any {
	switch op {
	case "and", "or":
		out := any(op == "and")
		for _, a := range args {
			switch v := w.eval(a); {
			case v == (op == "or"):
				return v
			case v == nil:
				out = nil
			}
		}
		return out
	case "not":
		if v, ok := w.eval(args[0]).(bool); ok {
			return !v
		}
		return nil
	case "isNull":
		return w.eval(args[0]) == nil
	case "between":
		return w.operation("and", []any{map[string]any{"op": ">=", "args": []any{args[0], args[1]}}, map[string]any{"op": "<=", "args": []any{args[0], args[2]}}})
	case "in":
		var each []any
		for _, one := range args[1].([]any) {
			each = append(each, map[string]any{"op": "=", "args": []any{args[0], one}})
		}
		return w.operation("or", each)
	}
	a := w.eval(args[0])
	if a == nil {
		return nil
	}
	if op == "casei" {
		return strings.ToLower(a.(string)) // enough for the texts of these tests
	}
	b := w.eval(args[1])
	if b == nil {
		return nil
	}
	switch op {
	case "like":
		return slowLike([]rune(a.(string)), []rune(b.(string)))
	case "s_intersects":
		return slowMeets(a.(orb.Geometry), b.(orb.Geometry))
	}
	return map[string]bool{"=": order(a, b) == 0, "<>": order(a, b) != 0, "<": order(a, b) < 0, ">": order(a, b) > 0, "<=": order(a, b) <= 0, ">=": order(a, b) >= 0}[op]
}

func order(a, b any) int {
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case float64:
		return big.NewFloat(a).Cmp(big.NewFloat(b.(float64)))
	case bool:
		return order(map[bool]float64{true: 1}[a], map[bool]float64{true: 1}[b.(bool)])
	}
	return a.(time.Time).Compare(b.(time.Time))
}

// slowLike tries every length for each wildcard.
func slowLike(s, p []rune) bool {
	switch {
	case len(p) == 0:
		return len(s) == 0
	case p[0] == '%':
		for i := 0; i <= len(s); i++ {
			if slowLike(s[i:], p[1:]) {
				return true
			}
		}
		return false
	case len(s) == 0:
		return false
	case p[0] == '_':
		return slowLike(s[1:], p[1:])
	case p[0] == '\\' && len(p) > 1 && strings.ContainsRune(`%_\`, p[1]):
		p = p[1:]
	}
	return s[0] == p[0] && slowLike(s[1:], p[1:])
}

func shapeOf(n map[string]any) orb.Geometry {
	if b, ok := n["bbox"].([]any); ok {
		return orb.Bound{Min: orb.Point{b[0].(float64), b[1].(float64)}, Max: orb.Point{b[2].(float64), b[3].(float64)}}.ToPolygon()
	}
	return n["shape"].(orb.Geometry)
}

// Random filters on random poles: the compiled filter and the twin agree, in the text form and in the JSON form.
func TestTwin(t *testing.T) {
	r := source(t)
	var poles []*layers.Pole
	var twins []twin
	for i := range 40 {
		p := randomPole(r, i)
		poles, twins = append(poles, p), append(twins, twinOf(t, p))
	}
	kept := 0
	for range 500 {
		e := randomCondition(r, 3)
		tree := withShapes(e)
		text := textOf(e)
		parsed, err := cql2.ParseText(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		inJSON, err := cql2.ParseJSON([]byte(marshal(t, jsonOf(e))))
		if err != nil {
			t.Fatalf("%s: %v", marshal(t, jsonOf(e)), err)
		}
		for _, form := range []cql2.Expr{parsed, inJSON} {
			f, err := cql2.Compile(form, cql2.Queryables(layers.Poles), nil)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			bound, bounded := f.Bound()
			for i, p := range poles {
				got, want := f.Keeps(p), twins[i].eval(tree) == true
				if got != want {
					t.Fatalf("%s\nkeeps %s: %v, the twin says %v", text, marshal(t, twins[i].properties), got, want)
				}
				if got {
					kept++
				}
				if got && bounded && !bound.Contains(p.Geometry) {
					t.Fatalf("%s: keeps %v, which is outside of %v", text, p.Geometry, bound)
				}
			}
		}
	}
	if kept < 200 {
		t.Errorf("only %d poles were kept by all filters", kept)
	}
}

// withShapes is the JSON form in which shapes are left as they are.
func withShapes(e cql2.Expr) any {
	if g, ok := e.(*cql2.Geometry); ok {
		return map[string]any{"shape": g.Value}
	}
	n, ok := jsonOf(e).(map[string]any)
	if !ok {
		return jsonOf(e)
	}
	if i, ok := e.(*cql2.Intersects); ok {
		return map[string]any{"op": n["op"], "args": []any{withShapes(i.Left), withShapes(i.Right)}}
	}
	args := func(list []cql2.Expr) []any {
		var out []any
		for _, a := range list {
			out = append(out, withShapes(a))
		}
		return out
	}
	switch e := e.(type) {
	case *cql2.And:
		n["args"] = args(e.Args)
	case *cql2.Or:
		n["args"] = args(e.Args)
	case *cql2.Not:
		n["args"] = args([]cql2.Expr{e.Arg})
	case *cql2.IsNull:
		n["args"] = args([]cql2.Expr{e.Arg})
	}
	return n
}

var words = []string{"", "a", "A", "ab", "abc", "海汇街", "100%", "a_b", `a\b`, "it's"}

func randomPole(r *rand.Rand, i int) *layers.Pole {
	word := func() string { return words[r.IntN(len(words))] }
	return pole(fmt.Sprintf("p_%02d", i), func(p *layers.Pole) {
		p.Name, p.Road, p.Plate, p.Material = word(), word(), word(), word()
		p.Batch, p.HeightM = r.IntN(4), float64(r.IntN(4))/2
		p.Demo = r.IntN(2) == 0
		if r.IntN(2) == 0 {
			p.SurveyDate = []string{"2025-01-01", "2025-03-01", "2024-12-31"}[r.IntN(3)]
		}
		if r.IntN(3) == 0 {
			p.ValidTo = p.ValidFrom + layers.Instant(r.IntN(3))*86_400_000
		}
		p.Geometry = gridPoint(r)
	})
}

// gridPoint is one of few positions, so that shapes often touch.
func gridPoint(r *rand.Rand) orb.Point {
	return orb.Point{121 + float64(r.IntN(6))/2, 30 + float64(r.IntN(6))/2}
}

func randomCondition(r *rand.Rand, depth int) cql2.Expr {
	text := func() cql2.Expr {
		var e cql2.Expr = &cql2.Property{Name: []string{"name", "road", "plate", "material"}[r.IntN(4)]}
		if r.IntN(3) == 0 {
			e = &cql2.Text{Value: words[r.IntN(len(words))]}
		}
		if r.IntN(4) == 0 {
			e = &cql2.CaseI{Arg: e}
		}
		return e
	}
	number := func() cql2.Expr {
		if r.IntN(2) == 0 {
			return &cql2.Number{Value: float64(r.IntN(8)-1) / 2}
		}
		return &cql2.Property{Name: []string{"batch", "height_m", "version"}[r.IntN(3)]}
	}
	instant := func() cql2.Expr {
		switch r.IntN(3) {
		case 0:
			return &cql2.Instant{Value: 1735660800000 + layers.Instant(r.IntN(3)-1)*86_400_000, Date: r.IntN(2) == 0}
		default:
			return &cql2.Property{Name: []string{"survey_date", "valid_from", "valid_to"}[r.IntN(3)]}
		}
	}
	op := []string{"=", "<>", "<", ">", "<=", ">="}[r.IntN(6)]
	if depth > 0 {
		switch r.IntN(8) {
		case 0, 1:
			return &cql2.And{Args: []cql2.Expr{randomCondition(r, depth-1), randomCondition(r, depth-1)}}
		case 2, 3:
			return &cql2.Or{Args: []cql2.Expr{randomCondition(r, depth-1), randomCondition(r, depth-1)}}
		case 4:
			return &cql2.Not{Arg: randomCondition(r, depth-1)}
		case 5:
			return &cql2.IsNull{Arg: randomCondition(r, depth-1)}
		}
	}
	switch r.IntN(9) {
	case 0, 1:
		return &cql2.Comparison{Op: op, Left: text(), Right: text()}
	case 2:
		return &cql2.Comparison{Op: op, Left: number(), Right: number()}
	case 3:
		return &cql2.Comparison{Op: op, Left: instant(), Right: instant()}
	case 4:
		return &cql2.Comparison{Op: op, Left: &cql2.Property{Name: "demo"}, Right: &cql2.Boolean{Value: r.IntN(2) == 0}}
	case 5:
		return &cql2.Between{Value: number(), Low: number(), High: number()}
	case 6:
		return &cql2.Like{Value: text(), Pattern: &cql2.Text{Value: []string{"%", "a%", "_", "%b", `100\%`, "a%c", "%汇_", `a\_b`, `%\\%`, "_%_"}[r.IntN(10)]}}
	case 7:
		return &cql2.In{Value: text(), List: []cql2.Expr{text(), text()}}
	}
	sides := []cql2.Expr{&cql2.Property{Name: "geometry"}, randomShape(r)}
	r.Shuffle(2, func(i, j int) { sides[i], sides[j] = sides[j], sides[i] })
	return &cql2.Intersects{Left: sides[0], Right: sides[1]}
}

func randomShape(r *rand.Rand) cql2.Expr {
	if r.IntN(4) == 0 {
		a, b := gridPoint(r), gridPoint(r)
		box := orb.MultiPoint{a, b}.Bound()
		return &cql2.BBox{Min: box.Min, Max: box.Max}
	}
	return &cql2.Geometry{Value: randomGeometry(r)}
}

func randomGeometry(r *rand.Rand) orb.Geometry {
	path := func(n int) []orb.Point {
		var out []orb.Point
		for range n {
			out = append(out, gridPoint(r))
		}
		return out
	}
	ring := func() orb.Ring {
		p := path(3 + r.IntN(3))
		return append(p, p[0])
	}
	switch r.IntN(6) {
	case 0:
		return gridPoint(r)
	case 1:
		return orb.LineString(path(2 + r.IntN(3)))
	case 2:
		return orb.Polygon{ring()}
	case 3:
		return orb.MultiPoint(path(2))
	case 4:
		return orb.MultiLineString{path(2), path(3)}
	}
	return orb.MultiPolygon{{ring()}, {ring()}}
}

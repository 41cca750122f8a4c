package duty_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// about asks about a line or an area in place of a position.
func about(t testing.TB, g orb.Geometry) func(*duty.Question) {
	t.Helper()
	return func(q *duty.Question) {
		s, err := duty.NewShape(g, q.CRS)
		if err != nil {
			t.Fatal(err)
		}
		q.About(s)
	}
}

// partsOf writes the areas of a crossing.
func partsOf(x *duty.Crossing) string {
	var out []string
	for _, p := range x.Areas {
		code := p.Code
		if p.External {
			code = "outside"
		}
		out = append(out, fmt.Sprintf("%s %s %.3f", p.Layer, code, p.Share))
	}
	return strings.Join(out, ", ")
}

// TestShapes: lines and areas in one grid, over borders, along one, over the border of the district, and in two communities of one grid.
func TestShapes(t *testing.T) {
	features := officesUnderOne(district())
	for _, f := range features {
		if one, ok := f.(*layers.Community); ok {
			one.Geometry = area(0, 0, 4, 0, 4, 1, 0, 1)
		}
	}
	features = append(features, &layers.Community{Meta: meta("310116101002"), Code: "310116101002", Name: "村", Kind: "village", Town: "310116101", Geometry: area(0, 1, 4, 1, 4, 2, 0, 2)})
	agreed := &layers.Agreement{Meta: meta("ag_1"), Code: "ag_1", Name: "协议", GridA: codeA, GridB: codeB, Lead: layers.LeadFixed, First: codeB, From: "2025-01-01"}
	plain, signed := snapshot(t, features...), snapshot(t, append(features, agreed)...)
	line := func(xy ...float64) orb.Geometry { return orb.LineString(area(xy...)[0][0][:len(xy)/2]) }
	polygon := func(xy ...float64) orb.Geometry { return area(xy...)[0] }
	received := func(q *duty.Question) { q.ReceivedBy = codeB }
	for _, c := range []struct {
		name   string
		s      *layers.Snapshot
		g      orb.Geometry
		change func(*duty.Question)
		// outcome, grid, unit, then what it crosses
		want string
	}{
		{"an area in a grid", plain, polygon(1.5, 0.2, 1.9, 0.2, 1.9, 0.4, 1.5, 0.4), nil, "assigned A u_a"},
		{"a line in a grid", plain, line(1.5, 0.2, 1.9, 0.2), nil, "assigned A u_a"},
		{"more in A", plain, polygon(1.5, 0.2, 2.1, 0.2, 2.1, 0.4, 1.5, 0.4), nil, "cross_border A u_a [area] u_a u_b share: grids A 0.833, grids B 0.167"},
		{"more in B", plain, polygon(1.9, 0.2, 2.5, 0.2, 2.5, 0.4, 1.9, 0.4), nil, "cross_border B u_b [area] u_b u_a share: grids B 0.833, grids A 0.167"},
		{"a line over the border", plain, line(1.5, 0.5, 2.1, 0.5), nil, "cross_border A u_a [area] u_a u_b share: grids A 0.833, grids B 0.167"},
		{"along the border", plain, line(2, 0.2, 2, 0.8), nil, "cross_border B u_b [area] u_top  parent: grids A 0.500, grids B 0.500"},
		{"along the border, received by B", plain, line(2, 0.2, 2, 0.8), received, "cross_border B u_b [area] u_b u_a received: grids A 0.500, grids B 0.500"},
		{"half and half, received by B", plain, polygon(1.9, 0.2, 2.1, 0.2, 2.1, 0.4, 1.9, 0.4), received, "cross_border B u_b [area] u_b u_a received: grids A 0.500, grids B 0.500"},
		{"the agreement goes before the share", signed, polygon(1.5, 0.2, 2.1, 0.2, 2.1, 0.4, 1.5, 0.4), nil, "cross_border B u_b [area] u_b u_a agreement: grids A 0.833, grids B 0.167"},
		{"three grids", plain, line(1.5, 0.5, 4.5, 0.5), nil, "cross_border B u_b [area] u_b u_a share: grids B 0.667, grids A 0.167, grids C 0.167"},
		{"a hair over the border", plain, polygon(1, 0.2, 2.003, 0.2, 2.003, 0.4, 1, 0.4), nil, "assigned A u_a"},
		{"two communities", plain, polygon(1.5, 0.9, 1.9, 0.9, 1.9, 1.3, 1.5, 1.3), nil, "cross_border A u_a [area] u_a  parent: grids A 1.000, communities 310116101002 0.750, communities 310116101001 0.250"},
		{"partly outside", plain, polygon(-0.3, 0.2, 0.1, 0.2, 0.1, 0.4, -0.3, 0.4), nil, "assigned A u_a [level] u_a  rule: grids outside 0.750, grids A 0.250"},
		{"outside", plain, polygon(-0.5, 0.2, -0.1, 0.2, -0.1, 0.4, -0.5, 0.4), nil, "outside"},
	} {
		change := c.change
		if change == nil {
			change = func(*duty.Question) {}
		}
		a := ask(t, c.s, orb.Point{}, about(t, c.g), change)
		got := string(a.Outcome)
		if a.Grid != nil {
			got += " " + a.Grid.Code + " " + a.Responsibility.Primary.Unit
			if x := a.Responsibility.CrossBorder; x != nil {
				got += " [" + strings.Join(x.Kinds, " ") + "] " + x.Lead + " " + x.Other + " " + x.Reason + ": " + partsOf(x)
			}
		}
		got = strings.NewReplacer(codeA, "A", codeB, "B", codeC, "C").Replace(got)
		same(t, c.name, got, c.want)
		precision := map[bool]string{true: "polygon", false: "line"}[a.Query.Shape.Area]
		if a.Position.Precision != precision || a.Grid != nil && a.Grid.Probability != nil {
			t.Errorf("%s: %+v, %+v", c.name, a.Position, a.Grid)
		}
	}
	a := ask(t, plain, orb.Point{}, about(t, line(1.5, 0.5, 2.1, 0.5)))
	if len(a.Neighbour) != 1 || a.Neighbour[0].Code != codeB || a.Neighbour[0].Distance != 0 {
		t.Errorf("the neighbours of a line over a border: %+v", a.Neighbour)
	}
	border := aRule("R", 1, layers.BorderLead, func(r *layers.Rule) {
		r.When.Area = &layers.RuleArea{NearBorderM: 20}
		r.Then.Co = []string{layers.BorderOther}
	})
	a = ask(t, snapshot(t, append(features, border, agreed)...), orb.Point{}, about(t, polygon(1.5, 0.2, 2.1, 0.2, 2.1, 0.4, 1.5, 0.4)))
	same(t, "by a rule for borders", parties(a), "cross_border, dispose u_b R@1, help u_a R@1")
}

func TestShapesThatAreNone(t *testing.T) {
	many := orb.LineString{}
	for i := range duty.MostCorners + 1 {
		many = append(many, at(1+float64(i)/100, 1))
	}
	for name, g := range map[string]orb.Geometry{
		"a point": at(1, 1), "nothing": nil, "one corner": orb.LineString{at(1, 1)}, "too many corners": many,
		"open": orb.Polygon{{at(1, 1), at(2, 1), at(2, 2), at(1, 2)}}, "two rings": orb.Polygon{area(0, 0, 2, 0, 2, 2)[0][0], area(1, 1, 1.1, 1, 1, 1.1)[0][0]},
		"two corners": orb.Polygon{{at(1, 1), at(2, 1), at(1, 1)}},
	} {
		if _, err := duty.NewShape(g, geo.WGS84); !errors.Is(err, geo.ErrFigure) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := snapshot(t, district()...)
	for name, g := range map[string]orb.Geometry{"crossing itself": area(0, 0, 1, 1, 1, 0, 0, 1)[0], "without length": orb.LineString{at(1, 1), at(1, 1)}, "without an inside": area(0, 0, 1, 1, 2, 2)[0]} {
		q := duty.Question{CRS: geo.WGS84, At: now}
		about(t, g)(&q)
		if _, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, q); !errors.Is(err, geo.ErrFigure) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := duty.Grid(s, duty.NewRules(s), geo.Converter{}, q); !errors.Is(err, geo.ErrFigure) {
			t.Errorf("%s: %v from Grid", name, err)
		}
	}
	shape, err := duty.NewShape(area(0, 0, 1, 0, 1, 1)[0], geo.WGS84)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(duty.Question{Shape: shape})
	if err != nil || !strings.Contains(string(text), `"geometry":{"type":"Polygon","coordinates":[[[121.3,30.8],[121.31,30.8],[121.31,30.81],[121.3,30.8]]]}`) {
		t.Errorf("%s, %v", text, err)
	}
}

// TestShapesOfTheDemo puts areas and lines on borders of the demo, and counts positions instead of measuring: what has a share, who leads, and
// that all corners first and all ways round are the same.
func TestShapesOfTheDemo(t *testing.T) {
	s := demoDistrict(t)
	rules := duty.NewRules(s)
	random := rand.New(rand.NewPCG(*seed, 46))
	g := groundOf(t, s)
	when := instantAt(t, workday)
	borders := slices.DeleteFunc(s.Borders(when), func(b layers.Border) bool { return b.External })
	crossing, agreed := 0, 0
	for range 120 {
		b := pick(random, borders)
		line := pick(random, b.Geometry)
		middle := pick(random, line)
		var corners []orb.Point
		n := 3 + random.IntN(6)
		for i := range n {
			turn := 2 * math.Pi * (float64(i) + random.Float64()*0.6) / float64(n)
			far := 0.0003 + 0.002*random.Float64()
			corners = append(corners, orb.Point{middle[0] + far*math.Cos(turn), middle[1] + far*math.Sin(turn)})
		}
		q := duty.Question{CRS: geo.CGCS2000, At: when, Category: "event.waste.corner", CaseNumber: fmt.Sprint(random.IntN(100))}
		about(t, closedRing(corners))(&q)
		a, err := duty.Decide(s, rules, geo.Converter{}, q)
		if errors.Is(err, geo.ErrFigure) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		shares := g.counted(t, corners)
		for turns := range n {
			other := append(slices.Clone(corners[turns:]), corners[:turns]...)
			if turns%2 == 1 {
				slices.Reverse(other)
			}
			turned := q
			about(t, closedRing(other))(&turned)
			again, err := duty.Decide(s, rules, geo.Converter{}, turned)
			if err != nil {
				t.Fatal(err)
			}
			again.Query, again.Trace = a.Query, a.Trace
			same(t, "from another corner", marshal(t, again), marshal(t, a))
		}
		if a.Grid == nil {
			continue
		}
		if grid, err := duty.Grid(s, rules, geo.Converter{}, q); err != nil || grid.Code != a.Grid.Code {
			t.Fatalf("Grid: %v, %v; the answer has %s", grid, err, a.Grid.Code)
		}
		x := a.Responsibility.CrossBorder
		if x == nil || len(x.Areas) == 0 {
			if most := slices.Max(slices.Collect(values(shares))); most < 0.95 {
				t.Fatalf("%v crosses nothing, but has %v", corners, shares)
			}
			continue
		}
		for _, p := range x.Areas {
			if p.Layer == layers.Grids && math.Abs(p.Share-shares[p.Code]) > 0.03 {
				t.Fatalf("%s has %.3f of %v, by counting %.3f", p.Code, p.Share, corners, shares[p.Code])
			}
		}
		if len(x.Kinds) == 0 || x.Kinds[0] != duty.CrossesAreas {
			continue
		}
		crossing++
		lead, other := x.Areas[0].Code, x.Areas[1].Code
		if x.Areas[1].Layer != layers.Grids || x.Areas[0].External || x.Areas[1].External {
			continue
		}
		if ag := rules.Agreement(lead, other, when); ag != nil {
			if by, ok := ag.Leader(when, q.CaseNumber); ok {
				lead = by
				agreed++
			}
		}
		if x.LeadGrid != lead || a.Grid.Code != lead || a.Outcome != duty.CrossBorder {
			t.Fatalf("%s: %s leads in %s, want %s: %s", a.Outcome, x.LeadGrid, a.Grid.Code, lead, partsOf(x))
		}
	}
	if crossing < 50 || agreed < 5 {
		t.Errorf("%d crossings, %d by agreements: too few to mean anything", crossing, agreed)
	}
}

func closedRing(corners []orb.Point) orb.Polygon {
	return orb.Polygon{append(orb.Ring(slices.Clone(corners)), corners[0])}
}

func values(m map[string]float64) func(func(float64) bool) {
	return func(yield func(float64) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// counted is the part of some positions of an area that each grid has, "" for the outside.
func (g *ground) counted(t testing.TB, corners []orb.Point) map[string]float64 {
	ring := closedRing(corners)
	m, err := geo.FixedMultiPolygonFrom(ring)
	if err != nil {
		t.Fatal(err)
	}
	bound := ring.Bound()
	near := slices.DeleteFunc(slices.Clone(g.grids), func(f *layers.Grid) bool { return !f.Geometry.Bound().Intersects(bound) })
	const n = 50
	all, out := 0.0, map[string]float64{}
	for i := range n {
		for k := range n {
			p := orb.Point{bound.Min[0] + (bound.Max[0]-bound.Min[0])*(float64(i)+0.5)/n, bound.Min[1] + (bound.Max[1]-bound.Min[1])*(float64(k)+0.5)/n}
			q, err := geo.QueryFrom(p)
			if err != nil {
				t.Fatal(err)
			}
			if !geo.Contains(m, q) {
				continue
			}
			all++
			code := ""
			for _, f := range near {
				if geo.Contains(g.fixed[f], q) {
					code = f.Code
				}
			}
			out[code]++
		}
	}
	for code := range out {
		out[code] /= all
	}
	return out
}

// TestShapesOverTheDistrictsBorder: the part outside is named after who lies there.
func TestShapesOverTheDistrictsBorder(t *testing.T) {
	s := demoDistrict(t)
	rules, when := duty.NewRules(s), instantAt(t, workday)
	random := rand.New(rand.NewPCG(*seed, 47))
	named := 0
	for _, b := range s.Borders(when) {
		if !b.External || len(b.Beyond) == 0 {
			continue
		}
		line := pick(random, b.Geometry)
		m := line[len(line)/2]
		far := 0.001
		q := duty.Question{CRS: geo.CGCS2000, At: when}
		about(t, closedRing([]orb.Point{{m[0] - far, m[1] - far}, {m[0] + far, m[1] - far}, {m[0] + far, m[1] + far}, {m[0] - far, m[1] + far}}))(&q)
		a, err := duty.Decide(s, rules, geo.Converter{}, q)
		if err != nil {
			t.Fatal(err)
		}
		x := a.Responsibility.CrossBorder
		if x == nil || !slices.Contains(x.Kinds, duty.CrossesLevels) {
			t.Fatalf("%s: %+v", b.ID, x)
		}
		i := slices.IndexFunc(x.Areas, func(p duty.Part) bool { return p.External })
		k := slices.IndexFunc(a.Neighbour, func(n duty.Nearest) bool { return n.External })
		if i < 0 || k < 0 || a.Neighbour[k].Distance != 0 || a.Neighbour[k].Unit != x.Areas[i].Unit {
			t.Fatalf("%s: %+v, %+v", b.ID, x, a.Neighbour)
		}
		if unit := x.Areas[i].Unit; unit != "" {
			named++
			if !strings.HasPrefix(unit, "u_ext_") || x.Areas[i].Name == "" {
				t.Errorf("%s: %+v", b.ID, x.Areas[i])
			}
		}
	}
	if named < 5 {
		t.Errorf("%d parts were named", named)
	}
}

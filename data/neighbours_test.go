package data_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// aroundDistrict are the units around the district, clockwise from the shore in the south-west; "" is the sea.
var aroundDistrict = []string{"u_ext_330482", "u_ext_330421", "u_ext_310118", "u_ext_310117", "u_ext_310120", ""}

// beyond checks that the grounds of the neighbours lie around the district in their order, share its land border edge by edge, and overlap
// neither the grids nor each other.
func beyond(s set) []string {
	var bad problems
	grounds := slices.DeleteFunc(slices.Clone(s[layers.Overlays]), func(f layers.Feature) bool { return f.(*layers.Overlay).Kind != layers.Neighbour })
	units := map[string]bool{}
	for _, u := range list[*layers.Unit](s, layers.Units) {
		units[u.ID] = u.External && u.Kind == "neighbour"
	}
	across := map[edge]string{}
	var areas []geo.FixedMultiPolygon
	for _, f := range slices.Concat(s[layers.Grids], grounds) {
		m, err := geo.FixedMultiPolygonFrom(f.Shape())
		if err != nil {
			bad.add("%s: %v", f.Head().ID, err)
		}
		areas = append(areas, m)
	}
	for _, f := range grounds {
		o := f.(*layers.Overlay)
		if !units[o.Unit] {
			bad.add("%s is the ground of %s, which is no external neighbour", o.ID, o.Unit)
		}
		if len(o.Geometry) != 1 || len(o.Geometry[0]) != 1 {
			bad.add("%s is not one polygon without holes", o.ID)
		}
		for e := range rim([]layers.Feature{f}) {
			across[e] = o.Unit
		}
	}
	_, defects := geo.NewCoverage(areas, layers.CoverageTolerance)
	for _, d := range defects {
		bad.add("%v at %v: %s", d.Kind, d.At, d.Detail)
	}
	var order []string
	ring := s[layers.Districts][0].Shape().(orb.MultiPolygon)[0][0] // counter-clockwise
	for i := len(ring) - 1; i > 0; i-- {
		a, b := ring[i], ring[i-1]
		if unit := across[edge{a, b}]; len(order) == 0 || order[len(order)-1] != unit {
			order = append(order, unit)
		}
	}
	if n := len(order); n > 1 && order[0] == order[n-1] {
		order = order[:n-1]
	}
	if i := slices.Index(order, aroundDistrict[0]); i > 0 {
		order = slices.Concat(order[i:], order[:i])
	}
	if !slices.Equal(order, aroundDistrict) {
		bad.add("around the district lie %s", strings.Join(order, ", "))
	}
	return bad
}

func TestNeighboursLieAroundTheDistrict(t *testing.T) {
	s := demo(t)
	report(t, beyond(s))
	move := func(f layers.Feature) {
		ring := f.Shape().(orb.MultiPolygon)[0][0]
		ring[len(ring)/2][0] += 1e-7
	}
	for name, broken := range map[string]set{
		"a vertex of a grid that is moved":   s.with(layers.Grids, "310116102Z02", func(f layers.Feature) { moveShore(t, s, f) }),
		"a vertex of a ground that is moved": s.with(layers.Overlays, "o_neighbour-310118", move),
		"a neighbour that is missing":        s.without(layers.Overlays, "o_neighbour-310118"),
		"a ground of somebody else":          s.with(layers.Overlays, "o_neighbour-310118", func(f layers.Feature) { f.(*layers.Overlay).Unit = "u_police" }),
	} {
		if len(beyond(broken)) == 0 {
			t.Errorf("not found: %s", name)
		}
	}
}

// moveShore moves the first vertex of a grid that lies on the border of the district, about a centimetre.
func moveShore(t *testing.T, s set, f layers.Feature) {
	outline := s[layers.Districts][0].Shape().(orb.MultiPolygon)[0][0]
	ring := f.Shape().(orb.MultiPolygon)[0][0]
	for i := 1; i < len(ring)-1; i++ {
		if slices.Contains(outline, ring[i]) {
			ring[i][0] += 1e-7
			return
		}
	}
	t.Fatalf("%s does not reach the border", f.Head().ID)
}

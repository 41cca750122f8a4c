package geo_test

import (
	"testing"

	"pgregory.net/rapid"

	"wangge/geo"
)

// The fast oracle agrees with the slow one, which is all in rationals, on random partitions and on areas that overlap or leave
// gaps, at every position where a rule can fail.
func TestExactAgainstRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := randomLattice(t)
		areas := l.draw()
		if rapid.Bool().Draw(t, "twice") { // some ground is in two areas
			areas = append(areas, areas[0])
		}
		slow, fast := newOracle(areas), newExact(areas)
		qs := probes(areas)
		if len(qs) > 80 {
			qs = rapid.Permutation(qs).Draw(t, "probes")[:80]
		}
		span := int64(l.cell) * geo.QueryScale
		for range 20 {
			x := rapid.Int64Range(-span*int64(l.n+1)/2, span*int64(l.n+1)/2).Draw(t, "x")
			y := rapid.Int64Range(-span*int64(l.m+1)/2, span*int64(l.m+1)/2).Draw(t, "y")
			qs = append(qs, geo.Query{X: x, Y: y})
		}
		for _, q := range qs {
			inside, border := slow.owners(q)
			count, first, on := fast.owners(q)
			if count != len(inside) || count > 0 && first != inside[0] || on != border {
				t.Fatalf("at %v: %d areas from %d, border %d; in rationals %v, %d", q, count, first, on, inside, border)
			}
		}
	})
}

// An edge a hair above or below a position, too close for float64, is where the exact part decides.
func TestExactBesideALongEdge(t *testing.T) {
	m := geo.FixedMultiPolygon{{{{X: -1_700_000_001, Y: -899_999_999}, {X: 1_700_000_000, Y: 800_000_003}, {X: -1_700_000_001, Y: 800_000_003},
		{X: -1_700_000_001, Y: -899_999_999}}}}
	areas := []geo.FixedMultiPolygon{m}
	slow, fast := newOracle(areas), newExact(areas)
	const dx, dy = 3_400_000_001, 1_700_000_002
	exactly := 0
	for k := int64(1); k < 3000; k++ {
		x := -1_700_000_001*geo.QueryScale + k*70_000_003
		up := (x + 1_700_000_001*geo.QueryScale) * dy / dx
		for d := int64(-1); d <= 1; d++ {
			q := geo.Query{X: x, Y: -899_999_999*geo.QueryScale + up + d}
			inside, border := slow.owners(q)
			count, _, on := fast.owners(q)
			if count != len(inside) || on != border {
				t.Fatalf("at %v: %d areas, border %d; in rationals %v, %d", q, count, on, inside, border)
			}
			if on == 0 {
				exactly++
			}
		}
	}
	t.Logf("%d positions exactly on the edge", exactly)
}

// The outline of a coverage with an enclave, a lake and an island has the rings that one would draw.
func TestGround(t *testing.T) {
	areas := []geo.FixedMultiPolygon{
		area(rect(0, 0, 500, 500), rect(100, 100, 200, 200), rect(300, 300, 400, 400)), // a lake, and what is next
		area(rect(300, 300, 400, 400)),                         // an enclave
		{{rect(500, 0, 600, 500)}, {rect(130, 130, 160, 160)}}, // a neighbour with an island in the lake
	}
	g, lakes := groundOf(areas)
	if lakes != 1 {
		t.Errorf("%d lakes, want 1", lakes)
	}
	for _, c := range []struct {
		x, y int32
		want bool
	}{{50, 50, true}, {350, 350, true}, {550, 250, true}, {120, 120, false}, {700, 50, false}} {
		f := fixedRing(c.x, c.y)[0]
		if got := g.has(f.Query()); got != c.want {
			t.Errorf("%v is on the ground: %v, want %v", c, got, c.want)
		}
	}
}

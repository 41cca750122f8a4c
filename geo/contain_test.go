package geo_test

import (
	"testing"

	"pgregory.net/rapid"

	"wangge/geo"
)

// TestContainsFarApart compares the rule with the oracle on triangles of any size up to the whole world, where the products need
// 128 bits, at their vertices, midpoints, beside them and on the lines of their edges.
func TestContainsFarApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.SampledFrom([]int32{10, 46_000_000, 270_000_000, 900_000_000}).Draw(t, "span")
		var r geo.FixedRing
		for range 3 {
			r = append(r, geo.Fixed{X: rapid.Int32Range(-span, span).Draw(t, "x"), Y: rapid.Int32Range(-span, span).Draw(t, "y")})
			if span == 900_000_000 {
				r[len(r)-1].X *= 2
			}
		}
		r = append(r, r[0])
		areas := []geo.FixedMultiPolygon{{{r}}}
		coverage, defects := geo.NewCoverage(areas, 0)
		if flat := r.Winding() == 0; flat != (coverage == nil) {
			t.Fatalf("winding %d, defects %v", r.Winding(), defects)
		}
		o := newOracle(areas)
		qs := probes(areas)
		for i := 1; i < len(r); i++ { // on the line of an edge, beyond its end
			qs = append(qs, geo.Query{X: 2*r[i].Query().X - r[i-1].Query().X, Y: 2*r[i].Query().Y - r[i-1].Query().Y})
		}
		for _, q := range qs {
			inside, border := o.owners(q)
			if got := geo.Contains(areas[0], q); got != (len(inside) == 1) {
				t.Fatalf("Contains(%v, %v) = %v, the oracle says %v", r, q, got, inside)
			}
			if got := geo.OnBorder(areas[0], q); got != (border == 0) {
				t.Fatalf("OnBorder(%v, %v) = %v", r, q, got)
			}
		}
	})
}

func TestContainsNothing(t *testing.T) {
	for _, m := range []geo.FixedMultiPolygon{nil, {}, {{}}, {{{}}}, {{{{X: 1, Y: 1}}}}} {
		if geo.Contains(m, geo.Query{X: 64, Y: 64}) {
			t.Errorf("%v contains a position", m)
		}
	}
}

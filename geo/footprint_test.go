package geo_test

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

// A footprint has what the plain test has, and its whole border.
func TestFootprintAgainstContains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := randomLattice(t).draw()
		m := areas[rapid.IntRange(0, len(areas)-1).Draw(t, "area")]
		footprint, err := geo.NewFootprint(m.MultiPolygon())
		if err != nil {
			t.Fatal(err)
		}
		qs := probes(areas)
		for _, v := range rapid.SliceOfN(rapid.IntRange(0, len(qs)-1), 50, 50).Draw(t, "where") {
			q := qs[v]
			if got, want := footprint.Covers(q), geo.Contains(m, q) || geo.OnBorder(m, q); got != want {
				t.Fatalf("%v: %v, want %v", q, got, want)
			}
		}
	})
}

func TestFootprintOfManyEdges(t *testing.T) {
	f := newFractal(t, 4, 3000)
	footprint, err := geo.NewFootprint(f.areas[1].MultiPolygon())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range append(asked(2000, 1, f.uniform), asked(2000, 2, f.near)...) {
		if got, want := footprint.Covers(q), geo.Contains(f.areas[1], q) || geo.OnBorder(f.areas[1], q); got != want {
			t.Fatalf("%v: %v, want %v", q, got, want)
		}
	}
}

func TestFootprintOfNothing(t *testing.T) {
	for _, m := range []orb.MultiPolygon{nil, {}, {{}}, {{{{1, 1}, {1, 1}}}}} {
		if f, err := geo.NewFootprint(m); err != nil || f.Covers(geo.Query{X: 640_000_000, Y: 640_000_000}) {
			t.Errorf("%v: %v", m, err)
		}
	}
	if _, err := geo.NewFootprint(orb.MultiPolygon{{{{1, 1}, {181, 1}}}}); !errors.Is(err, geo.ErrCoordinate) {
		t.Errorf("a vertex beyond the globe: %v", err)
	}
}

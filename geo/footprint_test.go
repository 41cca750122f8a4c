package geo_test

import (
	"errors"
	"math"
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

// Near is the least distance to any edge, as a scan of all of them finds it.
func TestFootprintNear(t *testing.T) {
	f := newFractal(t, 4, 3000)
	m := f.areas[1]
	footprint, err := geo.NewFootprint(m.MultiPolygon())
	if err != nil {
		t.Fatal(err)
	}
	within, beside := 0, 0
	for _, q := range append(asked(300, 3, f.uniform), asked(300, 4, f.near)...) {
		best := geo.Metres(0)
		if !footprint.Covers(q) {
			best = geo.Metres(math.Inf(1))
			for _, pg := range m.MultiPolygon() {
				for _, ring := range pg {
					for i := 1; i < len(ring); i++ {
						d, _, _ := geo.PointToSegment(q.Point(), ring[i-1], ring[i])
						best = min(best, d)
					}
				}
			}
		}
		for _, reach := range []geo.Metres{1, 50, 3000} {
			d, near := footprint.Near(q, reach)
			if near != (best <= reach) || near && d != best {
				t.Fatalf("%v within %v: %v %v, want %v", q, reach, d, near, best)
			}
			switch {
			case near && d > 0:
				within++
			case !near:
				beside++
			}
		}
	}
	if within < 50 || beside < 50 {
		t.Errorf("%d positions beside the area were near, %d were not", within, beside)
	}
	none, _ := geo.NewFootprint(nil)
	if d, near := none.Near(geo.Query{}, 1e9); near {
		t.Errorf("%v from no area", d)
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

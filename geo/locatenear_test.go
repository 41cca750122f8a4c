package geo_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"wangge/geo"
)

// With room for the neighbours the nearest border costs no allocation, wherever the position is near by.
func TestNearestAllocatesNothing(t *testing.T) {
	f := newFractal(t, 37, 400)
	locator := geo.NewLocator(f.coverage(t))
	dst := make([]geo.Neighbour, 0, 16)
	for name, kind := range map[string]func(*rand.Rand) geo.Query{"uniform": f.uniform, "near": f.near} {
		qs := asked(1000, 1, kind)
		i := 0
		if n := testing.AllocsPerRun(len(qs)-1, func() {
			_, dst = locator.AppendNearest(dst[:0], qs[i%len(qs)], 200)
			i++
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// In a coverage of winding borders, near them, at corners of three and in the middle of areas, the nearest border and the neighbours
// are those of a scan over all segments.
func TestNearestInWindingBorders(t *testing.T) {
	f := newFractal(t, 12, 100)
	locator := geo.NewLocator(f.coverage(t))
	r := rand.New(rand.NewPCG(8, 9))
	qs := append(asked(150, 3, f.uniform), asked(150, 4, f.near)...)
	for _, m := range f.areas {
		corner := m[0][0][0].Query()
		qs = append(qs, corner, geo.Query{X: corner.X + r.Int64N(9999), Y: corner.Y - r.Int64N(9999)})
	}
	const within = 400
	for _, q := range qs {
		own, neighbours := locator.Nearest(q, within)
		want := scanDistances(f.areas, q)
		near := 0
		for area, d := range want {
			if area == own.Area || d > within {
				continue
			}
			near++
			if !slices.ContainsFunc(neighbours, func(n geo.Neighbour) bool { return n.Area == area && nearly(n.Distance, d) }) {
				t.Errorf("%v: area %d is %v m away, the neighbours are %v", q, area, d, neighbours)
			}
		}
		for _, n := range neighbours {
			if n.Area == geo.Outside {
				near++
			}
			if d := geo.Distance(q.Point(), n.At); !nearly(d, n.Distance) {
				t.Errorf("%v: area %d at %v m, but its nearest point is %v m away", q, n.Area, n.Distance, d)
			}
		}
		if len(neighbours) != near {
			t.Errorf("%v: %d neighbours, want %d", q, len(neighbours), near)
		}
		if own.Area != geo.Outside && !nearly(own.Distance, want[own.Area]) {
			t.Errorf("%v: border at %v m, want %v m", q, own.Distance, want[own.Area])
		}
	}
}

// BenchmarkNearest measures the distance to the nearest border and the neighbours within 30 m.
func BenchmarkNearest(b *testing.B) {
	f := newFractal(b, 37, 1400)
	locator := geo.NewLocator(f.coverage(b))
	for _, kind := range []struct {
		name string
		of   func(*rand.Rand) geo.Query
	}{{"uniform", f.uniform}, {"near", f.near}, {"outside", f.outside}} {
		qs := asked(100_000, 1, kind.of)
		b.Run(kind.name, func(b *testing.B) {
			b.ReportAllocs()
			var dst []geo.Neighbour
			i := 0
			for b.Loop() {
				_, dst = locator.AppendNearest(dst[:0], qs[i], 30)
				if i++; i == len(qs) {
					i = 0
				}
			}
		})
	}
}

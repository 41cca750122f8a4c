package geo_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"wangge/geo"
)

// BenchmarkLocator measures lookups in made-up coverages of three sizes.
func BenchmarkLocator(b *testing.B) {
	for _, size := range []struct{ areas, vertices int }{{37, 1600}, {1000, 467}, {20_000, 159}} {
		f := newFractal(b, size.areas, size.vertices)
		c := f.coverage(b)
		locator := geo.NewLocator(c)
		segments := 0
		for a := range c.Arcs() {
			segments += len(a.Line) - 1
		}
		b.Logf("%d areas, %d segments, %d bytes", size.areas, segments, locator.Size())
		for _, kind := range []struct {
			name string
			of   func(*rand.Rand) geo.Query
		}{{"mix", f.mix}, {"uniform", f.uniform}, {"near", f.near}} {
			qs := asked(1_000_000, 1, kind.of)
			b.Run(fmt.Sprintf("%d/%s", size.areas, kind.name), func(b *testing.B) {
				i := 0
				for b.Loop() {
					locator.Locate(qs[i])
					if i++; i == len(qs) {
						i = 0
					}
				}
			})
		}
		qs := asked(1_000_000, 1, f.mix)
		b.Run(fmt.Sprintf("%d/batch", size.areas), func(b *testing.B) {
			dst := make([]int32, 0, 1000)
			n := 0
			for b.Loop() {
				i := n % 1000 * 1000
				dst = locator.LocateAll(dst[:0], qs[i:i+1000])
				n++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(1000*b.N), "ns/point")
		})
		b.Run(fmt.Sprintf("%d/build", size.areas), func(b *testing.B) {
			for b.Loop() {
				geo.NewLocator(c)
			}
		})
	}
}

// LocateAll and Locate agree on positions of every kind, in any number, in an index that is small and in one that is staged.
func TestLocateAll(t *testing.T) {
	for _, size := range []struct {
		areas, vertices int
		staged          bool
	}{{37, 400, false}, {600, 467, true}} {
		f := newFractal(t, size.areas, size.vertices)
		locator := geo.NewLocator(f.coverage(t))
		if locator.Staged() != size.staged {
			t.Fatalf("%d areas: staged is %v", size.areas, locator.Staged())
		}
		r := rand.New(rand.NewPCG(5, 6))
		qs := asked(5000, 2, f.mix)
		for _, m := range f.areas[:5] {
			for _, v := range m[0][0] {
				qs = append(qs, v.Query())
			}
		}
		r.Shuffle(len(qs), func(i, j int) { qs[i], qs[j] = qs[j], qs[i] })
		for _, n := range []int{0, 1, 63, 64, 65, 1000, len(qs)} {
			got := locator.LocateAll([]int32{7}, qs[:n])
			if len(got) != n+1 || got[0] != 7 {
				t.Fatalf("%d positions: %d answers, the first %d", n, len(got)-1, got[0])
			}
			for i, q := range qs[:n] {
				if want, _ := locator.Locate(q); int(got[i+1]) != want {
					t.Fatalf("position %d of %d, %v: %d, want %d", i, n, q, got[i+1], want)
				}
			}
		}
	}
}

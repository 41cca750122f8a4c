package geo_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"wangge/geo"
)

// BenchmarkLocator measures lookups in made-up coverages of three sizes.
func BenchmarkLocator(b *testing.B) {
	for _, size := range []struct{ areas, vertices int }{{37, 1400}, {1000, 467}, {20_000, 159}} {
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
		b.Run(fmt.Sprintf("%d/build", size.areas), func(b *testing.B) {
			for b.Loop() {
				geo.NewLocator(c)
			}
		})
	}
}

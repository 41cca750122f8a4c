package geo

import (
	"math"
	"slices"
	"sync"
)

// spreadSize is the number of positions over which an error is spread.
const spreadSize = 4096

// spreadPoints are positions that all stand for the same mass of a round Gaussian of standard deviation 1: a spiral in which each
// is a golden angle from the last, so that they are spread evenly (Vogel 1979), with the radii drawn out to the Gaussian.
var spreadPoints = sync.OnceValue(func() *[spreadSize]corner {
	out := new([spreadSize]corner)
	golden := math.Pi * (3 - math.Sqrt(5))
	for i := range out {
		r := math.Sqrt(-2 * math.Log1p(-(float64(i)+0.5)/spreadSize))
		s, c := math.Sincos(float64(i) * golden)
		out[i] = corner{r * c, r * s}
	}
	return out
})

// spread appends the areas of the positions over which the error is spread, by number, with their shares.
func (l *Locator) spread(dst []AreaProbability, m *masses) []AreaProbability {
	var areas [spreadSize]int32
	const degree = FixedScale * QueryScale
	for i, c := range spreadPoints() {
		dx, dy := c.x/m.scaleX, c.y/m.scaleY // finite: the scales are not 0, and bounded to 360 degrees
		at := Query{m.q.X + int64(max(-360*degree, min(360*degree, dx))), m.q.Y + int64(max(-360*degree, min(360*degree, dy)))}
		area, _ := l.Locate(at)
		areas[i] = int32(area)
	}
	slices.Sort(areas[:])
	from := 0
	for i := 1; i <= len(areas); i++ {
		if i == len(areas) || areas[i] != areas[from] {
			dst = append(dst, AreaProbability{int(areas[from]), float64(i-from) / spreadSize})
			from = i
		}
	}
	return dst
}

package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// borderIndex finds the nearest segments of the arcs of a coverage. Runs of a few segments share a box.
type borderIndex struct {
	tree rtree.RTreeG[borderRun]
	far  float64 // greatest absolute latitude of a vertex, degrees
}

type borderRun struct {
	line        []Fixed
	left, right int
}

// runLength is the number of segments in a box.
const runLength = 8

func newBorderIndex(c *Coverage) *borderIndex {
	x := new(borderIndex)
	for _, a := range c.arcs {
		for from := 0; from+1 < len(a.Line); from += runLength {
			run := borderRun{a.Line[from:min(from+runLength+1, len(a.Line))], a.Left, a.Right}
			b := run.bound()
			x.tree.Insert(b.Min, b.Max, run)
			x.far = max(x.far, math.Abs(b.Min[1]), math.Abs(b.Max[1]))
		}
	}
	return x
}

func (r borderRun) bound() orb.Bound {
	b := r.line[0].Point().Bound()
	for _, f := range r.line[1:] {
		b = b.Extend(f.Point())
	}
	return b
}

// Nearest returns the distance from q to the border of the area that has it, shore included, and the other areas nearer than within
// or as near, the outside among them, each once, by distance and then by index. Distances are geodesic, with the error that
// PointToSegment states; on a border they are 0. A position outside all areas gets the nearest area in own.Beyond, however far.
func (l *Locator) Nearest(q Query, within Metres) (own BorderDistance, neighbours []Neighbour) {
	area, _ := l.Locate(q)
	own = BorderDistance{Area: area, Beyond: Outside, Distance: Metres(math.Inf(1))}
	p := q.Point()
	best := make(map[int]Neighbour)
	bound := newLowerBound(p, l.distances.far)
	l.distances.tree.Nearby(func(lo, hi [2]float64, _ borderRun, _ bool) float64 {
		return bound.box(lo, hi)
	}, func(_, _ [2]float64, r borderRun, least float64) bool {
		if least > max(float64(own.Distance), float64(within)) {
			return false
		}
		d, at := r.nearest(p, bound)
		for _, side := range [2]int{r.left, r.right} {
			if old, ok := best[side]; !ok || d < old.Distance {
				best[side] = Neighbour{side, d, at}
			}
		}
		if other := r.left + r.right - area; r.left == area || r.right == area {
			if d < own.Distance || d == own.Distance && uint(other) < uint(own.Beyond) {
				own.Distance, own.At, own.Beyond = d, at, other
			}
		}
		return true
	})
	delete(best, area)
	for _, n := range best {
		if n.Distance <= within {
			neighbours = append(neighbours, n)
		}
	}
	slices.SortFunc(neighbours, func(a, b Neighbour) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Area, b.Area))
	})
	return own, neighbours
}

func (r borderRun) nearest(p orb.Point, bound lowerBound) (best Metres, at orb.Point) {
	best = Metres(math.Inf(1))
	for i := 1; i < len(r.line); i++ {
		a, b := r.line[i-1].Point(), r.line[i].Point()
		lo := [2]float64{min(a[0], b[0]), min(a[1], b[1])}
		hi := [2]float64{max(a[0], b[0]), max(a[1], b[1])}
		if bound.box(lo, hi) >= float64(best) {
			continue
		}
		if d, foot, _ := PointToSegment(p, a, b); d < best {
			best, at = d, foot
		}
	}
	return best, at
}

// lowerBound bounds the geodesic distance from a point to anything in a box from below, safely and, near by, cheaply: by the
// haversine formula with the least cosine of latitude in play, which no distance undercuts, on a sphere smaller than the ellipsoid.
type lowerBound struct {
	p      orb.Point
	cosine float64
}

// leastRadius is the smallest radius of curvature of the ellipsoid (in the meridian, at the equator), in metres, rounded down.
const leastRadius = 6_335_000

func newLowerBound(p orb.Point, far float64) lowerBound {
	return lowerBound{p: p, cosine: math.Cos(max(far, math.Abs(p[1])) * math.Pi / 180)}
}

func (b lowerBound) box(lo, hi [2]float64) float64 {
	dx := max(0, lo[0]-b.p[0], b.p[0]-hi[0])
	dy := max(0, lo[1]-b.p[1], b.p[1]-hi[1])
	if dx > 0 { // the way over the antimeridian may be shorter
		dx = max(0, min(dx, lo[0]+360-b.p[0], b.p[0]+360-hi[0]))
	}
	if dx+dy < 1 { // sin x > 0.9999 x below half a degree: no call
		const scale = 0.9999 * leastRadius * math.Pi / 180
		return scale * math.Hypot(dx*b.cosine, dy)
	}
	return b.far(lo, hi)
}

// far bounds the distance to a box by the triangle inequality: the distance to its middle less that from there to its corners. The
// sphere's bound would be off by 1 % and more, which far away is wider than the box of a whole coverage.
func (b lowerBound) far(lo, hi [2]float64) float64 {
	middle := orb.Point{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}
	// No degree is longer than at the pole, where the meridian is least curved.
	const longest = 6_400_000 * math.Pi / 180
	const rounding = 0.001
	return max(0, float64(Distance(b.p, middle))-longest*math.Hypot(hi[0]-lo[0], hi[1]-lo[1])/2-rounding)
}

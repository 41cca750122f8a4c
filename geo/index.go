package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Index finds values by place: an R-tree of boxes in degrees, each with a value. Values are small and comparable: a
// pointer, a number, a key. Boxes and searches do not reach across the antimeridian.
//
// Any number of goroutines may search an index that nobody changes. Insert, Delete and Copy belong to one goroutine, the
// builder of the next World: it copies the index of the present one, changes the copy, and publishes it complete. Copy
// is safe while others search the original.
type Index[T comparable] struct {
	tree  *rtree.RTreeGN[float64, T]
	order func(a, b T) int
}

// NewIndex returns an empty index. Nearest gives values at equal distance in no fixed order.
func NewIndex[T comparable]() *Index[T] { return NewOrderedIndex[T](nil) }

// NewOrderedIndex returns an empty index whose Nearest gives values at equal distance in order (negative when a comes
// first), so that its answer does not depend on how the index came about.
func NewOrderedIndex[T comparable](order func(a, b T) int) *Index[T] {
	return &Index[T]{tree: new(rtree.RTreeGN[float64, T]), order: order}
}

// Copy returns an index with the same values that can be changed without changing ix. It takes constant time; each later
// change copies the few nodes it touches, so a large index is faster built from NewIndex.
func (ix *Index[T]) Copy() *Index[T] {
	return &Index[T]{tree: ix.tree.Copy(), order: ix.order}
}

// Len returns the number of values.
func (ix *Index[T]) Len() int { return ix.tree.Len() }

// Insert adds v with its box and reports whether it did: a box that is empty or not finite is refused. The same value may be
// there several times.
func (ix *Index[T]) Insert(b orb.Bound, v T) bool {
	if !usable(b) {
		return false
	}
	ix.tree.Insert(b.Min, b.Max, v)
	return true
}

// Delete removes v, which was inserted with the box b, and reports whether it was there.
func (ix *Index[T]) Delete(b orb.Bound, v T) bool {
	if !usable(b) {
		return false
	}
	before := ix.tree.Len()
	ix.tree.Delete(b.Min, b.Max, v)
	return ix.tree.Len() < before
}

// Search calls yield with each value whose box meets b, edges included, in no fixed order, until yield returns false.
func (ix *Index[T]) Search(b orb.Bound, yield func(orb.Bound, T) bool) {
	if !usable(b) {
		return
	}
	ix.tree.Search(b.Min, b.Max, func(lo, hi [2]float64, v T) bool {
		return yield(orb.Bound{Min: lo, Max: hi}, v)
	})
}

// Within calls yield with each value that dist places at radius or nearer to p, and that distance, in no fixed order, until
// yield returns false. dist is the exact distance from p to the value; it is asked only for values whose box is near.
func (ix *Index[T]) Within(p orb.Point, radius Metres, dist func(T) Metres, yield func(T, Metres) bool) {
	if !(radius >= 0) {
		return
	}
	ix.Search(Around(p, radius), func(_ orb.Bound, v T) bool {
		d := dist(v)
		return !(d <= radius) || yield(v, d)
	})
}

// Nearest returns at most k values no further than within from p (math.Inf(1) for any distance), the nearest first. dist is
// the exact distance from p to the value: boxes only decide which values are asked, by a lower bound of the distance.
// The caller owns the slice.
func (ix *Index[T]) Nearest(p orb.Point, k int, within Metres, dist func(T) Metres) []T {
	if k <= 0 || !(within >= 0) || checkPoint(p) != nil {
		return nil
	}
	ruler := NewRuler(p[1])
	var found []candidate[T]
	ix.tree.Nearby(
		func(lo, hi [2]float64, _ T, _ bool) float64 { return ruler.atLeast(p, lo, hi) },
		func(_, _ [2]float64, v T, bound float64) bool {
			if Metres(bound) > within || len(found) == k && Metres(bound) > found[k-1].distance {
				return false
			}
			if c := (candidate[T]{v, dist(v)}); c.distance <= within {
				found = ix.keep(found, c, k)
			}
			return true
		})
	out := make([]T, len(found))
	for i, c := range found {
		out[i] = c.value
	}
	return out
}

// candidate is a value with its exact distance.
type candidate[T comparable] struct {
	value    T
	distance Metres
}

// keep inserts c into the sorted list of the k best.
func (ix *Index[T]) keep(found []candidate[T], c candidate[T], k int) []candidate[T] {
	at, _ := slices.BinarySearchFunc(found, c, func(have, c candidate[T]) int {
		switch {
		case have.distance < c.distance:
			return -1
		case have.distance > c.distance:
			return 1
		case ix.order != nil:
			return ix.order(have.value, c.value)
		}
		return -1 // after its equals
	})
	if at == k {
		return found
	}
	return slices.Insert(found, at, c)[:min(k, len(found)+1)]
}

// planeDegrees and planeLatitude are how far away, and up to which latitude, a plane is good for the bound of atLeast.
const planeDegrees, planeLatitude = 5, 60

// atLeast is a lower bound of the distance from p to a box in metres. Near by it is that in the plane, with the shortest degrees on
// the way, less 0.1 % for geodesics that bend towards the pole. Further away it is that on a sphere with the least radius of
// curvature that the ellipsoid has anywhere: no way is shorter there.
func (r Ruler) atLeast(p orb.Point, lo, hi [2]float64) float64 {
	u := max(0, lo[0]-p[0], p[0]-hi[0])
	v := max(0, lo[1]-p[1], p[1]-hi[1])
	if u == 0 && v == 0 {
		return 0
	}
	furthest := max(math.Abs(p[1]), math.Abs(lo[1]), math.Abs(hi[1]))
	if u < planeDegrees && v < planeDegrees && furthest < planeLatitude {
		perLon, _, _, _ := r.scales(math.Copysign(furthest, r.lat))
		return 0.999 * math.Hypot(u*perLon, v*shortestDegree)
	}
	u = max(0, min(u, lo[0]+360-p[0], p[0]+360-hi[0])) // the way over the antimeridian may be shorter
	sinU, sinV := math.Sin(u*radians/2), math.Sin(v*radians/2)
	cosine := math.Cos(p[1]*radians) * math.Cos(min(90, furthest)*radians)
	return semiMajor * (1 - eccentricity) * 2 * math.Asin(min(1, math.Sqrt(sinV*sinV+cosine*sinU*sinU))) * (1 - 1e-12)
}

// shortestDegree is the length of a degree of latitude at the equator in metres.
const shortestDegree = radians * semiMajor * (1 - eccentricity)

// Around returns a box that holds every point within radius metres of p, at most 1 % larger than needed below 60° of
// latitude; it ends at the poles and at the antimeridian.
func Around(p orb.Point, radius Metres) orb.Bound {
	v := float64(radius) / shortestDegree * (1 + 1e-12) // rounding
	south, north := math.Max(-90, p[1]-v), math.Min(90, p[1]+v)
	perLon := NewRuler(math.Max(math.Abs(south), math.Abs(north))).lon0
	u := math.Min(360, 1.001*float64(radius)/perLon)
	if !(perLon > 0) {
		u = 360
	}
	return orb.Bound{
		Min: orb.Point{math.Max(-180, p[0]-u), south},
		Max: orb.Point{math.Min(180, p[0]+u), north},
	}
}

// usable reports whether b is finite and not empty.
func usable(b orb.Bound) bool {
	return b.Min[0] <= b.Max[0] && b.Min[1] <= b.Max[1] && // false for NaN
		!math.IsInf(b.Min[0], 0) && !math.IsInf(b.Min[1], 0) && !math.IsInf(b.Max[0], 0) && !math.IsInf(b.Max[1], 0)
}

package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Area returns the area of pg on the CGCS2000 ellipsoid in square metres: that of its first ring less those of the others,
// whichever way they turn. Edges are straight in longitude and latitude, as every predicate of this package sees them, so the areas
// of polygons that tile a district add up to the area of the district. The relative error is below 1e-9 for polygons
// of a square metre and more; geodesic edges instead of straight ones would change it by less than 1e-5 while edges are
// shorter than 10 km. An empty polygon has 0; rings may cross neither a pole nor the antimeridian.
func Area(pg orb.Polygon) float64 {
	area := 0.0
	for i, r := range pg {
		if i == 0 {
			area = math.Abs(ringArea(r))
		} else {
			area -= math.Abs(ringArea(r))
		}
	}
	return area
}

// AreaMulti returns the sum of the areas of the polygons of m.
func AreaMulti(m orb.MultiPolygon) float64 {
	area := 0.0
	for _, pg := range m {
		area += Area(pg)
	}
	return area
}

// ringArea is ∮ q dλ, where q is the area between the latitude of the first vertex and that of the edge, per radian.
func ringArea(r orb.Ring) float64 {
	if len(r) < 3 {
		return 0
	}
	base := zone(r[0][1])
	sum := 0.0
	for i, b := range r {
		a := r[(i+len(r)-1)%len(r)]
		if a[0] != b[0] {
			sum += (b[0] - a[0]) * radians * (meanZone(a[1], b[1]) - base)
		}
	}
	return sum
}

// meanZone is the mean of zone between two latitudes, by the Gauss-Legendre rule of three points on steps of a degree.
func meanZone(from, to float64) float64 {
	const node, outer, inner = 0.7745966692414834, 5.0 / 18, 8.0 / 18
	steps := 1 + math.Floor(math.Abs(to-from))
	h := (to - from) / steps
	sum := 0.0
	for i := 0.5; i < steps; i++ {
		mid := from + i*h
		sum += outer*(zone(mid-node*h/2)+zone(mid+node*h/2)) + inner*zone(mid)
	}
	return sum / steps
}

// zone is the area in square metres between the equator and a latitude, per radian of longitude: the authalic integral
// ∫ M N cos φ dφ = b²/2 · (s / (1 - e² s²) + artanh(e s) / e) with s = sin φ.
func zone(lat float64) float64 {
	s := math.Sin(lat * radians)
	e := math.Sqrt(eccentricity)
	return semiMinor * semiMinor / 2 * (s/(1-eccentricity*s*s) + math.Atanh(e*s)/e)
}

package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Metres is a length on the CGCS2000 ellipsoid.
type Metres float64

// Distance returns the length of the shortest geodesic between two points (longitude, latitude, degrees) on the CGCS2000
// ellipsoid. The relative error is below 1e-9 (1e-6 is promised) at every distance, near the antipode and across the
// antimeridian too. The distance of a point to itself is 0; a coordinate that is not finite gives NaN.
func Distance(a, b orb.Point) Metres {
	d, _ := inverse(a, b)
	return Metres(d)
}

// Bearing returns the direction in which the shortest geodesic leaves a for b, degrees clockwise from north in [0, 360).
// It is 0 when the points coincide.
func Bearing(a, b orb.Point) float64 {
	_, direction := inverse(a, b)
	deg := direction / radians
	if deg < 0 {
		deg += 360
	}
	if deg >= 360 { // -1e-20 + 360
		return 0
	}
	return deg
}

// Destination returns the point that is d metres from p along the geodesic that leaves p at bearing degrees clockwise from
// north. A negative d goes backwards. Longitude is in [-180, 180].
func Destination(p orb.Point, bearing float64, d Metres) orb.Point {
	return direct(p, math.Remainder(bearing, 360)*radians, float64(d))
}

// Length returns the sum of the geodesic lengths of the segments of ls; 0 for fewer than two points.
func Length(ls orb.LineString) Metres {
	var sum Metres
	for i := 1; i < len(ls); i++ {
		sum += Distance(ls[i-1], ls[i])
	}
	return sum
}

// Perimeter returns the length of all rings of pg, holes included. A ring that is not closed is measured as if it were.
func Perimeter(pg orb.Polygon) Metres {
	var sum Metres
	for _, r := range pg {
		sum += Length(orb.LineString(r))
		if n := len(r); n > 1 && r[0] != r[n-1] {
			sum += Distance(r[n-1], r[0])
		}
	}
	return sum
}

// PerimeterMulti returns the sum of the perimeters of the polygons of m; a border that two of them share counts twice.
func PerimeterMulti(m orb.MultiPolygon) Metres {
	var sum Metres
	for _, pg := range m {
		sum += Perimeter(pg)
	}
	return sum
}

// PointToSegment returns the distance from p to the segment ab, the nearest point of the segment, and where it lies as a
// fraction from 0 at a to 1 at b. The segment is straight in longitude and latitude, as every predicate of this package
// sees it. Of a segment of length 0 the nearest point is a and the fraction 0.
//
// The foot is found with the Ruler of the latitude of p; the distance to it is then geodesic. For p within 50 km of the
// segment the error is below 1e-6 of the distance; beyond, d is still the distance to at, which is then near the foot.
func PointToSegment(p, a, b orb.Point) (d Metres, at orb.Point, fraction float64) {
	_, at, fraction = NewRuler(p[1]).PointToSegment(p, a, b)
	return Distance(p, at), at, fraction
}

// PointToLine returns the distance from p to the line, the nearest point of it, and the geodesic distance from the start of
// the line to that point measured along the line. Where several points are equally near, the first is taken. A line of
// one point has that point; an empty line gives +Inf and zeroes. The error is that of PointToSegment.
func PointToLine(p orb.Point, ls orb.LineString) (d Metres, at orb.Point, along Metres) {
	if len(ls) == 0 {
		return Metres(math.Inf(1)), orb.Point{}, 0
	}
	at, segment := NewRuler(p[1]).nearest(p, ls)
	if segment > 0 {
		along = Length(ls[:segment]) + Distance(ls[segment-1], at)
	}
	return Distance(p, at), at, along
}

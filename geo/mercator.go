package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// mercatorLimit is the latitude at which the Web Mercator square ends: atan(sinh π).
const mercatorLimit = 85.05112877980659

// MercatorUnit is the size of one unit of MercatorUnits in Mercator metres.
const MercatorUnit = 2 * math.Pi * semiMajor / (1 << 32)

// Mercator returns p (longitude, latitude, degrees) in the metres of EPSG:3857, which are longer than real ones by
// 1/cos φ. Latitudes beyond ±85.0511° are put on the edge of the square. It is for drawing only.
func Mercator(p orb.Point) orb.Point {
	lat := math.Max(-mercatorLimit, math.Min(mercatorLimit, p[1]))
	return orb.Point{semiMajor * p[0] * radians, semiMajor * math.Atanh(math.Sin(lat*radians))}
}

// FromMercator is the inverse of Mercator.
func FromMercator(m orb.Point) orb.Point {
	return orb.Point{m[0] / semiMajor / radians, math.Asin(math.Tanh(m[1]/semiMajor)) / radians}
}

// MercatorUnits returns p in whole units of a Web Mercator square of 2^32 units, x to the east and y to the south from its
// north-western corner, rounded down. The tile of zoom z that holds p is x>>(32-z), y>>(32-z). One unit is 9.3 mm at the
// equator and 8 mm of ground in Jinshan, less than the 1e-7 degree of stored coordinates, so points that differ in storage by a unit differ
// here by one or two. Positions outside the square are put on its edge.
func MercatorUnits(p orb.Point) (x, y uint32) {
	m := Mercator(p)
	const half = math.Pi * semiMajor
	return unit((m[0] + half) / MercatorUnit), unit((half - m[1]) / MercatorUnit)
}

// FromMercatorUnits returns the north-western corner of a unit.
func FromMercatorUnits(x, y uint32) orb.Point {
	const half = math.Pi * semiMajor
	return FromMercator(orb.Point{float64(x)*MercatorUnit - half, half - float64(y)*MercatorUnit})
}

func unit(v float64) uint32 {
	if !(v > 0) { // NaN too
		return 0
	}
	return uint32(math.Min(v, math.MaxUint32))
}

package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// EPSG:4549, CGCS2000 / 3-degree Gauss-Kruger CM 120E: scale 1 on the central meridian, easting without a zone number.
const (
	centralMeridian = 120.0    // degrees east
	falseEasting    = 500000.0 // metres
	zoneReach       = 6.0      // degrees to both sides that are converted; the zone itself ends at 1.5
	quarterMeridian = 10001965 // metres from the equator to the pole, and the largest northing
)

// krueger is a transverse Mercator projection of the ellipsoid by the series of Krüger (1912) to the sixth power of the third
// flattening, as given by Karney (2011), "Transverse Mercator with an accuracy of a few nanometers". Its truncation error
// is below 1e-8 m within 6° of the central meridian.
type krueger struct {
	radius float64    // metres of meridian arc per radian of rectifying latitude
	alpha  [6]float64 // conformal → rectifying sphere
	beta   [6]float64 // and back
}

// gaussKruger120 returns the projection of EPSG:4549. The compiler folds its numbers, so it is not kept.
func gaussKruger120() krueger {
	const n = flattening / (2 - flattening)
	const n2, n3, n4, n5, n6 = n * n, n * n * n, n * n * n * n, n * n * n * n * n, n * n * n * n * n * n
	return krueger{
		radius: semiMajor / (1 + n) * (1 + n2/4 + n4/64 + n6/256),
		alpha: [6]float64{
			n/2 - n2*2/3 + n3*5/16 + n4*41/180 - n5*127/288 + n6*7891/37800,
			n2*13/48 - n3*3/5 + n4*557/1440 + n5*281/630 - n6*1983433/1935360,
			n3*61/240 - n4*103/140 + n5*15061/26880 + n6*167603/181440,
			n4*49561/161280 - n5*179/168 + n6*6601661/7257600,
			n5*34729/80640 - n6*3418889/1995840,
			n6 * 212378941 / 319334400,
		},
		beta: [6]float64{
			n/2 - n2*2/3 + n3*37/96 - n4/360 - n5*81/512 + n6*96199/604800,
			n2/48 + n3/15 - n4*437/1440 + n5*46/105 - n6*1118711/3870720,
			n3*17/480 - n4*37/840 - n5*209/4480 + n6*5569/90720,
			n4*4397/161280 - n5*11/504 - n6*830251/7257600,
			n5*4583/161280 - n6*108847/3991680,
			n6 * 20648693 / 638668800,
		},
	}
}

// forward projects longitude and latitude in degrees to easting and northing in metres.
func (k krueger) forward(p orb.Point) orb.Point {
	e := math.Sqrt(eccentricity)
	sin, cos := math.Sincos(p[1] * radians)
	t := math.Sinh(math.Atanh(sin) - e*math.Atanh(e*sin)) // tangent of the conformal latitude
	if cos < 1e-9 {                                       // at a pole, where artanh is infinite
		return orb.Point{falseEasting, math.Copysign(k.radius*math.Pi/2, sin)}
	}
	sinLon, cosLon := math.Sincos((p[0] - centralMeridian) * radians)
	xi := math.Atan2(t, cosLon)
	eta := math.Asinh(sinLon / math.Hypot(t, cosLon))
	north, east := xi, eta
	for i, a := range k.alpha {
		j := float64(2 * (i + 1))
		s, c := math.Sincos(j * xi)
		north += a * s * math.Cosh(j*eta)
		east += a * c * math.Sinh(j*eta)
	}
	return orb.Point{falseEasting + k.radius*east, k.radius * north}
}

// inverse projects easting and northing in metres to longitude and latitude in degrees.
func (k krueger) inverse(p orb.Point) orb.Point {
	north, east := p[1]/k.radius, (p[0]-falseEasting)/k.radius
	xi, eta := north, east
	for i, b := range k.beta {
		j := float64(2 * (i + 1))
		s, c := math.Sincos(j * north)
		xi -= b * s * math.Cosh(j*east)
		eta -= b * c * math.Sinh(j*east)
	}
	sinXi, cosXi := math.Sincos(xi)
	t := sinXi / math.Hypot(math.Sinh(eta), cosXi)
	lon := math.Atan2(math.Sinh(eta), cosXi)
	return orb.Point{centralMeridian + lon/radians, math.Atan(geographicTangent(t)) / radians}
}

// geographicTangent is the tangent of the latitude whose conformal latitude has tangent t: the fixed point of
// asinh τ = asinh t + e artanh(e sin φ), which contracts by e² at each step.
func geographicTangent(t float64) float64 {
	e := math.Sqrt(eccentricity)
	conformal := math.Asinh(t)
	isometric := conformal
	for range 12 {
		isometric = conformal + e*math.Atanh(e*math.Tanh(isometric)) // tanh of the isometric latitude is sin φ
	}
	return math.Sinh(isometric)
}

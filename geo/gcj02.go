package geo

// GCJ-02 and BD-09, the two shifted systems of Chinese web maps: everything this program knows about them is in this file, and
// Options.DisableGCJ keeps it from being run.
//
// Both are defined here by the formulas that are public and that all known libraries share; the official algorithm is not
// published. The inverse of either has no closed form. Libraries that subtract the shift once are 0.1 to 2.2 m off over
// Jinshan; here it is iterated until forward(inverse(p)) is p within 1e-9 degree (0.1 mm).
//
// Outside the usual box around China the shift is 0 in all these functions. Within a kilometre of the edge of the box, which
// lies abroad and at sea, some points have two originals or none; there p itself is the answer.

import (
	"math"

	"github.com/paulmach/orb"
)

// The public formula measures its shift on the ellipsoid of Krasovsky 1940.
const (
	krasovskyAxis         = 6378245.0
	krasovskyEccentricity = 0.00669342162296594323
)

// inChinaBox reports whether the formula shifts p: the box of the public formula, which is far from the real border.
func inChinaBox(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

// wgsToGCJ is the public formula.
func wgsToGCJ(p orb.Point) orb.Point {
	if !inChinaBox(p) {
		return p
	}
	return shifted(p)
}

// gcjToWGS inverts wgsToGCJ.
func gcjToWGS(p orb.Point) orb.Point { return invertInBox(p, shifted) }

// wgsToBD is GCJ-02, then Baidu's shift.
func wgsToBD(p orb.Point) orb.Point {
	if !inChinaBox(p) {
		return p
	}
	return baidu(shifted(p))
}

// bdToWGS inverts wgsToBD: Baidu's shift first, then the other, so that each iteration converges quickly.
func bdToWGS(p orb.Point) orb.Point {
	return invertInBox(p, func(q orb.Point) orb.Point { return baidu(shifted(q)) })
}

// invertInBox finds q with forward(q) = p by q ← q + p - forward(q). Both shifts change by less than 2 % of the way, so each
// step gains nearly two digits. A p outside the box, and one whose original would lie outside, is its own original.
func invertInBox(p orb.Point, forward func(orb.Point) orb.Point) orb.Point {
	if !inChinaBox(p) {
		return p
	}
	q := p
	for range 30 {
		f := forward(q)
		miss := orb.Point{p[0] - f[0], p[1] - f[1]}
		q = orb.Point{q[0] + miss[0], q[1] + miss[1]}
		if math.Abs(miss[0]) < 1e-13 && math.Abs(miss[1]) < 1e-13 {
			break
		}
	}
	if !inChinaBox(q) {
		return p
	}
	return q
}

// shifted adds the GCJ-02 shift, wherever p is.
func shifted(p orb.Point) orb.Point {
	sin, cos := math.Sincos(p[1] * radians)
	w := 1 - krasovskyEccentricity*sin*sin
	perLat := krasovskyAxis * (1 - krasovskyEccentricity) / (w * math.Sqrt(w)) * radians
	perLon := krasovskyAxis / math.Sqrt(w) * cos * radians
	x, y := p[0]-105, p[1]-35
	return orb.Point{p[0] + gcjEast(x, y)/perLon, p[1] + gcjNorth(x, y)/perLat}
}

// gcjEast is the shift to the east in metres, x and y in degrees from 105 E 35 N.
func gcjEast(x, y float64) float64 {
	return 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) +
		(20*sinPi(6*x)+20*sinPi(2*x))*2/3 +
		(20*sinPi(x)+40*sinPi(x/3))*2/3 +
		(150*sinPi(x/12)+300*sinPi(x/30))*2/3
}

// gcjNorth is the shift to the north in metres.
func gcjNorth(x, y float64) float64 {
	return -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) +
		(20*sinPi(6*x)+20*sinPi(2*x))*2/3 +
		(20*sinPi(y)+40*sinPi(y/3))*2/3 +
		(160*sinPi(y/12)+320*sinPi(y/30))*2/3
}

func sinPi(x float64) float64 { return math.Sin(x * math.Pi) }

// baidu adds Baidu's shift to a GCJ-02 position: a turn and a stretch about 0, 0, each with a ripple, and an offset. Some copies
// of the formula lack the factor 3000/180 in the ripple; over Jinshan the two differ by up to 40 m. An outline of the district in
// BD-09 lies 17 m (median) from one in GCJ-02 with the factor and 26 m without.
func baidu(p orb.Point) orb.Point {
	const ripple = math.Pi * 3000 / 180
	radius := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*ripple)
	angle := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*ripple)
	sin, cos := math.Sincos(angle)
	return orb.Point{radius*cos + 0.0065, radius*sin + 0.006}
}

package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// The CGCS2000 ellipsoid (GB 22021-2008). WGS 84 differs from it by 0.1 mm at the pole.
const (
	semiMajor    = 6378137.0                                            // a, metres
	flattening   = 1 / 298.257222101                                    // f
	semiMinor    = semiMajor * (1 - flattening)                         // b, metres
	eccentricity = flattening * (2 - flattening)                        // e², squared first eccentricity
	secondEccent = eccentricity / ((1 - flattening) * (1 - flattening)) // e'², squared second eccentricity
	radians      = math.Pi / 180                                        // radians in a degree
)

// reduced is the reduced latitude β of a point, tan β = (1-f) tan φ, by its sine and cosine.
type reduced struct{ sin, cos float64 }

func reducedLatitude(lat float64) (r reduced, norm float64) {
	s, c := math.Sincos(lat * radians)
	s *= 1 - flattening
	norm = math.Hypot(s, c)
	return reduced{s / norm, c / norm}, norm
}

// sphereArc is a geodesic on the auxiliary sphere: k² = e'² cos² α0, the arc from its equator crossing to the start, and the arc
// from start to end, radians.
type sphereArc struct{ k2, start, angle float64 }

// length is the length of the arc on the ellipsoid in metres: b ∫ √(1 + k² sin² σ) dσ (Karney 2013, equation 7).
func (r sphereArc) length() float64 {
	return semiMinor * r.integrate(func(root float64) float64 { return root })
}

// lag is ∫ (2-f) / (1 + (1-f) √(1 + k² sin² σ)) dσ, by which longitude stays behind on the ellipsoid, before its factor
// f sin α0 (Karney 2013, equation 8).
func (r sphereArc) lag() float64 {
	return r.integrate(func(root float64) float64 { return (2 - flattening) / (1 + (1-flattening)*root) })
}

// integrate is the integral along the arc of g of √(1 + k² sin² σ), by the Gauss-Legendre rule of three points on panels
// of 0.1 radian or less. The integrand varies by 0.2 % over a quarter turn, so the error is below 1e-14 of the result;
// unlike a difference of two series it loses nothing on short arcs.
func (r sphereArc) integrate(g func(root float64) float64) float64 {
	const node, outer, inner = 0.7745966692414834, 5.0 / 18, 8.0 / 18
	panels := 1 + math.Floor(math.Abs(r.angle)/0.1)
	step := r.angle / panels
	sum := 0.0
	for i := 0.5; i < panels; i++ {
		mid := r.start + i*step
		sum += outer*(g(r.root(mid-node*step/2))+g(r.root(mid+node*step/2))) + inner*g(r.root(mid))
	}
	return sum * step
}

func (r sphereArc) root(sigma float64) float64 {
	s := math.Sin(sigma)
	return math.Sqrt(1 + r.k2*s*s)
}

// inverse solves for the shortest geodesic from a to b: its length in metres and its direction at a, radians clockwise
// from north in (-π, π]. Coincident points give 0, 0, and coordinates that are not finite NaN.
//
// The longitude difference ω on the auxiliary sphere is found by iterating ω = λ + f sin α0 · lag, as Vincenty (1975) does
// it but with the integrals evaluated to machine precision. Where that does not settle (within about half a degree of
// the antipode) the direction is found by bisection, which always ends.
func inverse(a, b orb.Point) (metres, direction float64) {
	r1, n1 := reducedLatitude(a[1])
	r2, n2 := reducedLatitude(b[1])
	east := math.Remainder(b[0]-a[0], 360) * radians
	lambda := math.Abs(east)
	// sin(β2-β1) without cancellation, so that a centimetre is measured as well as a kilometre
	rise := (1 - flattening) * math.Sin((b[1]-a[1])*radians) / (n1 * n2)
	if math.IsNaN(lambda + rise) {
		return math.NaN(), math.NaN()
	}
	s, ok := settle(r1, r2, rise, lambda)
	if !ok {
		s = bisect(r1, r2, lambda)
	}
	if s.arc.angle == 0 {
		return 0, 0
	}
	return s.arc.length(), math.Atan2(math.Copysign(s.sinAlpha, east), s.cosAlpha)
}

// sphereLine is an arc with its direction at the start.
type sphereLine struct {
	arc                sphereArc
	sinAlpha, cosAlpha float64
}

// settle iterates from ω = λ; false when that does not converge.
func settle(r1, r2 reduced, rise, lambda float64) (sphereLine, bool) {
	omega := lambda
	for range 30 {
		s, sinAlpha0 := sphere(r1, r2, rise, omega)
		if s.arc.angle == 0 {
			return s, lambda == 0
		}
		next := lambda + flattening*sinAlpha0*s.arc.lag()
		if math.Abs(next-omega) <= 1e-14*omega {
			return s, true
		}
		if !(next <= math.Pi) {
			break
		}
		omega = next
	}
	return sphereLine{}, false
}

// sphere solves the triangle of the pole and two points that are omega apart in longitude on the auxiliary sphere.
func sphere(r1, r2 reduced, rise, omega float64) (s sphereLine, sinAlpha0 float64) {
	half := math.Sin(omega / 2)
	x := r2.cos * math.Sin(omega)
	y := rise + 2*r1.sin*r2.cos*half*half
	sine := math.Hypot(x, y)
	if sine == 0 {
		return sphereLine{}, 0 // the same point, or opposite ones
	}
	s.sinAlpha, s.cosAlpha = x/sine, y/sine
	s.arc, sinAlpha0, _ = leave(r1, s.sinAlpha, s.cosAlpha)
	s.arc.angle = math.Atan2(sine, r1.sin*r2.sin+r1.cos*r2.cos*math.Cos(omega))
	return s, sinAlpha0
}

// leave is the arc that starts at r with a direction, its angle still 0, and the longitude omega of r from its equator
// crossing. That is taken from r itself, since at a pole the angle is too coarse for it.
func leave(r reduced, sinAlpha, cosAlpha float64) (from sphereArc, sinAlpha0, omega float64) {
	sinAlpha0 = sinAlpha * r.cos
	cosAlpha0 := math.Hypot(cosAlpha, sinAlpha*r.sin)
	from = sphereArc{k2: secondEccent * cosAlpha0 * cosAlpha0, start: math.Atan2(r.sin, cosAlpha*r.cos)}
	return from, sinAlpha0, math.Atan2(sinAlpha0*r.sin, cosAlpha*r.cos)
}

// bisect finds the direction of the geodesic that bridges lambda radians of longitude. With the point that is further from
// the equator first and put south, the longitude reached at the latitude of the other grows with the direction from 0 to π
// (Karney 2013, section 4), so halving the interval cannot miss.
func bisect(r1, r2 reduced, lambda float64) sphereLine {
	swapped := math.Abs(r1.sin) < math.Abs(r2.sin)
	if swapped {
		r1, r2 = r2, r1
	}
	mirrored := r1.sin > 0
	if mirrored {
		r1.sin, r2.sin = -r1.sin, -r2.sin
	}
	low, high := 0.0, math.Pi
	for range 64 {
		mid := (low + high) / 2
		if _, _, reached := shoot(r1, r2, mid); reached < lambda {
			low = mid
		} else {
			high = mid
		}
	}
	s, cosAlpha2, _ := shoot(r1, r2, low)
	if swapped { // the way back: the direction at the other end, turned round, east and west exchanged
		s.sinAlpha, s.cosAlpha = s.sinAlpha*r1.cos/r2.cos, -cosAlpha2
	}
	if mirrored {
		s.cosAlpha = -s.cosAlpha
	}
	return s
}

// shoot follows the geodesic from r1 in a direction until it first reaches the latitude of r2 while heading north, and
// gives the cosine of its direction there and the longitude covered.
func shoot(r1, r2 reduced, alpha float64) (s sphereLine, cosAlpha2, lambda float64) {
	s.sinAlpha, s.cosAlpha = math.Sincos(alpha)
	var sinAlpha0, omega0 float64
	s.arc, sinAlpha0, omega0 = leave(r1, s.sinAlpha, s.cosAlpha)
	over := s.cosAlpha*s.cosAlpha*r1.cos*r1.cos + (r1.sin-r2.sin)*(r1.sin+r2.sin)
	cosAlpha2 = math.Sqrt(math.Max(0, over)) / r2.cos
	end := math.Atan2(r2.sin, cosAlpha2*r2.cos)
	s.arc.angle = end - s.arc.start
	if s.arc.angle < 0 {
		s.arc.angle += 2 * math.Pi
	}
	omega := spherical(sinAlpha0, end) - omega0
	if omega < 0 {
		omega += 2 * math.Pi
	}
	return s, cosAlpha2, omega - flattening*sinAlpha0*s.arc.lag()
}

// spherical is the longitude on the auxiliary sphere at an arc sigma from the equator crossing.
func spherical(sinAlpha0, sigma float64) float64 {
	s, c := math.Sincos(sigma)
	return math.Atan2(sinAlpha0*s, c)
}

// direct follows the geodesic from p for metres in a direction (radians clockwise from north). The longitude of the result
// is in [-180, 180].
func direct(p orb.Point, direction, metres float64) orb.Point {
	r, _ := reducedLatitude(p[1])
	sinAlpha, cosAlpha := math.Sincos(direction)
	way, sinAlpha0, omega0 := leave(r, sinAlpha, cosAlpha)
	way.angle = metres / (semiMinor * way.root(way.start))
	for range 8 { // Newton; the length is almost linear in the angle, four steps reach machine precision
		miss := way.length() - metres
		way.angle -= miss / (semiMinor * way.root(way.start+way.angle))
		if math.Abs(miss) < 1e-9 {
			break
		}
	}
	end := way.start + way.angle
	s, c := math.Sincos(end)
	cosAlpha0 := math.Hypot(cosAlpha, sinAlpha*r.sin)
	lat := math.Atan2(cosAlpha0*s, (1-flattening)*math.Hypot(sinAlpha0, cosAlpha0*c))
	omega := spherical(sinAlpha0, end) - omega0
	lon := p[0] + (omega-flattening*sinAlpha0*way.lag())/radians
	return orb.Point{math.Remainder(lon, 360), lat / radians}
}

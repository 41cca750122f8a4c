package main

import (
	"math"
	"math/rand/v2"
)

// curve is a polyline in the plane.
type curve []vec

// smooth draws a curve through control places in degrees: a centripetal Catmull-Rom spline, which neither overshoots nor loops,
// sampled about every step metres. The first and last control are the ends.
func smooth(step float64, lonLat ...[2]float64) curve {
	return smoothPlaces(step, places(lonLat))
}

func smoothPlaces(step float64, ctl []vec) curve {
	n := len(ctl)
	before := ctl[0].add(ctl[0].sub(ctl[1]))
	after := ctl[n-1].add(ctl[n-1].sub(ctl[n-2]))
	around := append(append([]vec{before}, ctl...), after)
	out := curve{ctl[0]}
	for i := range n - 1 {
		out = span(out, step, [4]vec(around[i:i+4]))
	}
	return out
}

// smoothClosed is smoothPlaces around a closed curve, which ends one step before the first control; knots are the places of the
// controls in it.
func smoothClosed(step float64, ctl []vec) (out curve, knots []int) {
	n := len(ctl)
	out = curve{ctl[0]}
	for i := range n {
		knots = append(knots, len(out)-1)
		out = span(out, step, [4]vec{ctl[(i+n-1)%n], ctl[i], ctl[(i+1)%n], ctl[(i+2)%n]})
	}
	return out[:len(out)-1], knots
}

// span appends the spline from the second to the third of four controls.
func span(out curve, step float64, p [4]vec) curve {
	parts := max(1, int(math.Round(p[1].far(p[2])/step)))
	for k := 1; k < parts; k++ {
		out = append(out, centripetal(p[0], p[1], p[2], p[3], float64(k)/float64(parts)))
	}
	return append(out, p[2])
}

// meander puts further controls between those given, by displacing the middle of every stretch sideways by up to rough times its
// length (Fournier, Fussell and Carpenter 1982), until no stretch is longer than finest. The ends stay.
func meander(ctl []vec, rough, finest float64, r *rand.Rand) []vec {
	out := []vec{ctl[0]}
	for i := 1; i < len(ctl); i++ {
		out = wind(out, ctl[i-1], ctl[i], rough, finest, r)
	}
	return out
}

func wind(out []vec, a, b vec, rough, finest float64, r *rand.Rand) []vec {
	if a.far(b) <= finest {
		return append(out, b)
	}
	middle := a.to(b, 0.5+spread(r, 0.1)).add(b.sub(a).left().scale(spread(r, rough)))
	return wind(wind(out, a, middle, rough, finest, r), middle, b, rough, finest, r)
}

// places are controls in the plane.
func places(lonLat [][2]float64) []vec {
	out := make([]vec, len(lonLat))
	for i, c := range lonLat {
		out[i] = at(c[0], c[1])
	}
	return out
}

// centripetal is the place at fraction f of the spline between p1 and p2, after Barry and Goldman (1988) with knots at the
// square roots of the distances.
func centripetal(p0, p1, p2, p3 vec, f float64) vec {
	t0 := 0.0
	t1 := t0 + math.Sqrt(p0.far(p1))
	t2 := t1 + math.Sqrt(p1.far(p2))
	t3 := t2 + math.Sqrt(p2.far(p3))
	t := t1 + float64(f*(t2-t1))
	mix := func(a, b vec, ta, tb float64) vec { return a.to(b, (t-ta)/(tb-ta)) }
	a1, a2, a3 := mix(p0, p1, t0, t1), mix(p1, p2, t1, t2), mix(p2, p3, t2, t3)
	b1, b2 := mix(a1, a2, t0, t2), mix(a2, a3, t1, t3)
	return mix(b1, b2, t1, t2)
}

// length is the sum of the segments in metres.
func (c curve) length() float64 {
	sum := 0.0
	for i := 1; i < len(c); i++ {
		sum += c[i-1].far(c[i])
	}
	return sum
}

// along returns the place at a distance from the start and the direction there. Beyond the ends it is the end.
func (c curve) along(d float64) (place, direction vec) {
	for i := 1; i < len(c); i++ {
		l := c[i-1].far(c[i])
		if d <= l || i == len(c)-1 {
			return c[i-1].to(c[i], math.Max(0, math.Min(1, d/l))), c[i].sub(c[i-1]).unit()
		}
		d -= l
	}
	return c[0], vec{1, 0}
}

// foot returns the place of the curve next to p and how far it is from p.
func (c curve) foot(p vec) (place vec, distance float64) {
	distance = math.Inf(1)
	for i := 1; i < len(c); i++ {
		d := c[i].sub(c[i-1])
		f := 0.0
		if l := d.dot(d); l > 0 {
			f = math.Max(0, math.Min(1, p.sub(c[i-1]).dot(d)/l))
		}
		if q := c[i-1].to(c[i], f); q.far(p) < distance {
			place, distance = q, q.far(p)
		}
	}
	return place, distance
}

// cut returns where the segment from a to b meets the curve, as a fraction of the segment; the first such place.
func (c curve) cut(a, b vec) (float64, bool) {
	best, found := 2.0, false
	for i := 1; i < len(c); i++ {
		if f, _, ok := meet(a, b, c[i-1], c[i]); ok && f < best {
			best, found = f, true
		}
	}
	return best, found
}

// meet returns the fractions of the segments a b and c d at which they cross.
func meet(a, b, c, d vec) (f, g float64, ok bool) {
	u, v, w := b.sub(a), d.sub(c), c.sub(a)
	den := u.cross(v)
	if den == 0 {
		return 0, 0, false
	}
	f, g = w.cross(v)/den, w.cross(u)/den
	return f, g, f >= 0 && f <= 1 && g >= 0 && g <= 1
}

// inside reports whether p lies in the area that the closed curve bounds.
func (c curve) inside(p vec) bool {
	in := false
	for i := range c {
		a, b := c[i], c[(i+1)%len(c)]
		if (a.y > p.y) != (b.y > p.y) && p.x < a.x+float64((p.y-a.y)/(b.y-a.y)*(b.x-a.x)) {
			in = !in
		}
	}
	return in
}

func (c curve) reversed() curve {
	out := make(curve, len(c))
	for i, p := range c {
		out[len(c)-1-i] = p
	}
	return out
}

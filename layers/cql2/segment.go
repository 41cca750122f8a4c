package cql2

import (
	"math/bits"

	"wangge/geo"
)

// The predicates of this file are exact. Coordinates are 1/64 of 1e-7 degree, of at most 37 bits, so that a product of two
// differences has at most 76: float64 decides where its error cannot matter, and 128 bits decide the rest.

// side returns on which side of the line from a to b the point c lies: 1 left, -1 right, 0 on the line.
func side(a, b, c geo.Query) int {
	ux, uy, vx, vy := b.X-a.X, b.Y-a.Y, c.X-a.X, c.Y-a.Y
	left, right := float64(ux)*float64(vy), float64(uy)*float64(vx)
	// Differences are exact in float64; each product and the difference is off by less than one part in 2^52.
	const doubt = 1.0 / (1 << 50)
	d := left - right
	if limit := doubt * (abs(left) + abs(right)); d > limit {
		return 1
	} else if d < -limit {
		return -1
	}
	return compareProducts(ux, vy, uy, vx)
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// compareProducts returns the sign of a*b - c*d.
func compareProducts(a, b, c, d int64) int {
	s, hi, lo := product(a, b)
	t, hi2, lo2 := product(c, d)
	if s != t {
		if s < t {
			return -1
		}
		return 1
	}
	switch {
	case hi > hi2, hi == hi2 && lo > lo2:
		return s
	case hi == hi2 && lo == lo2:
		return 0
	}
	return -s
}

// product returns the sign and the magnitude of a*b.
func product(a, b int64) (sign int, hi, lo uint64) {
	sign = 1
	if a < 0 {
		a, sign = -a, -sign
	}
	if b < 0 {
		b, sign = -b, -sign
	}
	if a == 0 || b == 0 {
		return 0, 0, 0
	}
	hi, lo = bits.Mul64(uint64(a), uint64(b))
	return sign, hi, lo
}

// segment runs from a to b, both included; they may be the same.
type segment struct{ a, b geo.Query }

func (s segment) extent() extent {
	return extent{
		geo.Query{X: min(s.a.X, s.b.X), Y: min(s.a.Y, s.b.Y)},
		geo.Query{X: max(s.a.X, s.b.X), Y: max(s.a.Y, s.b.Y)},
	}
}

// has reports whether p lies on the segment.
func (s segment) has(p geo.Query) bool { return s.extent().has(p) && side(s.a, s.b, p) == 0 }

// meets reports whether two segments have a point in common.
func (s segment) meets(o segment) bool {
	if !s.extent().meets(o.extent()) {
		return false
	}
	d1, d2 := side(s.a, s.b, o.a), side(s.a, s.b, o.b)
	d3, d4 := side(o.a, o.b, s.a), side(o.a, o.b, s.b)
	if d1*d2 < 0 && d3*d4 < 0 {
		return true
	}
	return d1 == 0 && s.extent().has(o.a) || d2 == 0 && s.extent().has(o.b) || d3 == 0 && o.extent().has(s.a) || d4 == 0 && o.extent().has(s.b)
}

// enters reports whether the segment has a point in a box: their boxes meet, and the corners are not all on one side of it.
func (s segment) enters(e extent) bool {
	if !s.extent().meets(e) {
		return false
	}
	first := side(s.a, s.b, e.min)
	for _, corner := range []geo.Query{e.max, {X: e.min.X, Y: e.max.Y}, {X: e.max.X, Y: e.min.Y}} {
		if first == 0 || side(s.a, s.b, corner) != first {
			return true
		}
	}
	return false
}

// extent is a box, its sides included.
type extent struct{ min, max geo.Query }

func (e extent) has(p geo.Query) bool {
	return p.X >= e.min.X && p.X <= e.max.X && p.Y >= e.min.Y && p.Y <= e.max.Y
}

func (e extent) meets(o extent) bool {
	return e.min.X <= o.max.X && o.min.X <= e.max.X && e.min.Y <= o.max.Y && o.min.Y <= e.max.Y
}

func (e extent) union(o extent) extent {
	return extent{
		geo.Query{X: min(e.min.X, o.min.X), Y: min(e.min.Y, o.min.Y)},
		geo.Query{X: max(e.max.X, o.max.X), Y: max(e.max.Y, o.max.Y)},
	}
}

func extentOf(path []geo.Query) extent {
	e := extent{path[0], path[0]}
	for _, p := range path[1:] {
		e = e.union(extent{p, p})
	}
	return e
}

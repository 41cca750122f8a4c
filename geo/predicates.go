package geo

import "math/bits"

// wide is a signed 128-bit integer in two's complement. The products below need it: the coordinates of two positions far apart
// differ by up to 3.6e9 Fixed or 2.3e11 Query units.
type wide struct {
	hi int64
	lo uint64
}

func mulWide(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	h := int64(hi)
	if a < 0 {
		h -= b
	}
	if b < 0 {
		h -= a
	}
	return wide{hi: h, lo: lo}
}

func (w wide) add(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	return wide{hi: w.hi + v.hi + int64(carry), lo: lo}
}

func (w wide) sub(v wide) wide {
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	return wide{hi: w.hi - v.hi - int64(borrow), lo: lo}
}

func (w wide) sign() int {
	switch {
	case w.hi < 0:
		return -1
	case w.hi == 0 && w.lo == 0:
		return 0
	}
	return 1
}

func sign64(v int64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}

// within reports -limit < v < limit without a branch a negation could overflow.
func within(v, limit int64) bool { return v > -limit && v < limit }

// crossSign is the sign of ax·by − ay·bx, exact for all int64 below 2^62 in size.
func crossSign(ax, ay, bx, by int64) int {
	const half = 1 << 31
	if within(ax, half) && within(ay, half) && within(bx, half) && within(by, half) {
		return sign64(ax*by - ay*bx)
	}
	return mulWide(ax, by).sub(mulWide(ay, bx)).sign()
}

// crossOf is twice the signed area of the triangle a, b, c: positive when it is counter-clockwise.
func crossOf(a, b, c Fixed) wide {
	abx, aby := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	acx, acy := int64(c.X)-int64(a.X), int64(c.Y)-int64(a.Y)
	return mulWide(abx, acy).sub(mulWide(aby, acx))
}

// orient is +1 when c lies to the left of the line from a to b, -1 to the right, 0 on it.
func orient(a, b, c Fixed) int {
	return crossSign(int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y), int64(c.X)-int64(a.X), int64(c.Y)-int64(a.Y))
}

// sideOf is +1 when q lies to the left of the line from a to b, -1 to the right, 0 on it. The edge stays in Fixed units and only
// the query is in sixty-fourths, so that int64 holds the products while the edge is shorter than 2^28 units (26.8 degrees) and
// q is near; beyond that it takes 128 bits.
func sideOf(a, b Fixed, q Query) int {
	dx, dy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	px, py := q.X-int64(a.X)*QueryScale, q.Y-int64(a.Y)*QueryScale
	const edge, near = 1 << 28, 1 << 34
	if within(dx, edge) && within(dy, edge) && within(px, near) && within(py, near) {
		return sign64(dx*py - dy*px)
	}
	return mulWide(dx, py).sub(mulWide(dy, px)).sign()
}

// inBox reports whether c lies in the closed box with the corners a and b.
func inBox(a, b, c Fixed) bool {
	return min(a.X, b.X) <= c.X && c.X <= max(a.X, b.X) && min(a.Y, b.Y) <= c.Y && c.Y <= max(a.Y, b.Y)
}

// onSegment reports whether c lies on the closed segment a b.
func onSegment(a, b, c Fixed) bool { return inBox(a, b, c) && orient(a, b, c) == 0 }

// properCrossing reports whether the open segments a b and c d cross in one point that is inner to both.
func properCrossing(a, b, c, d Fixed) bool {
	o1, o2 := orient(a, b, c), orient(a, b, d)
	if o1 == 0 || o2 == 0 || o1 == o2 {
		return false
	}
	o3, o4 := orient(c, d, a), orient(c, d, b)
	return o3 != 0 && o4 != 0 && o3 != o4
}

// queryOnSegment reports whether q lies on the closed segment a b.
func queryOnSegment(a, b Fixed, q Query) bool {
	qa, qb := a.Query(), b.Query()
	return min(qa.X, qb.X) <= q.X && q.X <= max(qa.X, qb.X) && min(qa.Y, qb.Y) <= q.Y && q.Y <= max(qa.Y, qb.Y) &&
		sideOf(a, b, q) == 0
}

package api_test

import (
	"math/big"
	"slices"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// scanBox returns the codes of the features that meet a box, by code: every edge is compared with the box, in rational numbers where
// float64 cannot be sure. It is written apart from everything that answers requests.
func scanBox(s *server, l layers.Layer, box orb.Bound) []string {
	var out []string
	for f := range s.World().Set(l).All(layers.InstantOf(noon)) {
		if touches(f.Shape(), box) {
			code, _ := f.Label()
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// touches reports whether a shape and a box have a point in common.
func touches(g orb.Geometry, box orb.Bound) bool {
	switch g := g.(type) {
	case orb.Point:
		return inBox(g, box)
	case orb.LineString:
		return lineTouches(g, box)
	case orb.Polygon:
		return areaTouches(g, box)
	case orb.MultiPolygon:
		return slices.ContainsFunc(g, func(p orb.Polygon) bool { return areaTouches(p, box) })
	}
	return false
}

func inBox(p orb.Point, box orb.Bound) bool {
	return p[0] >= box.Min[0] && p[0] <= box.Max[0] && p[1] >= box.Min[1] && p[1] <= box.Max[1]
}

func lineTouches(line []orb.Point, box orb.Bound) bool {
	corners := []orb.Point{box.Min, {box.Max[0], box.Min[1]}, box.Max, {box.Min[0], box.Max[1]}}
	for i := range line {
		if inBox(line[i], box) {
			return true
		}
		if i == 0 {
			continue
		}
		a, b := line[i-1], line[i]
		if max(a[0], b[0]) < box.Min[0] || min(a[0], b[0]) > box.Max[0] || max(a[1], b[1]) < box.Min[1] || min(a[1], b[1]) > box.Max[1] {
			continue
		}
		// The boxes overlap: the edge misses the box if all corners are on one side of it.
		left, right := 0, 0
		for _, c := range corners {
			switch turn(a, b, c) {
			case 1:
				left++
			case -1:
				right++
			}
		}
		if left < 4 && right < 4 {
			return true
		}
	}
	return false
}

func areaTouches(pg orb.Polygon, box orb.Bound) bool {
	inside := false
	for _, ring := range pg {
		if lineTouches(ring, box) {
			return true
		}
		for i := 1; i < len(ring); i++ { // no edge is near the box: is its corner inside?
			a, b := ring[i-1], ring[i]
			if (a[1] > box.Min[1]) != (b[1] > box.Min[1]) && (turn(a, b, box.Min) > 0) == (b[1] > a[1]) {
				inside = !inside
			}
		}
	}
	return inside
}

// turn returns on which side of the line from a to b the point c lies.
func turn(a, b, c orb.Point) int {
	d := (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
	if d > 1e-9 || d < -1e-9 {
		if d > 0 {
			return 1
		}
		return -1
	}
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	sub := func(x, y float64) *big.Rat { return new(big.Rat).Sub(rat(x), rat(y)) }
	left := new(big.Rat).Mul(sub(b[0], a[0]), sub(c[1], a[1]))
	return left.Cmp(new(big.Rat).Mul(sub(b[1], a[1]), sub(c[0], a[0])))
}

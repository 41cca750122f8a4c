package duty

import (
	"github.com/paulmach/orb"

	"wangge/geo"
)

// covers reports whether q lies in m or exactly on its border: areas that may overlap own their whole border, so that a position
// between two blocks is in both. It is exact. Only edges at the height of q are looked at closely.
func covers(m orb.MultiPolygon, q geo.Query) bool {
	const slack = 1e-7 // more than rounding can move anything
	y := q.Point()[1]
	for _, pg := range m {
		inside := false
		for _, ring := range pg {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if max(a[1], b[1]) < y-slack || min(a[1], b[1]) > y+slack {
					continue
				}
				edge := edgeOf(a, b)
				if geo.OnBorder(edge, q) {
					return true
				}
				if geo.Contains(edge, q) {
					inside = !inside
				}
			}
		}
		if inside {
			return true
		}
	}
	return false
}

// edgeOf makes an area's ring of one edge: a ray meets it if it crosses the edge. Vertices of a Snapshot are positions on Earth,
// so that nothing fails.
func edgeOf(a, b orb.Point) geo.FixedMultiPolygon {
	from, _ := geo.FixedFrom(a)
	to, _ := geo.FixedFrom(b)
	return geo.FixedMultiPolygon{{{from, to}}}
}

// distanceTo returns the distance from p to the border of pg, holes among it.
func distanceTo(pg orb.Polygon, p orb.Point) geo.Metres {
	best := geo.Metres(-1)
	for _, ring := range pg {
		if d, _, _ := geo.PointToLine(p, orb.LineString(ring)); best < 0 || d < best {
			best = d
		}
	}
	return max(best, 0)
}

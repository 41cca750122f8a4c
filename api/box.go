package api

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// meets reports whether a geometry and a box have a point in common, in the plane of longitude and latitude.
func meets(g orb.Geometry, box orb.Bound) bool {
	if g == nil || !g.Bound().Intersects(box) {
		return false
	}
	switch v := g.(type) {
	case orb.Point:
		return box.Contains(v)
	case orb.LineString:
		return pathMeets(v, box)
	case orb.Polygon:
		return polygonMeets(v, box)
	case orb.MultiPolygon:
		for _, pg := range v {
			if polygonMeets(pg, box) {
				return true
			}
		}
	}
	return false
}

// polygonMeets is true if a ring runs through the box, or the box lies inside the polygon as a whole.
func polygonMeets(pg orb.Polygon, box orb.Bound) bool {
	for _, ring := range pg {
		if pathMeets(ring, box) {
			return true
		}
	}
	return len(pg) > 0 && planar.PolygonContains(pg, box.Min)
}

func pathMeets[L ~[]orb.Point](line L, box orb.Bound) bool {
	for i := range line {
		if box.Contains(line[i]) || i > 0 && crosses(line[i-1], line[i], box) {
			return true
		}
	}
	return false
}

// crosses reports whether the segment from a to b meets the box: the part of it between the box's sides is not empty (Liang and
// Barsky).
func crosses(a, b orb.Point, box orb.Bound) bool {
	from, to := 0.0, 1.0
	for axis := range 2 {
		d := b[axis] - a[axis]
		low, high := box.Min[axis]-a[axis], box.Max[axis]-a[axis]
		if d == 0 {
			if low > 0 || high < 0 {
				return false
			}
			continue
		}
		t, u := low/d, high/d
		if t > u {
			t, u = u, t
		}
		from, to = max(from, t), min(to, u)
		if from > to {
			return false
		}
	}
	return true
}

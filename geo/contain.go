package geo

// rayCrosses is the half-open border rule, the one place where it is written: whether the ray from q to the east crosses the
// segment a b.
//
// An end exactly at the height of q counts as below it, so a ray through a vertex meets one of the two edges there or both or
// none, as a ray a little higher would; a horizontal edge is never met. A segment that passes exactly through q is not crossed,
// as for a ray that starts a little further east. Both together say: q stands for the point (q.X+ε, q.Y+ε²) with ε positive and
// smaller than any number. No edge passes through that point, so of any set of polygons that share edges without gap or overlap
// exactly one contains it, whatever the order of the polygons, the first vertex or the winding of their rings. A polygon thus
// owns its western and southern edges and not its eastern and northern ones.
func rayCrosses(a, b Fixed, q Query) bool {
	above, below := a, b
	if (int64(a.Y)*QueryScale > q.Y) == (int64(b.Y)*QueryScale > q.Y) {
		return false
	}
	if a.Y < b.Y {
		above, below = b, a
	}
	return sideOf(below, above, q) > 0
}

// Contains reports whether q lies in m by the half-open rule: of the polygons that share an edge or a vertex exactly one
// contains it, and the eastern and northern edges of m do not belong to m. It is exact, has no tolerance and tests every edge:
// the plain twin of Locator. The rings of one polygon count even-odd; of several polygons one is enough. An empty area contains
// nothing. Winding and first vertex do not matter. Safe for concurrent use.
func Contains(m FixedMultiPolygon, q Query) bool {
	for _, pg := range m {
		if pg.contains(q) {
			return true
		}
	}
	return false
}

func (pg FixedPolygon) contains(q Query) bool {
	inside := false
	for _, r := range pg {
		if r.contains(q) {
			inside = !inside
		}
	}
	return inside
}

func (r FixedRing) contains(q Query) bool {
	inside := false
	for i := 1; i < len(r); i++ {
		if rayCrosses(r[i-1], r[i], q) {
			inside = !inside
		}
	}
	return inside
}

// OnBorder reports whether q lies exactly on a ring of m.
func OnBorder(m FixedMultiPolygon, q Query) bool {
	for _, pg := range m {
		for _, r := range pg {
			for i := 1; i < len(r); i++ {
				if queryOnSegment(r[i-1], r[i], q) {
					return true
				}
			}
		}
	}
	return false
}

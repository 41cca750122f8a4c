package mvt

import (
	"cmp"
	"slices"
)

// The rim is the border of a frame, walked with the frame on the left. Between two places where edges reach it, it runs along one
// area, and is a piece of that area's border in the tile.

// event is an edge that ends on the rim: where, and the labels at its sides as it leaves the rim.
type event struct {
	at          int64
	point       int32
	left, right int32
}

// rimPosition returns how far along the rim p is, from the corner with the smallest position; -1 if it is not on it.
func (f *frame) rimPosition(p xy) int64 {
	side := f.hi.X - f.lo.X
	switch {
	case p.Y == f.lo.Y:
		return p.X - f.lo.X
	case p.X == f.hi.X:
		return side + p.Y - f.lo.Y
	case p.Y == f.hi.Y:
		return 2*side + f.hi.X - p.X
	case p.X == f.lo.X:
		return 3*side + f.hi.Y - p.Y
	}
	return -1
}

// alongRim reports whether the edge from a to b lies on the rim, and whether it runs the way of the rim.
func (f *frame) alongRim(a, b xy) (on, forward bool) {
	switch {
	case a.Y == f.lo.Y && b.Y == f.lo.Y:
		return true, b.X > a.X
	case a.X == f.hi.X && b.X == f.hi.X:
		return true, b.Y > a.Y
	case a.Y == f.hi.Y && b.Y == f.hi.Y:
		return true, b.X < a.X
	case a.X == f.lo.X && b.X == f.lo.X:
		return true, b.Y < a.Y
	}
	return false, false
}

// western is the edge that shows what lies to the west of all edges: of those that leave the smallest point, the one turned
// furthest to the left.
type western struct {
	point xy
	to    xy
	left  int32
	any   bool
}

func (w *western) see(p, to xy, left int32) {
	if w.any {
		c := cmp.Or(cmp.Compare(p.X, w.point.X), cmp.Compare(p.Y, w.point.Y))
		if c > 0 || c == 0 && cross(p, w.to, to) <= 0 {
			return
		}
	}
	*w = western{p, to, left, true}
}

// cross is positive when the direction from o to b lies to the left of that from o to a.
func cross(o, a, b xy) int64 { return (a.X-o.X)*(b.Y-o.Y) - (a.Y-o.Y)*(b.X-o.X) }

// split turns the edges and the pieces of the rim into the halves of each area.
func (s *sketch) split(l *level) {
	var west western
	onRim, rimLabel := false, int32(outside)
	for i := range s.edges {
		e := &s.edges[i]
		if e.left == e.right {
			continue
		}
		u, v := s.points[e.u], s.points[e.v]
		if on, forward := s.f.alongRim(u, v); on {
			onRim, rimLabel = true, e.right
			if forward {
				rimLabel = e.left
			}
			continue
		}
		s.half(e.left, e.u, e.v)
		s.half(e.right, e.v, e.u)
		west.see(u, v, e.left)
		west.see(v, u, e.right)
		if at := s.f.rimPosition(u); at >= 0 {
			s.events = append(s.events, event{at, e.u, e.left, e.right})
		}
		if at := s.f.rimPosition(v); at >= 0 {
			s.events = append(s.events, event{at, e.v, e.right, e.left})
		}
	}
	switch {
	case west.any && west.point.X == s.f.lo.X:
		s.walkRim(west.left, s.f.rimPosition(west.point))
	case west.any:
		s.walkRim(west.left, 0)
	case onRim:
		s.walkRim(rimLabel, 0)
	default:
		s.walkRim(s.middle(l), 0)
	}
}

func (s *sketch) half(area, from, to int32) {
	if area < 0 {
		return
	}
	s.touch(area)
	s.halves = append(s.halves, half{from: from, to: to, nextArea: s.areaHeads[area]})
	s.areaHeads[area] = int32(len(s.halves) - 1)
}

// walkRim adds the pieces of the rim, beginning at position start, where the piece before has the label.
func (s *sketch) walkRim(label int32, start int64) {
	round := 4 * (s.f.hi.X - s.f.lo.X)
	for i := range s.events {
		if s.events[i].at < start {
			s.events[i].at += round
		}
	}
	slices.SortFunc(s.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.left, b.left), cmp.Compare(a.right, b.right))
	})
	if len(s.events) == 0 {
		if label >= 0 {
			s.rimPiece(label, s.corner(0), 0, s.corner(0), round)
		}
		return
	}
	first := s.events[0]
	for i := 0; i < len(s.events); {
		j := i
		for j < len(s.events) && s.events[j].at == s.events[i].at {
			j++
		}
		from := s.events[i]
		label = pastEvents(s.events[i:j], label)
		to := event{at: first.at + round, point: first.point}
		if j < len(s.events) {
			to = s.events[j]
		}
		if label >= 0 {
			s.rimPiece(label, from.point, from.at, to.point, to.at)
		}
		i = j
	}
}

// pastEvents returns the label of the rim after the edges of one point, when the label before them is given. It reorders list.
func pastEvents(list []event, label int32) int32 {
	for len(list) > 0 {
		next := 0
		for i, e := range list {
			if e.left == label {
				next = i
				break
			}
		}
		label = list[next].right
		list[next] = list[len(list)-1]
		list = list[:len(list)-1]
	}
	return label
}

// rimPiece adds the halves of the rim from one position to a later one, by way of the corners between.
func (s *sketch) rimPiece(area, from int32, fromAt int64, to int32, toAt int64) {
	side := s.f.hi.X - s.f.lo.X
	for k := fromAt/side + 1; k*side < toAt; k++ {
		corner := s.corner(k)
		s.half(area, from, corner)
		from = corner
	}
	s.half(area, from, to)
}

func (s *sketch) corner(k int64) int32 {
	switch k % 4 {
	case 0:
		return s.point(s.f.lo)
	case 1:
		return s.point(xy{s.f.hi.X, s.f.lo.Y})
	case 2:
		return s.point(s.f.hi)
	}
	return s.point(xy{s.f.lo.X, s.f.hi.Y})
}

// middle returns the area that has the middle of the frame, in which there is no border: going east from there, the numbers of
// the areas at both sides of every segment that is crossed, outside being 0, combine by exclusive-or to the one at the start.
func (s *sketch) middle(l *level) int32 {
	half := func(corner int64) int64 { return 2*((corner+Extent/2)<<s.shift>>s.up) + 1 }
	cx, cy := half(s.f.x0), half(s.f.y0)
	sum := int32(0)
	for i := range l.runs {
		r := &l.runs[i]
		if 2*int64(r.box.hi.X) < cx || 2*int64(r.box.lo.Y) > cy || 2*int64(r.box.hi.Y) < cy {
			continue
		}
		for j := 1; j < len(r.line); j++ {
			if crossesEast(r.line[j-1], r.line[j], cx, cy) {
				sum ^= (s.label(r.left) + 1) ^ (s.label(r.right) + 1)
			}
		}
	}
	return sum - 1
}

// crossesEast reports whether the segment crosses the row of a position in half Mercator units east of it.
func crossesEast(a, b unit, cx, cy int64) bool {
	ax, ay, bx, by := 2*int64(a.X), 2*int64(a.Y), 2*int64(b.X), 2*int64(b.Y)
	if (ay < cy) == (by < cy) || max(ax, bx) < cx {
		return false
	}
	if min(ax, bx) > cx {
		return true
	}
	if ay > by {
		ax, ay, bx, by = bx, by, ax, ay
	}
	return (bx-ax)*(cy-ay) > (cx-ax)*(by-ay)
}

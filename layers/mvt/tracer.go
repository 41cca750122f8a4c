package mvt

// tracer turns the halves of one area into rings that are valid polygons: no ring meets itself, exteriors have positive area,
// holes negative, and a hole follows its exterior.
type tracer struct {
	ring  []int32 // the points walked since the last loop was closed
	place []int32 // point → its place in ring, plus one; 0 while it is not in it
	loops []loop
	trail []int32 // the points of all loops
}

// loop is a closed walk that meets no point twice: trail[from:to].
type loop struct {
	from, to int
	area     float64 // twice the signed area
	walk     int     // loops of one walk border the same piece of ground
	exterior int     // of a hole: the loop around it, -1 if there is none
}

// trace finds the loops of an area.
func (s *sketch) trace(area int32) {
	s.loops, s.trail = s.loops[:0], s.trail[:0]
	for len(s.place) < len(s.points) {
		s.place = append(s.place, 0)
	}
	for h := s.areaHeads[area]; h >= 0; h = s.halves[h].nextArea {
		g := &s.halves[h]
		g.nextOut, s.pointHeads[g.from] = s.pointHeads[g.from], h
	}
	walks := 0
	for h := s.areaHeads[area]; h >= 0; h = s.halves[h].nextArea {
		if !s.halves[h].seen {
			s.walk(h, walks)
			walks++
		}
	}
	for h := s.areaHeads[area]; h >= 0; h = s.halves[h].nextArea {
		s.pointHeads[s.halves[h].from] = -1
	}
	s.nest()
}

// walk follows the border of one connected piece of ground from half first until it is there again. Where it comes to a point a
// second time, what it walked between is a loop of its own.
func (s *sketch) walk(first int32, number int) {
	s.ring = append(s.ring[:0], s.halves[first].from)
	s.place[s.ring[0]] = 1
	for h := first; ; {
		g := &s.halves[h]
		g.seen = true
		if at := s.place[g.to]; at > 0 {
			s.close(s.ring[at-1:], number)
			for _, p := range s.ring[at:] {
				s.place[p] = 0
			}
			s.ring = s.ring[:at]
		} else {
			s.ring = append(s.ring, g.to)
			s.place[g.to] = int32(len(s.ring))
		}
		if h = s.follow(g); h < 0 || s.halves[h].seen {
			break
		}
	}
	for _, p := range s.ring {
		s.place[p] = 0
	}
}

// follow returns the half that follows g around the ground on its left: of those that leave its end, the first clockwise from the
// way back.
func (s *sketch) follow(g *half) int32 {
	best := s.pointHeads[g.to]
	if best < 0 || s.halves[best].nextOut < 0 {
		return best
	}
	o, back := s.points[g.to], s.points[g.from]
	for h := s.halves[best].nextOut; h >= 0; h = s.halves[h].nextOut {
		if clockwiseFirst(o, back, s.points[s.halves[h].to], s.points[s.halves[best].to]) {
			best = h
		}
	}
	return best
}

// clockwiseFirst reports whether, turning clockwise around o from the direction of back, the direction of a comes before that of
// b. The direction of back itself comes last.
func clockwiseFirst(o, back, a, b xy) bool {
	p, q := quarter(o, back, a), quarter(o, back, b)
	if p != q {
		return p < q
	}
	return cross(o, a, b) < 0
}

// quarter orders directions clockwise from back: the half turn after it, straight on, the other half turn, and back itself.
func quarter(o, back, a xy) int {
	switch c := cross(o, back, a); {
	case c < 0:
		return 0
	case c > 0:
		return 2
	}
	if (back.X-o.X)*(a.X-o.X)+(back.Y-o.Y)*(a.Y-o.Y) < 0 {
		return 1
	}
	return 3
}

func (s *sketch) close(ring []int32, walk int) {
	o, sum := s.points[ring[0]], 0.0
	for i := 1; i+1 < len(ring); i++ {
		sum += float64(cross(o, s.points[ring[i]], s.points[ring[i+1]]))
	}
	if sum == 0 {
		return
	}
	from := len(s.trail)
	s.trail = append(s.trail, ring...)
	s.loops = append(s.loops, loop{from, len(s.trail), sum, walk, -1})
}

// nest finds the exterior of each hole: the one of its own walk, or else the smallest around it.
func (s *sketch) nest() {
	for i := range s.loops {
		hole := &s.loops[i]
		if hole.area > 0 {
			continue
		}
		for j := range s.loops {
			outer := &s.loops[j]
			if outer.area < 0 {
				continue
			}
			if outer.walk == hole.walk {
				hole.exterior = j
				break
			}
			if (hole.exterior < 0 || outer.area < s.loops[hole.exterior].area) && s.around(outer, hole) {
				hole.exterior = j
			}
		}
	}
}

// around reports whether outer contains the middle of inner's first edge, which is on no other edge.
func (s *sketch) around(outer, inner *loop) bool {
	p, q := s.points[s.trail[inner.from]], s.points[s.trail[inner.from+1]]
	m := xy{p.X + q.X, p.Y + q.Y} // twice the middle
	in := false
	b := s.points[s.trail[outer.to-1]]
	for _, n := range s.trail[outer.from:outer.to] {
		a := b
		b = s.points[n]
		if (2*a.Y < m.Y) == (2*b.Y < m.Y) {
			continue
		}
		side := (2*b.X-2*a.X)*(m.Y-2*a.Y) - (m.X-2*a.X)*(2*b.Y-2*a.Y)
		if (side > 0) == (b.Y > a.Y) {
			in = !in
		}
	}
	return in
}

// write writes the polygons of an area and reports whether there is anything of it. An area whose border is here but that has no
// extent left becomes one unit.
func (s *sketch) write(area int32, p *path) bool {
	s.trace(area)
	for i := range s.loops {
		if s.loops[i].area < 0 {
			continue
		}
		s.writeLoop(&s.loops[i], p)
		for j := range s.loops {
			if s.loops[j].area < 0 && s.loops[j].exterior == i {
				s.writeLoop(&s.loops[j], p)
			}
		}
	}
	if len(p.bytes) == 0 && s.areaPoint[area] >= 0 {
		s.writeUnit(s.points[s.areaPoint[area]], p)
	}
	return len(p.bytes) > 0
}

func (s *sketch) writeLoop(l *loop, p *path) {
	trail := s.trail[l.from:l.to]
	p.command(moveTo, 1)
	p.to(s.f.local(s.points[trail[0]]))
	p.command(lineTo, len(trail)-1)
	for _, n := range trail[1:] {
		p.to(s.f.local(s.points[n]))
	}
	p.command(closePath, 1)
}

func (s *sketch) writeUnit(at xy, p *path) {
	q := s.f.local(at)
	if at.X == s.f.hi.X {
		q.X--
	}
	if at.Y == s.f.hi.Y {
		q.Y--
	}
	p.command(moveTo, 1)
	p.to(q)
	p.command(lineTo, 3)
	p.to(xy{q.X + 1, q.Y})
	p.to(xy{q.X + 1, q.Y + 1})
	p.to(xy{q.X, q.Y + 1})
	p.command(closePath, 1)
}

package mvt

import (
	"cmp"
	"slices"
)

// sketch is the arrangement of borders in one frame, on whole units: scratch space for one tile at a time.
//
// Borders become whole units by snap rounding (Hobby 1999; Guibas and Marimont 1998): a unit square is hot when a vertex lies in
// it, or where a border enters a row or column of the frame's edge; every segment is led through the centres of the hot squares
// that it passes. What comes out crosses nowhere, and because the hot squares on the frame's edge are among them, every edge
// lies inside or outside the frame as a whole, so that clipping moves nothing. Where borders fall together their labels cancel:
// what had an area A between B and C becomes an edge between B and C.
type sketch struct {
	f          frame
	shift, up  uint8 // Mercator units → units of the frame
	merged     bool  // all areas are one, number 0
	segments   []segment
	points     []xy
	nextPoint  []int32
	buckets    [bucketSide * bucketSide]int32 // → a point, -1 for none
	hits       []hit
	edges      []edge
	edgeHeads  []int32
	events     []event
	areas      []int32 // that have an edge, a piece of the frame or a point, rising
	areaHeads  []int32 // area → its first half, -1 for none
	areaPoint  []int32 // area → a point of its border, -1 for none
	halves     []half
	pointHeads []int32 // point → a half that leaves it, -1 for none
	tracer
}

// segment is a piece of border between two positions in Mercator units (of the frame's own units beyond the deepest zoom), with
// the points that their squares are, -1 outside the frame.
type segment struct {
	a, b        xy
	left, right int32
	from, to    int32
}

// hit is a hot square that a segment passes, and how far along.
type hit struct {
	along int64
	point int32
}

// edge is an undirected piece of border, u < v, labelled as it runs from u to v. Equal labels mean that it has cancelled out.
type edge struct {
	u, v, left, right int32
	next              int32 // of the same hash
}

// half is one side of an edge or of a piece of the frame: it runs with its area on the left.
type half struct {
	from, to int32
	nextArea int32 // the next half of the same area
	nextOut  int32 // the next half of the same area that leaves from
	seen     bool
}

const (
	bucketBits = 6
	// maxBuffer bounds the buffer of a layer; a test of the table of layers holds it.
	maxBuffer  = 96
	bucketSide = (Extent+2*maxBuffer)>>bucketBits + 1
)

// arrange draws the borders of a level, whose labels are below areas, in the frame; merged takes all areas for one. Afterwards
// s.areas lists the areas in the frame.
func (s *sketch) arrange(f frame, l *level, areas int, merged bool) {
	s.begin(f, areas, merged)
	s.gather(l)
	s.heat()
	s.route()
	s.split(l)
	slices.Sort(s.areas)
}

// begin forgets the tile before.
func (s *sketch) begin(f frame, areas int, merged bool) {
	s.f, s.merged, s.shift, s.up = f, merged, 0, 0
	if f.z > deepest {
		s.up = f.z - deepest
	} else {
		s.shift = deepest - f.z
	}
	for i := range s.buckets {
		s.buckets[i] = -1
	}
	s.segments, s.points, s.nextPoint, s.edges = s.segments[:0], s.points[:0], s.nextPoint[:0], s.edges[:0]
	s.events, s.halves, s.pointHeads = s.events[:0], s.halves[:0], s.pointHeads[:0]
	for _, a := range s.areas {
		s.areaHeads[a], s.areaPoint[a] = -1, -1
	}
	s.areas = s.areas[:0]
	for len(s.areaHeads) < areas {
		s.areaHeads, s.areaPoint = append(s.areaHeads, -1), append(s.areaPoint, -1)
	}
}

func (s *sketch) fine(u unit) xy { return xy{int64(u.X) << s.up, int64(u.Y) << s.up} }

func (s *sketch) square(p xy) xy { return xy{p.X >> s.shift, p.Y >> s.shift} }

// reach returns the box of Mercator units whose squares are in the frame.
func (s *sketch) reach() unitBox {
	edge := func(v int64) uint32 { return uint32(max(0, min(v, 1<<32-1))) }
	low := func(v int64) uint32 { return edge(v << s.shift >> s.up) }
	high := func(v int64) uint32 { return edge(((v+1)<<s.shift - 1) >> s.up) }
	return unitBox{unit{low(s.f.lo.X), low(s.f.lo.Y)}, unit{high(s.f.hi.X), high(s.f.hi.Y)}}
}

func (b unitBox) meets(c unitBox) bool {
	return b.lo.X <= c.hi.X && b.hi.X >= c.lo.X && b.lo.Y <= c.hi.Y && b.hi.Y >= c.lo.Y
}

func (s *sketch) label(l int32) int32 {
	if s.merged && l > 0 {
		return 0
	}
	return l
}

// gather takes the segments whose box meets the frame.
func (s *sketch) gather(l *level) {
	reach := s.reach()
	for i := range l.runs {
		if r := &l.runs[i]; reach.meets(r.box) {
			s.gatherRun(reach, r)
		}
	}
}

func (s *sketch) gatherRun(reach unitBox, r *run) {
	left, right := s.label(r.left), s.label(r.right)
	for j := 1; j < len(r.line); j++ {
		a, b := r.line[j-1], r.line[j]
		if min(a.X, b.X) <= reach.hi.X && max(a.X, b.X) >= reach.lo.X && min(a.Y, b.Y) <= reach.hi.Y && max(a.Y, b.Y) >= reach.lo.Y {
			s.segments = append(s.segments, segment{s.fine(a), s.fine(b), left, right, -1, -1})
		}
	}
}

func (f *frame) holds(p xy) bool {
	return p.X >= f.lo.X && p.X <= f.hi.X && p.Y >= f.lo.Y && p.Y <= f.hi.Y
}

func (s *sketch) bucket(p xy) *int32 {
	return &s.buckets[((p.Y-s.f.lo.Y)>>bucketBits)*bucketSide+(p.X-s.f.lo.X)>>bucketBits]
}

// point returns the number of a square in the frame, a new one if it was not hot; -1 for one outside.
func (s *sketch) point(p xy) int32 {
	if !s.f.holds(p) {
		return -1
	}
	head := s.bucket(p)
	for i := *head; i >= 0; i = s.nextPoint[i] {
		if s.points[i] == p {
			return i
		}
	}
	n := int32(len(s.points))
	s.points, s.nextPoint, s.pointHeads = append(s.points, p), append(s.nextPoint, *head), append(s.pointHeads, -1)
	*head = n
	return n
}

// heat finds the hot squares.
func (s *sketch) heat() {
	for i := range s.segments {
		g := &s.segments[i]
		a, b := s.square(g.a), s.square(g.b)
		g.from, g.to = s.point(a), s.point(b)
		s.mark(g.left, g.from, g.to)
		s.mark(g.right, g.from, g.to)
		if g.from >= 0 && g.to >= 0 && g.from == g.to {
			continue
		}
		for _, x := range [2]int64{s.f.lo.X, s.f.hi.X} {
			if between(x, a.X, b.X) {
				s.point(xy{x, s.enters(x, g.a.X, g.a.Y, g.b.X, g.b.Y)})
			}
		}
		for _, y := range [2]int64{s.f.lo.Y, s.f.hi.Y} {
			if between(y, a.Y, b.Y) {
				s.point(xy{s.enters(y, g.a.Y, g.a.X, g.b.Y, g.b.X), y})
			}
		}
	}
}

// mark remembers a point of an area's border, so that an area without extent has a place.
func (s *sketch) mark(area, from, to int32) {
	if area < 0 || s.areaPoint[area] >= 0 {
		return
	}
	for _, p := range [2]int32{from, to} {
		if p >= 0 && s.f.rimPosition(s.points[p]) < 0 {
			s.touch(area)
			s.areaPoint[area] = p
			return
		}
	}
}

// touch puts an area on the list. It is on it already when it has a half or a point.
func (s *sketch) touch(area int32) {
	if s.areaHeads[area] < 0 && s.areaPoint[area] < 0 {
		s.areas = append(s.areas, area)
	}
}

func between(v, a, b int64) bool { return a < v && v < b || b < v && v < a }

// enters returns the row in which the segment from (ax, ay) to (bx, by) enters column c, which lies between its ends. A square
// reaches from half a Mercator unit before its first position, so that no vertex lies on the border of a square.
func (s *sketch) enters(c, ax, ay, bx, by int64) int64 {
	if ax > bx {
		ax, ay, bx, by = bx, by, ax, ay
	}
	dx, dy := 2*(bx-ax), 2*(by-ay)
	right := (c<<s.shift)*2 - 1 - 2*ax
	return (2*ay + 1 + floorDiv(right*dy, dx)) >> (s.shift + 1)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// route leads every segment through the hot squares that it passes.
func (s *sketch) route() {
	size := 16
	for size < 2*len(s.segments) {
		size *= 2
	}
	s.edgeHeads = slices.Grow(s.edgeHeads[:0], size)[:size]
	for i := range s.edgeHeads {
		s.edgeHeads[i] = -1
	}
	for i := range s.segments {
		g := &s.segments[i]
		if g.from >= 0 && g.from == g.to {
			continue
		}
		s.pass(g)
		last := g.from
		for _, h := range s.hits {
			s.join(last, h.point, g.left, g.right)
			last = h.point
		}
		s.join(last, g.to, g.left, g.right)
	}
}

// pass lists the hot squares between the ends of a segment in the order in which it passes them.
func (s *sketch) pass(g *segment) {
	s.hits = s.hits[:0]
	a, b := s.square(g.a), s.square(g.b)
	lo := xy{max(min(a.X, b.X), s.f.lo.X), max(min(a.Y, b.Y), s.f.lo.Y)}
	hi := xy{min(max(a.X, b.X), s.f.hi.X), min(max(a.Y, b.Y), s.f.hi.Y)}
	t := passing{g: g, dx: 2 * (g.b.X - g.a.X), dy: 2 * (g.b.Y - g.a.Y), shift: s.shift}
	for y := (lo.Y - s.f.lo.Y) >> bucketBits; y <= (hi.Y-s.f.lo.Y)>>bucketBits; y++ {
		for x := (lo.X - s.f.lo.X) >> bucketBits; x <= (hi.X-s.f.lo.X)>>bucketBits; x++ {
			for i := s.buckets[y*bucketSide+x]; i >= 0; i = s.nextPoint[i] {
				p := s.points[i]
				if p.X < lo.X || p.X > hi.X || p.Y < lo.Y || p.Y > hi.Y || i == g.from || i == g.to {
					continue
				}
				if along, ok := t.at(p); ok {
					s.hits = append(s.hits, hit{along, i})
				}
			}
		}
	}
	if len(s.hits) > 1 {
		slices.SortFunc(s.hits, func(p, q hit) int { return cmp.Or(cmp.Compare(p.along, q.along), cmp.Compare(p.point, q.point)) })
	}
}

// passing tests squares against one segment, in half Mercator units from its first end.
type passing struct {
	g      *segment
	dx, dy int64
	shift  uint8
}

// at reports whether the segment passes square p, which lies in the box of the squares of its ends, and how far along its middle
// is.
func (t *passing) at(p xy) (along int64, ok bool) {
	side := int64(2) << t.shift
	x0, y0 := (p.X<<t.shift)*2-1-2*t.g.a.X, (p.Y<<t.shift)*2-1-2*t.g.a.Y
	x1, y1 := x0+side, y0+side
	lowX, highX, lowY, highY := x0, x1, y0, y1
	if t.dx < 0 {
		lowY, highY = y1, y0
	}
	if t.dy < 0 {
		lowX, highX = x1, x0
	}
	if t.dx*highY-t.dy*lowX < 0 || t.dx*lowY-t.dy*highX > 0 {
		return 0, false
	}
	if x1 < min(0, t.dx) || x0 > max(0, t.dx) || y1 < min(0, t.dy) || y0 > max(0, t.dy) {
		return 0, false
	}
	return t.dx*(x0+side/2) + t.dy*(y0+side/2), true
}

// join adds a piece of border from u to v; one with an end outside the frame is not drawn.
func (s *sketch) join(u, v, left, right int32) {
	if u < 0 || v < 0 || u == v || left == right {
		return
	}
	if u > v {
		u, v, left, right = v, u, right, left
	}
	h := &s.edgeHeads[(uint32(u)*0x9e3779b1+uint32(v)*0x85ebca6b)>>8&uint32(len(s.edgeHeads)-1)]
	free := int32(-1)
	for i := *h; i >= 0; i = s.edges[i].next {
		e := &s.edges[i]
		switch {
		case e.u != u || e.v != v:
			continue
		case e.left == e.right:
			free = i
			continue
		case left == e.right:
			left = e.left
		case right == e.left:
			right = e.right
		default:
			continue
		}
		e.left, e.right = outside, outside
		s.join(u, v, left, right) // what is left may cancel with another
		return
	}
	if free >= 0 {
		s.edges[free].left, s.edges[free].right = left, right
		return
	}
	s.edges = append(s.edges, edge{u, v, left, right, *h})
	*h = int32(len(s.edges) - 1)
}

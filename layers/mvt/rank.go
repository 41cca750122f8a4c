package mvt

import "slices"

// rank decides from which zoom on each vertex of some lines is drawn, after Visvalingam and Whyatt (1993): the vertex that makes
// the smallest triangle with its neighbours goes first. For zoom z, from the deepest to 0, vertices go while the smallest
// triangle is within the tolerance of z.
//
// Arcs of borders are kept apart: a vertex stays while any other vertex lies in its triangle or on it, and an arc stays bent
// while another runs straight between the same ends. What is drawn at a zoom is then the same arrangement as at the next: no
// arcs cross, no island changes sides, neighbours share every vertex.
type ranker struct {
	pos        []unit
	prev, next []int32 // -1 at the ends of a line
	first      []uint8 // zoom from which the vertex is drawn
	owner      []int32 // the line of a vertex
	inner      []int32 // line → vertices left between its ends
	closed     []bool
	apart      bool
	straight   map[[2]unit]bool
	heap       []corner
	blocked    []int32
	near       nearby
	live       int
}

// corner is a vertex and twice the area of its triangle, as it was when it was put on the heap.
type corner struct {
	area int64
	at   int32
}

// tolerances are twice the area of the largest triangle that is left out, in square units of a tile.
type tolerance func(z int) int64

// borderTolerance: below zoom 14, where tiles are enlarged to any later zoom, finer.
func borderTolerance(z int) int64 {
	if z >= 14 {
		return 1
	}
	return 9
}

func lineTolerance(int) int64 { return 1 }

// rankArcs returns the first zoom of each vertex of each arc.
func rankArcs(arcs []arc) [][]uint8 {
	r := &ranker{apart: true, straight: map[[2]unit]bool{}}
	for _, a := range arcs {
		r.add(a.line)
	}
	r.run(borderTolerance)
	out := make([][]uint8, len(arcs))
	at := 0
	for i, a := range arcs {
		out[i] = r.first[at : at+len(a.line) : at+len(a.line)]
		at += len(a.line)
	}
	return out
}

// rankLine returns the first zoom of each vertex of one line, which may cross anything.
func (r *ranker) rankLine(line []unit) []uint8 {
	r.pos, r.prev, r.next, r.first, r.owner = r.pos[:0], r.prev[:0], r.next[:0], r.first[:0], r.owner[:0]
	r.inner, r.closed, r.heap, r.live = r.inner[:0], r.closed[:0], r.heap[:0], 0
	r.add(line)
	r.run(lineTolerance)
	return slices.Clone(r.first)
}

func (r *ranker) add(line []unit) {
	number, base := int32(len(r.inner)), int32(len(r.pos))
	last := int32(len(line)) - 1
	for i, u := range line {
		prev, next := base+int32(i)-1, base+int32(i)+1
		if i == 0 {
			prev = -1
		}
		if int32(i) == last {
			next = -1
		}
		r.pos = append(r.pos, u)
		r.prev, r.next = append(r.prev, prev), append(r.next, next)
		r.first, r.owner = append(r.first, 0), append(r.owner, number)
	}
	r.inner = append(r.inner, last-1)
	r.closed = append(r.closed, line[0] == line[last])
	if r.apart && last == 1 {
		r.straight[ends(line[0], line[last])] = true
	}
	r.live += len(line)
}

func ends(a, b unit) [2]unit {
	if b.X < a.X || b.X == a.X && b.Y < a.Y {
		a, b = b, a
	}
	return [2]unit{a, b}
}

func (r *ranker) run(t tolerance) {
	for v := range r.pos {
		r.push(int32(v))
	}
	r.blocked = r.blocked[:0]
	for z := deepest; z >= 0; z-- {
		if r.apart {
			r.near.fit(r)
		}
		again := r.blocked
		r.blocked = nil
		for _, v := range again {
			r.push(v)
		}
		limit := t(z) << (2 * (deepest - z))
		for len(r.heap) > 0 && r.heap[0].area <= limit {
			c := r.pop()
			switch {
			case r.gone(c.at) || r.area(c.at) != c.area: // an older entry of the vertex
			case r.apart && r.mustStay(c.at):
				r.blocked = append(r.blocked, c.at)
			default:
				r.remove(c.at, uint8(z+1))
			}
		}
	}
}

func (r *ranker) gone(v int32) bool { return r.first[v] > 0 }

// area is twice the area of the triangle of v and its neighbours, -1 for an end.
func (r *ranker) area(v int32) int64 {
	if r.prev[v] < 0 || r.next[v] < 0 {
		return -1
	}
	return max(turn(r.pos[r.prev[v]], r.pos[v], r.pos[r.next[v]]), -turn(r.pos[r.prev[v]], r.pos[v], r.pos[r.next[v]]))
}

// turn is twice the signed area of the triangle a, b, c.
func turn(a, b, c unit) int64 {
	return (int64(b.X)-int64(a.X))*(int64(c.Y)-int64(a.Y)) - (int64(b.Y)-int64(a.Y))*(int64(c.X)-int64(a.X))
}

func (r *ranker) remove(v int32, first uint8) {
	a, c := r.prev[v], r.next[v]
	r.first[v] = first
	r.next[a], r.prev[c] = c, a
	line := r.owner[v]
	r.inner[line]--
	r.live--
	if r.apart && r.inner[line] == 0 {
		r.straight[ends(r.pos[a], r.pos[c])] = true
	}
	r.push(a)
	r.push(c)
}

// mustStay reports whether the arrangement would change without v.
func (r *ranker) mustStay(v int32) bool {
	line := r.owner[v]
	if r.closed[line] && r.inner[line] <= 2 {
		return true
	}
	a, b, c := r.pos[r.prev[v]], r.pos[v], r.pos[r.next[v]]
	if r.inner[line] == 1 && r.straight[ends(a, c)] {
		return true
	}
	return r.near.any(boxOf([]unit{a, b, c}), func(w int32) bool {
		p := r.pos[w]
		return w != v && !r.gone(w) && p != a && p != c && inTriangle(p, a, b, c)
	})
}

// inTriangle reports whether p lies in the triangle or on its border.
func inTriangle(p, a, b, c unit) bool {
	u, v, w := turn(a, b, p), turn(b, c, p), turn(c, a, p)
	return u >= 0 && v >= 0 && w >= 0 || u <= 0 && v <= 0 && w <= 0
}

func (r *ranker) push(v int32) {
	area := r.area(v)
	if area < 0 {
		return
	}
	r.heap = append(r.heap, corner{area, v})
	for i := len(r.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !r.heap[i].before(r.heap[up]) {
			break
		}
		r.heap[i], r.heap[up] = r.heap[up], r.heap[i]
		i = up
	}
}

func (r *ranker) pop() corner {
	top, last := r.heap[0], len(r.heap)-1
	r.heap[0] = r.heap[last]
	r.heap = r.heap[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && r.heap[down+1].before(r.heap[down]) {
			down++
		}
		if !r.heap[down].before(r.heap[i]) {
			return top
		}
		r.heap[i], r.heap[down] = r.heap[down], r.heap[i]
		i = down
	}
}

func (c corner) before(d corner) bool { return c.area < d.area || c.area == d.area && c.at < d.at }

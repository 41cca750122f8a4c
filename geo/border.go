package geo

import (
	"cmp"
	"slices"
)

// Border is where two areas of a coverage touch in lines, or one area meets the outside.
type Border struct {
	// A and B are the areas, A < B; where A meets ground that no area covers, B is Outside.
	A, B int
	// Arcs are the pieces, each turned so that A is on its left. Their lines are copies.
	Arcs []Arc
	// Length is the geodesic length of all pieces.
	Length Metres
}

// Borders lists the pairs of areas that share a border, ordered by A, then B, the outside first. Areas that meet in points only
// share none.
func (c *Coverage) Borders() []Border {
	of := make(map[[2]int]*Border)
	for _, a := range c.arcs {
		a.Line = slices.Clone(a.Line)
		if a.Left == Outside || a.Right != Outside && a.Right < a.Left {
			a = a.reversed()
		}
		key := [2]int{a.Left, a.Right}
		if of[key] == nil {
			of[key] = &Border{A: a.Left, B: a.Right}
		}
		b := of[key]
		b.Arcs = append(b.Arcs, a)
		b.Length += a.Length()
	}
	out := make([]Border, 0, len(of))
	for _, b := range of {
		out = append(out, *b)
	}
	slices.SortFunc(out, func(a, b Border) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	return out
}

// reversed turns an arc round in place of its own line.
func (a Arc) reversed() Arc {
	slices.Reverse(a.Line)
	a.Left, a.Right, a.From, a.To = a.Right, a.Left, a.To, a.From
	return a
}

// Length is the geodesic length of the arc.
func (a Arc) Length() Metres {
	var sum Metres
	for i := 1; i < len(a.Line); i++ {
		sum += Distance(a.Line[i-1].Point(), a.Line[i].Point())
	}
	return sum
}

// isBorder reports whether the two sides of half-edge h have different owners.
func (p *plane) isBorder(h int32, owner []int) bool { return owner[p.face[h]] != owner[p.face[h^1]] }

// nextBorder is the next half-edge of a border around the owner to the left of h.
func (p *plane) nextBorder(h int32, owner []int) int32 {
	g := p.next[h]
	for !p.isBorder(g, owner) {
		g = p.next[g^1]
	}
	return g
}

// degrees counts the borders that meet in each node.
func (p *plane) degrees(owner []int) []int {
	degree := make([]int, len(p.nodes))
	for h := range int32(len(p.next)) {
		if p.isBorder(h, owner) {
			degree[p.origin(h)]++
		}
	}
	return degree
}

// arcs joins the segments between different owners to arcs.
func (p *plane) arcs(owner []int) (nodes []Fixed, arcs []Arc) {
	degree := p.degrees(owner)
	number := make(map[int32]int)
	nodeOf := func(n int32) int {
		i, ok := number[n]
		if !ok {
			i = len(nodes)
			number[n] = i
			nodes = append(nodes, p.nodes[n])
		}
		return i
	}
	done := make([]bool, len(p.next))
	trace := func(first int32) {
		line := []Fixed{p.nodes[p.origin(first)]}
		h := first
		for {
			done[h], done[h^1] = true, true
			end := p.dest(h)
			line = append(line, p.nodes[end])
			if degree[end] != 2 || end == p.origin(first) {
				arcs = append(arcs, Arc{Left: owner[p.face[h]], Right: owner[p.face[h^1]], From: nodeOf(p.origin(first)),
					To: nodeOf(end), Line: slices.Clip(line)})
				return
			}
			h = p.nextBorder(h, owner)
		}
	}
	for _, ends := range [2]bool{true, false} { // arcs between nodes first, then what is left: closed ones
		for h := range int32(len(p.next)) {
			if !done[h] && p.isBorder(h, owner) && (degree[p.origin(h)] != 2) == ends {
				trace(h)
			}
		}
	}
	return nodes, arcs
}

// areasFrom builds the area of each of n owners from its faces: simple rings that touch in points at most, exteriors
// counter-clockwise, each ring starting at its westernmost vertex, polygons from west to east. A node in the middle of a straight
// border is left out unless had says that one of the two areas there had it as a vertex.
func (p *plane) areasFrom(owner []int, n int, had func(node int32, area int) bool) []FixedMultiPolygon {
	loops := make([][]FixedRing, n)
	done := make([]bool, len(p.next))
	degree := p.degrees(owner)
	for h := range int32(len(p.next)) {
		who := owner[p.face[h]]
		if done[h] || who == Outside || !p.isBorder(h, owner) {
			continue
		}
		var walk []int32
		for g := h; !done[g]; {
			done[g] = true
			next := p.nextBorder(g, owner)
			m := p.origin(next)
			straight := degree[m] == 2 && orient(p.nodes[p.origin(g)], p.nodes[m], p.nodes[p.dest(next)]) == 0
			if !straight || had(m, who) || had(m, owner[p.face[next^1]]) {
				walk = append(walk, m)
			}
			g = next
		}
		loops[who] = append(loops[who], p.simpleLoops(walk)...)
	}
	out := make([]FixedMultiPolygon, n)
	for i := range loops {
		out[i] = nest(loops[i])
	}
	return out
}

// simpleLoops cuts a closed walk wherever it meets itself.
func (p *plane) simpleLoops(walk []int32) []FixedRing {
	var out []FixedRing
	var stack []int32
	at := make(map[int32]int, len(walk))
	for _, n := range append(walk, walk[0]) {
		i, met := at[n]
		if !met {
			at[n] = len(stack)
			stack = append(stack, n)
			continue
		}
		r := make(FixedRing, 0, len(stack)-i+1)
		for _, m := range stack[i:] {
			r = append(r, p.nodes[m])
			if m != n {
				delete(at, m)
			}
		}
		stack = stack[:i+1]
		out = append(out, r.fromWest())
	}
	return out
}

// fromWest closes an open ring after turning it to start at its westernmost vertex.
func (r FixedRing) fromWest() FixedRing {
	first := 0
	for i := range r {
		if r[i].less(r[first]) {
			first = i
		}
	}
	out := append(slices.Clone(r[first:]), r[:first]...)
	return append(out, out[0])
}

// nest sorts simple loops, counter-clockwise exteriors and clockwise holes, into polygons.
func nest(loops []FixedRing) FixedMultiPolygon {
	var out FixedMultiPolygon
	var holes []FixedRing
	for _, r := range loops {
		if r.Winding() > 0 {
			out = append(out, FixedPolygon{r})
		} else {
			holes = append(holes, r)
		}
	}
	byStart := func(r, s FixedRing) int { return cmp.Or(cmp.Compare(r[0].X, s[0].X), cmp.Compare(r[0].Y, s[0].Y)) }
	slices.SortStableFunc(out, func(a, b FixedPolygon) int { return byStart(a[0], b[0]) })
	slices.SortStableFunc(holes, byStart)
	for _, h := range holes {
		best := -1
		for i, pg := range out {
			if pg[0].surrounds(h) && (best < 0 || out[best][0].surrounds(pg[0])) {
				best = i
			}
		}
		if best >= 0 {
			out[best] = append(out[best], h)
		}
	}
	return out
}

// surrounds reports whether s lies in r; the rings neither cross nor share an edge, so one point of s that is no vertex decides.
func (r FixedRing) surrounds(s FixedRing) bool {
	a, b := s[0].Query(), s[1].Query()
	return r.contains(Query{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2})
}

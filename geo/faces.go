package geo

import (
	"cmp"
	"math/big"
	"slices"
)

// plane is a planar drawing cut into faces, each with its label: the walks that contain it (even-odd). It is the arrangement on
// which gaps, overlaps, shared arcs and repairs are found. Segments that a walk passes forth and back enclose nothing and are
// not in it.
//
// Half-edge 2i runs along segs[i] from a to b, 2i+1 back; each has one face on its left.
type plane struct {
	nodes []Fixed
	segs  []segment
	odd   [][]int32 // the walks whose inside changes across a segment
	next  []int32   // half-edge → the one that follows it around the face to its left
	cycle []int32   // half-edge → its closed boundary
	face  []int32   // half-edge → face; 0 is the unbounded one
	edges [][]int32 // face → its half-edges
	label [][]int32 // face → walks, ascending
}

// newPlane cuts a drawing without crossings into faces.
func newPlane(w *linework, d drawing) *plane {
	p := &plane{nodes: w.nodes}
	for _, s := range d.segs {
		if odd := oddWalks(s); len(odd) > 0 {
			p.segs = append(p.segs, s)
			p.odd = append(p.odd, odd)
		}
	}
	tree := d.tree
	if len(p.segs) < len(d.segs) {
		tree = w.tree(p.segs)
	}
	p.link()
	p.joinFaces(p.traceCycles(), tree)
	p.labelFaces()
	return p
}

func (p *plane) origin(h int32) int32 {
	if s := p.segs[h>>1]; h&1 == 0 {
		return s.a
	} else {
		return s.b
	}
}

func (p *plane) dest(h int32) int32 { return p.origin(h ^ 1) }

// link finds the successor of each half-edge: at the node it reaches, the outgoing one that comes before its twin when turning
// counter-clockwise, so that the face stays on the left.
func (p *plane) link() {
	start, out := p.fan()
	p.next = make([]int32, 2*len(p.segs))
	for n := range p.nodes {
		around := out[start[n]:start[n+1]]
		slices.SortFunc(around, p.compareAngle)
		for i, h := range around {
			p.next[h^1] = around[(i+len(around)-1)%len(around)]
		}
	}
}

// fan groups the half-edges by the node they leave: those of node n are out[start[n]:start[n+1]].
func (p *plane) fan() (start, out []int32) {
	start = make([]int32, len(p.nodes)+1)
	for h := range int32(2 * len(p.segs)) {
		start[p.origin(h)+1]++
	}
	for n := range p.nodes {
		start[n+1] += start[n]
	}
	at := slices.Clone(start)
	out = make([]int32, 2*len(p.segs))
	for h := range int32(len(out)) {
		n := p.origin(h)
		out[at[n]] = h
		at[n]++
	}
	return start, out
}

// compareAngle orders half-edges of one node counter-clockwise from east.
func (p *plane) compareAngle(g, h int32) int {
	return compareDirection(p.nodes[p.origin(g)], p.nodes[p.dest(g)], p.nodes[p.dest(h)])
}

// compareDirection orders the directions from o to a and from o to b counter-clockwise, beginning in the east.
func compareDirection(o, a, b Fixed) int {
	lower := func(f Fixed) int {
		if f.Y < o.Y || f.Y == o.Y && f.X < o.X {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(lower(a), lower(b)), -orient(o, a, b))
}

// traceCycles numbers the closed boundaries and returns, for each, a half-edge to start from.
func (p *plane) traceCycles() (starts []int32) {
	p.cycle = make([]int32, len(p.next))
	for h := range p.cycle {
		p.cycle[h] = -1
	}
	for h := range int32(len(p.next)) {
		if p.cycle[h] >= 0 {
			continue
		}
		for g := h; p.cycle[g] < 0; g = p.next[g] {
			p.cycle[g] = int32(len(starts))
		}
		starts = append(starts, h)
	}
	return starts
}

// joinFaces makes faces of cycles. A counter-clockwise cycle is the outer boundary of a bounded face; any other is what one
// connected piece shows to the outside, a hole in the face that contains the piece.
func (p *plane) joinFaces(starts []int32, tree *boxTree) {
	parent := make([]int32, len(starts)+1) // the last one stands for the unbounded face
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	unbounded := int32(len(starts))
	all, _ := tree.bound()
	for c, h := range starts {
		if p.doubleArea(h).sign() > 0 {
			continue
		}
		around := unbounded
		if g := p.eastOf(p.eastmost(h), all.maxX, tree); g >= 0 {
			around = p.cycle[g]
		}
		parent[find(int32(c))] = find(around)
	}
	number := map[int32]int32{find(unbounded): 0}
	p.face = make([]int32, len(p.next))
	p.edges = make([][]int32, 1)
	for h := range p.face {
		root := find(p.cycle[h])
		f, ok := number[root]
		if !ok {
			f = int32(len(number))
			number[root] = f
			p.edges = append(p.edges, nil)
		}
		p.face[h] = f
		p.edges[f] = append(p.edges[f], int32(h))
	}
}

// doubleArea is twice the signed area that the cycle of h encloses.
func (p *plane) doubleArea(h int32) wide {
	var sum wide
	first := p.nodes[p.origin(h)]
	for g := p.next[h]; g != h; g = p.next[g] {
		sum = sum.add(crossOf(first, p.nodes[p.origin(g)], p.nodes[p.dest(g)]))
	}
	return sum
}

func (p *plane) eastmost(h int32) Fixed {
	best := p.nodes[p.origin(h)]
	for g := p.next[h]; g != h; g = p.next[g] {
		if f := p.nodes[p.origin(g)]; best.less(f) {
			best = f
		}
	}
	return best
}

// eastOf returns the half-edge that the ray from f to the east meets first, from its left; -1 if it meets none.
func (p *plane) eastOf(f Fixed, end int32, tree *boxTree) int32 {
	best := int32(-1)
	tree.search(box{f.X, f.Y, end, f.Y}, func(i int32) {
		s := p.segs[i]
		if rayCrosses(p.nodes[s.a], p.nodes[s.b], f.Query()) && (best < 0 || p.nearer(i, best>>1, f.Y)) {
			best = 2 * i
			if p.nodes[s.a].Y > p.nodes[s.b].Y {
				best++ // the one that runs to the north has the west on its left
			}
		}
	})
	return best
}

// nearer reports whether segment i crosses the height y west of segment j; where they meet at y, the one that does so just above
// y (see rayCrosses).
func (p *plane) nearer(i, j, y int32) bool {
	type line struct{ x, dx, dy, up *big.Int }
	of := func(s segment) line {
		a, b := p.nodes[s.a], p.nodes[s.b]
		if a.Y > b.Y {
			a, b = b, a
		}
		return line{big.NewInt(int64(a.X)), big.NewInt(int64(b.X) - int64(a.X)), big.NewInt(int64(b.Y) - int64(a.Y)),
			big.NewInt(int64(y) - int64(a.Y))}
	}
	at := func(l line) *big.Rat { // x + dx·up/dy
		n := new(big.Int).Mul(l.dx, l.up)
		return new(big.Rat).SetFrac(n.Add(n, new(big.Int).Mul(l.x, l.dy)), l.dy)
	}
	k, l := of(p.segs[i]), of(p.segs[j])
	slope := new(big.Rat).SetFrac(k.dx, k.dy).Cmp(new(big.Rat).SetFrac(l.dx, l.dy))
	return cmp.Or(at(k).Cmp(at(l)), slope) < 0
}

// labelFaces walks from face to face, beginning outside where the label is empty.
func (p *plane) labelFaces() {
	p.label = make([][]int32, len(p.edges))
	seen := make([]bool, len(p.edges))
	seen[0] = true
	for queue := []int32{0}; len(queue) > 0; {
		f := queue[0]
		queue = queue[1:]
		for _, h := range p.edges[f] {
			if g := p.face[h^1]; !seen[g] {
				seen[g] = true
				p.label[g] = symmetricDifference(p.label[f], p.odd[h>>1])
				queue = append(queue, g)
			}
		}
	}
}

// symmetricDifference of two ascending lists.
func symmetricDifference(a, b []int32) []int32 {
	var out []int32
	for len(a) > 0 && len(b) > 0 {
		switch c := cmp.Compare(a[0], b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// covering lists the areas that cover a face, ascending. A polygon covers it when an odd number of its rings contain it, so a
// hole that lies outside its exterior counts as ground, which is what files that list all rings as one polygon mean.
func (w *linework) covering(label []int32) []int {
	var out []int
	for i := 0; i < len(label); {
		first := w.walks[label[i]]
		j := i
		for j < len(label) && w.walks[label[j]].area == first.area && w.walks[label[j]].part == first.part {
			j++
		}
		if area := int(first.area); (j-i)%2 == 1 && (len(out) == 0 || out[len(out)-1] != area) {
			out = append(out, area)
		}
		i = j
	}
	return out
}

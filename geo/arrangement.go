package geo

import (
	"cmp"
	"slices"
)

// linework is the rings of some areas as closed walks over numbered nodes, the raw form from which segments, crossings and faces
// are found. Positions that are equal are one node, so borders that match are the same nodes.
type linework struct {
	nodes []Fixed
	ids   map[Fixed]int32
	walks []walk
}

// walk is one ring: its nodes, first equal to last, no node equal to the one before it. A ring without extent has none.
type walk struct {
	area, part, ring int32
	nodes            []int32
}

// segment is an edge between two nodes, a < b, however many rings use it.
type segment struct {
	a, b int32
	uses []use
}

// use is one passage of a ring along a segment: position pos of the walk, forward when it goes from a to b.
type use struct {
	walk, pos int32
	forward   bool
}

func newLinework(areas []FixedMultiPolygon) *linework {
	n := 0
	for _, m := range areas {
		n += m.Vertices()
	}
	w := &linework{nodes: make([]Fixed, 0, n/2+1), ids: make(map[Fixed]int32, n/2+1)}
	for i, m := range areas {
		for j, pg := range m {
			for k, r := range pg {
				w.walks = append(w.walks, walk{int32(i), int32(j), int32(k), w.walkOf(r)})
			}
		}
	}
	return w
}

func (w *linework) walkOf(r FixedRing) []int32 {
	nodes := make([]int32, 0, len(r))
	for _, f := range r {
		nodes = append(nodes, w.node(f))
	}
	if len(r) > 0 && r[0] != r[len(r)-1] {
		nodes = append(nodes, nodes[0])
	}
	return tidyWalk(nodes)
}

// tidyWalk drops nodes that repeat the one before, in place; what is left of a ring that never moves is nil.
func tidyWalk(nodes []int32) []int32 {
	nodes = slices.Compact(nodes)
	if len(nodes) < 2 {
		return nil
	}
	return nodes
}

// node returns the number of a position, a new one if it is new.
func (w *linework) node(f Fixed) int32 {
	id, ok := w.ids[f]
	if !ok {
		id = int32(len(w.nodes))
		w.ids[f] = id
		w.nodes = append(w.nodes, f)
	}
	return id
}

// segments returns the segments of all walks, sorted by their nodes, the uses of each in the order of the walks.
func (w *linework) segments() []segment {
	type raw struct {
		a, b int32
		use
	}
	var all []raw
	for i, wk := range w.walks {
		for p := 1; p < len(wk.nodes); p++ {
			a, b := wk.nodes[p-1], wk.nodes[p]
			all = append(all, raw{min(a, b), max(a, b), use{int32(i), int32(p - 1), a < b}})
		}
	}
	slices.SortStableFunc(all, func(x, y raw) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	uses := make([]use, len(all))
	segs := make([]segment, 0, len(all)/2+1)
	for i, x := range all {
		uses[i] = x.use
		if i == 0 || all[i-1].a != x.a || all[i-1].b != x.b {
			segs = append(segs, segment{a: x.a, b: x.b, uses: uses[i:i]})
		}
		s := &segs[len(segs)-1]
		s.uses = s.uses[:len(s.uses)+1]
	}
	return segs
}

// areasOf lists the areas that use s, ascending, each once.
func (w *linework) areasOf(s segment) []int {
	var out []int
	for _, u := range s.uses {
		if a := int(w.walks[u.walk].area); len(out) == 0 || out[len(out)-1] != a {
			out = append(out, a)
		}
	}
	return out
}

// oddWalks lists the walks that use s an odd number of times: crossing s enters or leaves exactly these.
func oddWalks(s segment) []int32 {
	var out []int32
	for i := 0; i < len(s.uses); {
		j := i
		for j < len(s.uses) && s.uses[j].walk == s.uses[i].walk {
			j++
		}
		if (j-i)%2 == 1 {
			out = append(out, s.uses[i].walk)
		}
		i = j
	}
	return out
}

// split puts nodes into segments, in the order in which they come from a to b, and rewrites the walks. Each list may be in any
// order and hold a node twice.
func (w *linework) split(segs []segment, splits map[int32][]int32) {
	inserts := make(map[[2]int32][]int32, len(splits)) // walk and position → nodes between
	for i, nodes := range splits {
		s := segs[i]
		w.sortAlong(s, nodes)
		nodes = slices.Compact(nodes)
		back := slices.Clone(nodes)
		slices.Reverse(back)
		for _, u := range s.uses {
			if u.forward {
				inserts[[2]int32{u.walk, u.pos}] = nodes
			} else {
				inserts[[2]int32{u.walk, u.pos}] = back
			}
		}
	}
	touched := make(map[int32]bool)
	for at := range inserts {
		touched[at[0]] = true
	}
	for i := range touched {
		var nodes []int32
		for p, n := range w.walks[i].nodes {
			nodes = append(nodes, n)
			nodes = append(nodes, inserts[[2]int32{i, int32(p)}]...)
		}
		w.walks[i].nodes = tidyWalk(nodes)
	}
}

// sortAlong orders nodes by how far along s they lie.
func (w *linework) sortAlong(s segment, nodes []int32) {
	a, b := w.nodes[s.a], w.nodes[s.b]
	dx, dy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	along := func(n int32) wide {
		p := w.nodes[n]
		return mulWide(dx, int64(p.X)-int64(a.X)).add(mulWide(dy, int64(p.Y)-int64(a.Y)))
	}
	slices.SortFunc(nodes, func(m, n int32) int {
		return cmp.Or(along(m).sub(along(n)).sign(), cmp.Compare(m, n))
	})
}

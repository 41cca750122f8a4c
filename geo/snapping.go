package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// closeness answers which nodes and segments of a drawing are nearer than a tolerance to each other although they belong to
// different areas: the places where borders should match and do not.
type closeness struct {
	w         *linework
	segs      []segment
	start     []int32 // the segments at node n are at[start[n]:start[n+1]]
	at        []int32
	settled   []bool // node → each of its segments is shared by two areas or more
	tree      *boxTree
	ruler     Ruler
	tolerance float64
}

func (w *linework) closeness(d drawing, tolerance Metres) *closeness {
	c := &closeness{w: w, segs: d.segs, tolerance: float64(tolerance), tree: d.tree, settled: make([]bool, len(w.nodes))}
	for n := range c.settled {
		c.settled[n] = true
	}
	c.start = make([]int32, len(w.nodes)+1)
	for _, s := range d.segs {
		c.start[s.a+1]++
		c.start[s.b+1]++
		if !w.shared(s) {
			c.settled[s.a], c.settled[s.b] = false, false
		}
	}
	for n := range w.nodes {
		c.start[n+1] += c.start[n]
	}
	c.at = make([]int32, 2*len(d.segs))
	next := slices.Clone(c.start)
	for i, s := range d.segs {
		for _, n := range [2]int32{s.a, s.b} {
			c.at[next[n]] = int32(i)
			next[n]++
		}
	}
	if b, ok := c.tree.bound(); ok {
		c.ruler = NewRuler((float64(b.minY) + float64(b.maxY)) / 2 / FixedScale)
	}
	return c
}

// shared reports whether two areas or more use s.
func (w *linework) shared(s segment) bool {
	return w.walks[s.uses[0].walk].area != w.walks[s.uses[len(s.uses)-1].walk].area
}

// areas lists the areas whose rings pass node n, ascending.
func (c *closeness) areas(n int32) []int {
	var out []int
	for _, i := range c.at[c.start[n]:c.start[n+1]] {
		out = union(out, c.w.areasOf(c.segs[i]))
	}
	return out
}

// union of two ascending lists; it returns a itself when b adds nothing.
func union(a, b []int) []int {
	for _, x := range b {
		if i, ok := slices.BinarySearch(a, x); !ok {
			a = slices.Insert(slices.Clip(a), i, x)
		}
	}
	return a
}

func disjoint(a, b []int) bool {
	return !slices.ContainsFunc(a, func(x int) bool { return slices.Contains(b, x) })
}

// around is the box of Fixed positions within the tolerance of n, and a little more.
func (c *closeness) around(n int32) box {
	p := c.w.nodes[n].Point()
	q := c.ruler.Move(p, c.tolerance*1.01, c.tolerance*1.01)
	clamp := func(v float64) int32 { return int32(max(math.MinInt32, min(math.MaxInt32, v))) }
	dx, dy := (q[0]-p[0])*FixedScale+1, (q[1]-p[1])*FixedScale+1
	f := c.w.nodes[n]
	return box{clamp(float64(f.X) - dx), clamp(float64(f.Y) - dy), clamp(float64(f.X) + dx), clamp(float64(f.Y) + dy)}
}

func (c *closeness) distance(m, n int32) float64 {
	return float64(c.ruler.Distance(c.w.nodes[m].Point(), c.w.nodes[n].Point()))
}

// near is a segment close to a node; at is the nearest point of it, inner when that is neither end.
type near struct {
	seg      int32
	distance float64
	at       orb.Point
	inner    bool
}

// segmentsNear lists the segments of areas that do not have node n, nearer to it than the tolerance.
func (c *closeness) segmentsNear(n int32) []near {
	var out []near
	p := c.w.nodes[n].Point()
	var own []int
	c.tree.search(c.around(n), func(i int32) {
		s := c.segs[i]
		if s.a == n || s.b == n {
			return
		}
		if own == nil {
			own = c.areas(n)
		}
		if !disjoint(c.w.areasOf(s), own) {
			return
		}
		d, at, t := c.ruler.PointToSegment(p, c.w.nodes[s.a].Point(), c.w.nodes[s.b].Point())
		if float64(d) < c.tolerance {
			out = append(out, near{seg: i, distance: float64(d), at: at, inner: t > 0 && t < 1})
		}
	})
	return out
}

// unmatched reports the vertices that lie nearer than the tolerance to the border of another area but not on it, once each.
func (w *linework) unmatched(d drawing, tolerance Metres) []Defect {
	if !(tolerance > 0) {
		return nil
	}
	c := w.closeness(d, tolerance)
	var defects []Defect
	for _, n := range usedNodes(d.segs) {
		if c.settled[n] {
			continue
		}
		best := near{distance: math.Inf(1)}
		for _, s := range c.segmentsNear(n) {
			end := c.segs[s.seg].a // the nearer end, when the nearest point is one
			if c.distance(n, c.segs[s.seg].b) < c.distance(n, end) {
				end = c.segs[s.seg].b
			}
			if (s.inner || disjoint(c.areas(end), c.areas(n))) && s.distance < best.distance {
				best = s
			}
		}
		if best.distance < math.Inf(1) {
			defects = append(defects, Defect{Kind: DefectUnmatchedVertex, Severity: SeverityWarning,
				Areas: union(c.areas(n), w.areasOf(d.segs[best.seg])), At: w.nodes[n].Point(), SizeM: best.distance,
				Detail: "a vertex is near the border of another area but not on it"})
		}
	}
	return defects
}

// Move is a vertex that a repair moved, or a place where it led an edge through a vertex of a neighbour.
type Move struct {
	// Area is the index of the area whose border moved.
	Area int
	// From and To are positions in degrees; From is a vertex, or the foot of To on the edge.
	From, To orb.Point
	Distance Metres
}

// snapNodes merges nodes of different areas that are nearer than the tolerance, nearest pairs first. Two nodes of one area are
// never merged, nor two settled ones; every node ends within the tolerance of where it was.
func (w *linework) snapNodes(tolerance Metres) []Move {
	segs := w.segments()
	c := w.closeness(drawing{segs: segs, tree: w.tree(segs)}, tolerance)
	groups := newNodeGroups(c)
	for _, pair := range c.nodePairs(segs) {
		groups.merge(pair.m, pair.n)
	}
	var moves []Move
	for i := range w.walks {
		wk := &w.walks[i]
		for p, n := range wk.nodes {
			to := groups.find(n)
			if to == n {
				continue
			}
			wk.nodes[p] = to
			if p > 0 { // the closing node repeats the first
				moves = append(moves, Move{Area: int(wk.area), From: w.nodes[n].Point(), To: w.nodes[to].Point(),
					Distance: Distance(w.nodes[n].Point(), w.nodes[to].Point())})
			}
		}
		wk.nodes = tidyWalk(wk.nodes)
	}
	return moves
}

type nodePair struct {
	m, n     int32
	distance float64
}

func (c *closeness) nodePairs(segs []segment) []nodePair {
	used := usedNodes(segs)
	boxes := make([]box, len(used))
	for i, n := range used {
		boxes[i] = boxOf(c.w.nodes[n], c.w.nodes[n])
	}
	tree := newBoxTree(boxes)
	var pairs []nodePair
	for _, n := range used {
		if c.settled[n] {
			continue
		}
		tree.search(c.around(n), func(i int32) {
			m := used[i]
			if m == n || !c.settled[m] && m > n || !disjoint(c.areas(m), c.areas(n)) {
				return
			}
			if d := c.distance(m, n); d < c.tolerance {
				pairs = append(pairs, nodePair{m, n, d})
			}
		})
	}
	slices.SortFunc(pairs, func(a, b nodePair) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.m, b.m), cmp.Compare(a.n, b.n))
	})
	return pairs
}

// nodeGroups are nodes that become one: the root of each group stays where it is.
type nodeGroups struct {
	c       *closeness
	root    map[int32]int32
	members map[int32][]int32
	areas   map[int32][]int
}

func newNodeGroups(c *closeness) *nodeGroups {
	return &nodeGroups{c: c, root: make(map[int32]int32), members: make(map[int32][]int32), areas: make(map[int32][]int)}
}

func (g *nodeGroups) find(n int32) int32 {
	if r, ok := g.root[n]; ok {
		return r
	}
	return n
}

func (g *nodeGroups) of(r int32) ([]int32, []int) {
	if m, ok := g.members[r]; ok {
		return m, g.areas[r]
	}
	return []int32{r}, g.c.areas(r)
}

// merge joins the groups of m and n if that keeps every rule. A settled node stays where it is, otherwise the one of more areas.
func (g *nodeGroups) merge(m, n int32) {
	m, n = g.find(m), g.find(n)
	mm, ma := g.of(m)
	nn, na := g.of(n)
	if m == n || !disjoint(ma, na) || g.c.settled[m] && g.c.settled[n] {
		return
	}
	if g.c.settled[n] || !g.c.settled[m] && len(na) > len(ma) {
		m, n, mm, nn, ma, na = n, m, nn, mm, na, ma
	}
	for _, k := range nn {
		if g.c.distance(k, m) >= g.c.tolerance {
			return
		}
	}
	for _, k := range nn {
		g.root[k] = m
	}
	delete(g.members, n)
	g.members[m] = append(slices.Clone(mm), nn...)
	g.areas[m] = union(slices.Clone(ma), na)
}

// snapEdges leads each edge through the nodes of other areas that are nearer to it than the tolerance. Those exactly on it are no
// move.
func (w *linework) snapEdges(tolerance Metres) []Move {
	segs := w.segments()
	c := w.closeness(drawing{segs: segs, tree: w.tree(segs)}, tolerance)
	splits := make(map[int32][]int32)
	var moves []Move
	for _, n := range usedNodes(segs) {
		for _, s := range c.segmentsNear(n) {
			if !s.inner || c.settled[n] && w.shared(segs[s.seg]) {
				continue
			}
			splits[s.seg] = append(splits[s.seg], n)
			if e := segs[s.seg]; onSegment(w.nodes[e.a], w.nodes[e.b], w.nodes[n]) {
				continue
			}
			for _, a := range w.areasOf(segs[s.seg]) {
				moves = append(moves, Move{Area: a, From: s.at, To: w.nodes[n].Point(), Distance: Metres(s.distance)})
			}
		}
	}
	if len(splits) > 0 {
		w.split(segs, splits)
	}
	return moves
}

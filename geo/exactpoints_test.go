package geo_test

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"wangge/geo"
)

// question is a position to ask, and why.
type question struct {
	at   geo.Query
	kind string
}

// asker makes the positions at which a locator is most likely to err.
type asker struct {
	r        *rand.Rand
	vertices []geo.Fixed
	nodes    []geo.Fixed    // vertices where three edges meet, or more
	edges    [][2]geo.Fixed // each once
	boxes    [][2]geo.Fixed // of each area, and of all
	corner   geo.Query      // of the locator's cells
	shift    uint
}

func newAsker(areas []geo.FixedMultiPolygon, l *geo.Locator, seed uint64) *asker {
	a := newAskerOf(areas, rand.New(rand.NewPCG(seed, 99)))
	a.corner, a.shift = l.Grid()
	return a
}

// newAskerOf is an asker that knows no cells.
func newAskerOf(areas []geo.FixedMultiPolygon, r *rand.Rand) *asker {
	a := &asker{r: r}
	all := [2]geo.Fixed{areas[0][0][0][0], areas[0][0][0][0]}
	grow := func(b *[2]geo.Fixed, f geo.Fixed) {
		b[0] = geo.Fixed{X: min(b[0].X, f.X), Y: min(b[0].Y, f.Y)}
		b[1] = geo.Fixed{X: max(b[1].X, f.X), Y: max(b[1].Y, f.Y)}
	}
	for _, m := range areas {
		own := [2]geo.Fixed{m[0][0][0], m[0][0][0]}
		for _, pg := range m {
			for _, r := range pg {
				for k := 1; k < len(r); k++ {
					p, q := r[k-1], r[k]
					if compareFixed(p, q) > 0 {
						p, q = q, p
					}
					a.vertices = append(a.vertices, r[k])
					if p != q { // files repeat vertices
						a.edges = append(a.edges, [2]geo.Fixed{p, q})
					}
					grow(&own, r[k])
					grow(&all, r[k])
				}
			}
		}
		a.boxes = append(a.boxes, own)
	}
	a.boxes = append(a.boxes, all)
	slices.SortFunc(a.vertices, compareFixed)
	a.vertices = slices.Compact(a.vertices)
	slices.SortFunc(a.edges, func(d, e [2]geo.Fixed) int { return cmp.Or(compareFixed(d[0], e[0]), compareFixed(d[1], e[1])) })
	a.edges = slices.Compact(a.edges)
	a.nodes = meetings(a.edges)
	return a
}

// compareFixed orders positions.
func compareFixed(a, b geo.Fixed) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) }

// meetings lists the vertices where three edges meet, or more.
func meetings(edges [][2]geo.Fixed) []geo.Fixed {
	degree := map[geo.Fixed]int{}
	var out []geo.Fixed
	for _, e := range edges {
		for _, v := range e {
			if degree[v]++; degree[v] == 3 {
				out = append(out, v)
			}
		}
	}
	return out
}

// uniform returns a position anywhere in the box around all areas.
func (a *asker) uniform(r *rand.Rand) geo.Query {
	box := a.boxes[len(a.boxes)-1]
	lo, hi := box[0].Query(), box[1].Query()
	return geo.Query{X: lo.X + r.Int64N(hi.X-lo.X+1), Y: lo.Y + r.Int64N(hi.Y-lo.Y+1)}
}

// adversarial returns n questions, or more: with all, every vertex and every midpoint of an edge, else a quarter of n of each at
// most; the places where three edges meet and the corners of boxes always; and n/2 of the other kinds at least.
func (a *asker) adversarial(n int, all bool) []question {
	var out []question
	add := func(kind string, q geo.Query) { out = append(out, question{q, kind}) }
	some := func(have int) []int {
		order := a.r.Perm(have)
		if !all {
			order = order[:min(have, n/4)]
		}
		return order
	}
	for _, i := range some(len(a.vertices)) {
		add("vertex", a.vertices[i].Query())
	}
	for _, i := range some(len(a.edges)) {
		add("midpoint", middle(a.edges[i]))
	}
	for _, b := range a.boxes {
		for _, f := range []geo.Fixed{b[0], b[1], {X: b[0].X, Y: b[1].Y}, {X: b[1].X, Y: b[0].Y}} {
			add("box corner", f.Query())
			add("box corner", a.beside(f.Query()))
		}
	}
	for _, v := range a.nodes {
		add("meeting", v.Query())
	}
	left := max(n-len(out), n/2)
	for range left / 6 {
		add("beside", a.beside(a.onBorder()))
		add("on an edge", a.along(false))
		add("in line", a.inLine())
		add("cell", a.cell())
		add("edge meets cell", a.crossing())
		add("height of an end", a.step())
	}
	return out
}

func middle(e [2]geo.Fixed) geo.Query {
	const half = geo.QueryScale / 2
	return geo.Query{X: (int64(e[0].X) + int64(e[1].X)) * half, Y: (int64(e[0].Y) + int64(e[1].Y)) * half}
}

func (a *asker) vertex() geo.Query      { return a.vertices[a.r.IntN(len(a.vertices))].Query() }
func (a *asker) edge() [2]geo.Fixed     { return a.edges[a.r.IntN(len(a.edges))] }
func (a *asker) anywhere() geo.Query    { return a.uniform(a.r) }
func (a *asker) few(n int64) int64      { return a.r.Int64N(2*n+1) - n }
func (a *asker) oneIn(chances int) bool { return a.r.IntN(chances) == 0 }

// onBorder is a vertex or a midpoint.
func (a *asker) onBorder() geo.Query {
	if a.oneIn(2) {
		return a.vertex()
	}
	return middle(a.edge())
}

// beside is one Query unit away, in one of eight directions.
func (a *asker) beside(q geo.Query) geo.Query {
	for {
		if dx, dy := a.few(1), a.few(1); dx != 0 || dy != 0 {
			return geo.Query{X: q.X + dx, Y: q.Y + dy}
		}
	}
}

// along is a position exactly on the line of an edge: on the edge, or beyond its ends.
func (a *asker) along(beyond bool) geo.Query {
	e := a.edge()
	p, q := e[0].Query(), e[1].Query()
	dx, dy := q.X-p.X, q.Y-p.Y
	steps := gcd(dx, dy)
	k := a.r.Int64N(steps + 1)
	if beyond {
		k = steps + 1 + a.r.Int64N(3*steps)
		if a.oneIn(2) {
			k = steps - k
		}
	}
	return geo.Query{X: p.X + dx/steps*k, Y: p.Y + dy/steps*k}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// inLine is a position west or east, or south or north, of a vertex, or on the line of an edge beyond its ends.
func (a *asker) inLine() geo.Query {
	v, q := a.vertex(), a.anywhere()
	switch a.r.IntN(3) {
	case 0:
		return geo.Query{X: q.X, Y: v.Y}
	case 1:
		return geo.Query{X: v.X, Y: q.Y}
	}
	return a.along(true)
}

// side returns log2 of the side of a cell, or of a smaller one in a divided cell.
func (a *asker) side() uint {
	return max(6, a.shift-geo.DivideBits*uint(a.r.IntN(3)))
}

// cell is a position at the corner or at the edge of a cell, or one unit beside it; near a border, mostly.
func (a *asker) cell() geo.Query {
	q := a.anywhere()
	if !a.oneIn(4) {
		q = a.onBorder()
	}
	s := a.side()
	snap := func(v, lo int64) int64 { return lo + (v-lo)>>s<<s + a.r.Int64N(2)<<s + a.few(1) }
	switch a.r.IntN(3) {
	case 0:
		return geo.Query{X: snap(q.X, a.corner.X), Y: q.Y}
	case 1:
		return geo.Query{X: q.X, Y: snap(q.Y, a.corner.Y)}
	}
	return geo.Query{X: snap(q.X, a.corner.X), Y: snap(q.Y, a.corner.Y)}
}

// crossing is a position where an edge passes from one cell to another, rounded, or one unit beside it.
func (a *asker) crossing() geo.Query {
	e := a.edge()
	p, q := e[0].Query(), e[1].Query()
	s := a.side()
	side := int64(1) << s
	if a.oneIn(2) {
		if x := a.corner.X + ((p.X-a.corner.X)>>s+1)<<s; x < q.X {
			x += a.r.Int64N((q.X-x)/side+1) * side
			return geo.Query{X: x + a.few(1), Y: p.Y + int64(float64(q.Y-p.Y)*float64(x-p.X)/float64(q.X-p.X)) + a.few(1)}
		}
	}
	if p.Y > q.Y {
		p, q = q, p
	}
	y := a.corner.Y + ((p.Y-a.corner.Y)>>s+1)<<s
	if y >= q.Y {
		return a.beside(p)
	}
	y += a.r.Int64N((q.Y-y)/side+1) * side
	return geo.Query{X: p.X + int64(float64(q.X-p.X)*float64(y-p.Y)/float64(q.Y-p.Y)) + a.few(1), Y: y + a.few(1)}
}

// step is a position in a cell that an edge passes, at the height of one of its ends, which may be in another cell, or beside.
func (a *asker) step() geo.Query {
	e := a.edge()
	p, q := e[0].Query(), e[1].Query()
	s := a.side()
	t := a.r.Float64()
	x := p.X + int64(float64(q.X-p.X)*t)
	y := p.Y + a.r.Int64N(2)*(q.Y-p.Y)
	y += []int64{0, a.r.Int64N(geo.QueryScale), -1, geo.QueryScale, -geo.QueryScale}[a.r.IntN(5)]
	return geo.Query{X: a.corner.X + (x-a.corner.X)>>s<<s + a.r.Int64N(1<<s), Y: y}
}

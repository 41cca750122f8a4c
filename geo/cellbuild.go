package geo

import (
	"cmp"
	"math"
	"slices"
)

// Small cells have short lists but need memory, and the time to fetch it. There are cellsPerSegment for each segment while a table
// of so many stays in a processor's cache, and one for each segment in a larger coverage. A cell with more than mostSegments is
// divided. Measured in DECISIONS.md.
const (
	cellsPerSegment = 4
	cachedCells     = 1 << 19
	mostSegments    = 20
	leastShift      = 6 // a cell is a Fixed unit at least
)

// cellBuilder builds the cells of a coverage, row by row and each row from the east: beyond the eastern edge all is outside, and what a
// cell's neighbour to the east says of their common edge is what the cell itself is numbered with.
type cellBuilder struct {
	cells
	arcs []Arc
}

// eastOf returns the number at a position on the eastern edge of the cell that is being built.
type eastOf func(Query) uint32

// segmentRef is a segment of an arc: from vertex at to vertex at+1.
type segmentRef struct{ arc, at int32 }

func newCells(c *Coverage) cells {
	lo, hi, ok := c.Bound()
	if !ok {
		return cells{}
	}
	b := &cellBuilder{arcs: c.arcs}
	var segs []segmentRef
	for i, a := range c.arcs {
		for k := range len(a.Line) - 1 {
			segs = append(segs, segmentRef{int32(i), int32(k)})
		}
	}
	b.lo = lo.Query()
	b.size(hi.Query(), len(segs))
	b.build(segs)
	return b.cells
}

// size chooses the side of a cell.
func (b *cellBuilder) size(hi Query, segments int) {
	most := uint64(max(64, segments, min(cellsPerSegment*segments, cachedCells)))
	for b.shift = leastShift; ; b.shift++ {
		b.cols, b.rows = uint64(hi.X-b.lo.X)>>b.shift+1, uint64(hi.Y-b.lo.Y)>>b.shift+1
		if b.cols*b.rows <= most {
			return
		}
	}
}

// build fills the grid.
func (b *cellBuilder) build(segs []segmentRef) {
	n := b.cols * b.rows
	first := make([]int32, n+1)
	b.spread(segs, b.lo, b.shift, b.cols, b.rows, func(cell uint64, _ segmentRef) { first[cell+1]++ })
	for i := range n {
		first[i+1] += first[i]
	}
	all := make([]segmentRef, first[n])
	at := slices.Clone(first)
	b.spread(segs, b.lo, b.shift, b.cols, b.rows, func(cell uint64, s segmentRef) {
		all[at[cell]] = s
		at[cell]++
	})
	side := int64(1) << b.shift
	b.cells.cells = make([]uint32, n)
	for row := range b.rows {
		for col := b.cols; col > 0; col-- {
			i := row*b.cols + col - 1
			corner := Query{b.lo.X + int64(col-1)*side, b.lo.Y + int64(row)*side}
			b.cells.cells[i] = b.cell(all[first[i]:first[i+1]], corner, b.shift, b.neighbour)
		}
	}
}

// neighbour is the eastOf of the cells of the grid.
func (b *cellBuilder) neighbour(q Query) uint32 {
	e, x, y := b.find(q)
	return b.numberOf(e, x, y, q)
}

// numberOf is the number at q in a cell that is ready, at x and y from its corner.
func (b *cellBuilder) numberOf(e uint32, x, y int64, q Query) uint32 {
	if e&listed == 0 {
		return e
	}
	number, _ := walkList(b.words[e&^listed:], x, y, q)
	return number
}

// spread calls each for every cell that a segment touches, and perhaps a cell beside it, in the order of the segments. A cell has
// its southern edge and not its northern one; it has both others.
func (b *cellBuilder) spread(segs []segmentRef, lo Query, shift uint, cols, rows uint64, each func(cell uint64, s segmentRef)) {
	side := int64(1) << shift
	for _, s := range segs {
		line := b.arcs[s.arc].Line
		p, q := line[s.at].Query(), line[s.at+1].Query()
		if p.Y > q.Y {
			p, q = q, p
		}
		from, to := clampCell((p.Y-lo.Y)>>shift, rows), clampCell((q.Y-lo.Y)>>shift, rows)
		if (q.Y-lo.Y)>>shift < 0 || (p.Y-lo.Y)>>shift >= int64(rows) {
			continue
		}
		for row := from; row <= to; row++ {
			south := lo.Y + int64(row)*side
			west, east := spanOf(p, q, south, south+side)
			if (east-lo.X)>>shift < 0 || (west-1-lo.X)>>shift >= int64(cols) {
				continue
			}
			last := clampCell((east-lo.X)>>shift, cols)
			for col := clampCell((west-1-lo.X)>>shift, cols); col <= last; col++ {
				each(row*cols+col, s)
			}
		}
	}
}

func clampCell(i int64, n uint64) uint64 { return uint64(min(max(i, 0), int64(n)-1)) }

// spanOf returns how far the segment from p up to q reaches west and east between two heights, a little more rather than less.
func spanOf(p, q Query, south, north int64) (west, east int64) {
	at := func(y int64) float64 {
		return float64(p.X) + float64(q.X-p.X)*(float64(y-p.Y)/float64(q.Y-p.Y))
	}
	a, b := float64(p.X), float64(q.X)
	if p.Y < south {
		a = at(south)
	}
	if q.Y > north {
		b = at(north)
	}
	return int64(math.Floor(min(a, b))) - 2, int64(math.Ceil(max(a, b))) + 2
}

// cell returns the cell with the south-western corner and side that the segments touch.
func (b *cellBuilder) cell(segs []segmentRef, corner Query, shift uint, east eastOf) uint32 {
	side := int64(1) << shift
	switch {
	case len(segs) == 0:
		return east(Query{corner.X + side, corner.Y})
	case len(segs) > mostSegments && shift >= leastShift+divideBits:
		return b.divide(segs, corner, shift, east)
	}
	return b.list(segs, corner, side, east)
}

// divide returns a cell of smaller ones.
func (b *cellBuilder) divide(segs []segmentRef, corner Query, shift uint, east eastOf) uint32 {
	const n = 1 << divideBits
	var own [n * n][]segmentRef
	shift -= divideBits
	b.spread(segs, corner, shift, n, n, func(cell uint64, s segmentRef) { own[cell] = append(own[cell], s) })
	place := len(b.words)
	b.words = append(b.words, make([]uint32, n*n)...)
	side := int64(1) << shift
	for row := range n {
		for col := n - 1; col >= 0; col-- {
			i := row*n + col
			of := east
			if col < n-1 {
				of = func(q Query) uint32 {
					e, x, y := b.within(b.words[place+i+1], uint64(q.X-b.lo.X), uint64(q.Y-b.lo.Y), shift)
					return b.numberOf(e, x, y, q)
				}
			}
			e := b.cell(own[i], Query{corner.X + int64(col)*side, corner.Y + int64(row)*side}, shift, of)
			b.words[place+i] = e
		}
	}
	return divided | uint32(place)
}

// run is a piece of an arc: the vertices of segments that follow each other, and what crossing them changes.
type run struct {
	line   []Fixed
	change uint32 // the exclusive-or of the numbers on both sides
}

// list writes the list of a cell.
func (b *cellBuilder) list(segs []segmentRef, corner Query, side int64, east eastOf) uint32 {
	runs, heights := b.runs(segs, corner, side)
	rest := b.rest(runs, Query{corner.X + side, corner.Y}, east)
	var steps []uint32
	for was, i := rest, 0; i < len(heights); i++ {
		now := b.rest(runs, Query{corner.X + side, heights[i]}, east)
		if now != was {
			steps = append(steps, uint32((heights[i]-corner.Y)/QueryScale), now^was)
		}
		was = now
	}
	place := len(b.words)
	wide := b.needsWide(runs, corner)
	switch {
	case wide:
		b.words = append(b.words, rest|odd32|wide32, uint32(len(runs)), uint32(len(steps)/2))
	case len(steps) > 2 || len(runs) > plainRuns:
		b.words = append(b.words, rest|odd32, uint32(len(runs)), uint32(len(steps)/2))
	case len(steps) == 0:
		b.words = append(b.words, rest|uint32(len(runs))<<24, 0, 0)
	default:
		b.words = append(b.words, rest|uint32(len(runs))<<24)
	}
	b.words = append(b.words, steps...)
	for _, r := range runs {
		b.words = append(b.words, r.change|uint32(len(r.line))<<24)
		for _, v := range r.line {
			if wide {
				b.words = append(b.words, uint32(v.X), uint32(v.Y))
			} else {
				x, y := v.Query().X-corner.X, v.Query().Y-corner.Y
				b.words = append(b.words, uint32(uint16(x/QueryScale))|uint32(uint16(y/QueryScale))<<16)
			}
		}
	}
	return listed | uint32(place)
}

// runs joins segments that follow each other, and returns the heights within the cell at which they end east of it, rising.
func (b *cellBuilder) runs(segs []segmentRef, corner Query, side int64) (out []run, heights []int64) {
	end := func(f Fixed) {
		if q := f.Query(); q.X >= corner.X+side && q.Y > corner.Y && q.Y < corner.Y+side {
			heights = append(heights, q.Y)
		}
	}
	for from := 0; from < len(segs); {
		to := from + 1
		for to < len(segs) && segs[to].arc == segs[from].arc && segs[to].at == segs[to-1].at+1 {
			to++
		}
		s := segs[from]
		arc := &b.arcs[s.arc]
		line := arc.Line[s.at : segs[to-1].at+2]
		end(line[0])
		end(line[len(line)-1])
		for len(line) > 1 {
			n := min(len(line), mostVerts)
			out = append(out, run{line[:n], uint32(arc.Left+1) ^ uint32(arc.Right+1)})
			line = line[n-1:]
		}
		from = to
	}
	slices.SortFunc(heights, cmp.Compare[int64])
	return out, slices.Compact(heights)
}

// rest is the number at q, on the cell's eastern edge, without what the runs have to do with it.
func (b *cellBuilder) rest(runs []run, q Query, east eastOf) uint32 {
	number := east(q)
	for _, r := range runs {
		for i := 1; i < len(r.line); i++ {
			if rayCrosses(r.line[i-1], r.line[i], q) {
				number ^= r.change
			}
		}
	}
	return number
}

// needsWide reports whether a vertex is too far from the corner for 16 bits.
func (b *cellBuilder) needsWide(runs []run, corner Query) bool {
	for _, r := range runs {
		for _, v := range r.line {
			x, y := (v.Query().X-corner.X)/QueryScale, (v.Query().Y-corner.Y)/QueryScale
			if x != int64(int16(x)) || y != int64(int16(y)) {
				return true
			}
		}
	}
	return false
}

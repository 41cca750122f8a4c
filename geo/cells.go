package geo

// cells is a square grid over a coverage. A cell that no border touches holds the number of the area around it. Any other holds
// a list: the segments that touch it, in runs along their arcs, and a number for each of its rows. A cell with many segments
// is divided into smaller ones.
//
// The ray from q to the east crosses some of the cell's own segments and then others, and ends outside. Splitting the
// exclusive-or of what it crosses,
//
//	number(q) = rest(row) ^ xor over the cell's segments that the ray crosses, wherever it crosses them,
//
// leaves a rest that depends on the row of q alone: what the ray crosses beyond the cell and is not in the list. Along the
// eastern edge of the cell the number changes where a segment passes through it; every such segment is in the list, and its
// own part changes there too, so that the rest stays. It changes only at the heights where a run of the list ends east of the
// cell. Those are heights of vertices, which are integers: a rest is a number for the lowest row and a few steps.
type cells struct {
	lo         Query  // south-western corner, of whole Fixed units
	shift      uint   // log2 of a cell's side in Query units
	cols, rows uint64 // 0 for an empty coverage
	cells      []uint32
	words      []uint32 // divided cells and lists
	pairs      []sides
}

// sides are the numbers of the areas left and right of a run.
type sides struct{ left, right uint32 }

// A cell is the number of its area below 2^24; or listed and the place of its list in words; or divided and the place of 64
// smaller cells in words, row by row. A list is
//
//	rest of the lowest row | runs << 24 | steps << 28 | wide
//	if runs is 15: number of runs, number of steps
//	for each step: its height in Fixed units above the cell's southern edge, and what it changes
//	for each run: its pair | vertices << 24, and the vertices
//
// A vertex is x and y in 16 bits each, in Fixed units from the cell's south-western corner; in a wide list, where a segment
// reaches further than that, it is two words of absolute Fixed coordinates.
const (
	listed  = 1 << 31
	divided = 1 << 30
	wide32  = 1 << 31

	lowBits   = 1<<24 - 1
	manyRuns  = 15
	manySteps = 7
	mostVerts = 255

	divideBits = 3 // a divided cell has 8 × 8 smaller ones
)

// find returns the cell of q, and q from the cell's south-western corner. The cell is 0, outside, beyond the grid.
func (c *cells) find(q Query) (e uint32, x, y int64) {
	ux, uy := uint64(q.X-c.lo.X), uint64(q.Y-c.lo.Y)
	col, row := ux>>c.shift, uy>>c.shift
	if col >= c.cols || row >= c.rows {
		return 0, 0, 0
	}
	if e = c.cells[row*c.cols+col]; e < divided {
		return e, 0, 0
	}
	return c.within(e, ux, uy, c.shift)
}

// within is find for a position of cell e, whose side is 1<<shift, counted from the corner of the grid.
func (c *cells) within(e uint32, ux, uy uint64, shift uint) (uint32, int64, int64) {
	for e&(listed|divided) == divided {
		shift -= divideBits
		e = c.words[uint64(e&^divided)+uy>>shift%(1<<divideBits)<<divideBits+ux>>shift%(1<<divideBits)]
	}
	mask := uint64(1)<<shift - 1
	return e, int64(ux & mask), int64(uy & mask)
}

// locate returns the number of the area that has q by the half-open rule, 0 outside, and, when q lies exactly on a border, the
// least number of an area beside it, else 0.
func (c *cells) locate(q Query) (number, edge uint32) {
	e, x, y := c.find(q)
	if e&listed == 0 {
		return e, 0
	}
	return c.inList(e, x, y, q)
}

// inList is locate for a listed cell that has q at x and y from its corner.
func (c *cells) inList(e uint32, x, y int64, q Query) (number, edge uint32) {
	w := c.words[e&^listed:]
	number, edge = c.walk(w, x, y, q)
	if y%QueryScale == 0 { // only here are vertices, and edges from west to east, which the walk does not meet
		edge = c.edge(w, Fixed{int32((q.X - x) / QueryScale), int32((q.Y - y) / QueryScale)}, q)
	}
	return number, edge
}

// list is a list whose head has been read.
type list struct {
	rest  uint32
	steps []uint32 // two words each
	runs  int
	wide  bool
	body  []uint32 // the runs
}

func readList(w []uint32) list {
	l := list{rest: w[0] & lowBits, runs: int(w[0] >> 24 & 15), wide: w[0]&wide32 != 0}
	steps := int(w[0] >> 28 & 7)
	w = w[1:]
	if l.runs == manyRuns {
		l.runs, steps = int(w[0]), int(w[1])
		w = w[2:]
	}
	l.steps, l.body = w[:2*steps], w[2*steps:]
	return l
}

// walk is locate within a listed cell, for rows without vertices; x and y are q from the cell's corner.
func (c *cells) walk(w []uint32, x, y int64, q Query) (number, edge uint32) {
	l := readList(w)
	number = l.rest
	row := y / QueryScale // a vertex is above q when it is above this
	for s := l.steps; len(s) > 0; s = s[2:] {
		if row >= int64(s[0]) {
			number ^= s[1]
		}
	}
	w = l.body
	if l.wide {
		return c.walkWide(w, l.runs, number, q)
	}
	for range l.runs {
		n := w[0] >> 24
		run := w[1 : 1+n]
		odd := uint32(0)
		was := run[0]
		above := int64(int16(was>>16)) > row
		for _, v := range run[1:] {
			now := int64(int16(v>>16)) > row
			if now == above {
				was = v
				continue
			}
			ax, ay := narrow(was)
			bx, by := narrow(v)
			side := (bx-ax)*(y-ay*QueryScale) - (by-ay)*(x-ax*QueryScale)
			switch {
			case side == 0:
				edge = c.beside(edge, w[0])
			case side > 0 == now:
				odd ^= 1
			}
			above, was = now, v
		}
		if odd != 0 {
			p := &c.pairs[w[0]&lowBits]
			number ^= p.left ^ p.right
		}
		w = w[1+n:]
	}
	return number, edge
}

// beside returns the least number of an area beside a run, or edge if that is less; 0 is none.
func (c *cells) beside(edge, run uint32) uint32 {
	p := &c.pairs[run&lowBits]
	return lowest(lowest(edge, p.left), p.right)
}

// walkWide is the rest of walk for runs with absolute vertices.
func (c *cells) walkWide(w []uint32, runs int, number uint32, q Query) (uint32, uint32) {
	edge := uint32(0)
	for range runs {
		n := int(w[0] >> 24)
		a := absolute(w[1:])
		for i := 1; i < n; i++ {
			b := absolute(w[1+2*i:])
			switch {
			case queryOnSegment(a, b, q):
				edge = c.beside(edge, w[0])
			case rayCrosses(a, b, q):
				p := &c.pairs[w[0]&lowBits]
				number ^= p.left ^ p.right
			}
			a = b
		}
		w = w[1+2*n:]
	}
	return number, edge
}

// narrow unpacks a vertex of 16 bits each.
func narrow(v uint32) (x, y int64) { return int64(int16(v)), int64(int16(v >> 16)) }

// absolute unpacks a vertex of two words.
func absolute(w []uint32) Fixed { return Fixed{int32(w[0]), int32(w[1])} }

// edge returns the least number of an area beside a segment of the list that has q, 0 for none. corner is the cell's.
func (c *cells) edge(w []uint32, corner Fixed, q Query) uint32 {
	l := readList(w)
	best := uint32(0)
	size := 1
	if l.wide {
		size = 2
	}
	w = l.body
	for range l.runs {
		n := int(w[0] >> 24)
		var a Fixed
		for i := range n {
			b := absoluteFrom(w[1+size*i:], l.wide, corner)
			if i > 0 && queryOnSegment(a, b, q) {
				best = c.beside(best, w[0])
			}
			a = b
		}
		w = w[1+size*n:]
	}
	return best
}

func absoluteFrom(w []uint32, wide bool, corner Fixed) Fixed {
	if wide {
		return absolute(w)
	}
	x, y := narrow(w[0])
	return Fixed{corner.X + int32(x), corner.Y + int32(y)}
}

// lowest is the lesser of two numbers of which 0 is the outside, or none.
func lowest(a, b uint32) uint32 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

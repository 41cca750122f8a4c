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
}

// A cell is the number of its area below 2^24; or listed and the place of its list in words; or divided and the place of 64
// smaller cells in words, row by row. Nearly all lists are plain, with one step at most:
//
//	rest of the lowest row | runs << 24
//	height of the step, and what it changes; 0 and 0 without one
//	for each run: left ^ right | vertices << 24, and the vertices
//
// Any other is
//
//	rest of the lowest row | odd32, and wide32 or not
//	number of runs, number of steps
//	for each step: its height, and what it changes
//	the runs
//
// Heights are Fixed units above the cell's southern edge. A vertex is x and y in 16 bits each, in Fixed units from the cell's
// south-western corner; in a wide list, where a segment reaches further than that, it is two words of absolute Fixed coordinates.
// Left and right are the numbers of the areas beside the run.
const (
	listed  = 1 << 31
	divided = 1 << 30
	odd32   = 1 << 31
	wide32  = 1 << 30

	lowBits   = 1<<24 - 1
	plainRuns = 1<<6 - 1 // of a plain list
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

// locate returns the number of the area that has q by the half-open rule, 0 outside, and whether q lies exactly on a border.
func (c *cells) locate(q Query) (number uint32, border bool) {
	e, x, y := c.find(q)
	if e&listed == 0 {
		return e, false
	}
	return c.inList(e, x, y, q)
}

// inList is locate for a listed cell that has q at x and y from its corner.
func (c *cells) inList(e uint32, x, y int64, q Query) (number uint32, border bool) {
	w := c.words[e&^listed:]
	number, border = walkList(w, x, y, q)
	if y%QueryScale == 0 && !border { // only here are vertices, and edges from west to east, which the walk does not meet
		border = onBorder(w, Fixed{int32((q.X - x) / QueryScale), int32((q.Y - y) / QueryScale)}, q)
	}
	return number, border
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
	if w[0]&odd32 == 0 {
		return list{rest: w[0] & lowBits, steps: w[1:3], runs: int(w[0] >> 24), body: w[3:]}
	}
	l := list{rest: w[0] & lowBits, wide: w[0]&wide32 != 0, runs: int(w[1])}
	steps := 2 * int(w[2])
	l.steps, l.body = w[3:3+steps], w[3+steps:]
	return l
}

// walkList is locate within a listed cell, for rows without vertices; x and y are q from the cell's corner.
//
// Which of the segments the ray crosses cannot be foretold, and a processor that guesses wrong loses more time than the
// arithmetic for a segment takes. So there are no branches in the loop: conditions are masks, of all bits or none.
func walkList(w []uint32, x, y int64, q Query) (number uint32, border bool) {
	if w[0]&odd32 != 0 {
		return walkOdd(readList(w), x, y, q)
	}
	row := y / QueryScale // a vertex is above q when it is above this
	number = w[0]&lowBits ^ w[2]&^uint32((row-int64(w[1]))>>63)
	return walkRuns(w[3:], w[0]>>24, number, x, y)
}

// walkOdd is walkList for a list that is not plain.
func walkOdd(l list, x, y int64, q Query) (number uint32, border bool) {
	number = l.rest
	for s := l.steps; len(s) > 0; s = s[2:] {
		if y/QueryScale >= int64(s[0]) {
			number ^= s[1]
		}
	}
	if l.wide {
		return walkWide(l.body, l.runs, number, q)
	}
	return walkRuns(l.body, uint32(l.runs), number, x, y)
}

// walkRuns is the rest of walkList for runs with vertices of 16 bits.
func walkRuns(w []uint32, runs, number uint32, x, y int64) (uint32, bool) {
	row := y / QueryScale
	on := int64(0)
	for ; runs > 0; runs-- {
		head := w[0]
		run := w[1 : 1+head>>24]
		odd := int64(0)
		ax, ay := narrow(run[0])
		above := (row - ay) >> 63
		for _, v := range run[1:] {
			bx, by := narrow(v)
			now := (row - by) >> 63
			side := (bx-ax)*(y-ay*QueryScale) - (by-ay)*(x-ax*QueryScale)
			side = (side ^ ^now) - ^now // as for a segment that goes up: positive when q is west of it
			crosses := above ^ now
			odd ^= crosses & (-side >> 63)
			on |= crosses &^ ((side | -side) >> 63)
			ax, ay, above = bx, by, now
		}
		number ^= head & uint32(odd) & lowBits
		w = w[len(run)+1:]
	}
	return number, on != 0
}

// walkWide is the rest of walkList for runs with absolute vertices.
func walkWide(w []uint32, runs int, number uint32, q Query) (uint32, bool) {
	border := false
	for range runs {
		n := int(w[0] >> 24)
		a := absolute(w[1:])
		for i := 1; i < n; i++ {
			b := absolute(w[1+2*i:])
			switch {
			case queryOnSegment(a, b, q):
				border = true
			case rayCrosses(a, b, q):
				number ^= w[0] & lowBits
			}
			a = b
		}
		w = w[1+2*n:]
	}
	return number, border
}

// narrow unpacks a vertex of 16 bits each.
func narrow(v uint32) (x, y int64) { return int64(int16(v)), int64(int16(v >> 16)) }

// absolute unpacks a vertex of two words.
func absolute(w []uint32) Fixed { return Fixed{int32(w[0]), int32(w[1])} }

// onBorder reports whether a segment of the list has q. corner is the cell's.
func onBorder(w []uint32, corner Fixed, q Query) bool {
	l := readList(w)
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
				return true
			}
			a = b
		}
		w = w[1+size*n:]
	}
	return false
}

func absoluteFrom(w []uint32, wide bool, corner Fixed) Fixed {
	if wide {
		return absolute(w)
	}
	x, y := narrow(w[0])
	return Fixed{corner.X + int32(x), corner.Y + int32(y)}
}

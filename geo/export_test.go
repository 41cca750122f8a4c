package geo

import "slices"

// Grid returns the south-western corner of the locator's cells and log2 of the side of one in Query units.
func (l *Locator) Grid() (corner Query, shift uint) { return l.cells.lo, l.cells.shift }

// Staged reports whether LocateAll reads cells before lists.
func (l *Locator) Staged() bool { return !l.cells.cached() }

// DivideBits is how much smaller, as log2, the cells of a divided cell are.
const DivideBits = divideBits

// Copy returns a copy of the locator whose cells may be spoilt.
func (l *Locator) Copy() *Locator {
	c := *l
	c.cells.cells = slices.Clone(c.cells.cells)
	c.cells.words = slices.Clone(c.cells.words)
	return &c
}

// CellList is the list of one cell, to spoil: its fields are what Locate reads.
type CellList struct {
	Head  *uint32    // whose low bits are the rest of the lowest row
	Steps []uint32   // height and change, by turns
	Runs  [][]uint32 // of each run its vertices, 16 bits each of x and, higher, y
	Wide  bool       // then two words each

	run *uint32 // head of the first run
}

// OtherPair gives the first run the areas beside another arc.
func (c CellList) OtherPair() { *c.run ^= 2 }

// Lists returns the lists of all cells, those of divided ones too.
func (l *Locator) Lists() []CellList {
	var out []CellList
	var visit func(e uint32)
	visit = func(e uint32) {
		switch {
		case e&listed != 0:
			out = append(out, l.list(e&^listed))
		case e&divided != 0:
			for _, e := range l.cells.words[e&^divided:][:1<<(2*divideBits)] {
				visit(e)
			}
		}
	}
	for _, e := range l.cells.cells {
		visit(e)
	}
	return out
}

func (l *Locator) list(place uint32) CellList {
	w := l.cells.words[place:]
	read := readList(w)
	c := CellList{Head: &w[0], Steps: read.steps, Wide: read.wide, run: &read.body[0]}
	size := uint32(1)
	if read.wide {
		size = 2
	}
	body := read.body
	for range read.runs {
		n := body[0] >> 24
		c.Runs = append(c.Runs, body[1:1+size*n])
		body = body[1+size*n:]
	}
	return c
}

// PlainCells returns the undivided cells of the grid, row by row, and how many are in a row; those that have a list, or are
// divided, are not less than 1<<24.
func (l *Locator) PlainCells() (cells []uint32, columns int) { return l.cells.cells, int(l.cells.cols) }

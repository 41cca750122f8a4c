package geo

import (
	"github.com/paulmach/orb"
)

// CellFinder finds the H3 cells of positions that come near each other one after the other: it answers as Cell does, and mostly
// without asking the library, because it remembers the last cells and which ground lies well inside of them. It is for one
// goroutine at a time.
type CellFinder struct {
	resolution int
	recent     [recentCells]cellGround // the one that was found last is the first
}

// recentCells is how many cells a finder remembers: positions in Morton order go back and forth between a few.
const recentCells = 8

// cellGround is the ground of a cell, without a rim. A cell of 0 has none.
type cellGround struct {
	cell  uint64
	edges [6]halfPlane
}

// halfPlane is the positions with x*X + y*Y >= least, in degrees.
type halfPlane struct{ x, y, least float64 }

// Bounds of what a finder remembers. Edges of cells are arcs of great circles: from resolution 4 on, and up to 75 degrees, they
// leave their chord by less than 0.3 % of the way from there to the middle of the cell. rimShare is what is left out along an edge.
const (
	finestGuess   = 4
	highestGuess  = 75
	rimShare      = 0.02
	hexagonPoints = 7 // of a closed outline; a cell with more is bent by an edge of the icosahedron
)

// NewCellFinder returns a finder for a resolution of 0 to 15; the error wraps ErrCell for another one.
func NewCellFinder(resolution int) (*CellFinder, error) {
	if err := checkResolution(resolution); err != nil {
		return nil, err
	}
	return &CellFinder{resolution: resolution}, nil
}

// Cell returns the cell that holds p. The error wraps ErrCoordinate for what is no position.
func (f *CellFinder) Cell(p orb.Point) (uint64, error) {
	for i := range f.recent {
		if !f.recent[i].holds(p) {
			continue
		}
		if i > 0 {
			f.recent[0], f.recent[i] = f.recent[i], f.recent[0]
		}
		return f.recent[0].cell, nil
	}
	cell, err := Cell(p, f.resolution)
	if err != nil || f.resolution < finestGuess {
		return cell, err
	}
	for i := range f.recent {
		if f.recent[i].cell == cell { // p lies on its rim
			return cell, nil
		}
	}
	if g, ok := groundOf(cell); ok {
		copy(f.recent[1:], f.recent[:recentCells-1])
		f.recent[0] = g
	}
	return cell, nil
}

func (g *cellGround) holds(p orb.Point) bool {
	if g.cell == 0 {
		return false
	}
	for i := range g.edges {
		if e := &g.edges[i]; !(e.x*p[0]+e.y*p[1] >= e.least) { // NaN too
			return false
		}
	}
	return true
}

// groundOf returns what lies well inside a cell, false for a cell that is no plain hexagon.
func groundOf(cell uint64) (cellGround, bool) {
	g := cellGround{cell: cell}
	pg := CellBoundary(cell)
	if len(pg) == 0 || len(pg[0]) != hexagonPoints {
		return g, false
	}
	ring, b := pg[0], pg.Bound()
	if b.Max[0]-b.Min[0] > 180 || b.Min[1] < -highestGuess || b.Max[1] > highestGuess {
		return g, false
	}
	var middle orb.Point
	for _, v := range ring[1:] {
		middle[0] += v[0] / 6
		middle[1] += v[1] / 6
	}
	for i := range g.edges { // the outline is counter-clockwise: the cell lies on the left of each edge
		a, b := ring[i], ring[i+1]
		x, y := a[1]-b[1], b[0]-a[0]
		edge := x*a[0] + y*a[1]
		g.edges[i] = halfPlane{x, y, edge + rimShare*(x*middle[0]+y*middle[1]-edge)}
	}
	return g, true
}

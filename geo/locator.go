package geo

import (
	"github.com/paulmach/orb"
)

// Match says how a position belongs to its area.
type Match uint8

// The matches.
const (
	// MatchNone is a position outside all areas.
	MatchNone Match = iota
	// MatchCovers is a position inside an area.
	MatchCovers
	// MatchEdge is a position exactly on a border: the rule decided (DECISIONS.md).
	MatchEdge
)

// String returns "none", "covers" or "edge_rule", the words of the lookup answer.
func (m Match) String() string { return [...]string{"none", "covers", "edge_rule"}[min(m, MatchEdge)] }

// Locator finds the one area of a coverage that has a position, and the borders around it. Numbering the outside 0 and area i
// with i+1, it holds a square cell for each piece of ground: the number of the area that covers the whole cell, or the segments
// that run through it (cells.go). No area is ever tested as a whole, and exactly one comes out. It is immutable, allocates
// nothing in Locate, and is safe for concurrent use.
type Locator struct {
	cells     cells
	distances *borderIndex
}

// NewLocator builds the locator of a coverage in O(n log n). It keeps nothing of c but what it copied.
func NewLocator(c *Coverage) *Locator {
	return &Locator{cells: newCells(c), distances: newBorderIndex(c)}
}

// Locate returns the area that has q, and how; Outside and MatchNone when none has it. Between areas the half-open rule of
// Contains decides. The border to the outside is closed: a position exactly on it that the rule gives to the outside belongs to
// the adjoining area, the lowest index where several meet. So each position of the union of the areas, its border included, has
// exactly one area, whatever the first vertex or winding of a ring or the order of polygons.
func (l *Locator) Locate(q Query) (area int, m Match) {
	number, border := l.cells.locate(q)
	switch {
	case !border:
		return int(number) - 1, Match(min(number, uint32(MatchCovers)))
	case number == 0:
		return l.distances.lowestAt(q), MatchEdge
	}
	return int(number) - 1, MatchEdge
}

// Size returns the bytes that Locate reads from; what Nearest reads from is not counted.
func (l *Locator) Size() int { return 4 * (len(l.cells.cells) + len(l.cells.words)) }

// BorderDistance is how far a position is from the border of the area that has it.
type BorderDistance struct {
	// Area has the position; Outside when none does.
	Area int
	// Beyond is the area on the other side where the border is nearest, Outside included: for a position outside, the nearest
	// area. Of several equally near the lowest area counts.
	Beyond int
	// Distance is geodesic; +Inf when the coverage is empty.
	Distance Metres
	// At is the nearest point of the border.
	At orb.Point
}

// Neighbour is an area, or the outside, near a position.
type Neighbour struct {
	Area     int
	Distance Metres
	// At is the nearest point of the area.
	At orb.Point
}

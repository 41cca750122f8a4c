package geo

import (
	"cmp"
	"math"
	"slices"

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

// Locator finds the one area of a coverage that has a position, and the borders around it. It holds the segments of the arcs in
// horizontal bands, each with the areas at its two sides. Numbering the outside 0 and area i with i+1, the exclusive-or of left
// and right over the segments that a ray to the east crosses is the number of the area where the ray begins, since it ends
// outside: one walk decides between all areas and exactly one comes out. It is immutable, allocates nothing in Locate, and is safe
// for concurrent use.
type Locator struct {
	bands     []int32 // band i holds strips[bands[i]:bands[i+1]]
	strips    []strip
	lo, hi    Query
	rows      int64 // height of a band, Query units
	distances *borderIndex
}

// strip is a segment with the areas to its left and right as it runs to the north, plus one.
type strip struct {
	low, high   Fixed // low.Y <= high.Y
	left, right int32
}

// Bands are as low as segmentsPerBand allows, unless segments then lie in more than maxCopies bands on average: lower bands
// cost memory, higher ones time.
const (
	segmentsPerBand = 16
	maxCopies       = 4
)

// NewLocator builds the locator of a coverage in O(n log n). It keeps nothing of c but what it copied.
func NewLocator(c *Coverage) *Locator {
	strips := c.strips()
	l := &Locator{distances: newBorderIndex(c)}
	lo, hi, ok := c.Bound()
	if !ok {
		return l
	}
	l.lo, l.hi = lo.Query(), hi.Query()
	l.rows = (l.hi.Y-l.lo.Y)/int64(len(strips)/segmentsPerBand+1) + 1
	for l.copies(strips) > maxCopies*len(strips) {
		l.rows *= 2
	}
	l.fill(strips, int((l.hi.Y-l.lo.Y)/l.rows)+1)
	return l
}

// copies counts the bands of all strips.
func (l *Locator) copies(strips []strip) int {
	n := int64(0)
	for _, s := range strips {
		n += l.band(s.high.Query().Y) - l.band(s.low.Query().Y) + 1
	}
	return int(n)
}

// strips lists the segments of all arcs.
func (c *Coverage) strips() []strip {
	var out []strip
	for _, a := range c.arcs {
		for i := 1; i < len(a.Line); i++ {
			s := strip{a.Line[i-1], a.Line[i], int32(a.Left + 1), int32(a.Right + 1)}
			if s.low.Y > s.high.Y {
				s = strip{s.high, s.low, s.right, s.left}
			}
			out = append(out, s)
		}
	}
	return out
}

// fill puts each strip in every band that it touches; a band runs from its easternmost strip to its westernmost end.
func (l *Locator) fill(strips []strip, n int) {
	slices.SortFunc(strips, func(a, b strip) int {
		return cmp.Or(-cmp.Compare(max(a.low.X, a.high.X), max(b.low.X, b.high.X)), cmp.Compare(a.low.Y, b.low.Y), cmp.Compare(a.low.X, b.low.X))
	})
	l.bands = make([]int32, n+1)
	each := func(visit func(band int64, s strip)) {
		for _, s := range strips {
			for b := l.band(s.low.Query().Y); b <= l.band(s.high.Query().Y); b++ {
				visit(b, s)
			}
		}
	}
	each(func(b int64, _ strip) { l.bands[b+1]++ })
	for b := range n {
		l.bands[b+1] += l.bands[b]
	}
	l.strips = make([]strip, l.bands[n])
	at := slices.Clone(l.bands)
	each(func(b int64, s strip) {
		l.strips[at[b]] = s
		at[b]++
	})
}

func (l *Locator) band(y int64) int64 { return (y - l.lo.Y) / l.rows }

// Locate returns the area that has q, and how; Outside and MatchNone when none has it. Between areas the half-open rule of
// Contains decides. The border to the outside is closed: a position exactly on it that the rule gives to the outside belongs to
// the adjoining area, the lowest index where several meet. So each position of the union of the areas, its border included, has
// exactly one area, whatever the first vertex or winding of a ring or the order of polygons.
func (l *Locator) Locate(q Query) (area int, m Match) {
	if q.Y < l.lo.Y || q.Y > l.hi.Y || q.X < l.lo.X || q.X > l.hi.X || len(l.strips) == 0 {
		return Outside, MatchNone
	}
	band := l.band(q.Y)
	number, edge := int32(0), int32(math.MaxInt32)
	for i := l.bands[band]; i < l.bands[band+1]; i++ {
		s := &l.strips[i]
		low, high := int64(s.low.Y)*QueryScale, int64(s.high.Y)*QueryScale
		east := int64(max(s.low.X, s.high.X)) * QueryScale
		if east < q.X {
			break // and so are all that follow
		}
		if q.Y < low || q.Y > high {
			continue
		}
		side := 1
		if west := int64(min(s.low.X, s.high.X)) * QueryScale; west <= q.X {
			if low == high {
				side = 0 // horizontal, and q on it
			} else {
				side = sideOf(s.low, s.high, q)
			}
		}
		switch {
		case side == 0:
			edge = lowest(edge, s.left, s.right)
		case side > 0 && q.Y < high:
			number ^= s.left ^ s.right
		}
	}
	switch {
	case edge == math.MaxInt32:
		if number == 0 {
			return Outside, MatchNone
		}
		return int(number) - 1, MatchCovers
	case number == 0:
		return int(edge) - 1, MatchEdge
	}
	return int(number) - 1, MatchEdge
}

// lowest is the least number of an area among the three; 0 is the outside and none.
func lowest(best, left, right int32) int32 {
	if left > 0 {
		best = min(best, left)
	}
	if right > 0 {
		best = min(best, right)
	}
	return best
}

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

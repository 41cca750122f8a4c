package geo

import (
	"cmp"
	"slices"
)

// bands holds the segments of all arcs in horizontal bands, each with the numbers of the areas at its two sides. The exclusive-or
// of left and right over the segments that a ray to the east crosses is the number of the area where the ray begins, since it
// ends outside. It is what the cells of a Locator are numbered with: slower, and without any cell.
type bands struct {
	first  []int32 // band i holds strips[first[i]:first[i+1]]
	strips []strip
	lo, hi Query
	rows   int64 // height of a band, Query units
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

// newBands builds the bands of a coverage in O(n log n).
func newBands(c *Coverage) *bands {
	strips := c.strips()
	l := &bands{}
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
func (l *bands) copies(strips []strip) int {
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
func (l *bands) fill(strips []strip, n int) {
	slices.SortFunc(strips, func(a, b strip) int {
		return cmp.Or(-cmp.Compare(max(a.low.X, a.high.X), max(b.low.X, b.high.X)), cmp.Compare(a.low.Y, b.low.Y), cmp.Compare(a.low.X, b.low.X))
	})
	l.first = make([]int32, n+1)
	each := func(visit func(band int64, s strip)) {
		for _, s := range strips {
			for b := l.band(s.low.Query().Y); b <= l.band(s.high.Query().Y); b++ {
				visit(b, s)
			}
		}
	}
	each(func(b int64, _ strip) { l.first[b+1]++ })
	for b := range n {
		l.first[b+1] += l.first[b]
	}
	l.strips = make([]strip, l.first[n])
	at := slices.Clone(l.first)
	each(func(b int64, s strip) {
		l.strips[at[b]] = s
		at[b]++
	})
}

func (l *bands) band(y int64) int64 { return (y - l.lo.Y) / l.rows }

// number returns the number of the area at q by the half-open rule, 0 outside.
func (l *bands) number(q Query) int32 {
	if q.Y < l.lo.Y || q.Y > l.hi.Y || q.X < l.lo.X || q.X > l.hi.X {
		return 0
	}
	number := int32(0)
	band := l.band(q.Y)
	for i := l.first[band]; i < l.first[band+1]; i++ {
		s := &l.strips[i]
		if int64(max(s.low.X, s.high.X))*QueryScale < q.X {
			break // and so do all that follow end west of q
		}
		if rayCrosses(s.low, s.high, q) {
			number ^= s.left ^ s.right
		}
	}
	return number
}

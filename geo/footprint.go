package geo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Footprint is an area prepared for the question whether it has a position. Unlike an area of a coverage it owns its whole border,
// holes' borders too, so that a position between two blocks is in both. It is exact for the rounded vertices, immutable, and safe
// for concurrent use.
type Footprint struct{ parts []footprintPart }

// footprintPart is a polygon: its edges in horizontal bands of equal height.
type footprintPart struct {
	bound box
	rows  int64 // height of a band, Fixed units
	first []int32
	edges [][2]Fixed
}

// edgesPerBand is how many edges a band has when none reaches through several.
const edgesPerBand = 16

// NewFootprint prepares m. The rings of a polygon count even-odd, of several polygons one is enough. Vertices are rounded to Fixed
// positions; the error, of a vertex that is no position on Earth, wraps ErrCoordinate. An empty area has no position.
func NewFootprint(m orb.MultiPolygon) (*Footprint, error) {
	f := new(Footprint)
	for i, pg := range m {
		var edges [][2]Fixed
		for _, ring := range pg {
			var last Fixed
			for k, p := range ring {
				v, err := FixedFrom(p)
				if err != nil {
					return nil, fmt.Errorf("polygon %d: %w", i, err)
				}
				if k > 0 && v != last {
					edges = append(edges, [2]Fixed{last, v})
				}
				last = v
			}
		}
		if len(edges) > 0 {
			f.parts = append(f.parts, newFootprintPart(edges))
		}
	}
	return f, nil
}

func newFootprintPart(edges [][2]Fixed) footprintPart {
	p := footprintPart{bound: boxOf(edges[0][0], edges[0][1])}
	for _, e := range edges {
		p.bound = p.bound.join(boxOf(e[0], e[1]))
	}
	height := int64(p.bound.maxY) - int64(p.bound.minY)
	p.rows = height/int64(len(edges)/edgesPerBand+1) + 1
	p.first = make([]int32, height/p.rows+2)
	each := func(visit func(band int64, e [2]Fixed)) {
		for _, e := range edges {
			b := boxOf(e[0], e[1])
			for i := p.band(b.minY); i <= p.band(b.maxY); i++ {
				visit(i, e)
			}
		}
	}
	each(func(band int64, _ [2]Fixed) { p.first[band+1]++ })
	for i := 1; i < len(p.first); i++ {
		p.first[i] += p.first[i-1]
	}
	p.edges = make([][2]Fixed, p.first[len(p.first)-1])
	at := append([]int32(nil), p.first...)
	each(func(band int64, e [2]Fixed) {
		p.edges[at[band]] = e
		at[band]++
	})
	return p
}

func (p *footprintPart) band(y int32) int64 { return (int64(y) - int64(p.bound.minY)) / p.rows }

// Near returns how far q is from the area, 0 in it and on its border, and whether that is within metres at most. Areas that are farther
// are not measured, nor those across the 180th meridian. The error is that of PointToSegment.
func (f *Footprint) Near(q Query, within Metres) (distance Metres, near bool) {
	if f.Covers(q) {
		return 0, true
	}
	p := q.Point()
	around := Around(p, within)
	low, err := FixedFrom(around.Min)
	high, err2 := FixedFrom(around.Max)
	if err != nil || err2 != nil {
		return 0, false
	}
	reach := boxOf(low, high)
	for i := range f.parts {
		f.parts[i].visit(reach, func(a, b Fixed) {
			if d, _, _ := PointToSegment(p, a.Point(), b.Point()); d <= within && (!near || d < distance) {
				distance, near = d, true
			}
		})
	}
	return distance, near
}

// visit calls each for the edges whose boxes meet a box or lie one unit beside it; for some of them more than once.
func (p *footprintPart) visit(b box, each func(a, b Fixed)) {
	south, north := max(b.minY, p.bound.minY), min(b.maxY, p.bound.maxY)
	if south > north || b.minX > p.bound.maxX || b.maxX < p.bound.minX {
		return
	}
	for _, e := range p.edges[p.first[p.band(south)]:p.first[p.band(north)+1]] {
		if max(e[0].X, e[1].X) < b.minX-1 || min(e[0].X, e[1].X) > b.maxX+1 || max(e[0].Y, e[1].Y) < b.minY-1 || min(e[0].Y, e[1].Y) > b.maxY+1 {
			continue
		}
		each(e[0], e[1])
	}
}

// Covers reports whether q lies in the area or on its border.
func (f *Footprint) Covers(q Query) bool {
	for i := range f.parts {
		if f.parts[i].covers(q) {
			return true
		}
	}
	return false
}

func (p *footprintPart) covers(q Query) bool {
	lo, hi := Fixed{p.bound.minX, p.bound.minY}.Query(), Fixed{p.bound.maxX, p.bound.maxY}.Query()
	if q.X < lo.X || q.X > hi.X || q.Y < lo.Y || q.Y > hi.Y {
		return false
	}
	band := p.band(int32(q.Y >> 6)) // rounded down; QueryScale is 2^6
	inside := false
	for _, e := range p.edges[p.first[band]:p.first[band+1]] {
		switch {
		case int64(max(e[0].X, e[1].X))*QueryScale < q.X:
		case queryOnSegment(e[0], e[1], q):
			return true
		case rayCrosses(e[0], e[1], q):
			inside = !inside
		}
	}
	return inside
}

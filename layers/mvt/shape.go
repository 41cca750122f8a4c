package mvt

import (
	"slices"

	"github.com/paulmach/orb"
)

// shape is the geometry of a line or of an area that is drawn on its own. It is immutable.
type shape struct {
	// A line has its vertices and from which zoom each is drawn.
	line  []unit
	first []uint8
	// A small area has all its vertices at every zoom; a larger one is ranked.
	small *level
	large *outline
	// rim identifies the outline of an area: that of a coverage may be the same.
	rim rim
}

// smallArea is up to how many vertices an area is drawn with all of them.
const smallArea = 9

// prepare makes the shape of a row.
func (r *row) prepare() {
	switch g := r.feature.Shape().(type) {
	case orb.LineString:
		line := slices.Compact(unitsOf(g))
		var k ranker
		r.shape = &shape{line: line, first: k.rankLine(line)}
	case orb.Polygon, orb.MultiPolygon:
		r.shape = areaShape(g)
	}
}

func areaShape(g orb.Geometry) *shape {
	arcs, n := ringsOf(g), 0
	for _, a := range arcs {
		n += len(a.line)
	}
	s := &shape{rim: rimOf(g)}
	if n > smallArea {
		s.large = newOutline(arcs, 1)
		return s
	}
	s.small = &level{size: n}
	for _, a := range arcs {
		s.small.add(a)
	}
	return s
}

// level returns the borders of an area at a zoom.
func (s *shape) level(z uint8) *level {
	if s.small != nil {
		return s.small
	}
	return s.large.at(z)
}

package layers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// Content is a community or an overlay that lies in a grid, wholly or in part.
type Content struct {
	Feature Feature
	// Share is the part of it that lies in the grid, Covers the part of the grid that it covers; both above 0 to 1.
	Share, Covers float64
}

// leastContent is the least share of a content: what has less only touches the grid, or was drawn by another hand.
const leastContent = 0.001

// Contents returns what lies in a grid at an instant, communities first and then overlays by their kinds, each by code. Grounds of neighbours
// are left out. It measures every area that meets the box of the grid: milliseconds.
func (s *Snapshot) Contents(g *Grid, at Instant) ([]Content, error) {
	p := s.Partition(Grids, at)
	if p == nil {
		return nil, nil
	}
	whole := geo.AreaMulti(g.Geometry)
	var out []Content
	for _, l := range []Layer{Communities, Overlays} {
		var err error
		s.Set(l).Search(g.Geometry.Bound(), at, func(f Feature) bool {
			var shape orb.MultiPolygon
			switch f := f.(type) {
			case *Community:
				shape = f.Geometry
			case *Overlay:
				if f.Kind == Neighbour {
					return true
				}
				shape = f.Geometry
			}
			var share float64
			if share, err = p.shareOf(g, shape); share >= leastContent {
				out = append(out, Content{f, share, min(1, share*geo.AreaMulti(shape)/whole)})
			}
			return err == nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b Content) int {
		return cmp.Or(contentOrder(a)-contentOrder(b), strings.Compare(codeOf(a.Feature), codeOf(b.Feature)))
	})
	return out, nil
}

// shareOf is the part of an area that lies in a grid.
func (p *Partition) shareOf(g *Grid, shape orb.MultiPolygon) (float64, error) {
	m, err := geo.FixedMultiPolygonFrom(shape)
	if err != nil || len(m) == 0 {
		return 0, err
	}
	for _, part := range p.Portions(geo.FigureOf(m)) {
		if part.Feature == Feature(g) {
			return part.Share, nil
		}
	}
	return 0, nil
}

// contentOrder puts communities first.
func contentOrder(c Content) int {
	o, ok := c.Feature.(*Overlay)
	if !ok {
		return -1
	}
	return slices.Index(OverlayKinds(), o.Kind)
}

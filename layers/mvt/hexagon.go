package mvt

import (
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// Hexagons is a layer of tiles that no store has: the poles counted in H3 cells. It has tiles and nothing else.
const Hexagons layers.Layer = "hexagons"

// Cells are of one resolution at each zoom: the first up to zoom 7, then one more for every two zooms, up to hexagonsTo.
const (
	firstResolution = 6
	resolutions     = 5
	hexagonsTo      = 15
)

// fineness is the place of a zoom's resolution among those that are counted: 0 for firstResolution.
func fineness(z uint8) int { return min(max(0, int(z)-firstResolution)/2, resolutions-1) }

// zoomsOf returns the first and the last zoom of a resolution, by its place.
func zoomsOf(k int) (first, last uint8) {
	last = uint8(2*k + firstResolution + 1)
	if k == 0 {
		return 0, last
	}
	return last - 1, last
}

// hexagon is a cell. It is immutable.
type hexagon struct {
	cell    uint64
	box     unitBox
	outline []unit // closed, wound as a tile wants it
}

func newHexagon(cell uint64) *hexagon {
	ring := geo.CellBoundary(cell)[0] // a cell that a position has is one
	ring.Reverse()                    // latitudes grow upwards, rows downwards
	line := make([]unit, len(ring))
	for i, p := range ring {
		line[i] = unitOf(besides(p, ring[0]))
	}
	return &hexagon{cell: cell, box: boxOf(line), outline: line}
}

// besides returns p, or the edge of the map if the antimeridian lies between p and a position near it.
func besides(p, near orb.Point) orb.Point {
	if math.Abs(p[0]-near[0]) > 180 {
		p[0] = math.Copysign(180, near[0])
	}
	return p
}

// id is the cell without what is the same for all cells, and without the resolution, which the unused digits tell: 52 bits.
func (h *hexagon) id() uint64 { return h.cell & (1<<52 - 1) }

// census is what is counted in a cell, or a difference of two counts.
type census struct {
	poles, abandoned int32
	// times is the sum of a hash of when each pole applies and whether it is abandoned: two sets of poles with the same sums have
	// the same counts at every instant.
	times uint64
}

func (t census) plus(o census) census {
	return census{t.poles + o.poles, t.abandoned + o.abandoned, t.times + o.times}
}

func (t census) minus(o census) census {
	return census{t.poles - o.poles, t.abandoned - o.abandoned, t.times - o.times}
}

// censusOf is a single pole.
func censusOf(p *layers.Pole) census {
	t := census{poles: 1, times: scatter(scatter(uint64(p.ValidFrom)) + uint64(p.ValidTo))}
	if abandoned(p.State) {
		t.abandoned, t.times = 1, scatter(t.times)
	}
	return t
}

// abandoned reports whether poles of a state belong to nobody: the claim round has ended without an owner, or it is decided that
// there is none.
func abandoned(state string) bool { return state == "unclaimed" || state == "ownerless_decided" }

// cellCensus is a cell and what is counted in it.
type cellCensus struct {
	cell uint64
	census
}

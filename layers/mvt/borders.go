package mvt

import (
	"github.com/paulmach/orb"

	"wangge/geo"
)

// borders is a coverage made ready for tiles: the outline of all its areas, and where their labels go. It is immutable.
type borders struct {
	*outline
	rim    rim
	labels []unit // by area; nil where labels were not asked for
}

func newBorders(c *geo.Coverage, labels bool) *borders {
	b := &borders{outline: newOutline(arcsOf(c), c.Len()), rim: rimOfCoverage(c)}
	if labels {
		b.labels = b.outline.labelPoints()
	}
	return b
}

// rim identifies a set of segments: how many there are, and the sum of a hash of each. Two sets that differ have the same rim
// with a chance of 2^-64.
type rim struct {
	count int
	sum   uint64
}

func (r *rim) add(a, b geo.Fixed) {
	if b.X < a.X || b.X == a.X && b.Y < a.Y {
		a, b = b, a
	}
	r.count++
	r.sum += scatter(scatter(uint64(uint32(a.X))<<32|uint64(uint32(a.Y))) ^ uint64(uint32(b.X))<<32 ^ uint64(uint32(b.Y)))
}

// scatter is the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// rimOf is the rim of all rings of an area.
func rimOf(g orb.Geometry) rim {
	m, err := geo.FixedMultiPolygonFrom(g)
	if err != nil {
		return rim{}
	}
	var r rim
	for _, pg := range m {
		for _, ring := range pg {
			for i := 1; i < len(ring); i++ {
				if ring[i-1] != ring[i] {
					r.add(ring[i-1], ring[i])
				}
			}
		}
	}
	return r
}

// rimOfCoverage is the rim of the border between all areas and the outside.
func rimOfCoverage(c *geo.Coverage) rim {
	var r rim
	for a := range c.Arcs() {
		if a.Left != geo.Outside && a.Right != geo.Outside {
			continue
		}
		for i := 1; i < len(a.Line); i++ {
			r.add(a.Line[i-1], a.Line[i])
		}
	}
	return r
}

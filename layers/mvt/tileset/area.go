package tileset

import (
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// District is what tiles are made from: an Atlas and the Snapshot that it was made of.
type District struct {
	Snapshot *layers.Snapshot
	Atlas    *mvt.Atlas
}

// area is where a tileset may have tiles: a rectangle of tiles at each zoom, and the indexes of the layers, which say where inside it
// there is nothing. It promises too much rather than too little.
type area struct {
	drawn []drawn
	bound orb.Bound // of the features, within the box of the plan; empty for none
	rects [geo.MaxZoom + 1]rect
	first uint8
	last  uint8
}

// drawn is a layer, at which zooms it has anything in a tile, and whether it may have anything in a box of degrees at one of them.
type drawn struct {
	first, last uint8
	in          func(b orb.Bound, z uint8) bool
}

// reach is how far beyond its tile a feature is looked for, in sides of a tile: the widest buffer of all layers and 16 units for
// rounding, of 4096.
const reach = (64 + 16) / 4096.0

func newArea(p Plan, d District) *area {
	a := &area{first: p.MinZoom, last: p.MaxZoom, bound: noBound()}
	for _, l := range p.Layers {
		info, _ := mvt.Describe(l) // the plan is checked
		if l == mvt.Hexagons {
			a.hexagons(p, d, info)
			continue
		}
		set := d.Snapshot.Set(l)
		a.drawn = append(a.drawn, drawn{info.MinZoom, info.LastZoom, func(b orb.Bound, _ uint8) (found bool) {
			set.Search(b, p.At, func(layers.Feature) bool { found = true; return false })
			return found
		}})
		for f := range set.All(p.At) {
			if shape := f.Shape(); shape != nil && info.MinZoom <= p.MaxZoom {
				a.bound = a.bound.Union(shape.Bound())
			}
		}
	}
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		a.rects[z] = around(a.bound, z, reach)
		if p.Box != nil {
			a.rects[z] = a.rects[z].cut(around(*p.Box, z, 0))
		}
	}
	if p.Box != nil {
		a.bound = cut(a.bound, *p.Box)
	}
	return a
}

// hexagons adds the cells in which features are counted, which they reach beyond. A cell of features of another instant alone is empty.
func (a *area) hexagons(p Plan, d District, info mvt.LayerInfo) {
	b, ok := d.Atlas.HexagonBound(p.MinZoom, p.MaxZoom)
	if !ok {
		return
	}
	for range d.Snapshot.Set(info.Source).All(p.At) {
		a.drawn = append(a.drawn, drawn{info.MinZoom, info.LastZoom, d.Atlas.HexagonsIn})
		a.bound = a.bound.Union(b)
		return
	}
}

// noBound is empty, and the union of it with another is that other.
func noBound() orb.Bound {
	return orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
}

func cut(a, b orb.Bound) orb.Bound {
	return orb.Bound{Min: orb.Point{max(a.Min[0], b.Min[0]), max(a.Min[1], b.Min[1])}, Max: orb.Point{min(a.Max[0], b.Max[0]), min(a.Max[1], b.Max[1])}}
}

// rect is a rectangle of tiles of one zoom: columns and rows from lo to hi, both included. It is empty where a lo is beyond its hi.
type rect struct{ lo, hi [2]int64 }

// around is the rectangle of the tiles of a zoom that meet a box, or come as near to it as grow times their side.
func around(b orb.Bound, z uint8, grow float64) rect {
	if b.IsEmpty() {
		return rect{lo: [2]int64{1, 1}}
	}
	west, north := geo.MercatorUnits(orb.Point{b.Min[0], b.Max[1]})
	east, south := geo.MercatorUnits(orb.Point{b.Max[0], b.Min[1]})
	side, last := int64(1)<<(32-z), int64(1)<<z-1
	tile := func(v uint32, by float64) int64 {
		return max(0, min(int64(math.Floor((float64(v)+by*float64(side))/float64(side))), last))
	}
	return rect{[2]int64{tile(west, -grow), tile(north, -grow)}, [2]int64{tile(east, grow), tile(south, grow)}}
}

func (r rect) cut(o rect) rect {
	return rect{[2]int64{max(r.lo[0], o.lo[0]), max(r.lo[1], o.lo[1])}, [2]int64{min(r.hi[0], o.hi[0]), min(r.hi[1], o.hi[1])}}
}

// count is the number of tiles.
func (r rect) count() int64 {
	return max(0, r.hi[0]-r.lo[0]+1) * max(0, r.hi[1]-r.lo[1]+1)
}

// below is the part of a rectangle of zoom z that lies in a tile of that zoom or one before it.
func (r rect) below(t geo.Tile, z uint8) rect {
	n := z - t.Z
	x, y := int64(t.X)<<n, int64(t.Y)<<n
	return r.cut(rect{[2]int64{x, y}, [2]int64{x + 1<<n - 1, y + 1<<n - 1}})
}

// total is the number of tiles of all zooms, with anything in them or not.
func (a *area) total() (n int64) {
	for z := a.first; z <= a.last; z++ {
		n += a.rects[z].count()
	}
	return n
}

// before is the number of tiles of all zooms before one.
func (a *area) before(z uint8) (n int64) {
	for ; z > a.first; z-- {
		n += a.rects[z-1].count()
	}
	return n
}

// upTo is the number of tiles of the area whose ids are below next.
func (a *area) upTo(next uint64) (n int64) {
	for z := a.first; z <= a.last && next > firstID(z); z++ {
		n += a.rects[z].upTo(geo.Tile{}, z, next-firstID(z))
	}
	return n
}

// upTo is the number of tiles of zoom z that lie in a tile of that zoom or one before it and before a place.
func (r rect) upTo(t geo.Tile, z uint8, next uint64) (n int64) {
	shift := 2 * (z - t.Z)
	r = r.below(t, z)
	first := placeOf(t) << shift
	switch {
	case r.count() == 0 || first >= next:
		return 0
	case first+1<<shift <= next:
		return r.count()
	}
	for _, child := range t.Children() {
		n += r.upTo(child, z, next)
	}
	return n
}

// any reports whether a tile, or one below it up to zoom z, may have anything in it.
func (a *area) any(t geo.Tile, z uint8) bool {
	b := t.Bound(reach)
	if t.Y == 0 { // what is beyond the square is drawn on its edge
		b.Max[1] = 90
	}
	if t.Y == 1<<t.Z-1 {
		b.Min[1] = -90
	}
	for _, d := range a.drawn {
		if d.first <= z && z <= d.last && d.in(b, z) {
			return true
		}
	}
	return false
}

// walk calls each for the tiles that may have anything in them, in the order of ids from the id next on, with the number of tiles of
// the area up to and with this one, until each returns false.
func (a *area) walk(next uint64, each func(t geo.Tile, id uint64, passed int64) bool) {
	for z := a.first; z <= a.last; z++ {
		w := walker{area: a, zoom: z, passed: a.before(z), each: each}
		if begin := firstID(z); next > begin {
			w.next = min(next-begin, 1<<(2*z))
		}
		if !w.descend(0, 0) {
			return
		}
	}
}

// walker goes down the quadrants of one zoom in the order of the curve.
type walker struct {
	*area
	zoom   uint8
	next   uint64 // the first place that is asked for
	passed int64
	each   func(geo.Tile, uint64, int64) bool
}

// descend visits what lies below a place of a level, and reports whether to go on.
func (w *walker) descend(level uint8, place uint64) bool {
	t := tileAt(level, place)
	tiles := w.rects[w.zoom].below(t, w.zoom).count()
	switch {
	case tiles == 0:
		return true
	case (place+1)<<(2*(w.zoom-level)) <= w.next || !w.any(t, w.zoom):
		w.passed += tiles
		return true
	case level == w.zoom:
		w.passed++
		return w.each(t, firstID(w.zoom)+place, w.passed)
	}
	for k := range uint64(4) {
		if !w.descend(level+1, place<<2|k) {
			return false
		}
	}
	return true
}

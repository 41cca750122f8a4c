package mvt

import (
	"github.com/paulmach/orb"

	"wangge/geo"
)

// unit is a position in Mercator units (geo.MercatorUnits).
type unit struct{ X, Y uint32 }

func unitOf(p orb.Point) unit {
	x, y := geo.MercatorUnits(p)
	return unit{x, y}
}

func unitsOf[L ~[]orb.Point](line L) []unit {
	out := make([]unit, len(line))
	for i, p := range line {
		out[i] = unitOf(p)
	}
	return out
}

// morton interleaves the bits of x and y: positions near each other mostly have keys near each other, and the keys of any
// tile are one range.
func (u unit) morton() uint64 { return spread(u.X) | spread(u.Y)<<1 }

func spread(v uint32) uint64 {
	x := uint64(v)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// unitBox is a box of Mercator units, both corners in it.
type unitBox struct{ lo, hi unit }

func boxOf(line []unit) unitBox {
	b := unitBox{line[0], line[0]}
	for _, u := range line[1:] {
		b = b.join(unitBox{u, u})
	}
	return b
}

func (b unitBox) join(c unitBox) unitBox {
	return unitBox{unit{min(b.lo.X, c.lo.X), min(b.lo.Y, c.lo.Y)}, unit{max(b.hi.X, c.hi.X), max(b.hi.Y, c.hi.Y)}}
}

func (b unitBox) middle() unit {
	return unit{b.lo.X + (b.hi.X-b.lo.X)/2, b.lo.Y + (b.hi.Y-b.lo.Y)/2}
}

// frame is a tile with its buffer. Positions of the frame's zoom are units of a square of 4096 << z units; those of the tile
// are the same less the tile's corner.
type frame struct {
	z      uint8
	x0, y0 int64   // the corner of the tile
	lo, hi xy      // the box of tile and buffer, the border in it
	reach  unitBox // what of the Mercator square is scaled into that box
}

func frameOf(t geo.Tile, buffer int64) frame {
	f := frame{z: t.Z, x0: int64(t.X) << extentBits, y0: int64(t.Y) << extentBits}
	f.lo = xy{f.x0 - buffer, f.y0 - buffer}
	f.hi = xy{f.x0 + Extent + buffer, f.y0 + Extent + buffer}
	f.reach = unitBox{unit{f.first(f.lo.X), f.first(f.lo.Y)}, unit{f.last(f.hi.X), f.last(f.hi.Y)}}
	return f
}

// first is the smallest coordinate of the Mercator square that is scaled to v or more, last the largest to v or less.
func (f *frame) first(v int64) uint32 {
	if f.z > deepest {
		v += 1<<(f.z-deepest) - 1
		v >>= f.z - deepest
	} else {
		v <<= deepest - f.z
	}
	return uint32(max(0, min(v, 1<<32-1)))
}

func (f *frame) last(v int64) uint32 {
	if f.z > deepest {
		v >>= f.z - deepest
	} else {
		v = (v+1)<<(deepest-f.z) - 1
	}
	return uint32(max(0, min(v, 1<<32-1)))
}

// scale returns the position of u at the frame's zoom, rounded down.
func (f *frame) scale(u unit) xy {
	if f.z > deepest {
		return xy{int64(u.X) << (f.z - deepest), int64(u.Y) << (f.z - deepest)}
	}
	return xy{int64(u.X) >> (deepest - f.z), int64(u.Y) >> (deepest - f.z)}
}

// deepest is the zoom at which a unit of a tile is a Mercator unit.
const deepest = 32 - extentBits

// meets reports whether the box has a position in the frame.
func (f *frame) meets(b unitBox) bool { return f.reach.meets(b) }

// local is the position inside the tile.
func (f *frame) local(p xy) xy { return xy{p.X - f.x0, p.Y - f.y0} }

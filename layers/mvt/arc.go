package mvt

import (
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// outside is the label of ground that no area covers.
const outside = -1

// arc is a piece of border with one area on each side. Left and right are meant as xy says. A closed arc repeats its first
// position at the end.
type arc struct {
	left, right int32
	line        []unit
}

// longest is the length in Mercator units, by either axis, that no segment of an arc exceeds, so that products of two
// differences stay within 64 bits at every zoom. It is a sixteenth of the way around the Earth.
const longest = 1 << 28

// arcsOf returns the arcs of a coverage. Left and right change places: a map's latitudes grow upwards, a tile's rows downwards.
func arcsOf(c *geo.Coverage) []arc {
	out := make([]arc, 0, c.NumArcs())
	for a := range c.Arcs() {
		line := make([]unit, len(a.Line))
		for i, p := range a.Line {
			line[i] = unitOf(p.Point())
		}
		out = append(out, arc{int32(a.Right), int32(a.Left), shorten(line)})
	}
	return out
}

// ringsOf returns the rings of one area, number 0, as closed arcs. Each begins at its smallest position, so that where a ring
// was started does not matter. Rings without extent are left out.
func ringsOf(g orb.Geometry) []arc {
	var mp orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		mp = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		mp = g
	}
	var out []arc
	for _, pg := range mp {
		for i, r := range pg {
			line := slices.Compact(unitsOf(r))
			if len(line) < 4 {
				continue
			}
			a := arc{0, outside, shorten(fromSmallest(line))}
			if turn := doubleArea(a.line); turn == 0 {
				continue
			} else if (turn > 0) != (i == 0) {
				a.left, a.right = outside, 0
			}
			out = append(out, a)
		}
	}
	return out
}

func fromSmallest(ring []unit) []unit {
	ring = ring[:len(ring)-1]
	first := 0
	for i, u := range ring {
		if f := ring[first]; u.X < f.X || u.X == f.X && u.Y < f.Y {
			first = i
		}
	}
	out := append(slices.Clone(ring[first:]), ring[:first]...)
	return append(out, out[0])
}

// doubleArea is twice the signed area of a closed ring: exact for rings up to 2^26 units wide, and for larger ones good enough
// for the sign of any that is not a sliver.
func doubleArea(ring []unit) float64 {
	o, sum := ring[0], 0.0
	for i := 1; i+1 < len(ring); i++ {
		ax, ay := float64(ring[i].X)-float64(o.X), float64(ring[i].Y)-float64(o.Y)
		bx, by := float64(ring[i+1].X)-float64(o.X), float64(ring[i+1].Y)-float64(o.Y)
		sum += ax*by - bx*ay
	}
	return sum
}

// shorten divides segments that are longer than longest.
func shorten(line []unit) []unit {
	for i := 0; i+1 < len(line); {
		a, b := line[i], line[i+1]
		m := unitBox{unit{min(a.X, b.X), min(a.Y, b.Y)}, unit{max(a.X, b.X), max(a.Y, b.Y)}}
		if m.hi.X-m.lo.X > longest || m.hi.Y-m.lo.Y > longest {
			middle := unit{uint32((uint64(a.X) + uint64(b.X)) / 2), uint32((uint64(a.Y) + uint64(b.Y)) / 2)}
			line = slices.Insert(line, i+1, middle)
			continue
		}
		i++
	}
	return line
}

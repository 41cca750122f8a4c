package tileset

import "wangge/geo"

// PMTiles numbers tiles along Hilbert curves, one for each zoom, one after the other: the id of a tile is firstID of its zoom plus
// its place on the curve. The curve of a zoom visits the quadrants 0,0 0,1 1,1 1,0 (column, row), each turned so that neighbours on the
// curve are neighbours on the map. The place of a tile begins with the bits of the place of its parent: the four tiles below place p
// have the places 4p to 4p+3.

// firstID is the id of the first tile of a zoom: how many tiles all zooms before have.
func firstID(z uint8) uint64 { return (1<<(2*z) - 1) / 3 }

// idOf returns the id of a tile.
func idOf(t geo.Tile) uint64 { return firstID(t.Z) + placeOf(t) }

// zoomOf returns the zoom of the tile with an id.
func zoomOf(id uint64) (z uint8) {
	for id >= firstID(z+1) {
		z++
	}
	return z
}

// tileOf returns the tile with an id.
func tileOf(id uint64) geo.Tile {
	z := zoomOf(id)
	return tileAt(z, id-firstID(z))
}

// placeOf returns the place of a tile on the curve of its zoom, from 0.
func placeOf(t geo.Tile) (place uint64) {
	x, y := t.X, t.Y
	for bit := uint32(1) << t.Z >> 1; bit > 0; bit >>= 1 {
		east, south := x&bit != 0, y&bit != 0
		place = place<<2 | quadrant(east, south)
		x, y = turn(x, y, east, south)
	}
	return place
}

// tileAt returns the tile at a place on the curve of a zoom.
func tileAt(z uint8, place uint64) geo.Tile {
	var x, y uint32
	for level := range z { // from the smallest quadrants to the largest
		east, south := place&2 != 0, (place&1 != 0) != (place&2 != 0)
		place >>= 2
		x, y = turn(x, y, east, south)
		bit := uint32(1) << level
		x, y = x&(bit-1), y&(bit-1)
		if east {
			x |= bit
		}
		if south {
			y |= bit
		}
	}
	return geo.Tile{Z: z, X: x, Y: y}
}

// quadrant numbers the quarters of a square in the order of the curve.
func quadrant(east, south bool) uint64 {
	switch {
	case !east && !south:
		return 0
	case !east:
		return 1
	case south:
		return 2
	}
	return 3
}

// turn turns the bits of a position below those that named the quadrant: the curve runs mirrored through the two northern ones. The
// bits above are turned too, and mean nothing any more. Turning twice changes nothing.
func turn(x, y uint32, east, south bool) (uint32, uint32) {
	switch {
	case south:
		return x, y
	case east:
		return ^y, ^x
	}
	return y, x
}

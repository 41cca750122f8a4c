package geo

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// MaxZoom is the largest zoom of a tile. A tile of it is 2^10 Mercator units wide, about 8 m in Jinshan.
const MaxZoom = 22

// ErrTile is wrapped by the errors of ParseTile.
var ErrTile = errors.New("no such tile")

// Tile is a square of the Web Mercator quad: X to the east, Y to the south, both below 2^Z.
type Tile struct {
	Z    uint8
	X, Y uint32
}

// ParseTile reads the three parts of a tile's address. Each is a decimal number without sign or leading zeroes, so that a tile
// has one address; z is 0 to 22 and x and y are below 2^z. The error wraps ErrTile and names the part.
func ParseTile(z, x, y string) (Tile, error) {
	zoom, err := tileNumber("z", z, MaxZoom)
	if err != nil {
		return Tile{}, err
	}
	last := uint64(1)<<zoom - 1
	column, err := tileNumber("x", x, last)
	if err != nil {
		return Tile{}, err
	}
	row, err := tileNumber("y", y, last)
	if err != nil {
		return Tile{}, err
	}
	return Tile{Z: uint8(zoom), X: uint32(column), Y: uint32(row)}, nil
}

func tileNumber(part, s string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, fmt.Errorf("geo: tile %s %.32q is not a whole number: %w", part, s, ErrTile)
	}
	if n > limit {
		return 0, fmt.Errorf("geo: tile %s %d is above %d: %w", part, n, limit, ErrTile)
	}
	return n, nil
}

// TileAt returns the tile of zoom z that holds p. A point on an edge belongs to the tile east or south of it; positions
// outside the Mercator square are put on its edge. A z above MaxZoom is taken as MaxZoom.
func TileAt(p orb.Point, z uint8) Tile {
	z = min(z, MaxZoom)
	x, y := MercatorUnits(p)
	return Tile{Z: z, X: uint32(uint64(x) >> (32 - z)), Y: uint32(uint64(y) >> (32 - z))}
}

// Valid reports whether t exists: Z up to MaxZoom, X and Y below 2^Z.
func (t Tile) Valid() bool {
	return t.Z <= MaxZoom && uint64(t.X) < 1<<t.Z && uint64(t.Y) < 1<<t.Z
}

// String returns the address z/x/y.
func (t Tile) String() string { return fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y) }

// Units returns the north-western corner of a valid t in Mercator units and the length of its side in them, 2^(32-Z).
func (t Tile) Units() (x, y, side uint64) {
	side = uint64(1) << (32 - t.Z)
	return uint64(t.X) * side, uint64(t.Y) * side, side
}

// Bound returns the box of a valid t in degrees, widened on each side by buffer times the side of the tile (64.0/4096 for a
// buffer of 64 in an extent of 4096) and cut at the edge of the Mercator square.
func (t Tile) Bound(buffer float64) orb.Bound {
	x, y, side := t.Units()
	const half = 1 << 31
	edge := func(units float64) float64 { // Mercator metres from the middle, not beyond the square
		return max(-half, min(half, units-half)) * MercatorUnit
	}
	grow := buffer * float64(side)
	west, east := edge(float64(x)-grow), edge(float64(x+side)+grow)
	north, south := edge(float64(y)-grow), edge(float64(y+side)+grow)
	b := orb.Bound{
		Min: FromMercator(orb.Point{west, -south}),
		Max: FromMercator(orb.Point{east, -north}),
	}
	b.Min[0], b.Max[0] = max(b.Min[0], -180), min(b.Max[0], 180) // rounding goes beyond the edge
	return b
}

// Parent returns the tile of the next smaller zoom that holds t; the parent of 0/0/0 is itself.
func (t Tile) Parent() Tile {
	if t.Z == 0 {
		return t
	}
	return Tile{Z: t.Z - 1, X: t.X / 2, Y: t.Y / 2}
}

// Children returns the four tiles of the next zoom: north-west, north-east, south-west, south-east. Those of a tile of MaxZoom
// are not Valid.
func (t Tile) Children() [4]Tile {
	z, x, y := t.Z+1, t.X*2, t.Y*2
	return [4]Tile{{z, x, y}, {z, x + 1, y}, {z, x, y + 1}, {z, x + 1, y + 1}}
}

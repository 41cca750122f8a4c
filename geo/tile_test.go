package geo_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func ExampleTileAt() {
	tile := geo.TileAt(orb.Point{121.3084, 30.8906}, 14)
	b := tile.Bound(0)
	fmt.Printf("%v from %.4f, %.4f to %.4f, %.4f\n", tile, b.Min[0], b.Min[1], b.Max[0], b.Max[1])
	// Output: 14/13712/6712 from 121.2891, 30.8834 to 121.3110, 30.9022
}

func TestParseTile(t *testing.T) {
	for _, c := range []struct {
		z, x, y string
		want    geo.Tile
	}{
		{"0", "0", "0", geo.Tile{}},
		{"14", "13712", "6712", geo.Tile{Z: 14, X: 13712, Y: 6712}},
		{"22", "4194303", "4194303", geo.Tile{Z: 22, X: 4194303, Y: 4194303}},
	} {
		if got, err := geo.ParseTile(c.z, c.x, c.y); got != c.want || err != nil {
			t.Errorf("%s/%s/%s: got %v, %v", c.z, c.x, c.y, got, err)
		}
	}
	for _, c := range []struct{ name, z, x, y, hint string }{
		{"empty", "", "0", "0", "z"}, {"zoom 23", "23", "0", "0", "z 23"}, {"x too far", "1", "2", "0", "x 2"},
		{"y too far", "22", "0", "4194304", "y 4194304"}, {"negative", "3", "-1", "0", "x"}, {"plus", "3", "+1", "0", "x"},
		{"leading zero", "3", "01", "0", "x"}, {"a fraction", "3", "1", "1.0", "y"}, {"hexadecimal", "3", "0x1", "1", "x"},
		{"blank", "3", " 1", "1", "x"}, {"2 to the 32 and 1", "3", "4294967297", "1", "x 4294967297"},
		{"2 to the 64 and 1", "3", "18446744073709551617", "1", "x"}, {"256 and 3 zoom", "259", "1", "1", "z 259"},
		{"wide digits", "3", "１", "1", "x"},
	} {
		got, err := geo.ParseTile(c.z, c.x, c.y)
		if !errors.Is(err, geo.ErrTile) || !contains(err, "tile "+c.hint) || got != (geo.Tile{}) {
			t.Errorf("%s: got %v, %v, want ErrTile about %q", c.name, got, err, c.hint)
		}
	}
}

func FuzzParseTile(f *testing.F) {
	f.Add("0", "0", "0")
	f.Add("14", "13712", "6712")
	f.Add("23", "-1", "18446744073709551617")
	f.Fuzz(func(t *testing.T, z, x, y string) {
		tile, err := geo.ParseTile(z, x, y)
		if err != nil {
			if !errors.Is(err, geo.ErrTile) {
				t.Fatalf("%q/%q/%q: %v", z, x, y, err)
			}
			return
		}
		if !tile.Valid() || tile.String() != z+"/"+x+"/"+y {
			t.Fatalf("%q/%q/%q: got %v", z, x, y, tile)
		}
		b := tile.Bound(0)
		if centre := geo.TileAt(b.Center(), tile.Z); centre != tile {
			t.Fatalf("the centre of %v is in %v", tile, centre)
		}
	})
}

// slippy is the usual arithmetic of tile numbers in floating point, and the longitude and latitude of a corner.
func slippy(p orb.Point, z uint8) (x, y float64) {
	n := math.Exp2(float64(z))
	return (p[0] + 180) / 360 * n, (1 - math.Asinh(math.Tan(p[1]*degree))/math.Pi) / 2 * n
}

func slippyCorner(x, y float64, z uint8) orb.Point {
	n := math.Exp2(float64(z))
	return orb.Point{x/n*360 - 180, math.Atan(math.Sinh(math.Pi*(1-2*y/n))) / degree}
}

func TestTileAtAgainstFloats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 179.99).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		z := uint8(rapid.IntRange(0, 22).Draw(t, "z"))
		tile := geo.TileAt(p, z)
		x, y := slippy(p, z)
		const unit = 1.0 / 512 // a Mercator unit in tiles of zoom 22, and something
		for _, c := range []struct{ got, want float64 }{{float64(tile.X), x}, {float64(tile.Y), y}} {
			if c.want < c.got-unit || c.want > c.got+1+unit || !tile.Valid() {
				t.Fatalf("%v at %d: got %v, want %v, %v", p, z, tile, x, y)
			}
		}
		b := tile.Bound(0)
		nw, se := slippyCorner(float64(tile.X), float64(tile.Y), z), slippyCorner(float64(tile.X)+1, float64(tile.Y)+1, z)
		want := orb.Bound{Min: orb.Point{nw[0], se[1]}, Max: orb.Point{se[0], nw[1]}}
		for i := range 2 {
			if math.Abs(b.Min[i]-want.Min[i]) > 1e-9 || math.Abs(b.Max[i]-want.Max[i]) > 1e-9 {
				t.Fatalf("%v: got %v, want %v", tile, b, want)
			}
		}
	})
}

func TestTileFamily(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		z := uint8(rapid.IntRange(0, 21).Draw(t, "z"))
		tile, child := geo.TileAt(p, z), geo.TileAt(p, z+1)
		if child.Parent() != tile {
			t.Fatalf("%v: the parent of %v is %v, not %v", p, child, child.Parent(), tile)
		}
		found := 0
		for _, c := range tile.Children() {
			if c == child {
				found++
			}
			if c.Parent() != tile {
				t.Fatalf("%v is a child of %v", c, c.Parent())
			}
		}
		if found != 1 {
			t.Fatalf("%v is %d times among the children of %v", child, found, tile)
		}
	})
	if (geo.Tile{}).Parent() != (geo.Tile{}) {
		t.Error("the world has a parent")
	}
	if !(geo.Tile{Z: 22, X: 4194303, Y: 4194303}).Valid() || (geo.Tile{Z: 22, X: 4194304}).Valid() || (geo.Tile{Z: 23}).Valid() || (geo.Tile{Z: 3, Y: 8}).Valid() {
		t.Error("Valid is wrong at an edge")
	}
}

func TestTileBoundBuffer(t *testing.T) {
	tile := geo.Tile{Z: 14, X: 13712, Y: 6712}
	inner, outer := tile.Bound(0), tile.Bound(64.0/4096)
	width := inner.Max[0] - inner.Min[0]
	if got := inner.Min[0] - outer.Min[0]; math.Abs(got-width/64) > 1e-9 {
		t.Errorf("west: %v degrees, want %v", got, width/64)
	}
	if outer.Min[1] >= inner.Min[1] || outer.Max[1] <= inner.Max[1] || outer.Max[0] <= inner.Max[0] {
		t.Errorf("%v does not hold %v", outer, inner)
	}
	world := geo.Tile{}.Bound(0.5)
	if want := (orb.Bound{Min: orb.Point{-180, -85.05112877980659}, Max: orb.Point{180, 85.05112877980659}}); world.Min[0] != -180 ||
		world.Max[0] != 180 || math.Abs(world.Max[1]-want.Max[1]) > 1e-9 || math.Abs(world.Min[1]-want.Min[1]) > 1e-9 {
		t.Errorf("the world with a buffer: got %v, want %v", world, want)
	}
}

func TestMercator(t *testing.T) {
	// EPSG guidance note 7-2, the worked example of method 1024, on its ellipsoid with the same axis
	got := geo.Mercator(orb.Point{-100.33333333333333, 24.381786944444446})
	if math.Abs(got[0]+11169055.58) > 0.01 || math.Abs(got[1]-2800000.00) > 0.01 {
		t.Errorf("got %.2f, want -11169055.58, 2800000.00", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-85.05, 85.05).Draw(t, "lat")}
		if q := geo.FromMercator(geo.Mercator(p)); math.Abs(p[0]-q[0]) > 1e-11 || math.Abs(p[1]-q[1]) > 1e-11 {
			t.Fatalf("%v comes back as %v", p, q)
		}
		x, y := geo.MercatorUnits(p)
		corner := geo.Mercator(geo.FromMercatorUnits(x, y))
		m := geo.Mercator(p)
		if dx, dy := m[0]-corner[0], corner[1]-m[1]; dx < -1e-5 || dy < -1e-5 || dx > geo.MercatorUnit+1e-5 || dy > geo.MercatorUnit+1e-5 {
			t.Fatalf("%v is unit %d, %d, whose corner is %v, %v m away", p, x, y, dx, dy)
		}
	})
	for _, c := range []struct {
		name string
		p    orb.Point
		x, y uint32
	}{
		{"middle", orb.Point{0, 0}, 1 << 31, 1 << 31}, {"north-west", orb.Point{-180, 90}, 0, 0},
		{"south-east", orb.Point{180, -90}, math.MaxUint32, math.MaxUint32}, {"beyond", orb.Point{1e9, -1e9}, math.MaxUint32, math.MaxUint32},
		{"not a number", orb.Point{math.NaN(), math.NaN()}, 0, 0}, {"infinite", orb.Point{math.Inf(-1), math.Inf(1)}, 0, 0},
	} {
		if x, y := geo.MercatorUnits(c.p); x != c.x || y != c.y {
			t.Errorf("%s: got %d, %d, want %d, %d", c.name, x, y, c.x, c.y)
		}
	}
}

// Units keep the order of stored coordinates: neighbours of 1e-7 degree never change places.
func TestMercatorUnitsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawIn(t, jinshan)
		q := orb.Point{p[0] + 1e-7, p[1] + 1e-7}
		x1, y1 := geo.MercatorUnits(p)
		x2, y2 := geo.MercatorUnits(q)
		if x2 < x1 || y2 > y1 || x2-x1 > 2 || y1-y2 > 2 {
			t.Fatalf("%v is %d, %d, and 1e-7 degree further %d, %d", p, x1, y1, x2, y2)
		}
	})
}

//go:build !race

package mvt_test

import (
	"io"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

const raceEnabled = false

// TestNoAllocations: a tile costs no memory once the scratch space has grown.
func TestNoAllocations(t *testing.T) {
	s, a := demo()
	kerb := geo.Tile{}
	for f := range s.Set(layers.Spaces).All(now) {
		kerb = geo.TileAt(f.Shape().Bound().Center(), 17)
	}
	for _, at := range []geo.Tile{geo.TileAt(orb.Point{121.18, 30.83}, 8), geo.TileAt(orb.Point{121.18, 30.83}, 11), geo.TileAt(orb.Point{121.18, 30.83}, 13), kerb} {
		for _, names := range [][]layers.Layer{
			{layers.Poles}, {mvt.Hexagons}, {layers.Grids}, {layers.Roads}, {layers.Zones, layers.Spaces},
			{layers.Districts, layers.Towns, layers.Grids, layers.Communities, layers.Overlays},
		} {
			var dst []byte
			draw := func() {
				var err error
				if dst, err = a.Append(dst[:0], at, now, names...); err != nil {
					t.Fatal(err)
				}
			}
			draw()
			if n := testing.AllocsPerRun(20, draw); n > 0 {
				t.Errorf("tile %s of %v: %v allocations", at, names, n)
			}
		}
	}
}

// TestKeptTilesAllocateLittle: a tile from the cache costs its list of layers and its end.
func TestKeptTilesAllocateLittle(t *testing.T) {
	_, a := demo()
	cache := mvt.NewCache(1 << 30)
	cache.Advance(a)
	at := geo.TileAt(orb.Point{121.18, 30.83}, 12)
	draw := func() {
		got, err := cache.Tile(a, at, now, mvt.Gzip, layers.Grids, layers.Roads, layers.Poles)
		if err == nil {
			_, err = got.WriteTo(io.Discard)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	draw()
	if n := testing.AllocsPerRun(100, draw); n > 4 {
		t.Errorf("%v allocations", n)
	}
}

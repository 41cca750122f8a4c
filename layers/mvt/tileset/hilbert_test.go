package tileset_test

import (
	"math/rand/v2"
	"testing"

	"wangge/geo"
	"wangge/layers/mvt/tileset"
)

// TestIDs: the first ids are those of the specification, and all others those of the curve as the literature draws it.
func TestIDs(t *testing.T) {
	for want, at := range []geo.Tile{{}, {Z: 1}, {Z: 1, Y: 1}, {Z: 1, X: 1, Y: 1}, {Z: 1, X: 1}, {Z: 2}, {Z: 2, X: 1}, {Z: 2, X: 1, Y: 1}, {Z: 2, Y: 1}} {
		if got := tileset.IDOf(at); got != uint64(want) {
			t.Errorf("tile %s: got %d, want %d", at, got, want)
		}
	}
	first := uint64(0)
	for z := range uint8(8) {
		n := int64(1) << z
		for x := range n {
			for y := range n {
				at := geo.Tile{Z: z, X: uint32(x), Y: uint32(y)}
				want := first + hilbert(n, x, y)
				if got := tileset.IDOf(at); got != want || tileset.TileOf(want) != at {
					t.Fatalf("tile %s: id %d, want %d, which is %s", at, got, want, tileset.TileOf(want))
				}
			}
		}
		first += uint64(n * n)
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for range 20_000 {
		z := uint8(8 + r.IntN(15))
		at := geo.Tile{Z: z, X: r.Uint32N(1 << z), Y: r.Uint32N(1 << z)}
		want := (uint64(1)<<(2*z)-1)/3 + hilbert(1<<z, int64(at.X), int64(at.Y))
		if got := tileset.IDOf(at); got != want || tileset.TileOf(got) != at {
			t.Fatalf("seed %d tile %s: id %d, want %d, and back %s", seed, at, got, want, tileset.TileOf(got))
		}
	}
}

// TestDirectories: whatever the number of entries, the root is short enough and every tile is found.
func TestDirectories(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for _, c := range []struct {
		entries int
		leaves  bool
	}{{1, false}, {2, false}, {1000, false}, {20_000, true}, {150_000, true}} {
		var list []tileset.Entry
		var id, end uint64
		for i := range c.entries {
			id += 1 + uint64(r.IntN(3)*r.IntN(40))
			e := tileset.Entry{ID: id, Offset: end, Length: 20 + r.Uint32N(2000), Run: 1 + uint32(r.IntN(2)*r.IntN(5))}
			if i > 0 && r.IntN(8) == 0 {
				same := list[r.IntN(i)]
				e.Offset, e.Length = same.Offset, same.Length
			} else {
				end += uint64(e.Length)
			}
			id += uint64(e.Run)
			list = append(list, e)
		}
		root, leaves, err := tileset.PackDirectories(list)
		must(t, err)
		if len(root) > 16384-127 || (len(leaves) > 0) != c.leaves {
			t.Fatalf("seed %d: %d entries give a root of %d bytes and %d bytes of leaves", seed, c.entries, len(root), len(leaves))
		}
		p := &pmtiles{root: root, leaves: leaves, tiles: make([]byte, end), directories: map[*byte][]pmEntry{}}
		for at, e := range list {
			tile := tileset.TileOf(e.ID + uint64(r.IntN(int(e.Run))))
			got, err := p.get(tile)
			if err != nil || len(got) != int(e.Length) || &got[0] != &p.tiles[e.Offset] {
				t.Fatalf("seed %d: %d entries: entry %d %+v: %d bytes, %v", seed, c.entries, at, e, len(got), err)
			}
			if at == len(list)-1 || list[at+1].ID > e.ID+uint64(e.Run) {
				if got, err := p.get(tileset.TileOf(e.ID + uint64(e.Run))); got != nil || err != nil {
					t.Fatalf("seed %d: the tile after entry %d is there (%v)", seed, at, err)
				}
			}
		}
	}
}

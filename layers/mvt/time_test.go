package mvt_test

import (
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestAt: a tile shows what applies at its instant, in a partition and in a layer of single features.
func TestAt(t *testing.T) {
	const change = layers.Instant(1_750_000_000_000)
	box := func(x0, x1 int32) geo.FixedMultiPolygon {
		return geo.FixedMultiPolygon{{{{X: x0, Y: 307000000}, {X: x1, Y: 307000000}, {X: x1, Y: 308000000}, {X: x0, Y: 308000000}, {X: x0, Y: 307000000}}}}
	}
	at := func(code string, from, to layers.Instant, m geo.FixedMultiPolygon) *layers.Grid {
		g := gridOf(code, m)
		g.ValidFrom, g.ValidTo, g.Version = from, to, 1
		return g
	}
	late := poleAt(1, 121.35, 30.757)
	late.ValidFrom = change
	b := layers.NewBuilder()
	for _, r := range []layers.Row{
		{Feature: at("A", 1, change, box(1213000000, 1214000000)), Slice: true},
		{Feature: at("A", change, 0, box(1213000000, 1213500000))},
		{Feature: at("B", change, 0, box(1213500000, 1214000000))},
		{Feature: poleAt(0, 121.35, 30.76)}, {Feature: late},
	} {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{RecordedAt: now, Settings: layers.Settings{Codes: layers.CodesFree}})
	if err != nil {
		t.Fatal(err)
	}
	a := atlasOf(t, s)
	for _, c := range []struct {
		at           layers.Instant
		grids, poles int
	}{{0, 0, 0}, {2, 1, 1}, {change - 1, 1, 1}, {change, 2, 2}, {now, 2, 2}} {
		for _, z := range []uint8{9, 13} {
			tile := geo.TileAt(orb.Point{121.35, 30.7585}, z)
			raw, err := a.Append(nil, tile, c.at, layers.Grids, layers.Poles)
			if err != nil {
				t.Fatal(err)
			}
			list, err := mvt.Decode(raw)
			if err != nil {
				t.Fatal(err)
			}
			grids, poles := 0, 0
			for _, l := range list {
				for _, f := range l.Features {
					n, counted := f.Properties["count"].(uint64)
					switch {
					case l.Name == "grids":
						grids++
					case l.Name == "poles" && counted:
						poles += int(n)
					case l.Name == "poles":
						poles++
					}
				}
			}
			if grids != c.grids || poles != c.poles {
				t.Errorf("zoom %d at %v: %d grids and %d poles, want %d and %d", z, c.at, grids, poles, c.grids, c.poles)
			}
		}
	}
}

// TestAtlasesWhileTilesAreRead: tiles are made by several goroutines while one edit follows another; each tile is the one of its
// atlas.
func TestAtlasesWhileTilesAreRead(t *testing.T) {
	s := crowdOf(2000)
	a := atlasOf(t, s)
	at := densest(s, 11)
	atlases := make(chan *mvt.Atlas, 64)
	want := map[*mvt.Atlas]string{a: string(bytesOf(t, a, at, layers.Poles))}
	list := []*mvt.Atlas{a}
	for i := range 20 {
		s = moved(t, s, i, 121.2, 30.8)
		next, err := mvt.NewAtlas(s, list[len(list)-1])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, next)
		want[next] = string(bytesOf(t, next, at, layers.Poles))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var dst []byte
			for a := range atlases {
				var err error
				if dst, err = a.Append(dst[:0], at, now, layers.Poles); err != nil || string(dst) != want[a] {
					t.Errorf("%d bytes, want %d: %v", len(dst), len(want[a]), err)
				}
			}
		})
	}
	for range 10 {
		for _, a := range list {
			atlases <- a
		}
	}
	close(atlases)
	wg.Wait()
}

package mvt_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// inCell is what a cell says of its poles.
type inCell struct{ count, abandoned uint64 }

// resolutionAt is the resolution of a zoom, as the description states it.
func resolutionAt(z uint8) int {
	return [...]int{6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10}[z]
}

// scanned counts the poles of each cell by going through all of them.
func scanned(t testing.TB, s *layers.Snapshot, resolution int, at layers.Instant) map[string]inCell {
	t.Helper()
	out := map[string]inCell{}
	for f := range s.Set(layers.Poles).All(at) {
		pole := f.(*layers.Pole)
		cell, err := geo.Cell(pole.Geometry, resolution)
		if err != nil {
			t.Fatal(err)
		}
		name := geo.CellString(cell)
		n := out[name]
		n.count++
		if pole.State == "unclaimed" || pole.State == "ownerless_decided" {
			n.abandoned++
		}
		out[name] = n
	}
	return out
}

// hexagonsOf reads the cells of tiles; one that is in several says the same in each.
func hexagonsOf(t testing.TB, a *mvt.Atlas, tiles []geo.Tile, at layers.Instant) map[string]inCell {
	t.Helper()
	out, ids := map[string]inCell{}, map[string]uint64{}
	for _, where := range tiles {
		list, err := mvt.Decode(bytesAt(t, a, where, at, mvt.Hexagons))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			for _, f := range l.Features {
				name := f.Properties["cell"].(string)
				n := inCell{count: f.Properties["count"].(uint64)}
				n.abandoned, _ = f.Properties["abandoned"].(uint64)
				if known, again := out[name]; again && (known != n || ids[name] != f.ID) {
					t.Errorf("tile %s: %s has %+v and id %d, and elsewhere %+v and id %d", where, name, n, f.ID, known, ids[name])
				}
				out[name], ids[name] = n, f.ID
				if problem := invalid(f.Geometry); problem != "" {
					t.Errorf("tile %s: %s is %s", where, name, problem)
				}
			}
		}
	}
	return out
}

// aroundHexagons lists the tiles of a zoom that hexagons may be in.
func aroundHexagons(a *mvt.Atlas, z uint8) []geo.Tile {
	b, ok := a.HexagonBound(z, z)
	if !ok {
		return nil
	}
	return tilesOver(b, z)
}

// TestHexagonsAddUp: at every zoom the cells are those that a scan finds, with its counts, and together they are the layer.
func TestHexagonsAddUp(t *testing.T) {
	for _, s := range []*layers.Snapshot{first(demo()), crowdOf(map[bool]int{false: 1000, true: 100}[raceEnabled])} {
		a := atlasOf(t, s)
		for z := range uint8(16) {
			if raceEnabled && z > 10 {
				break // nothing here is concurrent
			}
			want := scanned(t, s, resolutionAt(z), now)
			got := hexagonsOf(t, a, aroundHexagons(a, z), now)
			total := 0
			for name, n := range got {
				total += int(n.count)
				if want[name] != n {
					t.Errorf("zoom %d: %s has %+v, want %+v", z, name, n, want[name])
				}
			}
			if len(got) != len(want) || total != s.Set(layers.Poles).Len() {
				t.Errorf("zoom %d: %d cells with %d poles, want %d with %d", z, len(got), total, len(want), s.Set(layers.Poles).Len())
			}
		}
		for _, at := range aroundHexagons(a, 15)[:1] {
			if b := bytesOf(t, a, at.Children()[0], mvt.Hexagons); len(b) > 0 {
				t.Errorf("%d bytes at zoom 16", len(b))
			}
		}
		if _, ok := a.HexagonBound(16, 22); ok || a.HexagonsIn(boundOf(s, layers.Poles), 16) {
			t.Error("there are hexagons at zoom 16")
		}
	}
}

// TestHexagonsWhereTheyAre: a cell is in every tile that it meets, as large as it is there.
func TestHexagonsWhereTheyAre(t *testing.T) {
	s := crowdOf(2000)
	a := atlasOf(t, s)
	for _, z := range []uint8{3, 7, 8, 10, 12, 13, 15} {
		want := scanned(t, s, resolutionAt(z), now)
		for _, at := range some(aroundHexagons(a, z), 6) {
			here := map[string]mvt.TileFeature{}
			for _, f := range tile(t, a, at, mvt.Hexagons)["hexagons"].Features {
				here[f.Properties["cell"].(string)] = f
			}
			for name := range want {
				area := areaIn(clipped(t, at, name))
				f, drawn := here[name]
				switch {
				case !drawn && area > 200:
					t.Errorf("tile %s: %s has %.0f square units and is not there", at, name, area)
				case drawn && area > 2000 && (areaOf(f.Geometry)/2 < 0.9*area-200 || areaOf(f.Geometry)/2 > 1.1*area+200):
					t.Errorf("tile %s: %s has %.0f square units, want %.0f", at, name, areaOf(f.Geometry)/2, area)
				}
				delete(here, name)
			}
			for name := range here {
				t.Errorf("tile %s: %s has no poles", at, name)
			}
		}
	}
}

func areaIn(pg orb.Polygon) float64 { return max(planar.Area(pg), -planar.Area(pg)) }

// clipped is what of a cell lies in a tile with its buffer, in units of the tile, by functions of orb.
func clipped(t testing.TB, at geo.Tile, name string) orb.Polygon {
	t.Helper()
	cell, err := geo.ParseCell(name)
	if err != nil {
		t.Fatal(err)
	}
	x0, y0, side := at.Units()
	pg := projected(geo.CellBoundary(cell), func(q orb.Point) orb.Point {
		x, y := geo.MercatorUnits(q)
		return orb.Point{(float64(x) - float64(x0)) * mvt.Extent / float64(side), (float64(y) - float64(y0)) * mvt.Extent / float64(side)}
	}).(orb.Polygon)
	return clip.Polygon(orb.Bound{Min: orb.Point{-64, -64}, Max: orb.Point{mvt.Extent + 64, mvt.Extent + 64}}, pg)
}

// TestHexagonsFollowEdits: step by step the counts are those of a scan, at the instant of the edit, before and after it, and the bytes
// are those of an Atlas that was made at once.
func TestHexagonsFollowEdits(t *testing.T) {
	rounds := map[bool]int{false: 25, true: 4}[raceEnabled]
	for seed := range uint64(2) {
		w := newWatcher(newChanging(t, 40+seed), 0)
		w.advance(nil)
		for round := range rounds {
			what := w.edit() + ", " + w.edit()
			w.step()
			w.advance(nil)
			fresh := atlasOf(t, w.snap)
			for _, z := range []uint8{0, 7, 9, 11, 12, 15} {
				at := w.clock + []layers.Instant{0, 0, -4000, 7000, 25_000}[w.r.IntN(5)]
				tiles := aroundHexagons(w.atlas, z)
				if got, want := hexagonsOf(t, w.atlas, tiles, at), scanned(t, w.snap, resolutionAt(z), at); !maps.Equal(got, want) {
					t.Fatalf("seed %d round %d, after %s: zoom %d at %v has %d cells, want %d", seed, round, what, z, at-w.clock, len(got), len(want))
				}
				for _, one := range some(tiles, 5) {
					if x, y := bytesAt(t, w.atlas, one, at, mvt.Hexagons), bytesAt(t, fresh, one, at, mvt.Hexagons); !bytes.Equal(x, y) {
						t.Fatalf("seed %d round %d, after %s: tile %s has %d bytes step by step, %d at once", seed, round, what, one, len(x), len(y))
					}
				}
			}
		}
	}
}

// TestManyHexagonsAtOnce: a large part of the layer comes and goes in one step.
func TestManyHexagonsAtOnce(t *testing.T) {
	s := crowdOf(4000)
	a := atlasOf(t, s)
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 3 {
		d := layers.Delta{Base: layers.Base{RecordedAt: now, Settings: s.Settings()}}
		for i := range 4500 {
			if r.IntN(3) == 0 {
				p := poleAt(i, 121+0.3*r.Float64(), 30.7+0.2*r.Float64())
				p.Version, p.Revision = int64(round+2), int64(10_000*round+i+10_000)
				d.Keys = append(d.Keys, layers.Key{Layer: layers.Poles, ID: p.ID})
				if round < 2 || r.IntN(2) == 0 { // the others go
					d.Rows = append(d.Rows, layers.Row{Feature: p})
				}
			}
		}
		var err error
		if s, err = s.With(d); err != nil {
			t.Fatal(err)
		}
		if a, err = mvt.NewAtlas(s, a); err != nil {
			t.Fatal(err)
		}
		for _, z := range []uint8{6, 9, 12} {
			if got, want := hexagonsOf(t, a, aroundHexagons(a, z), now), scanned(t, s, resolutionAt(z), now); !maps.Equal(got, want) {
				t.Errorf("round %d zoom %d: %d cells, want %d", round, z, len(got), len(want))
			}
		}
	}
}

// TestHexagonIDs: the id of a cell is below 2^53, its own at every resolution, and always the same.
func TestHexagonIDs(t *testing.T) {
	s := crowdOf(5000)
	a := atlasOf(t, s)
	cells := map[uint64]string{}
	for _, z := range []uint8{7, 8, 10, 12, 14} {
		for _, at := range some(aroundHexagons(a, z), 60) {
			for _, f := range tile(t, a, at, mvt.Hexagons)["hexagons"].Features {
				name := f.Properties["cell"].(string)
				if other, known := cells[f.ID]; known && other != name || f.ID == 0 || f.ID >= 1<<53 {
					t.Errorf("%s and %s have the id %d", name, other, f.ID)
				}
				cells[f.ID] = name
			}
		}
	}
	if len(cells) < 500 {
		t.Errorf("only %d cells", len(cells))
	}
	const pinned = 855081046769663 // public: others store it
	where := orb.Point{121.3402, 30.7201}
	one := atlasOf(t, snapshotOf(t, layers.CodesLocal, []layers.Feature{poleAt(1, where[0], where[1])}))
	for _, f := range tile(t, one, geo.TileAt(where, 12), mvt.Hexagons)["hexagons"].Features {
		if f.ID != pinned {
			t.Errorf("%v has the id %d", f.Properties["cell"], f.ID)
		}
	}
}

// TestHexagonsAnywhere: cells at the antimeridian, at the edge of the map and around the pentagons count their poles too.
func TestHexagonsAnywhere(t *testing.T) {
	var poles []layers.Feature
	places := []orb.Point{{179.9999, 12}, {-179.9999, 12.0001}, {30, 84.9}, {-40, -84.9}, {0, 0}, {58.157705, 10.447345}, {-5.245390, 2.300882}, {121.3, 30.8}}
	for i, p := range places {
		poles = append(poles, poleAt(i, p[0], p[1]))
	}
	s := snapshotOf(t, layers.CodesFree, poles)
	a := atlasOf(t, s)
	for z := range uint8(16) {
		tiles := map[geo.Tile]bool{}
		for _, p := range places {
			tiles[geo.TileAt(p, z)] = true
		}
		var list []geo.Tile
		for at := range tiles {
			list = append(list, at)
		}
		if got, want := hexagonsOf(t, a, list, now), scanned(t, s, resolutionAt(z), now); !maps.Equal(got, want) {
			t.Errorf("zoom %d: %v, want %v", z, got, want)
		}
	}
}

// BenchmarkHexagons encodes the tile with the most poles of 500,000; the baseline counts them with a scan.
func BenchmarkHexagons(b *testing.B) {
	s := crowd()
	a := atlasOf(b, s)
	for _, z := range []uint8{7, 8, 10, 12, 14} {
		at := densest(s, z)
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			benchTile(b, a, at, once(func() { scanned(b, s, resolutionAt(z), now) }), mvt.Hexagons)
		})
	}
	b.Run("past", func(b *testing.B) { // no pole applied then, and each is looked at
		at := densest(s, 10)
		for b.Loop() {
			bytesAt(b, a, at, 0, mvt.Hexagons)
		}
	})
}

package mvt_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestCountsAddUp: below zoom 12 the counts of all tiles of a zoom are the layer, each pole in the square where it stands.
func TestCountsAddUp(t *testing.T) {
	for _, s := range []*layers.Snapshot{first(demo()), crowdOf(20_000)} {
		a := atlasOf(t, s)
		for z := uint8(0); z < 12; z++ {
			want := map[[2]uint32]int{}
			for f := range s.Set(layers.Poles).All(now) {
				x, y := geo.MercatorUnits(f.Shape().(orb.Point))
				want[[2]uint32{x >> (28 - z), y >> (28 - z)}]++
			}
			total := 0
			for _, at := range tilesOver(boundOf(s, layers.Poles), z) {
				for _, f := range tile(t, a, at, layers.Poles)["poles"].Features {
					p := f.Geometry.(orb.MultiPoint)[0]
					n := int(f.Properties["count"].(uint64))
					total += n
					square := [2]uint32{at.X<<4 + uint32(p[0])>>8, at.Y<<4 + uint32(p[1])>>8}
					if want[square] != n {
						t.Errorf("tile %s: square %v has %d poles, want %d", at, square, n, want[square])
					}
					delete(want, square)
				}
			}
			if total != s.Set(layers.Poles).Len() || len(want) > 0 {
				t.Errorf("zoom %d: %d poles counted, want %d; %d squares missing", z, total, s.Set(layers.Poles).Len(), len(want))
			}
		}
	}
}

func first[A, B any](a A, _ B) A { return a }

// TestEveryPole compares tiles from zoom 12 on with a scan of the layer.
func TestEveryPole(t *testing.T) {
	s := crowdOf(20_000)
	a := atlasOf(t, s)
	for _, z := range []uint8{12, 13, 14, 16, 18, 21, 22} {
		for _, at := range []geo.Tile{densest(s, z), some(tilesOver(boundOf(s, layers.Poles), min(z, 15)), 2)[0]} {
			want := map[string]orb.Point{}
			x0, y0, side := at.Units()
			for f := range s.Set(layers.Poles).All(now) {
				x, y := geo.MercatorUnits(f.Shape().(orb.Point))
				p := orb.Point{floor((int64(x)-int64(x0))*mvt.Extent, int64(side)), floor((int64(y)-int64(y0))*mvt.Extent, int64(side))}
				if min(p[0], p[1]) >= -64 && max(p[0], p[1]) <= mvt.Extent+64 {
					want[f.Head().ID] = p
				}
			}
			got := tile(t, a, at, layers.Poles)["poles"].Features
			for _, f := range got {
				id := f.Properties["id"].(string)
				p := f.Geometry.(orb.MultiPoint)[0]
				if w, ok := want[id]; !ok || w != p || f.ID != mvt.FeatureID(id) {
					t.Errorf("tile %s: %s at %v with id %d, want %v %v", at, id, p, f.ID, w, ok)
				}
				pole, _ := layers.Get[*layers.Pole](s, layers.Poles, id, now)
				want := map[string]any{"id": id, "state": pole.State, "claim_state": pole.ClaimState}
				if at.Z >= 14 {
					want["code"], want["name"], want["main_use"] = pole.Code, pole.Name, pole.MainUse
				}
				if !maps.Equal(f.Properties, want) {
					t.Errorf("tile %s: %s has %v, want %v", at, id, f.Properties, want)
				}
			}
			if len(got) != len(want) {
				t.Errorf("tile %s: %d poles, want %d", at, len(got), len(want))
			}
		}
	}
}

// TestEveryPoleInOneTile: from zoom 12 on the poles of all tiles, without those of buffers, are the layer, each once.
func TestEveryPoleInOneTile(t *testing.T) {
	s := crowdOf(1500)
	a := atlasOf(t, s)
	for z := uint8(12); z <= 18; z++ {
		tiles, seen := map[geo.Tile]bool{}, map[string]int{}
		for f := range s.Set(layers.Poles).All(now) {
			tiles[geo.TileAt(f.Shape().(orb.Point), z)] = true
		}
		for at := range tiles {
			for _, f := range tile(t, a, at, layers.Poles)["poles"].Features {
				if p := f.Geometry.(orb.MultiPoint)[0]; min(p[0], p[1]) >= 0 && max(p[0], p[1]) < mvt.Extent {
					seen[f.Properties["id"].(string)]++
				}
			}
		}
		for f := range s.Set(layers.Poles).All(now) {
			if n := seen[f.Head().ID]; n != 1 {
				t.Errorf("zoom %d: %s is in %d tiles", z, f.Head().ID, n)
			}
		}
		if len(seen) != s.Set(layers.Poles).Len() {
			t.Errorf("zoom %d: %d poles, want %d", z, len(seen), s.Set(layers.Poles).Len())
		}
	}
}

func floor(a, b int64) float64 {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return float64(q)
}

// TestManyPolesAtOnce: 500,000 poles (30,000 with the race detector) are one small tile at zoom 8.
func TestManyPolesAtOnce(t *testing.T) {
	n := 500_000
	if raceEnabled {
		n = 30_000
	}
	s := crowdOf(n)
	a := atlasOf(t, s)
	b, err := a.Append(nil, densest(s, 8), now, layers.Poles)
	if err != nil || len(b) == 0 || len(b) > 10_000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// TestEditsGiveTheSameTiles: after a hundred edits of poles, one atlas after the other, the tiles are those of an atlas that was made at
// once.
func TestEditsGiveTheSameTiles(t *testing.T) {
	s := crowdOf(3000)
	a := atlasOf(t, s)
	r := rand.New(rand.NewPCG(3, 9))
	for range 100 {
		i := r.IntN(3300) // some are new
		p := poleAt(i, 120.98+0.49*r.Float64(), 30.68+0.27*r.Float64())
		p.Version, p.Revision = 2, int64(10_000+i)
		d := layers.Delta{Base: layers.Base{RecordedAt: now, Settings: s.Settings()}, Keys: []layers.Key{{Layer: layers.Poles, ID: p.ID}}}
		if r.IntN(4) > 0 { // the others go
			d.Rows = []layers.Row{{Feature: p}}
		}
		var err error
		if s, err = s.With(d); err != nil {
			t.Fatal(err)
		}
		if a, err = mvt.NewAtlas(s, a); err != nil {
			t.Fatal(err)
		}
	}
	fresh := atlasOf(t, s)
	for z := uint8(6); z <= 14; z++ {
		for _, at := range tilesOver(boundOf(s, layers.Poles), min(z, 12)) {
			if one, other := bytesOf(t, a, at, layers.Poles), bytesOf(t, fresh, at, layers.Poles); !bytes.Equal(one, other) {
				t.Fatalf("tile %s: %d bytes step by step, %d at once", at, len(one), len(other))
			}
		}
	}
}

func bytesOf(t testing.TB, a *mvt.Atlas, at geo.Tile, names ...layers.Layer) []byte {
	t.Helper()
	b, err := a.Append(nil, at, now, names...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

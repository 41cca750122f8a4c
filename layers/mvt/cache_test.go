package mvt_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// drawnLayers are the layers of the changing district.
var drawnLayers = []layers.Layer{layers.Districts, layers.Towns, layers.Grids, layers.Overlays, layers.Segments, layers.Zones, layers.Spaces, layers.Poles, layers.Roads, mvt.Hexagons}

// wish is a tile that somebody looks at.
type wish struct {
	tile   geo.Tile
	names  []layers.Layer
	coding mvt.Coding
	later  layers.Instant // how far from now
}

// wish makes up a tile near the last edits, or anywhere.
func (c *changing) wish() wish {
	w := wish{tile: geo.TileAt(c.place().Point(), uint8(c.r.IntN(geo.MaxZoom+1))), coding: mvt.Coding(c.r.IntN(3))}
	if c.r.IntN(3) > 0 && len(c.near) > 0 {
		w.tile = geo.TileAt(c.near[c.r.IntN(len(c.near))], uint8(8+c.r.IntN(10)))
	}
	for _, i := range c.r.Perm(len(drawnLayers))[:1+c.r.IntN(3)] {
		w.names = append(w.names, drawnLayers[i])
	}
	if c.r.IntN(3) == 0 {
		w.later = layers.Instant(c.r.IntN(60_000) - 30_000)
	}
	return w
}

// watcher looks at the same tiles again and again, through a cache and without.
type watcher struct {
	*changing
	cache  *mvt.Cache
	atlas  *mvt.Atlas
	wishes []wish
	tags   map[string]string // → the bytes
	kept   int
}

func newWatcher(c *changing, limit int64) *watcher {
	return &watcher{changing: c, cache: mvt.NewCache(limit), tags: map[string]string{}}
}

// advance shows the snapshot; spoil may do something to the Atlas first.
func (w *watcher) advance(spoil func(*mvt.Atlas)) {
	w.t.Helper()
	next, err := mvt.NewAtlas(w.snap, w.atlas)
	if err != nil {
		w.t.Fatal(err)
	}
	if spoil != nil {
		spoil(next)
	}
	w.cache.Advance(next)
	w.atlas = next
}

// look returns what is wrong with a tile, "" for nothing. twin is an Atlas that shares nothing with another.
func (w *watcher) look(twin *mvt.Atlas, what wish) string {
	w.t.Helper()
	at := w.clock + what.later
	got, err := w.cache.Tile(w.atlas, what.tile, at, what.coding, what.names...)
	if err != nil {
		w.t.Fatal(err)
	}
	want, err := twin.Append(nil, what.tile, at, what.names...)
	if err != nil {
		w.t.Fatal(err)
	}
	if got.Kept() {
		w.kept++
	}
	sent, plain := unpacked(w.t, got)
	switch {
	case !bytes.Equal(plain, want):
		return fmt.Sprintf("tile %s of %v at %v in %v: %d bytes (kept: %v), want %d", what.tile, what.names, what.later, got.Coding(), len(plain), got.Kept(), len(want))
	case sent != got.Size():
		return fmt.Sprintf("tile %s: %d bytes were written, and it says %d", what.tile, sent, got.Size())
	case got.Coding() != what.coding && len(want) >= 860:
		return fmt.Sprintf("tile %s of %d bytes comes in %v, not in %v", what.tile, len(want), got.Coding(), what.coding)
	}
	if other, known := w.tags[got.Tag()]; known && other != string(want) {
		return fmt.Sprintf("tile %s: two contents have the tag %s", what.tile, got.Tag())
	}
	w.tags[got.Tag()] = string(want)
	return ""
}

// lookAtAll looks at the wished tiles and returns the first thing that is wrong.
func (w *watcher) lookAtAll() string {
	w.t.Helper()
	twin := atlasOf(w.t, w.snap)
	for range 12 {
		w.wishes = append(w.wishes, w.wish())
	}
	if n := len(w.wishes); n > 150 {
		w.wishes = slices.Delete(w.wishes, 0, n-150)
	}
	for _, what := range w.wishes {
		if problem := w.look(twin, what); problem != "" {
			return problem
		}
	}
	return ""
}

// unpacked returns how many bytes were written and what they are uncompressed.
func unpacked(t testing.TB, tile mvt.Tile) (int, []byte) {
	t.Helper()
	var sent bytes.Buffer
	if n, err := tile.WriteTo(&sent); err != nil || int(n) != sent.Len() {
		t.Fatalf("%d bytes were written, it says %d: %v", sent.Len(), n, err)
	}
	size := sent.Len()
	switch tile.Coding() {
	case mvt.Plain:
		return size, sent.Bytes()
	case mvt.Gzip:
		z, err := gzip.NewReader(&sent)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false) // browsers read one member
		b, err := io.ReadAll(z)
		if err != nil || sent.Len() > 0 {
			t.Fatalf("%v, and %d bytes are left", err, sent.Len())
		}
		return size, b
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	b, err := z.DecodeAll(sent.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return size, b
}

// follow makes random edits and looks at tiles after each; it returns what was wrong first, and after which edit.
func (w *watcher) follow(rounds int, spoil func(*mvt.Atlas), after func()) string {
	w.t.Helper()
	w.advance(nil)
	for round := range rounds {
		if problem := w.lookAtAll(); problem != "" {
			return fmt.Sprintf("round %d: %s", round, problem)
		}
		if after != nil {
			after()
		}
		what := w.edit()
		if w.r.IntN(4) == 0 {
			what += " and " + w.edit()
		}
		if w.r.IntN(40) == 0 {
			w.load()
			what += ", all read again"
		} else {
			w.step()
		}
		w.advance(spoil)
		if problem := w.lookAtAll(); problem != "" {
			return fmt.Sprintf("round %d, after %s: %s", round, what, problem)
		}
	}
	return ""
}

// TestKeptTilesAreFresh: through random edits, and as the clock passes what begins and ends, a tile from the cache is the bytes that an
// Atlas without any cache makes of the same snapshot.
func TestKeptTilesAreFresh(t *testing.T) {
	for seed, limit := range []int64{1 << 30, 1 << 30, 40_000} {
		w := newWatcher(newChanging(t, uint64(seed)), limit)
		if problem := w.follow(freshRounds, nil, nil); problem != "" {
			t.Errorf("seed %d, limit %d: %s", seed, limit, problem)
		}
		state := w.cache.State()
		if w.kept == 0 || state.Touched == 0 || state.Bytes > limit || limit < 1<<20 && state.Evicted == 0 {
			t.Errorf("seed %d: %d tiles from the cache, %+v", seed, w.kept, state)
		}
	}
}

// freshRounds is fewer with the race detector, which makes the twin ten times as slow.
var freshRounds = map[bool]int{false: 25, true: 4}[raceEnabled]

// TestPlantedDefectsAreFound: each thing that the cache is told of an edit is needed, and the clock.
func TestPlantedDefectsAreFound(t *testing.T) {
	if raceEnabled {
		t.Log("NOT RUN with the race detector: nothing here is concurrent")
		return
	}
	for _, defect := range []struct {
		name  string
		seed  uint64 // one by which it is found soon
		spoil func(*mvt.Atlas)
	}{
		{"where rows were", 7, (*mvt.Atlas).ForgetGone}, {"where rows are", 7, (*mvt.Atlas).ForgetCome},
		{"what spaces say of zones", 5, func(a *mvt.Atlas) { a.ForgetDrawn(layers.Spaces) }},
		{"what schedules say of zones", 5, func(a *mvt.Atlas) { a.ForgetDrawn(layers.Zones) }},
		{"what cells count", 1, func(a *mvt.Atlas) { a.ForgetDrawn(mvt.Hexagons) }},
		{"layers that changed as a whole", 8, (*mvt.Atlas).ForgetEverywhere}, {"low zooms", 0, (*mvt.Atlas).ForgetLowZooms},
	} {
		w := newWatcher(newChanging(t, defect.seed), 1<<30)
		problem := w.follow(200, defect.spoil, nil)
		t.Logf("without %s: %s", defect.name, problem)
		if problem == "" {
			t.Errorf("nothing is wrong without %s", defect.name)
		}
	}
	w := newWatcher(newChanging(t, 1), 1<<30)
	problem := w.follow(200, nil, w.cache.ForgetTime)
	t.Logf("without the clock: %s", problem)
	if problem == "" {
		t.Error("nothing is wrong without the clock")
	}
}

// TestKeptDistrictFollowsGrids: a district is drawn from the grids. A border between two of them that comes near the outer border keeps a
// vertex of that one from being left out at low zooms; when it moves away the district is drawn otherwise, although nothing of
// its own has changed.
func TestKeptDistrictFollowsGrids(t *testing.T) {
	const west, south, side = 1212000000, 307000000, 1_000_000
	at := func(x, y int32) geo.Fixed { return geo.Fixed{X: west + x, Y: south + y} }
	bump := []geo.Fixed{at(500_000, side), at(501_500, side+1500), at(503_000, side)}
	outer := geo.FixedRing{at(0, 0), at(side, 0), at(side, 500_000), at(side, side), bump[2], bump[1], bump[0], at(0, side), at(0, 500_000), at(0, 0)}
	district := &layers.District{Meta: layers.Meta{ID: "D", ValidFrom: 1}, Code: "D", Name: "区", Geometry: geo.FixedMultiPolygon{{outer}}.MultiPolygon()}
	grids := func(peak int32) []layers.Feature {
		between := []geo.Fixed{at(0, 500_000), at(501_500, peak), at(side, 500_000)}
		upper := geo.FixedRing{between[0], between[1], between[2], at(side, side), bump[2], bump[1], bump[0], at(0, side), between[0]}
		lower := geo.FixedRing{at(0, 0), at(side, 0), between[2], between[1], between[0], at(0, 0)}
		return []layers.Feature{gridOf("A", geo.FixedMultiPolygon{{upper}}), gridOf("B", geo.FixedMultiPolygon{{lower}})}
	}
	near, far := snapshotOf(t, layers.CodesFree, append(grids(side+700), district)), layers.Delta{Base: layers.Base{RecordedAt: now, Settings: layers.Settings{Codes: layers.CodesFree}}}
	for _, f := range grids(600_000) {
		f.Head().Version, f.Head().Revision = 2, 9
		far.Keys = append(far.Keys, layers.Key{Layer: layers.Grids, ID: f.Head().ID})
		far.Rows = append(far.Rows, layers.Row{Feature: f})
	}
	after, err := near.With(far)
	if err != nil {
		t.Fatal(err)
	}
	tile := geo.TileAt(bump[1].Point(), 10)
	for _, forgetful := range []bool{false, true} {
		cache, before := mvt.NewCache(1<<20), atlasOf(t, near)
		cache.Advance(before)
		draw := func(a *mvt.Atlas) string {
			got, err := cache.Tile(a, tile, now, mvt.Plain, layers.Districts)
			if err != nil {
				t.Fatal(err)
			}
			_, b := unpacked(t, got)
			return string(b)
		}
		was := draw(before)
		next, err := mvt.NewAtlas(after, before)
		if err != nil {
			t.Fatal(err)
		}
		if forgetful {
			next.ForgetDrawn(layers.Districts)
		}
		cache.Advance(next)
		want := string(bytesOf(t, atlasOf(t, after), tile, layers.Districts))
		if was == want {
			t.Fatal("the district looks the same: the test tests nothing")
		}
		if got := draw(next); (got == want) == forgetful {
			t.Errorf("forgetful %v: right is %v", forgetful, got == want)
		}
	}
}

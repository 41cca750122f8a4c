package mvt_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// covers reports whether a list says that a layer changes in a tile.
func covers(list []mvt.Touched, l layers.Layer, t geo.Tile) bool {
	i := slices.IndexFunc(list, func(one mvt.Touched) bool { return one.Layer == l })
	if i < 0 || t.Z < list[i].MinZoom {
		return false
	}
	info, _ := mvt.Describe(l)
	tile := t.Bound(float64(info.Buffer+1) / mvt.Extent)
	return list[i].Everywhere || slices.ContainsFunc(list[i].Places, func(b orb.Bound) bool { return b.Intersects(tile) })
}

// TestTouchedSaysWhere: a tile that an edit changes lies in what the Atlas says of the edit.
func TestTouchedSaysWhere(t *testing.T) {
	rounds := map[bool]int{false: 30, true: 4}[raceEnabled]
	w := newWatcher(newChanging(t, 11), 0)
	w.advance(nil)
	if w.atlas.Touched() != nil {
		t.Error("an Atlas made of nothing says where it differs")
	}
	changed := 0
	for round := 0; round < rounds || changed < rounds && round < 20*rounds; round++ { // an edit may change no tile that is looked at
		what, before := w.edit(), w.atlas
		w.step()
		w.advance(nil)
		for range 60 {
			wish := w.wish()
			for _, l := range wish.names {
				was, now := bytesAt(t, before, wish.tile, w.clock+wish.later, l), bytesAt(t, w.atlas, wish.tile, w.clock+wish.later, l)
				if bytes.Equal(was, now) {
					continue
				}
				if changed++; !covers(w.atlas.Touched(), l, wish.tile) {
					t.Errorf("%s changes %s in %s, and is said to change %+v", what, l, wish.tile, w.atlas.Touched())
				}
			}
		}
	}
	if changed < rounds {
		t.Errorf("only %d layers of tiles have changed", changed)
	}
}

// TestNextSaysWhen: until the next instant at which something begins or ends to apply all tiles stay what they are, and then those change
// that it says.
func TestNextSaysWhen(t *testing.T) {
	w := newWatcher(newChanging(t, 12), 0)
	for range 30 {
		w.edit()
	}
	for range 6 {
		w.newSchedule()
		w.newOrder()
	}
	w.step()
	w.advance(nil)
	at, changed, moments, zones := layers.Instant(1_700_000_000_000), 0, 0, 0
	for ; moments < 150; moments++ { // windows open for ever
		next, touched, ok := w.atlas.Next(at)
		if !ok {
			break
		}
		if next <= at || len(touched) == 0 {
			t.Fatalf("after %v comes %v with %+v", at, next, touched)
		}
		for range 20 {
			wish := w.wish()
			for _, l := range wish.names {
				before, last, now := bytesAt(t, w.atlas, wish.tile, at, l), bytesAt(t, w.atlas, wish.tile, next-1, l), bytesAt(t, w.atlas, wish.tile, next, l)
				if !bytes.Equal(before, last) {
					t.Errorf("%s changes in %s between %v and %v", l, wish.tile, at, next)
				}
				if bytes.Equal(last, now) {
					continue
				}
				if l == layers.Zones {
					zones++
				}
				if changed++; !covers(touched, l, wish.tile) {
					t.Errorf("at %v %s changes in %s, and it says %+v", next, l, wish.tile, touched)
				}
			}
		}
		at = next
	}
	if moments < 20 || changed < 10 || zones < 5 {
		t.Errorf("%d moments, %d changes, %d of zones", moments, changed, zones)
	}
}

func bytesAt(t testing.TB, a *mvt.Atlas, at geo.Tile, when layers.Instant, l layers.Layer) []byte {
	t.Helper()
	b, err := a.Append(nil, at, when, l)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

package api_test

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"wangge/api"
	"wangge/layers"
)

type stats struct {
	Epoch    string
	Revision int64
	Digest   string
	Features int
	Vertices int
	Layers   []struct {
		Layer                    layers.Layer
		Features, Vertices, Rows int
		Revision                 int64
		Digest                   string
	}
}

func TestStats(t *testing.T) {
	s := readServer(t)
	var got stats
	r := s.get("/v1/stats").status(http.StatusOK).json(&got)
	same(t, "revision", layers.Position{Epoch: got.Epoch, Revision: got.Revision}, s.World().Position())
	same(t, "digest", got.Digest, s.World().Digest().String())
	want := map[layers.Layer][3]int{ // features, vertices, rows; counted by hand on the paper
		layers.Districts: {1, 5, 1}, layers.Grids: {5, 6 + 6 + 6 + 5 + 5, 6}, layers.Poles: {poleCount, poleCount, poleCount}, layers.Roads: {5, 15, 5},
		layers.Overlays: {3, 4 + 5 + 5 + 5, 3}, layers.Units: {9, 0, 9}, layers.Segments: {1, 2, 1}, layers.Zones: {1, 5, 1}, layers.Spaces: {0, 0, 0},
	}
	features, vertices := 0, 0
	for i, info := range openLayers() {
		one := got.Layers[i]
		same(t, "layer", one.Layer, info.Layer)
		if w, ok := want[info.Layer]; ok {
			same(t, string(info.Layer), [3]int{one.Features, one.Vertices, one.Rows}, w)
		}
		same(t, "digest", one.Digest, s.World().Set(info.Layer).Digest().String())
		features, vertices = features+one.Features, vertices+one.Vertices
	}
	same(t, "of all layers", [2]int{got.Features, got.Vertices}, [2]int{features, vertices})
	s.get("/v1/stats", "If-None-Match", r.Header.Get("ETag")).status(http.StatusNotModified)
}

// TestStatsAfterEdits: what is counted step by step is what another process counts that reads everything at once.
func TestStatsAfterEdits(t *testing.T) {
	s := readServer(t)
	r := rand.New(rand.NewPCG(5, 5))
	for revision := int64(8); revision < 40; revision++ {
		base := layers.Base{Position: layers.Position{Epoch: epoch, Revision: revision}, RecordedAt: layers.InstantOf(noon), Settings: s.World().Settings()}
		d := layers.Delta{Base: base}
		switch r.IntN(4) {
		case 0: // a pole moves
			p := *randomOf[*layers.Pole](s.World(), layers.Poles, r)
			p.Version, p.Revision, p.Geometry = p.Version+1, revision, at(6*r.Float64(), 4*r.Float64())
			d.Keys, d.Rows = []layers.Key{{Layer: layers.Poles, ID: p.ID}}, []layers.Row{{Feature: &p}}
		case 1: // a pole goes
			d.Keys = []layers.Key{{Layer: layers.Poles, ID: randomOf[*layers.Pole](s.World(), layers.Poles, r).ID}}
		case 2: // a road gets another course
			f := *randomOf[*layers.Road](s.World(), layers.Roads, r)
			f.Version, f.Revision, f.Geometry = f.Version+1, revision, nil
			for range 2 + r.IntN(5) {
				f.Geometry = append(f.Geometry, at(6*r.Float64(), 4*r.Float64()))
			}
			d.Keys, d.Rows = []layers.Key{{Layer: layers.Roads, ID: f.ID}}, []layers.Row{{Feature: &f}}
		case 3: // an overlay has another shape from now on
			f := *randomOf[*layers.Overlay](s.World(), layers.Overlays, r)
			rows := s.World().Set(layers.Overlays).Versions(f.ID)
			old := *rows[len(rows)-1].(*layers.Overlay)
			old.ValidTo = old.ValidFrom + 1
			f.Version, f.Revision, f.ValidFrom, f.Geometry = f.Version+1, revision, old.ValidTo, area(1, 1, 2, 1, 2+r.Float64(), 2)
			for _, row := range rows[:len(rows)-1] {
				d.Rows = append(d.Rows, layers.Row{Feature: row, Slice: true})
			}
			d.Keys, d.Rows = []layers.Key{{Layer: layers.Overlays, ID: f.ID}}, append(d.Rows, layers.Row{Feature: &old, Slice: true}, layers.Row{Feature: &f})
		}
		next, err := s.World().With(d)
		must(t, err)
		s.Publish(next)
		if r.IntN(3) == 0 {
			continue // nobody asks
		}
		got := s.get("/v1/stats").status(http.StatusOK)
		other := &server{Server: api.New(testOptions(t)), t: t}
		other.Publish(rebuilt(t, next, base))
		if want := other.get("/v1/stats"); !bytes.Equal(got.bytes, want.bytes) {
			t.Fatalf("revision %d: %s\nwant %s", revision, got.bytes, want.bytes)
		}
	}
}

func randomOf[T layers.Feature](w *api.World, l layers.Layer, r *rand.Rand) T {
	all := slices.Collect(w.Set(l).All(layers.InstantOf(noon)))
	return all[r.IntN(len(all))].(T)
}

// rebuilt makes a snapshot of the rows of another one.
func rebuilt(t *testing.T, s *layers.Snapshot, base layers.Base) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for _, info := range openLayers() {
		for f, slice := range s.Set(info.Layer).Rows() {
			must(t, b.Add(layers.Row{Feature: f, Slice: slice}))
		}
	}
	out, err := b.Snapshot(base)
	must(t, err)
	return out
}

package tileset_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/mvt/tileset"
	"wangge/layers/source"
)

// now is the instant that tests ask for: all of the demonstration applies then.
const now = layers.Instant(1_760_000_000_000)

var somewhere = layers.Position{Epoch: "0123456789abcdef", Revision: 7}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// districtOf makes a district of features, as a store that holds them would.
func districtOf(settings layers.Settings, features []layers.Feature) (d tileset.District, err error) {
	b := layers.NewBuilder()
	for i, f := range features {
		m := f.Head()
		m.Version, m.Revision = 1, int64(i+1)
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			return d, err
		}
	}
	if d.Snapshot, err = b.Snapshot(layers.Base{Position: somewhere, RecordedAt: now, Settings: settings}); err != nil {
		return d, err
	}
	if q := d.Snapshot.Quarantined(); len(q) > 0 {
		return d, fmt.Errorf("%d rows are not valid, the first %+v", len(q), q[0])
	}
	d.Atlas, err = mvt.NewAtlas(d.Snapshot, nil)
	return d, err
}

// demo is the demonstration district, read once.
var demo = sync.OnceValue(func() tileset.District {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		panic(err)
	}
	d, err := districtOf(set.Settings, set.Features)
	if err != nil {
		panic(err)
	}
	return d
})

// scattered is a district of poles that are cheap to draw, in its plan of 620 tiles or so.
var scattered = sync.OnceValue(func() tileset.District {
	r := rand.New(rand.NewPCG(1, 2))
	var at []orb.Point
	for range 700 {
		at = append(at, orb.Point{121.2 + 0.2*r.Float64(), 30.7 + 0.15*r.Float64()})
	}
	d, err := polesAt(at)
	if err != nil {
		panic(err)
	}
	return d
})

// scatteredPlan is a plan of scattered.
func scatteredPlan(f tileset.Format) tileset.Plan { return planOf(f, 0, 15, "poles") }

// poles is a district of poles alone.
func poles(t testing.TB, at ...orb.Point) tileset.District {
	t.Helper()
	d, err := polesAt(at)
	must(t, err)
	return d
}

func polesAt(at []orb.Point) (tileset.District, error) {
	var features []layers.Feature
	for i, p := range at {
		features = append(features, &layers.Pole{Meta: layers.Meta{ID: fmt.Sprintf("p_%d", i), ValidFrom: 1000}, Code: fmt.Sprintf("P-%d", i), Name: "pole",
			MainUse: "power", Condition: "sound", Live: "yes", State: "in_use", ClaimState: "none", Geometry: p})
	}
	return districtOf(layers.Settings{Name: "poles <&>", Codes: layers.CodesLocal}, features)
}

// wholeDemo is the demonstration in PMTiles, with all layers and zooms 0 to 14, made once.
var wholeDemo = sync.OnceValues(func() ([]byte, tileset.Result) {
	dir, err := os.MkdirTemp("", "wangge-tileset-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "demo")
	r, err := finished(context.Background(), path, planOf(tileset.PMTiles, 0, 14), demo())
	if err != nil {
		panic(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return b, r
})

// planOf is a plan of all layers with tiles.
func planOf(f tileset.Format, first, last uint8, names ...string) tileset.Plan {
	list, err := tileset.PlanLayers(names)
	if err != nil {
		panic(err)
	}
	return tileset.Plan{Format: f, Layers: list, MinZoom: first, MaxZoom: last, At: now, Position: somewhere, Program: "test"}
}

// export makes a tileset in one go.
func export(t testing.TB, p tileset.Plan, d tileset.District) (path string, r tileset.Result) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "tiles."+string(p.Format))
	return path, finish(t, path, p, d)
}

// finish makes the tileset at path, from the beginning or from where a run was stopped.
func finish(t testing.TB, path string, p tileset.Plan, d tileset.District) tileset.Result {
	t.Helper()
	r, err := finished(t.Context(), path, p, d)
	must(t, err)
	left, err := filepath.Glob(path + ".*")
	must(t, err)
	if len(left) > 0 {
		t.Errorf("a finished run leaves %v", left)
	}
	return r
}

func finished(ctx context.Context, path string, p tileset.Plan, d tileset.District) (r tileset.Result, err error) {
	run, err := tileset.Open(path, p, d)
	if err != nil {
		return r, err
	}
	defer run.Close()
	if err := run.Make(ctx, func(tileset.Progress) {}); err != nil {
		return r, err
	}
	return run.Finish(ctx, func(int64, int64) {})
}

// stopAt makes part of a tileset: it is stopped by its context when about a number of tiles is done.
func stopAt(t testing.TB, path string, p tileset.Plan, d tileset.District, most int64) tileset.Progress {
	t.Helper()
	run, err := tileset.Open(path, p, d)
	must(t, err)
	defer run.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var last tileset.Progress
	err = run.Make(ctx, func(p tileset.Progress) {
		last = p
		if p.Done >= most {
			stop()
		}
	})
	if err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Fatalf("stopped at %+v: %v", last, err)
	}
	return last
}

// reader is an independent reader of a tileset: the compressed bytes of a tile, nil for none, and how many tiles there are.
type reader interface {
	get(t geo.Tile) ([]byte, error)
	count() int
}

// compare reads every tile of the zooms in and around the district, and says which are not the atlas's. limit bounds what is said.
func compare(r reader, p tileset.Plan, d tileset.District, around orb.Bound, limit int) (problems []string, there int) {
	say := func(format string, args ...any) {
		if len(problems) < limit {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		for _, t := range tilesOver(around, z) {
			want, err := d.Atlas.Append(nil, t, p.At, p.Layers...)
			if err != nil {
				say("tile %s: %v", t, err)
				continue
			}
			packed, err := r.get(t)
			switch {
			case err != nil:
				say("tile %s: %v", t, err)
			case packed == nil && len(want) == 0:
			case packed == nil:
				say("tile %s of %d bytes is missing", t, len(want))
			default:
				there++
				if got, err := unzip(packed); err != nil || !bytes.Equal(got, want) {
					say("tile %s has %d bytes, want %d (%v)", t, len(got), len(want), err)
				}
			}
		}
	}
	if there != r.count() {
		say("%d tiles are there, the file counts %d", there, r.count())
	}
	return problems, there
}

// unzip reads one gzip member and nothing after it, with the reader of the standard library.
func unzip(b []byte) ([]byte, error) {
	in := bytes.NewReader(b)
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	out, err := io.ReadAll(z)
	if err == nil && in.Len() > 0 {
		err = fmt.Errorf("%d bytes after the end", in.Len())
	}
	return out, err
}

// tilesOver lists the tiles of a zoom that meet a box, and one more on each side.
func tilesOver(b orb.Bound, z uint8) (out []geo.Tile) {
	lo, hi := geo.TileAt(orb.Point{b.Min[0], b.Max[1]}, z), geo.TileAt(orb.Point{b.Max[0], b.Min[1]}, z)
	last := uint32(1)<<z - 1
	for y := lo.Y - min(lo.Y, 1); y <= min(hi.Y+1, last); y++ {
		for x := lo.X - min(lo.X, 1); x <= min(hi.X+1, last); x++ {
			out = append(out, geo.Tile{Z: z, X: x, Y: y})
		}
	}
	return out
}

// boundOf is the box of all features of a district and of the cells in which poles are counted.
func boundOf(d tileset.District) orb.Bound {
	b := orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
	for _, info := range layers.All() {
		for f := range d.Snapshot.Set(info.Layer).All(now) {
			if f.Shape() != nil {
				b = b.Union(f.Shape().Bound())
			}
		}
	}
	if cells, ok := d.Atlas.HexagonBound(0, geo.MaxZoom); ok {
		b = b.Union(cells)
	}
	return b
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

func contains(t testing.TB, what, text string, wanted ...string) {
	t.Helper()
	if i := slices.IndexFunc(wanted, func(w string) bool { return !strings.Contains(text, w) }); i >= 0 {
		t.Errorf("%s does not say %q: %s", what, wanted[i], text)
	}
}

package mvt_test

import (
	"flag"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/source"
)

var update = flag.Bool("update", false, "write the golden tiles again")

// now is the instant that tests ask for: all of the demonstration applies then.
const now = layers.Instant(1_760_000_000_000)

// snapshotOf makes a snapshot of features, as a store that holds them would.
func snapshotOf(t testing.TB, codes layers.CodeSpace, features []layers.Feature) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for i, f := range features {
		m := f.Head()
		m.Version, m.Revision = 1, int64(i+1)
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{RecordedAt: now, Settings: layers.Settings{Name: "test", Codes: codes}})
	if err != nil {
		t.Fatal(err)
	}
	if q := s.Quarantined(); len(q) > 0 {
		t.Fatalf("%d rows are not valid, the first %+v", len(q), q[0])
	}
	return s
}

func atlasOf(t testing.TB, s *layers.Snapshot) *mvt.Atlas {
	t.Helper()
	a, err := mvt.NewAtlas(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// demo is the demonstration district, read once.
var demo = sync.OnceValues(func() (*layers.Snapshot, *mvt.Atlas) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		panic(err)
	}
	b := layers.NewBuilder()
	for i, f := range set.Features {
		m := f.Head()
		m.Version, m.Revision = 1, int64(i+1)
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			panic(err)
		}
	}
	s, err := b.Snapshot(layers.Base{RecordedAt: now, Settings: set.Settings})
	if err != nil {
		panic(err)
	}
	a, err := mvt.NewAtlas(s, nil)
	if err != nil {
		panic(err)
	}
	return s, a
})

// tile makes a tile and reads it; the reader refuses what is no valid tile.
func tile(t testing.TB, a *mvt.Atlas, at geo.Tile, names ...layers.Layer) map[string]mvt.TileLayer {
	t.Helper()
	b, err := a.Append(nil, at, now, names...)
	if err != nil {
		t.Fatalf("tile %s: %v", at, err)
	}
	list, err := mvt.Decode(b)
	if err != nil {
		t.Fatalf("tile %s of %v: %v", at, names, err)
	}
	out := map[string]mvt.TileLayer{}
	for _, l := range list {
		if l.Version != 2 || l.Extent != mvt.Extent {
			t.Fatalf("tile %s layer %s: version %d extent %d", at, l.Name, l.Version, l.Extent)
		}
		if len(l.Features) == 0 {
			t.Fatalf("tile %s layer %s has no feature", at, l.Name)
		}
		out[l.Name] = l
	}
	return out
}

// tilesOver lists the tiles of a zoom that meet a box.
func tilesOver(b orb.Bound, z uint8) []geo.Tile {
	lo, hi := geo.TileAt(orb.Point{b.Min[0], b.Max[1]}, z), geo.TileAt(orb.Point{b.Max[0], b.Min[1]}, z)
	var out []geo.Tile
	for y := lo.Y; y <= hi.Y; y++ {
		for x := lo.X; x <= hi.X; x++ {
			out = append(out, geo.Tile{Z: z, X: x, Y: y})
		}
	}
	return out
}

// boundOf is the box of all features of a layer.
func boundOf(s *layers.Snapshot, l layers.Layer) orb.Bound {
	b := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for f := range s.Set(l).All(now) {
		b = b.Union(f.Shape().Bound())
	}
	return b
}

// invalid says what is wrong with polygons of a tile, by the exact checks of package geo; "" for nothing.
func invalid(g orb.Geometry) string {
	mp, ok := g.(orb.MultiPolygon)
	if !ok {
		return fmt.Sprintf("a %T", g)
	}
	small := make(orb.MultiPolygon, len(mp))
	for i, pg := range mp {
		for _, r := range pg {
			var ring orb.Ring
			for _, p := range r {
				ring = append(ring, geo.Fixed{X: int32(p[0]), Y: int32(p[1])}.Point())
			}
			small[i] = append(small[i], ring)
		}
	}
	for _, d := range geo.ValidateMultiPolygon(small) {
		if d.Severity == geo.SeverityError {
			return fmt.Sprintf("%s: %s at %.0f %.0f", d.Kind, d.Detail, d.At[0]*geo.FixedScale, d.At[1]*geo.FixedScale)
		}
	}
	return ""
}

// areaOf is twice the area of polygons in square units.
func areaOf(g orb.Geometry) float64 {
	sum := 0.0
	for _, pg := range g.(orb.MultiPolygon) {
		for _, r := range pg {
			sum += ringArea(r)
		}
	}
	return sum
}

func ringArea(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(r); i++ {
		sum += r[i-1][0]*r[i][1] - r[i][0]*r[i-1][1]
	}
	return sum
}

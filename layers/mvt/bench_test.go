package mvt_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// crowd is a district with many poles: half of them in five towns, the others anywhere.
var crowd = sync.OnceValue(func() *layers.Snapshot { return crowdOf(500_000) })

func crowdOf(n int) *layers.Snapshot {
	r := rand.New(rand.NewPCG(310116, 1))
	b := layers.NewBuilder()
	for i := range n {
		x, y := 120.98+0.49*r.Float64(), 30.68+0.27*r.Float64()
		if i%2 == 0 {
			k := float64(i % 5)
			x, y = 121.02+0.09*k+0.012*r.NormFloat64(), 30.74+0.04*k+0.012*r.NormFloat64()
		}
		if err := b.Add(layers.Row{Feature: poleAt(i, x, y)}); err != nil {
			panic(err)
		}
	}
	s, err := b.Snapshot(layers.Base{RecordedAt: now, Settings: layers.Settings{Codes: layers.CodesLocal}})
	if err != nil || len(s.Quarantined()) > 0 {
		panic(fmt.Sprint(err, s.Quarantined()))
	}
	return s
}

// poleAt is pole number i, at a place on 1e-7 degree.
func poleAt(i int, lon, lat float64) *layers.Pole {
	f, err := geo.FixedFrom(orb.Point{lon, lat})
	if err != nil {
		panic(err)
	}
	states, uses := layers.PoleStates(), layers.PoleUses()
	return &layers.Pole{
		Meta: layers.Meta{ID: fmt.Sprintf("p_%08x", i), Version: 1, Revision: int64(i + 1), ValidFrom: 1},
		Code: fmt.Sprintf("JS-%07d", i), Name: fmt.Sprintf("龙皓路 %d", i%900), MainUse: uses[i%len(uses)],
		Condition: "sound", Live: "no", State: states[i%len(states)], ClaimState: "claimed", Geometry: f.Point(),
	}
}

// densest returns the tile of a zoom with the most poles.
func densest(s *layers.Snapshot, z uint8) geo.Tile {
	count := map[geo.Tile]int{}
	var best geo.Tile
	for f := range s.Set(layers.Poles).All(now) {
		t := geo.TileAt(f.Shape().(orb.Point), z)
		if count[t]++; count[t] > count[best] {
			best = t
		}
	}
	return best
}

// BenchmarkPoles encodes the densest tile of 500,000 poles; the baseline does so plainly.
func BenchmarkPoles(b *testing.B) {
	s := crowd()
	a := atlasOf(b, s)
	for _, z := range []uint8{8, 11, 12, 14, 16} {
		at := densest(s, z)
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			base := once(func() { plainTile(b, s, layers.Poles, at) })
			benchTile(b, a, at, base, layers.Poles)
		})
	}
}

// BenchmarkAreas encodes a tile of borders of the demonstration; the baseline does so plainly, each area alone.
func BenchmarkAreas(b *testing.B) {
	s, a := demo()
	for _, z := range []uint8{8, 10, 12, 14} {
		at := geo.TileAt(orb.Point{121.18, 30.83}, z)
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			base := once(func() { plainTile(b, s, layers.Grids, at) })
			benchTile(b, a, at, base, layers.Grids)
		})
	}
}

// BenchmarkAtlas prepares the demonstration, and 500,000 poles after the edit of one.
func BenchmarkAtlas(b *testing.B) {
	b.Run("demo", func(b *testing.B) {
		s, _ := demo()
		for b.Loop() {
			atlasOf(b, s)
		}
	})
	b.Run("edit", func(b *testing.B) {
		s := crowd()
		start := time.Now()
		before := atlasOf(b, s)
		base := time.Since(start)
		next := moved(b, s, 4711, 121.2, 30.8)
		for b.Loop() {
			if _, err := mvt.NewAtlas(next, before); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(base)/float64(b.Elapsed())*float64(b.N), "x-baseline")
	})
}

// moved is the snapshot after pole i has moved.
func moved(t testing.TB, s *layers.Snapshot, i int, lon, lat float64) *layers.Snapshot {
	t.Helper()
	p := poleAt(i, lon, lat)
	p.Version, p.Revision = 2, 1_000_000
	next, err := s.With(layers.Delta{Base: layers.Base{RecordedAt: now, Settings: s.Settings()},
		Keys: []layers.Key{{Layer: layers.Poles, ID: p.ID}}, Rows: []layers.Row{{Feature: p}}})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// once is the time that f takes on the processor, the second time. Ratios are of processor time, because it is the same on a busy
// machine.
func once(f func()) time.Duration {
	f()
	start := processorTime()
	f()
	return processorTime() - start
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchTile(b *testing.B, a *mvt.Atlas, at geo.Tile, base time.Duration, names ...layers.Layer) {
	dst, err := a.Append(nil, at, now, names...)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	start := processorTime()
	for b.Loop() {
		if dst, err = a.Append(dst[:0], at, now, names...); err != nil {
			b.Fatal(err)
		}
	}
	used := processorTime() - start
	list, err := mvt.Decode(dst)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for _, l := range list {
		n += len(l.Features)
	}
	perTile := float64(used) / float64(b.N)
	b.ReportMetric(perTile/float64(max(1, n)), "cpu-ns/feature")
	b.ReportMetric(float64(len(dst)), "bytes")
	b.ReportMetric(float64(base)/perTile, "x-baseline")
}

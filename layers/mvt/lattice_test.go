package mvt_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestAnyPartition draws boards of crooked cells, from a fraction of a unit to many tiles wide, some of them empty, some with an
// enclave that is another area or nothing, and checks tiles of any zoom at their corners.
func TestAnyPartition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := board(t, rt)
		a, err := mvt.NewAtlas(s, nil)
		if err != nil {
			rt.Fatal(err)
		}
		for range 3 {
			z := rapid.Uint8Range(0, geo.MaxZoom).Draw(rt, "zoom")
			arcs := s.Partition(layers.Grids, now).Coverage()
			k := rapid.IntRange(0, arcs.NumArcs()-1).Draw(rt, "arc")
			for arc := range arcs.Arcs() {
				if k--; k < 0 {
					at := geo.TileAt(arc.Line[0].Point(), z)
					b, err := a.Append(nil, at, now, layers.Grids)
					if err != nil {
						rt.Fatal(err)
					}
					list, err := mvt.Decode(b)
					if err != nil {
						rt.Fatalf("tile %s: %v", at, err)
					}
					var l mvt.TileLayer
					l.Name = "grids"
					if len(list) > 0 {
						l = list[0]
					}
					if p := append(partitionProblems(l, outerBorderOf(s, layers.Grids, at)), missing(s, l, at)...); len(p) > 0 {
						rt.Fatalf("tile %s: %s", at, p)
					}
					break
				}
			}
		}
	})
}

func board(t *testing.T, rt *rapid.T) *layers.Snapshot {
	n, m := rapid.IntRange(1, 5).Draw(rt, "columns"), rapid.IntRange(1, 5).Draw(rt, "rows")
	cell := rapid.SampledFrom([]int32{60, 1000, 30_000, 1_000_000, 20_000_000}).Draw(rt, "cell")
	shift := rapid.Int32Range(-cell/5, cell/5)
	corners := make([]geo.Fixed, (n+1)*(m+1))
	for i := range corners {
		corners[i] = geo.Fixed{X: 1213000000 + int32(i%(n+1))*cell + shift.Draw(rt, "x"), Y: 307000000 + int32(i/(n+1))*cell + shift.Draw(rt, "y")}
	}
	bends := map[[2]int][]geo.Fixed{}
	small := rapid.Int32Range(-cell/25, cell/25)
	edge := func(i, j int) []geo.Fixed { // without the last vertex
		a, b := min(i, j), max(i, j)
		if _, ok := bends[[2]int{a, b}]; !ok {
			k := rapid.Int32Range(0, 6).Draw(rt, "bends")
			for s := int32(1); s <= k; s++ {
				bends[[2]int{a, b}] = append(bends[[2]int{a, b}], geo.Fixed{
					X: corners[a].X + (corners[b].X-corners[a].X)/(k+1)*s + small.Draw(rt, "dx"),
					Y: corners[a].Y + (corners[b].Y-corners[a].Y)/(k+1)*s + small.Draw(rt, "dy")})
			}
			if k == 0 {
				bends[[2]int{a, b}] = nil
			}
		}
		line := append([]geo.Fixed{corners[i]}, bends[[2]int{a, b}]...)
		if i > j {
			for l, r := 1, len(line)-1; l < r; l, r = l+1, r-1 {
				line[l], line[r] = line[r], line[l]
			}
		}
		return line
	}
	var list []layers.Feature
	add := func(m geo.FixedMultiPolygon) { list = append(list, gridOf(fmt.Sprintf("G%02d", len(list)), m)) }
	for y := range m {
		for x := range n {
			kind := rapid.IntRange(0, 5).Draw(rt, "kind")
			if kind == 0 && len(list) > 0 {
				continue // nobody's
			}
			sw := x + (n+1)*y
			ring := geo.FixedRing(append(append(append(edge(sw, sw+1), edge(sw+1, sw+n+2)...), edge(sw+n+2, sw+n+1)...), edge(sw+n+1, sw)...))
			ring = append(ring, ring[0])
			if kind < 4 || cell < 1000 {
				add(geo.FixedMultiPolygon{{ring}})
				continue
			}
			c := geo.Fixed{X: 1213000000 + int32(x)*cell + cell/2, Y: 307000000 + int32(y)*cell + cell/2}
			d := cell / rapid.SampledFrom([]int32{12, 100, 500}).Draw(rt, "enclave")
			inner := geo.FixedRing{{X: c.X - d, Y: c.Y}, {X: c.X, Y: c.Y - d}, {X: c.X + d, Y: c.Y}, {X: c.X, Y: c.Y + d}, {X: c.X - d, Y: c.Y}}
			add(geo.FixedMultiPolygon{{ring, inner}})
			if kind == 4 {
				add(geo.FixedMultiPolygon{{inner}})
			}
		}
	}
	b := layers.NewBuilder()
	for i, f := range list {
		f.Head().Version, f.Head().Revision = 1, int64(i+1)
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			rt.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{RecordedAt: now, Settings: layers.Settings{Codes: layers.CodesFree}})
	if err != nil {
		rt.Skip(err) // the bends crossed, or left a gap narrower than the tolerance
	}
	return s
}

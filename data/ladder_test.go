package data_test

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// snapshotOf builds the snapshot of a set.
func snapshotOf(t testing.TB, s set) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for _, features := range s {
		for _, f := range features {
			if err := b.Add(layers.Row{Feature: f}); err != nil {
				t.Fatal(err)
			}
		}
	}
	snap, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 1}, RecordedAt: 1750000000000, Settings: layers.Settings{Codes: layers.CodesLocal}})
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// TestLadderFromOneLookup compares the ladder, which the locator of the communities alone decides, with one lookup in each layer: at
// 100,000 positions in and around the district, and on borders.
func TestLadderFromOneLookup(t *testing.T) {
	const at, seed = layers.Instant(1750000000000), 5
	s := demo(t)
	snap := snapshotOf(t, s)
	if !snap.Nested(at) {
		t.Fatal("the communities do not lie in one grid each")
	}
	r := rand.New(rand.NewPCG(seed, seed))
	b := s[layers.Districts][0].Shape().Bound()
	edge := 0
	for n := range 100_000 {
		p := orb.Point{b.Min[0] + r.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + r.Float64()*(b.Max[1]-b.Min[1])}
		if n%5 == 0 { // a vertex of an area of any of the layers
			l := []layers.Layer{layers.Towns, layers.Grids, layers.Communities}[n/5%3]
			m := s[l][r.IntN(len(s[l]))].Shape().(orb.MultiPolygon)
			p = m[0][0][r.IntN(len(m[0][0]))]
		}
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		ladder := snap.Climb(q, at)
		grid, match := snap.Locate(layers.Grids, q, at)
		community, _ := snap.Locate(layers.Communities, q, at)
		town, _ := snap.Locate(layers.Towns, q, at)
		if match == geo.MatchEdge {
			edge++
		}
		if got := idOf(ladder.Grid, ladder.Grid != nil); got != idOf(grid, grid != nil) || ladder.Match != match {
			t.Fatalf("%v: grid %q %v, want %v %v", p, got, ladder.Match, grid, match)
		}
		if got := idOf(ladder.Community, ladder.Community != nil); got != idOf(community, community != nil) {
			t.Fatalf("%v: community %q, want %v", p, got, community)
		}
		// On a border of towns that is none of the grids' own, the grid's town is the one that counts.
		if got := idOf(ladder.Town, ladder.Town != nil); match != geo.MatchEdge && got != idOf(town, town != nil) {
			t.Fatalf("%v: town %q, want %v", p, got, town)
		}
		if (ladder.District != nil) != (grid != nil) {
			t.Fatalf("%v: district %v, grid %v", p, ladder.District, grid)
		}
	}
	if edge < 5000 {
		t.Errorf("only %d positions on borders", edge)
	}
}

func idOf(f layers.Feature, ok bool) string {
	if !ok {
		return ""
	}
	return f.Head().ID
}

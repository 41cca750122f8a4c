package rulecheck_test

import (
	"slices"
	"testing"
	"time"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/source"
	"wangge/routing/rulecheck"
)

// now is a Thursday in the year whose days off the demo knows.
var now = layers.InstantOf(time.Date(2026, 3, 12, 10, 0, 0, 0, time.FixedZone("", 8*3600)))

// demo reads the demo district anew: its features may be changed.
func demo(t testing.TB) source.Dataset {
	t.Helper()
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// small leaves out the layers that no rule asks for and most poles.
func small(list []layers.Feature) []layers.Feature {
	return slices.DeleteFunc(list, func(f layers.Feature) bool { return f.Layer() == layers.Poles || f.Layer() == layers.Spaces })
}

func snapshot(t testing.TB, list []layers.Feature, settings layers.Settings) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for i, f := range list {
		if m := f.Head(); m.Version == 0 {
			m.Version, m.Revision = 1, int64(i+1)
		}
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 1}, RecordedAt: now, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	if q := s.Quarantined(); len(q) > 0 {
		t.Fatalf("left out: %v", q)
	}
	return s
}

// TestDemo: nothing in the rules of the demo district blocks, and the list of whistles has a rule in each cell.
func TestDemo(t *testing.T) {
	set := demo(t)
	s := snapshot(t, small(set.Features), set.Settings)
	start := time.Now()
	r := rulecheck.Check(s, rulecheck.InForce(s), now)
	t.Logf("%d rules, %d cases in %v: %d findings block, %d warn", r.Rules, r.Cases, time.Since(start), r.Blocking, r.Warnings)
	for _, f := range r.Findings {
		t.Logf("%v %s %v %s %d grids %v", f.Blocks, f.Code, f.IDs, f.Detail, len(f.Grids), f.Times)
	}
	if r.Blocking > 0 {
		t.Errorf("%d findings block", r.Blocking)
	}
	if r.Whistle == nil || r.Whistle.Missing != 0 || len(r.Whistle.Items) != 53 || len(r.Whistle.Grids) != 37 {
		t.Fatalf("the matrix: %+v", r.Whistle)
	}
	cells := map[string]int{}
	for _, row := range r.Whistle.Items {
		for _, c := range row.Cells {
			cells[c.State]++
			if c.Rule == "" || c.Unit == "" {
				t.Errorf("item %d: %+v", row.Item, c)
			}
		}
	}
	if cells[rulecheck.ByItem]+cells[rulecheck.ByOther] != 1961 {
		t.Errorf("cells: %v", cells)
	}
	t.Logf("cells: %v", cells)
}

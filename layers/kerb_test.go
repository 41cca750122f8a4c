package layers_test

import (
	"testing"

	"wangge/layers"
)

// TestUseFollowsEdits: after each edit of what decides about a zone, a snapshot made step by step says the same as one made at once,
// and as the timetable of exactly those rows.
func TestUseFollowsEdits(t *testing.T) {
	z, spaces, features := street()
	for _, s := range spaces {
		features = append(features, s)
	}
	m := newModel(append(features, z)...)
	m.settings.Codes = layers.CodesFree
	now := m.full(t)
	at := clockAt("2026-09-20 21:00") // a Sunday that is worked on
	step := func(name string, f layers.Feature, mode layers.Mode, rule string) {
		t.Helper()
		f.Head().Version, f.Head().ValidFrom = f.Head().Version+1, 1
		m.put(f)
		next, err := now.With(m.delta(keyOf(f)))
		if err != nil {
			t.Fatal(err)
		}
		now = next
		if len(now.Quarantined()) > 0 {
			t.Fatalf("%s: %v", name, now.Quarantined())
		}
		head, _ := now.Set(layers.Zones).Head(z.ID)
		zone := head.(*layers.Zone)
		want := layers.Use{Mode: mode, Rule: rule}
		if got, whole := now.UseOf(zone, at), m.full(t).UseOf(zone, at); got != want || whole != want || now.Timetable(zone).At(at) != want {
			t.Errorf("%s: step by step %+v, at once %+v, want %+v", name, got, whole, want)
		}
	}
	if got := now.UseOf(z, at); got != (layers.Use{Mode: layers.Travel, Rule: layers.DefaultRule}) {
		t.Errorf("without a schedule: %+v", got)
	}
	draft := nights()
	draft.Version, draft.State = 0, layers.Draft
	step("a draft does nothing", draft, layers.Travel, layers.DefaultRule)
	published := nights()
	published.Version = 1
	step("published, but the Sunday is one", published, layers.Travel, layers.DefaultRule)
	step("the notice says that it is worked on", notices()[1], layers.Parking, "haihui-1/night")
	order := &layers.Order{Meta: layers.Meta{ID: "or_1"}, Code: "O-1", Name: "掘路", Zones: []string{z.ID}, Starts: "2026-09-20T20:30:00+08:00", Ends: "2026-09-20T22:00:00+08:00", Band: layers.WorksBand,
		Mode: layers.Closed, Reason: "works", Author: "duty"}
	step("an order stands over it", order, layers.Closed, "or_1")
	ended := *order
	ended.Ends = "2026-09-20T21:00:00+08:00"
	step("the order ended early", &ended, layers.Parking, "haihui-1/night")
	withdrawn := *published
	withdrawn.State = layers.Withdrawn
	step("withdrawn", &withdrawn, layers.Travel, layers.DefaultRule)
	other := *z
	other.DefaultMode = layers.Loading
	step("another default", &other, layers.Loading, layers.DefaultRule)
	if now.Calendar().Provisional(day("2026-01-01")) || !now.Calendar().Provisional(day("2025-01-01")) {
		t.Error("the calendar is not that of the notices")
	}
}

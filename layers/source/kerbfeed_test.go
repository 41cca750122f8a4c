package source_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/cds"
	"wangge/layers/source"
)

// TestOwnFeed imports the CDS feed of the demo: what a draft would do is what the published schedule does, at every quarter of an hour of
// the years that the feed covers.
func TestOwnFeed(t *testing.T) {
	b := layers.NewBuilder()
	for _, l := range []layers.Layer{layers.Segments, layers.Zones, layers.Notices, layers.Schedules} {
		f, err := data.Files().Open(string(l) + ".geojson")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		list, err := source.ReadFeatures(context.Background(), f, string(l), l, local())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list {
			one.Head().Version = 1
			if err := b.Add(layers.Row{Feature: one}); err != nil {
				t.Fatal(err)
			}
		}
	}
	snap, err := b.Snapshot(layers.Base{Settings: local()})
	if err != nil {
		t.Fatal(err)
	}
	feed := cds.New(snap, 2026, nil)
	from, to := feed.Coverage().Instants()
	at := from + (to-from)/2
	content, err := json.Marshal(map[string]any{"time_zone": cds.TimeZone, "currency": cds.Currency, "data": map[string]any{"zones": feed.Zones(at, false), "policies": feed.Policies()}})
	if err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/feed.json"
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p := kerbPlan(t, source.KerbInput{Name: "feed.json", Data: r, ValidFrom: from})
	zones, drafts := only[*layers.Zone](p), only[*layers.Schedule](p)
	if len(zones) != len(feed.Zones(at, false)) {
		t.Fatalf("%d zones of %d\n%s", len(zones), len(feed.Zones(at, false)), kerbText(t, p, 5))
	}
	compared := 0
	for _, z := range zones {
		var mine []*layers.Schedule
		for _, s := range drafts {
			if s.Zone == z.ID {
				mine = append(mine, s)
			}
		}
		for f := range snap.Set(layers.Zones).All(at) {
			original := f.(*layers.Zone)
			if original.Code != z.Code {
				continue
			}
			compared++
			before, after := snap.Timetable(original), layers.NewTimetable(z, snap.Calendar(), mine, nil)
			for at := from; at < to; at += 15 * 60_000 {
				if a, b := before.At(at).Mode, after.At(at).Mode; a != b {
					t.Errorf("%s at %s: %s, was %s\n%s", z.Code, at, b, a, kerbText(t, p, 5))
					break
				}
			}
		}
	}
	if compared != len(zones) {
		t.Errorf("%d of %d zones were compared", compared, len(zones))
	}
}

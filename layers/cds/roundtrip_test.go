package cds_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"testing"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/cds"
	"wangge/layers/source"
)

var (
	seed  = flag.Uint64("seed", 8, "what drawn schedules are drawn from")
	zones = flag.Int("zones", 42, "zones with drawn schedules")
)

// written is the feed as JSON, as a client gets it.
func written(t testing.TB, f *cds.Feed, at layers.Instant) (zones, policies []byte) {
	t.Helper()
	write := func(name string, list any) []byte {
		b, err := json.Marshal(map[string]any{"version": cds.Version, "time_zone": cds.TimeZone, "currency": cds.Currency, "last_updated": f.Updated(), "data": map[string]any{name: list}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return write("zones", f.Zones(at, false)), write("policies", f.Policies())
}

func readerOf(t testing.TB, f *cds.Feed, at layers.Instant) *reader {
	t.Helper()
	r, err := newReader(written(t, f, at))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var words = map[layers.Mode]string{layers.Travel: "travel", layers.Parking: "parking", layers.Loading: "loading", layers.Closed: "no stopping"}

// compare holds the reader against the evaluator at every quarter of an hour of 2026, and at each boundary, a second before and a second
// after it. It returns how many moments were compared and the first differences.
func compare(t testing.TB, s *layers.Snapshot, f *cds.Feed, r *reader) (moments, boundaries int, differences []string) {
	t.Helper()
	from, to := instantAt("2026-01-01 00:00"), instantAt("2027-01-01 00:00")
	var quarters []moment
	for at := from; at < to; at += 15 * 60_000 {
		quarters = append(quarters, r.moment(int64(at)))
	}
	users := usersOf(s)
	for row := range s.Set(layers.Zones).All(from) {
		z := row.(*layers.Zone)
		id, table := f.ZoneOf(z.ID, from), s.Timetable(z)
		look := func(m moment) {
			moments++
			use := table.At(layers.Instant(m.ms))
			want, who := words[use.Mode], users[use.Rule]
			if others, err := r.activity(id, m); who != nil && use.Mode != layers.Closed && (err != nil || others != "no "+want) {
				differences = append(differences, fmt.Sprintf("%s at %s: others %s %v", z.ID, layers.Instant(m.ms).Time().In(shanghai), others, err))
			}
			if got, err := r.activity(id, m, who...); err != nil || got != want {
				differences = append(differences, fmt.Sprintf("%s at %s: %s %v, want %s", z.ID, layers.Instant(m.ms).Time().In(shanghai), got, err, want))
			}
		}
		for _, m := range quarters {
			look(m)
		}
		for _, stretch := range table.Stretches(nil, from, to)[1:] {
			boundaries++
			for _, beside := range [3]layers.Instant{-1000, 0, 1000} {
				if at := stretch.From + beside; at >= from && at < to {
					look(r.moment(int64(at)))
				}
			}
		}
	}
	return moments, boundaries, differences
}

// usersOf lists for the rules of windows that are for some alone what somebody has to be: in the words of the specification.
func usersOf(s *layers.Snapshot) map[string][]string {
	out := map[string][]string{}
	add := func(prefix string, windows []layers.ModeWindow) {
		for _, w := range windows {
			if w.Users == nil || len(w.Users.Any)+len(w.Users.All) == 0 {
				continue
			}
			for _, class := range append(w.Users.All, w.Users.Any[:min(1, len(w.Users.Any))]...) {
				if class == "disabled" {
					class = "handicap-accessible"
				}
				out[prefix+w.ID] = append(out[prefix+w.ID], class)
			}
		}
	}
	for row := range s.Set(layers.Schedules).Rows() {
		one := row.(*layers.Schedule)
		add(one.Code+"/", one.Windows)
		for _, x := range one.Exceptions {
			add(one.Code+"/"+x.ID+"/", x.Windows)
		}
	}
	return out
}

func report(t *testing.T, differences []string) {
	t.Helper()
	for _, d := range differences[:min(len(differences), 5)] {
		t.Error(d)
	}
	if len(differences) > 5 {
		t.Errorf("and %d more", len(differences)-5)
	}
}

// demo is the demo district, but for what the feed does not look at.
func demo(t testing.TB) []layers.Feature {
	t.Helper()
	var out []layers.Feature
	for _, l := range []layers.Layer{layers.Grids, layers.Overlays, layers.Segments, layers.Zones, layers.Spaces, layers.Notices, layers.Schedules, layers.Orders} {
		b, err := data.Files().Open(string(l) + ".geojson")
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		list, err := source.ReadFeatures(context.Background(), b, string(l), l, layers.Settings{Codes: layers.CodesLocal, Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			f.Head().Version = max(f.Head().Version, 1)
		}
		out = append(out, list...)
	}
	return out
}

// TestReaderAgrees is the round trip: 100 % of the moments of a year, of the demo and of zones with odd schedules.
func TestReaderAgrees(t *testing.T) {
	features := notices()
	for i := range *zones {
		features = append(features, drawn(*seed, i)...)
	}
	for name, s := range map[string]*layers.Snapshot{"demo": snapshotOf(t, demo(t)...), fmt.Sprintf("%d zones drawn from %d", *zones, *seed): snapshotOf(t, features...)} {
		f := cds.New(s, 2026, nil)
		moments, boundaries, differences := compare(t, s, f, readerOf(t, f, instantAt("2026-06-01 12:00")))
		report(t, differences)
		_, policies := written(t, f, 0)
		t.Logf("%s: %d moments at %d boundaries and every quarter of an hour, %d differences; %d policies in %d kB", name, moments, boundaries, len(differences), len(f.Policies()), len(policies)/1000)
		if boundaries < 250 {
			t.Errorf("%s: %d boundaries are too few", name, boundaries)
		}
	}
}

// TestReaderFindsDefects plants what others get wrong into the JSON of the demo's feed and expects differences.
func TestReaderFindsDefects(t *testing.T) {
	s := snapshotOf(t, demo(t)...)
	f := cds.New(s, 2026, nil)
	at := instantAt("2026-06-01 12:00")
	sound := func(spans []any, keep func(span map[string]any) bool) (out []any) {
		for _, one := range spans {
			if keep(one.(map[string]any)) {
				out = append(out, one)
			}
		}
		return out
	}
	for name, plant := range map[string]func(policy map[string]any){
		"the part after midnight is not shifted by a day": func(p map[string]any) {
			for _, one := range p["time_spans"].([]any) {
				if span := one.(map[string]any); span["time_of_day_end"] == "07:00" {
					span["start_date"], span["end_date"] = span["start_date"].(float64)-86_400_000, span["end_date"].(float64)-86_400_000
				}
			}
		},
		"the default goes before the window": func(p map[string]any) { p["priority"] = 70 },
		"both have one priority":             func(p map[string]any) { p["priority"] = 60 },
		"a make-up work day is missing": func(p map[string]any) {
			makeup := float64(instantAt("2026-09-20 00:00"))
			p["time_spans"] = sound(p["time_spans"].([]any), func(span map[string]any) bool {
				return span["start_date"] != makeup || span["time_of_day_start"] == nil
			})
		},
		"holidays are work days": func(p map[string]any) {
			p["time_spans"] = []any{map[string]any{"days_of_week": []string{"mon", "tue", "wed", "thu", "fri"}, "time_of_day_start": "20:00"},
				map[string]any{"days_of_week": []string{"tue", "wed", "thu", "fri", "sat"}, "time_of_day_end": "07:00"}}
		},
		"a minute too long": func(p map[string]any) {
			for _, one := range p["time_spans"].([]any) {
				if span := one.(map[string]any); span["time_of_day_end"] == "07:00" {
					span["time_of_day_end"] = "07:01"
				}
			}
		},
	} {
		zones, policies := written(t, f, at)
		var doc map[string]any
		if err := json.Unmarshal(policies, &doc); err != nil {
			t.Fatal(err)
		}
		planted := false
		for _, one := range doc["data"].(map[string]any)["policies"].([]any) {
			if p := one.(map[string]any); p["priority"] == 50.0 {
				before, _ := json.Marshal(p)
				plant(p)
				after, _ := json.Marshal(p)
				planted = planted || !bytes.Equal(before, after)
			}
		}
		if !planted {
			t.Fatalf("%s: nothing was planted", name)
		}
		bad, _ := json.Marshal(doc)
		r, err := newReader(zones, bad)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, differences := compare(t, s, f, r); len(differences) == 0 {
			t.Errorf("%s: not found", name)
		} else {
			t.Logf("%s: %d differences, the first %s", name, len(differences), differences[0])
		}
	}
}

// TestUserClasses: somebody for whom a window is may use it; nobody else, and nobody finds the default instead.
func TestUserClasses(t *testing.T) {
	z := zoneOf(1, layers.Travel)
	window := layers.ModeWindow{ID: "w", Mode: layers.Parking, Start: "20:00", DurationMin: 600,
		Users: &layers.UserClasses{Any: []string{"resident", "disabled"}, All: []string{"electric"}, None: []string{"taxi"}}}
	s := snapshotOf(t, z, scheduleOf(z, 1, "2026-01-01", "", window))
	f := cds.New(s, 2026, nil)
	r := readerOf(t, f, instantAt("2026-06-01 12:00"))
	id := f.ZoneOf(z.ID, instantAt("2026-06-01 12:00"))
	for classes, want := range map[string]string{"resident electric": "parking", "handicap-accessible electric": "parking", "resident": "no parking", "electric": "no parking", "": "no parking",
		"resident electric taxi": "no parking"} {
		if got, err := r.activity(id, r.moment(int64(instantAt("2026-06-01 23:00"))), strings.Fields(classes)...); err != nil || got != want {
			t.Errorf("%q: %s %v, want %s", classes, got, err, want)
		}
		if got, err := r.activity(id, r.moment(int64(instantAt("2026-06-01 12:00"))), strings.Fields(classes)...); err != nil || got != "travel" {
			t.Errorf("%q by day: %s %v", classes, got, err)
		}
	}
}

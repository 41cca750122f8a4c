package layers_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

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

// manyZones are zones that each have a schedule of their own.
func manyZones(n int) *model {
	m := newModel(append([]layers.Feature{}, asFeatures(notices())...)...)
	m.settings.Codes = layers.CodesFree
	for i := range n {
		z := *haihui()
		z.ID, z.Code, z.Kind, z.Segment = fmt.Sprintf("z_%05d", i), fmt.Sprintf("Z%05d", i), "lot", ""
		z.Manager = ""
		x := 121 + float64(i%100)*0.002
		y := 30 + float64(i/100)*0.002
		z.Geometry = orb.Polygon{{{x, y}, {x + 0.001, y}, {x + 0.001, y + 0.001}, {x, y + 0.001}, {x, y}}}
		m.put(&z)
		s := someSchedule(rand.New(rand.NewPCG(3, uint64(i))), 1, "2025-01-01", "")
		s.ID, s.Zone, s.Series, s.Code, s.Version, s.ValidFrom = fmt.Sprintf("sc_%05d", i), z.ID, fmt.Sprintf("s%05d", i), fmt.Sprintf("s%05d-1", i), 1, 1
		m.put(s)
	}
	return m
}

func asFeatures[T layers.Feature](list []T) (out []layers.Feature) {
	for _, f := range list {
		f.Head().Version, f.Head().ValidFrom = 1, 1
		out = append(out, f)
	}
	return out
}

// BenchmarkScheduleEdit publishes a schedule among 10,000 zones, from the delta to the next snapshot; baseline builds everything again.
func BenchmarkScheduleEdit(b *testing.B) {
	m := manyZones(10_000)
	began := time.Now()
	s := m.full(b)
	baseline := time.Since(began)
	if q := s.Quarantined(); len(q) > 0 {
		b.Fatal(q[0])
	}
	i := 0
	for b.Loop() {
		i++
		id := fmt.Sprintf("sc_%05d", i*7919%10_000)
		f, _ := s.Set(layers.Schedules).Head(id)
		one := *f.(*layers.Schedule)
		one.Version++
		one.Until = fmt.Sprintf("%d-01-01", 2027+i%9)
		m.put(&one)
		next, err := s.With(m.delta(keyOf(&one)))
		if err != nil {
			b.Fatal(err)
		}
		s = next
	}
	b.ReportMetric(float64(baseline)*float64(b.N)/float64(b.Elapsed()), "x-baseline")
}

// BenchmarkNextChange asks 10,000 zones for their next change, as the clock of events does; baseline walks minute by minute in some.
func BenchmarkNextChange(b *testing.B) {
	s := manyZones(10_000).full(b)
	at := clockAt("2026-09-20 21:00")
	tables := []*layers.Timetable{}
	for z := range s.Timed() {
		tables = append(tables, s.Timetable(z))
	}
	began, walked := time.Now(), 20
	for _, t := range tables[:walked] {
		mode := t.At(at).Mode
		for next := at + 60_000; next < at+40*86_400_000 && t.At(next).Mode == mode; {
			next += 60_000
		}
	}
	baseline := time.Since(began) * time.Duration(len(tables)/walked)
	for name, next := range map[string]func(*layers.Timetable, layers.Instant) layers.Instant{"first": (*layers.Timetable).NextChange, "again": (*layers.Timetable).Upcoming} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for _, t := range tables {
					next(t, at)
				}
			}
			b.ReportMetric(float64(baseline)*float64(b.N)/float64(b.Elapsed()), "x-baseline")
		})
	}
}

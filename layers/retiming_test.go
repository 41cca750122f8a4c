package layers_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"wangge/layers"
)

// TestRetimings compares with a walk minute by minute through both calendars.
func TestRetimings(t *testing.T) {
	all := notices()
	amended := *all[1]
	amended.Version, amended.Days = 2, slices.Clone(all[1].Days)
	amended.Days = append(amended.Days, layers.NoticeOfDays{Date: "2026-07-03", Name: "水灾", Off: true}, layers.NoticeOfDays{Date: "2026-07-12", Name: "水灾"})
	before, after := layers.CalendarOf(all), layers.CalendarOf(append([]*layers.Notice{&amended}, all[:1]...))
	var zones []*layers.Zone
	var schedules []*layers.Schedule
	for i := range 40 {
		z := *haihui()
		z.ID = "z_" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		s := someSchedule(rand.New(rand.NewPCG(5, uint64(i))), 1, "2026-01-01", "")
		s.Zone = z.ID
		if i%7 == 0 {
			s.State = layers.Draft
		}
		zones, schedules = append(zones, &z), append(schedules, s)
	}
	order := &layers.Order{Meta: layers.Meta{ID: "or_1"}, Zones: []string{zones[1].ID}, Band: layers.WorksBand, Mode: layers.Closed, Starts: "2026-07-01T00:00:00+08:00", Ends: "2026-07-20T00:00:00+08:00"}
	got := map[string][]string{}
	for _, r := range layers.Retimings(zones, schedules, []*layers.Order{order}, before, after, day("2026-06-25"), day("2026-07-20")) {
		got[r.Zone] = r.Dates
	}
	changed := 0
	for i, z := range zones {
		var want []string
		if schedules[i].Counts() {
			a := layers.NewTimetable(z, before, schedules[i:i+1], []*layers.Order{order})
			b := layers.NewTimetable(z, after, schedules[i:i+1], []*layers.Order{order})
			for at := clockAt("2026-06-25 00:00"); at < clockAt("2026-07-20 00:00"); at += 60_000 {
				if a.At(at).Mode != b.At(at).Mode {
					want = append(want, at.Time().In(time.FixedZone("", 8*3600)).Format(time.DateOnly))
				}
			}
			want = slices.Compact(want)
		}
		if len(want) > 0 {
			changed++
		}
		if !slices.Equal(got[z.ID], want) {
			t.Errorf("zone %d: %v, want %v", i, got[z.ID], want)
		}
	}
	if changed < 5 || len(got[zones[1].ID]) > 0 {
		t.Errorf("%d zones changed, the one that is closed by %v", changed, got[zones[1].ID])
	}
}

package mvt_test

import (
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestModeOfZones: zones and their spaces show at each instant what the timetable says, also on a Sunday that is worked on and under an order.
func TestModeOfZones(t *testing.T) {
	corner := geo.Fixed{X: 1213000000, Y: 307000000}
	z := &layers.Zone{Meta: layers.Meta{ID: "z_1", Version: 1, ValidFrom: 1}, Code: "Z1", Name: "位", Kind: "lot", Capacity: 1, DefaultMode: layers.Travel, Geometry: square(corner, 3000)}
	space := &layers.Space{Meta: layers.Meta{ID: "sp_1", Version: 1, ValidFrom: 1}, Code: "B1", Name: "泊", Zone: "z_1", Number: 1, LengthM: 6, WidthM: 2.5, Orientation: "parallel", Geometry: square(corner, 500)}
	nights := &layers.Schedule{Meta: layers.Meta{ID: "sc_1", Version: 1, ValidFrom: 1}, Code: "t-1", Name: "夜间", Zone: "z_1", Series: "t", Number: 1, State: layers.Published, From: "2025-05-01", Author: "a",
		Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}}, Start: "20:00", DurationMin: 660}}}
	works := &layers.Order{Meta: layers.Meta{ID: "or_1", Version: 1, ValidFrom: 1}, Code: "O1", Name: "施工", Zones: []string{"z_1"}, Band: layers.WorksBand, Mode: layers.Closed,
		Starts: "2026-06-08T22:00:00+08:00", Ends: "2026-06-09T12:00:00+08:00", Reason: "掘路", Author: "a"}
	year := &layers.Notice{Meta: layers.Meta{ID: "cn-2026", Version: 1, ValidFrom: 1}, Code: "cn-2026", Name: "放假安排", Year: 2026, Papers: []string{"文"},
		Days: []layers.NoticeOfDays{{Date: "2026-09-20", Name: "国庆节"}, {Date: "2026-10-01", Name: "国庆节", Off: true}}}
	a := atlasOf(t, snapshotOf(t, layers.CodesFree, []layers.Feature{z, space, nights, works, year}))
	at := geo.TileAt(corner.Point(), 17)
	for when, want := range map[string]layers.Mode{
		"2026-06-05T19:59:59+08:00": layers.Travel, "2026-06-05T20:00:00+08:00": layers.Parking, "2026-06-06T06:59:59+08:00": layers.Parking, "2026-06-06T07:00:00+08:00": layers.Travel,
		"2026-09-20T21:00:00+08:00": layers.Parking, "2026-10-01T06:30:00+08:00": layers.Parking, "2026-10-01T21:00:00+08:00": layers.Travel,
		"2026-06-08T21:59:59+08:00": layers.Parking, "2026-06-08T22:00:00+08:00": layers.Closed, "2026-06-09T12:00:00+08:00": layers.Travel,
	} {
		moment, err := layers.ParseInstant(when)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := a.Append(nil, at, moment, layers.Zones, layers.Spaces)
		if err != nil {
			t.Fatal(err)
		}
		list, err := mvt.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, l := range list {
			for _, f := range l.Features {
				if _, isPoint := f.Geometry.(orb.Point); isPoint {
					continue // where its label stands
				}
				seen++
				if f.Properties["mode"] != string(want) {
					t.Errorf("%s: %s show %v, want %s", when, l.Name, f.Properties["mode"], want)
				}
			}
		}
		if seen < 2 {
			t.Errorf("%s: %d features", when, seen)
		}
	}
}

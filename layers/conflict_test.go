package layers_test

import (
	"strings"
	"testing"

	"wangge/layers"
)

// findings runs the engine over what edit makes of the nights of haihui.
func findings(edit func(z *layers.Zone, s *layers.Schedule) (others []*layers.Schedule, orders []*layers.Order)) []layers.Finding {
	z, s := haihui(), nights()
	s.From, s.Until = "2025-05-01", "2027-01-01"
	var others []*layers.Schedule
	var orders []*layers.Order
	if edit != nil {
		others, orders = edit(z, s)
	}
	return layers.FindConflicts(z, layers.CalendarOf(notices()), s, others, orders)
}

// TestConflicts plants one defect at a time in a schedule without any, and finds it with its first instant.
func TestConflicts(t *testing.T) {
	if list := findings(nil); len(list) > 0 {
		t.Fatalf("a schedule without defects: %+v", list)
	}
	day := layers.ModeWindow{ID: "day", Mode: layers.Loading, DaysRule: layers.DaysRule{Weekdays: []string{"sat"}}, Start: "06:30", DurationMin: 60}
	for name, one := range map[string]struct {
		edit   func(z *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order)
		code   layers.FindingCode
		blocks bool
		ids    string
		first  string // by the clocks of Shanghai; "" for no instant
	}{
		"two modes": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Windows = append(s.Windows, day)
			return nil, nil
		}, layers.ModesAtOnce, true, "haihui-1/night haihui-1/day", "2025-05-10 06:30"}, // the Friday before was a work day; the 3rd was a holiday
		"two modes of exceptions": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			x := layers.Exception{ID: "a", DaysRule: layers.DaysRule{FirstDay: "2025-06-03", UntilDay: "2025-06-05"}, Effect: layers.Extend, Windows: []layers.ModeWindow{{ID: "w", Mode: layers.Closed, Start: "12:00", DurationMin: 60}}}
			y := layers.Exception{ID: "b", DaysRule: layers.DaysRule{FirstDay: "2025-06-04", UntilDay: "2025-06-06"}, Effect: layers.Extend, Windows: []layers.ModeWindow{{ID: "w", Mode: layers.Parking, Start: "12:30", DurationMin: 60}}}
			s.Exceptions = []layers.Exception{x, y}
			return nil, nil
		}, layers.ModesAtOnce, true, "haihui-1/a/w haihui-1/b/w", "2025-06-04 12:30"},
		"a night of the revision before": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			before := nights()
			before.ID, before.Code, before.From, before.Until = "sc_0", "haihui-0", "2025-01-01", "2025-05-07"
			s.From = "2025-05-07"
			s.Windows = []layers.ModeWindow{{ID: "early", Mode: layers.Loading, Start: "06:00", DurationMin: 30}}
			return []*layers.Schedule{before}, nil
		}, layers.ModesAtOnce, true, "haihui-0/night haihui-1/early", "2025-05-07 06:00"},
		"two revisions": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			other, draft, elsewhere := nights(), nights(), nights()
			other.ID, other.Code, other.From = "sc_2", "haihui-2", "2026-12-31"
			draft.ID, draft.State = "sc_3", layers.Draft
			elsewhere.ID, elsewhere.Zone = "sc_4", "z_other"
			return []*layers.Schedule{s, other, draft, elsewhere}, nil
		}, layers.RevisionsAtOnce, true, "haihui-1 haihui-2", "2026-12-31 00:00"},
		"a schedule that cannot be read": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Windows[0].Start = "8 pm"
			return nil, nil
		}, layers.NotValid, true, "haihui-1", ""},
		"before the zone": {func(z *layers.Zone, _ *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			z.ValidFrom = clockAt("2025-06-01 00:00")
			return nil, nil
		}, layers.ModeGap, true, "haihui-1 z_haihui", "2025-05-01 00:00"},
		"after the zone": {func(z *layers.Zone, _ *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			z.ValidTo = clockAt("2026-06-01 00:00")
			return nil, nil
		}, layers.ModeGap, true, "haihui-1 z_haihui", "2026-06-01 00:00"},
		"a short pause": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			w := day
			w.Start = "07:29"
			s.Windows = append(s.Windows, w)
			return nil, nil
		}, layers.WindowsClose, false, "haihui-1/night haihui-1/day", "2025-05-10 07:00"},
		"no grace": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Windows[0].ClearBy = "06:51"
			return nil, nil
		}, layers.GraceTooLong, false, "haihui-1/night", ""},
		"never": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			w := day
			w.DayTypes, w.Start = []string{"makeup_workday"}, "12:00"
			w.Weekdays = []string{"wed"}
			s.Windows = append(s.Windows, w)
			return nil, nil
		}, layers.NeverOpen, false, "haihui-1/day", ""},
		"an event": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Exceptions = []layers.Exception{{ID: "m", DaysRule: layers.DaysRule{FirstDay: "2025-06-03"}, Effect: layers.Close, Event: "match"}}
			return nil, nil
		}, layers.EventPending, false, "haihui-1/m", ""},
		"a year without notice": {func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Until = ""
			return nil, nil
		}, layers.YearNotAnnounced, false, "haihui-1", "2027-01-01 00:00"},
		"long works": {func(_ *layers.Zone, _ *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			o := &layers.Order{Meta: layers.Meta{ID: "pipe"}, Starts: clockAt("2025-06-01 00:00").String(), Ends: clockAt("2025-06-08 00:01").String(), Code: "pipe", Zones: []string{"z_haihui"}, Band: layers.WorksBand}
			short := &layers.Order{Meta: layers.Meta{ID: "short"}, Starts: clockAt("2025-06-01 00:00").String(), Ends: clockAt("2025-06-08 00:00").String(), Code: "short", Zones: []string{"z_haihui"}, Band: layers.WorksBand}
			return nil, []*layers.Order{short, o}
		}, layers.LongWorks, false, "pipe", "2025-06-01 00:00"},
	} {
		list := findings(one.edit)
		if len(list) != 1 {
			t.Errorf("%s: %+v", name, list)
			continue
		}
		f, first, date := list[0], layers.Instant(0), ""
		if one.first != "" {
			first, date = clockAt(one.first), one.first[:10]
		}
		if f.Code != one.code || f.Blocks != one.blocks || strings.Join(f.IDs, " ") != one.ids || f.First != first || f.Date != date || f.Detail == "" || layers.Blocked(list) != one.blocks {
			t.Errorf("%s: %+v, first %s; want %s of %s at %s", name, f, f.First, one.code, one.ids, one.first)
		}
	}
}

// TestNoConflict: what looks like one and is none.
func TestNoConflict(t *testing.T) {
	for name, edit := range map[string]func(z *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order){
		"the same mode": func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Windows = append(s.Windows, layers.ModeWindow{ID: "more", Mode: layers.Parking, DaysRule: layers.DaysRule{Weekdays: []string{"fri"}}, Start: "21:00", DurationMin: 900})
			return nil, nil
		},
		"one after the other": func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Windows = append(s.Windows, layers.ModeWindow{ID: "next", Mode: layers.Loading, DaysRule: layers.DaysRule{Weekdays: []string{"sat"}}, Start: "07:00", DurationMin: 60})
			return nil, nil
		},
		"an exception over the night": func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			s.Exceptions = []layers.Exception{{ID: "fair", DaysRule: layers.DaysRule{FirstDay: "2025-06-03", UntilDay: "2025-06-05"}, Effect: layers.Extend, Windows: []layers.ModeWindow{{ID: "w", Mode: layers.Closed, Start: "21:00", DurationMin: 60}}}}
			return nil, nil
		},
		"the revision that it follows": func(_ *layers.Zone, s *layers.Schedule) ([]*layers.Schedule, []*layers.Order) {
			before := nights()
			before.ID, before.Code, before.From, before.Until = "sc_0", "haihui-0", "2025-01-01", "2025-05-01"
			return []*layers.Schedule{before}, nil
		},
	} {
		if list := findings(edit); len(list) > 0 {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

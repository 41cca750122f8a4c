package calendar_test

import (
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"wangge/layers/calendar"
)

var years = flag.Int("years", 2, "years that windows are compared with a table of minutes")

// night is parking on work days from 20:00 for eleven hours.
var night = calendar.Window{Days: calendar.Days{Types: []string{"workday"}}, Start: 20 * 60, Minutes: 660}

func TestNight(t *testing.T) {
	c := calendarOf(t, official2025, official2026)
	for at, want := range map[string]bool{
		"2026-09-18 19:59:59": false, "2026-09-18 20:00": true, // a Friday
		"2026-09-18 23:30": true, "2026-09-19 06:59": true, "2026-09-19 07:00": false, "2026-09-19 21:00": false,
		"2026-09-20 21:00": true,                           // a Sunday that is worked on
		"2026-09-30 22:00": true, "2026-10-01 06:30": true, // a Wednesday, into the holiday
		"2026-10-01 22:00": false, "2027-01-04 21:00": true,
	} {
		if _, got := night.At(c, moment(at)); got != want {
			t.Errorf("parking at %s: %v", at, got)
		}
	}
	if !c.Provisional(date("2027-01-04")) {
		t.Error("2027 is certain")
	}
}

func TestTails(t *testing.T) {
	c := calendarOf(t, official2026)
	for _, one := range []struct {
		tail  calendar.Tail
		cutAt int
		day   string
		want  string // the end
	}{
		{"", 0, "2026-09-30", "2026-10-01 07:00"},
		{calendar.TailKeep, 0, "2026-09-30", "2026-10-01 07:00"},
		{calendar.TailCutMidnight, 0, "2026-09-30", "2026-10-01 00:00"},
		{calendar.TailCutMidnight, 0, "2026-09-29", "2026-09-30 07:00"}, // the next day is one of the window's
		{calendar.TailCutMidnight, 0, "2026-09-20", "2026-09-21 07:00"},
		{calendar.TailCutAt, 5 * 60, "2026-09-30", "2026-10-01 05:00"},
		{calendar.TailCutAt, 5 * 60, "2026-09-29", "2026-09-30 07:00"},
		{calendar.TailCutAt, 8 * 60, "2026-09-30", "2026-10-01 07:00"}, // later than its end
	} {
		w := night
		w.Tail, w.CutAt = one.tail, one.cutAt
		if s, ok := w.Span(c, date(one.day)); !ok || s != (calendar.Span{From: moment(one.day + " 20:00"), To: moment(one.want)}) {
			t.Errorf("%s %s %d: %v %v, want an end at %s", one.day, one.tail, one.cutAt, s, ok, one.want)
		}
	}
}

func TestDaysOfWindows(t *testing.T) {
	c := calendarOf(t, official2026)
	for name, one := range map[string]struct {
		days calendar.Days
		want string // of February, March and October 2026
	}{
		"make-up work days":  {calendar.Days{Types: []string{"makeup_workday"}}, "02-14 02-28 10-10"},
		"one holiday":        {calendar.Days{Types: []string{"holiday:国庆节"}}, "10-01 10-02 10-03 10-04 10-05 10-06 10-07"},
		"work apart":         {calendar.Days{Types: []string{"workday"}, MakeupApart: true, Weekdays: []time.Weekday{time.Saturday}}, ""},
		"work":               {calendar.Days{Types: []string{"workday"}, Weekdays: []time.Weekday{time.Saturday}}, "02-14 02-28 10-10"},
		"second Sunday":      {calendar.Days{Weekdays: []time.Weekday{time.Sunday}, Nth: []int{2}}, "02-08 03-08 10-11"},
		"last Monday":        {calendar.Days{Weekdays: []time.Weekday{time.Monday}, Nth: []int{-1}}, "02-23 03-30 10-26"},
		"fifth Thursday":     {calendar.Days{Weekdays: []time.Weekday{time.Thursday}, Nth: []int{5}}, "10-29"},
		"rest in March":      {calendar.Days{Types: []string{"restday"}, Months: []time.Month{time.March}, Nth: []int{1, -1}}, "03-01 03-07 03-28 03-29"},
		"bounds":             {calendar.Days{From: date("2026-02-27"), Until: date("2026-03-02")}, "02-27 02-28 03-01"},
		"holiday or makeup":  {calendar.Days{Types: []string{"holiday", "makeup_workday"}, Months: []time.Month{time.February}}, "02-14 02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23 02-28"},
		"holiday of another": {calendar.Days{Types: []string{"holiday:劳动节"}}, ""},
	} {
		var got []string
		for _, month := range []time.Month{time.February, time.March, time.October} {
			for d := calendar.DayOf(2026, month, 1); d < calendar.DayOf(2026, month+1, 1); d++ {
				if one.days.On(c, d) {
					got = append(got, d.String()[5:])
				}
			}
		}
		if strings.Join(got, " ") != one.want {
			t.Errorf("%s: %s, want %s", name, got, one.want)
		}
	}
}

func TestWindowsThatAreRefused(t *testing.T) {
	for field, edit := range map[string]func(w *calendar.Window){
		"/start":        func(w *calendar.Window) { w.Start = 1440 },
		"/duration_min": func(w *calendar.Window) { w.Minutes = 1441 },
		"/tail_policy":  func(w *calendar.Window) { w.Tail = "drop" },
		"/cut_at":       func(w *calendar.Window) { w.CutAt = 60 },
		"/day_types/1":  func(w *calendar.Window) { w.Days.Types = []string{"workday", "holidays"} },
		"/weekdays/0":   func(w *calendar.Window) { w.Days.Weekdays = []time.Weekday{7} },
		"/nth/0":        func(w *calendar.Window) { w.Days.Nth = []int{0} },
		"/months/2":     func(w *calendar.Window) { w.Days.Months = []time.Month{1, 2, 13} },
		"/until_day":    func(w *calendar.Window) { w.Days.From, w.Days.Until = 20_000, 20_000 },
	} {
		w := night
		edit(&w)
		var got *calendar.FieldError
		if err := w.Check(); !errors.As(err, &got) || got.Field != field || !errors.Is(err, calendar.ErrInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, w := range map[string]calendar.Window{
		"zero": {}, "negative": {Start: -1, Minutes: 1}, "no cut": {Minutes: 1, Tail: calendar.TailCutAt}, "empty holiday": {Minutes: 1, Days: calendar.Days{Types: []string{"holiday: "}}},
	} {
		if w.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := night.Check(); err != nil {
		t.Error(err)
	}
}

// minutes is the slow twin: for each minute from the first midnight on, whether the window is open, from dates as texts and package
// time alone.
func minutes(w calendar.Window, types map[string]string, from time.Time, days int) []bool {
	begins := func(day time.Time) bool {
		d := w.Days
		text := day.Format("2006-01-02")
		kind, listed := types[text]
		if !listed {
			kind = "workday"
			if day.Weekday() == time.Sunday || day.Weekday() == time.Saturday {
				kind = "restday"
			}
		}
		typed := len(d.Types) == 0
		for _, want := range d.Types {
			if want == kind || want == "holiday" && strings.HasPrefix(kind, "holiday:") || want == "workday" && kind == "makeup_workday" && !d.MakeupApart {
				typed = true
			}
		}
		nth := len(d.Nth) == 0
		for _, n := range d.Nth { // the same weekday n weeks away is in another month, and n-1 weeks away is not
			step := -7
			if n < 0 {
				step, n = 7, -n
			}
			nth = nth || day.AddDate(0, 0, step*n).Month() != day.Month() && day.AddDate(0, 0, step*(n-1)).Month() == day.Month()
		}
		return typed && nth && (len(d.Weekdays) == 0 || slices.Contains(d.Weekdays, day.Weekday())) && (len(d.Months) == 0 || slices.Contains(d.Months, day.Month())) &&
			(d.From == 0 || text >= d.From.String()) && (d.Until == 0 || text < d.Until.String())
	}
	open := make([]bool, days*1440)
	for i := -1; i < days; i++ {
		day := from.AddDate(0, 0, i)
		if !begins(day) {
			continue
		}
		next := begins(day.AddDate(0, 0, 1))
		for m := w.Start; m < w.Start+w.Minutes; m++ {
			late := m - 1440 // minutes after midnight
			if !next && late >= 0 && (w.Tail == calendar.TailCutMidnight || w.Tail == calendar.TailCutAt && late >= w.CutAt) {
				break
			}
			if k := i*1440 + m; k >= 0 && k < len(open) {
				open[k] = true
			}
		}
	}
	return open
}

// shapes are six shapes of windows, with what makes each of them hard.
var shapes = map[string]calendar.Window{
	"overnight, kept":       night,
	"overnight, cut":        {Days: calendar.Days{Types: []string{"workday"}}, Start: 22 * 60, Minutes: 600, Tail: calendar.TailCutAt, CutAt: 5*60 + 30},
	"a whole day, holidays": {Days: calendar.Days{Types: []string{"holiday"}}, Start: 0, Minutes: 1440},
	"noon to noon, weekend": {Days: calendar.Days{Weekdays: []time.Weekday{time.Friday, time.Saturday}}, Start: 12 * 60, Minutes: 1440, Tail: calendar.TailCutMidnight},
	"last Sunday, winter":   {Days: calendar.Days{Weekdays: []time.Weekday{time.Sunday}, Nth: []int{-1, 5}, Months: []time.Month{12, 1, 2}}, Start: 23*60 + 59, Minutes: 2},
	"rest days, bounded":    {Days: calendar.Days{Types: []string{"restday", "makeup_workday"}, From: date("2020-02-29"), Until: date("2028-02-29")}, Start: 1, Minutes: 1},
}

// TestBrute compares each minute of some years, and the last millisecond of each, with the slow twin: 2028-02-29 and the ends of
// years are among them with -years 10.
func TestBrute(t *testing.T) {
	c := calendarOf(t, official2025, official2026)
	types := map[string]string{}
	for _, n := range []calendar.Notice{official2025, official2026} {
		for _, d := range n.Days {
			types[d.Date.String()] = map[bool]string{true: "holiday:" + d.Name, false: "makeup_workday"}[d.Off]
		}
	}
	first := time.Date(2025, 1, 1, 0, 0, 0, 0, time.FixedZone("", 8*3600))
	if *years > 2 {
		first = first.AddDate(-5, 0, 0)
	}
	days := int(first.AddDate(*years, 0, 0).Sub(first).Hours() / 24)
	for name, w := range shapes {
		open, wrong, times := minutes(w, types, first, days), 0, 0
		for i, want := range open {
			at := first.UnixMilli() + int64(i)*60_000
			for _, at := range [2]int64{at, at + 59_999} {
				s, got := w.At(c, at)
				if got != want || got && !s.Holds(at) {
					if wrong++; wrong < 5 {
						t.Errorf("%s: open at %s: %v", name, time.UnixMilli(at).In(first.Location()), got)
					}
				}
			}
			if want {
				times++
			}
		}
		if times == 0 || times == len(open) {
			t.Errorf("%s is open in %d of %d minutes: nothing is tested", name, times, len(open))
		}
		t.Logf("%s: %d of %d minutes, %d differences", name, times, len(open), wrong)
	}
}

// TestTwinFindsDefects: the twin tells apart what the mistakes of others would give.
func TestTwinFindsDefects(t *testing.T) {
	c := calendarOf(t, official2025, official2026)
	first := time.Date(2026, 9, 1, 0, 0, 0, 0, time.FixedZone("", 8*3600))
	types := map[string]string{}
	for _, d := range official2026.Days {
		types[d.Date.String()] = map[bool]string{true: "holiday:" + d.Name, false: "makeup_workday"}[d.Off]
	}
	for name, edit := range map[string]func(w *calendar.Window){
		"the tail goes with the day that it lies on": func(w *calendar.Window) { w.Tail = calendar.TailCutMidnight },
		"make-up work days are Sundays":              func(w *calendar.Window) { w.Days.MakeupApart = true },
		"a minute too long":                          func(w *calendar.Window) { w.Minutes++ },
		"holidays are work days":                     func(w *calendar.Window) { w.Days.Types = nil },
	} {
		wrong := night
		edit(&wrong)
		open, differences := minutes(night, types, first, 60), 0
		for i, want := range open {
			if _, got := wrong.At(c, first.UnixMilli()+int64(i)*60_000); got != want {
				differences++
			}
		}
		if differences == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

func BenchmarkWindowAt(b *testing.B) {
	c := calendarOf(b, official2025, official2026)
	at := moment("2026-09-30 22:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := night.At(c, at); !ok {
			b.Fatal("closed")
		}
	}
}

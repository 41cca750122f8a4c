package web_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/layers/source"
)

const goldenDays = "test/golden/days.json"

// nights is what the planner's week (test/week.test.ts) is held against: the days as the calendar of the demo has them, and when the
// window of each rule is open by the timetable that everything asks.
type nights struct {
	From        string        `json:"from"`
	Until       string        `json:"until"`
	Days        []goldenDay   `json:"days"`
	Provisional []int         `json:"provisional_years"`
	Windows     []goldenNight `json:"windows"`
}

type goldenDay struct {
	Date    string `json:"date"`
	Weekday string `json:"weekday"`
	Type    string `json:"type"`
	Holiday string `json:"holiday,omitempty"`
}

type goldenNight struct {
	Window layers.ModeWindow `json:"window"`
	// Open has the dates on which it begins, and for how many minutes.
	Open []opened `json:"open"`
}

type opened struct {
	Date    string `json:"date"`
	Minutes int    `json:"minutes"`
}

// rulesOfDays are windows of every form of rule; none is open twice without a pause.
func rulesOfDays() []layers.ModeWindow {
	night := layers.ModeWindow{ID: "w", Mode: layers.Parking, Start: "20:00", DurationMin: 660}
	with := func(change func(w *layers.ModeWindow)) layers.ModeWindow {
		w := night
		change(&w)
		return w
	}
	return []layers.ModeWindow{
		night,
		with(func(w *layers.ModeWindow) { w.DayTypes = []string{"workday"} }),
		with(func(w *layers.ModeWindow) { w.DayTypes, w.Tail = []string{"workday"}, calendar.TailCutMidnight }),
		with(func(w *layers.ModeWindow) {
			w.DayTypes, w.Tail, w.CutAt = []string{"workday"}, calendar.TailCutAt, "03:30"
		}),
		with(func(w *layers.ModeWindow) { w.DayTypes, w.MakeupApart = []string{"workday"}, true }),
		with(func(w *layers.ModeWindow) { w.DayTypes = []string{"restday", "holiday"} }),
		with(func(w *layers.ModeWindow) { w.DayTypes = []string{"makeup_workday", "holiday:国庆节"} }),
		with(func(w *layers.ModeWindow) { w.Weekdays = []string{"mon", "sat"} }),
		with(func(w *layers.ModeWindow) { w.Weekdays, w.Nth = []string{"fri"}, []int{1, -1} }),
		with(func(w *layers.ModeWindow) { w.Months, w.DayTypes = []int{10, 2}, []string{"workday"} }),
		with(func(w *layers.ModeWindow) { w.FirstDay, w.UntilDay = "2026-10-05", "2026-11-02" }),
		with(func(w *layers.ModeWindow) {
			w.Start, w.DurationMin, w.Weekdays = "23:59", 1440, []string{"tue", "sun"}
		}),
	}
}

// TestGoldenDays writes, with -update, or compares when the windows of rules are open.
func TestGoldenDays(t *testing.T) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	var notices []*layers.Notice
	for _, f := range set.Features {
		if n, ok := f.(*layers.Notice); ok {
			n.Version = 1 // as a store counts
			notices = append(notices, n)
		}
	}
	c := layers.CalendarOf(notices)
	got := nights{From: "2026-09-01", Until: "2027-03-01", Provisional: []int{2027}}
	from, until := dayNamed(t, got.From), dayNamed(t, got.Until)
	for day := from - 1; day <= until+1; day++ {
		kind := c.Type(day)
		name := strings.ToLower(day.Weekday().String()[:3])
		got.Days = append(got.Days, goldenDay{day.String(), name, kind.Kind.String(), kind.Name})
		if c.Provisional(day) != (day.Year() == 2027) {
			t.Fatalf("%s: provisional %v", day, c.Provisional(day))
		}
	}
	zone := &layers.Zone{Meta: layers.Meta{ID: "z"}, DefaultMode: layers.Travel}
	for _, w := range rulesOfDays() {
		s := &layers.Schedule{Code: "s-1", Zone: "z", From: got.From, Windows: []layers.ModeWindow{w}}
		table := layers.NewTimetable(zone, c, []*layers.Schedule{s}, nil)
		one := goldenNight{Window: w}
		for _, x := range table.Stretches(nil, layers.Instant(from.Start()), layers.Instant((until + 2).Start())) {
			if on, _ := calendar.DayAt(int64(x.From)); x.Mode == layers.Parking && on < until {
				one.Open = append(one.Open, opened{on.String(), int((x.To - x.From) / 60_000)})
			}
		}
		if len(one.Open) == 0 {
			t.Errorf("%+v is never open", w)
		}
		got.Windows = append(got.Windows, one)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	text = append(bytes.ReplaceAll(text, []byte(`{"window"`), []byte("\n"+`{"window"`)), '\n')
	if *update {
		if err := os.WriteFile(goldenDays, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, err := os.ReadFile(goldenDays); err != nil || !bytes.Equal(want, text) {
		t.Errorf("%s is not what the timetable says (%v); go test ./web -run TestGoldenDays -update writes it", goldenDays, err)
	}
}

func dayNamed(t *testing.T, text string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

package layers_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/layers/source"
)

var timetableYears = flag.Int("timetable-years", 1, "years that timetables are compared with a table of minutes; 10 for the full run")

// haihui is the zone of the street whose parking changes with the tide of traffic.
func haihui() *layers.Zone {
	return &layers.Zone{Meta: layers.Meta{ID: "z_haihui"}, Code: "haihui", Name: "海汇街", Kind: "kerb", Segment: "s_haihui", Capacity: 88, DefaultMode: layers.Travel}
}

// nights is the published schedule of haihui: assumed hours.
func nights() *layers.Schedule {
	return &layers.Schedule{Meta: layers.Meta{ID: "sc_1", Version: 1, ValidFrom: 1}, Code: "haihui-1", Name: "海汇街夜间停车", Zone: "z_haihui", Series: "haihui", Number: 1, State: layers.Published,
		From: "2025-05-01", Author: "planner", Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}},
			Start: "20:00", DurationMin: 660, ClearBy: "06:50", GraceMin: 10}}}
}

func notices() []*layers.Notice {
	year := func(year int, lines ...string) *layers.Notice {
		n := &layers.Notice{Meta: layers.Meta{ID: fmt.Sprint("cn-", year), Version: 1, ValidFrom: 1}, Code: fmt.Sprint("cn-", year), Name: "放假安排", Year: year}
		for _, line := range lines {
			words := strings.Fields(line)
			for d := day(words[1]); d <= day(words[len(words)-1]); d++ {
				n.Days = append(n.Days, layers.NoticeOfDays{Date: d.String(), Name: words[0], Off: words[0] != "补班"})
			}
		}
		return n
	}
	return []*layers.Notice{
		year(2025, "元旦 2025-01-01", "春节 2025-01-28 2025-02-04", "清明节 2025-04-04 2025-04-06", "劳动节 2025-05-01 2025-05-05", "端午节 2025-05-31 2025-06-02", "国庆节 2025-10-01 2025-10-08",
			"补班 2025-01-26", "补班 2025-02-08", "补班 2025-04-27", "补班 2025-09-28", "补班 2025-10-11"),
		year(2026, "元旦 2026-01-01 2026-01-03", "春节 2026-02-15 2026-02-23", "清明节 2026-04-04 2026-04-06", "劳动节 2026-05-01 2026-05-05", "端午节 2026-06-19 2026-06-21", "中秋节 2026-09-25 2026-09-27",
			"国庆节 2026-10-01 2026-10-07", "补班 2026-01-04", "补班 2026-02-14", "补班 2026-02-28", "补班 2026-05-09", "补班 2026-09-20", "补班 2026-10-10"),
	}
}

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// clockAt is an instant by the clocks of Shanghai.
func clockAt(s string) layers.Instant {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return layers.InstantOf(t.Add(-8 * time.Hour))
}

func TestTimetableOfHaihui(t *testing.T) {
	table := layers.NewTimetable(haihui(), layers.CalendarOf(notices()), []*layers.Schedule{nights()}, nil)
	for _, one := range []struct {
		at   string
		mode layers.Mode
		next string
	}{
		{"2026-09-18 23:30", layers.Parking, "2026-09-19 07:00"}, // a Friday
		{"2026-09-19 06:59", layers.Parking, "2026-09-19 07:00"},
		{"2026-09-19 07:00", layers.Travel, "2026-09-20 20:00"},
		{"2026-09-20 21:00", layers.Parking, "2026-09-21 07:00"}, // a Sunday that is worked on
		{"2026-09-30 22:00", layers.Parking, "2026-10-01 07:00"},
		{"2026-10-01 06:30", layers.Parking, "2026-10-01 07:00"}, // the tail is kept into the holiday
		{"2026-10-01 21:00", layers.Travel, "2026-10-08 20:00"},
		{"2025-04-30 21:00", layers.Travel, "2025-05-06 20:00"}, // the day before it came into force; then a holiday
	} {
		got := table.Evaluate(clockAt(one.at))
		if got.Mode != one.mode || got.NextChange != clockAt(one.next) || got.Provisional || (got.Rule == layers.DefaultRule) != (one.mode == layers.Travel) {
			t.Errorf("%s: %+v, next change %s; want %s until %s", one.at, got, got.NextChange, one.mode, one.next)
		}
	}
	if got := table.Evaluate(clockAt("2027-01-04 21:00")); got.Mode != layers.Parking || !got.Provisional || got.Calendar != "" || got.Rule != "haihui-1/night" {
		t.Errorf("2027 before its notice: %+v", got)
	}
	if got := table.Evaluate(clockAt("2026-07-01 12:00")).Calendar; got != "cn-2026@1" {
		t.Errorf("the calendar is %q", got)
	}
	if got := layers.NewTimetable(haihui(), new(calendar.Calendar), nil, nil).Evaluate(clockAt("2026-07-01 12:00")); got.Mode != layers.Travel || got.NextChange != 0 || got.Rule != layers.DefaultRule {
		t.Errorf("without a schedule: %+v", got)
	}
}

// TestWhatGoesBefore: orders by band, exceptions, later windows, the revision of the day on which a night began.
func TestWhatGoesBefore(t *testing.T) {
	window := func(id string, mode layers.Mode, start string, minutes int) layers.ModeWindow {
		return layers.ModeWindow{ID: id, Mode: mode, Start: start, DurationMin: minutes}
	}
	first, second := nights(), nights()
	first.Until = "2026-06-10"
	first.Windows = []layers.ModeWindow{window("night", layers.Parking, "20:00", 660), window("late", layers.Loading, "22:00", 60), window("same", layers.Closed, "22:00", 30)}
	first.Exceptions = []layers.Exception{
		{ID: "off", DaysRule: layers.DaysRule{FirstDay: "2026-06-02", UntilDay: "2026-06-03"}, Effect: layers.Close},
		{ID: "other", DaysRule: layers.DaysRule{FirstDay: "2026-06-02", UntilDay: "2026-06-05"}, Effect: layers.Replaced, Windows: []layers.ModeWindow{window("noon", layers.Loading, "12:00", 1440)}},
		{ID: "more", DaysRule: layers.DaysRule{FirstDay: "2026-06-06", UntilDay: "2026-06-07"}, Effect: layers.Extend, Windows: []layers.ModeWindow{window("eve", layers.Closed, "21:00", 30)}},
		{ID: "match", DaysRule: layers.DaysRule{FirstDay: "2026-06-01", UntilDay: "2026-07-01"}, Effect: layers.Close, Event: "match-7"},
	}
	second.Code, second.Number, second.From = "haihui-2", 2, "2026-06-10"
	second.Windows = []layers.ModeWindow{window("early", layers.Loading, "05:00", 60)}
	order := func(id string, band layers.Band, mode layers.Mode, from, to string) *layers.Order {
		return &layers.Order{Meta: layers.Meta{ID: id}, Starts: clockAt(from).String(), Ends: clockAt(to).String(), Zones: []string{"z_other", "z_haihui"}, Band: band, Mode: mode}
	}
	orders := []*layers.Order{
		order("fair", layers.EventBand, layers.Closed, "2026-06-08 10:00", "2026-06-08 18:00"),
		order("pipe", layers.WorksBand, layers.Travel, "2026-06-08 12:00", "2026-06-08 14:00"),
		order("pipe2", layers.WorksBand, layers.Loading, "2026-06-08 13:00", "2026-06-08 15:00"),
		order("fire", layers.EmergencyBand, layers.Closed, "2026-06-08 11:30", "2026-06-08 12:30"),
	}
	elsewhere := order("elsewhere", layers.EmergencyBand, layers.Closed, "2026-01-01 00:00", "2027-01-01 00:00")
	elsewhere.Zones = []string{"z_other"}
	table := layers.NewTimetable(haihui(), layers.CalendarOf(notices()), []*layers.Schedule{second, first}, append(orders, elsewhere))
	for at, rule := range map[string]string{
		"2026-06-01 21:00": "haihui-1/night", "2026-06-01 22:30": "haihui-1/late", "2026-06-01 22:15": "haihui-1/late", "2026-06-01 23:00": "haihui-1/night",
		"2026-06-02 06:00": "haihui-1/night", "2026-06-02 21:00": "default", "2026-06-03 12:00": "haihui-1/other/noon", "2026-06-04 11:59": "haihui-1/other/noon", "2026-06-05 11:59": "haihui-1/other/noon",
		"2026-06-05 12:00": "default", "2026-06-05 21:00": "haihui-1/night", "2026-06-06 21:15": "haihui-1/more/eve", "2026-06-06 21:30": "haihui-1/night",
		"2026-06-08 11:00": "fair", "2026-06-08 11:30": "fire", "2026-06-08 12:29": "fire", "2026-06-08 12:30": "pipe", "2026-06-08 13:00": "pipe2", "2026-06-08 14:59": "pipe2", "2026-06-08 15:00": "fair", "2026-06-08 18:00": "default",
		"2026-06-10 04:00": "haihui-1/night", "2026-06-10 05:30": "haihui-2/early", "2026-06-10 06:30": "haihui-1/night", "2026-06-10 21:00": "default", "2026-06-11 05:00": "haihui-2/early",
	} {
		if got := table.At(clockAt(at)); got.Rule != rule {
			t.Errorf("%s: %s, want %s", at, got.Rule, rule)
		}
	}
}

// painted is the slow twin: a rule for each minute, painted one over the other, the weakest first.
func painted(z *layers.Zone, kinds map[string]string, schedules []*layers.Schedule, orders []*layers.Order, first time.Time, days int) []string {
	out := make([]string, days*1440)
	for i := range out {
		out[i] = "default"
	}
	paint := func(from, to int, rule string) {
		for m := max(from, 0); m < min(to, len(out)); m++ {
			out[m] = rule
		}
	}
	date := func(i int) time.Time { return first.AddDate(0, 0, i) }
	kind := func(d time.Time) string {
		if k, ok := kinds[d.Format(time.DateOnly)]; ok {
			return k
		}
		return map[bool]string{true: "restday", false: "workday"}[d.Weekday()%6 == 0]
	}
	on := func(r layers.DaysRule, d time.Time) bool {
		text := d.Format(time.DateOnly)
		typed := len(r.DayTypes) == 0
		for _, want := range r.DayTypes {
			typed = typed || kind(d) == want || strings.HasPrefix(kind(d), want+":") || want == "workday" && !r.MakeupApart && kind(d) == "makeup_workday"
		}
		inMonth := len(r.Months) == 0 || slices.Contains(r.Months, int(d.Month()))
		return typed && inMonth && (len(r.Weekdays) == 0 || slices.Contains(r.Weekdays, strings.ToLower(d.Format("Mon")))) &&
			(r.FirstDay == "" || r.FirstDay <= text) && (r.UntilDay == "" || text < r.UntilDay)
	}
	minutes := func(hhmm string) int {
		t, _ := time.Parse("15:04", hhmm)
		return t.Hour()*60 + t.Minute()
	}
	// each calls f with a revision for each day on which it is in force; where two are, the later one is.
	each := func(i int, f func(s *layers.Schedule)) {
		text := date(i).Format(time.DateOnly)
		var found *layers.Schedule
		for _, s := range schedules {
			if s.From <= text && (s.Until == "" || text < s.Until) && (found == nil || s.From >= found.From) {
				found = s
			}
		}
		if found != nil {
			f(found)
		}
	}
	lay := func(i int, prefix string, windows []layers.ModeWindow) {
		windows = slices.Clone(windows)
		slices.Reverse(windows) // the first of those that begin together is painted last
		slices.SortStableFunc(windows, func(a, b layers.ModeWindow) int { return strings.Compare(a.Start, b.Start) })
		for _, w := range windows {
			if !on(w.DaysRule, date(i)) {
				continue
			}
			from := minutes(w.Start)
			to := from + w.DurationMin
			if !on(w.DaysRule, date(i+1)) {
				switch w.Tail {
				case calendar.TailCutMidnight:
					to = min(to, 1440)
				case calendar.TailCutAt:
					to = min(to, 1440+minutes(w.CutAt))
				}
			}
			paint(i*1440+from, i*1440+to, prefix+w.ID)
		}
	}
	decides := func(s *layers.Schedule, i int) int {
		return slices.IndexFunc(s.Exceptions, func(x layers.Exception) bool {
			return x.Event == "" && x.Effect != layers.Extend && on(x.DaysRule, date(i))
		})
	}
	for i := -1; i < days; i++ {
		each(i, func(s *layers.Schedule) {
			if decides(s, i) < 0 {
				lay(i, s.Code+"/", s.Windows)
			}
		})
	}
	for i := -1; i < days; i++ {
		each(i, func(s *layers.Schedule) {
			var all []layers.ModeWindow // with the exception in the id, the earlier exceptions first
			for k, x := range s.Exceptions {
				if x.Event != "" || !on(x.DaysRule, date(i)) || x.Effect != layers.Extend && k != decides(s, i) {
					continue
				}
				for _, w := range x.Windows {
					w.ID = x.ID + "/" + w.ID
					all = append(all, w)
				}
			}
			lay(i, s.Code+"/", all)
		})
	}
	for _, band := range []layers.Band{layers.EventBand, layers.WorksBand, layers.EmergencyBand} {
		for _, o := range orders { // in the order of their beginnings
			if o.Band == band && slices.Contains(o.Zones, z.ID) {
				from, _ := time.Parse(time.RFC3339, o.Starts)
				to, _ := time.Parse(time.RFC3339, o.Ends)
				paint(int(from.Sub(first).Minutes()), int(to.Sub(first).Minutes()), o.ID)
			}
		}
	}
	return out
}

// kindsOf lists the days of notices by date.
func kindsOf(list []*layers.Notice) map[string]string {
	out := map[string]string{}
	for _, n := range list {
		for _, d := range n.Days {
			out[d.Date] = map[bool]string{true: "holiday:" + d.Name, false: "makeup_workday"}[d.Off]
		}
	}
	return out
}

// someSchedule draws a revision with windows and exceptions that get in each other's way.
func someSchedule(r *rand.Rand, number int, from, until string) *layers.Schedule {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	rule := func() (d layers.DaysRule) {
		if r.IntN(2) == 0 {
			d.DayTypes = []string{pick("workday", "restday", "holiday", "holiday:国庆节", "makeup_workday")}
			d.MakeupApart = r.IntN(3) == 0
		}
		if r.IntN(3) == 0 {
			d.Weekdays = []string{pick("mon", "tue", "wed"), pick("thu", "fri", "sat", "sun")}
		}
		if r.IntN(6) == 0 {
			d.Months = []int{9 + r.IntN(3), 1}
		}
		return d
	}
	windows := func(n int) (out []layers.ModeWindow) {
		for i := range n {
			w := layers.ModeWindow{ID: fmt.Sprint("w", i), Mode: layers.Mode(pick("travel", "parking", "loading", "closed")), DaysRule: rule(),
				Start: pick("00:00", "00:01", "06:30", "12:00", "20:00", "20:00", "23:59"), DurationMin: []int{1, 60, 600, 660, 1439, 1440}[r.IntN(6)]}
			switch r.IntN(3) {
			case 0:
				w.Tail = calendar.TailCutMidnight
			case 1:
				w.Tail, w.CutAt = calendar.TailCutAt, pick("00:01", "05:00", "23:59")
			}
			out = append(out, w)
		}
		return out
	}
	s := nights()
	s.Number, s.Code, s.From, s.Until, s.Windows = number, fmt.Sprint("haihui-", number), from, until, windows(r.IntN(5))
	for i := range r.IntN(4) {
		x := layers.Exception{ID: fmt.Sprint("x", i), DaysRule: rule(), Effect: layers.Effect(pick("close", "replace", "extend")), Reason: "drawn"}
		if x.Effect != layers.Close {
			x.Windows = windows(1 + r.IntN(2))
		}
		if r.IntN(5) == 0 {
			x.Event = "match"
		}
		x.FirstDay = "2025-01-01"
		s.Exceptions = append(s.Exceptions, x)
	}
	return s
}

// TestTimetableMinuteByMinute compares drawn schedules with the slow twin, at each minute and the last moment of each, around a week of
// holidays, the end of a year and a leap day; and what Stretches and NextChange say with both.
func TestTimetableMinuteByMinute(t *testing.T) {
	kinds, table := kindsOf(notices()), layers.CalendarOf(notices())
	const days = 24
	changes := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(5, seed))
		begins := []string{"2026-09-20", "2025-12-24", "2028-02-18"}[seed%3]
		first := clockAt(begins + " 00:00").Time().In(time.FixedZone("", 8*3600))
		turn := first.AddDate(0, 0, 5+r.IntN(10)).Format(time.DateOnly)
		schedules := []*layers.Schedule{someSchedule(r, 1, "2025-05-01", turn), someSchedule(r, 2, turn, "")}
		var orders []*layers.Order
		for i := range r.IntN(4) {
			from := layers.InstantOf(first.Add(time.Duration(r.IntN(days*1440)) * time.Minute))
			orders = append(orders, &layers.Order{Meta: layers.Meta{ID: fmt.Sprint("o", i)}, Starts: from.String(), Ends: (from + layers.Instant(60_000*(1+r.IntN(3000)))).String(),
				Zones: []string{"z_haihui"}, Band: []layers.Band{layers.EventBand, layers.WorksBand, layers.EmergencyBand}[r.IntN(3)], Mode: layers.Closed})
		}
		slices.SortStableFunc(orders, func(a, b *layers.Order) int { return strings.Compare(a.Starts, b.Starts) })
		for _, s := range schedules {
			if err := s.Validate(layers.CodesLocal); err != nil {
				t.Fatal(err)
			}
		}
		tt := layers.NewTimetable(haihui(), table, schedules, orders)
		rules := painted(haihui(), kinds, schedules, orders, first, days)
		wrong := 0
		for i, want := range rules {
			at := layers.InstantOf(first) + layers.Instant(i*60_000)
			for _, at := range [2]layers.Instant{at, at + 59_999} {
				if got := tt.At(at); got.Rule != want {
					if wrong++; wrong < 4 {
						t.Errorf("seed %d, %s: %s, want %s", seed, at.Time().In(first.Location()), got.Rule, want)
					}
				}
			}
			if i > 0 && want != rules[i-1] {
				changes++
			}
		}
		sameStretches(t, tt, rules, layers.InstantOf(first))
	}
	if changes < 1000 {
		t.Errorf("only %d changes were looked at", changes)
	}
}

// sameStretches compares the stretches of a timetable, and where it says that the mode changes next, with the rules minute by minute.
func sameStretches(t *testing.T, tt *layers.Timetable, rules []string, first layers.Instant) {
	t.Helper()
	last := first + layers.Instant(len(rules)*60_000)
	list := tt.Stretches(nil, first, last)
	at := first
	for i, s := range list {
		if s.From != at || s.To <= s.From || i > 0 && s.Use == list[i-1].Use {
			t.Fatalf("stretch %d is %+v after %+v", i, s, list[max(i-1, 0)])
		}
		for m := s.From; m < s.To; m += 60_000 {
			if want := rules[(m-first)/60_000]; s.Rule != want {
				t.Fatalf("%s: the stretch says %s, want %s", m, s.Rule, want)
			}
		}
		at = s.To
	}
	if at != last {
		t.Fatalf("the stretches end at %s, want %s", at, last)
	}
	for i := 0; i < len(list); {
		k := i + 1
		for k < len(list) && list[k].Mode == list[i].Mode {
			k++
		}
		if soon := tt.Upcoming(list[i].From + 1); soon != tt.NextChange(list[i].From+1) || soon != tt.Upcoming(max(list[i].From+2, soon-1)) {
			t.Fatalf("from %s the clock is told %s, asked again %s", list[i].From, soon, tt.Upcoming(max(list[i].From+2, soon-1)))
		}
		if next := tt.NextChange(list[i].From); k < len(list) && next != list[k].From || k == len(list) && next != 0 && next < last {
			t.Fatalf("from %s the mode changes at %s, want %+v", list[i].From, next, list[min(k, len(list)-1)])
		}
		i = k
	}
}

// TestTimetableOverYears compares with the slow twin over years, in the zones of the demo and six shapes of schedules: their own, and five
// that are drawn. With -timetable-years 10 it is 2025 to 2034 and each zone with each shape; one year has each shape in one zone.
func TestTimetableOverYears(t *testing.T) {
	demo, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	kinds, table := kindsOf(notices()), layers.CalendarOf(notices())
	first := clockAt("2025-01-01 00:00").Time().In(time.FixedZone("", 8*3600))
	days := int(first.AddDate(*timetableYears, 0, 0).Sub(first).Hours() / 24)
	zones, minutes, wrong := 0, 0, 0
	for _, f := range demo.Features {
		z, ok := f.(*layers.Zone)
		if !ok {
			continue
		}
		zones++
		for shape := range 6 {
			if *timetableYears == 1 && (shape+zones)%4 != 0 {
				continue
			}
			schedules := shapeOf(demo.Features, z, shape)
			tt := layers.NewTimetable(z, table, schedules, nil)
			for i, want := range painted(z, kinds, schedules, nil, first, days) {
				minutes++
				if got := tt.At(layers.InstantOf(first) + layers.Instant(i*60_000)); got.Rule != want {
					if wrong++; wrong < 4 {
						t.Errorf("zone %s, shape %d, minute %d: %s, want %s", z.ID, shape, i, got.Rule, want)
					}
				}
			}
		}
	}
	if zones < 2 {
		t.Errorf("%d zones", zones)
	}
	t.Logf("%d zones, %d minutes, %d differences", zones, minutes, wrong)
}

// shapeOf is the schedule that a zone has, or one of five drawn ones whose revisions change in the middle of a year and on a leap day.
func shapeOf(demo []layers.Feature, z *layers.Zone, shape int) (out []*layers.Schedule) {
	if shape == 0 {
		for _, f := range demo {
			if s, ok := f.(*layers.Schedule); ok && s.Zone == z.ID {
				out = append(out, s)
			}
		}
		return out
	}
	r := rand.New(rand.NewPCG(77, uint64(shape)))
	out = []*layers.Schedule{someSchedule(r, 1, "2025-01-03", "2025-09-27"), someSchedule(r, 2, "2025-09-27", "2028-02-29"), someSchedule(r, 3, "2028-02-29", "")}
	for _, s := range out {
		s.Zone = z.ID
	}
	return out
}

// BenchmarkTimetable asks one zone at instants all over a year: for what it is used, and for all that is known. The baseline looks the
// minute up in no table but walks the windows as a person would: it paints the day before and the day.
func BenchmarkTimetable(b *testing.B) {
	kinds, table := kindsOf(notices()), layers.CalendarOf(notices())
	for name, s := range map[string]*layers.Schedule{"night": nights(), "odd": someSchedule(rand.New(rand.NewPCG(3, 4)), 1, "2025-01-01", "")} {
		tt := layers.NewTimetable(haihui(), table, []*layers.Schedule{s}, nil)
		r, from := rand.New(rand.NewPCG(1, 1)), clockAt("2026-01-01 00:00")
		asked := make([]layers.Instant, 4096)
		for i := range asked {
			asked[i] = from + layers.Instant(r.Int64N(365*86_400_000))
		}
		const walks = 50
		began := time.Now()
		for _, at := range asked[:walks] {
			on := at.Time().In(time.FixedZone("", 8*3600))
			painted(haihui(), kinds, []*layers.Schedule{s}, nil, time.Date(on.Year(), on.Month(), on.Day()-1, 0, 0, 0, 0, on.Location()), 2)
		}
		baseline := float64(time.Since(began)) / walks
		for what, ask := range map[string]func(layers.Instant){"use": func(at layers.Instant) { tt.At(at) }, "all": func(at layers.Instant) { tt.Evaluate(at) }} {
			b.Run(name+"/"+what, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					ask(asked[i%len(asked)])
				}
				b.ReportMetric(baseline*float64(b.N)/float64(b.Elapsed()), "x-baseline")
			})
		}
	}
}

// BenchmarkYearOfZones lists the stretches of a year for 10,000 zones; the baseline asks each minute.
func BenchmarkYearOfZones(b *testing.B) {
	table := layers.CalendarOf(notices())
	tables := make([]*layers.Timetable, 10_000)
	for i := range tables {
		s := someSchedule(rand.New(rand.NewPCG(1, uint64(i))), 1, "2025-01-01", "")
		tables[i] = layers.NewTimetable(haihui(), table, []*layers.Schedule{s}, nil)
	}
	from, to := clockAt("2026-01-01 00:00"), clockAt("2027-01-01 00:00")
	began := time.Now()
	for _, tt := range tables[:20] {
		last := layers.Use{}
		for at := from; at < to; at += 60_000 {
			last = tt.At(at)
		}
		_ = last
	}
	baseline := time.Since(began) * time.Duration(len(tables)/20)
	var out []layers.Stretch
	n := 0
	b.ResetTimer()
	for b.Loop() {
		n = 0
		for _, tt := range tables {
			out = tt.Stretches(out[:0], from, to)
			n += len(out)
		}
	}
	b.ReportMetric(float64(n)/float64(len(tables)), "stretches/zone")
	b.ReportMetric(float64(baseline)/float64(b.Elapsed())*float64(b.N), "x-baseline")
}

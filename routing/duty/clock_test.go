package duty_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

// deadlineOf asks by one rule for everything.
func deadlineOf(t testing.TB, s *layers.Snapshot, p orb.Point, k *layers.RuleClock, at layers.Instant) *duty.Deadlines {
	t.Helper()
	r := &layers.Rule{Meta: meta("ru_1"), Code: "R-1-1", Name: "all", Series: "R-1", Number: 1, State: layers.Published, From: "2020-01-01", Band: layers.RegularRules,
		Then: layers.RuleThen{Primary: layers.GridOffice}, Base: layers.RuleBasis{List: layers.Statutory}, Clock: k, Author: "planner"}
	if err := r.Validate(layers.CodesLocal); err != nil {
		t.Fatal(err)
	}
	a, err := duty.Decide(s, duty.Arrange(s, []*layers.Rule{r}, "r1"), geo.Converter{}, duty.Question{Lon: p[0], Lat: p[1], CRS: "cgcs2000", At: at})
	if err != nil {
		t.Fatal(err)
	}
	return a.Responsibility.Clock
}

// TestFiveWorkDays: 15 work days and less of a subdistrict's rules, around the holidays of October 2026.
func TestFiveWorkDays(t *testing.T) {
	s, p := demoDistrict(t), orb.Point{121.3412, 30.7405}
	days := func(n int) *layers.RuleDeadline {
		return &layers.RuleDeadline{Kind: calendar.WorkDays, Amount: n}
	}
	c := deadlineOf(t, s, p, &layers.RuleClock{Ack: days(1), Arrive: days(3), Resolve: days(5)}, instantAt(t, "2026-09-30T17:00:00+08:00"))
	same(t, "deadlines", c, &duty.Deadlines{Ack: instantAt(t, "2026-10-08T17:30:00+08:00"), Arrive: instantAt(t, "2026-10-10T17:30:00+08:00"), Resolve: instantAt(t, "2026-10-13T17:30:00+08:00"),
		Kinds: duty.ClockKinds{Ack: "work_days", Arrive: "work_days", Resolve: "work_days"}, Calendar: "cn-2026@1"})
	over := deadlineOf(t, s, p, &layers.RuleClock{Resolve: days(15)}, instantAt(t, "2026-12-25T10:00:00+08:00"))
	same(t, "a year without a notice", over, &duty.Deadlines{Resolve: instantAt(t, "2027-01-15T17:30:00+08:00"), Kinds: duty.ClockKinds{Resolve: "work_days"}, Calendar: "cn-2026@1", Provisional: true})
	turn := deadlineOf(t, s, p, &layers.RuleClock{Ack: &layers.RuleDeadline{Kind: calendar.Elapsed, Amount: 30}}, instantAt(t, "2025-12-31T23:45:00+08:00"))
	same(t, "over the turn of the year", turn, &duty.Deadlines{Ack: instantAt(t, "2026-01-01T00:15:00+08:00"), Kinds: duty.ClockKinds{Ack: "elapsed"}, Calendar: "cn-2025@1+cn-2026@1"})
}

// walk counts a clock down minute by minute.
func walk(c *calendar.Calendar, d *layers.RuleDeadline, from layers.Instant) layers.Instant {
	opens, closes := "09:00", "17:30"
	if d.Opens != "" {
		opens, closes = d.Opens, d.Closes
	}
	works := func(t time.Time) bool {
		kind := c.Type(calendar.DayOf(t.Date())).Kind
		return kind == calendar.Workday || kind == calendar.MakeupWorkday
	}
	left := d.Amount
	now := from.Time().In(layers.Shanghai())
	began := now.Format(time.DateOnly)
	for {
		hm := now.Format("15:04")
		switch d.Kind {
		case calendar.Elapsed:
			left--
		case calendar.WorkHours:
			if works(now) && hm >= opens && hm < closes {
				left--
			}
		case calendar.WorkDays:
			if hm == closes && works(now) && now.Format(time.DateOnly) > began {
				if left--; left == 0 {
					return layers.InstantOf(now)
				}
			}
		case calendar.NaturalDays:
			if hm == "23:59" && now.Format(time.DateOnly) > began {
				left--
			}
		}
		now = now.Add(time.Minute)
		if left == 0 {
			return layers.InstantOf(now)
		}
	}
}

// TestDeadlinesAreAWalk: 1,000 deadlines that begin anywhere in 2025 and 2026 are those of a walk over the minutes.
func TestDeadlinesAreAWalk(t *testing.T) {
	features := district() // is in force from the first day of 2025 on; the demo begins later
	for _, n := range rowsOf[*layers.Notice](demoDistrict(t), layers.Notices) {
		features = append(features, n)
	}
	s := snapshot(t, features...)
	if k := s.Calendar().Type(calendar.DayOf(2026, time.October, 10)).Kind; k != calendar.MakeupWorkday {
		t.Fatalf("the calendar has no notices: 2026-10-10 is a %v", k)
	}
	random := rand.New(rand.NewPCG(*seed, 5))
	inGrid := at(1, 1)
	first := instantAt(t, "2025-01-01T00:00:00+08:00")
	for range 1000 {
		from := first + layers.Instant(random.IntN(2*365*1440))*60_000
		var d *layers.RuleDeadline
		switch random.IntN(4) {
		case 0:
			d = &layers.RuleDeadline{Kind: calendar.Elapsed, Amount: 1 + random.IntN(5000)}
		case 1:
			d = &layers.RuleDeadline{Kind: calendar.WorkHours, Amount: 1 + random.IntN(3000)}
			if random.IntN(2) == 0 {
				d.Opens, d.Closes = "08:30", "20:00"
			}
		case 2:
			d = &layers.RuleDeadline{Kind: calendar.WorkDays, Amount: 1 + random.IntN(15)}
		case 3:
			d = &layers.RuleDeadline{Kind: calendar.NaturalDays, Amount: 1 + random.IntN(15)}
		}
		got, want := deadlineOf(t, s, inGrid, &layers.RuleClock{Resolve: d}, from).Resolve, walk(s.Calendar(), d, from)
		if got != want {
			t.Errorf("%+v from %s: %s, want %s", *d, from, got, want)
		}
	}
}

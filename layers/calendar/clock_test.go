package calendar_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"wangge/layers/calendar"
)

func TestDue(t *testing.T) {
	c := calendarOf(t, official2025, official2026)
	const opens, closes = 8*60 + 30, 17*60 + 30
	for _, one := range []struct {
		kind        calendar.ClockKind
		amount      int
		start, want string
		provisional bool
	}{
		{calendar.WorkDays, 5, "2026-09-30 17:00", "2026-10-13 17:30", false}, // the holiday week, then a Saturday that counts
		{calendar.WorkDays, 1, "2026-10-09 09:00", "2026-10-10 17:30", false},
		{calendar.WorkDays, 1, "2026-10-10 09:00", "2026-10-12 17:30", false},
		{calendar.WorkDays, 1, "2026-12-31 09:00", "2027-01-01 17:30", true},
		{calendar.WorkHours, 240, "2026-09-30 15:30", "2026-10-08 10:30", false},
		{calendar.WorkHours, 120, "2026-09-30 15:30", "2026-09-30 17:30", false},
		{calendar.WorkHours, 121, "2026-09-30 15:30", "2026-10-08 08:31", false},
		{calendar.WorkHours, 1, "2026-10-10 03:00", "2026-10-10 08:31", false},
		{calendar.WorkHours, 1, "2026-10-10 23:00", "2026-10-12 08:31", false},
		{calendar.Elapsed, 28, "2026-12-31 23:50", "2027-01-01 00:18", false},
		{calendar.NaturalDays, 10, "2026-09-25 10:00", "2026-10-06 00:00", false}, // 10 days after the 25th, at the end of the day
	} {
		due, provisional, err := c.Due(calendar.Clock{Kind: one.kind, Amount: one.amount, Opens: opens, Closes: closes}, moment(one.start))
		if err != nil || due != moment(one.want) || provisional != one.provisional {
			t.Errorf("%s %d from %s: %s, provisional %v, %v; want %s", one.kind, one.amount, one.start, time.UnixMilli(due).UTC().Add(8*time.Hour), provisional, err, one.want)
		}
	}
}

func TestClocksThatAreRefused(t *testing.T) {
	c := calendarOf(t)
	for name, k := range map[string]calendar.Clock{
		"no kind":     {Amount: 1},
		"no amount":   {Kind: calendar.Elapsed},
		"no hours":    {Kind: calendar.WorkDays, Amount: 1},
		"closed":      {Kind: calendar.WorkHours, Amount: 1, Opens: 60, Closes: 60},
		"a long day":  {Kind: calendar.WorkHours, Amount: 1, Closes: 1441},
		"far":         {Kind: calendar.WorkDays, Amount: 4000, Closes: 60},
		"far hours":   {Kind: calendar.WorkHours, Amount: 4000 * 60, Closes: 60},
		"far days":    {Kind: calendar.NaturalDays, Amount: 5000},
		"far minutes": {Kind: calendar.Elapsed, Amount: 1 << 40},
	} {
		if due, _, err := c.Due(k, moment("2026-01-01 00:00")); !errors.Is(err, calendar.ErrInvalid) {
			t.Errorf("%s: %d, %v", name, due, err)
		}
	}
}

// TestHoursMinuteByMinute counts minutes one by one, and holds Due and Worked against the count.
func TestHoursMinuteByMinute(t *testing.T) {
	c := calendarOf(t, official2025, official2026)
	r := rand.New(rand.NewPCG(3, 1))
	works := func(at time.Time, opens, closes int) bool {
		if m := at.Hour()*60 + at.Minute(); m < opens || m >= closes {
			return false
		}
		return c.Type(date(at.Format("2006-01-02"))).Works()
	}
	for range 60 {
		opens := r.IntN(1400)
		closes := opens + 1 + r.IntN(1440-opens)
		amount := 1 + r.IntN(1500)
		start := time.Date(2026, 1, 1+r.IntN(300), r.IntN(24), r.IntN(60), 0, 0, time.FixedZone("", 8*3600))
		at := start
		for left := amount; left > 0; at = at.Add(time.Minute) {
			if works(at, opens, closes) {
				left--
			}
		}
		k := calendar.Clock{Kind: calendar.WorkHours, Amount: amount, Opens: opens, Closes: closes}
		due, _, err := c.Due(k, start.UnixMilli())
		if err != nil || due != at.UnixMilli() {
			t.Errorf("%+v from %s: %s, %v; counted %s", k, start, time.UnixMilli(due).In(start.Location()), err, at)
		}
		if sum := c.Worked(opens, closes, calendar.Span{From: start.UnixMilli(), To: due}); sum != int64(amount)*60_000 {
			t.Errorf("%+v from %s: %d ms were worked", k, start, sum)
		}
	}
}

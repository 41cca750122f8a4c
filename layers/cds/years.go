package cds

import (
	"time"

	"wangge/layers"
	"wangge/layers/calendar"
)

// Coverage is the days that the policies of a feed are worked out for: from From up to Until, which is not one of them.
type Coverage struct{ From, Until calendar.Day }

// CoverageOf returns the years around a year that the calendar knows: that year, the one before and the one after it, if there is a
// notice for them. What is laid down for longer, or was before, is in a later feed, or was in an earlier one.
func CoverageOf(c *calendar.Calendar, year int) Coverage {
	known := map[int]bool{year: true}
	for _, n := range c.Notices() {
		known[n.Year] = known[n.Year] || !n.Local
	}
	first, last := year, year
	if known[year-1] {
		first--
	}
	if known[year+1] {
		last++
	}
	return Coverage{calendar.DayOf(first, time.January, 1), calendar.DayOf(last+1, time.January, 1)}
}

// Instants returns the moments at which the coverage begins and ends.
func (c Coverage) Instants() (from, to layers.Instant) {
	return layers.Instant(c.From.Start()), layers.Instant(c.Until.Start())
}

// beyond says of a zone on which sides its schedules go on beyond the coverage, so that nothing can be said there.
func (c Coverage) beyond(schedules []*layers.Schedule) (before, after bool) {
	for _, s := range schedules {
		from, err := calendar.ParseDay(s.From)
		if err != nil {
			continue
		}
		until, err := calendar.ParseDay(s.Until)
		before = before || from < c.From
		after = after || s.Until == "" || err == nil && until >= c.Until
	}
	return before, after
}

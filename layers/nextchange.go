package layers

import (
	"slices"
	"time"

	"wangge/layers/calendar"
)

// farthestChange is how many days ahead a change is looked for.
const farthestChange = 800

// farthest is the same in milliseconds.
const farthest = Instant(farthestChange) * calendar.MinutesOfDay * 60_000

// changes are the instants of a year at which the mode becomes another one, and the first one after the year, 0 for none within reach.
type changes struct {
	from, until Instant
	at          []Instant
	after       Instant
}

// NextChange returns the next instant after at at which the mode is another, 0 if there is none within 800 days. The changes of a year are
// found when the first of its instants is asked about, and kept: some four thousand bytes for a zone that changes twice a day.
func (t *Timetable) NextChange(at Instant) Instant {
	if len(t.revisions) == 0 && len(t.orders) == 0 {
		return 0
	}
	c := t.year(at)
	next := c.after
	if i, found := slices.BinarySearch(c.at, at); found && i+1 < len(c.at) {
		next = c.at[i+1]
	} else if !found && i < len(c.at) {
		next = c.at[i]
	}
	if next-at > farthest {
		return 0
	}
	return next
}

// year returns the changes of the year of an instant.
func (t *Timetable) year(at Instant) *changes {
	day, _ := calendar.DayAt(int64(at))
	slot := &t.years[day.Year()&3]
	if c := slot.Load(); c != nil && c.from <= at && at < c.until {
		return c
	}
	c := t.changesOf(day.Year())
	slot.Store(c)
	return c
}

func (t *Timetable) changesOf(year int) *changes {
	first := calendar.DayOf(year, time.January, 1)
	c := &changes{from: Instant(first.Start()), until: Instant(calendar.DayOf(year+1, time.January, 1).Start())}
	mode := t.At(c.from - 1).Mode
	if now := t.At(c.from).Mode; now != mode {
		c.at, mode = append(c.at, c.from), now
	}
	t.eachTurn(c.from, c.until, func(turn Instant) bool {
		if now := t.At(turn).Mode; now != mode {
			c.at, mode = append(c.at, turn), now
		}
		return true
	})
	c.at = slices.Clip(c.at)
	c.after = t.walk(c.until - 1)
	return c
}

// walk looks for the next change turn by turn.
func (t *Timetable) walk(at Instant) (next Instant) {
	mode := t.At(at).Mode
	today, _ := calendar.DayAt(int64(at))
	t.eachTurn(at, Instant((today + farthestChange + 1).Start()), func(turn Instant) bool {
		if t.At(turn).Mode != mode {
			next = turn
		}
		return next == 0
	})
	return next
}

// calm is a time in which the mode stays the same: from an instant that was asked about until the change after it. Where none is in sight
// next is 0, and until is when to look again.
type calm struct{ from, until, next Instant }

// Upcoming is NextChange for a clock, which asks of many zones again and again as time goes on: it keeps nothing but that change.
func (t *Timetable) Upcoming(at Instant) Instant {
	if c := t.upcoming.Load(); c != nil && c.from <= at && at < c.until {
		return c.next
	}
	next := t.walk(at)
	if next-at > farthest {
		next = 0
	}
	c := &calm{from: at, until: next, next: next}
	if next == 0 {
		c.until = at + farthest/2
	}
	t.upcoming.Store(c)
	return next
}

package cds

import (
	"slices"
	"time"

	"wangge/layers"
	"wangge/layers/calendar"
)

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // in the order of time.Weekday

// daily is a piece of a day, in minutes from its midnight; until is at most calendar.MinutesOfDay.
type daily struct{ from, until int }

// pieces are the days on which a rule holds, by the part of the day. A night is in two of them.
type pieces map[daily][]calendar.Day

// add cuts a stretch at the midnights in it. Stretches come in order of time.
func (p pieces) add(from, to layers.Instant) {
	day, passed := calendar.DayAt(int64(from))
	for at := int(passed / 60_000); day.Start() < int64(to); day, at = day+1, 0 {
		until := min(calendar.MinutesOfDay, int((int64(to)-day.Start())/60_000))
		key := daily{at, until}
		p[key] = append(p[key], day)
	}
}

// spans says the pieces in the words of the specification, in an order that depends on nothing else.
func (p pieces) spans() (out []TimeSpan) {
	keys := make([]daily, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b daily) int { return a.from*2000 + a.until - b.from*2000 - b.until })
	for _, k := range keys {
		for _, s := range spansOf(p[k]) {
			if k.from > 0 {
				s.TimeStart = layers.ClockText(k.from)
			}
			if k.until < calendar.MinutesOfDay {
				s.TimeEnd = layers.ClockText(k.until)
			}
			out = append(out, s)
		}
	}
	return out
}

// fewSpans is how many spans with dates are not worth a recurrence by days of the month.
const fewSpans = 6

// spansOf says a set of days, in order, exactly: no day between the first and the last is in it that is not in a span, nor the other way
// round.
func spansOf(days []calendar.Day) []TimeSpan {
	out := weekly(days)
	if len(out) > fewSpans {
		if s, ok := monthly(days); ok {
			return []TimeSpan{s}
		}
	}
	return out
}

// bounded is a span from a day up to and with another.
func bounded(first, last calendar.Day) TimeSpan {
	return TimeSpan{Start: first.Start(), End: (last + 1).Start()}
}

// weekly says a set of days as stretches of whole weeks' patterns, and single runs of the days beside them, such as make-up work days.
func weekly(days []calendar.Day) (out []TimeSpan) {
	usual := usualWeekdays(days)
	var run, beside []calendar.Day
	next := 0
	end := func() {
		if len(run) > 0 {
			out = append(out, onWeekdays(run))
		}
		run = nil
	}
	for d := days[0]; d <= days[len(days)-1]; d++ {
		is := days[next] == d
		if is {
			next++
		}
		switch {
		case usual[d.Weekday()] && is:
			run = append(run, d)
		case usual[d.Weekday()]:
			end()
		case is:
			beside = append(beside, d)
		}
	}
	end()
	for len(beside) > 0 {
		n := 1
		for n < len(beside) && beside[n] == beside[n-1]+1 {
			n++
		}
		out = append(out, bounded(beside[0], beside[n-1]))
		beside = beside[n:]
	}
	slices.SortFunc(out, func(a, b TimeSpan) int { return int((a.Start - b.Start) / 60_000) })
	return out
}

// usualWeekdays are the weekdays of which more than half of those between the first and the last day are in the set.
func usualWeekdays(days []calendar.Day) (usual [7]bool) {
	var have, all [7]int
	for _, d := range days {
		have[d.Weekday()]++
	}
	for d := days[0]; d <= days[len(days)-1]; d++ {
		all[d.Weekday()]++
	}
	for i := range usual {
		usual[i] = have[i]*2 > all[i]
	}
	return usual
}

// onWeekdays is a stretch in which exactly these days, of all days of their weekdays, are meant.
func onWeekdays(days []calendar.Day) TimeSpan {
	s := bounded(days[0], days[len(days)-1])
	if len(days) != int(days[len(days)-1]-days[0])+1 {
		s.DaysOfWeek = weekdaysOf(days)
	}
	return s
}

func weekdaysOf(days []calendar.Day) (out []string) {
	var is [7]bool
	for _, d := range days {
		is[d.Weekday()] = true
	}
	for i := range 7 { // from Monday
		if w := (i + 1) % 7; is[w] {
			out = append(out, weekdays[w])
		}
	}
	return out
}

// monthly says a set of days as weekdays, days of the month and months, if those give exactly the set: the second Monday, for one.
func monthly(days []calendar.Day) (TimeSpan, bool) {
	var week [7]bool
	var date [32]bool
	var month [13]bool
	for _, d := range days {
		_, m, day := d.Date()
		week[d.Weekday()], date[day], month[m] = true, true, true
	}
	n := 0
	for d := days[0]; d <= days[len(days)-1]; d++ {
		if _, m, day := d.Date(); week[d.Weekday()] && date[day] && month[m] {
			n++
		}
	}
	if n != len(days) {
		return TimeSpan{}, false
	}
	s := bounded(days[0], days[len(days)-1])
	if names := weekdaysOf(days); len(names) < 7 {
		s.DaysOfWeek = names
	}
	for i := 1; i <= 31; i++ {
		if date[i] {
			s.DaysOfMonth = append(s.DaysOfMonth, i)
		}
	}
	for m := time.January; m <= time.December; m++ {
		if month[m] {
			s.Months = append(s.Months, int(m))
		}
	}
	if len(s.Months) == 12 {
		s.Months = nil
	}
	if len(s.DaysOfMonth) == 31 {
		s.DaysOfMonth = nil
	}
	return s, true
}

package calendar

import (
	"fmt"
)

// ClockKind is how the time until a deadline is counted.
type ClockKind string

// The kinds of clocks.
const (
	// Elapsed counts minutes, day and night.
	Elapsed ClockKind = "elapsed"
	// WorkHours counts minutes within the hours of work of work days.
	WorkHours ClockKind = "work_hours"
	// WorkDays counts work days, the first of which is the one after the start, and ends with the hours of work of the last.
	WorkDays ClockKind = "work_days"
	// NaturalDays counts all days, the first of which is the one after the start, and ends with the last of them at midnight.
	NaturalDays ClockKind = "natural_days"
)

// Clock counts down to a deadline.
type Clock struct {
	Kind ClockKind
	// Amount is in minutes for Elapsed and WorkHours, and in days for the others.
	Amount int
	// Opens and Closes are the minutes of the day between which people work: 0 to 1439 and, later, 1 to 1440. Elapsed and NaturalDays
	// do not look at them.
	Opens, Closes int
}

// mostWait bounds a deadline: so many days after the start a clock gives up.
const mostWait = 10 * 366

// Check reports what is wrong with a clock. The error wraps ErrInvalid.
func (k *Clock) Check() error {
	works := k.Kind == WorkHours || k.Kind == WorkDays
	switch {
	case !works && k.Kind != Elapsed && k.Kind != NaturalDays:
		return fmt.Errorf("calendar: %.40q is no kind of clock: %w", string(k.Kind), ErrInvalid)
	case k.Amount < 1 || k.Amount > mostWait*MinutesOfDay:
		return fmt.Errorf("calendar: a clock of %d: %w", k.Amount, ErrInvalid)
	case works && (k.Opens < 0 || k.Opens >= k.Closes || k.Closes > MinutesOfDay):
		return fmt.Errorf("calendar: work from minute %d to %d of the day: %w", k.Opens, k.Closes, ErrInvalid)
	}
	return nil
}

// Due returns the moment at which a clock that starts at a moment runs out, and whether that may still change because it rests on
// a year without a notice. Both are milliseconds since 1970-01-01T00:00:00Z. The error wraps ErrInvalid for a clock that Check refuses, and
// for a deadline more than ten years away.
func (c *Calendar) Due(k Clock, start int64) (due int64, provisional bool, err error) {
	if err := k.Check(); err != nil {
		return 0, false, err
	}
	on, _ := DayAt(start)
	switch k.Kind {
	case Elapsed:
		return start + int64(k.Amount)*minute, false, nil
	case NaturalDays:
		if k.Amount > mostWait {
			return 0, false, errFar
		}
		return (on + Day(k.Amount) + 1).Start(), false, nil
	case WorkDays:
		return c.dueInDays(k, on)
	}
	return c.dueInHours(k, start, on)
}

var errFar = fmt.Errorf("calendar: the deadline is more than ten years away: %w", ErrInvalid)

func (c *Calendar) dueInDays(k Clock, start Day) (due int64, provisional bool, err error) {
	left := k.Amount
	for d := start + 1; d <= start+mostWait; d++ {
		provisional = provisional || c.Provisional(d)
		if c.Type(d).Works() {
			left--
		}
		if left == 0 {
			return d.At(k.Closes), provisional, nil
		}
	}
	return 0, false, errFar
}

func (c *Calendar) dueInHours(k Clock, start int64, first Day) (due int64, provisional bool, err error) {
	left := int64(k.Amount) * minute
	for d := first; d <= first+mostWait; d++ {
		provisional = provisional || c.Provisional(d)
		if !c.Type(d).Works() {
			continue
		}
		from, to := max(start, d.At(k.Opens)), d.At(k.Closes)
		if from >= to {
			continue
		}
		if to-from >= left {
			return from + left, provisional, nil
		}
		left -= to - from
	}
	return 0, false, errFar
}

// Worked returns how much of a span lies within the hours of work of work days, in milliseconds: what a clock of WorkHours has
// counted.
func (c *Calendar) Worked(opens, closes int, s Span) (sum int64) {
	on, _ := DayAt(s.From)
	for d := on; d.Start() < s.To; d++ {
		if c.Type(d).Works() {
			sum += max(0, min(s.To, d.At(closes))-max(s.From, d.At(opens)))
		}
	}
	return sum
}

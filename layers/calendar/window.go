package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tail says what becomes of the part of a window that lies after midnight when the day that begins there is none of the window's
// own days: it belongs to the day on which it began.
type Tail string

// The policies. Empty is TailKeep.
const (
	// TailKeep keeps all of it: Wednesday's night goes on into the holiday.
	TailKeep Tail = "keep"
	// TailCutMidnight ends the window at midnight.
	TailCutMidnight Tail = "cut_midnight"
	// TailCutAt ends it at Window.CutAt, if it would last longer.
	TailCutAt Tail = "cut_at"
)

// Days says on which days a window begins: those that meet every condition that is set.
type Days struct {
	// Types are kinds of days as DayType.String writes them, or "holiday" for all of them. "workday" is also a make-up work day,
	// unless MakeupApart is set. Empty is every day.
	Types       []string
	MakeupApart bool
	// Weekdays are those of the calendar, whatever the type of the day is. Empty is all of them.
	Weekdays []time.Weekday
	// Nth are occurrences of the weekday in its month: 1 to 5 from the first, -1 to -5 from the last. Empty is all of them.
	Nth []int
	// Months are January (1) to December (12). Empty is all of them.
	Months []time.Month
	// From and Until are the first day and the day after the last one; 0 is no bound.
	From, Until Day
}

// Window is a stretch of time that begins at the same minute of each of its days.
type Window struct {
	Days Days
	// Start is the minute of the day at which it begins, 0 to 1439; Minutes how long it lasts, 1 to 1440, over midnight if need be.
	Start, Minutes int
	Tail           Tail
	// CutAt is a minute of the day, 1 to 1439, for TailCutAt; 0 otherwise.
	CutAt int
}

// FieldError says which field of a window is wrong; it wraps ErrInvalid. Field is a JSON pointer in the form that schedules have.
type FieldError struct{ Field, Reason string }

func (e *FieldError) Error() string { return "calendar: window " + e.Field + ": " + e.Reason }

func (e *FieldError) Unwrap() error { return ErrInvalid }

// Check reports what is wrong with a window as a *FieldError, nil for one that can be used.
func (w *Window) Check() error {
	wrong := func(field, format string, args ...any) error { return &FieldError{field, fmt.Sprintf(format, args...)} }
	switch {
	case w.Start < 0 || w.Start >= MinutesOfDay:
		return wrong("/start", "must be from 00:00 to 23:59")
	case w.Minutes < 1 || w.Minutes > MinutesOfDay:
		return wrong("/duration_min", "%d is not from 1 to %d", w.Minutes, MinutesOfDay)
	case !slices.Contains([]Tail{"", TailKeep, TailCutMidnight, TailCutAt}, w.Tail):
		return wrong("/tail_policy", "%.40q is none of keep, cut_midnight, cut_at", string(w.Tail))
	case w.Tail == TailCutAt && (w.CutAt < 1 || w.CutAt >= MinutesOfDay):
		return wrong("/cut_at", "must be from 00:01 to 23:59 with the policy cut_at")
	case w.Tail != TailCutAt && w.CutAt != 0:
		return wrong("/cut_at", "goes with the policy cut_at alone")
	}
	return w.Days.check(wrong)
}

func (d *Days) check(wrong func(field, format string, args ...any) error) error {
	for i, t := range d.Types {
		if name, ok := strings.CutPrefix(t, "holiday:"); ok && strings.TrimSpace(name) != "" {
			continue
		}
		if !slices.Contains([]string{"workday", "restday", "holiday", "makeup_workday"}, t) {
			return wrong(fmt.Sprintf("/day_types/%d", i), "%.40q is none of workday, restday, holiday, holiday:<name>, makeup_workday", t)
		}
	}
	for i, day := range d.Weekdays {
		if day < time.Sunday || day > time.Saturday {
			return wrong(fmt.Sprintf("/weekdays/%d", i), "is no day of the week")
		}
	}
	for i, n := range d.Nth {
		if n == 0 || n < -5 || n > 5 {
			return wrong(fmt.Sprintf("/nth/%d", i), "%d is not from 1 to 5 or -1 to -5", n)
		}
	}
	for i, m := range d.Months {
		if m < time.January || m > time.December {
			return wrong(fmt.Sprintf("/months/%d", i), "%d is not from 1 to 12", int(m))
		}
	}
	if d.Until != 0 && d.Until <= d.From {
		return wrong("/until_day", "must be after the first day")
	}
	return nil
}

// On reports whether the window begins on a day.
func (d *Days) On(c *Calendar, on Day) bool {
	switch {
	case on < d.From && d.From != 0, on >= d.Until && d.Until != 0:
		return false
	case len(d.Weekdays) > 0 && !slices.Contains(d.Weekdays, on.Weekday()):
		return false
	case len(d.Types) > 0 && !d.hasType(c.Type(on)):
		return false
	case len(d.Months) > 0 || len(d.Nth) > 0:
		year, month, date := on.Date()
		if len(d.Months) > 0 && !slices.Contains(d.Months, month) {
			return false
		}
		return len(d.Nth) == 0 || slices.ContainsFunc(d.Nth, func(n int) bool { return isNth(n, date, int(DayOf(year, month+1, 1)-DayOf(year, month, 1))) })
	}
	return true
}

// isNth reports whether a day of a month of so many days is the nth of its weekday there.
func isNth(n, date, length int) bool {
	if n > 0 {
		return (date-1)/7+1 == n
	}
	return (length-date)/7+1 == -n
}

func (d *Days) hasType(t DayType) bool {
	for _, want := range d.Types {
		switch want {
		case "workday":
			if t.Kind == Workday || t.Kind == MakeupWorkday && !d.MakeupApart {
				return true
			}
		case "restday":
			if t.Kind == Restday {
				return true
			}
		case "holiday":
			if t.Kind == Holiday {
				return true
			}
		case "makeup_workday":
			if t.Kind == MakeupWorkday {
				return true
			}
		default:
			if t.Kind == Holiday && want[len("holiday:"):] == t.Name {
				return true
			}
		}
	}
	return false
}

// Span returns the stretch of the window that begins on a day, in milliseconds since 1970-01-01T00:00:00Z; false if none does. Two
// stretches of one window never meet in more than a moment, as none lasts longer than a day.
func (w *Window) Span(c *Calendar, on Day) (Span, bool) {
	if !w.Days.On(c, on) {
		return Span{}, false
	}
	end := w.Start + w.Minutes
	if cut := w.cut(); end > cut && !w.Days.On(c, on+1) {
		end = cut
	}
	return Span{on.At(w.Start), on.At(end)}, true
}

// cut is the minute, counted from the first midnight, beyond which a tail is cut.
func (w *Window) cut() int {
	switch w.Tail {
	case TailCutMidnight:
		return MinutesOfDay
	case TailCutAt:
		return MinutesOfDay + w.CutAt
	}
	return 2 * MinutesOfDay
}

// At returns the stretch of the window that holds a moment; false if the window is not open then.
func (w *Window) At(c *Calendar, at int64) (Span, bool) {
	on, passed := DayAt(at)
	if passed >= int64(w.Start)*minute {
		s, ok := w.Span(c, on)
		return s, ok && s.Holds(at)
	}
	s, ok := w.Span(c, on-1)
	return s, ok && s.Holds(at)
}

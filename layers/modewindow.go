package layers

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"wangge/layers/calendar"
)

// ModeWindow is a stretch of time in which a zone has a mode: from the same minute of each of its days, as long as it lasts.
type ModeWindow struct {
	ID   string `json:"id"`
	Mode Mode   `json:"mode"`
	DaysRule
	// Start is HH:MM; DurationMin 1 to 1440 minutes, over midnight if need be. The part after midnight belongs to the day of Start.
	Start       string `json:"start"`
	DurationMin int    `json:"duration_min"`
	// Tail says what becomes of the part after midnight where the window does not begin on the day that follows; CutAt is HH:MM, for
	// cut_at alone.
	Tail  calendar.Tail `json:"tail_policy,omitempty"`
	CutAt string        `json:"cut_at,omitempty"`
	Users *UserClasses  `json:"user_classes,omitempty"`
	// MaxStayMin bounds a stay in minutes, 0 for no bound.
	MaxStayMin int   `json:"max_stay_min,omitempty"`
	Rate       *Rate `json:"rate,omitempty"`
	// ClearBy is HH:MM by which all must have left, in the last hours of the window; "" for its end. GraceMin is how many minutes
	// after that nobody is fined.
	ClearBy  string `json:"clear_by,omitempty"`
	GraceMin int    `json:"grace_min,omitempty"`
}

// DaysRule says on which days something begins: those that meet every member that is set.
type DaysRule struct {
	// DayTypes are workday, restday, holiday, holiday:<name> and makeup_workday. workday holds for make-up work days too, unless
	// MakeupApart is set.
	DayTypes    []string `json:"day_types,omitempty"`
	MakeupApart bool     `json:"makeup_apart,omitempty"`
	// Weekdays are mon to sun, by the calendar.
	Weekdays []string `json:"weekdays,omitempty"`
	// Nth are occurrences of the weekday in its month, 1 to 5 or from the end -1 to -5.
	Nth    []int `json:"nth,omitempty"`
	Months []int `json:"months,omitempty"`
	// FirstDay and UntilDay are the first day and the day after the last one, as dates.
	FirstDay string `json:"first_day,omitempty"`
	UntilDay string `json:"until_day,omitempty"`
}

// UserClasses says whom a window is for: somebody with one of Any (or Any is empty), all of All and none of None.
type UserClasses struct {
	Any  []string `json:"any_of,omitempty"`
	All  []string `json:"all_of,omitempty"`
	None []string `json:"none_of,omitempty"`
}

// Rate is what a stay costs; a window without one is free.
type Rate struct {
	// Fen is the amount in hundredths of a yuan for each Per: hour, day or stay.
	Fen int    `json:"fen"`
	Per string `json:"per"`
}

// userClasses are the classes of users that a window may name.
var userClasses = []string{"resident", "visitor", "taxi", "delivery", "bus", "disabled", "electric", "emergency", "shop"}

// UserClassNames returns the classes of users; the slice is the caller's.
func UserClassNames() []string { return slices.Clone(userClasses) }

var weekdayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // in the order of time.Weekday

// window returns w as the calendar knows it, and the first thing that is wrong with it.
func (w *ModeWindow) window() (calendar.Window, error) {
	days, err := w.days()
	if err != nil {
		return calendar.Window{}, err
	}
	out := calendar.Window{Days: days, Minutes: w.DurationMin, Tail: w.Tail}
	if out.Start, err = clock("/start", w.Start); err != nil {
		return out, err
	}
	if w.CutAt != "" {
		if out.CutAt, err = clock("/cut_at", w.CutAt); err != nil {
			return out, err
		}
	}
	return out, out.Check()
}

// days returns r as the calendar knows it.
func (r *DaysRule) days() (calendar.Days, error) {
	out := calendar.Days{Types: r.DayTypes, MakeupApart: r.MakeupApart, Nth: r.Nth}
	for i, name := range r.Weekdays {
		n := slices.Index(weekdayNames, name)
		if n < 0 {
			return out, &calendar.FieldError{Field: fmt.Sprintf("/weekdays/%d", i), Reason: fmt.Sprintf("%.20q is none of mon, tue, wed, thu, fri, sat, sun", name)}
		}
		out.Weekdays = append(out.Weekdays, time.Weekday(n))
	}
	for _, m := range r.Months {
		out.Months = append(out.Months, time.Month(m))
	}
	for _, one := range []struct {
		field, text string
		day         *calendar.Day
	}{{"/first_day", r.FirstDay, &out.From}, {"/until_day", r.UntilDay, &out.Until}} {
		if one.text == "" {
			continue
		}
		d, err := calendar.ParseDay(one.text)
		if err != nil {
			return out, &calendar.FieldError{Field: one.field, Reason: "must be a date such as 2025-05-01"}
		}
		*one.day = d
	}
	return out, nil
}

// clock reads HH:MM from 00:00 to 23:59.
func clock(field, s string) (minutes int, err error) {
	if len(s) == 5 && s[2] == ':' {
		h, m := digits2(s[:2]), digits2(s[3:])
		if h >= 0 && h < 24 && m >= 0 && m < 60 {
			return h*60 + m, nil
		}
	}
	return 0, &calendar.FieldError{Field: field, Reason: fmt.Sprintf("%.20q is no time from 00:00 to 23:59", s)}
}

func digits2(s string) int {
	if s[0]-'0' > 9 || s[1]-'0' > 9 {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

// ClockText returns a minute of the day as HH:MM; minutes of the next day are taken as those of this one.
func ClockText(minute int) string {
	minute %= calendar.MinutesOfDay
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

// windows checks a list of windows, each on its own.
func (c *checker) windows(pointer string, list []ModeWindow) {
	if !c.count(pointer, len(list), mostWindows) {
		return
	}
	seen := map[string]bool{}
	for i := range list {
		w, at := &list[i], fmt.Sprintf("%s/%d", pointer, i)
		c.own(at, w.ID, seen)
		c.oneOf(at+"/mode", string(w.Mode), string(Travel), string(Parking), string(Loading), string(Closed))
		c.lists(at, &w.DaysRule)
		as, err := w.window()
		c.field(at, err)
		c.users(at+"/user_classes", w.Users)
		c.within(at+"/max_stay_min", float64(w.MaxStayMin), 0, 31*calendar.MinutesOfDay)
		c.within(at+"/grace_min", float64(w.GraceMin), 0, calendar.MinutesOfDay)
		if r := w.Rate; r != nil {
			c.within(at+"/rate/fen", float64(r.Fen), 1, 1e7)
			c.oneOf(at+"/rate/per", r.Per, "hour", "day", "stay")
		}
		if w.ClearBy != "" && err == nil {
			c.clearBy(at+"/clear_by", w.ClearBy, as)
		}
	}
}

// clearBy checks that all must leave while the window lasts, or at its end.
func (c *checker) clearBy(pointer, text string, w calendar.Window) {
	by, err := clock("", text)
	if err != nil {
		c.add(pointer, "time", "must be a time from 00:00 to 23:59")
		return
	}
	if by <= w.Start {
		by += calendar.MinutesOfDay
	}
	if by > w.Start+w.Minutes {
		c.add(pointer, "range", fmt.Sprintf("lies outside of the window, which lasts from %s to %s", ClockText(w.Start), ClockText(w.Start+w.Minutes)))
	}
}

// days checks the days of an exception, which have to be some.
func (c *checker) days(pointer string, r *DaysRule) {
	c.lists(pointer, r)
	as, err := r.days()
	if err == nil {
		err = (&calendar.Window{Days: as, Minutes: 1}).Check()
	}
	c.field(pointer, err)
	if len(r.DayTypes)+len(r.Weekdays)+len(r.Nth)+len(r.Months) == 0 && r.FirstDay == "" && r.UntilDay == "" {
		c.add(pointer+"/first_day", "required", "say which days: first_day and until_day, day_types, weekdays, nth or months")
	}
}

// lists bounds the lists of days, and refuses a value that stands in one twice.
func (c *checker) lists(pointer string, r *DaysRule) {
	c.distinct(pointer+"/day_types", len(r.DayTypes), func(i int) any { return r.DayTypes[i] })
	c.distinct(pointer+"/weekdays", len(r.Weekdays), func(i int) any { return r.Weekdays[i] })
	c.distinct(pointer+"/nth", len(r.Nth), func(i int) any { return r.Nth[i] })
	c.distinct(pointer+"/months", len(r.Months), func(i int) any { return r.Months[i] })
	for i, t := range r.DayTypes {
		c.text(fmt.Sprintf("%s/day_types/%d", pointer, i), t, true)
	}
}

func (c *checker) distinct(pointer string, n int, value func(int) any) {
	if !c.count(pointer, n, mostListed) {
		return
	}
	seen := map[any]bool{}
	for i := range n {
		if seen[value(i)] {
			c.add(fmt.Sprintf("%s/%d", pointer, i), "duplicate", fmt.Sprintf("%v is in the list twice", value(i)))
		}
		seen[value(i)] = true
	}
}

// field adds what the calendar says is wrong with a field.
func (c *checker) field(pointer string, err error) {
	var wrong *calendar.FieldError
	if errors.As(err, &wrong) {
		c.add(pointer+wrong.Field, "window", wrong.Reason)
	}
}

func (c *checker) users(pointer string, u *UserClasses) {
	if u == nil {
		return
	}
	for _, one := range []struct {
		name string
		list []string
	}{{"any_of", u.Any}, {"all_of", u.All}, {"none_of", u.None}} {
		c.distinct(pointer+"/"+one.name, len(one.list), func(i int) any { return one.list[i] })
		for i, class := range one.list {
			c.oneOf(fmt.Sprintf("%s/%s/%d", pointer, one.name, i), class, userClasses...)
		}
	}
}

package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

// What the forms have in common: times of the day, days of the week, classes of users.

// between returns a window from a minute of the day up to another. One that does not end after it began ends on the next day; the same
// minute is a whole day.
func between(from, until int) layers.ModeWindow {
	from %= calendar.MinutesOfDay
	duration := until - from
	if duration <= 0 {
		duration += calendar.MinutesOfDay
	}
	return layers.ModeWindow{Start: layers.ClockText(from), DurationMin: min(duration, calendar.MinutesOfDay)}
}

// minuteOf reads H:MM or HH:MM from 0:00 to 24:00.
func minuteOf(s string) (int, bool) {
	hour, minute, ok := strings.Cut(strings.TrimSpace(s), ":")
	h, err := strconv.ParseUint(hour, 10, 8)
	m, wrong := strconv.ParseUint(minute, 10, 8)
	if !ok || err != nil || wrong != nil || len(minute) != 2 || m > 59 || h*60+m > calendar.MinutesOfDay {
		return 0, false
	}
	return int(h*60 + m), true
}

// weekdayOf reads the names of days in any usual length: mo, Mon, TH, Thursday.
func weekdayOf(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) < 2 {
		return "", false
	}
	for _, day := range weekOrder {
		if strings.HasPrefix(day+"day", s) || strings.HasPrefix(s, day) || s == day[:2] {
			return day, true
		}
	}
	return "", false
}

var weekOrder = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekdaysFrom returns the days from one to another, over Sunday if need be; nil for all of them.
func weekdaysFrom(first, last string) (out []string) {
	i, k := slices.Index(weekOrder, first), slices.Index(weekOrder, last)
	for n := 0; n < 7; n++ {
		out = append(out, weekOrder[(i+n)%7])
		if (i+n)%7 == k {
			break
		}
	}
	if len(out) == 7 {
		return nil
	}
	return out
}

// wholeMonths returns the months from one date of the year to another (MM-DD), both inclusive, if they are whole; leap days count as ends.
func wholeMonths(from, to string) ([]int, bool) {
	var m1, d1, m2, d2 int
	if n, err := fmt.Sscanf(from+" "+to, "%d-%d %d-%d", &m1, &d1, &m2, &d2); n != 4 || err != nil {
		return nil, false
	}
	lengths := [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if m1 < 1 || m1 > 12 || m2 < 1 || m2 > 12 || d1 != 1 || d2 < lengths[m2] {
		return nil, false
	}
	var out []int
	for m := m1; ; m = m%12 + 1 {
		out = append(out, m)
		if m == m2 {
			break
		}
	}
	if len(out) == 12 {
		return nil, true
	}
	return out, true
}

// classOf are the classes of users that others' words mean.
var classOf = map[string]string{
	"taxi": "taxi", "bus": "bus", "transit": "bus", "tour_bus": "bus", "handicap": "disabled", "handicap-accessible": "disabled", "disabled": "disabled",
	"electric": "electric", "ev": "electric", "delivery": "delivery", "freight": "delivery", "truck": "delivery", "commercial": "delivery", "cargo_bicycle": "delivery",
	"emergency": "emergency", "emergency_use": "emergency", "police": "emergency", "resident": "resident", "visitor": "visitor", "shop": "shop",
}

// classes sorts others' words for users into those that are known here, each once, and those that are not.
func classes(words []string) (known, unknown []string) {
	for _, w := range words {
		if c := classOf[strings.ToLower(strings.TrimSpace(w))]; c == "" {
			unknown = append(unknown, w)
		} else if !slices.Contains(known, c) {
			known = append(known, c)
		}
	}
	return known, unknown
}

// join puts nights together that a file has in two pieces: one up to midnight, and one from midnight on the days that follow.
func join(list []layers.ModeWindow) (out []layers.ModeWindow) {
	list = slices.Clone(list)
	early := make([]bool, len(list)) // those that have become the end of another
	for i := range list {
		for k := range list {
			if !early[k] && follows(&list[i], &list[k]) {
				early[k] = true
				list[i].DurationMin += list[k].DurationMin
				break
			}
		}
	}
	for i, w := range list {
		if !early[i] {
			out = append(out, w)
		}
	}
	return out
}

// follows reports whether a window begins at the midnight at which another ends, on exactly the days after its days.
func follows(evening, early *layers.ModeWindow) bool {
	start, _ := minuteOf(evening.Start)
	return early.Start == "00:00" && start > 0 && start+evening.DurationMin == calendar.MinutesOfDay && evening.DurationMin+early.DurationMin <= calendar.MinutesOfDay &&
		shifted(&evening.DaysRule, &early.DaysRule)
}

// shifted reports whether the second rule has the days after those of the first.
func shifted(a, b *layers.DaysRule) bool {
	if len(a.DayTypes)+len(b.DayTypes)+len(a.Nth)+len(b.Nth)+len(a.Months)+len(b.Months) > 0 || len(a.Weekdays) != len(b.Weekdays) || !nextDay(a.FirstDay, b.FirstDay) || !nextDay(a.UntilDay, b.UntilDay) {
		return false
	}
	for _, d := range a.Weekdays {
		if !slices.Contains(b.Weekdays, weekOrder[(slices.Index(weekOrder, d)+1)%7]) {
			return false
		}
	}
	return true
}

func nextDay(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	day, err := calendar.ParseDay(a)
	return err == nil && (day+1).String() == b
}

// addDays returns a date some days later, "" for what is no date.
func addDays(s string, n int) string {
	day, err := calendar.ParseDay(s)
	if err != nil {
		return ""
	}
	return (day + calendar.Day(n)).String()
}

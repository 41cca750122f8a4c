package rulecheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

// moment is one of the times between which rules can tell a difference.
type moment struct {
	at layers.Instant
	// slots are the stretches of days that it stands for, one of each kind of day; none where the rules ask for no time.
	slots []Slot
}

// breaks are the instants within the year at which rules, units, posts or agreements begin or end, the first instant before them. Rules
// begin later than in a year too.
func (k *check) breaks(list []*layers.Rule) []layers.Instant {
	today, _ := calendar.DayAt(int64(k.from))
	last := layers.Instant((today + horizon).Start())
	out := []layers.Instant{k.from}
	for _, r := range list {
		for _, text := range []string{r.From, r.Until} {
			if d, err := calendar.ParseDay(text); err == nil {
				if at := layers.Instant(d.Start()); at > k.from {
					out = append(out, at)
				}
			}
		}
	}
	for _, l := range []layers.Layer{layers.Units, layers.Posts} {
		for f := range k.s.Set(l).Rows() {
			for _, at := range []layers.Instant{f.Head().ValidFrom, f.Head().ValidTo} {
				if at > k.from && at < last {
					out = append(out, at)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// moments lists the times between which the rules can tell a difference: for each stretch between two breaks and each kind of day one instant
// of each set of the rules' times that is open then.
func (k *check) moments(list []*layers.Rule) []moment {
	windows, minutes := windowsOf(list)
	breaks := k.breaks(list)
	if len(windows) == 0 {
		out := make([]moment, len(breaks))
		for i, at := range breaks {
			out[i] = moment{at: at}
		}
		return out
	}
	var out []moment
	for i, start := range breaks {
		first, _ := calendar.DayAt(int64(start))
		end := first + horizon
		if i+1 < len(breaks) {
			next, _ := calendar.DayAt(int64(breaks[i+1]))
			end = min(end, next+1)
		}
		seen := map[string]int{} // index of out
		for day := first; day < end; day++ {
			for j, m := range minutes {
				at := day.At(m)
				if at < int64(start) || i+1 < len(breaks) && at >= int64(breaks[i+1]) {
					continue
				}
				until := 24 * 60
				if j+1 < len(minutes) {
					until = minutes[j+1]
				}
				slot := Slot{day.String(), kindOf(k.cal, day), clockText(m), clockText(until)}
				key := k.open(windows, at) + slot.Days
				n, ok := seen[key]
				if !ok {
					n = len(out)
					seen[key] = n
					out = append(out, moment{at: layers.Instant(at)})
				}
				out[n].stands(slot)
			}
		}
	}
	return out
}

// stands notes a stretch that the moment stands for, unless it has the same one of an earlier day.
func (m *moment) stands(s Slot) {
	same := func(o Slot) bool { return o.Days == s.Days && o.From == s.From && o.Until == s.Until }
	if len(m.slots) < mostTimes && !slices.ContainsFunc(m.slots, same) {
		m.slots = append(m.slots, s)
	}
}

// open says which windows hold an instant, a letter each.
func (k *check) open(windows []calendar.Window, at int64) string {
	var b strings.Builder
	for i := range windows {
		if _, ok := windows[i].At(k.cal, at); ok {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// windowsOf returns the times of rules, and the minutes of a day at which one of them may begin or end, midnight among them.
func windowsOf(list []*layers.Rule) (windows []calendar.Window, minutes []int) {
	minutes = []int{0}
	for _, r := range list {
		for i := range r.When.Times {
			w, err := r.When.Times[i].Window()
			if err != nil {
				continue
			}
			windows = append(windows, w)
			minutes = append(minutes, w.Start, (w.Start+w.Minutes)%(24*60), w.CutAt)
		}
	}
	slices.Sort(minutes)
	return windows, slices.Compact(minutes)
}

func kindOf(c *calendar.Calendar, d calendar.Day) string { return c.Type(d).Kind.String() }

func clockText(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// slotsOf lists the stretches of several moments, the earliest first.
func slotsOf(list []moment) (out []Slot) {
	for _, m := range list {
		out = append(out, m.slots...)
	}
	slices.SortFunc(out, func(a, b Slot) int { return cmp.Or(strings.Compare(a.Date, b.Date), strings.Compare(a.From, b.From)) })
	return out[:min(len(out), mostTimes)]
}

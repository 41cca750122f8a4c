package layers

import (
	"cmp"
	"slices"
	"strings"

	"wangge/layers/calendar"
)

// Retiming is what another calendar does to a zone: the dates, of the local clock, on which its mode is another one at some time.
type Retiming struct {
	Zone  string   `json:"zone"`
	Name  string   `json:"name"`
	Dates []string `json:"dates"`
}

// Retimings compares what zones are used for by two calendars, from a day up to another, by the schedules that count and the orders. Zones
// that stay as they are are left out; the others are in the order of their ids.
func Retimings(zones []*Zone, schedules []*Schedule, orders []*Order, before, after *calendar.Calendar, from, until calendar.Day) (out []Retiming) {
	of := map[string][]*Schedule{}
	for _, s := range schedules {
		if s.Counts() {
			of[s.Zone] = append(of[s.Zone], s)
		}
	}
	var was, is []Stretch
	for _, z := range zones {
		list := of[z.ID]
		if len(list) == 0 {
			continue
		}
		start, end := Instant(from.Start()), Instant(until.Start())
		was = NewTimetable(z, before, list, orders).Stretches(was[:0], start, end)
		is = NewTimetable(z, after, list, orders).Stretches(is[:0], start, end)
		if dates := otherDates(was, is); len(dates) > 0 {
			out = append(out, Retiming{Zone: z.ID, Name: z.Name, Dates: dates})
		}
	}
	slices.SortFunc(out, func(a, b Retiming) int { return cmp.Compare(a.Zone, b.Zone) })
	return out
}

// otherDates returns the dates on which two lists over the same time have different modes.
func otherDates(a, b []Stretch) (out []string) {
	for i, k := 0, 0; i < len(a) && k < len(b); {
		from, to := max(a[i].From, b[k].From), min(a[i].To, b[k].To)
		if a[i].Mode != b[k].Mode {
			last, _ := calendar.DayAt(int64(to) - 1)
			for on, _ := calendar.DayAt(int64(from)); on <= last; on++ {
				if date := on.String(); len(out) == 0 || strings.Compare(out[len(out)-1], date) < 0 {
					out = append(out, date)
				}
			}
		}
		if a[i].To == to {
			i++
		}
		if k < len(b) && b[k].To == to {
			k++
		}
	}
	return out
}

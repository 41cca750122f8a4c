package layers

import (
	"iter"

	"wangge/layers/calendar"
)

// kerb is what a Snapshot knows of the times of zones. It is made anew when a notice, a schedule, an order or a zone has changed, and
// shared otherwise.
type kerb struct {
	calendar *calendar.Calendar
	tables   map[string]*Timetable // by the id of the zone; those that have a schedule or an order
}

// decides reports whether the times of zones rest on a layer.
func (l Layer) decides() bool {
	return l == Zones || l == Notices || l == Schedules || l == Orders
}

func newKerb(s *Snapshot) *kerb {
	k := &kerb{calendar: CalendarOf(heads[*Notice](s, Notices)), tables: map[string]*Timetable{}}
	schedules, orders := map[string][]*Schedule{}, map[string][]*Order{}
	for _, one := range heads[*Schedule](s, Schedules) {
		if one.Counts() {
			schedules[one.Zone] = append(schedules[one.Zone], one)
		}
	}
	for _, one := range heads[*Order](s, Orders) {
		for _, z := range one.Zones {
			orders[z] = append(orders[z], one)
		}
	}
	for _, z := range heads[*Zone](s, Zones) {
		if len(schedules[z.ID])+len(orders[z.ID]) > 0 {
			k.tables[z.ID] = NewTimetable(z, k.calendar, schedules[z.ID], orders[z.ID])
		}
	}
	return k
}

// heads returns the newest row of each feature of a layer.
func heads[T Feature](s *Snapshot, l Layer) (out []T) {
	for f, slice := range s.Set(l).Rows() {
		if one, ok := f.(T); ok && !slice {
			out = append(out, one)
		}
	}
	return out
}

// Calendar returns the calendar of the notices. It is never nil.
func (s *Snapshot) Calendar() *calendar.Calendar {
	if s.kerb == nil {
		return new(calendar.Calendar)
	}
	return s.kerb.calendar
}

// Timetable returns the timetable of a zone by the revisions that were published and the orders that were given. It is never nil.
func (s *Snapshot) Timetable(z *Zone) *Timetable {
	if s.kerb != nil {
		if t := s.kerb.tables[z.ID]; t != nil {
			return t
		}
	}
	return NewTimetable(z, s.Calendar(), nil, nil)
}

// UseOf returns what a zone is used for at an instant. Tiles, lookups, rules and routes all ask here.
func (s *Snapshot) UseOf(z *Zone, at Instant) Use {
	if s.kerb != nil {
		if t := s.kerb.tables[z.ID]; t != nil {
			if use := t.At(at); use.Rule != DefaultRule {
				return use
			}
		}
	}
	return Use{z.DefaultMode, DefaultRule} // of this state of the zone
}

// Timed yields the newest state of each zone that has a schedule in force at some time, or an order.
func (s *Snapshot) Timed() iter.Seq[*Zone] {
	return func(yield func(*Zone) bool) {
		if s.kerb == nil {
			return
		}
		for id := range s.kerb.tables {
			f, _ := s.Set(Zones).Head(id)
			if z, ok := f.(*Zone); ok && !yield(z) {
				return
			}
		}
	}
}

// Retimed returns the ids of the zones whose timetable may say something else than it did before. A zone whose own row has changed is
// among them only if something else has too.
func (s *Snapshot) Retimed(before *Snapshot) map[string]bool {
	out := map[string]bool{}
	if s.Set(Notices) != before.Set(Notices) {
		for _, one := range [2]*Snapshot{before, s} {
			for z := range one.Timed() {
				out[z.ID] = true
			}
		}
		return out
	}
	note := func(f Feature) {
		switch one := f.(type) {
		case *Schedule:
			out[one.Zone] = true
		case *Order:
			for _, z := range one.Zones {
				out[z] = true
			}
		}
	}
	for _, l := range [2]Layer{Schedules, Orders} {
		if now, was := s.Set(l), before.Set(l); now != was {
			now.Difference(was, note, note)
		}
	}
	return out
}

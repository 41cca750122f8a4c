package layers

import (
	"cmp"
	"iter"
	"maps"

	"wangge/layers/calendar"
)

// kerb is what a Snapshot knows of the times of zones. It is never changed: a Snapshot that follows another has one of its own if a
// notice, a schedule, an order or a zone is another one, which shares the timetables of the zones that did not change.
type kerb struct {
	calendar *calendar.Calendar
	tables   map[string]*Timetable // by the id of the zone; those that have a schedule or an order
	plain    map[Mode]*Timetable   // of zones without, by their default mode
}

func newKerb(s *Snapshot) *kerb {
	k := &kerb{calendar: CalendarOf(heads[*Notice](s, Notices)), tables: map[string]*Timetable{}, plain: map[Mode]*Timetable{}}
	for _, m := range [...]Mode{Travel, Parking, Loading, Closed} {
		k.plain[m] = NewTimetable(&Zone{DefaultMode: m}, k.calendar, nil, nil)
	}
	all := map[string]bool{}
	for _, z := range heads[*Zone](s, Zones) {
		all[z.ID] = true
	}
	k.make(s, all)
	return k
}

// kerbAfter returns the kerb of s, which follows before: that of before, or one with the tables of what has changed since.
func (s *Snapshot) kerbAfter(before *Snapshot) *kerb {
	if before.kerb == nil || s.Set(Notices) != before.Set(Notices) {
		return newKerb(s)
	}
	changed := s.Retimed(before)
	if now, was := s.Set(Zones), before.Set(Zones); now != was {
		note := func(f Feature) { changed[f.Head().ID] = true }
		now.Difference(was, note, note)
	}
	if len(changed) == 0 {
		return before.kerb
	}
	k := *before.kerb
	k.tables = maps.Clone(k.tables)
	k.make(s, changed)
	return &k
}

// make makes the tables of some zones anew.
func (k *kerb) make(s *Snapshot, zones map[string]bool) {
	schedules, orders := map[string][]*Schedule{}, map[string][]*Order{}
	for _, one := range heads[*Schedule](s, Schedules) {
		if one.Counts() && zones[one.Zone] {
			schedules[one.Zone] = append(schedules[one.Zone], one)
		}
	}
	for _, one := range heads[*Order](s, Orders) {
		for _, z := range one.Zones {
			if zones[z] {
				orders[z] = append(orders[z], one)
			}
		}
	}
	for id := range zones {
		delete(k.tables, id)
		head, _ := s.Set(Zones).Head(id)
		if z, ok := head.(*Zone); ok && len(schedules[id])+len(orders[id]) > 0 {
			k.tables[id] = NewTimetable(z, k.calendar, schedules[id], orders[id])
		}
	}
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
		if t := cmp.Or(s.kerb.tables[z.ID], s.kerb.plain[z.DefaultMode]); t != nil {
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

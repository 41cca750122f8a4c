package layers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Revisions returns the newest state of every revision for a zone, by number.
func (s *Snapshot) Revisions(zone string) []*Schedule {
	var out []*Schedule
	for _, one := range heads[*Schedule](s, Schedules) {
		if one.Zone == zone {
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b *Schedule) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// OrdersOf returns the orders that name a zone, by id.
func (s *Snapshot) OrdersOf(zone string) []*Order {
	return slices.DeleteFunc(heads[*Order](s, Orders), func(o *Order) bool { return !slices.Contains(o.Zones, zone) })
}

// Consents returns the roles in which bodies must consent to a schedule of a zone: those that its street names, or else police and road for
// a kerb, and none for a lot. The slice is the caller's.
func (s *Snapshot) Consents(z *Zone) []string {
	if f, ok := s.Set(Segments).Head(z.Segment); ok {
		if street, ok := f.(*Segment); ok && len(street.Consents) > 0 {
			return slices.Clone(street.Consents)
		}
	}
	if z.Kind == "kerb" {
		return []string{"police", "road"}
	}
	return nil
}

// Lifetime returns the newest state of a zone with the time for which there is the zone in any state without a gap; nil for one that there
// is not. It is what a schedule is held against.
func (s *Snapshot) Lifetime(id string) *Zone {
	f, ok := s.Set(Zones).Head(id)
	z, is := f.(*Zone)
	if !ok || !is {
		return nil
	}
	whole := *z
	versions := s.Set(Zones).Versions(id)
	for i := len(versions) - 1; i >= 0; i-- {
		if m := versions[i].Head(); m.ValidTo == whole.ValidFrom && m.ValidTo != 0 {
			whole.ValidFrom = m.ValidFrom
		}
	}
	return &whole
}

// Findings returns what FindConflicts and FindZoneConflicts say of a revision as it would be if it were published now: the one in force
// before it ends with its first day. The findings that block come first.
func (s *Snapshot) Findings(one *Schedule, at Instant) []Finding {
	z := s.Lifetime(one.Zone)
	if z == nil {
		return []Finding{{Code: ModeGap, Blocks: true, IDs: []string{one.Code, one.Zone}, Detail: fmt.Sprintf("there is no zone %q", one.Zone)}}
	}
	_, beside := one.Succession(s.Revisions(z.ID))
	found := append(FindConflicts(z, s.Calendar(), one, beside, s.OrdersOf(z.ID)), FindZoneConflicts(s, z, at)...)
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(a.rank(), b.rank()) })
	return found
}

// Succession says what becomes of the other revisions for the zone when s is published. before is the published one that s ends with its
// first day, nil without one; beside are those that count, before among them with the end that it comes to have.
func (s *Schedule) Succession(others []*Schedule) (before *Schedule, beside []*Schedule) {
	for _, o := range others {
		if o.ID == s.ID || o.Zone != s.Zone || !o.Counts() {
			continue
		}
		if o.State == Published && o.From < s.From && (o.Until == "" || o.Until > s.From) && (before == nil || o.From > before.From) {
			before = o
		}
	}
	for _, o := range others {
		if o.ID == s.ID || o.Zone != s.Zone || !o.Counts() {
			continue
		}
		if o == before {
			ended := *o
			ended.Until = s.From
			o = &ended
		}
		beside = append(beside, o)
	}
	return before, beside
}

// Followed returns the revision that s has superseded, and that goes on if s is withdrawn; nil without one.
func (s *Schedule) Followed(others []*Schedule) *Schedule {
	for _, o := range others {
		if o.State == Superseded && o.Zone == s.Zone && o.Until == s.From && len(o.Comments) > 0 && o.Comments[len(o.Comments)-1].Text == supersededBy(s) {
			return o
		}
	}
	return nil
}

func supersededBy(s *Schedule) string { return "superseded by " + s.Code }

// Resume takes back that a revision was superseded by one that is withdrawn: it goes on until the end that it had before, "" for none, or
// until another of the others that count begins.
func (s *Schedule) Resume(h Hand, by *Schedule, until string, others []*Schedule) *Schedule {
	next := *s
	next.State, next.Until = Published, until
	for _, o := range others {
		if o.ID != s.ID && o.ID != by.ID && o.Zone == s.Zone && o.Counts() && o.From >= s.Until && (next.Until == "" || o.From < next.Until) {
			next.State, next.Until = Superseded, o.From
		}
	}
	next.SignOffs, next.Comments = slices.Clone(s.SignOffs), slices.Clone(s.Comments)
	next.say(next.State, Hand{h.By, h.At, "goes on: " + by.Code + " was withdrawn"})
	return &next
}

// Reachable returns the states that a step can lead to at an instant: those of Allowed, without what the publication of another revision
// does, and without the way back once the revision is in force. The slice is the caller's, and never nil.
func (s *Schedule) Reachable(at Instant) []ScheduleState {
	out := []ScheduleState{}
	for _, to := range nextStates[s.State] {
		if to != Superseded && (to != Withdrawn || !s.begun(at)) {
			out = append(out, to)
		}
	}
	return out
}

// Remark returns a copy of the revision with a comment, or s itself if there is nothing to say.
func (s *Schedule) Remark(h Hand) *Schedule {
	if strings.TrimSpace(h.Text) == "" {
		return s
	}
	next := *s
	next.Comments = slices.Clone(s.Comments)
	next.say(s.State, h)
	return &next
}

// Validate checks what a hand says; the pointer of its issue is /text.
func (h Hand) Validate() error {
	c := &checker{layer: Schedules}
	c.text("/text", h.Text, false)
	return c.result()
}

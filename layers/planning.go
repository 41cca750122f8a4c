package layers

import (
	"cmp"
	"fmt"
	"slices"
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

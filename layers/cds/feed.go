package cds

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
)

// Feed is the kerb of a Snapshot in the words of the specification, for the years around one.
type Feed struct {
	coverage Coverage
	updated  int64
	zones    []*entry  // by id of the zone and time
	spaces   []*Space  // by zone and number
	policies []*Policy // by id
	byPolicy map[string]*Policy
	made     map[string]*made // by id of the zone: what New can use again
	ground   *ground
}

// entry is one state of the ground of a zone.
type entry struct {
	zone    Zone
	id      string
	outline orb.Polygon
	from    layers.Instant
	to      layers.Instant // 0 for no end
	areas   []*area        // that contain it, at any time
	ground  *ground        // that the areas are of
}

func (e *entry) at(at layers.Instant) bool { return e.from <= at && (e.to == 0 || at < e.to) }

// made is a zone as it was made, and what of.
type made struct {
	sources  sources
	entries  []*entry
	policies []*Policy
}

// maker makes a Feed.
type maker struct {
	snapshot  *layers.Snapshot
	calendar  *calendar.Calendar
	coverage  Coverage
	ground    *ground
	schedules map[string][]*layers.Schedule
	orders    map[string][]*layers.Order
	spaces    map[string][]*layers.Space
}

// New makes the feed of a snapshot for the years around one; see CoverageOf. before is a feed of an earlier snapshot or nil: zones of which
// nothing has changed since are taken from it.
func New(s *layers.Snapshot, year int, before *Feed) *Feed {
	m := &maker{snapshot: s, calendar: s.Calendar(), coverage: CoverageOf(s.Calendar(), year), schedules: map[string][]*layers.Schedule{},
		orders: map[string][]*layers.Order{}, spaces: map[string][]*layers.Space{}}
	m.ground = groundOf(s, before)
	m.collect()
	f := &Feed{coverage: m.coverage, updated: int64(s.RecordedAt()), byPolicy: map[string]*Policy{}, made: map[string]*made{}}
	for rows := range statesOf(s) {
		one := m.again(before, rows)
		if one == nil {
			one = m.zone(rows)
		}
		f.made[rows[0].ID] = one
		f.zones = append(f.zones, one.entries...)
		for _, p := range one.policies {
			f.byPolicy[p.ID] = p
		}
	}
	for _, p := range f.byPolicy {
		f.policies = append(f.policies, p)
	}
	slices.SortFunc(f.policies, func(a, b *Policy) int { return strings.Compare(a.ID, b.ID) })
	f.spaces = m.spacesOf(f.zones)
	f.ground = m.ground
	for _, e := range f.zones {
		if e.ground != f.ground {
			e.ground, e.areas = f.ground, f.ground.holding(e.outline)
		}
	}
	return f
}

// collect sorts the rows that are about zones by zone.
func (m *maker) collect() {
	for row := range heads(m.snapshot, layers.Schedules) {
		if s, ok := row.(*layers.Schedule); ok && s.Counts() {
			m.schedules[s.Zone] = append(m.schedules[s.Zone], s)
		}
	}
	for _, list := range m.schedules {
		slices.SortFunc(list, func(a, b *layers.Schedule) int {
			return cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.ID, b.ID))
		})
	}
	for row := range heads(m.snapshot, layers.Orders) {
		if o, ok := row.(*layers.Order); ok {
			for _, z := range o.Zones {
				m.orders[z] = append(m.orders[z], o)
			}
		}
	}
	for row := range heads(m.snapshot, layers.Spaces) {
		if s, ok := row.(*layers.Space); ok {
			m.spaces[s.Zone] = append(m.spaces[s.Zone], s)
		}
	}
	for _, list := range m.spaces {
		slices.SortFunc(list, func(a, b *layers.Space) int {
			return cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.ID, b.ID))
		})
	}
}

// heads yields the newest row of each feature of a layer.
func heads(s *layers.Snapshot, l layers.Layer) func(yield func(layers.Feature) bool) {
	return func(yield func(layers.Feature) bool) {
		for f, slice := range s.Set(l).Rows() {
			if !slice && !yield(f) {
				return
			}
		}
	}
}

// statesOf yields the states of each zone, by time.
func statesOf(s *layers.Snapshot) func(yield func([]*layers.Zone) bool) {
	return func(yield func([]*layers.Zone) bool) {
		var rows []*layers.Zone
		for f := range s.Set(layers.Zones).Rows() { // by id and time
			z, ok := f.(*layers.Zone)
			if !ok || len(z.Geometry) == 0 {
				continue
			}
			if len(rows) > 0 && rows[0].ID != z.ID {
				if !yield(rows) {
					return
				}
				rows = nil
			}
			rows = append(rows, z)
		}
		if len(rows) > 0 {
			yield(rows)
		}
	}
}

// sources is everything that a zone is made of.
type sources struct {
	coverage  Coverage
	notices   *layers.Set
	rows      []*layers.Zone
	segment   layers.Feature
	schedules []*layers.Schedule
	orders    []*layers.Order
	spaces    []*layers.Space
}

func (m *maker) sourcesOf(rows []*layers.Zone) sources {
	id := rows[0].ID
	out := sources{coverage: m.coverage, notices: m.snapshot.Set(layers.Notices), rows: rows, schedules: m.schedules[id], orders: m.orders[id], spaces: m.spaces[id]}
	if f, ok := m.snapshot.Set(layers.Segments).Head(rows[len(rows)-1].Segment); ok {
		out.segment = f
	}
	return out
}

func (s *sources) same(o *sources) bool {
	return s.coverage == o.coverage && s.notices == o.notices && s.segment == o.segment && slices.Equal(s.rows, o.rows) && slices.Equal(s.schedules, o.schedules) &&
		slices.Equal(s.orders, o.orders) && slices.Equal(s.spaces, o.spaces)
}

// again returns a zone of an earlier feed if nothing of it has changed.
func (m *maker) again(before *Feed, rows []*layers.Zone) *made {
	if before == nil || before.made[rows[0].ID] == nil {
		return nil
	}
	old := before.made[rows[0].ID]
	if now := m.sourcesOf(rows); !now.same(&old.sources) {
		return nil
	}
	out := &made{sources: old.sources, policies: old.policies}
	for _, e := range old.entries { // its areas may be others
		same := *e
		out.entries = append(out.entries, &same)
	}
	return out
}

// zone makes the entries of a zone, one for each outline that it has had, and its policies.
func (m *maker) zone(rows []*layers.Zone) *made {
	one := &made{sources: m.sourcesOf(rows)}
	laws := m.laws(rows, one.sources.schedules, one.sources.orders)
	list, of := policies(laws)
	one.policies = list
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	for i := 0; i < len(rows); {
		first := rows[i]
		for i++; i < len(rows) && rows[i-1].ValidTo == rows[i].ValidFrom && orb.Equal(rows[i].Geometry, first.Geometry); i++ {
		}
		last := rows[i-1]
		e := m.entry(first, last, &one.sources)
		e.zone.PolicyIDs = ids
		e.zone.PrevPolicies = previous(laws, of, one.sources.schedules, e.from)
		for _, earlier := range slices.Backward(one.entries) {
			e.zone.PrevZoneIDs = append(e.zone.PrevZoneIDs, earlier.zone.ID)
		}
		one.entries = append(one.entries, e)
	}
	return one
}

// entry is the ground of a zone from one of its states to another with the same outline.
func (m *maker) entry(first, last *layers.Zone, of *sources) *entry {
	e := &entry{id: last.ID, outline: last.Geometry, from: first.ValidFrom, to: last.ValidTo}
	z := &e.zone
	z.ID = zoneID(first)
	z.Geometry = polygonOf(last.Geometry)
	z.Published, z.Start, z.End = published(first.ValidFrom), published(first.ValidFrom), int64(last.ValidTo)
	z.Updated = updated(last, of)
	if _, after := m.coverage.beyond(of.schedules); after {
		if _, ends := m.coverage.Instants(); z.End == 0 || z.End > int64(ends) {
			z.End = int64(ends) // what holds after it is not known yet
		}
	}
	z.Name, z.UserZoneID, z.NumSpaces = last.Name, last.Code, last.Capacity
	if s, ok := of.segment.(*layers.Segment); ok && last.Segment == s.ID {
		z.alongStreet(last.Geometry, s)
	}
	for i, s := range of.spaces {
		if last == of.rows[len(of.rows)-1] {
			z.SpaceIDs = append(z.SpaceIDs, spaceID(s))
		}
		if i == 0 {
			z.ParkingAngle = s.Orientation
		}
		if s.Orientation != z.ParkingAngle {
			z.ParkingAngle = ""
		}
	}
	return e
}

// zoneID is the id of a zone with an outline that it has from the first of its states: another outline is another id, and so is the same
// one again after another.
func zoneID(first *layers.Zone) string {
	var outline strings.Builder
	for _, ring := range first.Geometry {
		for _, p := range ring {
			outline.WriteString(strconv.FormatFloat(p[0], 'f', 7, 64) + " " + strconv.FormatFloat(p[1], 'f', 7, 64) + ",")
		}
		outline.WriteByte(';')
	}
	return uuid("zone", first.ID, strconv.FormatInt(int64(first.ValidFrom), 10), outline.String())
}

// updated is when what a zone shows was last changed.
func updated(z *layers.Zone, of *sources) int64 {
	at := z.ValidFrom
	for _, s := range of.schedules {
		at = max(at, s.ValidFrom, layers.Instant(publishedBy(s)))
		for _, c := range s.Comments {
			at = max(at, c.At)
		}
	}
	for _, o := range of.orders {
		at = max(at, o.ValidFrom)
	}
	for _, s := range of.spaces {
		at = max(at, s.ValidFrom)
	}
	return published(at)
}

// previous are the revisions that have been followed by another, the latest first, each with the default that held beside it.
func previous(laws []law, of [][]string, schedules []*layers.Schedule, from layers.Instant) (out []PrevPolicy) {
	for _, s := range slices.Backward(schedules) {
		first, err := calendar.ParseDay(s.From)
		until, ends := calendar.ParseDay(s.Until)
		if err != nil || ends != nil || s.State != layers.Superseded {
			continue
		}
		one := PrevPolicy{PolicyIDs: []string{}, Start: max(first.Start(), published(from)), End: until.Start()}
		for i, l := range laws {
			if l.revision == s.ID || l.band == defaultBand {
				one.PolicyIDs = append(one.PolicyIDs, of[i]...)
			}
		}
		if one.Start < one.End {
			out = append(out, one)
		}
	}
	return out
}

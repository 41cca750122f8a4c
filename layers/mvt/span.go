package mvt

import (
	"math"
	"slices"

	"wangge/layers"
)

// span is a stretch of time, half-open.
type span struct{ from, until layers.Instant }

// always is all of time.
func always() span { return span{math.MinInt64, math.MaxInt64} }

func (s span) holds(at layers.Instant) bool { return s.from <= at && at < s.until }

// endless reports whether the span has no end.
func (s span) endless() bool { return s.until == math.MaxInt64 }

func (s span) meets(other span) bool { return s.from < other.until && other.from < s.until }

// cut takes away what lies beyond an instant of change, seen from at: the future from a later change on, the past before one that
// is not later.
func (s *span) cut(at, change layers.Instant) {
	if change > at {
		s.until = min(s.until, change)
	} else {
		s.from = max(s.from, change)
	}
}

// cutMeta cuts at the start and the end of a row.
func (s *span) cutMeta(at layers.Instant, m *layers.Meta) {
	s.cut(at, m.ValidFrom)
	if m.ValidTo != 0 {
		s.cut(at, m.ValidTo)
	}
}

// cutBetween cuts at the neighbours of at in a rising list of changes.
func (s *span) cutBetween(at layers.Instant, changes []layers.Instant) {
	i, found := slices.BinarySearch(changes, at)
	if found {
		i++
	}
	if i > 0 {
		s.cut(at, changes[i-1])
	}
	if i < len(changes) {
		s.cut(at, changes[i])
	}
}

// changesOf lists every instant at which a row of the set begins or ends to apply, rising.
func changesOf(set *layers.Set) []layers.Instant {
	var out []layers.Instant
	for f := range set.Rows() {
		m := f.Head()
		out = append(out, m.ValidFrom)
		if m.ValidTo != 0 {
			out = append(out, m.ValidTo)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// applies reports whether a row applies at the instant of the tile, and cuts the span of the tile where that changes.
func (p *pen) applies(m *layers.Meta) bool {
	p.span.cutMeta(p.at, m)
	return m.ValidAt(p.at)
}

// partition returns the partition of a layer at the instant of the tile, nil if there is none, and cuts the span of the tile to its
// interval.
func (p *pen) partition(l layers.Layer) *layers.Partition {
	p.span.cutBetween(p.at, p.atlas.changes[l])
	return p.atlas.snapshot.Partition(l, p.at)
}

// zoneOf returns the state of a zone at the instant of the tile, nil if there is none, and cuts the span of the tile where there
// is another.
func (p *pen) zoneOf(id string) *layers.Zone {
	set := p.atlas.snapshot.Set(layers.Zones)
	f, ok := set.Get(id, p.at)
	if ok {
		p.span.cutMeta(p.at, f.Head())
		return f.(*layers.Zone)
	}
	for _, f := range set.Versions(id) {
		p.span.cutMeta(p.at, f.Head())
	}
	return nil
}

package layers

import (
	"slices"

	"wangge/geo"
)

// Ladder is what a position lies in, from the district down. Each may be nil: the store does not have it, or the position is
// outside.
type Ladder struct {
	District  *District
	Town      *Town
	Grid      *Grid
	Community *Community
	// Match is how the position belongs to its grid.
	Match geo.Match
}

// nestKey names two plans, the areas of one of which may each lie in one area of the other.
type nestKey struct{ fine, coarse *plan }

// Climb finds the whole ladder of a position. Where each community lies in one grid, which the snapshot knows from their shared
// borders, the grid follows from the community and only the community is located; a position on a border is located twice, because
// on the shore the lowest code of each layer counts. A grid belongs to the town that it names, and a town to its district; one that
// names none, to that which has the position.
func (s *Snapshot) Climb(q geo.Query, at Instant) Ladder {
	var l Ladder
	l.Grid, l.Community, l.Match = s.gridAndCommunity(q, at)
	if l.Grid == nil {
		return l
	}
	if l.Grid.Town != "" {
		l.Town, _ = Get[*Town](s, Towns, l.Grid.Town, at)
	} else if f, _ := s.Locate(Towns, q, at); f != nil {
		l.Town, _ = f.(*Town)
	}
	if l.Town != nil && l.Town.District != "" {
		l.District, _ = Get[*District](s, Districts, l.Town.District, at)
	}
	return l
}

func (s *Snapshot) gridAndCommunity(q geo.Query, at Instant) (*Grid, *Community, geo.Match) {
	grids, fine := s.Partition(Grids, at), s.Partition(Communities, at)
	if fine == nil {
		return asGrid(grids.locate(q))
	}
	area, match := fine.plan.locator.Locate(q)
	community, _ := fine.feature(area).(*Community)
	if match == geo.MatchCovers && grids != nil {
		if parents := s.nested[nestKey{fine.plan, grids.plan}]; parents != nil {
			if parents[area] < 0 {
				return nil, community, geo.MatchNone
			}
			grid, _ := grids.features[parents[area]].(*Grid)
			return grid, community, match
		}
	}
	grid, _, match := asGrid(grids.locate(q))
	return grid, community, match
}

// locate is Locate for a partition that may be nil.
func (p *Partition) locate(q geo.Query) (Feature, geo.Match) {
	if p == nil {
		return nil, geo.MatchNone
	}
	return p.Locate(q)
}

func asGrid(f Feature, m geo.Match) (*Grid, *Community, geo.Match) {
	grid, _ := f.(*Grid)
	return grid, nil, m
}

// nest finds out which communities lie in which grids, for all editions of both that are in force together. What is known of plans that
// are still there is kept.
func (s *Snapshot) nest(known map[nestKey][]int) {
	s.nested = make(map[nestKey][]int)
	fine, coarse := s.timelines[Communities], s.timelines[Grids]
	if fine == nil || coarse == nil {
		return
	}
	for _, at := range slices.Concat(fine.from, coarse.from) {
		a, b := fine.At(at), coarse.At(at)
		if a == nil || b == nil {
			continue
		}
		key := nestKey{a.plan, b.plan}
		if _, ok := s.nested[key]; ok {
			continue
		}
		parents, ok := known[key]
		if !ok {
			parents, _ = a.plan.coverage.Within(b.plan.coverage) // nil where they do not nest
		}
		s.nested[key] = parents
	}
}

// Nested reports whether each community in force at the instant lies in one grid, so that one look-up finds both.
func (s *Snapshot) Nested(at Instant) bool {
	fine, coarse := s.Partition(Communities, at), s.Partition(Grids, at)
	return fine != nil && coarse != nil && s.nested[nestKey{fine.plan, coarse.plan}] != nil
}

package layers

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// The classes of findings about the ground of a zone. All but the last two block its schedule.
const (
	// ZonesOverlap and SpacesOverlap: two zones, or two spaces, have common ground.
	ZonesOverlap  FindingCode = "zones-overlap"
	SpacesOverlap FindingCode = "spaces-overlap"
	// SpaceOutside: a space of the zone is not wholly inside of it.
	SpaceOutside FindingCode = "space-outside"
	// NumberTwice: two spaces of the zone have one number.
	NumberTwice FindingCode = "number-twice"
	// CapacityDiffers: the zone has numbered spaces, but not as many as its capacity says.
	CapacityDiffers FindingCode = "capacity-differs"
	// OnKeptClear: the zone crosses ground that is kept clear. It blocks where a numbered space does.
	OnKeptClear FindingCode = "on-kept-clear"
	// OnGridBorder: the zone lies in several grids.
	OnGridBorder FindingCode = "on-grid-border"
)

// littleGround is how much common ground is nothing, in square metres: coordinates are rounded to a centimetre.
const littleGround = 0.05

// FindZoneConflicts looks at the ground of a zone, its spaces and its neighbours, as they are at an instant.
func FindZoneConflicts(s *Snapshot, z *Zone, at Instant) []Finding {
	f := &groundFinder{s: s, zone: z, at: at, ground: coverageOf(z.Geometry)}
	var spaces []*Space
	for row := range s.Set(Spaces).All(at) { // one may lie anywhere
		if one, ok := row.(*Space); ok && one.Zone == z.ID {
			spaces = append(spaces, one)
		}
	}
	slices.SortFunc(spaces, func(a, b *Space) int { return a.Number - b.Number })
	f.spaces(spaces)
	f.neighbours()
	f.keptClear(spaces)
	f.grids()
	return f.found
}

type groundFinder struct {
	s      *Snapshot
	zone   *Zone
	at     Instant
	ground *geo.Coverage
	found  []Finding
}

func (f *groundFinder) add(code FindingCode, blocks bool, detail string, ids ...string) {
	f.found = append(f.found, Finding{Code: code, Blocks: blocks, IDs: ids, Detail: detail})
}

// coverageOf is a coverage of one area, nil for what cannot be one.
func coverageOf(g orb.Geometry) *geo.Coverage {
	area, err := geo.FixedMultiPolygonFrom(g)
	if err != nil {
		return nil
	}
	c, defects := geo.NewCoverage([]geo.FixedMultiPolygon{area}, 0)
	if geo.HasErrors(defects) {
		return nil
	}
	return c
}

// common returns the ground in square metres that two areas have in common, and that of the first alone.
func common(a, b *geo.Coverage) (both, alone float64) {
	if a == nil || b == nil {
		return 0, 0
	}
	o, err := geo.NewOverlay(context.Background(), a, b)
	if err != nil {
		return 0, 0
	}
	for _, c := range o.Common {
		switch {
		case c.A >= 0 && c.B >= 0:
			both += c.AreaM2
		case c.A >= 0:
			alone += c.AreaM2
		}
	}
	return both, alone
}

func (f *groundFinder) spaces(list []*Space) {
	if len(list) > 0 && len(list) != f.zone.Capacity {
		f.add(CapacityDiffers, true, fmt.Sprintf("%s has %d spaces, and a capacity of %d", f.zone.Code, len(list), f.zone.Capacity), f.zone.ID)
	}
	grounds := make([]*geo.Coverage, len(list))
	for i, one := range list {
		grounds[i] = coverageOf(one.Geometry)
		if _, alone := common(grounds[i], f.ground); alone > littleGround {
			f.add(SpaceOutside, true, fmt.Sprintf("%.1f m² of %s lie outside of %s", alone, one.Code, f.zone.Code), one.ID, f.zone.ID)
		}
		for k, other := range list[:i] {
			if other.Number == one.Number {
				f.add(NumberTwice, true, fmt.Sprintf("%s and %s have the number %d", other.Code, one.Code, one.Number), other.ID, one.ID)
			}
			if !other.Geometry.Bound().Intersects(one.Geometry.Bound()) {
				continue
			}
			if both, _ := common(grounds[k], grounds[i]); both > littleGround {
				f.add(SpacesOverlap, true, fmt.Sprintf("%s and %s have %.1f m² in common", other.Code, one.Code, both), other.ID, one.ID)
			}
		}
	}
}

func (f *groundFinder) neighbours() {
	f.s.Set(Zones).Search(f.zone.Geometry.Bound(), f.at, func(row Feature) bool {
		other, ok := row.(*Zone)
		if !ok || other.ID == f.zone.ID {
			return true
		}
		if both, _ := common(f.ground, coverageOf(other.Geometry)); both > littleGround {
			f.add(ZonesOverlap, true, fmt.Sprintf("%s and %s have %.1f m² in common", f.zone.Code, other.Code, both), f.zone.ID, other.ID)
		}
		return true
	})
}

// keptClear looks for ground on which nobody may stand.
func (f *groundFinder) keptClear(spaces []*Space) {
	f.s.Set(Overlays).Search(f.zone.Geometry.Bound(), f.at, func(row Feature) bool {
		o, ok := row.(*Overlay)
		if !ok || o.Kind != KeptClear {
			return true
		}
		clear := coverageOf(o.Geometry)
		if both, _ := common(f.ground, clear); both <= littleGround {
			return true
		}
		ids := []string{f.zone.ID, o.ID}
		for _, s := range spaces {
			if both, _ := common(coverageOf(s.Geometry), clear); both > littleGround {
				ids = append(ids, s.ID)
			}
		}
		f.add(OnKeptClear, len(ids) > 2, fmt.Sprintf("%s crosses ground that is kept clear, %s", f.zone.Code, o.Name), ids...)
		return true
	})
}

func (f *groundFinder) grids() {
	var codes []string
	f.s.Set(Grids).Search(f.zone.Geometry.Bound(), f.at, func(row Feature) bool {
		if both, _ := common(f.ground, coverageOf(row.Shape())); both > littleGround {
			codes = append(codes, row.Head().ID)
		}
		return true
	})
	if len(codes) > 1 {
		slices.Sort(codes)
		f.add(OnGridBorder, false, fmt.Sprintf("%s lies in %d grids: each is responsible for its part", f.zone.Code, len(codes)), codes...)
	}
}

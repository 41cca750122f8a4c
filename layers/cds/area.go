package cds

import (
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// area is a part of a grid or of a block (街区) in one of its states.
type area struct {
	Area
	from, to  layers.Instant
	box       orb.Bound
	footprint *geo.Footprint // nil for an outline that cannot be one
}

func (a *area) at(at layers.Instant) bool { return a.from <= at && (a.to == 0 || at < a.to) }

// ground is every part of grids and blocks; the specification has no areas of several parts.
type ground struct {
	grids, overlays *layers.Set
	parts           []*area
}

// groundOf returns the ground of a snapshot, that of an earlier one if it is the same.
func groundOf(s *layers.Snapshot, before *Feed) *ground {
	g := &ground{grids: s.Set(layers.Grids), overlays: s.Set(layers.Overlays)}
	if before != nil && before.ground.grids == g.grids && before.ground.overlays == g.overlays {
		return before.ground
	}
	for _, set := range []*layers.Set{g.grids, g.overlays} {
		for f := range set.Rows() {
			if o, ok := f.(*layers.Overlay); ok && o.Kind != layers.Block {
				continue
			}
			for i, part := range partsOf(f.Shape()) {
				g.parts = append(g.parts, areaOf(f, i, part))
			}
		}
	}
	return g
}

// holding returns the parts that contain an outline.
func (g *ground) holding(outline orb.Polygon) (out []*area) {
	box := outline.Bound()
	for _, a := range g.parts {
		if a.box.Contains(box.Min) && a.box.Contains(box.Max) && a.contains(outline, box) {
			out = append(out, a)
		}
	}
	return out
}

func partsOf(g orb.Geometry) []orb.Polygon {
	switch g := g.(type) {
	case orb.MultiPolygon:
		return g
	case orb.Polygon:
		return []orb.Polygon{g}
	}
	return nil
}

func areaOf(f layers.Feature, i int, part orb.Polygon) *area {
	h := f.Head()
	_, name := f.Label()
	at := published(h.ValidFrom)
	footprint, err := geo.NewFootprint(orb.MultiPolygon{part})
	if err != nil {
		footprint = nil
	}
	return &area{Area: Area{ID: uuid("area", string(f.Layer()), h.ID, strconv.Itoa(i)), Geometry: polygonOf(part), Name: name, Published: at, Updated: at},
		from: h.ValidFrom, to: h.ValidTo, box: part.Bound(), footprint: footprint}
}

// contains reports whether the area contains an outline. If no edge of the area comes near it, one vertex decides; else the ground is
// measured.
func (a *area) contains(outline orb.Polygon, box orb.Bound) bool {
	if a.footprint == nil {
		return false
	}
	for _, ring := range a.Geometry.Coordinates {
		for i, p := range ring[1:] {
			if (orb.MultiPoint{ring[i], p}).Bound().Intersects(box) {
				return within(outline, a.Geometry.Coordinates)
			}
		}
	}
	q, err := geo.QueryFrom(outline[0][0])
	return err == nil && a.footprint.Covers(q)
}

// Areas returns the areas that hold zones at an instant, with the ids of those zones.
func (f *Feed) Areas(at layers.Instant) (out []*Area) {
	holds := map[*area][]string{}
	for _, e := range f.zones {
		if !e.at(at) {
			continue
		}
		for _, a := range e.areas {
			if a.at(at) {
				holds[a] = append(holds[a], e.zone.ID)
			}
		}
	}
	for _, a := range f.ground.parts {
		if ids := holds[a]; ids != nil {
			one := a.Area
			one.ZoneIDs = ids
			out = append(out, &one)
		}
	}
	slices.SortFunc(out, func(a, b *Area) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

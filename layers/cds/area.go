package cds

import (
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// area is a part of a grid or of a block (街区) in one of its states.
type area struct {
	Area
	from, to layers.Instant
}

func (a *area) at(at layers.Instant) bool { return a.from <= at && (a.to == 0 || at < a.to) }

// areas are the parts of grids and blocks that contain a zone; the specification has no areas of several parts. Zones get to know theirs.
func (m *maker) areas(zones []*entry) (out []*area) {
	for _, l := range []layers.Layer{layers.Grids, layers.Overlays} {
		for f := range m.snapshot.Set(l).Rows() {
			if o, ok := f.(*layers.Overlay); ok && o.Kind != layers.Block {
				continue
			}
			parts := partsOf(f.Shape())
			for i, part := range parts {
				if one := areaOf(f, i, part); one.fill(part, zones) {
					out = append(out, one)
				}
			}
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
	return &area{Area{ID: uuid("area", string(f.Layer()), h.ID, strconv.Itoa(i)), Geometry: polygonOf(part), Name: name, Published: at, Updated: at}, h.ValidFrom, h.ValidTo}
}

// takeAreas takes the areas of another feed of the same ground.
func (f *Feed) takeAreas(before *Feed) {
	f.areas = before.areas
	of := make(map[string][]*area, len(before.zones))
	for _, e := range before.zones {
		of[e.zone.ID] = e.areas
	}
	for _, e := range f.zones {
		e.areas = of[e.zone.ID]
	}
}

// fill tells the zones that lie in an area, and reports whether there are any.
func (a *area) fill(part orb.Polygon, zones []*entry) bool {
	found, box := false, part.Bound()
	for _, e := range zones {
		b := e.outline.Bound()
		if box.Contains(b.Min) && box.Contains(b.Max) && within(e.outline, part) {
			e.areas = append(e.areas, a)
			found = true
		}
	}
	return found
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
	for _, a := range f.areas {
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

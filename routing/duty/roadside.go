package duty

import (
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// roads are the roads that rules name, by name.
type roads map[string]road

// road are the stretches that have one name.
type road []stretch

type stretch struct {
	*layers.Road
	bound orb.Bound
}

// newRoads finds the roads that rules name.
func newRoads(s *layers.Snapshot, list []*layers.Rule) roads {
	out := roads{}
	for _, one := range list {
		if a := one.When.Area; a != nil && a.Road != "" {
			out[a.Road] = nil
		}
	}
	if len(out) == 0 {
		return out
	}
	for f := range s.Set(layers.Roads).Rows() {
		r, ok := f.(*layers.Road)
		if !ok {
			continue
		}
		if list, named := out[r.Name]; named && len(r.Geometry) > 1 {
			out[r.Name] = append(list, stretch{r, r.Geometry.Bound()})
		}
	}
	return out
}

// within reports whether a stretch that is there at the instant is as near to p as the distance, or nearer.
func (r road) within(p orb.Point, most geo.Metres, at layers.Instant) bool {
	around := geo.Around(p, most)
	for _, one := range r {
		if !one.ValidAt(at) || !one.bound.Intersects(around) {
			continue
		}
		if d, _, _ := geo.PointToLine(p, one.Geometry); d <= most {
			return true
		}
	}
	return false
}

// bound is the box around everything within the distance of the road.
func (r road) bounds(most geo.Metres) []orb.Bound {
	out := make([]orb.Bound, 0, len(r))
	for _, one := range r {
		out = append(out, geo.Around(one.bound.Min, most).Union(geo.Around(one.bound.Max, most)))
	}
	return out
}

package data_test

import (
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// kerb checks 海汇街: the segment between its two cross streets, the zone beside it, and the spaces in the zone.
func kerb(t *testing.T, s set) []string {
	var bad problems
	segment := list[*layers.Segment](s, layers.Segments)[0]
	zone := list[*layers.Zone](s, layers.Zones)[0]
	spaces := list[*layers.Space](s, layers.Spaces)
	if segment.Road != "海汇街" || segment.From != "龙皓路" || segment.To != "龙翔路" {
		bad.add("segment of %s from %s to %s", segment.Road, segment.From, segment.To)
	}
	if len(segment.Consents) != 3 {
		bad.add("海汇街 needs the consents %v, want those of police, roads and town", segment.Consents)
	}
	ends := map[string]orb.Point{"龙皓路": segment.Geometry[0], "龙翔路": segment.Geometry[len(segment.Geometry)-1]}
	for name, p := range ends {
		if !atVertex(s, name, p) || !atVertex(s, "海汇街", p) {
			bad.add("%s and 海汇街 do not meet at %v", name, p)
		}
	}
	if zone.Segment != segment.ID || zone.Capacity != 88 || zone.DefaultMode != layers.Travel || zone.Kind != "kerb" {
		bad.add("zone %+v", zone)
	}
	numbers := map[int]bool{}
	for i, a := range spaces {
		if a.Zone != zone.ID || a.Number < 1 || a.Number > 88 || numbers[a.Number] {
			bad.add("space %s has number %d in zone %s", a.ID, a.Number, a.Zone)
		}
		numbers[a.Number] = true
		for _, p := range a.Geometry[0] {
			if !shapeHas(zone.Geometry, p) {
				bad.add("space %s leaves the zone at %v", a.ID, p)
			}
		}
		if area := geo.Area(a.Geometry); area < 14.9 || area > 15.1 {
			bad.add("space %s covers %.2f m², want 6 m by 2.5 m", a.ID, area)
		}
		for _, b := range spaces[:i] {
			if !apart(a.Geometry[0], b.Geometry[0]) {
				bad.add("spaces %s and %s overlap", b.ID, a.ID)
			}
		}
	}
	locator, grids := partition(t, s, layers.Grids)
	for _, p := range append(append(orb.Ring{}, zone.Geometry[0]...), segment.Geometry...) {
		q, err := geo.QueryFrom(p)
		if err != nil {
			bad.add("%v", err)
			continue
		}
		if g, _ := locator.Locate(q); g < 0 || grids[g].Head().ID != "310116113Z02" {
			bad.add("海汇街 at %v does not lie in the second grid of 山阳", p)
		}
	}
	return bad
}

// apart reports whether a side of one of two convex rings separates them.
func apart(a, b orb.Ring) bool {
	for _, pair := range [][2]orb.Ring{{a, b}, {b, a}} {
		for i := 1; i < len(pair[0]); i++ {
			p, q := planar(pair[0][i-1]), planar(pair[0][i])
			left := 0
			for _, v := range pair[1] {
				w := planar(v)
				if (q[0]-p[0])*(w[1]-p[1])-(q[1]-p[1])*(w[0]-p[0]) > 0 {
					left++
				}
			}
			if left == 0 { // the rings run counter-clockwise
				return true
			}
		}
	}
	return false
}

func atVertex(s set, road string, p orb.Point) bool {
	for _, r := range list[*layers.Road](s, layers.Roads) {
		if r.Name == road && (r.Geometry[0] == p || r.Geometry[len(r.Geometry)-1] == p) {
			return true
		}
	}
	return false
}

func TestKerb(t *testing.T) {
	s := demo(t)
	report(t, kerb(t, s))
	shift := func(ring orb.Ring, by float64) {
		for i := range ring {
			ring[i][0] += by
		}
	}
	for name, planted := range map[string]set{
		"overlapping spaces": s.with(layers.Spaces, "sp_haihui_10", func(f layers.Feature) { shift(f.(*layers.Space).Geometry[0], 5e-6) }),
		"space outside":      s.with(layers.Spaces, "sp_haihui_88", func(f layers.Feature) { shift(f.(*layers.Space).Geometry[0], 1e-4) }),
		"other capacity":     s.with(layers.Zones, "z_haihui", func(f layers.Feature) { f.(*layers.Zone).Capacity = 87 }),
		"no town":            s.with(layers.Segments, "s_haihui", func(f layers.Feature) { f.(*layers.Segment).Consents = []string{"police", "road"} }),
		"moved end":          s.with(layers.Segments, "s_haihui", func(f layers.Feature) { f.(*layers.Segment).Geometry[0][1] += 1e-7 }),
	} {
		if len(kerb(t, planted)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

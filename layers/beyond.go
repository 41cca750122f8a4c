package layers

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// BeyondReach is how far the ground of a neighbour may be from the border of the district, in metres, to be what lies beyond it there: the
// outlines of two districts are seldom drawn by one hand.
const BeyondReach geo.Metres = 50

// Beyond is a unit on the other side of a border.
type Beyond struct {
	// Unit is the id of the unit. Name and NameEn are its, or those of its ground while it is not in force.
	Unit   string `json:"unit"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// LengthM is how long the border with its ground is, in metres, to 0.1.
	LengthM float64 `json:"length_m"`
}

// Neighbours appends to dst the grounds of neighbours in force at the instant within reach of q, the nearest first and of equally near ones
// that with the lowest unit; of each unit the nearest one. The distance is 0 in the ground and on its border.
func (s *Snapshot) Neighbours(dst []Near, q geo.Query, within geo.Metres, at Instant) []Near {
	base, p := len(dst), q.Point()
	s.Set(Overlays).SearchShapes(geo.Around(p, within), at, func(f Feature, area *geo.Footprint) bool {
		if o, ok := f.(*Overlay); ok && o.Kind == Neighbour {
			if d, near := area.Near(q, within); near {
				dst = append(dst, Near{Feature: o, Distance: d, At: p})
			}
		}
		return true
	})
	found := dst[base:]
	if len(found) < 2 {
		return dst
	}
	slices.SortFunc(found, func(a, b Near) int {
		x, y := a.Feature.(*Overlay), b.Feature.(*Overlay)
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), strings.Compare(x.Unit, y.Unit), strings.Compare(x.ID, y.ID))
	})
	for i := base; i < len(dst); i++ {
		unit := dst[i].Feature.(*Overlay).Unit
		if slices.ContainsFunc(dst[base:i], func(n Near) bool { return n.Feature.(*Overlay).Unit == unit }) {
			dst = slices.Delete(dst, i, i+1)
			i--
		}
	}
	return dst
}

// UnitBeyond returns the id and the names of the unit of a ground of a neighbour, as Beyond has them.
func (s *Snapshot) UnitBeyond(o *Overlay, at Instant) (unit, name, nameEn string) {
	if u, ok := Get[*Unit](s, Units, o.Unit, at); ok {
		return u.ID, u.Name, u.NameEn
	}
	return o.Unit, o.Name, o.NameEn
}

// pace is how long a piece of the border of the district is at most, in metres, that is said to have one neighbour.
const pace geo.Metres = 20

// stretch is how much of a border a neighbour has.
type stretch struct {
	ground *Overlay
	length geo.Metres
}

// beyondBorders remembers what lies beyond the borders of a plan, for the grounds of the neighbours that were asked for last. As with
// overlays it depends on the plan and the grounds alone, so it is the same whoever asks first.
type beyondBorders struct {
	lock    sync.Mutex
	grounds []*Overlay
	found   [][]stretch
}

// beyondBorders returns for each border of a partition the stretches of neighbours in force beyond it, in no order.
func (s *Snapshot) beyondBorders(p *Partition, at Instant) [][]stretch {
	var grounds []*Overlay
	for f := range s.Set(Overlays).All(at) {
		if o, ok := f.(*Overlay); ok && o.Kind == Neighbour {
			grounds = append(grounds, o)
		}
	}
	if len(grounds) == 0 {
		return make([][]stretch, len(p.borders.list))
	}
	known := &p.plan.beyond
	known.lock.Lock()
	defer known.lock.Unlock()
	if !slices.Equal(known.grounds, grounds) {
		known.grounds, known.found = grounds, nil
		for _, b := range p.borders.list {
			known.found = append(known.found, s.stretches(b, at))
		}
	}
	return known.found
}

// stretches walks along a border with the outside in pieces of one pace at most and adds up whose ground each piece has beyond it.
func (s *Snapshot) stretches(b Border, at Instant) (out []stretch) {
	if !b.External {
		return nil
	}
	var room [4]Near
	for _, line := range b.Geometry {
		for i := 1; i < len(line); i++ {
			length := geo.Distance(line[i-1], line[i])
			n := max(1, math.Ceil(float64(length/pace)))
			for k := 0.5; k < n; k++ {
				q, err := geo.QueryFrom(between(line[i-1], line[i], k/n))
				if err != nil {
					continue
				}
				if list := s.Neighbours(room[:0], q, BeyondReach, at); len(list) > 0 {
					out = lengthen(out, list[0].Feature.(*Overlay), length/geo.Metres(n))
				}
			}
		}
	}
	return out
}

// between returns the point at a fraction of the way from a to b.
func between(a, b orb.Point, fraction float64) orb.Point {
	return orb.Point{a[0] + fraction*(b[0]-a[0]), a[1] + fraction*(b[1]-a[1])}
}

// lengthen adds a length to the stretch of the unit of a ground.
func lengthen(list []stretch, ground *Overlay, length geo.Metres) []stretch {
	for i := range list {
		if list[i].ground.Unit == ground.Unit {
			list[i].length += length
			return list
		}
	}
	return append(list, stretch{ground, length})
}

// beyond names the units of stretches, the longest first, nil for none.
func (s *Snapshot) beyond(list []stretch, at Instant) []Beyond {
	var out []Beyond
	for _, one := range list {
		unit, name, nameEn := s.UnitBeyond(one.ground, at)
		out = append(out, Beyond{unit, name, nameEn, math.Round(float64(one.length)*10) / 10})
	}
	slices.SortFunc(out, func(a, b Beyond) int {
		return cmp.Or(cmp.Compare(b.LengthM, a.LengthM), strings.Compare(a.Unit, b.Unit))
	})
	return out
}

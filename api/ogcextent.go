package api

import (
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
)

// reach is how far the states of a layer reach that are in memory: what applies now, what applied earlier and what is planned.
type reach struct {
	set *layers.Set
	// box is around all shapes; it is empty if there are none.
	box orb.Bound
	// from is the first instant at which something applies, to the last, 0 for no end.
	from, to layers.Instant
	states   int
}

// reaches keeps the reach of each layer for the set that was asked for last, so that a layer is gone through once after an edit of it.
type reaches struct {
	sync.Mutex
	of map[layers.Layer]*reach
}

func (r *reaches) reach(set *layers.Set) *reach {
	r.Lock()
	defer r.Unlock()
	l := set.Info().Layer
	if have := r.of[l]; have != nil && have.set == set {
		return have
	}
	made := reachOf(set)
	if r.of == nil {
		r.of = map[layers.Layer]*reach{}
	}
	r.of[l] = made
	return made
}

func reachOf(set *layers.Set) *reach {
	r := &reach{set: set, box: orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}}
	open := false
	for f := range set.Rows() {
		m := f.Head()
		if r.states == 0 || m.ValidFrom < r.from {
			r.from = m.ValidFrom
		}
		r.to, open = max(r.to, m.ValidTo), open || m.ValidTo == 0
		r.states++
		switch g := f.Shape(); {
		case g == nil:
		case r.box.IsEmpty():
			r.box = g.Bound()
		default:
			r.box = r.box.Union(g.Bound())
		}
	}
	if open {
		r.to = 0
	}
	return r
}

// extentDocument is the extent of a collection.
type extentDocument struct {
	Spatial  *spatialExtent  `json:"spatial,omitempty"`
	Temporal *temporalExtent `json:"temporal,omitempty"`
}

type spatialExtent struct {
	BBox [][]float64 `json:"bbox" doc:"West, south, east, north of what is in memory: what applies now, applied earlier or is planned"`
	CRS  string      `json:"crs"`
}

type temporalExtent struct {
	Interval [][]openInstant `json:"interval" doc:"From when to when something applies; null is without an end"`
	TRS      string          `json:"trs"`
}

// openInstant is an instant, or null for none.
type openInstant layers.Instant

// MarshalJSON writes null for none.
func (i openInstant) MarshalJSON() ([]byte, error) { return layers.Instant(i).MarshalJSON() }

// Schema describes it.
func (openInstant) Schema(huma.Registry) *huma.Schema {
	s := timeSchema()
	s.Nullable = true
	return s
}

// document shows the reach, nil for a layer with nothing in it.
func (r *reach) document() *extentDocument {
	if r.states == 0 {
		return nil
	}
	out := &extentDocument{Temporal: &temporalExtent{
		Interval: [][]openInstant{{openInstant(r.from), openInstant(r.to)}}, TRS: "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
	}}
	if !r.box.IsEmpty() {
		b := boxOf(r.box)
		out.Spatial = &spatialExtent{BBox: [][]float64{b[:]}, CRS: crs84.uri()}
	}
	return out
}

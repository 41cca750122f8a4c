package api

import (
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/mvt"
)

const (
	// namedIDs is how many features of a layer an event names.
	namedIDs = 100
	// namedBoxes is how many boxes of a layer an event names; more are joined.
	namedBoxes = 20
)

// event says what a new World changed, or the clock.
type event struct {
	kind string // revision, moment or reload
	id   string // <epoch>-<revision>
	data []byte
}

// eventData is the data of an event.
type eventData struct {
	Epoch    string `json:"epoch"`
	Revision int64  `json:"revision"`
	// At is the instant of a moment.
	At      layers.Instant `json:"at,omitzero"`
	Layers  []layers.Layer `json:"layers"`
	Changes []changedInfo  `json:"changes"`
	Tiles   []tilesInfo    `json:"tiles"`
}

// changedInfo says what changed in a layer.
type changedInfo struct {
	Layer layers.Layer `json:"layer"`
	Count int          `json:"count"`
	// IDs are the first of the features that changed, up to namedIDs.
	IDs []string `json:"ids"`
	// BBox holds what they were and are: west, south, east, north. It is left out for layers without geometry.
	BBox []float64 `json:"bbox,omitempty"`
}

// tilesInfo says where the tiles of a layer changed. They may do so with the features of another layer: spaces show the mode of their
// zone, districts are drawn by the borders of their grids, hexagons, which are no layer of the store, count poles.
type tilesInfo struct {
	Layer layers.Layer `json:"layer"`
	// MinZoom is the first zoom of such tiles.
	MinZoom int `json:"minzoom"`
	// BBoxes are boxes around the changes: west, south, east, north; without any, all tiles of the layer may have changed. A tile
	// draws a little beyond its edge, 64/4096 of its side.
	BBoxes [][4]float64 `json:"bboxes,omitempty"`
}

func tilesOf(list []mvt.Touched) []tilesInfo {
	out := make([]tilesInfo, len(list))
	for i, t := range list {
		out[i] = tilesInfo{Layer: t.Layer, MinZoom: int(t.MinZoom)}
		for k, b := range t.Places {
			if k < namedBoxes {
				out[i].BBoxes = append(out[i].BBoxes, outward(b))
				continue
			}
			last := &out[i].BBoxes[namedBoxes-1]
			*last = outward(b.Union(orb.Bound{Min: orb.Point{last[0], last[1]}, Max: orb.Point{last[2], last[3]}}))
		}
	}
	return out
}

// outward rounds a box to 1e-7 degree, and no side inwards.
func outward(b orb.Bound) [4]float64 {
	return [4]float64{math.Floor(b.Min[0]*1e7) / 1e7, math.Floor(b.Min[1]*1e7) / 1e7, math.Ceil(b.Max[0]*1e7) / 1e7, math.Ceil(b.Max[1]*1e7) / 1e7}
}

// changeBetween returns the event of showing w in place of before, which is nil for the first World.
func changeBetween(before, w *World) *event {
	p := w.Position()
	data := eventData{Epoch: p.Epoch, Revision: p.Revision, Layers: []layers.Layer{}, Changes: []changedInfo{}, Tiles: []tilesInfo{}}
	e := &event{kind: "revision", id: p.String()}
	switch {
	case before == nil:
	case before.Position().Epoch != p.Epoch:
		e.kind = "reload"
	default:
		data.Tiles = tilesOf(w.Atlas.Touched())
		for _, info := range openLayers() {
			if one := changesIn(before.Set(info.Layer), w.Set(info.Layer)); one.Count > 0 {
				data.Layers = append(data.Layers, info.Layer)
				data.Changes = append(data.Changes, one)
			}
		}
	}
	e.data, _ = json.Marshal(data) // texts and finite numbers
	return e
}

// momentOf returns the event of what a World shows otherwise from an instant on.
func momentOf(w *World, at layers.Instant, touched []mvt.Touched) *event {
	p := w.Position()
	data := eventData{Epoch: p.Epoch, Revision: p.Revision, At: at, Layers: []layers.Layer{}, Changes: []changedInfo{}, Tiles: tilesOf(touched)}
	for _, t := range touched {
		if isCollection(t.Layer) {
			data.Layers = append(data.Layers, t.Layer)
		}
	}
	e := &event{kind: "moment", id: p.String()}
	e.data, _ = json.Marshal(data) // as above
	return e
}

func changesIn(before, after *layers.Set) changedInfo {
	one := changedInfo{Layer: after.Info().Layer}
	if before.Digest() == after.Digest() {
		return one
	}
	ids := map[string]bool{}
	var box *orb.Bound
	touched := func(f layers.Feature) {
		ids[f.Head().ID] = true
		if g := f.Shape(); g != nil {
			b := g.Bound()
			if box != nil {
				b = b.Union(*box)
			}
			box = &b
		}
	}
	after.Difference(before, touched, touched)
	one.Count = len(ids)
	one.IDs = slices.Sorted(maps.Keys(ids))
	one.IDs = one.IDs[:min(len(one.IDs), namedIDs)]
	if box != nil {
		one.BBox = []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	}
	return one
}

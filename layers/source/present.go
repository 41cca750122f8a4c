package source

import (
	"github.com/paulmach/orb"

	"wangge/layers"
)

// present is what an import needs to know of the store: the features of its own layer, what refers to them, which ids there are to
// refer to, and the shapes to compare with.
type present struct {
	byID   map[string]layers.Feature
	byCode map[string]layers.Feature
	ids    map[layers.Key]bool
	// inbound are the references of other layers to the layer, by the id they name.
	inbound map[string][]inbound
	shapes  map[layers.Layer][]layers.Feature
	edition *layers.Edition // the one that the import names, as the store has it or will have it
	// editionIs says what becomes of it: "" for nothing.
	editionOp layers.Op
	codes     map[string]*layers.Edition
}

// inbound is a reference to a feature of the layer.
type inbound struct {
	from    layers.Key
	pointer string
}

// look goes once over everything that the store has.
func look(in *Input) *present {
	s := &present{byID: map[string]layers.Feature{}, byCode: map[string]layers.Feature{}, ids: map[layers.Key]bool{},
		inbound: map[string][]inbound{}, shapes: map[layers.Layer][]layers.Feature{}, codes: map[string]*layers.Edition{}}
	if in.Current == nil {
		return s
	}
	targets := map[layers.Layer]bool{}
	for _, r := range layers.References() {
		targets[r.To] = true
	}
	for f := range in.Current {
		l, id := f.Layer(), f.Head().ID
		if targets[l] {
			s.ids[layers.Key{Layer: l, ID: id}] = true
		}
		if e, ok := f.(*layers.Edition); ok {
			s.codes[e.Code] = e
		}
		if l == in.Layer {
			s.byID[id] = f
			if code, _ := f.Label(); code != "" {
				s.byCode[code] = f
			}
		}
		for _, ref := range layers.Refs(f) {
			if ref.To == in.Layer {
				s.inbound[ref.ID] = append(s.inbound[ref.ID], inbound{layers.Key{Layer: l, ID: id}, ref.Pointer})
			}
		}
		if l != layers.Poles && l != layers.Spaces && f.Shape() != nil {
			s.shapes[l] = append(s.shapes[l], f)
		}
	}
	return s
}

// extent is the box of what the store covers, the layer of the import not counted; ok is false when it covers nothing.
func (s *present) extent(own layers.Layer) (box orb.Bound, ok bool) {
	for _, l := range []layers.Layer{layers.Districts, layers.Towns, layers.Grids} {
		if l == own {
			continue
		}
		for _, f := range s.shapes[l] {
			b := f.Shape().Bound()
			if !ok {
				box, ok = b, true
			}
			box = box.Union(b)
		}
	}
	return box, ok
}

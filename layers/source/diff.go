package source

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// same reports whether two features say the same: everything but version and revision.
func same(a, b layers.Feature) bool {
	x, y := content(a), content(b)
	return x != nil && bytes.Equal(x, y)
}

// content is the canonical form of f without version and revision; nil when it has none.
func content(f layers.Feature) []byte {
	h := f.Head()
	version, revision := h.Version, h.Revision
	c := f
	if version != 0 || revision != 0 {
		var err error
		if c, err = clone(f); err != nil {
			return nil
		}
		c.Head().Version, c.Head().Revision = 0, 0
	}
	b, err := layers.AppendFeature(nil, c)
	if err != nil {
		return nil
	}
	return b
}

// clone returns a feature with the same values; geometry is shared.
func clone(f layers.Feature) (layers.Feature, error) {
	info, _ := f.Layer().Info()
	c := info.New()
	values, err := layers.Values(f)
	if err == nil {
		err = layers.SetValues(c, values)
	}
	if g := f.Shape(); err == nil && g != nil {
		err = c.SetShape(g)
	}
	*c.Head() = *f.Head()
	return c, err
}

// difference compares the features of the plan with what the store has, and writes the edits.
func (p *Plan) difference(in *Input, info layers.Info, s *present, drafts []*draft) {
	if s.editionOp != "" {
		edit := layers.Edit{Op: s.editionOp, Layer: layers.Editions, ID: s.edition.ID, Feature: s.edition}
		if old := s.codes[s.edition.Code]; old != nil {
			edit.IfMatch = old.Version
		}
		p.edits = append(p.edits, edit)
	}
	d := &p.Report.Diff
	here := map[string]bool{}
	for _, dr := range drafts {
		f := dr.feature
		h := f.Head()
		here[h.ID] = true
		old := s.byID[h.ID]
		if old == nil {
			d.Created++
			p.change(layers.Edit{Op: layers.Create, Layer: in.Layer, ID: h.ID, Feature: f}, f, nil)
			continue
		}
		from := h.ValidFrom
		if !dr.dated { // when it starts is no difference of its own, unless the file says so
			h.ValidFrom = old.Head().ValidFrom
		}
		if same(old, f) {
			d.Unchanged++
			continue
		}
		h.ValidFrom = from
		d.Replaced++
		p.change(layers.Edit{Op: layers.Replace, Layer: in.Layer, ID: h.ID, Feature: f, IfMatch: old.Head().Version}, f, differing(old, f))
	}
	var gone []layers.Feature
	for id, f := range s.byID {
		if !here[id] {
			gone = append(gone, f)
		}
	}
	slices.SortFunc(gone, func(a, b layers.Feature) int { return strings.Compare(a.Head().ID, b.Head().ID) })
	if !info.Partition && !in.ReplaceAll {
		d.Kept = len(gone)
		return
	}
	for _, f := range gone {
		d.Ended++
		h := f.Head()
		p.change(layers.Edit{Op: layers.Delete, Layer: in.Layer, ID: h.ID, IfMatch: h.Version, End: in.ValidFrom}, f, nil)
	}
	p.ended = gone
}

func (p *Plan) change(e layers.Edit, f layers.Feature, what []string) {
	p.edits = append(p.edits, e)
	if list := &p.Report.Diff.Changes; len(*list) < MaxListed {
		code, name := f.Label()
		*list = append(*list, ChangeLine{Op: e.Op, ID: e.ID, Code: code, Name: name, What: what})
	}
}

// differing lists the columns in which two features differ, geometry among them.
func differing(old, f layers.Feature) []string {
	var out []string
	a, errA := layers.Values(old)
	b, errB := layers.Values(f)
	if errA != nil || errB != nil {
		return nil
	}
	for i, c := range layers.Columns(f.Layer()) {
		if a[i] != b[i] {
			out = append(out, c.Name)
		}
	}
	if !bytes.Equal(layers.AppendGeoJSON(nil, old.Shape()), layers.AppendGeoJSON(nil, f.Shape())) {
		out = append(out, "geometry")
	}
	ha, hb := old.Head(), f.Head()
	if ha.ValidTo != hb.ValidTo {
		out = append(out, "valid_to")
	}
	if ha.Demo != hb.Demo {
		out = append(out, "demo")
	}
	if ha.ValidFrom != hb.ValidFrom && len(out) == 0 {
		out = append(out, "valid_from")
	}
	return out
}

// referenced reports what is to be ended while others refer to it.
func (p *Plan) referenced(in *Input, s *present, report *collector) {
	touched := map[string]bool{} // features of the layer that end or get a new state, which was looked at already
	for _, f := range p.Features {
		touched[f.Head().ID] = true
	}
	for _, f := range p.ended {
		touched[f.Head().ID] = true
	}
	for _, f := range p.ended {
		code, _ := f.Label()
		for _, ref := range s.inbound[f.Head().ID] {
			if ref.from.Layer == in.Layer && touched[ref.from.ID] {
				continue
			}
			report.add(Problem{Kind: KindReferenced, Severity: geo.SeverityError, Code: code, At: placeOf(f), Field: strings.TrimPrefix(ref.pointer, "/"),
				Detail: fmt.Sprintf("%s is not in the file and would end, but %s %s refers to it", code, ref.from.Layer, ref.from.ID)})
		}
	}
}

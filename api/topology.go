package api

import (
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// mostExamples is how many places of defects an answer names.
const mostExamples = 20

// checkLayer checks an edit against its layer as a whole, as the World shows it, and returns the guards that hold the store to
// that state: the areas of a partition must still tile it, and no unit may come above itself.
func (c *call) checkLayer(e *edit, before layers.Feature) ([]layers.Guard, error) {
	guard := []layers.Guard{{Layer: e.info.Layer, Revision: c.w.Position().Revision}}
	switch {
	case e.info.Layer == layers.Units && e.op == layers.Replace:
		var bad issues
		if c.checkParents(e.after, &bad); len(bad) > 0 {
			return nil, &layers.Invalid{Layer: layers.Units, ID: e.id, Issues: bad}
		}
		return guard, nil
	case !e.info.Partition, keepsArea(before, e.after):
		return nil, nil
	}
	if e.op == layers.Create && c.w.Set(e.info.Layer).Versions(e.id) != nil {
		return nil, nil // the code is or was in use: the store refuses it, or knows its key
	}
	_, err := c.w.With(c.delta(e))
	var poisoned *layers.Poisoned
	if errors.As(err, &poisoned) {
		return nil, topologyProblem(poisoned)
	}
	return guard, err
}

// keepsArea reports whether a new state has the area of the one before for a part of its time: then no border moves.
func keepsArea(before, after layers.Feature) bool {
	if before == nil || after == nil {
		return false
	}
	a, b := before.Head(), after.Head()
	return a.ValidAt(b.ValidFrom) && a.ValidTo == b.ValidTo && orb.Equal(before.Shape(), after.Shape())
}

// delta is what the edit would do to the rows of its feature: what applied before it begins stays, cut at its beginning.
func (c *call) delta(e *edit) layers.Delta {
	p := c.w.Position()
	base := layers.Base{Position: layers.Position{Epoch: p.Epoch, Revision: p.Revision + 1}, RecordedAt: max(c.now(), c.w.RecordedAt()+1), Settings: c.w.Settings()}
	d := layers.Delta{Base: base, From: p, Keys: []layers.Key{{Layer: e.info.Layer, ID: e.id}}}
	for _, f := range c.w.Set(e.info.Layer).Versions(e.id) {
		m := f.Head()
		if m.ValidFrom >= e.start {
			continue
		}
		if m.ValidTo == 0 || m.ValidTo > e.start {
			f = endedAt(f, e.start)
		}
		d.Rows = append(d.Rows, layers.Row{Feature: f, Slice: true})
	}
	if e.after != nil {
		d.Rows = append(d.Rows, layers.Row{Feature: e.after})
	}
	return d
}

// endedAt returns a copy of f, sharing its geometry, that ends at the instant.
func endedAt(f layers.Feature, end layers.Instant) layers.Feature {
	v := reflect.New(reflect.TypeOf(f).Elem())
	v.Elem().Set(reflect.ValueOf(f).Elem())
	out := v.Interface().(layers.Feature)
	out.Head().ValidTo = end
	return out
}

// topologyProblem says where areas would overlap or leave a gap.
func topologyProblem(e *layers.Poisoned) *Problem {
	p := &Problem{Status: http.StatusUnprocessableEntity, Code: "topology-overlap", cause: e}
	examples := []orb.Point{}
	gaps := 0
	for _, row := range e.Rows {
		kind, detail, _ := strings.Cut(row.Reason, ": ")
		if kind == "gap" {
			gaps++
		}
		if row.ID != "" {
			detail += " (" + row.ID + ")"
		}
		p.Errors = append(p.Errors, layers.Issue{Pointer: "/geometry", Code: kind, Detail: detail})
		if row.At != nil {
			examples = append(examples, *row.At)
		}
	}
	if gaps == len(e.Rows) && gaps > 0 {
		p.Code = "topology-gap"
	}
	p.Detail = e.Error()
	p.Errors = p.Errors[:min(len(p.Errors), mostExamples)]
	p.More = map[string]any{"examples": examples[:min(len(examples), mostExamples)]}
	return p
}

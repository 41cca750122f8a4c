package geopackage

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// editor writes the edits of one transaction.
type editor struct {
	*transaction
	seen    map[layers.Key]bool
	extents map[layers.Layer]box // of what was written, for gpkg_contents
}

// edit writes one edit. The triggers write its history and its audit row.
func (w *editor) edit(e layers.Edit) (layers.Result, error) {
	t, shape, bad := storable(e)
	k := layers.Key{Layer: e.Layer, ID: e.ID}
	if bad == nil && w.seen[k] {
		bad = issue(e, "", "twice", "a transaction has at most one edit of a feature")
	}
	if bad != nil {
		return layers.Result{}, passed{bad}
	}
	w.seen[k] = true
	result := layers.Result{Key: k, Op: e.Op}
	var current int64
	found, err := w.one("SELECT version FROM "+t.name+" WHERE id = ?", []any{e.ID}, &current)
	if err != nil {
		return result, err
	}
	if _, ok := w.extents[e.Layer]; !ok {
		w.extents[e.Layer] = noBox
	}
	if e.Op == layers.Create {
		result.Version, err = w.create(t, e, shape, found, current)
		return result, err
	}
	if !found || e.IfMatch != current {
		return result, conflict(layers.StaleVersion, e, current, fmt.Sprintf("the edit is of version %d", e.IfMatch))
	}
	if e.Op == layers.Delete {
		result.Version = current
		return result, w.delete(t, e)
	}
	result.Version = current + 1
	values, err := w.values(t, e, shape, result.Version)
	if err != nil {
		return result, err
	}
	return result, w.exec(t.updateSQL(), append(values, e.ID)...)
}

func (w *editor) create(t table, e layers.Edit, shape orb.Geometry, found bool, current int64) (version int64, err error) {
	if found {
		return 0, conflict(layers.Exists, e, current, "the id is in use")
	}
	if err := w.one1("SELECT coalesce(max(version), 0) FROM "+t.history+" WHERE id = ?", e.ID, &version); err != nil {
		return 0, err
	}
	if version > 0 && !e.Revive {
		return 0, conflict(layers.Retired, e, 0, "the id was in use before")
	}
	if !e.Revive {
		if err := w.freshCode(t, e); err != nil {
			return 0, err
		}
	}
	version++
	values, err := w.values(t, e, shape, version)
	if err != nil {
		return 0, err
	}
	return version, w.exec(t.insertSQL(), values...)
}

func (w *editor) one1(query string, arg any, into any) error {
	_, err := w.one(query, []any{arg}, into)
	return err
}

// freshCode refuses a code that is only in the history. One that a head row has is found at the end, by unique.
func (w *editor) freshCode(t table, e layers.Edit) error {
	code, _ := e.Feature.Label()
	if t.info.IDIsCode || code == "" {
		return nil
	}
	var id string
	used, err := w.one("SELECT h.id FROM "+t.history+" h WHERE h.code = ?1 AND NOT EXISTS (SELECT 1 FROM "+t.name+" WHERE code = ?1) LIMIT 1", []any{code}, &id)
	if err != nil {
		return err
	}
	if used {
		return conflict(layers.Retired, e, 0, fmt.Sprintf("the code %q was in use before, by %s", code, id))
	}
	return nil
}

func (w *editor) delete(t table, e layers.Edit) error {
	end := e.End
	if end == 0 {
		end = w.at
	}
	if err := w.exec("UPDATE wangge_context SET ended_at = ?", stamp(end)); err != nil {
		return err
	}
	return w.exec("DELETE FROM "+t.name+" WHERE id = ?", e.ID)
}

// values returns what insertSQL and updateSQL write, in the order of table.content, rev_from, valid_from, valid_to.
func (w *editor) values(t table, e layers.Edit, shape orb.Geometry, version int64) ([]any, error) {
	m := e.Feature.Head()
	values, err := contentOf(t, e.Feature, shape, version)
	if err != nil {
		return nil, err
	}
	if shape != nil {
		w.extents[e.Layer] = w.extents[e.Layer].union(boxOfShape(shape))
	}
	return append(values, w.position.Revision, stamp(m.ValidFrom), bound(m.ValidTo)), nil
}

// contentOf returns what is written of a feature, in the order of table.content, with room for four more.
func contentOf(t table, f layers.Feature, shape orb.Geometry, version int64) ([]any, error) {
	values := make([]any, 1, len(t.content)+5)
	values[0] = f.Head().ID
	columns, err := layers.Values(f)
	if err != nil {
		return nil, err
	}
	for _, v := range columns {
		if v == "" {
			v = nil
		}
		values = append(values, v)
	}
	values = append(values, version, f.Head().Demo)
	if t.info.Geometry == "" {
		return values, nil
	}
	if shape == nil {
		return append(values, nil), nil
	}
	b, err := encodeGeometry(shape)
	if err != nil {
		return nil, err
	}
	return append(values, b), nil
}

// storable checks what a row must have to be read again, and returns the geometry on multiples of 1e-7 degree. Whether the
// feature is valid in its layer is for the caller to say.
func storable(e layers.Edit) (t table, shape orb.Geometry, bad *layers.Invalid) {
	t, ok := tableOf(e.Layer)
	switch {
	case !ok:
		return t, nil, issue(e, "", "layer", fmt.Sprintf("%q is no layer", e.Layer))
	case e.ID == "":
		return t, nil, issue(e, "/id", "required", "an edit names an id")
	case e.Op == layers.Delete:
		return t, nil, nil
	case e.Op != layers.Create && e.Op != layers.Replace:
		return t, nil, issue(e, "", "op", fmt.Sprintf("%q is no operation", e.Op))
	case e.Feature == nil || e.Feature.Layer() != e.Layer:
		return t, nil, issue(e, "", "required", fmt.Sprintf("there is no feature of %s to write", e.Layer))
	}
	m := e.Feature.Head()
	code, _ := e.Feature.Label()
	switch {
	case m.ID != e.ID:
		return t, nil, issue(e, "/id", "form", fmt.Sprintf("the edit is of %q, the feature is %q", e.ID, m.ID))
	case t.info.IDIsCode && code != e.ID:
		return t, nil, issue(e, "/code", "form", fmt.Sprintf("in %s the id is the code; got %q and %q", e.Layer, e.ID, code))
	case m.ValidFrom == 0:
		return t, nil, issue(e, "/valid_from", "required", "a feature applies from an instant")
	case m.ValidTo != 0 && m.ValidTo <= m.ValidFrom:
		return t, nil, issue(e, "/valid_to", "range", "valid_to must be after valid_from")
	case t.info.Geometry == "":
		return t, nil, nil
	}
	g := e.Feature.Shape()
	if g == nil {
		return t, nil, issue(e, "/geometry", "required", "a "+t.info.Geometry+" is required")
	}
	shape, err := geo.Snap(g)
	if err != nil {
		return t, nil, issue(e, "/geometry", "bad-coordinate", err.Error())
	}
	return t, shape, nil
}

func issue(e layers.Edit, pointer, code, detail string) *layers.Invalid {
	return &layers.Invalid{Layer: e.Layer, ID: e.ID, Issues: []layers.Issue{{Pointer: pointer, Code: code, Detail: detail}}}
}

func conflict(kind layers.ConflictKind, e layers.Edit, version int64, detail string) error {
	return passed{&layers.Conflict{Kind: kind, Layer: e.Layer, ID: e.ID, Version: version, Detail: detail}}
}

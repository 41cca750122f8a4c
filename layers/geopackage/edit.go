package geopackage

import (
	"fmt"

	"github.com/paulmach/orb"

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
	shape, err := e.Storable()
	if err == nil && w.seen[e.Key()] {
		err = e.Invalid("", "twice", "a transaction has at most one edit of a feature")
	}
	if err != nil {
		return layers.Result{}, passed{err}
	}
	w.seen[e.Key()] = true
	if _, ok := w.extents[e.Layer]; !ok {
		w.extents[e.Layer] = noBox
	}
	t, _ := tableOf(e.Layer)
	result, err := w.judge(t, e)
	if err != nil {
		return result, err
	}
	if e.Op == layers.Delete {
		return result, w.delete(t, e)
	}
	values, err := w.values(t, e, shape, result.Version)
	if err != nil {
		return result, err
	}
	if e.Op == layers.Create {
		return result, w.exec(t.insertSQL(), values...)
	}
	return result, w.exec(t.updateSQL(), append(values, e.ID)...)
}

// judge says what becomes of an edit, by the versions and codes that there are.
func (w *editor) judge(t table, e layers.Edit) (layers.Result, error) {
	var current, before int64
	found, err := w.one("SELECT version FROM "+t.name+" WHERE id = ?", []any{e.ID}, &current)
	if err == nil && e.Op == layers.Create {
		_, err = w.one("SELECT coalesce(max(version), 0) FROM "+t.history+" WHERE id = ?", []any{e.ID}, &before)
	}
	if err != nil {
		return layers.Result{}, err
	}
	result, err := e.Outcome(found, current, before)
	if err != nil {
		return result, passed{err}
	}
	if e.Op == layers.Create && !e.Revive {
		err = w.freshCode(t, e)
	}
	return result, err
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
		return passed{e.Conflict(layers.Retired, 0, fmt.Sprintf("the code %q was in use before, by %s", code, id))}
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
	columns, err := layers.StoredValues(f)
	if err != nil {
		return nil, err
	}
	values = append(append(values, columns...), version, f.Head().Demo)
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

package geopackage

import (
	"encoding/json"
	"fmt"

	"wangge/layers"
)

// unique refuses edits after which two head rows have the same unique columns.
func (w *editor) unique(list []layers.Edit) error {
	for _, e := range list {
		if e.Op == layers.Delete {
			continue
		}
		t, _ := tableOf(e.Layer)
		for _, u := range layers.Uniques() {
			if u.Layer != e.Layer {
				continue
			}
			if err := w.uniqueColumns(t, u, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *editor) uniqueColumns(t table, u layers.Unique, e layers.Edit) error {
	if len(u.Columns) == 1 && u.Columns[0] == "code" && t.info.IDIsCode {
		return nil // ids are unique already
	}
	same := ""
	for _, c := range u.Columns {
		same += fmt.Sprintf(" AND a.%[1]s = b.%[1]s", quote(c))
	}
	var other string
	var version int64
	found, err := w.one("SELECT a.id, b.version FROM "+t.name+" b CROSS JOIN "+t.name+" a WHERE b.id = ? AND a.fid <> b.fid"+same+
		" AND b."+quote(u.Columns[0])+" <> '' LIMIT 1", []any{e.ID}, &other, &version)
	if err != nil || !found {
		return err
	}
	if e.Op == layers.Create {
		version = 0
	} else {
		version = e.IfMatch
	}
	return passed{e.Conflict(layers.Exists, version, fmt.Sprintf("%s has the same %v", other, u.Columns))}
}

// references refuses edits after which a feature that was written refers to one that is not there, or that was deleted is
// still referred to.
func (w *editor) references(list []layers.Edit) error {
	there := map[layers.Key]bool{}
	gone := map[layers.Layer][]layers.Edit{}
	for _, e := range list {
		if e.Op == layers.Delete {
			gone[e.Layer] = append(gone[e.Layer], e)
			continue
		}
		bad := &layers.Invalid{Layer: e.Layer, ID: e.ID}
		for _, ref := range layers.Refs(e.Feature) {
			ok, err := w.exists(layers.Key{Layer: ref.To, ID: ref.ID}, there)
			if err != nil {
				return err
			}
			if !ok {
				bad.Issues = append(bad.Issues, ref.Missing())
			}
		}
		if len(bad.Issues) > 0 {
			return passed{bad}
		}
	}
	for _, ref := range layers.References() {
		if len(gone[ref.To]) == 0 {
			continue
		}
		if err := w.unreferenced(ref, gone[ref.To]); err != nil {
			return err
		}
	}
	return nil
}

func (w *editor) exists(k layers.Key, there map[layers.Key]bool) (bool, error) {
	if ok, known := there[k]; known {
		return ok, nil
	}
	var version any
	ok, err := w.one("SELECT version FROM "+string(k.Layer)+" WHERE id = ?", []any{k.ID}, &version)
	if err == nil {
		there[k] = ok
	}
	return ok, err
}

// unreferenced refuses the deletion of features that a row still refers to. A column is looked up by its index; a JSON list has
// none and costs one walk over the layer for all deletions together.
func (w *editor) unreferenced(ref layers.Reference, gone []layers.Edit) error {
	ids := make([]string, len(gone))
	for i, e := range gone {
		ids[i] = e.ID
	}
	b, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	from := string(ref.Layer)
	query := "SELECT h.id, j.wanted FROM " + wanted("?1") + " CROSS JOIN " + from + " h WHERE h." + quote(ref.Column) + " = j.wanted LIMIT 1"
	if member := ref.Member(); member != "" {
		path := "json_extract(o.value, '$." + member + "')"
		query = "SELECT h.id, " + path + " FROM " + from + " h CROSS JOIN json_each(h." + quote(ref.Column) + ") o WHERE json_valid(h." + quote(ref.Column) +
			") AND " + path + " IN (SELECT value FROM json_each(?1)) LIMIT 1"
	}
	var by, id string
	found, err := w.one(query, []any{string(b)}, &by, &id)
	if err != nil || !found {
		return err
	}
	for _, e := range gone {
		if e.ID == id {
			return passed{e.Conflict(layers.Referenced, e.IfMatch, fmt.Sprintf("%s of %s %s refers to it", ref.Column, ref.Layer, by))}
		}
	}
	return nil
}

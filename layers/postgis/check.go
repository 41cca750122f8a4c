package postgis

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"wangge/layers"
)

// codes refuses edits after which a new feature has a code that was in use before, or two head rows have the same unique
// columns.
func (w *editor) codes() error {
	for _, g := range w.groups {
		if err := w.freshCodes(g); err != nil {
			return err
		}
		for _, u := range layers.Uniques() {
			if u.Layer != g.t.info.Layer || g.t.info.IDIsCode && u.Columns[0] == "code" { // ids are unique already
				continue
			}
			if err := w.unique(g, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// freshCodes refuses the code of a new feature that is only in the history. One that a head row has is found by unique.
func (w *editor) freshCodes(g *group) error {
	of := map[string]layers.Edit{}
	var codes, ids []string
	for _, e := range w.edits {
		if e.Layer != g.t.info.Layer || e.Op != layers.Create || e.Revive || g.t.info.IDIsCode {
			continue
		}
		if code, _ := e.Feature.Label(); code != "" {
			of[code] = e
			codes, ids = append(codes, code), append(ids, e.ID)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	var code, id string
	used, err := w.one("SELECT h.code, h.id FROM "+g.t.history+" h WHERE h.code = ANY($1) AND NOT EXISTS (SELECT FROM "+g.t.name+
		" o WHERE o.code = h.code AND NOT o.id = ANY($2)) LIMIT 1", []any{codes, ids}, &code, &id)
	if err != nil || !used {
		return err
	}
	return passed{of[code].Conflict(layers.Retired, 0, fmt.Sprintf("the code %q was in use before, by %s", code, id))}
}

func (w *editor) unique(g *group, u layers.Unique) error {
	same := ""
	for _, c := range u.Columns {
		same += fmt.Sprintf(" AND a.%[1]s = b.%[1]s", quote(c))
	}
	var id, other string
	twice, err := w.one("SELECT b.id, a.id FROM "+g.t.name+" b JOIN "+g.t.name+" a ON a.id <> b.id"+same+
		" WHERE b.id = ANY($1) AND b."+quote(u.Columns[0])+" <> '' LIMIT 1", []any{g.ids}, &id, &other)
	if err != nil || !twice {
		return err
	}
	e := w.editOf(layers.Key{Layer: u.Layer, ID: id})
	return passed{e.Conflict(layers.Exists, e.IfMatch, fmt.Sprintf("%s has the same %v", other, u.Columns))}
}

// editOf returns the edit of a feature, which is among those of the transaction.
func (w *editor) editOf(k layers.Key) layers.Edit {
	i := slices.IndexFunc(w.edits, func(e layers.Edit) bool { return e.Layer == k.Layer && e.ID == k.ID })
	return w.edits[i]
}

// references refuses edits after which a feature that was written refers to one that is not there, or one that was deleted is
// still referred to.
func (w *editor) references() error {
	there, err := w.referred()
	if err != nil {
		return err
	}
	gone := map[layers.Layer][]string{}
	for _, e := range w.edits {
		if e.Op == layers.Delete {
			gone[e.Layer] = append(gone[e.Layer], e.ID)
			continue
		}
		bad := &layers.Invalid{Layer: e.Layer, ID: e.ID}
		for _, ref := range layers.Refs(e.Feature) {
			if !there[layers.Key{Layer: ref.To, ID: ref.ID}] {
				bad.Issues = append(bad.Issues, ref.Missing())
			}
		}
		if len(bad.Issues) > 0 {
			return passed{bad}
		}
	}
	for _, ref := range layers.References() {
		if ids := gone[ref.To]; len(ids) > 0 {
			if err := w.unreferenced(ref, ids); err != nil {
				return err
			}
		}
	}
	return nil
}

// referred returns which of the features that the edits refer to are there.
func (w *editor) referred() (map[layers.Key]bool, error) {
	there := map[layers.Key]bool{} // false for what was asked for
	asked := map[layers.Layer][]string{}
	for _, e := range w.edits {
		if e.Op == layers.Delete {
			continue
		}
		for _, ref := range layers.Refs(e.Feature) {
			k := layers.Key{Layer: ref.To, ID: ref.ID}
			if _, ok := there[k]; !ok {
				there[k] = false
				asked[k.Layer] = append(asked[k.Layer], k.ID)
			}
		}
	}
	for l, ids := range asked {
		t, _ := tableOf(l)
		rows, err := w.tx.Query(w.within, "SELECT id FROM "+t.name+" WHERE id = ANY($1)", ids)
		if err != nil {
			return nil, err
		}
		have, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		for _, id := range have {
			there[layers.Key{Layer: l, ID: id}] = true
		}
	}
	return there, nil
}

// unreferenced refuses the deletion of features that a row still refers to.
func (w *editor) unreferenced(ref layers.Reference, gone []string) error {
	t, _ := tableOf(ref.Layer)
	matches := "h." + quote(ref.Column) + " = d.id"
	if member := ref.Member(); member != "" { // the index of such a column answers @>
		matches = "h." + quote(ref.Column) + " @> jsonb_build_array(jsonb_build_object('" + member + "', d.id))"
	}
	var by, id string
	found, err := w.one("SELECT h.id, d.id FROM unnest($1::text[]) AS d (id) JOIN "+t.name+" h ON "+matches+" LIMIT 1", []any{gone}, &by, &id)
	if err != nil || !found {
		return err
	}
	e := w.editOf(layers.Key{Layer: ref.To, ID: id})
	return passed{e.Conflict(layers.Referenced, e.IfMatch, fmt.Sprintf("%s of %s %s refers to it", ref.Column, ref.Layer, by))}
}

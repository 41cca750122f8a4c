package storetest

import (
	"fmt"
	"strings"

	"wangge/layers"
)

func foreignCases() []Case {
	list := []Case{
		{Name: "foreign/update", body: foreignUpdate},
		{Name: "foreign/insert", body: foreignInsert},
		{Name: "foreign/delete", body: foreignDelete},
		{Name: "foreign/an id never changes and never comes back", body: foreignIDs},
		{Name: "foreign/a delta has it", body: foreignDelta},
		{Name: "foreign/an edit after it names the new version", body: foreignThenEdit},
	}
	for i := range list {
		list[i].needs = func(s *Subject) bool { return s.Foreign != nil }
	}
	return list
}

// sql runs one statement as another program; %s in it stands for the table of the layer.
func (p *probe) sql(l layers.Layer, statement string, args ...any) {
	p.must(p.Foreign.Exec(fmt.Sprintf(statement, append([]any{p.Foreign.Table(l)}, args...)...)), "foreign write to "+string(l))
}

// changed ends the case unless there is exactly one new line of the audit, and returns it.
func (p *probe) changed(since int64, op layers.Op, k layers.Key, version int64) layers.Change {
	got, err := p.Store.Changes(p.ctx, since, 10)
	p.must(err, "changes")
	if len(got) != 1 {
		p.fatalf("%d lines of audit after one foreign write: %v", len(got), got)
	}
	c := got[0]
	p.same("line of audit", layers.Change{Revision: c.Revision, Op: c.Op, Layer: c.Layer, ID: c.ID, Version: c.Version, Kind: c.Kind},
		layers.Change{Revision: since + 1, Op: op, Layer: k.Layer, ID: k.ID, Version: version, Kind: "file"})
	if c.Actor == "" {
		p.fatalf("a foreign write has no actor: %+v", c)
	}
	return c
}

func foreignUpdate(p *probe) {
	p.sample()
	for _, info := range layers.All() {
		from := p.head().Revision
		f := Fresh(info.Layer, 0)
		p.sql(info.Layer, "UPDATE %s SET name = '外来' WHERE id = '%s'", f.Head().ID)
		c := p.changed(from, layers.Replace, keyOf(f), 2)
		p.same(string(info.Layer), p.row(keyOf(f)), stored(named(info.Layer, 0, "外来", valid), 2, from+1))
		before, err := p.Store.History(p.ctx, layers.Asked{Layer: info.Layer, IDs: []string{f.Head().ID}, KnownRevision: from})
		p.must(err, "history")
		p.same(string(info.Layer)+" before", before, []layers.Feature{stored(Fresh(info.Layer, 0), 1, 1)})
		_, base := p.load()
		p.same("recorded at", base.RecordedAt, c.RecordedAt)
	}
}

func foreignInsert(p *probe) {
	p.sample()
	from := p.head().Revision
	g := Fresh(layers.Grids, 9).(*layers.Grid)
	p.sql(layers.Grids, "INSERT INTO %s (code, name, geom) VALUES ('%s', '新格', %s)", g.Code, p.Foreign.Geometry(g.Geometry))
	p.changed(from, layers.Create, keyOf(g), 1)
	row, ok := p.row(keyOf(g)).(*layers.Grid)
	if !ok {
		p.fatalf("the grid is not there by its code")
	}
	if m := row.Head(); m.Version != 1 || m.Revision != from+1 || m.ValidFrom == 0 || m.ValidTo != 0 || m.Demo {
		p.fatalf("what the store fills in: got %+v", m)
	}
	p.same("shape", row.Shape(), g.Shape())

	r := Fresh(layers.Roads, 9).(*layers.Road)
	p.sql(layers.Roads, "INSERT INTO %s (name, class, geom) VALUES ('无号路', 'track', %s)", p.Foreign.Geometry(r.Geometry))
	changes, err := p.Store.Changes(p.ctx, from+1, 10)
	p.must(err, "changes")
	p.same("lines of audit", len(changes), 1)
	id := changes[0].ID
	if !strings.HasPrefix(id, "r_") || len(id) < 10 {
		p.fatalf("the id %q that the store gave", id)
	}
	if err := p.row(layers.Key{Layer: layers.Roads, ID: id}).Validate(layers.CodesLocal); err != nil {
		p.fatalf("the row as the store filled it: %w", err)
	}
}

func foreignDelete(p *probe) {
	p.sample()
	from := p.head().Revision
	f := Fresh(layers.Overlays, 0)
	p.sql(layers.Overlays, "DELETE FROM %s WHERE id = '%s'", f.Head().ID)
	c := p.changed(from, layers.Delete, keyOf(f), 1)
	s, _ := p.load()
	want := stored(Fresh(layers.Overlays, 0), 1, from+1)
	want.Head().ValidTo = c.RecordedAt
	p.same("what applied until then", s[keyOf(f)], []layers.Row{{Feature: want, Slice: true}})
}

func foreignIDs(p *probe) {
	p.sample()
	p.apply(create(Fresh(layers.Overlays, 8)))
	p.apply(remove(Fresh(layers.Overlays, 8), 1, valid+day))
	was, base := p.load()
	shape := p.Foreign.Geometry(Fresh(layers.Overlays, 8).Shape())
	for name, sql := range map[string]string{
		"an id changes":    "UPDATE %s SET id = 'other' WHERE id = 'x_0'",
		"an id comes back": "INSERT INTO %s (id, code, name, kind, geom) VALUES ('x_8', 'new', 'n', 'park', " + shape + ")",
		"an id twice":      "INSERT INTO %s (id, code, name, kind, geom) VALUES ('x_0', 'new', 'n', 'park', " + shape + ")",
		"a code twice":     "INSERT INTO %s (id, code, name, kind, geom) VALUES ('x_9', 'C-0', 'n', 'park', " + shape + ")",
	} {
		if err := p.Foreign.Exec(fmt.Sprintf(sql, p.Foreign.Table(layers.Overlays))); err == nil {
			p.fatalf("%s: the store took it", name)
		}
		p.untouched(name, was, base.Position)
	}
}

func foreignDelta(p *probe) {
	p.sample()
	from := p.head()
	p.sql(layers.Poles, "UPDATE %s SET name = 'a' WHERE id = 'x_0'")
	p.sql(layers.Poles, "DELETE FROM %s WHERE id = 'x_1'")
	d := p.since(from)
	p.same("keys", len(d.Keys), 2)
	p.same("rows", len(d.Rows), 1)
	followed, _ := p.load()
	p.same("row", d.Rows, followed[layers.Key{Layer: layers.Poles, ID: "x_0"}])
}

func foreignThenEdit(p *probe) {
	p.sample()
	p.sql(layers.Poles, "UPDATE %s SET name = 'a' WHERE id = 'x_0'")
	f := named(layers.Poles, 0, "b", valid)
	_, err := p.try(replace(f, 1))
	p.conflict(err, layers.StaleVersion, keyOf(f), 2)
	r := p.apply(replace(f, 2))
	p.same("result", r.Results[0].Version, int64(3))
	c, err := p.Store.Changes(p.ctx, r.Position.Revision-1, 1)
	p.must(err, "changes")
	p.same("actor", c[0].Actor, "planner one")
}

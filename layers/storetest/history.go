package storetest

import (
	"fmt"

	"wangge/layers"
)

func historyCases() []Case {
	return []Case{
		{Name: "history/at and known_at", body: twoTimes},
		{Name: "history/known at an instant", body: knownAt},
		{Name: "history/pages", body: historyPages},
		{Name: "history/the whole feature", body: wholeFeature},
	}
}

// twoTimes is the table of what applied when, as known when, and it is the same in every layer:
//
//	revision 2   A applies from day 0
//	revision 3   B applies from day 10
//	revision 4   the second was wrong: C applies from day 10
//	revision 5   it ends on day 20
//	revision 6   A was wrong too: D applied from day 5 to day 8 (the feature is revived for that)
func twoTimes(p *probe) {
	p.sample()
	known := []struct {
		revision int64
		names    [7]string // before day 0, and on days 0, 5, 8, 10, 15, 20
	}{
		{1, [7]string{}},
		{2, [7]string{"", "A", "A", "A", "A", "A", "A"}},
		{3, [7]string{"", "A", "A", "A", "B", "B", "B"}},
		{4, [7]string{"", "A", "A", "A", "C", "C", "C"}},
		{5, [7]string{"", "A", "A", "A", "C", "C", ""}},
		{6, [7]string{"", "A", "D", "", "", "", ""}},
		{0, [7]string{"", "A", "D", "", "", "", ""}}, // now
	}
	at := [7]layers.Instant{valid - 1, valid, valid + 5*day, valid + 8*day, valid + 10*day, valid + 15*day, valid + 20*day}
	for _, info := range layers.All() {
		f := func(name string, from, to layers.Instant) layers.Feature {
			f := named(info.Layer, 30, name, valid+from*day)
			if to > 0 {
				f.Head().ValidTo = valid + to*day
			}
			return f
		}
		base := p.head().Revision - 1
		p.apply(create(f("A", 0, 0)))
		p.apply(replace(f("B", 10, 0), 1))
		p.apply(replace(f("C", 10, 0), 2))
		p.apply(remove(f("C", 10, 0), 3, valid+20*day))
		back := create(f("D", 5, 8))
		back.Revive = true
		p.apply(back)
		for _, k := range known {
			for i, want := range k.names {
				q := layers.Asked{Layer: info.Layer, IDs: []string{f("A", 0, 0).Head().ID}, At: at[i], KnownRevision: k.revision}
				if k.revision > 0 {
					q.KnownRevision += base
				}
				if got := p.nameOf(q); got != want {
					p.fatalf("%s: %s, known at revision %d: got %q, want %q", info.Layer, at[i], k.revision, got, want)
				}
			}
		}
	}
}

// nameOf returns the name of the one feature that answers q, "" for none.
func (p *probe) nameOf(q layers.Asked) string {
	rows, err := p.Store.History(p.ctx, q)
	p.must(err, fmt.Sprintf("history %+v", q))
	if len(rows) > 1 {
		p.fatalf("%+v has %d answers", q, len(rows))
	}
	if len(rows) == 0 {
		return ""
	}
	_, name := rows[0].Label()
	return name
}

func knownAt(p *probe) {
	a := p.apply(create(named(layers.Roads, 0, "A", valid)))
	b := p.apply(replace(named(layers.Roads, 0, "B", valid), 1))
	for _, c := range []struct {
		known layers.Instant
		want  string
	}{
		{a.RecordedAt - 1, ""}, {a.RecordedAt, "A"}, {b.RecordedAt - 1, "A"}, {b.RecordedAt, "B"}, {b.RecordedAt + 365*day, "B"},
	} {
		if got := p.nameOf(layers.Asked{Layer: layers.Roads, At: valid, KnownAt: c.known}); got != c.want {
			p.fatalf("known at %s: got %q, want %q", c.known, got, c.want)
		}
	}
}

func historyPages(p *probe) {
	var edits []layers.Edit
	for n := range 7 {
		edits = append(edits, create(Fresh(layers.Roads, n)))
	}
	p.apply(edits...)
	p.apply(replace(named(layers.Roads, 3, "later", valid+day), 1))
	var ids []string
	q := layers.Asked{Layer: layers.Roads, Limit: 2}
	for range 10 {
		rows, err := p.Store.History(p.ctx, q)
		p.must(err, "history")
		if len(rows) == 0 {
			break
		}
		for _, f := range rows {
			ids = append(ids, f.Head().ID)
		}
		q.After = ids[len(ids)-1]
	}
	p.same("every row once, by id", ids, []string{"x_0", "x_1", "x_2", "x_3", "x_3", "x_4", "x_5", "x_6"})
	rows, err := p.Store.History(p.ctx, layers.Asked{Layer: layers.Roads, IDs: []string{"x_5", "x_1", "none"}, At: valid})
	p.must(err, "history of some")
	if len(rows) != 2 || rows[0].Head().ID != "x_1" || rows[1].Head().ID != "x_5" {
		p.fatalf("history of x_5 and x_1: got %v", rows)
	}
	rows, err = p.Store.History(p.ctx, layers.Asked{Layer: layers.Roads, IDs: []string{}, At: valid})
	p.must(err, "history of an empty list")
	p.same("rows of an empty list, which limits to nothing", len(rows), 0)
}

func wholeFeature(p *probe) {
	p.sample()
	for _, info := range layers.All() {
		f := named(info.Layer, 0, "later", valid+day)
		n := p.apply(replace(f, 1)).Position.Revision
		rows, err := p.Store.History(p.ctx, layers.Asked{Layer: info.Layer, IDs: []string{f.Head().ID}})
		p.must(err, "history")
		before := stored(Fresh(info.Layer, 0), 1, n)
		before.Head().ValidTo = valid + day
		after := stored(named(info.Layer, 0, "later", valid+day), 2, n)
		p.same(string(info.Layer), rows, []layers.Feature{before, after})
		rows, err = p.Store.History(p.ctx, layers.Asked{Layer: info.Layer, IDs: []string{f.Head().ID}, KnownRevision: 1})
		p.must(err, "history")
		p.same(string(info.Layer)+" as first known", rows, []layers.Feature{stored(Fresh(info.Layer, 0), 1, 1)})
	}
}

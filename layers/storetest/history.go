package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
)

func historyCases() []Case {
	return []Case{
		{Name: "history/at and known_at", body: twoTimes},
		{Name: "history/known at an instant", body: knownAt},
		{Name: "history/pages", body: historyPages},
		{Name: "history/the whole feature", body: wholeFeature},
		{Name: "history/heads and boxes", body: headsAndBoxes},
		{Name: "history/the revision of an instant", body: revisionOfInstant},
		{Name: "history/a past snapshot", body: pastSnapshot},
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

// headsAndBoxes edits at random, keeps what a load has after each transaction, and asks for it again in the end: all of it, and what lies
// in some boxes.
func headsAndBoxes(p *probe) {
	p.sample()
	rng := rand.New(rand.NewPCG(7, 9))
	then := map[int64]state{}
	for range 15 {
		if p.randomTx(rng) {
			s, base := p.load()
			then[base.Position.Revision] = s
		}
	}
	if len(then) < 5 {
		p.fatalf("only %d of 15 random transactions did something", len(then))
	}
	whole := square(0, 0, 1)[0].Bound()
	boxes := []*orb.Bound{nil, {Min: whole.Min, Max: whole.Min}, {Min: whole.Min, Max: whole.Center()}, {Min: orb.Point{10, 10}, Max: orb.Point{11, 11}}}
	found := 0
	for revision, s := range then {
		for _, info := range layers.All() {
			for _, box := range boxes {
				q := layers.Asked{Layer: info.Layer, KnownRevision: revision, Heads: true, Box: box}
				got, err := p.Store.History(p.ctx, q)
				p.must(err, "heads")
				want := s.heads(q)
				p.same(fmt.Sprintf("heads of %s at revision %d in %v", info.Layer, revision, box), got, want)
				if box != nil {
					found += len(got)
				}
			}
		}
	}
	if found == 0 {
		p.fatalf("no box had anything in it")
	}
}

// heads returns the head rows that answer a question, by id.
func (s state) heads(q layers.Asked) []layers.Feature {
	var out []layers.Feature
	for k, rows := range s {
		for _, r := range rows {
			if k.Layer == q.Layer && !r.Slice && (q.Box == nil || r.Feature.Shape() != nil && r.Feature.Shape().Bound().Intersects(*q.Box)) {
				out = append(out, r.Feature)
			}
		}
	}
	slices.SortFunc(out, func(a, b layers.Feature) int { return strings.Compare(a.Head().ID, b.Head().ID) })
	return out
}

func revisionOfInstant(p *probe) {
	ask := func(at layers.Instant, revision int64, recorded layers.Instant) {
		got, when, err := p.Store.Known(p.ctx, at)
		p.must(err, "known")
		if want := (layers.Position{Epoch: p.head().Epoch, Revision: revision}); got != want || when != recorded {
			p.fatalf("known at %s: got %v recorded %s, want %v recorded %s", at, got, when, want, recorded)
		}
	}
	a := p.apply(create(named(layers.Roads, 0, "A", valid)))
	b := p.apply(replace(named(layers.Roads, 0, "B", valid), 1))
	ask(a.RecordedAt-1, a.Position.Revision-1, 0)
	ask(a.RecordedAt, a.Position.Revision, a.RecordedAt)
	ask(b.RecordedAt-1, a.Position.Revision, a.RecordedAt)
	ask(b.RecordedAt, b.Position.Revision, b.RecordedAt)
	ask(b.RecordedAt+365*day, b.Position.Revision, b.RecordedAt)
}

// pastSnapshot edits every layer, and compares what LoadPast has of each revision with what LoadSnapshot had then.
func pastSnapshot(p *probe) {
	p.sample()
	then := map[int64]*layers.Snapshot{}
	keep := func() {
		s, err := layers.LoadSnapshot(p.ctx, p.Store)
		p.must(err, "load")
		then[s.Position().Revision] = s
	}
	keep()
	for _, step := range []func(info layers.Info) []layers.Edit{
		func(info layers.Info) []layers.Edit {
			later := replace(named(info.Layer, 0, "later", valid+day), 1)
			if info.Partition {
				return []layers.Edit{later}
			}
			return []layers.Edit{later, create(named(info.Layer, 30, "more", valid))}
		},
		func(info layers.Info) []layers.Edit {
			return []layers.Edit{replace(named(info.Layer, 30, "other", valid+3*day), 1)}
		},
		func(info layers.Info) []layers.Edit {
			return []layers.Edit{remove(named(info.Layer, 30, "other", valid+3*day), 2, valid+9*day)}
		},
	} {
		var edits []layers.Edit
		for _, info := range layers.All() {
			if one := step(info); !info.Partition || len(one) == 1 && one[0].ID == Fresh(info.Layer, 0).Head().ID {
				edits = append(edits, one...)
			}
		}
		p.apply(edits...)
		keep()
	}
	whole := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	for revision, want := range then {
		past, err := layers.LoadPast(p.ctx, p.Store, want.Position(), want.RecordedAt(), want.Settings())
		p.must(err, "past")
		got, err := past.Around(p.ctx, whole)
		p.must(err, "around")
		for _, info := range layers.All() {
			set, wide := got.Set(info.Layer), info.Layer == layers.Poles || info.Layer == layers.Roads
			none := slices.Contains([]layers.Layer{layers.Spaces, layers.Activations, layers.Contacts, layers.Refusals}, info.Layer)
			if !none && set.Digest() != want.Set(info.Layer).Digest() || none && set.Len() > 0 || wide && past.Small().Set(info.Layer).Len() > 0 {
				p.fatalf("%s at revision %d is another: %d rows, want %d", info.Layer, revision, set.Len(), want.Set(info.Layer).Len())
			}
		}
		nothing, err := past.Around(p.ctx, orb.Bound{Min: orb.Point{10, 10}, Max: orb.Point{11, 11}})
		p.must(err, "around nothing")
		if n := nothing.Set(layers.Poles).Len() + nothing.Set(layers.Roads).Len(); n > 0 {
			p.fatalf("%d poles and roads in a box that has none", n)
		}
	}
}

package storetest

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"wangge/layers"
)

func editCases() []Case {
	return []Case{
		{Name: "edits/empty store", body: emptyStore},
		{Name: "edits/what is created is loaded", body: createAll},
		{Name: "edits/replace", body: replaceAll},
		{Name: "edits/delete", body: deleteAll},
		{Name: "edits/results are in the order of the edits", body: resultOrder},
		{Name: "edits/the caller's feature stays as it is", body: callersFeature},
		{Name: "edits/recorded time grows", body: recordedTime},
		{Name: "edits/settings", body: settings},
		{Name: "edits/what cannot be stored is invalid", body: notStorable},
		{Name: "edits/coordinates are on multiples of 1e-7", body: snapped},
		{Name: "edits/odd texts come back as they are", body: oddTexts},
		{Name: "edits/codes may be exchanged", body: exchangeCodes},
	}
}

func emptyStore(p *probe) {
	s, base := p.load()
	p.same("rows", len(s), 0)
	p.same("settings", base.Settings, Settings())
	p.same("revision", base.Position.Revision, int64(0))
	p.same("head", p.head(), base.Position)
	if base.Position.Epoch == "" {
		p.fatalf("an empty store has no epoch")
	}
	d, err := p.Store.Since(p.ctx, base.Position, 10)
	p.must(err, "since")
	p.same("position of the delta", d.Position, base.Position)
	p.same("keys of the delta", len(d.Keys), 0)
	changes, err := p.Store.Changes(p.ctx, 0, 10)
	p.must(err, "changes")
	p.same("changes", len(changes), 0)
}

// stored returns f as a store is to give it back.
func stored(f layers.Feature, version, revision int64) layers.Feature {
	f.Head().Version, f.Head().Revision = version, revision
	return f
}

func createAll(p *probe) {
	r := p.sample()
	p.same("revision", r.Position.Revision, int64(1))
	p.same("results", len(r.Results), len(Sample()))
	want := state{}
	for _, f := range Sample() {
		want.add(layers.Row{Feature: stored(f, 1, 1)})
	}
	got, base := p.load()
	p.same("rows", got, want)
	p.same("position", base.Position, r.Position)
	p.same("recorded at", base.RecordedAt, r.RecordedAt)
}

func replaceAll(p *probe) {
	p.sample()
	for i, info := range layers.All() {
		f := named(info.Layer, 0, "新名", valid)
		f.Head().Demo = false
		r := p.apply(replace(f, 1))
		p.same("result", r.Results, []layers.Result{{Key: keyOf(f), Op: layers.Replace, Version: 2}})
		want := named(info.Layer, 0, "新名", valid)
		want.Head().Demo = false
		p.same(fmt.Sprintf("%s after replace", info.Layer), p.row(keyOf(f)), stored(want, 2, int64(2+i)))
	}
}

func deleteAll(p *probe) {
	p.sample()
	all := layers.All()
	for i := len(all) - 1; i >= 0; i-- {
		f := Fresh(all[i].Layer, 40)
		p.apply(create(f))
		r := p.apply(remove(f, 1, valid+day))
		p.same("result", r.Results, []layers.Result{{Key: keyOf(f), Op: layers.Delete, Version: 1}})
		if got := p.row(keyOf(f)); got != nil {
			p.fatalf("%v is still there: %v", keyOf(f), got)
		}
	}
}

func resultOrder(p *probe) {
	p.sample()
	pole, road, space := named(layers.Poles, 0, "a", valid), Fresh(layers.Roads, 9), Fresh(layers.Spaces, 1)
	r := p.apply(replace(pole, 1), create(road), remove(space, 1, valid+day))
	p.same("results", r.Results, []layers.Result{
		{Key: keyOf(pole), Op: layers.Replace, Version: 2},
		{Key: keyOf(road), Op: layers.Create, Version: 1},
		{Key: keyOf(space), Op: layers.Delete, Version: 1},
	})
	got, err := p.Store.Changes(p.ctx, 1, 10)
	p.must(err, "changes")
	if len(got) != 3 || got[0].Layer != layers.Poles || got[1].Layer != layers.Roads || got[2].Layer != layers.Spaces {
		p.fatalf("changes are not in the order of the edits: %v", got)
	}
}

// callersFeature: a feature that is given to Apply may be one of a Snapshot.
func callersFeature(p *probe) {
	f := Fresh(layers.Editions, 0)
	p.apply(create(f))
	p.same("feature after apply", f, Fresh(layers.Editions, 0))
}

func recordedTime(p *probe) {
	p.clock = start
	first := p.apply(create(Fresh(layers.Editions, 0)))
	p.clock = p.clock.Add(-24 * 60 * 60e9) // the clock was set back by a day
	second := p.apply(create(Fresh(layers.Editions, 1)))
	third := p.apply(create(Fresh(layers.Editions, 2)))
	p.same("a millisecond after the first", second.RecordedAt, first.RecordedAt+1)
	p.same("a millisecond after the second", third.RecordedAt, first.RecordedAt+2)
	p.clock = start.Add(72 * 60 * 60e9)
	fourth := p.apply(create(Fresh(layers.Editions, 3)))
	p.same("the time of the clock", fourth.RecordedAt, layers.InstantOf(p.clock))
}

func settings(p *probe) {
	want := layers.Settings{Name: "别人的区", Codes: layers.CodesFree}
	tx := p.tx()
	tx.Kind, tx.Settings = "init", &want
	r, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "apply settings")
	p.same("revision", r.Position.Revision, int64(1))
	_, base := p.load()
	p.same("settings", base.Settings, want)
	d, err := p.Store.Since(p.ctx, layers.Position{Epoch: r.Position.Epoch}, 10)
	p.must(err, "since")
	p.same("settings of the delta", d.Settings, want)
}

func notStorable(p *probe) {
	p.sample()
	was, base := p.load()
	town := Fresh(layers.Towns, 7).(*layers.Town)
	town.Code = "310116199"
	noID := Fresh(layers.Roads, 7)
	noID.Head().ID = ""
	noTime := Fresh(layers.Roads, 7)
	noTime.Head().ValidFrom = 0
	backwards := Fresh(layers.Roads, 7)
	backwards.Head().ValidTo = valid
	far := Fresh(layers.Poles, 7).(*layers.Pole)
	far.Geometry = orb.Point{1e9, 30}
	noShape := Fresh(layers.Grids, 7).(*layers.Grid)
	noShape.Geometry = nil
	for _, c := range []struct {
		name, pointer string
		edit          layers.Edit
	}{
		{"code is not the id", "/code", create(town)},
		{"no id", "/id", create(noID)},
		{"no start", "/valid_from", create(noTime)},
		{"ends when it starts", "/valid_to", create(backwards)},
		{"not on Earth", "/geometry", create(far)},
		{"no geometry", "/geometry", create(noShape)},
		{"no feature", "", layers.Edit{Op: layers.Create, Layer: layers.Roads, ID: "x_7"}},
		{"another feature", "/id", layers.Edit{Op: layers.Create, Layer: layers.Roads, ID: "x_8", Feature: Fresh(layers.Roads, 7)}},
		{"another layer", "", layers.Edit{Op: layers.Create, Layer: layers.Roads, ID: "x_7", Feature: Fresh(layers.Units, 7)}},
		{"no such operation", "", layers.Edit{Op: "merge", Layer: layers.Roads, ID: "x_0", Feature: Fresh(layers.Roads, 0), IfMatch: 1}},
	} {
		_, err := p.try(create(Fresh(layers.Editions, 20)), c.edit)
		if !errors.Is(err, layers.ErrInvalid) {
			p.fatalf("%s: got %v, want an error of kind ErrInvalid", c.name, err)
		}
		p.invalid(err, layers.Key{Layer: c.edit.Layer, ID: c.edit.ID}, c.pointer)
		p.untouched(c.name, was, base.Position)
	}
	_, err := p.try(replace(named(layers.Roads, 0, "a", valid), 1), replace(named(layers.Roads, 0, "b", valid), 2))
	p.invalid(err, layers.Key{Layer: layers.Roads, ID: "x_0"}, "")
	p.untouched("two edits of one feature", was, base.Position)
}

func snapped(p *probe) {
	p.sample()
	pole := Fresh(layers.Poles, 9).(*layers.Pole)
	pole.Geometry = orb.Point{121.30000014999, 30.70000005001}
	p.apply(create(pole))
	p.same("position", p.row(keyOf(pole)).Shape(), orb.Geometry(orb.Point{121.3000001, 30.7000001}))
}

func oddTexts(p *probe) {
	for i, text := range []string{"𠮷野家 – naïve", `"quoted" 'and' \back\slash`, "a;DROP TABLE poles;--", "%s %d {} $1 ?", "<b>&amp;</b>", "é"} {
		f := with(Fresh(layers.Editions, i), map[string]any{"name": text, "authority": text})
		p.apply(create(f))
		got := p.row(keyOf(f)).(*layers.Edition)
		p.same("name", got.Name, text)
		p.same("authority", got.Authority, text)
	}
}

// exchangeCodes: what is unique is judged when the transaction ends.
func exchangeCodes(p *probe) {
	a, b := Fresh(layers.Roads, 0), Fresh(layers.Roads, 1)
	p.apply(create(a), create(b))
	p.apply(
		replace(with(Fresh(layers.Roads, 0), map[string]any{"code": "C-1"}), 1),
		replace(with(Fresh(layers.Roads, 1), map[string]any{"code": "C-0"}), 1),
	)
	p.same("code of the first", p.row(keyOf(a)).(*layers.Road).Code, "C-1")
	p.same("code of the second", p.row(keyOf(b)).(*layers.Road).Code, "C-0")
}

package storetest

import (
	"errors"
	"fmt"
	"sync"

	"wangge/layers"
)

func conflictCases() []Case {
	return []Case{
		{Name: "conflicts/stale versions", body: staleVersions},
		{Name: "conflicts/ids and codes in use", body: inUse},
		{Name: "conflicts/ids and codes are never given again", body: retired},
		{Name: "conflicts/reviving", body: reviving},
		{Name: "conflicts/ten writers, one wins", body: contested},
		{Name: "conflicts/one bad edit undoes all", body: allOrNothing},
	}
}

func staleVersions(p *probe) {
	p.sample()
	was, base := p.load()
	for _, info := range layers.All() {
		f := Fresh(info.Layer, 0)
		for _, version := range []int64{0, 2, -1} {
			_, err := p.try(replace(f, version))
			p.conflict(err, layers.StaleVersion, keyOf(f), 1)
			_, err = p.try(remove(f, version, valid+day))
			p.conflict(err, layers.StaleVersion, keyOf(f), 1)
		}
		none := Fresh(info.Layer, 50)
		_, err := p.try(replace(none, 1))
		p.conflict(err, layers.StaleVersion, keyOf(none), 0)
		_, err = p.try(remove(none, 1, valid+day))
		p.conflict(err, layers.StaleVersion, keyOf(none), 0)
	}
	p.untouched("stale edits", was, base.Position)
}

func inUse(p *probe) {
	p.sample()
	was, base := p.load()
	for _, info := range layers.All() {
		f := Fresh(info.Layer, 0)
		_, err := p.try(create(f))
		p.conflict(err, layers.Exists, keyOf(f), 1)
		if info.IDIsCode {
			continue
		}
		code, _ := f.Label()
		same := with(Fresh(info.Layer, 60), map[string]any{"code": code})
		_, err = p.try(create(same))
		p.conflict(err, layers.Exists, keyOf(same), 0)
		a, b := with(Fresh(info.Layer, 61), map[string]any{"code": "twice"}), with(Fresh(info.Layer, 62), map[string]any{"code": "twice"})
		if _, err = p.try(create(a), create(b)); !errors.Is(err, layers.ErrConflict) {
			p.fatalf("%s: one code for two new features: got %v, want a conflict", info.Layer, err)
		}
	}
	space := with(Fresh(layers.Spaces, 60), map[string]any{"number": 2})
	_, err := p.try(create(space))
	p.conflict(err, layers.Exists, keyOf(space), 0)
	_, err = p.try(replace(with(Fresh(layers.Spaces, 0), map[string]any{"number": 2}), 1))
	p.conflict(err, layers.Exists, keyOf(Fresh(layers.Spaces, 0)), 1)
	p.untouched("clashes", was, base.Position)

	p.apply(replace(with(Fresh(layers.Poles, 0), map[string]any{"plate": "P-77"}), 1))
	pole := with(Fresh(layers.Poles, 60), map[string]any{"plate": "P-77"})
	_, err = p.try(create(pole))
	p.conflict(err, layers.Exists, keyOf(pole), 0)
	p.apply(create(Fresh(layers.Poles, 61)), create(Fresh(layers.Poles, 62))) // no plate is no plate
}

func retired(p *probe) {
	p.sample()
	for _, info := range layers.All() {
		f := Fresh(info.Layer, 30)
		p.apply(create(f))
		p.apply(remove(f, 1, valid+day))
		_, err := p.try(create(Fresh(info.Layer, 30)))
		p.conflict(err, layers.Retired, keyOf(f), 0)
		if info.IDIsCode {
			continue
		}
		code, _ := f.Label()
		other := with(Fresh(info.Layer, 31), map[string]any{"code": code})
		_, err = p.try(create(other))
		p.conflict(err, layers.Retired, keyOf(other), 0)
	}
}

func reviving(p *probe) {
	p.sample()
	f := Fresh(layers.Grids, 30)
	p.apply(create(f))
	p.apply(remove(f, 1, valid+10*day))
	back := create(named(layers.Grids, 30, "回来", valid+20*day))
	back.Revive = true
	r := p.apply(back)
	if v := r.Results[0].Version; v <= 1 {
		p.fatalf("the version after a revival is %d: it was in use before", v)
	}
	s, _ := p.load()
	rows := s[keyOf(f)]
	if len(rows) != 2 || !rows[0].Slice || rows[1].Slice {
		p.fatalf("want the part before the deletion and the revived row, got %v", rows)
	}
	p.same("end of the first life", rows[0].Feature.Head().ValidTo, valid+10*day)

	// Revived from its very start, as an undo does: the first life is superseded whole.
	g := Fresh(layers.Grids, 31)
	p.apply(create(g))
	p.apply(remove(g, 1, valid+10*day))
	undo := create(Fresh(layers.Grids, 31))
	undo.Revive = true
	p.apply(undo)
	s, _ = p.load()
	p.same("rows after the undo", len(s[keyOf(g)]), 1)
	exists := create(Fresh(layers.Grids, 31))
	exists.Revive = true
	_, err := p.try(exists)
	p.conflict(err, layers.Exists, keyOf(g), p.row(keyOf(g)).Head().Version)
}

func contested(p *probe) {
	const writers, rounds = 10, 20
	p.sample()
	for round := range rounds {
		var wait sync.WaitGroup
		errs := make([]error, writers)
		from := p.head().Revision
		for w := range writers {
			tx := p.tx(replace(named(layers.Poles, 0, fmt.Sprintf("%d/%d", round, w), valid), int64(round+1)))
			wait.Go(func() { _, errs[w] = p.Store.Apply(p.ctx, tx) })
		}
		wait.Wait()
		won := 0
		for w, err := range errs {
			if err == nil {
				won++
				p.same("name in the store", p.row(layers.Key{Layer: layers.Poles, ID: "x_0"}).(*layers.Pole).Name, fmt.Sprintf("%d/%d", round, w))
				continue
			}
			p.conflict(err, layers.StaleVersion, layers.Key{Layer: layers.Poles, ID: "x_0"}, int64(round+2))
		}
		if won != 1 {
			p.fatalf("round %d: %d of %d writers won, want one", round, won, writers)
		}
		p.same("revisions of a round", p.head().Revision, from+1)
	}
}

func allOrNothing(p *probe) {
	p.sample()
	was, base := p.load()
	good := create(Fresh(layers.Roads, 5))
	_, err := p.try(good, replace(Fresh(layers.Poles, 0), 9))
	p.conflict(err, layers.StaleVersion, layers.Key{Layer: layers.Poles, ID: "x_0"}, 1)
	p.untouched("a transaction with a bad edit", was, base.Position)
	r := p.apply(good)
	p.same("revision", r.Position.Revision, base.Position.Revision+1)
}

package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"wangge/layers"
)

func deltaCases() []Case {
	return []Case{
		{Name: "deltas/what changed and nothing else", body: oneDelta},
		{Name: "deltas/another epoch", body: otherEpoch},
		{Name: "deltas/more than most", body: moreThanMost},
		{Name: "deltas/random edits step by step equal a full load", body: randomEdits},
	}
}

func (p *probe) since(from layers.Position) layers.Delta {
	d, err := p.Store.Since(p.ctx, from, 10_000)
	p.must(err, "since")
	if d.From != from {
		p.fatalf("since %v: the delta is from %v", from, d.From)
	}
	return d
}

func oneDelta(p *probe) {
	p.sample()
	from := p.head()
	pole, road, space := named(layers.Poles, 0, "one", valid), Fresh(layers.Roads, 9), Fresh(layers.Spaces, 1)
	p.apply(replace(pole, 1))
	last := p.apply(replace(named(layers.Poles, 0, "two", valid), 2), create(road), remove(space, 1, valid+day))
	d := p.since(from)
	p.same("position", d.Position, last.Position)
	p.same("recorded at", d.RecordedAt, last.RecordedAt)
	p.same("settings", d.Settings, Settings())
	keys := slices.Clone(d.Keys)
	slices.SortFunc(keys, func(a, b layers.Key) int { return len(a.Layer) - len(b.Layer) })
	p.same("keys", len(keys), 3)
	for _, f := range []layers.Feature{pole, road, space} {
		if !slices.Contains(keys, keyOf(f)) {
			p.fatalf("%v is not among the keys %v", keyOf(f), keys)
		}
	}
	got := state{}
	for _, r := range d.Rows {
		got.add(r)
	}
	want := state{}
	want.add(layers.Row{Feature: stored(named(layers.Poles, 0, "two", valid), 3, 3)})
	want.add(layers.Row{Feature: stored(Fresh(layers.Roads, 9), 1, 3)})
	p.same("rows", got, want)
}

func otherEpoch(p *probe) {
	p.sample()
	pos := p.head()
	for _, from := range []layers.Position{{Epoch: "another", Revision: 0}, {Epoch: "", Revision: 1}, {Epoch: pos.Epoch, Revision: pos.Revision + 1}} {
		if _, err := p.Store.Since(p.ctx, from, 100); !errors.Is(err, layers.ErrEpoch) {
			p.fatalf("since %v: got %v, want ErrEpoch", from, err)
		}
	}
}

func moreThanMost(p *probe) {
	from := p.head()
	n := len(p.sample().Results)
	if _, err := p.Store.Since(p.ctx, from, n); err != nil {
		p.fatalf("a delta of exactly most features: %w", err)
	}
	if _, err := p.Store.Since(p.ctx, from, n-1); !errors.Is(err, layers.ErrEpoch) {
		p.fatalf("a delta of more than most features: got %v, want ErrEpoch", err)
	}
	p.apply(replace(named(layers.Poles, 0, "again", valid), 1)) // the same feature again is not one more
	if _, err := p.Store.Since(p.ctx, from, n); err != nil {
		p.fatalf("a feature that changed twice counts once: %w", err)
	}
}

// randomEdits follows a store by deltas, a random number of revisions at a time, while random transactions are applied.
func randomEdits(p *probe) {
	p.sample()
	const seed, steps = 20250520, 150
	rng := rand.New(rand.NewPCG(seed, seed))
	followed, base := p.load()
	at := base.Position
	taken := 0
	for step := range steps {
		if p.randomTx(rng) {
			taken++
		}
		if rng.IntN(3) > 0 {
			continue
		}
		d := p.since(at)
		at = d.Position
		for _, k := range d.Keys {
			delete(followed, k)
		}
		for _, r := range d.Rows {
			followed.add(r)
		}
		full, base := p.load()
		p.same(fmt.Sprintf("seed %d, step %d: position", seed, step), at, base.Position)
		p.same(fmt.Sprintf("seed %d, step %d: rows by deltas", seed, step), followed, full)
	}
	if taken < steps/3 {
		p.fatalf("only %d of %d random transactions were taken", taken, steps)
	}
}

// randomTx applies one to three random edits and reports whether they were taken; a conflict is fine.
func (p *probe) randomTx(rng *rand.Rand) bool {
	all := layers.All()
	heads, _ := p.load()
	var edits []layers.Edit
	used := map[layers.Key]bool{}
	for range 1 + rng.IntN(3) {
		l := all[rng.IntN(len(all))].Layer
		f := named(l, rng.IntN(12), fmt.Sprintf("r%d", rng.IntN(1000)), valid+day*layers.Instant(rng.IntN(40)))
		k := keyOf(f)
		if used[k] {
			continue
		}
		used[k] = true
		if rng.IntN(3) == 0 {
			f.Head().ValidTo = f.Head().ValidFrom + day*layers.Instant(1+rng.IntN(20))
		}
		version := int64(0)
		for _, r := range heads[k] {
			if !r.Slice {
				version = r.Feature.Head().Version
			}
		}
		switch {
		case version == 0:
			e := create(f)
			e.Revive = rng.IntN(2) == 0
			edits = append(edits, e)
		case rng.IntN(5) == 0:
			edits = append(edits, remove(f, version, valid+day*layers.Instant(rng.IntN(40))))
		default:
			edits = append(edits, replace(f, version))
		}
	}
	_, err := p.try(edits...)
	if err != nil && !errors.Is(err, layers.ErrConflict) && !errors.Is(err, layers.ErrInvalid) {
		p.fatalf("random edits: %w", err)
	}
	return err == nil
}

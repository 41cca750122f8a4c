package storetest

import (
	"fmt"

	"wangge/layers"
)

func poisonCases() []Case {
	return []Case{{
		Name:  "poison/a row that cannot be read is named and harms no other",
		needs: func(s *Subject) bool { return len(s.Poisons) > 0 },
		body:  poisoned,
	}}
}

// poisoned spoils one row after the other and expects of each that a load names it, as broken or by a feature that does not
// pass Validate, and gives every other row as before.
func poisoned(p *probe) {
	if len(p.Poisons) < 20 {
		p.fatalf("only %d kinds of poison, want 20", len(p.Poisons))
	}
	p.sample()
	good, _ := p.load()
	for i, poison := range p.Poisons {
		f := Fresh(poison.Layer, 50+i)
		p.apply(create(f))
		p.must(poison.Spoil(f.Head().ID), "spoil: "+poison.Name)
		from := p.head()
		named, why := p.poisonedLoad(good, i+1)
		if named == 0 {
			p.fatalf("%s: no row is named as broken or invalid: %s", poison.Name, why)
		}
		if _, err := p.Store.History(p.ctx, layers.Asked{Layer: poison.Layer}); err != nil {
			p.fatalf("%s: history: %w", poison.Name, err)
		}
		if _, err := p.Store.Since(p.ctx, layers.Position{Epoch: from.Epoch}, 1000); err != nil {
			p.fatalf("%s: since: %w", poison.Name, err)
		}
		mark := Fresh(layers.Editions, 200+i) // edits go on
		p.apply(create(mark))
		now, _ := p.load()
		good[keyOf(mark)] = now[keyOf(mark)]
	}
}

// poisonedLoad loads, compares the good rows, and returns how many rows are bad; they must be as many as were spoilt.
func (p *probe) poisonedLoad(good state, spoilt int) (bad int, why string) {
	seen := state{}
	_, err := p.Store.Load(p.ctx, func(r layers.Row) error {
		switch {
		case r.Broken != nil:
			if r.Broken.Row == "" || r.Broken.Reason == "" || r.Broken.Layer == "" {
				return fmt.Errorf("a broken row without layer, row or reason: %+v", *r.Broken)
			}
			bad++
		case r.Feature.Validate(layers.CodesLocal) != nil:
			bad++
		default:
			seen.add(r)
		}
		return nil
	})
	p.must(err, "load with a poisoned row")
	for k, rows := range good {
		p.same(fmt.Sprintf("%v beside a poisoned row", k), seen[k], rows)
	}
	if bad != spoilt {
		return 0, fmt.Sprintf("%d bad rows after %d were spoilt", bad, spoilt)
	}
	return bad, ""
}

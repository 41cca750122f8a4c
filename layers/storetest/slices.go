package storetest

import (
	"wangge/layers"
)

func sliceCases() []Case {
	return []Case{
		{Name: "slices/a later state leaves the part before", body: laterState},
		{Name: "slices/a state that starts earlier cuts what is known", body: earlierState},
		{Name: "slices/a correction leaves none", body: correction},
		{Name: "slices/an end leaves the part before it", body: ended},
		{Name: "slices/only where the layer has them", body: onlyWhere},
	}
}

// span is one row of a feature: name, start and end in days, and whether it is a slice.
type span struct {
	Name     string
	From, To layers.Instant
	Slice    bool
}

// spans returns the rows of a feature.
func (p *probe) spans(k layers.Key) []span {
	s, _ := p.load()
	var out []span
	for _, r := range s[k] {
		if r.Broken != nil {
			p.fatalf("%v is broken: %+v", k, *r.Broken)
		}
		_, name := r.Feature.Label()
		m := r.Feature.Head()
		sp := span{Name: name, From: (m.ValidFrom - valid) / day, Slice: r.Slice}
		if m.ValidTo != 0 {
			sp.To = (m.ValidTo - valid) / day
		}
		out = append(out, sp)
	}
	return out
}

// sliced calls each for every layer whose snapshot holds slices, with a maker of states of one feature.
func (p *probe) sliced(each func(k layers.Key, f func(name string, from, to layers.Instant) layers.Feature)) {
	p.sample()
	for _, info := range layers.All() {
		if !info.Slices {
			continue
		}
		f := func(name string, from, to layers.Instant) layers.Feature {
			f := named(info.Layer, 30, name, valid+from*day)
			if to > 0 {
				f.Head().ValidTo = valid + to*day
			}
			return f
		}
		each(keyOf(f("", 0, 0)), f)
	}
}

func laterState(p *probe) {
	p.sliced(func(k layers.Key, f func(string, layers.Instant, layers.Instant) layers.Feature) {
		p.apply(create(f("A", 0, 0)))
		p.apply(replace(f("B", 10, 0), 1))
		p.apply(replace(f("C", 20, 30), 2))
		p.apply(replace(f("D", 40, 0), 3)) // after a gap
		p.same(string(k.Layer), p.spans(k), []span{{"A", 0, 10, true}, {"B", 10, 20, true}, {"C", 20, 30, true}, {"D", 40, 0, false}})
	})
}

func earlierState(p *probe) {
	p.sliced(func(k layers.Key, f func(string, layers.Instant, layers.Instant) layers.Feature) {
		p.apply(create(f("A", 0, 0)))
		p.apply(replace(f("B", 10, 0), 1))
		p.apply(replace(f("C", 20, 0), 2))
		p.apply(replace(f("D", 15, 0), 3)) // C never applied, B ends earlier
		p.same(string(k.Layer), p.spans(k), []span{{"A", 0, 10, true}, {"B", 10, 15, true}, {"D", 15, 0, false}})
		p.apply(replace(f("E", 5, 0), 4))
		p.same(string(k.Layer), p.spans(k), []span{{"A", 0, 5, true}, {"E", 5, 0, false}})
		p.apply(replace(f("F", -5, 0), 5))
		p.same(string(k.Layer), p.spans(k), []span{{"F", -5, 0, false}})
	})
}

func correction(p *probe) {
	p.sliced(func(k layers.Key, f func(string, layers.Instant, layers.Instant) layers.Feature) {
		p.apply(create(f("A", 0, 0)))
		p.apply(replace(f("B", 0, 0), 1))
		p.apply(replace(f("B", 0, 9), 2))
		p.same(string(k.Layer), p.spans(k), []span{{"B", 0, 9, false}})
	})
}

func ended(p *probe) {
	p.sliced(func(k layers.Key, f func(string, layers.Instant, layers.Instant) layers.Feature) {
		p.apply(create(f("A", 0, 0)))
		p.apply(replace(f("B", 10, 30), 1))
		p.apply(remove(f("B", 10, 30), 2, valid+20*day))
		p.same(string(k.Layer)+" ended inside", p.spans(k), []span{{"A", 0, 10, true}, {"B", 10, 20, true}})
		back := create(f("C", 40, 50))
		back.Revive = true
		v := p.apply(back).Results[0].Version
		p.apply(remove(f("C", 40, 50), v, valid+90*day))
		p.same(string(k.Layer)+" ended after its end", p.spans(k), []span{{"A", 0, 10, true}, {"B", 10, 20, true}, {"C", 40, 50, true}})
		back = create(f("D", 60, 0))
		back.Revive = true
		v = p.apply(back).Results[0].Version
		p.apply(remove(f("D", 60, 0), v, valid+5*day))
		p.same(string(k.Layer)+" ended before its start", p.spans(k), []span{{"A", 0, 5, true}})
	})
}

func onlyWhere(p *probe) {
	p.sample()
	for _, info := range layers.All() {
		f := named(info.Layer, 0, "later", valid+day)
		p.apply(replace(f, 1))
		want := 1
		if info.Slices {
			want = 2
		}
		p.same("rows of "+string(info.Layer), len(p.spans(keyOf(f))), want)
		d, err := p.Store.Since(p.ctx, layers.Position{Epoch: p.head().Epoch, Revision: p.head().Revision - 1}, 10)
		p.must(err, "since")
		p.same("rows of the delta of "+string(info.Layer), len(d.Rows), want)
	}
}

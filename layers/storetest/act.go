package storetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"wangge/layers"
)

// planner is who edits in the cases.
func planner() layers.Actor {
	return layers.Actor{Name: "planner one", Role: layers.Planner, Unit: "x_0", Token: "t_1"}
}

func create(f layers.Feature) layers.Edit {
	return layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f}
}

func replace(f layers.Feature, ifMatch int64) layers.Edit {
	return layers.Edit{Op: layers.Replace, Layer: f.Layer(), ID: f.Head().ID, Feature: f, IfMatch: ifMatch}
}

func remove(f layers.Feature, ifMatch int64, end layers.Instant) layers.Edit {
	return layers.Edit{Op: layers.Delete, Layer: f.Layer(), ID: f.Head().ID, IfMatch: ifMatch, End: end}
}

func keyOf(f layers.Feature) layers.Key { return layers.Key{Layer: f.Layer(), ID: f.Head().ID} }

// tx returns a transaction of the edits at the next time of the clock.
func (p *probe) tx(edits ...layers.Edit) layers.Tx {
	return layers.Tx{Actor: planner(), At: p.tick(), Kind: "edit", Note: "contract", RequestID: "r-1", Edits: edits}
}

// try applies the edits in one transaction.
func (p *probe) try(edits ...layers.Edit) (layers.Receipt, error) {
	return p.Store.Apply(p.ctx, p.tx(edits...))
}

// apply applies the edits in one transaction, which must be taken.
func (p *probe) apply(edits ...layers.Edit) layers.Receipt {
	r, err := p.try(edits...)
	p.must(err, "apply")
	return r
}

// sample fills the store with Sample in one transaction.
func (p *probe) sample() layers.Receipt {
	var edits []layers.Edit
	for _, f := range Sample() {
		edits = append(edits, create(f))
	}
	return p.apply(edits...)
}

func (p *probe) head() layers.Position {
	pos, err := p.Store.Head(p.ctx)
	p.must(err, "head")
	return pos
}

// state is what a load gives, by feature: the rows in the order of valid time.
type state map[layers.Key][]layers.Row

func (s state) add(r layers.Row) {
	k := layers.Key{}
	if r.Broken != nil {
		k = layers.Key{Layer: r.Broken.Layer, ID: r.Broken.ID}
	} else {
		k = keyOf(r.Feature)
	}
	s[k] = append(s[k], r)
	slices.SortStableFunc(s[k], func(a, b layers.Row) int {
		if a.Feature == nil || b.Feature == nil {
			return 0
		}
		return cmp.Compare(a.Feature.Head().ValidFrom, b.Feature.Head().ValidFrom)
	})
}

// load reads the whole store, and checks the order of the rows.
func (p *probe) load() (state, layers.Base) {
	s := state{}
	order := map[layers.Layer]int{}
	for i, info := range layers.All() {
		order[info.Layer] = i
	}
	last := layers.Key{}
	base, err := p.Store.Load(p.ctx, func(r layers.Row) error {
		s.add(r)
		if r.Broken != nil {
			return nil
		}
		k := keyOf(r.Feature)
		if d := cmp.Or(cmp.Compare(order[last.Layer], order[k.Layer]), strings.Compare(last.ID, k.ID)); last.ID != "" && d > 0 {
			return errors.New("load: " + string(k.Layer) + " " + k.ID + " comes after " + string(last.Layer) + " " + last.ID)
		}
		last = k
		return nil
	})
	p.must(err, "load")
	return s, base
}

// row returns the head row of a feature as the store has it, nil if there is none.
func (p *probe) row(k layers.Key) layers.Feature {
	s, _ := p.load()
	for _, r := range s[k] {
		if r.Feature != nil && !r.Slice {
			return r.Feature
		}
	}
	return nil
}

// same ends the case when got is not want.
func (p *probe) same(what string, got, want any) {
	if d := diff(want, got); d != "" {
		p.fatalf("%s:\n%s", what, d)
	}
}

// conflict ends the case unless err is a conflict of that kind about the feature.
func (p *probe) conflict(err error, kind layers.ConflictKind, k layers.Key, version int64) {
	var c *layers.Conflict
	if !errors.As(err, &c) {
		p.fatalf("got %v, want a conflict of kind %s", err, kind)
	}
	if !errors.Is(err, layers.ErrConflict) || c.Kind != kind || c.Layer != k.Layer || c.ID != k.ID || c.Version != version {
		p.fatalf("got %#v, want kind %s of %v at version %d", c, kind, k, version)
	}
}

// invalid ends the case unless err is an *Invalid about the feature with an issue at the pointer.
func (p *probe) invalid(err error, k layers.Key, pointer string) {
	var bad *layers.Invalid
	if !errors.As(err, &bad) || bad.Layer != k.Layer || bad.ID != k.ID {
		p.fatalf("got %v, want invalid %v", err, k)
	}
	if !slices.ContainsFunc(bad.Issues, func(i layers.Issue) bool { return i.Pointer == pointer }) {
		p.fatalf("got issues %v, want one at %s", bad.Issues, pointer)
	}
}

// untouched ends the case unless the store is exactly as it was.
func (p *probe) untouched(doing string, was state, pos layers.Position) {
	now, base := p.load()
	p.same("position after "+doing, base.Position, pos)
	p.same("rows after "+doing, now, was)
	changes, err := p.Store.Changes(context.WithoutCancel(p.ctx), pos.Revision, 10)
	p.must(err, "changes")
	p.same("changes after "+doing, len(changes), 0)
}

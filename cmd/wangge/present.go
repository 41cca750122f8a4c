package main

import (
	"context"
	"slices"

	"wangge/layers"
)

// present is what a store has: every row, the head row of every feature, and the rows that cannot be read.
type present struct {
	layers.Base
	rows   []layers.Feature // heads, and what applied or applies before them
	heads  []layers.Feature
	broken []layers.Quarantined
}

// readPresent loads a store without arranging anything, so that a store whose borders are broken can be read too.
func readPresent(ctx context.Context, store layers.Store) (*present, error) {
	p := &present{}
	base, err := store.Load(ctx, func(r layers.Row) error {
		switch {
		case r.Broken != nil:
			p.broken = append(p.broken, *r.Broken)
		case !r.Slice:
			p.heads = append(p.heads, r.Feature)
			fallthrough
		default:
			p.rows = append(p.rows, r.Feature)
		}
		return nil
	})
	p.Base = base
	return p, err
}

// of returns the heads of a layer.
func (p *present) of(l layers.Layer) []layers.Feature {
	return slices.DeleteFunc(slices.Clone(p.heads), func(f layers.Feature) bool { return f.Layer() != l })
}

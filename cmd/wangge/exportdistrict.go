package main

import (
	"context"
	"fmt"

	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/mvt/tileset"
)

// readDistrict reads the district as it applies at the instant of a plan, and sets the plan's position to what was read. All layers are
// read, because some are drawn by others. Older states come from the history, which a Snapshot of the present lacks for large layers.
func readDistrict(ctx context.Context, h *host, store layers.Store, p *tileset.Plan) (d tileset.District, err error) {
	all := layers.All()
	bar := h.progress("reading the store", int64(len(all)+1), false)
	defer bar.end()
	base, err := readSound(ctx, h, store)
	if err != nil {
		return d, err
	}
	asked := layers.Asked{At: p.At, KnownAt: p.KnownAt}
	if p.KnownAt == 0 {
		asked.KnownRevision = base.Position.Revision
	}
	b := layers.NewBuilder()
	for i, info := range all {
		bar.at(int64(i + 1))
		asked.Layer = info.Layer
		rows, err := store.History(ctx, asked)
		if err != nil {
			return d, err
		}
		for _, f := range rows {
			// Nothing but this instant is asked for, so that one arrangement of each partition is enough.
			f.Head().ValidFrom, f.Head().ValidTo = 1, 0
			if err := b.Add(layers.Row{Feature: f}); err != nil {
				return d, err
			}
		}
	}
	head, err := store.Head(ctx)
	if err != nil {
		return d, err
	}
	if head.Epoch != base.Position.Epoch {
		return d, fmt.Errorf("the store was replaced while it was read: %w", layers.ErrUnavailable)
	}
	p.Position = base.Position
	if d.Snapshot, err = b.Snapshot(base); err != nil {
		return d, err
	}
	d.Atlas, err = mvt.NewAtlas(d.Snapshot, nil)
	return d, err
}

// readSound makes sure that every row of a store can be read, because History leaves out those that cannot. As in a server, such a row
// of a partition is an error, and any other is left out, with a warning.
func readSound(ctx context.Context, h *host, store layers.Store) (layers.Base, error) {
	poisoned := map[layers.Layer]*layers.Poisoned{}
	broken := 0
	base, err := store.Load(ctx, func(r layers.Row) error {
		if r.Broken == nil {
			return nil
		}
		broken++
		l := r.Broken.Layer
		if info, _ := l.Info(); info.Partition {
			if poisoned[l] == nil {
				poisoned[l] = &layers.Poisoned{Layer: l}
			}
			poisoned[l].Rows = append(poisoned[l].Rows, *r.Broken)
		}
		return nil
	})
	if err != nil {
		return base, err
	}
	for _, info := range layers.All() {
		if bad := poisoned[info.Layer]; bad != nil {
			return base, bad
		}
	}
	if broken > 0 {
		fmt.Fprintf(h.err, "warning: %d rows cannot be read and are left out; wangge check names them\n", broken)
	}
	return base, nil
}

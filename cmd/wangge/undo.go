package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"wangge/layers"
)

// undo makes the states before an import the present ones again, in one transaction. It is refused when anything of the import was
// changed since, or the layer of a partition was: what depends on the import is undone first.
func (c *importCmd) undo(ctx context.Context, h *host, at place) error {
	if c.Layer != "" || c.File != "" {
		return usage("--undo takes the id of an import alone, no layer and no file")
	}
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: c.DryRun})
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	changes, err := importOf(ctx, store, c.Undo)
	if err != nil {
		return err
	}
	u := &undoing{store: store, revision: changes[0].Revision}
	tx := layers.Tx{Actor: actor(), At: h.now(), Kind: "undo", Note: fmt.Sprintf("undo of revision %d (%s)", u.revision, changes[0].Note)}
	if err := u.invert(ctx, changes); err != nil {
		return err
	}
	tx.Edits, tx.Guards = u.edits, u.guards()
	if c.DryRun {
		_, err := fmt.Fprintf(h.out, "%s\ndry run: nothing was written\n", u.summary())
		return err
	}
	receipt, err := store.Apply(ctx, tx)
	if err != nil {
		return u.explain(err)
	}
	fmt.Fprintf(h.out, "%s\nundone as revision %s; to bring it back: wangge import --undo %d%s\n", u.summary(), receipt.Position,
		receipt.Position.Revision, at.flag())
	return nil
}

// importOf returns the audit of the import (or undo) with that id, which is a revision, with the epoch before it or not.
func importOf(ctx context.Context, store layers.Store, id string) ([]layers.Change, error) {
	digits := id
	if i := strings.LastIndexByte(id, '-'); i > 0 {
		head, err := store.Head(ctx)
		if err != nil {
			return nil, err
		}
		if id[:i] != head.Epoch {
			return nil, &failure{what: fmt.Sprintf("there is no revision %s: this store's history is %s", id, head.Epoch), kept: "the store, as it was"}
		}
		digits = id[i+1:]
	}
	revision, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || revision < 1 {
		return nil, usage("--undo %s: want the id that the import printed, such as 12", id)
	}
	changes, err := store.Changes(ctx, revision-1, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	end := slices.IndexFunc(changes, func(c layers.Change) bool { return c.Revision != revision })
	if end >= 0 {
		changes = changes[:end]
	}
	if len(changes) == 0 {
		return nil, &failure{what: fmt.Sprintf("there is no import %d in this store", revision), kept: "the store, as it was"}
	}
	if k := changes[0].Kind; k != "import" && k != "undo" {
		return nil, &failure{what: fmt.Sprintf("revision %d is no import (%s by %s)", revision, k, changes[0].Actor), kept: "the store, as it was"}
	}
	return changes, nil
}

// undoing collects the edits that take a revision back.
type undoing struct {
	store    layers.Store
	revision int64
	edits    []layers.Edit
	touched  []layers.Layer
	// before is what there was; reached counts what the import made apply before that began to.
	before  map[layers.Key]layers.Feature
	reached int
}

// invert makes an edit of each change, the last first.
func (u *undoing) invert(ctx context.Context, changes []layers.Change) error {
	u.before = map[layers.Key]layers.Feature{}
	ids := map[layers.Layer][]string{}
	for _, c := range changes {
		if !slices.Contains(u.touched, c.Layer) {
			u.touched = append(u.touched, c.Layer)
		}
		if c.Op != layers.Create {
			ids[c.Layer] = append(ids[c.Layer], c.ID)
		}
	}
	for l, list := range ids {
		rows, err := u.store.History(ctx, layers.Asked{Layer: l, IDs: list, KnownRevision: u.revision - 1})
		if err != nil {
			return err
		}
		for _, f := range rows { // by valid time: the last one of an id was its head
			u.before[layers.Key{Layer: l, ID: f.Head().ID}] = f
		}
	}
	now, err := u.imported(ctx, ids)
	if err != nil {
		return err
	}
	for _, c := range slices.Backward(changes) {
		k := layers.Key{Layer: c.Layer, ID: c.ID}
		e := layers.Edit{Layer: c.Layer, ID: c.ID, IfMatch: c.Version, Feature: u.before[k]}
		if c.Op != layers.Create && e.Feature == nil {
			return fmt.Errorf("%s %s: the state before revision %d cannot be read: %w", c.Layer, c.ID, u.revision, layers.ErrNotFound)
		}
		switch c.Op {
		case layers.Create:
			e.Op = layers.Delete
			e.End = 1 // before everything: as if it had never applied
		case layers.Replace:
			e.Op = layers.Replace
			if f := now[k]; f != nil && f.Head().ValidFrom < e.Feature.Head().ValidFrom {
				u.reached++
			}
		case layers.Delete:
			e.Op, e.IfMatch, e.Revive = layers.Create, 0, true
		}
		u.edits = append(u.edits, e)
	}
	return nil
}

// imported returns the states that the import made of what it replaced.
func (u *undoing) imported(ctx context.Context, ids map[layers.Layer][]string) (map[layers.Key]layers.Feature, error) {
	out := map[layers.Key]layers.Feature{}
	for l, list := range ids {
		rows, err := u.store.History(ctx, layers.Asked{Layer: l, IDs: list, KnownRevision: u.revision})
		if err != nil {
			return nil, err
		}
		for _, f := range rows {
			if f.Head().Revision == u.revision {
				out[layers.Key{Layer: l, ID: f.Head().ID}] = f
			}
		}
	}
	return out, nil
}

// guards make the undoing fail when a partition that it touches was changed since the import.
func (u *undoing) guards() (out []layers.Guard) {
	for _, l := range u.touched {
		if info, _ := l.Info(); info.Partition {
			out = append(out, layers.Guard{Layer: l, Revision: u.revision})
		}
	}
	return out
}

// summary says what the undoing does.
func (u *undoing) summary() string {
	count := map[layers.Op]int{}
	for _, e := range u.edits {
		count[e.Op]++
	}
	s := fmt.Sprintf("undo of revision %d: %d features back as they were, %d brought back, %d removed", u.revision, count[layers.Replace],
		count[layers.Create], count[layers.Delete])
	if u.reached > 0 {
		s += fmt.Sprintf("\nwarning: the import reached back before the states that it replaced began; for that time %d features keep the imported state", u.reached)
	}
	return s
}

// explain says that something came after the import.
func (u *undoing) explain(err error) error {
	f := explain(err)
	if c, ok := f.cause.(*layers.Conflict); ok {
		return &failure{what: fmt.Sprintf("revision %d cannot be undone: %s %s was changed after it (%s)", u.revision, c.Layer, c.ID, c.Kind),
			kept: "the store, as it was", todo: "undo or revert the later changes first; wangge export and /v1/changes show them", cause: err}
	}
	return err
}

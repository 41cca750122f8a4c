package geopackage

import (
	"context"
	"errors"

	"wangge/layers"
)

// passed is an error that is given back to the caller as it is: a *layers.Conflict, a *layers.Invalid or a kind.
type passed struct{ error }

func (p passed) Unwrap() error { return p.error }

func asPassed(err error, into *passed) bool { return errors.As(err, into) }

// Apply commits tx or does nothing.
func (s *Store) Apply(ctx context.Context, tx layers.Tx) (r layers.Receipt, err error) {
	err = s.transact(ctx, "apply", func(t *transaction) error {
		known, err := t.replay(tx, &r)
		if known || err != nil {
			return err
		}
		if err := t.guards(tx.Guards); err != nil {
			return err
		}
		if err := t.raise(tx.At, tx.Kind, tx.Actor, tx.Note, tx.RequestID); err != nil {
			return err
		}
		if tx.Settings != nil {
			if err := t.setSettings(*tx.Settings); err != nil {
				return err
			}
		}
		r = layers.Receipt{Position: t.position, RecordedAt: t.at, Results: []layers.Result{}}
		if err := t.edits(tx.Edits, &r); err != nil {
			return err
		}
		if err := t.remember(tx, r); err != nil {
			return err
		}
		return t.step("idempotency")
	})
	if err != nil {
		return layers.Receipt{}, err
	}
	return r, nil
}

// guards checks that no guarded layer has changed after its guard's revision.
func (t *transaction) guards(list []layers.Guard) error {
	for _, g := range list {
		var n int64
		moved, err := t.one("SELECT revision FROM wangge_audit WHERE layer = ? AND revision > ? LIMIT 1", []any{string(g.Layer), g.Revision}, &n)
		if err != nil {
			return err
		}
		if moved {
			return passed{g.Moved(n)}
		}
	}
	return nil
}

// edits writes every edit, in order, and then checks what is judged at the end: unique columns and references.
func (t *transaction) edits(list []layers.Edit, r *layers.Receipt) error {
	w := &editor{transaction: t, seen: make(map[layers.Key]bool, len(list)), extents: map[layers.Layer]box{}}
	for _, e := range list {
		result, err := w.edit(e)
		if err != nil {
			return err
		}
		r.Results = append(r.Results, result)
		for _, name := range []string{"row", "history", "audit"} { // the triggers have done all three
			if err := t.step(name); err != nil {
				return err
			}
		}
	}
	if err := w.unique(list); err != nil {
		return err
	}
	if err := w.references(list); err != nil {
		return err
	}
	return w.contents()
}

package postgis

import (
	"context"
	"encoding/json"

	"wangge/layers"
)

// largeTx is from how many edits on a transaction is large: its rows are staged in temporary tables first, and it may take
// longer than editLimit.
const largeTx = 500

// Apply commits tx or does nothing.
func (s *Store) Apply(ctx context.Context, tx layers.Tx) (r layers.Receipt, err error) {
	w, err := newEditor(tx.Edits)
	if err != nil {
		// What cannot be stored is refused before anything else, but a closed or read-only store says so first.
		if e := s.takesEdits("apply"); e != nil {
			err = e
		}
		return layers.Receipt{}, err
	}
	err = s.transact(ctx, "apply", len(tx.Edits) >= largeTx, func(t *transaction) error {
		w.transaction = t
		if err := w.stage(); err != nil {
			return err
		}
		if err := t.lock(); err != nil {
			return err
		}
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
		if err := w.write(&r); err != nil {
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
		moved, err := t.one("SELECT revision FROM wangge.wangge_audit WHERE layer = $1 AND revision > $2 LIMIT 1", []any{g.Layer, g.Revision}, &n)
		if err != nil {
			return err
		}
		if moved {
			return passed{g.Moved(n)}
		}
	}
	return nil
}

func (t *transaction) setSettings(s layers.Settings) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return t.exec("UPDATE wangge.wangge_meta SET settings = $1", string(b))
}

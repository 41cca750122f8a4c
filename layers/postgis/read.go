package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"wangge/layers"
)

// view is one state of the store that is being read.
type view struct {
	ctx  context.Context
	tx   pgx.Tx
	idle *time.Timer
}

// snapshot calls read in a transaction that sees the store as of one revision. It is given up when nothing comes from the
// database for silenceLimit.
func (s *Store) snapshot(ctx context.Context, doing string, read func(v *view) error) error {
	if err := s.ready(); err != nil {
		return err
	}
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	v := &view{ctx: within, idle: time.AfterFunc(silenceLimit, func() { cancel(context.DeadlineExceeded) })}
	defer v.idle.Stop()
	err := s.reading(v, read)
	var mine callerError
	if errors.As(err, &mine) {
		return mine.err
	}
	if errors.Is(err, layers.ErrEpoch) || errors.Is(err, layers.ErrNotFound) {
		return err
	}
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("nothing came for %v: %w", silenceLimit, context.DeadlineExceeded)
	}
	return s.failed(ctx, doing, err)
}

func (s *Store) reading(v *view, read func(v *view) error) error {
	acquiring, cancel := context.WithTimeout(v.ctx, lookLimit)
	defer cancel()
	c, err := s.acquire(acquiring)
	if err != nil {
		return err
	}
	defer release(c)
	if v.tx, err = c.BeginTx(v.ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}); err != nil {
		return err
	}
	defer rollBack(v.ctx, v.tx) // nothing was written
	return read(v)
}

// callerError is an error of a caller's function, which is given back as it is.
type callerError struct{ err error }

func (e callerError) Error() string { return e.err.Error() }

// features calls each for every row of a query for the columns of row.go. The statement is described each time instead of
// being kept, so that a change of the table by somebody else does no harm.
func (v *view) features(t table, query string, args []any, each func(layers.Row) error) error {
	rows, err := v.tx.Query(v.ctx, query, append([]any{pgx.QueryExecModeDescribeExec}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	r := newReader(t)
	for n := 0; rows.Next(); n++ {
		if n%256 == 0 {
			v.idle.Reset(silenceLimit)
		}
		if err := rows.Scan(r.into...); err != nil {
			return err
		}
		if err := each(r.row()); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Load reads all head rows, and the open slices of the layers that have them in a Snapshot.
func (s *Store) Load(ctx context.Context, each func(layers.Row) error) (base layers.Base, err error) {
	err = s.snapshot(ctx, "load", func(v *view) error {
		if base, err = v.base(); err != nil {
			return err
		}
		for _, info := range layers.All() {
			if err := v.loadLayer(info.Layer, each); err != nil {
				return fmt.Errorf("%s: %w", info.Layer, err)
			}
		}
		return nil
	})
	if err != nil {
		return layers.Base{}, err
	}
	return base, nil
}

func (v *view) loadLayer(l layers.Layer, each func(layers.Row) error) error {
	t, _ := tableOf(l)
	query := "SELECT " + t.headColumns() + " FROM " + t.name + " h"
	if t.info.Slices {
		query += " UNION ALL SELECT " + t.sliceColumns() + " FROM " + t.history + " h WHERE h.rev_to IS NULL"
	}
	return v.features(t, query+" ORDER BY id", nil, func(row layers.Row) error {
		if err := each(row); err != nil {
			return callerError{err}
		}
		return nil
	})
}

// base reads where the store is, its settings and tokens.
func (v *view) base() (layers.Base, error) {
	var b layers.Base
	var at pgtype.Timestamptz
	var settings string
	row := v.tx.QueryRow(v.ctx, "SELECT epoch, revision, recorded_at, settings::text FROM wangge.wangge_meta")
	if err := row.Scan(&b.Position.Epoch, &b.Position.Revision, &at, &settings); err != nil {
		return b, err
	}
	var err error
	if b.RecordedAt, err = instantOf(at); err != nil {
		return b, err
	}
	if err := json.Unmarshal([]byte(settings), &b.Settings); err != nil {
		return b, fmt.Errorf("settings: %w", err)
	}
	b.Tokens, err = v.tokens()
	return b, err
}

// Since returns what happened after from.
func (s *Store) Since(ctx context.Context, from layers.Position, most int) (d layers.Delta, err error) {
	err = s.snapshot(ctx, "since", func(v *view) error {
		d = layers.Delta{From: from}
		if d.Base, err = v.base(); err != nil {
			return err
		}
		if !d.Position.Follows(from) {
			return fmt.Errorf("postgis: since %s at %s: %w", from, d.Position, layers.ErrEpoch)
		}
		if from.Revision == d.Position.Revision {
			return nil
		}
		if d.Keys, err = v.changedKeys(from.Revision, most); err != nil {
			return err
		}
		d.Rows, err = v.rowsOf(d.Keys)
		return err
	})
	if err != nil {
		return layers.Delta{}, err
	}
	return d, nil
}

// changedKeys returns the features that have an audit row after the revision, by layer and id; ErrEpoch if they are more than most.
func (v *view) changedKeys(after int64, most int) ([]layers.Key, error) {
	rows, err := v.tx.Query(v.ctx, "SELECT DISTINCT layer, id FROM wangge.wangge_audit WHERE revision > $1 LIMIT $2", after, int64(most)+1)
	if err != nil {
		return nil, err
	}
	keys, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k layers.Key, err error) {
		err = row.Scan(&k.Layer, &k.ID)
		return k, err
	})
	if err != nil {
		return nil, err
	}
	if len(keys) > most {
		return nil, fmt.Errorf("postgis: more than %d features changed: %w", most, layers.ErrEpoch)
	}
	slices.SortFunc(keys, layers.Key.Compare)
	return keys, nil
}

// rowsOf returns the head rows and open slices of the features.
func (v *view) rowsOf(keys []layers.Key) ([]layers.Row, error) {
	var out []layers.Row
	for l, ids := range layers.ByLayer(keys) {
		t, ok := tableOf(l)
		if !ok {
			return nil, fmt.Errorf("audit: %q is no layer", l)
		}
		query := "SELECT " + t.headColumns() + " FROM " + t.name + " h WHERE h.id = ANY($1)"
		if t.info.Slices {
			query += " UNION ALL SELECT " + t.sliceColumns() + " FROM " + t.history + " h WHERE h.id = ANY($1) AND h.rev_to IS NULL"
		}
		err := v.features(t, query, []any{ids}, func(row layers.Row) error {
			out = append(out, row)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l, err)
		}
	}
	return out, nil
}

package geopackage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"wangge/layers"
)

// snapshot calls read in a transaction that sees the store as of one revision.
func (s *Store) snapshot(ctx context.Context, doing string, read func(tx *sql.Tx) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return classify(ctx, doing, err)
	}
	err = read(tx)
	_ = tx.Rollback() // nothing was written
	var mine callerError
	if errors.As(err, &mine) {
		return mine.err
	}
	if errors.Is(err, layers.ErrEpoch) || errors.Is(err, layers.ErrNotFound) {
		return err
	}
	return classify(ctx, doing, err)
}

// callerError is an error of a caller's function, which is given back as it is.
type callerError struct{ err error }

func (e callerError) Error() string { return e.err.Error() }

// Load reads all head rows, and the open slices of the layers that have them in a Snapshot.
func (s *Store) Load(ctx context.Context, each func(layers.Row) error) (base layers.Base, err error) {
	err = s.snapshot(ctx, "load", func(tx *sql.Tx) error {
		if base, err = readBase(ctx, tx); err != nil {
			return err
		}
		for _, info := range layers.All() {
			if err := loadLayer(ctx, tx, info.Layer, each); err != nil {
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

func loadLayer(ctx context.Context, tx *sql.Tx, l layers.Layer, each func(layers.Row) error) error {
	t, _ := tableOf(l)
	query := "SELECT " + t.headColumns() + " FROM " + t.name
	if t.info.Slices {
		query += " UNION ALL SELECT " + t.sliceColumns() + " FROM " + t.history + " WHERE rev_to IS NULL"
	}
	rows, err := tx.QueryContext(ctx, query+" ORDER BY id")
	if err != nil {
		return err
	}
	defer rows.Close()
	r := newReader(t)
	for rows.Next() {
		row, err := r.next(rows)
		if err != nil {
			return err
		}
		if err := each(row); err != nil {
			return callerError{err}
		}
	}
	return rows.Err()
}

// readBase reads where the store is, its settings and tokens.
func readBase(ctx context.Context, tx *sql.Tx) (layers.Base, error) {
	var b layers.Base
	var at, settings string
	row := tx.QueryRowContext(ctx, "SELECT epoch, revision, recorded_at, settings FROM wangge_meta")
	if err := row.Scan(&b.Position.Epoch, &b.Position.Revision, &at, &settings); err != nil {
		return b, err
	}
	var err error
	if b.RecordedAt, err = layers.ParseInstant(at); err != nil {
		return b, err
	}
	if err := json.Unmarshal([]byte(settings), &b.Settings); err != nil {
		return b, fmt.Errorf("settings: %w", err)
	}
	b.Tokens, err = readTokens(ctx, tx)
	return b, err
}

// Since returns what happened after from.
func (s *Store) Since(ctx context.Context, from layers.Position, most int) (d layers.Delta, err error) {
	err = s.snapshot(ctx, "since", func(tx *sql.Tx) error {
		d = layers.Delta{From: from}
		if d.Base, err = readBase(ctx, tx); err != nil {
			return err
		}
		if !d.Position.Follows(from) {
			return fmt.Errorf("geopackage: since %s at %s: %w", from, d.Position, layers.ErrEpoch)
		}
		if from.Revision == d.Position.Revision {
			return nil
		}
		if d.Keys, err = changedKeys(ctx, tx, from.Revision, most); err != nil {
			return err
		}
		d.Rows, err = rowsOf(ctx, tx, d.Keys)
		return err
	})
	if err != nil {
		return layers.Delta{}, err
	}
	return d, nil
}

// changedKeys returns the features that have an audit row after the revision, by layer and id; ErrEpoch if they are more than most.
func changedKeys(ctx context.Context, tx *sql.Tx, after int64, most int) ([]layers.Key, error) {
	rows, err := tx.QueryContext(ctx, "SELECT DISTINCT layer, id FROM wangge_audit WHERE revision > ? LIMIT ?", after, int64(most)+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []layers.Key
	for rows.Next() {
		var k layers.Key
		if err := rows.Scan(&k.Layer, &k.ID); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(keys) > most {
		return nil, fmt.Errorf("geopackage: more than %d features changed: %w", most, layers.ErrEpoch)
	}
	slices.SortFunc(keys, layers.Key.Compare)
	return keys, nil
}

// rowsOf returns the head rows and open slices of the features.
func rowsOf(ctx context.Context, tx *sql.Tx, keys []layers.Key) ([]layers.Row, error) {
	var out []layers.Row
	for l, ids := range layers.ByLayer(keys) {
		t, ok := tableOf(l)
		if !ok {
			return nil, fmt.Errorf("audit: %q is no layer", l)
		}
		var err error
		if out, err = rowsOfLayer(ctx, tx, t, ids, out); err != nil {
			return nil, fmt.Errorf("%s: %w", l, err)
		}
	}
	return out, nil
}

// wanted is a JSON list of ids as a table j with the column wanted. A CROSS JOIN makes SQLite go from it to the rows, by index.
func wanted(parameter string) string {
	return "(SELECT DISTINCT value AS wanted FROM json_each(" + parameter + ")) j"
}

func rowsOfLayer(ctx context.Context, tx *sql.Tx, t table, ids []string, out []layers.Row) ([]layers.Row, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	query := "SELECT " + t.headColumns() + " FROM " + wanted("?1") + " CROSS JOIN " + t.name + " h WHERE h.id = j.wanted"
	if t.info.Slices {
		query += " UNION ALL SELECT " + t.sliceColumns() + " FROM " + wanted("?1") + " CROSS JOIN " + t.history + " h WHERE h.id = j.wanted AND h.rev_to IS NULL"
	}
	rows, err := tx.QueryContext(ctx, query, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	r := newReader(t)
	for rows.Next() {
		row, err := r.next(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

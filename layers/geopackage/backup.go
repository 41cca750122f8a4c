package geopackage

import (
	"context"
	"database/sql"

	"wangge/layers"
)

// kind is what archives of this package say they come from.
const kind = "geopackage"

// Backup writes everything that the store has, as of one revision, to a new file (fs.ErrExist if it is there): an archive, which
// a store of any kind can be made of. Edits go on meanwhile; the archive has the state at which it began.
func (s *Store) Backup(ctx context.Context, file string) (p layers.Position, err error) {
	err = s.snapshot(ctx, "backup", func(tx *sql.Tx) error {
		base, err := readBase(ctx, tx)
		if err != nil {
			return err
		}
		p = base.Position
		return layers.WriteArchive(file, kind, base, func(w *layers.ArchiveWriter) error {
			if err := backupRevisions(ctx, tx, w); err != nil {
				return err
			}
			if err := backupKeys(ctx, tx, w); err != nil {
				return err
			}
			for _, info := range layers.All() {
				t, _ := tableOf(info.Layer)
				for _, query := range []string{
					"SELECT '' AS op, 0 AS rev_to, " + t.headColumns() + " FROM " + t.name + " ORDER BY fid",
					"SELECT op, coalesce(rev_to, 0) AS rev_to, " + t.sliceColumns() + " FROM " + t.history + " ORDER BY hid",
				} {
					if err := backupRows(ctx, tx, w, t, query); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	if err != nil {
		return layers.Position{}, err
	}
	return p, nil
}

// forEach calls each for every row of a query.
func forEach(ctx context.Context, tx *sql.Tx, query string, each func(rows *sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func backupRevisions(ctx context.Context, tx *sql.Tx, w *layers.ArchiveWriter) error {
	var times clock
	err := forEach(ctx, tx, "SELECT revision, +recorded_at, kind, actor, role, unit, token, note, request_id FROM wangge_revisions ORDER BY revision",
		func(rows *sql.Rows) (err error) {
			var r layers.Revision
			var at string
			if err := rows.Scan(&r.Revision, &at, &r.Kind, &r.Actor.Name, &r.Actor.Role, &r.Actor.Unit, &r.Actor.Token, &r.Note, &r.RequestID); err != nil {
				return err
			}
			if r.RecordedAt, err = times.instant(at); err != nil {
				return err
			}
			return w.Revision(r)
		})
	if err != nil {
		return err
	}
	return forEach(ctx, tx, "SELECT revision, seq, op, layer, id, version FROM wangge_audit ORDER BY revision, seq", func(rows *sql.Rows) error {
		var a layers.AuditLine
		if err := rows.Scan(&a.Revision, &a.Seq, &a.Op, &a.Layer, &a.ID, &a.Version); err != nil {
			return err
		}
		return w.Audit(a)
	})
}

func backupKeys(ctx context.Context, tx *sql.Tx, w *layers.ArchiveWriter) error {
	return forEach(ctx, tx, "SELECT token, key, body, receipt, +created_at FROM wangge_idempotency ORDER BY token, key", func(rows *sql.Rows) (err error) {
		var k layers.KeptKey
		var receipt, at string
		if err := rows.Scan(&k.Token, &k.Key, &k.Body, &receipt, &at); err != nil {
			return err
		}
		if k.Receipt, err = layers.ParseReceipt(receipt); err != nil {
			return err
		}
		if k.CreatedAt, err = layers.ParseInstant(at); err != nil {
			return err
		}
		return w.Key(k)
	})
}

// backupRows writes the rows of a query whose first two columns are op and rev_to, and the others those of a reader.
func backupRows(ctx context.Context, tx *sql.Tx, w *layers.ArchiveWriter, t table, query string) error {
	r := newReader(t)
	var one layers.Recorded
	into := append([]any{&one.Op, &one.RevTo}, r.into...)
	return forEach(ctx, tx, query, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := r.row()
		one.Feature, one.Broken, one.Raw = row.Feature, row.Broken, nil
		if one.Broken != nil {
			var err error
			if one.Raw, err = packRow(r.raw()); err != nil {
				return err
			}
		}
		return w.Row(one)
	})
}

package geopackage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"wangge/layers"
)

// History returns the rows that answer q. Rows that cannot be decoded are left out, as they are of a Snapshot: Load names
// them. Limit counts features, so that the pages of an answer with several rows a feature lose none.
func (s *Store) History(ctx context.Context, q layers.Asked) (out []layers.Feature, err error) {
	t, ok := tableOf(q.Layer)
	if !ok {
		return nil, fmt.Errorf("geopackage: history: layer %q: %w", q.Layer, layers.ErrNotFound)
	}
	err = s.snapshot(ctx, "history", func(tx *sql.Tx) error {
		known, err := knownRevision(ctx, tx, q)
		if err != nil {
			return err
		}
		out, err = answer(ctx, tx, t, q, known)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// knownRevision returns the revision whose knowledge is asked for: the one that is named, the last one at an instant, or the
// present one.
func knownRevision(ctx context.Context, tx *sql.Tx, q layers.Asked) (n int64, err error) {
	switch {
	case q.KnownRevision != 0:
		return q.KnownRevision, nil
	case q.KnownAt != 0:
		err = tx.QueryRowContext(ctx, "SELECT coalesce(max(revision), 0) FROM wangge_revisions WHERE recorded_at <= ?", stamp(q.KnownAt)).Scan(&n)
	default:
		err = tx.QueryRowContext(ctx, "SELECT revision FROM wangge_meta").Scan(&n)
	}
	return n, err
}

// Known returns the last position that was recorded at an instant or before, and when.
func (s *Store) Known(ctx context.Context, at layers.Instant) (p layers.Position, when layers.Instant, err error) {
	err = s.snapshot(ctx, "known", func(tx *sql.Tx) error {
		var last sql.NullInt64
		var text sql.NullString
		if err := tx.QueryRowContext(ctx, `SELECT m.epoch, r.revision, +r.recorded_at FROM wangge_meta m LEFT JOIN
			(SELECT revision, recorded_at FROM wangge_revisions WHERE recorded_at <= ? ORDER BY revision DESC LIMIT 1) r`, stamp(at)).Scan(&p.Epoch, &last, &text); err != nil || !last.Valid {
			return err
		}
		p.Revision = last.Int64
		when, err = layers.ParseInstant(text.String)
		return err
	})
	return p, when, err
}

func answer(ctx context.Context, tx *sql.Tx, t table, q layers.Asked, known int64) ([]layers.Feature, error) {
	where := "h.id > @after AND h.rev_from <= @known"
	args := []any{sql.Named("after", q.After), sql.Named("known", known)}
	if q.At != 0 {
		where += " AND h.valid_from <= @at AND (h.valid_to IS NULL OR h.valid_to > @at)"
		args = append(args, sql.Named("at", stamp(q.At)))
	}
	from := func(name string) string { return name + " h" }
	if q.IDs != nil {
		list, err := json.Marshal(q.IDs)
		if err != nil {
			return nil, err
		}
		from = func(name string) string { return wanted("@ids") + " CROSS JOIN " + name + " h" }
		where += " AND h.id = j.wanted"
		args = append(args, sql.Named("ids", string(list)))
	}
	heads, slices := where, where+" AND (h.rev_to IS NULL OR h.rev_to > @known)"
	if q.Heads {
		slices += " AND h.op <> 'slice'"
	}
	if q.Box != nil {
		if t.info.Geometry == "" {
			return nil, nil
		}
		heads += " AND h.fid IN (SELECT id FROM rtree_" + t.name + "_geom WHERE minx <= @maxx AND maxx >= @minx AND miny <= @maxy AND maxy >= @miny)"
		slices += " AND ST_MinX(h.geom) <= @maxx AND ST_MaxX(h.geom) >= @minx AND ST_MinY(h.geom) <= @maxy AND ST_MaxY(h.geom) >= @miny"
		args = append(args, sql.Named("minx", q.Box.Min[0]), sql.Named("miny", q.Box.Min[1]), sql.Named("maxx", q.Box.Max[0]), sql.Named("maxy", q.Box.Max[1]))
	}
	query := "SELECT " + t.headColumns() + " FROM " + from(t.name) + " WHERE " + heads +
		" UNION ALL SELECT " + t.sliceColumns() + " FROM " + from(t.history) + " WHERE " + slices + " ORDER BY id, valid_from, rev_from"
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []layers.Feature
	r, ids := newReader(t), 0
	for rows.Next() {
		row, err := r.next(rows)
		if err != nil {
			return nil, err
		}
		if row.Feature == nil || !q.Takes(row.Feature) {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Head().ID != row.Feature.Head().ID {
			if ids++; q.Limit > 0 && ids > q.Limit {
				break
			}
		}
		out = append(out, row.Feature)
	}
	return out, rows.Err()
}

// Changes returns lines of the audit after the revision. A limit of 0 or less is no limit.
func (s *Store) Changes(ctx context.Context, since int64, limit int) (out []layers.Change, err error) {
	err = s.snapshot(ctx, "changes", func(tx *sql.Tx) error {
		most := int64(-1)
		if limit > 0 {
			most = int64(limit) + 1
		}
		rows, err := tx.QueryContext(ctx, `SELECT a.revision, a.seq, +r.recorded_at, r.kind, a.op, a.layer, a.id, a.version, r.actor, r.role,
			r.unit, r.note, r.request_id FROM wangge_audit a JOIN wangge_revisions r ON r.revision = a.revision
			WHERE a.revision > ? ORDER BY a.revision, a.seq LIMIT ?`, since, most)
		if err != nil {
			return err
		}
		defer rows.Close()
		var times clock
		for rows.Next() {
			var c layers.Change
			var at string
			if err := rows.Scan(&c.Revision, &c.Seq, &at, &c.Kind, &c.Op, &c.Layer, &c.ID, &c.Version, &c.Actor, &c.Role, &c.Unit, &c.Note, &c.RequestID); err != nil {
				return err
			}
			if c.RecordedAt, err = times.instant(at); err != nil {
				return err
			}
			out = append(out, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return layers.WholeRevisions(out, limit), nil
}

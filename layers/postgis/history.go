package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"wangge/layers"
)

// History returns the rows that answer q. Rows that cannot be decoded are left out, as they are of a Snapshot: Load names
// them. Limit counts features, so that the pages of an answer with several rows a feature lose none.
func (s *Store) History(ctx context.Context, q layers.Asked) (out []layers.Feature, err error) {
	t, ok := tableOf(q.Layer)
	if !ok {
		return nil, fmt.Errorf("postgis: history: layer %q: %w", q.Layer, layers.ErrNotFound)
	}
	err = s.snapshot(ctx, "history", func(v *view) error {
		known, err := v.knownRevision(q)
		if err != nil {
			return err
		}
		out, err = v.answer(t, q, known)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// knownRevision returns the revision whose knowledge is asked for: the one that is named, the last one at an instant, or the
// present one.
func (v *view) knownRevision(q layers.Asked) (n int64, err error) {
	switch {
	case q.KnownRevision != 0:
		return q.KnownRevision, nil
	case q.KnownAt != 0:
		err = v.tx.QueryRow(v.ctx, "SELECT coalesce(max(revision), 0) FROM wangge.wangge_revisions WHERE recorded_at <= $1", stamp(q.KnownAt)).Scan(&n)
	default:
		err = v.tx.QueryRow(v.ctx, "SELECT revision FROM wangge.wangge_meta").Scan(&n)
	}
	return n, err
}

// Known returns the last position that was recorded at an instant or before, and when.
func (s *Store) Known(ctx context.Context, at layers.Instant) (p layers.Position, when layers.Instant, err error) {
	err = s.snapshot(ctx, "known", func(v *view) error {
		var last *int64
		var recorded pgtype.Timestamptz
		if err := v.tx.QueryRow(v.ctx, `SELECT m.epoch, r.revision, r.recorded_at FROM wangge.wangge_meta m LEFT JOIN
			(SELECT revision, recorded_at FROM wangge.wangge_revisions WHERE recorded_at <= $1 ORDER BY revision DESC LIMIT 1) r ON true`, stamp(at)).Scan(&p.Epoch, &last, &recorded); err != nil || last == nil {
			return err
		}
		p.Revision = *last
		when, err = instantOf(recorded)
		return err
	})
	return p, when, err
}

// answer reads the rows of all features that are asked for, or of a page of them.
func (v *view) answer(t table, q layers.Asked, known int64) (out []layers.Feature, err error) {
	if q.Box != nil && t.info.Geometry == "" {
		return nil, nil
	}
	if q.Limit <= 0 {
		out, _, err = v.rowsAsked(t, q, known, nil)
		return out, err
	}
	for want := q.Limit; want > 0; {
		ids, err := v.page(t, q, known, want)
		if err != nil || len(ids) == 0 {
			return out, err
		}
		rows, features, err := v.rowsAsked(t, q, known, ids)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
		if len(ids) < want {
			return out, nil
		}
		want -= features // more pages, in place of features that cannot be read
		q.After = ids[len(ids)-1]
	}
	return out, nil
}

// asked returns the conditions of q on a head row named h and on a row of the history, and their arguments.
func asked(q layers.Asked, known int64) (head, slice string, args []any) {
	head = "h.id > $1 AND h.rev_from <= $2"
	args = []any{q.After, known}
	if q.At != 0 {
		args = append(args, stamp(q.At))
		head += fmt.Sprintf(" AND h.valid_from <= $%[1]d AND (h.valid_to IS NULL OR h.valid_to > $%[1]d)", len(args))
	}
	if q.IDs != nil {
		args = append(args, q.IDs)
		head += fmt.Sprintf(" AND h.id = ANY($%d)", len(args))
	}
	if q.Box != nil {
		args = append(args, q.Box.Min[0], q.Box.Min[1], q.Box.Max[0], q.Box.Max[1])
		n := len(args)
		head += fmt.Sprintf(" AND h.geom && ST_MakeEnvelope($%d, $%d, $%d, $%d, 4490)", n-3, n-2, n-1, n)
	}
	slice = head + " AND (h.rev_to IS NULL OR h.rev_to > $2)"
	if q.Heads {
		slice += " AND h.op <> 'slice'"
	}
	return head, slice, args
}

// page returns the first ids that have a row that is asked for, in their order. It reads little more than those.
func (v *view) page(t table, q layers.Asked, known int64, most int) ([]string, error) {
	head, slice, args := asked(q, known)
	args = append(args, int64(most))
	limit := fmt.Sprintf(" ORDER BY id LIMIT $%d", len(args))
	rows, err := v.tx.Query(v.ctx, "SELECT id FROM ((SELECT h.id FROM "+t.name+" h WHERE "+head+limit+
		") UNION (SELECT DISTINCT h.id FROM "+t.history+" h WHERE "+slice+limit+")) p"+limit, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// rowsAsked returns the rows that answer q, of the features of a page unless that is nil, and how many features they are of.
func (v *view) rowsAsked(t table, q layers.Asked, known int64, page []string) (out []layers.Feature, features int, err error) {
	head, slice, args := asked(q, known)
	if page != nil {
		args = append(args, page)
		only := fmt.Sprintf(" AND h.id = ANY($%d)", len(args))
		head, slice = head+only, slice+only
	}
	query := "SELECT " + t.headColumns() + " FROM " + t.name + " h WHERE " + head +
		" UNION ALL SELECT " + t.sliceColumns() + " FROM " + t.history + " h WHERE " + slice + " ORDER BY id, valid_from, rev_from"
	last := ""
	err = v.features(t, query, args, func(row layers.Row) error {
		if row.Feature == nil || !q.Takes(row.Feature) {
			return nil
		}
		if id := row.Feature.Head().ID; features == 0 || id != last {
			features, last = features+1, id
		}
		out = append(out, row.Feature)
		return nil
	})
	return out, features, err
}

// Changes returns lines of the audit after the revision. A limit of 0 or less is no limit.
func (s *Store) Changes(ctx context.Context, since int64, limit int) (out []layers.Change, err error) {
	err = s.snapshot(ctx, "changes", func(v *view) error {
		var most *int64
		if limit > 0 {
			n := int64(limit) + 1
			most = &n
		}
		rows, err := v.tx.Query(v.ctx, `SELECT a.revision, a.seq, r.recorded_at, r.kind, a.op, a.layer, a.id, a.version, r.actor, r.role,
			r.unit, r.note, r.request_id FROM wangge.wangge_audit a JOIN wangge.wangge_revisions r ON r.revision = a.revision
			WHERE a.revision > $1 ORDER BY a.revision, a.seq LIMIT $2`, since, most)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, readChange)
		return err
	})
	if err != nil {
		return nil, err
	}
	return layers.WholeRevisions(out, limit), nil
}

func readChange(row pgx.CollectableRow) (c layers.Change, err error) {
	var at pgtype.Timestamptz
	if err = row.Scan(&c.Revision, &c.Seq, &at, &c.Kind, &c.Op, &c.Layer, &c.ID, &c.Version, &c.Actor, &c.Role, &c.Unit, &c.Note, &c.RequestID); err != nil {
		return c, err
	}
	c.RecordedAt, err = instantOf(at)
	return c, err
}

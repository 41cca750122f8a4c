package postgis

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"wangge/layers"
)

// kind is what archives of this package say they come from.
const kind = "postgis"

// Backup writes everything that the store has, as of one revision, to a new file (fs.ErrExist if it is there): an archive, which
// a store of any kind can be made of. Edits go on meanwhile; the archive has the state at which it began.
func (s *Store) Backup(ctx context.Context, file string) (p layers.Position, err error) {
	err = s.snapshot(ctx, "backup", func(v *view) error {
		base, err := v.base()
		if err != nil {
			return err
		}
		p = base.Position
		err = layers.WriteArchive(file, kind, base, v.archive)
		if err != nil {
			return fileError(err)
		}
		return nil
	})
	if err != nil {
		return layers.Position{}, err
	}
	return p, nil
}

func (v *view) archive(w *layers.ArchiveWriter) error {
	if err := v.archiveRevisions(w); err != nil {
		return err
	}
	if err := v.archiveKeys(w); err != nil {
		return err
	}
	for _, info := range layers.All() {
		t, _ := tableOf(info.Layer)
		for _, query := range []string{
			"SELECT '' AS op, 0::bigint AS rev_to, " + t.headColumns() + " FROM " + t.name + " h ORDER BY h.id",
			"SELECT h.op, coalesce(h.rev_to, 0) AS rev_to, " + t.sliceColumns() + " FROM " + t.history + " h ORDER BY h.hid",
		} {
			if err := v.archiveRows(w, t, query); err != nil {
				return err
			}
		}
	}
	return nil
}

// each calls do for every row of a query.
func (v *view) each(query string, into []any, do func() error) error {
	rows, err := v.tx.Query(v.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 0; rows.Next(); n++ {
		if n%256 == 0 {
			v.idle.Reset(silenceLimit)
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v *view) archiveRevisions(w *layers.ArchiveWriter) error {
	var r layers.Revision
	var at pgtype.Timestamptz
	err := v.each("SELECT revision, recorded_at, kind, actor, role, unit, token, note, request_id FROM wangge.wangge_revisions ORDER BY revision",
		[]any{&r.Revision, &at, &r.Kind, &r.Actor.Name, &r.Actor.Role, &r.Actor.Unit, &r.Actor.Token, &r.Note, &r.RequestID},
		func() (err error) {
			if r.RecordedAt, err = instantOf(at); err != nil {
				return err
			}
			return w.Revision(r)
		})
	if err != nil {
		return err
	}
	var a layers.AuditLine
	return v.each("SELECT revision, seq, op, layer, id, version FROM wangge.wangge_audit ORDER BY revision, seq",
		[]any{&a.Revision, &a.Seq, &a.Op, &a.Layer, &a.ID, &a.Version}, func() error { return w.Audit(a) })
}

func (v *view) archiveKeys(w *layers.ArchiveWriter) error {
	var k layers.KeptKey
	var at pgtype.Timestamptz
	var receipt string
	return v.each("SELECT token, key, body, receipt::text, created_at FROM wangge.wangge_idempotency ORDER BY token, key",
		[]any{&k.Token, &k.Key, &k.Body, &receipt, &at}, func() (err error) {
			if k.Receipt, err = layers.ParseReceipt(receipt); err != nil {
				return err
			}
			if k.CreatedAt, err = instantOf(at); err != nil {
				return err
			}
			return w.Key(k)
		})
}

// rawColumns are those of a row that is kept as it is.
func (t table) rawColumns(slice bool) []string {
	list := append(slices.Clone(t.content), "version", "rev_from")
	if slice {
		list = append(list, "op", "rev_to")
	}
	return list
}

// rawSQL is a row, named h, as JSON, from which jsonb_populate_record makes it again. A geometry is written as text, because
// PostGIS would make GeoJSON of it if it can.
func (t table) rawSQL(slice bool) string {
	var pairs []string
	for _, c := range t.rawColumns(slice) {
		value := "h." + c
		if c == "geom" {
			value += "::text"
		}
		pairs = append(pairs, "'"+strings.Trim(c, `"`)+"', "+value)
	}
	return "jsonb_build_object(" + strings.Join(pairs, ", ") + ")::text"
}

// archiveRows writes the rows of a query whose first two columns are op and rev_to, and the others those of a reader. Rows that
// cannot be decoded are read once more, as they are.
func (v *view) archiveRows(w *layers.ArchiveWriter, t table, query string) error {
	r := newReader(t)
	var one layers.Recorded
	var broken []layers.Recorded
	var at []pgtype.TID
	err := v.each(query, append([]any{&one.Op, &one.RevTo}, r.into...), func() error {
		row := r.row()
		one.Feature, one.Broken = row.Feature, row.Broken
		if one.Broken != nil {
			broken, at = append(broken, one), append(at, r.ctid)
			return nil
		}
		return w.Row(one)
	})
	if err != nil {
		return err
	}
	for i, one := range broken {
		name := t.name
		if one.Op != "" {
			name = t.history
		}
		if err := v.tx.QueryRow(v.ctx, "SELECT "+t.rawSQL(one.Op != "")+" FROM "+name+" h WHERE h.ctid = $1", at[i]).Scan(&one.Raw); err != nil {
			return err
		}
		if err := w.Row(one); err != nil {
			return err
		}
	}
	return nil
}

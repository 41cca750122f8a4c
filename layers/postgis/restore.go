package postgis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"wangge/geo"
	"wangge/layers"
)

// restoreRows is how many rows of one table are written at a time.
const restoreRows = 2000

// Restore makes a new store in a database that must not hold one (else fs.ErrExist) from a backup of any kind of store. It has
// all that the backup has under a new epoch, so that whoever followed the old store loads everything again. A backup that is
// damaged, cut short or something else is layers.ErrDamaged, and no store is made. Rows that could not be read when the backup
// was made and that cannot be written as they were are returned.
func Restore(ctx context.Context, backup, url string) (left []layers.Quarantined, err error) {
	if err := layers.ReadArchive(backup, checking()); err != nil { // before the schema is made
		return nil, fmt.Errorf("postgis: restore %s: %w", backup, err)
	}
	err = create(ctx, url, func(tx pgx.Tx) error {
		r := &restorer{ctx: ctx, tx: tx}
		err := layers.ReadArchive(backup, layers.ArchiveSink{Begin: r.begin, Revision: r.revision, Audit: r.audit, Key: r.key, Row: r.row})
		if err == nil {
			err = r.end()
		}
		left = r.left
		return err
	})
	if err != nil {
		return nil, err
	}
	return left, nil
}

// checking takes everything and does nothing: reading with it says whether an archive is whole.
func checking() layers.ArchiveSink {
	return layers.ArchiveSink{
		Begin:    func(string, layers.Base) error { return nil },
		Revision: func(layers.Revision) error { return nil },
		Audit:    func(layers.AuditLine) error { return nil },
		Key:      func(layers.KeptKey) error { return nil },
		Row:      func(layers.Recorded) error { return nil },
	}
}

// restorer writes the records of an archive into a new store. Records of one kind come together, so it collects those for one
// table and copies them when there are enough or another table's come.
type restorer struct {
	ctx     context.Context
	tx      pgx.Tx
	foreign bool // the archive is of another kind of store
	table   string
	columns []string
	rows    [][]any
	left    []layers.Quarantined
}

func (r *restorer) exec(query string, args ...any) error {
	_, err := r.tx.Exec(r.ctx, query, args...)
	return err
}

// begin writes what comes with a load, and keeps the triggers of the layers from taking the rows for edits.
func (r *restorer) begin(from string, base layers.Base) error {
	r.foreign = from != kind
	if err := begin(r.ctx, r.tx, base.Settings, ""); err != nil {
		return err
	}
	if err := r.exec("UPDATE wangge.wangge_meta SET revision = $1, recorded_at = $2", base.Position.Revision, stamp(base.RecordedAt)); err != nil {
		return err
	}
	for _, k := range base.Tokens {
		if err := r.exec(insertToken, tokenValues(k)...); err != nil {
			return err
		}
	}
	return r.triggers("DISABLE")
}

func (r *restorer) triggers(what string) error {
	for _, info := range layers.All() {
		t, _ := tableOf(info.Layer)
		if err := r.exec("ALTER TABLE " + t.name + " " + what + " TRIGGER USER"); err != nil {
			return err
		}
	}
	return nil
}

// add collects a row for a table.
func (r *restorer) add(table string, columns []string, values ...any) error {
	if table != r.table || len(r.rows) >= restoreRows {
		if err := r.flush(); err != nil {
			return err
		}
		r.table, r.columns = table, columns
	}
	r.rows = append(r.rows, values)
	return nil
}

// flush writes the rows that were collected. If the table refuses one of them, they are written one by one, and those that it
// refuses are left out: a row can be readable and still break a constraint that it got past once.
func (r *restorer) flush() error {
	rows := r.rows
	r.rows = nil
	if len(rows) == 0 {
		return nil
	}
	refusal, err := r.copy(rows)
	if err != nil || refusal == nil {
		return err
	}
	for _, row := range rows {
		refusal, err := r.copy([][]any{row})
		if err != nil {
			return err
		}
		if refusal != nil {
			if err := r.leave(row, refusal); err != nil {
				return err
			}
		}
	}
	return nil
}

// copy writes rows, all or none. refusal says why the table does not take them.
func (r *restorer) copy(rows [][]any) (refusal, err error) {
	err = pgx.BeginFunc(r.ctx, r.tx, func(within pgx.Tx) error { // a savepoint
		_, err := within.CopyFrom(r.ctx, pgx.Identifier{schema, r.table}, r.columns, pgx.CopyFromRows(rows))
		return err
	})
	if kept := (passed{}); errors.As(refused(err), &kept) {
		return kept.error, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.table, err)
	}
	return nil, nil
}

// leave notes a row of a layer that its table refused. A row of the bookkeeping cannot be left out.
func (r *restorer) leave(row []any, refusal error) error {
	name, _ := strings.CutSuffix(r.table, "_history")
	l, err := layers.ParseLayer(name)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", r.table, layers.ErrDamaged, refusal)
	}
	id, _ := row[0].(string)
	r.left = append(r.left, layers.Quarantined{Layer: l, Row: "a row of " + r.table, ID: id, Reason: refusal.Error()})
	return nil
}

func (r *restorer) revision(v layers.Revision) error {
	return r.add("wangge_revisions", []string{"revision", "recorded_at", "kind", "actor", "role", "unit", "token", "note", "request_id"},
		v.Revision, stamp(v.RecordedAt), v.Kind, v.Actor.Name, string(v.Actor.Role), v.Actor.Unit, v.Actor.Token, v.Note, v.RequestID)
}

func (r *restorer) audit(a layers.AuditLine) error {
	return r.add("wangge_audit", []string{"revision", "seq", "op", "layer", "id", "version"},
		a.Revision, int64(a.Seq), string(a.Op), string(a.Layer), a.ID, a.Version)
}

func (r *restorer) key(k layers.KeptKey) error {
	if err := r.flush(); err != nil {
		return err
	}
	return r.exec(insertKey, keyValues(k)...)
}

// row writes a row of a layer or of its history.
func (r *restorer) row(one layers.Recorded) error {
	if one.Broken != nil {
		return r.broken(one)
	}
	t, _ := tableOf(one.Feature.Layer())
	s, err := snapped(one.Feature)
	if err != nil {
		return err
	}
	values, err := contentOf(t, one.Feature, s)
	if err != nil {
		return err
	}
	m := one.Feature.Head()
	columns := append(unquoted(t.content), "version", "rev_from")
	values = append(values, m.Version, m.Revision)
	if one.Op == "" {
		return r.add(string(t.info.Layer), columns, values...)
	}
	return r.add(string(t.info.Layer)+"_history", append(columns, "op", "rev_to"), append(values, one.Op, revTo(one.RevTo))...)
}

// snapped returns the geometry of a feature on multiples of 1e-7 degree.
func snapped(f layers.Feature) (shape, error) {
	g := f.Shape()
	if g == nil {
		return shape{}, nil
	}
	g, err := geo.Snap(g)
	return shape{geometry: g}, err
}

// broken writes a row as it was found, if it comes from a store of this kind and the tables take it.
func (r *restorer) broken(one layers.Recorded) error {
	t, ok := tableOf(one.Broken.Layer)
	if !ok || r.foreign {
		r.left = append(r.left, *one.Broken)
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	name := t.name
	if one.Op != "" {
		name = t.history
	}
	err := pgx.BeginFunc(r.ctx, r.tx, func(within pgx.Tx) error { // a savepoint
		list := strings.Join(t.rawColumns(one.Op != ""), ", ")
		_, err := within.Exec(r.ctx, "INSERT INTO "+name+" ("+list+") SELECT "+list+" FROM jsonb_populate_record(NULL::"+name+", $1)", string(one.Raw))
		return err
	})
	if err == nil {
		return nil
	}
	var said *pgconn.PgError
	if !errors.As(err, &said) || said.Code[:2] != "22" && said.Code[:2] != "23" { // data that is wrong, a constraint
		return err
	}
	r.left = append(r.left, *one.Broken)
	return nil
}

func revTo(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// end writes what is left, and lets the history count on from its last row.
func (r *restorer) end() error {
	if err := r.flush(); err != nil {
		return err
	}
	for _, info := range layers.All() {
		t, _ := tableOf(info.Layer)
		err := r.exec("SELECT setval(pg_get_serial_sequence($1, 'hid'), coalesce(max(hid), 0) + 1, false) FROM "+t.history, t.history)
		if err != nil {
			return err
		}
	}
	// Deferred constraints are checked now: they keep the tables from being altered.
	if err := r.exec("SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
		return err
	}
	return r.triggers("ENABLE")
}

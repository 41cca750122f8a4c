package geopackage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// Restore makes a new store in a file that must not exist (else fs.ErrExist) from a backup of any kind of store, or from a
// GeoPackage store that is closed. The new store has all that the backup has under a new epoch, so that whoever followed the
// old one loads everything again. A backup that is damaged, cut short or something else is layers.ErrDamaged, and nothing is
// made. Rows of another kind of store that could not be read when the backup was made cannot be restored: they are returned.
func Restore(backup, target string) (left []layers.Quarantined, err error) {
	ctx := context.Background()
	from := func(temporary string) error { return restoreCopy(ctx, backup, temporary) }
	if layers.IsArchive(backup) {
		from = func(temporary string) (err error) {
			left, err = restoreArchive(ctx, backup, temporary)
			return err
		}
	} else if !isSQLite(backup) {
		if _, err := os.Stat(backup); err != nil {
			return nil, classify(ctx, "restore "+backup, err)
		}
		return nil, fmt.Errorf("geopackage: restore %s: %w: it is neither a backup nor a GeoPackage", backup, layers.ErrDamaged)
	}
	if err := appear(target, from); err != nil {
		return nil, err
	}
	return left, nil
}

func isSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := f.Read(head) // a short file is none
	return string(head[:n]) == "SQLite format 3\x00"
}

// restoreCopy copies a GeoPackage after SQLite has checked its structure.
func restoreCopy(ctx context.Context, backup, temporary string) error {
	if _, err := inspect(ctx, backup); err != nil {
		if errors.Is(err, layers.ErrUnavailable) { // SQLite cannot read it
			err = fmt.Errorf("%w: %w", layers.ErrDamaged, err)
		}
		return err
	}
	db, err := connect(backup, forLooking, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	var verdict string
	if err := c.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("%w: %w", layers.ErrDamaged, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", layers.ErrDamaged, verdict)
	}
	_, err = copyTo(ctx, temporary, c, newEpoch())
	return err
}

// restorer writes the records of an archive into a new store.
type restorer struct {
	ctx        context.Context
	tx         *sql.Tx
	statements map[string]*sql.Stmt
	extents    map[layers.Layer]box
	foreign    bool // the archive is of another kind of store
	left       []layers.Quarantined
}

func restoreArchive(ctx context.Context, backup, temporary string) ([]layers.Quarantined, error) {
	db, err := connect(temporary, forCreating, 1)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	r := &restorer{ctx: ctx, statements: map[string]*sql.Stmt{}, extents: map[layers.Layer]box{}}
	begin := func(from string, base layers.Base) (err error) {
		r.foreign = from != kind
		if err := migrate(ctx, db); err != nil {
			return err
		}
		if r.tx, err = db.BeginTx(ctx, nil); err != nil {
			return err
		}
		return r.begin(base)
	}
	err = layers.ReadArchive(backup, layers.ArchiveSink{Begin: begin, Revision: r.revision, Audit: r.audit, Key: r.key, Row: r.row})
	if err == nil {
		err = r.end()
	}
	if r.tx != nil {
		if err == nil {
			err = r.tx.Commit()
		} else {
			_ = r.tx.Rollback() // the first error is the one that counts
		}
	}
	return r.left, err
}

func (r *restorer) exec(query string, args ...any) error {
	st := r.statements[query]
	if st == nil {
		var err error
		if st, err = r.tx.PrepareContext(r.ctx, query); err != nil {
			return err
		}
		r.statements[query] = st
	}
	_, err := st.ExecContext(r.ctx, args...)
	return err
}

// begin writes what comes with a load. In the mode file the triggers of the layers leave the writer alone.
func (r *restorer) begin(base layers.Base) error {
	settings, err := json.Marshal(base.Settings)
	if err != nil {
		return err
	}
	if err := r.exec("INSERT INTO wangge_meta (one, epoch, revision, recorded_at, settings) VALUES (1, ?, ?, ?, ?)",
		newEpoch(), base.Position.Revision, stamp(base.RecordedAt), string(settings)); err != nil {
		return err
	}
	for _, k := range base.Tokens {
		if err := r.exec(insertToken, tokenValues(k)...); err != nil {
			return err
		}
	}
	return r.exec("UPDATE wangge_context SET mode = 'file'")
}

func (r *restorer) revision(v layers.Revision) error {
	return r.exec(insertRevision, v.Revision, stamp(v.RecordedAt), v.Kind, v.Actor.Name, string(v.Actor.Role), v.Actor.Unit, v.Actor.Token, v.Note, v.RequestID)
}

func (r *restorer) audit(a layers.AuditLine) error {
	return r.exec("INSERT INTO wangge_audit (revision, seq, op, layer, id, version) VALUES (?, ?, ?, ?, ?, ?)",
		a.Revision, a.Seq, string(a.Op), string(a.Layer), a.ID, a.Version)
}

func (r *restorer) key(k layers.KeptKey) error {
	receipt, err := json.Marshal(k.Receipt)
	if err != nil {
		return err
	}
	return r.exec(insertKey, k.Token, k.Key, k.Body, string(receipt), stamp(k.CreatedAt))
}

// row writes a row of a layer or of its history.
func (r *restorer) row(one layers.Recorded) error {
	if one.Broken != nil {
		return r.broken(one)
	}
	l := one.Feature.Layer()
	t, _ := tableOf(l)
	m := one.Feature.Head()
	shape := one.Feature.Shape()
	if shape != nil {
		var err error
		if shape, err = geo.Snap(shape); err != nil {
			return err
		}
	}
	values, err := contentOf(t, one.Feature, shape, m.Version)
	if err != nil {
		return err
	}
	values = append(values, m.Revision, stamp(m.ValidFrom), bound(m.ValidTo))
	if one.Op == "" {
		r.extend(l, shape)
		return r.exec(t.insertSQL(), values...)
	}
	return r.exec(t.historySQL(), append(values, one.Op, revTo(one.RevTo))...)
}

func (r *restorer) extend(l layers.Layer, shape orb.Geometry) {
	have, ok := r.extents[l]
	if !ok {
		have = noBox
	}
	if shape != nil {
		have = have.union(boxOfShape(shape))
	}
	r.extents[l] = have
}

// broken writes a row as it was found, if it comes from a store of this kind.
func (r *restorer) broken(one layers.Recorded) error {
	t, ok := tableOf(one.Broken.Layer)
	if !ok || r.foreign {
		r.left = append(r.left, *one.Broken)
		return nil
	}
	values, err := unpackRow(one.Raw)
	names := t.rawColumns()
	if err == nil && len(values) != len(names) {
		err = fmt.Errorf("it has %d values for %d columns", len(values), len(names))
	}
	if err != nil {
		return fmt.Errorf("%w: row %s of %s: %w", layers.ErrDamaged, one.Broken.Row, one.Broken.Layer, err)
	}
	name := t.name
	if one.Op != "" {
		name, names, values = t.history, append(names, "op", "rev_to"), append(values, one.Op, revTo(one.RevTo))
	}
	return r.exec("INSERT INTO "+name+" ("+strings.Join(names, ", ")+") VALUES (?"+strings.Repeat(", ?", len(names)-1)+")", values...)
}

func revTo(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// end writes the table of contents.
func (r *restorer) end() error {
	if err := r.exec("UPDATE wangge_context SET mode = 'idle', revision = NULL, ended_at = NULL"); err != nil {
		return err
	}
	for l, extent := range r.extents {
		if extent == noBox {
			continue
		}
		if err := r.exec("UPDATE gpkg_contents SET min_x = ?, max_x = ?, min_y = ?, max_y = ? WHERE table_name = ?",
			extent[0], extent[1], extent[2], extent[3], string(l)); err != nil {
			return err
		}
	}
	return nil
}

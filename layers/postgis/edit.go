package postgis

import (
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"wangge/layers"
)

// editor writes the edits of one transaction, all of a layer together. Their order does not matter for the rows, because each
// feature has one edit at most; the audit has the order of the edits.
type editor struct {
	*transaction
	edits  []layers.Edit
	groups []*group
	// current and before are the versions that there are: of head rows, and the last ones in the history.
	current, before map[layers.Key]int64
}

// group is the edits of one layer.
type group struct {
	t        table
	ids      []string
	creates  [][]any // the content of new rows, and of those that are written over
	replaces [][]any
	deletes  map[layers.Instant][]string // ids by end, 0 for the time of the transaction
	stages   [2]string                   // temporary tables with creates and replaces
}

// newEditor checks what the edits are by themselves.
func newEditor(list []layers.Edit) (*editor, error) {
	w := &editor{edits: list, current: map[layers.Key]int64{}, before: map[layers.Key]int64{}}
	seen := make(map[layers.Key]bool, len(list))
	of := map[layers.Layer]*group{}
	for _, e := range list {
		s, err := e.Storable()
		if err == nil && seen[e.Key()] {
			err = e.Invalid("", "twice", "a transaction has at most one edit of a feature")
		}
		if err != nil {
			return nil, err
		}
		seen[e.Key()] = true
		g := of[e.Layer]
		if g == nil {
			t, _ := tableOf(e.Layer)
			g = &group{t: t, deletes: map[layers.Instant][]string{}}
			of[e.Layer] = g
			w.groups = append(w.groups, g)
		}
		if err := g.add(e, shape{geometry: s}); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (g *group) add(e layers.Edit, s shape) error {
	g.ids = append(g.ids, e.ID)
	if e.Op == layers.Delete {
		g.deletes[e.End] = append(g.deletes[e.End], e.ID)
		return nil
	}
	values, err := contentOf(g.t, e.Feature, s)
	if err != nil {
		return err
	}
	if e.Op == layers.Create {
		g.creates = append(g.creates, values)
	} else {
		g.replaces = append(g.replaces, values)
	}
	return nil
}

// write does everything that comes after the revision is raised.
func (w *editor) write(r *layers.Receipt) error {
	if err := w.versions(); err != nil {
		return err
	}
	for _, e := range w.edits {
		result, err := w.judge(e)
		if err != nil {
			return err
		}
		r.Results = append(r.Results, result)
	}
	for _, g := range w.groups {
		if err := w.rows(g); err != nil {
			return err
		}
	}
	for _, name := range []string{"row", "history"} { // the triggers have written the history
		if err := w.step(name); err != nil {
			return err
		}
	}
	if err := w.audit(r.Results); err != nil {
		return err
	}
	if err := w.step("audit"); err != nil {
		return err
	}
	if err := w.codes(); err != nil {
		return err
	}
	return w.references()
}

// versions reads the versions that the edits are judged by.
func (w *editor) versions() error {
	var b pgx.Batch
	for _, g := range w.groups {
		l := g.t.info.Layer
		into := func(m map[layers.Key]int64) func(pgx.Rows) error {
			return func(rows pgx.Rows) error {
				var k = layers.Key{Layer: l}
				var version int64
				_, err := pgx.ForEachRow(rows, []any{&k.ID, &version}, func() error {
					m[k] = version
					return nil
				})
				return err
			}
		}
		b.Queue("SELECT id, coalesce(version, 0) FROM "+g.t.name+" WHERE id = ANY($1)", g.ids).Query(into(w.current))
		if len(g.creates) > 0 {
			b.Queue("SELECT id, coalesce(max(version), 0) FROM "+g.t.history+" WHERE id = ANY($1) GROUP BY id", g.ids).Query(into(w.before))
		}
	}
	return w.tx.SendBatch(w.within, &b).Close()
}

// judge says what becomes of an edit, by the versions.
func (w *editor) judge(e layers.Edit) (layers.Result, error) {
	k := e.Key()
	current, found := w.current[k]
	r, err := e.Outcome(found, current, w.before[k])
	if err != nil {
		return r, passed{err}
	}
	return r, nil
}

// rows writes the rows of a layer. The triggers give them their version and write the history.
func (w *editor) rows(g *group) error {
	wrote := int64(0)
	count := func(_ int, tag pgconn.CommandTag) error {
		wrote += tag.RowsAffected()
		return nil
	}
	var b pgx.Batch
	if w.large {
		if len(g.creates) > 0 {
			b.Queue(g.t.insertStagedSQL(g.stages[0]))
		}
		if len(g.replaces) > 0 {
			b.Queue(g.t.updateStagedSQL(g.stages[1]))
		}
	} else {
		for _, values := range g.creates {
			b.Queue(g.t.insertSQL(), values...)
		}
		for _, values := range g.replaces {
			b.Queue(g.t.updateSQL(), values...)
		}
	}
	if err := w.send(&b, count); err != nil {
		return err
	}
	for end, ids := range g.deletes {
		if end == 0 {
			end = w.at
		}
		if err := w.exec("SELECT set_config('wangge.end', $1, true)", stamp(end).Format("2006-01-02T15:04:05.000Z07:00")); err != nil {
			return err
		}
		tag, err := w.tx.Exec(w.within, "DELETE FROM "+g.t.name+" WHERE id = ANY($1)", ids)
		if err != nil {
			return err
		}
		wrote += tag.RowsAffected()
	}
	if wrote != int64(len(g.ids)) {
		return fmt.Errorf("%s: %d edits wrote %d rows", g.t.name, len(g.ids), wrote)
	}
	return nil
}

// audit writes a line for each edit, in their order.
func (w *editor) audit(results []layers.Result) error {
	n := len(results)
	ops, names, ids, versions := make([]string, n), make([]string, n), make([]string, n), make([]int64, n)
	for i, r := range results {
		ops[i], names[i], ids[i], versions[i] = string(r.Op), string(r.Layer), r.ID, r.Version
	}
	return w.exec(`INSERT INTO wangge.wangge_audit (revision, seq, op, layer, id, version)
		SELECT $1, e.seq, e.op, e.layer, e.id, e.version
		FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY AS e (op, layer, id, version, seq)`,
		w.position.Revision, ops, names, ids, versions)
}

// stage copies the rows of a large transaction into temporary tables, before it makes others wait.
func (w *editor) stage() error {
	if !w.large {
		return nil
	}
	for _, g := range w.groups {
		for i, rows := range [][][]any{g.creates, g.replaces} {
			if len(rows) == 0 {
				continue
			}
			name := fmt.Sprintf("wangge_stage_%s_%d", g.t.info.Layer, i)
			g.stages[i] = name
			if err := w.exec(g.t.stageSQL(name)); err != nil {
				return err
			}
			if _, err := w.tx.CopyFrom(w.within, pgx.Identifier{name}, unquoted(g.t.content), pgx.CopyFromRows(rows)); err != nil {
				return err
			}
			if err := w.exec("ANALYZE " + name); err != nil { // the planner knows nothing about it otherwise
				return err
			}
		}
	}
	return nil
}

package storetest_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/storetest"
)

// mutant is a good store with one defect: a function that is set stands for the method of its name, or changes what goes in or
// comes out of it.
type mutant struct {
	layers.Store
	apply   func(ctx context.Context, good layers.Store, tx layers.Tx) (layers.Receipt, error)
	row     func(layers.Row) (layers.Row, bool)
	base    func(layers.Base) layers.Base
	since   func(layers.Delta) layers.Delta
	history func(ctx context.Context, good layers.Store, q layers.Asked) ([]layers.Feature, error)
	changes func([]layers.Change) []layers.Change
	watch   func(ctx context.Context, good layers.Store, wake func()) error
	saved   func(layers.Position) layers.Position
}

func (m *mutant) Apply(ctx context.Context, tx layers.Tx) (layers.Receipt, error) {
	if m.apply == nil {
		return m.Store.Apply(ctx, tx)
	}
	return m.apply(ctx, m.Store, tx)
}

func (m *mutant) Load(ctx context.Context, each func(layers.Row) error) (layers.Base, error) {
	base, err := m.Store.Load(ctx, func(r layers.Row) error {
		if m.row != nil {
			var keep bool
			if r, keep = m.row(r); !keep {
				return nil
			}
		}
		return each(r)
	})
	if m.base != nil {
		base = m.base(base)
	}
	return base, err
}

func (m *mutant) Since(ctx context.Context, from layers.Position, most int) (layers.Delta, error) {
	d, err := m.Store.Since(ctx, from, most)
	if m.since != nil && err == nil {
		d = m.since(d)
	}
	return d, err
}

func (m *mutant) History(ctx context.Context, q layers.Asked) ([]layers.Feature, error) {
	if m.history == nil {
		return m.Store.History(ctx, q)
	}
	return m.history(ctx, m.Store, q)
}

func (m *mutant) Changes(ctx context.Context, since int64, limit int) ([]layers.Change, error) {
	got, err := m.Store.Changes(ctx, since, limit)
	if m.changes != nil && err == nil {
		got = m.changes(got)
	}
	return got, err
}

func (m *mutant) Watch(ctx context.Context, wake func()) error {
	if m.watch == nil {
		return m.Store.Watch(ctx, wake)
	}
	return m.watch(ctx, m.Store, wake)
}

func (m *mutant) SaveToken(ctx context.Context, actor layers.Actor, at time.Time, k layers.Token) (layers.Position, error) {
	p, err := m.Store.SaveToken(ctx, actor, at, k)
	if m.saved != nil {
		p = m.saved(p)
	}
	return p, err
}

// changed applies the transaction after f has changed it.
func changed(f func(good layers.Store, tx *layers.Tx)) func(context.Context, layers.Store, layers.Tx) (layers.Receipt, error) {
	return func(ctx context.Context, good layers.Store, tx layers.Tx) (layers.Receipt, error) {
		f(good, &tx)
		return good.Apply(ctx, tx)
	}
}

// answered gives back what f makes of the receipt.
func answered(f func(*layers.Receipt, layers.Tx)) func(context.Context, layers.Store, layers.Tx) (layers.Receipt, error) {
	return func(ctx context.Context, good layers.Store, tx layers.Tx) (layers.Receipt, error) {
		r, err := good.Apply(ctx, tx)
		if err == nil {
			f(&r, tx)
		}
		return r, err
	}
}

func asked(f func(*layers.Asked)) func(context.Context, layers.Store, layers.Asked) ([]layers.Feature, error) {
	return func(ctx context.Context, good layers.Store, q layers.Asked) ([]layers.Feature, error) {
		f(&q)
		return good.History(ctx, q)
	}
}

// matching puts the current version into every edit, as a store does that does not look at If-Match.
func matching(good layers.Store, tx *layers.Tx) {
	current := map[layers.Key]int64{}
	_, _ = good.Load(context.Background(), func(r layers.Row) error {
		if r.Feature != nil && !r.Slice {
			current[layers.Key{Layer: r.Feature.Layer(), ID: r.Feature.Head().ID}] = r.Feature.Head().Version
		}
		return nil
	})
	tx.Edits = slices.Clone(tx.Edits)
	for i, e := range tx.Edits {
		if e.Op != layers.Create {
			tx.Edits[i].IfMatch = current[layers.Key{Layer: e.Layer, ID: e.ID}]
		}
	}
}

// piecemeal applies each edit on its own and stops at the first that is refused.
func piecemeal(ctx context.Context, good layers.Store, tx layers.Tx) (all layers.Receipt, err error) {
	edits := tx.Edits
	for i := range edits {
		tx.Edits = edits[i : i+1]
		r, err := good.Apply(ctx, tx)
		if err != nil {
			return layers.Receipt{}, err
		}
		r.Results = append(all.Results, r.Results...)
		all = r
	}
	return all, nil
}

// TestPlantedDefects plants one defect after the other in a good store. The suite must find each, in a case of the group that
// is named.
func TestPlantedDefects(t *testing.T) {
	for _, c := range []struct {
		name, group string
		defect      mutant
	}{
		{"an audit row is lost", "changes/", mutant{changes: func(c []layers.Change) []layers.Change { return c[:max(0, len(c)-1)] }}},
		{"the revision is not raised", "edits/", mutant{base: func(b layers.Base) layers.Base { b.Position.Revision = 0; return b }}},
		{"the receipt names the revision before", "edits/", mutant{apply: answered(func(r *layers.Receipt, _ layers.Tx) { r.Position.Revision-- })}},
		{"idempotency keys are ignored", "idempotency/", mutant{apply: changed(func(_ layers.Store, tx *layers.Tx) { tx.Key = "" })}},
		{"the body of a key is not compared", "idempotency/", mutant{apply: changed(func(_ layers.Store, tx *layers.Tx) { tx.Body = [32]byte{} })}},
		{"keys of all tokens are one", "idempotency/", mutant{apply: changed(func(_ layers.Store, tx *layers.Tx) { tx.Actor.Token = "" })}},
		{"a replay does not say so", "idempotency/", mutant{apply: answered(func(r *layers.Receipt, _ layers.Tx) { r.Replayed = false })}},
		{"If-Match is ignored", "conflicts/", mutant{apply: changed(matching)}},
		{"ids are given again", "conflicts/", mutant{apply: changed(func(_ layers.Store, tx *layers.Tx) {
			tx.Edits = slices.Clone(tx.Edits)
			for i := range tx.Edits {
				tx.Edits[i].Revive = true
			}
		})}},
		{"a transaction is applied by halves", "conflicts/", mutant{apply: piecemeal}},
		{"guards are ignored", "guards/", mutant{apply: changed(func(_ layers.Store, tx *layers.Tx) { tx.Guards = nil })}},
		{"results are out of order", "edits/", mutant{apply: answered(func(r *layers.Receipt, _ layers.Tx) { slices.Reverse(r.Results) })}},
		{"recorded time follows the clock back", "edits/", mutant{apply: answered(func(r *layers.Receipt, tx layers.Tx) { r.RecordedAt = layers.InstantOf(tx.At) })}},
		{"a history row is missing", "history/", mutant{history: func(ctx context.Context, good layers.Store, q layers.Asked) ([]layers.Feature, error) {
			got, err := good.History(ctx, q)
			if len(got) > 1 && got[0].Head().ID == got[1].Head().ID {
				got = got[1:]
			}
			return got, err
		}}},
		{"known_at ignores recorded time", "history/", mutant{history: asked(func(q *layers.Asked) { q.KnownRevision, q.KnownAt = 0, 0 })}},
		{"known_at is off by one revision", "history/", mutant{history: asked(func(q *layers.Asked) {
			if q.KnownRevision > 1 {
				q.KnownRevision--
			}
		})}},
		{"heads are not told from slices", "history/", mutant{history: asked(func(q *layers.Asked) { q.Heads = false })}},
		{"the box is ignored", "history/", mutant{history: asked(func(q *layers.Asked) { q.Box = nil })}},
		{"at is ignored", "history/", mutant{history: asked(func(q *layers.Asked) { q.At = 0 })}},
		{"at is closed at the end", "history/", mutant{history: asked(func(q *layers.Asked) {
			if q.At != 0 {
				q.At--
			}
		})}},
		{"a delta skips a key", "deltas/", mutant{since: func(d layers.Delta) layers.Delta {
			if len(d.Keys) > 1 {
				gone := d.Keys[0]
				d.Keys = d.Keys[1:]
				d.Rows = slices.DeleteFunc(d.Rows, func(r layers.Row) bool {
					return r.Feature != nil && r.Feature.Layer() == gone.Layer && r.Feature.Head().ID == gone.ID
				})
			}
			return d
		}}},
		{"a delta has no slices", "deltas/", mutant{since: func(d layers.Delta) layers.Delta {
			d.Rows = slices.DeleteFunc(d.Rows, func(r layers.Row) bool { return r.Slice })
			return d
		}}},
		{"a delta has no tokens", "tokens/", mutant{since: func(d layers.Delta) layers.Delta { d.Tokens = nil; return d }}},
		{"a token raises no revision", "tokens/", mutant{saved: func(p layers.Position) layers.Position { p.Revision--; return p }}},
		{"slices are not loaded", "slices/", mutant{row: func(r layers.Row) (layers.Row, bool) { return r, !r.Slice }}},
		{"nothing wakes a watcher", "watch/", mutant{watch: func(ctx context.Context, _ layers.Store, _ func()) error { <-ctx.Done(); return ctx.Err() }}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := 0
			for _, one := range storetest.Cases() {
				if !strings.HasPrefix(one.Name, c.group) {
					continue
				}
				defect := c.defect
				s := goodSubject(t)
				defect.Store = s.Store
				s.Store = &defect
				if !one.Applies(s) {
					continue
				}
				if err := one.Check(s); err != nil {
					found++
					t.Logf("%s: %v", one.Name, err)
					break
				}
			}
			if found == 0 {
				t.Errorf("no case of %s finds it", c.group)
			}
		})
	}
}

// TestGoodStore is the control: the store that the defects are planted in has none.
func TestGoodStore(t *testing.T) {
	for _, one := range storetest.Cases() {
		if group, _, _ := strings.Cut(one.Name, "/"); !slices.Contains([]string{"changes", "idempotency", "guards", "tokens"}, group) {
			continue // layers/geopackage runs them all
		}
		s := goodSubject(t)
		s.Store = &mutant{Store: s.Store}
		if !one.Applies(s) {
			continue
		}
		if err := one.Check(s); err != nil {
			t.Errorf("%s: %v", one.Name, err)
		}
	}
}

func goodSubject(t *testing.T) *storetest.Subject {
	dir := t.TempDir()
	path := filepath.Join(dir, "good.gpkg")
	if err := geopackage.Create(path, storetest.Settings(), "e1"); err != nil {
		t.Fatal(err)
	}
	s, err := geopackage.Open(path, layers.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &storetest.Subject{Store: s, Dir: dir}
}

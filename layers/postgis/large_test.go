package postgis_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/storetest"
)

// TestStagedRows: a large transaction, whose rows are staged, does the same as many small ones.
func TestStagedRows(t *testing.T) {
	t.Parallel()
	const rows = postgis.LargeTx
	want, got := map[string]layers.Feature{}, map[string]layers.Feature{}
	for into, size := range map[*map[string]layers.Feature]int{&want: rows / 4, &got: rows} {
		s := open(t, newDatabase(t, storetest.Settings()), layers.StoreOptions{})
		apply(t, s, createAll(storetest.Sample())...)
		send := func(edits []layers.Edit) {
			for len(edits) > 0 {
				n := min(size, len(edits))
				apply(t, s, edits[:n]...)
				edits = edits[n:]
			}
		}
		var creates, replaces, deletes []layers.Edit
		for n := range rows {
			f, l := storetest.Fresh(layers.Poles, 1000+n), layers.Poles
			if n%2 == 1 {
				f, l = storetest.Fresh(layers.Overlays, 1000+n), layers.Overlays
			}
			again := storetest.Fresh(l, 1000+n)
			again.Head().Demo = false
			again.Head().ValidFrom += layers.Instant(n)
			creates = append(creates, layers.Edit{Op: layers.Create, Layer: l, ID: f.Head().ID, Feature: f})
			replaces = append(replaces, layers.Edit{Op: layers.Replace, Layer: l, ID: f.Head().ID, Feature: again, IfMatch: 1})
			if n%3 == 0 {
				deletes = append(deletes, layers.Edit{Op: layers.Delete, Layer: l, ID: f.Head().ID, IfMatch: 2, End: again.Head().ValidFrom + layers.Instant(n%5)})
			}
		}
		send(creates)
		send(replaces)
		send(append(deletes, createAll([]layers.Feature{storetest.Fresh(layers.Roads, 999)})...))
		count := 0
		_, err := s.Load(t.Context(), func(r layers.Row) error {
			m := r.Feature.Head()
			m.Revision = 0 // the one thing that differs
			(*into)[fmt.Sprint(r.Feature.Layer(), m.ID, r.Slice, m.ValidFrom)] = r.Feature
			count++
			return nil
		})
		if err != nil || count != len(*into) {
			t.Fatalf("load: %d rows, %d different: %v", count, len(*into), err)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("small transactions against a large one (-want +got):\n%.2000s", d)
	}
}

// BenchmarkApply reports what an edit costs, and one row of a large transaction, beside a plain insert of a row by SQL.
func BenchmarkApply(b *testing.B) {
	url := newDatabase(b, storetest.Settings())
	s := open(b, url, layers.StoreOptions{})
	tx := layers.Tx{Actor: layers.Actor{Name: "bench"}, Kind: "import", Edits: createAll(storetest.Sample())}
	if _, err := s.Apply(b.Context(), tx); err != nil {
		b.Fatal(err)
	}
	n := 1000
	b.Run("edit", func(b *testing.B) {
		for b.Loop() {
			n++
			if _, err := edit(b.Context(), s, storetest.Fresh(layers.Poles, n)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("row of 10,000", func(b *testing.B) {
		for b.Loop() {
			var list []layers.Feature
			for range 10_000 {
				n++
				list = append(list, storetest.Fresh(layers.Poles, n))
			}
			tx.Edits = createAll(list)
			began := time.Now()
			if _, err := s.Apply(b.Context(), tx); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(began).Microseconds())/10_000, "µs/row")
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			rows := 0
			began := time.Now()
			if _, err := s.Load(b.Context(), func(layers.Row) error { rows++; return nil }); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(began).Nanoseconds())/float64(rows), "ns/row")
		}
	})
}

package postgis_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/postgis"
	"wangge/layers/storetest"
)

// everything is what a store says of itself, beside the epoch.
type everything struct {
	Rows    map[string]layers.Row
	History map[layers.Layer][]layers.Feature
	Changes []layers.Change
	Tokens  []layers.Token
	At      int64
}

func everythingOf(t *testing.T, s layers.Store) everything {
	t.Helper()
	e := everything{Rows: map[string]layers.Row{}, History: map[layers.Layer][]layers.Feature{}}
	base, err := s.Load(t.Context(), func(r layers.Row) error {
		m := r.Feature.Head()
		e.Rows[fmt.Sprint(r.Feature.Layer(), " ", m.ID, " ", r.Slice, " ", m.ValidFrom)] = r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e.Tokens, e.At = base.Tokens, base.Position.Revision
	for revision := int64(1); revision <= e.At; revision++ {
		for _, info := range layers.All() {
			rows, err := s.History(t.Context(), layers.Asked{Layer: info.Layer, KnownRevision: revision})
			if err != nil {
				t.Fatal(err)
			}
			e.History[info.Layer] = append(e.History[info.Layer], rows...)
		}
	}
	if e.Changes, err = s.Changes(t.Context(), 0, 0); err != nil {
		t.Fatal(err)
	}
	return e
}

// lived gives a store a history.
func lived(t *testing.T, s layers.Store) {
	t.Helper()
	apply(t, s, createAll(storetest.Sample())...)
	later := storetest.Fresh(layers.Grids, 1)
	later.Head().ValidFrom += 1000
	apply(t, s, layers.Edit{Op: layers.Replace, Layer: layers.Grids, ID: later.Head().ID, Feature: later, IfMatch: 1},
		layers.Edit{Op: layers.Delete, Layer: layers.Spaces, ID: "x_1", IfMatch: 1, End: later.Head().ValidFrom})
	token := layers.Token{ID: "t_1", Name: "令牌", Role: layers.Planner, Hash: layers.HashSecret("s"), Created: later.Head().ValidFrom}
	if _, err := s.SaveToken(t.Context(), layers.Actor{Name: "cli"}, time.Now(), token); err != nil {
		t.Fatal(err)
	}
}

// TestRestoreOfAnotherKind: what a GeoPackage store backed up is the same in PostGIS, and the other way round.
func TestRestoreOfAnotherKind(t *testing.T) {
	t.Parallel()
	file := func(name string) string { return filepath.Join(t.TempDir(), name) }
	openFile := func(path string) layers.Store {
		s, err := geopackage.Open(path, layers.StoreOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	backup := func(s layers.Store) string {
		path := file("backup")
		if _, err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := file("a.gpkg")
	if err := geopackage.Create(path, storetest.Settings(), ""); err != nil {
		t.Fatal(err)
	}
	first := openFile(path)
	lived(t, first)
	want := everythingOf(t, first)

	url := emptyDatabase(t)
	if left, err := postgis.Restore(t.Context(), backup(first), url); err != nil || len(left) > 0 {
		t.Fatalf("restore into PostGIS: %v, %v", left, err)
	}
	second := open(t, url, layers.StoreOptions{})
	if d := cmp.Diff(want, everythingOf(t, second)); d != "" {
		t.Errorf("in PostGIS (-want +got):\n%.3000s", d)
	}

	path = file("b.gpkg")
	if left, err := geopackage.Restore(backup(second), path); err != nil || len(left) > 0 {
		t.Fatalf("restore into a GeoPackage: %v, %v", left, err)
	}
	third := openFile(path)
	if d := cmp.Diff(want, everythingOf(t, third)); d != "" {
		t.Errorf("back in a GeoPackage (-want +got):\n%.3000s", d)
	}
	for _, s := range []layers.Store{second, third} { // and it lives on
		apply(t, s, layers.Edit{Op: layers.Delete, Layer: layers.Grids, ID: storetest.Fresh(layers.Grids, 1).Head().ID, IfMatch: 2})
	}
}

// TestRestoreOfBrokenRows: rows that cannot be read are restored as they were, or named when the tables refuse them; none is lost.
func TestRestoreOfBrokenRows(t *testing.T) {
	t.Parallel()
	s, url := sampled(t)
	spoilt := 0
	for i, p := range poisons(session(t, url)) {
		if p.Name == "no reference system" {
			continue // the column of the new table gives it its own, and the row is good
		}
		f := storetest.Fresh(p.Layer, 50+i)
		apply(t, s, createAll([]layers.Feature{f})...)
		if err := p.Spoil(f.Head().ID); err != nil {
			t.Fatal(err)
		}
		spoilt++
	}
	count := func(s layers.Store) (good, bad int) {
		_, err := s.Load(t.Context(), func(r layers.Row) error {
			if r.Broken != nil || r.Feature.Validate(layers.CodesLocal) != nil {
				bad++
			} else {
				good++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return good, bad
	}
	good, bad := count(s)
	if bad != spoilt {
		t.Fatalf("%d bad rows, %d were spoilt", bad, spoilt)
	}
	file := filepath.Join(t.TempDir(), "backup")
	if _, err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	target := emptyDatabase(t)
	left, err := postgis.Restore(t.Context(), file, target)
	if err != nil {
		t.Fatal(err)
	}
	goodAgain, badAgain := count(open(t, target, layers.StoreOptions{}))
	if goodAgain != good || badAgain+len(left) != bad || len(left) == 0 || badAgain == 0 {
		t.Errorf("restored %d good and %d bad rows and named %d; there were %d and %d", goodAgain, badAgain, len(left), good, bad)
	}
}

package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/storetest"
)

// TestCreateAtOnce: of several processes that make a store in one database one does, and the others find it.
func TestCreateAtOnce(t *testing.T) {
	t.Parallel()
	url := emptyDatabase(t)
	errs := make([]error, 4)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() { errs[i] = postgis.Create(t.Context(), url, storetest.Settings(), "") })
	}
	wait.Wait()
	made := 0
	for _, err := range errs {
		switch {
		case err == nil:
			made++
		case !errors.Is(err, fs.ErrExist):
			t.Errorf("create: got %v, want fs.ErrExist", err)
		}
	}
	if made != 1 {
		t.Errorf("%d of %d made the store", made, len(errs))
	}
	s := open(t, url, layers.StoreOptions{})
	if head, err := s.Head(t.Context()); err != nil || head.Revision != 0 || head.Epoch == "" {
		t.Errorf("head: %v, %v", head, err)
	}
}

// TestMigrateAtOnce: a store with an older schema, as a program with fewer migrations leaves it, is migrated by one of those
// who open it at the same time.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := newDatabase(t, storetest.Settings())
	last, err := postgis.Newest()
	if err != nil {
		t.Fatal(err)
	}
	// Without what the last migration made, the store is as it was before.
	older := []string{fmt.Sprintf("DELETE FROM wangge.wangge_migrations WHERE version_id = %d", last),
		"ALTER TABLE wangge.overlays DROP CONSTRAINT overlays_kind_check, ADD CONSTRAINT overlays_kind_check CHECK (kind IN ('block', 'park'))"}
	if err := foreign(url, older...); err != nil {
		t.Fatal(err)
	}
	if _, err := postgis.Open(t.Context(), url, layers.StoreOptions{ReadOnly: true}); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("a read-only store of an older schema: got %v, want ErrInvalid", err)
	}
	var wait sync.WaitGroup
	applied := make([][]string, 4)
	for i := range applied {
		wait.Go(func() {
			var err error
			if applied[i], err = postgis.Migrate(t.Context(), url); err != nil {
				t.Errorf("migrate: %v", err)
			}
		})
	}
	wait.Wait()
	if all := slices.Concat(applied...); len(all) != 1 || !strings.HasSuffix(all[0], ".sql") {
		t.Errorf("applied: %v, want the last one once", applied)
	}
	s := open(t, url, layers.StoreOptions{})
	unit := storetest.Fresh(layers.Units, 0).(*layers.Unit)
	unit.Parent = ""
	ground := storetest.Fresh(layers.Overlays, 0).(*layers.Overlay)
	ground.Kind, ground.Unit = layers.Neighbour, unit.ID
	for _, f := range []layers.Feature{unit, ground} {
		if _, err := edit(t.Context(), s, f); err != nil {
			t.Error(err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	empty := emptyDatabase(t)
	if _, err := postgis.Open(ctx, empty, layers.StoreOptions{}); !errors.Is(err, layers.ErrNotFound) || !strings.Contains(err.Error(), "wangge init") {
		t.Errorf("open an empty database: got %v, want ErrNotFound that says how to make a store", err)
	}
	if _, err := postgis.Migrate(ctx, empty); !errors.Is(err, layers.ErrNotFound) {
		t.Errorf("migrate an empty database: got %v, want ErrNotFound", err)
	}
	for _, url := range []string{"", "postgres://%zz", "postgres://user:secret@host:port/x"} {
		_, err := postgis.Open(ctx, url, layers.StoreOptions{})
		if url != "" && !errors.Is(err, layers.ErrInvalid) || err == nil {
			t.Errorf("open %q: got %v, want ErrInvalid", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is in the error %v", err)
		}
	}
	if _, err := postgis.Open(ctx, strings.Replace(empty, "wangge_", "absent_", 1), layers.StoreOptions{}); !errors.Is(err, layers.ErrUnavailable) {
		t.Errorf("open a database that is not there: got %v, want ErrUnavailable", err)
	}
	newer := newDatabase(t, storetest.Settings())
	if err := foreign(newer, "INSERT INTO wangge.wangge_migrations (version_id, is_applied) VALUES (9000, true)"); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() error{
		"open":    func() error { _, err := postgis.Open(ctx, newer, layers.StoreOptions{}); return err },
		"migrate": func() error { _, err := postgis.Migrate(ctx, newer); return err },
	} {
		if err := try(); !errors.Is(err, layers.ErrInvalid) || !strings.Contains(err.Error(), "9000") {
			t.Errorf("%s a newer schema: got %v, want ErrInvalid that names it", name, err)
		}
	}
	if err := postgis.Create(ctx, newer, storetest.Settings(), ""); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create where a store is: got %v, want fs.ErrExist", err)
	}
}

// TestNobodyAnswers: an address at which nothing answers is given up in time.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	p, url := newProxy(t, emptyDatabase(t))
	p.swallow()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	began := time.Now()
	if _, err := postgis.Open(ctx, url, layers.StoreOptions{}); !errors.Is(err, layers.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("that took %v", took)
	}
}

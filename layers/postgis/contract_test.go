package postgis_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/postgis/pgtest"
	"wangge/layers/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestContract(t *testing.T) {
	storetest.Run(t, storetest.Harness{New: newSubject})
}

// newDatabase returns the URL of a database with an empty store.
func newDatabase(t testing.TB, settings layers.Settings) string {
	t.Helper()
	url := pgtest.Database(t)
	if err := postgis.Create(t.Context(), url, settings, "e1"); err != nil {
		t.Fatal(err)
	}
	return url
}

func open(t testing.TB, url string, opts layers.StoreOptions) *postgis.Store {
	t.Helper()
	s, err := postgis.Open(t.Context(), url, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// newSubject makes an empty store in a database of its own.
func newSubject(t *testing.T, settings layers.Settings) *storetest.Subject {
	t.Helper()
	url := newDatabase(t, settings)
	store := open(t, url, layers.StoreOptions{})
	s := &storetest.Subject{Store: store, Dir: t.TempDir()}
	s.Reopen = func(opts layers.StoreOptions) error {
		if err := store.Close(); err != nil {
			return err
		}
		again, err := postgis.Open(context.Background(), url, opts)
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = again.Close() })
		store, s.Store = again, again
		return nil
	}
	s.Restore = func(backup string) (layers.Store, error) {
		target := pgtest.Database(t)
		if left, err := postgis.Restore(context.Background(), backup, target); err != nil || len(left) > 0 {
			return nil, fmt.Errorf("%v were left out: %w", left, err)
		}
		again, err := postgis.Open(context.Background(), target, layers.StoreOptions{})
		if err == nil {
			t.Cleanup(func() { _ = again.Close() })
		}
		return again, err
	}
	s.Foreign = &storetest.Foreign{
		Exec:     func(statement string) error { return foreign(url, statement) },
		Table:    func(l layers.Layer) string { return "wangge." + string(l) },
		Geometry: func(g orb.Geometry) string { return "'" + hexOf(g) + "'" },
	}
	s.Poisons = poisons(url)
	return s
}

var _ = filepath.Join

// foreign runs statements as another program does, on a connection of its own.
func foreign(url string, statements ...string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// hexOf encodes with another codec than the store's.
func hexOf(g orb.Geometry) string { return hex.EncodeToString(ewkb.MustMarshal(g, 4490)) }

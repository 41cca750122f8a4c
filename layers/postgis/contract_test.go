package postgis_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/postgis/pgtest"
	"wangge/layers/storetest"
	"wangge/migrations"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Harness{New: newShelf(t, storetest.Settings()).newSubject})
}

// newDatabase returns the URL of a database with an empty store.
func newDatabase(t testing.TB, settings layers.Settings) string {
	t.Helper()
	return pgtest.Prepared(t, templateOf(settings), createWith(settings))
}

// templateOf names a database by everything that it is made of.
func templateOf(settings layers.Settings) string {
	key := fmt.Sprintf("postgis store, few reference systems, %+v", settings)
	files := migrations.PostGIS()
	_ = fs.WalkDir(files, ".", func(path string, _ fs.DirEntry, err error) error { // an embedded tree cannot fail
		if b, e := fs.ReadFile(files, path); err == nil && e == nil {
			key += fmt.Sprintf(" %s %x", path, sha256.Sum256(b))
		}
		return nil
	})
	return key
}

func createWith(settings layers.Settings) func(context.Context, string) error {
	return func(ctx context.Context, url string) error {
		if err := thin(ctx, url); err != nil {
			return err
		}
		return postgis.Create(ctx, url, settings, "e1")
	}
}

// thin removes the reference systems that no test asks for: half of a database, which is copied for each case.
func thin(_ context.Context, url string) error {
	return foreign(url, "DELETE FROM spatial_ref_sys WHERE srid NOT IN (3857, 4326, 4490)", "VACUUM FULL spatial_ref_sys")
}

// emptyDatabase returns the URL of a database without a store.
func emptyDatabase(t testing.TB) string {
	t.Helper()
	return pgtest.Prepared(t, "few reference systems", thin)
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

// newSubject opens an empty store in a database of its own, so that cases run beside each other.
func (s *shelf) newSubject(t *testing.T, settings layers.Settings) *storetest.Subject {
	t.Helper()
	t.Parallel()
	database := s.take(t, settings)
	url := database.url
	store := open(t, url, layers.StoreOptions{})
	subject := &storetest.Subject{Store: store, Dir: t.TempDir()}
	subject.Reopen = func(opts layers.StoreOptions) error {
		if err := store.Close(); err != nil {
			return err
		}
		again, err := postgis.Open(context.Background(), url, opts)
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = again.Close() })
		store, subject.Store = again, again
		return nil
	}
	target := "" // a database without a store, which a refused restore leaves as it was
	subject.Restore = func(backup string) (layers.Store, error) {
		if target == "" {
			target = emptyDatabase(t)
		}
		if left, err := postgis.Restore(context.Background(), backup, target); err != nil || len(left) > 0 {
			return nil, fmt.Errorf("%v were left out: %w", left, err)
		}
		target := take(&target)
		again, err := postgis.Open(context.Background(), target, layers.StoreOptions{})
		if err == nil {
			t.Cleanup(func() { _ = again.Close() })
		}
		return again, err
	}
	program := session(t, url)
	subject.Foreign = &storetest.Foreign{
		Exec:     func(statement string) error { return program(statement) },
		Table:    func(l layers.Layer) string { return "wangge." + string(l) },
		Geometry: func(g orb.Geometry) string { return "'" + hexOf(g) + "'" },
	}
	poisoner := session(t, url)
	subject.Poisons = poisons(func(statements ...string) error {
		database.spoilt = true
		return poisoner(statements...)
	})
	return subject
}

// take empties a variable and returns what it held.
func take(s *string) string {
	v := *s
	*s = ""
	return v
}

// foreign runs statements as another program does, on a connection of its own.
func foreign(url string, statements ...string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return execute(c, statements)
}

// session returns a function that runs statements as another program does that stays connected. The connection is made when
// it is needed first, and closed with the test.
func session(t testing.TB, url string) func(statements ...string) error {
	var lock sync.Mutex
	var c *pgx.Conn
	t.Cleanup(func() {
		if c != nil {
			_ = c.Close(context.Background())
		}
	})
	return func(statements ...string) (err error) {
		lock.Lock()
		defer lock.Unlock()
		if c == nil {
			if c, err = pgx.Connect(context.Background(), url); err != nil {
				return err
			}
		}
		return execute(c, statements)
	}
}

func execute(c *pgx.Conn, statements []string) error {
	for _, s := range statements {
		if _, err := c.Exec(context.Background(), s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// hexOf encodes with another codec than the store's.
func hexOf(g orb.Geometry) string { return hex.EncodeToString(ewkb.MustMarshal(g, 4490)) }

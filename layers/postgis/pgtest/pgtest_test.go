package pgtest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"wangge/layers/postgis/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatalf("connect to %s: %v", dsn, err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server may have been killed meanwhile
	return conn
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var got T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&got); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func execute(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestDatabaseHasPostGIS(t *testing.T) {
	conn := connect(t, pgtest.Database(t))
	if got := query[float64](t, conn, "SELECT ST_Area(ST_MakeEnvelope(0, 0, 2, 3, 4490))"); got != 6 {
		t.Errorf("ST_Area = %v, want 6", got)
	}
	if got := query[int](t, conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'"); got != 0 {
		t.Errorf("a fresh database has %d tables, want none", got)
	}
}

func TestDatabasesAreSeparate(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]bool{}
	for i := range 6 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, pgtest.Database(t))
			execute(t, conn, "CREATE TABLE mine (n int)") // fails if another test's table is there
			name := query[string](t, conn, "SELECT current_database()")
			mu.Lock()
			defer mu.Unlock()
			if seen[name] {
				t.Errorf("database %s was given twice", name)
			}
			seen[name] = true
		})
	}
}

func TestDatabaseIsDroppedAfterTheTest(t *testing.T) {
	var name string
	t.Run("user", func(t *testing.T) {
		conn, err := pgx.Connect(t.Context(), pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := conn.Ping(context.Background()); err != nil {
				t.Errorf("the database went before the test's own cleanup: %v", err)
			}
		}) // and the connection stays open
		name = query[string](t, conn, "SELECT current_database()")
	})
	conn := connect(t, pgtest.Database(t))
	if query[bool](t, conn, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name) {
		t.Errorf("database %s is still there after its test", name)
	}
}

func TestPreparedRunsOnce(t *testing.T) {
	key := unique(t)
	runs := 0
	prepare := func(ctx context.Context, dsn string) error {
		runs++
		conn, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "CREATE TABLE made AS SELECT 7 AS n")
		return err
	}
	for range 3 {
		conn := connect(t, pgtest.Prepared(t, key, prepare))
		if got := query[int](t, conn, "SELECT n FROM made"); got != 7 {
			t.Errorf("n = %d, want 7", got)
		}
		execute(t, conn, "DROP TABLE made") // the next copy still has it
	}
	if runs != 1 {
		t.Errorf("prepare ran %d times, want once", runs)
	}
}

func TestPreparedAfterAFailureTriesAgain(t *testing.T) {
	key := unique(t)
	failing := &recorder{TB: t}
	func() {
		defer func() { _ = recover() }()
		pgtest.Prepared(failing, key, func(context.Context, string) error { return fmt.Errorf("no table") })
	}()
	if !strings.Contains(failing.fatal, "no table") {
		t.Fatalf("a failing prepare reported %q, want its error", failing.fatal)
	}
	conn := connect(t, pgtest.Prepared(t, key, func(context.Context, string) error { return nil }))
	if got := query[int](t, conn, "SELECT 1"); got != 1 {
		t.Errorf("SELECT 1 = %d", got)
	}
}

// unique is different in each run, for a server that outlives it.
func unique(t *testing.T) string {
	t.Helper()
	return fmt.Sprint(os.Getpid(), t.TempDir())
}

// recorder stands in for a test that fails or is skipped: it notes the message and panics to leave the function.
type recorder struct {
	testing.TB
	fatal, skip string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatal(args ...any) { r.fatal = fmt.Sprint(args...); panic("fatal") }

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = fmt.Sprintf(format, args...)
	panic("fatal")
}

func (r *recorder) Skipf(format string, args ...any) {
	r.skip = fmt.Sprintf(format, args...)
	panic("skip")
}

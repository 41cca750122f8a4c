package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	envServer  = "WANGGE_TEST_POSTGIS"
	envRequire = "WANGGE_REQUIRE"

	databaseLimit = 60 * time.Second
	templateLock  = 0x77616e676765 // "wangge": any number that the processes of one test run agree on
)

// Main runs the tests of a package with one server for all of them, started first and ended last, unless
// WANGGE_TEST_POSTGIS names one already or there is no PostGIS. It returns the exit code for os.Exit. It starts the server
// even when no test that needs it is selected, which costs about a second.
func Main(m *testing.M) int {
	if os.Getenv(envServer) != "" {
		return m.Run()
	}
	p, err := newProcess()
	switch {
	case errors.Is(err, errAbsent):
		return m.Run() // each test that asks for a database says that it is skipped, or fails
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := 1
	if err := os.Setenv(envServer, p.DSN()); err == nil {
		code = m.Run()
	}
	if err := p.remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// Database returns the URL of a fresh database that is empty but for the postgis extension. It is dropped when the test
// ends, connections or not. Tests may run in parallel, also those of other packages against the same server. Without PostGIS
// the test is skipped, or fails where WANGGE_REQUIRE=all.
func Database(t testing.TB) string {
	t.Helper()
	return Prepared(t, "empty", func(context.Context, string) error { return nil })
}

// Prepared returns the URL of a fresh database on which prepare has run. It runs once for each server and key, on a database
// like that of Database; the test gets a copy, about 0.1 s each. The key says what prepare does: include a digest of its
// input (of the migrations, say), because a server that WANGGE_TEST_POSTGIS names keeps its templates. prepare closes every
// connection that it opens. The rest is as for Database.
func Prepared(t testing.TB, key string, prepare func(ctx context.Context, dsn string) error) string {
	t.Helper()
	if server := os.Getenv(envServer); server != "" {
		dsn := create(t, server, key, prepare)
		t.Cleanup(func() { drop(t, server, dsn) })
		return dsn
	}
	return Server(t).Prepared(t, key, prepare)
}

// Database is like the function Database, on this server. The database is not dropped: it goes with the server.
func (p *Process) Database(t testing.TB) string {
	t.Helper()
	return p.Prepared(t, "empty", func(context.Context, string) error { return nil })
}

// Prepared is like the function Prepared, on this server. The database is not dropped: it goes with the server.
func (p *Process) Prepared(t testing.TB, key string, prepare func(ctx context.Context, dsn string) error) string {
	t.Helper()
	return create(t, p.DSN(), key, prepare)
}

// absent skips the test because PostGIS is not there; anything else that went wrong fails it, and so does
// WANGGE_REQUIRE=all.
func absent(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errAbsent) && os.Getenv(envRequire) != "all" {
		t.Skipf("PostGIS absent: %v", err)
	}
	t.Fatal(err)
}

func create(t testing.TB, server, key string, prepare func(context.Context, string) error) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), databaseLimit)
	defer cancel()
	dsn, err := createDatabase(ctx, server, key, prepare)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return dsn
}

func createDatabase(ctx context.Context, server, key string, prepare func(context.Context, string) error) (dsn string, err error) {
	name := "wangge_" + strings.ToLower(rand.Text())
	dsn, err = withDatabase(server, name)
	if err != nil {
		return "", err
	}
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", fmt.Errorf("connect to the server: %w", err)
	}
	defer func() { err = errors.Join(err, admin.Close(ctx)) }()
	template := fmt.Sprintf("wangge_template_%x", sha256.Sum256([]byte(key)))[:32]
	if err := ensureTemplate(ctx, admin, server, template, prepare); err != nil {
		return "", fmt.Errorf("template for %q: %w", key, err)
	}
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		return "", fmt.Errorf("create database: %w", err)
	}
	return dsn, nil
}

// ensureTemplate makes the template unless it is there. It is prepared under another name and renamed last, so that one
// that exists is complete. The advisory lock lets one process at a time make templates.
func ensureTemplate(ctx context.Context, admin *pgx.Conn, server, name string, prepare func(context.Context, string) error) error {
	if found, err := exists(ctx, admin, name); err != nil || found {
		return err
	}
	// The lock ends with the connection.
	if _, err := admin.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return err
	}
	if found, err := exists(ctx, admin, name); err != nil || found {
		return err
	}
	draft := name + "_draft"
	dsn, err := withDatabase(server, draft)
	if err != nil {
		return err
	}
	if err := execAll(ctx, admin, "DROP DATABASE IF EXISTS "+draft+" WITH (FORCE)", "CREATE DATABASE "+draft+" TEMPLATE template0"); err != nil {
		return err
	}
	if err := addPostGIS(ctx, dsn); err != nil {
		return err
	}
	if err := prepare(ctx, dsn); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	return execAll(ctx, admin, "ALTER DATABASE "+draft+" ALLOW_CONNECTIONS false", "ALTER DATABASE "+draft+" RENAME TO "+name)
}

func exists(ctx context.Context, admin *pgx.Conn, name string) (found bool, err error) {
	err = admin.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&found)
	return found, err
}

func addPostGIS(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE EXTENSION postgis")
	return errors.Join(err, conn.Close(ctx))
}

func execAll(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// drop removes a database after its test, when the test's own context has ended.
func drop(t testing.TB, server, dsn string) {
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Errorf("pgtest: connect to drop the database: %v", err)
		return
	}
	defer admin.Close(ctx)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Errorf("pgtest: drop: %v", err)
		return
	}
	if _, err := admin.Exec(ctx, "DROP DATABASE "+strings.TrimPrefix(u.Path, "/")+" WITH (FORCE)"); err != nil {
		t.Errorf("pgtest: drop: %v", err)
	}
}

// withDatabase returns the server's URL with another database in it.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", fmt.Errorf("%s must be a postgres:// URL", envServer) // the value may hold a password: not printed
	}
	u.Path = "/" + name
	return u.String(), nil
}

package pgtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/layers/postgis/pgtest"
)

func TestServerSettings(t *testing.T) {
	t.Parallel()
	show := func(t *testing.T, p *pgtest.Process, name string) string {
		t.Helper()
		return query[string](t, connect(t, p.DSN()), "SELECT current_setting($1)", name)
	}
	fast, durable := pgtest.Server(t), pgtest.Server(t, pgtest.Durable(), pgtest.Setting("max_connections", "17"))
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if got := show(t, fast, name); got != "off" {
			t.Errorf("%s = %s without Durable, want off", name, got)
		}
		if got := show(t, durable, name); got != "on" {
			t.Errorf("%s = %s with Durable, want on", name, got)
		}
	}
	if got := show(t, durable, "max_connections"); got != "17" {
		t.Errorf("max_connections = %s, want 17", got)
	}
	if got := show(t, fast, "listen_addresses"); got != "" {
		t.Errorf("listen_addresses = %q, want none", got)
	}
	if socket := show(t, fast, "unix_socket_directories") + "/.s.PGSQL.5432"; len(socket) >= 100 {
		t.Errorf("the socket's path %q has %d bytes, want fewer than 100", socket, len(socket))
	}
}

// ends are the two ways to take a server down.
func ends() map[string]func(*pgtest.Process) error {
	return map[string]func(*pgtest.Process) error{"stop": (*pgtest.Process).Stop, "kill": (*pgtest.Process).Kill}
}

func TestServerKeepsCommittedRows(t *testing.T) {
	t.Parallel()
	p := pgtest.Server(t, pgtest.Durable())
	dsn := p.Database(t)
	for name, end := range ends() {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, dsn)
			execute(t, conn, "CREATE TABLE kept_"+name+" AS SELECT 1 AS n")
			if err := end(p); err != nil {
				t.Fatal(err)
			}
			if p.Running() {
				t.Error("the server says that it runs")
			}
			if err := conn.Ping(t.Context()); err == nil {
				t.Error("a connection outlived the server")
			}
			if err := end(p); err != nil {
				t.Errorf("a second time: %v", err)
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			if got := query[int](t, connect(t, dsn), "SELECT n FROM kept_"+name); got != 1 {
				t.Errorf("n = %d, want 1", got)
			}
		})
	}
}

func TestServerPause(t *testing.T) {
	t.Parallel()
	p := pgtest.Server(t)
	conn := connect(t, p.DSN())
	if err := p.Pause(); err != nil {
		t.Fatal(err)
	}
	if !p.Running() {
		t.Error("a paused server says that it does not run")
	}
	for name, ask := range map[string]func(context.Context) error{
		"an open connection": func(ctx context.Context) error { return conn.Ping(ctx) },
		"a new connection":   func(ctx context.Context) error { _, err := pgx.Connect(ctx, p.DSN()); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if err := ask(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s to a paused server: %v, want a time-out", name, err)
		}
		cancel()
	}
	if err := p.Resume(); err != nil {
		t.Fatal(err)
	}
	if got := query[int](t, connect(t, p.DSN()), "SELECT 1"); got != 1 {
		t.Errorf("after resume: SELECT 1 = %d", got)
	}
}

func TestServerEndsWhilePaused(t *testing.T) {
	t.Parallel()
	p := pgtest.Server(t)
	for name, end := range ends() {
		t.Run(name, func(t *testing.T) {
			if err := p.Pause(); err != nil {
				t.Fatal(err)
			}
			if err := end(p); err != nil {
				t.Fatal(err)
			}
			if err := p.Pause(); err == nil {
				t.Error("Pause of a server that is down gave no error")
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			if got := query[int](t, connect(t, p.DSN()), "SELECT 1"); got != 1 {
				t.Errorf("after the start: SELECT 1 = %d", got)
			}
		})
	}
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	pgtest.Database(t) // skips where PostGIS is absent
	failing := &recorder{TB: t}
	func() {
		defer func() { _ = recover() }()
		pgtest.Server(failing, pgtest.Setting("shared_buffers", "much"))
	}()
	if want := `invalid value for parameter "shared_buffers"`; !strings.Contains(failing.fatal, want) {
		t.Errorf("got %q, want it to contain %q", failing.fatal, want)
	}
}

package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithPostGIS(t *testing.T) {
	if findPostgres() == "" {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			t.Fatal("PostGIS absent")
		}
		t.Skip("PostGIS absent")
	}
	t.Setenv(envPostGIS, "") // not the run's own server
	l := launcher{root: t.TempDir(), stdout: io.Discard, stderr: io.Discard}
	var dsn string
	failure := errors.New("the tests failed")
	err := l.withPostGIS(t.Context(), func(l launcher) error {
		for _, v := range l.env {
			if value, found := strings.CutPrefix(v, envPostGIS+"="); found {
				dsn = value
			}
		}
		if _, err := os.Stat(socketOf(dsn)); err != nil {
			t.Errorf("no socket while the tests run: %v", err)
		}
		if psql := filepath.Join(findPostgres(), "psql"); anyFile(psql) {
			out, err := exec.CommandContext(t.Context(), psql, dsn, "-Atc", "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'").Output()
			if err != nil || string(out) != "1\n" {
				t.Errorf("psql: %q, %v; want 1 extension named postgis", out, err)
			}
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("withPostGIS = %v, want what its function returned", err)
	}
	if _, err := os.Stat(filepath.Dir(socketOf(dsn))); !os.IsNotExist(err) {
		t.Errorf("the server's folder is still there: %v", err)
	}
}

func TestWithPostGISOfTheUser(t *testing.T) {
	t.Setenv(envPostGIS, "postgres://db.example/x")
	l := launcher{stdout: io.Discard}
	err := l.withPostGIS(t.Context(), func(l launcher) error {
		if len(l.env) != 0 {
			t.Errorf("env is %q, want the user's own to hold", l.env)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func socketOf(dsn string) string {
	_, rest, _ := strings.Cut(dsn, "host=")
	folder, _, _ := strings.Cut(rest, "&")
	return filepath.Join(folder, ".s.PGSQL.5432")
}

package pgtest_test

import (
	"strings"
	"testing"

	"wangge/layers/postgis/pgtest"
)

// database asks for a database as a test would and returns how that test would have ended.
func database(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	func() {
		defer func() { _ = recover() }()
		pgtest.Database(r)
	}()
	return r
}

func TestAbsentPostGISSkips(t *testing.T) {
	t.Setenv("WANGGE_TEST_POSTGIS", "")
	t.Setenv("WANGGE_TEST_PGBIN", t.TempDir())
	t.Setenv("WANGGE_REQUIRE", "")
	if r := database(t); !strings.Contains(r.skip, "PostGIS absent") || r.fatal != "" {
		t.Errorf("skip %q, fatal %q; want a skip that says what is absent", r.skip, r.fatal)
	}
}

func TestAbsentPostGISFailsWhereRequired(t *testing.T) {
	t.Setenv("WANGGE_TEST_POSTGIS", "")
	t.Setenv("WANGGE_TEST_PGBIN", t.TempDir())
	t.Setenv("WANGGE_REQUIRE", "all")
	if r := database(t); r.skip != "" || !strings.Contains(r.fatal, "PostGIS") {
		t.Errorf("skip %q, fatal %q; want a failure that says what is absent", r.skip, r.fatal)
	}
}

func TestDatabaseRefusesOtherURLs(t *testing.T) {
	for _, server := range []string{"host=/nowhere password=secret", "mysql://root:secret@localhost/x", "postgres://u:secret@[::1/x"} {
		t.Setenv("WANGGE_TEST_POSTGIS", server)
		if r := database(t); !strings.Contains(r.fatal, "WANGGE_TEST_POSTGIS") || strings.Contains(r.fatal, "secret") {
			t.Errorf("%s: got %q, want a failure that names the variable and not the password", server, r.fatal)
		}
	}
}

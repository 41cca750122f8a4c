package main

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangge/layers/postgis/pgtest"
)

// TestOnPostGIS goes through every subcommand on a database, and compares with the same done on a file.
func TestOnPostGIS(t *testing.T) {
	db := pgtest.Database(t)
	file := demo(t)
	dir := t.TempDir()
	refused(t, exitFailed, []string{"has no store yet", "wangge init"}, "check", "--store", db)
	refused(t, exitFailed, []string{"has no store yet", "wangge init"}, "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "none", "--state-dir", dir, "--store", db)
	contains(t, "init", ok(t, "init", "--demo", "--store", db).out, "demo", "wg_")
	refused(t, exitFailed, []string{"already"}, "init", "--empty", "--store", db)
	contains(t, "migrate", ok(t, "migrate", "--store", db).out, "newest")
	for _, l := range []string{"grids", "units"} {
		if a, b := ok(t, "export", l, "--format", "csv", "--store", db).out, ok(t, "export", l, "--format", "csv", "--store", file).out; a != b {
			t.Errorf("%s differ between database and file", l)
		}
	}
	points := write(t, "points.csv", "lon,lat\n121.3412,30.7405\n121.05,30.9\n121.6,31\n")
	got := ok(t, "locate", "--crs", "wgs84", "--points", points, "--store", db).out
	if want := ok(t, "locate", "--crs", "wgs84", "--points", points, "--store", file).out; got != want {
		t.Errorf("locate on the database:\n%s\non the file:\n%s", got, want)
	}
	if rows, err := csv.NewReader(strings.NewReader(got)).ReadAll(); err != nil || len(rows) != 4 {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
	poles := write(t, "poles.csv", "code,name,lon,lat\nNEW-1,new,121.3412,30.7405\n")
	contains(t, "import", ok(t, "import", "poles", poles, "--crs", "wgs84", "--store", db).out, "1 created", "--undo 3")
	contains(t, "undo", ok(t, "import", "--undo", "3", "--store", db).out, "1 removed")
	ok(t, "token", "create", "--name", "x", "--role", "viewer", "--store", db)
	ok(t, "token", "revoke", "x", "--store", db)
	small := pgtest.Database(t)
	ok(t, "init", "--empty", "--store", small)
	ok(t, "import", "grids", collection(t, 3, 0), "--crs", "wgs84", "--store", small)
	ok(t, "check", "--strict", "--store", small)
	backup := filepath.Join(dir, "db.wangge")
	ok(t, "backup", "--out", backup, "--store", db)
	refused(t, exitFailed, []string{"already", "kept"}, "restore", "--from", backup, "--store", db)
	restored := filepath.Join(dir, "restored.gpkg")
	ok(t, "restore", "--from", backup, "--store", restored)
	other := pgtest.Database(t)
	ok(t, "restore", "--from", backup, "--store", other)
	a := ok(t, "export", "poles", "--format", "csv", "--store", restored).out
	if b := ok(t, "export", "poles", "--format", "csv", "--store", other).out; a != b || !strings.Contains(a, "P-") && strings.Count(a, "\n") < 3000 {
		t.Errorf("the two restored stores differ, or are empty: %d and %d bytes", len(a), len(b))
	}
	s := serve(t, "--store", db, "--state-dir", dir)
	s.ready("/v1/grids/310116104Z05")
	ok(t, "import", "poles", poles, "--crs", "wgs84", "--field", "id=code", "--set", "name=again", "--set", "code=NEW-2", "--store", db)
	began := time.Now()
	s.ready("/v1/poles/NEW-1")
	t.Logf("the import was in the service after %v", time.Since(began))
}

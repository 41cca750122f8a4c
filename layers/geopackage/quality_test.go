package geopackage_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/storetest"
)

// sampleStore returns a store with the sample of the contract, open, and its file.
func sampleStore(t *testing.T) (*geopackage.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "district.gpkg")
	if err := geopackage.Create(path, storetest.Settings(), ""); err != nil {
		t.Fatal(err)
	}
	s := open(t, path, layers.StoreOptions{})
	var edits []layers.Edit
	for _, f := range storetest.Sample() {
		edits = append(edits, layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f})
	}
	if _, err := s.Apply(t.Context(), layers.Tx{Kind: "import", At: time.Now(), Edits: edits}); err != nil {
		t.Fatal(err)
	}
	return s, path
}

// rename gives the first pole another name.
func rename(s layers.Store, name string, version int64) error {
	p := storetest.Fresh(layers.Poles, 0).(*layers.Pole)
	p.Name = name
	_, err := s.Apply(context.Background(), layers.Tx{Kind: "edit", At: time.Now(), Edits: []layers.Edit{
		{Op: layers.Replace, Layer: layers.Poles, ID: p.ID, Feature: p, IfMatch: version}}})
	return err
}

// TestOneFile: while the store is open it is in WAL mode with synchronous FULL, its readers do not trust the schema of the file,
// and after a clean Close it is one file with a rollback journal.
func TestOneFile(t *testing.T) {
	s, path := sampleStore(t)
	for name, want := range map[string][2]string{"journal_mode": {"wal", "wal"}, "synchronous": {"2", "2"}, "trusted_schema": {"1", "0"}, "query_only": {"0", "1"}} {
		writer, reader, err := s.Pragma(name)
		if err != nil || writer != want[0] || reader != want[1] && name != "synchronous" {
			t.Errorf("%s is %s and %s (%v), want %s and %s", name, writer, reader, err, want[0], want[1])
		}
	}
	if _, err := os.Stat(path + "-wal"); err != nil {
		t.Errorf("no write-ahead log while open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != 1 {
		t.Errorf("after a close there are %v, %v", files, err)
	}
	head, err := os.ReadFile(path)
	if err != nil || head[18] != 1 || head[19] != 1 {
		t.Errorf("the file is still in WAL mode: %v %v, %v", head[18], head[19], err)
	}
}

// TestFileGone: a file that is moved away or replaced while it is open stops the writer, aloud; reads go on from what is open.
func TestFileGone(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"removed": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+".away") },
		"replaced": func(path string) error {
			content, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path+".copy", content, 0o600), os.Rename(path+".copy", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, path := sampleStore(t)
			watching := make(chan error, 1)
			go func() { watching <- s.Watch(t.Context(), func() {}) }()
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			if err := rename(s, "lost", 1); !errors.Is(err, layers.ErrUnavailable) {
				t.Errorf("an edit: %v, want ErrUnavailable", err)
			}
			select {
			case err := <-watching:
				if !errors.Is(err, layers.ErrUnavailable) {
					t.Errorf("watch: %v, want ErrUnavailable", err)
				}
			case <-time.After(5 * time.Second):
				t.Error("watch goes on")
			}
		})
	}
}

// TestDiskFull: an edit that does not fit is refused as unavailable and leaves nothing; when there is room again edits go on.
func TestDiskFull(t *testing.T) {
	s, _ := sampleStore(t)
	if err := s.FillUp(true); err != nil {
		t.Fatal(err)
	}
	before, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var edits []layers.Edit
	for n := range 2000 {
		f := storetest.Fresh(layers.Roads, 100+n)
		edits = append(edits, layers.Edit{Op: layers.Create, Layer: layers.Roads, ID: f.Head().ID, Feature: f})
	}
	if _, err := s.Apply(t.Context(), layers.Tx{Kind: "import", At: time.Now(), Edits: edits}); !errors.Is(err, layers.ErrUnavailable) {
		t.Errorf("an import into a full disk: %v, want ErrUnavailable", err)
	}
	if now, err := s.Head(t.Context()); err != nil || now != before {
		t.Errorf("after it at %v, %v; want %v", now, err, before)
	}
	if err := s.FillUp(false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), layers.Tx{Kind: "import", At: time.Now(), Edits: edits}); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestCannotOpen: what is no store of ours is told apart, and not touched.
func TestCannotOpen(t *testing.T) {
	dir := t.TempDir()
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s, path := sampleStore(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := foreign(path)
	if _, err := db.Exec("INSERT INTO wangge_migrations (version_id, is_applied) VALUES (99, 1)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"nothing there":  {filepath.Join(dir, "none.gpkg"), layers.ErrNotFound},
		"an empty file":  {put("empty.gpkg", ""), layers.ErrInvalid},
		"a text":         {put("text.gpkg", strings.Repeat("no database ", 100)), layers.ErrInvalid},
		"a newer schema": {path, layers.ErrInvalid},
	} {
		before, _ := os.ReadFile(c.path)
		if _, err := geopackage.Open(c.path, layers.StoreOptions{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if after, _ := os.ReadFile(c.path); !bytes.Equal(before, after) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// TestPoisonedBackup: rows that cannot be decoded are in a backup as they were, and in the store that is made of it.
func TestPoisonedBackup(t *testing.T) {
	s, path := sampleStore(t)
	db := foreign(path)
	defer db.Close()
	for _, statement := range []string{"UPDATE wangge_context SET mode = 'file'",
		"UPDATE poles SET geom = X'4750', height_m = 'high', name = CAST(X'fffe41' AS TEXT) WHERE id = 'x_1'", "UPDATE units SET version = 'one'",
		"UPDATE wangge_context SET mode = 'idle'"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	backup, target := path+".backup", path+".restored"
	if _, err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if left, err := geopackage.Restore(backup, target); err != nil || len(left) > 0 {
		t.Fatalf("%v; left out %v", err, left)
	}
	const query = "SELECT group_concat(quote(geom) || quote(height_m) || hex(name)) || (SELECT quote(version) FROM units) FROM poles"
	var want, got string
	if err := db.QueryRow(query).Scan(&want); err != nil {
		t.Fatal(err)
	}
	other := foreign(target)
	defer other.Close()
	if err := other.QueryRow(query).Scan(&got); err != nil || got != want {
		t.Errorf("restored (%v)\n%s\nwant\n%s", err, got, want)
	}
}

// TestCopy: a copy is a GeoPackage that opens as the same store, and can be restored; a damaged one cannot.
func TestCopy(t *testing.T) {
	s, path := sampleStore(t)
	p, err := s.Copy(t.Context(), path+".copy")
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, path+".copy", layers.StoreOptions{ReadOnly: true})
	if at, err := again.Head(t.Context()); err != nil || at != p {
		t.Errorf("the copy is at %v, %v; want %v", at, err, p)
	}
	if _, err := geopackage.Restore(path+".copy", path+".new"); err != nil {
		t.Fatal(err)
	}
	if at, err := open(t, path+".new", layers.StoreOptions{}).Head(t.Context()); err != nil || at.Revision != p.Revision || at.Epoch == p.Epoch {
		t.Errorf("restored at %v, %v; want revision %d of another epoch", at, err, p.Revision)
	}
	content, err := os.ReadFile(path + ".copy")
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < 12*4096; i++ { // pages of the schema
		content[i] ^= 0x55
	}
	for name, bad := range map[string][]byte{"changed": content, "cut": content[:4096*3+7]} {
		if err := os.WriteFile(path+".bad", bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := geopackage.Restore(path+".bad", path+".never"); err == nil {
			t.Errorf("a copy that was %s is restored", name)
		}
	}
	if _, err := os.Stat(path + ".never"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a refused restore left a file: %v", err)
	}
}

// TestGDAL: GDAL reads a store without a warning, its validator finds nothing, and a write by it has its revision and audit row.
func TestGDAL(t *testing.T) {
	program, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo absent: the store is not opened with GDAL")
	}
	s, path := sampleStore(t)
	gdal := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		cmd := exec.Command(program, args...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil || errs.Len() > 0 {
			t.Errorf("ogrinfo %v: %v\n%s", args, err, errs.String())
		}
		return out.String()
	}
	gdal(path, "-sql", "UPDATE poles SET name = 'by GDAL' WHERE id = 'x_0'")
	changes, err := s.Changes(t.Context(), 1, 10)
	if err != nil || len(changes) != 1 || changes[0].Kind != "file" || changes[0].Version != 2 || changes[0].ID != "x_0" {
		t.Errorf("after a write by GDAL the audit has %+v, %v", changes, err)
	}
	if err := rename(s, "after GDAL", 2); err != nil {
		t.Errorf("an edit after it: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text := gdal("-ro", "-al", "-so", path)
	for _, info := range layers.All() {
		if !strings.Contains(text, "Layer name: "+string(info.Layer)+"\n") || !strings.Contains(text, "Layer name: "+string(info.Layer)+"_history\n") {
			t.Errorf("ogrinfo does not list %s and its history", info.Layer)
		}
	}
	const script = "import sys\ntry:\n    from osgeo_utils.samples import validate_gpkg\nexcept ImportError:\n    sys.exit(77)\nvalidate_gpkg.check(sys.argv[1], extra_checks=True)\n"
	out, err := exec.Command("/usr/bin/python3", "-c", script, path).CombinedOutput()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 77 || errors.Is(err, os.ErrNotExist) {
		t.Log("GDAL's validate_gpkg absent: the store is not validated")
	} else if err != nil {
		t.Errorf("validate_gpkg: %v\n%s", err, out)
	}
}

// TestTimesHaveZ: every time in the file is UTC with Z.
func TestTimesHaveZ(t *testing.T) {
	s, path := sampleStore(t)
	if err := rename(s, "n", 1); err != nil {
		t.Fatal(err)
	}
	db := foreign(path)
	defer db.Close()
	if _, err := db.Exec("UPDATE roads SET name = 'x', valid_from = '2025-03-01T08:00:00+08:00'"); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"recorded_at FROM wangge_revisions", "recorded_at FROM wangge_meta", "valid_from FROM poles", "valid_from FROM roads",
		"valid_from FROM poles_history", "last_change FROM gpkg_contents"} {
		if err := eachText(db, "SELECT +"+column, func(text string) {
			if _, err := time.Parse("2006-01-02T15:04:05.000Z", text); err != nil {
				t.Errorf("%s has %q", column, text)
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func eachText(db *sql.DB, query string, each func(string)) error {
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		each(text)
	}
	return rows.Err()
}

package realdata_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangge/data/realdata"
)

// recorder takes down what File says of a test, instead of ending it.
type recorder struct {
	testing.TB
	skipped string
}

func (r *recorder) Helper() {}
func (r *recorder) Skip(args ...any) {
	r.skipped, _ = args[0].(string)
}

func place(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFileOfTheNamedFolder(t *testing.T) {
	dir := t.TempDir()
	want := place(t, filepath.Join(dir, "coverage", "a.geojson"))
	t.Setenv(realdata.Variable, dir)
	if got := realdata.File(t, "coverage/a.geojson"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFileBesideAFolderAbove(t *testing.T) {
	dir := t.TempDir()
	want := place(t, filepath.Join(dir, "shared", "data", "a.geojson"))
	below := filepath.Join(dir, "main", "geo")
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(realdata.Variable, "")
	t.Chdir(below)
	if got := realdata.File(t, "a.geojson"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is absent is named; the folder above is no substitute for one that was named.
func TestAbsentFileSkipsAloud(t *testing.T) {
	dir := t.TempDir()
	place(t, filepath.Join(dir, "shared", "data", "a.geojson"))
	t.Chdir(dir)
	t.Setenv(realdata.Variable, t.TempDir())
	r := &recorder{TB: t}
	if got := realdata.File(r, "a.geojson"); got != "" || !strings.Contains(r.skipped, "a.geojson") {
		t.Errorf("got %q and %q, want a skip that names the file", got, r.skipped)
	}
}

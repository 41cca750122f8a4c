package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangge/layers"
	"wangge/layers/source"
)

// TestImportIsAllOrNothing: a file with an overlap is refused with count, size and place, and leaves the store as it was; with
// --repair it is imported, and the report says what moved.
func TestImportIsAllOrNothing(t *testing.T) {
	store := empty(t)
	overlapping := collection(t, 3, 0.000002) // about 19 cm into the next grid
	before := ok(t, "export", "grids", "--format", "geojson", "--store", store).out
	r := refused(t, exitFailed, []string{"was not imported", "kept", "--repair"}, "import", "grids", overlapping, "--crs", "wgs84", "--store", store)
	contains(t, "the report", r.out, "sliver", "a + b", "at 121.31", "not imported")
	if after := ok(t, "export", "grids", "--format", "geojson", "--store", store).out; after != before {
		t.Errorf("a refused import changed the store:\n%s", after)
	}
	r = ok(t, "import", "grids", overlapping, "--crs", "wgs84", "--store", store, "--repair", "--tolerance", "0.5")
	contains(t, "the report", r.out, "3 created", "repair within 0.5 m", "imported as revision", "wangge import --undo 2 --store "+store)
	if n := strings.Count(ok(t, "export", "grids", "--format", "geojson", "--store", store).out, `"Feature"`); n != 3 {
		t.Errorf("%d grids, want 3", n)
	}
	ok(t, "check", "--store", store)
}

func TestImportDryRun(t *testing.T) {
	store := empty(t)
	r := ok(t, "import", "grids", collection(t, 3, 0), "--crs", "wgs84", "--store", store, "--dry-run")
	contains(t, "the report", r.out, "3 created", "nothing was written")
	if out := ok(t, "export", "grids", "--format", "csv", "--store", store).out; strings.Count(out, "\n") != 1 {
		t.Errorf("a dry run wrote:\n%s", out)
	}
	refused(t, exitFailed, nil, "import", "grids", collection(t, 3, 0.000002), "--crs", "wgs84", "--store", store, "--dry-run")
}

// TestImportShowsTheDifference: before it replaces, it names what is created, replaced and ended; the same file again changes nothing.
func TestImportShowsTheDifference(t *testing.T) {
	store := empty(t)
	file := collection(t, 3, 0)
	ok(t, "import", "grids", file, "--crs", "wgs84", "--store", store)
	contains(t, "the same file again", ok(t, "import", "grids", file, "--crs", "wgs84", "--store", store).out, "3 unchanged", "nothing was written")
	r := ok(t, "import", "grids", collection(t, 2, 0), "--crs", "wgs84", "--store", store, "--json")
	got := decode[outcome](t, r.out)
	if d := got.Diff; d.Ended != 1 || d.Unchanged != 2 || d.Created != 0 || len(d.Changes) != 1 || d.Changes[0].Code != "c" || d.Changes[0].Op != layers.Delete {
		t.Errorf("difference: %+v", d)
	}
	if got.Imported == nil || got.Undo != fmt.Sprint(got.Imported.Revision) {
		t.Errorf("imported %v, undo %q", got.Imported, got.Undo)
	}
}

// TestUndo: the export after an undo is what it was before the import, byte for byte but for revisions; an undo can be undone.
func TestUndo(t *testing.T) {
	store := empty(t)
	ok(t, "import", "grids", collection(t, 3, 0), "--crs", "wgs84", "--store", store, "--valid-from", "2025-01-01", "--edition", "first")
	before := rowsOf(t, store)
	ok(t, "import", "grids", collection(t, 4, 0), "--crs", "wgs84", "--store", store, "--name-field", "code", "--edition", "second")
	after := rowsOf(t, store)
	if before == after {
		t.Fatal("the second import changed nothing")
	}
	dry := ok(t, "import", "--undo", "3", "--store", store, "--dry-run").out
	contains(t, "the dry run", dry, "3 features back as they were", "2 removed", "nothing was written")
	if got := rowsOf(t, store); got != after {
		t.Errorf("a dry run changed the store:\n%s", got)
	}
	ok(t, "import", "--undo", "3", "--store", store)
	if got := rowsOf(t, store); got != before {
		t.Errorf("after the undo:\n%s\nbefore the import:\n%s", got, before)
	}
	past := ok(t, "export", "grids", "--format", "csv", "--store", store, "--at", "2025-02-01").out
	contains(t, "what applied in February", past, "grid a", "grid c")
	ok(t, "import", "--undo", "4", "--store", store)
	if got := rowsOf(t, store); got != after {
		t.Errorf("after the undo of the undo:\n%s\nwant:\n%s", got, after)
	}
}

// rowsOf is what the store has in grids and editions without versions and revisions.
func rowsOf(t *testing.T, store string) string {
	t.Helper()
	var out []string
	for _, l := range []string{"editions", "grids"} {
		var file struct {
			Features []struct {
				ID         string
				Properties map[string]any
				Geometry   json.RawMessage
			}
		}
		if err := json.Unmarshal([]byte(ok(t, "export", l, "--format", "geojson", "--store", store).out), &file); err != nil {
			t.Fatal(err)
		}
		for _, f := range file.Features {
			delete(f.Properties, "version")
			delete(f.Properties, "revision")
			b, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(b))
		}
	}
	return strings.Join(out, "\n")
}

func TestUndoRefuses(t *testing.T) {
	store := empty(t)
	ok(t, "import", "grids", collection(t, 3, 0), "--crs", "wgs84", "--store", store)
	ok(t, "import", "grids", collection(t, 4, 0), "--crs", "wgs84", "--store", store)
	before := rowsOf(t, store)
	refused(t, exitFailed, []string{"changed after it", "kept"}, "import", "--undo", "2", "--store", store)
	refused(t, exitFailed, []string{"no import 9"}, "import", "--undo", "9", "--store", store)
	refused(t, exitFailed, []string{"no import 1"}, "import", "--undo", "1", "--store", store) // the token
	refused(t, exitFailed, []string{"history is"}, "import", "--undo", "0123456789abcdef-2", "--store", store)
	refused(t, exitUsage, []string{"such as 12"}, "import", "--undo", "last", "--store", store)
	if after := rowsOf(t, store); after != before {
		t.Errorf("a refused undo changed the store:\n%s", after)
	}
}

func TestImportFields(t *testing.T) {
	store := empty(t)
	csv := write(t, "杆.csv", "编号,X,Y,材料\nP-1,121.305,30.705,混凝土\nP-2,121.306,30.706,钢\n")
	ok(t, "import", "grids", collection(t, 2, 0), "--crs", "wgs84", "--store", store)
	ok(t, "import", "poles", csv, "--crs", "cgcs2000", "--store", store, "--lon-field", "X", "--lat-field", "Y", "--code-field", "编号", "--field", "name=材料",
		"--set", "main_use=telecom")
	out := ok(t, "export", "poles", "--format", "csv", "--store", store).out
	contains(t, "the export", out, "P-1,混凝土", "telecom", "121.305,30.705")
	in := "code,lon,lat\nP-3,121.307,30.707\n"
	if r := commandWith(t, nil, in, "import", "poles", "-", "--format", "csv", "--crs", "wgs84", "--store", store); r.code != exitOK {
		t.Errorf("from standard input: %+v", r)
	}
	refused(t, exitFailed, []string{"was not imported"}, "import", "poles", csv, "--crs", "cgcs2000", "--store", store, "--code-field", "编码")
}

// TestImportWarnsOfAnotherCRS: the system that is named in the file and the one on the command line must be the same.
func TestImportWarnsOfAnotherCRS(t *testing.T) {
	store := empty(t)
	text, err := os.ReadFile(collection(t, 2, 0))
	if err != nil {
		t.Fatal(err)
	}
	named := strings.Replace(string(text), `"features"`, `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features"`, 1)
	file := write(t, "named.geojson", named)
	r := refused(t, exitFailed, nil, "import", "grids", file, "--crs", "gcj02", "--store", store)
	contains(t, "the report", r.out, "EPSG::4490", "gcj02", "crs-mismatch")
	ok(t, "import", "grids", file, "--crs", "epsg:4490", "--store", store)
}

// TestImportOfADamagedFile: whatever is wrong with the file, the store stays as it is and nobody sees a Go error.
func TestImportOfADamagedFile(t *testing.T) {
	store := empty(t)
	for name, content := range map[string]string{
		"cut.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature"`, "none.geojson": `{"type":"FeatureCollection","features":[]}`,
		"text.csv": "code,lon,lat\nA,east,30.7\n", "odd.gpkg": "SQLite format 3\x00 but not really", "doc.xlsx": "PK\x03\x04zip", "bytes.csv": "code,lon,lat\n\xff\xfe\xfd,121,30\n",
	} {
		layer := "poles"
		if strings.HasSuffix(name, "json") {
			layer = "grids"
		}
		r := command(t, "import", layer, write(t, name, content), "--crs", "wgs84", "--store", store)
		if r.code != exitFailed || !strings.Contains(r.err, "kept") {
			t.Errorf("%s: exit code %d\n%s%s", name, r.code, r.out, r.err)
		}
	}
	head := decode[checked](t, ok(t, "check", "--json", "--store", store).out)
	if head.Position.Revision != 1 {
		t.Errorf("the store is at revision %d, want 1", head.Position.Revision)
	}
}

// TestExportRoundTrip: an export in each format imports again as the same, and a file is never overwritten unasked.
func TestExportRoundTrip(t *testing.T) {
	store := district(t)
	dir := t.TempDir()
	for _, format := range []source.Format{source.GeoJSON, source.GeoPackage, source.CSV} {
		file := filepath.Join(dir, "grids."+string(format))
		ok(t, "export", "grids", "--format", string(format), "--out", file, "--store", store)
		again := ok(t, "import", "grids", file, "--crs", "cgcs2000", "--store", store, "--dry-run").out
		contains(t, string(format), again, "0 created, 0 replaced, 0 ended, 2 unchanged")
		was, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, exitFailed, []string{"already", "--force"}, "export", "towns", "--format", string(format), "--out", file, "--store", store)
		if now, err := os.ReadFile(file); err != nil || string(now) != string(was) {
			t.Errorf("%s: a refused export changed the file (%v)", format, err)
		}
		ok(t, "export", "towns", "--format", string(format), "--out", file, "--force", "--store", store)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

package source_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// catalogue are the statements of a GeoPackage without layers.
func catalogue() []string {
	return []string{
		`CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT)`,
		`INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 4490, 'EPSG', 4490, '', ''), ('x', 4326, 'EPSG', 4326, '', ''), ('x', 3857, 'EPSG', 3857, '', '')`,
		`CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER)`,
		`CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER)`,
	}
}

// layerSQL are the statements of a layer with one row.
func layerSQL(name string, srs int, blob []byte) []string {
	return []string{
		fmt.Sprintf(`CREATE TABLE "%s" (fid INTEGER PRIMARY KEY, the_geom BLOB, code TEXT, name TEXT, height REAL, at DATETIME, raw BLOB)`, name),
		fmt.Sprintf(`INSERT INTO gpkg_contents VALUES ('%s', 'features', '%s', %d)`, name, name, srs),
		fmt.Sprintf(`INSERT INTO gpkg_geometry_columns VALUES ('%s', 'the_geom', 'GEOMETRY', %d, 2, 2)`, name, srs),
		fmt.Sprintf(`INSERT INTO "%s" VALUES (5, x'%s', 'C1', '名', 1.5, 'not a time', x'00')`, name, hex.EncodeToString(blob)),
	}
}

// geopackage makes a file with one layer in EPSG:4490 and one row.
func geopackage(t testing.TB, blob []byte) string {
	t.Helper()
	return database(t, append(catalogue(), layerSQL("things", 4490, blob)...)...)
}

// pointBlob is a point at 121.3, 30.7.
func pointBlob(srs byte) []byte {
	return append([]byte{'G', 'P', 0, 1, srs, 0x11, 0, 0}, wkb(1, uint32(1), 121.3, 30.7)...)
}

func TestGeoPackageLayers(t *testing.T) {
	several := slices.Concat(catalogue(), layerSQL("roads", 4490, pointBlob(0x8a)), layerSQL("poles", 4490, pointBlob(0x8a)),
		[]string{`CREATE TABLE notes (fid INTEGER PRIMARY KEY, code TEXT)`, `INSERT INTO gpkg_contents VALUES ('notes', 'attributes', 'notes', NULL)`})
	cases := []struct {
		name  string
		sql   []string
		o     source.Options
		layer string
		fails string
	}{
		{"one layer", slices.Concat(catalogue(), layerSQL("things", 4490, pointBlob(0x8a))), source.Options{}, "things", ""},
		{"one of several", several, source.Options{Layer: "POLES"}, "poles", ""},
		{"attributes", several, source.Options{Layer: "notes"}, "notes", ""},
		{"preferred", several, source.Options{Prefer: "poles"}, "poles", ""},
		{"none named", several, source.Options{Prefer: "units"}, "", "name one with --layer: notes, poles, roads"},
		{"wrong name", several, source.Options{Layer: "x"}, "", `no layer "x"; the layers are notes, poles, roads`},
		{"no layer at all", catalogue(), source.Options{}, "", "has no layer"},
		{"no GeoPackage", []string{`CREATE TABLE a (b)`}, source.Options{}, "", "is no GeoPackage"},
		{"a view as the layer", slices.Concat(catalogue(), layerSQL("things", 4490, pointBlob(0x8a)),
			[]string{`ALTER TABLE things RENAME TO other`, `CREATE VIEW things AS SELECT * FROM other`}), source.Options{}, "", "view or a virtual table"},
		{"a virtual table as the layer", slices.Concat(catalogue(), []string{`CREATE VIRTUAL TABLE things USING rtree(id, a, b)`,
			`INSERT INTO gpkg_contents VALUES ('things', 'features', 'things', 4490)`}), source.Options{}, "", "view or a virtual table"},
		{"a view as the catalogue", slices.Concat(catalogue(), layerSQL("things", 4490, pointBlob(0x8a)),
			[]string{`ALTER TABLE gpkg_contents RENAME TO c`, `CREATE VIEW gpkg_contents AS SELECT * FROM c`}), source.Options{}, "", "view or a virtual table"},
		{"the table is missing", slices.Concat(catalogue(), []string{`INSERT INTO gpkg_contents VALUES ('things', 'features', 'things', 4490)`}), source.Options{}, "", `has no table "things"`},
		{"the geometry column is missing", slices.Concat(catalogue(), []string{`CREATE TABLE things (a)`, `INSERT INTO gpkg_contents VALUES ('things', 'features', 'things', 4490)`,
			`INSERT INTO gpkg_geometry_columns VALUES ('things', 'geom', 'POINT', 4490, 0, 0)`}), source.Options{}, "", `no column "geom"`},
		{"an unknown srs", slices.Concat(catalogue(), layerSQL("things", 999, pointBlob(0x8a))), source.Options{}, "", "srs_id 999"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := source.Open(database(t, c.sql...), c.o)
			if c.fails != "" {
				if err == nil || !errors.Is(err, layers.ErrInvalid) || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("error %v, want %q", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if s.Layer() != c.layer {
				t.Errorf("layer %q, want %q", s.Layer(), c.layer)
			}
			if _, err := all(s); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestGeoPackageRow: triggers in the file do not run, times stay as they are written, blobs are no fields.
func TestGeoPackageRow(t *testing.T) {
	path := database(t, slices.Concat(catalogue(), layerSQL("things", 4490, pointBlob(0x8a)),
		[]string{`CREATE TRIGGER evil AFTER UPDATE ON things BEGIN DELETE FROM things; END`})...)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, err := all(open(t, path, source.Options{}))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	r := list[0]
	if got := fmt.Sprint(r.Row, r.Geometry, r.Fields, r.Problems); got != "fid 5[121.3 30.7] map[at:not a time code:C1 fid:5 height:1.5 name:名 raw:<nil>] []" {
		t.Errorf("got %s", got)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(before) != string(after) {
		t.Errorf("reading changed the file: %v", err)
	}
}

func TestGeoPackageHeader(t *testing.T) {
	good := pointBlob(0x8a)
	change := func(at int, b byte) []byte {
		out := slices.Clone(good)
		out[at] = b
		return out
	}
	envelope := append([]byte{'G', 'P', 0, 3, 0x8a, 0x11, 0, 0}, append(make([]byte, 32), good[8:]...)...)
	cases := []struct {
		name  string
		blob  []byte
		kinds string
	}{
		{"good", good, ""},
		{"with an envelope that lies", envelope, ""},
		{"an envelope longer than the blob", change(3, 9), "geometry"},
		{"envelope code 5", change(3, 0x0b), "geometry"},
		{"reserved flags", change(3, 0x41), "geometry"},
		{"extended", change(3, 0x21), "geometry-type"},
		{"another version", change(2, 1), "geometry"},
		{"another magic", change(0, 'X'), "geometry"},
		{"another SRS than the table", change(4, 0x8b), "crs-mismatch"},
		{"short", good[:7], "geometry"},
		{"only a header", good[:8], "geometry"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			list, err := all(open(t, geopackage(t, c.blob), source.Options{}))
			if err != nil || kinds(list[0]) != c.kinds {
				t.Errorf("problems %v (%v), want %q", list[0].Problems, err, c.kinds)
			}
		})
	}
}

func TestGeoPackageCRS(t *testing.T) {
	for srs, want := range map[int]string{4490: "", 4326: "epsg:4326, --crs says cgcs2000", 3857: "epsg:3857 is not read", -1: "", 0: ""} {
		blob := pointBlob(0x8a)
		copy(blob[4:], []byte{byte(srs), byte(srs >> 8), byte(srs >> 16), byte(srs >> 24)})
		in := source.Input{Layer: layers.Poles, CRS: geo.CGCS2000, Settings: free(), Mapping: source.Mapping{Fields: map[string]string{"height_m": "height"}}}
		in.Source = open(t, database(t, append(catalogue(), layerSQL("things", srs, blob)...)...), source.Options{})
		p := plan(t, in)
		if got := reportText(t, p, 0); p.Report.Blocked != (want != "") || !strings.Contains(got, want) {
			t.Errorf("srs %d: want %q in\n%s", srs, want, got)
		}
	}
}

func TestGeoPackageOpenElsewhere(t *testing.T) {
	path := geopackage(t, pointBlob(0x8a))
	if err := os.WriteFile(path+"-wal", []byte("not yet written back"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := source.Open(path, source.Options{}); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("a file with changes beside it was read: %v", err)
	}
}

// TestGeoPackageDamaged: every byte of a file turned over, one at a time and in steps, gives records or an error, never a crash.
func TestGeoPackageDamaged(t *testing.T) {
	path := geopackage(t, pointBlob(0x8a))
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(good); at += 97 {
		bad := slices.Clone(good)
		bad[at] ^= 0xff
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := source.Open(path, source.Options{})
		if err != nil {
			continue
		}
		for r, err := range s.Records(context.Background()) {
			if err == nil && r.Geometry != nil && r.Geometry.GeoJSONType() != "Point" {
				t.Errorf("byte %d: %v", at, r.Geometry)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenFormats(t *testing.T) {
	cases := []struct{ name, content, want string }{
		{"a.zip", "PK\x03\x04", "unpack it"}, {"a.xlsx", "PK\x03\x04", "no XLSX"}, {"a.xls", "\xd0\xcf\x11\xe0", "save it as XLSX"},
		{"a.shp", "\x00\x00\x27\x0a", "shapefile"},
		{"a.kml", "<?xml version", "ogr2ogr"},
		{"a.gpkg", "hello", "no GeoPackage"},
		{"a.gpkg", "SQLite format 3\x00 and nothing more", "no GeoPackage"},
	}
	for _, c := range cases {
		path := t.TempDir() + "/" + c.name
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Open(path, source.Options{}); !errors.Is(err, layers.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := source.Open(t.TempDir(), source.Options{}); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := source.Open(t.TempDir()+"/absent", source.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
}

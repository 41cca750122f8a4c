package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/mvt"
	"wangge/layers/mvt/tileset"
	"wangge/layers/postgis/pgtest"
)

// tilesOf reads an MBTiles file: every tile, uncompressed, and the metadata.
func tilesOf(t *testing.T, path string) (tiles map[geo.Tile][]byte, about map[string]string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&immutable=1")
	must(t, err)
	defer db.Close()
	tiles, about = map[geo.Tile][]byte{}, map[string]string{}
	rows, err := db.Query("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
	must(t, err)
	for rows.Next() {
		var at geo.Tile
		var data []byte
		must(t, rows.Scan(&at.Z, &at.X, &at.Y, &data))
		z, err := gzip.NewReader(bytes.NewReader(data))
		must(t, err)
		at.Y = 1<<at.Z - 1 - at.Y
		tiles[at], err = io.ReadAll(z)
		must(t, err)
	}
	must(t, errors.Join(rows.Err(), rows.Close()))
	rows, err = db.Query("SELECT name, value FROM metadata")
	must(t, err)
	for rows.Next() {
		var name, value string
		must(t, rows.Scan(&name, &value))
		about[name] = value
	}
	must(t, errors.Join(rows.Err(), rows.Close()))
	return tiles, about
}

// TestExportTiles: the tiles in the file are those that a server has, and only those; both formats say what they are.
func TestExportTiles(t *testing.T) {
	store, dir := district(t), t.TempDir()
	file := filepath.Join(dir, "all.mbtiles")
	args := []string{"export", "tiles", "--format", "mbtiles", "--at", "2025-11-01", "--store", store}
	said := ok(t, append(args, "--out", file)...)
	contains(t, "standard error", said.err, "tiles of zooms 0 to 17", "as of 2025-10-31T16:00:00Z", file, "MB")
	if said.out != "" {
		t.Errorf("standard output: %q", said.out)
	}
	s, err := geopackage.Open(store, layers.StoreOptions{ReadOnly: true})
	must(t, err)
	defer s.Close()
	snap, err := layers.LoadSnapshot(t.Context(), s)
	must(t, err)
	atlas, err := mvt.NewAtlas(snap, nil) // as the server makes it
	must(t, err)
	at, err := layers.ParseDay("2025-11-01")
	must(t, err)
	all, err := tileset.PlanLayers(nil)
	must(t, err)
	tiles, about := tilesOf(t, file)
	there := 0
	for z := range uint8(18) {
		lo, hi := geo.TileAt(orb.Point{121.29, 30.72}, z), geo.TileAt(orb.Point{121.33, 30.69}, z)
		for x := lo.X; x <= hi.X; x++ {
			for y := lo.Y; y <= hi.Y; y++ {
				tile := geo.Tile{Z: z, X: x, Y: y}
				want, err := atlas.Append(nil, tile, at, all...)
				must(t, err)
				if got := tiles[tile]; !bytes.Equal(got, want) {
					t.Errorf("tile %s has %d bytes, the server's %d", tile, len(got), len(want))
				}
				if len(want) > 0 {
					there++
				}
			}
		}
	}
	if there != len(tiles) || there < 50 || about["demo"] != "" || about["at"] != at.String() || about["attribution"] != snap.Settings().Name {
		t.Errorf("%d tiles, %d in the file; %v", there, len(tiles), about)
	}
	before, err := os.ReadFile(file)
	must(t, err)
	refused(t, exitFailed, []string{"already", "--force"}, append(args, "--out", file)...)
	ok(t, append(args, "--out", file, "--force")...)
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the same store, another file (%v)", err)
	}
	pm := filepath.Join(dir, "pole.pmtiles")
	ok(t, "export", "tiles", "--format", "pmtiles", "--layers", "poles", "--bbox", "121.3,30.7, 121.31,30.71", "--min-zoom", "12", "--max-zoom", "12", "--out", pm, "--store", store)
	if head, err := os.ReadFile(pm); err != nil || !bytes.HasPrefix(head, []byte("PMTiles\x03")) {
		t.Errorf("%.10q, %v", head, err)
	}
}

// TestExportTilesOfThePast: large layers have their past in the store alone.
func TestExportTilesOfThePast(t *testing.T) {
	store, dir := district(t), t.TempDir()
	moved := write(t, "poles.geojson", `{"type":"FeatureCollection","features":[`+feature("P-1", `{"type":"Point","coordinates":[121.315,30.705]}`)+`]}`)
	known := time.Now()
	time.Sleep(2 * time.Millisecond) // the next revision is later
	ok(t, "import", "poles", moved, "--crs", "wgs84", "--valid-from", "2025-06-01", "--store", store)
	pole := func(args ...string) (east bool, about map[string]string) {
		t.Helper()
		file := filepath.Join(dir, "x.mbtiles")
		ok(t, append([]string{"export", "tiles", "--format", "mbtiles", "--layers", "poles", "--min-zoom", "14", "--max-zoom", "14", "--force", "--out", file, "--store", store}, args...)...)
		tiles, about := tilesOf(t, file)
		for at, b := range tiles {
			list, err := mvt.Decode(b)
			must(t, err)
			x := at.Bound(0).Min[0] + list[0].Features[0].Geometry.(orb.MultiPoint)[0][0]*360/(1<<14)/mvt.Extent
			return x > 121.31, about
		}
		t.Fatal("no tile")
		return false, nil
	}
	for name, c := range map[string]struct {
		args []string
		east bool
	}{
		"now":                 {nil, true},
		"after it moved":      {[]string{"--at", "2025-06-01"}, true},
		"before":              {[]string{"--at", "2025-05-31"}, false},
		"before it was known": {[]string{"--at", "2025-07-01", "--known-at", known.Format(time.RFC3339Nano)}, false},
	} {
		east, about := pole(c.args...)
		if east != c.east || (about["known_at"] != "") != (len(c.args) > 2) {
			t.Errorf("%s: east %v, want %v; %v", name, east, c.east, about)
		}
	}
}

// manyPoles makes a store of 2,000 poles and nothing else, with tiles enough to be stopped in between.
func manyPoles(t *testing.T) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var file strings.Builder
	file.WriteString("code,name,lon,lat\n")
	for i := range 2000 {
		fmt.Fprintf(&file, "P-%d,pole,%.6f,%.6f\n", i, 121.2+0.2*r.Float64(), 30.7+0.2*r.Float64())
	}
	store := empty(t)
	ok(t, "import", "poles", write(t, "poles.csv", file.String()), "--crs", "wgs84", "--valid-from", "2025-01-01", "--store", store)
	return store
}

// stopExport runs an export that is stopped as soon as it has begun.
func stopExport(t *testing.T, part string, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(part); err == nil {
				stop()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	var out, said bytes.Buffer
	if code := run(ctx, args, nil, stdio{nil, &out, &said}); code != exitFailed {
		t.Fatalf("exit code %d: %s", code, said.String())
	}
	stop()
	return said.String()
}

// TestExportTilesResumes: the same command goes on with a stopped run, and shows its present; what does not fit any more is said.
func TestExportTilesResumes(t *testing.T) {
	store, dir := manyPoles(t), t.TempDir()
	file := filepath.Join(dir, "x.mbtiles")
	args := []string{"export", "tiles", "--format", "mbtiles", "--layers", "poles,segments", "--max-zoom", "15", "--out", file, "--store", store}
	said := stopExport(t, tileset.WorkFile(file), args...)
	contains(t, "a stopped run", said, "stopped before the tiles were complete", "kept", " of ", tileset.WorkFile(file), "the same command again")
	if _, err := os.Stat(file); err == nil {
		t.Fatal("the file is there before its time")
	}
	stopped, found, err := tileset.Stopped(file)
	if err != nil || !found || !stopped.Present {
		t.Fatalf("%+v, %v, %v", stopped, found, err)
	}
	ok(t, args...)
	_, about := tilesOf(t, file)
	if about["at"] != stopped.At.String() {
		t.Errorf("at %s, the stopped run's is %s", about["at"], stopped.At)
	}
	resumed, err := os.ReadFile(file)
	must(t, err)
	ok(t, append(args, "--force", "--at", stopped.At.String())...)
	if whole, err := os.ReadFile(file); err != nil || !bytes.Equal(whole, resumed) {
		t.Errorf("a run that was stopped gives another file (%v)", err)
	}

	// The store goes on.
	args = append(args, "--force")
	stopExport(t, tileset.WorkFile(file), args...)
	ok(t, "token", "create", "--name", "x", "--role", "viewer", "--store", store)
	contains(t, "a store that went on", ok(t, args...).err, "beginning anew", "from revision "+stopped.Position.String())

	// What the user wants else.
	stopExport(t, tileset.WorkFile(file), args...)
	contains(t, "other layers", ok(t, append(args, "--layers", "grids")...).err, "beginning anew", "layers were segments,poles")
	stopExport(t, tileset.WorkFile(file), args...)
	if said := ok(t, append(args, "--restart")...).err; strings.Contains(said, "anew") || strings.Contains(said, "going on") {
		t.Errorf("--restart: %s", said)
	}

	// A file that is none of ours.
	must(t, os.WriteFile(tileset.WorkFile(file), []byte("somebody's notes, which are long enough to be looked at"), 0o600))
	for _, more := range []string{"--force", "--restart"} {
		refused(t, exitFailed, []string{"in the way", tileset.WorkFile(file), "move it away"}, append(args, more)...)
	}
	if b, err := os.ReadFile(tileset.WorkFile(file)); err != nil || !strings.HasPrefix(string(b), "somebody's notes") {
		t.Errorf("it was touched: %q %v", b, err)
	}
}

func TestExportTilesUsage(t *testing.T) {
	store, dir := district(t), t.TempDir()
	out := "--out=" + filepath.Join(dir, "x.pmtiles")
	for name, c := range map[string]struct {
		args string
		want string
	}{
		"no file":              {"tiles --format pmtiles", "give --out FILE.pmtiles"},
		"no such format":       {"tiles --format geojson " + out, "pmtiles or mbtiles"},
		"another's ending":     {"tiles --format mbtiles " + out, "does not end in .pmtiles"},
		"a store's ending":     {"tiles --format mbtiles --out " + filepath.Join(dir, "x.gpkg"), ".gpkg"},
		"no such layer":        {"tiles --format pmtiles --layers grids,cells " + out, "communities"},
		"a layer without":      {"tiles --format pmtiles --layers units " + out, "communities"},
		"half a box":           {"tiles --format pmtiles --bbox 121,30 " + out, "west,south,east,north"},
		"a box of words":       {"tiles --format pmtiles --bbox here " + out, "not a number"},
		"a box of nothing":     {"tiles --format pmtiles --bbox NaN,30,121,31 " + out, "finite"},
		"a box turned":         {"tiles --format pmtiles --bbox 121,31,122,30 " + out, "south 31 is north of north 30"},
		"a box of eastings":    {"tiles --format pmtiles --bbox 500000,3400000,510000,3410000 " + out, "beyond 180"},
		"latitude first":       {"tiles --format pmtiles --bbox 30,121,31,122 " + out, "longitude comes first"},
		"a zoom below":         {"tiles --format pmtiles --min-zoom=-1 " + out, "0 to 22"},
		"a zoom beyond":        {"tiles --format pmtiles --max-zoom 23 " + out, "0 to 22"},
		"a zoom of words":      {"tiles --format pmtiles --max-zoom high " + out, "--max-zoom"},
		"zooms turned":         {"tiles --format pmtiles --min-zoom 9 --max-zoom 8 " + out, "above --max-zoom 8"},
		"too early a zoom":     {"tiles --format pmtiles --layers spaces --max-zoom 12 " + out, "from zoom 16 on"},
		"a time that is none":  {"tiles --format pmtiles --at soon " + out, "--at soon"},
		"flags of tiles":       {"grids --format csv --max-zoom 3", "for tiles alone"},
		"a box without tiles":  {"grids --format csv --bbox 1,2,3,4", "for tiles alone"},
		"a format of tiles":    {"grids --format pmtiles", "geojson, gpkg or csv"},
		"--restart of a layer": {"grids --format csv --restart", "for tiles alone"},
	} {
		r := refused(t, exitUsage, []string{c.want, "--help"}, append(append([]string{"export"}, strings.Fields(c.args)...), "--store", store)...)
		if r.out != "" {
			t.Errorf("%s: standard output %q", name, r.out)
		}
	}
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"no folder":        {[]string{"--out", filepath.Join(dir, "no", "x.pmtiles")}, []string{"there is no folder"}},
		"a folder":         {[]string{"--out", dir, "--force"}, []string{"is a folder"}},
		"nothing there":    {[]string{out, "--bbox", "1,2,3,4"}, []string{"no feature meets the box 1,2,3,4", "121."}},
		"latitude first":   {[]string{out, "--bbox", "30.7,89,30.8,90"}, []string{"no feature meets"}},
		"before all times": {[]string{out, "--at", "1999-01-01"}, []string{"none of the layers has a feature at"}},
	} {
		r := refused(t, exitFailed, c.want, append([]string{"export", "tiles", "--format", "pmtiles", "--store", store}, c.args...)...)
		if strings.Contains(r.err, "tileset: ") {
			t.Errorf("%s: %q is not for people", name, r.err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "x.*")); len(left) > 0 {
		t.Errorf("what is refused leaves %v", left)
	}
	refused(t, exitFailed, []string{"the store itself"}, "export", "grids", "--format", "gpkg", "--out", store, "--force", "--store", store)
}

// TestExportTilesOnPostGIS: a database gives the tiles that a file with the same content gives.
func TestExportTilesOnPostGIS(t *testing.T) {
	db, file, backup := pgtest.Database(t), district(t), filepath.Join(t.TempDir(), "x.wangge")
	ok(t, "backup", "--out", backup, "--store", file)
	ok(t, "restore", "--from", backup, "--store", db)
	export := func(store string) (map[geo.Tile][]byte, map[string]string) {
		out := filepath.Join(t.TempDir(), "x.mbtiles")
		ok(t, "export", "tiles", "--format", "mbtiles", "--max-zoom", "13", "--at", "2025-11-01", "--out", out, "--store", store)
		return tilesOf(t, out)
	}
	got, aboutDB := export(db)
	want, aboutFile := export(file)
	if !maps.EqualFunc(got, want, bytes.Equal) || len(want) < 14 || aboutDB["json"] != aboutFile["json"] || aboutDB["revision"] != aboutFile["revision"] {
		t.Errorf("%d tiles of %v, want %d of %v", len(got), aboutDB, len(want), aboutFile)
	}
}

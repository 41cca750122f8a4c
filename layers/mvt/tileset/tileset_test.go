package tileset_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/layers/mvt/tileset"
)

// TestEveryTile: independent readers of both formats get every tile of the demonstration as the atlas makes it, and no other.
func TestEveryTile(t *testing.T) {
	d := demo()
	p := planOf(tileset.PMTiles, 0, 14)
	content, result := wholeDemo()
	file, err := openPMTiles(content)
	must(t, err)
	problems, there := compare(file, p, d, boundOf(d), 5)
	for _, problem := range problems {
		t.Error(problem)
	}
	if int64(there) != result.Tiles || there < 250 || result.MinZoom != 0 || result.MaxZoom != 14 || int64(len(content)) != result.Bytes {
		t.Errorf("%d tiles; %+v", there, result)
	}
	p.Format, p.MinZoom = tileset.MBTiles, mbtilesFrom
	path, result := export(t, p, d)
	m, there := openMBTiles(t, path), 0
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		for _, at := range tilesOver(boundOf(d), z) {
			want, err := file.get(at)
			must(t, err)
			got, err := m.get(at)
			must(t, err)
			if !bytes.Equal(got, want) {
				t.Errorf("tile %s: %d bytes in MBTiles, %d in PMTiles", at, len(got), len(want))
			}
			if got != nil {
				there++
			}
		}
	}
	if there != m.count() || int64(there) != result.Tiles {
		t.Errorf("%d tiles, %d in MBTiles; %+v", there, m.count(), result)
	}
}

// TestPMTiles: everything in the file hangs together, and header and metadata say what is in it.
func TestPMTiles(t *testing.T) {
	d := demo()
	p := planOf(tileset.PMTiles, 0, 14)
	content, result := wholeDemo()
	file, err := openPMTiles(content)
	must(t, err)
	list, err := file.all()
	must(t, err)
	checkContents(t, file, list, result)
	bound := boundOf(d)
	near := func(a, b float64) bool { return math.Abs(a-b) < 2e-7 }
	if file.minZoom != 0 || file.maxZoom != 14 || !near(file.west, bound.Min[0]) || !near(file.south, bound.Min[1]) || !near(file.east, bound.Max[0]) || !near(file.north, bound.Max[1]) {
		t.Errorf("zooms %d to %d, bounds %v %v %v %v; want %v", file.minZoom, file.maxZoom, file.west, file.south, file.east, file.north, bound)
	}
	if !near(file.centerLon, (file.west+file.east)/2) || !near(file.centerLat, (file.south+file.north)/2) || file.centerZoom < 9 || file.centerZoom > 11 {
		t.Errorf("centre %v %v zoom %d", file.centerLon, file.centerLat, file.centerZoom)
	}
	about := file.about
	if about["demo"] != true || about["type"] != "overlay" || about["epoch"] != somewhere.Epoch || about["revision"] != 7.0 || about["version"] != "7" || about["at"] != now.String() {
		t.Errorf("metadata: %v", about)
	}
	contains(t, "attribution", about["attribution"].(string), d.Snapshot.Settings().Name, "demo")
	contains(t, "description", about["description"].(string), "grids", now.String(), somewhere.String(), "invented")
	checkLayers(t, about["vector_layers"], p)
}

// checkContents: no content is stored twice.
func checkContents(t *testing.T, file *pmtiles, list []pmEntry, result tileset.Result) {
	t.Helper()
	contents := map[string]bool{}
	for _, e := range list {
		contents[string(file.tiles[e.offset:e.offset+e.length])] = true
	}
	if len(contents) != int(file.contents) || int64(file.contents) != result.Contents {
		t.Errorf("%d contents of %d tiles, %d of them different; %+v", file.contents, file.addressed, len(contents), result)
	}
}

// checkLayers compares vector_layers with what package mvt says of the layers.
func checkLayers(t *testing.T, got any, p tileset.Plan) {
	t.Helper()
	text, err := json.Marshal(got)
	must(t, err)
	var list []tileset.VectorLayer
	must(t, json.Unmarshal(text, &list))
	next := 0
	want := func(info mvt.LayerInfo) {
		if info.MinZoom > p.MaxZoom {
			return
		}
		if next == len(list) {
			t.Fatalf("%s is not described", info.ID)
		}
		v := list[next]
		next++
		if v.ID != info.ID || v.Description != info.Text || v.MinZoom != max(info.MinZoom, p.MinZoom) || v.MaxZoom != min(p.MaxZoom, info.LastZoom) || len(v.Fields) != len(info.Fields) {
			t.Errorf("got %+v, want %+v", v, info)
		}
		for _, f := range info.Fields {
			if v.Fields[f.Name] != f.Type {
				t.Errorf("%s.%s: %q, want %q", v.ID, f.Name, v.Fields[f.Name], f.Type)
			}
		}
	}
	for _, l := range p.Layers {
		info, _ := mvt.Describe(l)
		want(info)
		if info.Labels != nil {
			want(*info.Labels)
		}
	}
	if next != len(list) {
		t.Errorf("%d layers are described, want %d", len(list), next)
	}
}

// TestEqualTiles: tiles inside of one area are equal; they are stored once, and those that follow each other are one entry.
func TestEqualTiles(t *testing.T) {
	d := demo()
	p := planOf(tileset.PMTiles, 15, 16, "grids")
	p.Box = &orb.Bound{Min: orb.Point{121.1, 30.75}, Max: orb.Point{121.25, 30.85}}
	path, result := export(t, p, d)
	file := openedPMTiles(t, path)
	list, err := file.all()
	must(t, err)
	checkContents(t, file, list, result)
	if file.contents >= file.entries*9/10 || file.entries >= file.addressed {
		t.Errorf("%d contents, %d entries, %d tiles", file.contents, file.entries, file.addressed)
	}
	p.Format = tileset.MBTiles
	path, _ = export(t, p, d)
	if m := openMBTiles(t, path); m.count() != file.count() {
		t.Errorf("%d tiles in MBTiles, %d in PMTiles", m.count(), file.count())
	}
}

func TestMBTiles(t *testing.T) {
	d := demo()
	p := planOf(tileset.MBTiles, 9, 13, "grids", "poles")
	path, result := export(t, p, d)
	m := openMBTiles(t, path)
	for name, want := range map[string]string{"name": d.Snapshot.Settings().Name, "format": "pbf", "minzoom": "9", "maxzoom": "13", "type": "overlay", "version": "7",
		"demo": "true", "epoch": somewhere.Epoch, "revision": "7", "at": now.String(), "known_at": ""} {
		if got := m.value(t, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	var west, south, east, north, lon, lat, zoom float64
	if _, err := fmt.Sscanf(m.value(t, "bounds"), "%f,%f,%f,%f", &west, &south, &east, &north); err != nil || west < 120.9 || east > 121.5 || south < 30.6 || north > 31 || west >= east || south >= north {
		t.Errorf("bounds %q: %v", m.value(t, "bounds"), err)
	}
	if _, err := fmt.Sscanf(m.value(t, "center"), "%f,%f,%f", &lon, &lat, &zoom); err != nil || math.Abs(lon-(west+east)/2) > 1e-6 || zoom != math.Trunc(zoom) {
		t.Errorf("center %q: %v", m.value(t, "center"), err)
	}
	var inner struct {
		Layers any `json:"vector_layers"`
	}
	must(t, json.Unmarshal([]byte(m.value(t, "json")), &inner))
	checkLayers(t, inner.Layers, p)
	var id, images, wrong int
	must(t, m.db.QueryRow("PRAGMA application_id").Scan(&id))
	must(t, m.db.QueryRow("SELECT count(*) FROM images").Scan(&images))
	must(t, m.db.QueryRow("SELECT count(*) FROM map LEFT JOIN images USING (tile_id) WHERE tile_data IS NULL").Scan(&wrong))
	if id != 0x4d504258 || images != int(result.Contents) || wrong != 0 {
		t.Errorf("application_id %#x, %d images of %d, %d tiles without", id, images, result.Contents, wrong)
	}
	var verdict string
	if must(t, m.db.QueryRow("PRAGMA integrity_check").Scan(&verdict)); verdict != "ok" {
		t.Error(verdict)
	}
}

// TestSameBytes: the file depends on the plan alone.
func TestSameBytes(t *testing.T) {
	d := scattered()
	cores := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(cores)
	for _, f := range []tileset.Format{tileset.PMTiles, tileset.MBTiles} {
		var first []byte
		for _, n := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(n)
			path, _ := export(t, scatteredPlan(f), d)
			if first == nil {
				first = read(t, path)
			} else if !bytes.Equal(first, read(t, path)) {
				t.Errorf("%s: %d cores make another file than one", f, n)
			}
		}
	}
}

// TestBox: with a box there are the tiles that meet it, and no other.
func TestBox(t *testing.T) {
	d := demo()
	p := planOf(tileset.PMTiles, 9, 15, "grids", "poles")
	p.Box = &orb.Bound{Min: orb.Point{121.31, 30.71}, Max: orb.Point{121.36, 30.76}}
	path, _ := export(t, p, d)
	file := openedPMTiles(t, path)
	if _, err := file.all(); err != nil {
		t.Fatal(err)
	}
	there, outside := 0, 0
	for z := p.MinZoom; z <= p.MaxZoom; z++ {
		for _, at := range tilesOver(p.Box.Pad(0.03), z) {
			want, err := d.Atlas.Append(nil, at, now, p.Layers...)
			must(t, err)
			meets := at.Bound(0).Intersects(*p.Box)
			packed, err := file.get(at)
			must(t, err)
			if (packed != nil) != (meets && len(want) > 0) {
				t.Errorf("tile %s: there %v, meets the box %v, %d bytes", at, packed != nil, meets, len(want))
			}
			if packed != nil {
				there++
			} else if len(want) > 0 {
				outside++
			}
		}
	}
	if there != file.count() || there < 30 || outside < 30 {
		t.Errorf("%d tiles, %d counted, %d outside", there, file.count(), outside)
	}
	if file.west < 121.3099 || file.east > 121.3601 || file.south < 30.7099 || file.north > 30.7601 {
		t.Errorf("bounds %v %v %v %v", file.west, file.south, file.east, file.north)
	}
}

// TestEdges: features at the edge of the world and of a tile, where buffers reach into the next tile, and one point alone.
func TestEdges(t *testing.T) {
	corner := geo.FromMercatorUnits(1<<31+3, 1<<31-3) // 3 units from where four tiles of zoom 1 meet
	for name, at := range map[string][]orb.Point{
		"one":             {{121.34, 30.72}},
		"a corner":        {corner},
		"ends of a world": {{-180, 85}, {180, -85}, {179.9999999, 0}, {0, 0}, {-180, -89}},
		"far apart":       {{121.34, 30.72}, {-70, -30}},
	} {
		d := poles(t, at...)
		p := planOf(tileset.PMTiles, 0, 6, "poles")
		if name == "one" || name == "a corner" {
			p.MaxZoom = 15
		}
		path, result := export(t, p, d)
		file := openedPMTiles(t, path)
		_, err := file.all()
		must(t, err)
		around := boundOf(d)
		if p.MaxZoom == 6 {
			around = orb.Bound{Min: orb.Point{-180, -85}, Max: orb.Point{180, 85}}
		}
		problems, there := compare(file, p, d, around, 3)
		if len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
		}
		if there < 7 || file.west >= file.east || file.south >= file.north || file.centerZoom < file.minZoom || file.centerZoom > file.maxZoom {
			t.Errorf("%s: %+v, %v %v %v %v zoom %d", name, result, file.west, file.south, file.east, file.north, file.centerZoom)
		}
		if got := file.about["attribution"]; got != "poles &lt;&amp;&gt;" {
			t.Errorf("attribution %q is no HTML", got)
		}
		if _, demo := file.about["demo"]; demo {
			t.Error("real data is called demo")
		}
	}
	if last := poles(t, orb.Point{121, 31}); true {
		p := planOf(tileset.PMTiles, 22, 22, "poles")
		path, _ := export(t, p, last)
		got, err := openedPMTiles(t, path).get(geo.TileAt(orb.Point{121, 31}, 22))
		if err != nil || got == nil {
			t.Errorf("the last zoom: %v", err)
		}
	}
}

func TestPlans(t *testing.T) {
	all, err := tileset.PlanLayers(nil)
	must(t, err)
	if first, last := tileset.Zooms(all); first != 0 || last != 17 || len(all) != 11 {
		t.Errorf("zooms %d to %d of %v", first, last, all)
	}
	some, err := tileset.PlanLayers([]string{"poles", "grids", "poles"})
	if err != nil || !slices.Equal(some, []layers.Layer{layers.Grids, layers.Poles}) {
		t.Errorf("%v, %v", some, err)
	}
	for _, name := range []string{"units", "editions", "nowhere", "", "Grids"} {
		if _, err := tileset.PlanLayers([]string{"grids", name}); err == nil || !strings.Contains(err.Error(), "communities") {
			t.Errorf("layer %q: %v", name, err)
		}
	}
	good := planOf(tileset.PMTiles, 0, 3)
	for name, spoil := range map[string]func(p *tileset.Plan){
		"format":        func(p *tileset.Plan) { p.Format = "tar" },
		"no layers":     func(p *tileset.Plan) { p.Layers = nil },
		"a layer twice": func(p *tileset.Plan) { p.Layers = append(p.Layers, layers.Grids) },
		"no such layer": func(p *tileset.Plan) { p.Layers = []layers.Layer{"units"} },
		"zooms":         func(p *tileset.Plan) { p.MinZoom = 4 },
		"too far":       func(p *tileset.Plan) { p.MaxZoom = 23 },
		"a revision":    func(p *tileset.Plan) { p.Position.Revision++ },
		"a box":         func(p *tileset.Plan) { p.Box = &orb.Bound{Min: orb.Point{2, 0}, Max: orb.Point{1, 1}} },
		"not a number":  func(p *tileset.Plan) { p.Box = &orb.Bound{Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}} },
	} {
		p := good
		p.Layers = slices.Clone(good.Layers)
		spoil(&p)
		path := t.TempDir() + "/x.pmtiles"
		if run, err := tileset.Open(path, p, demo()); err == nil {
			run.Close()
			t.Errorf("%s: no error", name)
		}
		if _, found, _ := tileset.Stopped(path); found {
			t.Errorf("%s: a run was begun", name)
		}
	}
}

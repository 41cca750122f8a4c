package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// tilePath is the address of the tile that has the position.
func tilePath(names string, x, y float64, z uint8) string {
	return "/tiles/" + names + "/" + geo.TileAt(at(x, y), z).String() + ".mvt"
}

func TestTileOfThePresent(t *testing.T) {
	s := readServer(t)
	path := tilePath("grids,poles", 3, 1, 13)
	r := s.get(path).status(http.StatusOK)
	if len(r.bytes) == 0 || r.Header.Get("Content-Encoding") != "" {
		t.Fatalf("%d bytes, %q", len(r.bytes), r.Header.Get("Content-Encoding"))
	}
	same(t, "type", r.Header.Get("Content-Type"), "application/vnd.mapbox-vector-tile")
	same(t, "caching", r.Header.Get("Cache-Control"), "no-cache")
	want, err := s.World().Atlas.Append(nil, geo.TileAt(at(3, 1), 13), layers.InstantOf(noon), layers.Grids, layers.Poles)
	must(t, err)
	if !bytes.Equal(r.bytes, want) {
		t.Error("the tile is not the atlas's")
	}
	if !bytes.Contains(r.bytes, []byte("310116104Z05")) {
		t.Error("the grid is not in its tile")
	}
	packed := s.get(path, "Accept-Encoding", "gzip, deflate, br").status(http.StatusOK)
	if !bytes.Equal(packed.plain(), r.bytes) || packed.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(packed.Header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("the compressed tile: %v", packed.Header)
	}
	for _, refused := range []string{"gzip;q=0", "identity", "br", "gzip;q=0, *"} {
		if r := s.get(path, "Accept-Encoding", refused); r.Header.Get("Content-Encoding") != "" {
			t.Errorf("Accept-Encoding %s is answered with %s", refused, r.Header.Get("Content-Encoding"))
		}
	}
	same(t, "the order of names does not matter to a repeated one", s.get(tilePath("grids,poles,grids,grids", 3, 1, 13)).bytes, r.bytes)
}

func TestTileTagsComeFromContent(t *testing.T) {
	s := readServer(t)
	grids, poles := tilePath("grids", 3, 1, 13), tilePath("poles", 3, 1, 13)
	before, beforePoles := s.get(grids).Header.Get("ETag"), s.get(poles).Header.Get("ETag")
	if before == "" || before == beforePoles || strings.HasPrefix(before, "W/") {
		t.Fatalf("tags %s and %s", before, beforePoles)
	}
	for _, none := range []string{before, "W/" + before, `"x", ` + before, "*", s.get(grids, "Accept-Encoding", "gzip").Header.Get("ETag")} {
		for _, encoding := range []string{"", "gzip"} {
			r := s.get(grids, "If-None-Match", none, "Accept-Encoding", encoding).status(http.StatusNotModified)
			if len(r.bytes) > 0 || r.Header.Get("ETag") == "" {
				t.Errorf("304 with %d bytes and tag %s", len(r.bytes), r.Header.Get("ETag"))
			}
		}
	}
	features := fixture()
	for _, f := range features {
		if p, ok := f.(*layers.Pole); ok {
			p.State, p.Version = "removed", 2
		}
	}
	s.Publish(snapshotAt(t, 8, features...))
	s.get(grids, "If-None-Match", before).status(http.StatusNotModified)
	if r := s.get(poles, "If-None-Match", beforePoles).status(http.StatusOK); r.Header.Get("ETag") == beforePoles {
		t.Error("another content has the same tag")
	}
}

func TestTileWithoutFeatures(t *testing.T) {
	r := readServer(t).get("/tiles/grids/10/0/0.mvt").status(http.StatusOK)
	if len(r.bytes) != 0 || r.Header.Get("ETag") == "" {
		t.Errorf("%d bytes, tag %q", len(r.bytes), r.Header.Get("ETag"))
	}
}

func TestTileAtAnotherTime(t *testing.T) {
	s := readServer(t)
	then := s.get(tilePath("grids", 3, 1, 13) + "?at=2024-06-01T00:00:00Z").status(http.StatusOK)
	if !bytes.Contains(then.bytes, []byte("亭林镇东片")) || bytes.Contains(then.bytes, []byte("310116104Z04")) {
		t.Error("the tile of 2024 does not show what was then")
	}
	same(t, "before everything", len(s.get(tilePath("grids", 3, 1, 13)+"?at=1999-01-01T00:00:00Z").status(http.StatusOK).bytes), 0)
}

func TestTileOfARevision(t *testing.T) {
	s := readServer(t)
	tile := geo.TileAt(at(3, 1), 13).String()
	path := func(names, version string) string { return "/tiles/" + names + "/" + version + "/" + tile + ".mvt" }
	now := s.get(path("grids", epoch+"-7")).status(http.StatusOK)
	same(t, "caching", now.Header.Get("Cache-Control"), "public, max-age=31536000, immutable")
	if len(now.bytes) == 0 {
		t.Error("no bytes")
	}
	for _, version := range []string{epoch + "-6", epoch + "-8", "fedcba9876543210-7"} {
		r := s.get(path("grids,grids,poles", version) + "?at=2025-06-01T08:00:00%2B08:00").status(http.StatusTemporaryRedirect)
		same(t, "to", r.Header.Get("Location"), "/tiles/grids,poles/"+tile+".mvt?at=2025-06-01T08%3A00%3A00%2B08%3A00")
		if strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Error("a redirect must not be kept")
		}
		s.get(r.Header.Get("Location")).status(http.StatusOK)
	}
	s.get(path("grids", "7")).problem(http.StatusBadRequest, "bad-parameter")
	s.get("/tiles/grids/"+epoch+"-6/3/9/0.mvt").problem(http.StatusBadRequest, "bad-parameter")
	s.get(path("nowhere", epoch+"-6")).problem(http.StatusNotFound, "not-found")
}

func TestTileAddresses(t *testing.T) {
	s := readServer(t)
	began := time.Now()
	n := 0
	for _, c := range []struct {
		path   string
		status int
		code   string
	}{
		{"/tiles/grids/23/0/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/-1/0/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/30/0/0.mvt", 400, "bad-parameter"},
		{"/tiles/grids/256/0/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/2/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/0/2.mvt", 400, "bad-parameter"},
		{"/tiles/grids/0/2147483647/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/22/4294967296/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/18446744073709551616/0.mvt", 400, "bad-parameter"},
		{"/tiles/grids/1/1e0/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/0x1/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/+1/0.mvt", 400, "bad-parameter"},
		{"/tiles/grids/1/01/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/1_0/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/%D9%A1/0.mvt", 400, "bad-parameter"},
		{"/tiles/grids/1/%20/0.mvt", 400, "bad-parameter"}, {"/tiles/grids/1/0/0.5.mvt", 400, "bad-parameter"}, {"/tiles/grids/NaN/0/0.mvt", 400, "bad-parameter"},
		{"/tiles/grids/0/0/0.pbf", 404, "not-found"}, {"/tiles/grids/0/0/0", 404, "not-found"}, {"/tiles/grids/0/0/.mvt", 404, "not-found"}, {"/tiles/grids/0/0/0.mvt.gz", 404, "not-found"},
		{"/tiles/nowhere/0/0/0.mvt", 404, "not-found"}, {"/tiles/units/0/0/0.mvt", 404, "not-found"}, {"/tiles/editions/0/0/0.mvt", 404, "not-found"}, {"/tiles/grids,/0/0/0.mvt", 404, "not-found"},
		{"/tiles/,/0/0/0.mvt", 404, "not-found"}, {"/tiles/Grids/0/0/0.mvt", 404, "not-found"}, {"/tiles/grids%20/0/0/0.mvt", 404, "not-found"}, {"/tiles/grids'--/0/0/0.mvt", 404, "not-found"},
		{"/tiles/grids%2C/0/0/0.mvt", 404, "not-found"}, {"/tiles/../v1/lookup", 404, "not-found"}, {"/tiles/%2e%2e/0/0/0.mvt", 404, "not-found"}, {"/tiles/nowhere.json", 404, "not-found"},
		{"/tiles/grids.xml", 404, "not-found"}, {"/tiles/.json", 404, "not-found"}, {"/styles/nowhere.json", 404, "not-found"}, {"/styles/..%2flight.json", 404, "not-found"},
		{"/tiles/grids/0/0/0.mvt?at=now", 400, "bad-time"}, {"/tiles/grids/0/0/0.mvt?x=1", 400, "bad-parameter"}, {"/tiles/grids/0/0/0.mvt?at=", 400, "bad-time"},
	} {
		s.send(ask{Path: c.path}).problem(c.status, c.code)
		n++
	}
	if each := time.Since(began) / time.Duration(n); each > 20*time.Millisecond {
		t.Errorf("%v for each refusal", each)
	}
	s.get("/tiles/" + strings.TrimSuffix(strings.Repeat("grids,", 600), ",") + "/0/0/0.mvt").status(http.StatusOK)
	s.get("/tiles/grids/22/0/4194303.mvt").status(http.StatusOK)
}

func TestTileJSON(t *testing.T) {
	s := readServer(t)
	var j struct {
		TileJSON     string
		Tiles        []string
		MinZoom      int
		MaxZoom      int
		Bounds       []float64
		Center       []float64
		VectorLayers []struct {
			ID          string
			Description string
			Fields      map[string]string
		} `json:"vector_layers"`
	}
	r := s.get("/tiles/grids,poles,grids.json", "Host", "x").status(http.StatusOK).json(&j)
	same(t, "version", j.TileJSON, "3.0.0")
	same(t, "tiles", j.Tiles, []string{"http://example.com/tiles/grids,poles/{z}/{x}/{y}.mvt"})
	lo, hi := at(0, 0), at(6, 4)
	same(t, "bounds", j.Bounds, []float64{lo[0], lo[1], hi[0], hi[1]})
	if len(j.Center) != 3 || j.MinZoom != 0 || j.MaxZoom != 17 {
		t.Errorf("center %v, zooms %d to %d", j.Center, j.MinZoom, j.MaxZoom)
	}
	var names []string
	for _, v := range j.VectorLayers {
		names = append(names, v.ID)
		if len(v.Fields) == 0 {
			t.Errorf("%s has no fields", v.ID)
		}
	}
	same(t, "layers", names, []string{"grids", "grids_label", "poles"})
	s.get("/tiles/grids,poles,grids.json", "If-None-Match", r.Header.Get("ETag")).status(http.StatusNotModified)
	// Every layer with tiles has both, and says by which rule it leaves something out.
	for _, l := range mvt.Layers() {
		s.get("/tiles/" + string(l) + ".json").status(http.StatusOK).json(&j)
		info, _ := mvt.Describe(l)
		if v := j.VectorLayers[0]; v.ID != string(l) || !strings.Contains(v.Description, info.Thinning) || info.Thinning == "" {
			t.Errorf("%s: %+v", l, v)
		}
		s.get("/tiles/" + string(l) + "/0/0/0.mvt").status(http.StatusOK)
	}
	for _, info := range openLayers() {
		want := http.StatusNotFound
		if info.Tiles {
			want = http.StatusOK
		}
		s.get("/tiles/" + string(info.Layer) + ".json").status(want)
		s.get("/tiles/" + string(info.Layer) + "/0/0/0.mvt").status(want)
	}
}

// A Host that is none is not repeated.
func TestHostIsNotTrusted(t *testing.T) {
	s := readServer(t)
	for host, want := range map[string]string{"map.example:8080": "http://map.example:8080/tiles", "[::1]:80": "http://[::1]:80/tiles", `a"b`: "/tiles", "a/b": "/tiles", "a b": "/tiles", "": "/tiles", "<x>": "/tiles", "a:b": "/tiles"} {
		req := s.request(ask{Path: "/tiles/grids.json"})
		req.Host = host
		w := newRecorder()
		s.Handler().ServeHTTP(w, req)
		var j struct{ Tiles []string }
		must(t, json.Unmarshal(w.Body.Bytes(), &j))
		if len(j.Tiles) != 1 || !strings.HasPrefix(j.Tiles[0], want) {
			t.Errorf("Host %q: %v", host, j.Tiles)
		}
	}
}

func BenchmarkTile(b *testing.B) {
	s := readServer(b)
	for _, z := range []uint8{10, 14} {
		for _, encoding := range []string{"identity", "gzip"} {
			b.Run(fmt.Sprintf("z%d/%s", z, encoding), func(b *testing.B) {
				req := s.request(ask{Path: tilePath("grids,communities,poles,roads", 3, 1, z), Header: []string{"Accept-Encoding", encoding}})
				for b.Loop() {
					s.Handler().ServeHTTP(&discard{header: http.Header{}}, req)
				}
			})
		}
	}
}

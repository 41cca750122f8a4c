package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// featureBody is a new pole as GeoJSON, with properties replaced: pairs of a name and its JSON. "geometry" and "id" are members of
// the feature.
func featureBody(code string, members ...string) string {
	properties := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(`{"code":"`+code+`","name":"新杆","main_use":"power","condition":"sound","live":"yes","state":"reported","claim_state":"none"}`), &properties); err != nil {
		panic(err)
	}
	feature := map[string]any{"type": "Feature", "properties": properties, "geometry": json.RawMessage(`{"type":"Point","coordinates":[121.3100001,30.8100002]}`)}
	for i := 0; i < len(members); i += 2 {
		switch {
		case members[i] == "geometry" || members[i] == "id" || members[i] == "type" || members[i] == "links" || members[i] == "extra":
			feature[members[i]] = json.RawMessage(members[i+1])
		default:
			properties[members[i]] = json.RawMessage(members[i+1])
		}
	}
	b, err := json.Marshal(feature)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (s *server) change(method, path, body string, header ...string) reply {
	s.t.Helper()
	media := "application/geo+json"
	if method == "PATCH" {
		media = "application/merge-patch+json"
	}
	return s.do(ask{Method: method, Path: path, Role: layers.Planner, Body: body, Header: append([]string{"Content-Type", media}, header...)})
}

const polesPath = "/collections/poles/items"

// The course of the standard's tests: create, read, replace, update, delete, each with what must be refused.
func TestTransactions(t *testing.T) {
	s, _ := fragileServer(t, nil)
	r := s.change("POST", polesPath, featureBody("JS-9001")).status(http.StatusCreated)
	at := strings.TrimPrefix(r.Header.Get("Location"), "http://example.com")
	if !strings.HasPrefix(at, polesPath+"/p_") || r.Header.Get("Content-Type") != "application/geo+json" {
		t.Fatalf("Location %q, %s", at, r.Header.Get("Content-Type"))
	}
	var made, read item
	r.json(&made)
	got := s.get(at).status(http.StatusOK)
	got.json(&read)
	if made.ID != read.ID || read.Properties["name"] != "新杆" || string(read.Geometry) != `{"type":"Point","coordinates":[121.3100001,30.8100002]}` || got.Header.Get("ETag") != r.Header.Get("ETag") {
		t.Errorf("made %+v, read %+v", made, read)
	}
	// The code is given once: what is sent again without a key creates nothing, and with a key it is answered as the first time.
	s.change("POST", polesPath, featureBody("JS-9001")).problem(http.StatusConflict, "exists")
	key := newKey()
	first := s.change("POST", polesPath, featureBody("JS-9002"), "Idempotency-Key", key).status(http.StatusCreated)
	again := s.change("POST", polesPath, featureBody("JS-9002"), "Idempotency-Key", key).status(http.StatusCreated)
	if again.Header.Get("Idempotent-Replayed") != "true" || string(again.bytes) != string(first.bytes) || again.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("again: %v %s", again.Header, again.bytes)
	}
	// What was read can be sent back.
	tag := got.Header.Get("ETag")
	s.change("PUT", at, string(got.bytes)).problem(http.StatusPreconditionRequired, "precondition-required")
	s.change("PUT", at, string(got.bytes), "If-Match", `"0"`).problem(http.StatusPreconditionFailed, "stale-version")
	put := s.change("PUT", at, featureBody("JS-9001", "name", `"另一个"`, "plate", "null", "id", `"`+made.ID+`"`, "links", "[]"), "If-Match", tag).status(http.StatusOK)
	if put.Header.Get("ETag") == tag || put.Header.Get("ETag") == "" {
		t.Errorf("ETag %q after %q", put.Header.Get("ETag"), tag)
	}
	s.get(at).json(&read)
	if read.Properties["name"] != "另一个" || read.Properties["version"] != 2.0 {
		t.Errorf("%+v", read)
	}
	// Parts: one changed, one taken away, the others as they were.
	tag = put.Header.Get("ETag")
	s.change("PATCH", at, `{"properties":{"name":"x"}}`).problem(http.StatusPreconditionRequired, "precondition-required")
	s.change("PATCH", at, `{"properties":{"name":"x"}}`, "If-Match", `"0"`).problem(http.StatusPreconditionFailed, "stale-version")
	part := s.change("PATCH", at, `{"type":"Feature","properties":{"road":"海汇街","batch":4}}`, "If-Match", tag).status(http.StatusOK)
	s.change("PATCH", at, `{"properties":{"road":null}}`, "If-Match", tag).problem(http.StatusPreconditionFailed, "stale-version")
	last := s.change("PATCH", at, `{"properties":{"road":null,"name":"改"},"geometry":{"coordinates":[121.32,30.82]}}`, "If-Match", part.Header.Get("ETag")).status(http.StatusOK)
	s.get(at).json(&read)
	if read.Properties["road"] != nil || read.Properties["batch"] != 4.0 || read.Properties["name"] != "改" || read.Properties["main_use"] != "power" || string(read.Geometry) != `{"type":"Point","coordinates":[121.32,30.82]}` {
		t.Errorf("%+v %s", read.Properties, read.Geometry)
	}
	s.change("DELETE", at, "", "Content-Type", "").problem(http.StatusPreconditionRequired, "precondition-required")
	s.do(ask{Method: "DELETE", Path: at, Role: layers.Planner, Header: []string{"If-Match", `"0"`}}).problem(http.StatusPreconditionFailed, "stale-version")
	s.do(ask{Method: "DELETE", Path: at, Role: layers.Planner, Header: []string{"If-Match", last.Header.Get("ETag")}}).status(http.StatusNoContent)
	s.get(at).problem(http.StatusNotFound, "not-found")
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		for _, header := range [][]string{nil, {"If-Match", `"xyz"`}} {
			body := featureBody("JS-9003")
			if method == "DELETE" {
				body = ""
			}
			s.change(method, polesPath+"/p_nowhere", body, header...).problem(http.StatusNotFound, "not-found")
		}
	}
}

// One way to write: what OGC has written is what /v1 shows, with the same tag, and the other way round.
func TestOneWayToWrite(t *testing.T) {
	s, _ := fragileServer(t, nil)
	was := s.get("/v1/grids/310116104Z05")
	r := s.change("PATCH", "/collections/grids/items/310116104Z05", `{"properties":{"name":"新名"}}`, "If-Match", was.Header.Get("ETag")).status(http.StatusOK)
	var plain struct{ Name string }
	now := s.get("/v1/grids/310116104Z05").json(&plain)
	if plain.Name != "新名" || now.Header.Get("ETag") != r.Header.Get("ETag") {
		t.Errorf("%s %s, want the tag %s", plain.Name, now.Header.Get("ETag"), r.Header.Get("ETag"))
	}
	// Borders are judged as at /v1: a grid cannot grow over another.
	body := `{"geometry":` + string(layers.AppendGeoJSON(nil, area(2, 0, 5, 0, 5, 2, 2, 2, 2.2, 1))) + `}`
	p := s.change("PATCH", "/collections/grids/items/310116104Z05", body, "If-Match", r.Header.Get("ETag")).problem(http.StatusUnprocessableEntity, "topology-overlap")
	if p["pointer"] != "/geometry" {
		t.Errorf("%v", p)
	}
	// What has ended is 404 here, with what took its place, and 410 there.
	old := s.get("/v1/grids/310116113Z02")
	s.do(ask{Method: "DELETE", Path: "/collections/grids/items/310116113Z02", Role: layers.Planner, Header: []string{"If-Match", old.Header.Get("ETag")}}).status(http.StatusNoContent)
	s.get("/v1/grids/310116113Z02").problem(http.StatusGone, "code-retired")
	if p := s.get("/collections/grids/items/310116113Z02").problem(http.StatusNotFound, "not-found"); p["successors"] == nil {
		t.Errorf("%v", p)
	}
	// Rights too: the town of a token, the unit of an agent.
	s.do(ask{Method: "PATCH", Path: polesPath + "/p_0003", Role: layers.UnitAgent, Body: `{"properties":{"name":"x"}}`,
		Header: []string{"Content-Type", "application/merge-patch+json", "If-Match", s.get(polesPath + "/p_0003").Header.Get("ETag")}}).problem(http.StatusForbidden, "forbidden")
}

// A body in each system becomes the same position; one in a system that is not offered is refused.
func TestContentCrs(t *testing.T) {
	s, _ := fragileServer(t, nil)
	want := orb.Point{121.3312345, 30.8312345}
	metres := geo.Mercator(want)
	for i, c := range []struct{ crs, coordinates string }{
		{"", "[121.3312345,30.8312345]"}, {"<http://www.opengis.net/def/crs/OGC/1.3/CRS84>", "[121.3312345,30.8312345]"}, {"<" + epsg4490 + ">", "[30.8312345,121.3312345]"}, {epsg4326, "[30.8312345,121.3312345,5]"},
		{"<" + epsg3857 + ">", fmt.Sprintf("[%.3f,%.3f]", metres[0], metres[1])},
	} {
		header := []string{}
		if c.crs != "" {
			header = []string{"Content-Crs", c.crs}
		}
		r := s.change("POST", polesPath, featureBody(fmt.Sprintf("JS-91%02d", i), "geometry", `{"type":"Point","coordinates":`+c.coordinates+`}`), header...).status(http.StatusCreated)
		var made item
		r.json(&made)
		if got := string(layers.AppendGeoJSON(nil, want)); string(made.Geometry) != got || r.Header.Get("Content-Crs") != "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>" {
			t.Errorf("%s: %s in %s, want %s", c.crs, made.Geometry, r.Header.Get("Content-Crs"), got)
		}
	}
	for _, crs := range []string{"<http://www.opengis.net/def/crs/EPSG/0/4549>", "x", "<" + epsg4490} {
		if p := s.change("POST", polesPath, featureBody("JS-9199"), "Content-Crs", crs).problem(http.StatusBadRequest, "bad-parameter"); p["parameter"] != "Content-Crs" {
			t.Errorf("%s: %v", crs, p)
		}
	}
	// Longitude first in a system that is latitude first is no position.
	p := s.change("POST", polesPath, featureBody("JS-9199"), "Content-Crs", epsg4490).problem(http.StatusUnprocessableEntity, "geometry-invalid")
	if p["pointer"] != "/geometry/coordinates" {
		t.Errorf("%v", p)
	}
}

// What is wrong with a body is pointed to where it is in the feature.
func TestBadFeatures(t *testing.T) {
	s, _ := fragileServer(t, nil)
	for _, c := range []struct {
		name, body string
		status     int
		pointer    string
	}{
		{"no JSON", "{", 400, ""}, {"an array", "[]", 400, ""}, {"no type", `{"properties":{}}`, 422, "/type"}, {"a geometry", `{"type":"Point","coordinates":[1,2]}`, 422, "/coordinates"}, {"properties are a list", `{"type":"Feature","properties":[]}`, 422, "/properties"},
		{"unknown property", featureBody("JS-9", "colour", `"red"`), 422, "/properties/colour"}, {"unknown member", featureBody("JS-9", "extra", `1`), 422, "/extra"}, {"an id", featureBody("JS-9", "id", `"p_mine"`), 422, "/id"},
		{"a number", featureBody("JS-9", "name", `5`), 422, "/properties/name"}, {"not in the list", featureBody("JS-9", "state", `"flying"`), 422, "/properties/state"}, {"no such unit", featureBody("JS-9", "ownership", `[{"unit":"u_none","share":1,"basis":"plate"}]`), 422, "/properties/ownership/0/unit"},
		{"no geometry", featureBody("JS-9", "geometry", `null`), 422, "/geometry"}, {"another geometry", featureBody("JS-9", "geometry", `{"type":"LineString","coordinates":[[121.3,30.8],[121.4,30.8]]}`), 422, "/geometry"},
		{"swapped", featureBody("JS-9", "geometry", `{"type":"Point","coordinates":[30.81,121.31]}`), 422, "/geometry/coordinates"}, {"a member twice", `{"type":"Feature","properties":{"name":"a","name":"b"}}`, 400, "/properties/name"},
	} {
		var p map[string]any
		s.change("POST", polesPath, c.body).status(c.status).json(&p)
		if got, _ := p["pointer"].(string); got != c.pointer {
			t.Errorf("%s: pointer %q, want %q: %v", c.name, got, c.pointer, p)
		}
	}
	if p := s.change("PATCH", polesPath+"/p_0001", `{"id":"p_0002"}`, "If-Match", s.get(polesPath+"/p_0001").Header.Get("ETag")).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != "/id" {
		t.Errorf("%v", p)
	}
	// A body without a type is 400, of another type 415.
	for method, path := range map[string]string{"POST": polesPath, "PUT": polesPath + "/p_0001", "PATCH": polesPath + "/p_0001"} {
		s.change(method, path, "{}", "Content-Type", "").problem(http.StatusBadRequest, "unsupported-media")
		s.change(method, path, "{}", "Content-Type", "text/plain").problem(http.StatusUnsupportedMediaType, "unsupported-media")
	}
	s.do(ask{Method: "POST", Path: polesPath, Body: "{}", Header: []string{"Content-Type", "application/geo+json"}}).problem(http.StatusUnauthorized, "unauthenticated")
}

func TestOptions(t *testing.T) {
	s := readServer(t)
	for path, want := range map[string][2]string{polesPath: {"POST", "Accept-Post"}, polesPath + "/p_0001": {"PATCH", "Accept-Patch"}, "/collections/grids/items/none": {"DELETE", "Accept-Patch"}} {
		r := s.do(ask{Method: "OPTIONS", Path: path}).status(http.StatusOK)
		if !slices.Contains(strings.Split(r.Header.Get("Allow"), ", "), want[0]) || r.Header.Get(want[1]) == "" {
			t.Errorf("%s: %v", path, r.Header)
		}
	}
}

// Whoever pages while others edit sees each feature that is there all the while once, and none twice.
func TestPagesWhileEdited(t *testing.T) {
	s, _ := fragileServer(t, nil)
	const pages = 9
	stop := make(chan struct{})
	var wait sync.WaitGroup
	var made atomic.Int32 // poles that came
	edit := func(n int, change func(quiet *server, i int)) {
		quiet := s.with(t)
		wait.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					change(quiet, n+i)
				}
			}
		})
	}
	edit(1, func(s *server, i int) { // create and delete
		r := s.send(ask{Method: "POST", Path: polesPath, Role: layers.Planner, Body: featureBody(fmt.Sprintf("JS-8%05d", i)), Header: []string{"Content-Type", "application/geo+json"}})
		if r.StatusCode != http.StatusCreated {
			t.Errorf("%d %s", r.StatusCode, r.bytes)
			return
		}
		made.Add(1)
		s.send(ask{Method: "DELETE", Path: strings.TrimPrefix(r.Header.Get("Location"), "http://example.com"), Role: layers.Planner, Header: []string{"If-Match", r.Header.Get("ETag")}})
	})
	edit(1, func(s *server, i int) { // move poles of the fixture about, within the box that is asked for
		path := fmt.Sprintf("%s/p_%04d", polesPath, i%poleCount+1)
		r := s.send(ask{Path: path})
		s.send(ask{Method: "PATCH", Path: path, Role: layers.Planner, Body: fmt.Sprintf(`{"properties":{"batch":%d},"geometry":%s}`, i%9, layers.AppendGeoJSON(nil, at(float64(i%5), float64(i%3)))),
			Header: []string{"Content-Type", "application/merge-patch+json", "If-Match", r.Header.Get("ETag")}})
	})
	want := poleIDs(func(*layers.Pole) bool { return true })
	for n := 0; n < pages || made.Load() < 3 && n < 20*pages; n++ { // a loaded machine edits slowly
		path := polesPath + "?limit=7"
		switch n % 3 {
		case 1:
			path += "&bbox=121.2,30.7,121.5,30.9"
		case 2:
			path += "&filter=" + url.QueryEscape("batch >= 0")
		}
		var got []string
		for path != "" {
			p := s.with(t).items(path)
			if len(p.Features) > 7 || p.NumberMatched == nil || *p.NumberMatched < poleCount {
				t.Fatalf("%d on a page, %v matched", len(p.Features), p.NumberMatched)
			}
			got = append(got, p.ids()...)
			path = link(p.Links, "next")
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("not by id, or twice: %v", got)
		}
		for _, id := range want {
			if _, found := slices.BinarySearch(got, id); !found {
				t.Fatalf("%s is not among %v", id, got)
			}
		}
	}
	close(stop)
	wait.Wait()
	if made.Load() < 3 {
		t.Errorf("only %d poles came and went meanwhile", made.Load())
	}
}

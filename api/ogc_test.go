package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
)

// collection is a page of features as GeoJSON.
type collection struct {
	Type           string
	Features       []item
	Links          []anchor
	NumberMatched  *int
	NumberReturned int
	TimeStamp      string
}

type item struct {
	Type, ID   string
	Properties map[string]any
	Geometry   json.RawMessage
	Links      []anchor
}

type anchor struct {
	Href, Rel, Type string
	Templated       bool
}

func (p collection) ids() []string {
	out := make([]string, len(p.Features))
	for i, f := range p.Features {
		out[i] = f.ID
	}
	return out
}

// link returns where the first link of that relation leads, without the server's name.
func link(list []anchor, rel string) string {
	for _, l := range list {
		if l.Rel == rel {
			return strings.TrimPrefix(l.Href, "http://example.com")
		}
	}
	return ""
}

// items reads one page.
func (s *server) items(path string, header ...string) collection {
	s.t.Helper()
	var p collection
	s.get(path, header...).status(http.StatusOK).json(&p)
	if p.Type != "FeatureCollection" || p.NumberReturned != len(p.Features) || p.TimeStamp == "" {
		s.t.Errorf("%s: %s of %d features says %d, at %q", path, p.Type, len(p.Features), p.NumberReturned, p.TimeStamp)
	}
	return p
}

// allItems follows the links to the end.
func (s *server) allItems(path string) (ids []string, matched int) {
	s.t.Helper()
	for path != "" {
		p := s.items(path)
		ids = append(ids, p.ids()...)
		if p.NumberMatched == nil {
			s.t.Fatalf("%s: no numberMatched", path)
		}
		matched = *p.NumberMatched
		path = link(p.Links, "next")
	}
	return ids, matched
}

func TestLandingPage(t *testing.T) {
	s := readServer(t)
	var doc struct {
		Title, Description string
		Links              []anchor
	}
	for _, r := range []reply{s.get("/", "Accept", "application/json"), s.get("/?f=json")} {
		r.status(http.StatusOK).json(&doc)
		for rel, path := range map[string]string{"service-desc": "/api", "conformance": "/conformance", "data": "/collections", "self": "/?f=json", "service-doc": "/api?f=html",
			"http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector": "/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes": "/tileMatrixSets"} {
			if got := link(doc.Links, rel); got != path {
				t.Errorf("the link %s leads to %q, want %q", rel, got, path)
			}
		}
	}
	// Every link is there, and the page has each of them in its body.
	page := string(s.get("/", "Accept", "text/html").status(http.StatusOK).bytes)
	for _, l := range doc.Links {
		path := strings.TrimPrefix(l.Href, "http://example.com")
		if path == "/v1/lookup" || path == "/v1/search?q=" {
			continue // an operation with parameters
		}
		if r := s.get(path, "Accept", l.Type); r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), strings.Split(l.Type, ";")[0]) {
			t.Errorf("%s: %d %s, want %s", path, r.StatusCode, r.Header.Get("Content-Type"), l.Type)
		}
		if !strings.Contains(page, `href="`+path+`"`) {
			t.Errorf("%s is not in the page", path)
		}
	}
}

func TestConformance(t *testing.T) {
	s := readServer(t)
	var doc struct{ ConformsTo []string }
	s.get("/conformance").status(http.StatusOK).json(&doc)
	for _, class := range []string{"ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson", "ogcapi-features-1/1.0/conf/html", "ogcapi-features-1/1.0/conf/oas30",
		"ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/features-filter", "cql2/1.0/conf/basic-cql2", "ogcapi-features-4/1.0/conf/create-replace-delete", "ogcapi-tiles-1/1.0/conf/tileset"} {
		if !slices.Contains(doc.ConformsTo, "http://www.opengis.net/spec/"+class) {
			t.Errorf("%s is not there", class)
		}
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(doc.ConformsTo))); len(sorted) != len(doc.ConformsTo) {
		t.Error("a class is there twice")
	}
}

func TestCollections(t *testing.T) {
	s := readServer(t)
	type document struct {
		ID, Title, Description, ItemType, StorageCRS string
		CRS                                          []string
		Links                                        []anchor
		Demo                                         bool
		Extent                                       struct {
			Spatial  struct{ BBox [][4]float64 }
			Temporal struct{ Interval [][2]*string }
		}
	}
	var list struct {
		Collections []document
		Links       []anchor
	}
	s.get("/collections", "Accept-Language", "en").status(http.StatusOK).json(&list)
	if len(list.Collections) != len(openLayers()) || link(list.Links, "self") != "/collections?f=json" {
		t.Fatalf("%d collections, links %v", len(list.Collections), list.Links)
	}
	for i, info := range openLayers() {
		one := list.Collections[i]
		if one.ID != string(info.Layer) || one.ItemType != "feature" || one.Title == "" || one.Description == "" || !one.Demo || len(one.CRS) != 4 || !slices.Contains(one.CRS, one.StorageCRS) ||
			one.CRS[0] != "http://www.opengis.net/def/crs/OGC/1.3/CRS84" {
			t.Errorf("%+v", one)
		}
		var alone document
		s.get(link(one.Links, "self"), "Accept-Language", "en").status(http.StatusOK).json(&alone)
		if alone.ID != one.ID || !slices.Equal(alone.Extent.Spatial.BBox, one.Extent.Spatial.BBox) {
			t.Errorf("alone %+v, in the list %+v", alone, one)
		}
		for _, l := range append(one.Links, alone.Links...) {
			s.send(ask{Path: strings.TrimPrefix(l.Href, "http://example.com")}).status(http.StatusOK)
		}
		// The extent is around every feature, and the features reach to it.
		ids, matched := s.allItems("/collections/" + one.ID + "/items?limit=17")
		if len(ids) != matched || len(ids) != s.World().Set(info.Layer).Len() || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s: %d items, %d matched, %d in the layer: %v", one.ID, len(ids), matched, s.World().Set(info.Layer).Len(), ids)
		}
		if got, want := one.Extent.Spatial.BBox, boxesOf(s, info.Layer); !slices.Equal(got, want) {
			t.Errorf("%s: extent %v, want %v", one.ID, got, want)
		}
		if v := one.Extent.Temporal.Interval; len(ids) > 0 && (len(v) != 1 || v[0][0] == nil || v[0][1] != nil) {
			t.Errorf("%s: interval %v", one.ID, v)
		}
	}
	s.get("/collections/borders").problem(http.StatusNotFound, "not-found")
	s.do(ask{Path: "/collections/borders/items", Undocumented: true}).problem(http.StatusNotFound, "not-found")
}

// boxesOf is the extent that a layer should have.
func boxesOf(s *server, l layers.Layer) [][4]float64 {
	var out [][4]float64
	for f := range s.World().Set(l).Rows() {
		if f.Shape() == nil {
			continue
		}
		b := f.Shape().Bound()
		if out == nil {
			out = [][4]float64{{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}}
		}
		have := &out[0]
		have[0], have[1], have[2], have[3] = min(have[0], b.Min[0]), min(have[1], b.Min[1]), max(have[2], b.Max[0]), max(have[3], b.Max[1])
	}
	return out
}

func TestItem(t *testing.T) {
	s := readServer(t)
	r := s.get("/collections/grids/items/310116104Z05").status(http.StatusOK)
	var one item
	r.json(&one)
	if r.Header.Get("Content-Type") != "application/geo+json" || r.Header.Get("Content-Crs") != "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>" {
		t.Errorf("%v", r.Header)
	}
	if one.ID != "310116104Z05" || one.Properties["name"] != "亭林镇第五综合网格" || link(one.Links, "collection") != "/collections/grids" || link(one.Links, "alternate") == "" || one.Properties["valid_to"] != nil {
		t.Errorf("%+v", one)
	}
	plain := s.get("/v1/grids/310116104Z05")
	if r.Header.Get("ETag") != plain.Header.Get("ETag") {
		t.Errorf("ETag %s, at the other address %s", r.Header.Get("ETag"), plain.Header.Get("ETag"))
	}
	s.get("/collections/grids/items/310116104Z05", "If-None-Match", r.Header.Get("ETag")).status(http.StatusNotModified)
	s.get("/collections/grids/items/310116104Z05?datetime=2024-06-01T00:00:00Z").status(http.StatusOK).json(&one)
	if one.Properties["name"] != "亭林镇东片" {
		t.Errorf("in 2024: %v", one.Properties)
	}
	for path, code := range map[string]string{"/collections/grids/items/nowhere": "not-found", "/collections/grids/items/310116104Z05?datetime=2020-01-01T00:00:00Z": "not-in-edition"} {
		s.get(path).problem(http.StatusNotFound, code)
	}
	s.send(ask{Path: "/collections/grids/items/310116104Z05?datetime=2020"}).problem(http.StatusBadRequest, "bad-time")
	s.get("/collections/units/items/u_park").status(http.StatusOK).json(&one)
	if string(one.Geometry) != "null" {
		t.Errorf("the geometry of a unit: %s", one.Geometry)
	}
}

// What programs send in Accept leads to the form that they read.
func TestFormOfItems(t *testing.T) {
	s := readServer(t)
	for accept, want := range map[string]string{"": "application/geo+json", "*/*": "application/geo+json", "application/json": "application/geo+json", "application/geo+json, application/json": "application/geo+json",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html; charset=utf-8", "application/geo+json;q=0.5, text/html": "text/html; charset=utf-8"} {
		var header []string
		if accept != "" {
			header = []string{"Accept", accept}
		}
		for _, path := range []string{"/collections/poles/items", "/collections/poles/items/p_0001"} {
			r := s.get(path, header...).status(http.StatusOK)
			if got := r.Header.Get("Content-Type"); got != want || !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept") {
				t.Errorf("%s for %q: %s, varies by %v; want %s", path, accept, got, r.Header.Values("Vary"), want)
			}
		}
	}
	s.get("/collections/poles/items", "Accept", "image/png").problem(http.StatusNotAcceptable, "not-acceptable")
	for _, path := range []string{"/collections/poles/items?f=xml", "/collections?f=x", "/conformance?lang=fr", "/collections/poles?f=", "/api?f=yaml", "/tiles?f=html"} {
		name := strings.Trim(path[strings.Index(path, "?")+1:strings.LastIndex(path, "=")], "=")
		if p := s.send(ask{Path: path}).problem(http.StatusBadRequest, "bad-parameter"); p["parameter"] != name {
			t.Errorf("%s: %v", path, p)
		}
	}
}

func TestDatetimeOfItems(t *testing.T) {
	s := readServer(t)
	name := func(query string) (out []any) {
		for _, f := range s.items("/collections/grids/items?" + query).Features {
			if f.ID == "310116104Z05" {
				out = append(out, f.Properties["name"])
			}
		}
		return out
	}
	for query, want := range map[string]any{"": "亭林镇第五综合网格", "datetime=2024-06-01T00:00:00Z": "亭林镇东片", "datetime=2024-06-01T00:00:00Z/2024-07-01T00:00:00Z": "亭林镇东片",
		"datetime=2024-06-01T00:00:00Z/..": "亭林镇第五综合网格", "datetime=../2024-06-01T00:00:00Z": "亭林镇东片", "datetime=../2023-01-01T00:00:00Z": nil, "datetime=../..": "亭林镇第五综合网格",
		"datetime=2024-06-01T00:00:00%2B08:00/2024-12-31T15:59:59.999Z": "亭林镇东片", "datetime=2024-06-01T00:00:00Z/2024-12-31T16:00:00Z": "亭林镇第五综合网格"} {
		got := name(query)
		if want == nil && len(got) != 0 || want != nil && (len(got) != 1 || got[0] != want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"datetime=2024", "datetime=", "datetime=2025-01-01T00:00:00Z/2024-01-01T00:00:00Z", "datetime=2024-01-01T00:00:00Z/x", "datetime=a/b/c"} {
		if p := s.send(ask{Path: "/collections/grids/items?" + query}).problem(http.StatusBadRequest, "bad-time"); p["parameter"] != "datetime" {
			t.Errorf("%s: %v", query, p)
		}
	}
}

// For a layer of which only the present is in memory, intervals are read from the store.
func TestIntervalsOfHistory(t *testing.T) {
	s, _ := fragileServer(t, nil)
	first := s.items("/collections/poles/items?datetime=../..&limit=1000")
	if len(first.Features) != poleCount || first.NumberMatched == nil || *first.NumberMatched != poleCount {
		t.Fatalf("%d poles, %v matched", len(first.Features), first.NumberMatched)
	}
	s.put(layers.Surveyor, polePath, "name", `"改名"`, "valid_from", "").status(http.StatusOK)
	was := s.get("/v1/poles/p_0002")
	s.do(ask{Method: "DELETE", Path: "/v1/poles/p_0002", Role: layers.Planner, Header: []string{"If-Match", was.Header.Get("ETag")}}).status(http.StatusNoContent)
	names := func(query string) map[string]any {
		out := map[string]any{}
		for _, f := range s.items("/collections/poles/items?limit=1000&" + query).Features {
			out[f.ID] = f.Properties["name"]
		}
		return out
	}
	then, always, now := names("datetime=2025-01-01T00:00:00Z/2025-02-01T00:00:00Z"), names("datetime=2025-01-01T00:00:00Z/.."), names("")
	if then["p_0001"] != "1号杆" || always["p_0001"] != "改名" || now["p_0001"] != "改名" || then["p_0002"] == nil || always["p_0002"] == nil || now["p_0002"] != nil {
		t.Errorf("then %v %v, always %v %v, now %v %v", then["p_0001"], then["p_0002"], always["p_0001"], always["p_0002"], now["p_0001"], now["p_0002"])
	}
	known := url.QueryEscape(s.recorded(1))
	if got := s.items("/collections/poles/items?limit=1000&known_at=" + known); len(got.Features) != poleCount || got.Features[0].Properties["name"] != "1号杆" {
		t.Errorf("as known before: %d, %v", len(got.Features), got.Features[0].Properties)
	}
}

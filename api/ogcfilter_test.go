package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/postgis/pgtest"
)

const (
	epsg4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
	epsg4490 = "http://www.opengis.net/def/crs/EPSG/0/4490"
	epsg3857 = "http://www.opengis.net/def/crs/EPSG/0/3857"
)

// poleIDs returns the poles of the fixture that a function keeps.
func poleIDs(keep func(*layers.Pole) bool) []string {
	out := []string{}
	for _, f := range fixturePoles() {
		if p := f.(*layers.Pole); keep(p) {
			out = append(out, p.ID)
		}
	}
	return out
}

func TestItemsFilters(t *testing.T) {
	s := readServer(t)
	box := orb.Bound{Min: at(1, 1), Max: at(3, 3)}
	inside := func(p *layers.Pole) bool { return inBox(p.Geometry, box) }
	mercator := func(p orb.Point) orb.Point { return geo.Mercator(p) }
	low, high := mercator(box.Min), mercator(box.Max)
	claimed := func(p *layers.Pole) bool { return p.State == "claimed" }
	inJSON := func(v any) string {
		b, err := json.Marshal(v)
		must(t, err)
		return url.QueryEscape(string(b))
	}
	polygon := fmt.Sprintf("POLYGON((%[1]v %[2]v,%[3]v %[2]v,%[3]v %[4]v,%[1]v %[4]v,%[1]v %[2]v))", box.Min[0], box.Min[1], box.Max[0], box.Max[1])
	for query, keep := range map[string]func(*layers.Pole) bool{
		"state=claimed":                   claimed,
		"state=claimed&batch=0":           claimed,
		"height_m=0&demo=true":            func(*layers.Pole) bool { return true },
		"demo=false":                      func(*layers.Pole) bool { return false },
		"id=p_0003":                       func(p *layers.Pole) bool { return p.ID == "p_0003" },
		"version=1&revision=1":            func(*layers.Pole) bool { return true },
		"valid_from=2024-12-31T16:00:00Z": func(*layers.Pole) bool { return true },
		"plate=":                          func(*layers.Pole) bool { return false }, // no plate is no value, which equals nothing
		"q=js-000":                        func(p *layers.Pole) bool { return strings.HasPrefix(p.Code, "JS-000") },
		"bbox=" + boxText(box):            inside,
		"bbox=" + boxText(box) + "&state=claimed":                                                                              func(p *layers.Pole) bool { return inside(p) && claimed(p) },
		fmt.Sprintf("bbox=%v,%v,-10,%v,%v,10", box.Min[0], box.Min[1], box.Max[0], box.Max[1]):                                 inside,
		fmt.Sprintf("bbox=%v,%v,%v,%v&bbox-crs=%s", box.Min[1], box.Min[0], box.Max[1], box.Max[0], url.QueryEscape(epsg4490)): inside,
		fmt.Sprintf("bbox=%.9f,%.9f,%.9f,%.9f&bbox-crs=%s", low[0], low[1], high[0], high[1], url.QueryEscape(epsg3857)):       inside,
		fmt.Sprintf("bbox=%v,-90,%v,90", box.Max[0], box.Min[0]):                                                               func(p *layers.Pole) bool { return p.Geometry[0] <= box.Min[0] || p.Geometry[0] >= box.Max[0] },
		"bbox=1.2e2,3e1,%2B122,31.": func(*layers.Pole) bool { return true },
		"filter=" + url.QueryEscape("state = 'claimed' AND name LIKE '%号杆'"):  claimed,
		"filter=" + url.QueryEscape("plate IS NULL"):                          func(p *layers.Pole) bool { return p.Plate == "" },
		"filter=" + url.QueryEscape("NOT plate = 'TL0001'"):                   func(p *layers.Pole) bool { return p.Plate != "" && p.Plate != "TL0001" },
		"filter=" + url.QueryEscape("S_INTERSECTS(geometry,"+polygon+")"):     inside,
		"filter=" + url.QueryEscape("NOT S_INTERSECTS(geometry,"+polygon+")"): func(p *layers.Pole) bool { return !inside(p) },
		"filter-lang=cql2-text&state=claimed&filter=" + url.QueryEscape("S_INTERSECTS("+polygon+",geometry)") + "&bbox=" + boxText(orb.Bound{Min: at(0, 0), Max: at(2, 9)}): func(p *layers.Pole) bool {
			return inside(p) && claimed(p) && p.Geometry[0] <= at(2, 0)[0]
		},
		fmt.Sprintf("filter-crs=%s&filter=", url.QueryEscape(epsg4326)) + url.QueryEscape(fmt.Sprintf("S_INTERSECTS(geometry,BBOX(%v,%v,%v,%v))", box.Min[1], box.Min[0], box.Max[1], box.Max[0])):                           inside,
		fmt.Sprintf("filter-crs=%s&filter=", url.QueryEscape(epsg3857)) + url.QueryEscape(fmt.Sprintf("S_INTERSECTS(geometry,BBOX(%.9f,%.9f,%.9f,%.9f))", low[0], low[1], high[0], high[1])):                                 inside,
		"filter-lang=cql2-json&filter=" + inJSON(map[string]any{"op": "=", "args": []any{map[string]any{"property": "state"}, "claimed"}}):                                                                                   claimed,
		"filter-lang=cql2-json&filter=" + inJSON(map[string]any{"op": "s_intersects", "args": []any{map[string]any{"property": "geometry"}, map[string]any{"bbox": []any{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}}}}): inside,
	} {
		p := s.items("/collections/poles/items?limit=1000&" + query)
		want := poleIDs(keep)
		if got := p.ids(); !slices.Equal(got, want) || *p.NumberMatched != len(want) {
			t.Errorf("%s: %v, %d matched; want %v", query, got, *p.NumberMatched, want)
		}
		// The same in pages.
		if ids, matched := s.allItems("/collections/poles/items?limit=11&" + query); !slices.Equal(ids, want) && len(want) > 0 || matched != len(want) {
			t.Errorf("%s: in pages %v of %d, want %v", query, ids, matched, want)
		}
	}
	// A layer without geometry has nothing in a box.
	if p := s.items("/collections/units/items?bbox=100,20,130,40"); len(p.Features) != 0 || *p.NumberMatched != 0 {
		t.Errorf("units in a box: %v", p.ids())
	}
	// A limit that is too large counts as the largest.
	if r := s.send(ask{Path: "/collections/poles/items?limit=1000000"}); r.StatusCode != http.StatusOK {
		t.Errorf("a large limit: %d", r.StatusCode)
	}
}

// Wrong parameters are 400 and named, whatever they hold; a filter says where.
func TestItemsRefuse(t *testing.T) {
	s := readServer(t)
	deep := strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300)
	many := "name IN ('x'" + strings.Repeat(",'x'", 900) + ")"
	if r := s.send(ask{Path: "/collections/poles/items?filter=" + url.QueryEscape(many)}); r.StatusCode != http.StatusOK && r.StatusCode != http.StatusRequestURITooLong {
		t.Errorf("many values: %d", r.StatusCode)
	}
	for _, c := range []struct{ query, parameter, code string }{
		{"limit=0", "limit", ""}, {"limit=-1", "limit", ""}, {"limit=x", "limit", ""}, {"limit=99999999999999999999", "limit", ""}, {"cursor=x", "cursor", ""}, {"colour=red", "colour", ""},
		{"bbox=1,2,3", "bbox", ""}, {"bbox=1,2,3,4,5", "bbox", ""}, {"bbox=a,b,c,d", "bbox", ""}, {"bbox=", "bbox", ""}, {"bbox=0,50,1,40", "bbox", ""}, {"bbox=0,0,1e999,1", "bbox", ""}, {"bbox=0,0,NaN,1", "bbox", ""},
		{"bbox=0,0,181,1", "bbox", ""}, {"bbox=0,0,0x10,1", "bbox", ""}, {"bbox=121,30,122,31&bbox-crs=" + epsg4490, "bbox", ""}, {"bbox=0,0,1,1&bbox-crs=EPSG:9999", "bbox-crs", ""}, {"bbox-crs=", "bbox-crs", ""},
		{"bbox=0,0,30000000,1&bbox-crs=" + epsg3857, "bbox", ""}, {"crs=EPSG:4549", "crs", ""}, {"filter=", "filter", ""}, {"filter=THIS+IS+NOT+A+FILTER", "filter", ""}, {"filter=this_is_not_a_queryable+IS+NULL", "filter", ""},
		{"filter=" + url.QueryEscape(deep), "filter", ""}, {"filter=" + url.QueryEscape("name = '"+strings.Repeat("x", 3000)), "filter", ""}, {"filter=batch+%3D+1e999", "filter", ""}, {"filter=%00", "filter", ""}, {"filter=%ff", "filter", ""},
		{"filter=" + url.QueryEscape("batch = "+strings.Repeat("9", 2000)), "filter", ""}, {"filter=S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))", "filter", ""}, {"filter=avg(batch)%3E1", "filter", ""},
		{"filter=true&filter-lang=sql", "filter-lang", ""}, {"filter=true&filter-crs=x", "filter-crs", ""}, {"filter=name%3D'x'&filter-lang=cql2-json", "filter", ""}, {"filter-lang=cql2-json&filter=" + url.QueryEscape(strings.Repeat("[", 1200)), "filter", ""},
		{"batch=x", "batch", ""}, {"batch=1.5", "batch", ""}, {"demo=yes", "demo", ""}, {"height_m=", "height_m", ""}, {"valid_from=2025", "valid_from", ""}, {"survey_date=2025", "survey_date", ""}, {"name=" + strings.Repeat("x", 300), "name", ""},
		{"known_at=x", "known_at", "bad-time"}, {"q=" + strings.Repeat("x", 300), "q", ""}, {"state=a&state=b", "state", ""}, {"geometry=x", "geometry", ""},
	} {
		code := c.code
		if code == "" {
			code = "bad-parameter"
		}
		p := s.send(ask{Path: "/collections/poles/items?" + c.query}).problem(http.StatusBadRequest, code)
		if p["parameter"] != c.parameter {
			t.Errorf("%.80s: parameter %v, want %s: %v", c.query, p["parameter"], c.parameter, p["detail"])
		}
		if c.parameter == "filter" && p["position"] == nil && p["pointer"] == nil {
			t.Errorf("%.80s: neither position nor pointer: %v", c.query, p)
		}
	}
	p := s.send(ask{Path: "/collections/poles/items?filter=" + url.QueryEscape("名称 = 5")}).problem(http.StatusBadRequest, "bad-parameter")
	if p["position"] != 1.0 || !strings.Contains(p["detail"].(string), "there are: id, code") {
		t.Errorf("%v", p)
	}
	p = s.send(ask{Path: "/collections/poles/items?filter-lang=cql2-json&filter=" + url.QueryEscape(`{"op":"and","args":[true,{"op":"=","args":[{"property":"x"},1]}]}`)}).problem(http.StatusBadRequest, "bad-parameter")
	if p["pointer"] != "/args/1/args/0" {
		t.Errorf("%v", p)
	}
}

// The position of a pole in each system, in the order of its axes, and the header that names the system.
func TestItemsInSystems(t *testing.T) {
	s := readServer(t)
	want := fixturePoles()[0].(*layers.Pole).Geometry
	for name, check := range map[string]func(orb.Point) bool{
		"http://www.opengis.net/def/crs/OGC/1.3/CRS84": func(p orb.Point) bool { return p == want },
		epsg4326: func(p orb.Point) bool { return p == orb.Point{want[1], want[0]} },
		epsg4490: func(p orb.Point) bool { return p == orb.Point{want[1], want[0]} },
		epsg3857: func(p orb.Point) bool { return geo.Distance(geo.FromMercator(p), want) < 0.001 },
	} {
		for _, path := range []string{"/collections/poles/items?limit=1&crs=", "/collections/poles/items/p_0001?crs="} {
			r := s.get(path + url.QueryEscape(name)).status(http.StatusOK)
			if got := r.Header.Get("Content-Crs"); got != "<"+name+">" {
				t.Errorf("%s: Content-Crs %s", path, got)
			}
			var page collection
			r.json(&page)
			raw := json.RawMessage(nil)
			if len(page.Features) > 0 {
				raw = page.Features[0].Geometry
			} else {
				var one item
				r.json(&one)
				raw = one.Geometry
			}
			var g struct {
				Type        string
				Coordinates orb.Point
			}
			must(t, json.Unmarshal(raw, &g))
			if g.Type != "Point" || !check(g.Coordinates) {
				t.Errorf("%s in %s: %s", path, name, raw)
			}
		}
	}
	for _, name := range []string{"EPSG:4490", "[EPSG:4490]", "urn:ogc:def:crs:EPSG::4490", "https://www.opengis.net/def/crs/EPSG/0/4490"} {
		if got := s.get("/collections/poles/items/p_0001?crs=" + url.QueryEscape(name)).status(http.StatusOK).Header.Get("Content-Crs"); got != "<"+epsg4490+">" {
			t.Errorf("%s: %s", name, got)
		}
	}
	// A shape of many positions, there and back.
	grid := s.World().Set(layers.Grids)
	f, _ := grid.Head("310116104Z05")
	var one item
	s.get("/collections/grids/items/310116104Z05?crs=" + url.QueryEscape(epsg3857)).status(http.StatusOK).json(&one)
	var g struct{ Coordinates orb.MultiPolygon }
	must(t, json.Unmarshal(one.Geometry, &g))
	for i, p := range g.Coordinates[0][0] {
		if q, err := geo.FixedFrom(geo.FromMercator(p)); err != nil || q.Point() != f.Shape().(orb.MultiPolygon)[0][0][i] {
			t.Errorf("vertex %d: %v", i, p)
		}
	}
}

// Boxes over the demo: what is found is what a scan finds, in the list of /v1 as in that of OGC.
func TestBoxesAsAScan(t *testing.T) {
	s := demoServer(t)
	r := rand.New(rand.NewPCG(7, 7))
	for _, l := range []layers.Layer{layers.Grids, layers.Overlays, layers.Roads, layers.Poles} {
		for range 5 {
			box := randomBox(s, r, l)
			want := scanBox(s, l, box)
			if got := s.codesIn(fmt.Sprintf("/collections/%s/items?limit=1000&bbox=%s", l, boxText(box))); !slices.Equal(got, want) {
				t.Errorf("%s in %v: %d items, want %d", l, box, len(got), len(want))
			}
			if got := s.codesIn(fmt.Sprintf("/v1/%s?limit=1000&bbox=%s", l, boxText(box))); !slices.Equal(got, want) {
				t.Errorf("%s in %v: %d of /v1, want %d", l, box, len(got), len(want))
			}
		}
	}
}

// randomBox is a box over a part of a layer, some of whose corners are positions of its shapes.
func randomBox(s *server, r *rand.Rand, l layers.Layer) orb.Bound {
	extent := boxesOf(s, l)[0]
	corner := func() orb.Point {
		return orb.Point{extent[0] + (extent[2]-extent[0])*r.Float64(), extent[1] + (extent[3]-extent[1])*r.Float64()}
	}
	a, b := corner(), corner()
	b = orb.Point{a[0] + (b[0]-a[0])/4, a[1] + (b[1]-a[1])/4}
	if r.IntN(2) == 0 {
		n := r.IntN(s.World().Set(l).Len())
		for f := range s.World().Set(l).All(layers.InstantOf(noon)) {
			if n--; n < 0 {
				a = firstOf(f.Shape())
				break
			}
		}
	}
	box := orb.MultiPoint{a, b}.Bound()
	for i := range 2 {
		box.Min[i], box.Max[i] = float64(int64(box.Min[i]*1e7))/1e7, float64(int64(box.Max[i]*1e7))/1e7
	}
	return box
}

func firstOf(g orb.Geometry) orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return g
	case orb.LineString:
		return g[0]
	case orb.Polygon:
		return g[0][0]
	}
	return g.(orb.MultiPolygon)[0][0][0]
}

// codesIn returns the codes of all pages, by code. Answers are not checked against the document, which takes long for many features.
func (s *server) codesIn(path string) []string {
	s.t.Helper()
	var out []string
	for next := path; next != ""; {
		var p struct {
			Features []struct{ Properties struct{ Code string } }
			Items    []struct{ Code string }
			Next     string
			Links    []anchor
		}
		s.send(ask{Path: next}).status(http.StatusOK).json(&p)
		for _, f := range p.Features {
			out = append(out, f.Properties.Code)
		}
		for _, f := range p.Items {
			out = append(out, f.Code)
		}
		next = link(p.Links, "next")
		if p.Next != "" {
			next = path + "&cursor=" + p.Next
		}
	}
	slices.Sort(out)
	return out
}

// The same boxes and polygons in PostGIS: ST_Intersects keeps what the box and the filter keep.
func TestBoxesAsPostGIS(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), pgtest.Database(t))
	must(t, err)
	defer conn.Close(context.Background())
	s := demoServer(t)
	r := rand.New(rand.NewPCG(8, 8))
	_, err = conn.Exec(t.Context(), "CREATE TABLE shapes (layer text, code text, shape geometry)")
	must(t, err)
	tested := []layers.Layer{layers.Grids, layers.Overlays, layers.Roads, layers.Poles}
	for _, l := range tested {
		var codes, shapes []string
		for f := range s.World().Set(l).All(layers.InstantOf(noon)) {
			code, _ := f.Label()
			codes, shapes = append(codes, code), append(shapes, wkt.MarshalString(f.Shape()))
		}
		_, err = conn.Exec(t.Context(), "INSERT INTO shapes SELECT $1, c, ST_GeomFromText(s) FROM unnest($2::text[], $3::text[]) AS u(c, s)", string(l), codes, shapes)
		must(t, err)
	}
	for _, l := range tested {
		for range 4 {
			box := randomBox(s, r, l)
			triangle := orb.Polygon{{box.Min, box.Max, {box.Min[0], box.Max[1]}, box.Min}}
			for shape, query := range map[string]string{
				wkt.MarshalString(box.ToPolygon()): "bbox=" + boxText(box),
				wkt.MarshalString(triangle):        "filter=" + url.QueryEscape("S_INTERSECTS(geometry,"+wkt.MarshalString(triangle)+")"),
			} {
				rows, err := conn.Query(t.Context(), `SELECT code FROM shapes WHERE layer = $1 AND ST_Intersects(shape, ST_GeomFromText($2)) ORDER BY code COLLATE "C"`, string(l), shape)
				must(t, err)
				want, err := pgx.CollectRows(rows, pgx.RowTo[string])
				must(t, err)
				if got := s.codesIn(fmt.Sprintf("/collections/%s/items?limit=1000&%s", l, query)); !slices.Equal(got, want) && len(want)+len(got) > 0 {
					t.Errorf("%s, %s: %d items, PostGIS has %d", l, query, len(got), len(want))
				}
			}
		}
	}
}

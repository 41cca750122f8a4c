package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
)

// bad is one kind of wrong edit and what it must be answered with. where is the pointer of the body's member, or the parameter.
type bad struct {
	name   string
	ask    ask
	status int
	code   string
	where  string
}

func create(layer, body string, header ...string) ask {
	return ask{Method: "POST", Path: "/v1/" + layer, Role: layers.Planner, Body: body, Header: append([]string{"Idempotency-Key", newKey()}, header...)}
}

func pole(members ...string) ask { return create("poles", poleBody("JS-9999", members...)) }

func point(text string) string { return `{"type":"Point","coordinates":` + text + `}` }

func grid(geometry string) ask {
	return create("grids", `{"code":"310116104Z77","name":"试","town":"310116104","geometry":`+geometry+`}`)
}

func rings(text string) ask { return grid(`{"type":"Polygon","coordinates":` + text + `}`) }

// badEdits are the kinds of RELIABILITY 4 as far as edits meet them.
func badEdits() []bad {
	longName := `"` + strings.Repeat("网", 400) + `"`
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	list := []bad{
		{"empty body", create("poles", " "), 400, "bad-request", ""},
		{"not JSON", create("poles", "{name:1}"), 400, "bad-request", ""},
		{"cut JSON", create("poles", `{"name":"a`), 400, "bad-request", "/name"},
		{"an array", create("poles", `[]`), 400, "bad-request", ""},
		{"a text", create("poles", `"x"`), 400, "bad-request", ""},
		{"two values", create("poles", `{} {}`), 400, "bad-request", ""},
		{"byte order mark", create("poles", "\xef\xbb\xbf{}"), 400, "bad-request", ""},
		{"UTF-16", create("poles", "{\x00\"\x00a\x00\"\x00"), 400, "bad-request", ""},
		{"not UTF-8", create("poles", "{\"name\":\"\xff\xfe\"}"), 400, "bad-request", ""},
		{"half a surrogate pair", pole("name", `"\ud83d"`), 400, "bad-request", "/name"},
		{"a member twice", create("poles", `{"name":"a","name":"b"}`), 400, "bad-request", "/name"},
		{"a member twice, deep", create("poles", `{"ownership":[{"unit":"a","unit":"b"}]}`), 400, "bad-request", "/ownership/0/unit"},
		{"too deep", create("poles", `{"ownership":`+deep+`}`), 400, "bad-request", "/ownership/0/0/0/0/0/0/0"},
		{"too large", create("poles", `{"name":"`+strings.Repeat("x", 65<<10)+`"}`), 413, "body-too-large", "-"},
		{"unknown member", pole("colour", `"red"`), 422, "validation-failed", "/colour"},
		{"prototype", pole("__proto__", `{}`), 422, "validation-failed", "/__proto__"},
		{"escaped name", pole("a/b~c", `1`), 422, "validation-failed", "/a~1b~0c"},
		{"other case", pole("Name", `"x"`), 422, "validation-failed", "/Name"},
		{"id of a client", pole("id", `"p_mine"`), 422, "validation-failed", "/id"},
		{"a number for a text", pole("name", `5`), 422, "validation-failed", "/name"},
		{"a text for a number", pole("height_m", `"7"`), 422, "validation-failed", "/height_m"},
		{"a fraction for a whole number", pole("batch", `1.5`), 422, "validation-failed", "/batch"},
		{"a number beyond all", pole("height_m", `1e999`), 422, "validation-failed", "/height_m"},
		{"a number too large", pole("height_m", `1e308`), 422, "validation-failed", "/height_m"},
		{"beyond 64 bits", pole("batch", `18446744073709551616`), 422, "validation-failed", "/batch"},
		{"not in the list", pole("state", `"flying"`), 422, "validation-failed", "/state"},
		{"code missing", pole("code", `""`), 422, "validation-failed", "/code"},
		{"code with markup", pole("code", `"<b>"`), 422, "validation-failed", "/code"},
		{"NUL", pole("name", `"a\u0000b"`), 422, "validation-failed", "/name"},
		{"bidi override", pole("name", `"a\u202eb"`), 422, "validation-failed", "/name"},
		{"zero width", pole("name", `"a\u200bb"`), 422, "validation-failed", "/name"},
		{"long name", pole("name", longName), 422, "validation-failed", "/name"},
		{"no such unit", pole("ownership", `[{"unit":"u_none","share":1,"basis":"plate"}]`), 422, "validation-failed", "/ownership/0/unit"},
		{"shares beyond one", pole("ownership", `[{"unit":"u_mobile","share":0.7,"basis":"plate"},{"unit":"u_telecom","share":0.7,"basis":"plate"}]`), 422, "validation-failed", "/ownership/0/share"},
		{"unknown member, deep", pole("ownership", `[{"unit":"u_mobile","share":1,"basis":"plate","x":1}]`), 422, "validation-failed", "/ownership"},
		{"time without offset", pole("valid_from", `"2025-05-20T10:05:00"`), 422, "validation-failed", "/valid_from"},
		{"year 0", pole("valid_from", `"0000-01-01T00:00:00Z"`), 422, "validation-failed", "/valid_from"},
		{"end before start", pole("valid_from", `"2025-05-20T10:05:00Z"`, "valid_to", `"2025-05-19T10:05:00Z"`), 422, "validation-failed", "/valid_to"},
		{"planned pole", pole("valid_from", `"2999-01-01T00:00:00Z"`), 422, "validation-failed", "/valid_from"},
		{"geometry missing", pole("geometry", `null`), 422, "geometry-invalid", "/geometry"},
		{"geometry a text", pole("geometry", `"POINT(121 30)"`), 422, "geometry-invalid", "/geometry"},
		{"geometry of another type", pole("geometry", `{"type":"LineString","coordinates":[[121.3,30.8],[121.4,30.8]]}`), 422, "geometry-invalid", "/geometry"},
		{"geometry of no type", pole("geometry", `{"coordinates":[121.3,30.8]}`), 422, "geometry-invalid", "/geometry/type"},
		{"geometry with a crs", pole("geometry", `{"type":"Point","coordinates":[121.3,30.8],"crs":{}}`), 422, "geometry-invalid", "/geometry/crs"},
		{"geometry with more", pole("geometry", `{"type":"Point","coordinates":[121.3,30.8],"srid":4490}`), 422, "geometry-invalid", "/geometry/srid"},
		{"geometry of a unit", create("units", `{"code":"u9","name":"x","kind":"other","geometry":`+point("[121.3,30.8]")+`}`), 422, "geometry-invalid", "/geometry"},
		{"swapped axes", pole("geometry", point("[30.81,121.31]")), 422, "geometry-invalid", "/geometry/coordinates"},
		{"metres", pole("geometry", point("[13503421,3612345]")), 422, "geometry-invalid", "/geometry/coordinates"},
		{"coordinates as texts", pole("geometry", point(`["121.3","30.8"]`)), 422, "geometry-invalid", "/geometry/coordinates/0"},
		{"coordinates beyond all", pole("geometry", point("[1e999,30.8]")), 422, "geometry-invalid", "/geometry/coordinates/0"},
		{"one coordinate", pole("geometry", point("[121.3]")), 422, "geometry-invalid", "/geometry/coordinates"},
		{"no coordinates", pole("geometry", point("[]")), 422, "geometry-invalid", "/geometry/coordinates"},
		{"no rings", rings(`[]`), 422, "geometry-invalid", "/geometry"},
		{"two points", rings(`[[[121.3,30.9],[121.31,30.9]]]`), 422, "geometry-invalid", "/geometry"},
		{"unclosed", rings(`[[[121.3,30.9],[121.31,30.9],[121.31,30.91]]]`), 422, "geometry-invalid", "/geometry"},
		{"collinear", rings(`[[[121.3,30.9],[121.31,30.9],[121.32,30.9],[121.3,30.9]]]`), 422, "geometry-invalid", "/geometry"},
		{"bow tie", rings(`[[[121.3,30.9],[121.31,30.91],[121.31,30.9],[121.3,30.91],[121.3,30.9]]]`), 422, "geometry-invalid", "/geometry"},
		{"hole outside", rings(`[[[121.3,30.9],[121.31,30.9],[121.31,30.91],[121.3,30.9]],[[121.4,30.9],[121.41,30.91],[121.41,30.9],[121.4,30.9]]]`), 422, "geometry-invalid", "/geometry"},
		{"spike of one unit", rings(`[[[121.3,30.9],[121.31,30.9],[121.3100001,30.9],[121.31,30.9],[121.31,30.91],[121.3,30.9]]]`), 422, "geometry-invalid", "/geometry"},
		{"code of another form", create("grids", `{"code":"Z1","name":"x","town":"310116104","geometry":{"type":"Polygon","coordinates":[[[121.3,30.9],[121.31,30.9],[121.31,30.91],[121.3,30.9]]]}}`), 422, "validation-failed", "/code"},
		{"code of another town", create("grids", `{"code":"310116113Z09","name":"x","town":"310116104","geometry":{"type":"Polygon","coordinates":[[[121.3,30.9],[121.31,30.9],[121.31,30.91],[121.3,30.9]]]}}`), 422, "validation-failed", "/town"},
		{"code in use", create("poles", poleBody("JS-0001")), 409, "exists", "-"},
		{"no content type", create("poles", poleBody("JS-9998"), "Content-Type", ""), 415, "unsupported-media", "-"},
		{"form", create("poles", "a=b", "Content-Type", "application/x-www-form-urlencoded"), 415, "unsupported-media", "-"},
		{"compressed", create("poles", "\x1f\x8b", "Content-Encoding", "gzip"), 415, "unsupported-media", "-"},
		{"unknown parameter", create("poles?force=1", poleBody("JS-9998")), 400, "bad-parameter", "force"},
		{"no answer that is read", create("poles", poleBody("JS-9998"), "Accept", "image/png"), 406, "not-acceptable", "-"},
		{"id of another in the body", ask{Method: "PUT", Path: polePath, Role: layers.Planner, Body: poleBody("JS-0001", "id", `"p_0002"`), Header: []string{"If-Match", `"1-x"`}}, 422, "validation-failed", "/id"},
		{"missing feature", ask{Method: "PUT", Path: "/v1/poles/p_none", Role: layers.Planner, Body: poleBody("JS-9998"), Header: []string{"If-Match", `"1-x"`}}, 404, "not-found", "-"},
		{"body of a delete", ask{Method: "DELETE", Path: polePath, Role: layers.Planner, Body: "{}", Header: []string{"If-Match", `"1-x"`}}, 415, "unsupported-media", "-"},
		{"end in the future", ask{Method: "DELETE", Path: polePath + "?at=2999-01-01T00:00:00Z", Role: layers.Planner, Header: []string{"If-Match", `"1-x"`}}, 400, "bad-parameter", "at"},
		{"post to a feature", ask{Method: "POST", Path: polePath, Role: layers.Planner, Body: "{}", Undocumented: true}, 405, "method-not-allowed", "-"},
	}
	return list
}

func TestBadEdits(t *testing.T) {
	s, _ := fragileServer(t, nil)
	if n := len(badEdits()); n < 40 {
		t.Fatalf("%d kinds only", n)
	}
	was, digest := s.World().Position(), s.World().Digest()
	for _, b := range badEdits() {
		r := s.do(b.ask)
		t.Run(b.name, func(t *testing.T) {
			r.t = t
			p := r.problem(b.status, b.code)
			if b.where == "-" {
				return
			}
			got := p["parameter"]
			if got == nil {
				got = p["pointer"]
			}
			if got != b.where {
				t.Errorf("it is about %v, want %s: %s", got, b.where, r.bytes)
			}
			if list, _ := p["errors"].([]any); p["parameter"] == nil && len(list) == 0 {
				t.Errorf("no errors: %s", r.bytes)
			}
		})
	}
	now, err := s.store.Head(context.Background())
	must(t, err)
	if now != was || s.World().Digest() != digest {
		t.Errorf("the store is at %v after edits that were all refused, was at %v", now, was)
	}
}

// Units that would be above themselves in a circle are refused.
func TestUnitsHaveNoCircle(t *testing.T) {
	s, _ := fragileServer(t, nil)
	s.put(layers.Planner, "/v1/units/u_mobile", "parent", `"u_telecom"`).status(http.StatusOK)
	p := s.put(layers.Planner, "/v1/units/u_telecom", "parent", `"u_mobile"`).problem(http.StatusUnprocessableEntity, "validation-failed")
	if p["pointer"] != "/parent" {
		t.Errorf("%v", p)
	}
}

func TestReferencedIsKept(t *testing.T) {
	s, _ := fragileServer(t, nil)
	was := s.get("/v1/units/u_mobile")
	p := s.do(ask{Method: "DELETE", Path: "/v1/units/u_mobile", Role: layers.Planner, Header: []string{"If-Match", was.Header.Get("ETag")}}).problem(http.StatusConflict, "referenced")
	if p["current_etag"] != nil && p["current_etag"] != was.Header.Get("ETag") {
		t.Errorf("%v", p)
	}
}

// Reads: wrong parameters of lists and features are named.
func TestBadReads(t *testing.T) {
	s := readServer(t)
	for _, c := range []struct{ path, code, parameter string }{
		{"/v1/poles?limit=0", "bad-parameter", "limit"}, {"/v1/poles?limit=1001", "bad-parameter", "limit"}, {"/v1/poles?limit=1e2", "bad-parameter", "limit"},
		{"/v1/poles?limit=٥", "bad-parameter", "limit"}, {"/v1/poles?limit=", "bad-parameter", "limit"}, {"/v1/poles?limit=1&limit=2", "bad-parameter", "limit"},
		{"/v1/poles?bbox=1,2,3", "bad-parameter", "bbox"}, {"/v1/poles?bbox=121,30,NaN,31", "bad-parameter", "bbox"}, {"/v1/poles?bbox=122,30,121,31", "bad-parameter", "bbox"},
		{"/v1/poles?bbox=30,121,31,122", "bad-parameter", "bbox"}, {"/v1/poles?bbox=1e999,0,1,1", "bad-parameter", "bbox"}, {"/v1/poles?batch=one", "bad-parameter", "batch"},
		{"/v1/poles?batch=01", "bad-parameter", "batch"}, {"/v1/roads?oneway=yes", "bad-parameter", "oneway"}, {"/v1/poles?state=%ff", "bad-parameter", "state"},
		{"/v1/poles?q=" + strings.Repeat("x", 300), "bad-parameter", "q"}, {"/v1/poles?cursor=???", "bad-parameter", "cursor"}, {"/v1/poles?at=2025-01-01", "bad-time", "at"},
		{"/v1/poles?at=2025-01-01T00:00:00+08:00", "bad-time", "at"}, {"/v1/poles?known_at=now", "bad-time", "known_at"}, {"/v1/units?bbox=1,2,3,4", "bad-parameter", "bbox"},
		{"/v1/poles?" + strings.Repeat("a=1&", 1000), "bad-parameter", ""}, {"/v1/poles?x=1;y=2", "bad-parameter", ""}, {"/v1/poles/p_0001?limit=1", "bad-parameter", "limit"},
	} {
		p := s.send(ask{Path: c.path}).problem(http.StatusBadRequest, c.code)
		if got, _ := p["parameter"].(string); got != c.parameter {
			t.Errorf("%s: parameter %q, want %q", c.path, got, c.parameter)
		}
	}
	var kinds []string
	for _, b := range badEdits() {
		kinds = append(kinds, fmt.Sprint(b.status, b.code))
	}
	slices.Sort(kinds)
	t.Logf("%d kinds of wrong edits with %d different answers", len(kinds), len(slices.Compact(kinds)))
}

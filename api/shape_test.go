package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/api/client"
	"wangge/layers"
	"wangge/routing/duty"
)

// overBorder is a line of which a quarter lies in 104Z05 and the rest in 104Z04; onePiece is an area in 104Z04.
var (
	overBorder = orb.LineString{at(1.85, 1), at(2.25, 1)}
	onePiece   = orb.Polygon{{at(0.5, 0.5), at(1, 0.5), at(1, 1), at(0.5, 0.5)}}
)

func geometryPath(operation string, g orb.Geometry, more ...string) string {
	q := url.Values{"crs": {"wgs84"}, "at": {"2026-09-14T10:00:00+08:00"}, "geometry": {wkt.MarshalString(g)}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return operation + "?" + q.Encode()
}

// A line over a border is a case of both grids: as a parameter, as a member of a batch, and in a line of a stream, the answer is the same.
func TestReportedShapes(t *testing.T) {
	s, _ := fragileServer(t, nil)
	body := s.get(geometryPath("/v1/lookup", overBorder, "category", "event.waste")).status(http.StatusOK).bytes
	a := answerIn(t, body)
	x := a.Responsibility.CrossBorder
	if a.Outcome != duty.CrossBorder || a.Grid.Code != "310116104Z04" || a.Position.Precision != "line" || x == nil || len(x.Areas) < 2 {
		t.Fatalf("%s", body)
	}
	same(t, "the grids", []any{x.Areas[0].Code, x.Areas[0].Share, x.Areas[0].Unit, x.Areas[1].Code, x.Areas[1].Share, x.LeadGrid, x.OtherGrid, x.Reason},
		[]any{"310116104Z04", 0.875, "u_grid_310116104Z04", "310116104Z05", 0.125, "310116104Z04", "310116104Z05", "share"})
	if a.Query.Shape == nil || a.Query.Shape.Area || len(a.Query.Shape.Corners) != 2 || a.Query.Shape.Corners[1] != at(2.25, 1) {
		t.Errorf("the question was %+v", a.Query)
	}
	area := answerIn(t, s.get(geometryPath("/v1/lookup", onePiece)).status(http.StatusOK).bytes)
	if area.Outcome != duty.Assigned || area.Grid.Code != "310116104Z04" || area.Position.Precision != "polygon" || area.Responsibility.CrossBorder != nil {
		t.Errorf("an area in one grid: %+v", area)
	}
	item := func(g orb.Geometry, more string) string {
		text, err := json.Marshal(g)
		must(t, err)
		return fmt.Sprintf(`{"geometry":{"type":%q,"coordinates":%s}%s}`, g.GeoJSONType(), text, more)
	}
	one := item(overBorder, `,"category":"event.waste"`)
	batch := s.do(ask2(`{"crs":"wgs84","at":"2026-09-14T10:00:00+08:00","points":[` + one + `,` + item(onePiece, "") + `,[121.305,30.805],` + one + `]}`)).status(http.StatusOK)
	var items struct{ Items []json.RawMessage }
	batch.json(&items)
	same(t, "in a batch", string(items.Items[0])+"\n", string(body))
	same(t, "in a batch again", string(items.Items[3])+"\n", string(body))
	grids := s.do(ask2(`{"crs":"wgs84","fields":"grid","points":[` + one + `,` + item(onePiece, "") + `]}`)).status(http.StatusOK)
	if !strings.Contains(string(grids.bytes), `"grids":[0,0],"codes":["310116104Z04"]`) {
		t.Errorf("the grids: %s", grids.bytes)
	}
	stream := s.send(ask{Method: http.MethodPost, Path: "/v1/lookup:batch?crs=wgs84&at=2026-09-14T10:00:00%2B08:00", Role: layers.Dispatcher, Body: one + "\n", Header: []string{"Content-Type", "application/x-ndjson"}}).status(http.StatusOK)
	first, _, _ := strings.Cut(string(stream.bytes), "\n")
	same(t, "in a stream", first+"\n", string(body))
	c := s.listening(layers.Dispatcher)
	got, err := c.Lookup(t.Context(), client.Question{Geometry: wkt.MarshalString(overBorder), CRS: "wgs84", Category: "event.waste", At: time.Date(2026, 9, 14, 2, 0, 0, 0, time.UTC)})
	must(t, err)
	same(t, "by the client", string(got.Raw), string(body))
	var served struct {
		Served bool
		Grid   string
	}
	s.get(geometryPath("/v1/coverage", onePiece)).status(http.StatusOK).json(&served)
	if !served.Served || served.Grid != "310116104Z04" {
		t.Errorf("/v1/coverage: %+v", served)
	}
	again := s.get("/v1/answers/" + a.ID + ":replay").status(http.StatusOK)
	same(t, "again", string(again.bytes), string(body))
}

func TestGeometriesThatAreNone(t *testing.T) {
	s, _ := fragileServer(t, nil)
	many := orb.LineString{}
	for i := range 17 {
		many = append(many, at(1+0.01*float64(i), 1))
	}
	get := func(name, geometry string, status int, code, parameter string) {
		t.Helper()
		p := s.get("/v1/lookup?crs=wgs84&geometry="+url.QueryEscape(geometry)).problem(status, code)
		if p["parameter"] != parameter {
			t.Errorf("%s: %v", name, p)
		}
	}
	get("a point", "POINT(121.31 30.81)", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("several lines", "MULTILINESTRING((121.31 30.81,121.32 30.81))", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("one corner", "LINESTRING(121.31 30.81)", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("the same corner twice", "LINESTRING(121.31 30.81,121.31 30.81)", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("17 corners", wkt.MarshalString(many), http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("open", "POLYGON((121.31 30.81,121.32 30.81,121.32 30.82))", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("crossing itself", "POLYGON((121.31 30.81,121.32 30.82,121.32 30.81,121.31 30.82,121.31 30.81))", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("as wide as the district", "LINESTRING(121.0 30.81,121.4 30.81)", http.StatusUnprocessableEntity, "geometry-invalid", "geometry")
	get("no WKT", "there", http.StatusBadRequest, "bad-parameter", "geometry")
	get("empty", "", http.StatusBadRequest, "bad-parameter", "geometry")
	get("long", "LINESTRING("+strings.Repeat(" ", 1024)+"121.31 30.81,121.32 30.81)", http.StatusBadRequest, "bad-parameter", "geometry")
	get("not a number", "LINESTRING(NaN 30.81,121.32 30.81)", http.StatusBadRequest, "bad-coordinate", "geometry")
	get("off the Earth", "LINESTRING(121.31 95,121.32 30.81)", http.StatusBadRequest, "bad-coordinate", "lon")
	get("swapped", "LINESTRING(30.81 121.31,30.82 121.32)", http.StatusBadRequest, "bad-coordinate", "lon")
	s.get(geometryPath("/v1/lookup", overBorder, "lon", "121.31")).problem(http.StatusBadRequest, "bad-parameter")
	s.get(geometryPath("/v1/lookup", overBorder, "accuracy_m", "12")).problem(http.StatusBadRequest, "bad-parameter")
	s.get("/v1/lookup?crs=wgs84&lat=30.81").problem(http.StatusBadRequest, "bad-coordinate")
	for points, want := range map[string]string{
		`{"geometry":{"type":"Point","coordinates":[121.31,30.81]}}`:                                                                   `"geometry-invalid"`,
		`{"geometry":{"type":"LineString","coordinates":[[121.31,30.81]]}}`:                                                            `"geometry-invalid"`,
		`{"geometry":[121.31,30.81]}`:                                                                                                  `"pointer":"/points/0/geometry"`,
		`{"geometry":{"type":"LineString"}}`:                                                                                           `"pointer":"/points/0/geometry/coordinates"`,
		`{"lon":121.31,"lat":30.81,"geometry":{"type":"LineString","coordinates":[[121.31,30.81],[121.32,30.81]]}}`:                    `"pointer":"/points/0/lon"`,
		`{"accuracy_m":5,"geometry":{"type":"LineString","coordinates":[[121.31,30.81],[121.32,30.81]]}}`:                              `"pointer":"/points/0/accuracy_m"`,
		`{"geometry":{"type":"Polygon","coordinates":[[[121.31,30.81],[121.32,30.82],[121.32,30.81],[121.31,30.82],[121.31,30.81]]]}}`: `"geometry-invalid"`,
	} {
		r := s.send(ask2(`{"crs":"wgs84","points":[` + points + `]}`)).status(http.StatusOK)
		if !strings.Contains(string(r.bytes), `"error"`) || !strings.Contains(string(r.bytes), want) {
			t.Errorf("%s: %s, want %s", points, r.bytes, want)
		}
	}
	crowd := strings.TrimSuffix(strings.Repeat(`{"geometry":{}},`, 1001), ",")
	s.send(ask2(`{"crs":"wgs84","points":[`+crowd+`]}`)).problem(http.StatusRequestEntityTooLarge, "batch-too-large")
	s.send(ask2(`{"crs":"wgs84","geometry":{},"points":[]}`)).problem(http.StatusBadRequest, "bad-request")
}

// TestLongQuestions: a question for which no answer_id is short enough is refused, and one just short enough can be asked again.
func TestLongQuestions(t *testing.T) {
	s, _ := fragileServer(t, nil)
	sixteen := orb.LineString{}
	for i := range 16 {
		sixteen = append(sixteen, at(1+8*float64(i%2), 0.5+16*float64(i%2)))
	}
	word := strings.Repeat("9", 40)
	path := geometryPath("/v1/lookup", sixteen, "case_number", word, "received_by", word, "channel", "12345", "severity", "high", "reporter", "resident", "confidence", "0.92")
	a := answerIn(t, s.get(path+"&category="+strings.Repeat("a", 40)).status(http.StatusOK).bytes)
	if again := s.get("/v1/answers/" + a.ID + ":replay").status(http.StatusOK); answerIn(t, again.bytes).ID != a.ID {
		t.Error("another answer")
	}
	p := s.get(path+"&category="+strings.Repeat("a", 100)).problem(http.StatusBadRequest, "bad-parameter")
	if !strings.Contains(p["detail"].(string), "too long") {
		t.Errorf("%v", p)
	}
}

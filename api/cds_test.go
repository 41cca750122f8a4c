package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/layers"
	"wangge/layers/cds"
)

const cdsMedia = "application/vnd.cds+json;version=1.0"

// curbServer has so many zones in a row, each with a schedule.
func curbServer(t testing.TB, n int) *server {
	t.Helper()
	features := fixture()
	for i := range n {
		x := 0.1 + float64(i)*0.01
		id := fmt.Sprintf("z_%04d", i)
		features = append(features,
			&layers.Zone{Meta: meta(id), Code: "Z-" + id, Name: "泊位", Kind: "lot", Capacity: 3, DefaultMode: layers.Travel, Geometry: area(x, 0.1, x+0.008, 0.1, x+0.008, 0.105, x, 0.105)[0]},
			&layers.Schedule{Meta: meta("sc_" + id), Code: id + "-1", Name: "夜间", Zone: id, Series: id, Number: 1, State: layers.Published, From: "2025-01-01", Author: "p",
				Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, Start: "20:00", DurationMin: 600, MaxStayMin: 10 + i}}})
	}
	s := &server{Server: api.New(testOptions(t)), t: t}
	s.Publish(snapshotAt(t, 7, features...))
	return s
}

type curbPage struct {
	Version, Author, Currency string
	TimeZone                  string `json:"time_zone"`
	LastUpdated               int64  `json:"last_updated"`
	LicenseURL                string `json:"license_url"`
	Data                      map[string][]map[string]any
	Links                     map[string]*string
}

func (r reply) curb() (p curbPage) {
	r.t.Helper()
	if got := r.status(http.StatusOK).Header.Get("Content-Type"); got != cdsMedia {
		r.t.Errorf("%s: type %q", r.ask.Path, got)
	}
	r.json(&p)
	return p
}

// curbFailure checks the form of errors that the specification gives.
func (r reply) curbFailure(status int, code string) {
	r.t.Helper()
	var e map[string]any
	r.status(status).json(&e)
	details, _ := e["error_details"].([]any)
	if e["error"] != code || e["error_description"] == "" || len(details) == 0 || len(e) != 3 || r.Header.Get("Content-Type") != cdsMedia {
		r.t.Errorf("%s: %s %s", r.ask.Path, r.Header.Get("Content-Type"), r.bytes)
	}
}

func TestCurbEnvelope(t *testing.T) {
	s := curbServer(t, 2)
	for _, of := range []string{"zones", "spaces", "areas", "policies"} {
		p := s.get("/cds/curbs/"+of, "Accept", cdsMedia).curb()
		if p.Version != "1.0.1" || p.TimeZone != "Asia/Shanghai" || p.Currency != "CNY" || p.LastUpdated == 0 || p.Author == "" || p.LicenseURL == "" || p.Data[of] == nil || len(p.Data) != 1 {
			t.Errorf("%s: %+v", of, p)
		}
		if p.Links["next"] != nil || p.Links["first"] == nil {
			t.Errorf("%s: links %v", of, p.Links)
		}
	}
	zones := s.get("/cds/curbs/zones").curb().Data["zones"]
	if len(zones) != 3 {
		t.Fatalf("%d zones", len(zones))
	}
	for _, z := range zones {
		one := s.get("/cds/curbs/zones/" + z["curb_zone_id"].(string)).status(http.StatusOK)
		var doc struct{ Data map[string]any }
		one.json(&doc)
		if doc.Data["curb_zone_id"] != z["curb_zone_id"] || doc.Data["geometry"] == nil {
			t.Errorf("%s", one.bytes)
		}
		for _, id := range z["curb_policy_ids"].([]any) {
			s.get("/cds/curbs/policies/" + id.(string)).status(http.StatusOK)
		}
	}
}

func TestCurbVersions(t *testing.T) {
	s := curbServer(t, 1)
	for accept, good := range map[string]bool{cdsMedia: true, "application/vnd.cds+json; version=1.0.1": true, "application/vnd.cds+json": true, "*/*": true, "": true,
		"text/html,application/vnd.cds+json;version=1.0;q=0.5": true, "application/vnd.cds+json;version=2.0": false, "application/json": false, "text/html": false,
		"application/vnd.cds+json;version=1.0;q=0": false, "application/vnd.cds+json;version=2.0, text/plain": false} {
		r := s.do(ask{Path: "/cds/curbs/zones", Header: []string{"Accept", accept}, Undocumented: !good})
		if good {
			r.curb()
		} else {
			r.curbFailure(http.StatusNotAcceptable, "not-acceptable")
		}
	}
}

func TestCurbPages(t *testing.T) {
	s := curbServer(t, 230)
	seen := map[string]bool{}
	path, pages := "/cds/curbs/zones", 0
	for path != "" {
		p := s.get(path).curb()
		for _, z := range p.Data["zones"] {
			seen[z["curb_zone_id"].(string)] = true
		}
		pages++
		path = ""
		if next := p.Links["next"]; next != nil {
			u, err := url.Parse(*next)
			must(t, err)
			path = u.RequestURI()
		}
	}
	if pages != 3 || len(seen) != 231 {
		t.Errorf("%d zones on %d pages", len(seen), pages)
	}
	p := s.get("/cds/curbs/zones?limit=50&offset=200").curb()
	if len(p.Data["zones"]) != 31 || p.Links["prev"] == nil || p.Links["next"] != nil || !strings.Contains(*p.Links["last"], "offset=200") {
		t.Errorf("%d zones, links %v", len(p.Data["zones"]), p.Links)
	}
	if p := s.get("/cds/curbs/zones?offset=5000").curb(); len(p.Data["zones"]) != 0 {
		t.Error("there are zones after the last")
	}
}

func TestCurbQueries(t *testing.T) {
	s := curbServer(t, 20)
	p := at(0.105, 0.102)
	near := s.get(fmt.Sprintf("/cds/curbs/zones?lat=%.7f&lng=%.7f&radius=3000", p[1], p[0])).curb().Data["zones"]
	var names []string
	for _, z := range near {
		names = append(names, z["user_zone_id"].(string))
	}
	if len(names) < 2 || names[0] != "Z-z_0000" || !slices.IsSorted(names) || len(names) == 21 {
		t.Errorf("near %v: %v", p, names)
	}
	box := func(b orb.Bound) string {
		return fmt.Sprintf("min_lat=%.7f&min_lng=%.7f&max_lat=%.7f&max_lng=%.7f", b.Min[1], b.Min[0], b.Max[1], b.Max[0])
	}
	if got := s.get("/cds/curbs/zones?" + box(orb.Bound{Min: at(0.1, 0.09), Max: at(0.115, 0.103)})).curb().Data["zones"]; len(got) != 2 {
		t.Errorf("%d zones in the box", len(got))
	}
	if got := s.get("/cds/curbs/zones?include_geometry=false").curb().Data["zones"]; got[0]["geometry"] != nil || len(got) != 21 {
		t.Error("there is geometry")
	}
	areas := s.get("/cds/curbs/areas").curb().Data["areas"]
	if len(areas) == 0 {
		t.Fatal("no areas")
	}
	ids := areas[0]["curb_zone_ids"].([]any)
	if got := s.get("/cds/curbs/zones?area=" + strings.ToUpper(areas[0]["curb_area_id"].(string))).curb().Data["zones"]; len(got) != len(ids) {
		t.Errorf("%d zones of %d in the area", len(got), len(ids))
	}
	policies := s.get("/cds/curbs/policies").curb().Data["policies"]
	want := policies[3]["curb_policy_id"].(string)
	if got := s.get("/cds/curbs/policies?ids=" + want + "," + want).curb().Data["policies"]; len(got) != 1 || got[0]["curb_policy_id"] != want {
		t.Errorf("%v", got)
	}
	later := meta("x").ValidFrom + 1
	if got := s.get(fmt.Sprint("/cds/curbs/zones?time=", int64(later))).curb().Data["zones"]; len(got) != 21 {
		t.Errorf("%d zones at another time", len(got))
	}
}

func TestCurbErrors(t *testing.T) {
	s := curbServer(t, 1)
	for path, want := range map[string]string{
		"/cds/curbs/zones?min_lat=30":                              "400 bad-parameter",
		"/cds/curbs/zones?lat=x&lng=1&radius=1":                    "400 bad-parameter",
		"/cds/curbs/zones?lat=30&lng=121&radius=-1":                "400 bad-parameter",
		"/cds/curbs/zones?min_lat=3&min_lng=1&max_lat=2&max_lng=1": "400 bad-parameter",
		"/cds/curbs/zones?time=yesterday":                          "400 bad-parameter",
		"/cds/curbs/zones?time=1":                                  "400 bad-parameter",
		"/cds/curbs/zones?nothing=1":                               "400 bad-parameter",
		"/cds/curbs/zones?limit=0":                                 "400 bad-parameter",
		"/cds/curbs/zones?show_historic=perhaps":                   "400 bad-parameter",
		"/cds/curbs/zones?area=1":                                  "400 bad-parameter",
		"/cds/curbs/policies?ids=a,b":                              "400 bad-parameter",
		"/cds/curbs/zones/12345678-1234-1234-1234-123456789012":    "404 not-found",
		"/cds/curbs/policies/x":                                    "404 not-found",
		"/cds/curbs/nothing":                                       "404 not-found",
	} {
		var status int
		var code string
		_, _ = fmt.Sscan(want, &status, &code)
		s.do(ask{Path: path, Undocumented: strings.HasSuffix(path, "nothing")}).curbFailure(status, code)
	}
	s.do(ask{Method: http.MethodPost, Path: "/cds/curbs/zones", Body: "{}", Undocumented: true}).curbFailure(http.StatusMethodNotAllowed, "method-not-allowed")
}

func TestCurbHeaders(t *testing.T) {
	s := curbServer(t, 3)
	r := s.get("/cds/curbs/zones", "Origin", "https://example.org").status(http.StatusOK)
	if r.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept") {
		t.Errorf("%v", r.Header)
	}
	tag := r.Header.Get("ETag")
	s.get("/cds/curbs/zones", "If-None-Match", tag).status(http.StatusNotModified)
	head := s.do(ask{Method: http.MethodHead, Path: "/cds/curbs/zones"}).status(http.StatusOK)
	if head.Header.Get("ETag") != tag {
		t.Errorf("HEAD has the tag %s, GET %s", head.Header.Get("ETag"), tag)
	}
}

// TestCurbFeedIsWhole: the pages together are the feed of package cds, whose meaning is tested there, and nothing else.
func TestCurbFeedIsWhole(t *testing.T) {
	s := curbServer(t, 130)
	feed, at := cds.New(s.World().Snapshot, noon.Year(), nil), layers.InstantOf(noon)
	for of, want := range map[string]any{"zones": feed.Zones(at, false), "areas": feed.Areas(at), "policies": feed.Policies(), "spaces": append([]*cds.Space{}, feed.Spaces()...)} {
		var got []any
		for offset := 0; ; offset += 100 {
			p := s.get(fmt.Sprintf("/cds/curbs/%s?limit=100&offset=%d", of, offset)).curb()
			for _, one := range p.Data[of] {
				got = append(got, one)
			}
			if p.Links["next"] == nil {
				break
			}
		}
		var all []any
		b, err := json.Marshal(want)
		must(t, err)
		must(t, json.Unmarshal(b, &all))
		a, _ := json.Marshal(all)
		if b, _ := json.Marshal(append([]any{}, got...)); string(a) != string(b) {
			t.Errorf("%s: %d over HTTP, %d in the feed", of, len(got), len(all))
		}
	}
}

// TestCurbFollowsEdits: the feed of a later World says what has changed, and keeps the ids of what has not.
func TestCurbFollowsEdits(t *testing.T) {
	s := curbServer(t, 3)
	before := s.get("/cds/curbs/zones").curb()
	features := fixture()
	z := *features[slices.IndexFunc(features, func(f layers.Feature) bool { return f.Layer() == layers.Zones })].(*layers.Zone)
	z.Version, z.DefaultMode = 2, layers.Parking
	features[slices.IndexFunc(features, func(f layers.Feature) bool { return f.Layer() == layers.Zones })] = &z
	s.Publish(snapshotAt(t, 8, features...))
	after := s.get("/cds/curbs/zones").curb()
	if len(after.Data["zones"]) != 1 {
		t.Fatalf("%d zones", len(after.Data["zones"]))
	}
	i := slices.IndexFunc(before.Data["zones"], func(one map[string]any) bool { return one["curb_zone_id"] == after.Data["zones"][0]["curb_zone_id"] })
	if i < 0 {
		t.Fatal("the zone has another id although its outline is the same")
	}
	was, _ := json.Marshal(before.Data["zones"][i]["curb_policy_ids"])
	is, _ := json.Marshal(after.Data["zones"][0]["curb_policy_ids"])
	if string(was) == string(is) {
		t.Error("another default mode is the same policy")
	}
}

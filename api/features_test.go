package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
)

type page struct {
	Items []map[string]any
	Next  string
}

func (p page) ids() []string {
	var out []string
	for _, it := range p.Items {
		out = append(out, it["id"].(string))
	}
	return out
}

func (s *server) list(path string) page {
	s.t.Helper()
	var p page
	s.get(path).status(http.StatusOK).json(&p)
	return p
}

func TestListEveryLayer(t *testing.T) {
	s := readServer(t)
	count := map[layers.Layer]int{}
	for _, f := range fixture() {
		count[f.Layer()]++
	}
	for _, info := range openLayers() {
		p := s.list("/v1/" + string(info.Layer))
		if len(p.Items) != count[info.Layer] || p.Next != "" {
			t.Errorf("%s: %d items and next %q, want %d", info.Layer, len(p.Items), p.Next, count[info.Layer])
		}
		if !slices.IsSorted(p.ids()) {
			t.Errorf("%s: not by id: %v", info.Layer, p.ids())
		}
		for _, it := range p.Items {
			if (it["geometry"] != nil) != (info.Geometry != "") || it["demo"] != true {
				t.Errorf("%s: %v", info.Layer, it)
			}
			s.get("/v1/" + string(info.Layer) + "/" + it["id"].(string)).status(http.StatusOK)
		}
	}
	s.do(ask{Path: "/v1/rivers", Undocumented: true}).problem(http.StatusNotFound, "not-found")
}

func TestListPages(t *testing.T) {
	s := readServer(t)
	var got []string
	path := "/v1/poles?limit=7"
	for {
		p := s.list(path)
		got = append(got, p.ids()...)
		if p.Next == "" {
			break
		}
		if len(p.Items) != 7 {
			t.Fatalf("a page of %d", len(p.Items))
		}
		path = "/v1/poles?limit=7&cursor=" + url.QueryEscape(p.Next)
	}
	if len(got) != poleCount || !slices.IsSorted(got) || len(slices.Compact(got)) != poleCount {
		t.Errorf("%d poles by pages, want %d, each once: %v", len(got), poleCount, got)
	}
	s.get("/v1/poles?cursor=%00").problem(http.StatusBadRequest, "bad-parameter")
}

func TestListFilters(t *testing.T) {
	s := readServer(t)
	scan := func(keep func(*layers.Pole) bool) []string {
		var out []string
		for _, f := range fixturePoles() {
			if p := f.(*layers.Pole); keep(p) {
				out = append(out, p.ID)
			}
		}
		return out
	}
	box := orb.Bound{Min: at(1, 1), Max: at(3, 3)}
	for query, keep := range map[string]func(*layers.Pole) bool{
		"state=claimed":                     func(p *layers.Pole) bool { return p.State == "claimed" },
		"batch=0&claim_state=none":          func(p *layers.Pole) bool { return p.ClaimState == "none" },
		"batch=1":                           func(*layers.Pole) bool { return false },
		"q=JS-000":                          func(p *layers.Pole) bool { return strings.HasPrefix(p.Code, "JS-000") },
		"q=js-000&limit=1000":               func(p *layers.Pole) bool { return strings.HasPrefix(p.Code, "JS-000") },
		"q=" + url.QueryEscape("7号杆"):       func(p *layers.Pole) bool { return strings.Contains(p.Name, "7号杆") },
		"bbox=" + boxText(box):              func(p *layers.Pole) bool { return box.Contains(p.Geometry) },
		"bbox=" + boxText(box) + "&limit=3": nil,
	} {
		got := s.list("/v1/poles?" + query).ids()
		if keep == nil {
			if want := s.list("/v1/poles?bbox=" + boxText(box)).ids()[:3]; !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
			continue
		}
		if want := scan(keep); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if got := s.list("/v1/roads?oneway=false&q=haihui").ids(); len(got) != 2 {
		t.Errorf("roads by their English name: %v", got)
	}
	// A box inside a grid, one that a road crosses without a vertex in it, and one in the hole of a park.
	inside := boxText(orb.Bound{Min: at(3, 0.6), Max: at(3.1, 0.7)})
	if got := s.list("/v1/grids?bbox=" + inside).ids(); !slices.Equal(got, []string{"310116104Z05"}) {
		t.Errorf("grids around a small box: %v", got)
	}
	if got := s.list("/v1/roads?bbox=" + boxText(orb.Bound{Min: at(4.5, 0.4), Max: at(4.6, 0.6)})).ids(); !slices.Equal(got, []string{"r_haihui_1"}) {
		t.Errorf("roads through a small box: %v", got)
	}
	if got := s.list("/v1/overlays?kind=park&bbox=" + boxText(orb.Bound{Min: at(3.25, 0.9), Max: at(3.35, 1.1)})).ids(); len(got) != 0 {
		t.Errorf("a park meets a box in its hole: %v", got)
	}
}

func boxText(b orb.Bound) string {
	return fmt.Sprintf("%.7f,%.7f,%.7f,%.7f", b.Min[0], b.Min[1], b.Max[0], b.Max[1])
}

func TestReadFeature(t *testing.T) {
	s := readServer(t)
	r := s.get(gridPath).status(http.StatusOK)
	tag := r.Header.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") || r.Header.Get("Wangge-Revision") != epoch+"-7" {
		t.Errorf("ETag %q, revision %q", tag, r.Header.Get("Wangge-Revision"))
	}
	for _, match := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		if got := s.get(gridPath, "If-None-Match", match).status(http.StatusNotModified); len(got.bytes) != 0 || got.Header.Get("ETag") != tag {
			t.Errorf("304 for %s with body %q and ETag %q", match, got.bytes, got.Header.Get("ETag"))
		}
	}
	s.get(gridPath, "If-None-Match", `"other"`).status(http.StatusOK)
	s.get(gridPath, "If-None-Match", `broken`).status(http.StatusOK)
	var old struct{ Name string }
	past := s.get(gridPath + "?at=2024-06-01T00:00:00Z").status(http.StatusOK).json(&old)
	if old.Name != "亭林镇东片" || past.Header.Get("ETag") == tag {
		t.Errorf("in 2024: %s with the ETag %s", old.Name, past.Header.Get("ETag"))
	}
	body := s.get(gridPath+"?at=2020-06-01T00:00:00Z").problem(http.StatusNotFound, "not-in-edition")
	if list, _ := body["editions"].([]any); len(list) != 2 {
		t.Errorf("editions %v, want the two states", body["editions"])
	}
	s.get("/v1/grids/310116104Z99").problem(http.StatusNotFound, "not-found")
	s.get("/v1/grids/"+strings.Repeat("x", 2000)).problem(http.StatusNotFound, "not-found")
}

func TestRetiredCodeNamesSuccessors(t *testing.T) {
	s, _ := fragileServer(t, nil)
	// The grid 113Z02 ends, and another takes its ground.
	old := s.get("/v1/grids/310116113Z02").status(http.StatusOK)
	s.do(ask{Method: "DELETE", Path: "/v1/grids/310116113Z02", Role: layers.Planner, Header: []string{"If-Match", old.Header.Get("ETag")}}).status(http.StatusNoContent)
	made := s.post(layers.Planner, "grids", old.changed("id", "", "code", `"310116113Z03"`, "valid_from", "")).status(http.StatusCreated)
	if got := made.Header.Get("Location"); got != "/v1/grids/310116113Z03" {
		t.Errorf("Location %q", got)
	}
	body := s.get("/v1/grids/310116113Z02").problem(http.StatusGone, "code-retired")
	list, _ := body["successors"].([]any)
	if len(list) != 1 {
		t.Fatalf("successors %v", body["successors"])
	}
	one := list[0].(map[string]any)
	if one["code"] != "310116113Z03" || one["name"] != "山阳镇第二综合网格" || one["kind"] != "rename" || one["share"] != 1.0 || one["share_back"] != 1.0 {
		t.Errorf("successors %v", list)
	}
	s.post(layers.Planner, "grids", old.changed("id", "", "valid_from", "")).problem(http.StatusGone, "code-retired")
}

func TestHistoryIsReadFromTheStore(t *testing.T) {
	s, store := fragileServer(t, nil)
	before := s.get(polePath).status(http.StatusOK)
	var first struct {
		Name     string
		Revision int64
	}
	before.json(&first)
	s.put(layers.Surveyor, polePath, "name", `"改名"`, "valid_from", "").status(http.StatusOK)
	known := url.QueryEscape(s.recorded(first.Revision))
	var now, then struct{ Name string }
	s.get(polePath).status(http.StatusOK).json(&now)
	s.get(polePath + "?known_at=" + known).status(http.StatusOK).json(&then)
	if now.Name != "改名" || then.Name != first.Name {
		t.Errorf("now %q, as known before %q, want %q", now.Name, then.Name, first.Name)
	}
	if got := s.list("/v1/poles?known_at=" + known + "&q=" + url.QueryEscape(first.Name)).ids(); !slices.Contains(got, "p_0001") {
		t.Errorf("list as known before: %v", got)
	}
	// What a layer without slices was earlier is history too.
	s.get(polePath + "?at=2025-02-01T00:00:00Z").status(http.StatusOK).json(&then)
	if then.Name != first.Name {
		t.Errorf("in February it was %q, want %q", then.Name, first.Name)
	}
	if got := s.list("/v1/poles?at=2025-02-01T00:00:00Z").ids(); len(got) != 40 {
		t.Errorf("%d poles in February, want 40", len(got))
	}
	s.get(polePath+"?known_at=1999-01-01T00:00:00Z").problem(http.StatusNotFound, "not-found")
	store.mode.Store(away)
	if r := s.get(polePath + "?known_at=" + known); r.problem(http.StatusServiceUnavailable, "store-unavailable") == nil || r.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.get(polePath).status(http.StatusOK)
}

// recorded returns when a revision was recorded, from the audit.
func (s *server) recorded(revision int64) string {
	s.t.Helper()
	var got struct {
		Items []struct {
			RecordedAt string `json:"recorded_at"`
		}
	}
	s.get(fmt.Sprintf("/v1/changes?since=%d&limit=1", revision-1)).status(http.StatusOK).json(&got)
	if len(got.Items) == 0 {
		s.t.Fatalf("the audit has nothing of revision %d", revision)
	}
	return got.Items[0].RecordedAt
}

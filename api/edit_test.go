package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"wangge/layers"
)

func TestCreateReplaceDelete(t *testing.T) {
	s, _ := fragileServer(t, nil)
	made := s.post(layers.Surveyor, "poles", poleBody("JS-9001")).status(http.StatusCreated)
	var f struct {
		ID, Name  string
		Version   int64
		Revision  int64
		Demo      bool
		ValidFrom string `json:"valid_from"`
		Geometry  struct{ Coordinates []float64 }
	}
	made.json(&f)
	if !strings.HasPrefix(f.ID, "p_") || f.Version != 1 || !f.Demo || f.ValidFrom == "" || f.Geometry.Coordinates[0] != 121.3100001 {
		t.Errorf("created %+v", f)
	}
	if made.Header.Get("Wangge-Visible") != "" || made.Header.Get("Location") != "/v1/poles/"+f.ID || !strings.HasSuffix(made.Header.Get("Wangge-Revision"), "-"+itoa(f.Revision)) {
		t.Errorf("headers %v", made.Header)
	}
	path := "/v1/poles/" + f.ID
	read := s.get(path).status(http.StatusOK)
	if string(read.bytes) != string(made.bytes) || read.Header.Get("ETag") != made.Header.Get("ETag") {
		t.Errorf("read %s\n%s, created %s\n%s", read.Header.Get("ETag"), read.bytes, made.Header.Get("ETag"), made.bytes)
	}
	put := s.put(layers.Planner, path, "name", `"二号"`, "valid_from", "").status(http.StatusOK)
	put.json(&f)
	if f.Version != 2 || f.Name != "二号" || put.Header.Get("ETag") == read.Header.Get("ETag") {
		t.Errorf("replaced %+v with ETag %s", f, put.Header.Get("ETag"))
	}
	if again := s.get(path).status(http.StatusOK); string(again.bytes) != string(put.bytes) {
		t.Errorf("read %s, replaced %s", again.bytes, put.bytes)
	}
	stale := s.do(ask{Method: "DELETE", Path: path, Role: layers.Planner, Header: []string{"If-Match", read.Header.Get("ETag")}}).problem(http.StatusPreconditionFailed, "stale-version")
	if stale["current_etag"] != put.Header.Get("ETag") {
		t.Errorf("current_etag %v, want %s", stale["current_etag"], put.Header.Get("ETag"))
	}
	gone := s.do(ask{Method: "DELETE", Path: path, Role: layers.Planner, Header: []string{"If-Match", put.Header.Get("ETag")}}).status(http.StatusNoContent)
	if gone.Header.Get("Wangge-Revision") == put.Header.Get("Wangge-Revision") {
		t.Error("a delete names the revision before it")
	}
	s.get(path).problem(http.StatusNotFound, "not-found")
	s.do(ask{Method: "DELETE", Path: path, Role: layers.Planner, Header: []string{"If-Match", put.Header.Get("ETag")}}).problem(http.StatusNotFound, "not-found")
}

func itoa(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestIfMatch(t *testing.T) {
	s, _ := fragileServer(t, nil)
	was := s.get(polePath).status(http.StatusOK)
	tag, body := was.Header.Get("ETag"), was.changed("valid_from", "")
	put := func(header ...string) reply {
		t.Helper()
		return s.do(ask{Method: "PUT", Path: polePath, Role: layers.Planner, Body: body, Header: header})
	}
	for _, c := range []struct {
		match  string
		status int
		code   string
	}{
		{"", 428, "precondition-required"}, {"*", 400, "bad-parameter"}, {"1", 400, "bad-parameter"}, {`"1`, 400, "bad-parameter"}, {`"a" "b"`, 400, "bad-parameter"},
		{"W/" + tag, 412, "stale-version"}, {`"1"`, 412, "stale-version"}, {`"1-00000000"`, 412, "stale-version"}, {`"0-x", W/` + tag, 412, "stale-version"},
		{strings.Replace(tag, "1-", "7-", 1), 412, "stale-version"}, {`"` + strings.Repeat(`x", "`, 200) + `y"`, 400, "bad-parameter"},
	} {
		header := []string{"If-Match", c.match}
		if c.match == "" {
			header = nil
		}
		p := put(header...).problem(c.status, c.code)
		if c.status == 412 && p["current_etag"] != tag {
			t.Errorf("%s: current_etag %v, want %s", c.match, p["current_etag"], tag)
		}
		if p["parameter"] != "If-Match" {
			t.Errorf("%s: parameter %v", c.match, p["parameter"])
		}
	}
	if now := s.get(polePath).Header.Get("ETag"); now != tag {
		t.Fatalf("refused edits changed it: %s, was %s", now, tag)
	}
	put("If-Match", `"0-none", W/"x", `+tag).status(http.StatusOK)
}

func TestIdempotencyKey(t *testing.T) {
	s, _ := fragileServer(t, nil)
	a := ask{Method: "POST", Path: "/v1/poles", Role: layers.Surveyor, Body: poleBody("JS-9002")}
	s.do(a).problem(http.StatusBadRequest, "idempotency-key-required")
	for _, bad := range []string{"", "with blank", "中", strings.Repeat("k", 201)} {
		a.Header = []string{"Idempotency-Key", bad}
		s.do(a).problem(http.StatusBadRequest, "bad-parameter")
	}
	a.Header = []string{"Idempotency-Key", "one"}
	first := s.do(a).status(http.StatusCreated)
	// It stays the first answer when the feature has changed since.
	s.put(layers.Planner, first.Header.Get("Location"), "name", `"三号"`, "valid_from", "").status(http.StatusOK)
	again := s.do(a).status(http.StatusCreated)
	if string(again.bytes) != string(first.bytes) || again.Header.Get("ETag") != first.Header.Get("ETag") || again.Header.Get("Wangge-Revision") != first.Header.Get("Wangge-Revision") {
		t.Errorf("replayed %v\n%s\nfirst %v\n%s", again.Header, again.bytes, first.Header, first.bytes)
	}
	if first.Header.Get("Idempotent-Replayed") != "" || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("Idempotent-Replayed first %q, again %q", first.Header.Get("Idempotent-Replayed"), again.Header.Get("Idempotent-Replayed"))
	}
	a.Body = poleBody("JS-9003")
	s.do(a).problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
	a.Role = layers.Planner // another token has keys of its own
	s.do(a).status(http.StatusCreated)
	// A key on a replace and a delete makes them repeatable too, though the version is another by then.
	was := s.get(polePath)
	put := ask{Method: "PUT", Path: polePath, Role: layers.Planner, Body: was.changed("name", `"四号"`, "valid_from", ""), Header: []string{"If-Match", was.Header.Get("ETag"), "Idempotency-Key", "put"}}
	once, twice := s.do(put).status(http.StatusOK), s.do(put).status(http.StatusOK)
	if string(once.bytes) != string(twice.bytes) || twice.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("replaced %s, again %s", once.bytes, twice.bytes)
	}
	remove := ask{Method: "DELETE", Path: polePath, Role: layers.Planner, Header: []string{"If-Match", once.Header.Get("ETag"), "Idempotency-Key", "delete"}}
	s.do(remove).status(http.StatusNoContent)
	if got := s.do(remove).status(http.StatusNoContent).Header.Get("Idempotent-Replayed"); got != "true" {
		t.Errorf("a delete again: replayed %q", got)
	}
}

func TestBordersStayAPartition(t *testing.T) {
	s, _ := fragileServer(t, nil)
	was := s.get(gridPath).status(http.StatusOK)
	square := func(xy ...float64) string {
		b := layers.AppendGeoJSON(nil, area(xy...))
		return string(b)
	}
	put := func(geometry string) reply {
		t.Helper()
		return s.do(ask{Method: "PUT", Path: gridPath, Role: layers.Planner, Body: was.changed("geometry", geometry, "valid_from", ""), Header: []string{"If-Match", was.Header.Get("ETag")}})
	}
	over := put(square(1.9, 0, 4, 0, 4, 2, 2, 2, 2.2, 1)).problem(http.StatusUnprocessableEntity, "topology-overlap")
	if list, _ := over["examples"].([]any); len(list) == 0 {
		t.Errorf("no places: %v", over)
	}
	// A border that misses its neighbour's by 10 cm leaves a gap.
	gap := put(square(2, 0, 4, 0, 4, 2, 2, 2, 2.2001, 1)).problem(http.StatusUnprocessableEntity, "topology-gap")
	if list, _ := gap["examples"].([]any); len(list) == 0 || gap["pointer"] != "/geometry" {
		t.Errorf("no places: %v", gap)
	}
	if now := s.get(gridPath).Header.Get("ETag"); now != was.Header.Get("ETag") {
		t.Fatal("a refused border was written")
	}
	// The same border again is right, and a state may be planned.
	put(square(2, 0, 4, 0, 4, 2, 2, 2, 2.2, 1)).status(http.StatusOK)
	later := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	s.put(layers.Publisher, gridPath, "name", `"新名"`, "valid_from", `"`+later+`"`).status(http.StatusOK)
	var now struct{ Name string }
	s.get(gridPath).status(http.StatusOK).json(&now)
	if now.Name != "亭林镇第五综合网格" {
		t.Errorf("a planned name is shown today: %s", now.Name)
	}
	s.post(layers.Planner, "grids", was.changed("id", "", "code", `"310116104Z06"`, "valid_from", "")).problem(http.StatusUnprocessableEntity, "topology-overlap")
}

func TestChanges(t *testing.T) {
	s, _ := fragileServer(t, nil)
	s.put(layers.Planner, polePath, "name", `"五号"`).status(http.StatusOK)
	type line struct {
		Revision, Version    int64
		Seq                  int
		Layer, ID, Op, Actor string
		RequestID            string `json:"request_id"`
	}
	type answer struct {
		Epoch, Next string
		Items       []line
		More        bool
	}
	// The first revision has more lines than the limit: pages go on inside it, and no line is lost or comes twice.
	seen := map[line]bool{}
	var last answer
	for since := "0"; ; since = last.Next {
		last = answer{}
		s.get("/v1/changes?limit=7&since=" + since).status(http.StatusOK).json(&last)
		for _, l := range last.Items {
			if seen[l] || l.Actor != "" {
				t.Fatalf("line %+v comes twice or names who did it", l)
			}
			seen[l] = true
		}
		if len(last.Items) == 0 {
			break
		}
	}
	if len(seen) != len(fixture())+1 || last.More {
		t.Errorf("%d lines, want %d; more %v", len(seen), len(fixture())+1, last.More)
	}
	var own answer
	s.do(ask{Path: "/v1/changes?since=1", Role: layers.Auditor}).status(http.StatusOK).json(&own)
	if len(own.Items) != 1 || own.Items[0].Actor != "planner one" || own.Items[0].ID != "p_0001" || own.Items[0].Version != 2 || own.Items[0].RequestID == "" {
		t.Errorf("an auditor sees %+v", own.Items)
	}
	s.do(ask{Path: "/v1/changes?since=1", Role: layers.Planner}).json(&own)
	if own.Items[0].Actor != "planner one" {
		t.Errorf("a planner sees of its own edit: %+v", own.Items)
	}
	for _, bad := range []string{"-1", "x", "1.0", "1.", "99999999999999999999", ""} {
		s.get("/v1/changes?since="+bad).problem(http.StatusBadRequest, "bad-parameter")
	}
	s.get("/v1/changes", "Authorization", "Bearer nonsense").problem(http.StatusUnauthorized, "unauthenticated")
}

package api_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

func TestStoreAway(t *testing.T) {
	s, store := fragileServer(t, nil)
	was := s.get(polePath)
	put := ask{Method: "PUT", Path: polePath, Role: layers.Planner, Body: was.changed("name", `"六号"`, "valid_from", ""), Header: []string{"If-Match", was.Header.Get("ETag")}}
	post := ask{Method: "POST", Path: "/v1/poles", Role: layers.Surveyor, Body: poleBody("JS-9200"), Header: []string{"Idempotency-Key", "outage"}}
	for name, mode := range map[string]int32{"away": away, "hanging": hanging} {
		store.mode.Store(mode)
		for _, a := range []ask{put, post} {
			began := time.Now()
			r := s.do(a)
			r.problem(http.StatusServiceUnavailable, "store-unavailable")
			if took := time.Since(began); took > 20*time.Second { // a client does not hang with the store
				t.Errorf("%s: %s took %v", name, a.Method, took)
			}
			if r.Header.Get("Retry-After") == "" || strings.Contains(string(r.bytes), "db.internal") {
				t.Errorf("%s: %v %s", name, r.Header, r.bytes)
			}
		}
		for _, path := range []string{polePath, "/v1/grids", "/v1/status", "/readyz"} {
			s.get(path).status(http.StatusOK)
		}
		if mode == away {
			store.mode.Store(well)
		}
	}
}

func TestReadyTellsTheTruth(t *testing.T) {
	var ahead atomic.Int64
	s, store := fragileServer(t, func(o *api.Options) { o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	s.until("the store is confirmed", func() bool { return s.send(ask{Path: "/readyz?for=edits"}).StatusCode == http.StatusOK })
	var status struct {
		State       string
		ConfirmedAt string  `json:"confirmed_at"`
		AgeS        float64 `json:"age_s"`
		Layers      []struct {
			Layer, Digest string
			Count         int
		}
	}
	s.get("/v1/status").status(http.StatusOK).json(&status)
	if status.State != "live" || status.ConfirmedAt == "" || status.AgeS > 2 || len(status.Layers) != len(layers.All()) || status.Layers[0].Digest == "" {
		t.Errorf("status %+v", status)
	}
	store.mode.Store(away)
	s.until("the feed has noticed", func() bool { return s.feed.State().Err != nil })
	ahead.Store(int64(6 * time.Second))
	s.get("/v1/status").status(http.StatusOK).json(&status)
	if status.State != "stale" || status.AgeS < 5.9 {
		t.Errorf("6 s later: %+v", status)
	}
	r := s.get("/readyz?for=edits")
	if p := r.problem(http.StatusServiceUnavailable, "store-unavailable"); p["age_s"].(float64) < 5.9 || r.Header.Get("Wangge-Age") == "" {
		t.Errorf("not ready: %v", p)
	}
	s.get("/readyz").status(http.StatusOK)
	store.mode.Store(well)
	ahead.Store(0)
	s.until("edits are expected to succeed again", func() bool { return s.send(ask{Path: "/readyz?for=edits"}).StatusCode == http.StatusOK })
	s.get("/readyz?for=reads").problem(http.StatusBadRequest, "bad-parameter")
	s.put(layers.Planner, polePath, "name", `"七号"`, "valid_from", "").status(http.StatusOK)
}

func TestBeforeTheFirstWorld(t *testing.T) {
	s := &server{Server: api.New(testOptions(t)), t: t, secrets: map[layers.Role]string{}}
	s.get("/healthz").status(http.StatusOK)
	for _, path := range []string{"/readyz", "/v1/status", "/v1/grids", "/v1/events", "/v1/me"} {
		if r := s.get(path); r.problem(http.StatusServiceUnavailable, "snapshot-not-ready") == nil || r.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
	}
}

func TestServedFromAFile(t *testing.T) {
	o := testOptions(t)
	o.FromFile = true
	s := &server{Server: api.New(o), t: t}
	s.Publish(snapshotAt(t, 7, fixture()...))
	var status struct {
		State string
		AgeS  float64 `json:"age_s"`
	}
	s.get("/v1/status").status(http.StatusOK).json(&status)
	if status.State != "file" || status.AgeS < 3590 {
		t.Errorf("%+v, want a file that is an hour old", status)
	}
	s.get("/readyz").status(http.StatusOK)
	s.get("/readyz?for=edits").problem(http.StatusServiceUnavailable, "store-unavailable")
}

func TestMinRevision(t *testing.T) {
	s := readServer(t)
	s.get("/v1/grids", "Wangge-Min-Revision", epoch+"-7").status(http.StatusOK)
	began := time.Now()
	s.get("/v1/grids", "Wangge-Min-Revision", epoch+"-8").problem(http.StatusServiceUnavailable, "revision-not-reached")
	if took := time.Since(began); took < 900*time.Millisecond || took > 3*time.Second {
		t.Errorf("waited %v, want a second", took)
	}
	s.get("/v1/grids", "Wangge-Min-Revision", "7").problem(http.StatusBadRequest, "bad-parameter")
	go func() {
		time.Sleep(50 * time.Millisecond)
		s.Publish(snapshotAt(t, 9, fixture()...))
	}()
	if got := s.get("/v1/grids", "Wangge-Min-Revision", epoch+"-8").status(http.StatusOK).Header.Get("Wangge-Revision"); got != epoch+"-9" {
		t.Errorf("answered from %s", got)
	}
}

package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

// The whole way over HTTP: a draft, its review, the consents, the approval, the publication, and what everybody sees afterwards.
func TestFromDraftToForceOverHTTP(t *testing.T) {
	s, _ := scheduleServer(t)
	made := s.post(layers.Planner, "schedules", scheduleBody("text", `"please look"`))
	d := made.state(http.StatusCreated)
	if d.Schedule.Code != "haihui-2" || d.Schedule.Series != "haihui" || d.Schedule.State != "draft" || d.Schedule.Author != "planner one" || len(d.Schedule.Comments) != 1 || d.Schedule.Version != 1 {
		t.Errorf("draft: %+v", d.Schedule)
	}
	if !slices.Equal(d.Consents, []string{"police", "road"}) || !slices.Equal(d.Missing, d.Consents) || !slices.Equal(d.Allowed, []string{"in_review"}) || layers.Blocked(d.Findings) {
		t.Errorf("of the draft: %+v", d)
	}
	path, tag := made.Header.Get("Location"), made.Header.Get("ETag")
	if path != "/v1/schedules/"+d.Schedule.ID || tag == "" || made.Header.Get("Wangge-Revision") == "" || made.Header.Get("Wangge-Visible") != "" || made.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", made.Header)
	}
	// The generic reads show the draft; the published ones alone can be asked for.
	list := func(query string) string { return string(s.get("/v1/schedules?" + query).status(http.StatusOK).bytes) }
	if all, published := list("zone=z_haihui"), list("state=published"); !strings.Contains(all, `"haihui-2"`) || strings.Contains(published, `"haihui-2"`) || !strings.Contains(published, `"haihui-1"`) {
		t.Errorf("lists: %s\n%s", all, published)
	}
	if got := s.get(path).status(http.StatusOK); got.Header.Get("ETag") != tag {
		t.Errorf("tag %s, read %s", tag, got.Header.Get("ETag"))
	}
	if same := s.get(path + ":findings").state(http.StatusOK); same.Schedule.Code != "haihui-2" || len(same.Missing) != 2 {
		t.Errorf("findings: %+v", same)
	}
	put := s.do(ask{Method: "PUT", Path: path, Role: planner2, Body: scheduleBody("from", `"2026-10-19"`), Header: []string{"If-Match", tag}}).state(http.StatusOK)
	if put.Schedule.From != "2026-10-19" || put.Schedule.Author != "planner one" || put.Schedule.Version != 2 || len(put.Schedule.Comments) != 1 {
		t.Errorf("another planner's content: %+v", put.Schedule)
	}
	if at := s.lead(path, "submit").state(http.StatusOK); at.Schedule.State != "in_review" || !slices.Equal(at.Allowed, []string{"draft", "approved"}) {
		t.Errorf("submitted: %+v", at)
	}
	back := s.step(layers.Reviewer, path, "return", `{"text":"too early"}`).state(http.StatusOK)
	if back.Schedule.State != "draft" || back.Schedule.Comments[2].Text != "too early" || back.Schedule.Comments[2].By != "reviewer one" {
		t.Errorf("returned: %+v", back)
	}
	s.lead(path, "submit")
	if one := s.step(police, path, "sign", `{"role":"police","text":"agreed"}`).state(http.StatusOK); !slices.Equal(one.Missing, []string{"road"}) || one.Schedule.SignOffs[0].Unit != "u_police" || one.Schedule.SignOffs[0].By != string(police) {
		t.Errorf("signed: %+v", one)
	}
	p := s.step(layers.Reviewer, path, "approve").problem(http.StatusConflict, "sign-off-missing")
	if list, _ := p["missing"].([]any); len(list) != 1 || list[0] != "road" {
		t.Errorf("missing: %v", p["missing"])
	}
	s.step(road, path, "sign").status(http.StatusOK)
	approved := s.lead(path, "approve").state(http.StatusOK)
	if approved.Schedule.Digest == "" || approved.Schedule.Calendar != "cn-2026@1" || len(approved.Missing) != 0 {
		t.Errorf("approved: %+v", approved)
	}
	if mode, rule := s.mode("2026-10-19T19:30:00%2B08:00"); mode != "travel" || rule != "default" {
		t.Errorf("before it is published: %s %s", mode, rule)
	}
	published := s.lead(path, "publish").state(http.StatusOK)
	if published.Schedule.State != "published" || !slices.Equal(published.Allowed, []string{"withdrawn"}) {
		t.Errorf("published: %+v", published)
	}
	var before struct {
		State, Until string
		Revision     int64
	}
	s.get("/v1/schedules/sc_haihui_1").json(&before)
	if before.State != "superseded" || before.Until != "2026-10-19" || !strings.HasSuffix(s.get(path).Header.Get("Wangge-Revision"), "-"+itoa(before.Revision)) {
		t.Errorf("the one before: %+v", before)
	}
	for at, want := range map[string]string{
		"2026-10-19T19:30:00%2B08:00": "parking haihui-2/night", "2026-10-16T20:30:00%2B08:00": "parking haihui-1/night", "2026-10-16T19:30:00%2B08:00": "travel default",
	} {
		if mode, rule := s.mode(at); mode+" "+rule != want {
			t.Errorf("%s: %s %s, want %s", at, mode, rule, want)
		}
	}
}

// Before its first day a revision is taken back, and the one before goes on as if nothing had been.
func TestWithdrawn(t *testing.T) {
	s, c := scheduleServer(t)
	path, _ := s.draft()
	s.lead(path, "submit", "sign", "approve", "publish")
	taken := s.lead(path, "withdraw").state(http.StatusOK)
	var before state
	s.get("/v1/schedules/sc_haihui_1").json(&before.Schedule)
	if taken.Schedule.State != "withdrawn" || len(taken.Allowed) != 0 || before.Schedule.State != "published" || before.Schedule.Until != "" {
		t.Errorf("withdrawn: %+v, before it: %+v", taken.Schedule, before.Schedule)
	}
	if mode, rule := s.mode("2026-10-19T20:30:00%2B08:00"); mode != "parking" || rule != "haihui-1/night" {
		t.Errorf("%s %s", mode, rule)
	}
	// In force nothing is taken back.
	again, _ := s.draft()
	s.lead(again, "submit", "sign", "approve", "publish")
	c.set("2026-10-12 00:00")
	s.step(layers.Publisher, again, "withdraw").problem(http.StatusConflict, "lead-time")
	if now := s.get(again + ":findings").state(http.StatusOK); len(now.Allowed) != 0 {
		t.Errorf("allowed in force: %v", now.Allowed)
	}
}

// What a revision was at some time, and what was known then, stays to be read.
func TestKnownAt(t *testing.T) {
	s, c := scheduleServer(t)
	path, _ := s.draft()
	c.set("2026-09-15 10:00")
	s.lead(path, "submit", "sign", "approve", "publish")
	c.set("2026-09-16 10:00")
	var f state
	s.get(path + "?known_at=2026-09-14T12:00:00Z").status(http.StatusOK).json(&f.Schedule)
	if f.Schedule.State != "draft" {
		t.Errorf("known on the first day: %s", f.Schedule.State)
	}
	s.get(path + "?at=2026-09-14T12:00:00Z").status(http.StatusOK).json(&f.Schedule)
	if f.Schedule.State != "draft" {
		t.Errorf("on the first day: %s", f.Schedule.State)
	}
	s.get(path+"?known_at=2026-09-14T00:00:00Z").problem(http.StatusNotFound, "not-found")
	evening := "2026-10-19T19:30:00%2B08:00"
	if mode, rule := s.mode(evening, "known_at=2026-09-14T12:00:00Z"); mode != "travel" || rule != "default" {
		t.Errorf("as known on the first day: %s %s", mode, rule)
	}
	if mode, _ := s.mode(evening); mode != "parking" {
		t.Errorf("as known now: %s", mode)
	}
	var days struct{ Notices []struct{ Code string } }
	s.get("/v1/calendar?from=2026-09-19&until=2026-09-22&known_at=2026-09-14T12:00:00Z").status(http.StatusOK).json(&days)
	if len(days.Notices) != 1 {
		t.Errorf("notices: %+v", days)
	}
	s.get("/v1/calendar?from=2026-09-19&until=2026-09-22&known_at=2020-09-14T12:00:00Z").status(http.StatusOK).json(&days)
	if len(days.Notices) != 0 {
		t.Errorf("notices before there were any: %+v", days)
	}
}

// An old revision is restored in two ways.
func TestRestored(t *testing.T) {
	s, _ := scheduleServer(t)
	r := s.step(planner2, "/v1/schedules/sc_haihui_1", "redraft", `{"text":"as it was"}`)
	d := r.state(http.StatusCreated)
	if d.Schedule.Code != "haihui-2" || d.Schedule.BasedOn != "haihui-1" || d.Schedule.From != "2025-05-01" || d.Schedule.Author != string(planner2) || d.Schedule.Digest != "" || d.Schedule.Windows[0].DurationMin != 660 || len(d.Schedule.Comments) != 1 {
		t.Errorf("drafted again: %+v", d.Schedule)
	}
	posted := s.post(layers.Planner, "schedules", `{"zone":"z_haihui","based_on":"haihui-1","from":"2026-11-02"}`).state(http.StatusCreated)
	if posted.Schedule.Code != "haihui-3" || posted.Schedule.BasedOn != "haihui-1" || posted.Schedule.From != "2026-11-02" || posted.Schedule.Windows[0].Start != "20:00" || posted.Schedule.Name != "海汇街夜间潮汐停车" {
		t.Errorf("restored: %+v", posted.Schedule)
	}
	p := s.post(layers.Planner, "schedules", `{"zone":"z_haihui","based_on":"haihui-9"}`).problem(http.StatusUnprocessableEntity, "validation-failed")
	if p["pointer"] != "/based_on" {
		t.Errorf("%v", p)
	}
	// A number that was given up is not given again.
	path := "/v1/schedules/" + posted.Schedule.ID
	s.do(ask{Method: "DELETE", Path: path, Role: layers.Planner, Header: []string{"If-Match", s.get(path).Header.Get("ETag")}}).status(http.StatusNoContent)
	s.get(path).problem(http.StatusNotFound, "not-found")
	if next := s.post(layers.Planner, "schedules", scheduleBody()).state(http.StatusCreated); next.Schedule.Code != "haihui-4" {
		t.Errorf("after a draft that was given up: %s", next.Schedule.Code)
	}
	// A draft stays based on one that was given up.
	given, tag := s.draft()
	child := s.step(layers.Planner, given, "redraft").state(http.StatusCreated)
	s.do(ask{Method: "DELETE", Path: given, Role: layers.Planner, Header: []string{"If-Match", tag}}).status(http.StatusNoContent)
	path = "/v1/schedules/" + child.Schedule.ID
	kept := s.do(ask{Method: "PUT", Path: path, Role: layers.Planner, Body: scheduleBody("based_on", `"haihui-5"`), Header: []string{"If-Match", s.get(path).Header.Get("ETag")}}).state(http.StatusOK)
	if kept.Schedule.BasedOn != "haihui-5" || kept.Schedule.Code != "haihui-6" {
		t.Errorf("based on what was given up: %+v", kept.Schedule)
	}
	if lot := s.post(layers.Planner, "schedules", scheduleBody("zone", `"z_lot"`)).state(http.StatusCreated); lot.Schedule.Code != "LOT-1-1" || len(lot.Consents) != 0 {
		t.Errorf("the first of a lot: %+v", lot)
	}
}

// A service may ask for time between the publication and the first day; none asks for a day that has gone by.
func TestLeadTime(t *testing.T) {
	s, c := scheduleServerWith(t, func(o *api.Options) { o.Lead = 7 * 24 * time.Hour })
	path, _ := s.draft("from", `"2026-09-22"`)
	s.lead(path, "submit", "sign", "approve")
	c.set("2026-09-15 00:01")
	s.step(layers.Publisher, path, "publish").problem(http.StatusConflict, "lead-time")
	c.set("2026-09-14 23:59")
	s.lead(path, "publish")
	s, c = scheduleServer(t)
	path, _ = s.draft("from", `"2026-09-15"`)
	s.lead(path, "submit", "sign", "approve")
	c.set("2026-09-16 00:00")
	s.step(layers.Publisher, path, "publish").problem(http.StatusConflict, "lead-time")
	c.set("2026-09-15 23:00") // on the day itself: the night that has begun is that of the new revision
	s.lead(path, "publish")
	if mode, rule := s.mode("2026-09-15T23:30:00%2B08:00"); mode != "parking" || rule != "haihui-2/night" {
		t.Errorf("%s %s", mode, rule)
	}
	if _, rule := s.mode("2026-09-15T06:30:00%2B08:00"); rule != "haihui-1/night" {
		t.Errorf("the night before: %s", rule)
	}
}

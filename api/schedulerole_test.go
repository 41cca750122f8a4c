package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
	"wangge/layers/calendar"
)

// Each step by each role, on a revision that is where the step leads from: whoever may gets 200, whoever may not 403, nobody 401, and what
// was refused has changed nothing.
func TestStepsByRole(t *testing.T) {
	s, _ := scheduleServer(t)
	before := map[string][]string{"submit": nil, "redraft": nil, "return": {"submit"}, "sign": {"submit"}, "approve": {"submit", "sign"}, "publish": {"submit", "sign", "approve"},
		"withdraw": {"submit", "sign", "approve", "publish"}}
	everybody := append(layers.Roles(), planner2, police, road, townHall, farTown, carrier, noUnit, farPlan, police2, "")
	may := map[string][]layers.Role{
		"submit": {layers.Planner, planner2}, "redraft": {layers.Planner, planner2}, "return": {layers.Reviewer, police2, layers.Publisher}, "sign": {police, road, townHall, police2},
		"approve": {layers.Reviewer, police2}, "publish": {layers.Publisher}, "withdraw": {layers.Publisher},
	}
	day, cells := calendar.DayOf(2027, 1, 1), 0
	prepared := func(lead []string) string { // each on a day of its own, so that one that was published is in nobody's way
		day += 2
		path, _ := s.draft("from", `"`+day.String()+`"`, "until", `"`+(day+1).String()+`"`)
		s.lead(path, lead...)
		return path
	}
	for step, lead := range before {
		path := prepared(lead)
		was := s.get(path)
		for _, role := range everybody {
			if cells++; slices.Contains(may[step], role) {
				continue
			}
			r := s.stepWith(role, path, step, was.Header.Get("ETag"), newKey(), `{"text":"because"}`)
			if role == "" {
				r.problem(http.StatusUnauthorized, "unauthenticated")
			} else {
				r.problem(http.StatusForbidden, "forbidden")
			}
		}
		if now := s.get(path); string(now.bytes) != string(was.bytes) {
			t.Errorf("%s was refused, and has changed it: %s", step, now.bytes)
		}
		for i, role := range may[step] {
			if i > 0 {
				path = prepared(lead)
			}
			if r := s.step(role, path, step, `{"text":"because"}`); r.StatusCode != http.StatusOK && r.StatusCode != http.StatusCreated {
				t.Errorf("%s by %s: %d %s", step, role, r.StatusCode, r.bytes)
			}
			if step == "publish" { // out of the way of the others
				s.lead(path, "withdraw")
			}
		}
	}
	if cells != len(before)*len(everybody) || cells < 100 {
		t.Errorf("%d cells", cells)
	}
}

// Who consents as what follows from the kind of the unit.
func TestSignRoles(t *testing.T) {
	s, _ := scheduleServer(t)
	path, _ := s.draft()
	s.step(police, path, "sign").problem(http.StatusConflict, "illegal-transition") // a draft is not consented to
	s.lead(path, "submit")
	for _, one := range []struct {
		by   layers.Role
		body string
		role string // "" for 403
	}{
		{police, `{}`, "police"}, {police, `{"role":"police"}`, "police"}, {police2, `{}`, "police"}, {road, `{"role":"road"}`, "road"}, {townHall, `{}`, "town"},
		{police, `{"role":"road"}`, ""}, {road, `{"role":"police"}`, ""}, {townHall, `{"role":"police"}`, ""}, {carrier, `{}`, ""}, {carrier, `{"role":"road"}`, ""}, {noUnit, `{}`, ""}, {farTown, `{}`, ""}, {layers.Reviewer, `{}`, ""},
	} {
		r := s.step(one.by, path, "sign", one.body)
		if one.role == "" {
			if p := r.problem(http.StatusForbidden, "forbidden"); p["scope"] == nil {
				t.Errorf("%s: %v", one.by, p)
			}
			continue
		}
		list := r.state(http.StatusOK).Schedule.SignOffs
		if last := list[len(list)-1]; last.Role != one.role || last.By == "" {
			t.Errorf("%s with %s: %+v", one.by, one.body, list)
		}
	}
	if p := s.step(police, path, "sign", `{"role":"king"}`).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != "/role" {
		t.Errorf("%v", p)
	}
	if now := s.get(path + ":findings").state(http.StatusOK); len(now.Schedule.SignOffs) != 3 || len(now.Missing) != 0 {
		t.Errorf("in the end: %+v", now.Schedule.SignOffs)
	}
}

// A reviewer is another than the author, whatever else the two may do.
func TestOwnDraft(t *testing.T) {
	s, _ := scheduleServer(t)
	const both layers.Role = "same person"
	for key, role := range map[layers.Role]layers.Role{both: layers.Planner, both + " again": layers.Reviewer, both + " once more": layers.Publisher} {
		s.addToken(key, layers.Token{ID: "t_" + string(role) + "_2", Name: "somebody", Role: role})
		s.until("the token is known", func() bool { return s.send(ask{Path: "/v1/me", Role: key}).StatusCode == http.StatusOK })
	}
	path := s.post(both, "schedules", scheduleBody()).status(http.StatusCreated).Header.Get("Location")
	s.lead(path, "submit", "sign")
	s.step(both+" again", path, "approve").problem(http.StatusForbidden, "own-draft")
	s.lead(path, "approve")
	s.step(both+" once more", path, "publish").problem(http.StatusForbidden, "own-draft")
	s.lead(path, "publish")
}

// Each step from each state that does not lead there is 409 with what is possible, and so is other content of what is no draft.
func TestIllegalTransitions(t *testing.T) {
	s, _ := scheduleServer(t)
	by := map[string]layers.Role{"submit": layers.Planner, "return": layers.Reviewer, "sign": police, "approve": layers.Reviewer, "publish": layers.Publisher, "withdraw": layers.Publisher}
	leads := map[string]string{"draft": "submit", "in_review": "return sign approve", "approved": "return publish", "published": "withdraw", "withdrawn": "", "superseded": ""}
	paths := map[string]string{}
	for _, one := range []struct {
		state, from string
		steps       []string
	}{{"draft", "2027-02-01", nil}, {"in_review", "2027-02-01", []string{"submit"}}, {"approved", "2027-02-01", []string{"submit", "sign", "approve"}},
		{"withdrawn", "2027-02-01", []string{"submit", "sign", "approve", "publish", "withdraw"}}, {"published", "2027-03-01", []string{"submit", "sign", "approve", "publish"}}} {
		paths[one.state], _ = s.draft("from", `"`+one.from+`"`)
		if len(one.steps) > 0 {
			s.lead(paths[one.state], one.steps...)
		}
	}
	paths["superseded"] = "/v1/schedules/sc_haihui_1"
	for state, path := range paths {
		was := s.get(path)
		for name, role := range by {
			if strings.Contains(" "+leads[state]+" ", " "+name+" ") {
				continue
			}
			p := s.step(role, path, name, `{"text":"x"}`).problem(http.StatusConflict, "illegal-transition")
			if list, ok := p["allowed"].([]any); !ok || p["state"] != state || slices.Contains(list, any("superseded")) {
				t.Errorf("%s from %s: %v", name, state, p)
			}
		}
		if state != "draft" {
			tag := []string{"If-Match", was.Header.Get("ETag")}
			s.do(ask{Method: "PUT", Path: path, Role: layers.Planner, Body: scheduleBody(), Header: tag}).problem(http.StatusConflict, "illegal-transition")
			s.do(ask{Method: "DELETE", Path: path, Role: layers.Planner, Header: tag}).problem(http.StatusConflict, "illegal-transition")
		}
		if now := s.get(path); string(now.bytes) != string(was.bytes) {
			t.Errorf("%s was changed: %s", state, now.bytes)
		}
	}
	back := s.step(layers.Reviewer, paths["in_review"], "return", `{"text":"  "}`).problem(http.StatusUnprocessableEntity, "validation-failed")
	if back["pointer"] != "/text" {
		t.Errorf("without a word: %v", back)
	}
}

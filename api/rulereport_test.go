package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
	"wangge/routing/impact"
	"wangge/routing/rulecheck"
)

// ruleReport is the answer of /v1/rules:check.
type ruleReport struct {
	Rules, Cases, Blocking int
	Findings               []struct {
		rulecheck.Finding
		New bool
	}
	Whistle *rulecheck.WhistleMatrix
}

// has reports whether a finding of a code names all ids.
func (r ruleReport) has(code layers.FindingCode, ids ...string) (found, isNew bool) {
	for _, f := range r.Findings {
		if f.Code == code && !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(f.IDs, id) }) {
			return true, f.New
		}
	}
	return false, false
}

func (s *server) report(body string) (r ruleReport) {
	s.t.Helper()
	s.checkRules(body).status(http.StatusOK).json(&r)
	return r
}

func (s *server) checkRules(body string) reply {
	s.t.Helper()
	return s.do(ask{Method: "POST", Path: "/v1/rules:check", Role: layers.Planner, Body: body})
}

// The set of rules is checked as it is, with content, with revisions, and when revisions are published.
func TestRulesAreCheckedAsASet(t *testing.T) {
	s, _ := ruleServer(t)
	t.Run("in force", func(t *testing.T) {
		var r ruleReport
		s.with(t).get("/v1/rules:coverage").status(http.StatusOK).json(&r)
		if r.Rules != 2 || r.Whistle == nil || len(r.Whistle.Items) != 2 || len(r.Whistle.Grids) != 5 || r.Whistle.Missing != 5 {
			t.Errorf("%+v", r)
		}
		for code, ids := range map[layers.FindingCode][]string{rulecheck.WhistleGap: {"event.water", "12"}, rulecheck.WhistleUnmapped: {"7"}, rulecheck.Gap: {"event.water"},
			rulecheck.NoContact: {"u_transport"}, rulecheck.NoDeadline: {"R-201@1"}} {
			if found, _ := r.has(code, ids...); !found {
				t.Errorf("no %s %v in %+v", code, ids, r.Findings)
			}
		}
	})
	t.Run("with content", func(t *testing.T) {
		s := s.with(t)
		r := s.report(`{"rule":` + ruleBody() + `}`)
		if slices.ContainsFunc(r.blocking(), func(string) bool { return true }) || r.Rules != 3 {
			t.Errorf("the next revision: %+v", r)
		}
		r = s.report(`{"rule":` + ruleBody("series", `"R-777"`, "from", `"2025-06-01"`, "then", `{"primary":"unit:u_telecom"}`) + `}`)
		if found, isNew := r.has(rulecheck.RuleConflict, "R-201@1", "R-777@1"); !found || !isNew {
			t.Errorf("a rival: %+v", r.Findings)
		}
		if found, isNew := r.has(rulecheck.WhistleUnmapped, "7"); !found || isNew {
			t.Error("what was there before is new")
		}
		p := s.checkRules(`{"rule":`+ruleBody("then", `{"primary":"nobody"}`)+`}`).problem(http.StatusUnprocessableEntity, "validation-failed")
		if p["pointer"] != "/rule/then/primary" {
			t.Errorf("pointer %v", p["pointer"])
		}
		for _, body := range []string{`{}`, `{"ids":[]}`, `{"ids":["ru_R-201_1"],"rule":` + ruleBody() + `}`} {
			s.checkRules(body).problem(http.StatusUnprocessableEntity, "validation-failed")
		}
		s.checkRules(`{"ids":["ru_none"]}`).problem(http.StatusNotFound, "not-found")
	})
	t.Run("with revisions, and published", func(t *testing.T) {
		s := s.with(t)
		rival := s.rule(approvedSteps, "series", `"R-778"`, "then", `{"primary":"unit:u_telecom"}`)
		r := s.report(`{"ids":["` + rival + `"]}`)
		if found, isNew := r.has(rulecheck.RuleConflict, "R-201@1", "R-778@1"); !found || !isNew {
			t.Errorf("%+v", r.Findings)
		}
		p := s.publishRules(newKey(), `{"ids":["`+rival+`"]}`).problem(http.StatusConflict, "rule-conflict")
		if !strings.Contains(string(mustJSON(t, p)), "R-778@1") {
			t.Errorf("%v", p)
		}
		if now := s.ruleNow(rival); now.State != layers.Approved {
			t.Errorf("it is %s", now.State)
		}
		// Together with a revision that leaves it the category it is no rival.
		other := s.rule(approvedSteps, "when", `{"categories":["event.water"]}`, "basis", `{"list":"whistle","item":12}`)
		r = s.report(`{"ids":["` + rival + `","` + other + `"]}`)
		if list := r.blocking(); len(list) > 0 {
			t.Errorf("both: %v %+v", list, r.Findings)
		}
		s.publishRules(newKey(), `{"ids":["`+rival+`","`+other+`"]}`).status(http.StatusOK)
	})
}

// blocking lists the new findings that block.
func (r ruleReport) blocking() (out []string) {
	for _, f := range r.Findings {
		if f.New && f.Blocks {
			out = append(out, f.Detail)
		}
	}
	return out
}

// What would change hands is listed, and nothing is stored.
func TestImpact(t *testing.T) {
	s, _ := ruleServer(t)
	compare := func(body string) reply {
		return s.do(ask{Method: "POST", Path: "/v1/impact", Role: layers.Planner, Body: body})
	}
	var r struct {
		impact.Report
		Outlines [][][2]float64
	}
	before := s.World().Digest()
	draft := s.rule(nil, "from", `"2026-09-01"`, "then", `{"primary":"unit:u_telecom"}`)
	compare(`{"rules":["` + draft + `"],"at":"2026-09-20T08:00:00+08:00"}`).status(http.StatusOK).json(&r)
	if r.Spots < 5 || len(r.Changed) != r.Spots || len(r.Outlines) != r.Spots || len(r.Outlines[0]) != 7 || r.Categories != 2 {
		t.Errorf("a rule for all: %+v", r)
	}
	for _, c := range r.Cells {
		if c.Category != "event.waste" || c.Before.Unit != "u_transport" || c.After.Unit != "u_telecom" {
			t.Errorf("%+v", c)
		}
	}
	was := s.get(gridPath).status(http.StatusOK)
	moved := func(members ...string) string {
		var f map[string]json.RawMessage
		must(t, json.Unmarshal([]byte(was.changed(append(members, "valid_from", "")...)), &f))
		f["layer"], f["id"] = json.RawMessage(`"grids"`), json.RawMessage(`"310116104Z05"`)
		return `{"features":[` + string(mustJSON(t, f)) + `]}`
	}
	r.Report = impact.Report{}
	compare(moved("office", `"u_transport"`)).status(http.StatusOK).json(&r)
	for _, spot := range r.Changed {
		if spot.Before != "310116104Z05" || spot.After != spot.Before {
			t.Errorf("%+v", spot)
		}
	}
	if len(r.Changed) == 0 || len(r.Cells) != 1 || r.Cells[0].Category != "event.water" {
		t.Errorf("another office: %+v", r)
	}
	over := string(layers.AppendGeoJSON(nil, area(1.9, 0, 4, 0, 4, 2, 2, 2, 2.2, 1)))
	compare(moved("geometry", over)).problem(http.StatusUnprocessableEntity, "topology-overlap")
	if p := compare(moved("name", `""`)).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != "/features/0/name" {
		t.Errorf("pointer %v", p["pointer"])
	}
	for _, body := range []string{`{}`, `{"features":{}}`, `{"features":[{"layer":"contacts"}]}`, `{"features":[{}]}`, `{"rules":["` + draft + `"],"resolution":12}`} {
		compare(body).problem(http.StatusUnprocessableEntity, "validation-failed")
	}
	compare(`{"rules":["ru_none"]}`).problem(http.StatusNotFound, "not-found")
	after := s.World().Digest()
	if s.get("/v1/rules/" + draft).status(http.StatusOK); before == after {
		t.Error("the draft changed nothing")
	}
	if again := s.World().Digest(); again != after {
		t.Error("a comparison changed the store")
	}
}

package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
)

const townPlanner layers.Role = "planner of a town"

// ruleFixture is what rules need beside the fixture: categories, and the rules that are in force since 2025.
func ruleFixture() []layers.Feature {
	category := func(code, name string, codes ...layers.ExternalCode) *layers.Category {
		return &layers.Category{Meta: meta(code), Code: code, Name: name, Parent: layers.ParentOfCategory(code), Codes: codes}
	}
	rule := func(series string, band string, then layers.RuleThen, categories ...string) *layers.Rule {
		r := &layers.Rule{Meta: meta("ru_" + series + "_1"), Code: series + "-1", Name: series, Series: series, Number: 1, State: layers.Published, From: "2025-05-01", Band: band,
			When: layers.RuleWhen{Categories: categories}, Then: then, Base: layers.RuleBasis{List: layers.Voluntary}, Author: "demo planner"}
		r.Digest = r.ContentDigest()
		return r
	}
	return []layers.Feature{
		category("event", "事件"), category("event.waste", "垃圾", layers.ExternalCode{Scheme: layers.WhistleScheme, Code: "1"}, layers.ExternalCode{Scheme: layers.AlgorithmScheme, Code: "litter"},
			layers.ExternalCode{Scheme: layers.HotlineScheme, Code: "市容环卫/垃圾"}),
		category("event.water", "积水", layers.ExternalCode{Scheme: layers.WhistleScheme, Code: "12"}),
		rule("R-900", layers.FallbackRules, layers.RuleThen{Primary: layers.GridOffice}),
		rule("R-201", layers.RegularRules, layers.RuleThen{Primary: "unit:u_transport", Supervisor: layers.GridOffice}, "event.waste"),
	}
}

func ruleServer(t testing.TB) (*server, *clock) {
	t.Helper()
	c := &clock{}
	c.set("2026-09-14 10:00")
	s, _ := storeServer(t, c.now, ruleFixture(), nil, seat{townPlanner, layers.Token{ID: "t_town_planner", Name: "town planner", Role: layers.Planner, Town: "310116104"}})
	return s, c
}

// ruled is the answer to a write of a rule.
type ruled struct {
	Rule     layers.Rule
	Findings []layers.Finding
	Allowed  []string
}

func (r reply) ruled(status int) (out ruled) {
	r.t.Helper()
	r.status(status).json(&out)
	return out
}

// ruleBody is content of a draft with members replaced: pairs of a name and its JSON; an empty one leaves the member out.
func ruleBody(members ...string) string {
	raw := `{"series":"R-201","name":"乱倒垃圾，第二版","from":"2026-10-12","band":"regular","when":{"categories":["event.waste"]},
		"then":{"primary":"unit:u_transport","co":["grid.office"]},"basis":{"list":"whistle","item":1},"clock":{"ack":{"kind":"elapsed","amount":10}}}`
	return bodyWith(raw, members...)
}

// rule makes a draft and leads it as far as the steps say; it returns its id.
func (s *server) rule(steps []string, members ...string) (id string) {
	s.t.Helper()
	made := s.post(layers.Planner, "rules", ruleBody(members...)).ruled(http.StatusCreated)
	s.lead("/v1/rules/"+made.Rule.ID, steps...)
	return made.Rule.ID
}

func (s *server) publishRules(key string, body string) reply {
	s.t.Helper()
	return s.do(ask{Method: "POST", Path: "/v1/rules:publish", Role: layers.Publisher, Body: body, Header: []string{"Idempotency-Key", key}})
}

func (s *server) ruleNow(id string) (r layers.Rule) {
	s.t.Helper()
	s.get("/v1/rules/" + id).status(http.StatusOK).json(&r)
	return r
}

var approvedSteps = []string{"submit", "approve"}

// The whole way of a rule over HTTP.
func TestRulesFromDraftToForce(t *testing.T) {
	s, c := ruleServer(t)
	made := s.post(layers.Planner, "rules", ruleBody("text", `"please look"`))
	d := made.ruled(http.StatusCreated)
	path := made.Header.Get("Location")
	if d.Rule.Code != "R-201-2" || d.Rule.State != layers.Draft || d.Rule.Author != "planner one" || len(d.Rule.Comments) != 1 || path != "/v1/rules/"+d.Rule.ID || len(d.Findings) != 0 || !slices.Equal(d.Allowed, []string{"in_review"}) {
		t.Fatalf("draft: %+v at %s", d, path)
	}

	t.Run("content", func(t *testing.T) {
		fresh := s.post(layers.Planner, "rules", ruleBody("series", "", "then", `{"primary":"unit:u_nobody","informed":["town.unit:u_none"]}`)).ruled(http.StatusCreated)
		if fresh.Rule.Code != "R-001-1" || len(fresh.Findings) != 2 || fresh.Findings[0].Code != layers.UnknownReference || !fresh.Findings[0].Blocks || !slices.Contains(fresh.Findings[0].IDs, "u_nobody") {
			t.Errorf("a new series: %+v", fresh)
		}
		own := "/v1/rules/" + fresh.Rule.ID
		p := s.step(layers.Planner, own, "submit").problem(http.StatusConflict, "rule-conflict")
		if list, _ := p["conflicts"].([]any); len(list) != 2 {
			t.Errorf("conflicts: %v", p)
		}
		tag := []string{"If-Match", s.get(own).Header.Get("ETag")}
		put := s.do(ask{Method: "PUT", Path: own, Role: layers.Planner, Body: ruleBody("series", "", "name", `"改"`), Header: tag}).ruled(http.StatusOK)
		if put.Rule.Series != "R-001" || put.Rule.Name != "改" || put.Rule.Version != 2 || len(put.Findings) != 0 {
			t.Errorf("replaced: %+v", put)
		}
		tag = []string{"If-Match", s.get(own).Header.Get("ETag")}
		if p := s.do(ask{Method: "PUT", Path: own, Role: layers.Planner, Body: ruleBody(), Header: tag}).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != "/series" {
			t.Errorf("another series: %v", p)
		}
		s.do(ask{Method: "DELETE", Path: own, Role: layers.Planner, Header: tag}).status(http.StatusNoContent)
		if next := s.post(layers.Planner, "rules", ruleBody("series", "")).ruled(http.StatusCreated); next.Rule.Code == "R-001-1" || next.Rule.Number != 1 {
			t.Errorf("the code of a draft that was given up is given again: %s", next.Rule.Code)
		}
		based := s.post(layers.Planner, "rules", `{"based_on":"R-900-1","from":"2027-01-01"}`).ruled(http.StatusCreated)
		if based.Rule.Code != "R-900-2" || based.Rule.Then.Primary != layers.GridOffice || based.Rule.Band != layers.FallbackRules || based.Rule.BasedOn != "R-900-1" {
			t.Errorf("restored: %+v", based.Rule)
		}
		again := s.step(layers.Planner, "/v1/rules/ru_R-900_1", "redraft").ruled(http.StatusCreated)
		if again.Rule.Code != "R-900-3" || again.Rule.State != layers.Draft || again.Rule.BasedOn != "R-900-1" {
			t.Errorf("redrafted: %+v", again.Rule)
		}
	})

	t.Run("hostile", func(t *testing.T) {
		for name, one := range map[string]struct{ body, pointer string }{
			"no name":              {ruleBody("name", ""), "/name"},
			"a band of its own":    {ruleBody("band", `"top"`), "/band"},
			"an unknown member":    {ruleBody("rank", `1`), "/rank"},
			"deep inside":          {ruleBody("when", `{"area":{"grid":["x"]}}`), "/when/area/grid"},
			"another type":         {ruleBody("then", `{"primary":7}`), "/then/primary"},
			"no expression":        {ruleBody("then", `{"primary":"the boss"}`), "/then/primary"},
			"nobody":               {ruleBody("then", `{}`), "/then/primary"},
			"a whistle without no": {ruleBody("basis", `{"list":"whistle"}`), "/basis/item"},
			"a clock":              {ruleBody("clock", `{"ack":{"kind":"moons","amount":1}}`), "/clock/ack"},
			"a day":                {ruleBody("from", `"tomorrow"`), "/from"},
			"a series":             {ruleBody("series", `"../x"`), "/series"},
			"based on nothing":     {ruleBody("based_on", `"R-7-1"`), "/based_on"},
			"too many categories":  {ruleBody("when", `{"categories":[`+strings.TrimSuffix(strings.Repeat(`"a",`, 2001), ",")+`]}`), "/when/categories"},
		} {
			if p := s.post(layers.Planner, "rules", one.body).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != one.pointer {
				t.Errorf("%s: at %v, want %s: %v", name, p["pointer"], one.pointer, p["detail"])
			}
		}
		for body, pointer := range map[string]string{`{}`: "/ids", `{"ids":[]}`: "/ids", `{"ids":["a","a"]}`: "/ids/1", `{"ids":["a"],"digests":{"b":"1"}}`: "/digests/b", `{"ids":"a"}`: "/ids"} {
			if p := s.publishRules(newKey(), body).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != pointer {
				t.Errorf("publish %s: %v", body, p)
			}
		}
		if p := s.step(layers.Planner, path, "submit", `{"role":"police"}`).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != "/role" {
			t.Errorf("consent to a rule: %v", p)
		}
	})

	t.Run("review", func(t *testing.T) {
		s.lead(path, "submit")
		if back := s.step(layers.Reviewer, path, "return", `{"text":"too early"}`).ruled(http.StatusOK); back.Rule.State != layers.Draft {
			t.Errorf("returned: %+v", back)
		}
		s.lead(path, "submit")
		tag := []string{"If-Match", s.get(path).Header.Get("ETag")}
		p := s.do(ask{Method: "PUT", Path: path, Role: layers.Planner, Body: ruleBody(), Header: tag}).problem(http.StatusConflict, "illegal-transition")
		if p["state"] != "in_review" {
			t.Errorf("%v", p)
		}
		p = s.publishRules(newKey(), `{"ids":["`+d.Rule.ID+`"]}`).problem(http.StatusConflict, "illegal-transition")
		if p["id"] != d.Rule.ID || p["state"] != "in_review" {
			t.Errorf("published before it was approved: %v", p)
		}
		s.lead(path, "approve")
		if r := s.ruleNow(d.Rule.ID); r.Digest == "" || r.Digest != r.ContentDigest() {
			t.Errorf("approved: %+v", r)
		}
	})

	t.Run("publish", func(t *testing.T) {
		later := s.rule(approvedSteps, "from", `"2026-11-01"`)
		other := s.rule(approvedSteps, "series", `"R-500"`, "from", `"2026-10-01"`, "when", `{"categories":["event.water"]}`)
		draft := s.rule(nil, "series", `"R-501"`)
		ids := `"` + later + `","` + d.Rule.ID + `","` + other + `"`
		revision := s.World().Position().Revision
		// One that cannot be published keeps all of them from it.
		if p := s.publishRules(newKey(), `{"ids":[`+ids+`,"`+draft+`"]}`).problem(http.StatusConflict, "illegal-transition"); p["id"] != draft {
			t.Errorf("%v", p)
		}
		s.publishRules(newKey(), `{"ids":[`+ids+`,"ru_none"]}`).problem(http.StatusNotFound, "not-found")
		s.publishRules(newKey(), `{"ids":[`+ids+`],"digests":{"`+other+`":"00"}}`).problem(http.StatusConflict, "content-changed")
		if now := s.World().Position().Revision; now != revision {
			t.Errorf("what was refused has changed revision %d to %d", revision, now)
		}
		key, body := newKey(), `{"ids":[`+ids+`],"text":"together"}`
		done := s.publishRules(key, body)
		var list struct{ Rules []layers.Rule }
		done.status(http.StatusOK).json(&list)
		var got []string
		for _, r := range list.Rules {
			got = append(got, r.Code+" "+string(r.State)+" "+r.From+" "+r.Until)
		}
		want := []string{"R-201-3 published 2026-11-01 ", "R-201-2 superseded 2026-10-12 2026-11-01", "R-500-1 published 2026-10-01 ", "R-201-1 superseded 2025-05-01 2026-10-12"}
		if !slices.Equal(got, want) {
			t.Errorf("published: %q, want %q", got, want)
		}
		for _, r := range list.Rules {
			if now := s.ruleNow(r.ID); now.Revision != revision+1 || now.Until != r.Until || now.State != r.State {
				t.Errorf("%s is stored as %+v", r.Code, now)
			}
		}
		if again := s.publishRules(key, body); again.StatusCode != http.StatusOK || string(again.bytes) != string(done.bytes) || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("the same again: %d %v %s", again.StatusCode, again.Header, again.bytes)
		}
		s.publishRules(key, `{"ids":["`+draft+`"]}`).problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
		s.publishRules(newKey(), body).problem(http.StatusConflict, "illegal-transition")

		// A revision beside others of its series on the same days cannot even be reviewed.
		beside := s.rule(nil, "from", `"2026-10-20"`)
		if p := s.step(layers.Planner, "/v1/rules/"+beside, "submit").problem(http.StatusConflict, "rule-conflict"); !strings.Contains(string(mustJSON(t, p)), "revisions-at-once") {
			t.Errorf("%v", p)
		}
		// Taken back, and the one before goes on until its end of then.
		s.step(layers.Publisher, "/v1/rules/"+later, "withdraw").ruled(http.StatusOK)
		if before := s.ruleNow(d.Rule.ID); before.State != layers.Published || before.Until != "" {
			t.Errorf("goes on: %+v", before)
		}
		c.set("2026-10-12 00:00")
		s.step(layers.Publisher, path, "withdraw").problem(http.StatusConflict, "lead-time")
	})

	t.Run("own draft, and a town's", func(t *testing.T) {
		s.post(townPlanner, "rules", ruleBody("series", "")).problem(http.StatusForbidden, "forbidden")
		town := s.post(townPlanner, "rules", ruleBody("series", "", "when", `{"area":{"towns":["310116104"]}}`)).ruled(http.StatusCreated)
		s.step(townPlanner, "/v1/rules/"+town.Rule.ID, "submit").status(http.StatusOK)
		s.step(townPlanner, "/v1/rules/ru_R-900_1", "redraft").problem(http.StatusForbidden, "forbidden")
	})
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}

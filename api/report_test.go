package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"wangge/layers"
	"wangge/routing/duty"
)

const (
	transport layers.Role = "agent of the transport commission"
	office    layers.Role = "agent of a grid office"
)

// What a report says of itself: the parameters, what cannot be one, and what comes of them in answers, batches, streams, coverage and refusals.
func TestReports(t *testing.T) {
	c := &clock{}
	c.set("2026-09-14 10:00")
	camera := &layers.Rule{Meta: meta("ru_R-090_1"), Code: "R-090-1", Name: "待核实", Series: "R-090", Number: 1, State: layers.Published, From: "2025-05-01", Band: layers.SpecialRules,
		When: layers.RuleWhen{Context: &layers.RuleContext{Channels: []string{"camera"}, MaxConfidence: 0.65}}, Then: layers.RuleThen{Primary: "unit:u_park"}, Base: layers.RuleBasis{List: layers.Voluntary},
		Clock: &layers.RuleClock{Ack: &layers.RuleDeadline{Kind: "elapsed", Amount: 30}}, Author: "demo planner"}
	s, _ := storeServer(t, c.now, append(ruleFixture(), camera), nil, seat{transport, layers.Token{ID: "t_transport", Name: "transport", Role: layers.UnitAgent, Unit: "u_transport"}},
		seat{office, layers.Token{ID: "t_office", Name: "office", Role: layers.UnitAgent, Unit: "u_grid_310116113Z01"}})
	inside := at(5, 1) // 113Z01
	lookup := func(more ...string) (a duty.Answer) {
		t.Helper()
		s.get(lookupPath(inside, more...)).status(http.StatusOK).json(&a)
		return a
	}
	primary := func(a duty.Answer) string {
		if a.Responsibility == nil || a.Responsibility.Primary == nil {
			return ""
		}
		return a.Responsibility.Primary.Unit + " " + a.Responsibility.Primary.Rule
	}

	t.Run("codes of others", func(t *testing.T) {
		for _, one := range [][2]string{{"whistle_item", "1"}, {"algorithm", "litter"}, {"hotline", "市容环卫/垃圾"}, {"category", "event.waste"}} {
			if a := lookup(one[0], one[1]); primary(a) != "u_transport R-201@1" || a.Query.Category != "event.waste" || a.Responsibility.Fallback {
				t.Errorf("%s: %s about %q", one, primary(a), a.Query.Category)
			}
		}
		if a := lookup("whistle_item", "1"); a.Query.WhistleItem != 1 {
			t.Errorf("the item is not in the answer: %+v", a.Query)
		}
		for _, one := range [][2]string{{"whistle_item", "53"}, {"algorithm", "unicorn"}, {"hotline", "市容环卫"}} {
			if p := s.get(lookupPath(inside, one[0], one[1])).problem(http.StatusBadRequest, "unknown-category"); p["parameter"] != one[0] || p["unknown"] != one[1] || !strings.Contains(p["detail"].(string), one[1]) {
				t.Errorf("%v: %v", one, p)
			}
		}
		if p := s.get(lookupPath(inside, "whistle_item", "1", "category", "event.waste")).problem(http.StatusBadRequest, "bad-parameter"); p["parameter"] != "whistle_item" {
			t.Errorf("two subjects: %v", p)
		}
	})

	t.Run("context", func(t *testing.T) {
		if a := lookup("channel", "camera", "confidence", "0.64", "category", "event.waste"); primary(a) != "u_park R-090@1" || a.Responsibility.Clock == nil {
			t.Errorf("below the threshold: %s", primary(a))
		}
		if a := lookup("channel", "camera", "confidence", "0.65", "category", "event.waste"); primary(a) != "u_transport R-201@1" {
			t.Errorf("at the threshold: %s", primary(a))
		}
		a := lookup("severity", "high", "reporter", "resident", "case_number", "2026-1/7", "received_by", "310116113Z01")
		if q := a.Query; q.Severity != "high" || q.Reporter != "resident" || q.CaseNumber != "2026-1/7" || q.ReceivedBy != "310116113Z01" {
			t.Errorf("the question in the answer: %+v", q)
		}
	})

	t.Run("hostile", func(t *testing.T) {
		for name, values := range map[string][]string{
			"whistle_item": {"", "0", "-1", "1.0", "01", "1000", "１", "1e1", " 1", "99999999999999999999"},
			"algorithm":    {"", strings.Repeat("x", 201), "a\x00b", "a\nb"}, "hotline": {"", "\x7f", strings.Repeat("市", 67)},
			"channel": {"", "Camera", "camera ", "phone"}, "severity": {"", "HIGH", "5"}, "reporter": {"", "me"},
			"confidence":  {"", "0", "-0.1", "1.01", "NaN", "Inf", "1e-1", "0,5", ".5"},
			"case_number": {"", " ", "a b", "../x", "é", strings.Repeat("1", 41), "a\"b"}, "received_by": {"", "a b", "<x>"},
			"known_at": {"", "now", "2026-09-14", "2026-09-14T10:00:00", "0000-00-00T00:00:00Z"},
		} {
			for _, v := range values {
				for _, path := range []string{"/v1/lookup", "/v1/coverage"} {
					r := s.send(ask{Path: strings.Replace(lookupPath(inside, name, v), "/v1/lookup", path, 1)})
					var p struct{ Parameter, Code string }
					if err := json.Unmarshal(r.bytes, &p); r.StatusCode != http.StatusBadRequest || err != nil || p.Parameter != name {
						t.Errorf("%s %s=%q: %d %s", path, name, v, r.StatusCode, r.bytes)
					}
				}
			}
		}
		for body, pointer := range map[string]string{
			`{"crs":"wgs84","points":[[121.35,30.81]],"whistle_item":"1"}`:                                                 "/whistle_item",
			`{"crs":"wgs84","points":[[121.35,30.81]],"whistle_item":1.5}`:                                                 "/whistle_item",
			`{"crs":"wgs84","points":[[121.35,30.81]],"whistle_item":53}`:                                                  "/whistle_item",
			`{"crs":"wgs84","points":[[121.35,30.81]],"confidence":"0.5"}`:                                                 "/confidence",
			`{"crs":"wgs84","points":[[121.35,30.81]],"confidence":2}`:                                                     "/confidence",
			`{"crs":"wgs84","points":[[121.35,30.81]],"channel":["camera"]}`:                                               "/channel",
			`{"crs":"wgs84","points":[[121.35,30.81]],"algorithm":"litter","hotline":"x"}`:                                 "/hotline",
			`{"crs":"wgs84","points":[[121.35,30.81]],"known_at":"yesterday"}`:                                             "/known_at",
			`{"crs":"wgs84","points":[[121.35,30.81]],"excluded":["u_transport"]}`:                                         "/excluded",
			`{"crs":"wgs84","points":[` + strings.Repeat(`[1,2],`, 500) + `[1,2]],"known_at":"2026-09-14T09:00:00+08:00"}`: "/points",
		} {
			r := s.do(ask2(body))
			var p struct{ Errors []struct{ Pointer string } }
			if err := json.Unmarshal(r.bytes, &p); r.StatusCode != http.StatusBadRequest && r.StatusCode != http.StatusRequestEntityTooLarge || err != nil || len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
				t.Errorf("%.120s: %d %s", body, r.StatusCode, r.bytes)
			}
		}
	})

	t.Run("batch and stream", func(t *testing.T) {
		var got struct {
			Items []struct {
				duty.Answer
				Error struct{ Code, Pointer string }
			}
		}
		body := fmt.Sprintf(`{"crs":"wgs84","at":"2026-09-14T10:00:00+08:00","whistle_item":1,"points":[%[1]s,{"lon":%[2]v,"lat":%[3]v,"category":"event.water"},{"lon":%[2]v,"lat":%[3]v,"algorithm":"unicorn"},
			{"lon":%[2]v,"lat":%[3]v,"channel":"camera","confidence":0.5}]}`, fmt.Sprintf("[%v,%v]", inside[0], inside[1]), inside[0], inside[1])
		s.do(ask2(body)).status(http.StatusOK).json(&got)
		want := []string{"u_transport R-201@1", "u_grid_310116113Z01 R-900@1", "", "u_park R-090@1"}
		for i, one := range got.Items {
			if primary(one.Answer) != want[i] {
				t.Errorf("point %d: %q, want %q", i, primary(one.Answer), want[i])
			}
		}
		if e := got.Items[2].Error; e.Code != "unknown-category" || e.Pointer != "/points/2/algorithm" {
			t.Errorf("the unknown code: %+v", e)
		}
		if q := got.Items[1].Query; q.WhistleItem != 0 || q.Category != "event.water" {
			t.Errorf("a category of its own: %+v", q)
		}
		r := s.do(ask{Method: "POST", Path: "/v1/lookup:batch?crs=wgs84&hotline=" + url.QueryEscape("市容环卫/垃圾"), Role: layers.Dispatcher, Body: fmt.Sprintf("[%v,%v]\n", inside[0], inside[1]),
			Header: []string{"Content-Type", "application/x-ndjson"}}).status(http.StatusOK)
		if line, _, _ := bytes.Cut(r.bytes, []byte("\n")); !bytes.Contains(line, []byte(`"rule":"R-201@1"`)) {
			t.Errorf("a line of a stream: %s", line)
		}
	})

	t.Run("coverage", func(t *testing.T) {
		var got struct {
			Served        bool
			Outcome, Grid string
			Unit          *duty.Party
			Clock         *duty.Deadlines
			Category      string
			Fallback      bool
		}
		cover := func(path string) {
			t.Helper()
			got.Unit, got.Clock = nil, nil
			s.get(strings.Replace(path, "/v1/lookup", "/v1/coverage", 1)).status(http.StatusOK).json(&got)
		}
		revision := s.World().Position()
		cover(lookupPath(inside, "whistle_item", "1"))
		if !got.Served || got.Outcome != "assigned" || got.Unit == nil || got.Unit.Unit != "u_transport" || got.Grid != "310116113Z01" || got.Category != "event.waste" || got.Clock != nil {
			t.Errorf("inside: %+v", got)
		}
		cover(lookupPath(inside, "channel", "camera", "confidence", "0.1"))
		if got.Clock == nil || got.Clock.Ack == 0 {
			t.Errorf("with a clock: %+v", got)
		}
		cover(lookupPath(at(9, 9)))
		if got.Served || got.Outcome != "outside" || got.Unit != nil {
			t.Errorf("outside: %+v", got)
		}
		if s.World().Position() != revision {
			t.Error("something was stored")
		}
	})

	t.Run("refusals", func(t *testing.T) { s.refusals(lookup("whistle_item", "1")) })
}

// refusals are three of one case, which the unit above all decides in the end.
func (s *server) refusals(first duty.Answer) {
	t := s.t
	refuse := func(role layers.Role, answer, key, body string) reply {
		t.Helper()
		return s.do(ask{Method: "POST", Path: "/v1/answers/" + answer + "/refusals", Role: role, Body: body, Header: []string{"Idempotency-Key", key}})
	}
	because := func(unit string) string {
		return `{"unit":"` + unit + `","reason":"not_our_duty","text":"不属于我单位职责","proposed":"u_park"}`
	}
	type next struct {
		Refusal layers.Refusal
		Answer  duty.Answer
	}
	refuse(office, first.ID, newKey(), because("u_transport")).problem(http.StatusForbidden, "forbidden")
	refuse(layers.Planner, first.ID, newKey(), because("u_transport")).problem(http.StatusForbidden, "forbidden")
	for body, pointer := range map[string]string{
		`{"unit":"u_nobody","reason":"other","text":"x"}`:                             "/unit",
		`{"unit":"u_park","reason":"other","text":"x"}`:                               "/unit", // is not the one that the answer names
		`{"unit":"u_transport","reason":"lazy","text":"x"}`:                           "/reason",
		`{"unit":"u_transport","reason":"other","text":" "}`:                          "/text",
		`{"unit":"u_transport","reason":"other","text":"x","proposed":"u_transport"}`: "/proposed",
		`{"unit":"u_transport","reason":"other","text":"x","hop":3}`:                  "/hop",
	} {
		if p := refuse(layers.Dispatcher, first.ID, newKey(), body).problem(http.StatusUnprocessableEntity, "validation-failed"); p["pointer"] != pointer {
			t.Errorf("%s: %v", body, p)
		}
	}
	refuse(layers.Dispatcher, "AAAA", newKey(), because("u_transport")).problem(http.StatusBadRequest, "bad-parameter")

	key := newKey()
	made := refuse(transport, first.ID, key, because("u_transport"))
	var one next
	made.status(http.StatusCreated).json(&one)
	if r := one.Refusal; r.Answer != first.ID || r.Next != one.Answer.ID || r.Unit != "u_transport" || r.Proposed != "u_park" || r.Hop != 1 || r.Rule != "R-201@1" || r.Author != "transport" || r.Decided != "u_grid_310116113Z01" || r.Category != "event.waste" {
		t.Errorf("the first refusal: %+v", r)
	}
	if q := one.Answer.Query; !slices.Equal(q.Excluded, []string{"u_transport"}) || one.Answer.Responsibility.Primary.Unit != "u_grid_310116113Z01" {
		t.Errorf("the next answer: %+v %+v", q, one.Answer.Responsibility.Primary)
	}
	// The same again, and what is the same.
	if again := refuse(transport, first.ID, key, because("u_transport")); again.StatusCode != http.StatusCreated || !bytes.Equal(again.bytes, made.bytes) || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the same again: %d %s", again.StatusCode, again.bytes)
	}
	refuse(transport, first.ID, newKey(), because("u_transport")).problem(http.StatusConflict, "exists")
	if r := s.get("/v1/answers/" + one.Answer.ID + ":replay").status(http.StatusOK); !bytes.Contains(made.bytes, bytes.TrimSpace(r.bytes)) {
		t.Errorf("the next answer is another when it is asked for: %s", r.bytes)
	}
	var two, three next
	refuse(office, one.Answer.ID, newKey(), `{"unit":"u_grid_310116113Z01","reason":"not_our_area","text":"x"}`).status(http.StatusCreated).json(&two)
	if two.Refusal.Hop != 2 || two.Answer.Responsibility.Primary == nil {
		t.Errorf("the second: %+v", two)
		return
	}
	last := two.Answer.Responsibility.Primary.Unit
	refuse(layers.Dispatcher, two.Answer.ID, newKey(), `{"unit":"`+last+`","reason":"other","text":"x"}`).status(http.StatusCreated).json(&three)
	steps := three.Answer.Trace
	if three.Refusal.Hop != 3 || three.Answer.Responsibility.Primary == nil || !slices.ContainsFunc(steps, func(s duty.Step) bool { return s.Step == "parent" }) {
		t.Errorf("the third: %+v", three)
		return
	}
	decided := three.Answer.Responsibility.Primary.Unit
	if last != "u_district" || decided != "u_district" { // the top of the tree cannot refuse its way out
		t.Errorf("%s has refused, and %s decides", last, decided)
	}
	refuse(layers.Dispatcher, three.Answer.ID, newKey(), `{"unit":"`+decided+`","reason":"other","text":"x"}`).problem(http.StatusConflict, "illegal-transition")

	// Two more equal ones, and a rule is suggested.
	type list struct {
		Items []struct {
			Category, Unit, Correct, Rule string
			Count                         int
			Grids, Refusals               []string
			Content                       json.RawMessage
		}
	}
	suggested := func(role layers.Role) (l list) {
		t.Helper()
		s.do(ask{Path: "/v1/refusals:suggestions", Role: role}).status(http.StatusOK).json(&l)
		return l
	}
	if got := suggested(layers.Planner); len(got.Items) != 0 {
		t.Errorf("after one: %+v", got)
	}
	for _, p := range []float64{1, 1.2} {
		var a duty.Answer
		s.get(lookupPath(at(p, 1), "whistle_item", "1")).json(&a)
		refuse(layers.Dispatcher, a.ID, newKey(), because("u_transport")).status(http.StatusCreated)
	}
	got := suggested(layers.Reviewer)
	if len(got.Items) != 1 || got.Items[0].Count != 3 || got.Items[0].Correct != "u_park" || got.Items[0].Rule != "R-201@1" || !slices.Equal(got.Items[0].Grids, []string{"310116104Z04", "310116113Z01"}) || len(got.Items[0].Refusals) != 3 {
		t.Errorf("suggested: %+v", got)
		return
	}
	// The content is that of a draft, but for its first day.
	var content map[string]json.RawMessage
	must(t, json.Unmarshal(got.Items[0].Content, &content))
	content["from"] = json.RawMessage(`"2026-10-01"`)
	if d := s.post(layers.Planner, "rules", string(mustJSON(t.(*testing.T), content))).ruled(http.StatusCreated); len(d.Findings) != 0 || d.Rule.Then.Primary != "unit:u_park" {
		t.Errorf("as a draft: %+v", d)
	}
}

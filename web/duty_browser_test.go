package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wangge/layers"
)

// decided is what a test reads of an answer about who is responsible.
type decided struct {
	ID             string `json:"answer_id"`
	Responsibility struct {
		Primary struct {
			Unit, Name, Rule string
			NameEn           string `json:"name_en"`
		}
		Supervisor struct{ Name string }
		Clock      struct {
			Resolve string `json:"resolve_due"`
		}
	}
	Trace []struct{ Step string }
}

// TestResponsible asks about an abandoned pole, reads who is responsible, by which rule and why in both languages, follows the rule, and has a
// dispatcher refuse for the unit.
func TestResponsible(t *testing.T) {
	s := serve(t)
	const hash = "p=121.3,30.85&crs=wgs84"
	p := open(t, s.url, "/#lang=zh&theme=light&"+hash, 1000, 700, "zh-CN")
	p.do(chromedp.SendKeys(chromedp.CSS(test("category")), "17"))
	p.until("the category", fmt.Sprintf("document.querySelector(%q)?.innerText.includes('part.pole.abandoned')", test("category-option")))
	p.press(kb.Enter)
	p.until("an answer to the category", `location.hash.includes("cat=part.pole.abandoned") && document.querySelector('[data-test="answer"]')?.getAttribute("aria-busy")==="false"`)
	var want decided
	fetch(t, s.url+"/v1/lookup?lon=121.3&lat=30.85&crs=wgs84&category=part.pole.abandoned", &want)
	r := want.Responsibility
	p.expect("unit", r.Primary.Name)
	p.expect("answer-rule", r.Primary.Rule)
	p.expect("supervisor", r.Supervisor.Name)
	p.expect("basis", "第 17 项")
	p.expect("due-resolve", "还剩")
	p.moreOfReport()
	p.eval(fmt.Sprintf(`(()=>{document.querySelector(%q).open=true;return 1})()`, test("trace")))
	steps := func() (out []struct{ Step, Text string }) {
		p.value(`[...document.querySelectorAll('[data-test="trace"] li')].map(l=>({Step:l.dataset.step,Text:l.innerText}))`, &out)
		return out
	}
	for i, one := range steps() {
		if i >= len(want.Trace) || one.Step != want.Trace[i].Step || !strings.HasSuffix(one.Text, "。") {
			t.Errorf("step %d is %+v, want a sentence about %+v", i, one, want.Trace)
		}
	}
	p.shot("responsible-zh-light-1000")
	p.click("language")
	p.expect("unit", r.Primary.NameEn)
	if list := steps(); len(list) != len(want.Trace) || !strings.Contains(list[len(list)-1].Text, r.Primary.Rule) || strings.ContainsAny(list[len(list)-1].Text, "规则决定") {
		t.Errorf("the steps in English are %+v", list)
	}
	p.click("answer-rule")
	p.expect("sentences", "Abandoned pole")
	p.shot("rule-en-light-1000")

	p.enter(s.tokenOf(t, "dispatcher", layers.Dispatcher, ""), hash+"&cat=part.pole.abandoned")
	p.click("not-mine")
	p.waitFor("refusal-form")
	p.do(chromedp.SendKeys(chromedp.CSS(test("refusal-text")), "The pole is on the land of a park."))
	p.shot("refusal-en-light-1000")
	p.accessible("refusal")
	p.click("refusal-send")
	p.expect("hops", r.Primary.NameEn)
	if got := p.text(test("unit")); got == "" || got == r.Primary.NameEn {
		t.Errorf("after the refusal the unit is %q", got)
	}
	p.onlyOurs()
}

// moreOfReport says by keys who reports a case and how sure the source is, and reads both in the address and in the question that is asked.
func (p *page) moreOfReport() {
	p.Helper()
	p.do(clickFirst(test("more-of-report") + " summary"))
	p.do(chromedp.SendKeys(chromedp.CSS(test("confidence")), "150%"))
	p.press(kb.Enter)
	p.until("a word about what is no confidence", `document.querySelector('[data-test="confidence"]').getAttribute("aria-invalid")==="true" && !location.hash.includes("conf=")`)
	p.eval(`(()=>{document.querySelector('[data-test="confidence"]').select();return 1})()`)
	p.do(chromedp.SendKeys(chromedp.CSS(test("confidence")), "92%"))
	p.press(kb.Enter)
	p.until("the confidence in the address", `location.hash.includes("conf=0.92")`)
	p.choose("reporter", "machine")
	p.do(chromedp.SendKeys(chromedp.CSS(test("case-number")), "20260914-0017"))
	p.press(kb.Enter)
	p.until("the whole question in the address", `location.hash.includes("rep=machine&conf=0.92&case=20260914-0017")`)
	p.until("an answer to it", `document.querySelector('[data-test="answer"]')?.getAttribute("aria-busy")==="false"`)
	var asked []string
	p.mu.Lock()
	asked = append(asked, p.requests...)
	p.mu.Unlock()
	if last := asked[len(asked)-1]; !slices.ContainsFunc(asked, func(u string) bool {
		return strings.Contains(u, "/v1/lookup?") && strings.Contains(u, "reporter=machine&confidence=0.92&case_number=20260914-0017")
	}) {
		p.Errorf("the service was not asked with what the report says; the last request is %s", last)
	}
}

// TestRule makes a draft of what refusals suggest, drafts a rule that contradicts another, sees the finding beside what is edited, mends it,
// draws its area, submits it, and sees what it would change.
func TestRule(t *testing.T) {
	s := serve(t)
	s.refuse(t)
	p := open(t, s.url, "/#lang=zh&theme=light", 1000, 700, "zh-CN")
	p.enter(s.token, "show=suggestions")
	p.takesSuggestion()
	p.eval(`location.hash="show=rules"`)
	p.waitFor("rule-R-301-1")
	p.click("rule-new")
	p.waitFor("rule-form")
	p.do(chromedp.SendKeys(chromedp.CSS(test("rule-name")), "河边废物箱"))
	p.press(kb.Enter)
	p.do(chromedp.SendKeys(chromedp.CSS(test("rule-category")), "part.bin"))
	p.waitFor("rule-category-option")
	p.press(kb.Enter)
	p.choose("rule-primary", "unit")
	p.do(chromedp.SendKeys(chromedp.CSS(test("rule-primary-unit")), "u_water"))
	p.waitFor("rule-primary-unit-option")
	p.press(kb.Enter)
	p.expect("finding-rule-conflict", "R-301@1")
	if n := p.checked(); n != `"1"` {
		t.Errorf("a rule that contradicts another has %s blocking findings, want 1", n)
	}
	p.expect("sentences", "水务局")
	p.shot("rule-conflict-zh-light-1000")
	p.choose("rule-band", "special")
	if n := p.checked(); n != `"0"` {
		t.Errorf("a rule of a higher band has %s blocking findings", n)
	}
	p.drawsArea()
	if n := p.checked(); n != `"0"` {
		t.Errorf("a rule with a drawn area has %s blocking findings", n)
	}
	p.press("s", chromedp.ModifierCtrl)
	p.until("a stored draft", `/[#&]rule=ru_/.test(location.hash) && document.querySelector('[data-test="rule-panel"]')?.dataset.state==="draft"`)
	p.click("plan-review")
	p.click("step-submit")
	p.expect("review-state", "审核中")
	var list struct {
		Items []struct {
			Name, Band string
			ID         string
			Then       struct{ Primary string }
			When       struct {
				Area struct{ Polygon [][][2]float64 }
			}
		}
	}
	if err := json.Unmarshal(s.body(t, "/v1/rules?state=in_review"), &list); err != nil || len(list.Items) != 1 || list.Items[0].Name != "河边废物箱" || list.Items[0].Band != "special" || list.Items[0].Then.Primary != "unit:u_water" {
		t.Fatalf("in review are %+v (%v)", list.Items, err)
	}
	if drawn := list.Items[0].When.Area.Polygon; len(drawn) != 1 || len(drawn[0]) != 6 || drawn[0][0] != drawn[0][5] {
		t.Errorf("the area that was drawn is stored as %v", drawn)
	}
	p.seesImpact(s, list.Items[0].ID)
	p.publishesAfterLooking(s, list.Items[0].ID)
	p.onlyOurs()
}

// enter signs in on the account's panel, without loading the page anew, and goes to a place of the page.
func (p *page) enter(token, hash string) {
	p.Helper()
	p.click("account")
	p.waitFor("token")
	p.eval(fmt.Sprintf(`(()=>{const i=document.querySelector(%q);i.value=%q;i.dispatchEvent(new Event("input",{bubbles:true}));return 1})()`, test("token"), token))
	p.click("sign-in")
	p.waitFor("account-name")
	p.eval(fmt.Sprintf("location.hash=%q", hash))
}

// ruleScreens makes a draft that contradicts another rule, one with a drawn area and one in review, and has cases refused; it lists the screens
// of rules to look at.
func ruleScreens(t *testing.T, s *service) []aScreen {
	t.Helper()
	draft := func(body map[string]any) (id string) {
		status, _, answer := s.asked(t, http.MethodPost, "/v1/rules", s.token, "", body)
		var out struct{ Rule struct{ ID string } }
		if err := json.Unmarshal(answer, &out); status != http.StatusCreated || err != nil {
			t.Fatalf("a rule: %d %v %s", status, err, answer)
		}
		return out.Rule.ID
	}
	conflict := draft(map[string]any{"name": "河边废物箱", "from": "2027-01-04", "band": "regular", "when": map[string]any{"categories": []string{"part.bin"}},
		"then": map[string]any{"primary": "unit:u_water", "co": []string{"town.kind:town"}}, "basis": map[string]any{"list": "statutory"}})
	night := draft(map[string]any{"based_on": "R-031-1", "from": "2027-01-04", "then": map[string]any{"primary": "unit:u_traffic_police", "supervisor": "post:chief"},
		"name": "潮汐路段夜间停车", "series": "R-031", "band": "regular", "basis": map[string]any{"list": "statutory"},
		"when":  map[string]any{"categories": []string{"event.parking.illegal"}, "feature": map[string]any{"layer": "zones", "modes": []string{"travel"}}, "times": []any{map[string]any{"start": "06:00", "duration_min": 840, "day_types": []string{"workday"}}}},
		"clock": map[string]any{"ack": map[string]any{"kind": "elapsed", "amount": 10}}})
	area := draft(map[string]any{"name": "亭林河边废物箱", "name_en": "Bins by the river at Tinglin", "from": "2027-01-04", "band": "special", "then": map[string]any{"primary": "unit:u_water"}, "basis": map[string]any{"list": "voluntary"},
		"when": map[string]any{"categories": []string{"part.bin"}, "area": map[string]any{"polygon": [][][2]float64{{{121.28, 30.86}, {121.35, 30.87}, {121.36, 30.92}, {121.3, 30.93}, {121.28, 30.86}}}}}})
	s.refuse(t)
	path := "/v1/rules/" + night
	if status, _, answer := s.asked(t, http.MethodPost, path+":submit", s.token, s.etag(t, path), map[string]string{"text": "请审核"}); status != http.StatusOK {
		t.Fatalf("submit: %d %s", status, answer)
	}
	return []aScreen{
		{"rules", "show=rules", test("rules"), ""},
		{"rule-draft", "rule=" + conflict, test("finding-rule-conflict"), ""},
		{"rule-wide", "rule=" + conflict, test("finding-rule-conflict"), "plan-wide"},
		{"rule-difference", "rule=" + night + "&tab=difference", test("rule-difference"), ""},
		{"rule-review", "rule=" + night + "&tab=review", test("review"), ""},
		{"rule-area", "rule=" + area, test("sketch"), "sketch-show"},
		{"impact", "show=impact&rules=" + area, `[data-work="done"]`, ""},
		{"impact-matters", "show=impact&of=matters&rules=" + area, `[data-list="matters"]`, ""},
		{"suggestions", "show=suggestions", test("suggestion"), ""},
		{"coverage", "show=coverage&cell=" + url.QueryEscape("17/310116104Z05"), test("cell"), ""},
	}
}

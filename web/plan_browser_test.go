package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wangge/layers"
)

// signIn keeps a token in the browser and opens a page of the service with it.
func (p *page) signIn(token, path string) {
	p.Helper()
	p.eval(fmt.Sprintf(`(()=>{localStorage.setItem("wangge.token",%q);return 1})()`, token))
	p.goTo(path)
	p.signed()
}

// signed waits until the page knows whose token it has.
func (p *page) signed() {
	p.Helper()
	p.until("an account", fmt.Sprintf("document.querySelector(%q)?.classList.contains('signed')", test("account")))
}

// goTo loads a page of the service anew.
func (p *page) goTo(path string) {
	p.Helper()
	p.do(chromedp.Navigate("about:blank"))
	p.do(chromedp.Navigate(p.base + path))
	p.until("a page", "document.documentElement?.dataset.map")
	p.idle()
}

// press sends a key with modifiers to what has the focus.
func (p *page) press(key string, with ...chromedp.Modifier) {
	p.Helper()
	p.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(with...)))
}

// focused reports whether the element that tests know by a name has the focus.
func (p *page) focused(name string) bool {
	p.Helper()
	return p.eval(fmt.Sprintf("document.activeElement?.matches(%q)===true", test(name))) == "true"
}

// tabTo presses Tab until an element has the focus, as somebody without a mouse does.
func (p *page) tabTo(name string) {
	p.Helper()
	p.waitFor(name)
	for range 150 {
		if p.focused(name) {
			return
		}
		p.press(kb.Tab)
	}
	p.shot("failed")
	p.Fatalf("Tab does not lead to %s", name)
}

// checked waits until what is edited has been looked at, and returns how much blocks it.
func (p *page) checked() string {
	p.Helper()
	time.Sleep(300 * time.Millisecond) // the page waits for a pause in typing
	p.until("findings", `document.querySelector('[data-test="findings"]')?.dataset.busy==="false"`)
	return p.eval(`document.querySelector('[data-test="findings"]').dataset.blocking`)
}

// expect fails the test when the text of an element has no such part.
func (p *page) expect(name, part string) {
	p.Helper()
	p.until(fmt.Sprintf("%s with %q", name, part), fmt.Sprintf("document.querySelector(%q)?.innerText.includes(%q)", test(name), part))
}

// asked is a write over HTTP with a token; it returns the status and the answer.
func (s *service) asked(t *testing.T, method, path, token, etag string, body any) (int, http.Header, []byte) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", fmt.Sprint("k-", time.Now().UnixNano()))
	}
	if etag != "" {
		req.Header.Set("If-Match", etag)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, out
}

// etag is the tag that a change of a feature has to name now.
func (s *service) etag(t *testing.T, path string) string {
	t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.Header.Get("ETag")
}

// consent gives the consent of a unit to a revision, as its agents do.
func (s *service) consent(t *testing.T, id, token string) {
	t.Helper()
	path := "/v1/schedules/" + id
	if status, _, answer := s.asked(t, http.MethodPost, path+":sign", token, s.etag(t, path), map[string]string{"text": "同意"}); status != http.StatusOK {
		t.Fatalf("consent: %d %s", status, answer)
	}
}

// planned is the revision that the address of the page names.
func (p *page) planned() string {
	p.Helper()
	p.until("a stored draft", "/[#&]plan=[^&]+\\//.test(location.hash)")
	var hash string
	p.value("location.hash.slice(1)", &hash)
	q, err := url.ParseQuery(hash)
	if err != nil {
		p.Fatal(err)
	}
	_, id, _ := strings.Cut(q.Get("plan"), "/")
	return id
}

// nextSaturday is the first Saturday from a day on.
func nextSaturday(day time.Time) time.Time {
	for day.Weekday() != time.Saturday {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

var shanghai = time.FixedZone("Shanghai", 8*3600)

// watchMode is the script with which a window notes when the map shows a zone in a mode, and when a lookup in it answers so.
const watchMode = `(()=>{const map=document.querySelector(".map").map,w=window.watched={map:0,lookup:0,was:null,outcome:""};
	const mode=()=>map.queryRenderedFeatures({layers:["zone-fill"]}).find(f=>f.properties.id===%[1]q)?.properties.mode;
	w.was=mode();
	map.on("render",()=>{if(!w.map&&mode()===%[2]q)w.map=Date.now()});
	const ask=async()=>{if(w.lookup)return;const a=await(await fetch(%[3]q)).json();w.outcome=a.outcome;if(a.outcome==="no_action")w.lookup=Date.now();else setTimeout(ask,25)};ask();return 1})()`

// noteAnswers is the script that keeps when the answer of a step was there.
const noteAnswers = `(()=>{const plain=window.fetch;window.fetch=async(...a)=>{const r=await plain(...a);if(String(a[0]).endsWith(":publish"))window.published={at:Date.now(),status:r.status};return r}})()`

// TestPlan drafts a night with the keyboard alone, meets a conflict and resolves it, has it consented to, approved and published by
// others, and sees the map and the lookup change.
func TestPlan(t *testing.T) {
	s := serve(t)
	reviewer, publisher := s.tokenOf(t, "reviewer", layers.Reviewer, ""), s.tokenOf(t, "publisher", layers.Publisher, "")
	police, road := s.tokenOf(t, "police", layers.UnitAgent, "u_traffic_police"), s.tokenOf(t, "road", layers.UnitAgent, "u_transport")
	first := time.Now().In(shanghai).AddDate(0, 0, 14)
	saturday := nextSaturday(first)
	day := saturday.Format("2006-01-02")

	p := openAs(t, s.url, s.token, "/#lang=zh&theme=light", 1440, 900, "zh-CN")
	p.press("m")
	p.tabTo("zone-z_haihui")
	p.press(kb.Enter)
	p.tabTo("plan")
	p.press(kb.Enter)
	p.waitFor("week")
	if p.eval(fmt.Sprintf("document.querySelector('[data-day=%q]')!==null", day)) != "true" { // the first week ends before a Saturday in force
		p.tabTo("week-after")
		p.press(kb.Enter)
	}
	p.until("the week", fmt.Sprintf("document.querySelector('[data-day=%q]')", day))
	p.tabTo("week-day-sat")
	p.press("n")
	bar := func(weekday string) {
		p.until("the bar on "+weekday, fmt.Sprintf("document.activeElement?.matches('[data-test=\"bar-parking-2000-%s\"]')", weekday))
	}
	bar("sat")
	p.press(kb.ArrowRight)
	p.press(kb.ArrowRight)
	p.press(kb.ArrowLeft, chromedp.ModifierShift)
	p.press(kb.ArrowRight, chromedp.ModifierAlt)
	p.until("times", `document.activeElement.getAttribute("aria-label").includes("20:31–次日 07:16")`)
	p.press("z", chromedp.ModifierCtrl)
	p.until("times again", `document.activeElement.getAttribute("aria-label").includes("20:30–次日 07:15")`)
	p.press("y", chromedp.ModifierCtrl)
	p.press("z", chromedp.ModifierCtrl)
	if got := p.eval(`document.querySelector('[data-test="announcement"]').innerText`); !strings.Contains(got, "已撤销") {
		t.Errorf("the announcement is %s", got)
	}
	p.press(kb.ArrowUp)
	bar("fri")
	if n := p.checked(); n != `"0"` {
		t.Errorf("two windows of one mode are %s conflicts", n)
	}
	p.press(kb.Enter)
	p.until("the form", fmt.Sprintf("document.activeElement?.matches(%q)", test("window-mode")))
	p.press(kb.ArrowDown)
	p.press(kb.Escape)
	bar("fri")
	if n := p.checked(); n != `"1"` {
		t.Errorf("loading and parking at once are %s conflicts, want 1", n)
	}
	p.shot("plan-conflict-zh-light-1440")
	p.accessible("plan with a conflict")
	p.tabTo("finding-modes-at-once")
	p.press(kb.Enter)
	p.until("the form of the window", fmt.Sprintf("document.activeElement?.matches(%q)", test("window-mode")))
	p.press(kb.ArrowUp)
	p.press(kb.Escape)
	p.until("a bar", `document.activeElement?.dataset.bar`)
	p.press(kb.ArrowDown)
	bar("sat")
	if n := p.checked(); n != `"0"` {
		t.Errorf("%s conflicts are left", n)
	}
	p.press("s", chromedp.ModifierCtrl)
	id := p.planned()
	p.tabTo("plan-review")
	p.press(kb.Enter)
	p.tabTo("step-submit")
	p.press(kb.Enter)
	p.expect("review-state", "审核中")
	p.shot("plan-review-zh-light-1440")
	p.accessible("review")

	s.consent(t, id, police)
	q := openAs(t, s.url, reviewer, "/#lang=zh&theme=light&show=parking", 1000, 800, "zh-CN", noteAnswers)
	q.click("waiting-haihui-2")
	q.waitFor("consent-police")
	q.until("a consent that is missing", `document.querySelector('[data-test="consent-road"]')?.dataset.given==="false"`)
	if got := q.eval(fmt.Sprintf("document.querySelector(%q).getAttribute('aria-disabled')", test("step-approve"))); got != `"true"` {
		t.Errorf("it can be approved without a consent: %s", got)
	}
	s.consent(t, id, road)
	s.consent(t, id, s.tokenOf(t, "town", layers.UnitAgent, "u_town_310116113"))
	q.waitFor("plan-news")
	q.click("plan-news-show")
	q.until("all consents", `[...document.querySelectorAll('[data-test^="consent-"]')].every(c => c.dataset.given==="true")`)
	q.click("step-approve")
	q.expect("review-state", "已通过")

	// The planner looks at the Saturday night; the publisher publishes.
	at := saturday.Format("2006-01-02") + "T21:00:00+08:00"
	lookup := fmt.Sprintf("/v1/lookup?lon=121.335&lat=30.752935&crs=wgs84&category=event.parking.illegal&at=%s", url.QueryEscape(at))
	p.goTo("/#lang=zh&theme=light&f=zones/z_haihui&at=" + url.QueryEscape(at) + "&v=17/121.335/30.7529")
	p.expect("zone-mode", "通行")
	p.eval(fmt.Sprintf(watchMode, "z_haihui", "parking", lookup))
	if was := p.eval("window.watched.was"); was != `"travel"` {
		t.Fatalf("before it is published the map shows %s", was)
	}
	q.signIn(publisher, "/#lang=zh&theme=light&plan=z_haihui/"+id+"&tab=review")
	q.click("step-publish")
	q.expect("review-state", "已发布")
	p.until("the map and the lookup", "window.watched.map && window.watched.lookup")
	var published struct{ At, Status int64 }
	var watched struct{ Map, Lookup int64 }
	q.value("window.published", &published)
	p.value("window.watched", &watched)
	t.Logf("published: the lookup answers so %+d ms after the acknowledgement, the map shows it %+d ms after it", watched.Lookup-published.At, watched.Map-published.At)
	if late := max(watched.Map, watched.Lookup) - published.At; published.Status != http.StatusOK || late > 10_000 {
		t.Errorf("status %d; map and lookup follow after %d ms", published.Status, late)
	}
	p.expect("zone-mode", "停车")
	p.shot("plan-published-zh-light-1440")
	p.onlyOurs()
	q.onlyOurs()
}

// planScreens makes drafts and a revision in review, and lists the states of the planner's screen to look at.
func planScreens(t *testing.T, s *service) []aScreen {
	t.Helper()
	window := func(id, mode, start string, minutes int, types ...string) map[string]any {
		return map[string]any{"id": id, "mode": mode, "start": start, "duration_min": minutes, "day_types": types}
	}
	market := window("market", "closed", "05:00", 300, "restday", "holiday")
	market["clear_by"], market["grace_min"], market["tail_policy"] = "09:45", 15, "cut_midnight"
	draft := s.draft(t, s.token, map[string]any{
		"zone": "z_haihui", "name": "夜间停车与周末集市", "from": "2027-01-04", "documents": []string{"金交〔2026〕12 号"},
		"windows": []any{window("night", "parking", "20:00", 660, "workday"), window("unload", "loading", "19:00", 120, "workday", "makeup_workday"), market},
		"exceptions": []any{
			map[string]any{"id": "spring", "effect": "close", "reason": "春节交通保障", "first_day": "2027-02-05", "until_day": "2027-02-12", "document": "金交〔2026〕15 号"},
			map[string]any{"id": "run", "effect": "replace", "reason": "半程马拉松", "first_day": "2027-03-28", "until_day": "2027-03-29", "event": "金山半程马拉松",
				"windows": []any{map[string]any{"id": "race", "mode": "closed", "start": "06:00", "duration_min": 420}}},
		},
	})
	review := s.draft(t, s.token, map[string]any{"zone": "z_haihui", "name": "夜间停车延长一小时", "from": "2027-01-04", "windows": []any{window("night", "parking", "20:00", 720, "workday")}})
	path := "/v1/schedules/" + review.ID
	if status, _, answer := s.asked(t, http.MethodPost, path+":submit", s.token, s.etag(t, path), map[string]string{"text": "请审核"}); status != http.StatusOK {
		t.Fatalf("submit: %d %s", status, answer)
	}
	s.consent(t, review.ID, s.tokenOf(t, "police", layers.UnitAgent, "u_traffic_police"))
	order := map[string]any{"name": "抢修水管", "zones": []string{"z_haihui"}, "starts": time.Now().Format(time.RFC3339), "ends": time.Now().Add(6 * time.Hour).Format(time.RFC3339), "band": "emergency", "mode": "closed", "reason": "水管爆裂"}
	if status, _, answer := s.asked(t, http.MethodPost, "/v1/orders", s.tokenOf(t, "dispatcher", layers.Dispatcher, ""), "", order); status != http.StatusCreated {
		t.Fatalf("an order: %d %s", status, answer)
	}
	plan := func(id, rest string) string { return "plan=z_haihui/" + id + rest }
	return []aScreen{
		{"parking-signed", "show=parking", test("waiting-" + draft.Code), ""},
		{"zone-signed", "f=zones/z_haihui", test("orders"), ""},
		{"plan-new", "plan=z_haihui", test("week"), ""},
		{"plan-week", plan(draft.ID, "&day=2027-02-03"), test("finding-modes-at-once"), "row-market"},
		{"plan-wide", plan(draft.ID, "&day=2027-02-03"), test("finding-modes-at-once"), "plan-wide"},
		{"plan-year", plan(draft.ID, "&tab=year&day=2027-02-05"), test("year"), "row-spring"},
		{"plan-difference", plan(draft.ID, "&tab=difference&day=2027-02-03"), test("difference-view"), ""},
		{"plan-draft", plan(draft.ID, "&tab=review"), test("review"), ""},
		{"plan-review", plan(review.ID, "&tab=review"), test("sign-text"), ""},
		{"time", "f=zones/z_haihui&at=2027-02-05T21:00:00%2B08:00&v=16/121.335/30.7529", test("week-strip"), "open-time"},
	}
}

package web_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wangge/layers"
)

// drawsArea draws the area of the rule that is edited: four corners on the map, one dragged, one taken away by key, undone, and one more by
// its coordinates.
func (p *page) drawsArea() {
	p.Helper()
	p.eval(`(()=>{document.querySelector('[data-part="when/area"]').open=true;return 1})()`)
	p.click("sketch-draw")
	p.do(chromedp.MouseClickXY(600, 300))
	p.drawnWith(1)
	p.do(chromedp.MouseClickXY(800, 300))
	p.do(chromedp.MouseClickXY(800, 500))
	p.do(chromedp.MouseClickXY(600, 500))
	p.drawnWith(4)
	p.still("sketch-zh-light-1000")
	p.do(chromedp.MouseClickXY(600, 300)) // the first one again ends it
	p.until("the end of drawing", `document.querySelector('[data-test="sketch"]').dataset.adding === "false"`)
	p.until("no question to the service about the place", `!/[#&]p=/.test(location.hash)`)
	before := p.corner(2)
	p.mouse([2]float64{800, 500}, [2]float64{840, 540})
	p.until("a corner that was dragged", fmt.Sprintf(`JSON.stringify(document.querySelector(%q).value) !== %q`, test("sketch-corner-2"), before))
	p.press(kb.Delete)
	p.drawnWith(3)
	p.press("z", chromedp.ModifierCtrl)
	p.drawnWith(4)
	p.press("z", chromedp.ModifierCtrl)
	p.until("the corner where it was", fmt.Sprintf(`JSON.stringify(document.querySelector(%q).value) === %q`, test("sketch-corner-2"), before))
	p.eval(`(()=>{document.querySelector('[data-test="sketch-corners"]').open=true;return 1})()`)
	p.do(chromedp.SendKeys(chromedp.CSS(test("sketch-add")), "30.85N 121.0E"))
	p.press(kb.Enter)
	p.drawnWith(5)
	if got := p.corner(4); got != `"121, 30.85"` {
		p.Errorf("the corner that was typed is %s", got)
	}
	p.accessible("drawing")
}

// still writes a picture of the page with a finished map, if the test was asked for pictures: drawing without a graphics card takes a while.
func (p *page) still(name string) {
	p.Helper()
	if *shots != "" {
		p.idle()
		p.shot(name)
	}
}

// corner is what the list says of a corner.
func (p *page) corner(i int) string {
	p.Helper()
	return p.eval(fmt.Sprintf("document.querySelector(%q)?.value", test(fmt.Sprint("sketch-corner-", i))))
}

// impactOf is what a test reads of a comparison.
type impactOf struct {
	Spots, CellCount int
	Changed          []struct{ Cell string }
	Cells            []struct{ Category, Grid string }
	Poles            struct {
		Of      int
		Changed []struct{ ID string }
	}
}

// seesImpact follows a rule to what it would change, reads the counts that the service gives, and compares new borders with it.
func (p *page) seesImpact(s *service, rule string) {
	p.Helper()
	want := p.impact(s, map[string]any{"rules": []string{rule}, "at": p.firstMorning(rule, s), "resolution": 8})
	if len(want.Changed) == 0 || len(want.Changed) == want.Spots {
		p.Fatalf("a rule about some of the district changes %d of %d places", len(want.Changed), want.Spots)
	}
	p.click("impact-of-rule")
	p.until("a comparison", `document.querySelector('[data-test="impact"]')?.dataset.work === "done"`)
	p.expect("impact-places", fmt.Sprintf("%d / 1,054", len(want.Changed)))
	p.expect("impact-matters", fmt.Sprintf("%d / 2,146", len(want.Cells)))
	p.still("impact-rule-zh-light-1000")

	borders := p.swapped()
	p.eval(`(()=>{document.querySelector('[data-test="impact-files"]').open=true;return 1})()`)
	p.do(chromedp.SetUploadFiles(chromedp.CSS(test("impact-file")), []string{borders}))
	p.waitFor("impact-file-list")
	p.click("impact-run")
	p.until("poles that change hands", `document.querySelector('[data-test="impact"]')?.dataset.work === "done" && document.querySelector('[data-test="tab-poles"]')`)
	p.click("tab-poles")
	p.until("the list of poles", `document.querySelectorAll('[data-list="poles"] tbody tr').length > 10`)
	if got := p.text(`[data-list="poles"] tbody tr`); !strings.Contains(got, "→") || !strings.Contains(got, "亭林镇第一综合网格") || !strings.Contains(got, "亭林镇第二综合网格") {
		p.Errorf("a pole of a grid that is exchanged is shown as %q", got)
	}
	n := p.eval(`document.querySelectorAll('[data-list="poles"] tbody tr').length`)
	p.do(chromedp.SendKeys(chromedp.CSS(test("impact-filter")), "没有这样的"))
	p.until("nothing that matches", `location.hash.includes("q=") && !document.querySelector('[data-list="poles"]')`)
	p.eval(`(()=>{const i=document.querySelector('[data-test="impact-filter"]');i.value="";i.dispatchEvent(new Event("input",{bubbles:true}));return 1})()`)
	p.until("all poles again", fmt.Sprintf(`document.querySelectorAll('[data-list="poles"] tbody tr').length === %s`, n))
	p.eval(keepSaved)
	p.click("impact-csv")
	p.until("a file", "window.saved")
	p.still("impact-borders-zh-light-1000")
	p.accessible("impact")
}

func (p *page) impact(s *service, body map[string]any) (out impactOf) {
	p.Helper()
	status, _, answer := s.asked(p.T, http.MethodPost, "/v1/impact", s.token, "", body)
	if err := json.Unmarshal(answer, &out); status != http.StatusOK || err != nil {
		p.Fatalf("impact: %d %v %.300s", status, err, answer)
	}
	return out
}

// publishesAfterLooking has a publisher choose an approved rule in the list, see what it changes, and publish it from there.
func (p *page) publishesAfterLooking(s *service, rule string) {
	p.Helper()
	path := "/v1/rules/" + rule
	if status, _, answer := s.asked(p.T, http.MethodPost, path+":approve", s.tokenOf(p.T, "reviewer", layers.Reviewer, ""), s.etag(p.T, path), map[string]string{}); status != http.StatusOK {
		p.Fatalf("approve: %d %s", status, answer)
	}
	p.click("account")
	p.click("sign-out")
	p.enter(s.tokenOf(p.T, "publisher", layers.Publisher, ""), "show=rules")
	p.waitFor("publish-rules")
	p.do(clickFirst(test("publish-rules") + " input"))
	p.click("impact-of-chosen")
	p.until("a comparison", `document.querySelector('[data-test="impact"]')?.dataset.work === "done"`)
	p.click("impact-publish")
	p.until("the list of what is published", `/[#&]state=published/.test(location.hash) && document.querySelector('[data-test="rules"]')`)
	var r struct{ State string }
	if err := json.Unmarshal(s.body(p.T, path), &r); err != nil || r.State != "published" {
		p.Errorf("the rule is %q (%v)", r.State, err)
	}
}

// firstMorning is ten o'clock on the first day of a rule.
func (p *page) firstMorning(rule string, s *service) string {
	p.Helper()
	var r struct{ From string }
	if err := json.Unmarshal(s.body(p.T, "/v1/rules/"+rule), &r); err != nil || r.From == "" {
		p.Fatalf("the rule %s: %v", rule, err)
	}
	return r.From + "T10:00:00+08:00"
}

// swapped writes a file of borders in which two grids of Tinglin have each other's ground.
func (p *page) swapped() string {
	p.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../data/grids.geojson"))
	if err != nil {
		p.Fatal(err)
	}
	var set map[string]any
	if err := json.Unmarshal(text, &set); err != nil {
		p.Fatal(err)
	}
	var two []any
	for _, f := range set["features"].([]any) {
		if code := f.(map[string]any)["id"]; code == "310116104Z01" || code == "310116104Z02" {
			two = append(two, f)
		}
	}
	if len(two) != 2 {
		p.Fatalf("%d grids of Tinglin", len(two))
	}
	a, b := two[0].(map[string]any), two[1].(map[string]any)
	a["geometry"], b["geometry"] = b["geometry"], a["geometry"]
	set["features"] = two
	text, err = json.Marshal(set)
	if err != nil {
		p.Fatal(err)
	}
	name := filepath.Join(p.TempDir(), "new borders.geojson")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		p.Fatal(err)
	}
	return name
}

// refuse has a unit refuse three cases of litter bins, and name the same other unit each time.
func (s *service) refuse(t *testing.T) {
	t.Helper()
	token := s.tokenOf(t, "refuses", layers.Dispatcher, "")
	for i := range 3 {
		var a decided
		fetch(t, fmt.Sprintf("%s/v1/lookup?lon=%v&lat=30.85&crs=wgs84&category=part.bin", s.url, math.Round((121.3+0.001*float64(i))*1e4)/1e4), &a)
		body := map[string]string{"unit": a.Responsibility.Primary.Unit, "reason": "not_our_duty", "text": "河边的废物箱归水务", "proposed": "u_water"}
		if status, _, answer := s.asked(t, http.MethodPost, "/v1/answers/"+a.ID+"/refusals", token, "", body); status >= http.StatusBadRequest {
			t.Fatalf("refusal: %d %s", status, answer)
		}
	}
}

// takesSuggestion reads what three equal refusals suggest, and makes a draft of it.
func (p *page) takesSuggestion() {
	p.Helper()
	p.expect("suggestion", "废物箱：金山区绿化和市容管理局退单 3 次")
	p.expect("suggestion-correct", "水务局")
	p.do(clickFirst(test("suggestion-refusals") + " summary"))
	p.expect("suggestion-refusals", "河边的废物箱归水务")
	p.accessible("suggestions")
	p.click("suggestion-draft")
	p.waitFor("rule-suggested")
	p.expect("sentences", "由金山区水务局处置")
	if got := p.eval(fmt.Sprintf("document.querySelector(%q).value", test("rule-name"))); got != `"废物箱归金山区水务局"` {
		p.Errorf("the draft that is suggested is called %s", got)
	}
}

package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wangge/layers"
)

// aSchedule is a revision as the service has it.
type aSchedule struct {
	ID, Code, Name, State, From, Until string
	Windows                            []layers.ModeWindow
	Exceptions                         []layers.Exception
}

// draft stores a draft of a zone's schedule.
func (s *service) draft(t *testing.T, token string, body map[string]any) aSchedule {
	t.Helper()
	status, _, answer := s.asked(t, http.MethodPost, "/v1/schedules", token, "", body)
	var out struct{ Schedule aSchedule }
	if err := json.Unmarshal(answer, &out); status != http.StatusCreated || err != nil {
		t.Fatalf("a draft: %d %v %s", status, err, answer)
	}
	return out.Schedule
}

// body is what the service answers at a path.
func (s *service) body(t *testing.T, path string) []byte {
	t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
	}
	return out
}

// daysAhead is the date some days from now.
func daysAhead(n int) string { return time.Now().In(shanghai).AddDate(0, 0, n).Format("2006-01-02") }

// mouse presses the left button at a place, moves it and lets it go.
func (p *page) mouse(from, to [2]float64) {
	p.Helper()
	middle := [2]float64{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2}
	p.do(chromedp.MouseEvent(chromedp.MouseMoved, from[0], from[1]))
	p.do(chromedp.MouseEvent(chromedp.MousePressed, from[0], from[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
	p.do(chromedp.MouseEvent(chromedp.MouseMoved, middle[0], middle[1], chromedp.ButtonLeft))
	p.do(chromedp.MouseEvent(chromedp.MouseMoved, to[0], to[1], chromedp.ButtonLeft))
	p.do(chromedp.MouseEvent(chromedp.MouseReleased, to[0], to[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// hour is the place of an hour of a day in the week on the screen.
func (p *page) hour(day string, hour float64) [2]float64 {
	p.Helper()
	var box struct{ X, Y, W, H float64 }
	p.value(fmt.Sprintf(`(()=>{const b=document.querySelector('[data-day=%q]').nextElementSibling.getBoundingClientRect();return {x:b.x,y:b.y,w:b.width,h:b.height}})()`, day), &box)
	return [2]float64{box.X + hour/36*box.W, box.Y + box.H/2}
}

// TestPlannersCollide has two planners change one draft: who saves later chooses field by field, and nothing of either is lost.
func TestPlannersCollide(t *testing.T) {
	s := serve(t)
	other := s.tokenOf(t, "other", layers.Planner, "")
	night := map[string]any{"id": "night", "mode": "parking", "day_types": []string{"workday"}, "start": "20:00", "duration_min": 600}
	draft := s.draft(t, s.token, map[string]any{"zone": "z_haihui", "name": "夜间停车", "from": daysAhead(14), "windows": []any{night}})
	monday := nextSaturday(time.Now().In(shanghai).AddDate(0, 0, 16)).AddDate(0, 0, 2).Format("2006-01-02")
	path := fmt.Sprintf("/#lang=zh&theme=light&plan=z_haihui/%s&day=%s", draft.ID, monday)

	a := openAs(t, s.url, s.token, path, 1280, 800, "zh-CN")
	b := openAs(t, s.url, other, path, 1000, 700, "zh-CN")
	a.waitFor("bar-night-mon")
	b.waitFor("bar-night-mon")

	// The first moves the night and draws a morning with the mouse, whose end is then drawn out. Nothing is saved.
	a.eval(`(()=>{document.querySelector('[data-test="bar-night-mon"]').focus();return 1})()`)
	a.press(kb.ArrowLeft)
	a.press(kb.ArrowLeft)
	a.mouse(a.hour(monday, 8), a.hour(monday, 10.02))
	a.waitFor("bar-parking-0800-mon")
	a.mouse(a.shifted(a.hour(monday, 10), -2), a.shifted(a.hour(monday, 11), -2))
	a.until("two hours and three", `document.querySelector('[data-test="bar-parking-0800-mon"]')?.getAttribute("aria-label").includes("08:00–11:00")`)
	a.mouse(a.hour(monday, 9.5), a.hour(monday, 10.49))
	a.until("an hour later", `document.querySelector('[data-test="bar-parking-0800-mon"]')?.getAttribute("aria-label").includes("09:00–12:00")`)

	// The other changes the same start, the name, and adds the same kind of window; and saves.
	b.eval(`(()=>{document.querySelector('[data-test="bar-night-mon"]').focus();return 1})()`)
	b.press(kb.ArrowRight)
	b.eval(fmt.Sprintf(`(()=>{const f=document.querySelector(%q);f.focus();f.select();return 1})()`, test("revision-name")))
	b.do(chromedp.SendKeys(chromedp.CSS(test("revision-name")), "夜间停车（试行）"))
	b.press(kb.Enter)
	b.press("s", chromedp.ModifierCtrl)
	b.until("a saved draft", `document.querySelector('[data-test="plan-state"]')?.innerText.includes("已全部保存")`)

	// The first hears of it, is not moved, saves, and is shown both.
	a.waitFor("plan-news")
	if got := a.eval(`document.querySelector('[data-test="bar-night-mon"]').getAttribute("aria-label")`); got != `"停车，19:30–次日 05:30，工作日"` {
		t.Errorf("the first sees %s", got)
	}
	a.meets(http.StatusPreconditionFailed)
	a.press("s", chromedp.ModifierCtrl)
	a.waitFor("conflict")
	a.shot("plan-two-zh-light-1280")
	a.accessible("two planners")
	if got := a.eval(`document.querySelector('[data-test="resolve"]').disabled`); got != "true" {
		t.Error("it can be merged while a choice is missing")
	}
	a.click("mine-windows/night#start")
	a.click("resolve")
	a.waitFor("bar-night-mon")
	a.press("s", chromedp.ModifierCtrl)
	a.until("a saved draft", `document.querySelector('[data-test="plan-state"]')?.innerText.includes("已全部保存")`)

	var stored aSchedule
	fetch(t, s.url+"/v1/schedules/"+draft.ID, &stored)
	if stored.Name != "夜间停车（试行）" || len(stored.Windows) != 2 || stored.Windows[0].Start != "19:30" || stored.Windows[1].Start != "09:00" || stored.Windows[1].DurationMin != 180 {
		t.Errorf("stored is %+v", stored)
	}

	// The other sees the merged draft when it asks to.
	b.click("plan-news-show")
	b.until("the merged draft", `document.querySelector('[data-test="bar-night-mon"]')?.getAttribute("aria-label").includes("19:30")`)
	b.waitFor("bar-parking-0800-mon")

	// Unsaved work survives a closed tab, and leaving asks once.
	b.eval(`(()=>{document.querySelector('[data-test="bar-night-mon"]').focus();return 1})()`)
	b.press(kb.Delete)
	b.until("no night", `!document.querySelector('[data-test="bar-night-mon"]')`)
	b.eval(`(()=>{window.onbeforeunload=null;window.asked=[];window.confirm=q=>{window.asked.push(q);return false};return 1})()`)
	b.click("home")
	if got := b.eval("window.asked.length"); got != "1" || b.eval(`document.querySelector('[data-task="plan"]')!==null`) != "true" {
		t.Errorf("leaving asks %s times", got)
	}
	c := b.another(t, s.url, path, 1000, 700)
	c.until("the unsaved draft", `document.querySelector('[data-test="plan-state"]')?.innerText.includes("还没有保存")`)
	if got := c.eval(`document.querySelector('[data-test="bar-night-mon"]')===null`); got != "true" {
		t.Error("another tab does not have the unsaved work")
	}
	// The stored revision as a workbook, read back: an edit that brings the night again and can be undone.
	workbook := filepath.Join(t.TempDir(), "haihui-2.xlsx")
	if err := os.WriteFile(workbook, s.body(t, "/v1/schedules/"+draft.ID+"/workbook.xlsx"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.do(chromedp.SetUploadFiles(chromedp.CSS(test("workbook-import")), []string{workbook}))
	c.waitFor("bar-night-mon")
	c.click("plan-undo")
	c.until("no night again", `!document.querySelector('[data-test="bar-night-mon"]')`)
	c.meets(http.StatusUnprocessableEntity)
	broken := filepath.Join(t.TempDir(), "broken.xlsx")
	if err := os.WriteFile(broken, []byte("no workbook"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.do(chromedp.SetUploadFiles(chromedp.CSS(test("workbook-import")), []string{broken}))
	c.until("a sentence about the file", `document.querySelector('.workbook [role="alert"]')?.innerText`)
	c.click("plan-undo")
	c.waitFor("bar-night-mon")
	c.onlyOurs()
	a.onlyOurs()
	b.onlyOurs()
}

// shifted is a place some pixels to the side.
func (p *page) shifted(at [2]float64, by float64) [2]float64 { return [2]float64{at[0] + by, at[1]} }

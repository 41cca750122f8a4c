package web_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var (
	shots = flag.String("shots", "", "folder to write a picture of every screen into, to be looked at")
	every = flag.Bool("every", false, "look at every screen in each language with each theme at each width")
)

// patience bounds each wait for the page. The machine of a test may be slow and draws the map without a graphics card.
const patience = 60 * time.Second

// page is one tab at the service.
type page struct {
	*testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	requests []string // everything that the page asked for
	wrong    []string // answers of 400 and more but for those that are expected, and exceptions
	expected []int64
}

// meets says that answers with the status are no fault of the page, from now on and before.
func (p *page) meets(status int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, status)
	p.wrong = slices.DeleteFunc(p.wrong, func(w string) bool { return strings.HasPrefix(w, fmt.Sprint(status, " ")) })
}

// tellErrors makes what is written to the console as an error readable from outside.
const tellErrors = `const write=console.error;console.error=(...a)=>write(...a.map(e=>String(e?.message??e?.error?.message??e)+" "+String(e?.stack??e?.error?.stack??"")))`

func (p *page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest && !slices.Contains(p.expected, e.Response.Status) {
			p.wrong = append(p.wrong, fmt.Sprintf("%d %s", e.Response.Status, e.Response.URL))
		}
	case *runtime.EventExceptionThrown:
		p.wrong = append(p.wrong, fmt.Sprintf("%s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			for _, a := range e.Args {
				p.wrong = append(p.wrong, fmt.Sprintf("console: %s %s", a.Description, a.Value))
			}
		}
	}
}

func (p *page) do(a chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, a); err != nil {
		p.Fatalf("%v\n%s", err, p.text("body"))
	}
}

// eval runs JavaScript and returns its value as JSON text.
func (p *page) eval(script string) string {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string]("JSON.stringify("+script+")??'null'"))
	if err != nil {
		p.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for JavaScript to become true.
func (p *page) until(what, script string) {
	p.Helper()
	deadline := time.Now().Add(patience)
	for p.eval("!!("+script+")") != "true" {
		if time.Now().After(deadline) {
			p.shot("failed")
			p.Fatalf("%s did not come about in %v; the page says:\n%s", what, patience, p.text("body"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// idle waits until the map has drawn everything.
func (p *page) idle() {
	p.Helper()
	p.until("an idle map", `document.documentElement.dataset.map === "idle"`)
}

// text returns the visible text of the first element.
func (p *page) text(selector string) string {
	p.Helper()
	var s string
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	script := fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '')", selector)
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		p.Fatalf("text of %s: %v", selector, err)
	}
	return s
}

// test is the selector of an element that tests know by name.
func test(name string) string { return fmt.Sprintf(`[data-test=%q]`, name) }

func (p *page) waitFor(name string) {
	p.Helper()
	p.until(name, fmt.Sprintf("document.querySelector(%q)", test(name)))
}

func (p *page) click(name string) {
	p.Helper()
	p.waitFor(name)
	p.do(chromedp.Click(chromedp.CSS(test(name))))
}

// clickFirst clicks the first element that a selector finds.
func clickFirst(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

func (p *page) keys(keys string) {
	p.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// shot writes a picture of the page if the test was asked for pictures.
func (p *page) shot(name string) {
	p.Helper()
	if *shots == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Logf("picture %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o600); err != nil {
		p.Fatal(err)
	}
}

// onlyOurs fails the test when the page asked another origin for anything, or anything went wrong in it.
func (p *page) onlyOurs() {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) < 5 {
		p.Errorf("the page asked for %d things: nothing was recorded", len(p.requests))
	}
	for _, w := range p.wrong {
		p.Errorf("the page met %s", w)
	}
	for _, r := range p.requests {
		if !strings.HasPrefix(r, p.base) && !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "blob:") {
			p.Errorf("the page asks %s", r)
		}
	}
}

// accessible fails the test with what axe finds wrong.
func (p *page) accessible(screen string) {
	p.Helper()
	axe, err := os.ReadFile(filepath.FromSlash("node_modules/axe-core/axe.min.js"))
	if err != nil {
		if os.Getenv("WANGGE_REQUIRE") == "all" {
			p.Fatalf("axe is missing: %v", err)
		}
		p.Logf("NOT RUN: axe on %s: %v (npm ci brings it)", screen, err)
		return
	}
	if p.eval("!!window.axe") != "true" { // it stays as long as the page does
		p.eval(`(()=>{` + string(axe) + `;return 1})()`)
	}
	p.eval(`(()=>{window.axeResult=null;axe.run(document,{resultTypes:["violations"]}).then(r=>{window.axeResult=r.violations.map(v=>v.id+": "+v.help+" "+v.nodes.map(n=>n.target.join(" ")).join(", "))});return 1})()`)
	p.until("the result of axe", "window.axeResult")
	var found []string
	if err := json.Unmarshal([]byte(p.eval("window.axeResult")), &found); err != nil {
		p.Fatal(err)
	}
	for _, f := range found {
		p.Errorf("axe on %s: %s", screen, f)
	}
}

// askedAt is the position that the address names.
func (p *page) askedAt() (lon, lat float64, crs string) {
	p.Helper()
	var hash string
	if err := json.Unmarshal([]byte(p.eval("location.hash.slice(1)")), &hash); err != nil {
		p.Fatal(err)
	}
	q, err := url.ParseQuery(hash)
	if err != nil {
		p.Fatal(err)
	}
	x, y, _ := strings.Cut(q.Get("p"), ",")
	lon, err1 := strconv.ParseFloat(x, 64)
	lat, err2 := strconv.ParseFloat(y, 64)
	if err1 != nil || err2 != nil {
		p.Fatalf("the address has no position: %s", hash)
	}
	return lon, lat, q.Get("crs")
}

// fetch reads JSON from the service.
func fetch(t *testing.T, address string, into any) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v %s", address, resp.StatusCode, err, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatal(err)
	}
}

// lookedUp is what a test reads of an answer.
type lookedUp struct {
	Grid struct {
		Code, Name string
		NameEn     string `json:"name_en"`
	}
	Responsibility struct {
		Primary struct{ Name string }
	}
}

// TestClick clicks the map and reads the grid's name: the same that the service names for that position.
func TestClick(t *testing.T) {
	s := served(t)
	p := open(t, s.url, "/", 1440, 900, "zh-CN")
	p.shot("home-zh-light-1440")
	p.accessible("home")
	p.do(chromedp.MouseClickXY(900, 450))
	p.waitFor("grid-code")
	lon, lat, crs := p.askedAt()
	var want lookedUp
	fetch(t, fmt.Sprintf("%s/v1/lookup?lon=%v&lat=%v&crs=%s", s.url, lon, lat, crs), &want)
	if want.Grid.Code == "" {
		t.Fatalf("the middle of the map, %v %v, is outside the district", lon, lat)
	}
	if got := p.text(test("grid-code")); got != want.Grid.Code {
		t.Errorf("the panel shows %q, want %q", got, want.Grid.Code)
	}
	if got := p.text(test("panel-title")); got != want.Grid.Name {
		t.Errorf("the panel's title is %q, want %q", got, want.Grid.Name)
	}
	if got := p.text(test("unit")); !strings.Contains(got, want.Responsibility.Primary.Name) {
		t.Errorf("the panel names %q, want %q", got, want.Responsibility.Primary.Name)
	}
	p.expect("decided", "没有专门规则，由兜底规则 R-900@1 决定")
	p.idle()
	p.shot("answer-zh-light-1440")
	p.accessible("answer")
	p.click("language")
	p.until("the English name", fmt.Sprintf("document.querySelector(%q)?.innerText === %q", test("panel-title"), want.Grid.NameEn))
	p.idle()
	p.shot("answer-en-light-1440")
	p.asksAboutLine()
	p.do(chromedp.NavigateBack())
	p.until("the way back", fmt.Sprintf("!document.querySelector(%q)", test("grid-code")))
	p.onlyOurs()
}

// TestKeyboard finds a crossing without the mouse.
func TestKeyboard(t *testing.T) {
	s := served(t)
	p := open(t, s.url, "/", 1440, 900, "zh-CN")
	p.keys("/")
	p.until("a search field with the focus", fmt.Sprintf("document.activeElement?.matches(%q)", test("search")))
	p.keys("\b") // the driver sends the character apart from the key, so that it arrives in the field
	p.until("an empty search field", fmt.Sprintf("document.querySelector(%q).value === ''", test("search")))
	p.do(chromedp.SendKeys(chromedp.CSS(test("search")), "龙皓路 海汇街"))
	p.waitFor("search-option")
	p.shot("search-zh-light-1440")
	p.accessible("search")
	p.keys("\r")
	p.waitFor("grid-code")
	if got := p.text(test("grid-code")); !strings.HasPrefix(got, "310116113Z") {
		t.Errorf("the crossing is in %q, want a grid of 山阳 (310116113)", got)
	}
	p.keys("\x1b")
	p.keys("?")
	p.until("the list of keys", `document.querySelector('[data-task="keys"]')`)
	p.shot("keys-zh-light-1440")
	p.accessible("keys")
	p.onlyOurs()
}

// looks are languages and themes. Two of them go with each width, the first two with a desk and the others with a phone, in turn from screen
// to screen.
var looks = []struct{ lang, theme string }{{"zh", "light"}, {"en", "dark"}, {"zh", "dark"}, {"en", "light"}}

// TestScreens looks at every screen on a desk and on a phone: with -every or -shots in each look at both, else in one look at each.
func TestScreens(t *testing.T) {
	s, h := serveEditions(t)
	border := westBorder(t, s.url)
	screens := []aScreen{
		{"home", "", `[data-task="home"]`, ""},
		{"answer", "p=121.3,30.85&crs=wgs84", test("answer"), ""},
		{"ambiguous", fmt.Sprintf("p=%.7f,%.7f&crs=wgs84&acc=30", border[0], border[1]), `[data-outcome="ambiguous"]`, ""},
		{"points", "show=points", test("points"), ""},
		{"responsible", "p=121.335,30.752935&crs=wgs84&cat=event.parking.illegal&ch=camera&sev=high&rep=machine&conf=0.92&case=20260914-0017&first=310116113Z02", test("due"), ""},
		{"line", "line=121.325,30.79/121.34,30.74/121.36,30.75&v=11.5/121.34/30.765", test("shares-grids"), ""},
		{"outside", "p=121.9,31.2&crs=wgs84", `[data-outcome="outside"]`, ""},
		{"feature", "f=grids/310116104Z05", test("panel-title"), ""},
		{"retired", "f=grids/" + h.merged[1], test("area"), ""},
		{"editions", "f=grids/" + h.split[1], test("area"), ""},
		{"lineage", "f=editions/e_2025-06", test("lineage"), ""},
		{"list", "list=poles&w.batch=1", test("panel-title"), ""},
		{"coords", "c=121.3301, 30.8903", test("panel-title"), ""},
		{"borders", "show=borders&agreed=1", test("borders"), ""},
		{"account", "show=account", test("panel-title"), ""},
		{"parking", "show=parking", test("parking"), ""},
		{"zone", "f=zones/z_haihui", test("week-strip"), ""},
		{"keys", "show=keys", test("panel-title"), ""},
	}
	planning := append(planScreens(t, s), ruleScreens(t, s)...)
	sizes := []struct{ width, height int }{{1440, 900}, {390, 844}}
	if !*every && *shots == "" {
		sizes[0].height = 600 // the map is drawn without a graphics card
	}
	for i, size := range sizes {
		choices := looks[2*i : 2*i+2]
		if *every || *shots != "" {
			choices = looks
		}
		t.Run(fmt.Sprint(size.width), func(t *testing.T) {
			p := open(t, s.url, "/#lang=zh&theme=light", size.width, size.height, "zh-CN")
			p.meets(http.StatusGone) // the screen of a code that has ended
			for k, choice := range choices {
				for n, screen := range screens {
					if len(choices) == len(looks) || n%len(choices) == k { // else each screen in one look a width
						p.look(screen, choice.lang, choice.theme, size.width)
					}
				}
			}
			p.signIn(s.token, "/#lang=zh&theme=light")
			for k, choice := range choices {
				for n, screen := range planning {
					if len(choices) == len(looks) || n%len(choices) == k {
						p.look(screen, choice.lang, choice.theme, size.width)
					}
				}
			}
			p.onlyOurs()
		})
	}
}

// aScreen is something to look at: the address, an element that is there when it is ready, and one to click before it is looked at and
// after.
type aScreen struct{ name, hash, ready, click string }

// look shows a screen in a language and a theme, and fails the test with what is wrong with it.
func (p *page) look(screen aScreen, lang, theme string, width int) {
	p.Helper()
	name := fmt.Sprintf("%s-%s-%s-%d", screen.name, lang, theme, width)
	p.eval(fmt.Sprintf("location.hash=%q", strings.TrimPrefix(screen.hash+"&lang="+lang+"&theme="+theme, "&")))
	p.until(name, fmt.Sprintf("document.documentElement.lang.startsWith(%q) && document.documentElement.dataset.theme === %q", lang, theme))
	p.until(name, fmt.Sprintf(`document.querySelector(%q) && !document.querySelector(%q) && !document.querySelector('[data-busy="true"]')`, screen.ready, test("skeleton")))
	if screen.click != "" {
		p.eval(fmt.Sprintf(`(()=>{document.querySelector(%q).click();return 1})()`, test(screen.click)))
	}
	p.idle()
	p.shot(name)
	p.accessible(name)
	if wide := p.eval("document.documentElement.scrollWidth > innerWidth"); wide != "false" {
		p.Errorf("%s is wider than the window", name)
	}
	if screen.click != "" {
		p.eval(fmt.Sprintf(`(()=>{document.querySelector(%q)?.click();return 1})()`, test(screen.click)))
	}
}

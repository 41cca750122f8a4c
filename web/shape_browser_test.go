package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/chromedp"
)

// asksAboutLine goes on from the question about a point: a line from there over a border, its shares as the service has them, undo, an area
// that crosses itself, and the way back to the point.
func (p *page) asksAboutLine() {
	p.Helper()
	p.meets(http.StatusUnprocessableEntity) // the area that crosses itself
	begin := p.hash().Get("p")
	p.click("about-line")
	p.drawnWith(1)
	p.do(chromedp.MouseClickXY(1000, 600))
	p.drawnWith(2)
	p.do(chromedp.MouseClickXY(1100, 420))
	p.drawnWith(3)
	p.keys("\x1b")
	p.until("the end of drawing", `document.querySelector('[data-test="sketch"]').dataset.adding === "false"`)
	p.expect("sketch-state", "3 corners, 13 more possible")
	corners := strings.Split(p.hash().Get("line"), "/")
	if len(corners) != 3 || corners[0] != begin {
		p.Errorf("the line in the address is %q, and the point was %s", corners, begin)
	}
	var want struct {
		Outcome        string
		Grid           struct{ Code string }
		Responsibility struct {
			Crossing struct {
				LeadGrid string `json:"lead_grid"`
				Areas    []struct {
					Layer  string
					NameEn string `json:"name_en"`
					Share  float64
				}
			} `json:"cross_border"`
		}
	}
	wkt := "LINESTRING(" + strings.ReplaceAll(strings.ReplaceAll(strings.Join(corners, ";"), ",", " "), ";", ", ") + ")"
	fetch(p.T, p.base+"/v1/lookup?crs=wgs84&geometry="+url.QueryEscape(wkt), &want)
	p.until("the answer to the line", fmt.Sprintf(`document.querySelector('[data-test="answer"]')?.dataset.outcome === %q && document.querySelector('[data-test="answer"]').getAttribute("aria-busy") === "false"`, want.Outcome))
	p.until("the grid that leads", fmt.Sprintf("document.querySelector(%q)?.innerText === %q", test("grid-code"), want.Grid.Code))
	shares := p.eval(`[...document.querySelectorAll('[data-test^="shares-"] li')].map(l => l.textContent)`) // those of communities may be folded
	grids := 0
	for _, a := range want.Responsibility.Crossing.Areas {
		if a.Layer == "grids" {
			grids++
		}
		if text := fmt.Sprintf("%.4g%%", 100*a.Share); !strings.Contains(shares, a.NameEn) || !strings.Contains(shares, text) {
			p.Errorf("the shares lack %s with %s:\n%s", a.NameEn, text, shares)
		}
	}
	if grids < 2 || want.Responsibility.Crossing.LeadGrid != want.Grid.Code || p.eval(`document.querySelectorAll('[data-test="shares-grids"] .chip').length`) != "1" {
		p.Errorf("one grid is to be marked as leading: %+v\n%s", want, shares)
	}
	if steps := p.eval(`[...document.querySelectorAll('[data-test="trace"] li')].map(l => l.dataset.step + " " + l.textContent)`); !strings.Contains(steps, "shape Shares of this line: ") {
		p.Errorf("the steps are %s", steps)
	}
	p.accessible("line")
	p.shot("line-en-light-1440")
	p.press("z", chromedp.ModifierCtrl)
	p.drawnWith(2)
	p.press("y", chromedp.ModifierCtrl)
	p.drawnWith(3)
	p.click("about-polygon")
	p.until("an area", `location.hash.includes("area=")`)
	p.click("sketch-draw")
	p.do(chromedp.MouseClickXY(1000, 420)) // the side to it crosses the first one or the one that closes the ring
	p.drawnWith(4)
	p.do(chromedp.MouseClickXY(1150, 640))
	p.drawnWith(5)
	p.expect("sketch-fault", "Its sides cross")
	p.shot("area-crossed-en-light-1440")
	p.keys("\x1b")
	p.do(chromedp.NavigateBack())
	p.until("the line", `location.hash.includes("line=")`)
	p.drawnWith(3)
	p.keys("\x1b")
	p.until("the point again", `/[#&]p=/.test(location.hash) && !document.querySelector('[data-test="sketch"]')`)
	if got := p.hash().Get("p"); got != begin {
		p.Errorf("Esc leads to %s, want the point %s", got, begin)
	}
	p.waitFor("grid-code")
}

// drawnWith waits for a drawing of so many corners.
func (p *page) drawnWith(n int) {
	p.Helper()
	p.until(fmt.Sprint(n, " corners"), fmt.Sprintf(`document.querySelector('[data-test="sketch"]')?.dataset.corners === "%d"`, n))
}

// hash is what the address holds.
func (p *page) hash() url.Values {
	p.Helper()
	var hash string
	if err := json.Unmarshal([]byte(p.eval("location.hash.slice(1)")), &hash); err != nil {
		p.Fatal(err)
	}
	q, err := url.ParseQuery(hash)
	if err != nil {
		p.Fatal(err)
	}
	return q
}

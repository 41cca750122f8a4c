package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestEditions opens a code that is no more, follows it to its successor, reads what that was in the editions before, and how the
// edition came about.
func TestEditions(t *testing.T) {
	s, h := serveEditions(t)
	p := open(t, s.url, "/#lang=zh&f=grids/"+h.merged[1], 1440, 900, "zh-CN")
	p.meets(http.StatusGone)
	p.waitFor("retired")
	p.waitFor("area")
	if got := p.text(test("area")); !strings.Contains(got, h.merged[0]) || !strings.Contains(got, "100%") || !strings.Contains(got, "合并") {
		t.Errorf("the successor of %s is shown as %q", h.merged[1], got)
	}
	p.until("the name that it had", fmt.Sprintf("document.querySelector(%q).innerText.includes('综合网格')", test("panel-title")))
	p.idle()
	p.shot("retired-zh-light-1440")
	p.accessible("retired")
	p.do(clickFirst(test("area") + " a"))
	p.until("the successor and its editions", fmt.Sprintf("document.querySelectorAll(%q).length === 3", test("edition")))
	editions := strings.Split(p.text(test("editions")), "2025-03")
	if len(editions) != 2 || !strings.Contains(editions[0], "现在") || !strings.Contains(editions[1], h.merged[1]) || !strings.Contains(editions[1], "原来是") {
		t.Errorf("the editions of %s: %q", h.merged[0], editions)
	}
	p.shot("area-zh-light-1440")
	p.accessible("area with editions")
	p.do(clickFirst(test("edition") + " h3 a"))
	p.waitFor("lineage")
	if got := p.text(test("edge-rename")); !strings.Contains(got, h.renamed[0]) || !strings.Contains(got, h.renamed[1]) {
		t.Errorf("the renamed grid is shown as %q", got)
	}
	if n := p.eval(fmt.Sprintf("document.querySelectorAll(%q).length", test("edge-merge"))); n != "2" {
		t.Errorf("%s edges of the merged grid, want 2", n)
	}
	p.shot("edition-zh-light-1440")
	p.accessible("edition")
	// Where a code applied is a step to that time, at which it is there.
	p.eval(fmt.Sprintf(`(()=>{location.hash="lang=zh&f=grids/%s";return 1})()`, h.renamed[0]))
	p.waitFor("spans")
	p.do(clickFirst(test("spans") + " button"))
	p.until("the grid as it was", fmt.Sprintf("document.querySelector(%q) && location.hash.includes('at=2025-05-31T23:59:59')", test("field-code")))
	p.onlyOurs()
}

// TestFirstEdition shows an area of the demo, whose layers have one edition each.
func TestFirstEdition(t *testing.T) {
	s := served(t)
	p := open(t, s.url, "/#lang=en&theme=dark&f=towns/310116104", 390, 844, "en")
	p.until("the one edition", fmt.Sprintf("document.querySelectorAll(%q).length === 1", test("edition")))
	p.do(clickFirst(test("edition") + " h3 a"))
	p.until("that there is none before it", `document.body.innerText.includes("This is the first edition")`)
	p.accessible("first edition")
	p.onlyOurs()
}

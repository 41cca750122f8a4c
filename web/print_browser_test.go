package web_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// ctrlP presses Ctrl and P.
const ctrlP = `document.body.dispatchEvent(new KeyboardEvent("keydown",{key:"p",ctrlKey:true,bubbles:true,cancelable:true}))`

// pdf is the page as it would be printed.
func (p *page) pdf(name string) string {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var out string
	if err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		r, err := chromedp.Call(ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: new(true)})
		out = string(r.Data)
		return err
	})); err != nil {
		p.Fatal(err)
	}
	if !strings.HasPrefix(out, "%PDF") {
		b, err := base64.StdEncoding.DecodeString(out)
		if err != nil {
			p.Fatal(err)
		}
		out = string(b)
	}
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, name+".pdf"), []byte(out), 0o600); err != nil {
			p.Fatal(err)
		}
	}
	return out
}

var (
	pdfPage = regexp.MustCompile(`/Type /Page\b[^s]`)
	pdfBox  = regexp.MustCompile(`/MediaBox \[([^\]]+)\]`)
)

// sizeOf is the size of the first page in millimetres.
func sizeOf(t *testing.T, pdf string) (width, height float64) {
	t.Helper()
	m := pdfBox.FindStringSubmatch(pdf)
	if m == nil {
		t.Fatal("the document names no size")
	}
	if _, err := fmt.Sscanf(m[1], "0 0 %f %f", &width, &height); err != nil {
		t.Fatalf("the size is %s", m[1])
	}
	return width * 25.4 / 72, height * 25.4 / 72
}

// printed opens the sheet by its key and looks at what a printer would get.
func printed(t *testing.T, s *service, a *page) {
	p := a.another(t, s.url, "/#lang=zh&theme=dark&on=towns,grids,parks,buildings,zones,poles,roads&v=14.5/121.33/30.745", 1000, 700, `window.print=()=>window.prints=(window.prints??0)+1`)
	p.eval(ctrlP)
	p.until("a drawn sheet", `document.querySelector('[data-test="print-sheet"][data-ready="true"]')`)
	p.shot("print-zh-a4")
	p.accessible("print")
	for name, want := range map[string]string{"print-legend": "已认领", "print-scale": "1:", "print-at": "20", "print-revision": fmt.Sprint(s.server.World().Position().Revision)} {
		if got := p.text(test(name)); !strings.Contains(got, want) {
			t.Errorf("%s is %q and does not say %s", name, got, want)
		}
	}
	if got := p.text(".paper"); !strings.Contains(got, "虚构") || !strings.Contains(got, "金山区") {
		t.Errorf("the sheet does not say where it is, and that it is invented: %q", got)
	}
	sheet := p.pdf("print-zh-a4")
	if n := len(pdfPage.FindAllString(sheet, -1)); n != 1 {
		t.Errorf("the sheet is printed on %d pages", n)
	}
	if w, h := sizeOf(t, sheet); math.Abs(w-297) > 0.5 || math.Abs(h-210) > 0.5 {
		t.Errorf("the sheet is printed on %v by %v mm", w, h)
	}
	p.eval(ctrlP)
	p.until("one call of the browser's printing", "window.prints === 1")
	p.eval(`(()=>{const s=document.querySelector('[data-test="print-paper"]');s.value="a3";s.dispatchEvent(new Event("change",{bubbles:true}));return 1})()`)
	p.until("the other paper", `document.querySelector(".paper")?.style.width === "400mm" && document.querySelector(".printing style").textContent.includes("size: A3 landscape")`)
	var style struct {
		Name    string
		Faces   map[string]string `json:"font-faces"`
		Sources map[string]struct{ Tiles []string }
	}
	fetch(t, s.url+"/styles/print.json", &style)
	for name, source := range style.Sources {
		if len(source.Tiles) != 1 || !strings.HasPrefix(source.Tiles[0], s.url+"/tiles/") {
			t.Errorf("the served style has the tiles %v in %s", source.Tiles, name)
		}
	}
	if len(style.Sources) < 3 || len(style.Faces) != 1 || style.Name != "wangge print" {
		t.Errorf("the served style is %+v", style)
	}
	p.keys("\x1b")
	p.until("the page as it was", `!document.querySelector('[data-test="print-sheet"]') && !document.querySelector(".app").inert`)
	p.onlyOurs()
}

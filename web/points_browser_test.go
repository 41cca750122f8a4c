package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"wangge/api/client"
)

// scatter is a file of points in and around the district, with some rows that cannot be read, and the positions in it.
func scatter(n int) (text string, positions []client.Position) {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("编号,备注,经度,纬度\n")
	for i := range n {
		p := client.Position{Lon: 121 + float64(r.IntN(4500))/1e4, Lat: 30.7 + float64(r.IntN(2500))/1e4}
		if i%1000 == 7 {
			fmt.Fprintf(&b, "%d,没有坐标,,\n", i)
			continue
		}
		fmt.Fprintf(&b, "%d,\"甲,乙\",%v,%v\n", i, p.Lon, p.Lat)
		positions = append(positions, p)
	}
	return b.String(), positions
}

// gridsOf counts the positions in each grid as the Go client has them from JSON.
func gridsOf(t *testing.T, address string, positions []client.Position) (counts map[string]int, codes []string) {
	t.Helper()
	c, err := client.New(address)
	if err != nil {
		t.Fatal(err)
	}
	counts = map[string]int{}
	for len(positions) > 0 {
		part := positions[:min(len(positions), 10_000)]
		positions = positions[len(part):]
		g, err := c.Batch(context.Background(), client.Common{CRS: client.GCJ02}, part)
		if err != nil {
			t.Fatal(err)
		}
		for i := range part {
			counts[g.Code(i)]++
			codes = append(codes, g.Code(i))
		}
	}
	return counts, codes
}

// keepSaved keeps the text of a file that the page hands to the browser.
const keepSaved = `(()=>{const make=URL.createObjectURL;URL.createObjectURL=b=>{b.text().then(s=>window.saved=s);return make.call(URL,b)};return 1})()`

// drop puts a file into the page's field for files.
func (p *page) drop(name, text string) {
	p.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		p.Fatal(err)
	}
	p.waitFor("points-file")
	p.eval(fmt.Sprintf(`(()=>{const d=new DataTransfer();d.items.add(new File([%s],%q));const i=document.querySelector(%q);i.files=d.files;i.dispatchEvent(new Event("change",{bubbles:true}));return 1})()`,
		quoted, name, test("points-file")))
}

// choose sets a field of choices.
func (p *page) choose(name, value string) {
	p.Helper()
	p.waitFor(name)
	p.eval(fmt.Sprintf(`(()=>{const s=document.querySelector(%q);s.value=%q;s.dispatchEvent(new Event("change",{bubbles:true}));return 1})()`, test(name), value))
}

// TestPoints asks for a file of points and reads what the table and the file to download say: the same as the Go client.
func TestPoints(t *testing.T) {
	s := served(t)
	text, positions := scatter(12_000)
	want, codes := gridsOf(t, s.url, positions)
	p := open(t, s.url, "/", 1440, 900, "zh-CN")
	p.eval(keepSaved)
	p.keys("p")
	p.shot("points-empty-zh-light-1440")
	p.drop("点.csv", text)
	p.waitFor("points-start")
	if got := p.text(test("points-source")); !strings.Contains(got, "点.csv") || !strings.Contains(got, "12,000") {
		t.Errorf("the panel says %q of the file", got)
	}
	p.click("points-start")
	p.until("the focus on the system, which is not chosen", fmt.Sprintf("document.activeElement?.matches(%q)", test("points-crs")))
	p.accessible("points, system not chosen")
	p.shot("points-read-zh-light-1440")
	p.choose("points-crs", "gcj02")
	p.click("points-start")
	p.until("all answers", `document.querySelector('[data-work="done"]')`)
	rows := map[string]string{}
	if err := json.Unmarshal([]byte(p.eval(fmt.Sprintf(`Object.fromEntries([...document.querySelectorAll(%q)].map(r=>[r.cells[1].innerText,r.cells[2].innerText]))`, test("points-row")))), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(want)-1 || len(rows) < 20 {
		t.Errorf("the table has %d grids, want %d", len(rows), len(want)-1)
	}
	for code, n := range rows {
		if n = strings.ReplaceAll(n, ",", ""); n != fmt.Sprint(want[code]) {
			t.Errorf("the table has %s points in %s, want %d", n, code, want[code])
		}
	}
	for name, n := range map[string]int{"points-outside": want[""], "points-invalid": 12} {
		if got := strings.ReplaceAll(p.text(test(name)+" td:last-child"), ",", ""); got != fmt.Sprint(n) {
			t.Errorf("%s: %q, want %d", name, got, n)
		}
	}
	p.idle()
	p.shot("points-done-zh-light-1440")
	p.accessible("points, done")
	checkSaved(p, codes)
	p.click("sort-code")
	first := p.eval(fmt.Sprintf(`[...document.querySelectorAll(%q)].map(r=>r.cells[1].innerText).every((c,i,a)=>i===0||a[i-1]<c)`, test("points-row")))
	if first != "true" {
		t.Error("the table is not in the order of the codes")
	}
	p.onlyOurs()
}

// checkSaved presses the button that saves, and compares each row of the file with the codes of the rows that have a position.
func checkSaved(p *page, codes []string) {
	p.Helper()
	p.click("points-save")
	p.until("the file", "window.saved")
	var text string
	if err := json.Unmarshal([]byte(p.eval("window.saved")), &text); err != nil { // without the mark of the encoding, which Blob.text drops
		p.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		p.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "编号,备注,经度,纬度,grid_code,grid_name" {
		p.Errorf("the header of the file is %q", got)
	}
	at := 0
	for _, row := range rows[1:] {
		want := ""
		if row[2] != "" {
			want = codes[at]
			at++
		}
		if row[4] != want || (row[5] == "") != (want == "") {
			p.Fatalf("row %v, want the grid %q", row, want)
		}
	}
	if at != len(codes) {
		p.Errorf("the file has %d rows with a position, want %d", at, len(codes))
	}
}

// TestPastedPoints takes pasted rows by keyboard alone, and is told what is wrong with rows that are none.
func TestPastedPoints(t *testing.T) {
	s := served(t)
	p := open(t, s.url, "/#show=points&lang=en&theme=dark", 390, 844, "en")
	paste := func(text string) {
		p.waitFor("points-text")
		// A panel that has just come takes the focus to its title; then the field is left alone.
		p.until("the field keeps the focus", fmt.Sprintf(`(()=>{const e=document.querySelector(%q);if(document.activeElement===e)return ++window.held>3;e.focus();window.held=0;return false})()`, test("points-text")))
		p.keys(text)
		p.keys("\t\r")
	}
	paste("lon,lat")
	p.waitFor("points-fault")
	p.accessible("points, nothing to read")
	p.shot("points-fault-en-dark-390")
	paste(" name\tlon\tlat") // the row before it is still there, and has two columns
	p.waitFor("points-fault")
	p.eval(`(()=>{location.hash="show=keys";return 1})()`)
	p.until("another panel", `document.querySelector('[data-task="keys"]')`)
	p.eval(`(()=>{location.hash="show=points&lang=en&theme=dark";return 1})()`)
	paste("30.89 121.33")
	p.waitFor("points-crs")
	if got := p.text(test("points-first")); !strings.Contains(got, "121.33, 30.89") {
		t.Errorf("the first row is read as %q", got)
	}
	p.choose("points-crs", "wgs84")
	p.click("points-start")
	p.until("the answer", `document.querySelector('[data-work="done"]')`)
	if got := p.text(test("points-row")); !strings.Contains(got, "310116104Z05") {
		t.Errorf("the row says %q", got)
	}
	p.idle()
	p.shot("points-done-en-dark-390")
	p.accessible("points on a phone")
	p.onlyOurs()
}

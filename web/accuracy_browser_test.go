package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// uncertain is what a test reads of an answer with an accuracy.
type uncertain struct {
	Outcome string
	Grid    struct {
		Code, Name       string
		Probability      float64
		BoundaryDistance float64 `json:"boundary_distance_m"`
	}
	Candidates []struct {
		Code, Name  string
		Probability float64
	}
}

// onBorder halves the way between two places until the one that is left is within a few metres of the border between their grids.
func onBorder(t *testing.T, address string, from, to [2]float64) [2]float64 {
	t.Helper()
	ask := func(p [2]float64) (a uncertain) {
		fetch(t, fmt.Sprintf("%s/v1/lookup?crs=wgs84&lon=%.7f&lat=%.7f", address, p[0], p[1]), &a)
		return a
	}
	first := ask(from).Grid.Code
	for range 40 {
		middle := [2]float64{(from[0] + to[0]) / 2, (from[1] + to[1]) / 2}
		a := ask(middle)
		if a.Grid.Code == first {
			from = middle
		} else {
			to = middle
		}
		if a.Grid.Code == first && a.Grid.BoundaryDistance > 1 && a.Grid.BoundaryDistance < 6 {
			return middle
		}
	}
	t.Fatalf("no border between %v and %v", from, to)
	return from
}

// westBorder is a place in the district beside its outer border.
func westBorder(t *testing.T, address string) [2]float64 {
	return onBorder(t, address, [2]float64{121.02, 30.87}, [2]float64{120.9, 30.87})
}

// TestAmbiguous states an error that reaches over the border, and reads the grids that the position may be in: those of the service,
// each as per cent; a press shows one on the map.
func TestAmbiguous(t *testing.T) {
	s := served(t)
	at := westBorder(t, s.url)
	var want uncertain
	fetch(t, fmt.Sprintf("%s/v1/lookup?crs=wgs84&lon=%.7f&lat=%.7f&accuracy_m=30", s.url, at[0], at[1]), &want)
	if want.Outcome != "ambiguous" || len(want.Candidates) < 2 {
		t.Fatalf("%v is no place to test with: %+v", at, want)
	}
	p := open(t, s.url, fmt.Sprintf("/#p=%.7f,%.7f&crs=wgs84&lang=en", at[0], at[1]), 1440, 900, "en")
	p.waitFor("accuracy")
	if p.text(test("candidates")) != "" || p.text(test("probability")) != "" {
		t.Error("there are probabilities without an accuracy")
	}
	enter := func(text string) {
		p.eval(fmt.Sprintf("(()=>{const i=document.querySelector(%q);i.focus();i.select();return 1})()", test("accuracy")))
		p.keys(text + "\r")
	}
	enter("far")
	p.until("a word about what is no number", `document.querySelector("#accuracy-hint")`)
	enter("30")
	p.until("the candidates", `document.querySelector('[data-outcome="ambiguous"]')`)
	var rows []string
	if err := json.Unmarshal([]byte(p.eval(fmt.Sprintf(`[...document.querySelectorAll(%q)].map(r=>r.innerText)`, test("candidates")+" li"))), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(want.Candidates) {
		t.Fatalf("the panel has the candidates %q, want %+v", rows, want.Candidates)
	}
	outside := 0
	for i, c := range want.Candidates {
		share := strings.TrimSuffix(fmt.Sprintf("%.1f", 100*c.Probability), ".0") + "%"
		if !strings.Contains(rows[i], share) {
			t.Errorf("candidate %d says %q, want %s", i, rows[i], share)
		}
		if c.Code == "" {
			outside++
			if !strings.Contains(rows[i], "Beyond the border: Jiashan County") {
				t.Errorf("candidate %d says %q, want the outside", i, rows[i])
			}
		}
	}
	if buttons := p.eval(fmt.Sprintf("document.querySelectorAll(%q).length", test("candidate"))); buttons != fmt.Sprint(len(rows)-outside) || outside != 1 {
		t.Errorf("%s candidates can be pressed, want %d; %d are outside", buttons, len(rows)-outside, outside)
	}
	before := p.eval("location.hash")
	p.click("candidate")
	p.until("the view of the whole grid", fmt.Sprintf("location.hash !== %s", before))
	if pressed := p.eval(fmt.Sprintf("document.querySelector(%q).ariaPressed", test("candidate"))); pressed != `"true"` {
		t.Errorf("the candidate that is shown is pressed: %s", pressed)
	}
	p.idle()
	p.shot("ambiguous-grid-en-light-1440")
	p.accessible("ambiguous")
	p.onlyOurs()
}

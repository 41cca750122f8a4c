package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestBeyondTheBorder asks about a place a little outside of the district and one a little inside, and reads who lies beyond the border; the list
// of borders says it, too, and of the shore nothing.
func TestBeyondTheBorder(t *testing.T) {
	s := served(t)
	inside := westBorder(t, s.url)
	outside := inside
	var found struct {
		Outcome string
		Nearest struct {
			Distance float64 `json:"distance_m"`
		}
	}
	for found.Outcome != "outside" || found.Nearest.Distance < 10 {
		if outside[0] -= 5e-5; outside[0] < inside[0]-1e-3 {
			t.Fatalf("west of %v lies no place 10 m outside: %+v", inside, found)
		}
		fetch(t, fmt.Sprintf("%s/v1/lookup?crs=wgs84&lon=%.7f&lat=%.7f", s.url, outside[0], outside[1]), &found)
	}
	p := open(t, s.url, fmt.Sprintf("/#p=%.7f,%.7f&crs=wgs84&lang=zh", outside[0], outside[1]), 1440, 900, "zh")
	p.until("the answer outside", `document.querySelector('[data-outcome="outside"]')`)
	if text := p.text(test("answer")); !strings.Contains(text, "这个点不在本区，在嘉善县（浙江省嘉兴市）。") || !strings.Contains(text, "就在其内") {
		t.Errorf("outside the panel says %q", text)
	}
	p.accessible("outside")
	p.shot("outside-zh-light-1440")
	p.eval(fmt.Sprintf(`location.hash="p=%.7f,%.7f&crs=wgs84&lang=en"`, inside[0], inside[1]))
	p.until("the answer inside", `document.querySelector('[data-outcome="assigned"]')`)
	if text := p.text(test("neighbours")); !strings.Contains(text, "Beyond the border: Jiashan County, Zhejiang") {
		t.Errorf("inside the neighbours are %q", text)
	}
	p.eval(`location.hash="show=borders&lang=en"`)
	p.until("the borders", fmt.Sprintf("document.querySelectorAll(%q).length > 80", test("borders")+" li"))
	lines := strings.Split(p.text(test("borders")), "\n")
	named, without := 0, 0
	for i, line := range lines {
		if !strings.Contains(line, "Outside the district") {
			continue
		}
		if i+2 < len(lines) && strings.Contains(lines[i+1]+lines[i+2], "Beyond the border: ") {
			named++
		} else {
			without++
		}
	}
	if named < 15 || without == 0 {
		t.Errorf("of the borders with the outside %d say who lies beyond, %d do not:\n%.2000s", named, without, strings.Join(lines, "\n"))
	}
	p.onlyOurs()
}

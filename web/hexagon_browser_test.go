package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// hexagons switches the layer on, and reads in the panel what the map draws: a cell with poles, and who is responsible all the same.
func hexagons(t *testing.T, s *service, a *page) {
	pole := lonelyPole(t, s.url).Geometry.Coordinates
	p := a.another(t, s.url, fmt.Sprintf("/#lang=zh&theme=light&p=%v,%v&crs=wgs84&v=12.8/%v/%v", pole[0], pole[1], pole[0], pole[1]), 1000, 700)
	p.waitFor("grid-code")
	if p.eval(fmt.Sprintf("!!document.querySelector(%q)", test("hexagon"))) != "false" {
		t.Error("hexagons are on by themselves")
	}
	p.click("open-layers")
	p.click("layer-hexagons")
	p.waitFor("hexagon")
	p.idle()
	p.shot("hexagons-layers-zh-light")
	p.keys("\x1b")
	var drawn []struct {
		Cell             string
		Count, Abandoned int
	}
	p.value(fmt.Sprintf(`(m=>m.queryRenderedFeatures(m.project([%v,%v]),{layers:["hexagon-fill"]}).map(f=>f.properties))(document.querySelector(".map").map)`, pole[0], pole[1]), &drawn)
	if len(drawn) == 0 || drawn[0].Count < 1 || len(drawn[0].Cell) != 15 {
		t.Fatalf("at a pole the map draws the hexagons %+v", drawn)
	}
	for name, want := range map[string]string{"hexagon-cell": drawn[0].Cell, "hexagon-count": fmt.Sprint(drawn[0].Count), "hexagon-abandoned": fmt.Sprint(drawn[0].Abandoned)} {
		if got := p.text(test(name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if p.text(test("grid-code")) == "" || p.text(test("unit")) == "" {
		t.Error("the panel names no grid or no unit beside the hexagon")
	}
	p.do(chromedp.ScrollIntoView(chromedp.CSS(test("hexagon"))))
	p.shot("hexagons-zh-light")
	p.onlyOurs()
}

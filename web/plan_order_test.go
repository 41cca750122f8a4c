package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"wangge/layers"
)

// TestOrder has a dispatcher close a street for an hour and open it again; the panel follows.
func TestOrder(t *testing.T) {
	s := serve(t)
	dispatcher := s.tokenOf(t, "dispatcher", layers.Dispatcher, "")
	p := openAs(t, s.url, dispatcher, "/#lang=zh&theme=light&f=zones/z_haihui", 900, 700, "zh-CN")
	p.waitFor("zone-mode")
	var before string
	p.value(fmt.Sprintf("document.querySelector(%q).innerText", test("zone-mode")), &before)
	p.click("order-give")
	p.do(chromedp.SendKeys(chromedp.CSS(test("order-reason")), "水管爆裂"))
	p.eval(`(()=>{document.activeElement.blur();return 1})()`)
	p.until("a form that is filled in", fmt.Sprintf("document.querySelector(%q)?.getAttribute('aria-disabled')==='false'", test("order-save")))
	p.shot("order-zh-light-900")
	p.accessible("order")
	p.click("order-save")
	p.expect("zone-mode", "关闭")
	p.expect("orders", "水管爆裂")
	p.click("order-end")
	p.click("order-end") // it asks once
	p.expect("zone-mode", before)
	p.onlyOurs()
}

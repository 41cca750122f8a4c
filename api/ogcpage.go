package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
)

// The pages of the OGC face: what the JSON says, for people, without scripts and without anything from elsewhere.

// page is what a page shows. What is empty is left out.
type page struct {
	Lang         string
	Title, About string
	Demo         bool
	Crumbs       []anchor
	Links        []link
	// Other is the same in the other language, JSON the same as JSON.
	Other, JSON string
	// Search says that there is a field to search in; Action is where it leads, Hidden what else is asked.
	Search        bool
	Action, Query string
	Hidden        []anchor
	// Map is a drawing, with what it shows; OnMap is where the application shows the same.
	Map            template.HTML
	Caption, OnMap string
	Facts          []fact
	// Rows is a table; Caption2 says of what, Next is where it goes on.
	Columns  []cell
	Rows     [][]cell
	Caption2 string
	Next     string
	Empty    string
	Classes  []string
	Foot     string
}

// anchor is a text that leads somewhere; nowhere if Href is empty.
type anchor struct{ Href, Text string }

// cell is one of a table.
type cell struct {
	anchor
	Number bool
}

// columns are the heads of a table of texts.
func columns(names ...string) []cell {
	var out []cell
	for _, name := range names {
		out = append(out, cell{anchor: anchor{Text: name}})
	}
	return out
}

// fact is a name with its values.
type fact struct {
	Name   string
	Values []anchor
}

//go:embed ogcpage.html
var pageText string

//go:embed ogcpage.css
var pageStyle string

// pageTemplates holds the template for each language.
var pageTemplates = sync.OnceValue(func() map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, lang := range []string{chinese, english} {
		out[lang] = template.Must(template.New("page").Funcs(template.FuncMap{
			"t":   func(name string) string { return phrase(lang, name) },
			"css": func() template.CSS { return template.CSS(pageStyle) },
		}).Parse(pageText))
	}
	return out
})

// ogcPolicy allows a page its own style and icon, and its form to ask this server.
var ogcPolicy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return strings.Join([]string{"default-src 'none'", "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'", "img-src 'self'", "form-action 'self'",
		"base-uri 'none'", "frame-ancestors 'none'"}, "; ")
})

// page200 answers with a page.
func (c *call) page200(p *page) error {
	other := "en"
	if p.Lang == english {
		other = "zh"
	}
	p.Other, p.JSON = c.address("lang", other, "f", "html"), c.address("f", "json", "lang", "")
	p.Crumbs = append([]anchor{{"/collections?f=html&lang=" + langOf(p.Lang), phrase(p.Lang, "collections")}}, p.Crumbs...)
	if c.w != nil {
		p.Demo = c.w.Settings().Demo
		p.Foot = fmt.Sprintf("%s · %s %d", c.w.Settings().Name, phrase(p.Lang, "revision"), c.w.Position().Revision)
	}
	var b bytes.Buffer
	if err := pageTemplates()[p.Lang].Execute(&b, p); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", ogcPolicy())
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Language", p.Lang)
	h.Set("Cache-Control", "no-cache")
	return c.bytes(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
}

// langOf is the value of the parameter lang.
func langOf(lang string) string {
	if lang == english {
		return "en"
	}
	return "zh"
}

// phrase returns a text of the pages.
func phrase(lang, name string) string {
	w := phrases[name]
	if lang == english {
		return w.en
	}
	return w.zh
}

// phrases is never changed.
var phrases = map[string]word{
	"product":     {"网格地图", "Grid map"},
	"path":        {"位置", "Path"},
	"forms":       {"语言与格式", "Language and form"},
	"other":       {"English", "中文"},
	"otherlang":   {"en", "zh-CN"},
	"demo":        {"演示数据", "demo data"},
	"search":      {"编码或名称", "Code or name"},
	"go":          {"查找", "Search"},
	"facts":       {"详情", "Details"},
	"next":        {"下一页", "Next page"},
	"classes":     {"所符合的标准要求", "Conformance classes"},
	"links":       {"链接", "Links"},
	"collections": {"图层", "Layers"},
	"revision":    {"修订", "revision"},
	"conformance": {"符合性声明", "Conformance"},
	"api":         {"接口", "Operations"},
	"apiabout":    {"全部接口，按类别排列；机器可读的文档见 JSON。", "All operations by group; the document for programs is the JSON."},
	"listabout":   {"以 OGC API 提供的全部图层。QGIS、GDAL 等程序可以直接连接本服务的地址。", "All layers as OGC API. QGIS, GDAL and other programs connect to the address of this service."},
	"layer":       {"图层", "Layer"},
	"about":       {"内容", "What it holds"},
	"count":       {"数量", "Features"},
	"box":         {"范围（西、南、东、北）", "Extent (west, south, east, north)"},
	"time":        {"时间", "Time"},
	"items":       {"要素", "Features"},
	"crs":         {"坐标系", "Coordinate systems"},
	"tiles":       {"矢量瓦片", "Vector tiles"},
	"queryables":  {"可筛选的属性", "Queryable properties"},
	"schema":      {"属性", "Properties"},
	"property":    {"属性", "Property"},
	"title":       {"名称", "Title"},
	"type":        {"类型", "Type"},
	"method":      {"方法", "Method"},
	"address":     {"地址", "Path"},
	"none":        {"没有符合条件的要素。", "No features match."},
	"mapof":       {"%s的位置", "%s on the map"},
	"mapofall":    {"%s的分布", "%s on the map"},
	"ofmany":      {"本页 %d 个，共 %d 个", "%d on this page of %d"},
	"ofunknown":   {"本页 %d 个", "%d on this page"},
	"position":    {"坐标", "Position"},
	"open":        {"在地图上打开", "Open on the map"},
}

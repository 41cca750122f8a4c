package api_test

import (
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"wangge/layers"
	"wangge/layers/mvt"
)

// readPage parses a page as XML, which it is too, and checks what HTML asks beyond that: ids come once, and there is nothing from
// elsewhere and nothing that runs.
func readPage(t *testing.T, r reply) (text string, links []string) {
	t.Helper()
	if got := r.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("%s: %s", r.ask.Path, got)
	}
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: policy %q", r.ask.Path, policy)
	}
	if !strings.HasPrefix(string(r.bytes), "<!doctype html>\n<html lang=") {
		t.Errorf("%s begins with %.40s", r.ask.Path, r.bytes)
	}
	d := xml.NewDecoder(strings.NewReader(string(r.bytes)))
	ids := map[string]bool{}
	var b strings.Builder
	for element := ""; ; {
		token, err := d.Token()
		if err == io.EOF {
			return b.String(), links
		}
		if err != nil {
			t.Fatalf("%s: %v", r.ask.Path, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			element = token.Name.Local
			if element == "script" || element == "iframe" || element == "object" {
				t.Errorf("%s: <%s>", r.ask.Path, element)
			}
			for _, a := range token.Attr {
				name := a.Name.Local
				switch {
				case name == "id" && ids[a.Value], strings.HasPrefix(name, "on"), name == "style", name == "src":
					t.Errorf("%s: <%s %s=%q>", r.ask.Path, element, name, a.Value)
				case name == "id":
					ids[a.Value] = true
				case name == "href" && element == "a":
					links = append(links, a.Value)
				case name == "href" && !strings.HasPrefix(a.Value, "/") && !strings.HasPrefix(a.Value, "http://example.com/"):
					t.Errorf("%s: from elsewhere: %s", r.ask.Path, a.Value)
				}
			}
		case xml.CharData:
			if element != "style" {
				b.WriteString(string(token) + " ")
			}
		}
	}
}

func ogcPages() []string {
	out := []string{"/conformance", "/collections", "/api"}
	for _, info := range openLayers() {
		at := "/collections/" + string(info.Layer)
		out = append(out, at, at+"/items?limit=20", at+"/queryables")
	}
	return append(out, polesPath, "/collections/poles/schema", polesPath+"/p_0001", polesPath+"/p_0002", "/collections/grids/items/310116104Z05", "/collections/units/items/u_park", "/collections/roads/items/r_haihui_1", "/collections/towns/items/310116104",
		"/collections/zones/items/z_haihui", "/collections/overlays/items/o_park?datetime=2025-05-01T00:00:00Z", polesPath+"?q=nothing+like+it", polesPath+"?bbox=1,2,3,4")
}

// Every page is well formed in both languages, all that leads to this server leads somewhere, and its JSON and its other language are
// there.
func TestPages(t *testing.T) {
	s := readServer(t)
	visited := map[string]bool{}
	chinese := func(s string) bool {
		return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
	}
	for _, path := range ogcPages() {
		for _, lang := range []string{"zh", "en"} {
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			r := s.get(path + join + "f=html&lang=" + lang).status(http.StatusOK)
			text, links := readPage(t, r)
			if lang == "zh" && (r.Header.Get("Content-Language") != "zh-CN" || !chinese(text)) || lang == "en" && r.Header.Get("Content-Language") != "en" {
				t.Errorf("%s in %s: %s", path, lang, r.Header.Get("Content-Language"))
			}
			if strings.Contains(string(r.bytes), "<h1></h1>") || strings.Contains(text, "%!") || strings.Contains(text, "<no value>") || strings.Contains(text, "[]") {
				t.Errorf("%s: %.300s", path, text)
			}
			for _, l := range links {
				l = strings.TrimPrefix(l, "http://example.com")
				if !strings.HasPrefix(l, "/") || strings.HasPrefix(l, "/#") || strings.HasPrefix(l, "/v1/") || visited[l] {
					continue // /v1 has streams and what needs parameters
				}
				visited[l] = true
				if got := s.send(ask{Path: l}); got.StatusCode != http.StatusOK {
					t.Errorf("%s leads to %s: %d", path, l, got.StatusCode)
				}
			}
		}
	}
	if len(visited) < 80 {
		t.Errorf("only %d links", len(visited))
	}
	// By Accept-Language, without lang.
	if text, _ := readPage(t, s.get("/collections?f=html", "Accept-Language", "en")); !strings.Contains(text, "Layers") || strings.Contains(text, "图层") {
		t.Errorf("%.200s", text)
	}
}

// The page of a layer with tiles says by which rule something is left out of them.
func TestPagesSayWhatTilesLeaveOut(t *testing.T) {
	s := readServer(t)
	for _, info := range openLayers() {
		text, links := readPage(t, s.get("/collections/"+string(info.Layer)+"?f=html&lang=en"))
		tiles, ok := mvt.Describe(info.Layer)
		if ok != slices.Contains(links, "/tiles/"+string(info.Layer)+".json") || ok && !strings.Contains(text, tiles.Thinning) {
			t.Errorf("%s: %s", info.Layer, text)
		}
	}
}

// What is in the data cannot become markup, in texts, attributes or the map.
func TestPagesEscape(t *testing.T) {
	s, _ := fragileServer(t, nil)
	evil := `"><script>alert(1)</script><b a='`
	at := s.change("POST", polesPath, featureBody("JS-9666", "name", `"`+strings.ReplaceAll(evil, `"`, `\"`)+`"`, "road", `"<img src=x onerror=alert(1)>"`)).status(http.StatusCreated).Header.Get("Location")
	at = strings.TrimPrefix(at, "http://example.com")
	for _, path := range []string{at + "?f=html", polesPath + "?f=html&limit=1000", polesPath + "?f=html&q=" + "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/collections/poles?f=html"} {
		r := s.get(path).status(http.StatusOK)
		text, _ := readPage(t, r)
		if strings.Contains(string(r.bytes), "<script") || strings.Contains(string(r.bytes), "<img") || strings.Contains(string(r.bytes), "<b a") {
			t.Errorf("%s: markup from the data", path)
		}
		if strings.HasPrefix(path, at) && !strings.Contains(text, evil) {
			t.Errorf("the name is not shown: %.300s", text)
		}
	}
}

// The words of the pages are those of the application.
func TestWordsOfPages(t *testing.T) {
	table, err := os.ReadFile("ogcwords.go")
	must(t, err)
	layerTable, err := os.ReadFile("ogctext.go")
	must(t, err)
	entry := regexp.MustCompile(`"([a-z_]+\.[a-z_0-9]+)":\s*"((?:[^"\\]|\\.)*)"`)
	read := func(file string) map[string]string {
		b, err := os.ReadFile(file)
		must(t, err)
		out := map[string]string{}
		for _, m := range entry.FindAllStringSubmatch(string(b), -1) {
			out[m[1]] = m[2]
		}
		return out
	}
	zh, en := read("../web/src/text/zh.ts"), read("../web/src/text/en.ts")
	compared := 0
	for _, m := range regexp.MustCompile(`"([a-z_]+\.[a-z_0-9]+)":\s*\{"(.*?)", "(.*?)"\}`).FindAllStringSubmatch(string(table), -1) {
		if zh[m[1]] == "" {
			continue // what the application does not show
		}
		compared++
		if m[2] != zh[m[1]] || m[3] != en[m[1]] {
			t.Errorf("%s is %q, %q here and %q, %q there", m[1], m[2], m[3], zh[m[1]], en[m[1]])
		}
	}
	for _, info := range openLayers() {
		for _, word := range []string{zh["layer."+string(info.Layer)], en["layer."+string(info.Layer)]} {
			if !strings.Contains(string(layerTable), `"`+word+`"`) {
				t.Errorf("%s is called %q there", info.Layer, word)
			}
		}
		for _, c := range layers.Columns(info.Layer) {
			if !strings.Contains(string(table), `"field.`+c.Name+`"`) {
				t.Errorf("the column %s has no word", c.Name)
			}
		}
	}
	if compared < 120 {
		t.Errorf("only %d words compared", compared)
	}
}

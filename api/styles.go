package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The web application and the map styles: files that are part of the program, read once. Their names do not change with their
// content, so a browser asks each time and mostly gets a 304.

func (s *Server) styleOperations() []operation {
	if s.Web == nil {
		return nil
	}
	table := []operation{{
		Method: http.MethodGet, Path: "/styles/{name}.json", ID: "style", Tag: "tiles", Timeless: true,
		Summary: "A map style", Text: "MapLibre style of the district's tiles, with absolute addresses. The names are those of the files of the application: light, dark, and print for paper, in black and white.",
		Params: []param{{Name: "name", In: "path", Schema: &huma.Schema{Type: "string"}, Example: "light", Text: "Name of the style."}},
		Answers: []answer{{Status: http.StatusOK, Text: "The style", Content: &content{Type: &huma.Schema{Type: "object"}}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}},
		Handle: s.style(),
	}, {
		Method: http.MethodGet, Path: "/", ID: "getLandingPage", Tag: "service", Timeless: true,
		Summary: "The web application, or where everything is",
		Text:    "The map for people; for clients that ask for JSON (by `Accept` or `f=json`), links to everything that is served.",
		Params:  []param{{Name: "f", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"json", "html"}}, Text: "The form, whatever Accept says."}},
		Answers: []answer{{Status: http.StatusOK, Text: "Links", Content: &content{Type: landing{}}, Also: &content{Media: "text/html", Type: &huma.Schema{Type: "string"}}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}},
		Handle: s.home(),
	}}
	_ = fs.WalkDir(s.Web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "index.html" || strings.HasPrefix(name, "styles/") {
			return nil // a folder that cannot be read has no files
		}
		b, err := fs.ReadFile(s.Web, name)
		if err != nil {
			return nil
		}
		f := fileOf(mediaOf(name), b)
		table = append(table, operation{Method: http.MethodGet, Path: "/" + name, ID: "file:" + name, Timeless: true, Hidden: true,
			Handle: func(c *call) error {
				c.Response().Header().Set("Content-Security-Policy", filePolicy)
				return c.file(f)
			}})
		return nil
	})
	return table
}

// mediaOf is the media type by the ending of a name, the same on every machine.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".json", ".map":
		return jsonMedia
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// style answers with a style of the application in which addresses of this server are absolute, for programs that did not get
// the style from a page.
func (s *Server) style() func(*call) error {
	styles := map[string][]byte{}
	entries, _ := fs.ReadDir(s.Web, "styles") // an application without styles has none
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			if b, err := fs.ReadFile(s.Web, "styles/"+e.Name()); err == nil {
				styles[name] = b
			}
		}
	}
	return func(c *call) error {
		b, ok := styles[c.path["name"]]
		if !ok {
			return notFound("there is no style of that name")
		}
		base := c.base()
		for _, folder := range []string{"/tiles/", "/assets/"} {
			b = bytes.ReplaceAll(b, []byte(`"`+folder), []byte(`"`+base+folder))
		}
		return c.file(fileOf(jsonMedia, b))
	}
}

// link is one place on the landing page.
type link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title"`
	// Templated says that Href has variables in braces.
	Templated bool `json:"templated,omitempty"`
}

// landing is what a program gets at the root.
type landing struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Links       []link `json:"links"`
}

func landingOf(base string) landing {
	at := func(rel, path, media, title string) link {
		return link{Href: base + path, Rel: rel, Type: media, Title: title}
	}
	return landing{
		Title:       "wangge",
		Description: "Which grid of the district a coordinate lies in and who is responsible for it.",
		Links: []link{
			at("self", "/?f=json", "application/json", "This page"),
			at("alternate", "/?f=html", "text/html", "The map"),
			at("service-desc", "/api", openMedia, "OpenAPI 3.0"),
			at("service-desc", "/openapi.json", "application/json", "OpenAPI 3.1"),
			at("service-doc", "/api?f=html", "text/html", "All operations"),
			at("conformance", "/conformance", "application/json", "Conformance classes"),
			at("data", "/collections", "application/json", "Collections of features"),
			at(relTilesets, "/tiles", "application/json", "Vector tiles"),
			at(relSchemes, "/tileMatrixSets", "application/json", "Tile matrix sets"),
			at("status", "/v1/status", "application/json", "State of the service and its layers"),
			at("search", "/v1/search?q=", "application/json", "Search by name, code or crossing"),
			at("item", "/v1/lookup", "application/json", "Who is responsible for a position"),
			at("tiles", "/tiles/"+strings.Join(tileLayers(), ",")+".json", "application/json", "TileJSON of all layers"),
			at("style", "/styles/light.json", "application/json", "Map style"),
		},
	}
}

// home answers at the root.
func (s *Server) home() func(*call) error {
	page, err := fs.ReadFile(s.Web, "index.html")
	if err != nil {
		page = []byte("<!doctype html><title>wangge</title><p>The web application was not built into this program.")
	}
	page = withLinks(page)
	app, policy := fileOf("text/html; charset=utf-8", page), pagePolicy(page)
	return func(c *call) error {
		h := c.Response().Header()
		addVary(h, "Accept")
		switch c.query.Get("f") {
		case "html":
		case "json":
			return c.file(fileOf(jsonMedia, append(appendJSON(nil, landingOf(c.base())), '\n')))
		default:
			if c.query.Has("f") {
				return badParameter("f", "f is json or html")
			}
			if !wantsPage(c.Request()) {
				return c.file(fileOf(jsonMedia, append(appendJSON(nil, landingOf(c.base())), '\n')))
			}
		}
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Frame-Options", "DENY")
		return c.file(app)
	}
}

// withLinks writes the links of the landing page into the application's page, for who reads it without scripts.
func withLinks(page []byte) []byte {
	l := landingOf("")
	var b bytes.Buffer
	fmt.Fprintf(&b, "<noscript><h1>%s</h1><p>%s</p><ul>", html.EscapeString(l.Title), html.EscapeString(l.Description))
	for _, one := range l.Links {
		fmt.Fprintf(&b, `<li><a rel="%s" href="%s">%s</a></li>`, html.EscapeString(one.Rel), html.EscapeString(one.Href), html.EscapeString(one.Title))
	}
	b.WriteString("</ul></noscript>")
	before, after, found := bytes.Cut(page, []byte("</body>"))
	if !found {
		return append(slices.Clone(page), b.Bytes()...)
	}
	return slices.Concat(before, b.Bytes(), []byte("</body>"), after)
}

// wantsPage reports whether the client would rather have HTML than JSON. One that takes anything gets the page.
func wantsPage(r *http.Request) bool {
	header := r.Header.Get("Accept")
	if header == "" {
		return true
	}
	page, json := -1.0, -1.0
	any := 0.0
	for _, w := range weightsOf(header) {
		switch w.name {
		case "text/html", "application/xhtml+xml", "text/*":
			page = max(page, w.q)
		case "application/json", "application/*", "application/geo+json":
			json = max(json, w.q)
		case "*/*":
			any = w.q
		}
	}
	if page < 0 {
		page = any
	}
	if json < 0 {
		json = any
	}
	return page >= json
}

// filePolicy is the policy of the application's files. A worker is bound by that of its own script, not by the page's: it must be
// allowed to fetch tiles.
const filePolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

var inlineScript = regexp.MustCompile(`(?s)<script(?:\s[^>]*)?>(.*?)</script>`)

// pagePolicy allows a page what the map needs and nothing from elsewhere: its own scripts, the scripts that are written in it by
// their digest, and the workers and images that the map library makes in memory.
func pagePolicy(page []byte) string {
	scripts := "script-src 'self'"
	for _, m := range inlineScript.FindAllSubmatch(page, -1) {
		if len(bytes.TrimSpace(m[1])) > 0 {
			sum := sha256.Sum256(m[1])
			scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	}
	return strings.Join([]string{"default-src 'self'", scripts, "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:",
		"worker-src 'self' blob:", "child-src 'self' blob:", "connect-src 'self'", "font-src 'self' data:", "object-src 'none'", "base-uri 'none'",
		"form-action 'self'", "frame-ancestors 'none'"}, "; ")
}

package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func TestStylesHaveAbsoluteAddresses(t *testing.T) {
	s := readServer(t)
	r := s.get("/styles/light.json").status(http.StatusOK)
	var style struct {
		Faces   map[string]string `json:"font-faces"`
		Sources map[string]struct{ Tiles []string }
	}
	r.json(&style)
	same(t, "tiles", style.Sources["a"].Tiles, []string{"http://example.com/tiles/grids/{z}/{x}/{y}.mvt"})
	same(t, "font", style.Faces["x"], "http://example.com/assets/noto.woff2")
	s.get("/styles/light.json", "If-None-Match", r.Header.Get("ETag")).status(http.StatusNotModified)
}

func TestHomeByAccept(t *testing.T) {
	s := readServer(t)
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
	for _, c := range []struct{ path, accept, want string }{
		{"/", browser, "text/html"}, {"/", "", "text/html"}, {"/", "*/*", "text/html"}, {"/", "application/json", "application/json"},
		{"/", "application/json, text/html;q=0.5", "application/json"}, {"/", "text/html, application/json", "text/html"},
		{"/?f=json", browser, "application/json"}, {"/?f=html", "application/json", "text/html"},
	} {
		r := s.get(c.path, "Accept", c.accept).status(http.StatusOK)
		if got := r.Header.Get("Content-Type"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s for %q: %s, want %s", c.path, c.accept, got, c.want)
		}
		if !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept") {
			t.Errorf("%s: Vary %v", c.path, r.Header.Values("Vary"))
		}
	}
	s.get("/?f=xml").problem(http.StatusBadRequest, "bad-parameter")
	s.get("/?f=").problem(http.StatusBadRequest, "bad-parameter")
}

func TestPageHasAPolicy(t *testing.T) {
	r := readServer(t).get("/", "Accept", "text/html").status(http.StatusOK)
	policy := r.Header.Get("Content-Security-Policy")
	sum := sha256.Sum256([]byte(`document.title="x"`))
	for _, part := range []string{"default-src 'self'", "script-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';", "worker-src 'self' blob:", "frame-ancestors 'none'", "object-src 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q does not say %s", policy, part)
		}
	}
	if strings.Contains(policy, "script-src 'self' 'unsafe") || strings.Contains(policy, "http") {
		t.Errorf("the policy is too wide: %s", policy)
	}
}

// Every link of the landing page leads somewhere.
func TestLandingLinks(t *testing.T) {
	s := readServer(t)
	var page struct {
		Links []struct{ Href, Rel, Title string }
	}
	s.get("/?f=json").status(http.StatusOK).json(&page)
	if len(page.Links) < 6 {
		t.Fatalf("%+v", page)
	}
	for _, l := range page.Links {
		path := strings.TrimPrefix(l.Href, "http://example.com")
		if path == l.Href || l.Rel == "" || l.Title == "" {
			t.Errorf("%+v", l)
		}
		if r := s.send(ask{Path: path}); r.StatusCode == http.StatusNotFound || r.StatusCode >= 500 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

func TestFilesOfTheApplication(t *testing.T) {
	s := readServer(t)
	for path, media := range map[string]string{"/assets/index.js": "text/javascript; charset=utf-8", "/assets/noto.woff2": "font/woff2", "/icon.svg": "image/svg+xml"} {
		r := s.do(ask{Path: path, Undocumented: true}).status(http.StatusOK)
		same(t, path, r.Header.Get("Content-Type"), media)
		same(t, path, string(r.bytes), string(testWeb()[path[1:]].Data))
		s.do(ask{Path: path, Undocumented: true, Header: []string{"If-None-Match", r.Header.Get("ETag")}}).status(http.StatusNotModified)
	}
	packed := s.do(ask{Path: "/assets/index.js", Undocumented: true, Header: []string{"Accept-Encoding", "gzip"}})
	same(t, "packed", string(packed.plain()), string(testWeb()["assets/index.js"].Data))
	same(t, "encoding", packed.Header.Get("Content-Encoding"), "gzip")
	for _, path := range []string{"/index.html", "/assets/", "/assets", "/assets/nothing.js", "/assets/..%2findex.html", "/styles/light", "/assets/index.js/"} {
		s.do(ask{Path: path, Undocumented: true}).problem(http.StatusNotFound, "not-found")
	}
	var doc struct{ Paths map[string]json.RawMessage }
	s.get("/openapi.json").json(&doc)
	if doc.Paths["/icon.svg"] != nil || doc.Paths["/assets/index.js"] != nil {
		t.Error("files of the application are in the document")
	}
}

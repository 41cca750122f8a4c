package api_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

func TestRequestID(t *testing.T) {
	s := readServer(t)
	if got := s.get("/v1/status", "X-Request-Id", "abc-123").Header.Get("X-Request-Id"); got != "abc-123" {
		t.Errorf("a sane id became %q", got)
	}
	seen := map[string]bool{}
	for _, odd := range []string{"", "a b", "<script>", strings.Repeat("x", 200), "中文", "-x"} {
		r := s.send(ask{Path: "/v1/poles?limit=x", Header: []string{"X-Request-Id", odd}})
		id := r.Header.Get("X-Request-Id")
		if !regexp.MustCompile(`^[0-9a-f]{24}$`).MatchString(id) || seen[id] {
			t.Errorf("%q became %q", odd, id)
		}
		seen[id] = true
		if p := r.problem(http.StatusBadRequest, "bad-parameter"); p["trace_id"] != id {
			t.Errorf("trace_id %v, want %s", p["trace_id"], id)
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := readServer(t)
	for _, path := range []string{"/v1/status", "/v1/grids", "/nothing", "/v1/poles?limit=x", "/healthz"} {
		h := s.send(ask{Path: path}).Header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Access-Control-Allow-Origin": "*"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: Content-Security-Policy %q", path, h.Get("Content-Security-Policy"))
		}
	}
}

func TestCORS(t *testing.T) {
	s, _ := fragileServer(t, nil)
	preflight := func(path, method string) http.Header {
		t.Helper()
		r := s.do(ask{Method: "OPTIONS", Path: path, Header: []string{"Origin", "https://evil.example", "Access-Control-Request-Method", method}}).status(http.StatusNoContent)
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, ","), "evil") {
				t.Errorf("%s: the origin comes back in %s", path, name)
			}
		}
		return r.Header
	}
	for _, c := range []struct {
		path, method string
		open         bool
	}{
		{"/v1/grids", "GET", true}, {"/v1/grids", "HEAD", true}, {gridPath, "GET", true}, {"/v1/status", "GET", true}, {"/openapi.json", "GET", true},
		{"/v1/grids", "POST", false}, {gridPath, "PUT", false}, {gridPath, "DELETE", false}, {"/v1/me", "GET", false}, {"/nothing", "GET", false}, {"/v1/grids", "TRACE", false},
	} {
		h := preflight(c.path, c.method)
		if got := h.Get("Access-Control-Allow-Origin"); (got == "*") != c.open {
			t.Errorf("%s %s: Access-Control-Allow-Origin %q", c.method, c.path, got)
		}
		if strings.Contains(strings.ToLower(h.Get("Access-Control-Allow-Headers")), "authorization") || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", c.path, h)
		}
	}
	if got := s.get("/v1/grids", "Origin", "https://evil.example").Header; got.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(got.Get("Access-Control-Expose-Headers"), "Wangge-Revision") {
		t.Errorf("a read: %v", got)
	}
	// What comes from a form of another page carries no token: nothing changes.
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		path := polePath
		if method == "POST" {
			path = "/v1/poles"
		}
		r := s.send(ask{Method: method, Path: path, Body: body(method), Header: []string{"Origin", "https://evil.example", "Cookie", "token=x", "Sec-Fetch-Site", "cross-site"}})
		r.problem(http.StatusUnauthorized, "unauthenticated")
	}
}

func TestCompression(t *testing.T) {
	s := readServer(t)
	plain := s.get("/v1/poles")
	zipped := s.get("/v1/poles", "Accept-Encoding", "gzip, deflate, br")
	if zipped.Header.Get("Content-Encoding") != "gzip" || !bytes.Equal(zipped.plain(), plain.bytes) || len(zipped.bytes) > len(plain.bytes)/2 {
		t.Errorf("%q of %d bytes, plain %d", zipped.Header.Get("Content-Encoding"), len(zipped.bytes), len(plain.bytes))
	}
	for _, r := range []reply{plain, zipped} {
		if zipped.Header.Get("Vary") != "Accept-Encoding" && r.Header.Get("Content-Encoding") != "" {
			t.Errorf("Vary %q", r.Header.Get("Vary"))
		}
	}
	for _, r := range []reply{
		s.get("/v1/poles?limit=1", "Accept-Encoding", "gzip"), // small
		s.get(gridPath, "Accept-Encoding", "gzip"),            // its ETag is strong
		s.get("/v1/poles", "Accept-Encoding", "gzip;q=0"),
		s.get("/v1/poles", "Accept-Encoding", "br"),
	} {
		if got := r.Header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s: %q", r.ask.Path, got)
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	s := readServer(t)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	for _, path := range []string{"/v1/grids", gridPath, "/v1/status", "/healthz", "/readyz", "/v1/events", "/nothing"} {
		res, err := http.Head(server.URL + path)
		must(t, err)
		res.Body.Close()
		want := http.StatusOK
		if path == "/nothing" {
			want = http.StatusNotFound
		}
		if res.StatusCode != want {
			t.Errorf("HEAD %s: %s", path, res.Status)
		}
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	var log bytes.Buffer
	o := testOptions(t)
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	o.Store = panicking{}
	s := &server{Server: api.New(o), t: t}
	s.Publish(snapshotAt(t, 7, fixture()...))
	r := s.get("/v1/changes")
	r.problem(http.StatusInternalServerError, "internal")
	if strings.Contains(string(r.bytes), "runtime") || strings.Contains(string(r.bytes), ".go") {
		t.Errorf("the client sees the inside: %s", r.bytes)
	}
	if !strings.Contains(log.String(), "goroutine") || !strings.Contains(log.String(), r.Header.Get("X-Request-Id")) {
		t.Errorf("the log has no stack: %s", log.String())
	}
	s.get("/v1/status").status(http.StatusOK)
}

// panicking is a store with a mistake in it.
type panicking struct{ layers.Store }

func (panicking) Changes(context.Context, int64, int) ([]layers.Change, error) { panic("mistake") }

func TestMethodsAndPaths(t *testing.T) {
	s := readServer(t)
	r := s.do(ask{Method: "PATCH", Path: gridPath, Undocumented: true})
	r.problem(http.StatusMethodNotAllowed, "method-not-allowed")
	for _, m := range []string{"GET", "PUT", "DELETE"} {
		if !strings.Contains(r.Header.Get("Allow"), m) {
			t.Errorf("Allow %q has no %s", r.Header.Get("Allow"), m)
		}
	}
	for _, path := range []string{"/nothing", "/v1/", "/v1/grids/", "/v1/grids/a/b", "/v1//grids", "//v1/grids", "/v1/./grids", "/v1/../v1/grids", "/v1/%2e%2e/grids", "/v1/grids/%00", "/v1/grids%2f310116104Z05",
		"/v1/grids/..%5c", "/v1/gridsX", "/V1/grids", "/v1/lookup:batchX"} {
		s.do(ask{Path: path, Undocumented: true}).problem(http.StatusNotFound, "not-found")
	}
	s.do(ask{Path: "/v1/grids?q=" + strings.Repeat("x", 5000), Undocumented: true}).problem(http.StatusRequestURITooLong, "uri-too-long")
	if got := s.do(ask{Method: "POST", Path: gridPath, Undocumented: true, Header: []string{"X-HTTP-Method-Override", "DELETE"}}); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a method override is %d", got.StatusCode)
	}
}

// What reaches the handler over a bare connection is answered, and never with a 5xx.
func TestRawRequests(t *testing.T) {
	s := readServer(t)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"plain":              {"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200"},
		"absolute target":    {"GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200"},
		"HTTP/1.0":           {"GET /healthz HTTP/1.0\r\n\r\n", "200"},
		"no host":            {"GET /healthz HTTP/1.1\r\n\r\n", "400"},
		"two lengths":        {"POST /v1/poles HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
		"length and chunks":  {"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", "4"},
		"chunks on a read":   {"GET /v1/grids HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\n\r\n", "415"},
		"bad escape":         {"GET /v1/grids/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"},
		"nul escape":         {"GET /v1/grids/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404"},
		"dots":               {"GET /v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404"},
		"options star":       {"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200"},
		"connect":            {"CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\nConnection: close\r\n\r\n", "4"},
		"unknown method":     {"BREW /v1/grids HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "405"},
		"range":              {"GET /v1/grids HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0,1-1,2-2\r\nConnection: close\r\n\r\n", "200"},
		"many tags":          {"GET " + gridPath + " HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + strings.Repeat(`"x", `, 10000) + "\"y\"\r\nConnection: close\r\n\r\n", "200"},
		"slash in the query": {"GET /v1/grids?q=../../%2e%2e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200"},
		"header with a line": {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\r\n b\r\nConnection: close\r\n\r\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			must(t, err)
			defer conn.Close()
			must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
			_, err = io.WriteString(conn, c.text)
			must(t, err)
			line, err := bufio.NewReader(conn).ReadString('\n')
			must(t, err)
			status := strings.Fields(line)[1]
			if !strings.HasPrefix(status, c.want) || status[0] == '5' {
				t.Errorf("answered %q, want %s", strings.TrimSpace(line), c.want)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	s, _ := fragileServer(t, nil)
	s.get(gridPath).status(http.StatusOK)
	s.get("/v1/poles?limit=x")
	s.do(ask{Path: "/no/such/path/" + strings.Repeat("x", 50), Undocumented: true})
	s.post(layers.Surveyor, "poles", poleBody("JS-9400")).status(http.StatusCreated)
	w := httptest.NewRecorder()
	s.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text := w.Body.String()
	for _, want := range []string{
		`wangge_http_requests_total{operation="getGrid",status="2xx"} 1`, `wangge_http_requests_total{operation="listPoles",status="4xx"} 1`,
		`wangge_http_requests_total{operation="none",status="4xx"} 1`, `wangge_edits_total{layer="poles",operation="create"} 1`,
		`wangge_http_request_duration_seconds_bucket{operation="getGrid",le="+Inf"} 1`, `wangge_http_request_duration_seconds_count{operation="getGrid"} 1`,
		`wangge_features{layer="poles"} 41`, `wangge_quarantined_rows{layer="poles"} 0`, "wangge_digest_mismatches_total 0", "wangge_live 1", "wangge_ready 1",
		`wangge_build_info{go="go`, `,version="test"} 1`, "wangge_confirmed_age_seconds ", "wangge_revision ", "# TYPE wangge_http_request_duration_seconds histogram",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%.3000s", want, text)
		}
	}
	// The format: each line is a comment or a sample, each family is declared once and before its samples.
	sample := regexp.MustCompile(`^[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?[0-9][0-9.e+-]*$`)
	declared := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, _, _ := strings.Cut(rest, " ")
			if declared[name] {
				t.Errorf("%s is declared twice", name)
			}
			declared[name] = true
			continue
		}
		if strings.HasPrefix(line, "# HELP ") {
			continue
		}
		name := regexp.MustCompile(`^[a-z_]+`).FindString(line)
		base := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
		if !sample.MatchString(line) || !declared[name] && !declared[base] {
			t.Errorf("line %q", line)
		}
	}
}

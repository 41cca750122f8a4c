package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/cache"
	"github.com/pb33f/libopenapi-validator/config"

	"wangge/api"
	"wangge/layers"
)

// server is a Server under test. Every request that goes through do is checked against the document that the server serves: an
// answer that the document does not describe fails the test, and so does a request that was answered well and is not described.
type server struct {
	*api.Server
	t testing.TB
	// secrets are bearer secrets by role, for servers of editServer.
	secrets map[layers.Role]string
	store   layers.Store
	feed    *layers.Feed
	now     func() time.Time // the clock of the store
}

// testKey signs the answer ids of the tests.
// openLayers are the layers that all may read.
func openLayers() []layers.Info {
	return slices.DeleteFunc(layers.All(), func(info layers.Info) bool { return info.Confined })
}

func testKey() []byte { return []byte("0123456789abcdef0123456789abcdef") }

// testWeb is a small web application.
func testWeb() fstest.MapFS {
	return fstest.MapFS{
		"index.html":        {Data: []byte(`<!doctype html><html><head><title>网格地图</title><script>document.title="x"</script></head><body><div id="app"></div><script type="module" src="/assets/index.js"></script></body></html>`)},
		"icon.svg":          {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		"assets/index.js":   {Data: []byte("export {};\n" + strings.Repeat("// padding\n", 200))},
		"assets/noto.woff2": {Data: []byte("wOF2 not a font")},
		"styles/light.json": {Data: []byte(`{"version":8,"font-faces":{"x":"/assets/noto.woff2"},"sources":{"a":{"type":"vector","tiles":["/tiles/grids/{z}/{x}/{y}.mvt"]}},"layers":[]}`)},
	}
}

func testOptions(t testing.TB) api.Options {
	return api.Options{Web: testWeb(), Key: testKey(), Version: "test", Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

// readServer shows the fixture at revision 7 and has no store: whatever a read needs is in memory.
func readServer(t testing.TB) *server {
	t.Helper()
	s := &server{Server: api.New(testOptions(t)), t: t}
	s.Publish(fixtureSnapshot(t))
	return s
}

var fixtureMade struct {
	sync.Mutex
	snap *layers.Snapshot
}

// fixtureSnapshot returns the fixture at revision 7, made once for all tests: a Snapshot never changes.
func fixtureSnapshot(t testing.TB) *layers.Snapshot {
	t.Helper()
	fixtureMade.Lock()
	defer fixtureMade.Unlock()
	if fixtureMade.snap == nil {
		fixtureMade.snap = snapshotAt(t, 7, fixture()...)
	}
	return fixtureMade.snap
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask is one request. Header holds names and values in turn.
type ask struct {
	Method string // GET if empty
	Path   string
	Body   string
	Header []string
	Role   layers.Role // whose token it carries; none if empty
	// Undocumented says that the path is not in the document: the web application, unknown paths.
	Undocumented bool
}

// reply is what came back.
type reply struct {
	*http.Response
	t     testing.TB
	ask   ask
	bytes []byte // as sent
}

// with returns s for another test.
func (s *server) with(t testing.TB) *server {
	other := *s
	other.t = t
	return &other
}

// get asks for a path.
func (s *server) get(path string, header ...string) reply {
	s.t.Helper()
	return s.do(ask{Path: path, Header: header})
}

// do sends the request to the handler and checks both against the document.
func (s *server) do(a ask) reply {
	s.t.Helper()
	r := s.send(a)
	if !a.Undocumented && r.Request.Method != http.MethodHead && r.Request.Method != http.MethodOptions {
		s.check(r)
	}
	return r
}

// send sends the request without checking anything.
func (s *server) send(a ask) reply {
	s.t.Helper()
	req := s.request(a)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, req)
	res := w.Result()
	res.Request = req
	b, err := io.ReadAll(res.Body)
	must(s.t, err)
	res.Body = io.NopCloser(bytes.NewReader(b))
	return reply{Response: res, t: s.t, ask: a, bytes: b}
}

func (s *server) request(a ask) *http.Request {
	s.t.Helper()
	method := a.Method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	if a.Body != "" {
		body = strings.NewReader(a.Body)
	}
	req := httptest.NewRequest(method, a.Path, body)
	if a.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if a.Role != "" {
		req.Header.Set("Authorization", "Bearer "+s.secrets[a.Role])
	}
	for i := 0; i+1 < len(a.Header); i += 2 {
		req.Header.Set(a.Header[i], a.Header[i+1])
	}
	return req
}

// The validator takes /v1/schedules/x:submit for /v1/schedules/{id}. It sees what follows the colon as a segment of its own, in the document
// and in requests.
var (
	stepInDocument = regexp.MustCompile(`"(/v1/[a-z]+/\{id\}):([a-z]+)"`)
	stepInRequest  = regexp.MustCompile(`^(/v1/[a-z]+/[^/:?]+):([a-z]+)(\?.*)?$`)
)

// documents holds a validator for each document that was served.
var documents sync.Map // text -> *checker

type checker struct {
	sync.Mutex
	v validator.Validator
}

// checkerOf returns the validator of the document that s serves.
func checkerOf(t testing.TB, text []byte) *checker {
	t.Helper()
	if c, ok := documents.Load(string(text)); ok {
		return c.(*checker)
	}
	doc, err := libopenapi.NewDocument(stepInDocument.ReplaceAll(text, []byte(`"$1/:$2"`)))
	must(t, err)
	c, _ := documents.LoadOrStore(string(text), &checker{v: validatorOf(t, doc)})
	return c.(*checker)
}

// validatorOf returns a validator that compiles a schema when something is first held against it: the document has many more than a
// test needs.
func validatorOf(t testing.TB, doc libopenapi.Document) validator.Validator {
	t.Helper()
	schemas := &lazyCache{SchemaCache: cache.NewDefaultCache()}
	v, errs := validator.NewValidator(doc, config.WithSchemaCache(schemas))
	for _, err := range errs {
		t.Fatal(err)
	}
	schemas.ready.Store(true)
	return v
}

// lazyCache says that it has everything until it is ready, so that nothing is compiled in advance.
type lazyCache struct {
	cache.SchemaCache
	ready atomic.Bool
}

func (c *lazyCache) Load(key uint64) (*cache.SchemaCacheEntry, bool) {
	if !c.ready.Load() {
		return nil, true
	}
	return c.SchemaCache.Load(key)
}

func (s *server) check(r reply) {
	s.t.Helper()
	c := checkerOf(s.t, s.send(ask{Path: "/openapi.json"}).bytes)
	c.Lock()
	defer c.Unlock()
	var req *http.Request
	again := func() *http.Request {
		apart := r.ask
		apart.Path = stepInRequest.ReplaceAllString(apart.Path, "$1/:$2$3")
		req = s.request(apart)
		req.Method = r.Request.Method
		return req
	}
	res := *r.Response
	res.Body = io.NopCloser(bytes.NewReader(r.bytes))
	if res.Header.Get("Content-Encoding") == "gzip" {
		res.Header = res.Header.Clone()
		res.Header.Del("Content-Encoding")
		res.Body = io.NopCloser(bytes.NewReader(r.plain()))
	}
	if ok, errs := c.v.ValidateHttpResponse(again(), &res); !ok {
		for _, e := range errs {
			s.t.Errorf("%s %s: %d is not as documented: %s %s\n%v\n%.2000s", req.Method, r.ask.Path, r.StatusCode, e.Message, e.Reason, e.SchemaValidationErrors, r.bytes)
		}
	}
	if r.StatusCode >= 400 {
		return
	}
	if ok, errs := c.v.ValidateHttpRequest(again()); !ok {
		for _, e := range errs {
			s.t.Errorf("%s %s was answered %d and is not documented: %s %s", req.Method, r.ask.Path, r.StatusCode, e.Message, e.Reason)
		}
	}
}

// plain returns the body, inflated if it is compressed.
func (r reply) plain() []byte {
	r.t.Helper()
	if r.Header.Get("Content-Encoding") != "gzip" {
		return r.bytes
	}
	z, err := gzip.NewReader(bytes.NewReader(r.bytes))
	must(r.t, err)
	b, err := io.ReadAll(z)
	must(r.t, err)
	return b
}

// status fails the test unless the answer has it.
func (r reply) status(want int) reply {
	r.t.Helper()
	if r.StatusCode != want {
		r.t.Fatalf("%s %s: status %d, want %d\n%.2000s", r.Request.Method, r.ask.Path, r.StatusCode, want, r.bytes)
	}
	return r
}

// problem fails the test unless the answer is a problem with that status and code; it returns its members.
func (r reply) problem(status int, code string) map[string]any {
	r.t.Helper()
	r.status(status)
	var body map[string]any
	r.json(&body)
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		r.t.Errorf("%s: a problem of type %q", r.ask.Path, got)
	}
	if body["code"] != code || body["type"] != "/problems/"+code || body["status"] != float64(status) {
		r.t.Fatalf("%s %s: problem %v %v, want %s\n%s", r.Request.Method, r.ask.Path, body["code"], body["detail"], code, r.bytes)
	}
	for _, member := range []string{"title", "detail", "instance"} {
		if body[member] == "" || body[member] == nil {
			r.t.Errorf("%s: the problem has no %s: %s", r.ask.Path, member, r.bytes)
		}
	}
	return body
}

// json reads the body into v.
func (r reply) json(v any) reply {
	r.t.Helper()
	if err := json.Unmarshal(r.plain(), v); err != nil {
		r.t.Fatalf("%s %s: %v\n%.2000s", r.Request.Method, r.ask.Path, err, r.bytes)
	}
	return r
}

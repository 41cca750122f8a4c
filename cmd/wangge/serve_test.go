package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"wangge/layers"
	"wangge/layers/geopackage"
)

// output is what a running service has written so far.
type output struct {
	lock sync.Mutex
	b    bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.b.String()
}

// running is a "wangge serve" in this process.
type running struct {
	t        *testing.T
	out, err output
	address  string
	stop     func()
	done     chan int // gets the exit code
}

// freeAddress is one that nobody listens on now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// serve starts the service. It is stopped with the test, and must then end well.
func serve(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{t: t, address: freeAddress(t), done: make(chan int, 1)}
	args = append([]string{"serve", "--listen", r.address, "--metrics-listen", "none"}, args...)
	go func() { r.done <- run(ctx, args, nil, stdio{strings.NewReader(""), &r.out, &r.err}) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case code := <-r.done:
			if code != exitOK {
				t.Errorf("the service ended with code %d:\n%s", code, r.err.String())
			}
		case <-time.After(15 * time.Second):
			t.Errorf("the service did not stop:\n%s", r.err.String())
		}
	})
	t.Cleanup(r.stop)
	return r
}

// client does not keep connections, so that a stop is not held up.
var client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// get returns the status, the headers and the body of a GET; status 0 is no answer.
func (r *running) get(path string) (int, http.Header, string) {
	res, err := client.Get("http://" + r.address + path)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, err.Error()
	}
	return res.StatusCode, res.Header, string(body)
}

// ready waits until the service answers, and says how long it took.
func (r *running) ready(path string) time.Duration {
	r.t.Helper()
	began := time.Now()
	var status int
	for time.Since(began) < 60*time.Second {
		if status, _, _ = r.get(path); status == http.StatusOK {
			return time.Since(began)
		}
		select {
		case code := <-r.done:
			r.t.Fatalf("the service ended with code %d:\n%s", code, r.err.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	r.t.Fatalf("%s is %d after a minute:\n%s", path, status, r.err.String())
	return 0
}

// eventually waits until the check passes.
func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		if check() {
			return
		}
	}
	t.Fatalf("not after 30 s: %s", what)
}

// TestServeMakesTheDemo: the first start creates the demo with a loud banner and prints a token that is good for an edit; the second
// start has the edit and prints no token.
func TestServeMakesTheDemo(t *testing.T) {
	store := filepath.Join(t.TempDir(), "district.gpkg")
	first := serve(t, "--store", store)
	first.ready("/readyz")
	eventually(t, "the banner", func() bool { return strings.Contains(first.out.String(), "Ctrl-C") })
	contains(t, "the first start", first.out.String(), "DEMO", "演示数据", "http://"+first.address+"/", "sign in", "district.state")
	secret := regexp.MustCompile(`wg_[\w-]+`).FindString(first.out.String())
	status, body := first.post(t, "/v1/units", secret, `{"code":"T-1","name":"a test","kind":"other"}`)
	if status != http.StatusCreated {
		t.Fatalf("an edit with the printed token: %d %s", status, body)
	}
	if status, _ := first.post(t, "/v1/units", "wg_wrong", `{}`); status != http.StatusUnauthorized {
		t.Errorf("an edit with a wrong token: %d", status)
	}
	first.stop()
	for _, name := range []string{store + "-wal", store + "-shm"} {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("a clean stop left %s", filepath.Base(name))
		}
	}
	for name, mode := range map[string]os.FileMode{"": 0o700, "answers.key": 0o600} {
		if info, err := os.Stat(filepath.Join(strings.TrimSuffix(store, ".gpkg")+".state", name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("state %q: %v, want mode %v", name, err, mode)
		}
	}
	second := serve(t, "--store", store)
	second.ready("/readyz")
	if status, _, body := second.get("/v1/units?code=T-1"); status != http.StatusOK || !strings.Contains(body, "a test") {
		t.Errorf("the edit after a restart: %d %s", status, body)
	}
	eventually(t, "the banner", func() bool { return strings.Contains(second.out.String(), "Ctrl-C") })
	if out := second.out.String(); strings.Contains(out, "wg_") || !strings.Contains(out, "DEMO") {
		t.Errorf("the second start says:\n%s", out)
	}
}

// post sends an edit.
func (r *running) post(t *testing.T, path, secret, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+r.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+secret)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", fmt.Sprint(t.Name(), len(body)))
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// TestServeFollowsTheStore: an import by the command line is in the service's World without a restart.
func TestServeFollowsTheStore(t *testing.T) {
	store := empty(t)
	s := serve(t, "--store", store)
	s.ready("/readyz")
	ok(t, "import", "grids", collection(t, 3, 0), "--crs", "wgs84", "--store", store)
	began := time.Now()
	s.ready("/v1/grids/b")
	t.Logf("seen after %v", time.Since(began))
}

// keepSnapshot puts the last good snapshot of the small district into a state folder, as if the place had been served before.
func keepSnapshot(t *testing.T, dir string, at place, demo bool) *layers.Snapshot {
	t.Helper()
	s, err := geopackage.Open(district(t), layers.StoreOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := layers.NewBuilder()
	base, err := s.Load(t.Context(), b.Add)
	if err != nil {
		t.Fatal(err)
	}
	base.Settings.Demo = demo
	snap, err := b.Snapshot(base)
	if err != nil {
		t.Fatal(err)
	}
	state, err := openStateDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := layers.SaveSnapshot(state.snapshotPath(at), snap); err != nil {
		t.Fatal(err)
	}
	return snap
}

// TestServeWithoutTheDatabase: with the database away the last good snapshot is served within 2 s, and edits are refused.
func TestServeWithoutTheDatabase(t *testing.T) {
	const store = "postgres://nobody@127.0.0.1:1/district"
	state := filepath.Join(t.TempDir(), "state")
	snap := keepSnapshot(t, state, place{url: store}, false)
	s := serve(t, "--store", store, "--state-dir", state)
	took := s.ready("/readyz")
	t.Logf("served after %v", took)
	if took > 2*time.Second*slack() {
		t.Errorf("served after %v, want 2 s at most", took)
	}
	status, header, _ := s.get("/v1/grids/310116101Z01")
	if status != http.StatusOK || header.Get("Wangge-Revision") != snap.Position().String() {
		t.Errorf("a grid: %d, revision %q", status, header.Get("Wangge-Revision"))
	}
	if status, _, body := s.get("/readyz?for=edits"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz?for=edits: %d %s", status, body)
	}
	contains(t, "the log", s.err.String(), "last good snapshot")
	if strings.Contains(s.out.String(), "DEMO") {
		t.Errorf("a banner over real data:\n%s", s.out.String())
	}
}

// TestServeWithNothing: no database and no snapshot is a service that answers 503, until there is one.
func TestServeWithNothing(t *testing.T) {
	s := serve(t, "--store", "postgres://nobody@127.0.0.1:1/district", "--state-dir", t.TempDir())
	s.ready("/healthz")
	if status, header, _ := s.get("/readyz"); status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
		t.Errorf("/readyz: %d, Retry-After %q", status, header.Get("Retry-After"))
	}
}

// TestServeNeverReplacesWhatVanished: where a real store was, no demo is made; its last good snapshot is served.
func TestServeNeverReplacesWhatVanished(t *testing.T) {
	dir := t.TempDir()
	store := filepath.Join(dir, "district.gpkg")
	keepSnapshot(t, filepath.Join(dir, "district.state"), place{file: store}, false)
	s := serve(t, "--store", store)
	s.ready("/readyz")
	contains(t, "the log", s.err.String(), "is gone")
	s.stop()
	if _, err := os.Stat(store); err == nil {
		t.Error("a store was made in its place")
	}
}

// TestServeSkipsADamagedSnapshot: a flipped byte is found out; the service starts from the store all the same.
func TestServeSkipsADamagedSnapshot(t *testing.T) {
	store := district(t)
	state := filepath.Join(t.TempDir(), "state")
	keepSnapshot(t, state, place{file: store}, true)
	path := stateDir{state}.snapshotPath(place{file: store})
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/3] ^= 4
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, "--store", store, "--state-dir", state)
	s.ready("/v1/grids/310116101Z01")
	contains(t, "the log", s.err.String(), "cannot be used")
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := (stateDir{state}).lastGood(place{file: store}); err == nil {
		t.Error("a file that everybody may write was used")
	}
}

// TestServeKeepsTheSnapshot: the file has the newest revision after a stop, and the next start reads it.
func TestServeKeepsTheSnapshot(t *testing.T) {
	store := empty(t)
	s := serve(t, "--store", store)
	s.ready("/readyz")
	ok(t, "import", "grids", collection(t, 3, 0), "--crs", "wgs84", "--store", store)
	s.ready("/v1/grids/b")
	s.stop()
	at := place{file: store}
	snap, err := stateDir{at.stateDir()}.lastGood(at)
	if err != nil || snap == nil || snap.Position().Revision != 2 || snap.Set(layers.Grids).Len() != 3 {
		t.Fatalf("%v, %v", snap, err)
	}
}

func TestServeRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	text := write(t, "text.gpkg", "this is no database, whatever its name says; it only needs to be longer than a header")
	refused(t, exitFailed, []string{"listens on", "--listen"}, "serve", "--listen", taken.Addr().String(), "--store", filepath.Join(dir, "a.gpkg"))
	refused(t, exitFailed, []string{"listens on", "--metrics-listen"}, "serve", "--listen", "127.0.0.1:0", "--metrics-listen", taken.Addr().String(), "--store", filepath.Join(dir, "a.gpkg"))
	refused(t, exitFailed, []string{"not a GeoPackage"}, "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "none", "--store", text)
	refused(t, exitFailed, []string{"data of its own"}, "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "none", "--store", empty(t), "--demo")
	refused(t, exitFailed, []string{"cannot listen"}, "serve", "--listen", "no.such.host.invalid:1", "--store", filepath.Join(dir, "a.gpkg"))
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("a refused start left %v (%v)", left, err)
	}
}

// TestLogIsStructured: what is not a terminal gets a JSON object a line.
func TestLogIsStructured(t *testing.T) {
	s := serve(t, "--store", empty(t), "--log-level", "debug")
	s.ready("/readyz")
	s.stop()
	for line := range strings.Lines(s.err.String()) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg == "" || entry.Level == "" {
			t.Errorf("a line of the log: %v: %s", err, line)
		}
	}
}

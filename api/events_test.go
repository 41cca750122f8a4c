package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wangge/api"
	"wangge/layers"
)

type sse struct {
	kind, id string
	data     struct {
		Epoch    string
		Revision int64
		Layers   []string
		Changes  []struct {
			Layer string
			Count int
			IDs   []string
			BBox  []float64
		}
		At    layers.Instant
		Tiles []struct {
			Layer   layers.Layer
			MinZoom int
			BBoxes  [][4]float64
		}
	}
}

// stream opens /v1/events and gives the events and comments as they come.
func stream(t *testing.T, url, last string) (events chan sse, comments chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/events", nil)
	must(t, err)
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Accept-Encoding", "gzip")
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	res, err := client.Do(req)
	must(t, err)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Content-Encoding") != "" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	events, comments = make(chan sse, 100), make(chan string, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(events)
		defer res.Body.Close()
		var e sse
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.kind = value
			case "id":
				e.id = value
			case "data":
				_ = json.Unmarshal([]byte(value), &e.data)
				events <- e
				e = sse{}
			case "":
				if value != "" {
					comments <- value
				}
			}
		}
	}()
	return events, comments, func() {
		cancel()
		<-done
		client.CloseIdleConnections()
	}
}

func next(t *testing.T, events chan sse) sse {
	t.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event in 10 s")
	}
	return sse{}
}

func TestEvents(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := api.New(testOptions(t))
	s.SetHeartbeat(20 * time.Millisecond)
	features := fixture()
	publish := func(revision int64) { s.Publish(snapshotAt(t, revision, features...)) }
	publish(7)
	http1 := httptest.NewServer(s.Handler())
	defer http1.Close()
	events, comments, stop := stream(t, http1.URL, "")
	if e := next(t, events); e.kind != "revision" || e.id != epoch+"-7" || e.data.Epoch != epoch || e.data.Revision != 7 || len(e.data.Layers) != 0 {
		t.Errorf("first %+v", e)
	}
	i := slices.IndexFunc(features, func(f layers.Feature) bool { return f.Head().ID == "p_0002" })
	moved := *features[i].(*layers.Pole)
	from := moved.Geometry
	moved.Version, moved.Revision, moved.Geometry = 2, 8, at(5, 3)
	features[i] = &moved
	publish(8)
	e := next(t, events)
	if e.id != epoch+"-8" || !slices.Equal(e.data.Layers, []string{"poles"}) || len(e.data.Changes) != 1 {
		t.Fatalf("after a pole has moved: %+v", e)
	}
	c := e.data.Changes[0]
	want := []float64{min(from[0], moved.Geometry[0]), min(from[1], moved.Geometry[1]), max(from[0], moved.Geometry[0]), max(from[1], moved.Geometry[1])}
	if c.Count != 1 || !slices.Equal(c.IDs, []string{"p_0002"}) || !slices.Equal(c.BBox, want) {
		t.Errorf("change %+v, want p_0002 in %v", c, want)
	}
	features = slices.Delete(features, i, i+1)
	publish(9)
	if c := next(t, events).data.Changes[0]; c.Count != 1 || !slices.Equal(c.IDs, []string{"p_0002"}) {
		t.Errorf("after a pole has gone: %+v", c)
	}
	select {
	case text := <-comments:
		if text == "" {
			t.Error("an empty comment")
		}
	case <-time.After(10 * time.Second):
		t.Error("no heartbeat")
	}
	stop()
	// Back again: what was missed, nothing, or reload.
	again, _, stop := stream(t, http1.URL, epoch+"-8")
	if e := next(t, again); e.id != epoch+"-9" || len(e.data.Changes) != 1 {
		t.Errorf("missed: %+v", e)
	}
	stop()
	for _, last := range []string{epoch + "-3", "ffff-9", "nonsense"} {
		lost, _, stop := stream(t, http1.URL, last)
		if e := next(t, lost); e.kind != "reload" || e.data.Revision != 9 {
			t.Errorf("after %s: %+v", last, e)
		}
		stop()
	}
	// A stop of the service ends the streams, and no new one begins.
	open, _, stop := stream(t, http1.URL, "")
	next(t, open)
	s.Close()
	select {
	case _, ok := <-open:
		if ok {
			t.Error("an event after the end")
		}
	case <-time.After(10 * time.Second):
		t.Error("the stream goes on after Close")
	}
	stop()
	res, err := http.Get(http1.URL + "/v1/events")
	must(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stream after Close: %s", res.Status)
	}
	http.DefaultClient.CloseIdleConnections()
}

// A client that does not read is cut off, and nobody waits for it.
func TestSlowListener(t *testing.T) {
	s := api.New(testOptions(t))
	features := fixture()
	s.Publish(snapshotAt(t, 1, features...))
	pr := newBlockedWriter()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Handler().ServeHTTP(pr, httptest.NewRequest(http.MethodGet, "/v1/events", nil).WithContext(ctx))
	}()
	<-pr.blocked
	began := time.Now()
	for n := range int64(api.QueueLength + 5) {
		s.Publish(snapshotAt(t, 2+n, features...))
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("publishing took %v beside a client that does not read", took)
	}
	close(pr.release)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the client was not cut off")
	}
}

// blockedWriter takes the first write and blocks on it until it is released.
type blockedWriter struct {
	header           http.Header
	blocked, release chan struct{}
	once             bool
}

func newBlockedWriter() *blockedWriter {
	return &blockedWriter{header: http.Header{}, blocked: make(chan struct{}), release: make(chan struct{})}
}

func (w *blockedWriter) Header() http.Header { return w.header }
func (w *blockedWriter) WriteHeader(int)     {}
func (w *blockedWriter) Flush()              {}
func (w *blockedWriter) Write(b []byte) (int, error) {
	if !w.once {
		w.once = true
		close(w.blocked)
		<-w.release
	}
	return len(b), nil
}

func TestEventsOfEdits(t *testing.T) {
	s, _ := fragileServer(t, nil)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	events, _, stop := stream(t, server.URL, "")
	defer stop()
	next(t, events)
	made := s.post(layers.Surveyor, "poles", poleBody("JS-9300")).status(http.StatusCreated)
	var f struct {
		ID       string
		Revision int64
	}
	made.json(&f)
	for {
		if e := next(t, events); e.data.Revision >= f.Revision {
			if len(e.data.Changes) != 1 || !slices.Contains(e.data.Changes[0].IDs, f.ID) || len(e.data.Changes[0].BBox) != 4 {
				t.Errorf("%+v does not tell of %s", e, f.ID)
			}
			break
		}
	}
	fmt.Fprintln(t.Output(), "event of", f.ID)
}

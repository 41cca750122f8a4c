package api

import (
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"wangge/layers"
)

// metrics counts what happens and answers in the text format of Prometheus (exposition.go).
type metrics struct {
	server   *Server
	requests counters  // by operation and class of status
	seconds  durations // by operation
	lookups  counters  // by outcome, and whether no rule chose the unit
	edits    counters  // by layer and operation
	panics   counter
}

func newMetrics() *metrics { return &metrics{} }

// watch gives the metrics the server whose state they show.
func (m *metrics) watch(s *Server) { m.server = s }

func (m *metrics) request(operation string, status int, took time.Duration) {
	m.requests.of(operation, strconv.Itoa(status/100)+"xx").add(1)
	m.seconds.of(operation).observe(took)
}

// lookup counts one answer about who is responsible.
func (m *metrics) lookup(outcome string, fallback bool) {
	m.lookups.of(outcome, strconv.FormatBool(fallback)).add(1)
}

func (m *metrics) edit(l layers.Layer, op layers.Op) { m.edits.of(string(l), string(op)).add(1) }

// handler answers /metrics, and /healthz for whoever watches the listener.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		var e exposition
		m.expose(&e)
		_, _ = w.Write(e.bytes()) // a scraper that has gone away
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

func (m *metrics) expose(e *exposition) {
	m.exposeRequests(e)
	m.exposeFeed(e)
	m.exposeWorld(e)
	m.exposeProcess(e)
}

func (m *metrics) exposeRequests(e *exposition) {
	e.counters("wangge_http_requests_total", "Requests by operation and class of status.", []string{"operation", "status"}, &m.requests)
	e.durations("wangge_http_request_duration_seconds", "Time to answer by operation.", "operation", &m.seconds)
	e.counters("wangge_lookups_total", "Answers about who is responsible, by outcome and whether no rule chose the unit.", []string{"outcome", "fallback"}, &m.lookups)
	e.counters("wangge_edits_total", "Edits that were taken, by layer and operation.", []string{"layer", "operation"}, &m.edits)
	e.counter("wangge_panics_total", "Requests that ended in a panic of a handler.", float64(m.panics.value()))
	e.gauge("wangge_event_clients", "Open streams of events.", float64(m.server.events.size()))
	e.gauge("wangge_store_requests", "Requests that wait for the store.", float64(len(m.server.asking)))
}

func (m *metrics) exposeFeed(e *exposition) {
	feed, s := m.server.feed(), m.server
	e.gauge("wangge_confirmed_age_seconds", "Time since the store last said that there is nothing newer.", s.age(s.World()).Seconds())
	live := 0.0
	if s.state() == stateLive {
		live = 1
	}
	e.gauge("wangge_live", "1 while the store is followed.", live)
	e.gauge("wangge_poisoned_rows", "Rows that keep newer revisions from being shown.", float64(len(feed.Poisoned)))
	e.counter("wangge_digest_mismatches_total", "Full loads whose digest differed from what was built step by step.", float64(feed.Mismatches))
	e.counter("wangge_full_loads_total", "Snapshots that were loaded as a whole.", float64(feed.FullLoads))
	e.counter("wangge_deltas_total", "Snapshots that were built from changes.", float64(feed.Deltas))
}

func (m *metrics) exposeWorld(e *exposition) {
	w := m.server.World()
	if w == nil {
		e.gauge("wangge_ready", "1 once a state of the district is served.", 0)
		return
	}
	e.gauge("wangge_ready", "1 once a state of the district is served.", 1)
	e.gauge("wangge_revision", "The revision that is served.", float64(w.Position().Revision))
	e.family("wangge_epoch_info", "The epoch that is served.", "gauge")
	e.sample("wangge_epoch_info", []string{"epoch", w.Position().Epoch}, 1)
	e.gauge("wangge_world_age_seconds", "Time since the World was shown.", m.server.now().Sub(w.shown).Seconds())
	e.family("wangge_features", "Features by layer.", "gauge")
	for _, info := range layers.All() {
		e.sample("wangge_features", []string{"layer", string(info.Layer)}, float64(w.Set(info.Layer).Len()))
	}
	out := map[layers.Layer]int{}
	for _, q := range w.Quarantined() {
		out[q.Layer]++
	}
	e.family("wangge_quarantined_rows", "Rows that are left out, by layer.", "gauge")
	for _, info := range layers.All() {
		e.sample("wangge_quarantined_rows", []string{"layer", string(info.Layer)}, float64(out[info.Layer]))
	}
}

func (m *metrics) exposeProcess(e *exposition) {
	e.family("wangge_build_info", "The program.", "gauge")
	e.sample("wangge_build_info", []string{"version", m.server.Version, "go", runtime.Version()}, 1)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	e.gauge("go_goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
	e.gauge("go_memstats_heap_inuse_bytes", "Bytes of heap in use.", float64(mem.HeapInuse))
	e.gauge("go_memstats_sys_bytes", "Bytes obtained from the system.", float64(mem.Sys))
	e.counter("go_gc_cycles_total", "Collections of garbage.", float64(mem.NumGC))
}

// counter only grows. The zero value is ready.
type counter struct{ n atomic.Int64 }

func (c *counter) add(n int64)  { c.n.Add(n) }
func (c *counter) value() int64 { return c.n.Load() }

// counters is a counter for each combination of label values that was seen. All label values come from closed sets.
type counters struct{ table sync.Map } // [2]string -> *counter

func (c *counters) of(a, b string) *counter {
	if v, ok := c.table.Load([2]string{a, b}); ok {
		return v.(*counter)
	}
	v, _ := c.table.LoadOrStore([2]string{a, b}, new(counter))
	return v.(*counter)
}

// bounds are the upper bounds of the buckets of a duration, in seconds.
var bounds = [...]float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// duration is a histogram of times.
type duration struct {
	buckets [len(bounds) + 1]counter // each counts what falls in it alone; the last is beyond all bounds
	nanos   counter
}

func (d *duration) observe(took time.Duration) {
	i, _ := slices.BinarySearch(bounds[:], took.Seconds())
	d.buckets[i].add(1)
	d.nanos.add(int64(took))
}

type durations struct{ table sync.Map } // string -> *duration

func (d *durations) of(label string) *duration {
	if v, ok := d.table.Load(label); ok {
		return v.(*duration)
	}
	v, _ := d.table.LoadOrStore(label, new(duration))
	return v.(*duration)
}

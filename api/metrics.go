package api

import (
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wangge/layers"
)

// metrics counts what happens, in a registry of one Server. What is not counted but looked up is in exposition.go. All label
// values come from closed sets.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by operation and class of status
	seconds  *prometheus.HistogramVec // by operation
	lookups  *prometheus.CounterVec   // by outcome, and whether no rule chose the unit
	edits    *prometheus.CounterVec   // by layer and operation
	panics   prometheus.Counter
	tiles    *tileMetrics
	log      *slog.Logger
}

// bounds are the upper bounds of the buckets of a duration, in seconds.
var bounds = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: newCounters("wangge_http_requests_total", "Requests by operation and class of status.", "operation", "status"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wangge_http_request_duration_seconds", Help: "Time to answer by operation.", Buckets: bounds,
		}, []string{"operation"}),
		lookups: newCounters("wangge_lookups_total", "Answers about who is responsible, by outcome and whether no rule chose the unit.", "outcome", "fallback"),
		edits:   newCounters("wangge_edits_total", "Edits that were taken, by layer and operation.", "layer", "operation"),
		panics:  prometheus.NewCounter(prometheus.CounterOpts{Name: "wangge_panics_total", Help: "Requests that ended in a panic of a handler."}),
		tiles:   newTileMetrics(),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.lookups, m.edits, m.panics, m.tiles, // which panics on a clash of names, in every test
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newCollections())
	return m
}

func newCounters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// newCollections counts the collections of garbage, which the library's own collector has only as a part of a summary.
func newCollections() prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "go_gc_cycles_total", Help: "Collections of garbage."}, func() float64 {
		var stats debug.GCStats
		debug.ReadGCStats(&stats)
		return float64(stats.NumGC)
	})
}

// watch gives the metrics the server whose state they show. It is called once.
func (m *metrics) watch(s *Server) {
	m.log = s.log
	m.registry.MustRegister(exposition{s}, tileCacheState{s.tiles}, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "wangge_build_info", Help: "The program.", ConstLabels: prometheus.Labels{"version": s.Version, "go": runtime.Version()},
	}, func() float64 { return 1 }))
}

func (m *metrics) request(operation string, status int, took time.Duration) {
	m.requests.WithLabelValues(operation, strconv.Itoa(status/100)+"xx").Inc()
	m.seconds.WithLabelValues(operation).Observe(took.Seconds())
}

// lookup counts one answer about who is responsible.
func (m *metrics) lookup(outcome string, fallback bool) {
	m.lookups.WithLabelValues(outcome, strconv.FormatBool(fallback)).Inc()
}

func (m *metrics) edit(l layers.Layer, op layers.Op) {
	m.edits.WithLabelValues(string(l), string(op)).Inc()
}

// handler answers /metrics, and /healthz for whoever watches the listener.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(m.log.Handler(), slog.LevelError)}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

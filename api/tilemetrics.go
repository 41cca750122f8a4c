package api

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// tileMetrics counts tiles by zoom. Zooms, codings and layers are closed sets, so that no request adds a series of its own making.
type tileMetrics struct {
	answers *prometheus.CounterVec   // by zoom, whether all of it was kept, and status
	seconds *prometheus.HistogramVec // by zoom and whether all of it was kept
	bytes   *prometheus.CounterVec   // by zoom and coding
}

// tileBounds are the upper bounds of the buckets of the time for a tile, in seconds.
var tileBounds = []float64{0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2}

func newTileMetrics() *tileMetrics {
	return &tileMetrics{
		answers: newCounters("wangge_tiles_total", "Tiles by zoom, whether all of the tile was in the cache, and status.", "zoom", "cache", "status"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wangge_tile_duration_seconds", Help: "Time to make and send a tile by zoom, and whether all of it was in the cache.", Buckets: tileBounds,
		}, []string{"zoom", "cache"}),
		bytes: newCounters("wangge_tile_bytes_total", "Bytes of tiles as they were sent, by zoom and content coding.", "zoom", "coding"),
	}
}

// tileServed is what there is to say of one answer.
type tileServed struct {
	zoom            uint8
	coding          mvt.Coding
	kept, unchanged bool
	bytes           int64
}

func (m *tileMetrics) served(t tileServed, took time.Duration) {
	zoom, cache, status := zoomWords[t.zoom], "miss", "200"
	if t.kept {
		cache = "hit"
	}
	if t.unchanged {
		status = "304"
	}
	m.answers.WithLabelValues(zoom, cache, status).Inc()
	m.seconds.WithLabelValues(zoom, cache).Observe(took.Seconds())
	if t.bytes > 0 {
		m.bytes.WithLabelValues(zoom, t.coding.String()).Add(float64(t.bytes))
	}
}

// zoomWords are the zooms as labels.
var zoomWords = func() (out [geo.MaxZoom + 1]string) {
	for z := range out {
		out[z] = strconv.Itoa(z)
	}
	return out
}()

// Describe names all metrics that Collect may send; with it tileMetrics is a prometheus.Collector.
func (m *tileMetrics) Describe(out chan<- *prometheus.Desc) {
	m.answers.Describe(out)
	m.seconds.Describe(out)
	m.bytes.Describe(out)
}

// Collect sends what was counted.
func (m *tileMetrics) Collect(out chan<- prometheus.Metric) {
	m.answers.Collect(out)
	m.seconds.Collect(out)
	m.bytes.Collect(out)
}

// tileCacheState collects what the cache of a server says of itself.
type tileCacheState struct{ cache *mvt.Cache }

var (
	cacheBytes   = prometheus.NewDesc("wangge_tile_cache_bytes", "Memory that kept layers of tiles take.", nil, nil)
	cacheLimit   = prometheus.NewDesc("wangge_tile_cache_limit_bytes", "Memory that they may take.", nil, nil)
	cacheChunks  = prometheus.NewDesc("wangge_tile_cache_chunks", "Layers of tiles that are kept.", nil, nil)
	cacheDropped = prometheus.NewDesc("wangge_tile_cache_dropped_total",
		"Layers of tiles that were dropped: evicted for others, touched by an edit, or forgotten with a state that was left as a whole.", []string{"reason"}, nil)
	cacheLayers = prometheus.NewDesc("wangge_tile_layers_total",
		"Layers of tiles that were asked for, by layer and whether they were kept, made, or being made for another request (shared).", []string{"layer", "result"}, nil)
)

// Describe names all metrics that Collect may send.
func (tileCacheState) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cacheBytes, cacheLimit, cacheChunks, cacheDropped, cacheLayers} {
		out <- d
	}
}

// Collect takes the readings.
func (s tileCacheState) Collect(out chan<- prometheus.Metric) {
	state := s.cache.State()
	send(out, cacheBytes, prometheus.GaugeValue, float64(state.Bytes))
	send(out, cacheLimit, prometheus.GaugeValue, float64(state.Limit))
	send(out, cacheChunks, prometheus.GaugeValue, float64(state.Chunks))
	for reason, n := range map[string]int64{"evicted": state.Evicted, "touched": state.Touched, "forgotten": state.Forgotten} {
		send(out, cacheDropped, prometheus.CounterValue, float64(n), reason)
	}
	for result, by := range map[string]map[layers.Layer]int64{"kept": state.Kept, "made": state.Made, "shared": state.Shared} {
		for l, n := range by {
			send(out, cacheLayers, prometheus.CounterValue, float64(n), string(l), result)
		}
	}
}

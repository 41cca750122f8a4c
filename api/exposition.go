package api

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"wangge/layers"
)

// exposition collects what is not counted but looked up whenever the metrics are asked for. All of it is of one World.
type exposition struct{ server *Server }

// moment is what the readings are taken of. Without a World only those are that need none.
type moment struct {
	server *Server
	world  *World
	feed   layers.FeedState
}

// reading is a metric without labels.
type reading struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(m moment) float64
}

func newReading(name, help string, kind prometheus.ValueType, value func(m moment) float64) reading {
	return reading{prometheus.NewDesc(name, help, nil, nil), kind, value}
}

var alwaysRead = []reading{
	newReading("wangge_event_clients", "Open streams of events.", prometheus.GaugeValue,
		func(m moment) float64 { return float64(m.server.events.size()) }),
	newReading("wangge_store_requests", "Requests that wait for the store.", prometheus.GaugeValue,
		func(m moment) float64 { return float64(len(m.server.asking)) }),
	newReading("wangge_confirmed_age_seconds", "Time since the store last said that there is nothing newer.", prometheus.GaugeValue,
		func(m moment) float64 { return m.server.age(m.world).Seconds() }),
	newReading("wangge_live", "1 while the store is followed.", prometheus.GaugeValue,
		func(m moment) float64 { return oneIf(m.server.state() == stateLive) }),
	newReading("wangge_poisoned_rows", "Rows that keep newer revisions from being shown.", prometheus.GaugeValue,
		func(m moment) float64 { return float64(len(m.feed.Poisoned)) }),
	newReading("wangge_digest_mismatches_total", "Full loads whose digest differed from what was built step by step.", prometheus.CounterValue,
		func(m moment) float64 { return float64(m.feed.Mismatches) }),
	newReading("wangge_full_loads_total", "Snapshots that were loaded as a whole.", prometheus.CounterValue,
		func(m moment) float64 { return float64(m.feed.FullLoads) }),
	newReading("wangge_deltas_total", "Snapshots that were built from changes.", prometheus.CounterValue,
		func(m moment) float64 { return float64(m.feed.Deltas) }),
	newReading("wangge_ready", "1 once a state of the district is served.", prometheus.GaugeValue,
		func(m moment) float64 { return oneIf(m.world != nil) }),
}

var readOfWorld = []reading{
	newReading("wangge_revision", "The revision that is served.", prometheus.GaugeValue,
		func(m moment) float64 { return float64(m.world.Position().Revision) }),
	newReading("wangge_world_age_seconds", "Time since the World was shown.", prometheus.GaugeValue,
		func(m moment) float64 { return m.server.now().Sub(m.world.shown).Seconds() }),
}

var (
	epochInfo       = prometheus.NewDesc("wangge_epoch_info", "The epoch that is served.", []string{"epoch"}, nil)
	featureCount    = prometheus.NewDesc("wangge_features", "Features by layer.", []string{"layer"}, nil)
	quarantineCount = prometheus.NewDesc("wangge_quarantined_rows", "Rows that are left out, by layer.", []string{"layer"}, nil)
)

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// Describe names all metrics that Collect may send.
func (e exposition) Describe(out chan<- *prometheus.Desc) {
	for _, list := range [][]reading{alwaysRead, readOfWorld} {
		for _, r := range list {
			out <- r.desc
		}
	}
	out <- epochInfo
	out <- featureCount
	out <- quarantineCount
}

// Collect takes the readings.
func (e exposition) Collect(out chan<- prometheus.Metric) {
	m := moment{e.server, e.server.World(), e.server.feed()}
	for _, r := range alwaysRead {
		send(out, r.desc, r.kind, r.value(m))
	}
	if m.world == nil {
		return
	}
	for _, r := range readOfWorld {
		send(out, r.desc, r.kind, r.value(m))
	}
	send(out, epochInfo, prometheus.GaugeValue, 1, strings.ToValidUTF8(m.world.Position().Epoch, "?"))
	absent := map[layers.Layer]int{}
	for _, q := range m.world.Quarantined() {
		absent[q.Layer]++
	}
	for _, info := range layers.All() {
		send(out, featureCount, prometheus.GaugeValue, float64(m.world.Set(info.Layer).Len()), string(info.Layer))
		send(out, quarantineCount, prometheus.GaugeValue, float64(absent[info.Layer]), string(info.Layer))
	}
}

// send sends a metric, or the reason why it cannot be one: a panic in a collector would end the process.
func send(out chan<- prometheus.Metric, desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
	metric, err := prometheus.NewConstMetric(desc, kind, value, labels...)
	if err != nil {
		metric = prometheus.NewInvalidMetric(desc, err)
	}
	out <- metric
}

package api

import (
	"net/http"

	"github.com/paulmach/orb"

	"wangge/layers"
)

func (s *Server) statsOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/stats", ID: "stats", Tag: "service",
		Summary: "How much there is of each layer",
		Text: "Features, vertices, revision and digest of each layer at one revision. Two processes that serve one revision answer with the same bytes. " +
			"A layer whose digest is what it was has not changed.",
		Answers: []answer{
			{Status: http.StatusOK, Content: &content{Type: statsDocument{}}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"},
		},
		Handle: (*call).answerStats,
	}}
}

// statsDocument is the answer of /v1/stats.
type statsDocument struct {
	Epoch      string         `json:"epoch"`
	Revision   int64          `json:"revision"`
	RecordedAt layers.Instant `json:"recorded_at" doc:"When the revision was committed"`
	Demo       bool           `json:"demo" doc:"Invented data"`
	Digest     string         `json:"digest" doc:"Sum of the layers' digests"`
	Features   int            `json:"features" doc:"Of all layers"`
	Vertices   int            `json:"vertices" doc:"Of all layers"`
	Layers     []layerStats   `json:"layers"`
}

type layerStats struct {
	Layer    layers.Layer `json:"layer"`
	Features int          `json:"features" doc:"Features now"`
	Vertices int          `json:"vertices" doc:"Positions of their geometries; a ring repeats its first one at the end"`
	Rows     int          `json:"rows" doc:"Features and what is held of their earlier states"`
	Revision int64        `json:"revision" doc:"The newest revision at which one of these rows was recorded; 0 without rows"`
	Digest   string       `json:"digest" doc:"Of all rows; it changes with each change of the layer"`
}

func (c *call) answerStats() error {
	p := c.w.Position()
	out := statsDocument{Epoch: p.Epoch, Revision: p.Revision, RecordedAt: c.w.RecordedAt(), Demo: c.w.Settings().Demo, Digest: c.w.Digest().String()}
	for _, info := range openLayers() {
		set := c.w.Set(info.Layer)
		n := c.s.counts[info.Layer].of(set)
		out.Layers = append(out.Layers, layerStats{info.Layer, set.Len(), n.vertices, n.rows, n.revision, set.Digest().String()})
		out.Features += set.Len()
		out.Vertices += n.vertices
	}
	body := append(appendJSON(nil, out), '\n')
	return c.file(fileOf(jsonMedia, body))
}

// layerCount is what is counted of a set of rows.
type layerCount struct {
	set            *layers.Set
	vertices, rows int
	revision       int64
}

// newCounts returns what is counted of each layer when somebody asks, and brought up to date when somebody asks again.
func newCounts() map[layers.Layer]*memo[*layerCount] {
	out := map[layers.Layer]*memo[*layerCount]{}
	for _, info := range layers.All() {
		out[info.Layer] = &memo[*layerCount]{make: countSet}
	}
	return out
}

// countSet counts the rows of a set, or only those that it does not share with what was counted before.
func countSet(set *layers.Set, before *layerCount) *layerCount {
	n := &layerCount{set: set}
	if before == nil {
		for f, slice := range set.Rows() {
			n.add(f, !slice, +1)
			n.revision = max(n.revision, f.Head().Revision)
		}
		return n
	}
	n.vertices, n.rows, n.revision = before.vertices, before.rows, before.revision
	newest := false // whether a row of the newest revision has gone
	set.Difference(before.set, func(f layers.Feature) {
		n.add(f, isHead(before.set, f), -1)
		newest = newest || f.Head().Revision == before.revision
	}, func(f layers.Feature) {
		n.add(f, isHead(set, f), +1)
		n.revision = max(n.revision, f.Head().Revision)
	})
	if newest && n.revision == before.revision {
		return countSet(set, nil)
	}
	return n
}

// isHead reports whether f is the newest row of its feature in the set.
func isHead(set *layers.Set, f layers.Feature) bool {
	head, ok := set.Head(f.Head().ID)
	return ok && head == f
}

// add adds a row, or takes it away with sign -1.
func (n *layerCount) add(f layers.Feature, head bool, sign int) {
	n.rows += sign
	if head {
		n.vertices += sign * positions(f.Shape())
	}
}

// positions counts the positions of a geometry.
func positions(g orb.Geometry) int {
	n := 0
	switch g := g.(type) {
	case orb.Point:
		return 1
	case orb.LineString:
		return len(g)
	case orb.Polygon:
		for _, r := range g {
			n += len(r)
		}
	case orb.MultiPolygon:
		for _, pg := range g {
			n += positions(pg)
		}
	}
	return n
}

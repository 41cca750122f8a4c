package web_test

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// The instants at which the three editions of the test came into force.
const (
	in2024 = layers.Instant(1709222400000) // 2024-03-01 in Shanghai
	in2025 = layers.Instant(1740758400000) // 2025-03-01, as in the demo
	inJune = layers.Instant(1748707200000) // 2025-06-01
)

// history is what the test made of the demo's grids: in 2024 the first of split had the ground of both; since June 2025 the first of
// merged has the ground of both, and renamed has the ground of another code that ended.
type history struct {
	split, merged, renamed [2]string
}

// editionsFile is a store with the demo district and three editions of its grids, made once.
var editionsFile = sync.OnceValues(func() (made struct {
	file string
	h    history
}, err error) {
	made.file, err = writeStore(func(features []layers.Feature) (rows []layers.Row) {
		rows, made.h = withHistory(features)
		return rows
	})
	if err == nil && made.h == (history{}) {
		err = errors.New("the demo has too few pairs of grids to test with")
	}
	return made, err
})

// serveEditions starts the service on the demo district with three editions of its grids.
func serveEditions(t *testing.T) (*service, history) {
	t.Helper()
	made, err := editionsFile()
	if err != nil {
		t.Fatal(err)
	}
	return serveCopy(t, made.file), made.h
}

// withHistory returns no rows when the demo has too few pairs of grids.
func withHistory(features []layers.Feature) (rows []layers.Row, h history) {
	grids := map[string]*layers.Grid{}
	var codes []string
	for _, f := range features {
		if f.Head().ValidFrom == in2025 && f.Layer() != layers.Editions {
			f.Head().ValidFrom = in2024
		}
		if g, ok := f.(*layers.Grid); ok {
			g.Edition = "e_2024-03"
			grids[g.Code] = g
			codes = append(codes, g.Code)
		} else {
			rows = append(rows, layers.Row{Feature: f})
		}
	}
	pairs := neighbours(grids, codes)
	if len(pairs) < 3 {
		return nil, history{}
	}
	h = history{split: pairs[0], merged: pairs[1], renamed: [2]string{pairs[2][0], pairs[2][0][:9] + "Z90"}}
	for code, from := range map[string]layers.Instant{"2024-03": in2024, "2025-06": inJune} {
		rows = append(rows, layers.Row{Feature: &layers.Edition{Meta: layers.Meta{ID: "e_" + code, ValidFrom: from, Demo: true}, Code: code, Name: code, Of: layers.Grids}})
	}
	state := func(g *layers.Grid, code, edition string, from, to layers.Instant, shape orb.MultiPolygon) {
		one := *g
		one.ID, one.Code, one.Edition, one.ValidFrom, one.ValidTo, one.Geometry = code, code, edition, from, to, shape
		rows = append(rows, layers.Row{Feature: &one, Slice: to != 0})
	}
	for _, code := range codes {
		g := grids[code]
		switch code {
		case h.split[0]:
			state(g, code, "e_2024-03", in2024, in2025, union(g, grids[h.split[1]]))
			state(g, code, "e_2025-03", in2025, 0, g.Geometry)
		case h.split[1]:
			state(g, code, "e_2025-03", in2025, 0, g.Geometry)
		case h.merged[0]:
			state(g, code, "e_2024-03", in2024, inJune, g.Geometry)
			state(g, code, "e_2025-06", inJune, 0, union(g, grids[h.merged[1]]))
		case h.merged[1]:
			state(g, code, "e_2024-03", in2024, inJune, g.Geometry)
		case h.renamed[0]:
			state(g, code, "e_2024-03", in2024, inJune, g.Geometry)
			state(g, h.renamed[1], "e_2025-06", inJune, 0, g.Geometry)
		default:
			rows = append(rows, layers.Row{Feature: g})
		}
	}
	return rows, h
}

// neighbours are pairs of grids of one town, a pair a town, that together are one area without a hole.
func neighbours(grids map[string]*layers.Grid, codes []string) (pairs [][2]string) {
	slices.Sort(codes)
	town := ""
	for i, a := range codes {
		for _, b := range codes[i+1:] {
			if a[:9] != b[:9] || a[:9] == town {
				continue
			}
			if u := union(grids[a], grids[b]); len(u) == 1 {
				pairs = append(pairs, [2]string{a, b})
				town = a[:9]
			}
		}
	}
	return pairs
}

// union is the area of two grids that have a border in common, with the same vertices on both sides: the edges that only one of
// them has, put together. It is nil unless they form a single ring.
func union(a, b *layers.Grid) orb.MultiPolygon {
	next := map[orb.Point]orb.Point{}
	edges := map[[2]orb.Point]bool{}
	for _, g := range []*layers.Grid{a, b} {
		for _, polygon := range g.Geometry {
			for _, ring := range polygon {
				for i := 1; i < len(ring); i++ {
					edges[[2]orb.Point{ring[i-1], ring[i]}] = true
				}
			}
		}
	}
	count := 0
	for e := range edges {
		if !edges[[2]orb.Point{e[1], e[0]}] {
			next[e[0]] = e[1]
			count++
		}
	}
	if count == len(edges) || len(next) != count {
		return nil
	}
	start := slices.MinFunc(slices.Collect(maps.Keys(next)), func(p, q orb.Point) int { return slices.Compare(p[:], q[:]) })
	ring := orb.Ring{start}
	for p := next[start]; p != start; p = next[p] {
		ring = append(ring, p)
	}
	if len(ring) != count {
		return nil
	}
	return orb.MultiPolygon{{append(ring, start)}}
}

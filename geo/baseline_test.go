package geo_test

import (
	"flag"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang/geo/s2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/geojson/geometry"
	"github.com/tidwall/rtree"

	"wangge/geo"
)

var lookupTable = flag.String("lookup-table", "", "print how long a lookup takes here and in other libraries, for coverages of these many areas: 37,1000,20000")

// contestant finds areas in one way. find returns the area of a position, or -1; where its rule gives a position on a border to
// several areas or none, it says one of them, or -1.
type contestant struct {
	name  string
	bytes uint64
	build time.Duration
	find  func(i int) int
	// all finds the areas of positions from to below to, without the call through find, which would be a quarter of the fastest.
	all func(from, to int)
}

// TestLookupTable prints nanoseconds for each lookup, for each library and kind of position, in one run, and how many times longer
// than here. Nothing fails for being slow: what is asserted is that all find the same areas away from borders.
func TestLookupTable(t *testing.T) {
	if *lookupTable == "" {
		t.Log("NOT RUN: a measurement; `make bench-lookup` runs it")
		return
	}
	for _, size := range strings.Split(*lookupTable, ",") {
		var areas int
		if _, err := fmt.Sscan(size, &areas); err != nil {
			t.Fatal(err)
		}
		vertices := map[int]int{37: 1600, 1000: 467, 20_000: 159, 100_000: 60}[areas]
		printTable(t, newFractal(t, areas, max(vertices, 60)))
	}
}

// sample is what is asked of every contestant, in the forms that they take.
type sample struct {
	qs     []geo.Query
	points []orb.Point
	s2     []s2.LatLng
}

func sampleOf(qs []geo.Query) *sample {
	s := &sample{qs: qs}
	for _, q := range qs {
		p := q.Point()
		s.points = append(s.points, p)
		s.s2 = append(s.s2, s2.LatLngFromDegrees(p[1], p[0]))
	}
	return s
}

func printTable(t *testing.T, f fractal) {
	const asks = 200_000
	kinds := []struct {
		name string
		s    *sample
	}{{"mix", sampleOf(asked(asks, 1, f.mix))}, {"uniform", sampleOf(asked(asks, 1, f.uniform))}, {"near", sampleOf(asked(asks, 1, f.near))}}
	now := &sample{}
	var all []contestant
	for _, make := range []func(fractal, *sample) contestant{ours, oursBatch, piecesTree, s2Index, polyIn("geojson Poly, R-tree", geometry.RTree),
		polyIn("geojson Poly, quadtree", geometry.QuadTree), polyIn("geojson Poly, no index", geometry.None), orbScan} {
		if len(f.areas) > 20_000 && len(all) > 1 {
			break // the others take minutes to build
		}
		all = append(all, built(make, f, now))
	}
	times := make([][3]float64, len(all))
	for k, kind := range kinds {
		*now = *kind.s
		for i, c := range all {
			times[i][k] = clock(c, asks)
		}
	}
	vertices := 0
	for _, m := range f.areas {
		vertices += m.Vertices()
	}
	fmt.Printf("\n%d areas, %d vertices each on average; ns a lookup, and times ours\n", len(f.areas), vertices/len(f.areas))
	fmt.Printf("%-24s %18s %18s %18s %9s %9s\n", "", "mix", "uniform", "within 5 m", "MB", "build")
	for i, c := range all {
		fmt.Printf("%-24s", c.name)
		for k := range kinds {
			fmt.Printf(" %9.1f %7.1f×", times[i][k], times[i][k]/times[0][k])
		}
		fmt.Printf(" %9.1f %7d ms\n", float64(c.bytes)/1e6, c.build.Milliseconds())
	}
	*now = *kinds[1].s
	agree(t, all)
}

// built makes a contestant and notes what it costs.
func built(make func(fractal, *sample) contestant, f fractal, now *sample) contestant {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := time.Now()
	c := make(f, now)
	if c.build == 0 {
		c.build = time.Since(began)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if c.bytes == 0 && after.HeapAlloc > before.HeapAlloc {
		c.bytes = after.HeapAlloc - before.HeapAlloc
	}
	return c
}

// clock returns nanoseconds a lookup, the median of five runs over at most 200 ms each.
func clock(c contestant, asks int) float64 {
	const together = 1000
	var runs []float64
	for range 5 {
		n := 0
		began := time.Now()
		for n < asks && time.Since(began) < 200*time.Millisecond {
			if c.all != nil {
				c.all(n, n+together)
			} else {
				for i := range together {
					c.find(n + i)
				}
			}
			n += together
		}
		runs = append(runs, float64(time.Since(began).Nanoseconds())/float64(n))
	}
	slices.Sort(runs)
	return runs[2]
}

// agree fails the test where a library finds another area than ours; a position within a millimetre or so of a border may differ.
func agree(t *testing.T, all []contestant) {
	t.Helper()
	for _, c := range all[1:] {
		differ := 0
		for i := range 5000 {
			if c.find(i) != all[0].find(i) {
				differ++
			}
		}
		if differ > 10 {
			t.Errorf("%s differs in %d of 5,000 lookups", c.name, differ)
		}
	}
}

func ours(f fractal, now *sample) contestant {
	c, _ := geo.NewCoverage(f.areas, 0.5)
	began := time.Now()
	l := geo.NewLocator(c)
	find := func(i int) int {
		area, _ := l.Locate(now.qs[i])
		return area
	}
	return contestant{name: "cells", bytes: uint64(l.Size()), build: time.Since(began), find: find, all: func(from, to int) {
		for _, q := range now.qs[from:to] {
			l.Locate(q)
		}
	}}
}

// oursBatch asks for 1,000 positions at a time and spreads the time over them.
func oursBatch(f fractal, now *sample) contestant {
	c, _ := geo.NewCoverage(f.areas, 0.5)
	l := geo.NewLocator(c)
	var dst []int32
	return contestant{name: "cells, 1,000 at once", bytes: uint64(l.Size()), build: 1, find: func(i int) int {
		return int(l.LocateAll(nil, now.qs[i:i+1])[0])
	}, all: func(from, to int) { dst = l.LocateAll(dst[:0], now.qs[from:to]) }}
}

// orbScan is an R-tree of boxes, and orb's test of each polygon whose box has the position.
func orbScan(f fractal, now *sample) contestant {
	var tree rtree.RTreeG[int]
	var areas []orb.MultiPolygon
	for i, m := range f.areas {
		areas = append(areas, m.MultiPolygon())
		b := areas[i].Bound()
		tree.Insert(b.Min, b.Max, i)
	}
	return contestant{name: "orb, boxes in an R-tree", find: func(i int) int {
		p, found := now.points[i], -1
		tree.Search(p, p, func(_, _ [2]float64, a int) bool {
			if planar.MultiPolygonContains(areas[a], p) {
				found = a
			}
			return found < 0
		})
		return found
	}}
}

// polyIn is an R-tree of boxes and tidwall/geojson's polygons with an index of their own: how Tile38 does it.
func polyIn(name string, kind geometry.IndexKind) func(fractal, *sample) contestant {
	return func(f fractal, now *sample) contestant {
		var tree rtree.RTreeG[int]
		var areas []*geometry.Poly
		for i, m := range f.areas {
			mp := m.MultiPolygon()
			var ring []geometry.Point
			for _, p := range mp[0][0] {
				ring = append(ring, geometry.Point{X: p[0], Y: p[1]})
			}
			areas = append(areas, geometry.NewPoly(ring, nil, &geometry.IndexOptions{Kind: kind, MinPoints: 64}))
			tree.Insert(mp.Bound().Min, mp.Bound().Max, i)
		}
		return contestant{name: name, find: func(i int) int {
			p, found := now.points[i], -1
			tree.Search(p, p, func(_, _ [2]float64, a int) bool {
				if areas[a].ContainsPoint(geometry.Point{X: p[0], Y: p[1]}) {
					found = a
				}
				return found < 0
			})
			return found
		}}
	}
}

// s2Index is the shape index of S2 with its half-open rule.
func s2Index(f fractal, now *sample) contestant {
	index := s2.NewShapeIndex()
	for _, m := range f.areas {
		ring := m.MultiPolygon()[0][0]
		var points []s2.Point
		for _, p := range ring[:len(ring)-1] {
			points = append(points, s2.PointFromLatLng(s2.LatLngFromDegrees(p[1], p[0])))
		}
		index.Add(s2.LaxPolygonFromPoints([][]s2.Point{points}))
	}
	index.Build()
	query := s2.NewContainsPointQuery(index, s2.VertexModelSemiOpen)
	ids := map[s2.Shape]int{}
	for i := range f.areas {
		ids[index.Shape(int32(i))] = i
	}
	return contestant{name: "S2, semi-open", find: func(i int) int {
		for _, shape := range query.ContainingShapes(s2.PointFromLatLng(now.s2[i])) {
			return ids[shape]
		}
		return -1
	}}
}

// piece is a part of an area that a square of the ground has.
type piece struct {
	area  int
	whole bool // the area covers the whole square
	part  orb.MultiPolygon
}

// piecesTree cuts every area at a grid into pieces of a few vertices and puts those into an R-tree, as ST_Subdivide does.
func piecesTree(f fractal, now *sample) contestant {
	var tree rtree.RTreeG[piece]
	west, south := f.lo.Point()[0], f.lo.Point()[1]
	east, north := f.hi.Point()[0], f.hi.Point()[1]
	n := math.Ceil(math.Sqrt(float64(len(f.areas)*f.areas[0].Vertices()) / 8))
	dx, dy := (east-west)/n, (north-south)/n
	for i, m := range f.areas {
		mp := m.MultiPolygon()
		b := mp.Bound()
		for col := math.Floor((b.Min[0] - west) / dx); col <= math.Floor((b.Max[0]-west)/dx); col++ {
			slice := orb.Bound{Min: orb.Point{west + col*dx, b.Min[1]}, Max: orb.Point{west + (col+1)*dx, b.Max[1]}}
			strip := clip.MultiPolygon(slice, mp.Clone())
			if len(strip) == 0 {
				continue
			}
			sb := strip.Bound()
			for row := math.Floor((sb.Min[1] - south) / dy); row <= math.Floor((sb.Max[1]-south)/dy); row++ {
				cell := orb.Bound{Min: orb.Point{slice.Min[0], south + row*dy}, Max: orb.Point{slice.Max[0], south + (row+1)*dy}}
				part := clip.MultiPolygon(cell, strip.Clone())
				if len(part) == 0 {
					continue
				}
				whole := len(part) == 1 && len(part[0]) == 1 && len(part[0][0]) == 5 && planar.Area(part) > 0.999999*dx*dy
				pb := part.Bound()
				tree.Insert(pb.Min, pb.Max, piece{i, whole, part})
			}
		}
	}
	return contestant{name: "R-tree of pieces", find: func(i int) int {
		p, found := now.points[i], -1
		tree.Search(p, p, func(_, _ [2]float64, c piece) bool {
			if c.whole || planar.MultiPolygonContains(c.part, p) {
				found = c.area
			}
			return found < 0
		})
		return found
	}}
}

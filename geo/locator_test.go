package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

// mustCover fails the test when the areas are no coverage. The tolerance is none, so lakes may be of any size.
func mustCover(t rapid.TB, areas []geo.FixedMultiPolygon) *geo.Coverage {
	t.Helper()
	c, defects := geo.NewCoverage(areas, 0)
	if c == nil {
		t.Fatalf("no coverage: %v", defects)
	}
	return c
}

// TestLocateAgainstOracle asks for every vertex, every midpoint, the positions beside them and random ones, of random partitions
// from the size of a table to half the world: exactly one owner, the one that rational arithmetic finds.
func TestLocateAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := randomLattice(t)
		areas := l.draw()
		locator := geo.NewLocator(mustCover(t, areas))
		again := geo.NewLocator(mustCover(t, reshuffled(t, areas)))
		o := newOracle(areas)
		qs := probes(areas)
		if len(qs) > 60 {
			qs = rapid.Permutation(qs).Draw(t, "probes")[:60]
		}
		span := int64(l.cell) * geo.QueryScale
		for range 20 {
			x := rapid.Int64Range(-span*int64(l.n+1)/2, span*int64(l.n+1)/2).Draw(t, "x")
			y := rapid.Int64Range(-span*int64(l.m+1)/2, span*int64(l.m+1)/2).Draw(t, "y")
			qs = append(qs, geo.Query{X: x, Y: y})
		}
		for _, q := range qs {
			want, match, sole := o.where(q)
			if !sole {
				t.Fatalf("the oracle finds several areas at %v", q)
			}
			if got, m := locator.Locate(q); got != want || m != match {
				t.Fatalf("Locate(%v) = %d %v, want %d %v", q, got, m, want, match)
			}
			if got, m := again.Locate(q); got != want || m != match {
				t.Fatalf("Locate(%v) = %d %v after a shuffle, want %d %v", q, got, m, want, match)
			}
			for i, m := range areas {
				if in := geo.Contains(m, q); in != (i == want) && (in || match != geo.MatchEdge) {
					t.Fatalf("Contains(area %d, %v) = %v, want area %d %v", i, q, in, want, match)
				}
			}
		}
	})
}

// TestOraclePlantedDefect proves that the comparison above can fail: with <= for < the oracle contradicts the locator.
func TestOraclePlantedDefect(t *testing.T) {
	l := newLattice(3, 3, 1000)
	for i := range l.owner {
		l.owner[i] = i
	}
	areas := l.draw()
	locator := geo.NewLocator(mustCover(t, areas))
	right, wrong := newOracle(areas), newOracle(areas)
	wrong.closed = true
	caught := 0
	for _, q := range probes(areas) {
		got, _ := locator.Locate(q)
		if want, _, sole := right.where(q); got != want || !sole {
			t.Fatalf("Locate(%v) = %d, want %d", q, got, want)
		}
		if want, _, sole := wrong.where(q); got != want || !sole {
			caught++
		}
	}
	if caught == 0 {
		t.Error("the planted defect was not caught")
	}
}

func TestLocateRule(t *testing.T) {
	l := newLattice(2, 2, 1000)
	l.west, l.south = 0, 0
	l.owner = []int{2, 1, 0, 0} // south-west 2, south-east 1, north 0
	areas := l.draw()
	locator := geo.NewLocator(mustCover(t, areas))
	cases := []struct {
		name  string
		x, y  float64 // in cells
		area  int
		match geo.Match
	}{
		{"inside", 0.5, 0.5, 2, geo.MatchCovers},
		{"western edge is one's own", 1, 0.5, 1, geo.MatchEdge},
		{"southern edge is one's own", 0.5, 1, 0, geo.MatchEdge},
		{"where three meet", 1, 1, 0, geo.MatchEdge},
		{"shore, the rule's", 0, 0.5, 2, geo.MatchEdge},
		{"shore in the east, closed", 2, 0.5, 1, geo.MatchEdge},
		{"shore in the north, closed", 0.5, 2, 0, geo.MatchEdge},
		{"shore where two meet, the lowest", 2, 1, 0, geo.MatchEdge},
		{"north-eastern corner", 2, 2, 0, geo.MatchEdge},
		{"beside the shore", 2 + 1.0/64000, 0.5, geo.Outside, geo.MatchNone},
		{"above the shore", 0.5, 2 + 1.0/64000, geo.Outside, geo.MatchNone},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q := geo.Query{X: int64(c.x * 64000), Y: int64(c.y * 64000)}
			if area, m := locator.Locate(q); area != c.area || m != c.match {
				t.Errorf("Locate(%v) = %d %v, want %d %v", q, area, m, c.area, c.match)
			}
		})
	}
}

func TestLocateNothing(t *testing.T) {
	c, defects := geo.NewCoverage(nil, 0.5)
	if c == nil || len(defects) > 0 {
		t.Fatalf("an empty coverage: %v", defects)
	}
	l := geo.NewLocator(c)
	if area, m := l.Locate(geo.Query{}); area != geo.Outside || m != geo.MatchNone {
		t.Errorf("Locate in nothing = %d %v", area, m)
	}
	own, near := l.Nearest(geo.Query{}, 1e9)
	if own.Area != geo.Outside || !math.IsInf(float64(own.Distance), 1) || len(near) != 0 {
		t.Errorf("Nearest in nothing = %v %v", own, near)
	}
}

// TestNearestAgainstScan measures to every edge of every area.
func TestNearestAgainstScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLattice(4, 4, 20_000) // cells of about 200 m
		for i := range l.owner {
			l.owner[i] = rapid.IntRange(geo.Outside, 4).Draw(t, "owner")
		}
		l.renumber()
		for i := range l.moved {
			r := rapid.Int32Range(-4000, 4000)
			l.moved[i] = [2]int32{r.Draw(t, "x"), r.Draw(t, "y")}
		}
		areas := l.draw()
		locator := geo.NewLocator(mustCover(t, areas))
		far := rapid.SampledFrom([]int64{1, 1, 1, 50, 20_000}).Draw(t, "far")
		r := rapid.Int64Range(-2*20_000*64*far, 6*20_000*64*far)
		q := geo.Query{X: int64(l.west)*64 + r.Draw(t, "qx"), Y: int64(l.south)*64 + r.Draw(t, "qy")}
		q.X, q.Y = min(q.X, 180*640_000_000), min(q.Y, 90*640_000_000)
		within := geo.Metres(rapid.SampledFrom([]float64{0, 30, 150, 1000}).Draw(t, "within"))

		own, neighbours := locator.Nearest(q, within)
		area, _ := locator.Locate(q)
		if own.Area != area {
			t.Fatalf("own area %d, located %d", own.Area, area)
		}
		want := scanDistances(areas, q)
		least := geo.Metres(math.Inf(1))
		if area >= 0 {
			least = want[area]
		} else {
			for _, d := range want {
				least = min(least, d)
			}
		}
		if !nearly(own.Distance, least) {
			t.Fatalf("border at %v m, want %v m", own.Distance, least)
		}
		if area < 0 && !nearly(want[own.Beyond], least) {
			t.Fatalf("nearest area %d at %v m, want one at %v m", own.Beyond, want[own.Beyond], least)
		}
		for a, d := range want {
			found := slices.ContainsFunc(neighbours, func(n geo.Neighbour) bool { return n.Area == a && nearly(n.Distance, d) })
			if a != area && found != (d <= within) && !nearly(d, within) {
				t.Fatalf("area %d at %v m, within %v: neighbours %v", a, d, within, neighbours)
			}
		}
		if !slices.IsSortedFunc(neighbours, func(a, b geo.Neighbour) int { return int(math.Copysign(1, float64(a.Distance-b.Distance))) }) &&
			len(neighbours) > 1 && neighbours[0].Distance > neighbours[1].Distance {
			t.Fatalf("not sorted: %v", neighbours)
		}
	})
}

// scanDistances is the distance from q to the border of each area.
func scanDistances(areas []geo.FixedMultiPolygon, q geo.Query) map[int]geo.Metres {
	out := make(map[int]geo.Metres)
	for i, m := range areas {
		best := geo.Metres(math.Inf(1))
		for _, pg := range m.MultiPolygon() {
			for _, r := range pg {
				for k := 1; k < len(r); k++ {
					d, _, _ := geo.PointToSegment(q.Point(), r[k-1], r[k])
					best = min(best, d)
				}
			}
		}
		out[i] = best
	}
	return out
}

func nearly(a, b geo.Metres) bool {
	return a == b || math.Abs(float64(a-b)) <= 1e-6*math.Max(1, math.Abs(float64(b)))
}

// From the other side of the world, and from the antipode, where geodesics are dearest, only the borders that may be nearest are
// measured: a position far away must not be a way to keep a service busy.
func TestNearestFarAwayMeasuresLittle(t *testing.T) {
	l, qs := benchmarkLocator(t)
	away := orb.Point{-73.9857, 40.7484}
	near := qs[0].Point()
	for name, p := range map[string]orb.Point{"New York": away, "the antipode": {near[0] - 180, -near[1]}} {
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		one := time.Duration(math.MaxInt64) // what one geodesic from there takes
		all := one
		for range 5 {
			began := time.Now()
			for range 100 {
				geo.Distance(p, near)
			}
			one = min(one, time.Since(began)/100)
			began = time.Now()
			l.Nearest(q, 30)
			all = min(all, time.Since(began))
		}
		if all > 4000*one {
			t.Errorf("from %s the nearest border takes as long as %d geodesics", name, all/one)
		}
	}
}

func TestNearestOutside(t *testing.T) {
	l := newLattice(1, 1, 100_000)
	locator := geo.NewLocator(mustCover(t, l.draw()))
	middle := geo.Query{X: int64(l.west+50_000) * 64, Y: int64(l.south+50_000) * 64}
	own, near := locator.Nearest(middle, 1000)
	if own.Area != 0 || own.Beyond != geo.Outside || len(near) != 1 || near[0].Area != geo.Outside {
		t.Errorf("inside: %+v %+v, want the shore as border and the outside as neighbour", own, near)
	}
	if want := geo.Distance(middle.Point(), own.At); !nearly(want, own.Distance) {
		t.Errorf("border at %v, but %v m from %v", own.Distance, want, own.At)
	}
	away := geo.Query{X: middle.X + 64*200_000, Y: middle.Y}
	own, near = locator.Nearest(away, 10)
	if own.Area != geo.Outside || own.Beyond != 0 || len(near) != 0 || own.Distance < 1400 || own.Distance > 1500 {
		t.Errorf("outside: %+v %+v, want area 0 beyond a border 1.4 km away and no neighbour within 10 m", own, near)
	}
}

func TestLocateAllocatesNothing(t *testing.T) {
	locator, qs := benchmarkLocator(t)
	i := 0
	if n := testing.AllocsPerRun(1000, func() { locator.Locate(qs[i%len(qs)]); i++ }); n != 0 {
		t.Errorf("%v allocations in a lookup", n)
	}
}

// benchmarkLattice is 37 areas of about 1,400 vertices.
func benchmarkLattice() *lattice {
	r := rand.New(rand.NewPCG(1, 2))
	l := newLattice(37, 1, 1_000_000)
	for i := range l.owner {
		l.owner[i] = i
	}
	for i := range l.moved {
		l.moved[i] = [2]int32{r.Int32N(200_000), r.Int32N(200_000)}
	}
	for key := range 2 * len(l.moved) {
		for k := range 350 { // rough, and narrower towards the corners, where edges meet
			across := r.Int32N(min(60_000, 700*int32(min(k, 349-k)+1)))
			bend := [2]int32{across, r.Int32N(2_000)}
			if key%2 == 0 { // west to east
				bend[0], bend[1] = bend[1], bend[0]
			}
			l.bends[key] = append(l.bends[key], bend)
		}
	}
	return l
}

func benchmarkLocator(t testing.TB) (*geo.Locator, []geo.Query) {
	l := benchmarkLattice()
	c, defects := geo.NewCoverage(l.draw(), 0.5)
	if c == nil {
		t.Fatal(geo.Summarize(defects))
	}
	r := rand.New(rand.NewPCG(3, 4))
	qs := make([]geo.Query, 4096)
	for i := range qs {
		qs[i] = geo.Query{X: (int64(l.west) + r.Int64N(37_000_000)) * 64, Y: (int64(l.south) + r.Int64N(1_000_000)) * 64}
	}
	return geo.NewLocator(c), qs
}

func BenchmarkLocate(b *testing.B) {
	locator, qs := benchmarkLocator(b)
	areas := benchmarkLattice().draw()
	var baseline float64
	b.Run("baseline", func(b *testing.B) {
		i := 0
		for b.Loop() {
			for _, m := range areas {
				geo.Contains(m, qs[i%len(qs)])
			}
			i++
		}
		baseline = float64(b.Elapsed()) / float64(b.N)
	})
	b.Run("cells", func(b *testing.B) {
		i := 0
		for b.Loop() {
			locator.Locate(qs[i%len(qs)])
			i++
		}
		b.ReportMetric(baseline/(float64(b.Elapsed())/float64(b.N)), "x-baseline")
	})
	b.Run("nearest", func(b *testing.B) {
		i := 0
		for b.Loop() {
			locator.Nearest(qs[i%len(qs)], 30)
			i++
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	areas := benchmarkLattice().draw()
	var c *geo.Coverage
	b.Run("coverage", func(b *testing.B) {
		for b.Loop() {
			c, _ = geo.NewCoverage(areas, 0.5)
		}
	})
	b.Run("locator", func(b *testing.B) {
		for b.Loop() {
			geo.NewLocator(c)
		}
	})
}

func ExampleLocator() {
	square := func(west float64) orb.Polygon {
		return orb.Polygon{{{west, 30}, {west + 1, 30}, {west + 1, 31}, {west, 31}, {west, 30}}}
	}
	var areas []geo.FixedMultiPolygon
	for _, pg := range []orb.Polygon{square(120), square(121)} {
		m, err := geo.FixedMultiPolygonFrom(pg)
		if err != nil {
			panic(err)
		}
		areas = append(areas, m)
	}
	coverage, defects := geo.NewCoverage(areas, 0.5)
	if coverage == nil {
		panic(defects)
	}
	locator := geo.NewLocator(coverage)
	for _, lon := range []float64{120.5, 121, 122, 122.1} {
		q, err := geo.QueryFrom(orb.Point{lon, 30.5})
		if err != nil {
			panic(err)
		}
		area, match := locator.Locate(q)
		fmt.Println(lon, area, match)
	}
	// Output:
	// 120.5 0 covers
	// 121 1 edge_rule
	// 122 1 edge_rule
	// 122.1 -1 none
}

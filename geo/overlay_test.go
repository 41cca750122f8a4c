package geo_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
)

var overlays = flag.Int("overlays", 300, "random pairs of editions to lay on each other; a twentieth of them is compared with slow twins")

func mustOverlay(t testing.TB, a, b []geo.FixedMultiPolygon) *geo.Overlay {
	t.Helper()
	o, err := geo.NewOverlay(t.Context(), mustCover(t, a), mustCover(t, b))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOverlayOfSquares(t *testing.T) {
	square := []geo.FixedMultiPolygon{area(rect(0, 0, 100, 100))}
	halves := []geo.FixedMultiPolygon{area(rect(0, 0, 50, 100)), area(rect(50, 0, 100, 100))}
	bottle := []geo.FixedMultiPolygon{area(rect(0, 0, 300, 300), rect(100, 100, 200, 200)), area(rect(100, 100, 200, 200))}
	for _, c := range []struct {
		name string
		a, b []geo.FixedMultiPolygon
		want string // A:B share of A, share of B
	}{
		{"the same", bottle, bottle, "0:0 1 1, 1:1 1 1"},
		{"split", square, halves, "0:0 0.5 1, 0:1 0.5 1"},
		{"merged", halves, square, "0:0 1 0.5, 1:0 1 0.5"},
		{"the border moved", halves, []geo.FixedMultiPolygon{area(rect(0, 0, 75, 100)), area(rect(75, 0, 100, 100))}, "0:0 1 0.666667, 1:0 0.5 0.333333, 1:1 0.5 1"},
		{"a quarter in common", square, []geo.FixedMultiPolygon{area(rect(50, 50, 150, 150))}, "-1:0 - 0.750000, 0:-1 0.75 -, 0:0 0.25 0.25"},
		{"touching", square, []geo.FixedMultiPolygon{area(rect(100, 0, 200, 100))}, "-1:0 - 1, 0:-1 1 -"},
		{"apart", square, []geo.FixedMultiPolygon{area(rect(500, 500, 600, 600))}, "-1:0 - 1, 0:-1 1 -"},
		{"an enclave given up", bottle, []geo.FixedMultiPolygon{area(rect(0, 0, 300, 300))}, "0:0 1 0.888889, 1:0 1 0.111111"},
		{"an enclave left to the outside", bottle, []geo.FixedMultiPolygon{area(rect(0, 0, 300, 300), rect(100, 100, 200, 200))}, "0:0 1 1, 1:-1 1 -"},
		{"crossing diagonally", square, []geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 100, 100)), area(fixedRing(0, 0, 100, 100, 0, 100))}, "0:0 0.5 1, 0:1 0.5 1"},
		{"written from another vertex", square, []geo.FixedMultiPolygon{area(fixedRing(100, 0, 100, 100, 0, 100, 0, 0))}, "0:0 1 1"},
		{"an edge divided", square, []geo.FixedMultiPolygon{area(fixedRing(0, 0, 30, 0, 100, 0, 100, 100, 0, 100))}, "0:0 1 1"},
		{"nothing before", nil, square, "-1:0 - 1"},
		{"nothing at all", nil, nil, ""},
	} {
		if got := shares(mustOverlay(t, c.a, c.b)); got != sharesText(c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// shares writes an overlay as TestOverlayOfSquares expects it, to five digits: halves of a square on the ellipsoid are not quite halves.
func shares(o *geo.Overlay) string {
	var out []string
	share := func(part float64, of []float64, i int) string {
		if i < 0 {
			return "-"
		}
		return fmt.Sprintf("%.5f", part/of[i])
	}
	for _, c := range o.Common {
		out = append(out, fmt.Sprintf("%d:%d %s %s", c.A, c.B, share(c.AreaM2, o.AreaA, c.A), share(c.AreaM2, o.AreaB, c.B)))
	}
	return fmt.Sprint(out)
}

func sharesText(want string) string {
	var out []string
	for i, part := range splitList(want) {
		var pair, a, b string
		if _, err := fmt.Sscan(part, &pair, &a, &b); err != nil {
			panic(fmt.Sprint(i, part, err))
		}
		out = append(out, pair+" "+digits(a)+" "+digits(b))
	}
	return fmt.Sprint(out)
}

func digits(s string) string {
	var v float64
	if n, _ := fmt.Sscan(s, &v); n == 0 {
		return s
	}
	return fmt.Sprintf("%.5f", v)
}

func splitList(s string) (out []string) {
	for s != "" {
		var part string
		if i := slices.Index([]byte(s), ','); i >= 0 {
			part, s = s[:i], s[i+2:]
		} else {
			part, s = s, ""
		}
		out = append(out, part)
	}
	return out
}

// redrawn draws a lattice and an edition after it: some areas split, some merged, some borders moved or drawn anew, land gained
// and lost. Both are partitions; the second shares with the first whatever was not touched.
func redrawn(r *rand.Rand) (before, after *lattice) {
	n, m := 1+r.IntN(6), 1+r.IntN(6)
	cell := []int32{1000, 80_000, 500_000, 3_000_000}[r.IntN(4)]
	before = newLattice(n, m, cell)
	if r.IntN(2) == 0 {
		before.west, before.south = -cell*int32(n)/2, int32(r.IntN(160)-80)*geo.FixedScale
	}
	areas := 1 + r.IntN(8)
	for i := range before.owner {
		before.owner[i] = r.IntN(areas+1) - 1
	}
	before.renumber()
	before.bend(r, 1)
	copied := *before
	after = &copied
	after.owner, after.moved, after.bends = slices.Clone(before.owner), slices.Clone(before.moved), map[int][][2]int32{}
	for k, v := range before.bends {
		after.bends[k] = v
	}
	for range 1 + r.IntN(4) {
		switch r.IntN(5) {
		case 0: // merge
			from, to := r.IntN(areas), r.IntN(areas)
			for i, o := range after.owner {
				if o == from {
					after.owner[i] = to
				}
			}
		case 1: // split
			from := r.IntN(areas)
			for i, o := range after.owner {
				if o == from && r.IntN(2) == 0 {
					after.owner[i] = areas
				}
			}
			areas++
		case 2: // a cell changes hands, or is lost or won
			after.owner[r.IntN(len(after.owner))] = r.IntN(areas+1) - 1
		case 3: // some borders are drawn anew
			after.bend(r, 0.2)
		case 4:
			after.bend(r, 1)
		}
	}
	after.renumber()
	return before, after
}

// bend moves a share of the corners and bends a share of the edges, anew.
func (l *lattice) bend(r *rand.Rand, share float64) {
	shift := func(part int32) [2]int32 {
		most := l.cell / part
		return [2]int32{r.Int32N(2*most+1) - most, r.Int32N(2*most+1) - most}
	}
	for i := range l.moved {
		if r.Float64() < share {
			l.moved[i] = shift(5)
		}
	}
	for key := range 2 * len(l.moved) {
		if r.Float64() >= share {
			continue
		}
		l.bends[key] = nil
		for range r.IntN(4) {
			l.bends[key] = append(l.bends[key], shift(20))
		}
	}
}

// TestOverlayOfRandomEditions: the parts of every area, measured one by one, add up to it, and it to what Area measures.
func TestOverlayOfRandomEditions(t *testing.T) {
	worst, pairs := 0.0, 0
	for seed := range uint64(*overlays) {
		before, after := redrawn(rand.New(rand.NewPCG(seed, 3)))
		a, b := before.draw(), after.draw()
		o := mustOverlay(t, a, b)
		pairs += len(o.Common)
		sumA, sumB := make([]float64, len(a)), make([]float64, len(b))
		for _, c := range o.Common {
			if c.AreaM2 <= 0 || c.A < 0 && c.B < 0 {
				t.Fatalf("seed %d: %+v", seed, c)
			}
			if c.A >= 0 {
				sumA[c.A] += c.AreaM2 / o.AreaA[c.A]
			}
			if c.B >= 0 {
				sumB[c.B] += c.AreaM2 / o.AreaB[c.B]
			}
		}
		check := func(what string, areas []geo.FixedMultiPolygon, sums, measured []float64) {
			for i, m := range areas {
				worst = max(worst, math.Abs(sums[i]-1))
				if math.Abs(sums[i]-1) > 1e-9 {
					t.Errorf("seed %d: the shares of area %d %s add up to %v", seed, i, what, sums[i])
				}
				if want := geo.AreaMulti(m.MultiPolygon()); math.Abs(measured[i]-want) > 1e-9*want+1e-7 {
					t.Errorf("seed %d: area %d %s has %v m², Area says %v", seed, i, what, measured[i], want)
				}
			}
		}
		check("before", a, sumA, o.AreaA)
		check("after", b, sumB, o.AreaB)
	}
	t.Logf("%d pairs of editions, %d pieces of common ground, sums of shares at most %.1e from 1", *overlays, pairs, worst)
}

// TestOverlayAgainstSlabs compares with another way to measure: cut the plane at every vertex and crossing into slabs of latitude,
// in which the drawing is trapezoids, decide each trapezoid by parity, and add up what Area says of it.
func TestOverlayAgainstSlabs(t *testing.T) {
	for seed := range uint64(*overlays / 20) {
		before, after := redrawn(rand.New(rand.NewPCG(seed, 4)))
		a, b := before.draw(), after.draw()
		got := map[[2]int]float64{}
		for _, c := range mustOverlay(t, a, b).Common {
			got[[2]int{c.A, c.B}] = c.AreaM2
		}
		want := slabs(a, b)
		board := 0.0
		for _, m := range slices.Concat(a, b) {
			board += geo.AreaMulti(m.MultiPolygon())
		}
		for k := range want {
			if _, ok := got[k]; !ok {
				got[k] = 0
			}
		}
		for k, v := range got {
			if math.Abs(v-want[k]) > 1e-9*board {
				t.Errorf("seed %d: areas %v have %v m² in common, by slabs %v", seed, k, v, want[k])
			}
		}
	}
}

// slabEdge is an edge of an area, from south to north.
type slabEdge struct {
	a, b geo.Fixed
	key  [2]int // which coverage, which area
}

func slabs(a, b []geo.FixedMultiPolygon) map[[2]int]float64 {
	var edges []slabEdge
	var ys []float64
	for side, areas := range [][]geo.FixedMultiPolygon{a, b} {
		for i, m := range areas {
			for _, pg := range m {
				for _, r := range pg {
					for k := 1; k < len(r); k++ {
						e := slabEdge{r[k-1], r[k], [2]int{side, i}}
						if e.a.Y > e.b.Y {
							e.a, e.b = e.b, e.a
						}
						ys = append(ys, float64(e.a.Y), float64(e.b.Y))
						if e.a.Y < e.b.Y {
							edges = append(edges, e)
						}
					}
				}
			}
		}
	}
	for i, e := range edges {
		for _, f := range edges[:i] {
			if y, ok := crossingHeight(e, f); ok {
				ys = append(ys, y)
			}
		}
	}
	slices.Sort(ys)
	ys = slices.Compact(ys)
	out := map[[2]int]float64{}
	for k := 1; k < len(ys); k++ {
		slab(edges, ys[k-1], ys[k], out)
	}
	return out
}

// crossingHeight is where two edges of different coverages cross.
func crossingHeight(e, f slabEdge) (float64, bool) {
	if e.key[0] == f.key[0] || max(e.a.Y, f.a.Y) >= min(e.b.Y, f.b.Y) || max(e.a.X, e.b.X) < min(f.a.X, f.b.X) || max(f.a.X, f.b.X) < min(e.a.X, e.b.X) {
		return 0, false
	}
	// e.a + t (e.b - e.a) with t = (f.a - e.a) × df / (de × df)
	cross := func(x1, y1, x2, y2 int64) *big.Int {
		p, q := big.NewInt(x1), big.NewInt(x2)
		return p.Sub(p.Mul(p, big.NewInt(y2)), q.Mul(q, big.NewInt(y1)))
	}
	dex, dey := int64(e.b.X)-int64(e.a.X), int64(e.b.Y)-int64(e.a.Y)
	dfx, dfy := int64(f.b.X)-int64(f.a.X), int64(f.b.Y)-int64(f.a.Y)
	den := cross(dex, dey, dfx, dfy)
	if den.Sign() == 0 {
		return 0, false
	}
	t := new(big.Rat).SetFrac(cross(int64(f.a.X)-int64(e.a.X), int64(f.a.Y)-int64(e.a.Y), dfx, dfy), den)
	y, _ := t.Mul(t, new(big.Rat).SetInt64(dey)).Add(t, new(big.Rat).SetInt64(int64(e.a.Y))).Float64()
	return y, y > float64(max(e.a.Y, f.a.Y)) && y < float64(min(e.b.Y, f.b.Y))
}

// slab adds the trapezoids between two heights, between which no edge begins, ends or crosses.
func slab(edges []slabEdge, south, north float64, out map[[2]int]float64) {
	type cut struct {
		low, high float64
		key       [2]int
	}
	var cuts []cut
	for _, e := range edges {
		if float64(e.a.Y) <= south && float64(e.b.Y) >= north {
			at := func(y float64) float64 {
				return float64(e.a.X) + (float64(e.b.X)-float64(e.a.X))*((y-float64(e.a.Y))/(float64(e.b.Y)-float64(e.a.Y)))
			}
			cuts = append(cuts, cut{at(south), at(north), e.key})
		}
	}
	slices.SortFunc(cuts, func(p, q cut) int { return cmp.Compare(p.low+p.high, q.low+q.high) })
	in := [2]map[int]bool{{}, {}}
	holder := func(side int) int {
		for i, odd := range in[side] {
			if odd {
				return i
			}
		}
		return geo.Outside
	}
	for k, c := range cuts {
		in[c.key[0]][c.key[1]] = !in[c.key[0]][c.key[1]]
		if k+1 == len(cuts) {
			break
		}
		d := cuts[k+1]
		if pair := [2]int{holder(0), holder(1)}; c.low+c.high < d.low+d.high && pair != [2]int{-1, -1} {
			corner := func(x, y float64) orb.Point { return orb.Point{x / geo.FixedScale, y / geo.FixedScale} }
			ring := orb.Ring{corner(c.low, south), corner(d.low, south), corner(d.high, north), corner(c.high, north)}
			out[pair] += geo.Area(orb.Polygon{ring})
		}
	}
}

// TestOverlayAgainstMonteCarlo locates random positions in both coverages: with 20,000 of them a share is right to 0.018 in all
// but one case of three million (5 standard deviations).
func TestOverlayAgainstMonteCarlo(t *testing.T) {
	const samples = 20_000
	for seed := range uint64(max(*overlays/100, 3)) {
		r := rand.New(rand.NewPCG(seed, 5))
		before, after := redrawn(r)
		a, b := mustCover(t, before.draw()), mustCover(t, after.draw())
		o, err := geo.NewOverlay(t.Context(), a, b)
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := corners(t, a, b)
		in, from := geo.NewLocator(a), geo.NewLocator(b)
		count, board := map[[2]int]int{}, geo.Area(orb.Polygon{{lo.Point(), {hi.Point()[0], lo.Point()[1]}, hi.Point(), {lo.Point()[0], hi.Point()[1]}}})
		s, n := math.Sin(lo.Point()[1]*math.Pi/180), math.Sin(hi.Point()[1]*math.Pi/180)
		for range samples {
			// Even in area, but for the flattening of the Earth: 0.2 % of a degree at these sizes.
			lat := math.Asin(s+(n-s)*r.Float64()) * 180 / math.Pi
			q, err := geo.QueryFrom(orb.Point{lo.Point()[0] + (hi.Point()[0]-lo.Point()[0])*r.Float64(), lat})
			if err != nil {
				t.Fatal(err)
			}
			i, _ := in.Locate(q)
			j, _ := from.Locate(q)
			count[[2]int{i, j}]++
		}
		for _, c := range o.Common {
			k := [2]int{c.A, c.B}
			if got, want := float64(count[k])/samples, c.AreaM2/board; math.Abs(got-want) > 0.018 {
				t.Errorf("seed %d: %.4f of the positions lie in areas %v, want %.4f", seed, got, k, want)
			}
			delete(count, k)
		}
		delete(count, [2]int{geo.Outside, geo.Outside})
		if len(count) > 0 {
			t.Errorf("seed %d: positions lie in areas that have nothing in common: %v", seed, count)
		}
	}
}

func corners(t *testing.T, a, b *geo.Coverage) (lo, hi geo.Fixed) {
	t.Helper()
	al, ah, ok := a.Bound()
	bl, bh, also := b.Bound()
	if !ok || !also {
		t.Fatal("an empty coverage")
	}
	return geo.Fixed{X: min(al.X, bl.X), Y: min(al.Y, bl.Y)}, geo.Fixed{X: max(ah.X, bh.X), Y: max(ah.Y, bh.Y)}
}

func TestOverlayEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := mustCover(t, nineSquares())
	if o, err := geo.NewOverlay(ctx, c, c); !errors.Is(err, context.Canceled) || o != nil {
		t.Errorf("got %v, %v", o, err)
	}
}

// BenchmarkOverlay lays coverages of which every border differs on each other, the slowest case, and one on itself written
// again, which is what the areas that nobody touched cost.
func BenchmarkOverlay(b *testing.B) {
	for _, size := range []struct{ areas, vertices int }{{37, 1400}, {1000, 467}, {20_000, 159}} {
		b.Run(fmt.Sprintf("%d/drawn-anew", size.areas), func(b *testing.B) {
			lay(b, newFractal(b, size.areas, size.vertices), newFractal(b, size.areas+size.areas/20, size.vertices))
		})
		b.Run(fmt.Sprintf("%d/untouched", size.areas), func(b *testing.B) {
			f := newFractal(b, size.areas, size.vertices)
			lay(b, f, f)
		})
	}
}

func lay(b *testing.B, f, g fractal) {
	c, d := f.coverage(b), g.coverage(b)
	n := 0
	for b.Loop() {
		o, err := geo.NewOverlay(context.Background(), c, d)
		if err != nil {
			b.Fatal(err)
		}
		n = len(o.Common)
	}
	b.ReportMetric(float64(n), "pieces")
}

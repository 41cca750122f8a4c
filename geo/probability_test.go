package geo_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"wangge/geo"
)

var (
	chances = flag.Int("chances", 130, "uncertain positions to compare with a Monte Carlo, over all coverages")
	samples = flag.Int("samples", 10_000, "positions of each Monte Carlo; 100,000 for the full run")
)

// sampled is the Monte Carlo: the shares of n random positions that fall into each area.
func sampled(l *geo.Locator, q geo.Query, accuracy geo.Metres, n int, r *rand.Rand) map[int]float64 {
	sigma := float64(accuracy) / math.Sqrt(-2*math.Log(1-0.68)) // the disc with this radius then holds 68 %
	ruler := geo.NewRuler(q.Point()[1])
	east, _ := ruler.Vector(q.Point(), offset(q, 1_000_000, 0).Point())
	_, north := ruler.Vector(q.Point(), offset(q, 0, 1_000_000).Point())
	x, y := sigma*1_000_000/east, sigma*1_000_000/north
	out := make(map[int]float64)
	for range n {
		area, _ := l.Locate(offset(q, int64(x*r.NormFloat64()), int64(y*r.NormFloat64())))
		out[area] += 1 / float64(n)
	}
	return out
}

func offset(q geo.Query, x, y int64) geo.Query { return geo.Query{X: q.X + x, Y: q.Y + y} }

// sane checks what holds for every list of probabilities.
func sane(t *testing.T, list []geo.AreaProbability) {
	t.Helper()
	sum := 0.0
	seen := map[int]bool{}
	for i, a := range list {
		sum += a.Probability
		if !(a.Probability > 0) || seen[a.Area] || i > 0 && a.Probability > list[i-1].Probability {
			t.Errorf("entry %d of %v", i, list)
		}
		seen[a.Area] = true
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the sum is %v: %v", sum, list)
	}
}

func probabilityOf(list []geo.AreaProbability, area int) float64 {
	for _, a := range list {
		if a.Area == area {
			return a.Probability
		}
	}
	return 0
}

// north of a square of one degree, seen from inside it and from the outside.
func straightBorder(t *testing.T) (*geo.Locator, geo.Query) {
	l := newLattice(1, 2, 10_000_000)
	l.owner = []int{0, 1}
	return geo.NewLocator(mustCover(t, l.draw())), geo.Query{X: int64(l.west+5_000_000) * 64, Y: int64(l.south+10_000_000) * 64}
}

func TestProbabilityAtAStraightBorder(t *testing.T) {
	locator, on := straightBorder(t)
	ruler := geo.NewRuler(on.Point()[1])
	for _, c := range []struct{ metres, accuracy, own float64 }{
		{0, 12, 0.5}, {0, 1, 0.5}, {0, 1000, 0.5}, {0.0001, 12, 0.5}, {18.4, 12, 0.9897}, {-18.4, 12, 0.9897},
		{7.949, 12, 0.8413}, {100, 12, 1}, {-39.7, 12, 0.99999971}, {50, 100, 0.7748}, {3000, 10_000, 0.6747},
	} {
		p := ruler.Move(on.Point(), 0, c.metres)
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		list := locator.Probabilities(nil, q, geo.Metres(c.accuracy))
		sane(t, list)
		own, _ := locator.Locate(q)
		if got := probabilityOf(list, own); math.Abs(got-c.own) > 2e-4 {
			t.Errorf("%v m from the border with %v m: %v, want %v for area %d", c.metres, c.accuracy, list, c.own, own)
		}
	}
	if list := locator.Probabilities(nil, on, 0); len(list) != 1 || list[0] != (geo.AreaProbability{Area: 1, Probability: 1}) {
		t.Errorf("without an error: %v", list)
	}
}

// star is five areas that meet at one point, with unequal angles, and that point.
func star(t *testing.T) (*geo.Locator, geo.Query, []float64) {
	t.Helper()
	middle := geo.Fixed{X: 1_213_000_000, Y: 308_000_000}
	angles := []float64{0.1, 1.0, 2.6, 3.4, 5.5}
	var areas []geo.FixedMultiPolygon
	rim := func(a float64) geo.Fixed {
		return geo.Fixed{X: middle.X + int32(300_000*math.Cos(a)), Y: middle.Y + int32(300_000*math.Sin(a)*math.Cos(0.5377))}
	}
	var shares []float64
	for i, from := range angles {
		to := angles[(i+1)%5]
		if to < from {
			to += 2 * math.Pi
		}
		shares = append(shares, (to-from)/(2*math.Pi))
		areas = append(areas, geo.FixedMultiPolygon{{{middle, rim(from), rim((from + to) / 2), rim(to), middle}}})
	}
	return geo.NewLocator(mustCover(t, areas)), middle.Query(), shares
}

func TestProbabilityWhereFiveMeet(t *testing.T) {
	locator, q, shares := star(t)
	for _, accuracy := range []geo.Metres{1, 12, 100} {
		list := locator.Probabilities(nil, q, accuracy)
		sane(t, list)
		for area, want := range shares {
			if got := probabilityOf(list, area); math.Abs(got-want) > 1e-3 {
				t.Errorf("accuracy %v: area %d has %v, want %v", accuracy, area, got, want)
			}
		}
	}
}

// On a vertex, on an edge and one unit beside them the border passes through the middle of the error; however the rule gives the
// position away, the masses do not jump.
func TestProbabilityDoesNotJump(t *testing.T) {
	f := newFractal(t, 12, 200)
	locator := geo.NewLocator(f.coverage(t))
	five, middle, _ := star(t)
	qs := probes(f.areas[:2])
	check := func(l *geo.Locator, q geo.Query) {
		list := l.Probabilities(nil, q, 12)
		sane(t, list)
		for _, d := range [][2]int64{{1, 1}, {-1, 1}, {1, -1}, {-1, -1}, {2, 0}, {0, 2}} {
			for _, b := range l.Probabilities(nil, offset(q, d[0], d[1]), 12) {
				if a := probabilityOf(list, b.Area); math.Abs(a-b.Probability) > 1e-4 {
					t.Errorf("%v: area %d has %v, and %v beside it", q, b.Area, a, b.Probability)
				}
			}
		}
	}
	for i := 0; i < len(qs); i += 7 {
		check(locator, qs[i])
	}
	check(five, middle)
	for x := int64(-2); x <= 2; x++ {
		check(five, offset(middle, x*64, 0))
		check(five, offset(middle, 0, x*64))
	}
}

// TestProbabilityAgainstMonteCarlo draws cases near borders, at corners and anywhere, in each coverage.
func TestProbabilityAgainstMonteCarlo(t *testing.T) {
	const seed = 11
	margin := max(0.01, 2.5/math.Sqrt(float64(*samples))) // five standard deviations of the Monte Carlo itself
	list := testedCoverages(false)
	each := *chances/(len(list)+1) + 1
	worst := 0.0
	t.Run("five", func(t *testing.T) {
		locator, middle, _ := star(t)
		r := rand.New(rand.NewPCG(seed, 0))
		for range each {
			q := offset(middle, r.Int64N(16_001)-8_000, r.Int64N(16_001)-8_000) // within 20 m or so
			worst = max(worst, compareSampled(t, locator, q, 12, margin, r))
		}
	})
	for i, c := range list {
		t.Run(c.name, func(t *testing.T) {
			areas := c.load(t)
			locator := geo.NewLocator(mustCover(t, areas))
			r := rand.New(rand.NewPCG(seed, uint64(i+1)))
			for range each {
				q := somewhere(areas, r)
				accuracy := geo.Metres(math.Exp(r.Float64() * math.Log(1000))) // 1 m to 1 km
				worst = max(worst, compareSampled(t, locator, q, accuracy, margin, r))
			}
		})
	}
	t.Logf("%d cases, %d samples (seed %d): worst difference %.4f", each*(len(list)+1), *samples, seed, worst)
}

func compareSampled(t *testing.T, l *geo.Locator, q geo.Query, accuracy geo.Metres, margin float64, r *rand.Rand) (worst float64) {
	t.Helper()
	list := l.Probabilities(nil, q, accuracy)
	sane(t, list)
	want := sampled(l, q, accuracy, *samples, r)
	for _, a := range list {
		worst = max(worst, math.Abs(a.Probability-want[a.Area]))
		delete(want, a.Area)
	}
	for _, p := range want {
		worst = max(worst, p)
	}
	if worst > margin {
		t.Errorf("%v with %v m: %v differs by %v from the Monte Carlo", q, accuracy, list, worst)
	}
	return worst
}

// somewhere returns a position on a vertex, within some metres or some hundred metres of one.
func somewhere(areas []geo.FixedMultiPolygon, r *rand.Rand) geo.Query {
	m := areas[r.IntN(len(areas))]
	ring := m[r.IntN(len(m))][0]
	v := ring[r.IntN(len(ring))].Query()
	around := []int64{0, 5_000, 100_000, 1_000_000, 5_000_000}[r.IntN(5)] // up to 10 m, 170 m, 1.7 km, 8 km
	return offset(v, r.Int64N(2*around+1)-around, r.Int64N(2*around+1)-around)
}

// Where thousands of segments are within reach the cost is bounded and the result still good.
func TestProbabilityOfAWideError(t *testing.T) {
	f := newFractal(t, 37, 1400)
	locator := geo.NewLocator(f.coverage(t))
	r := rand.New(rand.NewPCG(1, 2))
	for _, accuracy := range []geo.Metres{3000, 10_000, 100_000, 1e7, geo.Metres(math.Inf(1))} {
		q := f.uniform(r)
		list := locator.Probabilities(nil, q, accuracy)
		sane(t, list)
		if accuracy > 1e6 {
			continue // the Monte Carlo would leave the globe
		}
		for area, want := range sampled(locator, q, accuracy, 100_000, r) {
			if got := probabilityOf(list, area); math.Abs(got-want) > 0.01 {
				t.Errorf("accuracy %v: area %d has %v, want %v", accuracy, area, got, want)
			}
		}
		began := time.Now()
		for range 10 {
			list = locator.Probabilities(list[:0], q, accuracy)
		}
		if took := time.Since(began) / 10; took > 50*time.Millisecond {
			t.Errorf("accuracy %v takes %v", accuracy, took)
		}
	}
}

// Odd questions get an answer.
func TestProbabilityOfOddities(t *testing.T) {
	f := newFractal(t, 12, 50)
	locator := geo.NewLocator(f.coverage(t))
	nothing := geo.NewLocator(mustCover(t, nil))
	for _, q := range []geo.Query{{}, {X: 180 * 640_000_000, Y: 90 * 640_000_000}, {X: -180 * 640_000_000, Y: -90 * 640_000_000}, f.areas[0][0][0][0].Query()} {
		for _, accuracy := range []geo.Metres{-1, 0, geo.Metres(math.NaN()), 1e-300, 1, 1e9, math.MaxFloat64} {
			sane(t, locator.Probabilities(nil, q, accuracy))
			if list := nothing.Probabilities(nil, q, accuracy); len(list) != 1 || list[0] != (geo.AreaProbability{Area: geo.Outside, Probability: 1}) {
				t.Errorf("in nothing: %v", list)
			}
		}
	}
	kept := []geo.AreaProbability{{Area: 77, Probability: 0.3}}
	if list := locator.Probabilities(kept, f.areas[0][0][0][0].Query(), 12); list[0] != kept[0] {
		t.Errorf("what was in dst is gone: %v", list)
	}
}

func TestProbabilityAllocatesNothing(t *testing.T) {
	f := newFractal(t, 37, 400)
	locator := geo.NewLocator(f.coverage(t))
	qs := asked(1000, 1, f.near)
	dst := make([]geo.AreaProbability, 0, 16)
	i := 0
	if n := testing.AllocsPerRun(len(qs)-1, func() { dst = locator.Probabilities(dst[:0], qs[i%len(qs)], 12); i++ }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkProbability asks for positions within accuracy of a border. The baseline is a Monte Carlo of 1,000 positions.
func BenchmarkProbability(b *testing.B) {
	const accuracy = 12
	f := newFractal(b, 37, 1400)
	locator := geo.NewLocator(f.coverage(b))
	var qs []geo.Query
	for _, q := range asked(100_000, 1, f.near) {
		if own, _ := locator.Nearest(q, 0); own.Distance <= accuracy {
			qs = append(qs, q)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	var baseline float64
	b.Run("baseline", func(b *testing.B) {
		i := 0
		for b.Loop() {
			sampled(locator, qs[i%len(qs)], accuracy, 1000, r)
			i++
		}
		baseline = float64(b.Elapsed()) / float64(b.N)
	})
	b.Run("border", func(b *testing.B) {
		b.ReportAllocs()
		dst := make([]geo.AreaProbability, 0, 16)
		var took []time.Duration
		i := 0
		for b.Loop() {
			began := time.Now()
			dst = locator.Probabilities(dst[:0], qs[i%len(qs)], accuracy)
			took = append(took, time.Since(began))
			i++
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2]), "ns-median")
		b.ReportMetric(float64(took[len(took)*99/100]), "ns-p99")
		b.ReportMetric(baseline/float64(took[len(took)/2]), "x-baseline")
	})
}

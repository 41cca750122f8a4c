package geo_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func ExampleIndex() {
	poles := []orb.Point{{121.3501, 30.7600}, {121.3505, 30.7600}, {121.3600, 30.7700}}
	ix := geo.NewIndex[int]()
	for i, p := range poles {
		ix.Insert(p.Bound(), i)
	}
	me := orb.Point{121.3504, 30.7601}
	near := ix.Nearest(me, 5, 100, func(i int) geo.Metres { return geo.Distance(me, poles[i]) })
	fmt.Println(near)
	// Output: [1 0]
}

// ledger is the slow twin of an index: a list.
type ledger map[int]orb.Bound

func (l ledger) nearest(p orb.Point, k int, within geo.Metres) []int {
	var all []int
	for i, b := range l {
		if toBox(p, b) <= within {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(i, j int) int { return cmp.Or(cmp.Compare(toBox(p, l[i]), toBox(p, l[j])), i-j) })
	return all[:min(k, len(all))]
}

// toBox is the geodesic distance to a box, as the distance to its outline.
func toBox(p orb.Point, b orb.Bound) geo.Metres {
	if b.Contains(p) {
		return 0
	}
	d, _, _ := geo.PointToLine(p, orb.LineString(b.ToRing()))
	return d
}

func drawBox(t *rapid.T) orb.Bound {
	// few places, so that there are ties
	p := orb.Point{
		121 + float64(rapid.IntRange(0, 40).Draw(t, "x"))*0.01,
		30.7 + float64(rapid.IntRange(0, 25).Draw(t, "y"))*0.01,
	}
	size := rapid.SampledFrom([]float64{0, 0, 0.003, 0.05}).Draw(t, "size")
	return orb.Bound{Min: p, Max: orb.Point{p[0] + size, p[1] + size}}
}

func TestIndexAgainstList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ix := geo.NewOrderedIndex(func(a, b int) int { return a - b })
		list := ledger{}
		for i := range rapid.IntRange(0, 300).Draw(t, "values") {
			list[i] = drawBox(t)
			ix.Insert(list[i], i)
		}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, 299), 0, 100).Draw(t, "deleted") {
			b, there := list[i]
			if got := ix.Delete(b, i); got != there {
				t.Fatalf("delete %d at %v: got %v, want %v", i, b, got, there)
			}
			delete(list, i)
		}
		if ix.Len() != len(list) {
			t.Fatalf("len %d, want %d", ix.Len(), len(list))
		}
		p := drawIn(t, jinshan.Pad(0.05))
		distance := func(i int) geo.Metres { return toBox(p, list[i]) }
		k := rapid.IntRange(-1, 20).Draw(t, "k")
		within := geo.Metres(rapid.SampledFrom([]float64{-1, 0, 500, 3000, 20000, math.Inf(1)}).Draw(t, "within"))
		want := []int{}
		if k > 0 && within >= 0 {
			want = append(want, list.nearest(p, k, within)...)
		}
		if d := diff.Diff(want, append([]int{}, ix.Nearest(p, k, within, distance)...)); d != "" {
			t.Fatalf("nearest %d within %v of %v: %s", k, within, p, d)
		}
		radius := math.Min(float64(within), 50000)
		want = append([]int{}, list.nearest(p, 1000, geo.Metres(radius))...)
		slices.Sort(want)
		got := []int{}
		ix.Within(p, geo.Metres(radius), distance, func(i int, d geo.Metres) bool {
			if d != distance(i) {
				t.Fatalf("%d is given at %v m, is at %v", i, d, distance(i))
			}
			got = append(got, i)
			return true
		})
		slices.Sort(got)
		if d := diff.Diff(want, got); d != "" {
			t.Fatalf("within %v of %v: %s", radius, p, d)
		}
		frame := drawBox(t)
		got, want = []int{}, []int{}
		ix.Search(frame, func(b orb.Bound, i int) bool {
			if b != list[i] {
				t.Fatalf("%d is given with %v, is at %v", i, b, list[i])
			}
			got = append(got, i)
			return true
		})
		for i, b := range list {
			if b.Intersects(frame) {
				want = append(want, i)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if d := diff.Diff(want, got); d != "" {
			t.Fatalf("search %v: %s", frame, d)
		}
	})
}

// Points all over the country and the world, where degrees differ in length: boxes must not hide what is nearer.
func TestNearestFarApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		country := orb.Bound{Min: orb.Point{75, 18}, Max: orb.Point{134, 53}}
		if rapid.Bool().Draw(t, "everywhere") {
			country = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
		}
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point { return drawIn(t, country) }), 1, 200).Draw(t, "points")
		ix := geo.NewIndex[int]()
		for i, p := range points {
			ix.Insert(p.Bound(), i)
		}
		me := drawIn(t, country)
		distance := func(i int) geo.Metres { return geo.Distance(me, points[i]) }
		want := geo.Metres(math.Inf(1))
		for i := range points {
			want = min(want, distance(i))
		}
		got := ix.Nearest(me, 1, geo.Metres(math.Inf(1)), distance)
		if d := distance(got[0]); d > want {
			t.Fatalf("nearest to %v: got %v m, want %v m", me, d, want)
		}
	})
}

func TestAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-170, 170).Draw(t, "lon"), rapid.Float64Range(-80, 80).Draw(t, "lat")}
		r := geo.Metres(math.Pow(10, rapid.Float64Range(-2, 4.7).Draw(t, "log metres")))
		b := geo.Around(p, r)
		if q := geo.Destination(p, rapid.Float64Range(0, 360).Draw(t, "bearing"), r); !b.Contains(q) {
			t.Fatalf("%v m around %v is %v without %v", r, p, b, q)
		}
		if width := geo.Distance(orb.Point{b.Min[0], p[1]}, orb.Point{b.Max[0], p[1]}); math.Abs(p[1]) < 60 && r < 10_000 && width > 2.02*r {
			t.Fatalf("%v m around %v is %v m wide", r, p, width)
		}
	})
	if b := geo.Around(orb.Point{121, 89.9999}, 1000); b.Min[0] != -180 || b.Max[0] != 180 || b.Max[1] != 90 {
		t.Errorf("by the pole: %v", b)
	}
}

func TestIndexRefuses(t *testing.T) {
	ix := geo.NewIndex[int]()
	nan := math.NaN()
	for _, b := range []orb.Bound{
		{Min: orb.Point{nan, 1}, Max: orb.Point{nan, 1}}, {Min: orb.Point{2, 1}, Max: orb.Point{1, 2}},
		{Min: orb.Point{1, 1}, Max: orb.Point{math.Inf(1), 1}},
	} {
		if ix.Insert(b, 1) || ix.Delete(b, 1) || ix.Len() != 0 {
			t.Errorf("%v was taken", b)
		}
		ix.Search(b, func(orb.Bound, int) bool { t.Errorf("%v found something", b); return true })
	}
	zero := func(int) geo.Metres { return 0 }
	if got := ix.Nearest(orb.Point{121, 31}, 3, 100, zero); len(got) != 0 {
		t.Errorf("empty index: %v", got)
	}
	ix.Insert(orb.Point{121, 31}.Bound(), 1)
	for _, p := range []orb.Point{{nan, 31}, {math.Inf(1), 31}} {
		if got := ix.Nearest(p, 3, 100, zero); len(got) != 0 {
			t.Errorf("%v: %v", p, got)
		}
		ix.Within(p, 100, zero, func(int, geo.Metres) bool { t.Errorf("%v found something", p); return true })
	}
	ix.Within(orb.Point{121, 31}, geo.Metres(nan), zero, func(int, geo.Metres) bool { t.Error("radius NaN"); return true })
	if ix.Delete(orb.Point{121, 31.1}.Bound(), 1) || ix.Delete(orb.Point{121, 31}.Bound(), 2) || ix.Len() != 1 {
		t.Error("something else was deleted")
	}
}

func TestSearchStops(t *testing.T) {
	ix := geo.NewIndex[int]()
	for i := range 1000 {
		ix.Insert(orb.Point{121, 31}.Bound(), i)
	}
	calls := 0
	ix.Search(jinshan.Pad(1), func(orb.Bound, int) bool { calls++; return calls < 3 })
	ix.Within(orb.Point{121, 31}, 5, func(int) geo.Metres { return 1 }, func(int, geo.Metres) bool { calls++; return calls < 6 })
	if calls != 6 {
		t.Errorf("%d calls, want 6", calls)
	}
}

// A builder copies and changes while readers search the original; run with -race.
func TestIndexCopyOnWrite(t *testing.T) {
	const n = 2000
	ix := geo.NewIndex[int]()
	place := func(i int) orb.Bound { return orb.Point{121 + float64(i%50)*0.01, 30.7 + float64(i/50)*0.005}.Bound() }
	for i := range n {
		ix.Insert(place(i), i)
	}
	count := func(ix *geo.Index[int]) (sum, odd int) {
		ix.Search(jinshan.Pad(1), func(_ orb.Bound, i int) bool { sum++; odd += i % 2; return true })
		return sum, odd
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if sum, odd := count(ix); sum != n || odd != n/2 {
					t.Errorf("the original has %d values, %d odd", sum, odd)
					return
				}
				me := orb.Point{121.2, 30.8}
				ix.Nearest(me, 5, 1000, func(i int) geo.Metres { return geo.Distance(me, place(i).Min) })
			}
		})
	}
	next := ix
	for i := 1; i < n; i += 2 {
		if i%100 == 1 {
			next = next.Copy()
		}
		if !next.Delete(place(i), i) {
			t.Fatalf("%d is not there", i)
		}
		next.Insert(place(i), n+i-1) // an even value in its place
	}
	close(stop)
	readers.Wait()
	if sum, odd := count(next); sum != n || odd != 0 {
		t.Errorf("the copy has %d values, %d odd", sum, odd)
	}
	if sum, odd := count(ix); sum != n || odd != n/2 {
		t.Errorf("the original has %d values, %d odd", sum, odd)
	}
}

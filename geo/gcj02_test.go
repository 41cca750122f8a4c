package geo_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

// The frame of Jinshan, and a rectangle well inside the box of the formula.
var (
	jinshan = orb.Bound{Min: orb.Point{120.985, 30.678}, Max: orb.Point{121.474, 30.953}}
	inland  = orb.Bound{Min: orb.Point{72.1, 0.9}, Max: orb.Point{137.7, 55.7}}
)

func drawIn(t *rapid.T, b orb.Bound) orb.Point {
	return orb.Point{
		rapid.Float64Range(b.Min[0], b.Max[0]).Draw(t, "lon"),
		rapid.Float64Range(b.Min[1], b.Max[1]).Draw(t, "lat"),
	}
}

func convert(t interface{ Fatalf(string, ...any) }, f func(geo.CRS, orb.Point) (orb.Point, error), crs geo.CRS, p orb.Point) orb.Point {
	q, err := f(crs, p)
	if err != nil {
		t.Fatalf("%s %v: %v", crs, p, err)
	}
	return q
}

// forward(inverse(p)) = p within 1e-9 degree, and inverse(forward(p)) = p within 1 mm.
func TestShiftThereAndBack(t *testing.T) {
	for _, crs := range []geo.CRS{geo.GCJ02, geo.BD09} {
		t.Run(string(crs), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				var c geo.Converter
				p := drawIn(t, inland)
				there := convert(t, c.ToStorage, crs, p)
				again := convert(t, c.FromStorage, crs, there)
				if math.Abs(again[0]-p[0]) > 1e-9 || math.Abs(again[1]-p[1]) > 1e-9 {
					t.Fatalf("%v decodes to %v, which encodes to %v", p, there, again)
				}
				back := convert(t, c.ToStorage, crs, convert(t, c.FromStorage, crs, p))
				if d := geo.Distance(p, back); d > 0.001 {
					t.Fatalf("%v comes back as %v, %v m off", p, back, d)
				}
			})
		})
	}
}

// FEATURES B18: what a wrong CRS costs in Jinshan, and what a library that subtracts the shift once leaves.
func TestShiftOverJinshan(t *testing.T) {
	var c geo.Converter
	least, most := geo.Metres(math.Inf(1)), geo.Metres(0)
	leastLeft, mostLeft, mostIterated := least, most, most
	const steps = 60
	for i := range steps + 1 {
		for j := range steps + 1 {
			p := orb.Point{
				jinshan.Min[0] + float64(i)/steps*(jinshan.Max[0]-jinshan.Min[0]),
				jinshan.Min[1] + float64(j)/steps*(jinshan.Max[1]-jinshan.Min[1]),
			}
			q := convert(t, c.FromStorage, geo.GCJ02, p)
			shift := geo.Distance(p, q)
			least, most = min(least, shift), max(most, shift)

			twice := convert(t, c.FromStorage, geo.GCJ02, q)
			once := orb.Point{2*q[0] - twice[0], 2*q[1] - twice[1]}
			left := geo.Distance(p, once)
			leastLeft, mostLeft = min(leastLeft, left), max(mostLeft, left)
			mostIterated = max(mostIterated, geo.Distance(p, convert(t, c.ToStorage, geo.GCJ02, q)))
		}
	}
	t.Logf("shift %.1f to %.1f m, one step leaves %.2f to %.2f m, iteration %.2g m", least, most, leastLeft, mostLeft, mostIterated)
	if least < 477.5 || least > 480 || most < 499 || most > 501.5 {
		t.Errorf("shift %v to %v m, want 478 to 501", least, most)
	}
	if mostLeft < 2 || mostLeft > 2.3 {
		t.Errorf("one step leaves up to %v m, want 2.2", mostLeft)
	}
	if mostIterated > 1e-6 {
		t.Errorf("iteration leaves %v m, want below a micrometre", mostIterated)
	}
}

func TestShiftOutsideChina(t *testing.T) {
	var c geo.Converter
	for _, p := range []orb.Point{{-73.8, 40.6}, {2.55, 49.02}, {151.2, -33.9}, {0, 0}, {72, 30}, {138, 30}, {100, 0.8}, {100, 56}, {180, 90}} {
		for _, crs := range []geo.CRS{geo.GCJ02, geo.BD09} {
			if q := convert(t, c.FromStorage, crs, p); q != p {
				t.Errorf("%s of %v: got %v, want it unchanged", crs, p, q)
			}
			if q := convert(t, c.ToStorage, crs, p); q != p {
				t.Errorf("from %s %v: got %v, want it unchanged", crs, p, q)
			}
		}
	}
}

// At 105 E the formula has a square root whose slope is infinite; the iteration must still settle.
func TestShiftAtTheRoot(t *testing.T) {
	var c geo.Converter
	for i := range 2001 {
		p := orb.Point{105 + (float64(i)-1000)*1e-9, 30}
		q := convert(t, c.ToStorage, geo.GCJ02, convert(t, c.FromStorage, geo.GCJ02, p))
		if d := geo.Distance(p, q); d > 0.001 {
			t.Fatalf("%.12f comes back %v m off", p[0], d)
		}
	}
}

func TestShiftSwitchedOff(t *testing.T) {
	c := geo.NewConverter(geo.Options{DisableGCJ: true})
	for _, crs := range []geo.CRS{geo.GCJ02, geo.BD09} {
		if _, err := c.ToStorage(crs, orb.Point{121.3, 30.8}); !errors.Is(err, geo.ErrCRS) {
			t.Errorf("ToStorage(%s): got %v, want ErrCRS", crs, err)
		}
		if _, err := c.FromStorage(crs, orb.Point{121.3, 30.8}); !errors.Is(err, geo.ErrCRS) {
			t.Errorf("FromStorage(%s): got %v, want ErrCRS", crs, err)
		}
	}
	if _, err := c.ToStorage(geo.WGS84, orb.Point{121.3, 30.8}); err != nil {
		t.Errorf("wgs84 stays: %v", err)
	}
	for _, fit := range c.GuessCRS([]orb.Point{{121.3, 30.8}}, func(orb.Point) geo.Metres { return 0 }, geo.WGS84) {
		if fit.CRS == geo.GCJ02 || fit.CRS == geo.BD09 {
			t.Errorf("the probe used %s", fit.CRS)
		}
	}
}

// Vectors of another implementation. Its two bd09 rows are those of an old version that had lost a factor in Baidu's formula
// and subtracted the GCJ-02 shift once, so they are 9 to 41 m off; TestOutlinesOfTwoSources decides who is right. With
// the same two mistakes made here, they agree.
func TestShiftVectors(t *testing.T) {
	var c geo.Converter
	for _, row := range readCSV(t, "coords/eviltransform-vectors.csv")[1:] {
		num := func(i int) float64 { return number(t, row[i]) }
		from, to, tolerance := geo.CRS(row[0]), geo.CRS(row[3]), num(6)
		p, want := orb.Point{num(2), num(1)}, orb.Point{num(5), num(4)}
		got := convert(t, c.FromStorage, to, convert(t, c.ToStorage, from, p))
		if from == geo.BD09 {
			if d := geo.Distance(got, want); d < 5 || d > 50 {
				t.Errorf("%v: %v m from the faulty vector", p, d)
			}
			gcj := oldBaidu(p)
			again := convert(t, c.FromStorage, geo.GCJ02, gcj)
			got = orb.Point{2*gcj[0] - again[0], 2*gcj[1] - again[1]}
		}
		if math.Abs(got[0]-want[0]) > tolerance || math.Abs(got[1]-want[1]) > tolerance {
			t.Errorf("%s %v to %s: got %v, want %v", from, p, to, got, want)
		}
	}
}

// oldBaidu decodes BD-09 to GCJ-02 with the factor 3000/180 of the ripple forgotten.
func oldBaidu(p orb.Point) orb.Point {
	x, y := p[0]-0.0065, p[1]-0.006
	z := math.Hypot(x, y) - 0.00002*math.Sin(y*math.Pi)
	s, co := math.Sincos(math.Atan2(y, x) - 0.000003*math.Cos(x*math.Pi))
	return orb.Point{z * co, z * s}
}

// segmentIndex answers how far a point is from the nearest of many lines.
func segmentIndex(lines []orb.LineString) func(orb.Point) geo.Metres {
	ix := geo.NewIndex[[2]orb.Point]()
	for _, ls := range lines {
		for i := 1; i < len(ls); i++ {
			ix.Insert(orb.LineString(ls[i-1:i+1]).Bound(), [2]orb.Point{ls[i-1], ls[i]})
		}
	}
	return func(p orb.Point) geo.Metres {
		distance := func(s [2]orb.Point) geo.Metres { d, _, _ := geo.PointToSegment(p, s[0], s[1]); return d }
		for _, s := range ix.Nearest(p, 1, geo.Metres(math.Inf(1)), distance) {
			return distance(s)
		}
		return geo.Metres(math.Inf(1))
	}
}

// Two sources drew the outline of Jinshan, one in GCJ-02, one in BD-09. Each read in its system, they are the same line;
// read in any other, the probe says so.
func TestOutlinesOfTwoSources(t *testing.T) {
	var c geo.Converter
	files := map[geo.CRS]string{geo.GCJ02: "boundaries/gcj02/310116.json", geo.BD09: "boundaries/bd09/金山区.json"}
	raw, lines := map[geo.CRS][]orb.LineString{}, map[geo.CRS][]orb.LineString{}
	for crs, name := range files {
		raw[crs] = realLines(t, name)
		for _, ls := range raw[crs] {
			g, err := c.GeometryToStorage(crs, ls)
			if err != nil {
				t.Fatal(err)
			}
			lines[crs] = append(lines[crs], g.(orb.LineString))
		}
	}
	for crs, other := range map[geo.CRS]geo.CRS{geo.GCJ02: geo.BD09, geo.BD09: geo.GCJ02} {
		toOther := segmentIndex(lines[other])
		var distances []geo.Metres
		for _, p := range vertices(lines[crs]) {
			distances = append(distances, toOther(p))
		}
		slices.Sort(distances)
		median := distances[len(distances)/2]
		t.Logf("%s to %s: median %.1f m over %d vertices", crs, other, median, len(distances))
		if median > 20 {
			t.Errorf("%s to %s: median %v m, want 20 at most", crs, other, median)
		}
		sample := vertices(raw[crs])
		if len(sample) > 400 {
			sample = sample[:400]
		}
		for _, declared := range []geo.CRS{geo.WGS84, geo.CGCS2000, geo.GCJ02, geo.BD09} {
			fits := geo.GuessCRS(sample, toOther, declared)
			better, warn := geo.BetterFit(fits, declared, 100)
			t.Logf("%s declared as %s: %v", crs, declared, fits)
			if warn != (declared != crs) || better.CRS != crs {
				t.Errorf("%s declared as %s: best %v, warn %v", crs, declared, better, warn)
			}
		}
	}
}

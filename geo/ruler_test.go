package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func ExampleDistance() {
	caojing, shihua := orb.Point{121.4202, 30.793}, orb.Point{121.3399, 30.7145}
	fmt.Printf("%.3f m, bearing %.4f°\n", geo.Distance(shihua, caojing), geo.Bearing(shihua, caojing))
	// Output: 11612.744 m, bearing 41.4386°
}

func ExamplePointToLine() {
	road := orb.LineString{{121.300, 30.800}, {121.310, 30.800}, {121.310, 30.810}}
	d, at, along := geo.PointToLine(orb.Point{121.3102, 30.805}, road)
	fmt.Printf("%.2f m from %.4f, %.4f, which is %.2f m along the road\n", d, at[0], at[1], along)
	// Output: 19.14 m from 121.3100, 30.8050, which is 1511.36 m along the road
}

// References were computed once with GeographicLib 2.2 on the same ellipsoid.
func TestDistanceKnown(t *testing.T) {
	for _, c := range []struct {
		name     string
		a, b     orb.Point
		distance geo.Metres
		bearing  float64
	}{
		{"across Jinshan", orb.Point{121.0101, 30.8908}, orb.Point{121.4202, 30.793}, 40701.5496733, 105.344775431},
		{"two poles of a street", orb.Point{121.3518, 30.763}, orb.Point{121.35212, 30.76315}, 34.8590826, 61.506476025},
		{"a centimetre", orb.Point{121.3084, 30.8906}, orb.Point{121.3084001, 30.8906}, 0.0095613, 89.999999974},
		{"to Beijing", orb.Point{121.3399, 30.7145}, orb.Point{116.397, 39.908}, 1114143.2974955, 337.615246610},
		{"along the equator", orb.Point{10, 0}, orb.Point{110, 0}, 11131949.0793274, 90},
		{"over the north pole", orb.Point{20, 80}, orb.Point{-160, 75}, 2791853.9994518, 0},
		{"to the south pole", orb.Point{121, 31}, orb.Point{0, -90}, 13432940.0526393, 180},
		{"across the antimeridian", orb.Point{179.9, -17}, orb.Point{-179.8, -17.2}, 38850.4972927, 124.775007882},
		{"near the antipode", orb.Point{0, 0}, orb.Point{179.5, 0.5}, 19936288.5788333, 25.671872805},
		{"very near the antipode", orb.Point{121.3, 30.8}, orb.Point{-58.705, -30.795}, 20003374.8463863, 0.546515317},
		{"equatorial, near the antipode", orb.Point{0, 0}, orb.Point{179.9, 0}, 20003008.4213494, 9.545672648},
		{"the antipode", orb.Point{121.3, 30.8}, orb.Point{-58.7, -30.8}, 20003931.4584609, 0},
		{"New York to Paris", orb.Point{-73.8, 40.6}, orb.Point{2.55, 49.01666667}, 5853226.2556581, 53.470218240},
		{"the same point", orb.Point{121.3, 30.8}, orb.Point{121.3, 30.8}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := geo.Distance(c.a, c.b); math.Abs(float64(got-c.distance)) > 1e-6 {
				t.Errorf("distance %v to %v: got %.7f, want %.7f", c.a, c.b, got, c.distance)
			}
			if got := geo.Distance(c.b, c.a); math.Abs(float64(got-c.distance)) > 1e-6 {
				t.Errorf("distance %v to %v: got %.7f, want %.7f", c.b, c.a, got, c.distance)
			}
			got := geo.Bearing(c.a, c.b)
			if got < 0 || got >= 360 {
				t.Errorf("bearing %v is out of range", got)
			}
			// where two ways are equally short, either will do
			mirror := math.Min(math.Abs(math.Remainder(got-c.bearing, 360)), math.Abs(math.Remainder(180-got-c.bearing, 360)))
			if off := math.Abs(math.Remainder(got-c.bearing, 360)); off > 1e-6 && !(c.distance > 1.99e7 && mirror < 1e-6) {
				t.Errorf("bearing %v to %v: got %.9f, want %.9f", c.a, c.b, got, c.bearing)
			}
		})
	}
	if d := geo.Distance(orb.Point{math.NaN(), 30}, orb.Point{121, 31}); !math.IsNaN(float64(d)) {
		t.Errorf("NaN: got %v", d)
	}
}

// walk is the slow twin: it follows the geodesic in space by the fourth-order Runge-Kutta rule, with no latitude, longitude or
// series in it. On a surface F = 0 a body without forces accelerates only along the gradient.
func walk(p orb.Point, bearing, metres float64) orb.Point {
	s, c := math.Sincos(p[1] * degree)
	sl, cl := math.Sincos(p[0] * degree)
	sb, cb := math.Sincos(bearing * degree)
	n := testAxis / math.Sqrt(1-testE2*s*s)
	at := [6]float64{n * c * cl, n * c * sl, n * (1 - testE2) * s, -sl*sb - s*cl*cb, cl*sb - s*sl*cb, c * cb}
	squash := 1 / (1 - testE2) // F = x² + y² + squash z² - a²
	slope := func(v [6]float64) (d [6]float64) {
		gradient := [3]float64{v[0], v[1], squash * v[2]}
		bend := v[3]*v[3] + v[4]*v[4] + squash*v[5]*v[5]
		size := gradient[0]*gradient[0] + gradient[1]*gradient[1] + gradient[2]*gradient[2]
		for i := range 3 {
			d[i], d[i+3] = v[i+3], -bend/size*gradient[i]
		}
		return d
	}
	add := func(v, d [6]float64, h float64) [6]float64 {
		for i := range v {
			v[i] += h * d[i]
		}
		return v
	}
	steps := 200 + int(metres/5000)
	h := metres / float64(steps)
	for range steps {
		k1 := slope(at)
		k2 := slope(add(at, k1, h/2))
		k3 := slope(add(at, k2, h/2))
		k4 := slope(add(at, k3, h))
		for i := range at {
			at[i] += h / 6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i])
		}
	}
	return orb.Point{math.Atan2(at[1], at[0]) / degree, math.Atan2(at[2]*squash, math.Hypot(at[0], at[1])) / degree}
}

func TestGeodesicAgainstWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		bearing := rapid.Float64Range(0, 360).Draw(t, "bearing")
		metres := math.Pow(10, rapid.Float64Range(-1, 7).Draw(t, "log metres")) // up to a quarter of the way round
		want := walk(p, bearing, metres)
		got := geo.Destination(p, bearing, geo.Metres(metres))
		if d := geo.Distance(got, want); float64(d) > 1e-6 {
			t.Fatalf("%v m at %v° from %v: got %v, the walk ends at %v, %v m off", metres, bearing, p, got, want, d)
		}
		if d := float64(geo.Distance(p, want)); math.Abs(d-metres) > 1e-6+1e-9*metres {
			t.Fatalf("distance from %v to %v: got %.9f, walked %.9f", p, want, d, metres)
		}
		off := math.Abs(math.Remainder(geo.Bearing(p, want)-bearing, 360)) * degree
		if math.Min(off, 1)*metres > 1e-4 {
			t.Fatalf("bearing from %v to %v: got %v, walked %v", p, want, geo.Bearing(p, want), bearing)
		}
	})
}

func TestDistanceIsAMetric(t *testing.T) {
	point := func(t *rapid.T, name string) orb.Point {
		return orb.Point{rapid.Float64Range(-180, 180).Draw(t, name), rapid.Float64Range(-90, 90).Draw(t, name)}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := point(t, "a"), point(t, "b"), point(t, "c")
		if rapid.Bool().Draw(t, "antipodal") {
			b = orb.Point{a[0] + 180 + (b[0]-a[0])/1000, -a[1] + b[1]/1000}
			b[1] = math.Max(-90, math.Min(90, b[1]))
		}
		ab, ba, bc, ac := geo.Distance(a, b), geo.Distance(b, a), geo.Distance(b, c), geo.Distance(a, c)
		if !(ab >= 0) || math.Abs(float64(ab-ba)) > 1e-6 {
			t.Fatalf("%v to %v is %v, back %v", a, b, ab, ba)
		}
		if float64(ac-ab-bc) > 1e-6 {
			t.Fatalf("%v to %v is %v, but by way of %v %v", a, c, ac, b, ab+bc)
		}
		if geo.Distance(a, a) != 0 {
			t.Fatalf("%v is not at itself", a)
		}
		if end := geo.Destination(a, geo.Bearing(a, b), ab); geo.Distance(end, b) > 1e-3 {
			t.Fatalf("from %v by bearing and distance to %v, not %v", a, end, b)
		}
	})
}

func TestDestination(t *testing.T) {
	p := orb.Point{121.3, 30.8}
	if q := geo.Destination(p, 77, 0); geo.Distance(p, q) > 1e-6 {
		t.Errorf("0 m: got %v", q)
	}
	if q, r := geo.Destination(p, 20, -500), geo.Destination(p, 200, 500); geo.Distance(q, r) > 1e-6 {
		t.Errorf("backwards: got %v, want %v", q, r)
	}
	if q := geo.Destination(orb.Point{179.9999, 10}, 90, 1000); q[0] > -179 {
		t.Errorf("over the antimeridian: got %v", q)
	}
	if q := geo.Destination(p, 0, 8000000); q[1] > 90 || math.Abs(math.Abs(q[0]-121.3)-180) > 1e-6 {
		t.Errorf("over the pole: got %v", q)
	}
}

func TestLengthAndPerimeter(t *testing.T) {
	square := orb.Ring{{121, 31}, {121.01, 31}, {121.01, 31.01}, {121, 31.01}, {121, 31}}
	open := square[:4]
	whole := geo.Perimeter(orb.Polygon{square})
	if want := geo.Length(orb.LineString(square)); whole != want {
		t.Errorf("perimeter %v, length of the ring %v", whole, want)
	}
	if got := geo.Perimeter(orb.Polygon{open}); math.Abs(float64(got-whole)) > 1e-9 {
		t.Errorf("open ring %v, closed %v", got, whole)
	}
	if got := geo.PerimeterMulti(orb.MultiPolygon{{square}, {square, square}}); math.Abs(float64(got-3*whole)) > 1e-9 {
		t.Errorf("three rings %v, one %v", got, whole)
	}
	if geo.Length(nil) != 0 || geo.Length(orb.LineString{{1, 2}}) != 0 || geo.Perimeter(nil) != 0 {
		t.Error("nothing has a length")
	}
}

// nearestByScan samples the segment finely and refines around the best sample.
func nearestByScan(p, a, b orb.Point) (d geo.Metres, f float64) {
	lo, hi := 0.0, 1.0
	for range 12 {
		const n = 20
		best, at := geo.Metres(math.Inf(1)), 0.0
		for i := 0.0; i <= n; i++ {
			f := lo + (hi-lo)*i/n
			if d := geo.Distance(p, orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}); d < best {
				best, at = d, f
			}
		}
		d, f = best, at
		lo, hi = math.Max(0, at-(hi-lo)/n), math.Min(1, at+(hi-lo)/n)
	}
	return d, f
}

func TestPointToSegmentAgainstScan(t *testing.T) {
	frame := jinshan.Pad(0.2)
	rapid.Check(t, func(t *rapid.T) {
		a, p := drawIn(t, frame), drawIn(t, frame)
		b := drawIn(t, frame)
		if rapid.Bool().Draw(t, "short") {
			b = orb.Point{a[0] + (b[0]-a[0])/1000, a[1] + (b[1]-a[1])/1000}
		}
		d, at, f := geo.PointToSegment(p, a, b)
		want, wantF := nearestByScan(p, a, b)
		if math.Abs(float64(d-want)) > 1e-6*float64(want)+1e-6 {
			t.Fatalf("%v to %v-%v: got %.6f m at %v, want %.6f at %v", p, a, b, d, f, want, wantF)
		}
		if d != geo.Distance(p, at) || f < 0 || f > 1 {
			t.Fatalf("%v to %v-%v: %v m is not the distance to %v, fraction %v", p, a, b, d, at, f)
		}
	})
}

func TestPointToSegmentEdges(t *testing.T) {
	a, b := orb.Point{121.3, 30.8}, orb.Point{121.31, 30.81}
	for _, c := range []struct {
		name     string
		p, a, b  orb.Point
		at       orb.Point
		fraction float64
	}{
		{"before the start", orb.Point{121.29, 30.79}, a, b, a, 0},
		{"behind the end", orb.Point{121.32, 30.82}, a, b, b, 1},
		{"on the start", a, a, b, a, 0},
		{"on the end", b, a, b, b, 1},
		{"no length", orb.Point{121.29, 30.79}, a, a, a, 0},
	} {
		d, at, f := geo.PointToSegment(c.p, c.a, c.b)
		if at != c.at || f != c.fraction || d != geo.Distance(c.p, c.at) {
			t.Errorf("%s: got %v m at %v, fraction %v", c.name, d, at, f)
		}
	}
	middle := orb.Point{121.305, 30.805}
	if d, _, f := geo.PointToSegment(middle, a, b); d > 1e-6 || math.Abs(f-0.5) > 1e-9 {
		t.Errorf("on the segment: got %v m, fraction %v", d, f)
	}
}

func TestPointToLineEdges(t *testing.T) {
	p := orb.Point{121.3, 30.8}
	if d, _, along := geo.PointToLine(p, nil); !math.IsInf(float64(d), 1) || along != 0 {
		t.Errorf("empty line: got %v, %v", d, along)
	}
	one := orb.LineString{{121.31, 30.8}}
	if d, at, along := geo.PointToLine(p, one); d != geo.Distance(p, one[0]) || at != one[0] || along != 0 {
		t.Errorf("one point: got %v, %v, %v", d, at, along)
	}
	loop := orb.LineString{{121.3, 30.8}, {121.31, 30.8}, {121.31, 30.81}, {121.3, 30.8}}
	if _, _, along := geo.PointToLine(p, loop); along != 0 {
		t.Errorf("start and end of a loop: got %v along, want the first", along)
	}
}

// The bounds that Ruler states.
func TestRulerAgainstDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-54.5, 54.5).Draw(t, "lat")
		a := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), lat + rapid.Float64Range(-0.5, 0.5).Draw(t, "dlat")}
		r := geo.NewRuler(lat)
		d := math.Pow(10, rapid.Float64Range(-2, 4.3).Draw(t, "log metres"))
		b := geo.Destination(a, rapid.Float64Range(0, 360).Draw(t, "bearing"), geo.Metres(d))
		if math.Abs(b[1]-lat) > 0.5 {
			return
		}
		if got := float64(r.Distance(a, b)); math.Abs(got-d) > 1e-6*d+1e-8 {
			t.Fatalf("ruler of %v, %v to %v: got %.9f, want %.9f, off by %.2g", lat, a, b, got, d, got/d-1)
		}
		east, north := r.Vector(a, b)
		if back := r.Move(a, east, north); geo.Distance(back, b) > geo.Metres(1e-6+1e-9*d) {
			t.Fatalf("Move of Vector from %v to %v ends at %v", a, b, back)
		}
	})
}

func TestRulerFarAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-45, 45).Draw(t, "lat")
		a := orb.Point{121, lat + rapid.Float64Range(-5, 5).Draw(t, "dlat")}
		d := math.Pow(10, rapid.Float64Range(1, 6).Draw(t, "log metres"))
		b := geo.Destination(a, rapid.Float64Range(0, 360).Draw(t, "bearing"), geo.Metres(d))
		if math.Abs(b[1]) > 60 {
			return
		}
		if got := float64(geo.NewRuler(lat).Distance(a, b)); math.Abs(got-d) > 5e-3*d {
			t.Fatalf("ruler of %v, %v to %v: got %v, want %v, off by %.2g", lat, a, b, got, d, got/d-1)
		}
	})
}

package geo_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

// The ellipsoid of CGCS2000 once more, so that the tests do not take its numbers from what they test.
const (
	testAxis = 6378137.0
	testFlat = 1 / 298.257222101
	testE2   = testFlat * (2 - testFlat)
	degree   = math.Pi / 180
)

// meridianArc integrates the radius of curvature from the equator by Simpson's rule with exact sums.
func meridianArc(lat float64) float64 {
	const steps = 20000
	m := func(phi float64) float64 {
		s := math.Sin(phi)
		return testAxis * (1 - testE2) / math.Pow(1-testE2*s*s, 1.5)
	}
	h := lat * degree / steps
	sum := new(big.Float).SetPrec(120).SetFloat64(m(0) + m(lat*degree))
	for i := 1; i < steps; i++ {
		weight := 2.0
		if i%2 == 1 {
			weight = 4
		}
		sum.Add(sum, big.NewFloat(weight*m(float64(i)*h)))
	}
	out, _ := sum.Float64()
	return out * h / 3
}

func project(t testing.TB, p orb.Point) orb.Point {
	t.Helper()
	q, err := geo.Converter{}.FromStorage(geo.EPSG4549, p)
	if err != nil {
		t.Fatalf("FromStorage(%v): %v", p, err)
	}
	return q
}

// On the central meridian the northing is the length of the meridian. Together with the next test this fixes the whole
// projection: a conformal map is decided by what it does on one line.
func TestGaussKruegerMeridian(t *testing.T) {
	for _, lat := range []float64{0, 0.001, 5, 30.7145, 30.953, 45, 60, 85, -20} {
		got := project(t, orb.Point{120, lat})
		if want := meridianArc(lat); math.Abs(got[1]-want) > 1e-6 || got[0] != 500000 {
			t.Errorf("latitude %v: got %.8f, %.8f, want 500000, %.8f", lat, got[0], got[1], want)
		}
	}
}

func TestGaussKruegerConformal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(114.2, 125.8).Draw(t, "lon"), rapid.Float64Range(-70, 70).Draw(t, "lat")}
		const h = 1e-4
		convert := func(lon, lat float64) orb.Point {
			q, err := geo.Converter{}.FromStorage(geo.EPSG4549, orb.Point{lon, lat})
			if err != nil {
				t.Fatal(err)
			}
			return q
		}
		s, c := math.Sincos(p[1] * degree)
		w := 1 - testE2*s*s
		perLon := testAxis / math.Sqrt(w) * c * degree
		perLat := testAxis * (1 - testE2) / math.Pow(w, 1.5) * degree
		e, n := convert(p[0]+h, p[1]), convert(p[0]-h, p[1])
		byEast := [2]float64{(e[0] - n[0]) / (2 * h * perLon), (e[1] - n[1]) / (2 * h * perLon)}
		e, n = convert(p[0], p[1]+h), convert(p[0], p[1]-h)
		byNorth := [2]float64{(e[0] - n[0]) / (2 * h * perLat), (e[1] - n[1]) / (2 * h * perLat)}
		// Cauchy and Riemann: a step north is a step east turned by a quarter
		if d := math.Hypot(byNorth[0]+byEast[1], byNorth[1]-byEast[0]); d > 1e-8 {
			t.Fatalf("at %v east is %v and north %v, off by %g", p, byEast, byNorth, d)
		}
	})
}

// Values of PROJ 9 for EPSG:4490 to EPSG:4549.
func TestGaussKruegerKnown(t *testing.T) {
	for _, c := range []struct {
		name            string
		degrees, metres orb.Point
	}{
		{"Shihua", orb.Point{121.3399, 30.7145}, orb.Point{628351.455623026, 3400088.42342333}},
		{"Caojing", orb.Point{121.4202, 30.793}, orb.Point{635933.928381164, 3408887.2886598}},
		{"Fengjing", orb.Point{121.0101, 30.8908}, orb.Point{596580.993659716, 3419304.58988422}},
		{"western edge of the zone", orb.Point{118.5, 31}, orb.Point{356735.864709628, 3431940.32389467}},
		{"by the equator", orb.Point{121.5, 0.5}, orb.Point{666992.123216911, 55306.2308464131}},
		{"far north", orb.Point{119, 53}, orb.Point{432863.710125371, 5875088.2965482}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := project(t, c.degrees)
			if math.Hypot(got[0]-c.metres[0], got[1]-c.metres[1]) > 1e-4 {
				t.Errorf("%v: got %.6f, want %.6f", c.degrees, got, c.metres)
			}
			back, err := geo.Converter{}.ToStorage(geo.EPSG4549, c.metres)
			if err != nil || geo.Distance(back, c.degrees) > 1e-4 {
				t.Errorf("%.6f: got %.10f, %v, want %v", c.metres, back, err, c.degrees)
			}
		})
	}
}

func TestGaussKruegerThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(114, 126).Draw(t, "lon"), rapid.Float64Range(-89, 89).Draw(t, "lat")}
		q, err := geo.Converter{}.FromStorage(geo.EPSG4549, p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := geo.Converter{}.ToStorage(geo.EPSG4549, q)
		if err != nil {
			t.Fatalf("%v → %v: %v", p, q, err)
		}
		if d := geo.Distance(p, back); d > 1e-6 {
			t.Fatalf("%v → %v → %v: %g m off", p, q, back, d)
		}
	})
}

func TestGaussKruegerRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		p    orb.Point
		hint string
	}{
		{"northing first", orb.Point{3400088, 628351}, "swapped"},
		{"zone number 40", orb.Point{40628351, 3400088}, "EPSG:4528"},
		{"a zone number of another zone", orb.Point{39628351, 3400088}, "easting 3.9628351e+07"},
		{"beyond the pole", orb.Point{500000, 10_001_966}, "northing"},
		{"NaN", orb.Point{math.NaN(), 3400088}, "NaN"},
		{"infinite", orb.Point{500000, math.Inf(1)}, "Inf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := geo.Converter{}.ToStorage(geo.EPSG4549, c.p)
			if !errors.Is(err, geo.ErrCoordinate) || !contains(err, c.hint) {
				t.Errorf("ToStorage(%v): got %v, want ErrCoordinate with %q", c.p, err, c.hint)
			}
		})
	}
	if _, err := (geo.Converter{}).FromStorage(geo.EPSG4549, orb.Point{126.1, 31}); !errors.Is(err, geo.ErrCoordinate) {
		t.Errorf("126.1 E is too far from 120 E: got %v, want ErrCoordinate", err)
	}
}

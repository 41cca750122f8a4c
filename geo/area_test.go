package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func box(west, south, east, north float64) orb.Ring {
	return orb.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
}

// strip integrates the area element M N cos φ between two latitudes over a radian of longitude, by the midpoint rule.
func strip(south, north float64) float64 {
	const steps = 20000
	h := (north - south) * degree / steps
	sum := 0.0
	for i := range steps {
		s, c := math.Sincos(south*degree + (float64(i)+0.5)*h)
		w := 1 - testE2*s*s
		sum += testAxis * testAxis * (1 - testE2) / (w * w) * c
	}
	return sum * h
}

func TestAreaOfBoxes(t *testing.T) {
	for _, c := range []struct {
		name                     string
		west, south, east, north float64
	}{
		{"the frame of Jinshan", 120.985, 30.678, 121.474, 30.953},
		{"a block", 121.3, 30.8, 121.303, 30.803},
		{"over the equator", -10, -5, 20, 7},
		{"to the pole", 0, 60, 90, 90},
	} {
		want := strip(c.south, c.north) * (c.east - c.west) * degree
		if got := geo.Area(orb.Polygon{box(c.west, c.south, c.east, c.north)}); math.Abs(got-want) > 2e-9*want {
			t.Errorf("%s: got %.6f m², want %.6f, off by %.2g", c.name, got, want, got/want-1)
		}
	}
	// the whole ellipsoid, known from the radius of the sphere of equal area, 6371007.1809 m
	want := 4 * math.Pi * 6371007.1809 * 6371007.1809
	if got := geo.Area(orb.Polygon{box(-180, -90, 180, 90)}); math.Abs(got-want) > 1e-10*want {
		t.Errorf("the Earth: got %.0f m², want %.0f", got, want)
	}
}

func TestAreaEdges(t *testing.T) {
	outer, hole := box(121, 30, 121.1, 30.1), box(121.02, 30.02, 121.04, 30.04)
	reversed := hole.Clone()
	reversed.Reverse()
	want := geo.Area(orb.Polygon{outer}) - geo.Area(orb.Polygon{hole})
	for name, pg := range map[string]orb.Polygon{
		"hole turned the same way": {outer, hole},
		"hole turned the other":    {outer, reversed},
		"open rings":               {outer[:4], hole[:4]},
	} {
		if got := geo.Area(pg); math.Abs(got-want) > 1e-3 {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	if got := geo.AreaMulti(orb.MultiPolygon{{outer, hole}, {hole}}); math.Abs(got-geo.Area(orb.Polygon{outer})) > 1e-3 {
		t.Errorf("multi: got %v", got)
	}
	for name, pg := range map[string]orb.Polygon{"nil": nil, "no ring": {}, "a line": {{{1, 2}, {3, 4}}}, "flat": {{{1, 2}, {3, 4}, {1, 2}, {1, 2}}}} {
		if got := geo.Area(pg); math.Abs(got) > 1e-4 { // what rounding leaves of an edge that runs there and back
			t.Errorf("%s: got %v", name, got)
		}
	}
	// a square of a metre keeps nine digits
	p := orb.Point{121.3, 30.8}
	e, n := geo.Destination(p, 90, 1), geo.Destination(p, 0, 1)
	if got := geo.Area(orb.Polygon{box(p[0], p[1], e[0], n[1])}); math.Abs(got-1) > 1e-6 {
		t.Errorf("a square metre: got %.9f", got)
	}
}

// Parts add up to the whole, wherever a polygon is cut, since its edges are straight where the cut is.
func TestAreaAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawIn(t, jinshan), drawIn(t, jinshan), drawIn(t, jinshan)
		f := rapid.Float64Range(0, 1).Draw(t, "cut")
		cut := orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}
		whole := geo.Area(orb.Polygon{{a, b, c, a}})
		parts := geo.Area(orb.Polygon{{a, cut, c, a}}) + geo.Area(orb.Polygon{{cut, b, c, cut}})
		if math.Abs(whole-parts) > 1e-4+1e-9*whole {
			t.Fatalf("%v %v %v cut at %v: whole %.6f, parts %.6f", a, b, c, cut, whole, parts)
		}
		turned := geo.Area(orb.Polygon{{c, a, b, c}})
		if math.Abs(whole-turned) > 1e-4 {
			t.Fatalf("another start: %.6f, %.6f", whole, turned)
		}
	})
}

package geo_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func TestFixedFrom(t *testing.T) {
	cases := []struct {
		name string
		in   orb.Point
		want geo.Fixed
	}{
		{"seven decimals", orb.Point{121.3255921, 30.8924203}, geo.Fixed{X: 1213255921, Y: 308924203}},
		{"eighth decimal down", orb.Point{121.32559214, -30.89242034}, geo.Fixed{X: 1213255921, Y: -308924203}},
		{"eighth decimal up", orb.Point{121.32559216, -30.89242036}, geo.Fixed{X: 1213255922, Y: -308924204}},
		{"half to even, down", orb.Point{0.5 / 1e7, -0.5 / 1e7}, geo.Fixed{}},
		{"half to even, up", orb.Point{1.5 / 1e7, -1.5 / 1e7}, geo.Fixed{X: 2, Y: -2}},
		{"negative zero", orb.Point{math.Copysign(0, -1), math.Copysign(0, -1)}, geo.Fixed{}},
		{"smallest float", orb.Point{5e-324, -5e-324}, geo.Fixed{}},
		{"corner of the world", orb.Point{180, -90}, geo.Fixed{X: 1800000000, Y: -900000000}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := geo.FixedFrom(c.in)
			if err != nil || got != c.want {
				t.Errorf("FixedFrom(%v) = %v, %v; want %v", c.in, got, err, c.want)
			}
		})
	}
}

func TestCoordinatesRefused(t *testing.T) {
	bad := []orb.Point{
		{math.NaN(), 0}, {0, math.NaN()}, {math.Inf(1), 0}, {0, math.Inf(-1)}, {180.0000001, 0}, {-181, 0}, {0, 90.0000001},
		{31.2, 121.4}, {13523653.2, 3634215.1}, {math.MaxFloat64, 0},
	}
	for _, p := range bad {
		if f, err := geo.FixedFrom(p); !errors.Is(err, geo.ErrCoordinate) {
			t.Errorf("FixedFrom(%v) = %v, %v; want ErrCoordinate", p, f, err)
		}
		if q, err := geo.QueryFrom(p); !errors.Is(err, geo.ErrCoordinate) {
			t.Errorf("QueryFrom(%v) = %v, %v; want ErrCoordinate", p, q, err)
		}
		if _, err := geo.Snap(orb.LineString{{0, 0}, p}); !errors.Is(err, geo.ErrCoordinate) {
			t.Errorf("Snap of a line with %v: %v; want ErrCoordinate", p, err)
		}
	}
}

func TestFixedRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := geo.Fixed{X: rapid.Int32Range(-1800000000, 1800000000).Draw(t, "x"), Y: rapid.Int32Range(-900000000, 900000000).Draw(t, "y")}
		if back, err := geo.FixedFrom(f.Point()); err != nil || back != f {
			t.Fatalf("FixedFrom(%v.Point()) = %v, %v", f, back, err)
		}
		q, err := geo.QueryFrom(f.Point())
		if err != nil || q != f.Query() {
			t.Fatalf("QueryFrom(%v.Point()) = %v, %v; want %v", f, q, err, f.Query())
		}
		q.X += rapid.Int64Range(0, 63).Draw(t, "dx") * -int64(1+2*(f.X>>31))
		if back, err := geo.QueryFrom(q.Point()); err != nil || back != q {
			t.Fatalf("QueryFrom(%v.Point()) = %v, %v", q, back, err)
		}
	})
}

func TestFixedMultiPolygonFrom(t *testing.T) {
	ring := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}}
	cases := []struct {
		name string
		in   orb.Geometry
		want geo.FixedMultiPolygon
		err  error
	}{
		{"polygon", orb.Polygon{ring}, geo.FixedMultiPolygon{{{{}, {X: 1e7}, {X: 1e7, Y: 1e7}, {}}}}, nil},
		{"closed by rounding", orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {1e-9, 0}}}, geo.FixedMultiPolygon{{{{}, {X: 1e7}, {X: 1e7, Y: 1e7}, {}}}}, nil},
		{"no polygons", orb.MultiPolygon{}, geo.FixedMultiPolygon{}, nil},
		{"open ring", orb.Polygon{ring[:3]}, nil, geo.ErrRing},
		{"empty ring", orb.Polygon{{}}, nil, geo.ErrRing},
		{"point", orb.Point{}, nil, geo.ErrRing},
		{"nil", nil, nil, geo.ErrRing},
		{"latitude 91", orb.MultiPolygon{{{{0, 0}, {1, 91}, {0, 0}}}}, nil, geo.ErrCoordinate},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := geo.FixedMultiPolygonFrom(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" || !errors.Is(err, c.err) {
				t.Errorf("got error %v, want %v; difference:\n%s", err, c.err, diff)
			}
		})
	}
}

func TestMultiPolygonWinding(t *testing.T) {
	m := geo.FixedMultiPolygon{{
		{{}, {Y: 30}, {X: 30, Y: 30}, {X: 30}, {}},                       // exterior given clockwise
		{{X: 10, Y: 10}, {X: 20, Y: 10}, {X: 20, Y: 20}, {X: 10, Y: 10}}, // hole given counter-clockwise
	}}
	pg := m.MultiPolygon()[0]
	if pg[0].Orientation() != orb.CCW || pg[1].Orientation() != orb.CW {
		t.Errorf("windings %v %v, want counter-clockwise exterior and clockwise hole", pg[0].Orientation(), pg[1].Orientation())
	}
	if pg[0][0] != (orb.Point{}) || pg[1][0] != (orb.Point{1e-6, 1e-6}) {
		t.Errorf("first vertices %v %v moved", pg[0][0], pg[1][0])
	}
}

func TestWindingFarApart(t *testing.T) {
	r := geo.FixedRing{{X: -1800000000, Y: -900000000}, {X: 1800000000, Y: -900000000}, {X: 1800000000, Y: 900000000}, {X: -1800000000, Y: 900000000}, {X: -1800000000, Y: -900000000}}
	if got := r.Winding(); got != 1 {
		t.Errorf("winding of the box of the world = %d, want 1", got)
	}
}

func TestSnap(t *testing.T) {
	p, s := orb.Point{1.00000004, 2.00000006}, orb.Point{1, 2.0000001}
	cases := []struct{ in, want orb.Geometry }{
		{p, s},
		{orb.MultiPoint{p}, orb.MultiPoint{s}},
		{orb.LineString{p, p}, orb.LineString{s, s}},
		{orb.Ring{p}, orb.Ring{s}},
		{orb.MultiLineString{{p}}, orb.MultiLineString{{s}}},
		{orb.Polygon{{p}}, orb.Polygon{{s}}},
		{orb.MultiPolygon{{{p}}}, orb.MultiPolygon{{{s}}}},
		{orb.Bound{Min: p, Max: p}, orb.Bound{Min: s, Max: s}},
	}
	for _, c := range cases {
		got, err := geo.Snap(c.in)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("Snap(%T): %v\n%s", c.in, err, diff)
		}
	}
	line := orb.LineString{p}
	if _, err := geo.Snap(line); err != nil || line[0] != p {
		t.Errorf("Snap changed its argument to %v (%v)", line, err)
	}
	for _, g := range []orb.Geometry{nil, orb.Collection{p}} {
		if _, err := geo.Snap(g); !errors.Is(err, geo.ErrRing) {
			t.Errorf("Snap(%T) error %v, want ErrRing", g, err)
		}
	}
}

func FuzzFixedMultiPolygonFrom(f *testing.F) {
	f.Add([]byte{4, 0, 0, 10, 0, 10, 10, 0, 0}, uint8(0))
	f.Add([]byte{5, 0, 0, 10, 10, 10, 0, 0, 10, 0, 0, 4, 1, 1, 2, 1, 2, 2, 1, 1}, uint8(1))
	f.Add([]byte{3, 0, 0, 1, 1, 0, 0}, uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, how uint8) {
		mp := polygonsFromBytes(data, how)
		m, err := geo.FixedMultiPolygonFrom(mp)
		if err != nil {
			if !errors.Is(err, geo.ErrRing) && !errors.Is(err, geo.ErrCoordinate) {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		for i, pg := range m {
			for j, r := range pg {
				for k, p := range r {
					if d := math.Abs(p.Point()[0] - mp[i][j][k][0]); d > 0.5000001e-7 {
						t.Fatalf("vertex %v became %v", mp[i][j][k], p)
					}
				}
			}
		}
		back, err := geo.FixedMultiPolygonFrom(m.MultiPolygon())
		if err != nil || back.Vertices() != m.Vertices() {
			t.Fatalf("there and back: %v, %d vertices, want %d", err, back.Vertices(), m.Vertices())
		}
	})
}

// polygonsFromBytes reads rings as a count and that many pairs of small coordinates; how decides scale, closing and grouping.
func polygonsFromBytes(data []byte, how uint8) orb.MultiPolygon {
	scale := []float64{1, 1e-7, 0.37, 12}[how&3]
	var mp orb.MultiPolygon
	for len(data) > 0 {
		n := int(data[0] % 40)
		data = data[1:]
		var r orb.Ring
		for ; n > 0 && len(data) > 1; n-- {
			r = append(r, orb.Point{float64(int8(data[0])) * scale, float64(int8(data[1])) * scale})
			data = data[2:]
		}
		if how&4 == 0 && len(r) > 0 {
			r = append(r, r[0])
		}
		if how&8 == 0 || len(mp) == 0 {
			mp = append(mp, orb.Polygon{r})
		} else {
			mp[0] = append(mp[0], r)
		}
	}
	return mp
}

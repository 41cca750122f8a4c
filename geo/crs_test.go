package geo_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func TestParseCRS(t *testing.T) {
	for _, c := range []struct {
		in   string
		want geo.CRS
	}{
		{"wgs84", geo.WGS84}, {" WGS84 ", geo.WGS84}, {"cgcs2000", geo.CGCS2000}, {"gcj02", geo.GCJ02}, {"BD09", geo.BD09},
		{"epsg:4326", geo.EPSG4326}, {"EPSG:4490", geo.EPSG4490}, {"4549", geo.EPSG4549}, {"4326", geo.EPSG4326},
		{"urn:ogc:def:crs:EPSG::4490", geo.EPSG4490}, {"urn:ogc:def:crs:EPSG:9.9.1:4549", geo.EPSG4549},
		{"http://www.opengis.net/def/crs/EPSG/0/4490", geo.EPSG4490}, {"https://www.opengis.net/def/crs/epsg/0/4326", geo.EPSG4326},
		{"urn:ogc:def:crs:OGC:1.3:CRS84", geo.WGS84}, {"http://www.opengis.net/def/crs/OGC/1.3/CRS84", geo.WGS84},
		{"OGC:CRS84", geo.WGS84}, {"CRS84", geo.WGS84},
	} {
		if got, err := geo.ParseCRS(c.in); got != c.want || err != nil {
			t.Errorf("ParseCRS(%q) = %q, %v, want %q", c.in, got, err, c.want)
		}
	}
	for _, in := range []string{
		"", "epsg", "epsg:", ":4326", "3857", "epsg:3857", "epsg:4528", "epsg:wgs84", "epsg:4326:1", "gcj-02", "wgs 84",
		"urn:ogc:def:crs:EPSG:4490", "urn:ogc:def:crs:EPSG::", "urn:ogc:def:crs:EPSG:x:4490", "urn:ogc:def:crs:OGC::4326",
		"http://www.opengis.net/def/crs/EPSG/0/4490/", "http://example.org/def/crs/EPSG/0/4490", "ogc:4326", "crs84h", "4490\x00",
		strings.Repeat("9", 1<<16),
	} {
		got, err := geo.ParseCRS(in)
		if !errors.Is(err, geo.ErrCRS) || got != "" {
			t.Errorf("ParseCRS(%.40q) = %q, %v, want ErrCRS", in, got, err)
			continue
		}
		for _, c := range geo.AllCRS() {
			if !strings.Contains(err.Error(), string(c)) {
				t.Errorf("ParseCRS(%.40q): %v does not name %s", in, err, c)
			}
		}
		if len(err.Error()) > 400 {
			t.Errorf("ParseCRS(%.40q): message of %d bytes", in, len(err.Error()))
		}
	}
}

func FuzzParseCRS(f *testing.F) {
	for _, s := range []string{"wgs84", "4490", "EPSG:4549", "urn:ogc:def:crs:EPSG::4490", "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "::", "urn:ogc:def:crs:::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := geo.ParseCRS(s)
		if err != nil {
			if !errors.Is(err, geo.ErrCRS) || c != "" {
				t.Fatalf("ParseCRS(%q) = %q, %v", s, c, err)
			}
			return
		}
		if again, err := geo.ParseCRS(string(c)); again != c || err != nil {
			t.Fatalf("ParseCRS(%q) = %q, which reads as %q, %v", s, c, again, err)
		}
		if _, err := (geo.Converter{}).FromStorage(c, orb.Point{121, 31}); err != nil {
			t.Fatalf("ParseCRS(%q) = %q, which cannot be used: %v", s, c, err)
		}
	})
}

func TestNormal(t *testing.T) {
	want := map[geo.CRS]geo.CRS{
		geo.WGS84: geo.WGS84, geo.EPSG4326: geo.WGS84, geo.CGCS2000: geo.CGCS2000, geo.EPSG4490: geo.CGCS2000,
		geo.GCJ02: geo.GCJ02, geo.BD09: geo.BD09, geo.EPSG4549: geo.EPSG4549,
	}
	got := map[geo.CRS]geo.CRS{}
	for _, c := range geo.AllCRS() {
		got[c] = c.Normal()
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestConverterRefuses(t *testing.T) {
	var c geo.Converter
	nan, inf := math.NaN(), math.Inf(1)
	for _, crs := range geo.AllCRS() {
		for _, p := range []orb.Point{{nan, 30}, {121, nan}, {inf, 30}, {121, -inf}, {1e308, 1e308}, {181, 30}, {121, 90.0001}, {30.8, 121.3}} {
			if _, err := c.FromStorage(crs, p); !errors.Is(err, geo.ErrCoordinate) {
				t.Errorf("FromStorage(%s, %v): got %v, want ErrCoordinate", crs, p, err)
			}
			if crs == geo.EPSG4549 && !math.IsNaN(p[0]+p[1]) && math.Abs(p[0]+p[1]) < 1000 {
				continue // plain metres
			}
			if _, err := c.ToStorage(crs, p); !errors.Is(err, geo.ErrCoordinate) {
				t.Errorf("ToStorage(%s, %v): got %v, want ErrCoordinate", crs, p, err)
			}
		}
	}
	for _, crs := range []geo.CRS{"", "WGS84", "epsg:3857"} {
		if _, err := c.ToStorage(crs, orb.Point{121, 31}); !errors.Is(err, geo.ErrCRS) {
			t.Errorf("ToStorage(%q): got %v, want ErrCRS", crs, err)
		}
	}
}

// Any point, any system: refused or finite and back where it was.
func TestConverterThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		crs := rapid.SampledFrom(geo.AllCRS()).Draw(t, "crs")
		p := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-89, 89).Draw(t, "lat")}
		var c geo.Converter
		q, err := c.FromStorage(crs, p)
		if err != nil {
			if crs != geo.EPSG4549 || math.Abs(p[0]-120) <= 6 {
				t.Fatal(err)
			}
			return
		}
		edge := orb.Bound{Min: orb.Point{72.004, 0.8293}, Max: orb.Point{137.8347, 55.8271}}
		if edge.Pad(0.02).Contains(p) && !edge.Pad(-0.02).Contains(p) {
			return // the shift jumps at the edge of its box
		}
		back, err := c.ToStorage(crs, q)
		if err != nil {
			t.Fatal(err)
		}
		if d := geo.Distance(p, back); !(d < 0.001) {
			t.Fatalf("%s: %v → %v → %v, %v m off", crs, p, q, back, d)
		}
	})
}

func TestGeometryToStorage(t *testing.T) {
	var c geo.Converter
	ring := orb.Ring{{121, 31}, {121.1, 31}, {121.1, 31.1}, {121, 31}}
	line := orb.LineString{{121, 31}, {121.5, 31.5}}
	all := orb.Collection{
		orb.Point{121, 31}, orb.MultiPoint{{121, 31}}, line, orb.MultiLineString{line}, ring, orb.Polygon{ring, ring},
		orb.MultiPolygon{{ring}}, orb.Collection{line},
	}
	before := orb.Clone(all)
	shifted, err := c.GeometryFromStorage(geo.GCJ02, all)
	if err != nil {
		t.Fatal(err)
	}
	if !orb.Equal(before, all) {
		t.Error("the input was changed")
	}
	back, err := c.GeometryToStorage(geo.GCJ02, shifted)
	if err != nil {
		t.Fatal(err)
	}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	if d := cmp.Diff(before, back, near); d != "" {
		t.Error(d)
	}
	if cmp.Equal(before, shifted, near) {
		t.Error("nothing was converted")
	}
	if g, err := c.GeometryToStorage(geo.WGS84, nil); g != nil || err != nil {
		t.Errorf("nil: got %v, %v", g, err)
	}
	if g, err := c.GeometryToStorage(geo.WGS84, jinshan); err != nil || g.(orb.Polygon).Bound() != jinshan {
		t.Errorf("bound: got %v, %v", g, err)
	}
	bad := orb.MultiPolygon{{ring}, {ring, orb.Ring{{121, 31}, {math.NaN(), 31}}}}
	if g, err := c.GeometryToStorage(geo.WGS84, bad); g != nil || !errors.Is(err, geo.ErrCoordinate) || !contains(err, "polygon 1: ring 1: vertex 1") {
		t.Errorf("bad vertex: got %v, %v", g, err)
	}
}

func TestLooksSwapped(t *testing.T) {
	for _, c := range []struct {
		name string
		p    orb.Point
		want bool
	}{
		{"right way round", orb.Point{121.3, 30.8}, false},
		{"swapped", orb.Point{30.8, 121.3}, true},
		{"elsewhere", orb.Point{116.4, 39.9}, false},
		{"elsewhere, swapped", orb.Point{39.9, 116.4}, false},
		{"NaN", orb.Point{math.NaN(), 121.3}, false},
	} {
		if got := geo.LooksSwapped(c.p, jinshan); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
	square := orb.Bound{Min: orb.Point{10, 10}, Max: orb.Point{20, 20}}
	if geo.LooksSwapped(orb.Point{11, 12}, square) {
		t.Error("a point inside both ways is not swapped")
	}
}

// The readings of one sample, judged by a line it was drawn from.
func TestGuessCRS(t *testing.T) {
	road := orb.LineString{{121.1, 30.7}, {121.2, 30.8}, {121.35, 30.78}, {121.3, 30.9}}
	toRoad := func(p orb.Point) geo.Metres { d, _, _ := geo.PointToLine(p, road); return d }
	var c geo.Converter
	for _, truth := range []geo.CRS{geo.WGS84, geo.GCJ02, geo.BD09, geo.EPSG4549} {
		var sample []orb.Point
		for i := range 250 {
			p := geo.Along(road, geo.Length(road)*geo.Metres(i)/250)
			sample = append(sample, convert(t, c.FromStorage, truth, p))
		}
		for _, declared := range []geo.CRS{geo.WGS84, geo.EPSG4490, geo.GCJ02, geo.BD09, geo.EPSG4549} {
			fits := geo.GuessCRS(sample, toRoad, declared)
			best, better := geo.BetterFit(fits, declared, 100)
			same := declared == truth || declared == geo.EPSG4490 && truth == geo.WGS84
			if better == same {
				t.Errorf("%s declared as %s: %v", truth, declared, fits)
			}
			if best.Median > 1 {
				t.Errorf("%s declared as %s: best is %v", truth, declared, best)
			}
			if same && best.CRS != declared.Normal() {
				t.Errorf("%s declared as %s: of equal ones the declared comes first, got %v", truth, declared, best)
			}
		}
	}
	if fits := geo.GuessCRS(nil, toRoad, geo.WGS84); len(fits) != 0 {
		t.Errorf("empty sample: %v", fits)
	}
	if _, better := geo.BetterFit(nil, geo.WGS84, 100); better {
		t.Error("no fits are no better fit")
	}
}

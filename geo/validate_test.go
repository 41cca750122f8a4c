package geo_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/data/realdata"
	"wangge/geo"
)

// kinds lists "severity kind" of each defect, sorted, each once.
func kinds(defects []geo.Defect) []string {
	var out []string
	for _, d := range defects {
		out = append(out, fmt.Sprintf("%s %s", d.Severity, d.Kind))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestValidateMultiPolygon(t *testing.T) {
	square := func(x, y, size float64) orb.Ring { // counter-clockwise
		return orb.Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
	}
	turned := func(r orb.Ring) orb.Ring {
		r = slices.Clone(r)
		slices.Reverse(r)
		return r
	}
	cases := []struct {
		name string
		in   orb.Geometry
		want []string
		at   orb.Point // of one of them, within a fifth of a degree
	}{
		{"square", orb.Polygon{square(0, 0, 4)}, nil, orb.Point{}},
		{"with a hole", orb.Polygon{square(0, 0, 4), turned(square(1, 1, 1))}, nil, orb.Point{}},
		{"island in a hole", orb.MultiPolygon{{square(0, 0, 9), turned(square(1, 1, 7))}, {square(3, 3, 1)}}, nil, orb.Point{}},
		{"two parts that touch in a point", orb.MultiPolygon{{square(0, 0, 1)}, {square(1, 1, 1)}}, nil, orb.Point{}},
		{"hole that touches the exterior in a point", orb.Polygon{square(0, 0, 4), {{0, 2}, {1, 3}, {1, 1}, {0, 2}}}, nil, orb.Point{}},
		{"nothing", orb.MultiPolygon{}, []string{"error empty"}, orb.Point{}},
		{"polygon without rings", orb.Polygon{}, []string{"error empty"}, orb.Point{}},
		{"ring without vertices", orb.Polygon{{}}, []string{"error empty"}, orb.Point{}},
		{"one point", orb.Polygon{{{1, 2}}}, []string{"error ring-too-short"}, orb.Point{1, 2}},
		{"two points", orb.Polygon{{{1, 2}, {3, 4}, {1, 2}}}, []string{"error ring-too-short"}, orb.Point{1, 2}},
		{"shorter than a unit", orb.Polygon{square(1, 2, 1e-8)}, []string{"error ring-too-short", "warning duplicate-vertex"}, orb.Point{1, 2}},
		{"three in a line", orb.Polygon{{{1, 1}, {2, 2}, {3, 3}, {1, 1}}}, []string{"error ring-collinear"}, orb.Point{1, 1}},
		{"open", orb.Polygon{square(0, 0, 1)[:4]}, []string{"error ring-unclosed"}, orb.Point{0, 1}},
		{"not finite", orb.Polygon{{{0, 0}, {math.NaN(), 1}, {1, 1}, {0, 0}}}, []string{"error coordinate", "error ring-too-short"}, orb.Point{}},
		{"swapped axes", orb.Polygon{{{31, 121}, {31, 122}, {32, 122}, {31, 121}}}, []string{"error coordinate", "error empty"}, orb.Point{31, 121}},
		{"repeated vertex", orb.Polygon{{{0, 0}, {4, 0}, {4, 0}, {4, 4}, {0, 0}}}, []string{"warning duplicate-vertex"}, orb.Point{4, 0}},
		{"spike", orb.Polygon{{{0, 0}, {4, 0}, {4, 2}, {8, 2}, {4, 2}, {4, 4}, {0, 4}, {0, 0}}}, []string{"error dangling-edge"}, orb.Point{8, 2}},
		{"spike over the first vertex", orb.Polygon{{{8, 8}, {4, 4}, {0, 4}, {0, 0}, {4, 0}, {4, 4}, {8, 8}}}, []string{"error dangling-edge"}, orb.Point{8, 8}},
		{"spike back past a vertex", orb.Polygon{{{0, 0}, {8, 0}, {4, 0}, {4, 4}, {0, 0}}}, []string{"error dangling-edge"}, orb.Point{8, 0}},
		{"spike of a unit", orb.Polygon{{{0, 0}, {1, 0}, {1.0000001, 0}, {1, 0}, {1, 1}, {0, 0}}}, []string{"error dangling-edge"}, orb.Point{1.0000001, 0}},
		{"bow tie", orb.Polygon{{{0, 0}, {4, 4}, {4, 0}, {0, 4}, {0, 0}}}, []string{"error ring-self-crossing"}, orb.Point{2, 2}},
		{"bow tie in a vertex", orb.Polygon{{{0, 0}, {2, 2}, {4, 4}, {4, 0}, {2, 2}, {0, 4}, {0, 0}}}, []string{"error ring-self-crossing"}, orb.Point{2, 2}},
		{"touches itself", orb.Polygon{{{0, 0}, {4, 0}, {2, 2}, {4, 4}, {0, 4}, {2, 2}, {0, 0}}}, []string{"warning interior-split", "warning ring-self-touching"}, orb.Point{2, 2}},
		{"hole outside", orb.Polygon{square(0, 0, 2), turned(square(4, 4, 2))}, []string{"error hole-outside"}, orb.Point{5, 5}},
		{"hole crosses", orb.Polygon{square(0, 0, 4), turned(square(3, 3, 2))}, []string{"error hole-outside", "error rings-crossing"}, orb.Point{4, 3}},
		{"hole in a hole", orb.Polygon{square(0, 0, 8), turned(square(1, 1, 6)), turned(square(2, 2, 2))}, []string{"error hole-nested"}, orb.Point{3, 3}},
		{"hole along the exterior", orb.Polygon{square(0, 0, 4), turned(square(0, 1, 1))}, []string{"error rings-touching"}, orb.Point{0, 1.5}},
		{"parts that share an edge", orb.MultiPolygon{{square(0, 0, 1)}, {square(1, 0, 1)}}, []string{"error rings-touching"}, orb.Point{1, 0.5}},
		{"parts that overlap", orb.MultiPolygon{{square(0, 0, 4)}, {square(3, 3, 4)}}, []string{"error part-overlap", "error rings-crossing"}, orb.Point{4, 3}},
		{"part inside another", orb.MultiPolygon{{square(0, 0, 4)}, {square(1, 1, 1)}}, []string{"error part-overlap"}, orb.Point{1.5, 1.5}},
		{"exterior clockwise", orb.Polygon{turned(square(0, 0, 4))}, []string{"info ring-winding"}, orb.Point{0, 0}},
		{"hole counter-clockwise", orb.Polygon{square(0, 0, 4), square(1, 1, 1)}, []string{"info ring-winding"}, orb.Point{1, 1}},
		{"line", orb.LineString{{0, 0}, {1, 1}}, []string{"error not-polygon"}, orb.Point{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			defects := geo.ValidateMultiPolygon(c.in)
			if diff := cmp.Diff(c.want, kinds(defects)); diff != "" {
				t.Fatalf("difference:\n%s\n%v", diff, defects)
			}
			near := func(d geo.Defect) bool { return geo.Distance(d.At, c.at) < 20_000 }
			for _, d := range defects {
				if math.IsNaN(d.At[0]+d.At[1]+d.SizeM+d.AreaM2) || math.IsInf(d.At[0]+d.At[1]+d.SizeM+d.AreaM2, 0) {
					t.Errorf("a number that JSON has not: %v", d)
				}
			}
			if c.at != (orb.Point{}) && !slices.ContainsFunc(defects, near) {
				t.Errorf("no defect at %v: %v", c.at, defects)
			}
		})
	}
}

// TestValidAgainstJTS compares with the cases of the Java Topology Suite: valid there is without error and warning here, except
// that a repeated vertex is a warning here and valid there. Empty geometries, valid there and an error here, are left out.
func TestValidAgainstJTS(t *testing.T) {
	data, err := os.ReadFile(realdata.File(t, "jts-xml/general/TestValid.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var run struct {
		Case []struct {
			Desc string `xml:"desc"`
			A    string `xml:"a"`
			Test []struct {
				Op struct {
					Name   string `xml:"name,attr"`
					Answer string `xml:",chardata"`
				} `xml:"op"`
			} `xml:"test"`
		} `xml:"case"`
	}
	if err := xml.Unmarshal(data, &run); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range run.Case {
		mp, ok := multiPolygonFromWKT(c.A)
		if !ok || strings.Contains(c.A, "EMPTY") || c.Test[0].Op.Name != "isValid" {
			continue
		}
		compared++
		want := strings.TrimSpace(c.Test[0].Op.Answer) == "true"
		defects := slices.DeleteFunc(geo.ValidateMultiPolygon(mp), func(d geo.Defect) bool {
			return d.Severity == geo.SeverityInfo || d.Kind == geo.DefectDuplicateVertex
		})
		if got := len(defects) == 0; got != want {
			t.Errorf("%s: valid %v, want %v\n%s\n%v", c.Desc, got, want, c.A, defects)
		}
	}
	t.Logf("%d cases compared", compared)
	if compared < 50 {
		t.Errorf("only %d cases could be read", compared)
	}
}

// multiPolygonFromWKT reads POLYGON and MULTIPOLYGON, a thousandth of each number, which keeps four decimals.
func multiPolygonFromWKT(s string) (orb.MultiPolygon, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if !strings.HasPrefix(s, "POLYGON") && !strings.HasPrefix(s, "MULTIPOLYGON") {
		return nil, false
	}
	var mp orb.MultiPolygon
	token := regexp.MustCompile(`[(),]|[-+0-9.E]+\s+[-+0-9.ENA]+`)
	depth, ring := 0, 2
	if s[0] == 'M' {
		ring = 3
	}
	for _, tok := range token.FindAllString(s[strings.IndexAny(s+"(", "("):], -1) {
		switch tok {
		case "(":
			depth++
			switch depth {
			case ring - 1:
				mp = append(mp, nil)
			case ring:
				mp[len(mp)-1] = append(mp[len(mp)-1], nil)
			}
		case ")":
			depth--
		case ",":
		default:
			xy := strings.Fields(tok)
			x, err1 := strconv.ParseFloat(xy[0], 64)
			y, err2 := strconv.ParseFloat(xy[1], 64)
			if err1 != nil || err2 != nil || depth != ring {
				return nil, false
			}
			pg := mp[len(mp)-1]
			pg[len(pg)-1] = append(pg[len(pg)-1], orb.Point{x / 1000, y / 1000})
		}
	}
	return mp, depth == 0
}

func FuzzValidateMultiPolygon(f *testing.F) {
	f.Add([]byte{4, 0, 0, 10, 0, 10, 10, 0, 10}, uint8(0))
	f.Add([]byte{4, 0, 0, 10, 10, 10, 0, 0, 10}, uint8(1))
	f.Add([]byte{4, 0, 0, 10, 0, 10, 10, 0, 10, 3, 2, 2, 4, 2, 3, 4}, uint8(8))
	f.Add([]byte{6, 0, 0, 8, 0, 4, 0, 4, 4, 8, 9, 0, 4}, uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, how uint8) {
		mp := polygonsFromBytes(data, how)
		defects := geo.ValidateMultiPolygon(mp)
		m, err := geo.FixedMultiPolygonFrom(mp)
		if err != nil {
			if !geo.HasErrors(defects) {
				t.Fatalf("unreadable (%v) without an error", err)
			}
			return
		}
		coverage, found := geo.NewCoverage([]geo.FixedMultiPolygon{m}, 0)
		if clear := !geo.HasErrors(defects); clear != (coverage != nil) {
			t.Fatalf("alone clear is %v, as a coverage %v\n%v\n%v", clear, coverage != nil, defects, found)
		}
		repaired, _, left := geo.RepairCoverage([]geo.FixedMultiPolygon{m}, 0)
		if repaired == nil && geo.HasErrors(left) {
			return
		}
		if again, found := geo.NewCoverage(repaired, 0); !geo.HasErrors(left) && again == nil {
			t.Fatalf("repaired to %v, and still\n%v", repaired, found)
		}
		if len(left) == 0 && len(repaired[0]) == 0 {
			t.Fatal("a clear area was repaired away")
		}
	})
}

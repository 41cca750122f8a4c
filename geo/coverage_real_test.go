package geo_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"wangge/data/realdata"
	"wangge/geo"
)

// realAreas reads the polygons of a GeoJSON file, in its order.
func realAreas(t testing.TB, name string) []geo.FixedMultiPolygon {
	t.Helper()
	data, err := os.ReadFile(realdata.File(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var areas []geo.FixedMultiPolygon
	for i, f := range file.Features {
		var mp orb.MultiPolygon
		var pg orb.Polygon
		into := any(&mp)
		if f.Geometry.Type == "Polygon" {
			into = &pg
		}
		if err := json.Unmarshal(f.Geometry.Coordinates, into); err != nil {
			t.Fatalf("%s feature %d: %v", name, i, err)
		}
		if pg != nil {
			mp = orb.MultiPolygon{pg}
		}
		m, err := geo.FixedMultiPolygonFrom(mp)
		if err != nil {
			t.Fatalf("%s feature %d: %v", name, i, err)
		}
		areas = append(areas, m)
	}
	return areas
}

// realCoverages are the files of areas that share borders, with the kinds of defects in each at a tolerance of 0.5 m. Ring
// windings are left out: most of them are clockwise.
var realCoverages = []struct {
	name  string
	clean bool
	found map[geo.DefectKind]int
}{
	{"malta-councils-osm", true, map[geo.DefectKind]int{geo.DefectHoleKept: 1}},
	{"france-communes-bretagne", true, nil},
	{"france-communes-ile-de-france", true, nil},
	{"italy-municipalities-R12", true, map[geo.DefectKind]int{geo.DefectHoleKept: 2}}, // the Vatican and one enclave more
	{"neighbourhoods-seoul", true, nil},
	{"neighbourhoods-berlin", true, map[geo.DefectKind]int{geo.DefectHoleKept: 1, geo.DefectDuplicateVertex: 1}},
	{"neighbourhoods-toronto", false, map[geo.DefectKind]int{geo.DefectCrossingEdge: 2, geo.DefectDanglingEdge: 2, geo.DefectGap: 6,
		geo.DefectSliver: 3, geo.DefectDuplicateVertex: 3, geo.DefectUnmatchedVertex: 15}},
	{"neighbourhoods-amsterdam", true, map[geo.DefectKind]int{geo.DefectDuplicateVertex: 50}},
}

// points is the number of random points, and again of probes, in each file.
var points = flag.Int("points", 500, "positions of each kind to locate in each file of real data")

const realTolerance geo.Metres = 0.5

// TestRealReport finds in each file what is known to be wrong with it, and prints count, size and place of each kind.
func TestRealReport(t *testing.T) {
	for _, c := range realCoverages {
		t.Run(c.name, func(t *testing.T) {
			file := surveyFile(t, c.name)
			defects := file.defects
			if (file.coverage != nil) != c.clean {
				t.Errorf("clean is %v, want %v", file.coverage != nil, c.clean)
			}
			found := make(map[geo.DefectKind]int)
			for _, s := range geo.Summarize(defects) {
				t.Logf("%s %s: %d, up to %.2f m wide, %.1f m2, greatest at %.7f,%.7f of areas %v", s.Severity, s.Kind, s.Count, s.MaxSizeM,
					s.AreaM2, s.Largest.At[0], s.Largest.At[1], s.Largest.Areas)
				if s.Kind != geo.DefectRingWinding {
					found[s.Kind] += s.Count
				}
			}
			if diff := cmp.Diff(c.found, found, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("kinds of defects:\n%s", diff)
			}
		})
	}
}

// TestRealLocate repairs each file, builds the locator, and compares it with the plain predicate on random points, on every
// vertex and edge midpoint of a sample of areas, and beside them: exactly one area wherever there is one.
func TestRealLocate(t *testing.T) {
	n := *points
	for _, c := range realCoverages {
		t.Run(c.name, func(t *testing.T) {
			given := surveyFile(t, c.name)
			areas, moves, defects := geo.RepairCoverage(given.areas, realTolerance)
			if geo.HasErrors(defects) {
				t.Fatalf("not repaired: %v", geo.Summarize(defects))
			}
			if c.clean != (len(moves) == 0) {
				t.Errorf("%d moves in a file that is clean: %v", len(moves), c.clean)
			}
			coverage := given.coverage
			if !c.clean {
				coverage = mustCover(t, areas)
			}
			locator := geo.NewLocator(coverage)
			scan := newBoxedScan(areas)
			r := rand.New(rand.NewPCG(7, 7))
			lo, hi, _ := coverage.Bound()
			a, b := lo.Query(), hi.Query()
			inside := 0
			for range n {
				q := geo.Query{X: a.X + r.Int64N(b.X-a.X+1), Y: a.Y + r.Int64N(b.Y-a.Y+1)}
				inside += scan.compare(t, locator, q)
			}
			all := probes(areas)
			for range n {
				if q := all[r.IntN(len(all))]; scan.compare(t, locator, q) == 0 {
					beside(t, areas, q)
				}
			}
			t.Logf("%d areas, %d arcs, %d moves; %d random points, %d inside, %d positions on and beside borders", coverage.Len(),
				coverage.NumArcs(), len(moves), n, inside, n)
		})
	}
}

// beside requires that a probe in no area is not on a border: those are at most one unit beside one.
func beside(t *testing.T, areas []geo.FixedMultiPolygon, q geo.Query) {
	t.Helper()
	for i, m := range areas {
		if geo.OnBorder(m, q) {
			t.Fatalf("%v is on the border of area %d and in none", q, i)
		}
	}
}

// boxedScan tests every area whose box has the position with the plain predicate.
type boxedScan struct {
	areas []geo.FixedMultiPolygon
	boxes []orb.Bound
}

func newBoxedScan(areas []geo.FixedMultiPolygon) *boxedScan {
	s := &boxedScan{areas: areas}
	for _, m := range areas {
		s.boxes = append(s.boxes, m.MultiPolygon().Bound())
	}
	return s
}

// compare fails the test unless exactly one area, or none, has q and the locator says the same; it returns how many.
func (s *boxedScan) compare(t *testing.T, l *geo.Locator, q geo.Query) int {
	t.Helper()
	want, match := geo.Outside, geo.MatchNone
	border := geo.Outside
	for i, m := range s.areas {
		if !s.boxes[i].Contains(q.Point()) {
			continue
		}
		if border < 0 && geo.OnBorder(m, q) {
			border = i
		}
		if geo.Contains(m, q) {
			if want >= 0 {
				t.Fatalf("%v is in areas %d and %d", q, want, i)
			}
			want, match = i, geo.MatchCovers
		}
	}
	if border >= 0 {
		match = geo.MatchEdge
		if want < 0 {
			want = border
		}
	}
	if got, m := l.Locate(q); got != want || m != match {
		t.Fatalf("Locate(%v) = %d %v, want %d %v", q, got, m, want, match)
	}
	return min(want+1, 1)
}

func BenchmarkRealCoverage(b *testing.B) {
	for _, c := range realCoverages {
		areas := realAreas(b, "coverage/"+c.name+".geojson")
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				geo.NewCoverage(areas, realTolerance)
			}
		})
	}
}

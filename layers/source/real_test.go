package source_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/data/realdata"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// coverageFiles are the files of real coverages, their code and name fields, and whether they are clean: imported as they are.
var coverageFiles = []struct {
	file, code, name string
	count            int
	clean            bool
}{
	{"malta-councils-osm", "@id", "name", 67, true},
	{"france-communes-bretagne", "code", "nom", 1232, true},
	{"france-communes-ile-de-france", "code", "nom", 1276, true},
	{"italy-municipalities-R12", "com_istat_code", "name", 378, true},
	{"neighbourhoods-seoul", "adm_cd", "name", 424, true},
	{"neighbourhoods-berlin", "sch", "name", 97, true},
	{"neighbourhoods-toronto", "name", "name", 140, false},
	{"neighbourhoods-amsterdam", "name", "name", 97, true},
}

func TestRealCoverages(t *testing.T) {
	for _, c := range coverageFiles {
		t.Run(c.file, func(t *testing.T) {
			in := source.Input{Layer: layers.Grids, CRS: geo.WGS84, Settings: free(), Mapping: fields("code", c.code, "name", c.name)}
			in.Source = open(t, realdata.File(t, "coverage/"+c.file+".geojson"), source.Options{})
			start := time.Now()
			p := plan(t, in)
			if p.Report.Blocked == c.clean {
				t.Errorf("without repair: blocked is %v, clean should be %v\n%s", p.Report.Blocked, c.clean, reportText(t, p, 5))
			}
			for _, problem := range p.Report.Problems {
				if problem.Severity == geo.SeverityError && (problem.At == nil || problem.Code == "" || problem.Row == "" || problem.Detail == "") {
					t.Errorf("an error without feature, place or reason: %+v", problem)
				}
			}
			in.Source = open(t, realdata.File(t, "coverage/"+c.file+".geojson"), source.Options{})
			in.Repair, in.Tolerance = true, 5
			p = good(t, in)
			took := time.Since(start)
			if len(p.Features) != c.count || len(p.Edits()) != c.count || p.Report.Diff.Created != c.count {
				t.Errorf("%d features, %d edits, want %d", len(p.Features), len(p.Edits()), c.count)
			}
			if _, err := layers.Arrange(layers.Grids, p.Features); err != nil {
				t.Errorf("the result cannot be published: %v", err)
			}
			t.Logf("%v\n%s", took, reportText(t, p, 1))
		})
	}
}

// jinshan imports an outline of the district of Jinshan.
func jinshan(t *testing.T, file string, crs geo.CRS, current []layers.Feature) *source.Plan {
	t.Helper()
	return plan(t, source.Input{
		Layer: layers.Districts, CRS: crs, Settings: local(), Repair: true, Current: slices.Values(current),
		Source:  open(t, realdata.File(t, file), source.Options{LenientNumbers: true}),
		Mapping: source.Mapping{Values: map[string]string{"code": "310116"}},
	})
}

const (
	gcjJinshan = "boundaries/gcj02/310116.json"
	bdJinshan  = "boundaries/bd09/金山区.json"
)

// TestOutlinesAgree: the outline that DataV publishes in GCJ-02 and the one that Baidu publishes in BD-09 are the same border.
func TestOutlinesAgree(t *testing.T) {
	gcj := jinshan(t, gcjJinshan, geo.GCJ02, nil)
	bd := jinshan(t, bdJinshan, geo.BD09, nil)
	for _, p := range []*source.Plan{gcj, bd} {
		if p.Report.Blocked || len(p.Features) != 1 {
			t.Fatalf("blocked:\n%s", reportText(t, p, 5))
		}
	}
	a, b := gcj.Features[0].Shape().(orb.MultiPolygon), bd.Features[0].Shape().(orb.MultiPolygon)
	for _, c := range []struct {
		name     string
		from, to orb.MultiPolygon
	}{{"gcj02 to bd09", a, b}, {"bd09 to gcj02", b, a}} {
		if m := medianDistance(c.from, c.to); m > 20 {
			t.Errorf("%s: median %v m, want 20 or less", c.name, m)
		} else {
			t.Logf("%s: median %.2f m", c.name, m)
		}
	}
	if len(b) != 4 || len(b[0]) != 1 {
		t.Errorf("Baidu's four outer rings became %d polygons, the first with %d rings", len(b), len(b[0]))
	}
	if bd.Report.Count(source.KindStringNumber) == 0 || bd.Report.Count(source.Kind(geo.DefectHoleOutside)) == 0 {
		t.Errorf("what was repaired is not in the report:\n%s", reportText(t, bd, 5))
	}
}

func medianDistance(from, to orb.MultiPolygon) float64 {
	type segment [2]orb.Point
	index := geo.NewIndex[segment]()
	for _, pg := range to {
		for _, r := range pg {
			for i := 1; i < len(r); i++ {
				index.Insert(orb.Bound{Min: r[i], Max: r[i]}.Extend(r[i-1]), segment{r[i-1], r[i]})
			}
		}
	}
	var all []float64
	for _, pg := range from {
		for _, r := range pg {
			for _, p := range r[1:] {
				distance := func(s segment) geo.Metres {
					d, _, _ := geo.PointToSegment(p, s[0], s[1])
					return d
				}
				near := index.Nearest(p, 1, geo.Metres(math.Inf(1)), distance)
				all = append(all, float64(distance(near[0])))
			}
		}
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// TestDirtyFileStrict: without the two options the Baidu file is refused, and the report says why.
func TestDirtyFileStrict(t *testing.T) {
	in := source.Input{Layer: layers.Districts, CRS: geo.BD09, Settings: local(),
		Mapping: source.Mapping{Values: map[string]string{"code": "310116"}}}
	in.Source = open(t, realdata.File(t, bdJinshan), source.Options{})
	if p := plan(t, in); !p.Report.Blocked || p.Report.Count(source.KindStringNumber) != 1 {
		t.Errorf("texts for numbers passed:\n%s", reportText(t, p, 5))
	}
	in.Source = open(t, realdata.File(t, bdJinshan), source.Options{LenientNumbers: true})
	if p := plan(t, in); !p.Report.Blocked || p.Report.Count(source.Kind(geo.DefectHoleOutside)) != 3 {
		t.Errorf("holes outside of their shell passed:\n%s", reportText(t, p, 5))
	}
}

// TestWrongCRSWarns: each outline read in each of the other three systems is found out against a store that has the right one.
func TestWrongCRSWarns(t *testing.T) {
	files := map[geo.CRS]string{geo.GCJ02: gcjJinshan, geo.BD09: bdJinshan, geo.WGS84: "boundaries/derived-wgs84/310116-jinshan.geojson"}
	for _, store := range []geo.CRS{geo.GCJ02, geo.BD09} {
		have := jinshan(t, files[store], store, nil)
		current := stored(have.Features)
		for right, file := range files {
			for _, crs := range []geo.CRS{geo.WGS84, geo.CGCS2000, geo.GCJ02, geo.BD09} {
				p := jinshan(t, file, crs, current)
				warned := p.Report.Count(source.KindCRSFit) == 1
				wrong := crs != right && !(right == geo.WGS84 && crs == geo.CGCS2000)
				if warned != wrong {
					t.Errorf("store from %s, %s as %s: warned %v\n%s", store, file, crs, warned, reportText(t, p, 2))
				}
			}
		}
	}
}

func TestRealPoles(t *testing.T) {
	cases := []struct {
		file string
		m    source.Mapping
		n    int
	}{
		{"poles/charlottesville-streetlights.geojson", fields("code", "light-{#}", "name", "DECAL_NUMB"), 3733},
		{"poles/osm-power-supports-andorra-malta.geojson", fields("code", "@id"), 999},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			p := good(t, source.Input{Layer: layers.Poles, CRS: geo.WGS84, Settings: free(), Mapping: c.m,
				Source: open(t, realdata.File(t, c.file), source.Options{})})
			if len(p.Features) != c.n {
				t.Errorf("%d poles, want %d", len(p.Features), c.n)
			}
			again := good(t, source.Input{Layer: layers.Poles, CRS: geo.WGS84, Settings: free(), Mapping: c.m,
				Source: open(t, realdata.File(t, c.file), source.Options{}), Current: slices.Values(stored(p.Features))})
			if d := again.Report.Diff; d.Unchanged != c.n || len(again.Edits()) != 0 {
				t.Errorf("a second import differs: %+v", d)
			}
		})
	}
	t.Run("a code that is not unique", func(t *testing.T) {
		p := plan(t, source.Input{Layer: layers.Poles, CRS: geo.WGS84, Settings: free(), Mapping: fields("code", "GRID_ADDRE"),
			Source: open(t, realdata.File(t, cases[0].file), source.Options{})})
		if n := p.Report.Count(source.KindCodeClash); n != 90 || !p.Report.Blocked {
			t.Errorf("%d clashes, want 90", n)
		}
	})
}

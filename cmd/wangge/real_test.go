package main

import (
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data/realdata"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/geopackage"
)

// TestRealCoverages imports each file of ../shared/data/coverage into an empty store by the command line, repaired where it must
// be, checks the store, and asks for a position inside of each area.
func TestRealCoverages(t *testing.T) {
	for _, c := range []struct {
		file, code, name string
		clean            bool
	}{
		{"malta-councils-osm", "@id", "name", true},
		{"france-communes-bretagne", "code", "nom", true},
		{"france-communes-ile-de-france", "code", "nom", true},
		{"italy-municipalities-R12", "com_istat_code", "name", true},
		{"neighbourhoods-seoul", "adm_cd", "name", true},
		{"neighbourhoods-berlin", "sch", "name", true},
		{"neighbourhoods-toronto", "name", "name", false},
		{"neighbourhoods-amsterdam", "name", "name", true},
	} {
		if c.clean && (testing.Short() || raceDetector) && c.file != "neighbourhoods-amsterdam" {
			t.Logf("%s: left out with -short or the race detector; cmd/torture imports all of them with the built program", c.file)
			continue
		}
		t.Run(c.file, func(t *testing.T) {
			file := realdata.File(t, "coverage/"+c.file+".geojson")
			store := empty(t)
			args := []string{"import", "grids", file, "--crs", "wgs84", "--code-field", c.code, "--name-field", c.name, "--store", store, "--json"}
			r := command(t, args...)
			if c.clean != (r.code == exitOK) {
				t.Fatalf("as it is: exit code %d, clean is %v\n%.2000s", r.code, c.clean, r.out)
			}
			if !c.clean {
				r = ok(t, append(args, "--repair")...)
			}
			report := decode[outcome](t, r.out)
			t.Logf("%d areas; %+v", report.Diff.Created, report.Repair)
			ok(t, "check", "--store", store)
			locateInside(t, store)
		})
	}
}

// locateInside asks for a position in each area, in one file, and wants its code.
func locateInside(t *testing.T, store string) {
	t.Helper()
	grids := featuresOf(t, store, layers.Grids)
	var in strings.Builder
	in.WriteString("want,lon,lat\n")
	w := csv.NewWriter(&in)
	asked := 0
	for _, f := range grids {
		if at, found := inside(f.Shape().(orb.MultiPolygon)); found {
			code, _ := f.Label()
			must(t, w.Write([]string{code, format(at[0]), format(at[1])}))
			asked++
		}
	}
	w.Flush()
	r := commandWith(t, nil, in.String(), "locate", "--crs", "cgcs2000", "--points", "-", "--store", store)
	rows, err := csv.NewReader(strings.NewReader(r.out)).ReadAll()
	if err != nil || r.code != exitOK || len(rows) != asked+1 || asked < len(grids)*9/10 {
		t.Fatalf("%d areas, %d asked, %d rows, exit code %d: %v %s", len(grids), asked, len(rows), r.code, err, r.err)
	}
	for _, row := range rows[1:] {
		if row[4] != row[0] {
			t.Errorf("%v lies in %s", row, row[4])
		}
	}
}

// inside finds a position inside by trying some on a line through the middle of the first polygon.
func inside(m orb.MultiPolygon) (orb.Point, bool) {
	fixed, err := geo.FixedMultiPolygonFrom(m)
	if err != nil {
		return orb.Point{}, false
	}
	b := m[0].Bound()
	for i := 1; i < 64; i++ {
		p := orb.Point{b.Min[0] + float64(i)/64*(b.Max[0]-b.Min[0]), (b.Min[1] + b.Max[1]) / 2}
		f, err := geo.FixedFrom(p)
		if err == nil && geo.Contains(fixed, f.Query()) && !geo.OnBorder(fixed, f.Query()) {
			return f.Point(), true
		}
	}
	return orb.Point{}, false
}

func format(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func featuresOf(t *testing.T, store string, l layers.Layer) []layers.Feature {
	t.Helper()
	s, err := geopackage.Open(store, layers.StoreOptions{ReadOnly: true})
	must(t, err)
	defer s.Close()
	list, err := s.History(t.Context(), layers.Asked{Layer: l})
	must(t, err)
	return list
}

// TestOutlinesOfTheDistrict: Jinshan as DataV has it in GCJ-02 and as Baidu has it in BD-09 are one border, both ways within 20 m; each
// read in another system makes the import warn.
func TestOutlinesOfTheDistrict(t *testing.T) {
	files := map[string]string{"gcj02": realdata.File(t, "boundaries/gcj02/310116.json"), "bd09": realdata.File(t, "boundaries/bd09/金山区.json")}
	outlines := map[string]orb.MultiPolygon{}
	stores := map[string]string{}
	for crs, file := range files {
		stores[crs] = empty(t)
		ok(t, "import", "districts", file, "--crs", crs, "--set", "code=310116", "--set", "name=金山区", "--lenient-numbers", "--repair", "--store", stores[crs])
		outlines[crs] = featuresOf(t, stores[crs], layers.Districts)[0].Shape().(orb.MultiPolygon)
	}
	for _, pair := range [][2]string{{"gcj02", "bd09"}, {"bd09", "gcj02"}} {
		m := median(outlines[pair[0]], outlines[pair[1]])
		t.Logf("%s to %s: median %.1f m", pair[0], pair[1], m)
		if m > 20 {
			t.Errorf("%s to %s: median %.1f m, want 20 at most", pair[0], pair[1], m)
		}
	}
	for _, crs := range []string{"wgs84", "cgcs2000", "bd09"} {
		r := command(t, "import", "districts", files["gcj02"], "--crs", crs, "--set", "code=310116", "--lenient-numbers", "--repair", "--dry-run", "--store", stores["gcj02"])
		contains(t, "gcj02 read as "+crs, r.out, "crs-fit", "is "+crs+" right?")
	}
	strict := refused(t, exitFailed, []string{"--lenient-numbers"}, "import", "districts", files["bd09"], "--crs", "bd09", "--set", "code=310116", "--store", stores["bd09"])
	contains(t, "the dirty file", strict.out, "string-number")
}

// median is the middle distance of the vertices of one outline from the lines of another, in metres.
func median(from, to orb.MultiPolygon) float64 {
	var all []float64
	for _, pg := range from {
		for _, ring := range pg {
			for i := 0; i < len(ring); i += 4 { // a quarter of them is enough
				best := math.Inf(1)
				for _, other := range to {
					for _, line := range other {
						d, _, _ := geo.PointToLine(ring[i], orb.LineString(line))
						best = min(best, float64(d))
					}
				}
				all = append(all, best)
			}
		}
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func TestRealPoles(t *testing.T) {
	for file, c := range map[string]struct {
		code string
		want int
	}{"charlottesville-streetlights.geojson": {"light-{#}", 3733}, "osm-power-supports-andorra-malta.geojson": {"@id", 999}} {
		path := realdata.File(t, "poles/"+file)
		store := empty(t)
		ok(t, "import", "poles", path, "--crs", "wgs84", "--code-field", c.code, "--store", store)
		table := ok(t, "export", "poles", "--format", "csv", "--store", store).out
		again := empty(t)
		r := ok(t, "import", "poles", write(t, "poles.csv", table), "--crs", "cgcs2000", "--store", again)
		if rows := strings.Count(table, "\n") - 1; rows != c.want {
			t.Errorf("%s: %d rows, want %d", file, rows, c.want)
		}
		contains(t, file, r.out, "created")
		if got := ok(t, "export", "poles", "--format", "csv", "--store", again).out; got != table {
			t.Errorf("%s: a CSV of the poles imports as something else", file)
		}
	}
}

package source_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

var update = flag.Bool("update", false, "write the golden reports anew")

// planted are small files with one thing wrong, or several, and what is imported of them.
func planted() []struct {
	name, file string
	options    source.Options
	in         source.Input
} {
	grids := source.Input{Layer: layers.Grids, CRS: geo.CGCS2000, Settings: free()}
	with := func(change func(*source.Input)) source.Input {
		in := grids
		change(&in)
		return in
	}
	repair := with(func(in *source.Input) { in.Repair = true })
	poles := with(func(in *source.Input) { in.Layer, in.Settings = layers.Poles, local() })
	districts := func() []layers.Feature {
		return stored([]layers.Feature{district(), town("310116104", 121.30), town("310116113", 121.32)})
	}
	return []struct {
		name, file string
		options    source.Options
		in         source.Input
	}{
		{"gap", "gap.geojson", source.Options{}, grids},
		{"gap repaired", "gap.geojson", source.Options{}, repair},
		{"overlap", "overlap.geojson", source.Options{}, grids},
		{"overlap repaired", "overlap.geojson", source.Options{}, repair},
		{"sliver", "sliver.geojson", source.Options{}, grids},
		{"sliver repaired", "sliver.geojson", source.Options{}, repair},
		{"code clash", "clash.geojson", source.Options{}, grids},
		{"swapped axes", "swapped.geojson", source.Options{}, grids},
		{"swapped axes in a small extent", "swapped.geojson", source.Options{}, with(func(in *source.Input) {
			in.CRS, in.Current = geo.WGS84, slices.Values(districts())
		})},
		{"strings for numbers", "strings.geojson", source.Options{}, grids},
		{"strings for numbers allowed", "strings.geojson", source.Options{LenientNumbers: true}, grids},
		{"invalid rings", "rings.geojson", source.Options{}, grids},
		{"invalid rings repaired", "rings.geojson", source.Options{}, repair},
		{"invalid rings of overlays", "rings.geojson", source.Options{}, with(func(in *source.Input) {
			in.Layer, in.Repair, in.Mapping = layers.Overlays, true, source.Mapping{Values: map[string]string{"kind": "park"}}
		})},
		{"declared system differs", "crs.geojson", source.Options{}, grids},
		{"declared system is not read", "crsunknown.geojson", source.Options{}, grids},
		{"no code", "nocode.geojson", source.Options{}, grids},
		{"mapped fields", "fields.geojson", source.Options{}, with(func(in *source.Input) { in.Mapping = fields("code", "BH", "name", "MC") })},
		{"mapped fields that are not there", "fields.geojson", source.Options{}, with(func(in *source.Input) {
			in.Mapping = fields("code", "bh", "nom", "MC", "name", "{MC")
		})},
		{"gbk table", "gbk.csv", source.Options{Encoding: "gbk"}, poles},
		{"poles", "poles.csv", source.Options{}, with(func(in *source.Input) {
			in.Layer, in.Settings, in.Mapping = layers.Poles, local(), fields("ownership", "owner")
		})},
		{"wrong system", "gap.geojson", source.Options{}, with(func(in *source.Input) {
			in.CRS, in.Repair, in.Current = geo.GCJ02, true, slices.Values(districts())
		})},
		{"outside", "sliver.geojson", source.Options{}, with(func(in *source.Input) {
			in.Layer, in.Mapping = layers.Overlays, source.Mapping{Values: map[string]string{"kind": "park"}}
			in.Current = slices.Values(stored([]layers.Feature{town("310116104", 100)}))
		})},
		{"towns not tiled", "untiled.geojson", source.Options{}, with(func(in *source.Input) {
			in.Settings, in.Current = local(), slices.Values(districts())
		})},
		{"provenance", "clash.geojson", source.Options{}, with(func(in *source.Input) {
			in.Edition, in.Provenance = "2025-03", source.Provenance{Authority: "金山区民政局", Document: "金府〔2025〕3号", SurveyDate: "2025-02-01"}
		})},
	}
}

// town is a town of 0.02 by 0.01 degrees whose south-western corner is at lon, 30.70, in a store.
func town(code string, lon float64) *layers.Town {
	at := func(x, y float64) orb.Point { return snap(orb.Point{lon + x, 30.70 + y}) }
	return &layers.Town{Meta: layers.Meta{ID: code}, Code: code, Name: "镇" + code, District: "310116",
		Geometry: orb.MultiPolygon{{{at(0, 0), at(0.02, 0), at(0.02, 0.01), at(0, 0.01), at(0, 0)}}}}
}

func district() *layers.District {
	return &layers.District{Meta: layers.Meta{ID: "310116"}, Code: "310116", Name: "金山区",
		Geometry: orb.MultiPolygon{{{{121.30, 30.70}, {121.34, 30.70}, {121.34, 30.71}, {121.30, 30.71}, {121.30, 30.70}}}}}
}

func snap(p orb.Point) orb.Point {
	g, err := geo.Snap(p)
	if err != nil {
		panic(err)
	}
	return g.(orb.Point)
}

// TestPlanted compares the reports, for people and for programs, with the golden ones.
func TestPlanted(t *testing.T) {
	for _, c := range planted() {
		t.Run(c.name, func(t *testing.T) {
			c.in.Source = open(t, filepath.Join("testdata", "planted", c.file), c.options)
			p := plan(t, c.in)
			golden(t, c.name, p)
			if p.Report.Blocked != (len(p.Edits()) == 0) {
				t.Errorf("blocked %v with %d edits", p.Report.Blocked, len(p.Edits()))
			}
		})
	}
}

func golden(t *testing.T, name string, p *source.Plan) {
	t.Helper()
	body, err := json.MarshalIndent(p.Report, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	base := filepath.Join("testdata", "reports", strings.ReplaceAll(name, " ", "-"))
	for ext, got := range map[string][]byte{".txt": []byte(reportText(t, p, 0)), ".json": append(body, '\n')} {
		if *update {
			if err := os.WriteFile(base+ext, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(base + ext)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s%s differs; got\n%s\nwant\n%s", name, ext, got, want)
		}
	}
}

// database makes an SQLite file from statements.
func database(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "foreign.gpkg")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return path
}

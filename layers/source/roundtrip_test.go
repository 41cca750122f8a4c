package source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// TestRoundTrip: what is exported in any format and imported again is the same, and imported over itself changes nothing.
func TestRoundTrip(t *testing.T) {
	for _, info := range layers.All() {
		for _, format := range []source.Format{source.GeoJSON, source.CSV, source.GeoPackage} {
			t.Run(string(info.Layer)+"/"+string(format), func(t *testing.T) {
				checks, most := 0, 60
				if format == source.GeoPackage { // each case is a file on disk
					most = 12
				}
				if info.Managed { // all that is managed takes the same way
					most /= 4
				}
				rapid.Check(t, func(rt *rapid.T) {
					if checks++; checks > most {
						return
					}
					list := drawFeatures(rt, info)
					path := exported(t, format, info.Layer, list)
					others := companions(list)
					in := source.Input{Layer: info.Layer, Settings: free(), CRS: geo.CGCS2000, Current: slices.Values(others),
						Source: open(t, path, source.Options{})}
					p := good(t, in)
					for _, f := range list {
						f.Head().Version, f.Head().Revision = 0, 0
					}
					alike(t, p.Features, list)
					in.Source = open(t, path, source.Options{})
					in.Current = slices.Values(append(others, stored(list)...))
					if again := good(t, in); len(again.Edits()) != 0 || again.Report.Diff.Unchanged != len(list) {
						t.Fatalf("imported over itself it makes %d edits: %+v", len(again.Edits()), again.Report.Diff)
					}
				})
			})
		}
	}
}

func exported(t testing.TB, format source.Format, l layers.Layer, list []layers.Feature) string {
	t.Helper()
	e := source.Export{Layer: l, Position: layers.Position{Epoch: "e", Revision: 7}, Settings: free(), Features: slices.Values(list)}
	var out, again bytes.Buffer
	if err := source.Write(context.Background(), &out, format, e); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list) // the order of the input must not matter
	if err := source.Write(context.Background(), &again, format, e); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(list)
	if !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Fatalf("two exports of the same differ: %d and %d bytes", out.Len(), again.Len())
	}
	path := filepath.Join(t.TempDir(), "export."+string(format))
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// companions are features of other layers that the list refers to.
func companions(list []layers.Feature) []layers.Feature {
	seen := map[layers.Key]bool{}
	var out []layers.Feature
	for _, f := range list {
		for _, ref := range layers.Refs(f) {
			k := layers.Key{Layer: ref.To, ID: ref.ID}
			if ref.To == f.Layer() || seen[k] {
				continue
			}
			seen[k] = true
			info, _ := ref.To.Info()
			c := info.New()
			c.Head().ID, c.Head().Version = ref.ID, 1
			out = append(out, c)
		}
	}
	return out
}

// drawFeatures draws 1 to 4 valid features of a layer, sorted by code, with every kind of value somewhere.
func drawFeatures(t *rapid.T, info layers.Info) []layers.Feature {
	n := rapid.IntRange(1, 4).Draw(t, "n")
	out := make([]layers.Feature, n)
	for i := range out {
		f := info.New()
		members := map[string]any{"code": fmt.Sprintf("C%02d", i)}
		for _, c := range layers.Columns(info.Layer) {
			if v := drawColumn(t, info.Layer, c, i); v != nil {
				members[c.Name] = v
			}
		}
		values := make([]any, 0, len(members))
		for _, c := range layers.Columns(info.Layer) {
			values = append(values, members[c.Name])
		}
		if err := layers.SetValues(f, values); err != nil {
			t.Fatal(err)
		}
		h := f.Head()
		h.ID = coded(info.Layer, i)
		if !info.IDIsCode {
			h.ID = fmt.Sprintf("%s%d", info.Prefix, 90-i)
		}
		h.Version, h.Revision = rapid.Int64Range(1, 9).Draw(t, "version"), 3
		h.ValidFrom = layers.Instant(rapid.Int64Range(1, 4e12).Draw(t, "from"))
		if rapid.Bool().Draw(t, "ends") {
			h.ValidTo = h.ValidFrom + 1 + layers.Instant(rapid.Int64Range(0, 1e12).Draw(t, "to"))
		}
		h.Demo = rapid.Bool().Draw(t, "demo")
		if g := drawShape(t, info.Geometry, i); g != nil {
			if err := f.SetShape(g); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Validate(layers.CodesFree); err != nil {
			t.Fatalf("the generator made an invalid feature: %v", err)
		}
		out[i] = f
	}
	return out
}

// texts are names that formats stumble over.
var texts = []string{"石化街道", "=1+1", "+86", "-x", "@cmd", "'quoted", "'=x", "a,b;c", `say "hi"`, "line/slash", "<b>&amp;", "0012", "1e5", "true", "null",
	"2025-05-01", "NaN", "[1]", "{}", "Ünïcödé", "𠮷野家"}

// enumerated are the allowed values of the columns that have a list.
func enumerated(l layers.Layer) map[string][]string {
	switch l {
	case layers.Communities:
		return map[string][]string{"kind": {"village", "residential"}}
	case layers.Units:
		return map[string][]string{"kind": layers.UnitKinds()}
	case layers.Overlays:
		return map[string][]string{"kind": layers.OverlayKinds()}
	case layers.Segments:
		return map[string][]string{"side": {"left", "right", "both"}}
	case layers.Zones:
		return map[string][]string{"kind": {"kerb", "lot"}, "default_mode": {"travel", "parking", "loading", "closed"}}
	case layers.Spaces:
		return map[string][]string{"orientation": {"parallel", "perpendicular", "angled"}}
	case layers.Roads:
		return map[string][]string{"class": layers.RoadClasses()}
	case layers.Editions:
		return map[string][]string{"of": {"towns", "grids", "communities"}, "survey_date": {"2024-02-29"}}
	case layers.Poles:
		return map[string][]string{"main_use": layers.PoleUses(), "material": {"", "steel"}, "condition": {"sound", "stump"},
			"live": {"yes", "unknown"}, "side": {"", "north"}, "state": layers.PoleStates(), "claim_state": {"none", "open"},
			"survey_method": {"", "gnss"}, "survey_date": {"", "2025-05-01"}}
	case layers.Schedules:
		return map[string][]string{"series": {"C"}, "state": {"draft", "published"}, "from": {"2025-05-01"}, "until": {"", "2026-05-01"}}
	case layers.Activations:
		return map[string][]string{"kind": layers.ActivationKinds(), "day": {"2026-06-08"}, "happened": {"2026-06-09T06:50:00+08:00"}}
	case layers.Posts:
		return map[string][]string{"kind": layers.PostKinds(), "grid": {"310116101Z01"}, "community": {"", "310116101001"}, "overlay": {""}}
	case layers.Contacts:
		return map[string][]string{"kind": layers.ContactKinds(), "unit": {"ref_1"}, "post": {""}}
	case layers.Categories:
		return map[string][]string{"parent": {""}}
	case layers.Rules:
		return map[string][]string{"series": {"R-1"}, "state": {"draft", "published"}, "from": {"2025-05-01"}, "until": {"", "2026-05-01"}, "band": layers.RuleBands()}
	case layers.Agreements:
		return map[string][]string{"grid_a": {"310116101Z01"}, "grid_b": {"310116101Z02"}, "lead": layers.LeadKinds(), "first": {"310116101Z01", "310116101Z02"}, "from": {"2025-05-01"}, "until": {"", "2026-05-01"}}
	case layers.Refusals:
		return map[string][]string{"unit": {"ref_1"}, "proposed": {"", "ref_2"}, "decided": {""}, "grid": {"310116101Z01"}, "reason": layers.RefusalReasons()}
	case layers.Orders:
		return map[string][]string{"band": {"works", "event"}, "mode": {"closed", "parking"}, "starts": {"2026-06-08T12:00:00+08:00"}, "ends": {"2026-06-09T04:00:00Z"}}
	}
	return nil
}

// coded is the code of the i-th feature; in some layers it follows from other columns.
func coded(l layers.Layer, i int) string {
	switch l {
	case layers.Notices:
		return fmt.Sprintf("cn-%d", 2025+i)
	case layers.Schedules:
		return fmt.Sprintf("C-%d", i+1)
	case layers.Rules:
		return fmt.Sprintf("R-1-%d", i+1)
	case layers.Categories:
		return fmt.Sprintf("part%d", i)
	}
	return fmt.Sprintf("C%02d", i)
}

func drawColumn(t *rapid.T, l layers.Layer, c layers.Column, i int) any {
	refs := map[string]bool{}
	for _, r := range layers.References() {
		if r.Layer == l && r.JSONPath == "" {
			refs[r.Column] = true
		}
	}
	allowed := enumerated(l)[c.Name]
	switch {
	case c.Name == "code":
		return coded(l, i)
	case l == layers.Refusals && c.Name == "hop":
		return int64(1 + i%3)
	case l == layers.Notices && c.Name == "year":
		return int64(2025 + i)
	case l == layers.Notices && c.Name == "local":
		return false
	case allowed != nil:
		return rapid.SampledFrom(allowed).Draw(t, c.Name)
	case l == layers.Units && c.Name == "parent":
		return ""
	case refs[c.Name] || l == layers.Communities && c.Name == "grid" || l == layers.Units && (c.Name == "town" || c.Name == "grid"):
		return rapid.SampledFrom([]string{"ref_1", "ref-2"}).Draw(t, c.Name)
	case c.Name == "plate":
		return fmt.Sprintf("P-%d", i)
	case c.Kind == layers.KindText:
		return rapid.SampledFrom(texts).Draw(t, c.Name)
	case c.Kind == layers.KindInteger:
		return int64(i + 1)
	case c.Kind == layers.KindReal:
		return rapid.Float64Range(0.5, 50).Draw(t, c.Name)
	case c.Kind == layers.KindBoolean:
		return rapid.Bool().Draw(t, c.Name)
	}
	switch c.Name {
	case "aliases":
		return rapid.SampledFrom([]any{nil, `["高新区","=a;b"]`}).Draw(t, c.Name)
	case "seat":
		return rapid.SampledFrom([]any{nil, `[121.1234567,30.7]`}).Draw(t, c.Name)
	case "ownership":
		return rapid.SampledFrom([]any{nil, `[{"unit":"ref_1","share":0.25,"basis":"plate","from":"2024-01-01T00:00:00Z"},{"unit":"ref-2","share":0.5,"basis":"order"}]`}).Draw(t, c.Name)
	case "codes":
		return rapid.SampledFrom([]any{nil, `[{"scheme":"whistle","code":"17"},{"scheme":"hotline","code":"市容"}]`}).Draw(t, c.Name)
	case "when":
		return rapid.SampledFrom([]any{`{}`, `{"categories":["part.pole"],"area":{"towns":["310116101"],"polygon":[[[121.3,30.7],[121.31,30.7],[121.31,30.71],[121.3,30.7]]],"near_border_m":20},"feature":{"layer":"poles","owner_kinds":["carrier"]},"times":[{"day_types":["workday"],"start":"20:00","duration_min":660}],"context":{"channels":["12345"],"min_confidence":0.5}}`}).Draw(t, c.Name)
	case "then":
		return rapid.SampledFrom([]any{`{"no_action":true}`, `{"primary":"feature.owner","co":["town.kind:town"],"supervisor":"post:chief","informed":["unit:u_x"]}`}).Draw(t, c.Name)
	case "basis":
		return rapid.SampledFrom([]any{`{"list":"statutory"}`, `{"list":"whistle","item":17,"invented":true}`}).Draw(t, c.Name)
	case "clock":
		return rapid.SampledFrom([]any{nil, `{"ack":{"kind":"elapsed","amount":30},"resolve":{"kind":"work_days","amount":5,"opens":"08:30","closes":"17:00"}}`}).Draw(t, c.Name)
	case "consents":
		return rapid.SampledFrom([]any{nil, `["police","town"]`}).Draw(t, c.Name)
	case "papers", "documents":
		return rapid.SampledFrom([]any{nil, `["国办发明电〔2024〕12号","a;b"]`}).Draw(t, c.Name)
	case "days":
		return rapid.SampledFrom([]any{nil, fmt.Sprintf(`[{"date":"%d-01-01","name":"元旦","off":true},{"date":"%[1]d-01-04","name":"元旦","off":false}]`, 2025+i)}).Draw(t, c.Name)
	case "zones":
		return rapid.SampledFrom([]any{`["z_1"]`, `["z_1","z_2"]`}).Draw(t, c.Name)
	case "windows":
		return rapid.SampledFrom([]any{nil, `[{"id":"w","mode":"parking","day_types":["workday","holiday:国庆节"],"start":"20:00","duration_min":660,"tail_policy":"cut_at","cut_at":"05:30","rate":{"fen":150,"per":"hour"}}]`}).Draw(t, c.Name)
	case "exceptions":
		return rapid.SampledFrom([]any{nil, `[{"id":"x","first_day":"2025-06-02","until_day":"2025-06-03","effect":"close","reason":"集市"}]`}).Draw(t, c.Name)
	case "sign_offs":
		return rapid.SampledFrom([]any{nil, `[{"role":"police","unit":"u_1","by":"somebody","at":"2025-04-01T00:00:00Z"}]`}).Draw(t, c.Name)
	case "comments":
		return rapid.SampledFrom([]any{nil, `[{"by":"somebody","at":"2025-04-01T00:00:00Z","step":"in_review","text":"请看"}]`}).Draw(t, c.Name)
	}
	t.Fatalf("no values for %s.%s", l, c.Name)
	return nil
}

// drawShape draws a geometry on the grid of stored coordinates; polygon i lies in a column of its own, so that none overlap.
func drawShape(t *rapid.T, kind string, i int) orb.Geometry {
	point := func(x0, y0 int32) orb.Point {
		return geo.Fixed{X: x0 + rapid.Int32Range(0, 90_000).Draw(t, "x"), Y: y0 + rapid.Int32Range(0, 90_000).Draw(t, "y")}.Point()
	}
	x := int32(1_213_000_000 + i*1_000_000)
	square := func(y int32) orb.Polygon {
		a, b, c, d := point(x, y), point(x+500_000, y), point(x+500_000, y+500_000), point(x, y+500_000)
		hole := orb.Ring{{a[0] + 0.0200001, a[1] + 0.0200001}, {a[0] + 0.0200002, a[1] + 0.03}, {a[0] + 0.03, a[1] + 0.03}, {a[0] + 0.0200001, a[1] + 0.0200001}}
		pg := orb.Polygon{{a, b, c, d, a}}
		if rapid.Bool().Draw(t, "hole") {
			snapped, err := geo.Snap(hole)
			if err != nil {
				t.Fatal(err)
			}
			pg = append(pg, snapped.(orb.Ring))
		}
		return pg
	}
	switch kind {
	case "Point":
		return point(x, 307_000_000)
	case "LineString":
		return orb.LineString{point(x, 307_000_000), point(x+100_000, 307_000_000), point(x+200_000, 307_000_000)}
	case "Polygon":
		return square(307_000_000)
	case "MultiPolygon":
		return orb.MultiPolygon{square(307_000_000), square(309_000_000)}[:1+rapid.IntRange(0, 1).Draw(t, "parts")]
	}
	return nil
}

// TestOgrinfo: GDAL opens every export without a word of complaint.
func TestOgrinfo(t *testing.T) {
	program, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo absent: the exports are not opened with GDAL")
	}
	for _, info := range layers.All() {
		for _, format := range []source.Format{source.GeoJSON, source.CSV, source.GeoPackage} {
			t.Run(string(info.Layer)+"/"+string(format), func(t *testing.T) {
				for _, n := range []int{0, 3} {
					if n == 0 && info.Managed {
						continue // the same file for each
					}
					list := rapid.Custom(func(t *rapid.T) []layers.Feature { return drawFeatures(t, info) }).Example(n)
					if n == 0 {
						list = nil
					}
					path := exported(t, format, info.Layer, list)
					cmd := exec.Command(program, "-ro", "-al", "-so", path)
					var out, errs bytes.Buffer
					cmd.Stdout, cmd.Stderr = &out, &errs
					if err := cmd.Run(); err != nil || errs.Len() > 0 || strings.Contains(out.String(), "Warning") {
						t.Errorf("ogrinfo: %v\n%s%s", err, errs.String(), out.String())
					}
					if format != source.CSV && !strings.Contains(out.String(), fmt.Sprintf("Feature Count: %d", len(list))) {
						t.Errorf("want %d features:\n%s", len(list), out.String())
					}
				}
			})
		}
	}
}

// TestValidateGeoPackage: GDAL's validator finds nothing wrong with an exported GeoPackage of any layer.
func TestValidateGeoPackage(t *testing.T) {
	const script = `import sys
try:
    from osgeo_utils.samples import validate_gpkg
except ImportError:
    sys.exit(77)
for f in sys.argv[1:]:
    validate_gpkg.check(f, extra_checks=True)
`
	const python = "/usr/bin/python3" // the system's, which has the system's GDAL
	if _, err := os.Stat(python); err != nil {
		t.Skip("the system's Python absent: exported GeoPackages are not validated with GDAL")
	}
	args := []string{"-c", script}
	for _, info := range layers.All() {
		args = append(args, exported(t, source.GeoPackage, info.Layer, rapid.Custom(func(t *rapid.T) []layers.Feature { return drawFeatures(t, info) }).Example(3)))
	}
	out, err := exec.Command(python, args...).CombinedOutput()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 77 {
		t.Skip("GDAL's validate_gpkg absent: exported GeoPackages are not validated")
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

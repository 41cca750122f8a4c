package source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// cells writes the GeoJSON of square areas, 0.01 degrees wide, one beside the other from the west: code@column, or code@column:name.
func cells(list ...string) string {
	var b strings.Builder
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i, c := range list {
		code, rest, _ := strings.Cut(c, "@")
		column, name, _ := strings.Cut(rest, ":")
		if name == "" {
			name = "n" + code
		}
		var x int
		if _, err := fmt.Sscan(column, &x); err != nil {
			panic(err)
		}
		w, e := 121.30+float64(x)/100, 121.31+float64(x)/100
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"code":%q,"name":%q},"geometry":{"type":"Polygon","coordinates":[[[%.2f,30.7],[%.2f,30.7],[%.2f,30.71],[%.2f,30.71],[%.2f,30.7]]]}}`,
			code, name, w, e, e, w, w)
	}
	return b.String() + "]}"
}

func imported(t *testing.T, l layers.Layer, file string, current []layers.Feature, change func(*source.Input)) *source.Plan {
	t.Helper()
	in := source.Input{Layer: l, CRS: geo.CGCS2000, Settings: free(), Current: slices.Values(current), Position: layers.Position{Epoch: "e", Revision: 41},
		Source: reader(t, source.GeoJSON, file, source.Options{})}
	if change != nil {
		change(&in)
	}
	return plan(t, in)
}

// edits are the edits in short: "create A1", "replace A1 if 3", "delete A1 if 1 end TIME".
func edits(p *source.Plan) string {
	var out []string
	for _, e := range p.Edits() {
		s := fmt.Sprintf("%s %s", e.Op, e.ID)
		if e.IfMatch != 0 {
			s += fmt.Sprintf(" if %d", e.IfMatch)
		}
		if e.Op == layers.Delete {
			s += " end " + e.End.String()
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestDifference(t *testing.T) {
	first := imported(t, layers.Grids, cells("A@0", "B@1", "C@2"), nil, nil)
	if got := edits(first); got != "create A; create B; create C" {
		t.Fatal(got)
	}
	have := stored(first.Features)
	march := layers.InstantOf(time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC))
	cases := []struct {
		name, file string
		change     func(*source.Input)
		want       string
		diff       source.Diff
	}{
		{"the same", cells("C@2", "A@0", "B@1"), nil, "", source.Diff{Unchanged: 3}},
		{"the same at another time", cells("C@2", "A@0", "B@1"), func(in *source.Input) { in.ValidFrom = march }, "", source.Diff{Unchanged: 3}},
		{"a name", cells("A@0", "B@1:neu", "C@2"), nil, "replace B if 1", source.Diff{Replaced: 1, Unchanged: 2}},
		{"a partition is replaced as a whole", cells("A@0", "D@1", "C@2"), func(in *source.Input) { in.ValidFrom = march },
			"create D; delete B if 1 end 2025-03-01T00:00:00Z", source.Diff{Created: 1, Ended: 1, Unchanged: 2}},
		{"an edition", cells("A@0", "B@1", "C@2"), func(in *source.Input) { in.Edition = "2025-03" },
			"create e_2025-03; replace A if 1; replace B if 1; replace C if 1", source.Diff{Replaced: 3}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := imported(t, layers.Grids, c.file, have, c.change)
			got := p.Report.Diff
			got.Changes = nil
			if edits(p) != c.want || cmp.Diff(c.diff, got) != "" {
				t.Errorf("got %q %+v, want %q %+v\n%s", edits(p), got, c.want, c.diff, reportText(t, p, 0))
			}
		})
	}
}

func TestTransaction(t *testing.T) {
	p := imported(t, layers.Grids, cells("A@0"), nil, nil)
	at := time.Date(2025, 5, 20, 0, 0, 0, 0, time.UTC)
	tx, err := p.Tx(layers.Actor{Name: "cli"}, at)
	if err != nil || tx.Kind != "import" || !tx.At.Equal(at) || len(tx.Edits) != 1 || tx.Edits[0].Feature.Head().ValidFrom != now() {
		t.Errorf("%+v %v", tx, err)
	}
	if want := []layers.Guard{{Layer: layers.Grids, Revision: 41}}; cmp.Diff(want, tx.Guards) != "" {
		t.Errorf("guards %v, want %v", tx.Guards, want)
	}
	blocked := imported(t, layers.Grids, cells("A@0", "A@1"), nil, nil)
	if _, err := blocked.Tx(layers.Actor{}, at); !errors.Is(err, layers.ErrInvalid) || blocked.Edits() != nil {
		t.Errorf("a blocked plan gave a transaction: %v", err)
	}
}

// TestGuardsParents: what was checked against the towns is guarded against their change.
func TestGuardsParents(t *testing.T) {
	current := stored([]layers.Feature{district(), town("310116104", 121.30), town("310116113", 121.32)})
	p := imported(t, layers.Grids, cells("310116104Z01@0", "310116104Z02@1", "310116113Z01@2", "310116113Z02@3"), current,
		func(in *source.Input) { in.Settings = local() })
	tx, err := p.Tx(layers.Actor{}, time.Now())
	if want := []layers.Guard{{Layer: layers.Towns, Revision: 41}, {Layer: layers.Grids, Revision: 41}}; err != nil || cmp.Diff(want, tx.Guards) != "" {
		t.Errorf("guards %v, want %v (%v)\n%s", tx.Guards, want, err, reportText(t, p, 0))
	}
	for _, f := range p.Features {
		if g := f.(*layers.Grid); g.Town != g.Code[:9] {
			t.Errorf("%s is in town %q", g.Code, g.Town)
		}
	}
}

// TestTiling: where the store has the parents, areas must tile them.
func TestTiling(t *testing.T) {
	towns := stored([]layers.Feature{district(), town("310116104", 121.30), town("310116113", 121.32)})
	onlyDistrict := stored([]layers.Feature{district()})
	whole := []string{"310116104Z01@0", "310116104Z02@1", "310116113Z01@2", "310116113Z02@3"}
	cases := []struct {
		name    string
		grids   []string
		current []layers.Feature
		want    string // kinds and codes of parents
	}{
		{"whole", whole, towns, ""},
		{"one missing at the rim", whole[:3], towns, "topology-gap 310116113"},
		{"one missing within", []string{whole[0], whole[2], whole[3]}, towns, "topology-gap 310116104"},
		{"a town without any", whole[:2], towns, "topology-gap 310116113"},
		{"in the other town", []string{"310116104Z01@0", "310116104Z02@1", "310116104Z03@2", "310116113Z02@3"}, towns,
			"outside-parent 310116104 topology-gap 310116113"},
		{"no towns: the district, missing", whole[:3], onlyDistrict, "topology-gap 310116"},
		{"nothing to tile", whole[:3], nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := imported(t, layers.Grids, cells(c.grids...), c.current, func(in *source.Input) { in.Settings = local() })
			var got []string
			for _, problem := range p.Report.Problems {
				if problem.Kind == source.KindTopologyGap || problem.Kind == source.KindOutsideParent {
					got = append(got, string(problem.Kind)+" "+problem.Code)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q\n%s", got, c.want, reportText(t, p, 0))
			}
		})
	}
	t.Run("a free code space", func(t *testing.T) {
		p := imported(t, layers.Grids, cells("X@0"), towns, nil)
		if p.Report.Blocked {
			t.Errorf("%s", reportText(t, p, 0))
		}
	})
}

func TestEdition(t *testing.T) {
	official := source.Provenance{Authority: "民政局", Document: "3号", SurveyDate: "2025-02-01", AccuracyM: 0.5}
	p := imported(t, layers.Grids, cells("A@0"), nil, func(in *source.Input) { in.Edition, in.Provenance = "2025-03", official })
	e, ok := p.Edits()[0].Feature.(*layers.Edition)
	if !ok || !e.Official || e.Of != layers.Grids || e.Code != "2025-03" || p.Features[0].(*layers.Grid).Edition != e.ID || p.Report.Count(source.KindProvenance) != 0 {
		t.Fatalf("%+v\n%s", e, reportText(t, p, 0))
	}
	have := stored(p.Features, []layers.Feature{e})
	again := imported(t, layers.Grids, cells("A@0"), have, func(in *source.Input) { in.Edition = "2025-03" })
	if len(again.Edits()) != 0 || again.Report.Count(source.KindProvenance) != 0 {
		t.Errorf("the edition's provenance was lost: %s\n%s", edits(again), reportText(t, again, 0))
	}
	towns := imported(t, layers.Towns, cells("T@0"), have, func(in *source.Input) { in.Edition = "2025-03" })
	if got := edits(towns); got != "create e_2025-03-towns; create T" || towns.Report.Warnings() != 1 {
		t.Errorf("towns have editions of their own: %s\n%s", got, reportText(t, towns, 0))
	}
	changed := imported(t, layers.Grids, cells("A@0"), have, func(in *source.Input) {
		in.Edition, in.Provenance = "2025-03", source.Provenance{Document: "4号"}
	})
	if got := edits(changed); got != "replace e_2025-03 if 1" {
		t.Errorf("got %s", got)
	}
	for name, change := range map[string]func(*source.Input){
		"a code that is no id": func(in *source.Input) { in.Edition = "2025/03" },
		"no date":              func(in *source.Input) { in.Edition, in.Provenance = "x", source.Provenance{SurveyDate: "yesterday"} },
		"no edition there":     func(in *source.Input) { in.Mapping = source.Mapping{Values: map[string]string{"edition": "e_none"}} },
	} {
		if p := imported(t, layers.Grids, cells("A@0"), nil, change); !p.Report.Blocked {
			t.Errorf("%s passed", name)
		}
	}
	if p := imported(t, layers.Overlays, cells("A@0"), nil, func(in *source.Input) {
		in.Edition, in.Mapping = "x", source.Mapping{Values: map[string]string{"kind": "park"}}
	}); !p.Report.Blocked {
		t.Error("overlays got an edition")
	}
}

func TestReferences(t *testing.T) {
	overlay := &layers.Overlay{Meta: layers.Meta{ID: "o_1"}, Code: "1", Name: "x", Kind: layers.Park, Unit: "u_office", Geometry: district().Geometry}
	unit := &layers.Unit{Meta: layers.Meta{ID: "u_office"}, Code: "office", Name: "x", Kind: "grid_office"}
	current := stored([]layers.Feature{overlay, unit})
	units := func(csv string, all bool) *source.Plan {
		return plan(t, source.Input{Layer: layers.Units, CRS: geo.WGS84, Settings: local(), Current: slices.Values(current), ReplaceAll: all,
			Source: reader(t, source.CSV, csv, source.Options{}), Mapping: fields("parent", "above")})
	}
	p := units("code,name,kind,above\nchild,c,town,u_office\n", false)
	if got := edits(p); got != "create u_child" || p.Report.Diff.Kept != 1 {
		t.Errorf("got %s\n%s", got, reportText(t, p, 0))
	}
	p = units("code,name,kind,above\nchild,c,town,\n", true)
	if p.Report.Count(source.KindReferenced) != 1 || !p.Report.Blocked {
		t.Errorf("what an overlay refers to could be ended:\n%s", reportText(t, p, 0))
	}
	p = units("code,name,kind,above\nchild,c,town,u_office\n", true)
	if p.Report.Count(source.KindReference) != 1 {
		t.Errorf("a reference to what ends:\n%s", reportText(t, p, 0))
	}
	p = units("code,name,kind,above\nchild,c,town,u_none\n", false)
	if p.Report.Count(source.KindReference) != 1 {
		t.Errorf("a reference to nothing:\n%s", reportText(t, p, 0))
	}
}

// TestPartialUpdate: a file with few columns changes only those; what it does not have stays as it is in the store.
func TestPartialUpdate(t *testing.T) {
	pole := &layers.Pole{Meta: layers.Meta{ID: "p_old", ValidFrom: 5}, Code: "L1", Name: "一", Plate: "X", MainUse: "power", Condition: "sound", Live: "yes",
		State: "claimed", ClaimState: "claimed", Geometry: orb.Point{121.3, 30.7}}
	current := stored([]layers.Feature{pole})
	p := plan(t, source.Input{Layer: layers.Poles, CRS: geo.CGCS2000, Settings: local(), Current: slices.Values(current),
		Source: reader(t, source.CSV, "code,name,lon,lat\nL1,,121.3000001,30.7\nL2,二,121.4,30.7\n", source.Options{})})
	if got := edits(p); got != "replace p_old if 1; create p_L2" {
		t.Fatalf("got %s\n%s", got, reportText(t, p, 0))
	}
	want := *pole
	want.Meta, want.Name, want.Geometry = layers.Meta{ID: "p_old", ValidFrom: now()}, "", orb.Point{121.3000001, 30.7}
	alike(t, p.Features[:1], []layers.Feature{&want})
	if d := cmp.Diff([]string{"name", "geometry"}, p.Report.Diff.Changes[0].What); d != "" {
		t.Error(d)
	}
	clash := plan(t, source.Input{Layer: layers.Poles, CRS: geo.CGCS2000, Settings: local(), Current: slices.Values(current),
		Source: reader(t, source.CSV, "code,plate,lon,lat\nL2,X,121.3,30.7\nL3,Y,121.3,30.7\nL4,Y,121.3,30.7\n", source.Options{})})
	if clash.Report.Count(source.KindCodeClash) != 2 {
		t.Errorf("a plate that is in use:\n%s", reportText(t, clash, 0))
	}
}

func TestPlanErrors(t *testing.T) {
	ctx := context.Background()
	file := func() *source.Source { return reader(t, source.GeoJSON, cells("A@0"), source.Options{}) }
	if _, err := source.NewPlan(ctx, source.Input{Layer: "rivers", CRS: geo.WGS84, Source: file()}); !errors.Is(err, layers.ErrNotFound) {
		t.Errorf("an unknown layer: %v", err)
	}
	for _, crs := range []geo.CRS{"", "mercator"} {
		if _, err := source.NewPlan(ctx, source.Input{Layer: layers.Grids, CRS: crs, Source: file()}); !errors.Is(err, geo.ErrCRS) {
			t.Errorf("crs %q: %v", crs, err)
		}
	}
	cut := reader(t, source.GeoJSON, cells("A@0")[:80], source.Options{})
	if _, err := source.NewPlan(ctx, source.Input{Layer: layers.Grids, CRS: geo.WGS84, Source: cut}); !errors.Is(err, layers.ErrInvalid) {
		t.Errorf("half a file: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := source.NewPlan(ended, source.Input{Layer: layers.Grids, CRS: geo.WGS84, Source: file()}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
	if p := imported(t, layers.Grids, cells(), nil, nil); !p.Report.Blocked || p.Report.Count(source.KindEmpty) != 1 {
		t.Errorf("an empty file:\n%s", reportText(t, p, 0))
	}
}

func TestDisabledGCJ(t *testing.T) {
	p := imported(t, layers.Grids, cells("A@0"), nil, func(in *source.Input) {
		in.CRS, in.Converter = geo.GCJ02, geo.NewConverter(geo.Options{DisableGCJ: true})
	})
	if !p.Report.Blocked || p.Report.Count(source.KindSwapped) != 0 {
		t.Errorf("gcj02 was decoded though switched off:\n%s", reportText(t, p, 0))
	}
}

// TestEPSG4549 reads metres of the Gauss-Krueger zone, and finds easting and northing exchanged.
func TestEPSG4549(t *testing.T) {
	at, err := geo.Converter{}.FromStorage(geo.EPSG4549, orb.Point{121.3, 30.7})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		x, y float64
		want source.Kind
	}{{"right", at[0], at[1], ""}, {"swapped", at[1], at[0], source.KindSwapped}, {"with the zone", at[0] + 40e6, at[1], source.KindCoordinate}} {
		p := plan(t, source.Input{Layer: layers.Poles, CRS: geo.EPSG4549, Settings: free(),
			Source: reader(t, source.CSV, fmt.Sprintf("code,x,y\nP,%f,%f\n", c.x, c.y), source.Options{})})
		if p.Report.Blocked != (c.want != "") || c.want != "" && p.Report.Count(c.want) != 1 {
			t.Errorf("%s:\n%s", c.name, reportText(t, p, 0))
		}
		if c.want == "" && p.Features[0].Shape() != (orb.Point{121.3, 30.7}) {
			t.Errorf("%s: %v", c.name, p.Features[0].Shape())
		}
	}
}

// TestReadFeatures: the reader of the embedded demo takes what Write made, and nothing else.
func TestReadFeatures(t *testing.T) {
	p := imported(t, layers.Grids, cells("310116104Z01@0", "310116104Z02@1"), stored([]layers.Feature{town("310116104", 121.30)}),
		func(in *source.Input) { in.Settings = local() })
	var out bytes.Buffer
	if err := source.Write(context.Background(), &out, source.GeoJSON, source.Export{Layer: layers.Grids, Settings: local(), Features: slices.Values(p.Features)}); err != nil {
		t.Fatal(err)
	}
	got, err := source.ReadFeatures(context.Background(), bytes.NewReader(out.Bytes()), "grids.geojson", layers.Grids, local())
	if err != nil {
		t.Fatal(err)
	}
	alike(t, got, p.Features)
	for name, c := range map[string]struct {
		file string
		l    layers.Layer
	}{
		"foreign":       {cells("A@0"), layers.Grids},
		"another layer": {out.String(), layers.Poles},
		"another crs":   {strings.Replace(out.String(), `"crs":"cgcs2000"`, `"crs":"gcj02"`, 1), layers.Grids},
		"a bad code":    {strings.ReplaceAll(out.String(), "310116104Z02", "310116104Y02"), layers.Grids},
		"a code twice":  {strings.ReplaceAll(out.String(), "310116104Z02", "310116104Z01"), layers.Grids},
		"cut off":       {out.String()[:out.Len()-20], layers.Grids},
	} {
		if list, err := source.ReadFeatures(context.Background(), strings.NewReader(c.file), name, c.l, local()); !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("%s: %d features, %v", name, len(list), err)
		}
	}
}

// TestExportExact: coordinates leave as they are stored, and the file says what it is.
func TestExportExact(t *testing.T) {
	pole := &layers.Pole{Meta: layers.Meta{ID: "p_1", ValidFrom: now(), Demo: true}, Code: "=1", Name: "@x", MainUse: "power", Condition: "sound", Live: "yes",
		State: "in_use", ClaimState: "none", Geometry: orb.Point{121.3400001, 30.7000007}}
	var csv, json bytes.Buffer
	e := source.Export{Layer: layers.Poles, Position: layers.Position{Epoch: "ab", Revision: 9}, Settings: local(), Features: slices.Values([]layers.Feature{pole})}
	if err := errors.Join(source.Write(context.Background(), &csv, source.CSV, e), source.Write(context.Background(), &json, source.GeoJSON, e)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"coordinates":[121.3400001,30.7000007]`, `"wangge":{"layer":"poles","crs":"cgcs2000","store":"test","epoch":"ab","revision":9,"demo":true}`,
		`"coordinateSystem":"CGCS2000`, `"code":"=1"`} {
		if !strings.Contains(json.String(), want) {
			t.Errorf("no %s in %s", want, json.String())
		}
	}
	for _, want := range []string{"\ufeffid,", ",121.3400001,30.7000007\n", ",'=1,'@x,"} {
		if !strings.Contains(csv.String(), want) {
			t.Errorf("no %q in %q", want, csv.String())
		}
	}
}

package data_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data"
	"wangge/geo"
	"wangge/layers"
)

// counts checks the published numbers and the names that others rely on.
func counts(s set) []string {
	var bad problems
	want := func(what string, got, want int) {
		if got != want {
			bad.add("%d %s, want %d", got, what, want)
		}
	}
	for l, n := range map[layers.Layer]int{layers.Editions: 3, layers.Districts: 1, layers.Towns: 11, layers.Grids: 37, layers.Communities: 247,
		layers.Overlays: 41 + 12 + 4 + 16 + 5, layers.Segments: 3, layers.Zones: 4, layers.Spaces: 88, layers.Poles: 3000} {
		want(string(l), len(s[l]), n)
	}
	kinds := map[string]int{}
	for _, o := range list[*layers.Overlay](s, layers.Overlays) {
		kinds[o.Kind]++
	}
	for kind, n := range map[string]int{layers.Block: 41, layers.Park: 12, layers.Building: 4, layers.PoliceArea: 16, layers.Neighbour: 5} {
		want(kind, kinds[kind], n)
	}
	units := map[string]int{}
	for _, u := range list[*layers.Unit](s, layers.Units) {
		units[u.Kind]++
	}
	for kind, n := range map[string]int{"district": 1, "town": 11, "grid_office": 37, "police_station": 16, "operation_centre": 12, "village": 247, "park": 12, "block": 41,
		"carrier": 4, "power": 1, "police": 2, "alliance": 1, "property_manager": 1, "neighbour": 5} {
		want("units of kind "+kind, units[kind], n)
	}
	perTown := map[string]int{}
	for i, g := range list[*layers.Grid](s, layers.Grids) {
		perTown[g.Town]++
		if code := fmt.Sprintf("%sZ%02d", g.Town, perTown[g.Town]); g.Code != code {
			bad.add("grid %d is %s, want %s", i, g.Code, code)
		}
		if g.Office != "u_grid_"+g.Code {
			bad.add("the office of %s is %s", g.Code, g.Office)
		}
	}
	for town, n := range map[string]int{"310116104": 5, "310116101": 3, "310116113": 2, "310116103": 2} {
		if perTown[town] < n {
			bad.add("%d grids in %s, want %d at least", perTown[town], town, n)
		}
	}
	number := regexp.MustCompile(`^\d{9}(0\d\d|1\d\d|2\d\d)$`)
	for _, c := range list[*layers.Community](s, layers.Communities) {
		if village := c.Code[9] == '2'; !number.MatchString(c.Code) || village != (c.Kind == "village") {
			bad.add("community %s is a %s", c.Code, c.Kind)
		}
	}
	return bad
}

func TestCounts(t *testing.T) {
	s := demo(t)
	report(t, counts(s))
	for _, planted := range []set{s.without(layers.Grids, "310116104Z03"), s.without(layers.Units, "u_power"),
		s.with(layers.Grids, "310116104Z03", func(f layers.Feature) { f.(*layers.Grid).Office = "" })} {
		if len(counts(planted)) == 0 {
			t.Error("a planted defect was not found")
		}
	}
}

// marks checks what every feature carries, references and what is unique.
func marks(s set, settings layers.Settings) []string {
	var bad problems
	there := map[layers.Key]bool{}
	for l, features := range s {
		for _, f := range features {
			if there[layers.Key{Layer: l, ID: f.Head().ID}] {
				bad.add("%s %s is there twice", l, f.Head().ID)
			}
			there[layers.Key{Layer: l, ID: f.Head().ID}] = true
		}
	}
	used := map[string]bool{}
	for l, features := range s {
		for _, f := range features {
			h := f.Head()
			if err := f.Validate(settings.Codes); err != nil {
				bad.add("%v", err)
			}
			if !h.Demo || h.ValidFrom.String() != "2025-02-28T16:00:00Z" || h.ValidTo != 0 {
				bad.add("%s %s: demo %t, valid from %v to %v", l, h.ID, h.Demo, h.ValidFrom, h.ValidTo)
			}
			for _, r := range layers.Refs(f) {
				if !there[layers.Key{Layer: r.To, ID: r.ID}] {
					bad.add("%s %s: %s: no %s %s", l, h.ID, r.Pointer, r.To, r.ID)
				}
			}
			values, err := layers.Values(f)
			if err != nil {
				bad.add("%v", err)
				continue
			}
			for _, u := range layers.Uniques() {
				if key, ok := uniqueKey(f, u, values); ok {
					if used[key] {
						bad.add("%s %s: %s is there twice", l, h.ID, key)
					}
					used[key] = true
				}
			}
		}
	}
	return bad
}

func uniqueKey(f layers.Feature, u layers.Unique, values []any) (string, bool) {
	if u.Layer != f.Layer() {
		return "", false
	}
	key := string(u.Layer)
	for n, column := range u.Columns {
		i := slices.IndexFunc(layers.Columns(u.Layer), func(c layers.Column) bool { return c.Name == column })
		if n == 0 && values[i] == "" {
			return "", false
		}
		key += fmt.Sprintf(" %s=%v", column, values[i])
	}
	return key, true
}

func TestMarksReferencesAndUniques(t *testing.T) {
	s := demo(t)
	all, _ := readOnce()
	report(t, marks(s, all.Settings))
	for name, planted := range map[string]set{
		"not demo":    s.only(layers.Roads).with(layers.Roads, "r_0001", func(f layers.Feature) { f.Head().Demo = false }),
		"no unit":     s.only(layers.Units, layers.Poles).without(layers.Units, "u_telecom"),
		"same number": s.only(layers.Units, layers.Segments, layers.Zones, layers.Spaces).with(layers.Spaces, "sp_haihui_02", func(f layers.Feature) { f.(*layers.Space).Number = 1 }),
		"bad code":    s.only(layers.Editions, layers.Districts, layers.Towns, layers.Units, layers.Grids).with(layers.Grids, "310116104Z03", func(f layers.Feature) { f.(*layers.Grid).Code = "310116104Z3" }),
	} {
		if len(marks(planted, all.Settings)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

// TestNamedPlaces asks for the places that the documents name.
func TestNamedPlaces(t *testing.T) {
	s := demo(t)
	grid, grids := partition(t, s, layers.Grids)
	place, places := partition(t, s, layers.Communities)
	at := func(p orb.Point) (string, string) {
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		g, _ := grid.Locate(q)
		c, _ := place.Locate(q)
		return grids[g].Head().ID, places[c].(*layers.Community).Name
	}
	named := map[string]string{}
	for _, c := range list[*layers.Community](s, layers.Communities) {
		if other := named[c.Name]; other != "" {
			t.Errorf("%s and %s are both called %s", other, c.Code, c.Name)
		}
		named[c.Name] = c.Town
	}
	for name, town := range map[string]string{"东门社区": "310116109", "万盛社区": "310116113", "金湾社区": "310116113"} {
		if named[name] != town {
			t.Errorf("%s lies in %q, want %s", name, named[name], town)
		}
	}
	for _, o := range list[*layers.Overlay](s, layers.Overlays) {
		want := map[string]string{"万盛金邸街区": "310116113Z02 万盛社区", "公园路商业街区": "310116101Z03", "郁金香庭街区": "310116101Z02"}[o.Name]
		if want == "" {
			continue
		}
		for _, p := range o.Geometry[0][0] {
			g, c := at(p)
			if !strings.HasPrefix(g+" "+c, want) {
				t.Errorf("a corner of %s lies in %s %s, want %s", o.Name, g, c, want)
			}
		}
	}
	found := 0
	for _, r := range list[*layers.Road](s, layers.Roads) {
		if r.Name != "公园路" {
			continue
		}
		found++
		for _, p := range r.Geometry {
			if g, _ := at(p); g != "310116101Z03" {
				t.Errorf("公园路 at %v lies in %s", p, g)
			}
		}
	}
	if found == 0 {
		t.Error("there is no 公园路")
	}
}

// TestNoPersonIsNamed looks for what a person would be known by, in every text of every file.
func TestNoPersonIsNamed(t *testing.T) {
	for _, in := range layers.All() {
		raw, err := fs.ReadFile(data.Files(), string(in.Layer)+".geojson")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			text, _, _ := strings.Cut(line, `"geometry":`)
			for _, bad := range personal([]byte(text)) {
				t.Errorf("%s: %s", in.Layer, bad)
			}
		}
	}
	for _, planted := range []string{`{"name":"王先生"}`, `{"phone":""}`, `{"name":"13800138000"}`, `{"name":"grid@example.org"}`, `{"contact":{"a":1}}`} {
		if len(personal([]byte(planted))) == 0 {
			t.Errorf("%s: not found", planted)
		}
	}
}

var (
	personKey  = regexp.MustCompile(`"(person|phone|tel|mobile|contact|household|resident_name|id_card|chief|email)[a-z_]*":`)
	personText = regexp.MustCompile(`先生|女士|同志|书记|主任|"1[3-9]\d{9}"|\b0\d{2}-?\d{8}\b|[\w.]+@[\w-]+\.[\w.]+`)
)

func personal(raw []byte) (bad []string) {
	for _, form := range []*regexp.Regexp{personKey, personText} {
		for _, hit := range form.FindAll(raw, 5) {
			bad = append(bad, string(hit))
		}
	}
	return bad
}

// TestManifest checks that it says of every layer what is fact and what is invented, under which licence and in which system.
func TestManifest(t *testing.T) {
	raw, err := fs.ReadFile(data.Files(), "manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Generator, Version, Notice, Licence string
		Seed                                int
		Layers                              []struct {
			Layer, File, Licence, CRS, SHA256 string
			Features                          int
			Facts, Invented                   []string
		}
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	if m.Generator == "" || m.Version == "" || m.Seed == 0 || !strings.Contains(m.Notice, "Synthetic") || m.Licence == "" {
		t.Errorf("manifest %+v", m)
	}
	if len(m.Layers) != len(layers.All()) {
		t.Fatalf("%d layers, want %d", len(m.Layers), len(layers.All()))
	}
	size := len(raw)
	for i, l := range m.Layers {
		if l.Layer != string(layers.All()[i].Layer) || l.Licence == "" || l.CRS != "EPSG:4490" || len(l.SHA256) != 64 || len(l.Invented) == 0 || l.Facts == nil {
			t.Errorf("layer %d: %+v", i, l)
		}
		b, err := fs.ReadFile(data.Files(), l.File)
		if err != nil {
			t.Fatal(err)
		}
		size += len(b)
		if lines := strings.Count(string(b), "\n"); lines != l.Features+2 {
			t.Errorf("%s has %d lines for %d features", l.File, lines, l.Features)
		}
	}
	if size > 8<<20 {
		t.Errorf("the data has %d bytes, at most 8 MiB", size)
	}
}

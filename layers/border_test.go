package layers_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// quilt is a district of squares of 0.01 degree, by their south-western corners:
//
//	C D      C touches B in a point alone, and D is of another town
//	A B
func quilt(t *testing.T, agreements ...*layers.Agreement) *layers.Snapshot {
	t.Helper()
	var more []layers.Feature
	for _, a := range agreements {
		a.Meta = layers.Meta{ID: a.Code, Version: 1, ValidFrom: 1735660800000}
		a.Name, a.From = a.Code, "2025-03-01"
		more = append(more, a)
	}
	return quiltOf(t, more...)
}

// quiltOf is quilt with something more in it.
func quiltOf(t *testing.T, more ...layers.Feature) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	add := func(f layers.Feature) {
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
	}
	from := layers.Instant(1735660800000) // 2025-01-01
	for _, g := range []struct {
		code, town string
		x, y       float64
	}{{"A", "T1", 0, 0}, {"B", "T1", 1, 0}, {"C", "T1", 0, 1}, {"D", "T2", 1, 1}} {
		at := func(x, y float64) orb.Point {
			return geo.Fixed{X: 1210000000 + int32(100000*(g.x+x)), Y: 310000000 + int32(100000*(g.y+y))}.Point()
		}
		add(&layers.Grid{Meta: layers.Meta{ID: g.code, Version: 1, ValidFrom: from}, Code: g.code, Name: g.code, Town: g.town,
			Geometry: orb.MultiPolygon{{{at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)}}}})
	}
	for _, f := range more {
		add(f)
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 1}, RecordedAt: from, Settings: layers.Settings{Codes: layers.CodesFree}})
	if err != nil {
		t.Fatal(err)
	}
	if q := s.Quarantined(); len(q) > 0 {
		t.Fatal(q)
	}
	return s
}

func when(t testing.TB, text string) layers.Instant {
	t.Helper()
	i, err := layers.ParseInstant(text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestBordersOfSquares(t *testing.T) {
	s := quilt(t)
	at := when(t, "2025-06-11T10:00:00+08:00")
	var got []string
	for _, b := range s.Borders(at) {
		got = append(got, fmt.Sprintf("%s %s|%s %s|%s cross %v external %v", b.ID, b.GridA, b.GridB, b.TownA, b.TownB, b.CrossTown, b.External))
		sum := geo.Metres(0)
		for _, line := range b.Geometry {
			sum += geo.Length(line)
		}
		if math.Abs(float64(sum)-b.LengthM) > 0.051 || b.LengthM < 900 {
			t.Errorf("%s: %v m long, its pieces %v", b.ID, b.LengthM, sum)
		}
	}
	want := []string{
		"b_A_outside A| T1| cross false external true", "b_A_B A|B T1|T1 cross false external false", "b_A_C A|C T1|T1 cross false external false",
		"b_B_outside B| T1| cross false external true", "b_B_D B|D T1|T2 cross true external false",
		"b_C_outside C| T1| cross false external true", "b_C_D C|D T1|T2 cross true external false",
		"b_D_outside D| T2| cross false external true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if b, ok := s.Border(layers.BorderID("D", "B"), at); !ok || b.GridA != "B" {
		t.Errorf("found %+v", b)
	}
	if _, ok := s.Border("b_B_C", at); ok {
		t.Error("squares that touch in a point have a border")
	}
	if list := s.Borders(when(t, "2024-06-11T10:00:00+08:00")); list != nil {
		t.Errorf("before there were grids: %+v", list)
	}
}

func TestBordersWithAgreements(t *testing.T) {
	s := quilt(t, &layers.Agreement{Code: "ag_1", GridA: "A", GridB: "B", Lead: layers.LeadMonth, First: "B"},
		&layers.Agreement{Code: "ag_2", GridA: "A", GridB: "C", Lead: layers.LeadCase, First: "A"},
		&layers.Agreement{Code: "ag_3", GridA: "B", GridB: "D", Lead: layers.LeadFixed, First: "D", Until: "2025-06-01"},
		&layers.Agreement{Code: "ag_4", GridA: "B", GridB: "D", Lead: layers.LeadFixed, First: "B"})
	for _, c := range []struct{ id, at, agreement, lead string }{
		{"b_A_B", "2025-02-28T23:59:59+08:00", "", ""},
		{"b_A_B", "2025-03-01T00:00:00+08:00", "ag_1", "B"},
		{"b_A_B", "2025-03-31T23:59:59+08:00", "ag_1", "B"},
		{"b_A_B", "2025-04-01T00:00:00+08:00", "ag_1", "A"},
		{"b_A_B", "2026-01-01T00:00:00+08:00", "ag_1", "B"},
		{"b_A_C", "2025-04-01T00:00:00+08:00", "ag_2", ""},
		{"b_B_D", "2025-05-31T12:00:00+08:00", "ag_3", "D"},
		{"b_B_D", "2025-06-01T12:00:00+08:00", "ag_4", "B"},
		{"b_C_D", "2025-06-01T12:00:00+08:00", "", ""},
	} {
		b, ok := s.Border(c.id, when(t, c.at))
		if !ok || b.Agreement != c.agreement || b.Lead != c.lead {
			t.Errorf("%s at %s: agreement %q, lead %q; want %q, %q", c.id, c.at, b.Agreement, b.Lead, c.agreement, c.lead)
		}
	}
	byCase := &layers.Agreement{GridA: "A", GridB: "C", Lead: layers.LeadCase, First: "A"}
	for number, want := range map[string]string{"17": "A", "2025-第18号": "C", "": "", "号": "", "0": "C"} {
		if got, _ := byCase.Leader(0, number); got != want {
			t.Errorf("case %q: %q leads, want %q", number, got, want)
		}
	}
}

// TestBordersOfTheDemo: each pair of grids that have an edge in common has a border, as a scan of all edges finds them, and no other pair has.
func TestBordersOfTheDemo(t *testing.T) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	b := layers.NewBuilder()
	edges := map[[2]geo.Fixed][]string{}
	towns := map[string]string{}
	for _, f := range set.Features {
		g, ok := f.(*layers.Grid)
		if !ok {
			continue
		}
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
		towns[g.Code] = g.Town
		m, err := geo.FixedMultiPolygonFrom(g.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		for _, pg := range m {
			for _, ring := range pg {
				for i := 1; i < len(ring); i++ {
					p, q := ring[i-1], ring[i]
					if p.X > q.X || p.X == q.X && p.Y > q.Y {
						p, q = q, p
					}
					edges[[2]geo.Fixed{p, q}] = append(edges[[2]geo.Fixed{p, q}], g.Code)
				}
			}
		}
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 1}, Settings: set.Settings})
	if err != nil {
		t.Fatal(err)
	}
	touching := map[[2]string]string{}
	for _, codes := range edges {
		other := ""
		if len(codes) == 2 {
			other = codes[1]
		}
		touching[[2]string{codes[0], other}], touching[[2]string{other, codes[0]}] = layers.BorderID(codes[0], other), layers.BorderID(codes[0], other)
	}
	const may = 1750000000000
	grids := []*layers.Grid{nil}
	for f := range s.Set(layers.Grids).All(may) {
		grids = append(grids, f.(*layers.Grid))
	}
	codeOf := func(g *layers.Grid) string {
		if g == nil {
			return ""
		}
		return g.Code
	}
	for _, one := range grids[1:] {
		for _, other := range grids {
			if got := s.Partition(layers.Grids, may).BorderOf(one, other); got != touching[[2]string{codeOf(one), codeOf(other)}] {
				t.Errorf("the border of %s and %q is %q, want %q", one.Code, codeOf(other), got, touching[[2]string{codeOf(one), codeOf(other)}])
			}
		}
	}
	want := map[string]float64{}
	for edge, codes := range edges {
		codes = append(codes, "")
		want[layers.BorderID(codes[0], codes[1])] += float64(geo.Distance(edge[0].Point(), edge[1].Point()))
	}
	cross := 0
	for _, b := range s.Borders(when(t, "2025-06-11T10:00:00+08:00")) {
		if d := math.Abs(want[b.ID] - b.LengthM); d > 0.06 {
			t.Errorf("%s: %v m, by its edges %v", b.ID, b.LengthM, want[b.ID])
		}
		delete(want, b.ID)
		if b.CrossTown != (!b.External && towns[b.GridA] != towns[b.GridB]) {
			t.Errorf("%s: cross-town is %v", b.ID, b.CrossTown)
		}
		if b.CrossTown {
			cross++
		}
	}
	if len(want) > 0 || cross == 0 {
		t.Errorf("no borders for %v; %d between towns", want, cross)
	}
}

// TestBeyondTheBordersOfTheDemo: along the border of the district with each neighbour, which a scan of all edges finds, the borders of the grids
// name that neighbour, and along the shore nobody but for the few metres beside the last neighbour's ground.
func TestBeyondTheBordersOfTheDemo(t *testing.T) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	b := layers.NewBuilder()
	across := map[[2]orb.Point]string{}
	names := map[string]string{}
	for _, f := range set.Features {
		switch f := f.(type) {
		case *layers.Grid:
		case *layers.Unit:
			names[f.ID] = f.Name
		case *layers.Overlay:
			for _, pg := range f.Geometry {
				for i := 1; i < len(pg[0]) && f.Kind == layers.Neighbour; i++ {
					across[[2]orb.Point{pg[0][i], pg[0][i-1]}] = f.Unit
				}
			}
		default:
			continue
		}
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 1}, Settings: set.Settings})
	if err != nil {
		t.Fatal(err)
	}
	at, all := when(t, "2025-06-11T10:00:00+08:00"), map[string]float64{}
	for _, border := range s.Borders(at) {
		want, total := map[string]float64{}, 0.0
		for _, line := range border.Geometry {
			for i := 1; i < len(line); i++ {
				want[across[[2]orb.Point{line[i-1], line[i]}]] += float64(geo.Distance(line[i-1], line[i]))
			}
		}
		if !border.External {
			want = nil
		}
		for i, one := range border.Beyond {
			if d := one.LengthM - want[one.Unit]; d < -20 || d > 120 || names[one.Unit] != one.Name {
				t.Errorf("%s: %+v, by its edges %v m", border.ID, one, want[one.Unit])
			}
			if i > 0 && one.LengthM > border.Beyond[i-1].LengthM {
				t.Errorf("%s: not by length: %+v", border.ID, border.Beyond)
			}
			delete(want, one.Unit)
			all[one.Unit] += one.LengthM
			total += one.LengthM
		}
		delete(want, "")
		if len(want) > 0 || total > border.LengthM+1 {
			t.Errorf("%s, %v m: %+v does not have %v", border.ID, border.LengthM, border.Beyond, want)
		}
	}
	if len(all) != 5 {
		t.Errorf("beyond all borders together: %v", all)
	}
	shore, ok := s.Border("b_310116001Z02_outside", at)
	if !ok || len(shore.Beyond) != 0 {
		t.Errorf("beyond the shore of 石化: %+v", shore.Beyond)
	}
	if before := s.Borders(when(t, "2024-06-11T10:00:00+08:00")); len(before) != 0 {
		t.Errorf("before there were grids: %d borders", len(before))
	}
}

// neighbourGround is that of a neighbour: a rectangle of the squared paper of quilt.
func neighbourGround(id, unit string, west, south, east, north float64) *layers.Overlay {
	at := func(x, y float64) orb.Point {
		return geo.Fixed{X: 1210000000 + int32(100000*x), Y: 310000000 + int32(100000*y)}.Point()
	}
	return &layers.Overlay{Meta: layers.Meta{ID: id, Version: 1, ValidFrom: 1735660800000}, Code: id, Name: "邻" + id, NameEn: "Ground " + id, Kind: layers.Neighbour, Unit: unit,
		Geometry: orb.MultiPolygon{{{at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)}}}}
}

func TestBeyondSquares(t *testing.T) {
	north := &layers.Unit{Meta: layers.Meta{ID: "u_north", Version: 1, ValidFrom: 1735660800000}, Code: "u_north", Name: "北县", Kind: "neighbour", External: true}
	ended := neighbourGround("o_5", "u_ended", 2, 0, 3, 2)
	ended.ValidTo = 1735660800000 + 1000
	park := neighbourGround("o_6", "u_park", 2, 0, 3, 2)
	park.Kind = layers.Park
	s := quiltOf(t, north, ended, park,
		neighbourGround("o_1", "u_north", 0, 2, 1.25, 3), neighbourGround("o_2", "u_west", -1, 1.5, 0, 2.5), // as far as the middle of C
		neighbourGround("o_3", "u_west", -1, 1, -0.04, 1.5), // 38 m away
		neighbourGround("o_4", "u_far", -1, 0, -0.06, 0.9))  // 57 m away
	at := when(t, "2025-06-11T10:00:00+08:00")
	var got []string
	for _, b := range s.Borders(at) {
		for _, one := range b.Beyond {
			got = append(got, fmt.Sprintf("%s %s %s/%s %.0f", b.ID, one.Unit, one.Name, one.NameEn, one.LengthM/10))
		}
	}
	want := []string{"b_A_outside u_west 邻o_3/Ground o_3 4", "b_C_outside u_west 邻o_2/Ground o_2 111", "b_C_outside u_north 北县/ 95", "b_D_outside u_north 北县/ 30"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if then := s.Borders(1735660800000); then[len(then)-1].Beyond[0].Unit != "u_ended" {
		t.Errorf("while it was in force: %+v", then[len(then)-1].Beyond)
	}
	if again, _ := s.Border("b_D_outside", at); len(again.Beyond) != 1 || again.Beyond[0].Unit != "u_north" {
		t.Errorf("asked about another time in between: %+v", again.Beyond)
	}
}

func TestGroundNeedsAUnit(t *testing.T) {
	if err := neighbourGround("o_1", "u_1", 0, 0, 1, 1).Validate(layers.CodesLocal); err != nil {
		t.Error(err)
	}
	if err := neighbourGround("o_1", "", 0, 0, 1, 1).Validate(layers.CodesLocal); err == nil || !strings.Contains(err.Error(), "/unit") {
		t.Errorf("without a unit: %v", err)
	}
}

package data_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// partitions are the layers that tile the district.
var partitions = []layers.Layer{layers.Towns, layers.Grids, layers.Communities}

// coverage checks that the areas of a layer tile: one polygon each, and no defect of any kind.
func coverage(s set, l layers.Layer) []string {
	var bad problems
	areas := make([]geo.FixedMultiPolygon, len(s[l]))
	for i, f := range s[l] {
		var err error
		if areas[i], err = geo.FixedMultiPolygonFrom(f.Shape()); err != nil {
			bad.add("%s %s: %v", l, f.Head().ID, err)
		}
		if m := f.Shape().(orb.MultiPolygon); len(m) != 1 || len(m[0]) != 1 {
			bad.add("%s %s is not one polygon without holes", l, f.Head().ID)
		}
	}
	_, defects := geo.NewCoverage(areas, layers.CoverageTolerance)
	for _, d := range defects {
		bad.add("%s: %v at %v: %s", l, d.Kind, d.At, d.Detail)
	}
	return bad
}

// sameRim checks that parent and children together have the same border, edge by edge.
func sameRim(what string, parent, children []layers.Feature) []string {
	a, b := rim(parent), rim(children)
	n := 0
	for e := range a {
		if b[e] != 1 || a[e] != 1 {
			n++
		}
	}
	if n > 0 || len(a) != len(b) || n == len(a) {
		return []string{fmt.Sprintf("%s: %d edges of the parent and %d of the children, %d differ", what, len(a), len(b), n)}
	}
	return nil
}

// rims checks that the district is the union of each partition and of the police areas, each town that of its grids and each grid
// that of its communities.
func rims(s set) []string {
	var bad problems
	police := slices.DeleteFunc(slices.Clone(s[layers.Overlays]), func(f layers.Feature) bool { return f.(*layers.Overlay).Kind != layers.PoliceArea })
	bad = append(bad, sameRim("district and police areas", s[layers.Districts], police)...)
	for _, l := range partitions {
		bad = append(bad, sameRim("district and "+string(l), s[layers.Districts], s[l])...)
	}
	for _, t := range s[layers.Towns] {
		mine := slices.DeleteFunc(slices.Clone(s[layers.Grids]), func(f layers.Feature) bool { return f.(*layers.Grid).Town != t.Head().ID })
		bad = append(bad, sameRim("town "+t.Head().ID+" and its grids", []layers.Feature{t}, mine)...)
	}
	for _, g := range s[layers.Grids] {
		mine := slices.DeleteFunc(slices.Clone(s[layers.Communities]), func(f layers.Feature) bool { return f.(*layers.Community).Grid != g.Head().ID })
		bad = append(bad, sameRim("grid "+g.Head().ID+" and its communities", []layers.Feature{g}, mine)...)
	}
	return bad
}

func TestAreasTile(t *testing.T) {
	s := demo(t)
	for _, l := range partitions {
		report(t, coverage(s, l))
	}
	report(t, rims(s))
}

// TestMovedVertexIsFound moves one vertex by 1e-7 degree, about a centimetre.
func TestMovedVertexIsFound(t *testing.T) {
	s := demo(t)
	move := func(f layers.Feature) {
		ring := f.Shape().(orb.MultiPolygon)[0][0]
		ring[len(ring)/2][0] += 1e-7
	}
	for l, id := range map[layers.Layer]string{layers.Districts: "310116", layers.Towns: "310116104", layers.Grids: "310116113Z02"} {
		if len(rims(s.with(l, id, move))) == 0 {
			t.Errorf("in %s %s: not found by the rims", l, id)
		}
	}
	if len(coverage(s.with(layers.Grids, "310116113Z02", move), layers.Grids)) == 0 {
		t.Error("in grid 310116113Z02: not found by the coverage")
	}
}

func TestShapesOfAreas(t *testing.T) {
	s := demo(t)
	for _, g := range list[*layers.Grid](s, layers.Grids) {
		if n := len(g.Geometry[0][0]); n < 300 || n > 1500 {
			t.Errorf("grid %s has %d vertices, want 300 to 1500", g.Code, n)
		}
		if a := geo.AreaMulti(g.Geometry) / 1e6; a < 1.5 || a > 60 {
			t.Errorf("grid %s covers %.1f km²", g.Code, a)
		}
	}
	district := list[*layers.District](s, layers.Districts)[0]
	if a := geo.AreaMulti(district.Geometry) / 1e6; a < 560 || a > 615 {
		t.Errorf("the district covers %.1f km², want about 586", a)
	} else {
		t.Logf("the district covers %.1f km²", a)
	}
	b, want := district.Geometry.Bound(), orb.Bound{Min: orb.Point{120.985, 30.678}, Max: orb.Point{121.474, 30.953}}
	for i := range 2 {
		if d := b.Min[i] - want.Min[i]; d < -0.003 || d > 0.003 {
			t.Errorf("the south-west corner is %v, want about %v", b.Min, want.Min)
		}
		if d := b.Max[i] - want.Max[i]; d < -0.003 || d > 0.003 {
			t.Errorf("the north-east corner is %v, want about %v", b.Max, want.Max)
		}
	}
	for _, c := range list[*layers.Community](s, layers.Communities) {
		if a := geo.AreaMulti(c.Geometry) / 1e6; a < 0.1 || a > 12 {
			t.Errorf("community %s %s covers %.3f km²", c.Code, c.Name, a)
		}
	}
}

// seats checks that each seat lies in its own town, 300 m from any grid border at least.
func seats(t *testing.T, s set) []string {
	var bad problems
	locator, list0 := partition(t, s, layers.Grids)
	n := 0
	for _, town := range list[*layers.Town](s, layers.Towns) {
		if town.Seat == nil {
			continue
		}
		n++
		q, err := geo.QueryFrom(*town.Seat)
		if err != nil {
			bad.add("%s: %v", town.Code, err)
			continue
		}
		own, _ := locator.Nearest(q, 0)
		if own.Area < 0 || list0[own.Area].(*layers.Grid).Town != town.Code {
			bad.add("the seat of %s lies in area %d", town.Code, own.Area)
		}
		if own.Distance < 300 {
			bad.add("the seat of %s is %.0f m from a border", town.Code, float64(own.Distance))
		}
		if !shapeHas(town.Geometry, *town.Seat) {
			bad.add("the seat of %s is not in its town", town.Code)
		}
	}
	if n != 10 {
		bad.add("%d towns have a seat, want 10", n)
	}
	return bad
}

func TestSeats(t *testing.T) {
	s := demo(t)
	report(t, seats(t, s))
	planted := s.with(layers.Towns, "310116104", func(f layers.Feature) { f.(*layers.Town).Seat = &orb.Point{121.3256, 30.8924} })
	if len(seats(t, planted)) == 0 {
		t.Error("a seat at a border was not found")
	}
}

// TestTownsAreTheKnownOnes compares with the public table, which is not part of the project.
func TestTownsAreTheKnownOnes(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "shared", "data", "boundaries", "jinshan-towns.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("SKIPPED: ../shared/data/boundaries/jinshan-towns.csv is not here; the codes, names and seats of the towns were NOT compared with it")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	towns := list[*layers.Town](demo(t), layers.Towns)
	if len(rows)-1 != len(towns) {
		t.Fatalf("%d towns, the table has %d", len(towns), len(rows)-1)
	}
	for i, row := range rows[1:] {
		town := towns[i]
		if town.Code != row[0] || town.Name != row[1] {
			t.Errorf("town %s %s, the table has %s %s", town.Code, town.Name, row[0], row[1])
		}
		var seat orb.Point
		if row[2] == "" {
			if town.Seat != nil {
				t.Errorf("%s has a seat, the table none", town.Code)
			}
			continue
		}
		for k := range 2 {
			if seat[k], err = strconv.ParseFloat(strings.TrimSpace(row[2+k]), 64); err != nil {
				t.Fatal(err)
			}
		}
		if town.Seat == nil || *town.Seat != seat {
			t.Errorf("the seat of %s is %v, the table has %v", town.Code, town.Seat, seat)
		}
	}
}

// TestEveryPointHasOneGrid compares the locators with plain crossing counts over all areas.
func TestEveryPointHasOneGrid(t *testing.T) {
	s := demo(t)
	located := map[layers.Layer]*geo.Locator{}
	bounds := map[layers.Layer][]orb.Bound{}
	for _, l := range []layers.Layer{layers.Towns, layers.Grids, layers.Communities} {
		located[l], _ = partition(t, s, l)
		for _, f := range s[l] {
			bounds[l] = append(bounds[l], f.Shape().Bound())
		}
	}
	district := s[layers.Districts][0].Shape().(orb.MultiPolygon)
	const seed = 3
	r := rand.New(rand.NewPCG(seed, seed))
	b := district.Bound()
	inside := 0
	for n := 0; inside < 100_000; n++ {
		if n > 400_000 {
			t.Fatalf("only %d of %d points lie in the district", inside, n)
		}
		p := orb.Point{b.Min[0] + r.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + r.Float64()*(b.Max[1]-b.Min[1])}
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		grid, _ := located[layers.Grids].Locate(q)
		town, _ := located[layers.Towns].Locate(q)
		place, _ := located[layers.Communities].Locate(q)
		if (grid < 0) != (town < 0) || (grid < 0) != (place < 0) {
			t.Fatalf("%v (seed %d): grid %d, town %d, community %d", p, seed, grid, town, place)
		}
		if grid < 0 {
			continue
		}
		inside++
		g, c := s[layers.Grids][grid].(*layers.Grid), s[layers.Communities][place].(*layers.Community)
		if code := s[layers.Towns][town].Head().ID; g.Town != code || c.Town != code || c.Grid != g.Code {
			t.Fatalf("%v (seed %d): town %s, but grid %s of %s and community %s of %s and %s", p, seed, code, g.Code, g.Town, c.Code, c.Town, c.Grid)
		}
		if inside%5 != 0 { // the plain count looks at every fifth
			continue
		}
		in := 0
		for i, f := range s[layers.Grids] {
			if bounds[layers.Grids][i].Contains(p) && shapeHas(f.Shape(), q.Point()) {
				in++
				if i != grid {
					t.Fatalf("%v (seed %d): the locator says %s, the crossing count %s", p, seed, g.Code, f.Head().ID)
				}
			}
		}
		if in != 1 {
			t.Fatalf("%v (seed %d) lies in %d grids by the crossing count", p, seed, in)
		}
	}
}

// TestExamplePoint is the point of the documents: in the fifth grid of 亭林, 18.4 m from the fourth.
func TestExamplePoint(t *testing.T) {
	s := demo(t)
	locator, list0 := partition(t, s, layers.Grids)
	p := orb.Point{121.325592, 30.892420}
	q, err := geo.QueryFrom(p)
	if err != nil {
		t.Fatal(err)
	}
	own, near := locator.Nearest(q, 30)
	if list0[own.Area].Head().ID != "310116104Z05" {
		t.Fatalf("the example point lies in %s", list0[own.Area].Head().ID)
	}
	if own.Distance < 18.35 || own.Distance > 18.45 {
		t.Errorf("the border is %.3f m away, want 18.4", float64(own.Distance))
	}
	if len(near) != 1 || list0[near[0].Area].Head().ID != "310116104Z04" {
		t.Errorf("neighbours %v, want 310116104Z04 alone", near)
	}
	for _, pole := range list[*layers.Pole](s, layers.Poles) {
		if pole.ID == "p_0007" {
			if d := geo.Distance(p, pole.Geometry); d < 2.05 || d > 2.15 {
				t.Errorf("p_0007 stands %.2f m away, want 2.1", float64(d))
			}
		}
	}
}

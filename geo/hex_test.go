package geo_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"wangge/geo"
)

func TestCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, res := drawIn(t, jinshan), rapid.IntRange(3, 13).Draw(t, "resolution")
		cell, err := geo.Cell(p, res)
		if err != nil {
			t.Fatal(err)
		}
		pg := geo.CellBoundary(cell)
		if len(pg) != 1 || len(pg[0]) < 6 || !pg[0].Closed() || pg[0].Orientation() != orb.CCW {
			t.Fatalf("%v at %d: boundary %v", p, res, pg)
		}
		pad := pg.Bound().Pad((pg.Bound().Max[0] - pg.Bound().Min[0]) / 100) // edges are arcs of great circles
		if !pad.Contains(p) {
			t.Fatalf("%v at %d is not in %v", p, res, pg)
		}
		s := geo.CellString(cell)
		for _, form := range []string{s, strings.ToUpper(s)} {
			if again, err := geo.ParseCell(form); again != cell || err != nil {
				t.Fatalf("%s reads as %x, %v", form, again, err)
			}
		}
	})
	// the example of the H3 library's own page
	if cell, err := geo.Cell(orb.Point{-122.41795063018799, 37.775938728915946}, 9); err != nil || geo.CellString(cell) != "8928308280fffff" {
		t.Errorf("San Francisco: got %x, %v", cell, err)
	}
}

func TestCellRefuses(t *testing.T) {
	for _, p := range []orb.Point{{math.NaN(), 31}, {121, math.Inf(1)}, {200, 31}, {30.8, 121.3}} {
		if c, err := geo.Cell(p, 9); !errors.Is(err, geo.ErrCoordinate) || c != 0 {
			t.Errorf("Cell(%v): got %x, %v", p, c, err)
		}
	}
	for _, res := range []int{-1, 16, 1 << 40} {
		if c, err := geo.Cell(orb.Point{121, 31}, res); !errors.Is(err, geo.ErrCell) || c != 0 {
			t.Errorf("resolution %d: got %x, %v", res, c, err)
		}
	}
	for _, s := range []string{"", "0", "8928308280ffffg", "0x8928308280fffff", "8928308280fffff ", "08928308280fffff", "ffffffffffffffff", "nonsense"} {
		if c, err := geo.ParseCell(s); !errors.Is(err, geo.ErrCell) || c != 0 {
			t.Errorf("ParseCell(%q): got %x, %v", s, c, err)
		}
	}
	if pg := geo.CellBoundary(12345); pg != nil {
		t.Errorf("boundary of no cell: %v", pg)
	}
}

// The cells of a polygon are those of a fine raster of points whose centre lies in it.
func TestCellsIn(t *testing.T) {
	pg := orb.Polygon{
		{{121.30, 30.80}, {121.34, 30.79}, {121.35, 30.83}, {121.31, 30.84}, {121.30, 30.80}},
		{{121.32, 30.81}, {121.33, 30.81}, {121.33, 30.82}, {121.32, 30.81}},
	}
	const res = 9
	got, err := geo.CellsIn(pg, res)
	if err != nil {
		t.Fatal(err)
	}
	want := map[uint64]bool{}
	for lon := 121.29; lon < 121.36; lon += 0.0005 {
		for lat := 30.78; lat < 30.85; lat += 0.0005 {
			cell, err := geo.Cell(orb.Point{lon, lat}, res)
			if err != nil {
				t.Fatal(err)
			}
			centre, _ := planar.CentroidArea(geo.CellBoundary(cell))
			if planar.PolygonContains(pg, centre) {
				want[cell] = true
			}
		}
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != len(want) || len(want) < 50 {
		t.Fatalf("got %d cells, want %d", len(got), len(want))
	}
	for _, c := range got {
		if !want[c] {
			t.Errorf("%s is not in it", geo.CellString(c))
		}
	}
}

func TestCellsInRefuses(t *testing.T) {
	frame := jinshan.ToPolygon()
	for _, c := range []struct {
		name string
		pg   orb.Polygon
		res  int
		want error
	}{
		{"far too many", orb.Polygon{box(-180, -90, 180, 90)}, 15, geo.ErrCell},
		{"a long thin one", orb.Polygon{box(121, 0, 121.0000001, 60)}, 15, geo.ErrCell},
		{"no width", orb.Polygon{box(121, 30, 121, 31)}, 9, geo.ErrCell},
		{"resolution", frame, 16, geo.ErrCell},
		{"negative resolution", frame, -1, geo.ErrCell},
		{"NaN", orb.Polygon{{{121, 30}, {math.NaN(), 30}, {121, 31}, {121, 30}}}, 5, geo.ErrCoordinate},
	} {
		if cells, err := geo.CellsIn(c.pg, c.res); !errors.Is(err, c.want) || cells != nil {
			t.Errorf("%s: got %d cells, %v, want %v", c.name, len(cells), err, c.want)
		}
	}
	for _, pg := range []orb.Polygon{nil, {}, {{}}, {{{121, 30}, {121, 31}}}} {
		if cells, err := geo.CellsIn(pg, 9); cells != nil || err != nil {
			t.Errorf("%v: got %v, %v", pg, cells, err)
		}
	}
}

package geo_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// figureOf makes a figure of corners in hundredths of a square of nineSquares: a line, or with closed an area.
func figureOf(t testing.TB, closed bool, xy ...float64) geo.Figure {
	t.Helper()
	f, err := geo.FigureFrom(drawnOf(closed, xy...))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func drawnOf(closed bool, xy ...float64) orb.Geometry {
	var line orb.LineString
	for i := 0; i < len(xy); i += 2 {
		line = append(line, place(xy[i], xy[i+1]))
	}
	if closed {
		return orb.Polygon{orb.Ring(append(line, line[0]))}
	}
	return line
}

func portionsText(list []geo.Portion) string {
	var out []string
	for _, p := range list {
		out = append(out, fmt.Sprintf("%d:%.4f", p.Area, p.Share))
	}
	return strings.Join(out, " ")
}

// The squares are numbered from the south-west: 0 1 2, 3 4 5, 6 7 8.
func TestPortionsOfSquares(t *testing.T) {
	l := geo.NewLocator(mustCover(t, nineSquares()))
	for _, c := range []struct {
		name   string
		closed bool
		xy     []float64
		want   string
	}{
		{"inside", true, []float64{10, 10, 20, 10, 20, 20, 10, 20}, "0:1.0000"},
		{"clockwise", true, []float64{10, 10, 10, 20, 20, 20, 20, 10}, "0:1.0000"},
		{"a whole square", true, []float64{100, 100, 200, 100, 200, 200, 100, 200}, "4:1.0000"},
		{"a quarter over the border", true, []float64{70, 10, 110, 10, 110, 20, 70, 20}, "0:0.7500 1:0.2500"},
		{"half and half", true, []float64{90, 10, 110, 10, 110, 20, 90, 20}, "0:0.5000 1:0.5000"},
		{"around a corner", true, []float64{90, 90, 110, 90, 110, 110, 90, 110}, "0:0.2500 1:0.2500 3:0.2500 4:0.2500"},
		{"partly outside", true, []float64{-30, 10, 10, 10, 10, 20, -30, 20}, "-1:0.7500 0:0.2500"},
		{"outside", true, []float64{-30, 10, -10, 10, -10, 20, -30, 20}, "-1:1.0000"},
		{"north of all", true, []float64{10, 400, 20, 400, 20, 410, 10, 410}, "-1:1.0000"},
		{"a diagonal square", true, []float64{100, 40, 110, 50, 100, 60, 90, 50}, "0:0.5000 1:0.5000"},
		{"a line inside", false, []float64{10, 10, 20, 10}, "0:1.0000"},
		{"a line across", false, []float64{70, 10, 110, 10}, "0:0.7500 1:0.2500"},
		{"a bent line across", false, []float64{90, 50, 100, 50, 110, 50}, "0:0.5000 1:0.5000"},
		{"along a border", false, []float64{100, 10, 100, 90}, "0:0.5000 1:0.5000"},
		{"along a border, backwards", false, []float64{100, 90, 100, 10}, "0:0.5000 1:0.5000"},
		{"along the outside", false, []float64{0, 10, 0, 90}, "-1:0.5000 0:0.5000"},
		// To the north 4,434 m for each 3,860 m to the west: degrees of longitude are shorter here.
		{"along a border and away", false, []float64{100, 20, 100, 60, 60, 60}, "0:0.7327 1:0.2673"},
		{"through a corner", false, []float64{80, 80, 120, 120}, "0:0.5000 4:0.5000"},
		{"a line outside", false, []float64{-30, 10, -10, 10}, "-1:1.0000"},
		{"over three", false, []float64{50, 50, 250, 50}, "1:0.5000 0:0.2500 2:0.2500"},
	} {
		f := figureOf(t, c.closed, c.xy...)
		list := l.Portions(f)
		got := portionsText(list)
		// Equal shares are not equal to the last digit: their order is that of the areas to four digits.
		if fields, want := strings.Fields(got), strings.Fields(c.want); !slices.Equal(sorted(fields), sorted(want)) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		for _, p := range list {
			at, ok := l.PointIn(f, p.Area)
			if own, match := l.Locate(at); !ok || own != p.Area && match != geo.MatchEdge {
				t.Errorf("%s: the point in %d is %v (%v), in %d", c.name, p.Area, at.Point(), ok, own)
			}
		}
		if _, ok := l.PointIn(f, 8); ok != strings.Contains(c.want, "8:") {
			t.Errorf("%s: a point in 8: %v", c.name, ok)
		}
	}
}

// TestThinPortions: what is a two-hundredth of the height of a figure is found too.
func TestThinPortions(t *testing.T) {
	l := geo.NewLocator(mustCover(t, nineSquares()))
	for _, xy := range [][]float64{{10, 50, 90, 50, 90, 100.3, 10, 100.3}, {10, 99.8, 90, 99.8, 90, 150, 10, 150}} {
		f := figureOf(t, true, xy...)
		for _, p := range l.Portions(f) {
			at, ok := l.PointIn(f, p.Area)
			if own, _ := l.Locate(at); !ok || own != p.Area {
				t.Errorf("%v: the point in %d, which has %.4f of it, is in %d (%v)", xy, p.Area, p.Share, own, ok)
			}
		}
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func TestFigures(t *testing.T) {
	for name, g := range map[string]orb.Geometry{
		"a point":           orb.Point{121, 30},
		"nothing":           nil,
		"no line":           orb.LineString{},
		"one corner":        orb.LineString{{121, 30}},
		"one corner, twice": orb.LineString{{121, 30}, {121, 30}},
		"no ring":           orb.Polygon{},
		"a hole":            orb.Polygon{orb.Ring(place4(0, 0, 100)), orb.Ring(place4(20, 20, 40))},
		"crossing itself":   drawnOf(true, 0, 0, 100, 100, 100, 0, 0, 100),
		"without an inside": drawnOf(true, 0, 0, 50, 50, 100, 100),
		"two areas":         orb.MultiPolygon{{orb.Ring(place4(0, 0, 100))}},
		"open":              orb.Polygon{orb.Ring(place4(0, 0, 100)[:4])},
	} {
		if _, err := geo.FigureFrom(g); !errors.Is(err, geo.ErrFigure) {
			t.Errorf("%s: %v, want ErrFigure", name, err)
		}
	}
	for _, g := range []orb.Geometry{orb.LineString{{121, 30}, {math.NaN(), 30}}, orb.Polygon{{{121, 30}, {122, 30}, {121, 95}, {121, 30}}}} {
		if _, err := geo.FigureFrom(g); !errors.Is(err, geo.ErrCoordinate) {
			t.Errorf("%v: %v, want ErrCoordinate", g, err)
		}
	}
	if f := figureOf(t, true, 0, 0, 0, 100, 100, 100, 100, 0); !f.IsArea() || len(f.Corners()) != 5 {
		t.Errorf("%+v", f)
	}
}

// place4 is a closed square.
func place4(x, y, side float64) []orb.Point {
	return []orb.Point{place(x, y), place(x+side, y), place(x+side, y+side), place(x, y+side), place(x, y)}
}

// TestPortionsOfRandomFigures lays random figures on random partitions, and compares: areas with an overlay of two coverages, which gathers
// what it measures in another way, and both kinds with counting positions.
func TestPortionsOfRandomFigures(t *testing.T) {
	figures := 0
	for seed := range uint64(*overlays) {
		r := rand.New(rand.NewPCG(seed, 11))
		lattice, _ := redrawn(r)
		areas := lattice.draw()
		if len(areas) == 0 {
			continue
		}
		c := mustCover(t, areas)
		l := geo.NewLocator(c)
		lo, hi, _ := c.Bound()
		for range 6 {
			g := randomFigure(r, c, lo, hi)
			f, err := geo.FigureFrom(g)
			if err != nil {
				continue // it crosses itself
			}
			figures++
			got := l.Portions(f)
			sum := 0.0
			for _, p := range got {
				sum += p.Share
			}
			if math.Abs(sum-1) > 1e-12 || len(got) == 0 {
				t.Fatalf("seed %d: the shares of %v are %v", seed, g, got)
			}
			if f.IsArea() {
				sameAsOverlay(t, c, g, got)
			}
			sameAsCounted(t, areas, f, got)
			if at, ok := l.PointIn(f, got[0].Area); !ok {
				t.Fatalf("seed %d: no point of %v in %v", seed, g, got[0])
			} else if own, match := l.Locate(at); own != got[0].Area && match != geo.MatchEdge {
				t.Fatalf("seed %d: %v is in %d, not %d", seed, at.Point(), own, got[0].Area)
			}
		}
	}
	if figures < *overlays {
		t.Fatalf("%d figures of %d partitions", figures, *overlays)
	}
}

// TestPortionsOfAreasOfAnotherEdition: whole areas, with their holes and parts, have the shares of the overlay of both editions.
func TestPortionsOfAreasOfAnotherEdition(t *testing.T) {
	holes := 0
	for seed := range uint64(*overlays) {
		before, after := redrawn(rand.New(rand.NewPCG(seed, 13)))
		a, b := before.draw(), after.draw()
		o := mustOverlay(t, a, b)
		l := geo.NewLocator(mustCover(t, a))
		for j, m := range b {
			if len(m) == 0 {
				continue
			}
			if len(m) > 1 || len(m[0]) > 1 {
				holes++
			}
			rest := map[int]float64{}
			for _, c := range o.Common {
				if c.B == j {
					rest[c.A] = c.AreaM2 / o.AreaB[j]
				}
			}
			for _, p := range l.Portions(geo.FigureOf(m)) {
				rest[p.Area] -= p.Share
			}
			for area, v := range rest {
				if math.Abs(v) > 1e-9 {
					t.Fatalf("seed %d: area %d has %g more of area %d by the overlay", seed, area, v, j)
				}
			}
		}
	}
	if holes == 0 {
		t.Error("no area has a hole or several parts")
	}
}

// randomFigure is a line or an area with up to 12 corners, some of which are vertices of the coverage.
func randomFigure(r *rand.Rand, c *geo.Coverage, lo, hi geo.Fixed) orb.Geometry {
	width, height := float64(hi.X)-float64(lo.X), float64(hi.Y)-float64(lo.Y)
	size := math.Pow(10, -2*r.Float64())
	nodes := slices.Collect(c.Nodes())
	x, y := float64(lo.X)+width*r.Float64(), float64(lo.Y)+height*r.Float64()
	n := 3 + r.IntN(10)
	var line orb.LineString
	for i := range n {
		turn := 2 * math.Pi * float64(i) / float64(n)
		far := size * (0.2 + r.Float64())
		px := max(-179, min(179, (x+width*far*math.Cos(turn))/geo.FixedScale))
		py := max(-89, min(89, (y+height*far*math.Sin(turn))/geo.FixedScale))
		p := orb.Point{px, py}
		if r.IntN(8) == 0 && len(nodes) > 0 {
			p = nodes[r.IntN(len(nodes))].Point()
		}
		line = append(line, p)
	}
	if r.IntN(2) == 0 {
		return line
	}
	return orb.Polygon{orb.Ring(append(line, line[0]))}
}

// sameAsOverlay compares the shares of an area with those of an overlay.
func sameAsOverlay(t *testing.T, c *geo.Coverage, g orb.Geometry, got []geo.Portion) {
	t.Helper()
	m, err := geo.FixedMultiPolygonFrom(g)
	if err != nil {
		t.Fatal(err)
	}
	alone, defects := geo.NewCoverage([]geo.FixedMultiPolygon{m}, 0)
	if alone == nil {
		t.Fatalf("%v: %v", g, defects)
	}
	o, err := geo.NewOverlay(t.Context(), alone, c)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]float64{}
	for _, common := range o.Common {
		if common.A == 0 {
			want[common.B] = common.AreaM2 / o.AreaA[0]
		}
	}
	for _, p := range got {
		want[p.Area] -= p.Share
	}
	for area, rest := range want {
		if math.Abs(rest) > 1e-9 {
			t.Fatalf("%v: area %d differs by %g from its overlay; %v", g, area, rest, got)
		}
	}
}

// sameAsCounted counts positions of a figure that areas have.
func sameAsCounted(t *testing.T, areas []geo.FixedMultiPolygon, f geo.Figure, got []geo.Portion) {
	t.Helper()
	if !f.IsArea() {
		return // TestPortionsOfRandomLines
	}
	corners := f.Corners()
	m, err := geo.FixedMultiPolygonFrom(orb.Polygon{orb.Ring(corners)})
	if err != nil {
		t.Fatal(err)
	}
	bound := orb.Ring(corners).Bound()
	const n = 60
	counts, all := map[int]int{}, 0
	for i := range n {
		for k := range n {
			p := orb.Point{bound.Min[0] + (bound.Max[0]-bound.Min[0])*(float64(i)+0.5)/n, bound.Min[1] + (bound.Max[1]-bound.Min[1])*(float64(k)+0.5)/n}
			if q := mustQuery(t, p); geo.Contains(m, q) {
				counts[ownerOf(areas, q)]++
				all++
			}
		}
	}
	if all < 500 || bound.Max[1]-bound.Min[1] > 1 { // a degree of longitude has another length at its ends
		return
	}
	for _, p := range got {
		if counted := float64(counts[p.Area]) / float64(all); math.Abs(counted-p.Share) > 0.04 {
			t.Fatalf("area %d has %.4f of %v, by counting %.4f", p.Area, p.Share, corners, counted)
		}
	}
}

func ownerOf(areas []geo.FixedMultiPolygon, q geo.Query) int {
	return slices.IndexFunc(areas, func(m geo.FixedMultiPolygon) bool { return geo.Contains(m, q) })
}

func mustQuery(t testing.TB, p orb.Point) geo.Query {
	t.Helper()
	q, err := geo.QueryFrom(p)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestPortionsOfRandomLines counts positions along lines.
func TestPortionsOfRandomLines(t *testing.T) {
	for seed := range uint64(*overlays) / 3 {
		r := rand.New(rand.NewPCG(seed, 12))
		lattice, _ := redrawn(r)
		areas := lattice.draw()
		if len(areas) == 0 {
			continue
		}
		c := mustCover(t, areas)
		lo, hi, _ := c.Bound()
		a, b := randomFigure(r, c, lo, hi).Bound().Min, randomFigure(r, c, lo, hi).Bound().Max
		f, err := geo.FigureFrom(orb.LineString{a, b})
		if err != nil || math.Abs(a[1]-b[1]) > 1 {
			continue
		}
		const n = 3000
		counts := map[int]float64{}
		for i := range n {
			part := (float64(i) + 0.5) / n
			counts[ownerOf(areas, mustQuery(t, orb.Point{a[0] + (b[0]-a[0])*part, a[1] + (b[1]-a[1])*part}))] += 1.0 / n
		}
		got := geo.NewLocator(c).Portions(f)
		for _, p := range got {
			counts[p.Area] -= p.Share
		}
		for area, rest := range counts {
			if math.Abs(rest) > 0.005 {
				t.Fatalf("seed %d: area %d of %v to %v: %g more by counting than %v", seed, area, a, b, rest, got)
			}
		}
	}
}

package geo_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

// unit is the side of the squares below: 10,000 Fixed units, about 111 m from south to north.
const unit = 10_000

// fixedRing makes a ring of positions given in units of 1/100 of a square, at 121° E 30° N, and closes it.
func fixedRing(xy ...int32) geo.FixedRing {
	var r geo.FixedRing
	for i := 0; i < len(xy); i += 2 {
		r = append(r, geo.Fixed{X: 1210000000 + xy[i]*unit/100, Y: 300000000 + xy[i+1]*unit/100})
	}
	return append(r, r[0])
}

func rect(x0, y0, x1, y1 int32) geo.FixedRing { return fixedRing(x0, y0, x1, y0, x1, y1, x0, y1) }

func area(rings ...geo.FixedRing) geo.FixedMultiPolygon { return geo.FixedMultiPolygon{rings} }

// place is the position of a point given like those of fixedRing.
func place(x, y float64) orb.Point {
	return orb.Point{121 + x*unit/100/geo.FixedScale, 30 + y*unit/100/geo.FixedScale}
}

func nineSquares() []geo.FixedMultiPolygon {
	l := newLattice(3, 3, unit)
	for i := range l.owner {
		l.owner[i] = i
	}
	return l.draw()
}

func TestNineSquares(t *testing.T) {
	areas := nineSquares()
	c, defects := geo.NewCoverage(areas, 0.5)
	if c == nil || len(defects) > 0 {
		t.Fatalf("defects: %v", defects)
	}
	if c.Len() != 9 || c.NumArcs() != 20 || len(slices.Collect(c.Nodes())) != 12 {
		// four inner nodes, eight where an inner border meets the shore; 12 inner arcs, 8 along the shore
		t.Errorf("%d areas, %d arcs, %d nodes; want 9, 20, 12", c.Len(), c.NumArcs(), len(slices.Collect(c.Nodes())))
	}
	nodes := slices.Collect(c.Nodes())
	for a := range c.Arcs() {
		if a.Left == a.Right || a.Line[0] != nodes[a.From] || a.Line[len(a.Line)-1] != nodes[a.To] {
			t.Errorf("arc %+v does not fit its nodes", a)
		}
	}
	lo, hi, ok := c.Bound()
	if !ok || hi.X-lo.X != 3*unit || hi.Y-lo.Y != 3*unit {
		t.Errorf("bound %v %v", lo, hi)
	}
	if diff := cmp.Diff(areas, c.Areas()); diff != "" {
		t.Errorf("areas changed:\n%s", diff)
	}
	areas[0][0][0][0].X++
	if c.Areas()[0][0][0][0] == areas[0][0][0][0] {
		t.Error("the coverage shares memory with its input")
	}
}

func TestBorders(t *testing.T) {
	c := mustCover(t, nineSquares())
	borders := c.Borders()
	var pairs []string
	for _, b := range borders {
		pairs = append(pairs, fmt.Sprintf("%d|%d", b.A, b.B))
		for _, a := range b.Arcs {
			if a.Left != b.A || a.Right != b.B {
				t.Errorf("arc %d|%d in border %d|%d", a.Left, a.Right, b.A, b.B)
			}
		}
	}
	want := []string{"0|-1", "0|1", "0|3", "1|-1", "1|2", "1|4", "2|-1", "2|5", "3|-1", "3|4", "3|6", "4|5", "4|7", "5|-1", "5|8",
		"6|-1", "6|7", "7|-1", "7|8", "8|-1"}
	if diff := cmp.Diff(want, pairs); diff != "" {
		t.Error(diff)
	}
	north := borders[slices.Index(pairs, "0|1")]
	if want := geo.Distance(place(100, 0), place(100, 100)); !nearly(north.Length, want) {
		t.Errorf("the border of two squares is %v m long, want %v", north.Length, want)
	}
	// The arcs of a border turned to one side never change the coverage's own.
	for a := range c.Arcs() {
		if a.Left < 0 && a.Right < 0 {
			t.Errorf("arc %+v", a)
		}
	}
}

// TestCleanCoverages are partitions of every shape that must be accepted without a defect worth a warning.
func TestCleanCoverages(t *testing.T) {
	cases := []struct {
		name  string
		areas []geo.FixedMultiPolygon
		infos []string
		arcs  int
	}{
		{"one square", []geo.FixedMultiPolygon{area(rect(0, 0, 100, 100))}, nil, 1},
		{"T junction: a vertex exactly on the neighbour's edge", []geo.FixedMultiPolygon{
			area(rect(0, 0, 100, 200)), area(rect(100, 0, 200, 100)), area(rect(100, 100, 200, 200))}, nil, 6},
		{"enclave in a hole", []geo.FixedMultiPolygon{
			area(rect(0, 0, 300, 300), rect(100, 100, 200, 200)), area(rect(100, 100, 200, 200))}, nil, 2},
		{"enclave in an enclave", []geo.FixedMultiPolygon{
			area(rect(0, 0, 500, 500), rect(100, 100, 400, 400)), area(rect(100, 100, 400, 400), rect(200, 200, 300, 300)),
			area(rect(200, 200, 300, 300))}, nil, 3},
		{"islands", []geo.FixedMultiPolygon{
			{{rect(0, 0, 100, 100)}, {rect(300, 0, 400, 100)}}, area(rect(100, 0, 200, 100))}, nil, 4},
		{"squares that touch in a corner", []geo.FixedMultiPolygon{area(rect(0, 0, 100, 100)), area(rect(100, 100, 200, 200))}, nil, 2},
		{"lake", []geo.FixedMultiPolygon{area(rect(0, 0, 300, 300), rect(100, 100, 200, 200))}, []string{"info hole-kept", "info ring-winding"}, 2},
		{"lake between two", []geo.FixedMultiPolygon{
			area(fixedRing(0, 0, 150, 0, 150, 100, 100, 100, 100, 200, 150, 200, 150, 300, 0, 300)),
			area(fixedRing(150, 0, 300, 0, 300, 300, 150, 300, 150, 200, 200, 200, 200, 100, 150, 100))}, []string{"info hole-kept"}, 6},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			coverage, defects := geo.NewCoverage(c.areas, 0.5)
			got := slices.DeleteFunc(kinds(defects), func(k string) bool { return k == "info ring-winding" && !slices.Contains(c.infos, k) })
			if diff := cmp.Diff(c.infos, got, cmpopts.EquateEmpty()); coverage == nil || diff != "" {
				t.Fatalf("defects %v", defects)
			}
			if coverage.NumArcs() != c.arcs {
				t.Errorf("%d arcs, want %d", coverage.NumArcs(), c.arcs)
			}
		})
	}
}

// TestPlantedDefects plants one defect of a kind and expects it with its place, its areas and its size.
func TestPlantedDefects(t *testing.T) {
	left := area(rect(0, 0, 100, 100))
	cases := []struct {
		name  string
		areas []geo.FixedMultiPolygon
		kind  geo.DefectKind
		who   []int
		at    orb.Point
		reach float64 // metres from at
		width float64 // metres, 0 for any
	}{
		{"gap", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 200, 0, 200, 100, 110, 100, 110, 99, 90, 99, 90, 100, 0, 100)),
			area(rect(0, 100, 200, 200))}, geo.DefectGap, []int{0, 1}, place(100, 99.5), 12, 1.1085},
		{"overlap", []geo.FixedMultiPolygon{left, area(rect(90, 0, 200, 100))}, geo.DefectOverlap, []int{0, 1}, place(95, 50), 60, 9.649},
		{"sliver", []geo.FixedMultiPolygon{left, area(rect(99, 0, 200, 100))}, geo.DefectSliver, []int{0, 1}, place(99.5, 50), 60, 0.9649},
		{"crossing edges", []geo.FixedMultiPolygon{left, area(fixedRing(80, 0, 200, 0, 200, 100, 120, 100))}, geo.DefectCrossingEdge,
			[]int{0, 1}, place(100, 50), 0.1, 0},
		{"dangling edge", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 100, 50, 130, 50, 100, 50, 100, 100, 0, 100))},
			geo.DefectDanglingEdge, []int{0}, place(130, 50), 0.1, 28.95},
		{"repeated vertex", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 100, 0, 100, 100, 0, 100))}, geo.DefectDuplicateVertex,
			[]int{0}, place(100, 0), 0.1, 0},
		{"vertex beside the neighbour's edge", []geo.FixedMultiPolygon{left, area(fixedRing(100, 0, 200, 0, 200, 50, 101, 50))},
			geo.DefectUnmatchedVertex, []int{0, 1}, place(101, 50), 0.1, 0.965},
		{"same area twice", []geo.FixedMultiPolygon{area(rect(200, 0, 300, 100)), left, left}, geo.DefectDuplicateArea, []int{1, 2}, place(50, 50), 20, 96.5},
		{"area without polygons", []geo.FixedMultiPolygon{left, nil}, geo.DefectEmpty, []int{1}, orb.Point{}, 1, 0},
		{"two vertices", []geo.FixedMultiPolygon{left, area(fixedRing(300, 0, 400, 0))}, geo.DefectRingTooShort, []int{1}, place(300, 0), 0.1, 0},
		{"all on a line", []geo.FixedMultiPolygon{left, area(fixedRing(300, 0, 400, 0, 500, 0))}, geo.DefectRingCollinear, []int{1}, place(300, 0), 0.1, 0},
		{"open ring", []geo.FixedMultiPolygon{left, area(rect(300, 0, 400, 100)[:4])}, geo.DefectRingUnclosed, []int{1}, place(300, 100), 0.1, 110.85},
		{"bow tie", []geo.FixedMultiPolygon{left, area(fixedRing(300, 0, 400, 100, 400, 0, 300, 100))}, geo.DefectRingSelfCrossing, []int{1}, place(350, 50), 0.1, 0},
		{"hole outside", []geo.FixedMultiPolygon{left, area(rect(300, 0, 400, 100), rect(500, 0, 520, 20))}, geo.DefectHoleOutside, []int{1}, place(510, 10), 5, 19.3},
		{"hole in a hole", []geo.FixedMultiPolygon{area(rect(0, 0, 500, 500), rect(100, 100, 400, 400), rect(200, 200, 300, 300))}, geo.DefectHoleNested, []int{0}, place(250, 250), 20, 96.5},
		{"parts along a line", []geo.FixedMultiPolygon{{{rect(0, 0, 100, 100)}, {rect(100, 0, 200, 100)}}}, geo.DefectRingsTouching, []int{0}, place(100, 50), 0.1, 110.85},
		{"parts over each other", []geo.FixedMultiPolygon{{{rect(0, 0, 100, 100)}, {rect(20, 20, 40, 40)}}}, geo.DefectPartOverlap, []int{0}, place(30, 30), 5, 19.3},
		{"rings that cross", []geo.FixedMultiPolygon{area(rect(0, 0, 100, 100), fixedRing(50, 50, 150, 50, 150, 60))}, geo.DefectRingsCrossing, []int{0}, place(100, 50), 6, 0},
		{"ring that touches itself", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 50, 50, 100, 100, 0, 100, 50, 50))}, geo.DefectRingSelfTouching, []int{0}, place(50, 50), 0.1, 0},
		{"clockwise exterior", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 0, 100, 100, 100))}, geo.DefectRingWinding, []int{0}, place(0, 0), 0.1, 0},
		{"lake", []geo.FixedMultiPolygon{area(rect(0, 0, 300, 300), rect(100, 100, 200, 200))}, geo.DefectHoleKept, []int{0}, place(150, 150), 5, 96.5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			coverage, defects := geo.NewCoverage(c.areas, 2)
			if (coverage == nil) != geo.HasErrors(defects) {
				t.Fatalf("coverage %v with %v", coverage != nil, defects)
			}
			found := slices.ContainsFunc(defects, func(d geo.Defect) bool {
				return d.Kind == c.kind && slices.Equal(d.Areas, c.who) && float64(geo.Distance(d.At, c.at)) <= c.reach &&
					(c.width == 0 || math.Abs(d.SizeM-c.width) < 0.02*c.width)
			})
			if !found {
				t.Errorf("no %s of %v at %v, %v m, among %v", c.kind, c.who, c.at, c.width, defects)
			}
		})
	}
}

// TestPlantedGapIsCaught moves one vertex of one area of a clean partition and expects an error, or a warning where the crack is
// open to the outside.
func TestPlantedGapIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLattice(3, 3, 100_000)
		for i := range l.owner {
			l.owner[i] = i
		}
		areas := l.draw()
		i := rapid.IntRange(0, 8).Draw(t, "area")
		r := areas[i][0][0]
		k := rapid.IntRange(1, len(r)-2).Draw(t, "vertex")
		d := rapid.Int32Range(1, 30)
		r[k].X += d.Draw(t, "dx")
		r[k].Y += d.Draw(t, "dy")
		shared := 0
		for _, m := range areas {
			for _, f := range m[0][0][1:] {
				if d := max(f.X-r[k].X, r[k].X-f.X, f.Y-r[k].Y, r[k].Y-f.Y); d <= 30 {
					shared++
				}
			}
		}
		_, defects := geo.NewCoverage(areas, 1)
		serious := slices.ContainsFunc(defects, func(d geo.Defect) bool { return d.Severity != geo.SeverityInfo })
		if serious != (shared > 1) {
			t.Fatalf("vertex %d of area %d, shared by %d, moved: %v", k, i, shared, defects)
		}
	})
}

func TestSummarize(t *testing.T) {
	got := geo.Summarize([]geo.Defect{
		{Kind: geo.DefectGap, Severity: geo.SeverityInfo, AreaM2: 2, SizeM: 1},
		{Kind: geo.DefectSliver, Severity: geo.SeverityError, SizeM: 3},
		{Kind: geo.DefectGap, Severity: geo.SeverityError, AreaM2: 1, SizeM: 9},
		{Kind: geo.DefectGap, Severity: geo.SeverityError, AreaM2: 4, SizeM: 2},
	})
	want := []geo.DefectSummary{
		{Kind: geo.DefectGap, Severity: geo.SeverityError, Count: 2, MaxSizeM: 9, AreaM2: 5, Largest: geo.Defect{Kind: geo.DefectGap, Severity: geo.SeverityError, AreaM2: 4, SizeM: 2}},
		{Kind: geo.DefectSliver, Severity: geo.SeverityError, Count: 1, MaxSizeM: 3, Largest: geo.Defect{Kind: geo.DefectSliver, Severity: geo.SeverityError, SizeM: 3}},
		{Kind: geo.DefectGap, Severity: geo.SeverityInfo, Count: 1, MaxSizeM: 1, AreaM2: 2, Largest: geo.Defect{Kind: geo.DefectGap, Severity: geo.SeverityInfo, AreaM2: 2, SizeM: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

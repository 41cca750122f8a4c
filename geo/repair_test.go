package geo_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wangge/geo"
)

// mustRepair repairs and requires that the result is a coverage, that repairing it again changes nothing, and that its rings are
// valid one by one.
func mustRepair(t rapid.TB, areas []geo.FixedMultiPolygon, tolerance geo.Metres) ([]geo.FixedMultiPolygon, []geo.Move, []geo.Defect) {
	t.Helper()
	repaired, moves, defects := geo.RepairCoverage(areas, tolerance)
	if geo.HasErrors(defects) {
		return repaired, moves, defects
	}
	if c, left := geo.NewCoverage(repaired, tolerance); c == nil {
		t.Fatalf("repaired areas are no coverage: %v", left)
	}
	for i, m := range repaired {
		for _, d := range geo.ValidateMultiPolygon(m.MultiPolygon()) {
			if d.Severity == geo.SeverityError || d.Kind == geo.DefectRingSelfTouching {
				t.Fatalf("repaired area %d: %v", i, d)
			}
		}
	}
	return repaired, moves, defects
}

func TestRepairCleanIsUntouched(t *testing.T) {
	areas := nineSquares()
	repaired, moves, defects := geo.RepairCoverage(areas, 0.5)
	if diff := cmp.Diff(areas, repaired); diff != "" || len(moves) > 0 || len(defects) > 0 {
		t.Errorf("moves %v, defects %v, difference\n%s", moves, defects, diff)
	}
	areas[0][0][0][0].X++
	if repaired[0][0][0][0] == areas[0][0][0][0] {
		t.Error("the result shares memory with its input")
	}
}

func TestRepair(t *testing.T) {
	left, whole := area(rect(0, 0, 100, 100)), area(rect(0, 0, 300, 300))
	cases := []struct {
		name      string
		areas     []geo.FixedMultiPolygon
		tolerance geo.Metres
		want      []geo.FixedMultiPolygon // nil: not compared
		found     []string
		moved     bool
	}{
		{"vertices beside each other", []geo.FixedMultiPolygon{left, area(fixedRing(101, 0, 200, 0, 200, 100, 99, 100))}, 2,
			[]geo.FixedMultiPolygon{left, area(rect(100, 0, 200, 100))}, []string{"info crossing-edge", "info sliver", "info unmatched-vertex"}, true},
		{"vertex beside an edge", []geo.FixedMultiPolygon{left, area(fixedRing(100, 0, 200, 0, 200, 100, 100, 100, 101, 50))}, 2,
			[]geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 101, 50, 100, 100, 0, 100)), area(fixedRing(100, 0, 200, 0, 200, 100, 100, 100, 101, 50))}, []string{"info gap", "info unmatched-vertex"}, true},
		{"gap with vertices too far to merge", []geo.FixedMultiPolygon{
			area(fixedRing(0, 0, 200, 0, 200, 100, 150, 100, 150, 97, 50, 97, 50, 100, 0, 100)), area(rect(0, 100, 200, 200))}, 3.5,
			[]geo.FixedMultiPolygon{area(fixedRing(0, 0, 200, 0, 200, 100, 150, 100, 150, 97, 50, 97, 50, 100, 0, 100)), nil}, []string{"info gap"}, true},
		{"overlap goes to the lower", []geo.FixedMultiPolygon{left, area(rect(50, 0, 200, 100))}, 2,
			[]geo.FixedMultiPolygon{left, area(rect(100, 0, 200, 100))}, []string{"warning overlap"}, false},
		{"overlap goes to the lower, that is drawn last", []geo.FixedMultiPolygon{area(rect(50, 0, 200, 100)), left}, 2,
			[]geo.FixedMultiPolygon{area(rect(50, 0, 200, 100)), area(rect(0, 0, 50, 100))}, []string{"warning overlap"}, false},
		{"crossing", []geo.FixedMultiPolygon{left, area(fixedRing(80, 0, 200, 0, 200, 100, 120, 100))}, 2, nil, []string{"info crossing-edge", "warning overlap"}, false},
		{"area on an area", []geo.FixedMultiPolygon{area(rect(100, 100, 200, 200)), whole}, 2,
			[]geo.FixedMultiPolygon{area(rect(100, 100, 200, 200)), area(rect(0, 0, 300, 300), fixedRing(100, 100, 100, 200, 200, 200, 200, 100))},
			[]string{"warning overlap"}, false},
		{"nothing left", []geo.FixedMultiPolygon{whole, area(rect(100, 100, 200, 200))}, 2,
			[]geo.FixedMultiPolygon{whole, nil}, []string{"error empty", "warning overlap"}, false},
		{"bow tie becomes two parts", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 100, 100, 0, 0, 100))}, 2,
			[]geo.FixedMultiPolygon{{{fixedRing(0, 0, 50, 50, 0, 100)}, {fixedRing(50, 50, 100, 0, 100, 100)}}}, []string{"warning ring-self-crossing"}, false},
		{"holes outside become parts", []geo.FixedMultiPolygon{area(rect(0, 0, 100, 100), rect(200, 0, 300, 100))}, 2,
			[]geo.FixedMultiPolygon{{{rect(0, 0, 100, 100)}, {rect(200, 0, 300, 100)}}}, []string{"warning hole-outside"}, false},
		{"spike", []geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 100, 50, 130, 50, 100, 50, 100, 100, 0, 100))}, 2,
			[]geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 100, 50, 100, 100, 0, 100))}, []string{"warning dangling-edge"}, false},
		{"parts along a line", []geo.FixedMultiPolygon{{{rect(0, 0, 100, 100)}, {rect(100, 0, 200, 100)}}}, 2,
			[]geo.FixedMultiPolygon{area(fixedRing(0, 0, 100, 0, 200, 0, 200, 100, 100, 100, 0, 100))}, []string{"warning rings-touching"}, false},
		{"a lake is kept", []geo.FixedMultiPolygon{area(rect(0, 0, 300, 300), fixedRing(100, 100, 100, 200, 200, 200, 200, 100)), area(rect(250, 0, 400, 300))}, 2,
			nil, []string{"info hole-kept", "warning overlap"}, false},
		{"no tolerance", []geo.FixedMultiPolygon{left, area(fixedRing(99, 0, 200, 0, 200, 100, 101, 100))}, 0, nil, []string{"info crossing-edge", "warning overlap"}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			repaired, moves, defects := mustRepair(t, c.areas, c.tolerance)
			if diff := cmp.Diff(c.found, kinds(defects)); diff != "" {
				t.Errorf("defects\n%s\n%v", diff, defects)
			}
			if c.moved != (len(moves) > 0) {
				t.Errorf("moves %v", moves)
			}
			for i := range c.want {
				if c.want[i] == nil && c.name != "nothing left" {
					continue
				}
				if diff := cmp.Diff(c.want[i], repaired[i]); diff != "" {
					t.Errorf("area %d:\n%s", i, diff)
				}
			}
		})
	}
}

// TestRepairSaysWhatItGave checks that a repaired face names the area that got it.
func TestRepairSaysWhatItGave(t *testing.T) {
	_, _, defects := mustRepair(t, []geo.FixedMultiPolygon{area(rect(300, 0, 400, 100)), area(rect(0, 0, 100, 100)), area(rect(50, 0, 200, 100))}, 0.5)
	i := slices.IndexFunc(defects, func(d geo.Defect) bool { return d.Kind == geo.DefectOverlap })
	if i < 0 || !defects[i].Repaired || defects[i].GivenTo != 1 || !slices.Equal(defects[i].Areas, []int{1, 2}) {
		t.Errorf("defects %+v, want an overlap of 1 and 2 given to 1", defects)
	}
}

// TestRepairRandom disturbs every vertex of random partitions, each area for itself, by less than the tolerance. The repair must
// give a coverage again; every position farther from all borders than the vertices moved keeps its area.
func TestRepairRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLattice(rapid.IntRange(1, 5).Draw(t, "columns"), rapid.IntRange(1, 5).Draw(t, "rows"), 4000)
		for i := range l.owner {
			l.owner[i] = rapid.IntRange(geo.Outside, 6).Draw(t, "owner")
		}
		l.renumber()
		for i := range l.moved {
			r := rapid.Int32Range(-700, 700)
			l.moved[i] = [2]int32{r.Draw(t, "x"), r.Draw(t, "y")}
		}
		areas := l.draw()
		before := geo.NewLocator(mustCover(t, areas))
		shake := rapid.SampledFrom([]int32{1, 3, 40}).Draw(t, "shake")
		dirty := make([]geo.FixedMultiPolygon, len(areas))
		for i, m := range areas {
			dirty[i] = m.Clone()
			for _, pg := range dirty[i] {
				for _, r := range pg {
					d := rapid.Int32Range(-shake, shake)
					for k := range r[:len(r)-1] {
						r[k].X += d.Draw(t, "dx")
						r[k].Y += d.Draw(t, "dy")
					}
					r[len(r)-1] = r[0]
				}
			}
		}
		tolerance := geo.Metres(rapid.SampledFrom([]float64{0, 0.05, 0.3, 1.5}).Draw(t, "tolerance"))
		repaired, moves, defects := mustRepair(t, dirty, tolerance)
		if geo.HasErrors(defects) {
			t.Fatalf("no repair: %v", defects)
		}
		for _, m := range moves {
			if m.Distance >= tolerance*1.001 {
				t.Fatalf("move %v of %v m, tolerance %v", m, m.Distance, tolerance)
			}
		}
		c, _ := geo.NewCoverage(repaired, tolerance)
		after := geo.NewLocator(c)
		// A vertex moves by at most 0.63 m and twice the tolerance; a corner of an area stands out further than its vertices' moves.
		for range 50 {
			q := geo.Query{X: int64(l.west)*64 + rapid.Int64Range(0, int64(l.n)*4000*64).Draw(t, "qx"),
				Y: int64(l.south)*64 + rapid.Int64Range(0, int64(l.m)*4000*64).Draw(t, "qy")}
			own, _ := before.Nearest(q, 0)
			if own.Distance < 5 {
				continue
			}
			if got, _ := after.Locate(q); got != own.Area {
				t.Fatalf("%v belongs to %d after the repair, to %d before, %v m from the border", q, got, own.Area, own.Distance)
			}
		}
	})
}

// TestRepairIsRepeatable runs a repair on the same areas written differently.
func TestRepairIsRepeatable(t *testing.T) {
	areas := []geo.FixedMultiPolygon{area(rect(0, 0, 100, 100)), area(fixedRing(99, 1, 200, 0, 200, 101, 101, 99)),
		area(fixedRing(0, 101, 199, 101, 200, 200, 0, 200))}
	first, moves, defects := mustRepair(t, areas, 2)
	again, moves2, defects2 := mustRepair(t, areas, 2)
	if diff := cmp.Diff(first, again) + cmp.Diff(moves, moves2) + cmp.Diff(defects, defects2); diff != "" {
		t.Error(diff)
	}
	third, moves3, _ := mustRepair(t, first, 2)
	if diff := cmp.Diff(first, third); diff != "" || len(moves3) > 0 {
		t.Errorf("a repair of the repaired changed it: %v\n%s", moves3, diff)
	}
}

// TestTooManyCrossings gives up in time on borders that cross without end.
func TestTooManyCrossings(t *testing.T) {
	var r geo.FixedRing
	x, y := int32(12345), int32(54321)
	for range 5000 {
		x, y = (x*7919+13)%100_003, (y*6101+17)%100_019
		r = append(r, geo.Fixed{X: x, Y: y})
	}
	r = append(r, r[0])
	c, defects := geo.NewCoverage([]geo.FixedMultiPolygon{area(r)}, 0.5)
	if c != nil || !slices.Contains(kinds(defects), "error not-noded") {
		t.Errorf("coverage %v, kinds %v", c != nil, kinds(defects))
	}
	repaired, _, defects := geo.RepairCoverage([]geo.FixedMultiPolygon{area(r)}, 0.5)
	if repaired != nil || !geo.HasErrors(defects) {
		t.Errorf("repaired %v, kinds %v", repaired != nil, kinds(defects))
	}
}

// TestRepairAnything repairs areas that have nothing to do with each other: rings of a few random vertices, crossing, touching and
// lying on each other at will. Without a tolerance each position belongs to the lowest area that covers it, away from the borders.
func TestRepairAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]int32{1, 3, 5000}).Draw(t, "scale")
		areas := make([]geo.FixedMultiPolygon, rapid.IntRange(1, 5).Draw(t, "areas"))
		xy := rapid.Int32Range(0, 12)
		for i := range areas {
			for range rapid.IntRange(1, 3).Draw(t, "polygons") {
				var r geo.FixedRing
				for range rapid.IntRange(3, 7).Draw(t, "vertices") {
					r = append(r, geo.Fixed{X: 1210000000 + scale*xy.Draw(t, "x"), Y: 300000000 + scale*xy.Draw(t, "y")})
				}
				areas[i] = append(areas[i], geo.FixedPolygon{append(r, r[0])})
			}
		}
		repaired, _, defects := geo.RepairCoverage(areas, 0)
		for _, d := range defects {
			if d.Severity == geo.SeverityError && d.Kind != geo.DefectEmpty {
				t.Fatal(d)
			}
		}
		var full []geo.FixedMultiPolygon // areas of which something is left
		var number []int
		for i, m := range repaired {
			if len(m) > 0 {
				full, number = append(full, m), append(number, i)
			}
		}
		locator := geo.NewLocator(mustCover(t, full))
		if scale < 100 {
			return
		}
		for range 30 {
			r := rapid.Int64Range(0, 12*5000*64)
			q := geo.Query{X: 1210000000*64 + r.Draw(t, "qx"), Y: 300000000*64 + r.Draw(t, "qy")}
			near := slices.ContainsFunc(areas, func(m geo.FixedMultiPolygon) bool {
				return scanDistances([]geo.FixedMultiPolygon{m}, q)[0] < 0.2
			})
			if near {
				continue
			}
			want := slices.IndexFunc(areas, func(m geo.FixedMultiPolygon) bool { return geo.Contains(m, q) })
			got, _ := locator.Locate(q)
			if got >= 0 {
				got = number[got]
			}
			if got != want {
				t.Fatalf("%v belongs to %d, want %d", q, got, want)
			}
		}
	})
}

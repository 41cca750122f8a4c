package geo_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/geo"
)

// whole plants in all areas of a file; else in some that are near to each other, which takes a hundredth of the time.
var whole = flag.Bool("whole", false, "plant defects in whole files")

// planted is a defect put into a coverage, and what must be found.
type planted struct {
	areas  []geo.FixedMultiPolygon
	who    []int
	count  int                                     // how many of the kind, 0 for one
	with   []geo.DefectKind                        // what such a defect always brings along
	from   func(at orb.Point) geo.Metres           // how far a place is from where it was planted; nil for a defect without place
	size   float64                                 // metres, within 2 % and 2 cm; 0 for any
	single func() (before, after orb.MultiPolygon) // for what only the validation of one area finds
}

// plants are the kinds of defects and the ways to make one, each alone where that can be.
var plants = []struct {
	name  string
	kind  geo.DefectKind
	plant func(p *planter) planted
}{
	{"border drawn back by one side", geo.DefectGap, func(p *planter) planted { return p.bend(0.9, true) }},
	{"border drawn far back by one side", geo.DefectHoleKept, func(p *planter) planted { return p.bend(3, true) }},
	{"border pushed out by one side", geo.DefectSliver, func(p *planter) planted { return p.bend(0.9, false) }},
	{"border pushed far out by one side", geo.DefectOverlap, func(p *planter) planted { return p.bend(3, false) }},
	{"area on an area", geo.DefectOverlap, (*planter).onTop},
	{"area twice", geo.DefectDuplicateArea, (*planter).twice},
	{"borders that cross", geo.DefectCrossingEdge, (*planter).weave},
	{"island beside a shore", geo.DefectUnmatchedVertex, (*planter).besideShore},
	{"spike into its own area", geo.DefectDanglingEdge, func(p *planter) planted { return p.spike(true) }},
	{"spike into the neighbour", geo.DefectDanglingEdge, func(p *planter) planted { return p.spike(false) }},
	{"vertex twice", geo.DefectDuplicateVertex, (*planter).repeat},
	{"area without polygons", geo.DefectEmpty, func(p *planter) planted {
		return planted{areas: append(p.areas, nil), who: []int{len(p.areas)}}
	}},
	{"ring of two vertices", geo.DefectRingTooShort, func(p *planter) planted { return p.flat(1) }},
	{"ring on one line", geo.DefectRingCollinear, func(p *planter) planted { return p.flat(3) }},
	{"ring not closed", geo.DefectRingUnclosed, (*planter).open},
	{"bow tie", geo.DefectRingSelfCrossing, func(p *planter) planted {
		f := p.sea()
		return p.island(at(ringAt(f, 10, 10)[0]), ringAt(f, 0, 0, 20, 20, 20, 0, 0, 20))
	}},
	{"bow tie in a vertex", geo.DefectRingSelfCrossing, func(p *planter) planted {
		f := p.sea()
		return p.island(at(ringAt(f, 10, 10)[0]), ringAt(f, 0, 0, 10, 10, 20, 20, 20, 0, 10, 10, 0, 20))
	}},
	{"ring that touches itself", geo.DefectRingSelfTouching, func(p *planter) planted {
		f := p.sea()
		return p.island(at(ringAt(f, 10, 10)[0]), ringAt(f, 0, 0, 20, 0, 10, 10, 20, 20, 0, 20, 10, 10))
	}},
	{"exterior clockwise", geo.DefectRingWinding, func(p *planter) planted {
		f := p.sea()
		return p.island(at(f), ringAt(f, 0, 0, 0, 20, 20, 20))
	}},
	{"hole counter-clockwise", geo.DefectRingWinding, func(p *planter) planted {
		f := p.sea()
		out := p.island(at(ringAt(f, 5, 5)[0]), ringAt(f, 0, 0, 20, 0, 20, 20, 0, 20), ringAt(f, 5, 5, 15, 5, 15, 15, 5, 15))
		out.areas = append(out.areas, geo.FixedMultiPolygon{{ringAt(f, 5, 5, 15, 5, 15, 15, 5, 15)}})
		return out
	}},
	{"hole outside", geo.DefectHoleOutside, func(p *planter) planted {
		hole := ringAt(p.sea(), 0, 0, 0, 20, 20, 20, 20, 0)
		i := p.r.IntN(len(p.areas))
		p.areas[i][0] = append(p.areas[i][0], hole)
		return planted{areas: p.areas, who: []int{i}, from: within(hole)}
	}},
	{"hole in a hole", geo.DefectHoleNested, func(p *planter) planted {
		f := p.sea()
		outer, inner := ringAt(f, 5, 5, 5, 25, 25, 25, 25, 5), ringAt(f, 10, 10, 10, 20, 20, 20, 20, 10)
		out := p.island(within(inner), ringAt(f, 0, 0, 30, 0, 30, 30, 0, 30), outer, inner)
		slices.Reverse(outer)
		out.areas = append(out.areas, geo.FixedMultiPolygon{{slices.Clone(outer), slices.Clone(inner)}})
		slices.Reverse(outer)
		return out
	}},
	{"rings that cross", geo.DefectRingsCrossing, func(p *planter) planted {
		f := p.sea()
		a, b := ringAt(f, 0, 0, 20, 0, 20, 20, 0, 20), ringAt(f, 10, 10, 30, 10, 30, 30, 10, 30)
		out := p.islands(at(ringAt(f, 20, 10)[0], ringAt(f, 10, 20)[0]), a, b)
		out.count, out.with = 2, []geo.DefectKind{geo.DefectPartOverlap}
		return out
	}},
	{"rings along one line", geo.DefectRingsTouching, func(p *planter) planted {
		f := p.sea()
		return p.islands(at(ringAt(f, 20, 10)[0]), ringAt(f, 0, 0, 20, 0, 20, 20, 0, 20), ringAt(f, 20, 0, 30, 0, 30, 20, 20, 20))
	}},
	{"ring twice", geo.DefectRingsTouching, func(p *planter) planted {
		f := p.sea()
		r := ringAt(f, 0, 0, 20, 0, 20, 20, 0, 20)
		out := p.islands(at(ringAt(f, 10, 0)[0], ringAt(f, 20, 10)[0], ringAt(f, 10, 20)[0], ringAt(f, 0, 10)[0]), r, slices.Clone(r))
		out.count, out.with = 4, []geo.DefectKind{geo.DefectPartOverlap}
		return out
	}},
	{"part over a part", geo.DefectPartOverlap, func(p *planter) planted {
		f := p.sea()
		inner := ringAt(f, 10, 10, 20, 10, 20, 20, 10, 20)
		return p.islands(within(inner), ringAt(f, 0, 0, 30, 0, 30, 30, 0, 30), inner)
	}},
	{"interior in two pieces", geo.DefectInteriorSplit, func(p *planter) planted {
		f := p.sea()
		around := ringAt(f, 0, 0, 20, 0, 20, 20, 0, 20)
		return p.alone(within(around), func(m orb.MultiPolygon) orb.MultiPolygon {
			return append(m, geo.FixedMultiPolygon{{around, ringAt(f, 0, 10, 10, 15, 20, 10, 10, 5)}}.MultiPolygon()...)
		})
	}},
	{"coordinate beyond the pole", geo.DefectCoordinate, func(p *planter) planted {
		r := geo.FixedMultiPolygon{{ringAt(p.sea(), 0, 0, 20, 0, 20, 20, 0, 20)}}.MultiPolygon()[0]
		bad := orb.Point{r[0][2][0], r[0][2][1] + 90}
		r[0][2] = bad
		from := func(at orb.Point) geo.Metres { return geo.Metres(math.Hypot(at[0]-bad[0], at[1]-bad[1]) * 111_000) }
		return p.alone(from, func(m orb.MultiPolygon) orb.MultiPolygon { return append(m, r) })
	}},
}

// TestPlantedKinds plants each kind of defect at a random place of real coverages. What is found beside what was there before is
// that kind, of the areas concerned, within a metre of the place.
func TestPlantedKinds(t *testing.T) {
	for _, name := range []string{"france-communes-bretagne", "france-communes-ile-de-france", "italy-municipalities-R12", "demo-grids", "demo-communities"} {
		t.Run(name, func(t *testing.T) {
			var all field
			if layer, ok := strings.CutPrefix(name, "demo-"); ok {
				all = newField(t, demoAreas(t, layer))
			} else {
				all = newField(t, surveyFile(t, name).areas)
			}
			areas := all.areas
			if !*whole {
				areas = all.around(rand.New(rand.NewPCG(*oracleSeed, 0)).IntN(len(areas)), 25)
			}
			ground := newPlanter(areas)
			seen := map[geo.DefectKind]bool{}
			for n, plant := range plants {
				t.Run(plant.name, func(t *testing.T) {
					p := ground.with(rand.New(rand.NewPCG(*oracleSeed, uint64(n))))
					found := plant.plant(p)
					found.check(t, p.defects, plant.kind)
					if found.from != nil {
						seen[plant.kind] = true
					}
				})
			}
			if len(seen) < 20 {
				t.Errorf("only %d kinds were planted at a place", len(seen))
			}
		})
	}
}

// check finds what is new since before.
func (d planted) check(t *testing.T, before []geo.Defect, kind geo.DefectKind) {
	t.Helper()
	var after []geo.Defect
	if d.single != nil {
		was, is := d.single()
		before, after = geo.ValidateMultiPolygon(was), geo.ValidateMultiPolygon(is)
	} else {
		_, after = geo.NewCoverage(d.areas, realTolerance)
	}
	added, gone := difference(before, after)
	if len(gone) > 0 {
		t.Errorf("no longer found: %v", gone)
	}
	kinds := map[geo.DefectKind]int{}
	for _, f := range added {
		kinds[f.Kind]++
		if f.Kind != kind {
			continue
		}
		if !slices.Equal(f.Areas, d.who) {
			t.Errorf("areas %v, want %v: %v", f.Areas, d.who, f)
		}
		if d.from != nil && !(d.from(f.At) <= 1) {
			t.Errorf("found %.2f m from where it is: %v", d.from(f.At), f)
		}
		if d.size > 0 && math.Abs(f.SizeM-d.size) > max(0.02*d.size, 0.02) {
			t.Errorf("size %v, want %v", f.SizeM, d.size)
		}
	}
	want := map[geo.DefectKind]int{kind: max(1, d.count)}
	for _, k := range d.with {
		want[k] = 1
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("found beside what was there before:\n%s\n%v", diff, added)
	}
}

// difference lists what is in one list only, not counting the text.
func difference(before, after []geo.Defect) (added, gone []geo.Defect) {
	key := func(d geo.Defect) string { return fmt.Sprint(d.Kind, d.Severity, d.Areas, d.At, d.SizeM, d.AreaM2) }
	count := map[string]int{}
	for _, d := range before {
		count[key(d)]++
	}
	for _, d := range after {
		if count[key(d)]--; count[key(d)] < 0 {
			added = append(added, d)
		}
	}
	for _, d := range before {
		if count[key(d)]--; count[key(d)] >= 0 {
			gone = append(gone, d)
		}
	}
	return added, gone
}

// at measures to the nearest of some positions.
func at(positions ...geo.Fixed) func(orb.Point) geo.Metres {
	return func(p orb.Point) geo.Metres {
		best := geo.Metres(math.Inf(1))
		for _, f := range positions {
			best = min(best, geo.Distance(p, f.Point()))
		}
		return best
	}
}

// within measures to the ground of a ring.
func within(r geo.FixedRing) func(orb.Point) geo.Metres {
	r = slices.Clone(r)
	return func(p orb.Point) geo.Metres {
		if q, err := geo.QueryFrom(p); err == nil && geo.Contains(geo.FixedMultiPolygon{{r}}, q) {
			return 0
		}
		best := geo.Metres(math.Inf(1))
		for i := 1; i < len(r); i++ {
			d, _, _ := geo.PointToSegment(p, r[i-1].Point(), r[i].Point())
			best = min(best, d)
		}
		return best
	}
}

// ringAt closes a ring of positions in metres, more or less, east and north of f.
func ringAt(f geo.Fixed, xy ...int32) geo.FixedRing {
	const metre = 100 // Fixed units, about
	var r geo.FixedRing
	for i := 0; i < len(xy); i += 2 {
		r = append(r, geo.Fixed{X: f.X + xy[i]*metre, Y: f.Y + xy[i+1]*metre})
	}
	return append(r, r[0])
}

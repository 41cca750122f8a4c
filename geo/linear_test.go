package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/geo"
)

func ExampleSlice() {
	street := orb.LineString{{121.350, 30.760}, {121.352, 30.760}, {121.352, 30.762}}
	bays := geo.Slice(geo.Offset(street, 3.5), 20, 220)
	fmt.Printf("%d vertices, %.1f m\n", len(bays), geo.Length(bays))
	// Output: 3 vertices, 200.0 m
}

// drawLine draws a line of 2 to 8 vertices, some of them repeated.
func drawLine(t *rapid.T) orb.LineString {
	ls := orb.LineString{drawIn(t, jinshan)}
	for range rapid.IntRange(1, 7).Draw(t, "segments") {
		last := ls[len(ls)-1]
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			ls = append(ls, last)
		case 1:
			ls = append(ls, drawIn(t, jinshan))
		default:
			ls = append(ls, orb.Point{
				last[0] + rapid.Float64Range(-0.003, 0.003).Draw(t, "dx"),
				last[1] + rapid.Float64Range(-0.003, 0.003).Draw(t, "dy"),
			})
		}
	}
	return ls
}

// alongError is by how many metres a place along a line may be off. Places on an edge are divided evenly in degrees, not along the geodesic:
// that is at most the way by which an edge along a parallel is longer, the cube of its length times tan²(31°)/(24 R²).
func alongError(ls orb.LineString) float64 {
	longest := 0.0
	for i := 1; i < len(ls); i++ {
		longest = max(longest, float64(geo.Distance(ls[i-1], ls[i])))
	}
	return max(1e-4, 4e-16*longest*longest*longest)
}

func TestAlongAndLocate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ls := drawLine(t)
		total := geo.Length(ls)
		d := total * geo.Metres(rapid.Float64Range(0, 1).Draw(t, "fraction"))
		p := geo.Along(ls, d)
		if got := geo.Length(geo.Slice(ls, 0, d)); math.Abs(float64(got-d)) > alongError(ls) {
			t.Fatalf("the way to %v m of %v is %v m long", d, ls, got)
		}
		if off, _, _ := geo.PointToLine(p, ls); off > 1e-6 {
			t.Fatalf("%v m along %v is %v, %v m beside it", d, ls, p, off)
		}
		if at := geo.Along(ls, geo.Locate(ls, p)); geo.Distance(at, p) > 1e-5 {
			t.Fatalf("%v of %v is located %v m away", p, ls, geo.Distance(at, p))
		}
	})
}

func TestSliceParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ls := drawLine(t)
		before := ls.Clone()
		total := float64(geo.Length(ls))
		from := geo.Metres(rapid.Float64Range(-10, total+10).Draw(t, "from"))
		to := geo.Metres(rapid.Float64Range(-10, total+10).Draw(t, "to"))
		part, back := geo.Slice(ls, from, to), geo.Slice(ls, to, from)
		want := math.Abs(math.Max(0, math.Min(total, float64(from))) - math.Max(0, math.Min(total, float64(to))))
		if got := float64(geo.Length(part)); math.Abs(got-want) > alongError(ls) {
			t.Fatalf("%v to %v of %v: %v m, want %v", from, to, ls, got, want)
		}
		if len(part) < 2 {
			t.Fatalf("%v to %v of %v: %v", from, to, ls, part)
		}
		back.Reverse()
		if from != to && !part.Equal(back) {
			t.Fatalf("%v to %v of %v: %v, the way back is %v", from, to, ls, part, back)
		}
		if !ls.Equal(before) {
			t.Fatal("the line was changed")
		}
	})
}

func TestLinearEdges(t *testing.T) {
	ls := orb.LineString{{121.3, 30.8}, {121.31, 30.8}, {121.31, 30.81}}
	if geo.Along(nil, 5) != (orb.Point{}) || geo.Slice(nil, 0, 5) != nil || geo.Offset(nil, 5) != nil {
		t.Error("an empty line has something")
	}
	for name, c := range map[string]struct {
		d    geo.Metres
		want orb.Point
	}{
		"before the start": {-5, ls[0]}, "start": {0, ls[0]}, "behind the end": {1e9, ls[2]},
		"not a number": {geo.Metres(math.NaN()), ls[0]}, "corner": {geo.Length(ls[:2]), ls[1]},
	} {
		if got := geo.Along(ls, c.d); geo.Distance(got, c.want) > 1e-6 {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	one := orb.LineString{{121.3, 30.8}}
	if d := cmp.Diff(orb.LineString{one[0], one[0]}, geo.Slice(one, 3, 4)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(orb.LineString{ls[0], ls[1], ls[2]}, geo.Slice(ls, 0, 1e9)); d != "" {
		t.Errorf("the whole line: %s", d)
	}
	if geo.Offset(orb.LineString{ls[0], ls[0]}, 5) != nil {
		t.Error("a line without length has a side")
	}
}

func TestOffsetSides(t *testing.T) {
	p := orb.Point{121.3, 30.8}
	for _, c := range []struct {
		name          string
		heading, side float64
	}{
		{"north", 0, 90}, {"east", 90, 180}, {"south-west", 225, 315},
	} {
		ls := orb.LineString{p, geo.Destination(p, c.heading, 300)}
		for _, d := range []geo.Metres{3.5, -3.5} {
			side := geo.Offset(ls, d)
			for i := range ls {
				if got := geo.Distance(ls[i], side[i]); math.Abs(float64(got)-3.5) > 1e-5 {
					t.Errorf("%s %v: vertex %d is %v m beside", c.name, d, i, got)
				}
				want := c.side
				if d < 0 {
					want += 180
				}
				if off := math.Remainder(geo.Bearing(ls[i], side[i])-want, 360); math.Abs(off) > 0.01 {
					t.Errorf("%s %v: vertex %d goes to %v°, want %v", c.name, d, i, geo.Bearing(ls[i], side[i]), want)
				}
			}
		}
	}
}

// On a road that bends gently each point of the offset line is d from the road.
func TestOffsetKeepsDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, heading := drawIn(t, jinshan), rapid.Float64Range(0, 360).Draw(t, "heading")
		ls := orb.LineString{p}
		for range rapid.IntRange(1, 6).Draw(t, "segments") {
			heading += rapid.Float64Range(-60, 60).Draw(t, "turn")
			ls = append(ls, geo.Destination(ls[len(ls)-1], heading, geo.Metres(rapid.Float64Range(40, 300).Draw(t, "length"))))
		}
		d := rapid.Float64Range(1, 10).Draw(t, "offset")
		side := geo.Offset(ls, geo.Metres(d))
		for i := 1; i < len(side); i++ {
			mid := orb.Point{(side[i-1][0] + side[i][0]) / 2, (side[i-1][1] + side[i][1]) / 2}
			segment, _, _ := geo.PointToSegment(mid, ls[i-1], ls[i])
			if math.Abs(float64(segment)-d) > 1e-4 {
				t.Fatalf("offset %v of %v: the middle of segment %d is %v m from it", d, ls, i, segment)
			}
		}
	})
	// a hairpin is cut instead of running away
	hairpin := orb.LineString{{121.3, 30.8}, {121.301, 30.8}, {121.3, 30.800001}}
	for i, q := range geo.Offset(hairpin, 5) {
		if d := geo.Distance(hairpin[i], q); d > 20.001 {
			t.Errorf("hairpin: vertex %d is %v m away", i, d)
		}
	}
	back := orb.LineString{{121.3, 30.8}, {121.301, 30.8}, {121.3, 30.8}}
	for i, q := range geo.Offset(back, 5) {
		if d := geo.Distance(back[i], q); !(math.Abs(float64(d)-5) < 1e-4) {
			t.Errorf("straight back: vertex %d is %v m away", i, d)
		}
	}
}

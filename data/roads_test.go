package data_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// crossings counts pairs of road segments that meet anywhere but at an end of both roads.
func crossings(s set) []string {
	type segment struct {
		road, k int
		a, b    [2]float64
	}
	var bad problems
	const cell = 200.0
	cells := map[[2]int][]segment{}
	roads := list[*layers.Road](s, layers.Roads)
	for i, r := range roads {
		for k := 1; k < len(r.Geometry); k++ {
			n := segment{i, k, planar(r.Geometry[k-1]), planar(r.Geometry[k])}
			seen := map[[2]int]bool{}
			for x := math.Floor(min(n.a[0], n.b[0]) / cell); x <= math.Floor(max(n.a[0], n.b[0])/cell); x++ {
				for y := math.Floor(min(n.a[1], n.b[1]) / cell); y <= math.Floor(max(n.a[1], n.b[1])/cell); y++ {
					key := [2]int{int(x), int(y)}
					for _, o := range cells[key] {
						if pair := [2]int{o.road, o.k}; o.road != i && !seen[pair] && meet(n.a, n.b, o.a, o.b) {
							seen[pair] = true
							bad.add("%s %s and %s %s cross at %v without a junction", r.ID, r.Name, roads[o.road].ID, roads[o.road].Name, r.Geometry[k])
						}
					}
					cells[key] = append(cells[key], n)
				}
			}
		}
	}
	return bad
}

// meet reports whether the segments a b and c d cross away from their ends, by more than 3 cm.
func meet(a, b, c, d [2]float64) bool {
	side := func(p, q, r [2]float64) float64 {
		return ((q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0])) / math.Hypot(q[0]-p[0], q[1]-p[1])
	}
	opposite := func(x, y float64) bool { return x > 0.03 && y < -0.03 || x < -0.03 && y > 0.03 }
	return opposite(side(a, b, c), side(a, b, d)) && opposite(side(c, d, a), side(c, d, b))
}

// reach checks that one can drive from everywhere to everywhere: forwards from the first road, and backwards.
func reach(s set) []string {
	var bad problems
	roads := list[*layers.Road](s, layers.Roads)
	for _, back := range []bool{false, true} {
		next := map[orb.Point][]orb.Point{}
		for _, r := range roads {
			a, b := r.Geometry[0], r.Geometry[len(r.Geometry)-1]
			if back {
				a, b = b, a
			}
			next[a] = append(next[a], b)
			if !r.Oneway {
				next[b] = append(next[b], a)
			}
		}
		start := roads[0].Geometry[0]
		seen, queue := map[orb.Point]bool{start: true}, []orb.Point{start}
		for len(queue) > 0 {
			p := queue[0]
			queue = queue[1:]
			for _, q := range next[p] {
				if !seen[q] {
					seen[q] = true
					queue = append(queue, q)
				}
			}
		}
		for _, r := range roads {
			for _, p := range []orb.Point{r.Geometry[0], r.Geometry[len(r.Geometry)-1]} {
				if !seen[p] {
					bad.add("%s %s at %v is not reached (backwards %t)", r.ID, r.Name, p, back)
				}
			}
		}
	}
	return bad
}

func TestRoadsMeetAtJunctions(t *testing.T) {
	s := demo(t)
	report(t, crossings(s))
	report(t, reach(s))
	road := list[*layers.Road](s, layers.Roads)[10]
	planted := s.with(layers.Roads, road.ID, func(f layers.Feature) {
		g := f.(*layers.Road).Geometry
		g[len(g)-1][0] += 0.01
	})
	if len(crossings(planted)) == 0 {
		t.Error("a road across others was not found")
	}
	planted = s.with(layers.Roads, road.ID, func(f layers.Feature) {
		for i := range f.(*layers.Road).Geometry {
			f.(*layers.Road).Geometry[i][0] += 1e-7
		}
	})
	if len(reach(planted)) == 0 {
		t.Error("a road beside its junctions was not found")
	}
}

func TestRoadsAreLikeRoads(t *testing.T) {
	s := demo(t)
	locator, _ := partition(t, s, layers.Grids)
	classes := map[string]geo.Metres{}
	crossing := map[orb.Point]map[string]bool{}
	for _, r := range list[*layers.Road](s, layers.Roads) {
		classes[r.Class] += geo.Length(r.Geometry)
		for i, p := range r.Geometry {
			q, err := geo.QueryFrom(p)
			if err != nil {
				t.Fatal(err)
			}
			if g, _ := locator.Locate(q); g < 0 {
				t.Errorf("%s %s leaves the district at %v", r.ID, r.Name, p)
			}
			if i > 0 && i+1 < len(r.Geometry) {
				if turn := turned(r.Geometry[i-1], p, r.Geometry[i+1]); turn > 75 {
					t.Errorf("%s %s turns by %.0f degrees at %v", r.ID, r.Name, turn, p)
				}
			}
			if i == 0 || i+1 == len(r.Geometry) {
				if crossing[p] == nil {
					crossing[p] = map[string]bool{}
				}
				crossing[p][r.Name] = true
			}
		}
	}
	for class, least := range map[string]geo.Metres{"trunk": 40e3, "primary": 40e3, "secondary": 100e3, "tertiary": 100e3, "residential": 60e3} {
		if classes[class] < least {
			t.Errorf("%.1f km of class %s", float64(classes[class])/1e3, class)
		}
	}
	t.Logf("metres by class: %v", classes)
	for _, pair := range [][2]string{{"海汇街", "龙皓路"}, {"海汇街", "龙翔路"}, {"亭枫公路", "松卫公路"}, {"亭枫公路", "亭卫公路"}, {"亭卫公路", "沪杭公路"}} {
		n := 0
		for _, names := range crossing {
			if names[pair[0]] && names[pair[1]] {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s and %s cross %d times, want once", pair[0], pair[1], n)
		}
	}
}

func turned(a, b, c orb.Point) float64 {
	p, q, r := planar(a), planar(b), planar(c)
	u, v := [2]float64{q[0] - p[0], q[1] - p[1]}, [2]float64{r[0] - q[0], r[1] - q[1]}
	return math.Abs(math.Atan2(u[0]*v[1]-u[1]*v[0], u[0]*v[0]+u[1]*v[1])) * 180 / math.Pi
}

// TestMainRoadsJoinTheTowns drives from seat to seat on secondary roads and better, after a kilometre at most to the first.
func TestMainRoadsJoinTheTowns(t *testing.T) {
	s := demo(t)
	group := map[orb.Point]orb.Point{}
	var find func(p orb.Point) orb.Point
	find = func(p orb.Point) orb.Point {
		if g, ok := group[p]; ok && g != p {
			return find(g)
		}
		return p
	}
	main := map[string]bool{"trunk": true, "primary": true, "secondary": true}
	for _, r := range list[*layers.Road](s, layers.Roads) {
		if main[r.Class] {
			if a, b := find(r.Geometry[0]), find(r.Geometry[len(r.Geometry)-1]); a != b {
				group[a] = b
			}
		}
	}
	networks := map[orb.Point]bool{}
	for _, town := range list[*layers.Town](s, layers.Towns) {
		if town.Seat == nil {
			continue
		}
		near, at := geo.Metres(1e9), orb.Point{}
		for _, r := range list[*layers.Road](s, layers.Roads) {
			if main[r.Class] {
				if d, _, _ := geo.PointToLine(*town.Seat, r.Geometry); d < near {
					near, at = d, find(r.Geometry[0])
				}
			}
		}
		if near > 1000 {
			t.Errorf("%s: the next main road is %.0f m from the seat", town.Name, float64(near))
		}
		networks[at] = true
	}
	if len(networks) != 1 {
		t.Errorf("the seats lie on %d networks of main roads", len(networks))
	}
}

package duty_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// rim is the border of the district: the edges that one grid alone has, each with the grid on its left.
type rim struct {
	*ground
	edges [][2]orb.Point
	plant string // the name of a defect, empty for none
}

func rimOf(g *ground) *rim {
	r := &rim{ground: g}
	seen := map[[2]orb.Point]bool{}
	for _, f := range g.grids {
		for _, l := range linesOf(f.Geometry) {
			for i := 1; i < len(l); i++ {
				seen[[2]orb.Point{l[i-1], l[i]}] = true
			}
		}
	}
	for _, f := range g.grids {
		for _, l := range linesOf(f.Geometry) {
			for i := 1; i < len(l); i++ {
				if !seen[[2]orb.Point{l[i], l[i-1]}] {
					r.edges = append(r.edges, [2]orb.Point{l[i-1], l[i]})
				}
			}
		}
	}
	return r
}

// beside is an external unit and how far away its ground is.
type beside struct {
	unit string
	m    float64
}

// grounds finds the grounds of neighbours within reach of a position, by looking at every edge of every one of them.
func (r *rim) grounds(p orb.Point, reach float64) (out []beside) {
	q, _ := geo.QueryFrom(p)
	for _, o := range r.overlays {
		if o.Kind != layers.Neighbour || !o.Geometry.Bound().Intersects(geo.Around(p, far)) || r.plant == "nobody in the west" && o.Unit == "u_ext_330421" {
			continue
		}
		d := 0.0
		if !geo.Contains(r.fixed[o], q) && !geo.OnBorder(r.fixed[o], q) {
			d = distanceToLines(p, linesOf(o.Geometry))
		}
		if d <= reach {
			out = append(out, beside{o.Unit, d})
		}
	}
	slices.SortFunc(out, func(a, b beside) int {
		if a.m != b.m {
			return int(math.Copysign(1, a.m-b.m))
		}
		return strings.Compare(a.unit, b.unit)
	})
	return out
}

// first names the nearest of a list, "" of none.
func first(list []beside) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].unit
}

// across is who lies beyond the nearest point of the border of the district, and how far that is; unsure where points as near have others
// beyond them.
func (r *rim) across(p orb.Point) (unit string, m float64, unsure bool) {
	most := 50.0
	if r.plant == "however far" {
		most = 500
	}
	m = math.Inf(1)
	distances := make([]float64, len(r.edges))
	for i, e := range r.edges {
		if distances[i] = math.Inf(1); math.Abs(e[0][0]-p[0]) > 0.03 || math.Abs(e[0][1]-p[1]) > 0.03 { // no edge is as long
			continue
		}
		d, _, _ := geo.PointToSegment(p, e[0], e[1])
		distances[i] = float64(d)
		m = min(m, distances[i])
	}
	for i, e := range r.edges {
		if distances[i] > m+0.002 {
			continue
		}
		_, at, _ := geo.PointToSegment(p, e[0], e[1])
		near := r.grounds(at, most)
		if len(near) > 1 && near[1].m < near[0].m+0.002 || unit != "" && unit != first(near) {
			unsure = true
		}
		unit = first(near)
	}
	return unit, m, unsure
}

// names lists what an answer says of the outside; the twin says it in the same words.
func (r *rim) names(p orb.Point, accuracy float64, inside bool, a duty.Answer) (want, got []string, unsure bool) {
	one := func(what, unit string, m float64) string {
		name := "/"
		if u := slices.IndexFunc(r.units, func(u *layers.Unit) bool { return u.ID == unit }); u >= 0 {
			name = r.units[u].Name + "/" + r.units[u].NameEn
		}
		return fmt.Sprintf("%s %s %s %.1f", what, unit, name, math.Round(m*10)/10)
	}
	halfway := func(m float64) bool { return math.Abs(m*10-math.Floor(m*10)-0.5) < 0.005 } // between two tenths
	reach := max(30, accuracy)
	there := ""
	if inside {
		unit, m, doubtful := r.across(p)
		there, unsure = unit, doubtful || math.Abs(m-reach) < 0.01 || m < 0.01 || halfway(m)
		if m <= reach {
			want = append(want, one("beside", unit, m))
		}
	} else {
		list := r.grounds(p, reach)
		there = first(list)
		for _, b := range list {
			want = append(want, one("beside", b.unit, b.m))
		}
		unsure = len(r.grounds(p, reach+0.01)) != len(r.grounds(p, reach-0.01)) || slices.ContainsFunc(list, func(b beside) bool { return halfway(b.m) })
		for i := range list[min(1, len(list)):] {
			unsure = unsure || list[i+1].m-list[i].m < 0.002
		}
	}
	for _, n := range a.Neighbour {
		if n.External {
			got = append(got, fmt.Sprintf("beside %s %s/%s %.1f", n.Unit, n.Name, n.NameEn, n.Distance))
		}
	}
	for _, c := range a.Candidates {
		if c.External {
			got = append(got, fmt.Sprintf("candidate %s %s/%s %.1f", c.Unit, c.Name, c.NameEn, 0.0))
			want = append(want, one("candidate", there, 0))
		}
	}
	return want, got, unsure
}

// compareBeyond asks about n places along the border of the district and returns the first difference.
func compareBeyond(t testing.TB, n int, plant string) (asked int, difference string) {
	s := demoDistrict(t)
	random := rand.New(rand.NewPCG(*seed, 26))
	r := rimOf(groundOf(t, s))
	r.plant = plant
	rules := duty.NewRules(s)
	var d duty.Decider
	outside, candidates := 0, 0
	for asked < n {
		e := pick(random, r.edges)
		wide := pick(random, []float64{5e-5, 2e-4, 1e-3})
		p := geo.Fixed{X: int32(1e7 * (e[0][0] + random.NormFloat64()*wide)), Y: int32(1e7 * (e[0][1] + random.NormFloat64()*wide))}.Point()
		accuracy := pick(random, []float64{0, 12, 30, 80, 300})
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		inside, onBorder := false, false
		for _, g := range r.grids {
			inside = inside || geo.Contains(r.fixed[g], q)
			onBorder = onBorder || geo.OnBorder(r.fixed[g], q)
		}
		if onBorder {
			continue
		}
		a, err := d.Decide(s, rules, geo.Converter{}, duty.Question{Lon: p[0], Lat: p[1], CRS: "cgcs2000", At: now, AccuracyM: accuracy})
		if err != nil {
			t.Fatal(err)
		}
		if (a.Grid != nil) != inside {
			t.Fatalf("%v: grid %+v", p, a.Grid)
		}
		want, got, unsure := r.names(p, accuracy, inside, *a)
		if unsure {
			continue
		}
		asked++
		if !inside {
			outside++
		}
		candidates += len(a.Candidates)
		if difference := cmp.Diff(want, got); difference != "" {
			return asked, fmt.Sprintf("%v, accuracy %v:\n%s\n%s", p, accuracy, difference, marshal(t, a))
		}
	}
	if outside < n/4 || outside > n*3/4 || candidates < n/4 {
		t.Errorf("of %d places %d lie outside, %d candidates", n, outside, candidates)
	}
	return asked, ""
}

// TestBeyondTwin: a scan of every edge of every ground names the same external units. A twenty-fifth of -queries is how many places.
func TestBeyondTwin(t *testing.T) {
	asked, difference := compareBeyond(t, min(*queries/25, 20_000), "")
	if difference != "" {
		t.Fatalf("place %d (-twin +engine), seed %d:\n%s", asked, *seed, difference)
	}
}

func TestBeyondTwinFindsDefects(t *testing.T) {
	for _, plant := range []string{"nobody in the west", "however far"} {
		if asked, difference := compareBeyond(t, 3000, plant); difference == "" {
			t.Errorf("%s: not found at %d places", plant, asked)
		}
	}
}

// TestOutsideNamesTheNeighbour: 20 m outside the middle of long edges along each land border the answer names who lies there, and 20 m
// off the shore nobody; on the inner side of the same border the outside has the same name.
func TestOutsideNamesTheNeighbour(t *testing.T) {
	s := demoDistrict(t)
	r := rimOf(groundOf(t, s))
	owner := map[[2]orb.Point]string{}
	for _, o := range r.overlays {
		for _, l := range linesOf(o.Geometry) {
			for i := 1; i < len(l) && o.Kind == layers.Neighbour; i++ {
				owner[[2]orb.Point{l[i], l[i-1]}] = o.Unit
			}
		}
	}
	edges := map[string][][2]orb.Point{}
	for _, e := range r.edges {
		edges[owner[e]] = append(edges[owner[e]], e)
	}
	if len(edges) != 6 {
		t.Fatalf("along the border of the district lie %d neighbours, the sea among them", len(edges))
	}
	names := map[string]string{"u_ext_310120": "奉贤区", "u_ext_310117": "松江区", "u_ext_310118": "青浦区", "u_ext_330421": "嘉善县（浙江省嘉兴市）", "u_ext_330482": "平湖市（浙江省嘉兴市）", "": ""}
	for unit, list := range edges {
		slices.SortFunc(list, func(a, b [2]orb.Point) int { return int(geo.Distance(b[0], b[1]) - geo.Distance(a[0], a[1])) })
		tried := 0
		for _, e := range list {
			off := func(m float64) orb.Point { // to the right of the edge
				east, north := (e[1][0]-e[0][0])*95645, (e[1][1]-e[0][1])*110871
				long := math.Hypot(east, north)
				return orb.Point{(e[0][0]+e[1][0])/2 + m*north/long/95645, (e[0][1]+e[1][1])/2 - m*east/long/110871}
			}
			out, in := ask(t, s, off(20)), ask(t, s, off(-20))
			if out.Nearest == nil || math.Abs(out.Nearest.Distance-20) > 0.2 || in.Grid == nil || math.Abs(in.Grid.BoundaryDistance-20) > 0.2 {
				continue // the border winds: another edge is nearer
			}
			if tried++; tried > 5 {
				break
			}
			want := []duty.Nearest{}
			if unit != "" {
				want = []duty.Nearest{{Unit: unit, Name: names[unit], External: true}}
			}
			got := slices.Clone(out.Neighbour)
			for i := range got {
				got[i].NameEn = ""
			}
			if out.Outcome != duty.Outside || out.Nearest.Code == "" || !cmp.Equal(got, want) {
				t.Errorf("20 m outside, in %s: %s, nearest %+v, neighbours %+v", names[unit], out.Outcome, out.Nearest, out.Neighbour)
			}
			i := slices.IndexFunc(in.Neighbour, func(n duty.Nearest) bool { return n.External })
			if in.Grid == nil || i < 0 || in.Neighbour[i].Unit != unit || in.Neighbour[i].Name != names[unit] || in.Neighbour[i].Code != "" {
				t.Errorf("20 m inside, beside %s: %+v", names[unit], in.Neighbour)
			}
			onIt := ask(t, s, off(0), inaccurate(50))
			c := slices.IndexFunc(onIt.Candidates, func(c duty.Candidate) bool { return c.External })
			if c < 0 || onIt.Candidates[c].Unit != unit || onIt.Candidates[c].Name != names[unit] {
				t.Errorf("on the border of %s: candidates %+v", names[unit], onIt.Candidates)
			}
		}
		if tried < 3 {
			t.Errorf("%d places beside %s were tried", tried, unit)
		}
	}
}

// A ground of a neighbour that is not in force, or whose unit is not, and a district without any.
func TestOutsideInForce(t *testing.T) {
	east := func(id, unit string) *layers.Overlay {
		return &layers.Overlay{Meta: meta(id), Code: id, Name: "东邻", NameEn: "East", Kind: layers.Neighbour, Unit: unit, Geometry: area(6.01, 0, 7, 0, 7, 2, 6.01, 2)}
	}
	ended := east("o_8", "u_tel")
	ended.ValidTo = now
	late := unit("u_late", "neighbour")
	late.ValidFrom = now + 1
	for _, c := range []struct {
		name   string
		more   []layers.Feature
		beyond string
	}{
		{"none", nil, ""},
		{"one that has ended", []layers.Feature{ended}, ""},
		{"one in force", []layers.Feature{ended, east("o_9", "u_mob")}, "u_mob 单位u_mob/Unit u_mob"},
		{"one whose unit is to come", []layers.Feature{late, east("o_9", "u_late")}, "u_late 东邻/East"},
		{"two of one place", []layers.Feature{east("o_8", "u_tel"), east("o_9", "u_mob")}, "u_mob 单位u_mob/Unit u_mob, u_tel 单位u_tel/Unit u_tel"},
		{"two of one unit", []layers.Feature{east("o_8", "u_mob"), east("o_9", "u_mob")}, "u_mob 单位u_mob/Unit u_mob"},
	} {
		s := snapshot(t, append(district(), c.more...)...)
		said := func(p orb.Point) string {
			var out []string
			for _, n := range ask(t, s, p).Neighbour {
				out = append(out, fmt.Sprintf("%s %s/%s", n.Unit, n.Name, n.NameEn))
			}
			return strings.Join(out, ", ")
		}
		same(t, c.name+", outside", said(at(6.02, 1)), c.beyond)
		nearest, _, _ := strings.Cut(c.beyond, ", ")
		if nearest == "" {
			nearest = " /"
		}
		same(t, c.name+", inside", said(at(5.98, 1)), nearest) // the border is 20 m away, and the ground 10 m behind it
	}
}

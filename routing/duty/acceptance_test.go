package duty_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// workday is a Wednesday at ten o'clock.
const workday = "2025-06-11T10:00:00+08:00"

// askDemo asks the demo about a category.
func askDemo(t testing.TB, p orb.Point, category, when string, change ...func(*duty.Question)) duty.Answer {
	t.Helper()
	s := demoDistrict(t)
	q := duty.Question{Lon: p[0], Lat: p[1], CRS: "cgcs2000", Category: category, At: instantAt(t, when)}
	for _, c := range change {
		c(&q)
	}
	a, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// parties lists who does what by the answer.
func parties(a duty.Answer) string {
	r := a.Responsibility
	out := []string{string(a.Outcome)}
	add := func(p *duty.Party) {
		if p != nil {
			out = append(out, p.Role+" "+p.Unit+" "+p.Rule)
		}
	}
	add(r.Primary)
	for i := range r.Co {
		add(&r.Co[i])
	}
	add(r.Supervisor)
	for i := range r.Informed {
		add(&r.Informed[i])
	}
	return strings.Join(out, ", ")
}

// inside finds a position of a grid.
func inside(t testing.TB, s *layers.Snapshot, g *layers.Grid, random *rand.Rand) orb.Point {
	t.Helper()
	m := fixed(t, g.Geometry)
	b := g.Geometry.Bound()
	for range 10_000 {
		p := orb.Point{b.Min[0] + random.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + random.Float64()*(b.Max[1]-b.Min[1])}
		if q, err := geo.QueryFrom(p); err == nil && geo.Contains(m, q) {
			return p
		}
	}
	t.Fatalf("no position in %s", g.Code)
	return orb.Point{}
}

// whistleItems are the categories of the whistle list by their numbers.
func whistleItems(s *layers.Snapshot) map[int]string {
	out := map[int]string{}
	for _, c := range rowsOf[*layers.Category](s, layers.Categories) {
		for _, code := range c.Codes {
			if n, err := strconv.Atoi(code.Code); err == nil && code.Scheme == layers.WhistleScheme {
				out[n] = c.Code
			}
		}
	}
	return out
}

// TestWhistles: each of the 53 items of the whistle list has a unit and a rule that is about it in each of the 37 grids.
func TestWhistles(t *testing.T) {
	s := demoDistrict(t)
	rules := duty.NewRules(s)
	random := rand.New(rand.NewPCG(*seed, 1))
	items, grids, pairs := whistleItems(s), rowsOf[*layers.Grid](s, layers.Grids), 0
	var d duty.Decider
	for n := 1; n <= 53; n++ {
		for _, g := range grids {
			p := inside(t, s, g, random)
			a, err := d.Decide(s, rules, geo.Converter{}, duty.Question{Lon: p[0], Lat: p[1], CRS: "cgcs2000", Category: items[n], At: instantAt(t, workday)})
			if err != nil {
				t.Fatal(err)
			}
			r := a.Responsibility
			if items[n] == "" || r == nil || r.Fallback || r.Primary == nil && a.Outcome != duty.NoAction {
				t.Errorf("item %d, %s in %s: %s", n, items[n], g.Code, marshal(t, a))
			}
			pairs++
		}
	}
	if pairs != 1961 {
		t.Errorf("%d pairs", pairs)
	}
}

// TestIncidents: 10,000 mixed incidents. None is without a unit, and few of those with a category are left to the fallback.
func TestIncidents(t *testing.T) {
	s := demoDistrict(t)
	rules := duty.NewRules(s)
	g := groundOf(t, s)
	m := newMaker(g, rand.New(rand.NewPCG(*seed, 2)))
	var leaves []string
	for _, c := range m.categories {
		leaf := true
		for _, other := range m.categories {
			leaf = leaf && !strings.HasPrefix(other, c+".")
		}
		if leaf {
			leaves = append(leaves, c)
		}
	}
	var d duty.Decider
	named, fallbacks, none := 0, 0, 0
	by := map[string]int{}
	for n := range 10_000 {
		var p orb.Point
		switch n % 4 {
		case 0:
			p = pick(m.Rand, m.poles).Geometry
		case 1:
			p = pick(m.Rand, m.zones).Geometry.Bound().Center()
		default:
			p = inside(t, s, pick(m.Rand, m.grids), m.Rand)
		}
		q := duty.Question{Lon: p[0], Lat: p[1], CRS: "cgcs2000", At: m.grids[0].ValidFrom + layers.Instant(70+m.IntN(600))*86_400_000 + layers.Instant(m.IntN(86_400_000)), Channel: pick(m.Rand, layers.Channels())}
		if n%10 > 0 {
			q.Category = pick(m.Rand, leaves)
		}
		a, err := d.Decide(s, rules, geo.Converter{}, q)
		if err != nil {
			t.Fatal(err)
		}
		if a.Grid == nil {
			continue // on the outer border
		}
		r := a.Responsibility
		if r.Primary == nil && a.Outcome != duty.NoAction {
			none++
			t.Errorf("%s has no unit: %s", q.Category, marshal(t, a))
		}
		if q.Category != "" {
			named++
			if r.Fallback {
				fallbacks++
				by[q.Category]++
			}
		}
	}
	t.Logf("%d with a category, %d left to the fallback, %d without a unit", named, fallbacks, none)
	if fallbacks*20 > named {
		t.Errorf("%d of %d left to the fallback: %v", fallbacks, named, by)
	}
}

// TestRulesOfTheDemo: each rule that the source describes decides at some place.
func TestRulesOfTheDemo(t *testing.T) {
	s := demoDistrict(t)
	random := rand.New(rand.NewPCG(*seed, 3))
	g := groundOf(t, s)
	poleWhere := func(ok func(*layers.Pole, layers.Ownership, bool) bool) orb.Point {
		for _, p := range g.poles {
			var own layers.Ownership
			list := p.Owners(instantAt(t, workday))
			if len(list) > 0 {
				own = list[0]
			}
			if ok(p, own, len(list) > 0) && nearestPole(g, p.Geometry) == p {
				return p.Geometry
			}
		}
		t.Fatal("no such pole")
		return orb.Point{}
	}
	carrier := poleWhere(func(p *layers.Pole, own layers.Ownership, owned bool) bool {
		return owned && own.Share == 1 && own.Unit == "u_mobile" && p.State == "claimed"
	})
	nobody := poleWhere(func(p *layers.Pole, _ layers.Ownership, owned bool) bool {
		return !owned && p.State != "removed" && p.State != "closed"
	})
	var tidal orb.Point
	travel, parking := "", ""
	for _, z := range g.zones {
		seg, ok := layers.Get[*layers.Segment](s, layers.Segments, z.Segment, instantAt(t, workday))
		if !ok || seg.Road != "海汇街" || z.Name == "" {
			continue
		}
		for hour := range 24 {
			when := fmt.Sprintf("2025-06-11T%02d:30:00+08:00", hour)
			switch s.UseOf(z, instantAt(t, when)).Mode {
			case layers.Travel:
				travel = when
			case layers.Parking:
				parking = when
			}
		}
		if travel != "" && parking != "" {
			tidal = z.Geometry.Bound().Center()
			for _, p := range append([]orb.Point{tidal}, z.Geometry[0]...) { // the middle may lie beside a bent zone
				if q, err := geo.QueryFrom(p); err == nil && (geo.Contains(fixed(t, z.Geometry), q) || geo.OnBorder(fixed(t, z.Geometry), q)) {
					tidal = p
					break
				}
			}
			break
		}
	}
	var shops, zhangyan orb.Point
	for _, r := range g.roads {
		if r.Name == "公园路" {
			shops = r.Geometry[0]
		}
	}
	for _, gr := range g.grids {
		if gr.Town == "310116103" && strings.HasSuffix(gr.Code, "Z01") {
			zhangyan = inside(t, s, gr, random)
		}
	}
	corner := besideBorder(t, g, "310116101Z01", "310116101Z03")
	whistled := func(q *duty.Question) {}
	for _, c := range []struct {
		rule, category, when string
		p                    orb.Point
		change               func(*duty.Question)
		want                 string
	}{
		{"R-017", "part.pole.abandoned", workday, carrier, whistled, "assigned, dispose u_mobile R-017@1, help u_telecom R-017@1, follow_up "},
		{"R-018", "part.pole.abandoned", workday, nobody, whistled, "assigned, dispose u_town_"},
		{"R-031", "event.parking.illegal", travel, tidal, whistled, "assigned, dispose u_traffic_police R-031@1, help u_town_310116113 R-031@1, follow_up u_grid_310116113Z"},
		{"R-032", "event.parking.illegal", parking, tidal, whistled, "no_action"},
		{"R-044", "event.street.goods", workday, shops, whistled, "assigned, dispose u_enforcement_310116101 R-044@1, help u_alliance_gongyuanlu R-044@1, follow_up u_grid_310116101Z"},
		{"R-050", "event.waste.corner", workday, corner, whistled, "cross_border, dispose u_grid_310116101Z03 R-050@1, help u_grid_310116101Z01 R-050@1, follow_up u_town_310116101 R-050@1"},
		{"R-080", "selfbuild.deposit", workday, zhangyan, whistled, "assigned, dispose u_planning_310116103 R-080@1, help u_310116103"},
		{"R-090", "event.smoke", workday, zhangyan, func(q *duty.Question) { q.Channel, q.Confidence = "camera", 0.64 }, "assigned, dispose u_cyzx_310116103 R-090@1"},
	} {
		a := askDemo(t, c.p, c.category, c.when, c.change)
		if got := parties(a); !strings.HasPrefix(got, c.want) || a.Responsibility.Fallback || !strings.Contains(marshal(t, a.Trace), c.rule+"@1") {
			t.Errorf("%s: %s, want %s\n%s", c.rule, got, c.want, marshal(t, a))
		}
	}
	sure := askDemo(t, zhangyan, "event.smoke", workday, func(q *duty.Question) { q.Channel, q.Confidence = "camera", 0.65 })
	if sure.Responsibility.Primary.Rule != "R-229@1" {
		t.Errorf("a detection that is sure: %s", parties(sure))
	}
	night := askDemo(t, shops, "event.street.goods", "2025-06-11T23:00:00+08:00")
	if night.Responsibility.Primary.Rule == "R-044@1" {
		t.Errorf("by night: %s", parties(night))
	}
}

func nearestPole(g *ground, p orb.Point) *layers.Pole {
	best, at := geo.Metres(1e9), (*layers.Pole)(nil)
	for _, one := range g.poles {
		if d := geo.Distance(p, one.Geometry); d < best && one.State != "removed" {
			best, at = d, one
		}
	}
	return at
}

// besideBorder finds a position in the grid a, within 20 m of its border with b and farther from all others.
func besideBorder(t testing.TB, g *ground, a, b string) orb.Point {
	t.Helper()
	part := g.s.Partition(layers.Grids, instantAt(t, workday))
	codeOf := func(i int) string {
		if i < 0 {
			return ""
		}
		code, _ := part.Features()[i].Label()
		return code
	}
	for _, border := range part.Coverage().Borders() {
		if codeOf(border.A) != a || codeOf(border.B) != b {
			continue
		}
		for _, arc := range border.Arcs {
			for _, f := range arc.Line {
				for _, bearing := range []float64{0, 90, 180, 270} {
					p := geo.Destination(f.Point(), bearing, 8)
					if sp, ok := g.at(p); ok && sp.grid.Code == a && sp.borderM < 20 && sp.other.Code == b {
						return p
					}
				}
			}
		}
	}
	t.Fatalf("no position beside the border of %s and %s", a, b)
	return orb.Point{}
}

// TestAgreementsAlternate: along a border whose lead goes by months, the grids lead in turn.
func TestAgreementsAlternate(t *testing.T) {
	s := demoDistrict(t)
	g := groundOf(t, s)
	for _, agreed := range g.signed {
		p := besideBorder(t, g, agreed.GridA, agreed.GridB)
		second := agreed.GridA
		if agreed.First == agreed.GridA {
			second = agreed.GridB
		}
		for month := range 12 {
			when := fmt.Sprintf("%d-%02d-15T10:00:00+08:00", 2025+(month+5)/12, (month+5)%12+1) // June 2025 to May 2026
			number := fmt.Sprintf("沪金〔2025〕%d号", 100+month)
			a := askDemo(t, p, "event.waste.corner", when, func(q *duty.Question) { q.CaseNumber = number })
			want := agreed.First
			calendarMonth := (month+5)%12 + 1 + 12*((month+5)/12)
			if agreed.Lead == layers.LeadMonth && calendarMonth%2 == 0 || agreed.Lead == layers.LeadCase && month%2 == 0 {
				want = second
			}
			x := a.Responsibility.CrossBorder
			if x == nil || x.LeadGrid != want || x.Agreement != agreed.ID || x.Reason != duty.ByAgreement || a.Responsibility.Primary.Unit != "u_grid_"+want || a.Outcome != duty.CrossBorder {
				t.Errorf("%s, %s: %+v, want %s to lead", agreed.ID, when, x, want)
			}
		}
	}
	for year := 2023; year < 2027; year++ {
		byMonth := &layers.Agreement{GridA: "a", GridB: "b", Lead: layers.LeadMonth, First: "b"}
		last, _ := byMonth.Leader(instantAt(t, fmt.Sprintf("%d-12-31T23:59:59+08:00", year)), "")
		next, _ := byMonth.Leader(instantAt(t, fmt.Sprintf("%d-01-01T00:00:00+08:00", year+1)), "")
		if last != "a" || next != "b" {
			t.Errorf("at the turn of %d: %s, then %s", year, last, next)
		}
	}
}

package duty_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// The district of the tests is drawn on squared paper of 0.01 degree:
//
//	2 +------+------+------+   B has no office; C lies in another town
//	  |  A   |  B   |  C   |
//	0 +------+------+------+
//	  0      2      4      6
const (
	codeA, codeB, codeC = "310116101Z01", "310116101Z02", "310116102Z01"
	from2025            = layers.Instant(1735660800000)
	now                 = layers.Instant(1750000000000)
)

func at(x, y float64) orb.Point {
	return orb.Point{(121_3000000 + math.Round(x*100_000)) / 1e7, (30_8000000 + math.Round(y*100_000)) / 1e7}
}

func area(xy ...float64) orb.MultiPolygon {
	var r orb.Ring
	for i := 0; i < len(xy); i += 2 {
		r = append(r, at(xy[i], xy[i+1]))
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

func meta(id string) layers.Meta {
	return layers.Meta{ID: id, Version: 3, Revision: 2, ValidFrom: from2025}
}

func grid(code, office string, west float64) *layers.Grid {
	return &layers.Grid{Meta: meta(code), Code: code, Name: "网格" + code[9:], NameEn: "Grid " + code[9:], Town: code[:9], Edition: "e_1", Office: office,
		Geometry: area(west, 0, west+2, 0, west+2, 2, west, 2)}
}

func unit(id, kind string) *layers.Unit {
	return &layers.Unit{Meta: meta(id), Code: id, Name: "单位" + id, NameEn: "Unit " + id, Kind: kind}
}

func pole(id string, p orb.Point, state string, own ...layers.Ownership) *layers.Pole {
	return &layers.Pole{Meta: meta(id), Code: id, Name: id, MainUse: "telecom", Condition: "sound", Live: "no", State: state, ClaimState: "none", Ownership: own, Geometry: p}
}

func share(unit string, share float64) layers.Ownership {
	return layers.Ownership{Unit: unit, Share: share, Basis: "record", From: from2025}
}

func district() []layers.Feature {
	town := func(code string, west, east float64) *layers.Town {
		return &layers.Town{Meta: meta(code), Code: code, Name: "镇" + code, District: "310116", Geometry: area(west, 0, east, 0, east, 2, west, 2)}
	}
	over := func(id, kind string, g orb.MultiPolygon) *layers.Overlay {
		return &layers.Overlay{Meta: meta(id), Code: id, Name: id, Kind: kind, Unit: "u_park", Geometry: g}
	}
	holed := area(0.2, 0.2, 1.8, 0.2, 1.8, 1.8, 0.2, 1.8)
	holed[0] = append(holed[0], area(0.8, 0.8, 0.8, 1.2, 1.2, 1.2, 1.2, 0.8)[0][0])
	return []layers.Feature{
		&layers.Edition{Meta: meta("e_1"), Code: "2025-01", Name: "第一版", Of: layers.Grids},
		&layers.District{Meta: meta("310116"), Code: "310116", Name: "金山区", Geometry: area(0, 0, 6, 0, 6, 2, 0, 2)},
		town("310116101", 0, 4), town("310116102", 4, 6),
		unit("u_a", "grid_office"), unit("u_c", "grid_office"), unit("u_tel", "carrier"), unit("u_mob", "carrier"), unit("u_park", "park"),
		grid(codeA, "u_a", 0), grid(codeB, "", 2), grid(codeC, "u_c", 4),
		&layers.Community{Meta: meta("310116101001"), Code: "310116101001", Name: "居委", Kind: "residential", Town: "310116101", Geometry: area(0, 0, 4, 0, 4, 2, 0, 2)},
		over("o_2", layers.Park, holed), over("o_1", layers.Block, area(0, 0, 1, 0, 1, 1, 0, 1)), over("o_3", layers.Block, area(1, 0, 2, 0, 2, 1, 1, 1)),
		&layers.Segment{Meta: meta("s_1"), Code: "s_1", Name: "海汇街", Road: "海汇街", From: "龙皓路", To: "龙翔路", Side: "both", Geometry: orb.LineString{at(5, 1), at(5.5, 1)}},
		&layers.Zone{Meta: meta("z_1"), Code: "z_1", Name: "泊位", Segment: "s_1", Kind: "kerb", Capacity: 8, DefaultMode: layers.Travel, Manager: "u_c",
			Geometry: area(5, 1, 5.5, 1, 5.5, 1.01, 5, 1.01)[0]},
		pole("p_1", at(0.5, 1.5), "claimed", share("u_tel", 0.25), share("u_mob", 0.75)),
		pole("p_2", at(0.5, 1.5005), "in_use", layers.Ownership{Unit: "u_tel", Share: 1, Basis: "plate", From: from2025, To: now - 1}),
		pole("p_3", at(0.5, 1.501), "in_use", share("u_tel", 1)),
		pole("p_4", at(3, 1), "removed", share("u_tel", 1)),
	}
}

func snapshot(t testing.TB, features ...layers.Feature) *layers.Snapshot {
	t.Helper()
	b := layers.NewBuilder()
	for _, f := range features {
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			t.Fatal(err)
		}
	}
	old := *grid(codeA, "u_tel", 0) // in 2024 another office answered for the grid
	old.ValidFrom, old.ValidTo, old.Name = from2025-1000, from2025, "旧名"
	if err := b.Add(layers.Row{Feature: &old, Slice: true}); err != nil {
		t.Fatal(err)
	}
	s, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "e", Revision: 9}, RecordedAt: now - 5, Settings: layers.Settings{Codes: layers.CodesLocal, Demo: true}})
	if err != nil {
		t.Fatal(err)
	}
	if q := s.Quarantined(); len(q) > 0 {
		t.Fatalf("left out: %v", q)
	}
	return s
}

func ask(t *testing.T, s *layers.Snapshot, p orb.Point, change ...func(*duty.Question)) duty.Answer {
	t.Helper()
	q := duty.Question{Lon: p[0], Lat: p[1], CRS: "wgs84", At: now}
	for _, c := range change {
		c(&q)
	}
	a, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func category(c string) func(*duty.Question) { return func(q *duty.Question) { q.Category = c } }

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestOutcomes(t *testing.T) {
	s := snapshot(t, district()...)
	inA := ask(t, s, at(1, 1.9))
	same(t, "outcome", inA.Outcome, duty.Assigned)
	same(t, "grid", inA.Grid.Code, codeA)
	same(t, "edition", inA.Data.Edition, "2025-01")
	same(t, "primary", inA.Responsibility.Primary, &duty.Party{Unit: "u_a", Name: "单位u_a", NameEn: "Unit u_a", Role: "dispose", Rule: "builtin.office@0"})
	same(t, "fallback", inA.Responsibility.Fallback, true)
	same(t, "demo", inA.Demo, true)
	same(t, "data", inA.Data, duty.Data{Epoch: "e", Revision: 9, Edition: "2025-01", Rules: "r0", AsOf: now - 5})

	inB := ask(t, s, at(3, 1))
	same(t, "outcome without an office", inB.Outcome, duty.Unassigned)
	if inB.Responsibility == nil || inB.Responsibility.Primary != nil || inB.Grid.Code != codeB {
		t.Errorf("in B: %+v", inB)
	}

	out := ask(t, s, at(6.1, 1))
	same(t, "outcome outside", out.Outcome, duty.Outside)
	if out.Grid != nil || out.Responsibility != nil || out.Nearest == nil || out.Nearest.Code != codeC {
		t.Errorf("outside: %+v", out)
	}
	want := geo.Distance(at(6, 1), at(6.1, 1))
	if d := math.Abs(out.Nearest.Distance - float64(want)); d > 0.1 {
		t.Errorf("the nearest grid is said to be %v m away, it is %v", out.Nearest.Distance, want)
	}
}

// Clients iterate over lists without asking whether they are there.
func TestListsAreNeverNull(t *testing.T) {
	s := snapshot(t, district()...)
	for _, p := range []orb.Point{at(3, 1.9), at(9, 9)} {
		a := ask(t, s, p)
		if a.Hierarchy == nil || a.Neighbour == nil || a.Overlays == nil || a.Features == nil || a.Trace == nil {
			t.Errorf("%v: %+v", p, a)
		}
		if r := a.Responsibility; r != nil && (r.Co == nil || r.Informed == nil) {
			t.Errorf("%v: %+v", p, r)
		}
	}
}

func TestHierarchyLeavesOutWhatIsMissing(t *testing.T) {
	levels := func(a duty.Answer) (out []string) {
		for _, l := range a.Hierarchy {
			out = append(out, l.Level+" "+l.Code)
		}
		return out
	}
	s := snapshot(t, district()...)
	same(t, "in A", levels(ask(t, s, at(1, 1))), []string{"district 310116", "town 310116101", "grid " + codeA, "community 310116101001"})
	same(t, "in C", levels(ask(t, s, at(5, 0.5))), []string{"district 310116", "town 310116102", "grid " + codeC})
	bare := snapshot(t, district()[4:12]...)
	same(t, "without towns", levels(ask(t, bare, at(1, 1))), []string{"grid " + codeA})
}

func TestNeighboursWithinReach(t *testing.T) {
	s := snapshot(t, district()...)
	near := func(a duty.Answer) (out []string) {
		for _, n := range a.Neighbour {
			out = append(out, fmt.Sprintf("%s %v %v", n.Code, n.SameTown, n.External))
		}
		return out
	}
	same(t, "in the middle", near(ask(t, s, at(1, 1))), []string(nil))
	byB := ask(t, s, at(1.98, 1)) // 19 m west of the border
	same(t, "near B", near(byB), []string{codeB + " true false"})
	if d := byB.Neighbour[0].Distance; d != byB.Grid.BoundaryDistance || d < 18 || d > 20 {
		t.Errorf("B is said to be %v m away, and the border %v", d, byB.Grid.BoundaryDistance)
	}
	same(t, "near C, in another town", near(ask(t, s, at(3.98, 1))), []string{codeC + " false false"})
	same(t, "near the shore", near(ask(t, s, at(1, 0.001))), []string{" false true"})
	same(t, "the border with the outside", ask(t, s, at(1, 0.001)).Neighbour[0].Border, "b_"+codeA+"_outside")
	same(t, "the border with B", ask(t, s, at(1.999, 1)).Neighbour[0].Border, "b_"+codeA+"_"+codeB)
	same(t, "imprecise", near(ask(t, s, at(1.9, 1), func(q *duty.Question) { q.AccuracyM = 120 })), []string{codeB + " true false"})
	same(t, "precise", near(ask(t, s, at(1.9, 1), func(q *duty.Question) { q.AccuracyM = 20 })), []string(nil))
}

func inaccurate(m float64) func(*duty.Question) {
	return func(q *duty.Question) { q.AccuracyM = m }
}

// shares lists what an answer says of the error of its position: its own grid, neighbours, candidates.
func shares(a duty.Answer) (out []string) {
	one := func(what, code string, p *float64) {
		if p != nil {
			out = append(out, fmt.Sprintf("%s %s %.3f", what, code, *p))
		}
	}
	if a.Grid != nil {
		one("grid", a.Grid.Code, a.Grid.Probability)
	}
	if a.Nearest != nil {
		one("nearest", a.Nearest.Code, a.Nearest.Probability)
	}
	for _, n := range a.Neighbour {
		one("beside", n.Code, n.Probability)
	}
	for _, c := range a.Candidates {
		out = append(out, fmt.Sprintf("candidate %q %.3f %s", c.Code, c.Probability, c.Unit))
	}
	return out
}

func TestInaccuratePositions(t *testing.T) {
	s := snapshot(t, district()...)
	east := func(m float64) float64 { return m / float64(geo.Distance(at(0, 1), at(1, 1))) }
	for _, c := range []struct {
		name    string
		p       orb.Point
		m       float64
		outcome duty.Outcome
		want    []string
	}{
		{"nothing known", at(1.99, 1), 0, duty.Assigned, nil},
		{"18.4 m from the border with 12 m", at(2-east(18.4), 1), 12, duty.Assigned, []string{"grid " + codeA + " 0.990", "beside " + codeB + " 0.010"}},
		{"far inside", at(1, 1), 12, duty.Assigned, []string{"grid " + codeA + " 1.000"}},
		{"on the border", at(2, 1), 12, duty.Ambiguous, []string{"grid " + codeB + " 0.500", "beside " + codeA + " 0.500",
			`candidate "` + codeA + `" 0.500 u_a`, `candidate "` + codeB + `" 0.500 `}},
		{"on the shore", at(1, 0), 12, duty.Ambiguous, []string{"grid " + codeA + " 0.500", "beside  0.500", `candidate "" 0.500 `, `candidate "` + codeA + `" 0.500 u_a`}},
		{"4 m outside", at(-east(4), 1), 12, duty.Ambiguous, []string{"nearest " + codeA + " 0.307", `candidate "" 0.693 `, `candidate "` + codeA + `" 0.307 u_a`}},
		{"300 m outside", at(-east(300), 1), 12, duty.Outside, []string{"nearest " + codeA + " 0.000"}},
	} {
		a := ask(t, s, c.p, inaccurate(c.m))
		same(t, c.name, shares(a), c.want)
		if a.Outcome != c.outcome {
			t.Errorf("%s: %s, want %s", c.name, a.Outcome, c.outcome)
		}
		if (a.Responsibility != nil) != (a.Grid != nil) {
			t.Errorf("%s: grid %v, responsibility %v", c.name, a.Grid, a.Responsibility)
		}
	}
}

func TestEdgeBelongsToOneGrid(t *testing.T) {
	s := snapshot(t, district()...)
	for _, p := range []orb.Point{at(2, 1), at(4, 0.5), at(2, 0), at(6, 2), at(0, 0), at(6, 1)} {
		a := ask(t, s, p)
		if a.Grid == nil || a.Grid.Match != "edge_rule" || a.Grid.BoundaryDistance != 0 {
			t.Errorf("%v: %+v", p, a.Grid)
		}
		g, err := duty.Grid(s, duty.NewRules(s), geo.Converter{}, a.Query)
		if err != nil || g == nil || g.Code != a.Grid.Code {
			t.Errorf("%v: Grid says %v, Decide %v", p, g, a.Grid)
		}
	}
}

// Overlays own their whole border and not their holes.
func TestOverlaysAreClosed(t *testing.T) {
	s := snapshot(t, district()...)
	for _, c := range []struct {
		p    orb.Point
		want []string
	}{
		{at(0.5, 0.5), []string{"o_1", "o_2"}},
		{at(1, 0.1), []string{"o_1", "o_3"}},         // on the border of two blocks
		{at(1, 1), []string{"o_1", "o_3"}},           // a corner of both, in the hole of the park
		{at(0.8, 1), []string{"o_1", "o_2"}},         // on the edge of the hole
		{at(1, 1.1), nil},                            // in the hole
		{at(0.2, 1.1), []string{"o_2"}},              // on the outer edge
		{at(0.19999, 1.1), nil}, {at(1.9, 1.9), nil}, // beside it
	} {
		var got []string
		for _, o := range ask(t, s, c.p).Overlays {
			got = append(got, o.ID)
		}
		same(t, fmt.Sprint(c.p), got, c.want)
	}
}

func TestPoleOwnerForPoleCategories(t *testing.T) {
	s := snapshot(t, district()...)
	byPole := ask(t, s, at(0.5, 1.5), category("part.pole.abandoned"))
	same(t, "primary", byPole.Responsibility.Primary.Unit, "u_mob") // the larger share
	same(t, "co", byPole.Responsibility.Co, []duty.Party{{Unit: "u_tel", Name: "单位u_tel", NameEn: "Unit u_tel", Role: "dispose", Rule: "builtin.pole@0"}})
	same(t, "supervisor", byPole.Responsibility.Supervisor.Unit+" "+byPole.Responsibility.Supervisor.Role, "u_a follow_up")

	// The nearest pole has no owner any more: the owner of the next one is not asked.
	same(t, "nobody's pole", ask(t, s, at(0.5, 1.5005), category("part.pole")).Responsibility.Primary.Unit, "u_a")
	same(t, "its earlier owner", ask(t, s, at(0.5, 1.5005), category("part.pole"), func(q *duty.Question) { q.At = now - 2 }).Responsibility.Primary.Unit, "u_tel")
	same(t, "another category", ask(t, s, at(0.5, 1.5), category("part.poles")).Responsibility.Primary.Unit, "u_a")
	same(t, "no category", ask(t, s, at(0.5, 1.5)).Responsibility.Primary.Unit, "u_a")

	gone := ask(t, s, at(3, 1), category("part.pole"))
	same(t, "a pole that is gone", gone.Outcome, duty.Unassigned)
	same(t, "and is shown", gone.Features[0].ID+" "+gone.Features[0].State, "p_4 removed")
}

// TestParking asks about a car in a zone whose nights are for parking, in a street that is closed one evening.
func TestParking(t *testing.T) {
	night := &layers.Schedule{Meta: meta("sc_1"), Code: "tide-1", Name: "夜间", Zone: "z_1", Series: "tide", Number: 1, State: layers.Published, From: "2025-05-01", Author: "planner",
		Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}}, Start: "20:00", DurationMin: 660}}}
	draft := *night
	draft.Meta, draft.Code, draft.Number, draft.State = meta("sc_2"), "tide-2", 2, layers.Draft
	draft.Windows = []layers.ModeWindow{{ID: "always", Mode: layers.Parking, Start: "00:00", DurationMin: 1440}}
	fair := &layers.Order{Meta: meta("or_1"), Code: "fair", Name: "庙会", Zones: []string{"z_1"}, Band: layers.EventBand, Mode: layers.Closed, Starts: "2026-06-09T20:00:00+08:00", Ends: "2026-06-09T22:00:00+08:00", Reason: "庙会", Author: "duty"}
	s := snapshot(t, append(district(), night, &draft, fair)...)
	inside, beside := at(5.2, 1.005), at(5.2, 1.02)
	for _, c := range []struct {
		name, category, at string
		p                  orb.Point
		outcome            duty.Outcome
		unit, mode, rule   string
	}{
		{"by day", "event.parking.illegal", "2026-06-08T19:59:59+08:00", inside, duty.Assigned, "u_c", "travel", "default"},
		{"by night", "event.parking.illegal", "2026-06-08T20:00:00+08:00", inside, duty.NoAction, "", "parking", "tide-1/night"},
		{"in the tail", "event.parking.illegal", "2026-06-09T06:59:59+08:00", inside, duty.NoAction, "", "parking", "tide-1/night"},
		{"after it", "event.parking.illegal", "2026-06-09T07:00:00+08:00", inside, duty.Assigned, "u_c", "travel", "default"},
		{"a kind of it", "event.parking.illegal.van", "2026-06-08T23:00:00+08:00", inside, duty.NoAction, "", "parking", "tide-1/night"},
		{"another word", "event.parking.illegals", "2026-06-08T23:00:00+08:00", inside, duty.Assigned, "u_c", "parking", "tide-1/night"},
		{"something else", "event.waste", "2026-06-08T23:00:00+08:00", inside, duty.Assigned, "u_c", "parking", "tide-1/night"},
		{"beside the zone", "event.parking.illegal", "2026-06-08T23:00:00+08:00", beside, duty.Assigned, "u_c", "parking", "tide-1/night"},
		{"during the fair", "event.parking.illegal", "2026-06-09T21:00:00+08:00", inside, duty.Assigned, "u_c", "closed", "or_1"},
		{"after the fair", "event.parking.illegal", "2026-06-09T22:00:00+08:00", inside, duty.NoAction, "", "parking", "tide-1/night"},
	} {
		t.Run(c.name, func(t *testing.T) {
			when, err := layers.ParseInstant(c.at)
			if err != nil {
				t.Fatal(err)
			}
			a := ask(t, s, c.p, category(c.category), func(q *duty.Question) { q.At = when })
			unit := ""
			if a.Responsibility.Primary != nil {
				unit = a.Responsibility.Primary.Unit
			}
			i := slices.IndexFunc(a.Features, func(f duty.Feature) bool { return f.Layer == layers.Zones })
			same(t, "answer", []string{string(a.Outcome), unit, a.Features[i].State, a.Features[i].Rule}, []string{string(c.outcome), c.unit, c.mode, c.rule})
			if a.Outcome == duty.NoAction && (a.Responsibility.Fallback || a.Trace[len(a.Trace)-1].Step+": "+a.Trace[len(a.Trace)-1].Detail != "allowed: z_1 parking by tide-1/night") {
				t.Errorf("%+v, %+v", a.Responsibility, a.Trace)
			}
		})
	}
}

func TestFeaturesAreNearestFirst(t *testing.T) {
	all := district()
	for i := range 30 {
		all = append(all, pole(fmt.Sprintf("q_%02d", i), at(5.2+0.0001*float64((i*7)%30), 1.005), "in_use"))
	}
	s := snapshot(t, all...)
	a := ask(t, s, at(5.2, 1.02))
	if len(a.Features) != 9 {
		t.Fatalf("%d features, want 8 poles and a zone: %+v", len(a.Features), a.Features)
	}
	if !slices.IsSortedFunc(a.Features, func(a, b duty.Feature) int { return int(10 * (a.Distance - b.Distance)) }) {
		t.Errorf("not by distance: %+v", a.Features)
	}
	i := slices.IndexFunc(a.Features, func(f duty.Feature) bool { return f.Layer == layers.Zones })
	same(t, "zone", a.Features[i].Owner, &duty.Owner{Unit: "u_c", Name: "单位u_c", Basis: "manager"})
	same(t, "inside the zone", ask(t, s, at(5.3, 1.005)).Features[0].Distance, 0.0)
	far := ask(t, s, at(5.2, 1.3), func(q *duty.Question) { q.AccuracyM = 10_000 })
	same(t, "features are never farther than 250 m", len(far.Features), 0)
}

func TestAt(t *testing.T) {
	s := snapshot(t, district()...)
	then := ask(t, s, at(1, 1.9), func(q *duty.Question) { q.At = from2025 - 1 })
	same(t, "name", then.Grid.Name, "旧名")
	same(t, "office, which was no unit yet", then.Responsibility.Primary, &duty.Party{Unit: "u_tel", Role: "dispose"})
	_, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, duty.Question{Lon: 121.31, Lat: 30.81, CRS: "wgs84", At: from2025 - 1001})
	if !errors.Is(err, duty.ErrNoEdition) {
		t.Errorf("before the first edition: %v", err)
	}
}

func TestSystems(t *testing.T) {
	s := snapshot(t, district()...)
	p := at(1, 1.9)
	for _, crs := range geo.AllCRS() {
		given, err := geo.Converter{}.FromStorage(crs, p)
		if err != nil {
			t.Fatal(err)
		}
		a := ask(t, s, given, func(q *duty.Question) { q.CRS = crs })
		shifted := crs != "wgs84" && crs != "cgcs2000" && crs != "epsg:4326" && crs != "epsg:4490"
		if a.Grid == nil || a.Grid.Code != codeA || a.Position.Converted != shifted || math.Abs(a.Position.Lon-p[0]) > 1.1e-7 || math.Abs(a.Position.Lat-p[1]) > 1.1e-7 {
			t.Errorf("%s: %+v %+v", crs, a.Position, a.Grid)
		}
	}
	for _, q := range []duty.Question{{Lon: math.NaN(), Lat: 30, CRS: "wgs84"}, {Lon: 181, Lat: 30, CRS: "wgs84"}, {Lon: 121, Lat: math.Inf(1), CRS: "gcj02"}} {
		if _, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, q); !errors.Is(err, geo.ErrCoordinate) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := duty.Decide(s, duty.NewRules(s), geo.NewConverter(geo.Options{DisableGCJ: true}), duty.Question{Lon: 121, Lat: 30, CRS: "gcj02"}); !errors.Is(err, geo.ErrCRS) {
		t.Errorf("switched off: %v", err)
	}
}

// Everything that Decide finds through an index is what a scan of all rows finds.
func TestDecideIsAScan(t *testing.T) {
	all := district()
	random := rand.New(rand.NewPCG(7, 11))
	for i := range 300 {
		all = append(all, pole(fmt.Sprintf("r_%03d", i), at(random.Float64()*0.2+1.9, random.Float64()*0.2+0.9), "in_use"))
	}
	s := snapshot(t, all...)
	for range 2000 {
		p := at(random.Float64()*7-0.5, random.Float64()*3-0.5)
		if random.IntN(2) == 0 {
			p = at(random.Float64()*0.2+1.9, random.Float64()*0.2+0.9)
		}
		q, err := geo.QueryFrom(p)
		if err != nil {
			t.Fatal(err)
		}
		a := ask(t, s, p)
		grids, overlays, poles := []string(nil), []string(nil), []string(nil)
		for _, f := range all {
			switch f := f.(type) {
			case *layers.Grid:
				if contains(t, f.Geometry, q) {
					grids = append(grids, f.Code)
				}
			case *layers.Overlay:
				if contains(t, f.Geometry, q) || geo.OnBorder(fixed(t, f.Geometry), q) {
					overlays = append(overlays, f.ID)
				}
			case *layers.Pole:
				if geo.Distance(p, f.Geometry) <= 30 {
					poles = append(poles, f.ID)
				}
			}
		}
		got := []string(nil)
		if a.Grid != nil {
			got = append(got, a.Grid.Code)
		}
		if len(grids) > 0 || a.Grid != nil && a.Grid.Match == "covers" { // the outer border is closed, which Contains does not know
			same(t, fmt.Sprint("grid at ", p), got, grids)
		}
		if a.Grid == nil {
			continue
		}
		got = nil
		for _, o := range a.Overlays {
			got = append(got, o.ID)
		}
		slices.Sort(got)
		slices.Sort(overlays)
		same(t, fmt.Sprint("overlays at ", p), got, overlays)
		n := 0
		for _, f := range a.Features {
			if f.Layer == layers.Poles {
				n++
				if !slices.Contains(poles, f.ID) {
					t.Errorf("%s is not within 30 m of %v", f.ID, p)
				}
			}
		}
		same(t, fmt.Sprint("poles at ", p), n, min(len(poles), 8))
	}
}

// A Decider that is used again gives the answers of one that is new.
func TestDeciderIsUsedAgain(t *testing.T) {
	s := snapshot(t, district()...)
	random := rand.New(rand.NewPCG(3, 1))
	var d duty.Decider
	rules := duty.NewRules(s)
	for range 3000 {
		p := at(random.Float64()*7-0.5, random.Float64()*3-0.5)
		if random.IntN(3) == 0 {
			p = at(0.5+random.Float64()*0.01, 1.5+random.Float64()*0.01)
		}
		q := duty.Question{Lon: p[0], Lat: p[1], CRS: "wgs84", At: now}
		if random.IntN(2) == 0 {
			q.AccuracyM = random.Float64() * 500
		}
		if random.IntN(2) == 0 {
			q.Category = "part.pole"
		}
		want, err := duty.Decide(s, duty.NewRules(s), geo.Converter{}, q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Decide(s, rules, geo.Converter{}, q)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := marshal(t, want), marshal(t, got); a != b {
			t.Fatalf("%+v\nnew  %s\nused %s", q, a, b)
		}
	}
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func fixed(t testing.TB, g orb.Geometry) geo.FixedMultiPolygon {
	m, err := geo.FixedMultiPolygonFrom(g)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func contains(t *testing.T, g orb.Geometry, q geo.Query) bool { return geo.Contains(fixed(t, g), q) }

func BenchmarkDecide(b *testing.B) {
	s := snapshot(b, district()...)
	p := at(0.5, 1.5)
	q := duty.Question{Lon: p[0], Lat: p[1], CRS: "wgs84", At: now}
	rules := duty.NewRules(s)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := duty.Decide(s, rules, geo.Converter{}, q); err != nil {
			b.Fatal(err)
		}
	}
}

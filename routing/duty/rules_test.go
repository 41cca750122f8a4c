package duty_test

import (
	"slices"
	"testing"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// aRule is a published rule about everything, with changes.
func aRule(series string, number int, primary string, change ...func(*layers.Rule)) *layers.Rule {
	r := &layers.Rule{Meta: meta("ru_" + series + string(rune('0'+number))), Code: series + "-" + string(rune('0'+number)), Name: series, Series: series, Number: number, State: layers.Published,
		From: "2025-01-01", Band: layers.RegularRules, Then: layers.RuleThen{Primary: primary}, Base: layers.RuleBasis{List: layers.Statutory}, Author: "planner"}
	for _, c := range change {
		c(r)
	}
	return r
}

func state(s layers.ScheduleState) func(*layers.Rule) { return func(r *layers.Rule) { r.State = s } }

func recorded(n int64) func(*layers.Rule) { return func(r *layers.Rule) { r.Revision = n } }

func with(more ...layers.Feature) []layers.Feature { return append(district(), more...) }

// primaryOf is the unit that a place in A is answered with, and the rule.
func primaryOf(t *testing.T, s *layers.Snapshot, change ...func(*duty.Question)) string {
	t.Helper()
	a := ask(t, s, at(1, 1.9), change...)
	if a.Responsibility.Primary == nil {
		return "nobody"
	}
	return a.Responsibility.Primary.Unit + " " + a.Responsibility.Primary.Rule
}

func TestWhatCounts(t *testing.T) {
	for _, c := range []struct {
		name    string
		rules   []layers.Feature
		want    string
		version string
	}{
		{"none", nil, "u_a builtin.office@0", "r0"},
		{"a draft", []layers.Feature{aRule("R", 1, "unit:u_tel", state(layers.Draft), recorded(8))}, "u_a builtin.office@0", "r0"},
		{"an approved one", []layers.Feature{aRule("R", 1, "unit:u_tel", state(layers.Approved))}, "u_a builtin.office@0", "r0"},
		{"published", []layers.Feature{aRule("R", 1, "unit:u_tel", recorded(5)), aRule("S", 1, "unit:u_mob", state(layers.Draft), recorded(8))}, "u_tel R@1", "r5"},
		{"withdrawn", []layers.Feature{aRule("R", 1, "unit:u_tel", recorded(5)), aRule("A", 1, "unit:u_mob", state(layers.Withdrawn), recorded(8))}, "u_tel R@1", "r8"},
		{"superseded by one to come", []layers.Feature{aRule("R", 1, "unit:u_tel", state(layers.Superseded), recorded(5)),
			aRule("R", 2, "unit:u_mob", recorded(6), func(r *layers.Rule) { r.From = "2026-01-01" })}, "u_tel R@1", "r6"},
		{"superseded", []layers.Feature{aRule("R", 1, "unit:u_tel", state(layers.Superseded)), aRule("R", 2, "unit:u_mob")}, "u_mob R@2", "r2"},
		{"ended", []layers.Feature{aRule("R", 1, "unit:u_tel", func(r *layers.Rule) { r.Until = "2025-06-15" })}, "u_a ", "r2"},
		{"on its last day", []layers.Feature{aRule("R", 1, "unit:u_tel", func(r *layers.Rule) { r.Until = "2025-06-16" })}, "u_tel R@1", "r2"},
	} {
		s := snapshot(t, with(c.rules...)...)
		same(t, c.name, []string{primaryOf(t, s), duty.NewRules(s).Version()}, []string{c.want, c.version})
	}
}

// TestNextRule: a rule whose unit is nobody, has ended or has refused gives way to the next.
func TestNextRule(t *testing.T) {
	ended := unit("u_ended", "department")
	ended.ValidTo = now
	first := func(primary string) *layers.Snapshot {
		return snapshot(t, with(ended, aRule("A", 1, primary, func(r *layers.Rule) { r.When.Categories = []string{"event"} }), aRule("B", 1, "unit:u_mob"))...)
	}
	s := first("unit:u_ended")
	same(t, "in its last millisecond", primaryOf(t, s, category("event"), func(q *duty.Question) { q.At = now - 1 }), "u_ended A@1")
	same(t, "when it has ended", primaryOf(t, s, category("event")), "u_mob B@1")
	same(t, "another category", primaryOf(t, s, category("part")), "u_mob B@1")
	same(t, "nobody", primaryOf(t, first("unit:u_nobody"), category("event")), "u_mob B@1")
	same(t, "no post", primaryOf(t, first("post:chief"), category("event")), "u_mob B@1")
	refused := func(units ...string) func(*duty.Question) {
		return func(q *duty.Question) { q.Excluded = units }
	}
	s = first("unit:u_tel")
	same(t, "refused", primaryOf(t, s, category("event"), refused("u_tel")), "u_mob B@1")
	same(t, "both refused", primaryOf(t, s, category("event"), refused("u_tel", "u_mob")), "u_a ")
	a := ask(t, s, at(1, 1.9), category("event"), refused("u_tel"))
	if i := slices.IndexFunc(a.Trace, func(st duty.Step) bool { return st.Step == "skipped" }); i < 0 || a.Trace[i].Detail != "A@1: unit:u_tel" {
		t.Errorf("the trace does not say why A was passed over: %+v", a.Trace)
	}
}

// TestParentsInACircle: whoever looks for what is above a unit comes to an end. In a circle each is above all.
func TestParentsInACircle(t *testing.T) {
	features := district()
	for _, f := range features {
		if u, ok := f.(*layers.Unit); ok {
			u.Parent = map[string]string{"u_a": "u_tel", "u_tel": "u_mob", "u_mob": "u_a", "u_c": "u_park", "u_park": "u_park2"}[u.ID]
		}
	}
	s := snapshot(t, append(features, aRule("R", 1, layers.CommonParent, func(r *layers.Rule) { r.When.Area = &layers.RuleArea{NearBorderM: 1000} }))...)
	same(t, "everybody refuses", ask(t, s, at(1, 1), func(q *duty.Question) { q.Excluded = []string{"u_a", "u_tel"} }).Responsibility.Primary.Unit, "u_mob")
	if u := duty.CommonParent(s, "u_a", "u_c", now); u != nil {
		t.Errorf("%s is above two that have nothing in common", u.ID)
	}
	for _, c := range [][3]string{{"u_a", "u_tel", "u_a"}, {"u_a", "u_a", "u_a"}, {"u_tel", "u_mob", "u_tel"}} {
		if u := duty.CommonParent(s, c[0], c[1], now); u == nil || u.ID != c[2] {
			t.Errorf("above %s and %s is %v, want %s", c[0], c[1], u, c[2])
		}
	}
}

// TestAdditions: additive rules of the same rank or a lower one add units, those of a higher rank do not, and a unit has one role.
func TestAdditions(t *testing.T) {
	about := func(c string) func(*layers.Rule) {
		return func(r *layers.Rule) { r.When.Categories = []string{c} }
	}
	add := func(series string, then layers.RuleThen, change func(*layers.Rule)) *layers.Rule {
		then.Additive = true
		return aRule(series, 1, "", func(r *layers.Rule) { r.Then = then }, change)
	}
	s := snapshot(t, with(
		aRule("M", 1, "unit:u_tel", about("event.waste"), func(r *layers.Rule) {
			r.Then.Co, r.Then.Supervisor, r.Then.Informed = []string{"unit:u_tel", "unit:u_nobody"}, "unit:u_park", []string{"unit:u_mob"}
		}),
		add("A", layers.RuleThen{Co: []string{"unit:u_mob"}}, about("event.waste")),
		add("N", layers.RuleThen{Informed: []string{"unit:u_c", "unit:u_tel"}, Supervisor: "unit:u_a"}, about("event")),
		add("H", layers.RuleThen{Informed: []string{"unit:u_a"}}, about("event.waste.corner")),
	)...)
	r := ask(t, s, at(1, 1.9), category("event.waste.corner")).Responsibility
	got := parties(duty.Answer{Responsibility: r})
	same(t, "parties", got, ", dispose u_tel M@1, help u_mob A@1, follow_up u_park M@1, inform u_c N@1")
}

// TestRulesAreShared: an edit of what rules do not look at keeps them.
func TestRulesAreShared(t *testing.T) {
	s := snapshot(t, with(aRule("R", 1, "unit:u_tel"))...)
	rules := duty.NewRules(s)
	after := func(f layers.Feature) *layers.Snapshot {
		next, err := s.With(layers.Delta{Base: layers.Base{Position: layers.Position{Epoch: "e", Revision: 10}, RecordedAt: now, Settings: s.Settings()},
			Keys: []layers.Key{{Layer: f.Layer(), ID: f.Head().ID}}, Rows: []layers.Row{{Feature: f}}})
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	if !rules.Fits(s) || !rules.Fits(after(pole("p_9", at(1, 1), "in_use"))) {
		t.Error("a new pole makes new rules")
	}
	for _, f := range []layers.Feature{unit("u_tel", "department"), aRule("R", 1, "unit:u_mob")} {
		if rules.Fits(after(f)) {
			t.Errorf("rules do not see that %s %s is another one", f.Layer(), f.Head().ID)
		}
	}
}

// TestJudge: who checks rules asks with cases that were made up.
func TestJudge(t *testing.T) {
	narrow := aRule("R-2", 1, layers.FeatureOwner, func(r *layers.Rule) {
		r.When = layers.RuleWhen{Categories: []string{"part", "part.pole"}, Feature: &layers.RuleFeature{Layer: layers.Poles, OwnerKinds: []string{"carrier"}}}
	})
	wide := aRule("R-1", 1, layers.GridOffice, func(r *layers.Rule) { r.Band = layers.FallbackRules })
	s := snapshot(t, with(narrow, wide)...)
	rules := duty.NewRules(s)
	home, _ := layers.Get[*layers.Grid](s, layers.Grids, codeA, now)
	p, _ := layers.Get[*layers.Pole](s, layers.Poles, "p_3", now)
	c := &duty.Case{At: now, Category: "part.pole.abandoned", Grid: home, Pole: p}
	v := rules.Judge(s, c)
	if v.Rule.Series != "R-2" || v.Primary.Unit.ID != "u_tel" || v.Fallback || len(v.Matched) != 2 || !rules.Matches(s, v.Rule, c) {
		t.Errorf("with a pole: %+v", v)
	}
	if named := rules.Resolve(s, layers.FeatureOwner, narrow, c); len(named) != 1 || named[0].Unit.ID != "u_tel" {
		t.Errorf("the owner is %+v", named)
	}
	c.Pole = nil
	v = rules.Judge(s, c)
	if v.Rule.Series != "R-1" || !v.Fallback || len(v.Matched) != 1 || rules.Matches(s, rules.All()[1], c) {
		t.Errorf("without: %+v", v)
	}
	same(t, "rank", duty.RankOf(narrow, "part.pole.abandoned"), duty.Rank{Band: 1, Feature: 2, Category: 2})
	if duty.RankOf(narrow, "part.pole.abandoned").Compare(duty.RankOf(narrow, "part.lamp")) <= 0 {
		t.Error("a longer selector ranks higher")
	}
}

// officesUnderOne gives B an office too, and puts all of them under one unit of the district.
func officesUnderOne(features []layers.Feature) []layers.Feature {
	features = append(features, unit("u_b", "grid_office"), unit("u_top", "district"))
	for _, f := range features {
		switch one := f.(type) {
		case *layers.Grid:
			if one.Code == codeB {
				one.Office = "u_b"
			}
		case *layers.Unit:
			if one.Kind == "grid_office" {
				one.Parent = "u_top"
			}
		}
	}
	return features
}

// TestLead: an agreement, else the larger share, else who received it, else the unit above both.
func TestLead(t *testing.T) {
	border := aRule("R", 1, layers.BorderLead, func(r *layers.Rule) {
		r.When.Area = &layers.RuleArea{NearBorderM: 50}
		r.Then.Co = []string{layers.BorderOther}
	})
	features := officesUnderOne(with(border))
	agreed := &layers.Agreement{Meta: meta("ag_1"), Code: "ag_1", Name: "协议", GridA: codeA, GridB: codeB, Lead: layers.LeadFixed, First: codeB, From: "2025-01-01", Until: "2025-06-15"}
	plain, signed := snapshot(t, features...), snapshot(t, append(features, agreed)...)
	on := at(2, 1)
	beside := at(1.98, 1)
	received := func(code string) func(*duty.Question) {
		return func(q *duty.Question) { q.ReceivedBy = code }
	}
	for _, c := range []struct {
		name   string
		s      *layers.Snapshot
		p      [2]float64
		change func(*duty.Question)
		want   string
	}{
		{"its own grid", plain, beside, received(codeB), "cross_border, dispose u_a R@1, help u_b R@1 [area] u_a u_b share"},
		{"on the border", plain, on, received(""), "cross_border, dispose u_top R@1, help u_a R@1, help u_b R@1 [area] u_top  parent"},
		{"received", plain, on, received(codeA), "cross_border, dispose u_a R@1, help u_b R@1 [area] u_a u_b received"},
		{"received elsewhere", plain, on, received(codeC), "cross_border, dispose u_top R@1, help u_a R@1, help u_b R@1 [area] u_top  parent"},
		{"half of the error", plain, on, inaccurate(12), "cross_border, dispose u_top R@1, help u_a R@1, help u_b R@1 [area] u_top  parent"},
		{"most of the error", plain, at(1.995, 1), inaccurate(12), "cross_border, dispose u_a R@1, help u_b R@1 [area] u_a u_b share"},
		{"agreed", signed, beside, func(q *duty.Question) { q.At = now - 86_400_000 }, "cross_border, dispose u_b R@1, help u_a R@1 [area] u_b u_a agreement"},
		{"the agreement has ended", signed, beside, received(""), "cross_border, dispose u_a R@1, help u_b R@1 [area] u_a u_b share"},
	} {
		a := ask(t, c.s, c.p, c.change)
		x := a.Responsibility.CrossBorder
		if x == nil {
			t.Errorf("%s: crosses nothing", c.name)
			continue
		}
		same(t, c.name, parties(a)+" ["+x.Kinds[0]+"] "+x.Lead+" "+x.Other+" "+x.Reason, c.want)
	}
	far := ask(t, plain, at(1, 1))
	if far.Responsibility.CrossBorder != nil || far.Outcome != duty.Assigned {
		t.Errorf("far from every border: %+v", far.Responsibility)
	}
	straddling := ask(t, snapshot(t, district()...), at(1.995, 1), inaccurate(12)) // without a rule about borders
	if x := straddling.Responsibility.CrossBorder; x == nil || straddling.Outcome != duty.Ambiguous || x.LeadGrid != codeA || x.Kinds[0] != duty.CrossesAreas {
		t.Errorf("an error over a border: %s, %+v", straddling.Outcome, x)
	}
	if !agreed.InForce(now-86_400_000) || agreed.InForce(now) {
		t.Error("an agreement ends with the day before until")
	}
}

// TestByGrid: who asks for a file of positions asks once a grid only where that is enough.
func TestByGrid(t *testing.T) {
	in := func(a layers.RuleArea) func(*layers.Rule) {
		return func(r *layers.Rule) { r.When.Area = &a }
	}
	for name, c := range map[string]struct {
		rule *layers.Rule
		want bool
	}{
		"the office":           {aRule("R", 1, layers.GridOffice), true},
		"towns":                {aRule("R", 1, "unit:u_tel", in(layers.RuleArea{Towns: []string{"310116101"}})), true},
		"overlays":             {aRule("R", 1, "unit:u_tel", in(layers.RuleArea{Overlays: []string{"o_1"}})), false},
		"a post":               {aRule("R", 1, "post:chief"), false},
		"borders":              {aRule("R", 1, layers.BorderLead), false},
		"with a category":      {aRule("R", 1, layers.BorderLead, func(r *layers.Rule) { r.When.Categories = []string{"event"} }), true},
		"of a channel":         {aRule("R", 1, layers.BorderLead, func(r *layers.Rule) { r.When.Context = &layers.RuleContext{Channels: []string{"camera"}} }), true},
		"where a pole stands":  {aRule("R", 1, "unit:u_tel", func(r *layers.Rule) { r.When.Feature = &layers.RuleFeature{Layer: layers.Poles} }), false},
		"additive, in a block": {aRule("R", 1, "", in(layers.RuleArea{Overlays: []string{"o_1"}}), func(r *layers.Rule) { r.Then = layers.RuleThen{Additive: true, Informed: []string{"unit:u_tel"}} }), true},
	} {
		if got := duty.NewRules(snapshot(t, with(c.rule)...)).ByGrid(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !duty.NewRules(demoDistrict(t)).ByGrid() {
		t.Error("the rules of the demo are about more than grids")
	}
}

// TestDistancesOfFeatures: how near a pole or a zone must be is what the rule says, whatever the error of the position is.
func TestDistancesOfFeatures(t *testing.T) {
	by := func(layer layers.Layer, within float64) *layers.Rule {
		return aRule("R", 1, "unit:u_tel", func(r *layers.Rule) { r.When.Feature = &layers.RuleFeature{Layer: layer, WithinM: within} })
	}
	metre := 1 / float64(geo.Distance(at(0, 1), at(1, 1)))
	for _, c := range []struct {
		name   string
		rule   *layers.Rule
		p      [2]float64
		change func(*duty.Question)
		want   bool
	}{
		{"29 m from a pole", by(layers.Poles, 0), at(0.5-29*metre, 1.5), inaccurate(0), true},
		{"32 m from a pole", by(layers.Poles, 0), at(0.5-32*metre, 1.5), inaccurate(200), false},
		{"within 100 m", by(layers.Poles, 100), at(0.5-99*metre, 1.5), inaccurate(0), true},
		{"beyond 100 m", by(layers.Poles, 100), at(0.5-102*metre, 1.5), inaccurate(200), false},
		{"in a zone", by(layers.Zones, 0), at(5.2, 1.005), inaccurate(0), true},
		{"beside a zone", by(layers.Zones, 0), at(5-2*metre, 1.005), inaccurate(0), false},
		{"near a zone", by(layers.Zones, 90), at(5-88*metre, 1.005), inaccurate(0), true},
		{"a pole that is gone", by(layers.Poles, 0), at(3, 1), inaccurate(0), false},
	} {
		a := ask(t, snapshot(t, with(c.rule)...), c.p, c.change)
		if got := a.Responsibility.Primary != nil && a.Responsibility.Primary.Rule == "R@1"; got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

package rulecheck_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/rulecheck"
)

// features are those of the demo district, to be spoilt.
type features []layers.Feature

// shape is a type of features by its pointer.
type shape[V any] interface {
	*V
	layers.Feature
}

// of returns a copy of a feature in the place of the feature itself, to be changed.
func of[T shape[V], V any](t *testing.T, list features, id string) T {
	t.Helper()
	for i, f := range list {
		if one, ok := f.(T); ok && f.Head().ID == id {
			copied := T(clone(one))
			list[i] = copied
			return copied
		}
	}
	t.Fatalf("there is no %s", id)
	panic("not reached")
}

func clone[V any](of *V) *V {
	copied := *of
	return &copied
}

func rule(t *testing.T, list features, series string) *layers.Rule {
	t.Helper()
	r := of[*layers.Rule](t, list, "ru_"+series+"_1")
	if r.When.Feature != nil {
		r.When.Feature = clone(r.When.Feature)
	}
	if r.When.Area != nil {
		r.When.Area = clone(r.When.Area)
	}
	return r
}

// without leaves a feature out.
func (list features) without(id string) features {
	return slices.DeleteFunc(slices.Clone(list), func(f layers.Feature) bool { return f.Head().ID == id })
}

// also adds a copy of a rule as another series, changed.
func (list features) also(t *testing.T, series, as string, change func(*layers.Rule)) features {
	t.Helper()
	r := rule(t, slices.Clone(list), series)
	r.Meta.ID, r.Series, r.Code = "ru_"+as+"_1", as, as+"-1"
	change(r)
	return append(slices.Clone(list), r)
}

func hours(from string, minutes int, days ...string) layers.RuleTime {
	return layers.RuleTime{DaysRule: layers.DaysRule{DayTypes: days, MakeupApart: len(days) > 0}, Start: from, DurationMin: minutes}
}

// defects are ways to spoil the rules of the demo district, and what the check has to say of each.
var defects = []struct {
	name  string
	spoil func(*testing.T, features) features
	code  layers.FindingCode
	ids   []string // all of them are named
	says  string
}{
	{"a second rule for claimed poles", func(t *testing.T, l features) features {
		return l.also(t, "R-017", "R-717", func(r *layers.Rule) { r.Then.Primary = "unit:u_transport" })
	}, rulecheck.RuleConflict, []string{"R-017@1", "R-717@1"}, "part.pole.abandoned"},
	{"one says nobody has to act", func(t *testing.T, l features) features {
		return l.also(t, "R-031", "R-731", func(r *layers.Rule) { r.Then = layers.RuleThen{NoAction: true} })
	}, rulecheck.RuleConflict, []string{"R-031@1", "R-731@1"}, "nobody has to act"},
	{"modes that have one in common", func(t *testing.T, l features) features {
		return l.also(t, "R-031", "R-732", func(r *layers.Rule) {
			r.When.Feature = &layers.RuleFeature{Layer: layers.Zones, Modes: []layers.Mode{layers.Closed, layers.Travel}}
			r.Then.Primary = "town.kind:town"
		})
	}, rulecheck.RuleConflict, []string{"R-031@1", "R-732@1"}, ""},
	{"times that meet on a make-up workday alone", func(t *testing.T, l features) features {
		l = l.also(t, "R-303", "R-733", func(r *layers.Rule) {
			r.When.Times = []layers.RuleTime{hours("08:00", 60, "workday", "makeup_workday")}
		})
		return l.also(t, "R-303", "R-734", func(r *layers.Rule) {
			r.When.Times = []layers.RuleTime{hours("08:30", 60, "restday", "makeup_workday")}
			r.Then.Primary = "unit:u_police"
		})
	}, rulecheck.RuleConflict, []string{"R-733@1", "R-734@1"}, "dispute.family"},
	{"a grid of a town", func(t *testing.T, l features) features {
		l = l.also(t, "R-302", "R-735", func(r *layers.Rule) { r.When.Area = &layers.RuleArea{Grids: []string{"310116104Z01"}} })
		return l.also(t, "R-302", "R-736", func(r *layers.Rule) {
			r.When.Area = &layers.RuleArea{Grids: []string{"310116104Z01", "310116104Z02"}}
			r.Then.Primary = "unit:u_greening"
		})
	}, rulecheck.RuleConflict, []string{"R-735@1", "R-736@1"}, ""},
	{"confidences that meet", func(t *testing.T, l features) features {
		return l.also(t, "R-090", "R-737", func(r *layers.Rule) {
			r.When.Context = &layers.RuleContext{Channels: []string{"camera", "12345"}, MaxConfidence: 0.5}
			r.Then.Primary = "unit:u_police"
		})
	}, rulecheck.RuleConflict, []string{"R-090@1", "R-737@1"}, "any category"},
	{"the owner's kind and the owner", func(t *testing.T, l features) features {
		return l.also(t, "R-017", "R-738", func(r *layers.Rule) {
			r.When.Feature = &layers.RuleFeature{Layer: layers.Poles, OwnerUnits: []string{"u_telecom"}}
			r.Then.Primary = "unit:u_transport"
		})
	}, rulecheck.RuleConflict, []string{"R-017@1", "R-738@1"}, ""},
	{"drawn areas that meet", func(t *testing.T, l features) features {
		square := func(x float64) orb.Polygon {
			return orb.Polygon{{{x, 30.80}, {x + 0.02, 30.80}, {x + 0.02, 30.82}, {x, 30.82}, {x, 30.80}}}
		}
		l = l.also(t, "R-302", "R-739", func(r *layers.Rule) { r.When.Area = &layers.RuleArea{Polygon: square(121.20)} })
		return l.also(t, "R-302", "R-740", func(r *layers.Rule) {
			r.When.Area = &layers.RuleArea{Polygon: square(121.21)}
			r.Then.Primary = "unit:u_greening"
		})
	}, rulecheck.RuleConflict, []string{"R-739@1", "R-740@1"}, ""},
	{"the same unit with another deadline", func(t *testing.T, l features) features {
		return l.also(t, "R-301", "R-741", func(r *layers.Rule) {
			r.Clock = &layers.RuleClock{Ack: &layers.RuleDeadline{Kind: calendar.Elapsed, Amount: 5}}
		})
	}, rulecheck.SameRank, []string{"R-301@1", "R-741@1"}, "comes first"},
	{"the same rule twice", func(t *testing.T, l features) features {
		return l.also(t, "R-301", "R-742", func(*layers.Rule) {})
	}, rulecheck.SameRank, []string{"R-301@1", "R-742@1"}, "say the same"},

	{"a higher band over a rule", func(t *testing.T, l features) features {
		return l.also(t, "R-301", "R-743", func(r *layers.Rule) { r.Band = layers.EmergencyRules })
	}, rulecheck.Shadowed, []string{"R-301@1", "R-743@1"}, "decides nothing"},
	{"two rules over one, by feature", func(t *testing.T, l features) features {
		r := rule(t, l, "R-018")
		r.When.Feature.Unowned = false
		return l.also(t, "R-018", "R-744", func(r *layers.Rule) {
			r.Band = layers.SpecialRules
			r.When.Feature = &layers.RuleFeature{Layer: layers.Poles}
		})
	}, rulecheck.Shadowed, []string{"R-018@1", "R-744@1"}, ""},
	{"an earlier stretch of the day and a later one over a rule", func(t *testing.T, l features) features {
		l = l.also(t, "R-302", "R-745", func(r *layers.Rule) { r.When.Times = []layers.RuleTime{hours("00:00", 720)} })
		return l.also(t, "R-302", "R-746", func(r *layers.Rule) { r.When.Times = []layers.RuleTime{hours("12:00", 720)} })
	}, rulecheck.Shadowed, []string{"R-302@1", "R-745@1", "R-746@1"}, ""},
	{"a rule below another one of each grid", func(t *testing.T, l features) features {
		return l.also(t, "R-302", "R-747", func(r *layers.Rule) {
			var all []string
			for _, f := range l {
				if g, ok := f.(*layers.Grid); ok {
					all = append(all, g.Code)
				}
			}
			r.When.Area = &layers.RuleArea{Grids: all}
		})
	}, rulecheck.Shadowed, []string{"R-302@1", "R-747@1"}, ""},
	{"times on no day", func(t *testing.T, l features) features {
		return l.also(t, "R-302", "R-748", func(r *layers.Rule) {
			r.When.Times = []layers.RuleTime{{DaysRule: layers.DaysRule{FirstDay: "2020-02-02", UntilDay: "2020-02-03"}, Start: "08:00", DurationMin: 60}}
		})
	}, rulecheck.Dead, []string{"R-748@1"}, "no day of the year"},
	{"a grid of another town", func(t *testing.T, l features) features {
		return l.also(t, "R-302", "R-749", func(r *layers.Rule) {
			r.When.Area = &layers.RuleArea{Grids: []string{"310116104Z01"}, Towns: []string{"310116101"}}
		})
	}, rulecheck.Dead, []string{"R-749@1"}, "none of its towns"},
	{"a road that is none", func(t *testing.T, l features) features {
		rule(t, l, "R-044").When.Area.Road = "没有这条路"
		return l
	}, rulecheck.Dead, []string{"R-044@1"}, "there is no road"},
	{"a kind of owner that nobody is", func(t *testing.T, l features) features {
		of[*layers.Unit](t, l, "u_alliance_gongyuanlu").Kind = "park"
		return l.also(t, "R-017", "R-750", func(r *layers.Rule) { r.When.Feature.OwnerKinds = []string{"alliance"} })
	}, rulecheck.Dead, []string{"R-750@1"}, "no unit of the kind"},
	{"an additive rule beside no rule", func(t *testing.T, l features) features {
		l = l.without("ru_R-303_1").without("ru_R-900_1").without("ru_R-090_1")
		return l.also(t, "R-100", "R-751", func(r *layers.Rule) { r.When.Categories = []string{"dispute.family"} })
	}, rulecheck.NeverAdds, []string{"R-751@1"}, ""},

	{"a unit that is none", func(t *testing.T, l features) features {
		rule(t, l, "R-301").Then.Primary = "unit:u_nobody"
		return l
	}, layers.UnknownReference, []string{"u_nobody"}, "R-301"},
	{"a category that is none", func(t *testing.T, l features) features {
		rule(t, l, "R-301").When.Categories = []string{"part.bin", "part.bench.marble"}
		return l
	}, layers.UnknownReference, []string{"part.bench.marble"}, "R-301"},
	{"a community that is none", func(t *testing.T, l features) features {
		return l.also(t, "R-302", "R-752", func(r *layers.Rule) { r.When.Area = &layers.RuleArea{Communities: []string{"310116104999"}} })
	}, layers.UnknownReference, []string{"310116104999"}, "R-752"},
	{"revisions at once", func(t *testing.T, l features) features {
		return l.also(t, "R-301", "R-301", func(r *layers.Rule) { r.Meta.ID, r.Number, r.Code = "ru_R-301_2", 2, "R-301-2" })
	}, layers.RevisionsAtOnce, []string{"R-301-1", "R-301-2"}, ""},
	{"a unit that ends in summer", func(t *testing.T, l features) features {
		of[*layers.Unit](t, l, "u_greening").ValidTo = now + 100*86_400_000
		return l
	}, rulecheck.NoUnit, []string{"R-301@1"}, "not in force any more"},
	{"a unit that has ended", func(t *testing.T, l features) features {
		of[*layers.Unit](t, l, "u_greening").ValidTo = now - 86_400_000
		return l
	}, rulecheck.NoUnit, []string{"R-301@1"}, "not in force any more"},
	{"a vacant post", func(t *testing.T, l features) features {
		rule(t, l, "R-302").Then.Primary = "post:deputy"
		return l
	}, rulecheck.NoUnit, []string{"R-302@1", "post:deputy"}, "vacant"},
	{"a town without a centre", func(t *testing.T, l features) features {
		for i, f := range l {
			if u, ok := f.(*layers.Unit); ok && u.Kind == "operation_centre" && u.Town == "310116104" {
				u = clone(u)
				u.Kind = "other"
				l[i] = u
			}
		}
		return l
	}, rulecheck.NoUnit, []string{"R-305@1", "town.kind:operation_centre"}, ""},
	{"helpers that are nobody", func(t *testing.T, l features) features {
		rule(t, l, "R-301").Then.Co = []string{"overlay.unit:building"}
		return l
	}, rulecheck.LeftOut, []string{"R-301@1", "overlay.unit:building"}, ""},
	{"a unit without a contact", func(t *testing.T, l features) features {
		return slices.DeleteFunc(l, func(f layers.Feature) bool {
			c, ok := f.(*layers.Contact)
			return ok && c.Unit == "u_greening"
		})
	}, rulecheck.NoContact, []string{"u_greening"}, ""},
	{"a contact that has ended", func(t *testing.T, l features) features {
		for i, f := range l {
			if c, ok := f.(*layers.Contact); ok && c.Unit == "u_water" {
				c = clone(c)
				c.ValidTo = now - 1
				l[i] = c
			}
		}
		return l
	}, rulecheck.NoContact, []string{"u_water"}, ""},

	{"a category without a rule", func(t *testing.T, l features) features { return l.without("ru_R-303_1") }, rulecheck.Gap, []string{"dispute.family"}, "no rule decides"},
	{"one hour of a make-up workday", func(t *testing.T, l features) features {
		rule(t, l, "R-303").When.Times = []layers.RuleTime{hours("00:00", 1440, "workday", "restday", "holiday"), hours("00:00", 480, "makeup_workday"), hours("09:00", 900, "makeup_workday")}
		return l
	}, rulecheck.TimeGap, []string{"dispute.family", "R-303@1"}, "on a makeup-workday as 2026-05-09 from 08:00 to 09:00"},
	{"the holidays", func(t *testing.T, l features) features {
		rule(t, l, "R-302").When.Times = []layers.RuleTime{hours("00:00", 1440, "workday", "restday", "makeup_workday")}
		return l
	}, rulecheck.TimeGap, []string{"event.street.washing", "R-302@1"}, "on a holiday"},
	{"a rule that begins later", func(t *testing.T, l features) features {
		rule(t, l, "R-302").From = "2026-09-01"
		return l
	}, rulecheck.BeginsLater, []string{"event.street.washing", "R-302@1"}, "2026-09-01"},
	{"poles that nobody claims", func(t *testing.T, l features) features {
		return l.without("ru_R-018_1").without("ru_R-019_1")
	}, rulecheck.FeatureGap, []string{"part.pole.abandoned"}, "a pole of nobody"},
	{"a whistle item in one grid", func(t *testing.T, l features) features {
		rule(t, l, "R-227").When.Area = &layers.RuleArea{Grids: gridsBut(l, "310116104Z02")}
		return l
	}, rulecheck.WhistleGap, []string{"27"}, "in 1 of 37 grids"},
	{"a whistle item by night", func(t *testing.T, l features) features {
		rule(t, l, "R-230").When.Times = []layers.RuleTime{hours("06:00", 960)}
		return l
	}, rulecheck.WhistleGap, []string{"30"}, "in 37 of 37 grids"},
	{"a whistle item that is no category", func(t *testing.T, l features) features {
		for i, f := range l {
			if c, ok := f.(*layers.Category); ok && slices.Contains(c.Codes, layers.ExternalCode{Scheme: layers.WhistleScheme, Code: "12"}) {
				c = clone(c)
				c.Codes = nil
				l[i] = c
			}
		}
		return l
	}, rulecheck.WhistleUnmapped, []string{"12"}, ""},
	{"an item of another category", func(t *testing.T, l features) features {
		rule(t, l, "R-227").Base.Item = 28
		return l
	}, rulecheck.OtherItem, []string{"R-227@1"}, "item 28"},
	{"a code of two categories", func(t *testing.T, l features) features {
		c := of[*layers.Category](t, l, "part.bin")
		c.Codes = append(slices.Clone(c.Codes), layers.ExternalCode{Scheme: layers.WhistleScheme, Code: "12"})
		return l
	}, rulecheck.CodeTwice, []string{"part.bin"}, "12 of the list whistle"},
	{"a category without the one above", func(t *testing.T, l features) features { return l.without("part.pole") }, rulecheck.NoCategoryAbove, []string{"part.pole"}, ""},

	{"units in a circle", func(t *testing.T, l features) features {
		of[*layers.Unit](t, l, "u_greening").Parent = "u_water"
		of[*layers.Unit](t, l, "u_water").Parent = "u_greening"
		return l
	}, rulecheck.UnitCycle, []string{"u_greening", "u_water"}, ""},
	{"a grid without a chief", func(t *testing.T, l features) features { return l.without("po_chief-310116101Z01") }, rulecheck.NoPost, []string{"310116101Z01", "post:chief"}, ""},
	{"a chief who leaves and is not followed", func(t *testing.T, l features) features {
		of[*layers.Post](t, l, "po_chief-310116104Z02").ValidTo = now + 40*24*3600*1000
		return l
	}, rulecheck.NoPost, []string{"310116104Z02", "post:chief"}, "from 20"},
	{"three units in a circle", func(t *testing.T, l features) features {
		of[*layers.Unit](t, l, "u_greening").Parent = "u_water"
		of[*layers.Unit](t, l, "u_water").Parent = "u_transport"
		of[*layers.Unit](t, l, "u_transport").Parent = "u_greening"
		return l
	}, rulecheck.UnitCycle, []string{"u_greening", "u_transport", "u_water"}, ""},
	{"a unit below none", func(t *testing.T, l features) features {
		of[*layers.Unit](t, l, "u_greening").Parent = "u_gone"
		return l
	}, rulecheck.NoUnitAbove, []string{"u_greening", "u_gone"}, ""},
	{"agreements at once", func(t *testing.T, l features) features {
		for _, f := range l {
			if a, ok := f.(*layers.Agreement); ok {
				b := clone(a)
				b.Meta.ID, b.Code = "ag_twice", "twice"
				return append(l, b)
			}
		}
		return l
	}, rulecheck.AgreementsAtOnce, []string{"ag_twice"}, ""},
	{"no deadline", func(t *testing.T, l features) features {
		rule(t, l, "R-301").Clock = nil
		return l
	}, rulecheck.NoDeadline, []string{"R-301@1"}, ""},
	{"an end without a successor", func(t *testing.T, l features) features {
		rule(t, l, "R-301").Until = "2026-10-01"
		return l
	}, rulecheck.Ends, []string{"R-301@1"}, "2026-10-01"},
}

func gridsBut(l features, but string) (out []string) {
	for _, f := range l {
		if g, ok := f.(*layers.Grid); ok && g.Code != but {
			out = append(out, g.Code)
		}
	}
	return out
}

// changed returns a snapshot after its features became others.
func changed(t *testing.T, s *layers.Snapshot, before, after features) *layers.Snapshot {
	t.Helper()
	d := layers.Delta{Base: layers.Base{Position: s.Position(), RecordedAt: now, Settings: s.Settings()}, From: s.Position()}
	d.Position.Revision++
	was := map[layers.Key]layers.Feature{}
	key := func(f layers.Feature) layers.Key { return layers.Key{Layer: f.Layer(), ID: f.Head().ID} }
	for _, f := range before {
		was[key(f)] = f
	}
	for _, f := range after {
		if was[key(f)] != f {
			f.Head().Version, f.Head().Revision = 2, d.Position.Revision
			d.Keys, d.Rows = append(d.Keys, key(f)), append(d.Rows, layers.Row{Feature: f})
		}
		delete(was, key(f))
	}
	for k := range was {
		d.Keys = append(d.Keys, k)
	}
	next, err := s.With(d)
	if err != nil {
		t.Fatal(err)
	}
	if q := next.Quarantined(); len(q) > 0 {
		t.Fatalf("left out: %v", q)
	}
	return next
}

// TestPlantedDefects: each defect is found and named, and the demo district as it is has none of them.
func TestPlantedDefects(t *testing.T) {
	if len(defects) < 40 {
		t.Fatalf("%d defects", len(defects))
	}
	set := demo(t)
	all := small(set.Features)
	sound := snapshot(t, all, set.Settings)
	check := func(t *testing.T, list []layers.Feature) *rulecheck.Report {
		s := changed(t, sound, all, list)
		return rulecheck.Check(s, rulecheck.InForce(s), now)
	}
	names := func(r *rulecheck.Report, code layers.FindingCode, ids []string, says string) bool {
		return slices.ContainsFunc(r.Findings, func(f rulecheck.Finding) bool {
			missing := slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(f.IDs, id) })
			return f.Code == code && !missing && strings.Contains(f.Detail, says)
		})
	}
	clean := check(t, all)
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			r := check(t, d.spoil(t, slices.Clone(all)))
			if names(clean, d.code, d.ids, d.says) {
				t.Fatal("the district has it as it is")
			}
			if !names(r, d.code, d.ids, d.says) {
				var said []string
				for _, f := range r.Findings {
					said = append(said, fmt.Sprintf("%s %v %s", f.Code, f.IDs, f.Detail))
				}
				t.Errorf("no %s %v %q in:\n%s", d.code, d.ids, d.says, strings.Join(said, "\n"))
			}
		})
	}
	for _, code := range rulecheck.Codes() {
		if code == rulecheck.NotYetAnnounced { // in the clean one
			continue
		}
		found := false
		for _, d := range defects {
			found = found || d.code == code
		}
		if !found && code != rulecheck.NoPostUnit && code != rulecheck.NoAgreementGrid {
			t.Errorf("no defect is a %s", code)
		}
	}
}

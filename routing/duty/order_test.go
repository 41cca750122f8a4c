package duty_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// turned is an area whose polygons are in another order and whose rings begin elsewhere.
func turned(random *rand.Rand, m orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(m))
	for i, k := range random.Perm(len(m)) {
		for _, ring := range m[k] {
			open := ring[:len(ring)-1]
			at := random.IntN(len(open))
			r := append(slices.Clone(open[at:]), open[:at]...)
			out[i] = append(out[i], append(r, r[0]))
		}
	}
	return out
}

// shuffled is a list of features in another order, with their polygons turned.
func shuffled(random *rand.Rand, all []layers.Feature) []layers.Feature {
	out := slices.Clone(all)
	random.Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	for i, f := range out {
		switch one := f.(type) {
		case *layers.Grid:
			c := *one
			c.Geometry = turned(random, c.Geometry)
			out[i] = &c
		case *layers.Overlay:
			c := *one
			c.Geometry = turned(random, c.Geometry)
			out[i] = &c
		case *layers.Town:
			c := *one
			c.Geometry = turned(random, c.Geometry)
			out[i] = &c
		}
	}
	return out
}

// squares are rules about the district of the tests, two of the same rank among them.
func squares() (out []layers.Feature) {
	rule := func(series, band, primary string, when layers.RuleWhen) {
		out = append(out, &layers.Rule{Meta: meta("ru_" + series), Code: series + "-1", Name: series, Series: series, Number: 1, State: layers.Published, From: "2025-01-01", Band: band,
			When: when, Then: layers.RuleThen{Primary: primary, Co: []string{"unit:u_park"}}, Base: layers.RuleBasis{List: layers.Statutory}, Author: "planner"})
	}
	about := func(c ...string) layers.RuleWhen { return layers.RuleWhen{Categories: c} }
	in := func(a layers.RuleArea, c ...string) layers.RuleWhen {
		return layers.RuleWhen{Categories: c, Area: &a}
	}
	rule("A", layers.RegularRules, "unit:u_tel", about("event", "event.waste.corner"))
	rule("B", layers.RegularRules, "unit:u_mob", about("event"))
	rule("C", layers.RegularRules, "overlay.unit:park", in(layers.RuleArea{OverlayKinds: []string{layers.Park}}, "event"))
	rule("D", layers.RegularRules, "unit:u_c", in(layers.RuleArea{Overlays: []string{"o_1", "o_3"}}, "event.waste"))
	rule("E", layers.RegularRules, layers.BorderLead, in(layers.RuleArea{NearBorderM: 100}, "event.waste.corner"))
	rule("F", layers.RegularRules, layers.FeatureOwner, layers.RuleWhen{Categories: []string{"part"}, Feature: &layers.RuleFeature{Layer: layers.Poles, WithinM: 200}})
	rule("G", layers.RegularRules, "unit:u_park", in(layers.RuleArea{Polygon: area(1.5, 0.5, 2.5, 0.5, 2.5, 1.5, 1.5, 1.5)[0]}, "event"))
	rule("H", layers.RegularRules, "unit:u_mob", in(layers.RuleArea{Polygon: area(1.5, 0.5, 2.5, 0.5, 2.5, 1.5, 1.5, 1.5)[0]}, "event"))
	rule("Z", layers.FallbackRules, layers.GridOffice, layers.RuleWhen{})
	return out
}

// TestOrderDoesNotMatter: rules and polygons in any order give the same answers. -shuffles is how many orders.
func TestOrderDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(*seed, 7))
	all := append(district(), squares()...)
	var questions []duty.Question
	for range 300 {
		p := at(random.Float64()*6, random.Float64()*2)
		if random.IntN(2) == 0 {
			p = at(float64(random.IntN(12))/2, float64(random.IntN(4))/2) // on borders and corners
		}
		questions = append(questions, duty.Question{Lon: p[0], Lat: p[1], CRS: "wgs84", At: now, AccuracyM: pick(random, []float64{0, 20, 300}),
			Category: pick(random, []string{"", "event.waste.corner", "event.waste", "event.noise", "part.pole.abandoned"})})
	}
	var want []string
	for round := range *shuffles + 1 {
		features := all
		if round > 0 {
			features = shuffled(random, all)
		}
		s := snapshot(t, features...)
		rules := duty.NewRules(s)
		for i, q := range questions {
			a, err := duty.Decide(s, rules, geo.Converter{}, q)
			if err != nil {
				t.Fatal(err)
			}
			got := marshal(t, a)
			switch {
			case round == 0:
				want = append(want, got)
			case got != want[i]:
				t.Fatalf("seed %d, order %d, %+v:\n%s\nwas\n%s", *seed, round, q, got, want[i])
			}
		}
	}
}

// TestOrderOfRulesDoesNotMatter: the rules of the demo, and random ones, in any order.
func TestOrderOfRulesDoesNotMatter(t *testing.T) {
	s := demoDistrict(t)
	random := rand.New(rand.NewPCG(*seed, 8))
	g := groundOf(t, s)
	m := newMaker(g, random)
	list := append(publishedRules(s), m.rules(200)...)
	spots := g.spots(random, 10)
	var questions []duty.Question
	for range 200 {
		questions = append(questions, m.question(pick(random, spots)))
	}
	var want []string
	var d duty.Decider
	for round := range *shuffles + 1 {
		rules := duty.Arrange(s, list, "r1")
		for i, q := range questions {
			a, err := d.Decide(s, rules, geo.Converter{}, q)
			if err != nil {
				t.Fatal(err)
			}
			got := marshal(t, a)
			switch {
			case round == 0:
				want = append(want, got)
			case got != want[i]:
				t.Fatalf("seed %d, order %d, %+v:\n%s\nwas\n%s", *seed, round, q, got, want[i])
			}
		}
		random.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	}
}

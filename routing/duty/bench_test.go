package duty_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// grown are the rules of the demo and others, n in all: each for one category in some grids, towns, communities or blocks, in the proportions of
// a district that writes down its exceptions.
func grown(m *maker, n int) []*layers.Rule {
	list := publishedRules(m.s)
	for i := 0; len(list) < n; i++ {
		a := &layers.RuleArea{}
		switch i % 5 {
		case 0, 1:
			a.Grids = codesOf(some(m.Rand, m.grids, 3))
		case 2:
			a.Towns = []string{pick(m.Rand, m.grids).Town}
		case 3:
			a.Communities = codesOf(some(m.Rand, m.homes, 5))
		case 4:
			a.Overlays = []string{pick(m.Rand, m.overlays).ID}
		}
		series := fmt.Sprintf("S-%06d", i)
		list = append(list, &layers.Rule{Meta: meta("ru_" + series), Code: series + "-1", Name: series, Series: series, Number: 1, State: layers.Published, From: "2025-01-01", Band: layers.RegularRules,
			When: layers.RuleWhen{Categories: []string{pick(m.Rand, m.categories) + fmt.Sprintf(".k%d", i%max(1, n/500))}, Area: a}, Then: layers.RuleThen{Primary: "unit:u_market", Supervisor: layers.GridOffice},
			Base: layers.RuleBasis{List: layers.Statutory}, Clock: m.clock(), Author: "planner"})
	}
	return list
}

// asking makes n questions about places of all kinds, a third of them about what only grown rules name.
func asking(m *maker, n, rules int) []duty.Question {
	spots := m.spots(m.Rand, 200)
	out := make([]duty.Question, n)
	for i := range out {
		sp := pick(m.Rand, spots)
		out[i] = duty.Question{Lon: sp.p[0], Lat: sp.p[1], CRS: "cgcs2000", At: now, Category: pick(m.Rand, m.categories), Channel: "12345"}
		if i%3 == 0 {
			out[i].Category += fmt.Sprintf(".k%d", m.IntN(max(1, rules/500)))
		}
	}
	return out
}

// BenchmarkDecideDemo is one whole answer of the demo with 500 rules: median and 99th percentile of single ones, too.
func BenchmarkDecideDemo(b *testing.B) {
	s := demoDistrict(b)
	m := newMaker(groundOf(b, s), rand.New(rand.NewPCG(1, 1)))
	rules := duty.Arrange(s, grown(m, 500), "r1")
	questions := asking(m, 4096, 500)
	var d duty.Decider
	took := make([]time.Duration, 0, 1<<20)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		if _, err := d.Decide(s, rules, geo.Converter{}, questions[i%len(questions)]); err != nil {
			b.Fatal(err)
		}
		if len(took) < cap(took) {
			took = append(took, time.Since(began))
		}
		i++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}

// BenchmarkRules is the part of an answer that rules take, for sets of several sizes; the baseline is the naive twin.
func BenchmarkRules(b *testing.B) {
	s := demoDistrict(b)
	g := groundOf(b, s)
	for _, n := range []int{500, 5_000, 50_000} {
		m := newMaker(g, rand.New(rand.NewPCG(1, 1)))
		list := grown(m, n)
		rules := duty.Arrange(s, list, "r1")
		questions := asking(m, 1024, n)
		b.Run(fmt.Sprintf("%d/engine", n), func(b *testing.B) {
			var d duty.Decider
			i := 0
			for b.Loop() {
				if _, err := d.Decide(s, rules, geo.Converter{}, questions[i%len(questions)]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
		b.Run(fmt.Sprintf("%d/baseline", n), func(b *testing.B) {
			twin := &naive{ground: g, list: list}
			sp := g.spots(m.Rand, 1)[0]
			i := 0
			for b.Loop() {
				twin.answer(sp, questions[i%len(questions)])
				i++
			}
		})
	}
}

// BenchmarkArrange is what a new set of rules costs a World.
func BenchmarkArrange(b *testing.B) {
	s := demoDistrict(b)
	m := newMaker(groundOf(b, s), rand.New(rand.NewPCG(1, 1)))
	for _, n := range []int{70, 500, 50_000} {
		list := grown(m, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				duty.Arrange(s, list, "r1")
			}
		})
	}
}

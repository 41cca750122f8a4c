package rulecheck

import (
	"fmt"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// class is one of the kinds of features or contexts between which rules can tell a difference. The zero class is nothing: no pole, no
// zone, a report that says nothing of itself.
type class struct {
	what string
	set  func(*duty.Case)
}

func (c class) apply(to *duty.Case) {
	if c.set != nil {
		c.set(to)
	}
}

// mostCombined bounds how many combinations of owners, states, claims and distances are made of one layer; above it each is varied alone,
// and each rule has the combination that it asks for.
const mostCombined = 600

// features lists the classes of features for the rules: nothing, and every combination of what they select.
func (k *check) features(list []*layers.Rule) []class {
	poles, zones := k.poleClasses(list), k.zoneClasses(list)
	out := append([]class{{}}, poles...)
	out = append(out, zones...)
	for _, p := range poles {
		for _, z := range zones {
			if len(out) < mostCombined {
				out = append(out, class{p.what + ", " + z.what, func(c *duty.Case) { p.apply(c); z.apply(c) }})
			}
		}
	}
	return out
}

// about lists the selectors of features of a layer. A rule without one that names an owner or a manager asks for any pole or zone.
func about(list []*layers.Rule, l layers.Layer) (out []*layers.RuleFeature) {
	for _, r := range list {
		f := r.When.Feature
		if f == nil && slices.ContainsFunc(r.Then.Expressions(), func(text string) bool { return ownerIn[text] == l }) {
			f = &layers.RuleFeature{Layer: l}
		}
		if f != nil && f.Layer == l {
			out = append(out, f)
		}
	}
	return out
}

// ownerIn says in which layer a unit expression looks for an owner.
var ownerIn = map[string]layers.Layer{layers.FeatureOwner: layers.Poles, layers.FeatureOwners: layers.Poles, layers.ZoneManager: layers.Zones}

// someOwner is the owner of a class that stands for every unit that no rule names.
const someOwner = "someone"

// owners lists who a feature can be owned by, so far as selectors tell a difference: nobody, the units that they name, one unit of each kind
// that they name, and somebody else.
func (k *check) owners(list []*layers.RuleFeature) []string {
	out := []string{"", someOwner}
	for _, f := range list {
		out = append(out, f.OwnerUnits...)
		for _, kind := range f.OwnerKinds {
			if u := k.unitOf(kind); u != "" {
				out = append(out, u)
			}
		}
	}
	return distinct(out)
}

// unitOf returns the first unit of a kind, "" without one.
func (k *check) unitOf(kind string) (first string) {
	for id, u := range k.units {
		if u.Kind == kind && (first == "" || id < first) {
			first = id
		}
	}
	return first
}

// someone returns a unit that no selector names, and of a kind that none names if there is one; "" without any.
func (k *check) someone(list []*layers.RuleFeature) (first string) {
	for id, u := range k.units {
		named := slices.ContainsFunc(list, func(f *layers.RuleFeature) bool {
			return slices.Contains(f.OwnerUnits, id) || slices.Contains(f.OwnerKinds, u.Kind)
		})
		if !named && (first == "" || id < first) {
			first = id
		}
	}
	return first
}

func distinct[T comparable](list []T) (out []T) {
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// sample is one combination of what selectors of features look at.
type sample struct {
	owner, state, claim string
	mode                layers.Mode
	m                   float64
}

// combine makes every combination, or if they are too many varies each part of the first one alone; own are added to them.
func combine(owners, states, claims []string, modes []layers.Mode, reaches []float64, own []sample) (out []sample) {
	every := func(owners, states, claims []string, modes []layers.Mode, reaches []float64) {
		for _, o := range owners {
			for _, s := range states {
				for _, c := range claims {
					for _, mode := range modes {
						for _, m := range reaches {
							out = append(out, sample{o, s, c, mode, m})
						}
					}
				}
			}
		}
	}
	if len(owners)*len(states)*len(claims)*len(modes)*len(reaches) <= mostCombined {
		every(owners, states, claims, modes, reaches)
		return out
	}
	every(owners, states[:1], claims[:1], modes[:1], reaches[:1])
	every(owners[:1], states, claims[:1], modes[:1], reaches[:1])
	every(owners[:1], states[:1], claims, modes[:1], reaches[:1])
	every(owners[:1], states[:1], claims[:1], modes, reaches[:1])
	every(owners[:1], states[:1], claims[:1], modes[:1], reaches)
	return distinct(append(out, own...))
}

// reach is how near in metres a feature must be for a selector.
func reach(f *layers.RuleFeature) float64 {
	if f.WithinM == 0 && f.Layer == layers.Poles {
		return 30
	}
	return f.WithinM
}

// asks is the combination that a selector asks for; what it does not ask for is that of like.
func (k *check) asks(f *layers.RuleFeature, like sample) sample {
	like.m = reach(f)
	switch {
	case f.Unowned:
		like.owner = ""
	case len(f.OwnerUnits) > 0:
		like.owner = f.OwnerUnits[0]
	case len(f.OwnerKinds) > 0:
		like.owner = k.unitOf(f.OwnerKinds[0])
	}
	if len(f.States) > 0 {
		like.state = f.States[0]
	}
	if len(f.ClaimStates) > 0 {
		like.claim = f.ClaimStates[0]
	}
	if len(f.Modes) > 0 {
		like.mode = f.Modes[0]
	}
	return like
}

// otherOf returns the first word that is not among the named, or the first.
func otherOf(words, named []string) string {
	for _, w := range words {
		if !slices.Contains(named, w) {
			return w
		}
	}
	return words[0]
}

// usualStates are states of a pole that stands, the commonest first.
var usualStates = []string{"in_use", "surveyed", "claimed", "unclaimed", "reported"}

func (k *check) poleClasses(list []*layers.Rule) (out []class) {
	selectors := about(list, layers.Poles)
	if len(selectors) == 0 {
		return nil
	}
	var states, claims []string
	var reaches []float64
	for _, f := range selectors {
		states, claims, reaches = append(states, f.States...), append(claims, f.ClaimStates...), append(reaches, reach(f))
	}
	states = distinct(append([]string{otherOf(usualStates, states)}, states...))
	claims = distinct(append([]string{otherOf([]string{"none", "open", "claimed", "disputed", "unclaimed"}, claims)}, claims...))
	slices.Sort(reaches)
	like := sample{owner: someOwner, state: states[0], claim: claims[0]}
	var own []sample
	for _, f := range selectors {
		own = append(own, k.asks(f, like))
	}
	someone := k.someone(selectors)
	for _, one := range combine(k.owners(selectors), states, claims, []layers.Mode{""}, slices.Compact(reaches), own) {
		owner := strings.Replace(one.owner, someOwner, someone, 1)
		pole := &layers.Pole{Meta: layers.Meta{ID: "made-up", ValidFrom: 1}, State: one.state, ClaimState: one.claim}
		if owner != "" {
			pole.Ownership = []layers.Ownership{{Unit: owner, Share: 100, From: 1}}
		}
		out = append(out, class{fmt.Sprintf("a pole of %s, %s, claim %s", orNobody(owner), one.state, one.claim), func(c *duty.Case) {
			c.AnyPole, c.AnyPoleM = pole, geo.Metres(one.m)
			if layers.PoleStands(one.state) {
				c.Pole, c.PoleM = pole, geo.Metres(one.m)
			}
		}})
	}
	return out
}

func (k *check) zoneClasses(list []*layers.Rule) (out []class) {
	selectors := about(list, layers.Zones)
	if len(selectors) == 0 {
		return nil
	}
	var modes []layers.Mode
	var reaches []float64
	for _, f := range selectors {
		modes, reaches = append(modes, f.Modes...), append(reaches, reach(f))
	}
	other := layers.Mode(otherOf([]string{string(layers.Closed), string(layers.Loading), string(layers.Travel), string(layers.Parking)}, words(modes)))
	modes = distinct(append([]layers.Mode{other}, modes...))
	slices.Sort(reaches)
	like := sample{owner: someOwner, mode: modes[0]}
	var own []sample
	for _, f := range selectors {
		own = append(own, k.asks(f, like))
	}
	someone := k.someone(selectors)
	for _, one := range combine(k.owners(selectors), []string{""}, []string{""}, modes, slices.Compact(reaches), own) {
		owner := strings.Replace(one.owner, someOwner, someone, 1)
		zone := &layers.Zone{Meta: layers.Meta{ID: "made-up", ValidFrom: 1}, Manager: owner}
		out = append(out, class{fmt.Sprintf("a zone of %s for %s", orNobody(owner), one.mode), func(c *duty.Case) {
			c.Zone, c.ZoneM, c.Mode = zone, geo.Metres(one.m), one.mode
		}})
	}
	return out
}

func words(modes []layers.Mode) (out []string) {
	for _, m := range modes {
		out = append(out, string(m))
	}
	return out
}

func orNobody(unit string) string {
	if unit == "" {
		return "nobody"
	}
	return unit
}

// contexts lists the classes of contexts for the rules: a report that says nothing of itself, and one for each context that they ask for.
func contexts(list []*layers.Rule) []class {
	out := []class{{}}
	first := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return list[0]
	}
	for _, r := range list {
		x := r.When.Context
		if x == nil {
			continue
		}
		channel, severity, reporter := first(x.Channels), first(x.Severities), first(x.Reporters)
		confidence := 0.0
		switch {
		case x.MinConfidence > 0:
			confidence = x.MinConfidence
		case x.MaxConfidence > 0:
			confidence = x.MaxConfidence / 2
		}
		what := fmt.Sprintf("%s %s %s %g", channel, severity, reporter, confidence)
		if slices.ContainsFunc(out, func(c class) bool { return c.what == what }) {
			continue
		}
		out = append(out, class{what, func(c *duty.Case) {
			c.Channel, c.Severity, c.Reporter, c.Confidence = channel, severity, reporter, confidence
		}})
	}
	return out
}

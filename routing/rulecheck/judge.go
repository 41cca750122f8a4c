package rulecheck

import (
	"fmt"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/routing/duty"
)

// judgeAll holds cases of every category against the rules.
func (k *check) judgeAll() {
	for _, code := range append([]string{""}, k.all...) {
		k.judgeCategory(code)
	}
}

// having lists the rules that may hold for cases of a category.
func having(list []*layers.Rule, category string) (out []*layers.Rule) {
	for _, r := range list {
		selected := len(r.When.Categories) == 0 || slices.ContainsFunc(r.When.Categories, func(c string) bool {
			return category == c || strings.HasPrefix(category, c+".")
		})
		if selected {
			out = append(out, r)
		}
	}
	return out
}

// judgeCategory holds the cases of one category against the rules: all kinds of features at all times in a plain place of each grid, and
// likewise in the other places and contexts.
func (k *check) judgeCategory(category string) {
	list := having(k.list, category)
	spots, features, contexts, moments := k.spots(list), k.features(list), contexts(list), k.moments(list)
	for s := range spots {
		for f := range features {
			for x := range contexts {
				if x > 0 && spots[s].what != "" && !sameRule(list, spots[s].what, contexts[x].what) {
					continue // a context in a place that no rule asks for together
				}
				g := gap{category: category, spot: &spots[s], feature: features[f].what}
				for _, m := range moments {
					c := &duty.Case{Category: category}
					c.At = m.at
					spots[s].set(c)
					features[f].apply(c)
					contexts[x].apply(c)
					v := k.rules.Judge(k.s, c)
					k.cases++
					k.note(c, &v, m)
					switch {
					case v.Fallback:
						g.open = append(g.open, m)
					case g.covered == 0 || m.at < g.covered:
						g.rule, g.covered = v.Rule, m.at
					}
				}
				if x == 0 && len(g.open) > 0 {
					g.always = len(g.open) == len(moments)
					k.gaps = append(k.gaps, &g)
				}
			}
		}
	}
}

// sameRule reports whether a rule asks for both a place and a context, or the place is of no one rule.
func sameRule(list []*layers.Rule, spot, context string) bool {
	for _, r := range list {
		if r.When.Context != nil && r.When.Area != nil && (r.Ref() == spot || !strings.Contains(spot, "@")) {
			return true
		}
	}
	return false
}

// heard is what was said about a rule in a grid.
type heard struct {
	rule *layers.Rule
	grid string
	what string
}

// note counts what became of the rules that hold for a case, and writes down those whose units are nobody.
func (k *check) note(c *duty.Case, v *duty.Verdict, m moment) {
	for _, r := range v.Matched {
		t := k.tally(r)
		t.matched++
		if v.Rule != nil && r != v.Rule && !r.Then.Additive {
			t.over[v.Rule] = true
		}
	}
	for _, r := range v.Added {
		k.tally(r).added++
	}
	for _, r := range v.Skipped {
		if findable(r.Then.Primary) {
			k.absent(NoUnit, true, r, r.Then.Primary, "primary", c, m)
		}
	}
	if v.Rule == nil {
		return
	}
	k.tally(v.Rule).decided++
	if u := v.Primary.Unit; u != nil {
		k.acting[u.ID] = true
	}
	for _, r := range append([]*layers.Rule{v.Rule}, v.Added...) {
		at := heard{r, c.Grid.Code, "others"}
		if k.told[at] {
			continue
		}
		k.told[at] = true
		k.others(r, c)
	}
}

// others looks at who a rule names beside the primary unit.
func (k *check) others(r *layers.Rule, c *duty.Case) {
	for _, text := range r.Then.Expressions() {
		if text == r.Then.Primary {
			continue
		}
		named := k.rules.Resolve(k.s, text, r, c)
		if len(named) > 0 {
			k.told[heard{r, "", text}] = true // somebody, somewhere
		}
		if slices.Contains(r.Then.Informed, text) {
			continue // who is only told need not be reached at once
		}
		for _, one := range named {
			k.acting[one.Unit.ID] = true
		}
	}
}

// findable reports whether an expression names somebody wherever the data is complete. An owner, a manager, the unit of an overlay and what
// belongs to a border are not everywhere: a rule that finds none is passed over, as it should be.
func findable(text string) bool {
	e, err := layers.ParseUnitExpression(text)
	if err != nil {
		return true
	}
	switch e.Of {
	case layers.FeatureOwner, layers.FeatureOwners, layers.ZoneManager, layers.OverlayUnit, layers.BorderLead, layers.BorderOther, layers.CommonParent:
		return false
	}
	return true
}

// absent notes that nobody is what a rule calls its primary unit, once for each grid.
func (k *check) absent(code layers.FindingCode, blocks bool, r *layers.Rule, text, role string, c *duty.Case, m moment) {
	at := heard{r, c.Grid.Code, string(code) + text}
	if k.told[at] {
		return
	}
	k.told[at] = true
	detail := fmt.Sprintf("%s: %s is %s", r.Ref(), text, k.why(text, m.at))
	for i := range k.found {
		if f := &k.found[i]; f.Code == code && f.Detail == detail {
			f.Grids = append(f.Grids, c.Grid.Code)
			f.All = len(f.Grids) == len(k.plain)
			return
		}
	}
	f := k.add(code, blocks, detail, r.Ref(), text)
	f.Grids, f.First = []string{c.Grid.Code}, m.at
	f.All = len(k.plain) == 1
}

// why says why an expression names nobody.
func (k *check) why(text string, at layers.Instant) string {
	e, err := layers.ParseUnitExpression(text)
	switch {
	case err != nil:
		return "no expression"
	case e.Of == layers.UnitByID:
		if _, known := k.s.Set(layers.Units).Head(e.Name); known {
			return "not in force any more, or not yet"
		}
		return "not a unit"
	case e.Of == layers.PostUnit:
		return "a post that is vacant"
	}
	return "nobody in this grid"
}

// unused reports the rules that never decide, and those that never add.
func (k *check) unused() {
	for _, r := range k.list {
		t := k.tally(r)
		switch {
		case t.matched == 0:
			k.add(Dead, false, fmt.Sprintf("%s holds for no case: %s", r.Ref(), k.whyDead(r)), r.Ref())
		case r.Then.Additive && t.added == 0:
			k.add(NeverAdds, false, r.Ref()+" has no rule whose units it could add to", r.Ref())
		case !r.Then.Additive && t.decided == 0 && len(t.over) > 0:
			over := make([]string, 0, len(t.over))
			for o := range t.over {
				over = append(over, o.Ref())
			}
			slices.Sort(over)
			k.add(Shadowed, false, fmt.Sprintf("%s decides nothing: wherever it holds, %s comes first", r.Ref(), strings.Join(over, ", ")), append([]string{r.Ref()}, over...)...)
		}
	}
}

// leftOut reports the units beside the primary one that are nobody wherever their rule decides.
func (k *check) leftOut() {
	for _, r := range k.list {
		if t := k.tally(r); t.decided+t.added == 0 {
			continue
		}
		for _, text := range r.Then.Expressions() {
			if text != r.Then.Primary && !k.told[heard{r, "", text}] {
				k.add(LeftOut, false, fmt.Sprintf("%s: %s is nobody wherever the rule decides", r.Ref(), text), r.Ref(), text)
			}
		}
	}
}

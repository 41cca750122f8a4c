package duty

import (
	"cmp"
	"slices"

	"wangge/layers"
)

// verdict is what the rules say of a case.
type verdict struct {
	// considered counts the rules that were looked at, matched are those that hold, the first in rank first.
	considered int
	matched    []*filed
	// skipped are those that would have decided, had their primary unit been somebody.
	skipped []*filed
	// decided is the rule that gives the primary unit, or says that nothing is wrong; nil without one.
	decided *filed
	primary Named // without a unit for no action
	// added are the rules that add units.
	added []*filed
}

// judge holds the case against the rules.
func (h *held) judge() {
	v := &h.verdict
	*v = verdict{matched: v.matched[:0], skipped: v.skipped[:0], added: v.added[:0]}
	if h.take == nil {
		h.take = h.collect
	}
	h.r.shelf.look(h.Case, h.take)
	if len(v.matched) > 1 {
		slices.SortFunc(v.matched, compareFiled)
	}
	for i, f := range v.matched {
		if f.Then.Additive {
			continue
		}
		if !h.decides(f) {
			v.skipped = append(v.skipped, f)
			continue
		}
		v.decided = f
		if !f.Then.NoAction {
			h.additions(i)
		}
		return
	}
}

// collect takes a rule that may hold.
func (h *held) collect(f *filed) {
	if !f.inForce(h.on) || len(f.When.Categories) > 1 && !f.longest(h.Category) {
		return
	}
	h.considered++
	if h.matches(f.rule) && !slices.ContainsFunc(h.matched, func(other *filed) bool { return other.rule == f.rule }) {
		h.matched = append(h.matched, f)
	}
}

// longest reports whether none of the rule's other selectors that have the category has more words than this one.
func (f *filed) longest(category string) bool {
	for _, c := range f.When.Categories {
		if within(category, c) && wordsOf(c) > f.rank.Category {
			return false
		}
	}
	return true
}

func compareFiled(a, b *filed) int {
	return cmp.Or(b.rank.Compare(a.rank), cmp.Compare(a.place, b.place))
}

// decides reports whether a rule that holds says who acts, or that nobody has to, and notes who.
func (h *held) decides(f *filed) bool {
	h.primary = Named{}
	if f.Then.NoAction {
		return true
	}
	h.acting = h.resolve(h.acting[:0], f.primary, f.rule)
	for _, one := range h.acting {
		if !slices.Contains(h.Excluded, one.Unit.ID) {
			h.primary = one
			return true
		}
	}
	return false
}

// additions takes the rules that add units to those of the rule at that place: the additive ones of its rank or a lower one.
func (h *held) additions(decided int) {
	rank := h.matched[decided].rank
	for _, f := range h.matched {
		if f.Then.Additive && f.rank.Compare(rank) <= 0 {
			h.added = append(h.added, f)
		}
	}
}

// office returns the id of the unit that answers where no rule names one: the grid's office, or if that has refused the lowest above it that
// has not; empty for none.
func (h *held) office() string {
	id := h.Grid.Office
	for range mostAbove {
		if !slices.Contains(h.Excluded, id) {
			return id
		}
		u, ok := h.unit(id)
		if !ok {
			return ""
		}
		id = u.Parent
	}
	return ""
}

// Verdict is what rules say of a case.
type Verdict struct {
	// Rule decides; nil where none does, and the grid's office acts.
	Rule *layers.Rule
	// Primary acts; its unit is nil where nobody has to, and where no rule names one.
	Primary Named
	// Fallback is true where no rule decides, or one of the band fallback.
	Fallback bool
	// Matched are the rules that hold, the first in rank first. Skipped are those of them that would have decided, had their primary unit
	// been somebody who has not refused; Added those that add units.
	Matched, Skipped, Added []*layers.Rule
}

// Judge holds a case against the rules, as a Decider does.
func (r *Rules) Judge(s *layers.Snapshot, c *Case) Verdict {
	var h held
	h.begin(s, r, c)
	h.judge()
	v := Verdict{Primary: h.primary, Fallback: true, Matched: rulesOf(h.matched), Skipped: rulesOf(h.skipped), Added: rulesOf(h.added)}
	if h.decided != nil {
		v.Rule, v.Fallback = h.decided.Rule, h.decided.Band == layers.FallbackRules
	}
	return v
}

func rulesOf(list []*filed) []*layers.Rule {
	out := make([]*layers.Rule, len(list))
	for i, f := range list {
		out[i] = f.Rule
	}
	return out
}

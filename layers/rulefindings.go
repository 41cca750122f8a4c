package layers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// UnknownReference is the class of what a rule names and the store does not have.
const UnknownReference FindingCode = "unknown-reference"

// RuleRevisions returns the newest state of every revision of a series of rules, by number.
func (s *Snapshot) RuleRevisions(series string) []*Rule {
	var out []*Rule
	for _, one := range heads[*Rule](s, Rules) {
		if one.Series == series {
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b *Rule) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// RuleFindings returns what stands in the way of one revision of a rule as it would be if it were published now, by itself: names of things
// that are not there, and other revisions of its series on its days. others are those revisions; what rules of different series do to each
// other is said by package duty. All of it blocks.
func (s *Snapshot) RuleFindings(one *Rule, others []*Rule) []Finding {
	var out []Finding
	for _, n := range s.namesIn(one) {
		if !s.has(n) {
			out = append(out, Finding{Code: UnknownReference, Blocks: true, IDs: []string{one.Code, n.id}, Detail: fmt.Sprintf("%s names %q, which is not one of the %s", one.Code, n.id, n.layer)})
		}
	}
	_, beside := one.Succession(others)
	for _, o := range beside {
		if (one.Until == "" || o.From < one.Until) && (o.Until == "" || o.Until > one.From) {
			out = append(out, Finding{Code: RevisionsAtOnce, Blocks: true, IDs: []string{one.Code, o.Code}, Date: max(one.From, o.From),
				Detail: fmt.Sprintf("%s and %s are both in force on %s", one.Code, o.Code, max(one.From, o.From))})
		}
	}
	return out[:min(len(out), mostOfClass)]
}

// named is something that a rule names.
type named struct {
	layer Layer
	id    string
}

// namesIn lists what a rule names, each once.
func (s *Snapshot) namesIn(r *Rule) []named {
	var out []named
	add := func(l Layer, ids ...string) {
		for _, id := range ids {
			if n := (named{l, id}); !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	add(Categories, r.When.Categories...)
	if a := r.When.Area; a != nil {
		add(Grids, a.Grids...)
		add(Towns, a.Towns...)
		add(Communities, a.Communities...)
		add(Overlays, a.Overlays...)
	}
	if f := r.When.Feature; f != nil {
		add(Units, f.OwnerUnits...)
	}
	for _, text := range r.Then.Expressions() {
		e, err := ParseUnitExpression(text)
		switch {
		case err != nil: // Validate says so
		case e.Of == UnitByID:
			add(Units, e.Name)
		case e.Of == TownUnit && !s.hasUnitOfSomeTown(e.Name):
			add(Units, e.Name)
		}
	}
	return out
}

// hasUnitOfSomeTown reports whether a town has a unit whose id begins so.
func (s *Snapshot) hasUnitOfSomeTown(name string) bool {
	for f := range s.Set(Units).Rows() {
		if town, ok := strings.CutPrefix(f.Head().ID, name+"_"); ok && town != "" {
			return true
		}
	}
	return false
}

func (s *Snapshot) has(n named) bool {
	_, ok := s.Set(n.layer).Head(n.id)
	return ok
}

// Expressions returns the unit expressions of the rule, the primary one first. The slice is the caller's.
func (t *RuleThen) Expressions() []string {
	var out []string
	if t.Primary != "" {
		out = append(out, t.Primary)
	}
	out = append(out, t.Co...)
	if t.Supervisor != "" {
		out = append(out, t.Supervisor)
	}
	return append(out, t.Informed...)
}

package api

import (
	"cmp"
	"net/http"
	"slices"

	"wangge/layers"
)

// fewestEqual is how many equal corrections make a suggestion.
const fewestEqual = 3

func suggestionsOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/refusals:suggestions", ID: "listSuggestions", Tag: "refusals",
		Summary: "Rules that repeated refusals suggest",
		Text:    "Where a unit has refused cases of one category three times or more, and each time the same unit was right or was proposed: content of a rule that would say so, for POST /v1/rules. The most frequent come first.",
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: suggestionList{}}}},
		Roles:   []layers.Role{layers.Planner, layers.Reviewer},
		Handle:  (*call).listSuggestions,
	}
}

// suggestionList is the answer of /v1/refusals:suggestions.
type suggestionList struct {
	Items []suggestion `json:"items"`
}

// suggestion is a rule that repeated refusals suggest.
type suggestion struct {
	Category string         `json:"category,omitempty"`
	Unit     string         `json:"unit" doc:"The unit that refused"`
	Correct  string         `json:"correct" doc:"The unit that was proposed, or else the one that the next answer named"`
	Rule     string         `json:"rule,omitempty" doc:"The rule that named the unit that refused, if it was always the same"`
	Count    int            `json:"count"`
	First    layers.Instant `json:"first"`
	Last     layers.Instant `json:"last"`
	Grids    []string       `json:"grids"`
	Refusals []string       `json:"refusals" doc:"Ids"`
	Content  ruleContent    `json:"content" doc:"Content of a draft of a rule; its first day is the planner's to say"`
}

// correction is what equal refusals have in common.
type correction struct{ category, unit, correct string }

func (c *call) listSuggestions() error {
	groups := map[correction]*suggestion{}
	for f := range c.w.Set(layers.Refusals).Rows() {
		r, ok := f.(*layers.Refusal)
		if !ok {
			continue
		}
		k := correction{r.Category, r.Unit, cmp.Or(r.Proposed, r.Decided)}
		if k.correct == "" {
			continue
		}
		if groups[k] == nil {
			groups[k] = &suggestion{Category: k.category, Unit: k.unit, Correct: k.correct, Rule: r.Rule, First: r.ValidFrom}
		}
		groups[k].count(r)
	}
	out := suggestionList{Items: []suggestion{}}
	for _, s := range groups {
		if s.Count >= fewestEqual {
			s.Content = s.rule()
			out.Items = append(out.Items, *s)
		}
	}
	slices.SortFunc(out.Items, func(a, b suggestion) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Correct, b.Correct))
	})
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, out)
}

func (s *suggestion) count(r *layers.Refusal) {
	s.Count++
	s.First, s.Last = min(s.First, r.ValidFrom), max(s.Last, r.ValidFrom)
	if s.Rule != r.Rule {
		s.Rule = ""
	}
	if !slices.Contains(s.Grids, r.Grid) {
		s.Grids = append(s.Grids, r.Grid)
		slices.Sort(s.Grids)
	}
	s.Refusals = append(s.Refusals, r.ID)
}

// rule is the content of a rule that names the unit that was right for the category in those grids.
func (s *suggestion) rule() ruleContent {
	out := ruleContent{Name: s.Unit + " → " + s.Correct, Band: layers.RegularRules, When: layers.RuleWhen{Area: &layers.RuleArea{Grids: s.Grids}},
		Then: layers.RuleThen{Primary: layers.UnitByID + ":" + s.Correct}, Basis: layers.RuleBasis{List: layers.Voluntary}}
	if s.Category != "" {
		out.When.Categories = []string{s.Category}
	}
	return out
}

package api

import (
	"encoding/json"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// ruleContent is what planners decide about a revision of a rule; all else is the service's.
type ruleContent struct {
	Series    string            `json:"series,omitempty" doc:"The series that it continues, or a new one such as R-120"`
	Name      string            `json:"name,omitempty"`
	NameEn    string            `json:"name_en,omitempty"`
	From      string            `json:"from,omitempty" doc:"First day in force, such as 2026-12-01"`
	Until     string            `json:"until,omitempty" doc:"The day after the last one; left out if there is no end"`
	Band      string            `json:"band,omitempty" doc:"emergency, special, regular or fallback: what ranks before all else"`
	When      layers.RuleWhen   `json:"when,omitzero"`
	Then      layers.RuleThen   `json:"then,omitzero"`
	Basis     layers.RuleBasis  `json:"basis,omitzero"`
	Clock     *layers.RuleClock `json:"clock,omitempty"`
	Documents []string          `json:"documents,omitempty" doc:"Papers that it rests on"`
	BasedOn   string            `json:"based_on,omitempty" doc:"Code of the revision that it began as"`
	Text      string            `json:"text,omitempty" doc:"A comment, which is kept with the revision"`
}

// Schema refers to the schema of a body.
func (ruleContent) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + "RuleContent"}
}

// readRule reads the content of a revision from the body of a write. Of what is not given it takes the content of the revision that it is
// based on, if it does not say itself who acts.
func (c *call) readRule(e *managedEdit) (ruleContent, error) {
	var bad issues
	var out ruleContent
	fill(e.sent, &out, "", &bad)
	if len(bad) == 0 && out.BasedOn != "" {
		given := membersOf(e.sent)
		base, named := c.ruleOf(out.BasedOn)
		switch {
		case base == nil && !(named && given["then"] != nil):
			bad.add("/based_on", "reference", "there is no revision "+quoted(out.BasedOn))
		case base != nil && given["then"] == nil:
			out.restore(base, given)
		}
	}
	if len(bad) == 0 {
		r := &layers.Rule{Meta: layers.Meta{ID: "ru_0", ValidFrom: 1}, Series: "R", Number: 1, Code: "R-1", State: layers.Draft, Author: "a"}
		if out.Series != "" {
			r.Series, r.Code = out.Series, out.Series+"-1"
		}
		out.into(r)
		bad.take(r.Validate(c.w.Settings().Codes), "")
		bad.take(layers.Hand{Text: out.Text}.Validate(), "")
	}
	return out, bad.invalid(layers.Rules, e.id)
}

// restore takes over from a revision what was not given.
func (t *ruleContent) restore(base *layers.Rule, given map[string]json.RawMessage) {
	was := ruleContent{Series: base.Series, Name: base.Name, NameEn: base.NameEn, From: base.From, Until: base.Until, Band: base.Band, When: base.When, Then: base.Then, Basis: base.Base,
		Clock: base.Clock, Documents: base.Documents}
	if given["from"] != nil {
		was.Until = "" // beside another first day the old end would mean nothing
	}
	set := func(name string, take func()) {
		if given[name] == nil {
			take()
		}
	}
	set("series", func() { t.Series = was.Series })
	set("name", func() { t.Name = was.Name })
	set("name_en", func() { t.NameEn = was.NameEn })
	set("from", func() { t.From = was.From })
	set("until", func() { t.Until = was.Until })
	set("band", func() { t.Band = was.Band })
	set("when", func() { t.When = was.When })
	set("then", func() { t.Then = was.Then })
	set("basis", func() { t.Basis = was.Basis })
	set("clock", func() { t.Clock = was.Clock })
	set("documents", func() { t.Documents = was.Documents })
}

// ruleOf returns the revision with a code, nil if there is none, and whether another says that it is based on it: a draft stays based on
// one that was given up.
func (c *call) ruleOf(code string) (one *layers.Rule, named bool) {
	for f := range c.w.Set(layers.Rules).Rows() {
		r, ok := f.(*layers.Rule)
		switch {
		case !ok:
		case r.Code == code:
			one = r
		case r.BasedOn == code:
			named = true
		}
	}
	return one, named
}

// into writes the content over a revision, but for its series.
func (t *ruleContent) into(r *layers.Rule) {
	r.Name, r.NameEn, r.From, r.Until, r.Band = t.Name, t.NameEn, t.From, t.Until, t.Band
	r.When, r.Then, r.Base, r.Clock, r.Documents = t.When, t.Then, t.Basis, t.Clock, t.Documents
	if t.BasedOn != "" {
		r.BasedOn = t.BasedOn
	}
}

func (c *call) createRule() error {
	e, err := c.newManaged(ruleInfo, layers.Create, true)
	if err != nil {
		return err
	}
	content, err := c.readRule(e)
	if err != nil {
		return err
	}
	draft := &layers.Rule{Meta: c.newMeta(ruleInfo), Series: content.Series}
	content.into(draft)
	return ruleProcess.create(c, e, content.Text, func(*layers.Rule) *layers.Rule { return draft })
}

func (c *call) replaceRule() error {
	e, err := c.newManaged(ruleInfo, layers.Replace, false)
	if err != nil {
		return err
	}
	content, err := c.readRule(e)
	if err != nil {
		return err
	}
	return ruleProcess.replace(c, e, content.Text, func(before *layers.Rule) (*layers.Rule, error) {
		if content.Series != "" && content.Series != before.Series {
			return nil, layers.Edit{Layer: layers.Rules, ID: e.id}.Invalid("/series", "read-only", "a revision stays in its series, "+quoted(before.Series))
		}
		next := *before
		content.into(&next)
		return &next, nil
	})
}

// numberRule gives a draft the next number of its series. One without a series gets a new one: R- and a number that none has, which is least
// at the least.
func (c *call) numberRule(draft *layers.Rule, least int) (*layers.Rule, int, error) {
	next := *draft
	next.State, next.Author, next.ValidFrom = layers.Draft, c.actor.Name, c.now()
	if next.Series == "" {
		taken := map[string]bool{}
		for f := range c.w.Set(layers.Rules).Rows() {
			if r, ok := f.(*layers.Rule); ok {
				taken[r.Series] = true
			}
		}
		for next.Series = seriesName(least); taken[next.Series]; next.Series = seriesName(least) {
			least++
		}
		next.Number, next.Code = 1, next.Series+"-1"
		return &next, least, nil
	}
	for _, r := range c.w.RuleRevisions(next.Series) {
		least = max(least, r.Number+1)
	}
	next.Number, next.Code = least, fmt.Sprintf("%s-%d", next.Series, least)
	return &next, least, nil
}

func seriesName(n int) string { return fmt.Sprintf("R-%03d", n) }

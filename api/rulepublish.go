package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"wangge/layers"
)

// mostPublished bounds how many revisions are published at once.
const mostPublished = 500

func publishRulesOperation() operation {
	return operation{
		Method: http.MethodPost, Path: "/v1/rules:publish", ID: "publishRules", Tag: "rules",
		Summary: "Approved revisions of rules are put into force together",
		Text: fmt.Sprintf("All of the 1 to %d revisions in one transaction, or none, each from its first day. What was in force of its series until then ends with that day. `digests` may say which content is meant. ", mostPublished) +
			"404 for an id that is none, 403 `own-draft` for an author, 409 `rule-conflict` with `conflicts` (of one revision, or of the set as /v1/rules:check finds them, if the rules in force do not have them), `illegal-transition` with `allowed`, `lead-time`, or `content-changed`; `id` says which revision.",
		Params: []param{keyParam(true)}, Body: &content{Type: partSchema[rulePublication]()}, Limit: editBytes,
		Answers:  []answer{{Status: http.StatusOK, Text: "The revisions as they are now.", Content: &content{Type: publishedRules{}}, Headers: []string{visibleHeader, replayedHeader}}},
		Problems: []int{http.StatusNotFound}, Roles: publishers,
		Handle: (*call).publishRules,
	}
}

// rulePublication is the body of /v1/rules:publish.
type rulePublication struct {
	IDs     []string          `json:"ids" doc:"Ids of approved revisions"`
	Digests map[string]string `json:"digests,omitempty" doc:"By id, the digest of the content that is meant; 409 content-changed if it is another"`
	Text    string            `json:"text,omitempty" doc:"What is said of it; kept with each revision"`
}

// publishedRules is the answer of /v1/rules:publish.
type publishedRules struct {
	Rules []shownRule `json:"rules" doc:"Those that are published, in the order of their ids in the request, and then those that they end"`
}

func (c *call) publishRules() error {
	e, err := c.newManaged(ruleInfo, layers.Replace, true)
	if err != nil {
		return err
	}
	b, err := readPublication(e)
	if err != nil {
		return err
	}
	e.note = "publish " + strconv.Itoa(len(b.IDs)) + " rules"
	var wrong error
	e.make = func(layers.Feature) ([]layers.Edit, []layers.Layer, error) {
		if err := c.catchUp(); err != nil {
			return nil, nil, err
		}
		edits, err := c.publication(b)
		if wrong = err; err != nil { // taken only as what the store has done before
			return []layers.Edit{{Op: layers.Delete, Layer: layers.Rules, ID: b.IDs[0], IfMatch: noVersion}}, nil, nil
		}
		return edits, ruleProcess.restsOn, nil
	}
	receipt, err := c.apply(e)
	switch {
	case wrong != nil && err != nil && !errors.Is(err, layers.ErrKeyReused) && !errors.Is(err, layers.ErrUnavailable):
		return wrong
	case err != nil:
		return err
	}
	rows, err := c.storedAll(e, receipt)
	if err != nil {
		return err
	}
	out := publishedRules{Rules: make([]shownRule, len(rows))}
	for i, f := range rows {
		out.Rules[i] = shownRule{shownFeature{f}}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, out)
}

func readPublication(e *managedEdit) (b rulePublication, err error) {
	var bad issues
	fill(e.sent, &b, "", &bad)
	if n := len(b.IDs); n < 1 || n > mostPublished {
		bad.add("/ids", "range", fmt.Sprintf("name 1 to %d revisions", mostPublished))
	}
	seen := map[string]bool{}
	for i, id := range b.IDs[:min(len(b.IDs), mostPublished)] {
		if seen[id] {
			bad.add("/ids/"+strconv.Itoa(i), "duplicate", quoted(id)+" is in the list twice")
		}
		seen[id] = true
	}
	for id := range b.Digests {
		if !seen[id] {
			bad.add("/digests/"+pointerToken(id), "reference", quoted(id)+" is not one of the ids")
		}
	}
	bad.take(layers.Hand{Text: b.Text}.Validate(), "")
	return b, bad.invalid(layers.Rules, "")
}

// catchUp waits until the World of the call shows what the store has: what another process has just approved is seen.
func (c *call) catchUp() error {
	deadline := time.Now().Add(patience)
	p, err := ask(c, patience, c.s.Store.Head)
	if err != nil {
		return err
	}
	for p.Epoch == c.w.Position().Epoch && !c.w.reached(p) {
		if !c.refresh(deadline) {
			return &Problem{Status: http.StatusServiceUnavailable, Code: "revision-not-reached", RetryAfter: 1, Detail: "the store is at " + p.String() + ", which is not shown here yet"}
		}
	}
	return nil
}

// publication makes the edits that publish revisions together: those of the revisions first, in the order in which they are named.
func (c *call) publication(b rulePublication) ([]layers.Edit, error) {
	rules, err := c.rulesToPublish(b)
	if err != nil {
		return nil, err
	}
	p := newPublication(c.w, rules)
	for _, one := range p.order() {
		if err := p.publish(c, one, c.hand(b.Text)); err != nil {
			return nil, named(c.stepProblem(one, err), one.ID)
		}
	}
	if report := c.w.reportWith(p.after(), c.now()); len(report.blocks()) > 0 {
		return nil, &Problem{Status: http.StatusConflict, Code: "rule-conflict", Detail: "the set of rules would have findings that block and that it does not have now",
			More: map[string]any{"conflicts": report.blocks()}}
	}
	return p.edits(c), nil
}

// named adds to a problem which revision it is about.
func named(err error, id string) error {
	var p *Problem
	if errors.As(err, &p) {
		if p.More == nil {
			p.More = map[string]any{}
		}
		p.More["id"] = id
	}
	return err
}

func (c *call) rulesToPublish(b rulePublication) ([]*layers.Rule, error) {
	var out []*layers.Rule
	for _, id := range b.IDs {
		f, _ := c.w.Set(layers.Rules).Head(id)
		r, ok := f.(*layers.Rule)
		if !ok {
			return nil, named(notFound("there is no revision "+quoted(id)), id)
		}
		if err := c.ruleInTown(r); err != nil {
			return nil, named(err, id)
		}
		if want := b.Digests[id]; want != "" && want != r.Digest {
			return nil, named(&Problem{Status: http.StatusConflict, Code: "content-changed", Detail: r.Code + " has other content than the one that is meant"}, id)
		}
		out = append(out, r)
	}
	return out, nil
}

// publication is how rules are after some of them were published together, one after the other.
type publication struct {
	w *World
	// asked are the revisions as they were, in the order in which they are named.
	asked []*layers.Rule
	// now are all revisions of their series as they come to be, by series.
	now map[string][]*layers.Rule
	// was are the revisions that change, as they were.
	was []*layers.Rule
}

func newPublication(w *World, rules []*layers.Rule) *publication {
	p := &publication{w: w, asked: rules, now: map[string][]*layers.Rule{}}
	for _, r := range rules {
		if p.now[r.Series] == nil {
			p.now[r.Series] = w.RuleRevisions(r.Series)
		}
	}
	p.was = slices.Clone(rules)
	return p
}

// order is that of the first days, so that of several of one series each ends the one before it.
func (p *publication) order() []*layers.Rule {
	out := slices.Clone(p.asked)
	slices.SortStableFunc(out, func(a, b *layers.Rule) int { return cmp.Compare(a.From, b.From) })
	return out
}

func (p *publication) publish(c *call, one *layers.Rule, h layers.Hand) error {
	others := p.now[one.Series]
	before, _ := one.Succession(others)
	next, ended, err := one.Publish(h, c.s.Lead, before, p.w.ruleFindings(one, others))
	if err != nil {
		return err
	}
	p.put(next)
	if ended != nil {
		if !slices.ContainsFunc(p.was, func(r *layers.Rule) bool { return r.ID == before.ID }) {
			p.was = append(p.was, before)
		}
		p.put(ended)
	}
	return nil
}

// after lists the revisions that are published, as they come to be.
func (p *publication) after() (out []*layers.Rule) {
	for _, was := range p.asked {
		list := p.now[was.Series]
		out = append(out, list[slices.IndexFunc(list, func(o *layers.Rule) bool { return o.ID == was.ID })])
	}
	return out
}

// put takes a later state of a revision.
func (p *publication) put(r *layers.Rule) {
	list := p.now[r.Series]
	i := slices.IndexFunc(list, func(o *layers.Rule) bool { return o.ID == r.ID })
	list[i] = r
}

func (p *publication) edits(c *call) []layers.Edit {
	out := make([]layers.Edit, 0, len(p.was))
	for _, was := range p.was {
		list := p.now[was.Series]
		i := slices.IndexFunc(list, func(o *layers.Rule) bool { return o.ID == was.ID })
		out = append(out, c.replacing(was, list[i]))
	}
	return out
}

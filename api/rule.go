package api

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// ruleInfo is what is fixed about the layer of rules.
var ruleInfo, _ = layers.Rules.Info()

// ruleProcess is how rules go their way; it is never changed.
var ruleProcess = &process[*layers.Rule]{
	info: ruleInfo,
	restsOn: []layers.Layer{layers.Towns, layers.Units, layers.Grids, layers.Communities, layers.Overlays, layers.Notices, layers.Posts, layers.Categories, layers.Rules,
		layers.Agreements},
	inScope: (*call).ruleInTown,
	findings: func(c *call, r *layers.Rule) []layers.Finding {
		return c.w.ruleFindings(r, c.w.RuleRevisions(r.Series))
	},
	others: func(c *call, r *layers.Rule) []*layers.Rule { return c.w.RuleRevisions(r.Series) },
	number: (*call).numberRule,
	until:  func(r *layers.Rule) string { return r.Until },
	state:  func(c *call, r *layers.Rule) any { return c.ruleStateOf(r) },
}

// ruleSteps are the steps of a rule by itself. Rules are published together: see publishRules.
func ruleSteps() []step[*layers.Rule] {
	p := ruleProcess
	return []step[*layers.Rule]{
		{name: "submit", id: "submitRule", roles: planners, take: p.submit, rests: true, summary: "A draft is to be reviewed",
			text: "From now on its content is fixed. Conflicts that block are 409 `rule-conflict` with `conflicts`."},
		{name: "return", id: "returnRule", roles: returners, take: p.giveBack, summary: "A revision goes back to its author", text: "`text` says why (422 without)."},
		{name: "approve", id: "approveRule", roles: readers, take: approveRule, rests: true, summary: "A reviewer accepts a revision",
			text: "403 `own-draft` for its author, 409 `rule-conflict` with `conflicts`. A digest of the content is kept."},
		{name: "withdraw", id: "withdrawRule", roles: publishers, take: p.withdraw, rests: true, summary: "A published revision is taken back before its first day",
			text: "The revision that it was to end goes on. 409 `lead-time` once it is in force."},
	}
}

func approveRule(c *call, r *layers.Rule, b stepBody) (*layers.Rule, []layers.Edit, error) {
	next, err := r.Approve(c.hand(b.Text), ruleProcess.findings(c, r))
	return next, nil, err
}

// ruleOperations are drafts of rules and the steps from a draft to what is in force. The lists and the single revisions are those of every
// layer.
func (s *Server) ruleOperations() []operation {
	said := &content{Type: partSchema[saidBody]()}
	table := []operation{
		{
			Method: http.MethodPost, Path: "/v1/rules", ID: "createRule", Tag: "rules",
			Summary: "A new draft of a rule of responsibility",
			Text: "`series` is the one that it is the next revision of, or a new one; without it the service names a new one. Id, number, code and author are the service's to say. `based_on` without `then` begins " +
				"with the content of that revision, of which the members that are given are replaced. " + findingsText,
			Params: []param{keyParam(true)}, Body: &content{Type: partSchema[ruleContent]()}, Limit: editBytes,
			Answers: ruleAnswers(http.StatusCreated, "The draft."), Roles: planners,
			Handle: (*call).createRule,
		},
		{
			Method: http.MethodPut, Path: "/v1/rules/{id}", ID: "replaceRule", Tag: "rules",
			Summary: "Other content of a draft",
			Text:    "The body is the whole content. Any planner may change a draft; its author and its series stay. A revision that is no draft is 409 `illegal-transition`. " + staleText + findingsText,
			Params:  []param{idParam(), matchParam(), keyParam(false)}, Body: &content{Type: partSchema[ruleContent]()}, Limit: editBytes,
			Answers: ruleAnswers(http.StatusOK, "The draft."), Roles: planners,
			Handle: (*call).replaceRule,
		},
		{
			Method: http.MethodDelete, Path: "/v1/rules/{id}", ID: "deleteRule", Tag: "rules",
			Summary: "A draft is given up",
			Text:    "Its number is not given again.",
			Params:  []param{idParam(), matchParam(), keyParam(false)},
			Answers: []answer{{Status: http.StatusNoContent, Text: "It is gone.", Headers: []string{visibleHeader, replayedHeader}}}, Roles: planners,
			Handle: ruleProcess.discard,
		},
	}
	for _, one := range ruleSteps() {
		table = append(table, ruleProcess.stepOperation(one, said, ruleAnswers(http.StatusOK, "The revision after the step.")))
	}
	return append(table, operation{
		Method: http.MethodPost, Path: "/v1/rules/{id}:redraft", ID: "redraftRule", Tag: "rules",
		Summary: "A new draft with the content of a revision",
		Text:    "Whatever its state is. The draft has the next number; `based_on` is the code of that revision, which stays as it is. " + staleText + findingsText,
		Params:  []param{idParam(), matchParam(), keyParam(true)}, Body: said, Limit: editBytes,
		Answers: ruleAnswers(http.StatusCreated, "The draft."), Roles: planners,
		Handle: ruleProcess.redraft,
	}, publishRulesOperation(), operation{
		Method: http.MethodGet, Path: "/v1/rules/{id}:findings", ID: "getRuleFindings", Tag: "rules",
		Summary: "What stands in the way of a revision",
		Text:    "Conflicts as if it were published now, and the states that it can go to. Nothing is stored.",
		Params:  []param{idParam()},
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: ruleState{}}, Headers: []string{"ETag"}}},
		Handle:  (*call).showRuleFindings,
	})
}

func ruleAnswers(status int, text string) []answer {
	return []answer{{Status: status, Text: text, Content: &content{Type: ruleState{}}, Headers: []string{"ETag", "Location", visibleHeader, replayedHeader}}}
}

// shownRule is a revision in the form of GET /v1/rules/{id}.
type shownRule struct{ shownFeature }

// Schema refers to the schema of a revision.
func (shownRule) Schema(huma.Registry) *huma.Schema { return featureSchema(layers.Rules) }

// ruleState is the answer to every write of a rule.
type ruleState struct {
	Rule     shownRule              `json:"rule"`
	Findings []layers.Finding       `json:"findings" doc:"Those that block come first"`
	Allowed  []layers.ScheduleState `json:"allowed" doc:"The states that a step can lead to now"`
}

// ruleStateOf shows a revision as the World of the call judges it.
func (c *call) ruleStateOf(r *layers.Rule) ruleState {
	out := ruleState{Rule: shownRule{shownFeature{r}}, Findings: c.w.ruleFindings(r, c.w.RuleRevisions(r.Series)), Allowed: r.Reachable(c.now())}
	if out.Findings == nil {
		out.Findings = []layers.Finding{}
	}
	return out
}

func (c *call) showRuleFindings() error {
	f, _, err := c.find(ruleInfo, c.path["id"], c.now(), 0, false)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", etagOf(c.w.Position().Epoch, f, false))
	return c.json(http.StatusOK, c.ruleStateOf(f.(*layers.Rule)))
}

// ruleFindings returns what stands in the way of a revision as if it were published now, beside those of its series.
func (w *World) ruleFindings(r *layers.Rule, others []*layers.Rule) []layers.Finding {
	return w.RuleFindings(r, others)
}

// ruleInTown refuses a token of a town a rule that reaches beyond the town.
func (c *call) ruleInTown(r *layers.Rule) error {
	town := c.token.Town
	if town == "" || c.w.inTown(r.When.Area, town) {
		return nil
	}
	p := forbidden(c.op.Roles, "the token is for the town "+town+" alone; the rule must select that town, or grids or communities in it")
	p.More["scope"] = map[string]any{"town": town}
	return p
}

// inTown reports whether an area of a rule is chosen within a town.
func (w *World) inTown(a *layers.RuleArea, town string) bool {
	if a == nil {
		return false
	}
	all := func(list []string, in func(id string) bool) bool {
		return len(list) > 0 && !slices.ContainsFunc(list, func(id string) bool { return !in(id) })
	}
	return all(a.Towns, func(id string) bool { return id == town }) ||
		all(a.Grids, func(id string) bool { return w.townOfArea(layers.Grids, id) == town }) ||
		all(a.Communities, func(id string) bool { return w.townOfArea(layers.Communities, id) == town })
}

// townOfArea returns the town of a grid or a community, "" if there is no such one.
func (w *World) townOfArea(l layers.Layer, id string) string {
	f, _ := w.Set(l).Head(id)
	switch one := f.(type) {
	case *layers.Grid:
		return one.Town
	case *layers.Community:
		return one.Town
	}
	return ""
}

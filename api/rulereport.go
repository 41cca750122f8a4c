package api

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/rulecheck"
)

func (s *Server) ruleReportOperations() []operation {
	return []operation{
		{
			Method: http.MethodPost, Path: "/v1/rules:check", ID: "checkRules", Tag: "rules",
			Summary: "What a rule, or several revisions, would do to the set of rules",
			Text: "The rules in force, with `rule` as if it were published (the content of a revision; `id` says of which, so that it takes the place of its series), or with the revisions `ids`, held against cases of every " +
				"category, place, feature and time of a year. `new` marks the findings that the rules in force do not have. Content that is not valid is 422 with pointers. Nothing is stored.",
			Body: &content{Type: partSchema[ruleCheckQuestion]()}, Limit: editBytes,
			Answers: []answer{{Status: http.StatusOK, Content: &content{Type: ruleReport{}}}}, Problems: []int{http.StatusNotFound},
			Roles:  deskRoles,
			Handle: (*call).checkRules,
		},
		{
			Method: http.MethodGet, Path: "/v1/rules:coverage", ID: "ruleCoverage", Tag: "rules",
			Summary: "Whether the rules in force answer everything",
			Text:    "The findings about the rules in force for a year from today, and the matrix of the whistle list: each item in each grid.",
			Answers: []answer{{Status: http.StatusOK, Content: &content{Type: ruleReport{}}}},
			Handle:  (*call).ruleCoverage,
		},
	}
}

// ruleCheckQuestion is the body of /v1/rules:check.
type ruleCheckQuestion struct {
	Rule *ruleContent `json:"rule,omitempty" doc:"Content of a revision"`
	ID   string       `json:"id,omitempty" doc:"The revision that it is content of; none for a new one"`
	IDs  []string     `json:"ids,omitempty" doc:"Revisions that are taken as published together, instead of rule"`
}

// ruleReport is a report of rulecheck, with what is new in it.
type ruleReport struct {
	From     layers.Instant           `json:"from" doc:"The first instant that was looked at; a year from there on is"`
	Rules    int                      `json:"rules"`
	Cases    int                      `json:"cases" doc:"How many cases were held against the rules"`
	Blocking int                      `json:"blocking" doc:"How many findings block"`
	Warnings int                      `json:"warnings"`
	Findings []ruleFinding            `json:"findings" doc:"Those that block come first"`
	Whistle  *rulecheck.WhistleMatrix `json:"whistle,omitempty" doc:"The items of the whistle list by grid; left out where no category is such an item"`
}

// ruleFinding is a finding about a set of rules.
type ruleFinding struct {
	rulecheck.Finding
	New bool `json:"new,omitempty" doc:"The rules in force do not have it"`
}

// ruleReports keeps what was found about the rules of one World, by the day from which on they were looked at.
type ruleReports struct {
	mu  sync.Mutex
	day calendar.Day
	of  *rulecheck.Report
}

// ruleReport returns what is found about the rules in force from the start of the day of an instant on. It is shared: read only.
func (w *World) ruleReport(at layers.Instant) *rulecheck.Report {
	day, _ := calendar.DayAt(int64(at))
	w.reports.mu.Lock()
	defer w.reports.mu.Unlock()
	if w.reports.of == nil || w.reports.day != day {
		w.reports.day, w.reports.of = day, rulecheck.Check(w.Snapshot, w.Rules.All(), layers.Instant(day.Start()))
	}
	return w.reports.of
}

// reportWith returns what is found about the rules in force with revisions as if they were published.
func (w *World) reportWith(list []*layers.Rule, at layers.Instant) ruleReport {
	day, _ := calendar.DayAt(int64(at))
	all := w.Rules.All()
	for _, one := range list {
		all = rulecheck.With(all, one)
	}
	return newRuleReport(rulecheck.Check(w.Snapshot, all, layers.Instant(day.Start())), w.ruleReport(at))
}

// newRuleReport marks the findings of a report that another one does not have; nil for none to compare with.
func newRuleReport(r, before *rulecheck.Report) ruleReport {
	out := ruleReport{From: r.From, Rules: r.Rules, Cases: r.Cases, Blocking: r.Blocking, Warnings: r.Warnings, Findings: []ruleFinding{}, Whistle: r.Whistle}
	for _, f := range r.Findings {
		had := before == nil || slices.ContainsFunc(before.Findings, func(o rulecheck.Finding) bool { return sameFinding(f, o) })
		out.Findings = append(out.Findings, ruleFinding{f, !had})
	}
	return out
}

// sameFinding reports whether a finding is one that was there before, in no more grids.
func sameFinding(f, before rulecheck.Finding) bool {
	return f.Code == before.Code && f.Category == before.Category && slices.Equal(f.IDs, before.IDs) && f.Detail == before.Detail &&
		!slices.ContainsFunc(f.Grids, func(g string) bool { return !slices.Contains(before.Grids, g) })
}

// blocks lists the new findings that block.
func (r *ruleReport) blocks() (out []rulecheck.Finding) {
	for _, f := range r.Findings {
		if f.New && f.Blocks {
			out = append(out, f.Finding)
		}
	}
	return out
}

func (c *call) ruleCoverage() error {
	return c.json(http.StatusOK, newRuleReport(c.w.ruleReport(c.now()), nil))
}

func (c *call) checkRules() error {
	body, err := c.readBody()
	if err != nil {
		return err
	}
	list, err := c.rulesToCheck(body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, c.w.reportWith(list, c.now()))
}

// rulesToCheck reads the body of a check.
func (c *call) rulesToCheck(body []byte) ([]*layers.Rule, error) {
	given := membersOf(body)
	whole := given["rule"]
	var bad issues
	var q ruleCheckQuestion
	fill(body, &q, "", &bad)
	switch {
	case (whole == nil) == (len(q.IDs) == 0):
		bad.add("/rule", "required", "give either the content of a rule or ids of revisions")
	case len(q.IDs) > mostPublished:
		bad.add("/ids", "range", fmt.Sprintf("name 1 to %d revisions", mostPublished))
	}
	if err := bad.invalid(layers.Rules, q.ID); err != nil {
		return nil, err
	}
	if whole == nil {
		return c.revisions(q.IDs)
	}
	content, err := c.readRule(&managedEdit{edit: edit{id: q.ID}, sent: whole})
	if err != nil {
		bad.take(err, "/rule")
		return nil, bad.invalid(layers.Rules, q.ID)
	}
	one := &layers.Rule{Meta: layers.Meta{ID: "ru_new", ValidFrom: c.now()}, Series: content.Series, Number: 1, State: layers.Draft, Author: c.actor.Name}
	if q.ID != "" {
		list, err := c.revisions([]string{q.ID})
		if err != nil {
			return nil, err
		}
		as := *list[0]
		one = &as
	}
	content.into(one)
	if q.ID == "" {
		named, _, err := c.numberRule(one, 1)
		if err != nil {
			return nil, err
		}
		one = named
	}
	return []*layers.Rule{one}, nil
}

// revisions returns revisions of rules by their ids.
func (c *call) revisions(ids []string) (out []*layers.Rule, err error) {
	for _, id := range ids {
		f, _ := c.w.Set(layers.Rules).Head(id)
		r, ok := f.(*layers.Rule)
		if !ok {
			return nil, named(notFound("there is no revision "+quoted(id)), id)
		}
		out = append(out, r)
	}
	return out, nil
}

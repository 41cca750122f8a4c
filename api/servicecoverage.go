package api

import (
	"net/http"

	"wangge/routing/duty"
)

func coverageOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/coverage", ID: "coverage", Tag: "lookup",
		Summary: "Is a position served, by whom, and by when",
		Text: "What `/v1/lookup` would answer, in short, before anything is reported: nothing is stored. `served` is false outside the district, and where no unit is responsible. " +
			"What is allowed at the position now is served, by nobody: `outcome` is `no_action`.",
		Params:   append(placeParams(), reportParams()...),
		Answers:  []answer{{Status: http.StatusOK, Content: &content{Type: serviceCoverage{}}}},
		Problems: []int{http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
		Handle:   (*call).coverage,
	}
}

// serviceCoverage is the answer of /v1/coverage.
type serviceCoverage struct {
	Served   bool            `json:"served"`
	Outcome  duty.Outcome    `json:"outcome" enum:"assigned,unassigned,outside,ambiguous,cross_border,no_action"`
	Category string          `json:"category,omitempty" doc:"What it was understood to be about"`
	Grid     string          `json:"grid,omitempty" doc:"Code of the grid"`
	Unit     *duty.Party     `json:"unit" doc:"Who is responsible; null for nobody"`
	Fallback bool            `json:"fallback" doc:"No rule is about this: the unit is the one for everything"`
	Clock    *duty.Deadlines `json:"clock" doc:"By when; null without deadlines"`
}

func (c *call) coverage() error {
	q, err := c.question()
	if err != nil {
		return err
	}
	w, err := c.answering(q)
	if err != nil {
		return err
	}
	a, err := duty.Decide(w.Snapshot, w.Rules, c.s.Converter, q)
	if err != nil {
		return c.w.answerProblem(err, q)
	}
	out := serviceCoverage{Outcome: a.Outcome, Category: q.Category}
	if a.Grid != nil {
		out.Grid = a.Grid.Code
	}
	if r := a.Responsibility; r != nil {
		out.Unit, out.Fallback, out.Clock = r.Primary, r.Fallback, r.Clock
	}
	out.Served = out.Unit != nil || a.Outcome == duty.NoAction
	return c.json(http.StatusOK, out)
}

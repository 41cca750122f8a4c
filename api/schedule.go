package api

import (
	"net/http"

	"wangge/layers"
)

// scheduleInfo is what is fixed about the layer of schedules.
var scheduleInfo, _ = layers.Schedules.Info()

var (
	deskRoles   = []layers.Role{layers.Planner, layers.Reviewer, layers.Publisher}
	signerRoles = []layers.Role{layers.Reviewer, layers.UnitAgent}
	readers     = []layers.Role{layers.Reviewer}
	returners   = []layers.Role{layers.Reviewer, layers.Publisher}
	publishers  = []layers.Role{layers.Publisher}
)

// scheduleOperations are drafts, the steps from a draft to what is in force, and what schedules say of a zone. The lists and the single
// revisions are those of every layer.
func (s *Server) scheduleOperations() []operation {
	table := []operation{
		{
			Method: http.MethodPost, Path: "/v1/schedules", ID: "createSchedule", Tag: "schedules",
			Summary: "A new draft of a zone's schedule",
			Text: "Id, number, series, code and author are the service's to say; the author is the name of the token. `based_on` without `windows` begins with the content of that revision, " +
				"of which the members that are given are replaced: so an old one is restored. " + findingsText,
			Params: []param{keyParam(true)}, Body: &content{Type: partSchema[scheduleContent]()}, Limit: editBytes,
			Answers: stateAnswers(http.StatusCreated, "The draft."), Roles: planners,
			Handle: (*call).createSchedule,
		},
		{
			Method: http.MethodPut, Path: "/v1/schedules/{id}", ID: "replaceSchedule", Tag: "schedules",
			Summary: "Other content of a draft",
			Text:    "The body is the whole content. Any planner may change a draft; its author stays. A revision that is no draft is 409 `illegal-transition`. " + staleText + findingsText,
			Params:  []param{idParam(), matchParam(), keyParam(false)}, Body: &content{Type: partSchema[scheduleContent]()}, Limit: editBytes,
			Answers: stateAnswers(http.StatusOK, "The draft."), Roles: planners,
			Handle: (*call).replaceSchedule,
		},
		{
			Method: http.MethodDelete, Path: "/v1/schedules/{id}", ID: "deleteSchedule", Tag: "schedules",
			Summary: "A draft is given up",
			Text:    "Its number is not given again.",
			Params:  []param{idParam(), matchParam(), keyParam(false)},
			Answers: []answer{{Status: http.StatusNoContent, Text: "It is gone.", Headers: []string{visibleHeader, replayedHeader}}}, Roles: planners,
			Handle: scheduleProcess.discard,
		},
	}
	for _, one := range scheduleSteps() {
		table = append(table, scheduleProcess.stepOperation(one, &content{Type: partSchema[stepBody]()}, stateAnswers(http.StatusOK, "The revision after the step.")))
	}
	return append(table, redraftOperation(), operation{
		Method: http.MethodGet, Path: "/v1/schedules/{id}:findings", ID: "getScheduleFindings", Tag: "schedules",
		Summary: "What stands in the way of a revision",
		Text:    "Conflicts and warnings as if it were published now, the states that it can go to, and whose consent it needs. Nothing is stored.",
		Params:  []param{idParam()},
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: scheduleState{}}, Headers: []string{"ETag"}}},
		Handle:  (*call).showFindings,
	}, textsOperation(), previewOperation(), evaluateOperation(), intervalsOperation())
}

const (
	findingsText = "Conflicts are shown in `findings` and never refuse a draft."
	staleText    = "412 has `current`, the revision as it is stored, beside `yours`, what was sent, so that both can be shown. "
)

func stateAnswers(status int, text string) []answer {
	return []answer{{Status: status, Text: text, Content: &content{Type: scheduleState{}}, Headers: []string{"ETag", "Location", visibleHeader, replayedHeader}}}
}

// scheduleState is the answer to every write of a schedule.
type scheduleState struct {
	Schedule shownSchedule          `json:"schedule"`
	Findings []layers.Finding       `json:"findings" doc:"Those that block come first"`
	Allowed  []layers.ScheduleState `json:"allowed" doc:"The states that a step can lead to now"`
	Consents []string               `json:"consents" doc:"The roles whose consent it needs: police, road, town"`
	Missing  []string               `json:"missing" doc:"Those of them that have not been given"`
}

// stateOf shows a revision as the World of the call judges it.
func (c *call) stateOf(s *layers.Schedule) scheduleState {
	out := scheduleState{Schedule: shownSchedule{shownFeature{s}}, Findings: c.w.Findings(s, c.now()), Allowed: s.Reachable(c.now()), Consents: []string{}, Missing: []string{}}
	if out.Findings == nil {
		out.Findings = []layers.Finding{}
	}
	if z := c.w.Lifetime(s.Zone); z != nil {
		out.Consents = append(out.Consents, c.w.Consents(z)...)
		out.Missing = append(out.Missing, s.Missing(out.Consents)...)
	}
	return out
}

func (c *call) showFindings() error {
	f, _, err := c.find(scheduleInfo, c.path["id"], c.now(), 0, false)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", etagOf(c.w.Position().Epoch, f, false))
	return c.json(http.StatusOK, c.stateOf(f.(*layers.Schedule)))
}

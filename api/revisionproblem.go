package api

import (
	"errors"
	"net/http"

	"wangge/layers"
)

// stepProblem turns the refusal of a step into what the client sees.
func (c *call) stepProblem(before layers.Feature, err error) error {
	var no *layers.Refused
	if !errors.As(err, &no) {
		return err
	}
	p := &Problem{Status: http.StatusConflict, Detail: no.Detail, More: map[string]any{}, cause: no}
	switch no.Reason {
	case layers.WrongState:
		p.Code = "illegal-transition"
		switch s := before.(type) {
		case *layers.Schedule:
			p.More["state"], p.More["allowed"] = s.State, s.Reachable(c.now())
		case *layers.Rule:
			p.More["state"], p.More["allowed"] = s.State, s.Reachable(c.now())
		}
	case layers.OwnDraft:
		p.Status, p.Code = http.StatusForbidden, "own-draft"
	case layers.SignOffMissing:
		p.Code, p.More["missing"] = "sign-off-missing", no.Missing
	case layers.HasConflicts:
		p.Code, p.More["conflicts"] = "schedule-conflicts", no.Findings
		if before.Layer() == layers.Rules {
			p.Code = "rule-conflict"
		}
	case layers.TooLate:
		p.Code = "lead-time"
	case layers.ContentChanged:
		p.Code = "content-changed"
	default: // TextRequired
		return layers.Edit{Layer: before.Layer(), ID: before.Head().ID}.Invalid("/text", "required", no.Detail)
	}
	return p
}

package api

import (
	"errors"
	"net/http"

	"wangge/layers"
)

// stepProblem turns the refusal of a step into what the client sees.
func (c *call) stepProblem(s *layers.Schedule, err error) error {
	var no *layers.Refused
	if !errors.As(err, &no) {
		return err
	}
	p := &Problem{Status: http.StatusConflict, Detail: no.Detail, More: map[string]any{}, cause: no}
	switch no.Reason {
	case layers.WrongState:
		p.Code = "illegal-transition"
		if s != nil {
			p.More["state"], p.More["allowed"] = s.State, s.Reachable(c.now())
		}
	case layers.OwnDraft:
		p.Status, p.Code = http.StatusForbidden, "own-draft"
	case layers.SignOffMissing:
		p.Code, p.More["missing"] = "sign-off-missing", no.Missing
	case layers.HasConflicts:
		p.Code, p.More["conflicts"] = "schedule-conflicts", no.Findings
	case layers.TooLate:
		p.Code = "lead-time"
	case layers.ContentChanged:
		p.Code = "content-changed"
	default: // TextRequired
		return layers.Edit{Layer: layers.Schedules, ID: s.ID}.Invalid("/text", "required", no.Detail)
	}
	return p
}

// withBoth adds both versions to a refusal because of a stale version: the one that is stored now, and what was sent.
func (c *call) withBoth(e *scheduleEdit, err error) error {
	var p *Problem
	if !errors.As(err, &p) || p.Code != string(layers.StaleVersion) {
		return err
	}
	if now := c.storedNow(e.id, p.More["current_etag"]); now != nil {
		p.More["current"] = shownSchedule{now}
		p.More["current_etag"] = versionTag(c.w.Position().Epoch, now.Version)
	}
	if e.sent != nil {
		p.More["yours"] = e.sent
	}
	return p
}

// storedNow returns the revision that has the tag: of the World, or else the newest of the store, if that can be asked.
func (c *call) storedNow(id string, tag any) *layers.Schedule {
	f, _ := c.w.Set(layers.Schedules).Head(id)
	head, ok := f.(*layers.Schedule)
	if ok && versionTag(c.w.Position().Epoch, head.Version) == tag {
		return head
	}
	rows, err := c.history(layers.Asked{Layer: layers.Schedules, IDs: []string{id}})
	if err != nil {
		return head
	}
	for _, f := range rows {
		if s, ok := f.(*layers.Schedule); ok && (head == nil || s.Version > head.Version) {
			head = s
		}
	}
	return head
}

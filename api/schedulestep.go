package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"wangge/layers"
)

// step is one way from a state of a revision to another.
type step struct {
	name, id, summary, text string
	roles                   []layers.Role
	// take returns the revision after the step, and others that change with it.
	take func(c *call, s *layers.Schedule, b stepBody) (next *layers.Schedule, also []layers.Edit, err error)
	// rests says that it rests on findings, so that nothing they were made of may have changed.
	rests bool
}

// stepBody is what comes with a step.
type stepBody struct {
	Text string `json:"text,omitempty" doc:"What is said of it; kept with the revision"`
	Role string `json:"role,omitempty" doc:"The role of the consent: police, road or town; for sign alone"`
}

// steps is the one table of steps; it is never changed.
var steps = []step{
	{name: "submit", id: "submitSchedule", roles: planners, take: submit, rests: true, summary: "A draft is to be reviewed",
		text: "From now on its content is fixed. Conflicts that block are 409 `schedule-conflicts` with `conflicts`."},
	{name: "return", id: "returnSchedule", roles: returners, take: giveBack, summary: "A revision goes back to its author",
		text: "`text` says why (422 without). Consents that were given are void."},
	{name: "sign", id: "signSchedule", roles: signerRoles, take: sign, summary: "A body consents",
		text: "The role follows from the kind of the token's unit: `police` and `police_station` consent as police, `department` as road, `town` and `operation_centre` as town. " +
			"Another role is 403. A later consent in the same role takes the place of the earlier."},
	{name: "approve", id: "approveSchedule", roles: readers, take: approve, rests: true, summary: "A reviewer accepts a revision",
		text: "403 `own-draft` for its author, 409 `sign-off-missing` with `missing`, 409 `schedule-conflicts` with `conflicts`. A digest of the content is kept."},
	{name: "publish", id: "publishSchedule", roles: publishers, take: publish, rests: true, summary: "An approved revision is put into force from its first day",
		text: "The revision in force until then ends with that day, in the same transaction. 403 `own-draft` for its author, 409 `lead-time` if the first day is too near, `content-changed` if the content is not the one that was approved, " +
			"`schedule-conflicts` if something has changed meanwhile that is in its way."},
	{name: "withdraw", id: "withdrawSchedule", roles: publishers, take: withdraw, rests: true, summary: "A published revision is taken back before its first day",
		text: "The revision that it was to end goes on. 409 `lead-time` once it is in force."},
}

func (t step) operation() operation {
	return operation{
		Method: http.MethodPost, Path: "/v1/schedules/{id}:" + t.name, ID: t.id, Tag: "schedules", Summary: t.summary,
		Text:   t.text + " A state from which this step does not lead on is 409 `illegal-transition` with `allowed`. " + staleText,
		Params: []param{idParam(), matchParam(), keyParam(true)}, Body: &content{Type: partSchema[stepBody]()}, Limit: editBytes,
		Answers: stateAnswers(http.StatusOK, "The revision after the step."), Roles: t.roles,
		Handle: func(c *call) error { return c.step(t) },
	}
}

// restsOn are the layers that findings and consents are made of.
var restsOn = []layers.Layer{layers.Overlays, layers.Segments, layers.Zones, layers.Spaces, layers.Notices, layers.Schedules, layers.Orders}

func (c *call) readStep(e *managedEdit) (b stepBody, err error) {
	var bad issues
	fill(e.sent, &b, "", &bad)
	bad.take(layers.Hand{Text: b.Text}.Validate(), "")
	if b.Role != "" && !slices.Contains(layers.SignOffRoles(), b.Role) {
		bad.add("/role", "enum", fmt.Sprintf("%.40q is not one of %v", b.Role, layers.SignOffRoles()))
	}
	return b, bad.invalid(layers.Schedules, e.id)
}

func (c *call) step(t step) error {
	e, err := c.newManaged(scheduleInfo, layers.Replace, true)
	if err != nil {
		return err
	}
	b, err := c.readStep(e)
	if err != nil {
		return err
	}
	e.note = t.name + " schedules " + e.id
	e.make = of(func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		if err := c.inTown(before.Zone); err != nil {
			return nil, nil, err
		}
		next, also, err := t.take(c, before, b)
		if err != nil {
			return nil, nil, err
		}
		var guards []layers.Layer
		if t.rests {
			guards = restsOn
		}
		return append([]layers.Edit{c.replacing(before, next)}, also...), guards, nil
	})
	return c.writeSchedule(e)
}

func submit(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	next, err := s.Submit(c.hand(b.Text), c.w.Findings(s, c.now()))
	return next, nil, err
}

func giveBack(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	next, err := s.Return(c.hand(b.Text))
	return next, nil, err
}

// signRoles says in which role a unit of a kind consents.
var signRoles = map[string]string{"police": "police", "police_station": "police", "department": "road", "town": "town", "operation_centre": "town"}

func sign(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	u, ok := layers.Get[*layers.Unit](c.w.Snapshot, layers.Units, c.actor.Unit, c.now())
	if !ok {
		return nil, nil, c.noSigner(unitName(c.actor.Unit) + " consents to nothing")
	}
	role := signRoles[u.Kind]
	z, there := c.w.Set(layers.Zones).Head(s.Zone)
	switch {
	case role == "":
		return nil, nil, c.noSigner(fmt.Sprintf("a unit of the kind %s consents to nothing", u.Kind))
	case b.Role != "" && b.Role != role:
		return nil, nil, c.noSigner(fmt.Sprintf("a unit of the kind %s consents as %s, not as %s", u.Kind, role, b.Role))
	case u.Town != "" && there && c.townOf(z) != u.Town:
		return nil, nil, c.noSigner("the zone lies in another town than the unit's, " + u.Town)
	}
	h := c.hand(b.Text)
	next, err := s.SignOff(h, role, u.ID)
	if err == nil {
		next = next.Remark(h)
	}
	return next, nil, err
}

// noSigner refuses a consent that is not the token's to give.
func (c *call) noSigner(detail string) error {
	p := forbidden(c.op.Roles, detail)
	p.More["scope"] = map[string]any{"unit": c.actor.Unit}
	return p
}

func approve(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	var consents []string
	if z := c.w.Lifetime(s.Zone); z != nil {
		consents = c.w.Consents(z)
	}
	next, err := s.Approve(c.hand(b.Text), c.w.Calendar(), consents, c.w.Findings(s, c.now()))
	return next, nil, err
}

func publish(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	before, _ := s.Succession(c.w.Revisions(s.Zone))
	next, ended, err := s.Publish(c.hand(b.Text), c.s.Lead, before, c.w.Findings(s, c.now()))
	if err != nil || ended == nil {
		return next, nil, err
	}
	return next, []layers.Edit{c.replacing(before, ended)}, nil
}

func withdraw(c *call, s *layers.Schedule, b stepBody) (*layers.Schedule, []layers.Edit, error) {
	h := c.hand(b.Text)
	next, err := s.Withdraw(h)
	if err != nil {
		return nil, nil, err
	}
	others := c.w.Revisions(s.Zone)
	before := s.Followed(others)
	if before == nil {
		return next, nil, nil
	}
	until, err := c.endBefore(before)
	if err != nil {
		return nil, nil, err
	}
	return next, []layers.Edit{c.replacing(before, before.Resume(h, s, until, others))}, nil
}

// endBefore returns the end that a superseded revision had before it was superseded, from the history of the store.
func (c *call) endBefore(s *layers.Schedule) (string, error) {
	rows, err := ask(c, historyPatience, func(ctx context.Context) ([]layers.Feature, error) {
		return c.s.Store.History(ctx, layers.Asked{Layer: layers.Schedules, IDs: []string{s.ID}, KnownRevision: s.Revision - 1})
	})
	if err != nil {
		return "", err
	}
	for _, f := range rows {
		if was, ok := f.(*layers.Schedule); ok && was.Version == s.Version-1 {
			return was.Until, nil
		}
	}
	return "", fmt.Errorf("schedule %s: the store does not know version %d", s.ID, s.Version-1)
}

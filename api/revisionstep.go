package api

import (
	"fmt"
	"net/http"
	"slices"

	"wangge/layers"
)

// step is one way from a state of a revision to another.
type step[T revised[T]] struct {
	name, id, summary, text string
	roles                   []layers.Role
	// take returns the revision after the step, and others that change with it.
	take func(c *call, one T, b stepBody) (next T, also []layers.Edit, err error)
	// rests says that it rests on findings, so that nothing they were made of may have changed.
	rests bool
}

// stepBody is what comes with a step.
type stepBody struct {
	Text string `json:"text,omitempty" doc:"What is said of it; kept with the revision"`
	Role string `json:"role,omitempty" doc:"The role of the consent: police, road or town; for sign alone"`
}

// saidBody is what comes with a step of a revision that nobody consents to.
type saidBody struct {
	Text string `json:"text,omitempty" doc:"What is said of it; kept with the revision"`
}

func (p *process[T]) stepOperation(t step[T], body *content, answers []answer) operation {
	path := "/v1/" + string(p.info.Layer)
	return operation{
		Method: http.MethodPost, Path: path + "/{id}:" + t.name, ID: t.id, Tag: string(p.info.Layer), Summary: t.summary,
		Text:   t.text + " A state from which this step does not lead on is 409 `illegal-transition` with `allowed`. " + staleText,
		Params: []param{idParam(), matchParam(), keyParam(true)}, Body: body, Limit: editBytes,
		Answers: answers, Roles: t.roles,
		Handle: func(c *call) error { return p.step(c, t) },
	}
}

func (p *process[T]) readStep(e *managedEdit) (b stepBody, err error) {
	var bad issues
	if p.info.Layer == layers.Schedules {
		fill(e.sent, &b, "", &bad)
	} else {
		var said saidBody
		fill(e.sent, &said, "", &bad)
		b.Text = said.Text
	}
	bad.take(layers.Hand{Text: b.Text}.Validate(), "")
	if b.Role != "" && !slices.Contains(layers.SignOffRoles(), b.Role) {
		bad.add("/role", "enum", fmt.Sprintf("%.40q is not one of %v", b.Role, layers.SignOffRoles()))
	}
	return b, bad.invalid(p.info.Layer, e.id)
}

func (p *process[T]) step(c *call, t step[T]) error {
	e, err := c.newManaged(p.info, layers.Replace, true)
	if err != nil {
		return err
	}
	b, err := p.readStep(e)
	if err != nil {
		return err
	}
	e.note = t.name + " " + string(p.info.Layer) + " " + e.id
	e.make = of(func(before T) ([]layers.Edit, []layers.Layer, error) {
		if err := p.inScope(c, before); err != nil {
			return nil, nil, err
		}
		next, also, err := t.take(c, before, b)
		if err != nil {
			return nil, nil, err
		}
		var guards []layers.Layer
		if t.rests {
			guards = p.restsOn
		}
		return append([]layers.Edit{c.replacing(before, next)}, also...), guards, nil
	})
	return p.write(c, e)
}

func (p *process[T]) submit(c *call, one T, b stepBody) (T, []layers.Edit, error) {
	next, err := one.Submit(c.hand(b.Text), p.findings(c, one))
	return next, nil, err
}

func (p *process[T]) giveBack(c *call, one T, b stepBody) (T, []layers.Edit, error) {
	next, err := one.Return(c.hand(b.Text))
	return next, nil, err
}

func (p *process[T]) publish(c *call, one T, b stepBody) (T, []layers.Edit, error) {
	var none T
	before, _ := one.Succession(p.others(c, one))
	next, ended, err := one.Publish(c.hand(b.Text), c.s.Lead, before, p.findings(c, one))
	if err != nil || ended == none {
		return next, nil, err
	}
	return next, []layers.Edit{c.replacing(before, ended)}, nil
}

func (p *process[T]) withdraw(c *call, one T, b stepBody) (T, []layers.Edit, error) {
	var none T
	h := c.hand(b.Text)
	next, err := one.Withdraw(h)
	if err != nil {
		return none, nil, err
	}
	others := p.others(c, one)
	before := one.Followed(others)
	if before == none {
		return next, nil, nil
	}
	until, err := p.endBefore(c, before)
	if err != nil {
		return none, nil, err
	}
	return next, []layers.Edit{c.replacing(before, before.Resume(h, one, until, others))}, nil
}

package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"wangge/layers"
)

// scheduleEdit is a write of one revision: an edit, what was sent, and what it makes of the revision that it is about.
type scheduleEdit struct {
	edit
	// note says what is done, for the history.
	note string
	// sent is the body, which a 412 shows again; nil without one.
	sent json.RawMessage
	// make returns the edits, the first of which is about the revision that is answered with, and which layers they were checked
	// against. before is the revision that the client has named.
	make func(before *layers.Schedule) (edits []layers.Edit, guards []layers.Layer, err error)
}

// newScheduleEdit reads the headers and the body of a write of a revision.
func (c *call) newScheduleEdit(op layers.Op, keyed bool) (*scheduleEdit, error) {
	e := &scheduleEdit{edit: edit{info: scheduleInfo, op: op, id: c.path["id"], face: plainFace{}}}
	var err error
	if e.key, err = c.idempotencyKey(keyed); err != nil {
		return nil, err
	}
	if e.id != "" {
		if e.versions, err = c.ifMatch(); err != nil {
			return nil, err
		}
	}
	if c.op.Body != nil {
		if e.sent, err = c.readBody(); err != nil {
			return nil, err
		}
	}
	e.body = c.digest(e.sent)
	return e, nil
}

// hand is who writes, now.
func (c *call) hand(text string) layers.Hand {
	return layers.Hand{By: c.actor.Name, At: c.now(), Text: text}
}

// writeSchedule carries a write out and answers with the revision.
func (c *call) writeSchedule(e *scheduleEdit) error {
	receipt, err := c.commit(&e.edit, func(deadline time.Time) (layers.Tx, error) { return c.prepareSchedule(e, deadline) })
	if err != nil {
		return c.withBoth(e, err)
	}
	if len(receipt.Results) == 0 {
		return errors.New("the store answers an edit without results")
	}
	c.acknowledge(&e.edit, receipt)
	if e.op == layers.Delete {
		return c.NoContent(http.StatusNoContent)
	}
	f, err := c.stored(&e.edit, receipt, receipt.Results[0])
	if err != nil {
		return err
	}
	s, ok := f.(*layers.Schedule)
	if !ok {
		return fmt.Errorf("the store answers the edit of a schedule with one of %s", f.Layer())
	}
	status, h := http.StatusOK, c.Response().Header()
	if e.op == layers.Create {
		status = http.StatusCreated
		h.Set("Location", e.face.location(layers.Schedules, s.ID))
	}
	h.Set("ETag", versionTag(receipt.Position.Epoch, s.Version))
	h.Set("Cache-Control", "no-store")
	return c.json(status, c.stateOf(s))
}

// prepareSchedule makes the transaction of a write from the World of the call.
func (c *call) prepareSchedule(e *scheduleEdit, deadline time.Time) (layers.Tx, error) {
	tx := c.newTx(&e.edit, e.note)
	var before *layers.Schedule
	if e.id != "" {
		f, err := c.current(&e.edit, deadline)
		if err != nil {
			return tx, err
		}
		if f == nil { // taken only as one that the store has done before
			tx.Edits = []layers.Edit{{Op: layers.Delete, Layer: layers.Schedules, ID: e.id, IfMatch: noVersion}}
			return tx, nil
		}
		before = f.(*layers.Schedule)
	}
	edits, guards, err := e.make(before)
	if err != nil {
		return tx, c.stepProblem(before, err)
	}
	tx.Edits = edits
	e.after = edits[0].Feature
	for _, l := range guards {
		tx.Guards = append(tx.Guards, layers.Guard{Layer: l, Revision: c.w.Position().Revision})
	}
	return tx, nil
}

// replacing is the edit that puts next in place of before. The new state applies from now.
func (c *call) replacing(before, next *layers.Schedule) layers.Edit {
	next.ValidFrom = max(c.now(), before.ValidFrom)
	return layers.Edit{Op: layers.Replace, Layer: layers.Schedules, ID: next.ID, Feature: next, IfMatch: before.Version}
}

// mayPlan refuses a token of a town the zones of another.
func (c *call) mayPlan(zone string) error {
	z, ok := c.w.Set(layers.Zones).Head(zone)
	if town := c.token.Town; ok && town != "" && c.townOf(z) != town {
		p := forbidden(c.op.Roles, "the token is for the town "+town+" alone")
		p.More["scope"] = map[string]any{"town": town}
		return p
	}
	return nil
}

func (c *call) createSchedule() error {
	e, err := c.newScheduleEdit(layers.Create, true)
	if err != nil {
		return err
	}
	var bad issues
	content := c.readContent(e.sent, "", &bad)
	c.checkContent(&content, "", &bad)
	if err := bad.invalid(layers.Schedules, ""); err != nil {
		return err
	}
	draft := &layers.Schedule{Meta: layers.Meta{ID: newID(scheduleInfo.Prefix), Demo: c.w.Settings().Demo}}
	content.into(draft)
	return c.newDraft(e, draft, content.Text)
}

// newDraft stores a draft under the next number of its series. Whoever is first has a number; the others take the one after it.
func (c *call) newDraft(e *scheduleEdit, draft *layers.Schedule, text string) error {
	least := 1
	e.another = func(err error) bool { // somebody else has the number, or a draft that was given up had it
		var taken *layers.Conflict
		if !errors.As(err, &taken) || taken.Kind != layers.Exists && taken.Kind != layers.Retired {
			return false
		}
		least++
		return true
	}
	source := e.make // what is checked of the revision that it begins as
	e.make = func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		if source != nil {
			if _, _, err := source(before); err != nil {
				return nil, nil, err
			}
		}
		if err := c.mayPlan(draft.Zone); err != nil {
			return nil, nil, err
		}
		z := c.w.Lifetime(draft.Zone)
		if z == nil {
			return nil, nil, notFound("there is no zone " + quoted(draft.Zone))
		}
		next := *draft
		series, number := c.seriesOf(z)
		least = max(least, number+1)
		next.Series, next.Number, next.Code = series, least, fmt.Sprintf("%s-%d", series, least)
		next.State, next.Author, next.ValidFrom = layers.Draft, c.actor.Name, c.now()
		made := next.Remark(c.hand(text))
		if err := made.Validate(c.w.Settings().Codes); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{{Op: layers.Create, Layer: layers.Schedules, ID: made.ID, Feature: made}}, nil, nil
	}
	e.note = "draft schedules " + draft.ID
	return c.writeSchedule(e)
}

func (c *call) replaceSchedule() error {
	e, err := c.newScheduleEdit(layers.Replace, false)
	if err != nil {
		return err
	}
	var bad issues
	content := c.readContent(e.sent, "", &bad)
	c.checkContent(&content, "", &bad)
	if err := bad.invalid(layers.Schedules, e.id); err != nil {
		return err
	}
	e.note = "redraw schedules " + e.id
	e.make = func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		if err := c.mayEdit(before); err != nil {
			return nil, nil, err
		}
		if content.Zone != before.Zone {
			return nil, nil, layers.Edit{Layer: layers.Schedules, ID: e.id}.Invalid("/zone", "read-only", "a revision stays with its zone, "+quoted(before.Zone))
		}
		next := *before
		content.into(&next)
		made := next.Remark(c.hand(content.Text))
		if err := made.Validate(c.w.Settings().Codes); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{c.replacing(before, made)}, nil, nil
	}
	return c.writeSchedule(e)
}

func (c *call) deleteSchedule() error {
	e, err := c.newScheduleEdit(layers.Delete, false)
	if err != nil {
		return err
	}
	e.note = "discard schedules " + e.id
	e.make = func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		if err := c.mayEdit(before); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{{Op: layers.Delete, Layer: layers.Schedules, ID: before.ID, IfMatch: before.Version, End: max(c.now(), before.ValidFrom+1)}}, nil, nil
	}
	return c.writeSchedule(e)
}

// mayEdit refuses other content of what is no draft any more.
func (c *call) mayEdit(s *layers.Schedule) error {
	if err := c.mayPlan(s.Zone); err != nil {
		return err
	}
	if s.Frozen() {
		return &layers.Refused{Reason: layers.WrongState, Detail: fmt.Sprintf("%s is %s; only a draft can be changed", s.Code, s.State)}
	}
	return nil
}

package api

import (
	"errors"
	"fmt"
	"net/http"

	"wangge/layers"
)

// hand is who writes, now.
func (c *call) hand(text string) layers.Hand {
	return layers.Hand{By: c.actor.Name, At: c.now(), Text: text}
}

// writeSchedule carries a write out and answers with the revision.
func (c *call) writeSchedule(e *managedEdit) error {
	f, err := c.commitManaged(e)
	switch {
	case err != nil:
		return err
	case f == nil:
		return c.NoContent(http.StatusNoContent)
	}
	s, ok := f.(*layers.Schedule)
	if !ok {
		return fmt.Errorf("the store answers the edit of a schedule with one of %s", f.Layer())
	}
	return c.json(e.status(), c.stateOf(s))
}

func (c *call) createSchedule() error {
	e, err := c.newManaged(scheduleInfo, layers.Create, true)
	if err != nil {
		return err
	}
	var bad issues
	content := c.readContent(e.sent, "", &bad)
	c.checkContent(&content, "", &bad)
	if err := bad.invalid(layers.Schedules, ""); err != nil {
		return err
	}
	draft := &layers.Schedule{Meta: c.newMeta(scheduleInfo)}
	content.into(draft)
	return c.newDraft(e, draft, content.Text)
}

// newDraft stores a draft under the next number of its series. Whoever is first has a number; the others take the one after it.
func (c *call) newDraft(e *managedEdit, draft *layers.Schedule, text string) error {
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
	e.make = of(func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		if source != nil {
			if _, _, err := source(before); err != nil {
				return nil, nil, err
			}
		}
		if err := c.inTown(draft.Zone); err != nil {
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
	})
	e.note = "draft schedules " + draft.ID
	return c.writeSchedule(e)
}

func (c *call) replaceSchedule() error {
	e, err := c.newManaged(scheduleInfo, layers.Replace, false)
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
	e.make = of(func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
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
	})
	return c.writeSchedule(e)
}

func (c *call) deleteSchedule() error {
	e, err := c.newManaged(scheduleInfo, layers.Delete, false)
	if err != nil {
		return err
	}
	e.note = "discard schedules " + e.id
	e.make = of(func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		if err := c.mayEdit(before); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{c.deleting(before)}, nil, nil
	})
	return c.writeSchedule(e)
}

// mayEdit refuses other content of what is no draft any more.
func (c *call) mayEdit(s *layers.Schedule) error {
	if err := c.inTown(s.Zone); err != nil {
		return err
	}
	if s.Frozen() {
		return &layers.Refused{Reason: layers.WrongState, Detail: fmt.Sprintf("%s is %s; only a draft can be changed", s.Code, s.State)}
	}
	return nil
}

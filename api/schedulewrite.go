package api

import (
	"fmt"

	"wangge/layers"
)

// scheduleProcess is how schedules go their way; it is never changed.
var scheduleProcess = &process[*layers.Schedule]{
	info:     scheduleInfo,
	restsOn:  []layers.Layer{layers.Overlays, layers.Segments, layers.Zones, layers.Spaces, layers.Notices, layers.Schedules, layers.Orders},
	inScope:  func(c *call, s *layers.Schedule) error { return c.inTown(s.Zone) },
	findings: func(c *call, s *layers.Schedule) []layers.Finding { return c.w.Findings(s, c.now()) },
	others:   func(c *call, s *layers.Schedule) []*layers.Schedule { return c.w.Revisions(s.Zone) },
	number:   (*call).numberSchedule,
	until:    func(s *layers.Schedule) string { return s.Until },
	state:    func(c *call, s *layers.Schedule) any { return c.stateOf(s) },
}

// readSchedule reads the body of a write of content.
func (c *call) readSchedule(e *managedEdit) (scheduleContent, error) {
	var bad issues
	content := c.readContent(e.sent, "", &bad)
	c.checkContent(&content, "", &bad)
	return content, bad.invalid(layers.Schedules, e.id)
}

func (c *call) createSchedule() error {
	e, err := c.newManaged(scheduleInfo, layers.Create, true)
	if err != nil {
		return err
	}
	content, err := c.readSchedule(e)
	if err != nil {
		return err
	}
	draft := &layers.Schedule{Meta: c.newMeta(scheduleInfo)}
	content.into(draft)
	return scheduleProcess.create(c, e, content.Text, func(*layers.Schedule) *layers.Schedule { return draft })
}

// numberSchedule gives a draft the next number of its zone.
func (c *call) numberSchedule(draft *layers.Schedule, least int) (*layers.Schedule, int, error) {
	z := c.w.Lifetime(draft.Zone)
	if z == nil {
		return nil, 0, notFound("there is no zone " + quoted(draft.Zone))
	}
	next := *draft
	series, number := c.seriesOf(z)
	least = max(least, number+1)
	next.Series, next.Number, next.Code = series, least, fmt.Sprintf("%s-%d", series, least)
	next.State, next.Author, next.ValidFrom = layers.Draft, c.actor.Name, c.now()
	return &next, least, nil
}

func (c *call) replaceSchedule() error {
	e, err := c.newManaged(scheduleInfo, layers.Replace, false)
	if err != nil {
		return err
	}
	content, err := c.readSchedule(e)
	if err != nil {
		return err
	}
	return scheduleProcess.replace(c, e, content.Text, func(before *layers.Schedule) (*layers.Schedule, error) {
		if content.Zone != before.Zone {
			return nil, layers.Edit{Layer: layers.Schedules, ID: e.id}.Invalid("/zone", "read-only", "a revision stays with its zone, "+quoted(before.Zone))
		}
		next := *before
		content.into(&next)
		return &next, nil
	})
}

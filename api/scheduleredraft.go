package api

import (
	"net/http"

	"wangge/layers"
)

func redraftOperation() operation {
	return operation{
		Method: http.MethodPost, Path: "/v1/schedules/{id}:redraft", ID: "redraftSchedule", Tag: "schedules",
		Summary: "A new draft with the content of a revision",
		Text:    "Whatever its state is. The draft has the next number; `based_on` is the code of that revision, which stays as it is. " + staleText + findingsText,
		Params:  []param{idParam(), matchParam(), keyParam(true)}, Body: &content{Type: partSchema[stepBody]()}, Limit: editBytes,
		Answers: stateAnswers(http.StatusCreated, "The draft."), Roles: planners,
		Handle: (*call).redraftSchedule,
	}
}

func (c *call) redraftSchedule() error {
	e, err := c.newManaged(scheduleInfo, layers.Create, true)
	if err != nil {
		return err
	}
	b, err := c.readStep(e)
	if err != nil {
		return err
	}
	draft := &layers.Schedule{}
	id := newID(scheduleInfo.Prefix)
	e.make = of(func(before *layers.Schedule) ([]layers.Edit, []layers.Layer, error) {
		*draft = *before.Redraft(id, before.Number, c.actor.Name) // newDraft gives the number
		return nil, nil, nil
	})
	return c.newDraft(e, draft, b.Text)
}

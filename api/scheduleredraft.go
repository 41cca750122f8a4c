package api

import (
	"net/http"
)

func redraftOperation() operation {
	return operation{
		Method: http.MethodPost, Path: "/v1/schedules/{id}:redraft", ID: "redraftSchedule", Tag: "schedules",
		Summary: "A new draft with the content of a revision",
		Text:    "Whatever its state is. The draft has the next number; `based_on` is the code of that revision, which stays as it is. " + staleText + findingsText,
		Params:  []param{idParam(), matchParam(), keyParam(true)}, Body: &content{Type: partSchema[stepBody]()}, Limit: editBytes,
		Answers: stateAnswers(http.StatusCreated, "The draft."), Roles: planners,
		Handle: scheduleProcess.redraft,
	}
}

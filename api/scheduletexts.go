package api

import (
	"net/http"

	"wangge/layers"
)

func textsOperation() operation {
	return operation{
		Method: http.MethodGet, Path: "/v1/schedules/{id}:texts", ID: "getScheduleTexts", Tag: "schedules",
		Summary: "The sign and the public notice of a revision",
		Text:    "Made from the revision, in Chinese and in English: days, hours, exceptions, first and last day, by when to leave, rates, the documents that it rests on. Of demo data the notice says that they are invented.",
		Params:  []param{idParam()},
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: scheduleTexts{}}, Headers: []string{"ETag"}}},
		Handle:  (*call).scheduleTexts,
	}
}

// scheduleTexts is the answer of /v1/schedules/{id}:texts.
type scheduleTexts struct {
	Sign   signTexts   `json:"sign" doc:"The lines of the sign at the kerb"`
	Notice noticeTexts `json:"notice" doc:"The public notice, in lines"`
}

type signTexts struct {
	Zh []string `json:"zh"`
	En []string `json:"en"`
}

type noticeTexts struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

func (c *call) scheduleTexts() error {
	f, _, err := c.find(scheduleInfo, c.path["id"], c.now(), 0, false)
	if err != nil {
		return err
	}
	one := f.(*layers.Schedule)
	zh, en := c.w.Texts(one, false), c.w.Texts(one, true)
	c.Response().Header().Set("ETag", etagOf(c.w.Position().Epoch, f, false))
	return c.json(http.StatusOK, scheduleTexts{signTexts{zh.Sign, en.Sign}, noticeTexts{zh.Notice, en.Notice}})
}

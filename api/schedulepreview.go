package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

func previewOperation() operation {
	return operation{
		Method: http.MethodPost, Path: "/v1/schedules:preview", ID: "previewSchedule", Tag: "schedules",
		Summary: "What content would do, without storing it",
		Text: "Its conflicts, the intervals from the start of `from` up to the start of `until` (dates in Shanghai, at most 370 days) as if it were published, and beside them what is published now. " +
			"Content that is not valid is 422 with pointers. No `Idempotency-Key`: nothing is stored.",
		Body: &content{Type: partSchema[previewQuestion]()}, Limit: editBytes,
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: previewAnswer{}}}},
		Roles:   deskRoles,
		Handle:  (*call).preview,
	}
}

// previewQuestion is the body of /v1/schedules:preview.
type previewQuestion struct {
	Schedule *scheduleContent `json:"schedule"`
	ID       string           `json:"id,omitempty" doc:"The draft that it is content of; rules and findings name it by its code"`
	From     string           `json:"from" doc:"The first day"`
	Until    string           `json:"until" doc:"The day after the last one"`
}

// previewAnswer is the answer of /v1/schedules:preview.
type previewAnswer struct {
	Findings    []layers.Finding `json:"findings"`
	Intervals   []modeInterval   `json:"intervals" doc:"As if it were published"`
	Published   []modeInterval   `json:"published" doc:"As it is now"`
	Provisional bool             `json:"provisional"`
	Calendar    string           `json:"calendar"`
}

func (c *call) preview() error {
	body, err := c.readBody()
	if err != nil {
		return err
	}
	var bad issues
	q, from, until := c.readPreview(body, &bad)
	if err := bad.invalid(layers.Schedules, q.ID); err != nil {
		return err
	}
	one, err := c.asIf(q, &bad)
	if err != nil {
		return err
	}
	if err := bad.invalid(layers.Schedules, q.ID); err != nil {
		return err
	}
	view, err := c.viewNow(one.Zone, c.now())
	if err != nil {
		return err
	}
	view.revisions, view.orders = c.w.Revisions(one.Zone), c.w.OrdersOf(one.Zone)
	out := previewAnswer{Findings: c.w.Findings(one, c.now())}
	if out.Findings == nil {
		out.Findings = []layers.Finding{}
	}
	start, end := layers.Instant(from.Start()), layers.Instant(until.Start())
	out.Intervals, out.Published = intervalsOf(view.table(one), start, end), intervalsOf(view.table(nil), start, end)
	out.Provisional, out.Calendar = announced(view.calendar, start, end)
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, out)
}

// readPreview reads the body of a preview.
func (c *call) readPreview(body []byte, bad *issues) (q previewQuestion, from, until calendar.Day) {
	given := membersOf(body)
	whole := given["schedule"]
	delete(given, "schedule")
	rest, err := json.Marshal(given)
	if err != nil {
		bad.add("", "json", err.Error())
		return q, 0, 0
	}
	fill(rest, &q, "", bad)
	switch strings.TrimSpace(string(whole)) {
	case "", "null":
		bad.add("/schedule", "required", "say what is to be previewed")
	default:
		one := c.readContent(whole, "/schedule", bad)
		q.Schedule = &one
		c.checkContent(&one, "/schedule", bad)
	}
	from, until = dateOf("/from", q.From, bad), dateOf("/until", q.Until, bad)
	switch {
	case from == 0 || until == 0:
	case until <= from:
		bad.add("/until", "range", "must be after from")
	case until-from > mostDaysAsked:
		bad.add("/until", "range", fmt.Sprintf("is more than %d days after from", mostDaysAsked))
	}
	return q, from, until
}

// dateOf reads a date of a body, 0 for none.
func dateOf(pointer, text string, bad *issues) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		bad.add(pointer, "date", "must be a date such as 2026-09-20")
	}
	return d
}

// asIf makes the revision that is previewed, with the name that it has or would have.
func (c *call) asIf(q previewQuestion, bad *issues) (*layers.Schedule, error) {
	z := c.w.Lifetime(q.Schedule.Zone)
	if z == nil {
		return nil, notFound("there is no zone " + quoted(q.Schedule.Zone))
	}
	one := &layers.Schedule{Meta: layers.Meta{ID: "sc_0"}}
	if q.ID != "" {
		f, ok := c.w.Set(layers.Schedules).Head(q.ID)
		if !ok {
			bad.add("/id", "reference", "there is no revision "+quoted(q.ID))
			return one, nil
		}
		if *one = *f.(*layers.Schedule); one.Zone != z.ID {
			bad.add("/schedule/zone", "read-only", "a revision stays with its zone, "+quoted(one.Zone))
		}
	} else {
		series, number := c.seriesOf(z)
		one.Series, one.Number, one.Code = series, number+1, fmt.Sprintf("%s-%d", series, number+1)
	}
	one.State = layers.Draft
	q.Schedule.into(one)
	return one, nil
}

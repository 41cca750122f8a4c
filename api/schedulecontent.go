package api

import (
	"encoding/json"

	"wangge/layers"
)

// scheduleContent is what planners decide about a revision; all else is the service's.
type scheduleContent struct {
	Zone       string              `json:"zone" doc:"Id of the zone"`
	Name       string              `json:"name,omitempty"`
	From       string              `json:"from,omitempty" doc:"First day in force, such as 2026-12-01"`
	Until      string              `json:"until,omitempty" doc:"The day after the last one; left out if there is no end"`
	Windows    []layers.ModeWindow `json:"windows,omitempty"`
	Exceptions []layers.Exception  `json:"exceptions,omitempty"`
	Documents  []string            `json:"documents,omitempty" doc:"Orders and notices that it rests on"`
	BasedOn    string              `json:"based_on,omitempty" doc:"Code of the revision that it began as"`
	Text       string              `json:"text,omitempty" doc:"A comment, which is kept with the revision"`
}

// readContent reads the content of a revision from JSON at a pointer of the body. Of what is not given it takes the content of the revision
// that it is based on, if it has no windows of its own.
func (c *call) readContent(raw json.RawMessage, pointer string, bad *issues) scheduleContent {
	var out scheduleContent
	fill(raw, &out, pointer, bad)
	if len(*bad) > 0 || out.BasedOn == "" {
		return out
	}
	base, named := c.revisionOf(out.BasedOn)
	if base == nil && named && membersOf(raw)["windows"] != nil {
		return out
	}
	if base == nil {
		bad.add(pointer+"/based_on", "reference", "there is no revision "+quoted(out.BasedOn))
		return out
	}
	if given := membersOf(raw); given["windows"] == nil {
		out.restore(base, given)
	}
	return out
}

// restore takes over from a revision what was not given.
func (t *scheduleContent) restore(base *layers.Schedule, given map[string]json.RawMessage) {
	has := func(name string) bool { return given[name] != nil }
	t.Windows = base.Windows
	if !has("name") {
		t.Name = base.Name
	}
	if !has("from") {
		t.From = base.From
	}
	if !has("until") && !has("from") {
		t.Until = base.Until // beside another first day the old end would mean nothing
	}
	if !has("exceptions") {
		t.Exceptions = base.Exceptions
	}
	if !has("documents") {
		t.Documents = base.Documents
	}
}

// revisionOf returns the revision with a code, nil if there is none, and whether another says that it is based on it: a draft stays based on
// one that was given up.
func (c *call) revisionOf(code string) (one *layers.Schedule, named bool) {
	for f := range c.w.Set(layers.Schedules).Rows() {
		s, ok := f.(*layers.Schedule)
		switch {
		case !ok:
		case s.Code == code:
			one = s
		case s.BasedOn == code:
			named = true
		}
	}
	return one, named
}

// into writes the content over a revision.
func (t *scheduleContent) into(s *layers.Schedule) {
	s.Zone, s.Name, s.From, s.Until = t.Zone, t.Name, t.From, t.Until
	s.Windows, s.Exceptions, s.Documents = t.Windows, t.Exceptions, t.Documents
	if t.BasedOn != "" {
		s.BasedOn = t.BasedOn
	}
}

// checkContent checks content on its own, at a pointer of the body, and that its zone is there.
func (c *call) checkContent(t *scheduleContent, pointer string, bad *issues) {
	if len(*bad) > 0 {
		return
	}
	s := &layers.Schedule{Meta: layers.Meta{ID: "sc_0", ValidFrom: 1}, Series: "s", Number: 1, Code: "s-1", State: layers.Draft, Author: "a"}
	t.into(s)
	bad.take(s.Validate(c.w.Settings().Codes), pointer)
	bad.take(layers.Hand{Text: t.Text}.Validate(), pointer)
	if _, ok := c.w.Set(layers.Zones).Head(t.Zone); !ok && len(*bad) == 0 {
		bad.add(pointer+"/zone", "reference", "there is no zone "+quoted(t.Zone))
	}
}

// seriesOf returns the series of a zone, and the greatest number that one of its revisions has. A zone without one gets the series of its
// own code, unless another zone has that.
func (c *call) seriesOf(z *layers.Zone) (series string, number int) {
	foreign := map[string]bool{}
	for f := range c.w.Set(layers.Schedules).Rows() {
		s, ok := f.(*layers.Schedule)
		switch {
		case !ok:
		case s.Zone != z.ID:
			foreign[s.Series] = true
		case s.Number > number:
			series, number = s.Series, s.Number
		}
	}
	if number > 0 {
		return series, number
	}
	if !foreign[z.Code] {
		return z.Code, 0
	}
	return z.ID, 0
}

package api

import (
	"net/http"
	"slices"

	"wangge/layers"
	"wangge/layers/calendar"
)

var (
	activationInfo, _ = layers.Activations.Info()
	activators        = []layers.Role{layers.Dispatcher, layers.UnitAgent, layers.Planner}
)

func (s *Server) activationOperations() []operation {
	return []operation{{
		Method: http.MethodPost, Path: "/v1/activations", ID: "createActivation", Tag: "schedules",
		Summary: "What really happened in a zone",
		Text: "Cones out, signs changed, lane cleared: of a zone, and of the day on which the window began. It changes nothing about what the zone is used for. " +
			"A unit's agent reports for the zones that the unit manages, and one of the police for all.",
		Params: []param{keyParam(true)}, Body: &content{Type: partSchema[activationContent]()}, Limit: editBytes,
		Answers: []answer{{Status: http.StatusCreated, Text: "As it is stored.", Content: &content{Type: featureSchema(layers.Activations)}, Headers: []string{"ETag", "Location", visibleHeader, replayedHeader}}},
		Roles:   activators,
		Handle:  (*call).createActivation,
	}}
}

// activationContent is what is reported.
type activationContent struct {
	Zone     string         `json:"zone" doc:"Id of the zone"`
	Day      string         `json:"day" doc:"The date on which the window began: that of the evening for a night"`
	Kind     activationWord `json:"kind"`
	Happened string         `json:"happened" doc:"When, in RFC 3339 with an offset or Z; not in the future"`
	Rule     string         `json:"rule,omitempty" doc:"The window that it is about, as rules name it"`
	Name     string         `json:"name,omitempty" doc:"What is to be read of it; the kind if it is left out"`
}

// activationWord is one of layers.ActivationKinds.
type activationWord string

func (c *call) createActivation() error {
	e, err := c.newManaged(activationInfo, layers.Create, true)
	if err != nil {
		return err
	}
	a := &layers.Activation{Meta: c.newMeta(activationInfo), Author: c.actor.Name}
	a.Code = a.ID
	if err := c.readActivation(e, a); err != nil {
		return err
	}
	e.note = "report activations " + a.ID
	e.make = func(layers.Feature) ([]layers.Edit, []layers.Layer, error) {
		if err := c.mayReport(a.Zone); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{{Op: layers.Create, Layer: layers.Activations, ID: a.ID, Feature: a}}, nil, nil
	}
	return c.answerManaged(e)
}

// readActivation reads the body of a report into a, and checks it.
func (c *call) readActivation(e *managedEdit, a *layers.Activation) error {
	var t activationContent
	var bad issues
	fill(e.sent, &t, "", &bad)
	if len(bad) == 0 {
		a.Zone, a.Day, a.Kind, a.Happened, a.Rule, a.Name = t.Zone, t.Day, string(t.Kind), t.Happened, t.Rule, t.Name
		if a.Name == "" {
			a.Name = a.Kind
		}
		bad.take(a.Validate(c.w.Settings().Codes), "")
	}
	if len(bad) == 0 {
		c.checkActivation(a, &bad)
	}
	return bad.invalid(layers.Activations, "")
}

// checkActivation checks a report against the clock and the zones.
func (c *call) checkActivation(a *layers.Activation, bad *issues) {
	if _, ok := c.w.Set(layers.Zones).Head(a.Zone); !ok {
		bad.add("/zone", "reference", "there is no zone "+quoted(a.Zone))
	}
	happened, err := layers.ParseInstant(a.Happened)
	if err != nil {
		return // Validate has said so
	}
	if happened > c.now()+skew {
		bad.add("/happened", "range", "lies in the future")
	}
	on, _ := calendar.DayAt(int64(happened))
	if day, err := calendar.ParseDay(a.Day); err == nil && (on < day-1 || on > day+1) {
		bad.add("/day", "range", "is not the day on which it happened, nor one beside it")
	}
}

// mayReport refuses reports for zones that are not the unit's.
func (c *call) mayReport(zone string) error {
	if err := c.inTown(zone); err != nil || c.actor.Role != layers.UnitAgent {
		return err
	}
	f, _ := c.w.Set(layers.Zones).Head(zone)
	z, ok := f.(*layers.Zone)
	if !ok {
		return notFound("there is no zone " + quoted(zone))
	}
	managers := []string{z.Manager}
	if f, ok := c.w.Set(layers.Segments).Head(z.Segment); ok {
		if street, is := f.(*layers.Segment); is {
			managers = append(managers, street.Manager)
		}
	}
	u, known := layers.Get[*layers.Unit](c.w.Snapshot, layers.Units, c.actor.Unit, c.now())
	if known && (signRoles[u.Kind] == "police" || slices.Contains(managers, u.ID)) {
		return nil
	}
	return c.noSigner(unitName(c.actor.Unit) + " does not manage the zone")
}

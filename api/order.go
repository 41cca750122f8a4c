package api

import (
	"fmt"
	"net/http"
	"slices"

	"wangge/layers"
)

var (
	orderInfo, _ = layers.Orders.Info()
	orderRoles   = []layers.Role{layers.Dispatcher, layers.Publisher}
)

// latestOrder is how long after its beginning an order may still be written down.
const latestOrder = layers.Instant(24 * 3_600_000)

func (s *Server) orderOperations() []operation {
	const rights = "A dispatcher gives orders of the band `emergency`, a publisher of every band. "
	body := &content{Type: partSchema[orderContent]()}
	shown := func(status int, text string) []answer {
		return []answer{{Status: status, Text: text, Content: &content{Type: featureSchema(layers.Orders)}, Headers: []string{"ETag", "Location", visibleHeader, replayedHeader}}}
	}
	return []operation{
		{
			Method: http.MethodPost, Path: "/v1/orders", ID: "createOrder", Tag: "schedules",
			Summary: "A temporary order over the schedules of zones",
			Text: rights + "From `starts` until `ends`, which it must have, its zones have its mode; afterwards the schedules hold again by themselves. Of several the higher band goes first: emergency, works, event. " +
				"It may be written down up to a day after its beginning.",
			Params: []param{keyParam(true)}, Body: body, Limit: editBytes, Answers: shown(http.StatusCreated, "The order."), Roles: orderRoles,
			Handle: (*call).createOrder,
		},
		{
			Method: http.MethodPut, Path: "/v1/orders/{id}", ID: "replaceOrder", Tag: "schedules",
			Summary: "An order is changed",
			Text: rights + "The body is the whole order. Of one that has begun only `ends`, in the future, and the texts can be changed, so that what has been stays as it was; " +
				"one that is over is 409 `illegal-transition`. " + staleText,
			Params: []param{idParam(), matchParam(), keyParam(false)}, Body: body, Limit: editBytes, Answers: shown(http.StatusOK, "The order."), Roles: orderRoles,
			Handle: (*call).replaceOrder,
		},
		{
			Method: http.MethodDelete, Path: "/v1/orders/{id}", ID: "deleteOrder", Tag: "schedules",
			Summary: "An order is taken back, or ends now",
			Text:    rights + "One that has not begun is gone (204). One that has begun ends now instead and stays to be read (200). One that is over is 409 `illegal-transition`.",
			Params:  []param{idParam(), matchParam(), keyParam(false)},
			Answers: append(shown(http.StatusOK, "It ends now."), answer{Status: http.StatusNoContent, Text: "It is gone.", Headers: []string{visibleHeader, replayedHeader}}), Roles: orderRoles,
			Handle: (*call).endOrder,
		},
	}
}

// orderContent is what is said of an order; id, code and author are the service's.
type orderContent struct {
	Name      string      `json:"name"`
	Zones     []string    `json:"zones" doc:"Ids of the zones"`
	Starts    string      `json:"starts" doc:"The first instant, in RFC 3339 with an offset or Z"`
	Ends      string      `json:"ends" doc:"The instant after the last one"`
	Band      layers.Band `json:"band"`
	Mode      layers.Mode `json:"mode"`
	Overrides string      `json:"overrides,omitempty" doc:"The series or the order that it stands over; the series of the zone if it is left out and there is one zone"`
	Reason    string      `json:"reason"`
	Document  string      `json:"document,omitempty"`
}

func (t *orderContent) into(o *layers.Order) {
	o.Name, o.Zones, o.Starts, o.Ends, o.Band, o.Mode = t.Name, t.Zones, t.Starts, t.Ends, t.Band, t.Mode
	o.Overrides, o.Reason, o.Document = t.Overrides, t.Reason, t.Document
}

// readOrder reads the body of an order and checks it on its own.
func (c *call) readOrder(e *managedEdit) (t orderContent, err error) {
	var bad issues
	fill(e.sent, &t, "", &bad)
	if len(bad) == 0 {
		o := &layers.Order{Meta: layers.Meta{ID: "or_0"}, Code: "or_0", Author: "a"}
		t.into(o)
		bad.take(o.Validate(c.w.Settings().Codes), "")
	}
	if len(bad) == 0 {
		for i, id := range t.Zones {
			if _, ok := c.w.Set(layers.Zones).Head(id); !ok {
				bad.add(fmt.Sprintf("/zones/%d", i), "reference", "there is no zone "+quoted(id))
			}
		}
		if ends, err := layers.ParseInstant(t.Ends); err == nil && ends <= c.now() {
			bad.add("/ends", "range", "has gone by")
		}
	}
	return t, bad.invalid(layers.Orders, e.id)
}

// mayOrder refuses a band that is not the role's to give, and zones of another town.
func (c *call) mayOrder(o *layers.Order) error {
	if c.actor.Role == layers.Dispatcher && o.Band != layers.EmergencyBand {
		return forbidden(publishers, "a dispatcher gives orders of the band emergency alone")
	}
	for _, z := range o.Zones {
		if err := c.inTown(z); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) createOrder() error {
	e, err := c.newManaged(orderInfo, layers.Create, true)
	if err != nil {
		return err
	}
	t, err := c.readOrder(e)
	if err != nil {
		return err
	}
	o := &layers.Order{Meta: c.newMeta(orderInfo), Author: c.actor.Name}
	t.into(o)
	o.Code = o.ID
	if o.Overrides == "" && len(o.Zones) == 1 {
		o.Overrides = c.seriesInForce(o.Zones[0])
	}
	e.note = "give orders " + o.ID
	e.make = func(layers.Feature) ([]layers.Edit, []layers.Layer, error) {
		if err := c.mayOrder(o); err != nil {
			return nil, nil, err
		}
		if starts, _, _ := o.Span(); starts < c.now()-latestOrder {
			return nil, nil, layers.Edit{Layer: layers.Orders, ID: o.ID}.Invalid("/starts", "range", "lies more than a day back: what was in force then stays as it was")
		}
		return []layers.Edit{{Op: layers.Create, Layer: layers.Orders, ID: o.ID, Feature: o}}, []layers.Layer{layers.Zones}, nil
	}
	return c.answerManaged(e)
}

// seriesInForce returns the series of a zone, "" for one without any revision that counts.
func (c *call) seriesInForce(zone string) string {
	for _, s := range c.w.Revisions(zone) {
		if s.Counts() {
			return s.Series
		}
	}
	return ""
}

func (c *call) replaceOrder() error {
	e, err := c.newManaged(orderInfo, layers.Replace, false)
	if err != nil {
		return err
	}
	t, err := c.readOrder(e)
	if err != nil {
		return err
	}
	e.note = "change orders " + e.id
	e.make = of(func(before *layers.Order) ([]layers.Edit, []layers.Layer, error) {
		next := *before
		t.into(&next)
		for _, o := range []*layers.Order{before, &next} {
			if err := c.mayOrder(o); err != nil {
				return nil, nil, err
			}
		}
		if err := c.mayChange(before, &next); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{c.replacing(before, &next)}, []layers.Layer{layers.Zones}, nil
	})
	return c.answerManaged(e)
}

// mayChange refuses what would change the time that has gone by.
func (c *call) mayChange(before, next *layers.Order) error {
	starts, ends, _ := before.Span()
	later, _, _ := next.Span()
	edit := layers.Edit{Layer: layers.Orders, ID: before.ID}
	const begun = "the order has begun; end it and give another"
	switch {
	case ends <= c.now():
		return c.over(before)
	case starts > c.now() && later < c.now()-latestOrder:
		return edit.Invalid("/starts", "range", "lies more than a day back: what was in force then stays as it was")
	case starts > c.now():
		return nil
	case later != starts:
		return edit.Invalid("/starts", "read-only", begun)
	case !slices.Equal(next.Zones, before.Zones):
		return edit.Invalid("/zones", "read-only", begun)
	case next.Mode != before.Mode:
		return edit.Invalid("/mode", "read-only", begun)
	case next.Band != before.Band:
		return edit.Invalid("/band", "read-only", begun)
	}
	return nil
}

func (c *call) over(o *layers.Order) error {
	return &Problem{Status: http.StatusConflict, Code: "illegal-transition", Detail: fmt.Sprintf("the order %s ended at %s", o.Code, o.Ends), More: map[string]any{"state": "over", "allowed": []string{}}}
}

func (c *call) endOrder() error {
	e, err := c.newManaged(orderInfo, layers.Delete, false)
	if err != nil {
		return err
	}
	e.note = "end orders " + e.id
	e.make = of(func(before *layers.Order) ([]layers.Edit, []layers.Layer, error) {
		if err := c.mayOrder(before); err != nil {
			return nil, nil, err
		}
		starts, ends, ok := before.Span()
		switch now := c.now(); {
		case !ok || starts >= now:
			return []layers.Edit{c.deleting(before)}, nil, nil
		case ends <= now:
			return nil, nil, c.over(before)
		default:
			next := *before
			next.Ends = now.String()
			return []layers.Edit{c.replacing(before, &next)}, nil, nil
		}
	})
	return c.answerManaged(e)
}

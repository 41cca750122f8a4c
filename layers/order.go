package layers

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Band is the rank of an order: a higher one goes before a lower one, and all go before schedules.
type Band string

// The bands, the highest first.
const (
	EmergencyBand Band = "emergency"
	WorksBand     Band = "works"
	EventBand     Band = "event"
)

var bands = []Band{EmergencyBand, WorksBand, EventBand}

// Order is a temporary order: from Starts until Ends its zones have its mode. After it the schedules hold again.
type Order struct {
	Meta
	Code string `json:"code"`
	Name string `json:"name"`
	// Zones are the ids of the zones.
	Zones []string `json:"zones"`
	// Starts and Ends are moments in RFC 3339 with an offset or Z; the order holds at Starts and not at Ends.
	Starts string `json:"starts"`
	Ends   string `json:"ends"`
	Band   Band   `json:"band"`
	Mode   Mode   `json:"mode"`
	// Overrides names the series or the order that it stands over, for people.
	Overrides string `json:"overrides,omitempty"`
	Reason    string `json:"reason"`
	Document  string `json:"document,omitempty"`
	// Author gave the order.
	Author string `json:"author"`
}

// Layer returns Orders.
func (o *Order) Layer() Layer { return Orders }

// Label returns code and name.
func (o *Order) Label() (code, name string) { return o.Code, o.Name }

// Shape returns nil: an order has the area of its zones.
func (o *Order) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (o *Order) SetShape(g orb.Geometry) error { return noShape(o, g) }

const mostZones = 1000 // of one order

// Validate checks the zones, the band and the mode, and that there is an end.
func (o *Order) Validate(CodeSpace) error {
	c := check(o)
	c.ref("/code", o.Code, true)
	c.text("/name", o.Name, true)
	if len(o.Zones) == 0 {
		c.add("/zones", "required", "an order names the zones that it is about")
	}
	if c.count("/zones", len(o.Zones), mostZones) {
		seen := map[string]bool{}
		for i, z := range o.Zones {
			at := fmt.Sprintf("/zones/%d", i)
			c.ref(at, z, true)
			if seen[z] {
				c.add(at, "duplicate", fmt.Sprintf("%s is in the list twice", z))
			}
			seen[z] = true
		}
	}
	if !slices.Contains(bands, o.Band) {
		c.add("/band", "enum", fmt.Sprintf("%q is not one of %v", o.Band, bands))
	}
	c.oneOf("/mode", string(o.Mode), string(Travel), string(Parking), string(Loading), string(Closed))
	c.span(o)
	c.text("/overrides", o.Overrides, false)
	c.text("/reason", o.Reason, true)
	c.text("/document", o.Document, false)
	c.text("/author", o.Author, true)
	return c.result()
}

// span checks that the order has a beginning and, later, an end.
func (c *checker) span(o *Order) {
	starts, begins := c.moment("/starts", o.Starts)
	ends, stops := c.moment("/ends", o.Ends)
	if begins && stops && ends <= starts {
		c.add("/ends", "range", "must be after the beginning")
	}
}

// moment checks a time in RFC 3339 and returns it, and false for none.
func (c *checker) moment(pointer, text string) (Instant, bool) {
	at, err := ParseInstant(text)
	if err != nil || at == 0 {
		c.add(pointer, "time", "must be a time in RFC 3339 with an offset, such as 2026-06-08T12:00:00+08:00")
		return 0, false
	}
	return at, true
}

// Span returns when the order holds, and false for one that Validate refuses.
func (o *Order) Span() (from, to Instant, ok bool) {
	from, err := ParseInstant(o.Starts)
	if err != nil {
		return 0, 0, false
	}
	to, err = ParseInstant(o.Ends)
	return from, to, err == nil && 0 < from && from < to
}

package layers

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Pole is a utility pole (线杆).
type Pole struct {
	Meta
	// Code is the inventory number, unique; Name is what a surveyor wrote, often the road and a number.
	Code string `json:"code"`
	Name string `json:"name"`
	// Plate is the number on the pole's plate (铭牌), unique where it is not empty.
	Plate string `json:"plate,omitempty"`
	// Part16 is the 16-digit part code once it is issued.
	Part16 string `json:"part16,omitempty"`
	// MainUse is one of PoleUses.
	MainUse  string  `json:"main_use"`
	Material string  `json:"material,omitempty"`
	HeightM  float64 `json:"height_m,omitempty"`
	// Condition is sound, leaning, cracked, stump or unknown.
	Condition string `json:"condition"`
	// Live says whether wires on it are live: yes, no or unknown.
	Live string `json:"live"`
	Road string `json:"road,omitempty"`
	Side string `json:"side,omitempty"`
	// Site groups the poles of one place (处); Batch is the removal batch that it belongs to, 0 for none.
	Site  string `json:"site,omitempty"`
	Batch int    `json:"batch,omitempty"`
	// State is where the pole is in survey, claim, removal and restoration: one of PoleStates.
	State string `json:"state"`
	// ClaimState is none, open, claimed, disputed, unclaimed.
	ClaimState string `json:"claim_state"`
	// Ownership is who owned it when; shares of those in force add up to 1.
	Ownership []Ownership `json:"ownership,omitempty"`
	// SurveyMethod is gnss, total_station, map, photo or unknown; AccuracyM the accuracy of the position in metres.
	SurveyMethod string    `json:"survey_method,omitempty"`
	SurveyDate   string    `json:"survey_date,omitempty"`
	AccuracyM    float64   `json:"accuracy_m,omitempty"`
	Geometry     orb.Point `json:"geometry"`
}

// Ownership is one unit's part of a pole in a period.
type Ownership struct {
	Unit string `json:"unit"`
	// Share is between 0 and 1.
	Share float64 `json:"share"`
	// Basis is plate, record, claim, transfer or order.
	Basis string  `json:"basis"`
	From  Instant `json:"from,omitzero"`
	To    Instant `json:"to,omitzero"`
}

// PoleUses returns what a pole is mainly used for; the slice is the caller's.
func PoleUses() []string {
	return []string{"power", "telecom", "broadcast", "light", "traffic", "camera", "combined", "unknown"}
}

// PoleStates returns the states of a pole; the slice is the caller's.
func PoleStates() []string {
	return []string{"reported", "surveyed", "in_use", "claim_open", "disputed", "unclaimed", "claimed", "ownerless_decided",
		"keep", "merge_planned", "removal_scheduled", "transferring", "removed", "restoring", "verified", "closed", "rejected"}
}

// PoleStands reports whether a pole in the state is there to be looked after.
func PoleStands(state string) bool {
	switch state {
	case "removed", "restoring", "verified", "closed", "rejected":
		return false
	}
	return true
}

// Owners returns the ownerships in force at the instant, in the order in which they are recorded.
func (p *Pole) Owners(at Instant) []Ownership {
	var in []Ownership
	for _, o := range p.Ownership {
		if o.From <= at && (o.To == 0 || at < o.To) {
			in = append(in, o)
		}
	}
	return in
}

// Layer returns Poles.
func (p *Pole) Layer() Layer { return Poles }

// Label returns code and name.
func (p *Pole) Label() (code, name string) { return p.Code, p.Name }

// Shape returns the position.
func (p *Pole) Shape() orb.Geometry { return p.Geometry }

// SetShape takes a Point.
func (p *Pole) SetShape(g orb.Geometry) error {
	pt, ok := g.(orb.Point)
	if !ok {
		return shapeError(Poles, p.ID, "Point", g)
	}
	p.Geometry = pt
	return nil
}

// Validate checks the enumerations, the ownership list and the position.
func (p *Pole) Validate(CodeSpace) error {
	c := check(p)
	c.ref("/code", p.Code, true)
	c.text("/name", p.Name, false)
	c.text("/plate", p.Plate, false)
	c.text("/part16", p.Part16, false)
	c.oneOf("/main_use", p.MainUse, PoleUses()...)
	c.oneOf("/material", p.Material, "", "concrete", "steel", "wood", "composite", "unknown")
	c.within("/height_m", p.HeightM, 0, 100)
	c.oneOf("/condition", p.Condition, "sound", "leaning", "cracked", "stump", "unknown")
	c.oneOf("/live", p.Live, "yes", "no", "unknown")
	c.text("/road", p.Road, false)
	c.oneOf("/side", p.Side, "", "left", "right", "north", "east", "south", "west")
	c.text("/site", p.Site, false)
	c.within("/batch", float64(p.Batch), 0, 100000)
	c.oneOf("/state", p.State, PoleStates()...)
	c.oneOf("/claim_state", p.ClaimState, "none", "open", "claimed", "disputed", "unclaimed")
	c.oneOf("/survey_method", p.SurveyMethod, "", "gnss", "total_station", "map", "photo", "unknown")
	if _, err := ParseDay(p.SurveyDate); p.SurveyDate != "" && err != nil {
		c.add("/survey_date", "form", "want a date such as 2025-05-01")
	}
	c.within("/accuracy_m", p.AccuracyM, 0, 1000)
	c.ownership(p.Ownership)
	return c.result()
}

// ownership checks each entry, and that at no start of an entry the shares in force exceed 1.
func (c *checker) ownership(list []Ownership) {
	for i, o := range list {
		at := fmt.Sprintf("/ownership/%d", i)
		c.ref(at+"/unit", o.Unit, true)
		c.within(at+"/share", o.Share, 0, 1)
		c.oneOf(at+"/basis", o.Basis, "plate", "record", "claim", "transfer", "order")
		if o.To != 0 && o.To <= o.From {
			c.add(at+"/to", "range", "to must be after from")
		}
		sum := 0.0
		for _, other := range list {
			if other.From <= o.From && (other.To == 0 || o.From < other.To) {
				sum += other.Share
			}
		}
		if sum > 1+1e-9 || math.IsNaN(sum) {
			c.add(at+"/share", "range", fmt.Sprintf("the shares in force from %s add up to %.4f", o.From, sum))
		}
	}
}

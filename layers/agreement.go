package layers

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Agreement says which of two grids leads along their common border (联治协议).
type Agreement struct {
	Meta
	Code string `json:"code"`
	Name string `json:"name"`
	// GridA and GridB are the codes of the grids, the lower one first.
	GridA string `json:"grid_a"`
	GridB string `json:"grid_b"`
	// Lead is how the leading grid is found, one of LeadKinds.
	Lead string `json:"lead"`
	// First is the grid that leads: always (fixed), in odd months counted from the first of 2025 (month), or for odd case numbers (case).
	First string `json:"first"`
	// From is the first day and Until the day after the last one; empty for no end.
	From     string `json:"from"`
	Until    string `json:"until,omitempty"`
	Document string `json:"document,omitempty"`
}

// The ways in which a leading grid is found.
const (
	LeadFixed = "fixed"
	LeadMonth = "month"
	LeadCase  = "case"
)

// LeadKinds returns the ways in which a leading grid is found; the slice is the caller's.
func LeadKinds() []string { return []string{LeadFixed, LeadMonth, LeadCase} }

// Layer returns Agreements.
func (a *Agreement) Layer() Layer { return Agreements }

// Label returns code and name.
func (a *Agreement) Label() (code, name string) { return a.Code, a.Name }

// Shape returns nil: an agreement is about a border, which the grids make.
func (a *Agreement) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (a *Agreement) SetShape(g orb.Geometry) error { return noShape(a, g) }

// Validate checks the pair of grids, the lead and the dates.
func (a *Agreement) Validate(CodeSpace) error {
	c := check(a)
	c.ref("/code", a.Code, true)
	c.text("/name", a.Name, true)
	c.ref("/grid_a", a.GridA, true)
	c.ref("/grid_b", a.GridB, true)
	if a.GridA >= a.GridB && a.GridB != "" {
		c.add("/grid_b", "range", "must be after grid_a: the lower code stands first")
	}
	c.oneOf("/lead", a.Lead, LeadKinds()...)
	if a.First != a.GridA && a.First != a.GridB {
		c.add("/first", "enum", fmt.Sprintf("%.40q is neither of the two grids", a.First))
	}
	from := c.day("/from", a.From, true)
	if until := c.day("/until", a.Until, false); until != 0 && from != 0 && until <= from {
		c.add("/until", "range", "must be after the first day: it is the day after the last one")
	}
	c.text("/document", a.Document, false)
	return c.result()
}

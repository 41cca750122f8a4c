package layers

import "github.com/paulmach/orb"

// Refusal is a unit's word that a case is not its own (退单): why, and whose it thinks that it is.
type Refusal struct {
	Meta
	// Code is the id.
	Code string `json:"code"`
	Name string `json:"name"`
	// Answer is the id of the answer that is refused, and Next that of the one that was given instead.
	Answer string `json:"answer"`
	Next   string `json:"next"`
	// Unit refuses; Proposed is the unit that it names, Decided the one that the next answer names. Grid and Category are those of the case.
	Unit     string `json:"unit"`
	Proposed string `json:"proposed,omitempty"`
	Decided  string `json:"decided,omitempty"`
	Grid     string `json:"grid"`
	Category string `json:"category,omitempty"`
	// Rule is the one that named the unit; empty for the fallback.
	Rule string `json:"rule,omitempty"`
	// Reason is one of RefusalReasons, Text says it in words.
	Reason string `json:"reason"`
	Text   string `json:"text"`
	// Hop counts the refusals of the case, from 1.
	Hop int `json:"hop"`
	// Author wrote it down.
	Author string `json:"author"`
}

// RefusalReasons returns why a unit may refuse; the slice is the caller's.
func RefusalReasons() []string {
	return []string{"not_our_area", "not_our_duty", "not_our_property", "already_transferred", "no_such_thing", "other"}
}

// Layer returns Refusals.
func (r *Refusal) Layer() Layer { return Refusals }

// Label returns code and name.
func (r *Refusal) Label() (code, name string) { return r.Code, r.Name }

// Shape returns nil: a refusal is about an answer.
func (r *Refusal) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (r *Refusal) SetShape(g orb.Geometry) error { return noShape(r, g) }

// Validate checks the units, the reason and the count.
func (r *Refusal) Validate(CodeSpace) error {
	c := check(r)
	c.ref("/code", r.Code, true)
	c.text("/name", r.Name, true)
	c.text("/answer", r.Answer, true)
	c.text("/next", r.Next, true)
	c.ref("/unit", r.Unit, true)
	c.ref("/proposed", r.Proposed, false)
	c.ref("/decided", r.Decided, false)
	c.ref("/grid", r.Grid, true)
	c.text("/category", r.Category, false)
	c.text("/rule", r.Rule, false)
	c.oneOf("/reason", r.Reason, RefusalReasons()...)
	c.text("/text", r.Text, true)
	c.within("/hop", float64(r.Hop), 1, 3)
	c.text("/author", r.Author, true)
	return c.result()
}

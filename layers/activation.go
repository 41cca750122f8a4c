package layers

import (
	"github.com/paulmach/orb"
)

// Activation is what really happened in a zone on a day: that the cones stood, the signs were turned or the lane was clear (现场执行). It
// changes nothing about what the zone is used for by law; it says how far the street followed.
type Activation struct {
	Meta
	// Code is the id.
	Code string `json:"code"`
	Name string `json:"name"`
	Zone string `json:"zone"`
	// Day is the date of the night or day that it belongs to: the one on which the window began.
	Day string `json:"day"`
	// Kind is one of ActivationKinds.
	Kind string `json:"kind"`
	// Happened is when, in RFC 3339 with an offset or Z.
	Happened string `json:"happened"`
	// Rule names the window, as Use.Rule does; empty if it is about none.
	Rule string `json:"rule,omitempty"`
	// Author reported it.
	Author string `json:"author"`
}

// ActivationKinds returns what can be reported; the slice is the caller's. cones_out and signs_changed make a zone ready for another
// use, lane_cleared says that nobody stands in the way of traffic any more, started and ended that the use has changed in fact.
func ActivationKinds() []string {
	return []string{"cones_out", "cones_in", "signs_changed", "started", "ended", "lane_cleared"}
}

// Layer returns Activations.
func (a *Activation) Layer() Layer { return Activations }

// Label returns code and name.
func (a *Activation) Label() (code, name string) { return a.Code, a.Name }

// Shape returns nil: an activation has the area of its zone.
func (a *Activation) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (a *Activation) SetShape(g orb.Geometry) error { return noShape(a, g) }

// Validate checks the zone, the day, the kind and the time.
func (a *Activation) Validate(CodeSpace) error {
	c := check(a)
	c.ref("/code", a.Code, true)
	c.text("/name", a.Name, true)
	c.ref("/zone", a.Zone, true)
	c.day("/day", a.Day, true)
	c.oneOf("/kind", a.Kind, ActivationKinds()...)
	c.moment("/happened", a.Happened)
	c.text("/rule", a.Rule, false)
	c.text("/author", a.Author, true)
	return c.result()
}

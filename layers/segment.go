package layers

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Segment is one side (or both) of a road between two cross streets, the line that kerb zones lie along.
type Segment struct {
	Meta
	Code string `json:"code"`
	Name string `json:"name"`
	// Road is the name of the road; From and To the names of the cross streets.
	Road string `json:"road"`
	From string `json:"from_cross"`
	To   string `json:"to_cross"`
	// Side is left, right or both, seen from From to To.
	Side string `json:"side"`
	// Consents are the roles in which units must consent to a schedule here, of SignOffRoles; empty for those that every kerb needs.
	Consents []string `json:"consents,omitempty"`
	// Manager is the unit that manages the kerb.
	Manager  string         `json:"manager,omitempty"`
	Geometry orb.LineString `json:"geometry"`
}

// Layer returns Segments.
func (s *Segment) Layer() Layer { return Segments }

// Label returns code and name.
func (s *Segment) Label() (code, name string) { return s.Code, s.Name }

// Shape returns the centre line.
func (s *Segment) Shape() orb.Geometry { return shapeOf(s.Geometry, len(s.Geometry)) }

// SetShape takes a LineString.
func (s *Segment) SetShape(g orb.Geometry) (err error) {
	s.Geometry, err = asLine(s, g)
	return err
}

// Validate checks the road, the cross streets, the side and the line.
func (s *Segment) Validate(CodeSpace) error {
	c := check(s)
	c.ref("/code", s.Code, true)
	c.text("/name", s.Name, true)
	c.text("/road", s.Road, true)
	c.text("/from_cross", s.From, true)
	c.text("/to_cross", s.To, true)
	c.oneOf("/side", s.Side, "left", "right", "both")
	c.ref("/manager", s.Manager, false)
	c.distinct("/consents", len(s.Consents), func(i int) any { return s.Consents[i] })
	for i, role := range s.Consents {
		c.oneOf(fmt.Sprintf("/consents/%d", i), role, SignOffRoles()...)
	}
	return c.result()
}

package layers

import "github.com/paulmach/orb"

// Space is one numbered parking space of a zone.
type Space struct {
	Meta
	Code string `json:"code"`
	Name string `json:"name"`
	Zone string `json:"zone"`
	// Number is unique in the zone, from 1.
	Number  int     `json:"number"`
	LengthM float64 `json:"length_m"`
	WidthM  float64 `json:"width_m"`
	// Orientation is parallel, perpendicular or angled.
	Orientation string      `json:"orientation"`
	Accessible  bool        `json:"accessible,omitempty"`
	Charging    bool        `json:"charging,omitempty"`
	Geometry    orb.Polygon `json:"geometry"`
}

// Layer returns Spaces.
func (s *Space) Layer() Layer { return Spaces }

// Label returns code and name.
func (s *Space) Label() (code, name string) { return s.Code, s.Name }

// Shape returns the outline.
func (s *Space) Shape() orb.Geometry { return shapeOf(s.Geometry, len(s.Geometry)) }

// SetShape takes a Polygon.
func (s *Space) SetShape(g orb.Geometry) (err error) {
	s.Geometry, err = asPolygon(s, g)
	return err
}

// Validate checks the zone, the number, the size and the outline.
func (s *Space) Validate(CodeSpace) error {
	c := check(s)
	c.ref("/code", s.Code, true)
	c.text("/name", s.Name, true)
	c.ref("/zone", s.Zone, true)
	c.within("/number", float64(s.Number), 1, 100000)
	c.within("/length_m", s.LengthM, 0.5, 50)
	c.within("/width_m", s.WidthM, 0.5, 50)
	c.oneOf("/orientation", s.Orientation, "parallel", "perpendicular", "angled")
	return c.result()
}

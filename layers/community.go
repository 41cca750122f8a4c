package layers

import "github.com/paulmach/orb"

// Community is the area of a village or residential organisation (居村). The communities tile their town.
type Community struct {
	Meta
	// Code has twelve digits: the town's nine, then three for the village or residential area.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Kind is "village" (村) or "residential" (居委).
	Kind string `json:"kind"`
	Town string `json:"town,omitempty"`
	// Grid is the code of the home grid, which the community reports to even where a border crosses it.
	Grid     string           `json:"grid,omitempty"`
	Edition  string           `json:"edition,omitempty"`
	Geometry orb.MultiPolygon `json:"geometry"`
}

// Layer returns Communities.
func (m *Community) Layer() Layer { return Communities }

// Label returns code and name.
func (m *Community) Label() (code, name string) { return m.Code, m.Name }

// Shape returns the area.
func (m *Community) Shape() orb.Geometry { return shapeOf(m.Geometry, len(m.Geometry)) }

// SetShape takes a Polygon or a MultiPolygon.
func (m *Community) SetShape(g orb.Geometry) (err error) {
	m.Geometry, err = asMulti(m, g)
	return err
}

// Validate checks the code, that it starts with the town's, the kind, the names and the area.
func (m *Community) Validate(space CodeSpace) error {
	c := check(m)
	c.code("/code", m.Code, space, communityForm, "a community's code has twelve digits")
	c.sameID(m.ID, m.Code)
	c.text("/name", m.Name, true)
	c.text("/name_en", m.NameEn, false)
	c.oneOf("/kind", m.Kind, "village", "residential")
	c.ref("/town", m.Town, space == CodesLocal)
	c.startsWith("/town", m.Code, m.Town, space)
	c.ref("/grid", m.Grid, false)
	c.ref("/edition", m.Edition, false)
	return c.result()
}

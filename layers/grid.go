package layers

import "github.com/paulmach/orb"

// Grid is a comprehensive grid (综合网格), the unit of management. The grids valid at one instant tile the district.
type Grid struct {
	Meta
	// Code is <town code>Z<two digits>, never given again; any code in a free code space.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Town is the code of the town; may be empty in a free code space.
	Town    string `json:"town,omitempty"`
	Edition string `json:"edition,omitempty"`
	// Office is the unit that answers for the grid when no rule names another; empty if there is none.
	Office   string           `json:"office,omitempty"`
	Aliases  []string         `json:"aliases,omitempty"`
	Geometry orb.MultiPolygon `json:"geometry"`
}

// Layer returns Grids.
func (g *Grid) Layer() Layer { return Grids }

// Label returns code and name.
func (g *Grid) Label() (code, name string) { return g.Code, g.Name }

// Shape returns the area.
func (g *Grid) Shape() orb.Geometry { return shapeOf(g.Geometry, len(g.Geometry)) }

// SetShape takes a Polygon or a MultiPolygon.
func (g *Grid) SetShape(s orb.Geometry) (err error) {
	g.Geometry, err = asMulti(g, s)
	return err
}

// Validate checks the code, that it starts with the town's, the names and the area.
func (g *Grid) Validate(space CodeSpace) error {
	c := check(g)
	c.code("/code", g.Code, space, gridForm, "a grid's code is the nine digits of its town, Z, and two digits from 01")
	c.sameID(g.ID, g.Code)
	c.text("/name", g.Name, true)
	c.text("/name_en", g.NameEn, false)
	c.ref("/town", g.Town, space == CodesLocal)
	c.startsWith("/town", g.Code, g.Town, space)
	c.ref("/edition", g.Edition, false)
	c.ref("/office", g.Office, false)
	c.texts("/aliases", g.Aliases)
	return c.result()
}

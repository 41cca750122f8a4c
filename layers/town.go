package layers

import "github.com/paulmach/orb"

// Town is a street office, town, township or functional area (街镇) by its GB/T 10114 code.
type Town struct {
	Meta
	// Code has nine digits: the district's six, then 001-099 subdistrict, 100-199 town, 200-399 township, 400-999
	// functional area.
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// District is the code of the district; may be empty in a free code space.
	District string `json:"district,omitempty"`
	Edition  string `json:"edition,omitempty"`
	// Aliases are other names in use, such as 高新区 for 金山工业区.
	Aliases []string `json:"aliases,omitempty"`
	// Seat is where the town's government sits.
	Seat     *orb.Point       `json:"seat,omitempty"`
	Geometry orb.MultiPolygon `json:"geometry"`
}

// Layer returns Towns.
func (t *Town) Layer() Layer { return Towns }

// Label returns code and name.
func (t *Town) Label() (code, name string) { return t.Code, t.Name }

// Shape returns the area.
func (t *Town) Shape() orb.Geometry { return shapeOf(t.Geometry, len(t.Geometry)) }

// SetShape takes a Polygon or a MultiPolygon.
func (t *Town) SetShape(g orb.Geometry) (err error) {
	t.Geometry, err = asMulti(t, g)
	return err
}

// Validate checks the code, that it starts with the district's, the names and the area.
func (t *Town) Validate(space CodeSpace) error {
	c := check(t)
	c.code("/code", t.Code, space, townForm, "a town's code has nine digits (GB/T 2260 and GB/T 10114)")
	c.sameID(t.ID, t.Code)
	c.text("/name", t.Name, true)
	c.text("/name_en", t.NameEn, false)
	c.ref("/district", t.District, space == CodesLocal)
	c.startsWith("/district", t.Code, t.District, space)
	c.ref("/edition", t.Edition, false)
	c.texts("/aliases", t.Aliases)
	if t.Seat != nil {
		c.within("/seat/0", t.Seat[0], -180, 180)
		c.within("/seat/1", t.Seat[1], -90, 90)
	}
	return c.result()
}

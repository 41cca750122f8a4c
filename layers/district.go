package layers

import "github.com/paulmach/orb"

// District is a district (区) by its GB/T 2260 code.
type District struct {
	Meta
	// Code has six digits.
	Code     string           `json:"code"`
	Name     string           `json:"name"`
	NameEn   string           `json:"name_en,omitempty"`
	Geometry orb.MultiPolygon `json:"geometry"`
}

// Layer returns Districts.
func (d *District) Layer() Layer { return Districts }

// Label returns code and name.
func (d *District) Label() (code, name string) { return d.Code, d.Name }

// Shape returns the outline.
func (d *District) Shape() orb.Geometry { return shapeOf(d.Geometry, len(d.Geometry)) }

// SetShape takes a Polygon or a MultiPolygon.
func (d *District) SetShape(g orb.Geometry) (err error) {
	d.Geometry, err = asMulti(d, g)
	return err
}

// Validate checks the code, the names and the outline.
func (d *District) Validate(space CodeSpace) error {
	c := check(d)
	c.code("/code", d.Code, space, districtForm, "a district's code has six digits (GB/T 2260)")
	c.sameID(d.ID, d.Code)
	c.text("/name", d.Name, true)
	c.text("/name_en", d.NameEn, false)
	return c.result()
}

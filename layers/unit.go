package layers

import "github.com/paulmach/orb"

// Unit is a body that can be responsible: a department, a town office, a grid's office, a carrier, a property manager. It
// names no person and no telephone number.
type Unit struct {
	Meta
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Kind is one of UnitKinds.
	Kind string `json:"kind"`
	// Parent is the unit above; empty for the district's top body and for units outside the tree.
	Parent string `json:"parent,omitempty"`
	Town   string `json:"town,omitempty"`
	Grid   string `json:"grid,omitempty"`
	// External marks a unit that does not belong to the district, such as a carrier or a neighbouring district.
	External bool `json:"external,omitempty"`
}

// UnitKinds returns the kinds of units; the slice is the caller's.
func UnitKinds() []string {
	return []string{"district", "department", "police", "town", "operation_centre", "grid_office", "police_station",
		"village", "park", "block", "property_manager", "carrier", "power", "alliance", "neighbour", "other"}
}

// Layer returns Units.
func (u *Unit) Layer() Layer { return Units }

// Label returns code and name.
func (u *Unit) Label() (code, name string) { return u.Code, u.Name }

// Shape returns nil: a unit has no geometry.
func (u *Unit) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (u *Unit) SetShape(g orb.Geometry) error { return noShape(u, g) }

// Validate checks the kind, the names and the references.
func (u *Unit) Validate(CodeSpace) error {
	c := check(u)
	c.ref("/code", u.Code, true)
	c.text("/name", u.Name, true)
	c.text("/name_en", u.NameEn, false)
	c.oneOf("/kind", u.Kind, UnitKinds()...)
	c.ref("/parent", u.Parent, false)
	if u.Parent != "" && u.Parent == u.ID {
		c.add("/parent", "cycle", "a unit is not its own parent")
	}
	c.ref("/town", u.Town, false)
	c.ref("/grid", u.Grid, false)
	return c.result()
}

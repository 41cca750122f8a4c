package layers

import "github.com/paulmach/orb"

// Overlay is an area that may overlap others: a block (街区), a park (园区), a building (楼宇), the area of a police
// station (警务区), ground that is kept clear (禁停区), or the ground of a neighbouring district or county (邻区).
type Overlay struct {
	Meta
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Kind is one of OverlayKinds.
	Kind string `json:"kind"`
	// Unit answers for the overlay; may be empty, but not of a Neighbour.
	Unit     string           `json:"unit,omitempty"`
	Geometry orb.MultiPolygon `json:"geometry"`
}

// The kinds of overlays.
const (
	Block      = "block"
	Park       = "park"
	Building   = "building"
	PoliceArea = "police_area"
	// KeptClear is ground on which nobody may stand: a fire lane, the surroundings of a hydrant, a bus stop, a school gate, a crossing.
	KeptClear = "kept_clear"
	// Neighbour is ground beyond the border of the district. Its unit is the external one that answers for it.
	Neighbour = "neighbour"
)

// OverlayKinds returns the kinds of overlays; the slice is the caller's.
func OverlayKinds() []string {
	return []string{Block, Park, Building, PoliceArea, KeptClear, Neighbour}
}

// Layer returns Overlays.
func (o *Overlay) Layer() Layer { return Overlays }

// Label returns code and name.
func (o *Overlay) Label() (code, name string) { return o.Code, o.Name }

// Shape returns the area.
func (o *Overlay) Shape() orb.Geometry { return shapeOf(o.Geometry, len(o.Geometry)) }

// SetShape takes a Polygon or a MultiPolygon.
func (o *Overlay) SetShape(g orb.Geometry) (err error) {
	o.Geometry, err = asMulti(o, g)
	return err
}

// Validate checks the kind, the names and the area.
func (o *Overlay) Validate(CodeSpace) error {
	c := check(o)
	c.ref("/code", o.Code, true)
	c.text("/name", o.Name, true)
	c.text("/name_en", o.NameEn, false)
	c.oneOf("/kind", o.Kind, OverlayKinds()...)
	c.ref("/unit", o.Unit, o.Kind == Neighbour)
	return c.result()
}

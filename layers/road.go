package layers

import "github.com/paulmach/orb"

// Road is a stretch of road between two junctions.
type Road struct {
	Meta
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en,omitempty"`
	// Class is one of RoadClasses, in OpenStreetMap's words.
	Class string `json:"class"`
	// Ref is the road's number, such as G1503.
	Ref string `json:"ref,omitempty"`
	// Oneway means that traffic runs only in the order of the points.
	Oneway      bool           `json:"oneway,omitempty"`
	Lanes       int            `json:"lanes,omitempty"`
	MaxSpeedKMH int            `json:"max_speed_kmh,omitempty"`
	Bridge      bool           `json:"bridge,omitempty"`
	Geometry    orb.LineString `json:"geometry"`
}

// RoadClasses returns the classes of roads, the largest first; the slice is the caller's.
func RoadClasses() []string {
	return []string{"motorway", "trunk", "primary", "secondary", "tertiary", "residential", "unclassified", "service", "track", "path"}
}

// Layer returns Roads.
func (r *Road) Layer() Layer { return Roads }

// Label returns code and name.
func (r *Road) Label() (code, name string) { return r.Code, r.Name }

// Shape returns the centre line.
func (r *Road) Shape() orb.Geometry { return shapeOf(r.Geometry, len(r.Geometry)) }

// SetShape takes a LineString.
func (r *Road) SetShape(g orb.Geometry) (err error) {
	r.Geometry, err = asLine(r, g)
	return err
}

// Validate checks the class, the numbers and the line. A road may have no name.
func (r *Road) Validate(CodeSpace) error {
	c := check(r)
	c.ref("/code", r.Code, true)
	c.text("/name", r.Name, false)
	c.text("/name_en", r.NameEn, false)
	c.oneOf("/class", r.Class, RoadClasses()...)
	c.text("/ref", r.Ref, false)
	c.within("/lanes", float64(r.Lanes), 0, 20)
	c.within("/max_speed_kmh", float64(r.MaxSpeedKMH), 0, 130)
	return c.result()
}

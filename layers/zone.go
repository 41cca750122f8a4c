package layers

import "github.com/paulmach/orb"

// Mode is what a kerb zone is used for at an instant.
type Mode string

// The modes of a kerb zone.
const (
	Travel  Mode = "travel"
	Parking Mode = "parking"
	Loading Mode = "loading"
	Closed  Mode = "closed"
)

// Zone is a kerb zone or a lot whose use changes with time (潮汐泊位). Its schedule is a series of its own; without one the
// zone is always in DefaultMode.
type Zone struct {
	Meta
	Code string `json:"code"`
	Name string `json:"name"`
	// Segment is the id of the segment; empty for a lot.
	Segment string `json:"segment,omitempty"`
	// Kind is kerb or lot.
	Kind        string      `json:"kind"`
	Capacity    int         `json:"capacity"`
	DefaultMode Mode        `json:"default_mode"`
	Manager     string      `json:"manager,omitempty"`
	Geometry    orb.Polygon `json:"geometry"`
}

// Layer returns Zones.
func (z *Zone) Layer() Layer { return Zones }

// Label returns code and name.
func (z *Zone) Label() (code, name string) { return z.Code, z.Name }

// Shape returns the area.
func (z *Zone) Shape() orb.Geometry { return shapeOf(z.Geometry, len(z.Geometry)) }

// SetShape takes a Polygon.
func (z *Zone) SetShape(g orb.Geometry) (err error) {
	z.Geometry, err = asPolygon(z, g)
	return err
}

// Validate checks kind, segment, capacity, mode and the area.
func (z *Zone) Validate(CodeSpace) error {
	c := check(z)
	c.ref("/code", z.Code, true)
	c.text("/name", z.Name, true)
	c.oneOf("/kind", z.Kind, "kerb", "lot")
	c.ref("/segment", z.Segment, z.Kind == "kerb")
	c.within("/capacity", float64(z.Capacity), 0, 100000)
	c.oneOf("/default_mode", string(z.DefaultMode), string(Travel), string(Parking), string(Loading), string(Closed))
	c.ref("/manager", z.Manager, false)
	return c.result()
}

package layers

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Layer is the name of a layer: the same word in the CLI, the API, tiles and SQL.
type Layer string

// The layers, in the order in which they depend on each other: a layer refers only to layers before it.
const (
	Editions    Layer = "editions"
	Districts   Layer = "districts"
	Towns       Layer = "towns"
	Units       Layer = "units"
	Grids       Layer = "grids"
	Communities Layer = "communities"
	Overlays    Layer = "overlays"
	Segments    Layer = "segments"
	Zones       Layer = "zones"
	Spaces      Layer = "spaces"
	Poles       Layer = "poles"
	Roads       Layer = "roads"
	// What decides about the modes of zones, and what came of it.
	Notices     Layer = "notices"
	Schedules   Layer = "schedules"
	Orders      Layer = "orders"
	Activations Layer = "activations"
	// Who is responsible.
	Posts      Layer = "posts"
	Contacts   Layer = "contacts"
	Categories Layer = "categories"
	Rules      Layer = "rules"
	Agreements Layer = "agreements"
	Refusals   Layer = "refusals"
)

// Info says what is fixed about a layer.
type Info struct {
	Layer Layer
	// Geometry is the type that each row has: "MultiPolygon", "Polygon", "LineString", "Point", or "" for none.
	Geometry string
	// Partition says that the rows valid at one instant tile their union: no gap, no overlap.
	Partition bool
	// Slices says that a Snapshot holds what applied earlier too, because the layer is small and asked for by date.
	Slices bool
	// Tiles says that the layer is offered as vector tiles.
	Tiles bool
	// Managed says that its rows go through steps of their own, and are not edited one by one like those of other layers.
	Managed bool
	// Confined says that only some roles may read its rows.
	Confined bool
	// IDIsCode says that a feature's id is its official code.
	IDIsCode bool
	// Prefix starts an id that the service gives, for layers whose id is not a code.
	Prefix string
	// New returns an empty feature of the layer's type.
	New func() Feature
}

// infos is the one table of layers; it is never changed.
var infos = []Info{
	{Layer: Editions, Slices: true, Prefix: "e_", New: func() Feature { return new(Edition) }},
	{Layer: Districts, Geometry: "MultiPolygon", Slices: true, Tiles: true, IDIsCode: true, New: func() Feature { return new(District) }},
	{Layer: Towns, Geometry: "MultiPolygon", Partition: true, Slices: true, Tiles: true, IDIsCode: true, New: func() Feature { return new(Town) }},
	{Layer: Units, Slices: true, Prefix: "u_", New: func() Feature { return new(Unit) }},
	{Layer: Grids, Geometry: "MultiPolygon", Partition: true, Slices: true, Tiles: true, IDIsCode: true, New: func() Feature { return new(Grid) }},
	{Layer: Communities, Geometry: "MultiPolygon", Partition: true, Slices: true, Tiles: true, IDIsCode: true, New: func() Feature { return new(Community) }},
	{Layer: Overlays, Geometry: "MultiPolygon", Slices: true, Tiles: true, Prefix: "o_", New: func() Feature { return new(Overlay) }},
	{Layer: Segments, Geometry: "LineString", Slices: true, Tiles: true, Prefix: "s_", New: func() Feature { return new(Segment) }},
	{Layer: Zones, Geometry: "Polygon", Slices: true, Tiles: true, Prefix: "z_", New: func() Feature { return new(Zone) }},
	{Layer: Spaces, Geometry: "Polygon", Tiles: true, Prefix: "sp_", New: func() Feature { return new(Space) }},
	{Layer: Poles, Geometry: "Point", Tiles: true, Prefix: "p_", New: func() Feature { return new(Pole) }},
	{Layer: Roads, Geometry: "LineString", Tiles: true, Prefix: "r_", New: func() Feature { return new(Road) }},
	{Layer: Notices, IDIsCode: true, Managed: true, New: func() Feature { return new(Notice) }},
	{Layer: Schedules, Managed: true, Prefix: "sc_", New: func() Feature { return new(Schedule) }},
	{Layer: Orders, Managed: true, Prefix: "or_", New: func() Feature { return new(Order) }},
	{Layer: Activations, Managed: true, Prefix: "ac_", New: func() Feature { return new(Activation) }},
	{Layer: Posts, Slices: true, Prefix: "po_", New: func() Feature { return new(Post) }},
	{Layer: Contacts, Confined: true, Prefix: "k_", New: func() Feature { return new(Contact) }},
	{Layer: Categories, Slices: true, IDIsCode: true, New: func() Feature { return new(Category) }},
	{Layer: Rules, Managed: true, Prefix: "ru_", New: func() Feature { return new(Rule) }},
	{Layer: Agreements, Slices: true, Prefix: "ag_", New: func() Feature { return new(Agreement) }},
	{Layer: Refusals, Managed: true, Confined: true, Prefix: "re_", New: func() Feature { return new(Refusal) }},
}

// All returns what is fixed about every layer, in the order of the constants. The slice is the caller's.
func All() []Info { return slices.Clone(infos) }

// Info returns what is fixed about l, and false for a name that is no layer.
func (l Layer) Info() (Info, bool) {
	for _, in := range infos {
		if in.Layer == l {
			return in, true
		}
	}
	return Info{}, false
}

// ParseLayer returns the layer of that name, or an error of kind ErrNotFound that lists the names.
func ParseLayer(name string) (Layer, error) {
	if _, ok := Layer(name).Info(); ok {
		return Layer(name), nil
	}
	names := make([]Layer, len(infos))
	for i, in := range infos {
		names[i] = in.Layer
	}
	return "", fmt.Errorf("layer %q: %w: the layers are %v", name, ErrNotFound, names)
}

// Meta is what every feature carries beside its own fields.
type Meta struct {
	// ID is stable for the life of the feature and never given to another.
	ID string `json:"id"`
	// Version counts the states of this feature, from 1; an edit names the version that it replaces.
	Version int64 `json:"version"`
	// Revision is the store's revision at which this state was recorded.
	Revision int64 `json:"revision"`
	// ValidFrom and ValidTo bound when this state applies, half-open. A zero ValidTo means no end.
	ValidFrom Instant `json:"valid_from"`
	ValidTo   Instant `json:"valid_to,omitzero"`
	// Demo marks invented data.
	Demo bool `json:"demo"`
}

// ValidAt reports whether the state applies at the instant: ValidFrom <= at < ValidTo.
func (m *Meta) ValidAt(at Instant) bool {
	return m.ValidFrom <= at && (m.ValidTo == 0 || at < m.ValidTo)
}

// Head returns m itself; it is how every feature type gives its Meta.
func (m *Meta) Head() *Meta { return m }

// Feature is one row of a layer. Implementations are pointers to the types of this package; once in a Snapshot they are
// read-only.
type Feature interface {
	// Layer returns the layer of the type.
	Layer() Layer
	// Head returns the id, the version and the times.
	Head() *Meta
	// Label returns the code and the name; either may be empty.
	Label() (code, name string)
	// Shape returns the geometry, nil for a layer without one. It is shared and read-only.
	Shape() orb.Geometry
	// SetShape takes a geometry of the layer's type (a Polygon is taken for a MultiPolygon) or returns an error of kind
	// ErrInvalid. It keeps g.
	SetShape(g orb.Geometry) error
	// Validate checks the feature on its own, without a store: nil, or *Invalid with each issue.
	Validate(space CodeSpace) error
}

// CodeSpace says which codes a store takes.
type CodeSpace string

const (
	// CodesLocal: GB/T 2260 and GB/T 10114 codes for districts, towns and communities, <town>Z<nn> for grids.
	CodesLocal CodeSpace = "local"
	// CodesFree: any code of 1 to 64 characters, for a store that was made empty for somebody else's coverage.
	CodesFree CodeSpace = "free"
)

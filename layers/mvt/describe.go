package mvt

import (
	"slices"

	"wangge/geo"
	"wangge/layers"
)

// Field says what an attribute of a tile layer is. An attribute that would be empty, zero or false is left out of a tile.
type Field struct {
	Name string
	// Type is "String", "Number" or "Boolean", the words of TileJSON.
	Type string
	// Text says in a sentence what it is, and from which zoom it is there if that is not the layer's first.
	Text string
}

// LayerInfo says what is fixed about a layer of a tile, for TileJSON's vector_layers and the documentation.
type LayerInfo struct {
	// ID is the name of the layer inside a tile.
	ID string
	// Source is the layer of the store whose features are drawn or counted: the layer itself, except for Hexagons.
	Source layers.Layer
	// Text says in a sentence what the layer shows.
	Text string
	// MinZoom is the first zoom with features. MaxZoom is the zoom past which a viewer may enlarge tiles instead of asking for
	// more. LastZoom is the last zoom with features: geo.MaxZoom, except for a layer that gives way to another.
	MinZoom, MaxZoom, LastZoom uint8
	// Geometry is "Point", "LineString" or "Polygon".
	Geometry string
	// Buffer is how far beyond the side of a tile features are drawn, in units of 1/4096 of the side.
	Buffer int
	Fields []Field
	// Thinning is the rule by which features or vertices are left out at lower zooms.
	Thinning string
	// Labels is the layer of label points that comes with this one, or nil.
	Labels *LayerInfo
}

// Layers lists the layers that have tiles, in the order of layers.All; those that no store has come last. The slice is the caller's.
func Layers() []layers.Layer {
	var out []layers.Layer
	for _, s := range specs {
		out = append(out, s.layer)
	}
	return out
}

// HasTiles reports whether l is one of Layers.
func HasTiles(l layers.Layer) bool { return specOf(l) != nil }

// Describe returns what is fixed about the tiles of a layer, and false for one that has none. The result is the caller's.
func Describe(l layers.Layer) (LayerInfo, bool) {
	s := specOf(l)
	if s == nil {
		return LayerInfo{}, false
	}
	info := s.info()
	if s.labels != nil {
		labels := s.labels.info()
		labels.Source = info.Source
		info.Labels = &labels
	}
	return info, true
}

// spec is one row of the table of layers.
type spec struct {
	layer    layers.Layer
	of       layers.Layer // of the store, whose rows it is made of; empty for itself
	id, text string
	geometry geometryType
	min, max uint8
	last     uint8 // the last zoom with features; 0 for geo.MaxZoom
	buffer   int64
	fields   []Field
	thinning string
	// from returns the first zoom of a feature; nil means min for all.
	from func(f layers.Feature) uint8
	// write writes the attributes of a feature, in the order of fields.
	write  func(p *pen, f layers.Feature)
	labels *spec
}

func (s *spec) info() LayerInfo {
	words := [...]string{unknownType: "", pointType: "Point", lineType: "LineString", polygonType: "Polygon"}
	info := LayerInfo{ID: s.id, Source: s.layer, Text: s.text, MinZoom: s.min, MaxZoom: s.max, LastZoom: geo.MaxZoom, Geometry: words[s.geometry],
		Buffer: int(s.buffer), Fields: slices.Clone(s.fields), Thinning: s.thinning}
	if s.of != "" {
		info.Source = s.of
	}
	if s.last != 0 {
		info.LastZoom = s.last
	}
	return info
}

func (s *spec) firstZoom(f layers.Feature) uint8 {
	if s.from == nil {
		return s.min
	}
	return s.from(f)
}

// bufferAt is how far beyond a tile of a zoom the layer is drawn.
func (s *spec) bufferAt(z uint8) int64 {
	if s.layer == layers.Poles && z < countFrom {
		return 0
	}
	return s.buffer
}

// specOf returns the row of a layer, or nil.
func specOf(l layers.Layer) *spec {
	for _, s := range specs {
		if s.layer == l {
			return s
		}
	}
	return nil
}

// countFrom is the first zoom at which every pole is drawn. Below it poles are counted.
const countFrom = 12

const (
	sharedBorders = "Every area is in every tile that it meets. Vertices come in with zoom, once for the border that two areas share, so that " +
		"neighbours meet at every zoom: one is left out while the triangle it makes with its neighbours is smaller than 4.5 square units " +
		"(0.5 from zoom 14) of the tile. An area smaller than a unit is drawn as one unit."
	ownBorder = "Every area is in every tile that it meets. Vertices come in with zoom: one is left out while the triangle it makes with its " +
		"neighbours is smaller than 4.5 square units (0.5 from zoom 14) of the tile. An area smaller than a unit is drawn as one unit."
	poleCounts = "From zoom 12 every pole, up to zoom 13 with its id and states alone. Below, the tile is cut into 16 × 16 squares, and each square that has poles is one point at their " +
		"mean place with their number in count. Each pole is counted in exactly one square of one tile, so that the counts of a zoom add up " +
		"to the layer."
	cellCounts = "H3 cells of resolution 6 up to zoom 7, 7 at zooms 8 and 9, 8 at 10 and 11, 9 at 12 and 13, 10 at 14 and 15; none past it, where " +
		"poles are drawn one by one. Each pole is counted in exactly one cell of a zoom. A cell is in every tile that it meets, with its " +
		"whole count, so that the counts of the different cells of a zoom add up to the layer."
)

// specs is the table of layers with tiles; it is never changed.
var specs = []*spec{
	{layer: layers.Districts, id: "districts", text: "Districts (区).", geometry: polygonType, max: 14, buffer: 64, thinning: ownBorder +
		" An outline that is the outer border of the grids or towns is theirs at every zoom.",
		fields: areaFields(), write: writeDistrict},
	{layer: layers.Towns, id: "towns", text: "Street offices, towns and functional areas (街镇).", geometry: polygonType, max: 14, buffer: 64,
		thinning: sharedBorders, fields: areaFields(Field{"district", "String", "The code of the district."}), write: writeTown,
		labels: &spec{id: "towns_label", text: "One point inside each town, away from its border, for its name.", geometry: pointType, max: 14,
			thinning: oneLabel, fields: areaFields(Field{"district", "String", "The code of the district."}), write: writeTown}},
	{layer: layers.Grids, id: "grids", text: "Comprehensive grids (综合网格), the units of management.", geometry: polygonType, max: 14, buffer: 64,
		thinning: sharedBorders, fields: areaFields(Field{"town", "String", "The code of the town."}), write: writeGrid,
		labels: &spec{id: "grids_label", text: "One point inside each grid, away from its border, for its name.", geometry: pointType, max: 14,
			thinning: oneLabel, fields: areaFields(Field{"town", "String", "The code of the town."}), write: writeGrid}},
	{layer: layers.Communities, id: "communities", text: "Areas of villages and residential organisations (居村).", geometry: polygonType,
		min: 8, max: 14, buffer: 64, thinning: sharedBorders, write: writeCommunity,
		fields: areaFields(Field{"kind", "String", "village or residential."}, Field{"town", "String", "The code of the town."},
			Field{"grid", "String", "The code of the home grid."})},
	{layer: layers.Overlays, id: "overlays", text: "Areas that may overlap others: blocks, parks, buildings, areas of police stations, and the grounds of neighbours.",
		geometry: polygonType, min: 9, max: 14, buffer: 64,
		thinning: "Areas of police stations from zoom 9, blocks and parks from zoom 10, buildings from zoom 13. " + ownBorder,
		fields:   areaFields(Field{"kind", "String", "block, park, building, police_area, kept_clear or neighbour."}, Field{"unit", "String", "The id of the unit that answers for it."}),
		from:     overlayZoom, write: writeOverlay},
	{layer: layers.Segments, id: "segments", text: "Sides of roads between two cross streets, along which kerb zones lie.", geometry: lineType,
		min: 12, max: 17, buffer: 64, thinning: lineThinning, write: writeSegment,
		fields: named(Field{"road", "String", "The name of the road."}, Field{"side", "String", "left, right or both, seen from the first cross street."})},
	{layer: layers.Zones, id: "zones", text: "Kerb zones and lots whose use changes with time (潮汐泊位).", geometry: polygonType,
		min: 12, max: 17, buffer: 64, thinning: ownBorder, write: writeZone,
		fields: named(Field{"kind", "String", "kerb or lot."}, Field{"segment", "String", "The id of the segment."},
			Field{"mode", "String", "What it is used for at the instant of the tile: travel, parking, loading or closed."},
			Field{"default_mode", "String", "What it is used for when no schedule says otherwise."}, Field{"capacity", "Number", "How many vehicles it takes."})},
	{layer: layers.Spaces, id: "spaces", text: "Numbered parking spaces.", geometry: polygonType, min: 16, max: 17, buffer: 64,
		thinning: "All from zoom 16. " + ownBorder, write: writeSpace,
		fields: named(Field{"zone", "String", "The id of the zone."}, Field{"number", "Number", "The number in the zone."},
			Field{"mode", "String", "What its zone is used for at the instant of the tile."},
			Field{"accessible", "Boolean", "For people with disabilities."}, Field{"charging", "Boolean", "With a charger."})},
	{layer: layers.Poles, id: "poles", text: "Utility poles (线杆); below zoom 12 how many there are.", geometry: pointType, max: 17, buffer: 64,
		thinning: poleCounts, write: writePole,
		fields: []Field{{"id", "String", "The id, from zoom 12."}, {"code", "String", "The inventory number, from zoom 14."},
			{"name", "String", "What a surveyor wrote, from zoom 14."}, {"state", "String", "The state in survey, claim and removal, from zoom 12."},
			{"claim_state", "String", "none, open, claimed, disputed or unclaimed, from zoom 12."},
			{"main_use", "String", "What it is mainly used for, from zoom 14."}, {"batch", "Number", "The removal batch, from zoom 14."},
			{"count", "Number", "How many poles the point stands for, below zoom 12."}}},
	{layer: layers.Roads, id: "roads", text: "Roads between two junctions.", geometry: lineType, min: 7, max: 14, buffer: 64,
		thinning: "Motorways, trunk and primary roads from zoom 7, secondary from 9, tertiary from 10, residential and unclassified from 12, the " +
			"rest from 13. " + lineThinning,
		from: roadZoom, write: writeRoad,
		fields: areaFields(Field{"class", "String", "motorway, trunk, primary, secondary, tertiary, residential, unclassified, service, track or path."},
			Field{"ref", "String", "The number of the road."}, Field{"oneway", "Boolean", "Traffic runs only in the order of the points."},
			Field{"bridge", "Boolean", "On a bridge."})},
	{layer: Hexagons, of: layers.Poles, id: string(Hexagons), text: "H3 cells that have utility poles (线杆), and how many, up to zoom 15.", geometry: polygonType,
		max: hexagonsTo, last: hexagonsTo, buffer: 64, thinning: cellCounts,
		fields: []Field{{"cell", "String", "The H3 cell, in fifteen hexadecimal digits."}, {"count", "Number", "How many poles it has."},
			{"abandoned", "Number", "How many of them belong to nobody: in the state unclaimed or ownerless_decided."}}},
}

const (
	oneLabel     = "Every area has its one point, in exactly one tile of each zoom."
	lineThinning = "Vertices come in with zoom: one is left out while the triangle it makes with its neighbours is smaller than half a square " +
		"unit of the tile. A line shorter than a unit is left out."
)

// named is the fields that features without an English name begin with.
func named(more ...Field) []Field {
	return append([]Field{{"id", "String", "The id."}, {"code", "String", "The code."}, {"name", "String", "The name, in Chinese."}}, more...)
}

// areaFields is the fields that features with an English name begin with.
func areaFields(more ...Field) []Field {
	return append(named(Field{"name_en", "String", "The English name."}), more...)
}

// Package mvt makes vector tiles (Mapbox Vector Tile 2.1) of a layers.Snapshot: NewAtlas prepares it, Atlas.Append makes the bytes of
// one tile, a Cache keeps tiles compressed until an edit or the clock changes them, Describe says what is in them, and Decode reads
// them back for checks.
//
// # From a snapshot to a tile
//
//	layers.Snapshot ─ NewAtlas ─▶ borders  arcs of a partition, ranked: rank.go, outline.go     ┐
//	                              table    rows of a layer in Morton order, in pages: table.go   ├─ Append ─▶ bytes
//	                              packed   poles and lines laid out for reading: packed.go,      │
//	                                       packedline.go                                         │
//	                              hexTable poles counted in H3 cells: hexagon.go, hextable.go    ┘
//
// What a Cache does beside: difference.go and bent.go say where two atlases differ, span.go when a tile changes by the clock, coding.go
// how compressed layers become one tile, cache.go what is kept, flight.go that nothing is made twice at once, tile.go what is sent.
//
// Coordinates are whole units of the Web Mercator square (geo.MercatorUnits), rounded down to units of the tile, of which a side
// has 4096. Rings are wound as MVT 2.1 asks.
//
// Borders of a partition are simplified once, on the arcs that neighbours share: each vertex has the first zoom that draws it, and
// what a zoom draws has the same areas around the same points as the next. In a tile they are snap-rounded (sketch.go), cut along the
// frame where they have a vertex (rim.go), and traced to rings (tracer.go): polygons are valid by construction, neighbours meet in
// every vertex, and an area that is smaller than a unit keeps one. Overlays, zones, spaces and districts go the same way, each alone;
// a district whose outline is the outer border of the grids is drawn from the grids.
//
// # What is promised
//
// The bytes of a tile depend on the snapshot and the instant alone, not on how the Atlas came about, so that a tag made of them is a
// strong one. Nothing is left out at random: LayerInfo.Thinning states each rule. A tile is made without allocating once the scratch
// space has grown. An Atlas is immutable and safe for concurrent use; the next one shares with it what did not change.
//
// A partition layer whose rows at an instant in the past formed no partition has no tile then.
//
// Why it is so, and what was tried beside it, is in DECISIONS.md.
package mvt

// Package wkb codes the geometries of a store as well-known binary (OGC 06-103r4): plain, as it stands in a GeoPackage, and
// extended with the number of the reference system (EWKB), as PostGIS takes and sends it. There is one reference system,
// EPSG:4490, and there are four types: Point, LineString, Polygon and MultiPolygon. Positions are longitude and latitude in
// degrees, whatever order the system itself names.
//
// Bytes come from outside, so they are walked over before the codec sees them (scan.go): what is not exactly one geometry of
// such a type is an error that costs no memory. The package has no state and is safe for concurrent use. Only the stores
// import it.
package wkb

// Package layers says what the things of a district are (towns, grids, communities, overlays, units, kerb segments, zones
// and spaces, poles, roads, editions), what a store of them must do, and how an immutable Snapshot of all of them is made
// and kept up to date from a store's feed of changes. It knows nothing about HTTP or SQL.
//
// Geometry is in CGCS2000 geographic coordinates (EPSG:4490), longitude first, on multiples of 1e-7 degree (package geo).
// Times are instants; what people enter in local time is Asia/Shanghai. Intervals are half-open everywhere.
//
// # Two times
//
// Each row carries a valid time (ValidFrom, ValidTo: when it applies in the world) and a recorded time (between which
// revisions the store knew it). A store keeps one head row for each feature in the layer's table, and everything else in
// the layer's history table:
//
//   - a version that was superseded keeps its valid time and gets an end of its recorded time;
//   - when a replacement starts later than the row that it replaces, the part before stays known: an open slice, which
//     has a valid end and no recorded end.
//
// So what applied at instant A, as known at revision K, is the row whose valid time holds A and whose recorded time holds K,
// in either table. A Snapshot holds the head rows of every layer and, for the layers that are small (Info.Slices), the open
// slices too; every other question of history is answered by Store.History.
//
// # What is safe
//
// A Feature that has reached a Snapshot is never changed; neither is a Snapshot. Both are safe for concurrent use. The
// errors of this package are listed in errors.go; a typed error says which layer, feature and field it is about.
//
// Decisions and what was tried beside them are in DECISIONS.md.
package layers

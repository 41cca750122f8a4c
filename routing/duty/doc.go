// Package duty decides who is responsible for a position: a pure function of a snapshot, a position, a category and an instant.
// It composes the whole answer; HTTP and the command line only print it.
//
// Until rules are published, the responsible unit is the owner of the nearest pole for a category of poles, and otherwise the
// grid's own office; the answer says so with fallback: true. A car that stands in a kerb zone needs nobody while the zone's mode is parking:
// layers.Snapshot.UseOf, which tiles and routes ask too, says so.
//
// Everything here is safe for concurrent use and keeps nothing between calls. Distances are metres on the ellipsoid.
package duty

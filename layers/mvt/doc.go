// Package mvt makes vector tiles (Mapbox Vector Tile 2.1) of a layers.Snapshot.
package mvt

//go:build race

package tileset_test

// mbtilesFrom is the first zoom of the demonstration in MBTiles: the race detector makes large tiles ten times slower.
const mbtilesFrom = 12

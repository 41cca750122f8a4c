//go:build !race

package tileset_test

// mbtilesFrom is the first zoom of the demonstration in MBTiles.
const mbtilesFrom = 0

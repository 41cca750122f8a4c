package mvt_test

import (
	"testing"

	"wangge/geo"
	"wangge/layers"
)

// TestPartitionsStayWhole looks at every tile of the demonstration from zoom 6 to 14 and some of the later ones: each polygon is
// valid, areas meet without gap or overlap, and each area that meets a tile is in it.
func TestPartitionsStayWhole(t *testing.T) {
	s, a := demo()
	for _, l := range []layers.Layer{layers.Grids, layers.Towns, layers.Communities} {
		t.Run(string(l), func(t *testing.T) {
			for z := uint8(8); z <= 18; z++ {
				tiles := tilesOver(boundOf(s, l), z)
				step := max(1, len(tiles)/40)
				for i := 0; i < len(tiles); i += step {
					checkPartition(t, s, a, l, tiles[i])
				}
			}
		})
	}
}

var _ = geo.MaxZoom

package mvt_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// TestRoadsAgainstTheirOwn: in a tile every vertex of a drawn road lies on the road, and every vertex of the road that lies in the
// tile lies on what is drawn, to within two units.
func TestRoadsAgainstTheirOwn(t *testing.T) {
	s, a := demo()
	for _, z := range []uint8{13, 15, 17, 19, 22} {
		for _, at := range roadTiles(s, z) {
			drawn := map[any]orb.MultiLineString{}
			for _, f := range tile(t, a, at, layers.Roads)["roads"].Features {
				drawn[f.Properties["id"]] = f.Geometry.(orb.MultiLineString)
			}
			for f := range s.Set(layers.Roads).All(now) {
				own := localLine(f.Shape().(orb.LineString), at)
				got := drawn[f.Head().ID]
				for _, part := range got {
					for _, p := range part {
						if min(p[0], p[1]) < -64 || max(p[0], p[1]) > mvt.Extent+64 {
							t.Errorf("tile %s: %s leaves the frame at %v", at, f.Head().ID, p)
						}
						if d := distance(orb.MultiLineString{own}, p); d > 2 {
							t.Errorf("tile %s: %s is drawn %.1f units from itself at %v", at, f.Head().ID, d, p)
						}
					}
				}
				for _, p := range own {
					if min(p[0], p[1]) >= 0 && max(p[0], p[1]) < mvt.Extent && length(own) > 4 && distance(got, p) > 2 {
						t.Errorf("tile %s: %s is not drawn at %v", at, f.Head().ID, p)
					}
				}
			}
		}
	}
}

func roadTiles(s *layers.Snapshot, z uint8) []geo.Tile {
	seen := map[geo.Tile]bool{}
	var out []geo.Tile
	n := 0
	for f := range s.Set(layers.Roads).All(now) {
		if n++; n%200 != 1 {
			continue
		}
		line := f.Shape().(orb.LineString)
		if at := geo.TileAt(line[len(line)/2], z); !seen[at] {
			seen[at] = true
			out = append(out, at)
		}
	}
	return out
}

func localLine(line orb.LineString, at geo.Tile) orb.LineString {
	x0, y0, side := at.Units()
	out := make(orb.LineString, len(line))
	for i, p := range line {
		x, y := geo.MercatorUnits(p)
		out[i] = orb.Point{(float64(x) - float64(x0)) * mvt.Extent / float64(side), (float64(y) - float64(y0)) * mvt.Extent / float64(side)}
	}
	return out
}

func distance(lines orb.MultiLineString, p orb.Point) float64 {
	best := math.Inf(1)
	for _, l := range lines {
		for i := 1; i < len(l); i++ {
			dx, dy := l[i][0]-l[i-1][0], l[i][1]-l[i-1][1]
			t := 0.0
			if d := dx*dx + dy*dy; d > 0 {
				t = max(0, min(1, ((p[0]-l[i-1][0])*dx+(p[1]-l[i-1][1])*dy)/d))
			}
			best = min(best, math.Hypot(l[i-1][0]+t*dx-p[0], l[i-1][1]+t*dy-p[1]))
		}
	}
	return best
}

func length(l orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(l); i++ {
		sum += math.Hypot(l[i][0]-l[i-1][0], l[i][1]-l[i-1][1])
	}
	return sum
}

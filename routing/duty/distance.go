package duty

import (
	"github.com/paulmach/orb"

	"wangge/geo"
)

// distanceTo returns the distance from p to the border of pg, holes among it.
func distanceTo(pg orb.Polygon, p orb.Point) geo.Metres {
	best := geo.Metres(-1)
	for _, ring := range pg {
		if d, _, _ := geo.PointToLine(p, orb.LineString(ring)); best < 0 || d < best {
			best = d
		}
	}
	return max(best, 0)
}

package source

import (
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// lines finds the nearest of many segments.
type lines struct {
	index    *geo.Index[int32]
	segments [][2]orb.Point
}

func newLines() *lines { return &lines{index: geo.NewIndex[int32]()} }

func (l *lines) add(line []orb.Point) {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		if l.index.Insert(orb.Bound{Min: a, Max: a}.Extend(b), int32(len(l.segments))) {
			l.segments = append(l.segments, [2]orb.Point{a, b})
		}
	}
}

// distance returns how far p is from the nearest segment, +Inf when there is none.
func (l *lines) distance(p orb.Point) geo.Metres {
	ruler := geo.NewRuler(p[1])
	to := func(i int32) geo.Metres {
		d, _, _ := ruler.PointToSegment(p, l.segments[i][0], l.segments[i][1])
		return d
	}
	near := l.index.Nearest(p, 1, geo.Metres(math.Inf(1)), to)
	if len(near) == 0 {
		return geo.Metres(math.Inf(1))
	}
	return to(near[0])
}

func roundTo(v, scale float64) float64 { return math.Round(v*scale) / scale }

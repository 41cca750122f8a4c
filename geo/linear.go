package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Along returns the point of ls that is d metres from its start, measured along the line; the ends for a d outside it. An
// empty line gives the zero point. Along(ls, Locate(ls, p)) is the point of the line nearest to p, within a micrometre.
func Along(ls orb.LineString, d Metres) orb.Point {
	if len(ls) == 0 {
		return orb.Point{}
	}
	at, _ := position(ls, d)
	return at
}

// Locate returns how far along ls its point nearest to p lies, in metres from the start: the inverse of Along.
func Locate(ls orb.LineString, p orb.Point) Metres {
	_, _, along := PointToLine(p, ls)
	return along
}

// Slice returns the part of ls between two distances from its start, in the direction of the line; if from is greater than
// to, in the other direction. Distances outside the line are taken as its ends. The vertices between are kept as they are. A part of length
// 0 has its point twice; an empty line gives nil. The result shares nothing with ls.
func Slice(ls orb.LineString, from, to Metres) orb.LineString {
	if len(ls) == 0 {
		return nil
	}
	if from > to {
		part := Slice(ls, to, from)
		part.Reverse()
		return part
	}
	start, first := position(ls, from)
	end, last := position(ls, to)
	part := orb.LineString{start}
	for _, p := range ls[first:last] {
		if p != part[len(part)-1] {
			part = append(part, p)
		}
	}
	if end != part[len(part)-1] || len(part) == 1 {
		part = append(part, end)
	}
	return part
}

// position is the point at d metres along a line that is not empty, and the index of the end of its segment.
func position(ls orb.LineString, d Metres) (at orb.Point, segment int) {
	if !(d > 0) || len(ls) == 1 {
		return ls[0], min(1, len(ls)-1)
	}
	for i := 1; i < len(ls); i++ {
		length := Distance(ls[i-1], ls[i])
		if d < length {
			return between(ls[i-1], ls[i], float64(d), float64(length)), i
		}
		d -= length
	}
	return ls[len(ls)-1], len(ls) - 1
}

// between is the point of the segment ab, straight in longitude and latitude, at d metres from a. A degree of longitude
// changes its length along the segment, so the fraction is corrected by what is measured.
func between(a, b orb.Point, d, length float64) orb.Point {
	f := d / length
	at := lerp(a, b, f)
	for range 3 {
		f = clamp01(f + (d-float64(Distance(a, at)))/length)
		at = lerp(a, b, f)
	}
	return at
}

func lerp(a, b orb.Point, f float64) orb.Point {
	return orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}
}

// Offset returns a line beside ls at d metres, to its right for a positive d (the kerb of right-hand traffic) and to its left
// for a negative one. Corners are mitred; where a mitre would be longer than four times d it is cut to that. Where the line bends more
// tightly than d the result crosses itself: it is meant for roads, whose bends are wider. Repeated points are left out. Fewer than two
// different points give nil. Lengths are right to 1e-6 of d while the line is shorter than 50 km.
func Offset(ls orb.LineString, d Metres) orb.LineString {
	ls = distinct(ls)
	if len(ls) < 2 {
		return nil
	}
	ruler := NewRuler(ls[0][1])
	out := make(orb.LineString, len(ls))
	for i, p := range ls {
		before, after := ruler.heading(ls, i-1), ruler.heading(ls, i)
		if i == 0 {
			before = after
		}
		if i == len(ls)-1 {
			after = before
		}
		x, y := mitre(before, after)
		out[i] = ruler.Move(p, x*float64(d), y*float64(d))
	}
	return out
}

// heading is the unit vector, east and north, of the segment that starts at vertex i; zero when there is none.
func (r Ruler) heading(ls orb.LineString, i int) [2]float64 {
	if i < 0 || i+1 >= len(ls) {
		return [2]float64{}
	}
	east, north := r.Vector(ls[i], ls[i+1])
	h := math.Hypot(east, north)
	return [2]float64{east / h, north / h}
}

// mitre is the vector from a corner to the corner of the line at distance 1 on the right.
func mitre(before, after [2]float64) (east, north float64) {
	east, north = before[1]+after[1], -before[0]-after[0] // the sum of both normals to the right
	h := math.Hypot(east, north)
	if h < 1e-9 { // the line turns back on itself
		return before[1], -before[0]
	}
	const longest = 4
	scale := math.Min(longest, 2/h) / h // |sum| = 2 cos(half the turn), the mitre is 1/cos of it
	return east * scale, north * scale
}

func distinct(ls orb.LineString) orb.LineString {
	var out orb.LineString
	for i, p := range ls {
		if i == 0 || p != ls[i-1] {
			out = append(out, p)
		}
	}
	return out
}

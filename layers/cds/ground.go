package cds

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

var compass = []string{"N", "NE", "E", "SE", "S", "SW", "W", "NW"}

// onMiddle is how near its middle a zone lies to the line of its street, in metres, if it lies on the line and not beside it.
const onMiddle = 0.5

// alongStreet fills in what the street says of a zone: names, the length along it, the width and the side.
func (z *Zone) alongStreet(outline orb.Polygon, s *layers.Segment) {
	z.StreetName, z.CrossStreetStart, z.CrossStreetEnd = s.Road, s.From, s.To
	if len(outline) == 0 || len(s.Geometry) < 2 {
		return
	}
	first, last := math.Inf(1), math.Inf(-1)
	for _, p := range outline[0] {
		_, _, along := geo.PointToLine(p, s.Geometry)
		first, last = min(first, float64(along)), max(last, float64(along))
	}
	if length := last - first; length > 0 {
		z.LengthCM, z.WidthCM = centimetres(length), centimetres(geo.Area(outline)/length)
	}
	middle := middleOf(outline[0])
	d, foot, along := geo.PointToLine(middle, s.Geometry)
	if d < onMiddle {
		z.EntireRoadway = s.Side == "both"
		return
	}
	z.StreetSide = compass[int(math.Round(geo.Bearing(foot, middle)/45))%len(compass)]
	if leftOf(middle, s.Geometry, along) { // traffic keeps to the right, so that beside a left kerb it goes from To to From
		z.CrossStreetStart, z.CrossStreetEnd = s.To, s.From
	}
}

// leftOf reports whether a point lies to the left of a line at a distance along it.
func leftOf(p orb.Point, line orb.LineString, along geo.Metres) bool {
	a, b := geo.Along(line, along-1), geo.Along(line, along+1)
	turn := geo.Bearing(a, p) - geo.Bearing(a, b)
	return math.Mod(turn+360, 360) > 180
}

// middleOf is the mean of the vertices of a ring, the last of which is the first again.
func middleOf(r orb.Ring) (m orb.Point) {
	n := max(1, len(r)-1)
	for _, p := range r[:min(n, len(r))] {
		m[0] += p[0] / float64(n)
		m[1] += p[1] / float64(n)
	}
	return m
}

// littleGround is how much ground outside is nothing, in square metres: coordinates are rounded to a centimetre.
const littleGround = 0.05

// within reports whether an area contains another.
func within(inner, outer orb.Polygon) bool {
	a, b := coverageOf(inner), coverageOf(outer)
	if a == nil || b == nil {
		return false
	}
	o, err := geo.NewOverlay(context.Background(), a, b)
	if err != nil {
		return false
	}
	alone, both := 0.0, 0.0
	for _, c := range o.Common {
		switch {
		case c.A >= 0 && c.B < 0:
			alone += c.AreaM2
		case c.A >= 0:
			both += c.AreaM2
		}
	}
	return both > 0 && alone <= littleGround
}

func coverageOf(p orb.Polygon) *geo.Coverage {
	area, err := geo.FixedMultiPolygonFrom(p)
	if err != nil {
		return nil
	}
	c, defects := geo.NewCoverage([]geo.FixedMultiPolygon{area}, 0)
	if geo.HasErrors(defects) {
		return nil
	}
	return c
}

package duty

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// MostCorners is how many corners a reported line or area may have: each of them is in the id of the answer.
const MostCorners = 16

// MostExtent is how far apart, in metres, the sides of the box around a reported line or area may be: what is larger is nobody's case.
const MostExtent geo.Metres = 20_000

// Shape is the line or the area that a report is about, in the system of its question.
type Shape struct {
	// Area says that it is an area.
	Area bool
	// Corners are as Coordinate rounds them. The ring of an area is not closed here; it is in JSON, which is a GeoJSON LineString or Polygon.
	Corners []orb.Point
}

// NewShape takes a LineString or a Polygon with one ring of at most MostCorners corners, in a system. Whether an area's border crosses itself is
// found when the question is answered. Errors wrap geo.ErrFigure, or geo.ErrCoordinate for a corner
// that is not finite.
func NewShape(g orb.Geometry, crs geo.CRS) (*Shape, error) {
	s := &Shape{}
	switch g := g.(type) {
	case orb.LineString:
		s.Corners = slices.Clone(g)
	case orb.Polygon:
		if len(g) != 1 {
			return nil, fmt.Errorf("an area has one ring, this one has %d: %w", len(g), geo.ErrFigure)
		}
		ring := g[0]
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
			return nil, fmt.Errorf("a ring has three corners at least, and ends where it begins: %w", geo.ErrFigure)
		}
		s.Area, s.Corners = true, slices.Clone([]orb.Point(ring[:len(ring)-1]))
	default:
		return nil, fmt.Errorf("want a LineString or a Polygon: %w", geo.ErrFigure)
	}
	if n := len(s.Corners); n < 2 || n > MostCorners {
		return nil, fmt.Errorf("it has %d corners; a line has 2 to %d, an area 3 to %d: %w", n, MostCorners, MostCorners, geo.ErrFigure)
	}
	for i, p := range s.Corners {
		if sum := p[0] + p[1]; sum-sum != 0 {
			return nil, fmt.Errorf("corner %d: %w", i+1, geo.ErrCoordinate)
		}
		s.Corners[i] = orb.Point{Coordinate(p[0], crs), Coordinate(p[1], crs)}
	}
	return s, nil
}

// About puts the question about a shape, at the middle of the box around it.
func (q *Question) About(s *Shape) {
	p := orb.MultiPoint(s.Corners).Bound().Center()
	q.Shape, q.Lon, q.Lat = s, Coordinate(p[0], q.CRS), Coordinate(p[1], q.CRS)
}

// CoordinateScale is how many steps of the coordinates of a shape there are to a unit: 1e-7 degree, or a millimetre in EPSG:4549.
func CoordinateScale(crs geo.CRS) float64 {
	if crs.Normal() == geo.EPSG4549 {
		return 1000
	}
	return geo.FixedScale
}

// Coordinate rounds a coordinate of a shape.
func Coordinate(v float64, crs geo.CRS) float64 {
	scale := CoordinateScale(crs)
	return math.Round(v*scale) / scale
}

// Geometry is the LineString or the closed Polygon.
func (s *Shape) Geometry() orb.Geometry {
	if !s.Area {
		return append(orb.LineString{}, s.Corners...)
	}
	ring := append(orb.Ring{}, s.Corners...)
	if len(ring) > 0 {
		ring = append(ring, ring[0])
	}
	return orb.Polygon{ring}
}

// MarshalJSON writes a GeoJSON geometry.
func (s *Shape) MarshalJSON() ([]byte, error) {
	g := s.Geometry()
	return json.Marshal(struct {
		Type        string       `json:"type"`
		Coordinates orb.Geometry `json:"coordinates"`
	}{g.GeoJSONType(), g})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Shape) UnmarshalJSON(b []byte) error {
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if err := json.Unmarshal(b, &g); err != nil {
		return err
	}
	*s = Shape{Area: g.Type == "Polygon"}
	if !s.Area {
		return json.Unmarshal(g.Coordinates, &s.Corners)
	}
	var rings [][]orb.Point
	if err := json.Unmarshal(g.Coordinates, &rings); err != nil {
		return err
	}
	if len(rings) == 1 && len(rings[0]) > 0 {
		s.Corners = rings[0][:len(rings[0])-1]
	}
	return nil
}

// Precision is what an answer says of its position: point, line or polygon.
func (q *Question) Precision() string {
	switch {
	case q.Shape == nil:
		return "point"
	case q.Shape.Area:
		return "polygon"
	}
	return "line"
}

// figure reads a shape.
func (s *Shape) figure(conv geo.Converter, crs geo.CRS) (f geo.Figure, err error) {
	move := func(p orb.Point) orb.Point {
		if err == nil {
			p, err = conv.ToStorage(crs, p)
		}
		return p
	}
	g := orb.Clone(s.Geometry())
	switch g := g.(type) {
	case orb.LineString:
		for i, p := range g {
			g[i] = move(p)
		}
	case orb.Polygon:
		for i, p := range g[0] {
			g[0][i] = move(p)
		}
	}
	if err != nil {
		return f, err
	}
	if f, err = geo.FigureFrom(g); err != nil {
		return f, err
	}
	b := g.Bound()
	if wide := max(geo.Distance(b.Min, orb.Point{b.Max[0], b.Min[1]}), geo.Distance(b.Min, orb.Point{b.Min[0], b.Max[1]})); wide > MostExtent {
		return f, fmt.Errorf("it is %.0f km wide, and at most %.0f are read: %w", wide/1000, MostExtent/1000, geo.ErrFigure)
	}
	return f, nil
}

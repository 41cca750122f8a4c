package layers

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// GeometryLimits bound a geometry from outside before it is built.
type GeometryLimits struct {
	// Vertices is the most positions; 0 is no limit.
	Vertices int
}

// HTTPGeometry are the limits of a geometry that comes over HTTP.
func HTTPGeometry() GeometryLimits { return GeometryLimits{Vertices: 100_000} }

// AppendGeoJSON appends g as a GeoJSON geometry (RFC 7946 members, coordinates with at most seven decimals as stored). It
// takes Point, LineString, MultiLineString, Polygon and MultiPolygon; nil is null.
func AppendGeoJSON(dst []byte, g orb.Geometry) []byte {
	if g == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"type":"`...)
	dst = append(dst, g.GeoJSONType()...)
	dst = append(dst, `","coordinates":`...)
	switch v := g.(type) {
	case orb.Point:
		dst = appendPosition(dst, v)
	case orb.LineString:
		dst = appendPositions(dst, v)
	case orb.MultiLineString:
		dst = appendLines(dst, v)
	case orb.Polygon:
		dst = appendLines(dst, v)
	case orb.MultiPolygon:
		dst = append(dst, '[')
		for i, pg := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendLines(dst, pg)
		}
		dst = append(dst, ']')
	default:
		dst = append(dst, "null"...)
	}
	return append(dst, '}')
}

func appendLines[L ~[]orb.Point](dst []byte, list []L) []byte {
	dst = append(dst, '[')
	for i, one := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendPositions(dst, one)
	}
	return append(dst, ']')
}

func appendPositions[L ~[]orb.Point](dst []byte, line L) []byte {
	dst = append(dst, '[')
	for i, p := range line {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendPosition(dst, p)
	}
	return append(dst, ']')
}

func appendPosition(dst []byte, p orb.Point) []byte {
	dst = append(dst, '[')
	dst = strconv.AppendFloat(dst, p[0], 'f', -1, 64)
	dst = append(dst, ',')
	dst = strconv.AppendFloat(dst, p[1], 'f', -1, 64)
	return append(dst, ']')
}

// ParseGeoJSON reads a GeoJSON geometry of type Point, LineString, Polygon or MultiPolygon. A third number of a position is
// passed over. Every error is an Issue with a pointer below the geometry ("/coordinates/0/3"), wrapped in *Invalid. Nothing
// is checked beyond the form: rings are the business of Feature.Validate. Time and memory are linear in len(raw).
func ParseGeoJSON(raw []byte, limits GeometryLimits) (orb.Geometry, error) {
	var head struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
		CRS         json.RawMessage `json:"crs"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, geometryIssue("", "json", "is not a GeoJSON geometry object: "+err.Error())
	}
	if head.CRS != nil {
		return nil, geometryIssue("/crs", "crs", "a geometry has no crs member (RFC 7946); name the system in the request")
	}
	s := &positions{b: head.Coordinates, limit: limits.Vertices}
	var g orb.Geometry
	var err error
	switch head.Type {
	case "Point":
		g, err = s.position()
	case "LineString":
		g, err = list(s, (*positions).position, func(p []orb.Point) orb.Geometry { return orb.LineString(p) })
	case "Polygon":
		g, err = s.polygon()
	case "MultiPolygon":
		g, err = list(s, (*positions).polygon, func(p []orb.Polygon) orb.Geometry { return orb.MultiPolygon(p) })
	case "":
		return nil, geometryIssue("/type", "required", "a geometry has a type")
	default:
		return nil, geometryIssue("/type", "geometry-type", fmt.Sprintf("%q is not one of Point, LineString, Polygon, MultiPolygon", head.Type))
	}
	if err == nil && s.more() {
		err = errors.New("more than one value")
	}
	if err != nil {
		return nil, geometryIssue("/coordinates"+s.pointer(), "coordinates", err.Error())
	}
	return g, nil
}

func geometryIssue(pointer, code, detail string) error {
	return &Invalid{Issues: []Issue{{Pointer: pointer, Code: code, Detail: detail}}}
}

// positions scans the coordinates member, which encoding/json has found to be valid JSON.
type positions struct {
	b     []byte
	i     int
	count int
	limit int
	path  []int
}

func (s *positions) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\n' || s.b[s.i] == '\r') {
		s.i++
	}
}

func (s *positions) more() bool { s.space(); return s.i < len(s.b) }

func (s *positions) take(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *positions) pointer() string {
	out := ""
	for _, n := range s.path {
		out += "/" + strconv.Itoa(n)
	}
	return out
}

// list reads an array whose elements one reads; on an error the path stays at the element.
func list[T any, R any](s *positions, one func(*positions) (T, error), done func([]T) R) (R, error) {
	var out []T
	var none R
	if !s.take('[') {
		return none, errors.New("want an array")
	}
	s.path = append(s.path, 0)
	for !s.take(']') {
		v, err := one(s)
		if err != nil {
			return none, err
		}
		out = append(out, v)
		s.path[len(s.path)-1]++
		s.take(',')
	}
	s.path = s.path[:len(s.path)-1]
	return done(out), nil
}

func (s *positions) polygon() (orb.Polygon, error) {
	ring := func(s *positions) (orb.Ring, error) {
		return list(s, (*positions).position, func(p []orb.Point) orb.Ring { return orb.Ring(p) })
	}
	return list(s, ring, func(r []orb.Ring) orb.Polygon { return orb.Polygon(r) })
}

func (s *positions) position() (orb.Point, error) {
	if s.count++; s.limit > 0 && s.count > s.limit {
		return orb.Point{}, fmt.Errorf("more than %d positions", s.limit)
	}
	v, err := list(s, (*positions).number, func(v []float64) []float64 { return v })
	if err != nil {
		return orb.Point{}, err
	}
	if len(v) < 2 || len(v) > 4 {
		return orb.Point{}, fmt.Errorf("a position has two numbers, this one %d", len(v))
	}
	return orb.Point{v[0], v[1]}, nil
}

func (s *positions) number() (float64, error) {
	s.space()
	from := s.i
	for s.i < len(s.b) && (s.b[s.i] >= '0' && s.b[s.i] <= '9' || s.b[s.i] == '-' || s.b[s.i] == '+' || s.b[s.i] == '.' || s.b[s.i] == 'e' || s.b[s.i] == 'E') {
		s.i++
	}
	if from == s.i {
		if s.i < len(s.b) && s.b[s.i] == '"' {
			return 0, errors.New("a coordinate is a number, not a string")
		}
		return 0, errors.New("want a number")
	}
	v, err := strconv.ParseFloat(string(s.b[from:s.i]), 64)
	if err != nil {
		return 0, errors.New("the number is too large")
	}
	return v, nil
}

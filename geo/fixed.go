package geo

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// FixedScale is the number of Fixed units in one degree; a unit is about 1.1 cm on a meridian.
const FixedScale = 10_000_000

// QueryScale is the number of Query units in one Fixed unit; a unit is about 0.17 mm on a meridian.
const QueryScale = 64

// ErrCoordinate is wrapped by errors about a coordinate that is no position on Earth: NaN, infinite, a longitude outside
// ±180 or a latitude outside ±90 degrees.
var ErrCoordinate = errors.New("coordinate is not a position on Earth")

// ErrRing is wrapped by errors about a geometry whose rings cannot be read at all: not a polygon, an empty or an open ring.
var ErrRing = errors.New("geometry has no readable rings")

// Fixed is a stored position, longitude X and latitude Y in units of 1e-7 degree.
type Fixed struct{ X, Y int32 }

// Query is a position to be located, in 1/64 of a Fixed unit. Every Fixed position is also a Query position, so a border
// vertex can be asked for exactly.
type Query struct{ X, Y int64 }

// FixedFrom rounds p (longitude, latitude in degrees) to the nearest Fixed, half to even. The error wraps ErrCoordinate.
func FixedFrom(p orb.Point) (Fixed, error) {
	if err := checkPoint(p); err != nil {
		return Fixed{}, err
	}
	return Fixed{X: int32(math.RoundToEven(p[0] * FixedScale)), Y: int32(math.RoundToEven(p[1] * FixedScale))}, nil
}

// Point returns f in degrees: exactly float64(X)/1e7, the float64 nearest to the decimal number, so that FixedFrom(f.Point())
// is f again and a text with 7 decimals shows every digit.
func (f Fixed) Point() orb.Point {
	return orb.Point{float64(f.X) / FixedScale, float64(f.Y) / FixedScale}
}

// Query returns f as a query position, without rounding.
func (f Fixed) Query() Query { return Query{X: int64(f.X) * QueryScale, Y: int64(f.Y) * QueryScale} }

// less orders by longitude, then latitude.
func (f Fixed) less(g Fixed) bool { return f.X < g.X || f.X == g.X && f.Y < g.Y }

// QueryFrom rounds p (longitude, latitude in degrees) to the nearest Query, half to even. The error wraps ErrCoordinate.
func QueryFrom(p orb.Point) (Query, error) {
	if err := checkPoint(p); err != nil {
		return Query{}, err
	}
	const scale = FixedScale * QueryScale
	return Query{X: int64(math.RoundToEven(p[0] * scale)), Y: int64(math.RoundToEven(p[1] * scale))}, nil
}

// Point returns q in degrees.
func (q Query) Point() orb.Point {
	const scale = FixedScale * QueryScale
	return orb.Point{float64(q.X) / scale, float64(q.Y) / scale}
}

// checkPoint refuses what is not a position on Earth. The comparisons are written so that NaN fails them.
func checkPoint(p orb.Point) error {
	if !(p[0] >= -180 && p[0] <= 180) || !(p[1] >= -90 && p[1] <= 90) {
		return fmt.Errorf("geo: lon %v lat %v: %w", p[0], p[1], ErrCoordinate)
	}
	return nil
}

// FixedRing is a closed ring: the last position repeats the first.
type FixedRing []Fixed

// FixedPolygon is an exterior ring followed by its holes.
type FixedPolygon []FixedRing

// FixedMultiPolygon is an area of one or more polygons. Nil is the empty area.
type FixedMultiPolygon []FixedPolygon

// FixedMultiPolygonFrom rounds a Polygon or MultiPolygon to Fixed. Nothing is repaired: the rings keep their order, winding and
// repeated vertices (also those that rounding makes equal), so that ValidateMultiPolygon and NewCoverage can name them. The
// error wraps ErrRing for another type, nil, and an empty or open ring, and ErrCoordinate with the place of the vertex.
func FixedMultiPolygonFrom(g orb.Geometry) (FixedMultiPolygon, error) {
	mp, err := polygonsOf(g)
	if err != nil {
		return nil, err
	}
	out := make(FixedMultiPolygon, len(mp))
	for i, pg := range mp {
		out[i] = make(FixedPolygon, len(pg))
		for j, r := range pg {
			if out[i][j], err = fixedRing(r); err != nil {
				return nil, fmt.Errorf("geo: polygon %d ring %d: %w", i, j, err)
			}
		}
	}
	return out, nil
}

func polygonsOf(g orb.Geometry) (orb.MultiPolygon, error) {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}, nil
	case orb.MultiPolygon:
		return g, nil
	case nil:
		return nil, fmt.Errorf("geo: no geometry: %w", ErrRing)
	}
	return nil, fmt.Errorf("geo: %s is not a Polygon or MultiPolygon: %w", g.GeoJSONType(), ErrRing)
}

func fixedRing(r orb.Ring) (FixedRing, error) {
	if len(r) == 0 {
		return nil, fmt.Errorf("empty ring: %w", ErrRing)
	}
	out := make(FixedRing, len(r))
	for i, p := range r {
		f, err := FixedFrom(p)
		if err != nil {
			return nil, fmt.Errorf("vertex %d: %w", i, err)
		}
		out[i] = f
	}
	if out[0] != out[len(out)-1] {
		return nil, fmt.Errorf("open ring, first %v last %v: %w", r[0], r[len(r)-1], ErrRing)
	}
	return out, nil
}

// MultiPolygon returns m in degrees with the winding of RFC 7946: exteriors counter-clockwise, holes clockwise. Each ring keeps
// its first vertex. Empty rings are left out.
func (m FixedMultiPolygon) MultiPolygon() orb.MultiPolygon {
	out := make(orb.MultiPolygon, 0, len(m))
	for _, pg := range m {
		var opg orb.Polygon
		for j, r := range pg {
			if len(r) == 0 {
				continue
			}
			want := 1
			if j > 0 {
				want = -1
			}
			opg = append(opg, r.orb(r.Winding() == -want))
		}
		if len(opg) > 0 {
			out = append(out, opg)
		}
	}
	return out
}

func (r FixedRing) orb(reverse bool) orb.Ring {
	out := make(orb.Ring, len(r))
	for i, f := range r {
		if reverse {
			i = len(r) - 1 - i
		}
		out[i] = f.Point()
	}
	return out
}

// Winding is +1 for a counter-clockwise ring, -1 for a clockwise one and 0 for a ring without area, exactly.
func (r FixedRing) Winding() int {
	var sum wide
	for i := 1; i+1 < len(r); i++ {
		sum = sum.add(crossOf(r[0], r[i], r[i+1]))
	}
	return sum.sign()
}

// Clone returns a copy that shares nothing with m.
func (m FixedMultiPolygon) Clone() FixedMultiPolygon {
	out := make(FixedMultiPolygon, len(m))
	for i, pg := range m {
		out[i] = make(FixedPolygon, len(pg))
		for j, r := range pg {
			out[i][j] = append(FixedRing(nil), r...)
		}
	}
	return out
}

// Vertices counts the vertices of all rings, the closing one of each ring included.
func (m FixedMultiPolygon) Vertices() int {
	n := 0
	for _, pg := range m {
		for _, r := range pg {
			n += len(r)
		}
	}
	return n
}

// Snap returns g with each coordinate rounded to 1e-7 degree, half to even, as a new value. It takes every orb geometry but a
// Collection; nil and a Collection give an error that wraps ErrRing, a bad coordinate one that wraps ErrCoordinate. Structure
// is kept: vertices that become equal both stay.
func Snap(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.Point:
		return snapPoint(g)
	case orb.MultiPoint:
		return snapPoints(g)
	case orb.LineString:
		return snapPoints(g)
	case orb.Ring:
		return snapPoints(g)
	case orb.MultiLineString:
		return snapEach(g, snapPoints[orb.LineString])
	case orb.Polygon:
		return snapEach(g, snapPoints[orb.Ring])
	case orb.MultiPolygon:
		return snapEach(g, func(pg orb.Polygon) (orb.Polygon, error) { return snapEach(pg, snapPoints[orb.Ring]) })
	case orb.Bound:
		min, err := snapPoint(g.Min)
		if err != nil {
			return nil, err
		}
		max, err := snapPoint(g.Max)
		return orb.Bound{Min: min, Max: max}, err
	case nil:
		return nil, fmt.Errorf("geo: snap: no geometry: %w", ErrRing)
	}
	return nil, fmt.Errorf("geo: snap: %s is not supported: %w", g.GeoJSONType(), ErrRing)
}

func snapPoint(p orb.Point) (orb.Point, error) {
	f, err := FixedFrom(p)
	return f.Point(), err
}

func snapPoints[S ~[]orb.Point](s S) (S, error) { return snapEach(s, snapPoint) }

func snapEach[S ~[]E, E any](s S, snap func(E) (E, error)) (S, error) {
	out := make(S, len(s))
	for i, e := range s {
		snapped, err := snap(e)
		if err != nil {
			return nil, fmt.Errorf("geo: snap: element %d: %w", i, err)
		}
		out[i] = snapped
	}
	return out, nil
}

package wkb

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
	"github.com/twpayne/go-geom/encoding/wkb"

	"wangge/geo"
)

// SRID is the one reference system of a store, CGCS2000 (EPSG:4490).
const SRID = 4490

// Encode returns g as plain WKB, little endian. It takes Point, LineString, Polygon and MultiPolygon; anything else is an error.
// It keeps nothing of g.
func Encode(g orb.Geometry) ([]byte, error) {
	t, err := toGeom(g)
	if err != nil {
		return nil, err
	}
	b, err := wkb.Marshal(t, wkb.NDR)
	if err != nil {
		return nil, fmt.Errorf("encode geometry: %w", err)
	}
	return b, nil
}

// EncodeExtended does as Encode, in EWKB that names EPSG:4490.
func EncodeExtended(g orb.Geometry) ([]byte, error) {
	t, err := toGeom(g)
	if err != nil {
		return nil, err
	}
	b, err := ewkb.Marshal(t, ewkb.NDR)
	if err != nil {
		return nil, fmt.Errorf("encode geometry: %w", err)
	}
	return b, nil
}

// Decode reads plain WKB of either byte order from anywhere, on multiples of 1e-7 degree. Bytes that Scan does not take, an empty
// point and positions that geo.Snap does not take are errors. It keeps nothing of b.
func Decode(b []byte) (orb.Geometry, error) {
	return decode(&scanner{b: b}, func(b []byte) (geom.T, error) { return wkb.Unmarshal(b) })
}

// DecodeExtended does as Decode for EWKB, which must name EPSG:4490.
func DecodeExtended(b []byte) (orb.Geometry, error) {
	return decode(&scanner{b: b, extended: true}, ewkb.Unmarshal)
}

// decode takes its bytes from s, which has not begun.
func decode(s *scanner, unmarshal func([]byte) (geom.T, error)) (orb.Geometry, error) {
	b := s.b
	if err := s.whole(); err != nil {
		return nil, err
	}
	t, err := unmarshal(b)
	if err != nil {
		return nil, err
	}
	g, err := fromGeom(t)
	if err != nil {
		return nil, err
	}
	return geo.Snap(g)
}

// toGeom returns g as the codec's type. Its reference system is written in EWKB only.
func toGeom(g orb.Geometry) (geom.T, error) {
	switch v := g.(type) {
	case orb.Point:
		return geom.NewPointFlat(geom.XY, v[:]).SetSRID(SRID), nil
	case orb.LineString:
		return geom.NewLineStringFlat(geom.XY, flat(nil, v)).SetSRID(SRID), nil
	case orb.Polygon:
		coords, ends := flatPolygon(nil, nil, v)
		return geom.NewPolygonFlat(geom.XY, coords, ends).SetSRID(SRID), nil
	case orb.MultiPolygon:
		var coords []float64
		endss := make([][]int, len(v))
		for i, pg := range v {
			coords, endss[i] = flatPolygon(coords, nil, pg)
		}
		return geom.NewMultiPolygonFlat(geom.XY, coords, endss).SetSRID(SRID), nil
	}
	return nil, fmt.Errorf("encode geometry: %T is not a type of a layer", g)
}

func flat[L ~[]orb.Point](dst []float64, line L) []float64 {
	for _, p := range line {
		dst = append(dst, p[0], p[1])
	}
	return dst
}

func flatPolygon(coords []float64, ends []int, pg orb.Polygon) ([]float64, []int) {
	for _, r := range pg {
		coords = flat(coords, r)
		ends = append(ends, len(coords))
	}
	return coords, ends
}

func fromGeom(t geom.T) (orb.Geometry, error) {
	c := t.FlatCoords()
	switch v := t.(type) {
	case *geom.Point:
		if len(c) != 2 { // how the codec reads a point that is not a number
			return nil, errors.New("the point is empty")
		}
		return orb.Point{c[0], c[1]}, nil
	case *geom.LineString:
		return orb.LineString(points(c)), nil
	case *geom.Polygon:
		return polygon(c, 0, v.Ends()), nil
	case *geom.MultiPolygon:
		var mp orb.MultiPolygon
		from := 0
		for _, ends := range v.Endss() {
			mp = append(mp, polygon(c, from, ends))
			if len(ends) > 0 {
				from = ends[len(ends)-1]
			}
		}
		return mp, nil
	}
	return nil, fmt.Errorf("%T is not a type of a layer", t)
}

func points(c []float64) []orb.Point {
	out := make([]orb.Point, len(c)/2)
	for i := range out {
		out[i] = orb.Point{c[2*i], c[2*i+1]}
	}
	return out
}

func polygon(c []float64, from int, ends []int) orb.Polygon {
	pg := make(orb.Polygon, len(ends))
	for i, end := range ends {
		pg[i] = points(c[from:end])
		from = end
	}
	return pg
}

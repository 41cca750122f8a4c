package geopackage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	gwkb "github.com/twpayne/go-geom/encoding/wkb"

	"wangge/geo"
)

// srid is the one reference system of a store, CGCS2000.
const srid = 4490

// A GeoPackageBinary is a header and then WKB. Bits of the header's flags:
const (
	flagLittle   = 1 << 0
	flagEnvelope = 7 << 1
	flagEmpty    = 1 << 4
	flagExtended = 1 << 5
)

// envelopeXY is the envelope of four doubles, written for everything but points.
const envelopeXY = 1 << 1

// encodeGeometry returns g as a GeoPackageBinary in EPSG:4490. It takes Point, LineString, Polygon and MultiPolygon.
func encodeGeometry(g orb.Geometry) ([]byte, error) {
	t, err := toGeom(g)
	if err != nil {
		return nil, err
	}
	body, err := gwkb.Marshal(t, gwkb.NDR)
	if err != nil {
		return nil, fmt.Errorf("geopackage: encode geometry: %w", err)
	}
	head := []byte{'G', 'P', 0, flagLittle}
	if _, point := g.(orb.Point); !point {
		head[3] |= envelopeXY
	}
	head = binary.LittleEndian.AppendUint32(head, srid)
	if head[3]&envelopeXY != 0 {
		b := g.Bound()
		for _, v := range []float64{b.Min[0], b.Max[0], b.Min[1], b.Max[1]} {
			head = binary.LittleEndian.AppendUint64(head, math.Float64bits(v))
		}
	}
	return append(head, body...), nil
}

// toGeom returns g as the codec's type.
func toGeom(g orb.Geometry) (geom.T, error) {
	switch v := g.(type) {
	case orb.Point:
		return geom.NewPointFlat(geom.XY, v[:]), nil
	case orb.LineString:
		return geom.NewLineStringFlat(geom.XY, flat(nil, v)), nil
	case orb.Polygon:
		coords, ends := flatPolygon(nil, nil, v)
		return geom.NewPolygonFlat(geom.XY, coords, ends), nil
	case orb.MultiPolygon:
		var coords []float64
		endss := make([][]int, len(v))
		for i, pg := range v {
			coords, endss[i] = flatPolygon(coords, nil, pg)
		}
		return geom.NewMultiPolygonFlat(geom.XY, coords, endss), nil
	}
	return nil, fmt.Errorf("geopackage: encode geometry: %T is not a type of a layer", g)
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

// splitHeader checks the header of a GeoPackageBinary and returns its WKB, its envelope (minx, maxx, miny, maxy; nil if there
// is none) and whether it says that the geometry is empty.
func splitHeader(b []byte) (body []byte, envelope []float64, empty bool, err error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, nil, false, errors.New("is not a GeoPackage geometry")
	}
	if b[2] != 0 {
		return nil, nil, false, fmt.Errorf("GeoPackage geometry version %d is not 0", b[2])
	}
	flags := b[3]
	if flags&flagExtended != 0 {
		return nil, nil, false, errors.New("is an extended GeoPackage geometry")
	}
	var order binary.ByteOrder = binary.BigEndian
	if flags&flagLittle != 0 {
		order = binary.LittleEndian
	}
	if id := int32(order.Uint32(b[4:])); id != srid {
		return nil, nil, false, fmt.Errorf("the reference system is %d, want %d", id, srid)
	}
	sizes := [8]int{0, 4, 6, 6, 8, -1, -1, -1}
	n := sizes[flags&flagEnvelope>>1]
	if n < 0 || len(b) < 8+8*n {
		return nil, nil, false, errors.New("the envelope of the geometry is not there")
	}
	if n > 0 {
		envelope = make([]float64, 4)
		for i := range envelope {
			envelope[i] = math.Float64frombits(order.Uint64(b[8+8*i:]))
		}
	}
	return b[8+8*n:], envelope, flags&flagEmpty != 0, nil
}

// decodeGeometry reads a GeoPackageBinary in EPSG:4490 from anywhere, on multiples of 1e-7 degree. The envelope is not looked
// at: it may lie.
func decodeGeometry(b []byte) (orb.Geometry, error) {
	body, _, _, err := splitHeader(b)
	if err != nil {
		return nil, err
	}
	if err := scanWKB(body, nil); err != nil {
		return nil, err
	}
	t, err := gwkb.Unmarshal(body)
	if err != nil {
		return nil, err
	}
	g, err := fromGeom(t)
	if err != nil {
		return nil, err
	}
	return geo.Snap(g)
}

func fromGeom(t geom.T) (orb.Geometry, error) {
	c := t.FlatCoords()
	switch v := t.(type) {
	case *geom.Point:
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

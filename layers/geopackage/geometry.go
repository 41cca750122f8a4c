package geopackage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"wangge/layers/wkb"
)

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
	body, err := wkb.Encode(g)
	if err != nil {
		return nil, fmt.Errorf("geopackage: %w", err)
	}
	head := []byte{'G', 'P', 0, flagLittle}
	if _, point := g.(orb.Point); !point {
		head[3] |= envelopeXY
	}
	head = binary.LittleEndian.AppendUint32(head, wkb.SRID)
	if head[3]&envelopeXY != 0 {
		b := g.Bound()
		for _, v := range []float64{b.Min[0], b.Max[0], b.Min[1], b.Max[1]} {
			head = binary.LittleEndian.AppendUint64(head, math.Float64bits(v))
		}
	}
	return append(head, body...), nil
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
	if id := int32(order.Uint32(b[4:])); id != wkb.SRID {
		return nil, nil, false, fmt.Errorf("the reference system is %d, want %d", id, wkb.SRID)
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
	return wkb.Decode(body)
}

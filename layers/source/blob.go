package source

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// parseBlob reads a GeoPackage geometry: header, envelope, well-known binary (OGC 12-128r19, 2.1.3). The envelope is passed over: it
// says nothing that the geometry does not.
func parseBlob(b []byte, limit int) (g orb.Geometry, srid int32, extra bool, err error) {
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return nil, 0, false, unreadable(KindGeometry, "is no GeoPackage geometry")
	}
	flags := b[3]
	if b[2] != 0 || flags&0xc0 != 0 {
		return nil, 0, false, unreadable(KindGeometry, "GeoPackage geometry of version %d, flags %#x", b[2], flags)
	}
	if flags&0x20 != 0 {
		return nil, 0, false, unreadable(KindGeometryType, "an extended GeoPackage geometry is not read")
	}
	envelope := map[byte]int{0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
	size, ok := envelope[flags>>1&7]
	if !ok || len(b) < 8+size {
		return nil, 0, false, unreadable(KindGeometry, "GeoPackage geometry with a wrong envelope, flags %#x", flags)
	}
	var order binary.ByteOrder = binary.BigEndian
	if flags&1 != 0 {
		order = binary.LittleEndian
	}
	g, own, extra, err := parseWKB(b[8+size:], limit)
	if err != nil {
		return nil, 0, false, err
	}
	srid = int32(order.Uint32(b[4:]))
	if own != 0 && int64(own) != int64(srid) {
		return nil, 0, false, unreadable(KindCRSMismatch, "the geometry says SRID %d inside and %d outside", own, srid)
	}
	return g, srid, extra, nil
}

// appendBlob appends the GeoPackage form of g with its envelope; a nil g gives nil. It takes what layers hold.
func appendBlob(g orb.Geometry, srid int32) []byte {
	if g == nil {
		return nil
	}
	b := []byte{'G', 'P', 0, 1}
	if _, point := g.(orb.Point); !point {
		b[3] |= 1 << 1
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(srid))
	if box := g.Bound(); b[3]&2 != 0 {
		for _, v := range []float64{box.Min[0], box.Max[0], box.Min[1], box.Max[1]} {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	return appendWKB(b, g)
}

func appendWKB(b []byte, g orb.Geometry) []byte {
	head := func(kind uint32) { b = binary.LittleEndian.AppendUint32(append(b, 1), kind) }
	count := func(n int) { b = binary.LittleEndian.AppendUint32(b, uint32(n)) }
	path := func(line []orb.Point) {
		for _, p := range line {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
		}
	}
	switch v := g.(type) {
	case orb.Point:
		head(wkbPoint)
		path([]orb.Point{v})
	case orb.LineString:
		head(wkbLineString)
		count(len(v))
		path(v)
	case orb.Polygon:
		head(wkbPolygon)
		count(len(v))
		for _, r := range v {
			count(len(r))
			path(r)
		}
	case orb.MultiPolygon:
		head(wkbMultiPolygon)
		count(len(v))
		for _, pg := range v {
			b = appendWKB(b, pg)
		}
	}
	return b
}

// blob sets the geometry of r from a GeoPackage geometry of the SRID that its table names, or says what is wrong.
func (r *Record) blob(b []byte, want int32, limit int) {
	g, srid, extra, err := parseBlob(b, limit)
	switch {
	case err != nil:
		r.Problems = append(r.Problems, Problem{Kind: errKind(err), Severity: geo.SeverityError, Row: r.Row, Detail: err.Error()})
		return
	case srid != want:
		r.problem(KindCRSMismatch, geo.SeverityError, "the geometry says SRID %d, its table %d", srid, want)
		return
	case extra:
		r.problem(KindExtraOrdinate, geo.SeverityInfo, "the geometry has heights or measures, which are not kept")
	}
	r.Geometry = g
}

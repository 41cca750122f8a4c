package source

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"
)

// The types of well-known binary that are read; 1000 more means Z, 2000 M, 3000 both. EWKB says the same in three high bits.
const (
	wkbPoint uint32 = 1 + iota
	wkbLineString
	wkbPolygon
	wkbMultiPoint
	wkbMultiLineString
	wkbMultiPolygon

	ewkbZ, ewkbM, ewkbSRID uint32 = 0x80000000, 0x40000000, 0x20000000
)

// parseWKB reads the well-known binary of a Point, LineString, Polygon or their Multi forms, ISO or EWKB, in either byte order,
// members in another than the whole too. Every count is checked, in 64 bits, against the bytes that remain before anything is
// allocated; nesting is bounded by the types. Heights and measures are counted in extra and not kept. An empty geometry gives
// nil. srid is 0 when the bytes name none. limit bounds the positions, 0 is no limit.
func parseWKB(b []byte, limit int) (g orb.Geometry, srid uint32, extra bool, err error) {
	w := &wkbReader{b: b, limit: limit}
	g, err = w.geometry(0)
	if err == nil && len(w.b) > 0 {
		err = unreadable(KindGeometry, "WKB: %d bytes follow its end", len(w.b))
	}
	if err != nil {
		return nil, 0, false, err
	}
	return g, w.srid, w.extra, nil
}

type wkbReader struct {
	b     []byte
	order binary.ByteOrder
	dims  int
	srid  uint32
	extra bool
	limit int
	count int
}

func (w *wkbReader) uint32() (uint32, error) {
	if len(w.b) < 4 {
		return 0, unreadable(KindGeometry, "WKB ends early")
	}
	v := w.order.Uint32(w.b)
	w.b = w.b[4:]
	return v, nil
}

// header reads byte order and type. want is the type that a member must have, 0 for any.
func (w *wkbReader) header(want uint32) (uint32, error) {
	if len(w.b) < 1 {
		return 0, unreadable(KindGeometry, "WKB ends early")
	}
	switch w.b[0] {
	case 0:
		w.order = binary.BigEndian
	case 1:
		w.order = binary.LittleEndian
	default:
		return 0, unreadable(KindGeometry, "WKB: byte order %d", w.b[0])
	}
	w.b = w.b[1:]
	t, err := w.uint32()
	if err != nil {
		return 0, err
	}
	kind, z, m := t&^(ewkbZ|ewkbM|ewkbSRID), t&ewkbZ != 0, t&ewkbM != 0
	if t&ewkbSRID != 0 {
		if w.srid, err = w.uint32(); err != nil {
			return 0, err
		}
	}
	if iso := kind / 1000; iso <= 3 && kind < 4000 {
		kind, z, m = kind%1000, z || iso == 1 || iso == 3, m || iso >= 2
	}
	w.dims = 2
	if z {
		w.dims++
	}
	if m {
		w.dims++
	}
	w.extra = w.extra || w.dims > 2
	if kind < wkbPoint || kind > wkbMultiPolygon {
		return 0, unreadable(KindGeometryType, "WKB type %d is not read", t)
	}
	if want != 0 && kind != want {
		return 0, unreadable(KindGeometry, "WKB: a member of type %d where %d is due", kind, want)
	}
	return kind, nil
}

// counted reads a count of elements that take at least size bytes each.
func (w *wkbReader) counted(size int) (int, error) {
	n, err := w.uint32()
	if err != nil {
		return 0, err
	}
	if uint64(n)*uint64(size) > uint64(len(w.b)) {
		return 0, unreadable(KindGeometry, "WKB: %d elements of %d bytes and more, %d bytes remain", n, size, len(w.b))
	}
	return int(n), nil
}

func (w *wkbReader) geometry(want uint32) (orb.Geometry, error) {
	kind, err := w.header(want)
	if err != nil {
		return nil, err
	}
	switch kind {
	case wkbPoint:
		p, err := w.position()
		if err != nil || math.IsNaN(p[0]) && math.IsNaN(p[1]) { // POINT EMPTY
			return nil, err
		}
		return p, nil
	case wkbLineString:
		return nonEmpty(wkbPath[orb.LineString](w))
	case wkbPolygon:
		return nonEmpty(w.polygon())
	case wkbMultiPoint:
		return nonEmpty(wkbMembers[orb.MultiPoint, orb.Point](w, wkbPoint))
	case wkbMultiLineString:
		return nonEmpty(wkbMembers[orb.MultiLineString, orb.LineString](w, wkbLineString))
	}
	return nonEmpty(wkbMembers[orb.MultiPolygon, orb.Polygon](w, wkbPolygon))
}

// nonEmpty turns an empty list into no geometry.
func nonEmpty[S interface {
	orb.Geometry
	~[]E
}, E any](list S, err error) (orb.Geometry, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

func (w *wkbReader) position() (orb.Point, error) {
	if w.count++; w.limit > 0 && w.count > w.limit {
		return orb.Point{}, unreadable(KindGeometry, "more than %d positions", w.limit)
	}
	if len(w.b) < 8*w.dims {
		return orb.Point{}, unreadable(KindGeometry, "WKB ends early")
	}
	p := orb.Point{math.Float64frombits(w.order.Uint64(w.b)), math.Float64frombits(w.order.Uint64(w.b[8:]))}
	w.b = w.b[8*w.dims:]
	return p, nil
}

func wkbPath[S ~[]orb.Point](w *wkbReader) (S, error) {
	n, err := w.counted(8 * w.dims)
	if err != nil {
		return nil, err
	}
	if w.limit > 0 && n > w.limit-w.count {
		return nil, unreadable(KindGeometry, "more than %d positions", w.limit)
	}
	out := make(S, n)
	for i := range out {
		if out[i], err = w.position(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w *wkbReader) polygon() (orb.Polygon, error) {
	n, err := w.counted(4)
	if err != nil {
		return nil, err
	}
	out := make(orb.Polygon, 0, min(n, 1024))
	for range n {
		r, err := wkbPath[orb.Ring](w)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// wkbMembers reads the members of a Multi geometry, each with a header of its own; empty members are left out.
func wkbMembers[S ~[]E, E orb.Geometry](w *wkbReader, want uint32) (S, error) {
	n, err := w.counted(9)
	if err != nil {
		return nil, err
	}
	out := make(S, 0, min(n, 1024))
	for range n {
		g, err := w.geometry(want)
		if err != nil {
			return nil, err
		}
		if e, ok := g.(E); ok {
			out = append(out, e)
		}
	}
	return out, nil
}

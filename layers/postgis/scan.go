package postgis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The types of WKB (OGC 06-103r4) that a layer can have. Others, such as collections and geometries with Z or M, are refused.
// EWKB, which PostGIS sends, is WKB with one bit in the outermost type that says that the number of the reference system follows.
const (
	wkbPoint        = 1
	wkbLineString   = 2
	wkbPolygon      = 3
	wkbMultiPolygon = 6

	ewkbSRID = 0x20000000
)

var errShort = errors.New("the geometry ends too early")

// wkb walks over the bytes of a geometry without building anything. Counts are compared with the bytes that remain, in 64-bit
// arithmetic, so that a lie about a count costs nothing.
type wkb struct {
	b []byte
	// point, if set, is called for each position.
	point func(x, y float64)
}

// scanEWKB checks that b is exactly one geometry in EPSG:4490 of a type that a layer can have, and calls point for each position.
func scanEWKB(b []byte, point func(x, y float64)) error {
	w := &wkb{b: b, point: point}
	if err := w.geometry(false); err != nil {
		return err
	}
	if len(w.b) > 0 {
		return fmt.Errorf("%d bytes follow the geometry", len(w.b))
	}
	return nil
}

func (w *wkb) geometry(member bool) error {
	if len(w.b) < 5 {
		return errShort
	}
	var order binary.ByteOrder
	switch w.b[0] {
	case 0:
		order = binary.BigEndian
	case 1:
		order = binary.LittleEndian
	default:
		return fmt.Errorf("byte order %d is not 0 or 1", w.b[0])
	}
	kind := order.Uint32(w.b[1:])
	w.b = w.b[5:]
	if !member {
		if err := w.system(order, kind); err != nil {
			return err
		}
		kind &^= ewkbSRID
	}
	if member && kind != wkbPolygon {
		return fmt.Errorf("a MultiPolygon has a member of WKB type %d", kind)
	}
	switch kind {
	case wkbPoint:
		return w.positions(order, 1)
	case wkbLineString:
		return w.line(order)
	case wkbPolygon:
		return w.each(order, 4, func() error { return w.line(order) })
	case wkbMultiPolygon:
		return w.each(order, 9, func() error { return w.geometry(true) })
	}
	return fmt.Errorf("WKB type %d is not a Point, LineString, Polygon or MultiPolygon without Z and M", kind)
}

// system reads the number of the reference system.
func (w *wkb) system(order binary.ByteOrder, kind uint32) error {
	if kind&ewkbSRID == 0 {
		return fmt.Errorf("the reference system is not named, want %d", srid)
	}
	if len(w.b) < 4 {
		return errShort
	}
	if id := order.Uint32(w.b); id != srid {
		return fmt.Errorf("the reference system is %d, want %d", id, srid)
	}
	w.b = w.b[4:]
	return nil
}

// each reads a count of members of at least size bytes, and then the members.
func (w *wkb) each(order binary.ByteOrder, size int, member func() error) error {
	n, err := w.count(order, size)
	if err != nil {
		return err
	}
	for range n {
		if err := member(); err != nil {
			return err
		}
	}
	return nil
}

func (w *wkb) count(order binary.ByteOrder, size int) (uint32, error) {
	if len(w.b) < 4 {
		return 0, errShort
	}
	n := order.Uint32(w.b)
	w.b = w.b[4:]
	if uint64(n)*uint64(size) > uint64(len(w.b)) {
		return 0, fmt.Errorf("a count of %d for %d bytes", n, len(w.b))
	}
	return n, nil
}

func (w *wkb) line(order binary.ByteOrder) error {
	n, err := w.count(order, 16)
	if err != nil {
		return err
	}
	return w.positions(order, int(n))
}

func (w *wkb) positions(order binary.ByteOrder, n int) error {
	if len(w.b) < 16*n {
		return errShort
	}
	if w.point != nil {
		for i := range n {
			w.point(math.Float64frombits(order.Uint64(w.b[16*i:])), math.Float64frombits(order.Uint64(w.b[16*i+8:])))
		}
	}
	w.b = w.b[16*n:]
	return nil
}

package wkb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The types of WKB that a layer can have. Others, such as collections and geometries with Z or M, are refused.
const (
	typePoint        = 1
	typeLineString   = 2
	typePolygon      = 3
	typeMultiPolygon = 6

	// flagSRID is the bit in the outermost type of EWKB that says that the number of the reference system follows.
	flagSRID = 0x20000000
)

var errShort = errors.New("the geometry ends too early")

// Scan checks that b is exactly one geometry in plain WKB, of a type that a layer can have, and calls point, if it is not nil,
// for each position in turn. Positions are given as they are: not a number, infinite or beyond the world. Nothing is allocated.
func Scan(b []byte, point func(x, y float64)) error {
	return (&scanner{b: b, point: point}).whole()
}

// scanner walks over the bytes of a geometry without building anything. Counts are compared with the bytes that remain, in
// 64-bit arithmetic, so that a lie about a count costs nothing.
type scanner struct {
	b []byte
	// extended says that the outermost geometry names its reference system.
	extended bool
	// point, if set, is called for each position.
	point func(x, y float64)
}

func (s *scanner) whole() error {
	if err := s.geometry(false); err != nil {
		return err
	}
	if len(s.b) > 0 {
		return fmt.Errorf("%d bytes follow the geometry", len(s.b))
	}
	return nil
}

func (s *scanner) geometry(member bool) error {
	if len(s.b) < 5 {
		return errShort
	}
	var order binary.ByteOrder
	switch s.b[0] {
	case 0:
		order = binary.BigEndian
	case 1:
		order = binary.LittleEndian
	default:
		return fmt.Errorf("byte order %d is not 0 or 1", s.b[0])
	}
	kind := order.Uint32(s.b[1:])
	s.b = s.b[5:]
	if s.extended && !member {
		if err := s.system(order, kind); err != nil {
			return err
		}
		kind &^= flagSRID
	}
	if member && kind != typePolygon {
		return fmt.Errorf("a MultiPolygon has a member of WKB type %d", kind)
	}
	switch kind {
	case typePoint:
		return s.positions(order, 1)
	case typeLineString:
		return s.line(order)
	case typePolygon:
		return s.each(order, 4, func() error { return s.line(order) })
	case typeMultiPolygon:
		return s.each(order, 9, func() error { return s.geometry(true) })
	}
	return fmt.Errorf("WKB type %d is not a Point, LineString, Polygon or MultiPolygon without Z and M", kind)
}

// system reads the number of the reference system.
func (s *scanner) system(order binary.ByteOrder, kind uint32) error {
	if kind&flagSRID == 0 {
		return fmt.Errorf("the reference system is not named, want %d", SRID)
	}
	if len(s.b) < 4 {
		return errShort
	}
	if id := order.Uint32(s.b); id != SRID {
		return fmt.Errorf("the reference system is %d, want %d", id, SRID)
	}
	s.b = s.b[4:]
	return nil
}

// each reads a count of members of at least size bytes, and then the members.
func (s *scanner) each(order binary.ByteOrder, size int, member func() error) error {
	n, err := s.count(order, size)
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

func (s *scanner) count(order binary.ByteOrder, size int) (uint32, error) {
	if len(s.b) < 4 {
		return 0, errShort
	}
	n := order.Uint32(s.b)
	s.b = s.b[4:]
	if uint64(n)*uint64(size) > uint64(len(s.b)) {
		return 0, fmt.Errorf("a count of %d for %d bytes", n, len(s.b))
	}
	return n, nil
}

func (s *scanner) line(order binary.ByteOrder) error {
	n, err := s.count(order, 16)
	if err != nil {
		return err
	}
	return s.positions(order, int(n))
}

func (s *scanner) positions(order binary.ByteOrder, n int) error {
	if len(s.b) < 16*n {
		return errShort
	}
	if s.point != nil {
		for i := range n {
			s.point(math.Float64frombits(order.Uint64(s.b[16*i:])), math.Float64frombits(order.Uint64(s.b[16*i+8:])))
		}
	}
	s.b = s.b[16*n:]
	return nil
}

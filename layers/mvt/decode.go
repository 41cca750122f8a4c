package mvt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// ErrTile is wrapped by the errors of Decode.
var ErrTile = errors.New("not a valid vector tile")

// TileLayer is one layer of a decoded tile.
type TileLayer struct {
	Name            string
	Version, Extent uint32
	Keys            []string
	Values          []any // string, float32, float64, int64, uint64 or bool
	Features        []TileFeature
}

// TileFeature is one feature of a decoded tile.
type TileFeature struct {
	ID    uint64
	HasID bool
	// Properties holds the attributes with values as in TileLayer.Values.
	Properties map[string]any
	// Geometry is an orb.MultiPoint, MultiLineString or MultiPolygon in units of the tile, Y downwards. Rings are closed. Seen
	// with Y upwards, exteriors are counter-clockwise and holes clockwise (the other way in a tile of version 1 that does so).
	Geometry orb.Geometry
}

// Decode reads a tile, for checks: it is strict and makes no haste. What MVT 2.1 says a tile must be it must be: layers with
// names that differ, of version 1 or 2; features with a type, with tags in pairs that point to keys and values, no key twice, and with a
// geometry of whole commands in their order, no segment of length 0 and (from version 2 on) exteriors of positive area before
// their holes. Every count is held against the bytes that remain before anything is made of it. Errors wrap ErrTile and say in
// which layer and feature. Nothing of b is kept.
func Decode(b []byte) ([]TileLayer, error) {
	var tile []TileLayer
	names := map[string]bool{}
	err := eachField(b, func(f field) error {
		if f.number != 3 {
			return nil
		}
		l, err := decodeLayer(f)
		if err != nil {
			return fmt.Errorf("layer %d %q: %w", len(tile), l.Name, err)
		}
		if names[l.Name] {
			return fmt.Errorf("two layers are named %q", l.Name)
		}
		names[l.Name] = true
		tile = append(tile, l)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTile, err)
	}
	return tile, nil
}

// field is one field of a protobuf message: a number for the wire types varint and fixed, bytes for delimited.
type field struct {
	number uint64
	wire   byte
	value  uint64
	bytes  []byte
}

var errShort = errors.New("the bytes end too early")

// eachField calls each for every field of a message, whether known or not.
func eachField(b []byte, each func(field) error) error {
	for len(b) > 0 {
		f, rest, err := nextField(b)
		if err != nil {
			return err
		}
		if err := each(f); err != nil {
			return err
		}
		b = rest
	}
	return nil
}

func nextField(b []byte) (field, []byte, error) {
	tag, n := binary.Uvarint(b)
	if n <= 0 {
		return field{}, nil, errShort
	}
	b = b[n:]
	f := field{number: tag >> 3, wire: byte(tag & 7)}
	if f.number == 0 {
		return f, nil, errors.New("a field has the number 0")
	}
	switch f.wire {
	case varint:
		f.value, n = binary.Uvarint(b)
		if n <= 0 {
			return f, nil, errShort
		}
		return f, b[n:], nil
	case fixed64:
		if len(b) < 8 {
			return f, nil, errShort
		}
		f.value = binary.LittleEndian.Uint64(b)
		return f, b[8:], nil
	case fixed32:
		if len(b) < 4 {
			return f, nil, errShort
		}
		f.value = uint64(binary.LittleEndian.Uint32(b))
		return f, b[4:], nil
	case delimited:
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return f, nil, errShort
		}
		f.bytes = b[n : n+int(size)]
		return f, b[n+int(size):], nil
	}
	return f, nil, fmt.Errorf("field %d has the wire type %d", f.number, f.wire)
}

// want is an error unless the field has the wire type.
func (f field) want(wire byte) error {
	if f.wire != wire {
		return fmt.Errorf("field %d has the wire type %d, want %d", f.number, f.wire, wire)
	}
	return nil
}

func decodeLayer(f field) (TileLayer, error) {
	l := TileLayer{Extent: 4096}
	if err := f.want(delimited); err != nil {
		return l, err
	}
	named, versioned := false, false
	var features [][]byte
	err := eachField(f.bytes, func(f field) (err error) {
		switch f.number {
		case 1:
			named, l.Name, err = true, string(f.bytes), f.want(delimited)
		case 2:
			features, err = append(features, f.bytes), f.want(delimited)
		case 3:
			l.Keys, err = append(l.Keys, string(f.bytes)), f.want(delimited)
		case 4:
			var v any
			v, err = decodeValue(f)
			l.Values = append(l.Values, v)
		case 5:
			l.Extent, err = uint32(f.value), f.want(varint)
		case 15:
			versioned, l.Version, err = true, uint32(f.value), f.want(varint)
		}
		return err
	})
	switch {
	case err != nil:
		return l, err
	case !named:
		return l, errors.New("it has no name")
	case !versioned || l.Version < 1 || l.Version > 2:
		return l, fmt.Errorf("its version is %d, want 1 or 2", l.Version)
	case l.Extent == 0:
		return l, errors.New("its extent is 0")
	}
	for i, b := range features {
		one, err := decodeFeature(&l, b)
		if err != nil {
			return l, fmt.Errorf("feature %d: %w", i, err)
		}
		l.Features = append(l.Features, one)
	}
	return l, nil
}

func decodeValue(f field) (any, error) {
	if err := f.want(delimited); err != nil {
		return nil, err
	}
	var v any
	n := 0
	err := eachField(f.bytes, func(f field) error {
		wire := [...]byte{1: delimited, 2: fixed32, 3: fixed64, 4: varint, 5: varint, 6: varint, 7: varint}
		if f.number >= uint64(len(wire)) {
			return nil
		}
		n++
		switch f.number {
		case 1:
			v = string(f.bytes)
		case 2:
			v = math.Float32frombits(uint32(f.value))
		case 3:
			v = math.Float64frombits(f.value)
		case 4:
			v = int64(f.value)
		case 5:
			v = f.value
		case 6:
			v = int64(f.value>>1) ^ -int64(f.value&1)
		case 7:
			v = f.value != 0
		}
		return f.want(wire[f.number])
	})
	if err == nil && n != 1 {
		err = fmt.Errorf("a value has %d of the known types, want 1", n)
	}
	return v, err
}

func decodeFeature(l *TileLayer, b []byte) (TileFeature, error) {
	f := TileFeature{Properties: map[string]any{}}
	kind := unknownType
	var tags, geometry []uint32
	err := eachField(b, func(g field) (err error) {
		switch g.number {
		case 1:
			f.ID, f.HasID, err = g.value, true, g.want(varint)
		case 2:
			tags, err = appendPacked(tags, g)
		case 3:
			kind, err = geometryType(min(g.value, 255)), g.want(varint)
		case 4:
			geometry, err = appendPacked(geometry, g)
		}
		return err
	})
	if err != nil {
		return f, err
	}
	if len(tags)%2 != 0 {
		return f, fmt.Errorf("it has %d tags, which is no whole number of pairs", len(tags))
	}
	for i := 0; i < len(tags); i += 2 {
		k, v := int(tags[i]), int(tags[i+1])
		if k >= len(l.Keys) || v >= len(l.Values) {
			return f, fmt.Errorf("tag %d points to key %d of %d and value %d of %d", i, k, len(l.Keys), v, len(l.Values))
		}
		if _, twice := f.Properties[l.Keys[k]]; twice {
			return f, fmt.Errorf("the attribute %q comes twice", l.Keys[k])
		}
		f.Properties[l.Keys[k]] = l.Values[v]
	}
	f.Geometry, err = decodeGeometry(kind, geometry, l.Version)
	return f, err
}

// appendPacked reads a packed list of numbers.
func appendPacked(list []uint32, f field) ([]uint32, error) {
	if err := f.want(delimited); err != nil {
		return list, err
	}
	for b := f.bytes; len(b) > 0; {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > math.MaxUint32 {
			return list, fmt.Errorf("field %d: %w", f.number, errShort)
		}
		list, b = append(list, uint32(v)), b[n:]
	}
	return list, nil
}

package mvt

import "encoding/binary"

// The protobuf of MVT 2.1, by hand: the tag of a field is its number << 3 | its wire type.
const (
	varint    = 0
	fixed64   = 1
	delimited = 2
	fixed32   = 5

	tileLayer = 3<<3 | delimited

	layerName    = 1<<3 | delimited
	layerFeature = 2<<3 | delimited
	layerKey     = 3<<3 | delimited
	layerValue   = 4<<3 | delimited
	layerExtent  = 5<<3 | varint
	layerVersion = 15<<3 | varint

	featureID       = 1<<3 | varint
	featureTags     = 2<<3 | delimited
	featureType     = 3<<3 | varint
	featureGeometry = 4<<3 | delimited

	valueText = 1<<3 | delimited
	valueUint = 5<<3 | varint
	valueBool = 7<<3 | varint
)

// Extent is the number of units along the side of a tile.
const Extent = 4096

// extentBits is the binary logarithm of Extent.
const extentBits = 12

// appendVarint appends v; the one-byte case, which is most of a tile, is worth its branch.
func appendVarint(b []byte, v uint64) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	return binary.AppendUvarint(b, v)
}

// sizeVarint is the number of bytes that appendVarint appends.
func sizeVarint(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

// zigzag maps small numbers of either sign to small numbers.
func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

// appendBytes appends a delimited field.
func appendBytes[T string | []byte](b []byte, tag byte, s T) []byte {
	b = appendVarint(append(b, tag), uint64(len(s)))
	return append(b, s...)
}

package tileset

import (
	"context"
	"encoding/binary"
	"io"
	"math"

	"wangge/geo"
)

// headerBytes is the length of the header of PMTiles version 3.
const headerBytes = 127

// Words of the header.
const (
	clusteredYes    = 1 // tiles are in the order of ids, but for those that have the content of an earlier one
	compressionGzip = 2
	typeMVT         = 1
)

// writePMTiles writes the tiles of a complete run as PMTiles: header, root directory, metadata, leaf directories, tiles.
func writePMTiles(ctx context.Context, w io.Writer, t *tiles, a about, show func(tiles int64)) error {
	root, leaves, err := packDirectories(t.entries, func(each func(entry) error) error { return t.eachEntry(ctx, each) })
	if err != nil {
		return err
	}
	text, err := a.json()
	if err != nil {
		return err
	}
	metadata, err := compressed(text)
	if err != nil {
		return err
	}
	for _, section := range [][]byte{appendHeader(nil, t, a, len(root), len(metadata), len(leaves)), root, metadata, leaves} {
		if _, err := w.Write(section); err != nil {
			return err
		}
	}
	return t.eachContent(ctx, func(content int64, data []byte) error {
		show(t.count * content / t.contents)
		_, err := w.Write(data)
		return err
	})
}

// appendHeader appends the header of sections that follow each other without a gap.
func appendHeader(b []byte, t *tiles, a about, root, metadata, leaves int) []byte {
	b = append(b, "PMTiles\x03"...)
	at := uint64(headerBytes)
	for _, length := range []uint64{uint64(root), uint64(metadata), uint64(leaves), uint64(t.bytes)} {
		b = binary.LittleEndian.AppendUint64(b, at)
		b = binary.LittleEndian.AppendUint64(b, length)
		at += length
	}
	for _, n := range []int64{t.count, t.entries, t.contents} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	b = append(b, clusteredYes, compressionGzip, compressionGzip, typeMVT, a.minZoom, a.maxZoom)
	for _, v := range []float64{a.bound.Min[0], a.bound.Min[1], a.bound.Max[0], a.bound.Max[1]} {
		b = appendDegrees(b, v)
	}
	b = append(b, a.centerZoom)
	return appendDegrees(appendDegrees(b, a.center[0]), a.center[1])
}

// appendDegrees appends degrees in units of 1e-7.
func appendDegrees(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(v*geo.FixedScale))))
}

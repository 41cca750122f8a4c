package tileset

import (
	"bytes"
	"encoding/binary"

	"github.com/klauspost/compress/gzip"
)

// entry is one line of a PMTiles directory: run tiles from id on have the length bytes at offset of the section of tile data. With a
// run of 0 the bytes are a leaf directory, in the section of leaves, whose first entry has that id.
type entry struct {
	id, offset  uint64
	length, run uint32
}

// mostRoot is the most bytes of a root directory: with the header it lies in the first 16 KiB of a file, which readers get at once.
const mostRoot = 16384 - headerBytes

// aboutRoot is how many entries a root has when directories are two levels deep: as many as surely fit.
const aboutRoot = 3500

// leastLeaf is the fewest entries of a leaf, so that a reader needs few of them for a view of a map.
const leastLeaf = 4096

// packDirectory writes a directory as PMTiles wants it: numbers as varints in columns, ids as differences, an offset that follows on
// the entry before as 0, and all of it compressed.
func packDirectory(entries []entry) ([]byte, error) {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	follows := uint64(0)
	for i, e := range entries {
		if i > 0 && e.offset == follows {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
		follows = e.offset + uint64(e.length)
	}
	return compressed(b)
}

func compressed(b []byte) ([]byte, error) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := zip.Write(b); err != nil {
		return nil, err
	}
	err = zip.Close()
	return out.Bytes(), err
}

// packDirectories writes the root and its leaves, none where the root has room for all. each calls its argument for count entries
// in the order of ids, the same whenever it is called.
func packDirectories(count int64, each func(func(entry) error) error) (root, leaves []byte, err error) {
	if count <= mostRoot { // an entry has 4 bytes at least, which compress to a quarter or so
		all := make([]entry, 0, count)
		if err := each(func(e entry) error { all = append(all, e); return nil }); err != nil {
			return nil, nil, err
		}
		if root, err = packDirectory(all); err != nil || len(root) <= mostRoot {
			return root, nil, err
		}
	}
	for size := max(leastLeaf, count/aboutRoot+1); ; size += size / 5 {
		if root, leaves, err = packLeaves(size, each); err != nil || len(root) <= mostRoot {
			return root, leaves, err
		}
	}
}

// packLeaves writes leaves of size entries each and the root that points to them.
func packLeaves(size int64, each func(func(entry) error) error) (root, leaves []byte, err error) {
	var pointers, leaf []entry
	flush := func() error {
		b, err := packDirectory(leaf)
		if err != nil {
			return err
		}
		pointers = append(pointers, entry{id: leaf[0].id, offset: uint64(len(leaves)), length: uint32(len(b))})
		leaves, leaf = append(leaves, b...), leaf[:0]
		return nil
	}
	err = each(func(e entry) error {
		leaf = append(leaf, e)
		if int64(len(leaf)) == size {
			return flush()
		}
		return nil
	})
	if err == nil && len(leaf) > 0 {
		err = flush()
	}
	if err != nil {
		return nil, nil, err
	}
	root, err = packDirectory(pointers)
	return root, leaves, err
}

package tileset_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"wangge/geo"
)

// pmtiles reads PMTiles version 3 as its specification describes it. Nothing of the writer is used, and everything that the
// specification asks for is checked while it is read.
type pmtiles struct {
	file                                           []byte
	root, metadata, leaves, tiles                  []byte
	addressed, entries, contents                   uint64
	clustered, internal, compression, kind         byte
	minZoom, maxZoom, centerZoom                   byte
	west, south, east, north, centerLon, centerLat float64
	about                                          map[string]any
	directories                                    map[*byte][]pmEntry // by where they begin
}

type pmEntry struct{ id, run, length, offset uint64 }

// openPMTiles reads the header and the metadata.
func openPMTiles(file []byte) (*pmtiles, error) {
	if len(file) < 127 || string(file[:7]) != "PMTiles" || file[7] != 3 {
		return nil, errors.New("no PMTiles of version 3")
	}
	p := &pmtiles{file: file, directories: map[*byte][]pmEntry{}}
	u64 := func(at int) uint64 { return binary.LittleEndian.Uint64(file[at:]) }
	total := uint64(127)
	for i, section := range []*[]byte{&p.root, &p.metadata, &p.leaves, &p.tiles} {
		offset, length := u64(8+16*i), u64(16+16*i)
		if offset+length > uint64(len(file)) {
			return nil, fmt.Errorf("section %d: %d bytes at %d of %d", i, length, offset, len(file))
		}
		if offset != total {
			return nil, fmt.Errorf("section %d begins at %d, the one before ends at %d", i, offset, total)
		}
		*section = file[offset : offset+length]
		total += length
	}
	if total != uint64(len(file)) {
		return nil, fmt.Errorf("%d bytes after the last section", uint64(len(file))-total)
	}
	if 127+len(p.root) > 16384 {
		return nil, fmt.Errorf("the root directory ends at %d", 127+len(p.root))
	}
	p.addressed, p.entries, p.contents = u64(72), u64(80), u64(88)
	p.clustered, p.internal, p.compression, p.kind, p.minZoom, p.maxZoom = file[96], file[97], file[98], file[99], file[100], file[101]
	degrees := func(at int) float64 { return float64(int32(binary.LittleEndian.Uint32(file[at:]))) / 1e7 }
	p.west, p.south, p.east, p.north = degrees(102), degrees(106), degrees(110), degrees(114)
	p.centerZoom, p.centerLon, p.centerLat = file[118], degrees(119), degrees(123)
	if p.clustered != 1 || p.internal != 2 || p.compression != 2 || p.kind != 1 {
		return nil, fmt.Errorf("clustered %d, internal compression %d, compression of tiles %d, kind %d", p.clustered, p.internal, p.compression, p.kind)
	}
	text, err := unzip(p.metadata)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return p, json.Unmarshal(text, &p.about)
}

func (p *pmtiles) count() int { return int(p.addressed) }

// directory reads one directory.
func (p *pmtiles) directory(packed []byte) ([]pmEntry, error) {
	if len(packed) == 0 {
		return nil, errors.New("a directory without bytes")
	}
	if list, ok := p.directories[&packed[0]]; ok {
		return list, nil
	}
	b, err := unzip(packed)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			err = errors.New("a directory ends early")
			return 0
		}
		b = b[n:]
		return v
	}
	list := make([]pmEntry, number())
	id := uint64(0)
	for i := range list {
		id += number()
		list[i].id = id
		if i > 0 && id <= list[i-1].id {
			return nil, fmt.Errorf("entry %d: id %d is not above %d", i, id, list[i-1].id)
		}
	}
	for i := range list {
		list[i].run = number()
	}
	for i := range list {
		if list[i].length = number(); list[i].length == 0 {
			return nil, fmt.Errorf("entry %d has no length", i)
		}
	}
	for i := range list {
		switch v := number(); {
		case v > 0:
			list[i].offset = v - 1
		case i == 0:
			return nil, errors.New("the first entry follows on nothing")
		default:
			list[i].offset = list[i-1].offset + list[i-1].length
		}
	}
	if err == nil && (len(b) > 0 || len(list) == 0) {
		err = fmt.Errorf("a directory of %d entries with %d bytes after them", len(list), len(b))
	}
	p.directories[&packed[0]] = list
	return list, err
}

// get reads a tile as a client does: from the root, through a leaf if need be.
func (p *pmtiles) get(t geo.Tile) ([]byte, error) {
	id := uint64(0)
	for z := range t.Z {
		id += 1 << (2 * z)
	}
	id += hilbert(int64(1)<<t.Z, int64(t.X), int64(t.Y))
	packed := p.root
	for range 4 {
		list, err := p.directory(packed)
		if err != nil {
			return nil, err
		}
		at := -1
		for lo, hi := 0, len(list)-1; lo <= hi; { // the last entry that is not above id
			if middle := (lo + hi) / 2; list[middle].id <= id {
				at, lo = middle, middle+1
			} else {
				hi = middle - 1
			}
		}
		if at < 0 {
			return nil, nil
		}
		e := list[at]
		section := p.tiles
		if e.run == 0 {
			section = p.leaves
		} else if id >= e.id+e.run {
			return nil, nil
		}
		if e.offset+e.length > uint64(len(section)) {
			return nil, fmt.Errorf("entry %+v is beyond the section of %d bytes", e, len(section))
		}
		if packed = section[e.offset : e.offset+e.length]; e.run > 0 {
			return packed, nil
		}
	}
	return nil, errors.New("directories are too deep")
}

// all returns every entry, in order, and checks what the header counts, and that tiles are clustered.
func (p *pmtiles) all() ([]pmEntry, error) {
	root, err := p.directory(p.root)
	if err != nil {
		return nil, err
	}
	var list []pmEntry
	for _, e := range root {
		if e.run > 0 {
			list = append(list, e)
			continue
		}
		leaf, err := p.directory(p.leaves[e.offset : e.offset+e.length])
		if err != nil {
			return nil, err
		}
		if leaf[0].id != e.id {
			return nil, fmt.Errorf("the leaf of %d begins with %d", e.id, leaf[0].id)
		}
		list = append(list, leaf...)
	}
	addressed, offsets, end, next := uint64(0), map[uint64]bool{}, uint64(0), uint64(0)
	for i, e := range list {
		if e.id < next {
			return nil, fmt.Errorf("id %d comes twice", e.id)
		}
		if i > 0 && e.id == next && e.offset == list[i-1].offset {
			return nil, fmt.Errorf("the run before %d is cut", e.id)
		}
		next = e.id + e.run
		addressed += e.run
		switch {
		case e.offset == end:
			end += e.length
		case !offsets[e.offset]:
			return nil, fmt.Errorf("the tile of %d is neither next nor one before", e.id)
		}
		offsets[e.offset] = true
	}
	if addressed != p.addressed || uint64(len(list)) != p.entries || uint64(len(offsets)) != p.contents || end != uint64(len(p.tiles)) {
		return nil, fmt.Errorf("%d tiles, %d entries, %d contents, %d bytes; the header says %d, %d, %d, %d", addressed, len(list), len(offsets), end,
			p.addressed, p.entries, p.contents, len(p.tiles))
	}
	return list, nil
}

// hilbert is the place of a cell on the Hilbert curve through a square of n by n cells, as the literature gives it: the curve of a square
// is made of those of its quarters, the first and the last of them flipped.
func hilbert(n, x, y int64) uint64 {
	if n == 1 {
		return 0
	}
	h := n / 2
	quarter := uint64(h) * uint64(h)
	switch {
	case x < h && y < h:
		return hilbert(h, y, x)
	case x < h:
		return quarter + hilbert(h, x, y-h)
	case y >= h:
		return 2*quarter + hilbert(h, x-h, y-h)
	}
	return 3*quarter + hilbert(h, h-1-y, n-1-x)
}

func openedPMTiles(t testing.TB, path string) *pmtiles {
	t.Helper()
	p, err := openPMTiles(read(t, path))
	must(t, err)
	return p
}

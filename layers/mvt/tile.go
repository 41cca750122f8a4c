package mvt

import (
	"crypto/sha256"
	"encoding/base64"
	"io"

	"wangge/geo"
	"wangge/layers"
)

// Tile is a tile as it is sent: layers that may be shared with a Cache and with other tiles. It is immutable.
type Tile struct {
	parts  []*chunk
	coding Coding
	kept   bool
}

// Tile returns a tile of an Atlas as it is at an instant: the bytes of Atlas.Append, in a coding. What the cache has is taken from
// there; the rest is made, and kept. A tile of few bytes comes in Plain whatever is asked for, because compressing it does not
// pay. Errors are those of Atlas.Append.
func (c *Cache) Tile(a *Atlas, t geo.Tile, at layers.Instant, coding Coding, names ...layers.Layer) (Tile, error) {
	if err := check(t, names); err != nil {
		return Tile{}, err
	}
	out := Tile{parts: make([]*chunk, len(names)), coding: coding, kept: true}
	size := 0
	for i, name := range names {
		k, kept := c.get(a, specOf(name), t, at, coding)
		out.parts[i], out.kept = k, out.kept && kept
		size += k.size
	}
	if size < leastPacked {
		out.coding = Plain
	}
	parts := out.parts[:0]
	for i, k := range out.parts {
		if !k.has(out.coding) {
			k = c.packed(a, specOf(names[i]), t, k, out.coding)
		}
		if k.size > 0 {
			parts = append(parts, k)
		}
	}
	out.parts = parts
	return out, nil
}

// Coding is how the bytes are compressed.
func (t Tile) Coding() Coding { return t.coding }

// Kept reports whether all of it was in the cache.
func (t Tile) Kept() bool { return t.kept }

// Tag names the bytes of the tile before compression: tiles with different bytes have different tags, in every process. It is letters,
// digits, - and _.
func (t Tile) Tag() string {
	var sum [sha256.Size]byte
	switch len(t.parts) {
	case 1:
		copy(sum[:], t.parts[0].sum[:])
	default:
		var room [16 * len(chunk{}.sum)]byte
		all := room[:0]
		for _, k := range t.parts {
			all = append(all, k.sum[:]...)
		}
		sum = sha256.Sum256(all)
	}
	return base64.RawURLEncoding.EncodeToString(sum[:len(chunk{}.sum)])
}

// Size is how many bytes WriteTo writes.
func (t Tile) Size() int {
	n := 0
	for _, k := range t.parts {
		n += len(k.forms[t.coding])
	}
	if t.coding == Gzip {
		n += gzipOverhead
	}
	return n
}

// WriteTo writes the tile in its coding.
func (t Tile) WriteTo(w io.Writer) (int64, error) {
	c := &countingWriter{w: w}
	var all checksum
	if t.coding == Gzip {
		c.write([]byte(gzipHead))
	}
	for _, k := range t.parts {
		c.write(k.forms[t.coding])
		all = all.then(k.checksum)
	}
	if t.coding == Gzip {
		c.write(all.gzipEnd())
	}
	return c.n, c.err
}

// countingWriter stops at the first error.
type countingWriter struct {
	w   io.Writer
	n   int64
	err error
}

func (c *countingWriter) write(b []byte) {
	if c.err != nil {
		return
	}
	var n int
	n, c.err = c.w.Write(b)
	c.n += int64(n)
}

package mvt

import (
	"crypto/sha256"
	"slices"
)

// chunk is what one layer is in one tile, during a span of time. It is immutable.
type chunk struct {
	span span
	sum  [12]byte // the beginning of the SHA-256 of its bytes
	checksum
	// forms holds the bytes in each coding that was asked for, those of Plain also where they are few; nil for the others.
	forms [codings][]byte
}

// chunkOverhead is about what a kept chunk costs in bytes beside its forms: itself, its entry and their place in a table.
const chunkOverhead = 400

// has reports whether the chunk can be sent in a coding. One without bytes can be in any.
func (k *chunk) has(c Coding) bool { return k.size == 0 || k.forms[c] != nil }

// bytes is what a kept chunk costs.
func (k *chunk) bytes() int64 {
	n := chunkOverhead
	for _, f := range k.forms {
		n += cap(f)
	}
	return int64(n)
}

// packed returns the chunk in one more coding. It has its Plain form.
func (p *packer) packed(k *chunk, c Coding) *chunk {
	n := *k
	n.forms[c], _ = p.pack(nil, k.forms[Plain], c, func() {})
	return &n
}

// joined returns the chunk with the forms and the span of another one that has the same bytes and whose span meets its own.
func (k *chunk) joined(other *chunk) *chunk {
	n := *k
	n.span = span{min(k.span.from, other.span.from), max(k.span.until, other.span.until)}
	for i, f := range other.forms {
		if n.forms[i] == nil {
			n.forms[i] = f
		}
	}
	return &n
}

// newChunk makes the chunk of plain, which it does not keep. It compresses into room, which it returns for the next chunk.
func (p *packer) newChunk(plain []byte, room [][]byte, s span, c Coding) (*chunk, [][]byte) {
	k := &chunk{span: s}
	identify := func() {
		sum := sha256.Sum256(plain)
		copy(k.sum[:], sum[:])
		k.checksum = checksumOf(plain)
	}
	if c == Plain || len(plain) < leastPacked {
		identify()
		if len(plain) > 0 {
			k.forms[Plain] = slices.Clone(plain)
		}
		return k, room
	}
	k.forms[c], room = p.pack(room, plain, c, identify)
	return k, room
}

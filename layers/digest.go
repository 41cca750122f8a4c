package layers

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// Digest is the sum, modulo 2^256, of the SHA-256 of each row. It does not depend on order, so that a change subtracts what
// went and adds what came, and two processes at one revision can compare what they hold. It finds mistakes; it is no defence
// against somebody who builds rows to fit.
type Digest [4]uint64

// String returns 64 hexadecimal digits.
func (d Digest) String() string {
	var b [32]byte
	for i, w := range d {
		binary.BigEndian.PutUint64(b[8*i:], w)
	}
	return hex.EncodeToString(b[:])
}

func (d *Digest) add(o Digest) {
	var c uint64
	for i := 3; i >= 0; i-- {
		d[i], c = bits.Add64(d[i], o[i], c)
	}
}

func (d *Digest) sub(o Digest) {
	var c uint64
	for i := 3; i >= 0; i-- {
		d[i], c = bits.Sub64(d[i], o[i], c)
	}
}

// digestOf returns the digest of one row. scratch is a buffer to reuse, returned grown.
func digestOf(f Feature, slice bool, scratch []byte) (Digest, []byte, error) {
	b, err := AppendFeature(append(scratch[:0], f.Layer()...), f)
	if err != nil {
		return Digest{}, scratch, err
	}
	sum := sha256.Sum256(appendBool(b, slice))
	var d Digest
	for i := range d {
		d[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	return d, b, nil
}

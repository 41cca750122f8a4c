package mvt

import (
	"encoding/binary"
	"hash/crc32"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// Coding is how the bytes of a tile are compressed. Each layer of a tile is compressed for itself, so that a tile is put together
// from compressed layers: as one gzip member of several DEFLATE blocks (RFC 1951, 1952), or as several zstd frames (RFC 8878).
type Coding uint8

// The codings. Both compressions are at their fastest level.
const (
	Plain Coding = iota
	Gzip
	Zstd
	codings
)

// String is the name of the content coding in HTTP.
func (c Coding) String() string { return [...]string{"identity", "gzip", "zstd"}[c] }

// leastPacked is the size in bytes from which compressing a tile pays.
const leastPacked = 860

// pieceSize is how many bytes are compressed in one go. A layer that is longer is compressed in pieces, at once where there is a
// free processor.
const pieceSize = 256 << 10

// packer compresses. It is safe for concurrent use.
type packer struct {
	deflaters sync.Pool
	frames    *zstd.Encoder
	helpers   chan struct{} // a place for each goroutine that helps with a long layer
}

func newPacker() *packer {
	processors := runtime.GOMAXPROCS(0)
	frames, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(processors),
		zstd.WithWindowSize(pieceSize), zstd.WithEncoderCRC(false)) // the options are valid ones
	return &packer{frames: frames, helpers: make(chan struct{}, processors-1), deflaters: sync.Pool{New: func() any {
		w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level is a valid one
		return &deflater{w: w}
	}}}
}

// pack returns plain compressed: for Gzip, blocks that end on a whole byte and are not the last; for Zstd, whole frames. What it returns
// depends on plain alone. while is called meanwhile. The pieces are made in room, which is returned for the next time.
func (p *packer) pack(room [][]byte, plain []byte, c Coding, while func()) (packed []byte, _ [][]byte) {
	n := (len(plain) + pieceSize - 1) / pieceSize
	for len(room) < n {
		room = append(room, nil)
	}
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			room[i] = p.piece(room[i][:0], plain[i*pieceSize:min(len(plain), (i+1)*pieceSize)], c)
		}
	}
	var wait sync.WaitGroup
	p.help(&wait, n-1, work)
	while()
	work()
	wait.Wait()
	return slices.Concat(room[:n]...), room
}

// help starts up to n goroutines that do the work too, as far as there are places.
func (p *packer) help(wait *sync.WaitGroup, n int, work func()) {
	for range n {
		select {
		case p.helpers <- struct{}{}:
			wait.Go(func() {
				defer func() { <-p.helpers }()
				work()
			})
		default:
			return
		}
	}
}

func (p *packer) piece(dst, plain []byte, c Coding) []byte {
	if c == Zstd {
		return p.frames.EncodeAll(plain, dst)
	}
	d := p.deflaters.Get().(*deflater)
	d.out = dst
	d.w.Reset(d)
	_, _ = d.w.Write(plain) // a deflater takes everything
	_ = d.w.Flush()
	dst, d.out = d.out, nil
	p.deflaters.Put(d)
	return dst
}

// deflater collects what its writer writes.
type deflater struct {
	w   *flate.Writer
	out []byte
}

func (d *deflater) Write(b []byte) (int, error) {
	d.out = append(d.out, b...)
	return len(b), nil
}

// The frame of a gzip member around the blocks of the layers.
const (
	gzipHead     = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff" // no name, no time, fastest, unknown system
	gzipLast     = "\x03\x00"                                 // an empty block that is the last
	gzipOverhead = len(gzipHead) + len(gzipLast) + 8
)

// checksum is the CRC-32 and the length of some bytes: what a gzip member ends with.
type checksum struct {
	crc  uint32
	size int
}

func checksumOf(b []byte) checksum { return checksum{crc32.ChecksumIEEE(b), len(b)} }

// then is the checksum of the bytes of s followed by those of t. A CRC-32 is a remainder of polynomials over GF(2): that of the
// bytes of s moves up by the length of t.
func (s checksum) then(t checksum) checksum {
	return checksum{multiply(power(t.size), s.crc) ^ t.crc, s.size + t.size}
}

// multiply is the product of two polynomials modulo that of the CRC-32. The highest bit is the coefficient of 1.
func multiply(a, b uint32) uint32 {
	product := uint32(0)
	for ; a != 0; a <<= 1 {
		if a&(1<<31) != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}

// power is x to the power of the bits in n bytes, modulo the polynomial of the CRC-32.
func power(n int) uint32 {
	product, square := uint32(1<<31), uint32(1<<23)
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			product = multiply(square, product)
		}
		square = multiply(square, square)
	}
	return product
}

// gzipEnd is what follows the blocks of a gzip member.
func (s checksum) gzipEnd() []byte {
	b := append(make([]byte, 0, gzipOverhead), gzipLast...)
	b = binary.LittleEndian.AppendUint32(b, s.crc)
	return binary.LittleEndian.AppendUint32(b, uint32(s.size))
}

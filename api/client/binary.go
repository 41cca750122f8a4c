package client

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/http"
)

// The compact form: see the description of the service, /openapi.json. All numbers are little endian.
const (
	pointsMedia = "application/vnd.wangge.points"
	gridsMedia  = "application/vnd.wangge.grids"

	pointsHead = 24
	gridsHead  = 32
)

var errGrids = errors.New("the answer is not of the compact form, version 1")

// systemNumber is a system's number in the head of points.
func systemNumber(crs CRS) (byte, error) {
	for i, known := range []CRS{WGS84, CGCS2000, GCJ02, BD09, EPSG4549} {
		if crs == known {
			return byte(i + 1), nil
		}
	}
	return 0, fmt.Errorf("client: the compact form has no number for the system %q", crs)
}

// BatchBinary asks for the grids of up to 10,000 positions, or 1,000,000 with a token that may stream, in the compact form. Of
// common it takes CRS and At. Positions that are whole multiples of 1e-7 degree, all of them, take half the bytes of others; either
// way the service sees exactly the numbers given. A position that is not finite is an invalid one.
func (c *Client) BatchBinary(ctx context.Context, common Common, positions []Position) (*Grids, error) {
	room := rooms.Get().(*[]byte)
	body, err := AppendPoints((*room)[:0], common, positions)
	if err != nil {
		return nil, err
	}
	*room = body
	r, err := c.request(ctx, http.MethodPost, batchPath, nil, pointsMedia, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := c.do(r)
	if err != nil {
		return nil, err
	}
	answer := rooms.Get().(*[]byte)
	defer rooms.Put(answer)
	b, err := readAll((*answer)[:0], res)
	if err != nil {
		return nil, err
	}
	*answer = b
	g, err := ParseGrids(b)
	if err != nil {
		return nil, err
	}
	if len(g.Index) != len(positions) {
		return nil, fmt.Errorf("client: %d answers to %d positions", len(g.Index), len(positions))
	}
	rooms.Put(room)
	return g, nil
}

// AppendPoints appends the compact form of positions to b. Of common it takes CRS and At.
func AppendPoints(b []byte, common Common, positions []Position) ([]byte, error) {
	system, err := systemNumber(common.CRS)
	if err != nil {
		return nil, err
	}
	if uint64(len(positions)) > math.MaxUint32 {
		return nil, fmt.Errorf("client: %d positions are too many", len(positions))
	}
	at := int64(0)
	if !common.At.IsZero() {
		if at = common.At.UnixMilli(); at == 0 {
			at = 1 // 0 is now
		}
	}
	le := binary.LittleEndian
	start := len(b)
	b = append(b, "WGPT"...)
	b = append(b, 1, 0, system, 0)
	b = le.AppendUint64(b, uint64(at))
	b = le.AppendUint32(b, uint32(len(positions)))
	b = le.AppendUint32(b, 0)
	if common.CRS != EPSG4549 {
		if out, ok := appendFixed(b, positions); ok {
			return out, nil
		}
	}
	b[start+5] = 1 // float64
	for _, p := range positions {
		b = le.AppendUint64(b, math.Float64bits(p.Lon))
		b = le.AppendUint64(b, math.Float64bits(p.Lat))
	}
	return b, nil
}

// appendFixed appends positions in 1e-7 degree; ok is false if some of them are no multiples of it.
func appendFixed(b []byte, positions []Position) (out []byte, ok bool) {
	for _, p := range positions {
		x, exactX := fixed(p.Lon)
		y, exactY := fixed(p.Lat)
		if !exactX || !exactY {
			return b, false
		}
		b = binary.LittleEndian.AppendUint64(b, uint64(uint32(x))|uint64(uint32(y))<<32)
	}
	return b, true
}

// fixed returns v in 1e-7; exact says that the service, which divides by 1e7, gets v again.
func fixed(v float64) (n int32, exact bool) {
	const scale = 1e7
	if !(v > -214 && v < 214) {
		return 0, false
	}
	n = int32(v*scale + math.Copysign(0.5, v))
	return n, float64(n)/scale == v
}

// ParseGrids reads the compact form of an answer. It keeps nothing of b.
func ParseGrids(b []byte) (*Grids, error) {
	le := binary.LittleEndian
	if len(b) < gridsHead || string(b[:4]) != "WGGR" || b[4] != 1 || b[5] > 1 {
		return nil, fmt.Errorf("client: %w", errGrids)
	}
	wide := b[5] == 1
	epoch, count, codes, table := uint64(le.Uint16(b[6:])), uint64(le.Uint32(b[16:])), uint64(le.Uint32(b[20:])), uint64(le.Uint32(b[28:]))
	size := uint64(2)
	if wide {
		size = 4
	}
	if uint64(len(b)) != gridsHead+table+count*size || table%4 != 0 || epoch+2*codes > table {
		return nil, fmt.Errorf("client: %d bytes for %d answers: %w", len(b), count, errGrids)
	}
	g := &Grids{Revision: int64(le.Uint64(b[8:])), Failed: int(le.Uint32(b[24:]))}
	names, indexes := b[gridsHead:gridsHead+table], b[gridsHead+table:]
	g.Epoch, names = string(names[:epoch]), names[epoch:]
	g.Codes = make([]string, codes)
	for i := range g.Codes {
		if len(names) < 2 || len(names)-2 < int(le.Uint16(names)) {
			return nil, fmt.Errorf("client: code %d of %d: %w", i, codes, errGrids)
		}
		n := 2 + int(le.Uint16(names))
		g.Codes[i], names = string(names[2:n]), names[n:]
	}
	g.Index = make([]int32, count)
	for i := range g.Index {
		n := int32(0)
		if wide {
			n = int32(le.Uint32(indexes[4*i:]))
		} else if n = int32(le.Uint16(indexes[2*i:])); n >= 0xfffe {
			n -= 0x10000
		}
		if n < Invalid || n >= int32(len(g.Codes)) {
			return nil, fmt.Errorf("client: answer %d has index %d of %d codes: %w", i, n, codes, errGrids)
		}
		g.Index[i] = n
	}
	return g, nil
}

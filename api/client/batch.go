package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// batchPath takes every form of a batch.
const batchPath = "/v1/lookup:batch"

// What stands in Grids.Index in place of a code.
const (
	Outside = -1 // the position is outside the district
	Invalid = -2 // the position could not be read
)

// Grids are the grids of many positions, in their order.
type Grids struct {
	Epoch    string
	Revision int64
	// Codes are the codes that occur.
	Codes []string
	// Index is for each position the place of its code in Codes, or Outside, or Invalid.
	Index []int32
	// Errors says of each invalid position what is wrong with it. BatchBinary counts them only: Failed.
	Errors []PointError
	// Failed is how many positions are invalid.
	Failed int
}

// Code returns the code of the grid of position i, "" outside and for one that could not be read.
func (g *Grids) Code(i int) string {
	if n := g.Index[i]; n >= 0 {
		return g.Codes[n]
	}
	return ""
}

// rooms holds room for bodies and answers. A body is given back only after an answer that shows that all of it was read: until then the
// transport may still be sending it.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// Batch asks for the grids of up to 10,000 positions in JSON.
func (c *Client) Batch(ctx context.Context, common Common, positions []Position) (*Grids, error) {
	room := rooms.Get().(*[]byte)
	body, err := appendBatch((*room)[:0], common, positions)
	if err != nil {
		return nil, err
	}
	*room = body
	r, err := c.request(ctx, http.MethodPost, batchPath, nil, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := c.do(r)
	if err != nil {
		return nil, err
	}
	b, err := readAll(make([]byte, 0, 256+4*len(positions)), res)
	if err != nil {
		return nil, err
	}
	g, err := parseGrids(b, len(positions))
	if err != nil {
		return nil, fmt.Errorf("client: read answer: %w", err)
	}
	if len(g.Index) != len(positions) {
		return nil, fmt.Errorf("client: %d answers to %d positions", len(g.Index), len(positions))
	}
	rooms.Put(room)
	return g, nil
}

// appendBatch appends the body of a batch.
func appendBatch(b []byte, common Common, positions []Position) ([]byte, error) {
	head := struct {
		Fields   string     `json:"fields"`
		CRS      CRS        `json:"crs"`
		Accuracy float64    `json:"accuracy_m,omitempty"`
		Category string     `json:"category,omitempty"`
		At       *time.Time `json:"at,omitempty"`
	}{"grid", common.CRS, common.AccuracyM, common.Category, nil}
	if !common.At.IsZero() {
		head.At = &common.At
	}
	h, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	b = append(append(b, h[:len(h)-1]...), `,"points":[`...)
	for i, p := range positions {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendPosition(b, p); err != nil {
			return nil, fmt.Errorf("client: position %d: %w", i, err)
		}
	}
	return append(b, "]}"...), nil
}

// appendPosition appends [lon,lat]. A number that is not finite cannot be written in JSON.
func appendPosition(b []byte, p Position) ([]byte, error) {
	if bad := p.Lon - p.Lon + p.Lat - p.Lat; bad != 0 { // NaN for whatever is not finite
		return b, fmt.Errorf("%v, %v is not finite", p.Lon, p.Lat)
	}
	b = append(b, '[')
	b = appendNumber(b, p.Lon)
	b = append(b, ',')
	b = appendNumber(b, p.Lat)
	return append(b, ']'), nil
}

// appendNumber appends v so that reading gives v again. Most coordinates have seven decimals at most, which is quick to find out.
func appendNumber(b []byte, v float64) []byte {
	const scale = 1e7
	n := math.Round(v * scale)
	if math.Abs(n) >= 1<<53 || n/scale != v || n == 0 {
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	whole, decimals := uint64(n)/scale, uint64(n)%scale
	b = strconv.AppendUint(b, whole, 10)
	if decimals == 0 {
		return b
	}
	var digits [8]byte
	digits[0] = '.'
	for i := 7; i > 0; i-- {
		digits[i] = byte('0' + decimals%10)
		decimals /= 10
	}
	end := 8
	for digits[end-1] == '0' {
		end--
	}
	return append(b, digits[:end]...)
}

// parseGrids reads the answer of a batch with fields grid.
func parseGrids(b []byte, expected int) (*Grids, error) {
	var answer struct {
		Grids  []int32
		Codes  []string
		Errors []PointError
		Data   Data
	}
	index, rest, ok := leadingGrids(b, expected)
	if !ok {
		rest = b
	}
	if err := json.Unmarshal(rest, &answer); err != nil {
		return nil, err
	}
	if !ok {
		index = answer.Grids
	}
	for _, n := range index {
		if n < Invalid || int(n) >= len(answer.Codes) {
			return nil, fmt.Errorf("index %d of %d codes", n, len(answer.Codes))
		}
	}
	return &Grids{Epoch: answer.Data.Epoch, Revision: answer.Data.Revision, Codes: answer.Codes, Index: index, Errors: answer.Errors, Failed: len(answer.Errors)}, nil
}

// leadingGrids takes the list of indexes, which stands first in the answers of the service, without encoding/json. rest is the answer without
// it. ok is false for any other form.
func leadingGrids(b []byte, expected int) (index []int32, rest []byte, ok bool) {
	const head = `{"grids":[`
	if !bytes.HasPrefix(b, []byte(head)) {
		return nil, nil, false
	}
	index = make([]int32, 0, expected)
	for i := len(head); i < len(b); i++ {
		if b[i] == ']' && len(index) == 0 {
			return index, unnamed(b, i), true
		}
		negative := b[i] == '-'
		if negative {
			i++
		}
		n, from := int32(0), i
		for ; i < len(b) && b[i]-'0' < 10 && i-from < 9; i++ {
			n = n*10 + int32(b[i]-'0')
		}
		if i == from || i == len(b) {
			break
		}
		if negative {
			n = -n
		}
		index = append(index, n)
		if b[i] == ']' {
			return index, unnamed(b, i), true
		}
		if b[i] != ',' {
			break
		}
	}
	return nil, nil, false
}

// unnamed returns the object whose first member, the list that ends at b[end], is an empty list. It overwrites b.
func unnamed(b []byte, end int) []byte {
	const empty = `{"grids":[`
	rest := b[end-len(empty):]
	copy(rest, empty)
	return rest
}

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	// rowBlock is how many bytes of rows go through a worker together, as far as rows are shorter.
	rowBlock = 256 << 10
	// leastBlock is the least size of a block, for a file with very many columns.
	leastBlock = 1 << 10
	// mostRow bounds a row in bytes. A longer one is the rest of a file after a quote that nothing closes.
	mostRow = 8 << 20
	// mostColumns bounds the columns of a file: the width of a sheet.
	mostColumns = 16_384
)

// byteOrderMark begins a CSV file that an office program wrote as UTF-8.
const byteOrderMark = "\ufeff"

// errRowTooLong says that a row has more than mostRow bytes.
var errRowTooLong = fmt.Errorf("a row has more than %d MiB; is a quote not closed?", mostRow>>20)

// rowBlocks cuts a CSV file into blocks of whole rows. What is one row is decided as encoding/csv decides it.
type rowBlocks struct {
	in   io.Reader
	size int    // of a block
	rest []byte // what was read and not yet given out
	done int64  // how many bytes of the file were given out
	end  error  // why there is nothing more to read
}

// newRowBlocks returns the blocks of in. Reading ends with ctx, even where in does not return.
func newRowBlocks(ctx context.Context, in io.Reader) *rowBlocks {
	return &rowBlocks{in: &endingReader{ctx, in}, size: rowBlock}
}

// header takes the first row off, and says whether a byte order mark was before it.
func (r *rowBlocks) header() (fields []string, marked bool, err error) {
	for len(r.rest) < len(byteOrderMark) && r.end == nil {
		r.rest = r.read(r.rest, max(r.size, len(byteOrderMark)))
	}
	if rest, ok := bytes.CutPrefix(r.rest, []byte(byteOrderMark)); ok {
		r.rest, marked = rest, true
		r.done += int64(len(byteOrderMark))
	}
	for {
		row, err := r.cut(nil, rowEnd)
		if err != nil {
			return nil, marked, err
		}
		if fields, err = csv.NewReader(bytes.NewReader(row)).Read(); !errors.Is(err, io.EOF) { // that is an empty line
			return fields, marked, err
		}
	}
}

// fit makes blocks so much smaller for a wide file that the answer to a block of nothing but short rows, which get all columns of
// the header, still has some megabytes only.
func (r *rowBlocks) fit(columns int) {
	const usual = 64
	r.size = max(leastBlock, rowBlock/(1+columns/usual))
}

// next returns the next rows in the room of b: as many as have come, and io.EOF after the last. What was read before an error is
// returned before it.
func (r *rowBlocks) next(b []byte) ([]byte, error) { return r.cut(b, wholeRows) }

// cut takes off the beginning of what is left that length measures, in the room of b. length is 0 for what is not enough.
func (r *rowBlocks) cut(b []byte, length func([]byte) int) ([]byte, error) {
	b = b[:0]
	for room := r.size; ; {
		last := len(b) >= len(r.rest) && r.end != nil
		n := length(b)
		if n == 0 && last && errors.Is(r.end, io.EOF) {
			n = len(b) // the last line may lack its end
		}
		switch {
		case n > 0:
			if len(b) <= len(r.rest) {
				r.rest = r.rest[n:]
			} else {
				r.rest = append(r.rest[:0], b[n:]...)
			}
			r.done += int64(n)
			return b[:n], nil
		case last:
			return nil, r.end
		case len(b) > mostRow:
			return nil, errRowTooLong
		case len(b) == room:
			room *= 2
		}
		if len(b) < len(r.rest) {
			b = append(b, r.rest[len(b):min(room, len(r.rest))]...)
			continue
		}
		b = r.read(b, room)
	}
}

// read reads once, and appends to b what comes, up to a length of room.
func (r *rowBlocks) read(b []byte, room int) []byte {
	b = slices.Grow(b, room-len(b))
	const patience = 100
	for range patience {
		n, err := r.in.Read(b[len(b):room])
		b, r.end = b[:len(b)+n], err
		if n > 0 || err != nil {
			return b
		}
	}
	r.end = io.ErrNoProgress
	return b
}

// wholeRows returns the length of all whole rows of b, which begins with one.
func wholeRows(b []byte) int {
	quote := bytes.IndexByte(b, '"')
	if quote < 0 {
		return bytes.LastIndexByte(b, '\n') + 1
	}
	end := bytes.LastIndexByte(b[:quote], '\n') + 1
	for {
		n := rowEnd(b[end:])
		if n == 0 {
			return end
		}
		end += n
	}
}

// rowEnd returns the length of the row that b begins with, or 0 if b ends before it does. A quote in a place that it cannot have
// ends the row with its line, because that is where encoding/csv goes on.
func rowEnd(b []byte) int {
	for i := 0; i < len(b); i++ { // a field each
		if b[i] == '"' {
			if i = quotedEnd(b, i); i == len(b) {
				return 0
			}
			if b[i] != ',' {
				return lineEnd(b, i)
			}
			continue
		}
		for i < len(b) && b[i] != ',' {
			if b[i] == '\n' || b[i] == '"' {
				return lineEnd(b, i)
			}
			i++
		}
	}
	return 0
}

// quotedEnd returns the place after the quote that closes the one at b[i], or the length of b.
func quotedEnd(b []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return len(b)
		}
		if i += n + 1; i == len(b) || b[i] != '"' {
			return i
		}
	}
}

// lineEnd returns the place after the end of the line that has b[i], or 0.
func lineEnd(b []byte, i int) int {
	n := bytes.IndexByte(b[i:], '\n')
	if n < 0 {
		return 0
	}
	return i + n + 1
}

// endingReader reads until ctx ends. A read that does not return then, from a terminal or a pipe, is left behind: nothing can wake
// it, and the program is about to end.
type endingReader struct {
	ctx context.Context
	in  io.Reader
}

func (r *endingReader) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := r.in.Read(p)
		done <- result{n, err}
	}()
	select {
	case got := <-done:
		return got.n, got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}

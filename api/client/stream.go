package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
)

// ErrIncomplete says that a stream ended before the service said that it was complete.
var ErrIncomplete = errors.New("client: the stream ended before its last line")

// Line is the answer to one position of a stream.
type Line struct {
	// Index is the position's place, from 0.
	Index int
	// Code is the code of the grid, "" outside and where Err is set.
	Code string
	// Raw is the line as it came. It is overwritten by the next line.
	Raw []byte
	// Err is what is wrong with this position; the others are answered.
	Err *PointError
}

// Answer returns the whole answer of a line of Stream with whole set.
func (l *Line) Answer() (*Answer, error) {
	if l.Err != nil {
		return nil, l.Err
	}
	return answerOf(bytes.Clone(l.Raw))
}

// Stream sends positions while it reads answers, and calls each for every answer in the order of the positions. With whole each
// answer is the one that Lookup gives; otherwise it is the code of the grid. It returns how many were answered. It needs a token
// that may stream.
//
// The service sends no more than is read and reads no more than is answered, so that any number of positions needs little
// memory. Positions are taken in a goroutine of its own, which has ended when Stream returns. When each returns an error the stream
// ends with it. When the stream breaks before all is answered the error wraps ErrIncomplete or is what broke it.
func (c *Client) Stream(ctx context.Context, common Common, whole bool, positions iter.Seq[Position], each func(*Line) error) (n int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	query := common.query()
	if !whole {
		query.Set("fields", "grid")
	}
	body, in := io.Pipe()
	sent := make(chan error, 1)
	go func() {
		err := sendLines(in, positions)
		_ = in.CloseWithError(err) // nil is the end of the body
		sent <- err
	}()
	defer func() {
		_ = body.Close() // wakes the sender
		if failed := <-sent; err != nil && failed != nil && !errors.Is(failed, io.ErrClosedPipe) {
			err = failed
		}
	}()
	r, err := c.request(ctx, http.MethodPost, batchPath, query, "application/x-ndjson", body)
	if err != nil {
		return 0, err
	}
	res, err := c.do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close() // what is left of it is of no use
	return readLines(res.Body, each)
}

// sendLines writes positions as lines.
func sendLines(to io.Writer, positions iter.Seq[Position]) error {
	out := bufio.NewWriterSize(to, 32<<10)
	var line []byte
	i := 0
	for p := range positions {
		var err error
		if line, err = appendPosition(line[:0], p); err != nil {
			return fmt.Errorf("client: position %d: %w", i, err)
		}
		if _, err = out.Write(append(line, '\n')); err != nil {
			return err
		}
		i++
	}
	return out.Flush()
}

// readLines reads answers up to the line that counts them.
func readLines(from io.Reader, each func(*Line) error) (n int, err error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 64<<10), 4<<20)
	lines.Split(wholeLine)
	for lines.Scan() {
		l := Line{Index: n, Raw: lines.Bytes()}
		last, err := l.parse()
		if err != nil {
			return n, err
		}
		if last >= 0 {
			if last != n {
				return n, fmt.Errorf("%w: %d answers arrived of %d", ErrIncomplete, n, last)
			}
			return n, nil
		}
		if err := each(&l); err != nil {
			return n, err
		}
		n++
	}
	if err := lines.Err(); err != nil {
		return n, fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	return n, ErrIncomplete
}

// wholeLine splits at line ends, and leaves out a last line that has none: it was broken off.
func wholeLine(data []byte, _ bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	return 0, nil, nil
}

// parse reads the code or error of a line; last is the count of the last line and -1 for any other.
func (l *Line) parse() (last int, err error) {
	const grid, end = `{"grid":"`, `"}`
	if rest, ok := bytes.CutPrefix(l.Raw, []byte(grid)); ok && bytes.HasSuffix(rest, []byte(end)) && bytes.IndexByte(rest, '\\') < 0 {
		l.Code = string(rest[:len(rest)-len(end)])
		return -1, nil
	}
	if string(l.Raw) == `{"grid":null}` {
		return -1, nil
	}
	var line struct {
		Count *int
		Grid  json.RawMessage
		Error *PointError
	}
	if err := json.Unmarshal(l.Raw, &line); err != nil {
		return -1, fmt.Errorf("client: read answer %d: %w", l.Index, err)
	}
	if line.Count != nil {
		return *line.Count, nil
	}
	l.Err = line.Error
	var whole struct{ Code string }
	if len(line.Grid) > 0 && line.Grid[0] == '{' && json.Unmarshal(line.Grid, &whole) == nil {
		l.Code = whole.Code
	} else if len(line.Grid) > 0 {
		_ = json.Unmarshal(line.Grid, &l.Code) // null leaves it empty
	}
	return -1, nil
}

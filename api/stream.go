package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"wangge/layers"
	"wangge/routing/duty"
)

// linesMedia is JSON in lines.
const linesMedia = "application/x-ndjson"

const (
	// mostLine bounds a line in bytes. The longest that is of use, with every member, has some 300.
	mostLine = 4 << 10
	// lineBlock is how many bytes of lines go through the workers together, at most.
	lineBlock = 16 << 10
	// writePiece is how many bytes are written before the deadline of writing is moved on.
	writePiece = 64 << 10
	// patientStream is how long a stream waits for the client's next bytes, and for it to take the next piece.
	patientStream = 30 * time.Second
)

// streamers are the roles that may send streams and large batches (RELIABILITY.md 3: a dispatcher, and those who work with the
// data; who administers or audits has no use for it).
func streamers() []layers.Role {
	return []layers.Role{layers.Dispatcher, layers.Surveyor, layers.UnitAgent, layers.Planner, layers.Reviewer, layers.Publisher}
}

func streamOperation() operation {
	fields := param{Name: "fields", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{fieldsAll, fieldsGrid}, Default: fieldsAll},
		Text: "`all` answers each line as `/v1/lookup` does, `grid` with the code of the grid alone."}
	return operation{
		Method: http.MethodPost, Path: lookupBatchPath, ID: "lookupStream", Tag: "lookup", Limit: -1, Longest: -1, Roles: streamers(),
		Summary: "Any number of positions, answered while they come",
		Text: "A position a line, `[lon,lat]` or an object as in a batch; an answer a line, in the same order: a whole answer, with `fields=grid` `{\"grid\":CODE}` " +
			"(`null` outside), or `{\"error\":{…}}` for a line that cannot be read, an empty one included. The last line is `{\"count\":n}`: without it the answer is not complete. " +
			"All lines are answered from one revision. The stream is unbounded; it ends when nothing comes, or nothing is taken, for 30 seconds.",
		Params:  []param{crsParam(), categoryParam(), accuracyParam(), atParam(), fields},
		Body:    &content{Media: linesMedia, Text: "The positions, a line each"},
		Answers: []answer{{Status: http.StatusOK, Text: "The answers, a line each", Content: &content{Media: linesMedia}}},
		Handle:  lookupStream,
	}
}

func lookupStream(c *call) error {
	s, err := c.newLineStream()
	if err != nil {
		return err
	}
	// Without it net/http stops reading when the answer begins, and lines are lost in silence.
	if err := s.control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("api: answer while reading: %w", err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, linesMedia)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	_ = s.control.Flush() // the client may wait for the head before it sends anything
	s.run(c.Request().Context())
	return nil
}

// lineStream answers lines. One goroutine reads, some answer, and the handler writes in order; a few blocks are under way at a
// time, so that a client that does not read is not read from either.
type lineStream struct {
	c       *call
	control *http.ResponseController
	general batch    // for lines of any form
	quick   *gridder // for pairs of numbers; nil where no grids were in force
	grids   bool     // only the codes are asked for

	todo, order chan *lines
	// broken is why reading ended before the end of the body; it is set before order is closed.
	broken error
}

// lines are some lines on their way.
type lines struct {
	text  []byte
	first int // number of the first line, from 0
	count int
	out   []byte
	// failed is set when answering ended in a panic; out ends before.
	failed bool
	done   chan struct{}

	positions []float64
	areas     []int32
}

var linesPool = sync.Pool{New: func() any { return &lines{text: make([]byte, 0, lineBlock)} }}

func (c *call) newLineStream() (*lineStream, error) {
	s := &lineStream{c: c, control: http.NewResponseController(c.Response()), todo: make(chan *lines), order: make(chan *lines, 2*runtime.GOMAXPROCS(0))}
	q, err := c.common()
	if err != nil {
		return nil, err
	}
	switch fields := c.query.Get("fields"); {
	case !c.query.Has("fields") || fields == fieldsAll:
	case fields == fieldsGrid:
		s.grids = true
	default:
		return nil, badParameter("fields", fmt.Sprintf("fields is %q or %q", fieldsAll, fieldsGrid))
	}
	s.general.common = q
	s.quick, _ = c.gridder(q) // without grids every line says why
	return s, nil
}

// common reads what the positions of a stream have in common.
func (c *call) common() (q duty.Question, err error) {
	if q.CRS, err = c.crs(); err != nil {
		return q, err
	}
	if q.AccuracyM, err = c.accuracy(); err != nil {
		return q, err
	}
	if q.Category, err = c.category(); err != nil {
		return q, err
	}
	q.At, err = c.at()
	return q, err
}

// run answers until the body ends, or reading or writing fails.
func (s *lineStream) run(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	// Whoever is stuck in a read or a write is woken when the stream is to end.
	awake := context.AfterFunc(ctx, func() {
		past := time.Unix(1, 0)
		_ = s.control.SetReadDeadline(past) // a connection without deadlines is one of a test
		_ = s.control.SetWriteDeadline(past)
	})
	var wait sync.WaitGroup
	wait.Go(func() { s.read(ctx) })
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for b := range s.todo {
				s.answer(b)
				close(b.done)
			}
		})
	}
	n, err := s.write(ctx)
	if err == nil && s.broken == nil {
		err = s.send(ctx, fmt.Appendf(nil, "{\"count\":%d}\n", n), true)
	} else if err == nil {
		err = s.send(ctx, appendError(nil, n, s.broken), true)
	}
	if err == nil && s.broken == nil {
		awake() // nothing is stuck, and the connection can be used again
	}
	cancel()
	for range s.order { // lets the reader see that the stream is over
	}
	wait.Wait()
}

// read cuts the body into blocks of whole lines. Each read of the body is a block, so that a client that waits for its answer
// before it sends the next line gets it.
func (s *lineStream) read(ctx context.Context) {
	defer close(s.order)
	defer close(s.todo)
	var rest []byte // the beginning of a line
	for number := 0; ; {
		b := linesPool.Get().(*lines)
		b.text = append(b.text[:0], rest...)
		_ = s.control.SetReadDeadline(time.Now().Add(patientStream))
		if ctx.Err() != nil {
			return
		}
		n, err := s.c.Request().Body.Read(b.text[len(b.text):cap(b.text)])
		b.text = b.text[:len(b.text)+n]
		cut := bytes.LastIndexByte(b.text, '\n') + 1
		if errors.Is(err, io.EOF) {
			cut = len(b.text)
		}
		rest = append(rest[:0], b.text[cut:]...)
		rest = rest[:min(len(rest), mostLine+1)] // of a line that is too long, enough to see that it is
		if b.text = b.text[:cut]; cut > 0 {
			b.first, b.done = number, make(chan struct{})
			b.count = bytes.Count(b.text, []byte{'\n'})
			if b.text[cut-1] != '\n' {
				b.count++
			}
			number += b.count
			for _, to := range []chan *lines{s.order, s.todo} {
				select {
				case to <- b:
				case <-ctx.Done():
					return
				}
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.broken = &Problem{Code: "timed-out", Detail: fmt.Sprintf("nothing came for %v", patientStream)}
			return
		case err != nil:
			s.broken = bodyProblem(err)
			return
		}
	}
}

// write sends the blocks in order and returns how many lines it has answered.
func (s *lineStream) write(ctx context.Context) (n int, err error) {
	for b := range s.order {
		select {
		case <-b.done:
		case <-ctx.Done():
			return n, ctx.Err()
		}
		if err := s.send(ctx, b.out, len(s.order) == 0); err != nil {
			return n, err
		}
		n += b.count
		if b.failed {
			return n, errPanicked
		}
		linesPool.Put(b)
	}
	return n, ctx.Err()
}

// send writes in pieces, each with a deadline of its own.
func (s *lineStream) send(ctx context.Context, out []byte, flush bool) error {
	for len(out) > 0 || flush {
		_ = s.control.SetWriteDeadline(time.Now().Add(patientStream))
		if err := ctx.Err(); err != nil {
			return err
		}
		piece := out[:min(len(out), writePiece)]
		if _, err := s.c.Response().Write(piece); err != nil {
			return err
		}
		if out = out[len(piece):]; len(out) == 0 && flush {
			return s.control.Flush()
		}
	}
	return nil
}

// answer answers the lines of b.
func (s *lineStream) answer(b *lines) {
	defer func() {
		if p := recover(); p != nil { // here it would end the process
			s.c.s.metrics.panics.Inc()
			s.c.s.log.Error("a line of a stream ended in a panic", "panic", p, "stack", string(debug.Stack()))
			b.failed = true
		}
	}()
	b.out = b.out[:0]
	if s.grids && s.quick != nil {
		s.locate(b)
	} else {
		b.areas = b.areas[:0]
	}
	i := 0
	for text := b.text; len(text) > 0; i++ {
		var line []byte
		line, text = nextLine(text)
		if i < len(b.areas) && b.areas[i] != gridError {
			b.out = s.appendGrid(b.out, b.areas[i])
			continue
		}
		b.out = s.one(b.out, b.first+i, line)
	}
}

// nextLine cuts the first line off, without its end.
func nextLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte{'\n'})
	return line, rest
}

// locate finds the areas of the lines that are plain pairs of numbers, together; all others get gridError.
func (s *lineStream) locate(b *lines) {
	b.positions, b.areas = b.positions[:0], b.areas[:0]
	for text := b.text; len(text) > 0; {
		var line []byte
		line, text = nextLine(text)
		lon, lat, ok := pair(line)
		if !ok {
			lon, lat = math.NaN(), math.NaN()
		}
		b.positions = append(b.positions, lon, lat)
	}
	b.areas = s.quick.locate(b.areas, b.positions)
}

// pair reads a line that is [lon, lat].
func pair(line []byte) (lon, lat float64, ok bool) {
	if len(line) > mostLine {
		return 0, 0, false
	}
	q := quickScanner{b: line}
	if !q.take('[') {
		return 0, 0, false
	}
	if lon, ok = q.number(); !ok || !q.take(',') {
		return 0, 0, false
	}
	if lat, ok = q.number(); !ok || !q.take(']') {
		return 0, 0, false
	}
	return lon, lat, q.atEnd()
}

func (s *lineStream) appendGrid(out []byte, area int32) []byte {
	if area < 0 {
		return append(out, "{\"grid\":null}\n"...)
	}
	code, _ := s.quick.grids.Features()[area].Label()
	return appendGrid(out, code)
}

func appendGrid(out []byte, code string) []byte {
	out = append(out, `{"grid":`...)
	out = appendText(out, code)
	return append(out, "}\n"...)
}

// one answers a line of any form.
func (s *lineStream) one(out []byte, number int, line []byte) []byte {
	q, err := s.question(line)
	if err == nil {
		err = s.c.w.check(q)
	}
	if err != nil {
		return appendError(out, number, err)
	}
	if !s.grids {
		if out, err = s.c.s.answer(out, s.c.w, q); err != nil {
			return appendError(out, number, s.c.w.answerProblem(err, q))
		}
		return out
	}
	grid, err := duty.Grid(s.c.w.Snapshot, s.c.s.Converter, q)
	switch {
	case err != nil:
		return appendError(out, number, s.c.w.answerProblem(err, q))
	case grid == nil:
		return append(out, "{\"grid\":null}\n"...)
	}
	return appendGrid(out, grid.Code)
}

// question reads a line of any form.
func (s *lineStream) question(line []byte) (duty.Question, error) {
	if len(line) > mostLine {
		return duty.Question{}, badJSON("", "too-long", fmt.Sprintf("the line has more than %d bytes", mostLine))
	}
	line = bytes.TrimSpace(line)
	switch {
	case len(line) == 0:
		return duty.Question{}, badJSON("", "json", "the line is empty")
	case !utf8.Valid(line):
		return duty.Question{}, badJSON("", "encoding", "the line is not valid UTF-8")
	case !json.Valid(line): // the scanner of members relies on it
		return duty.Question{}, notJSON("", json.Unmarshal(line, new(json.RawMessage)))
	}
	return s.general.question(line)
}

// appendError appends the line that says what is wrong with one.
func appendError(out []byte, number int, err error) []byte {
	e := itemErrorOf(number, err)
	e.Pointer = ""
	if p := problemOf(err); len(p.Errors) > 0 {
		e.Pointer = p.Errors[0].Pointer
	}
	return append(appendJSON(out, map[string]itemError{"error": e}), '\n')
}

package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"wangge/layers"
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
	// farewell is how long a stream that the service ends may still write what it has read, and that this is not all.
	farewell = 1500 * time.Millisecond
	// nudge is how long after that a client that sends may send its next bytes.
	nudge = 100 * time.Millisecond
)

// errStopping is why a stream ends that the service ends.
var errStopping = &Problem{Code: "timed-out", Detail: "the service is stopping: this line and those after it were not answered; send them again"}

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
			"Read while you send: answers come as lines do, and a client that only sends fills the buffers of both. All lines are answered from one revision; with `known_at` from the one that was known then, which takes some milliseconds a line. The stream is unbounded; it ends when nothing comes, or nothing is taken, for 30 seconds.",
		Params:  append([]param{crsParam(), categoryParam(), accuracyParam(), atParam(), knownAtParam(), fields}, reportParams()...),
		Body:    &content{Media: linesMedia, Text: "The positions, a line each"},
		Answers: []answer{{Status: http.StatusOK, Text: "The answers, a line each", Content: &content{Media: linesMedia}}},
		Handle:  func(c *call) error { return c.lookupStream(patientStream) },
	}
}

func (c *call) lookupStream(patience time.Duration) error {
	s, err := c.newLineStream(patience)
	if err != nil {
		return err
	}
	c.sendContinue()
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

// sendContinue tells a client that waits for it that its body is wanted. One that got the head of the answer instead would take
// that for a refusal, and send nothing.
func (c *call) sendContinue() {
	if !strings.EqualFold(c.Request().Header.Get("Expect"), "100-continue") {
		return
	}
	w := c.Response().Writer // beneath echo's own, which knows no interim answers
	for {
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			w.WriteHeader(http.StatusContinue)
			return
		}
		w = inner.Unwrap()
	}
}

// lineStream answers lines. One goroutine reads, some answer, and the handler writes in order; a few blocks are under way at a
// time, so that a client that does not read is not read from either.
type lineStream struct {
	c        *call
	control  *http.ResponseController
	patience time.Duration // for the client's next bytes, and for it to take some
	general  batch         // for lines of any form
	quick    *gridder      // for pairs of numbers; nil where no grids were in force
	grids    bool          // only the codes are asked for

	todo, order chan *lines
	// last is until when may be written, once the stream is to end.
	last func() time.Time
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

func (c *call) newLineStream(patience time.Duration) (*lineStream, error) {
	s := &lineStream{c: c, control: http.NewResponseController(c.Response()), patience: patience, todo: make(chan *lines), order: make(chan *lines, 2*runtime.GOMAXPROCS(0))}
	s.last = sync.OnceValue(func() time.Time { return time.Now().Add(min(patience, farewell)) })
	if err := c.knownAt(); err != nil {
		return nil, err
	}
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
	if _, err := c.resolve(q); err != nil {
		return nil, err
	}
	s.general = batch{common: q, resolve: c.resolve}
	s.quick, _ = c.gridder(q.Question) // without grids every line says why
	return s, nil
}

// common reads what a query says of all its positions.
func (c *call) common() (a asking, err error) {
	if a.CRS, err = c.crs(); err != nil {
		return a, err
	}
	if a.AccuracyM, err = c.accuracy(); err != nil {
		return a, err
	}
	if a.At, err = c.at(); err != nil {
		return a, err
	}
	return a, c.report(&a)
}

// run answers until the body ends, reading or writing fails, or the service ends the request: then what was read is answered, and
// the last line says that this is not all.
func (s *lineStream) run(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	// Whoever is stuck in a read or a write when the stream is to end is woken in time.
	woken := make(chan struct{})
	awake := context.AfterFunc(ctx, func() {
		defer close(woken)
		_ = s.control.SetReadDeadline(time.Now().Add(nudge)) // a connection without deadlines is one of a test
		_ = s.control.SetWriteDeadline(s.last())
	})
	var wait sync.WaitGroup
	wait.Go(func() {
		s.broken = s.read(ctx)
		close(s.todo)
		close(s.order)
		if errors.Is(s.broken, errStopping) {
			<-woken
			s.linger()
		}
	})
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for b := range s.todo {
				s.answer(b)
				close(b.done)
			}
		})
	}
	n, err := s.write(ctx)
	if err == nil { // then reading has ended
		last := fmt.Appendf(nil, "{\"count\":%d}\n", n)
		if s.broken != nil {
			last = appendError(nil, n, s.broken)
		}
		err = s.send(ctx, last, true)
	}
	if err != nil {
		cancel() // the reader may be stuck
	}
	for range s.order { // lets it see that the stream is over
	}
	wait.Wait()
	if !awake() { // that has begun: nothing may touch the connection after the end of the request
		<-woken
	}
}

// linger takes what a client still sends for a while, and does nothing with it. A connection that is closed with bytes unread is
// reset, and the client may never see the last line.
func (s *lineStream) linger() {
	_ = s.control.SetReadDeadline(s.last())
	_, _ = io.Copy(io.Discard, s.c.Request().Body) // ends with an error
}

// read cuts the body into blocks of whole lines, until it ends or for another reason, which it returns. Each read of the body is a
// block, so that a client that waits for its answer before it sends the next line gets it.
func (s *lineStream) read(ctx context.Context) error {
	var rest []byte // the beginning of a line
	for number := 0; ; {
		b := linesPool.Get().(*lines)
		b.text = append(b.text[:0], rest...)
		until := time.Now().Add(s.patience)
		_ = s.control.SetReadDeadline(until)
		if ctx.Err() != nil {
			return errStopping
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
			s.order <- b // both are emptied until they are closed
			s.todo <- b
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(until): // ctx does not tell: net/http ends it when a read fails
			return errStopping
		case errors.Is(err, os.ErrDeadlineExceeded):
			return &Problem{Code: "timed-out", Detail: fmt.Sprintf("nothing came for %v", s.patience)}
		case err != nil:
			return bodyProblem(err)
		}
	}
}

// write sends the blocks in order and returns how many lines it has answered, when reading has ended or with an error.
func (s *lineStream) write(ctx context.Context) (n int, err error) {
	for b := range s.order {
		<-b.done
		if err := s.send(ctx, b.out, len(s.order) == 0); err != nil {
			return n, err
		}
		n += b.count
		if b.failed {
			return n, errPanicked
		}
		linesPool.Put(b)
	}
	return n, nil
}

// send writes in pieces, each with a deadline of its own.
func (s *lineStream) send(ctx context.Context, out []byte, flush bool) error {
	for len(out) > 0 || flush {
		_ = s.control.SetWriteDeadline(time.Now().Add(s.patience))
		if ctx.Err() != nil { // what is set here would outlast what was set when it ended
			_ = s.control.SetWriteDeadline(s.last())
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

package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// operationKey is where a request keeps its *operation, once it is known.
const operationKey = "operation"

// longestURL bounds the target of a request in bytes.
const longestURL = 4 << 10

// requestIDForm is what a request id that comes from outside looks like.
var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}$`)

// observe is around every request: its id, the headers that every answer has, refusal of odd paths, compression, recovery from
// a panic, one line of the log and the metrics.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		id := requestID(c.Request())
		h := c.Response().Header()
		h.Set(echo.HeaderXRequestID, id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		openToAll(c)
		finish := compress(c)
		defer func() {
			finish()
			s.note(c, id, time.Since(began))
		}()
		if err := s.pass(c, next); err != nil {
			c.Error(err)
		}
		return nil
	}
}

// pass refuses what no handler should see, calls the handler, and turns its panic into an error.
func (s *Server) pass(c echo.Context, next echo.HandlerFunc) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			s.metrics.panics.Inc()
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if p := oddTarget(c.Request()); p != nil {
		return p
	}
	if preflight(c) {
		return s.preflight(c)
	}
	return next(c)
}

func requestID(r *http.Request) string {
	if id := r.Header.Get(echo.HeaderXRequestID); requestIDForm.MatchString(id) {
		return id
	}
	b := make([]byte, 12)
	_, _ = rand.Read(b) // never fails: crypto/rand stops the process instead
	return hex.EncodeToString(b)
}

// oddTarget refuses targets that are too long, and paths that mean something else to another program on the way: empty and dot
// segments, encoded slashes and dots, NUL.
func oddTarget(r *http.Request) *Problem {
	if len(r.URL.RequestURI()) > longestURL {
		return &Problem{Status: http.StatusRequestURITooLong, Code: "uri-too-long", More: map[string]any{"limit": longestURL},
			Detail: fmt.Sprintf("the target has more than %d bytes", longestURL)}
	}
	path := strings.ToLower(r.URL.EscapedPath())
	if !strings.HasPrefix(path, "/") {
		return &Problem{Status: http.StatusBadRequest, Code: "bad-request", Detail: "the path must begin with a slash"}
	}
	for _, odd := range []string{"//", "/./", "/../", "%00", "%2e", "%2f", "%5c", `\`} {
		if strings.Contains(path, odd) {
			return notFound("there is nothing at this path")
		}
	}
	if strings.HasSuffix(path, "/.") || strings.HasSuffix(path, "/..") {
		return notFound("there is nothing at this path")
	}
	return nil
}

// note writes the line of the log and counts the request.
func (s *Server) note(c echo.Context, id string, took time.Duration) {
	name := "none"
	if op, ok := c.Get(operationKey).(*operation); ok {
		name = op.ID
	}
	status := c.Response().Status
	s.metrics.request(name, status, took)
	ctx := c.Request().Context()
	if !s.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	s.log.Debug("request", "request_id", id, "method", c.Request().Method, "path", c.Request().URL.Path, "operation", name,
		"status", status, "bytes", c.Response().Size, "took", took)
}

// limitTime bounds the time of a request as its operation says, in place of the listener's limits. The returned function ends
// the bound.
func (s *Server) limitTime(c echo.Context, op *operation) func() {
	if op.Longest == 0 {
		return func() {}
	}
	control := http.NewResponseController(c.Response())
	var until time.Time // the zero time is no limit
	end := func() {}
	if op.Longest > 0 {
		until = time.Now().Add(op.Longest)
		ctx, cancel := context.WithDeadline(c.Request().Context(), until)
		c.SetRequest(c.Request().WithContext(ctx))
		end = cancel
	}
	for _, set := range []func(time.Time) error{control.SetReadDeadline, control.SetWriteDeadline} {
		if err := set(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
			s.log.Debug("no time limit", "operation", op.ID, "error", err)
		}
	}
	return end
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/cds"
	"wangge/routing/duty"
)

// problemMedia is the media type of an error (RFC 9457).
const problemMedia = "application/problem+json"

// Problem is an error as the client sees it: RFC 9457 problem details with a code that never changes.
type Problem struct {
	Status int
	// Code is the stable word; type is /problems/<code>.
	Code string
	// Detail says in a sentence what is wrong with this request.
	Detail string
	// Parameter names the query parameter, path parameter or header that is wrong.
	Parameter string
	// Errors lists what is wrong with a body, by JSON Pointer.
	Errors []layers.Issue
	// More are members of their own, such as allowed, current_etag, limit.
	More map[string]any
	// RetryAfter is in seconds; 0 is none.
	RetryAfter int
	// cause is for the log.
	cause error
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// Unwrap returns what the problem was made from.
func (p *Problem) Unwrap() error { return p.cause }

func badParameter(name, detail string) *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: "bad-parameter", Parameter: name, Detail: detail}
}

func notFound(detail string) *Problem {
	return &Problem{Status: http.StatusNotFound, Code: "not-found", Detail: detail}
}

func tooLarge(limit int64) *Problem {
	return &Problem{Status: http.StatusRequestEntityTooLarge, Code: "body-too-large", More: map[string]any{"limit": limit},
		Detail: fmt.Sprintf("the body has more than %d bytes", limit)}
}

// problemOf turns any error into what the client sees. What it does not know is a 500 whose cause only the log sees.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	p = problemOfKind(err)
	p.cause = err
	return p
}

// problemOfKind is the one table of kinds of errors and status codes.
func problemOfKind(err error) *Problem {
	var invalid *layers.Invalid
	var conflict *layers.Conflict
	var http404 *echo.HTTPError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tooLarge(large.Limit)
	case errors.As(err, &invalid):
		return invalidProblem(invalid)
	case errors.As(err, &conflict):
		return conflictProblem(conflict)
	case errors.Is(err, layers.ErrKeyReused):
		return &Problem{Status: http.StatusUnprocessableEntity, Code: "idempotency-key-reused", Parameter: "Idempotency-Key",
			Detail: "this key came before with another body; nothing was changed"}
	case errors.Is(err, layers.ErrUnavailable), errors.Is(err, layers.ErrEpoch):
		return &Problem{Status: http.StatusServiceUnavailable, Code: "store-unavailable", RetryAfter: 2,
			Detail: "the store cannot be reached now; reads go on, nothing was changed unless a retry with the same key says so"}
	case errors.Is(err, geo.ErrCRS):
		return &Problem{Status: http.StatusBadRequest, Code: "crs-required", Parameter: "crs", Detail: err.Error(), More: map[string]any{"allowed": geo.AllCRS()}}
	case errors.Is(err, geo.ErrCoordinate):
		return &Problem{Status: http.StatusBadRequest, Code: "bad-coordinate", Parameter: "lon", Detail: err.Error()}
	case errors.Is(err, duty.ErrNoEdition):
		return &Problem{Status: http.StatusNotFound, Code: "not-in-edition", Parameter: "at", Detail: err.Error()}
	case errors.Is(err, layers.ErrNotFound):
		return notFound(err.Error())
	case errors.Is(err, layers.ErrInvalid):
		return &Problem{Status: http.StatusUnprocessableEntity, Code: "validation-failed", Detail: err.Error()}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Problem{Status: http.StatusServiceUnavailable, Code: "timed-out", RetryAfter: 1, Detail: "the request took too long and was given up"}
	case errors.As(err, &http404):
		return echoProblem(http404)
	}
	return &Problem{Status: http.StatusInternalServerError, Code: "internal", Detail: "something went wrong here; the log has it under this request's id"}
}

// invalidProblem lists what is wrong with a body. Geometry that is wrong alone has a code of its own.
func invalidProblem(e *layers.Invalid) *Problem {
	p := &Problem{Status: http.StatusUnprocessableEntity, Code: "validation-failed", Errors: e.Issues, Detail: fmt.Sprintf("%d things are wrong with it", len(e.Issues))}
	if len(e.Issues) == 1 {
		p.Detail = e.Issues[0].Detail
	}
	for _, is := range e.Issues {
		if !strings.HasPrefix(is.Pointer, "/geometry") {
			return p
		}
	}
	p.Code = "geometry-invalid"
	return p
}

// conflictProblem says what is there instead of what the edit expected. The handler adds the ETag, which has the epoch in it.
func conflictProblem(e *layers.Conflict) *Problem {
	p := &Problem{Status: http.StatusConflict, Code: string(e.Kind), Detail: e.Detail, More: map[string]any{}, cause: e}
	switch e.Kind {
	case layers.StaleVersion:
		p.Status = http.StatusPreconditionFailed
	case layers.Retired:
		p.Status = http.StatusGone
	}
	if p.Detail == "" {
		p.Detail = e.Error()
	}
	return p
}

// echoProblem turns an error of the router into a problem.
func echoProblem(e *echo.HTTPError) *Problem {
	switch e.Code {
	case http.StatusNotFound:
		return notFound("there is nothing at this path")
	case http.StatusMethodNotAllowed:
		return &Problem{Status: e.Code, Code: "method-not-allowed", Detail: "this path does not take that method; the header Allow names those it takes"}
	case http.StatusRequestEntityTooLarge:
		return &Problem{Status: e.Code, Code: "body-too-large", Detail: "the body is too large"}
	}
	return &Problem{Status: e.Code, Code: "bad-request", Detail: fmt.Sprint(e.Message)}
}

// fail is echo's error handler: it writes the problem and logs what only the operator should see.
func (s *Server) fail(err error, c echo.Context) {
	p := problemOf(err)
	id := c.Response().Header().Get(echo.HeaderXRequestID)
	if p.Status >= http.StatusInternalServerError && p.Status != http.StatusServiceUnavailable {
		s.log.Error("request failed", "request_id", id, "method", c.Request().Method, "path", c.Request().URL.Path, "error", err)
	}
	if c.Response().Committed {
		return // a stream that broke off; the client sees the missing end
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, problemMedia)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", languageOf(c.Request()))
	h.Del("ETag")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if isCurb(c.Request()) {
		h.Set(echo.HeaderContentType, cds.Media)
		c.Response().WriteHeader(p.Status)
		if _, err := c.Response().Write(p.curbError(c.Request(), id)); err != nil {
			s.log.Debug("problem not sent", "request_id", id, "error", err)
		}
		return
	}
	body, err := json.Marshal(p.body(c.Request(), id))
	if err != nil {
		s.log.Error("problem cannot be written", "request_id", id, "error", err)
		body = []byte(`{"type":"/problems/internal","title":"Internal error","status":500,"code":"internal"}`)
	}
	c.Response().WriteHeader(p.Status)
	if _, err := c.Response().Write(body); err != nil {
		s.log.Debug("problem not sent", "request_id", id, "error", err)
	}
}

// body returns the members of the problem (RFC 9457).
func (p *Problem) body(r *http.Request, id string) map[string]any {
	out := map[string]any{
		"type": "/problems/" + p.Code, "title": title(p.Code, languageOf(r)), "status": p.Status, "code": p.Code,
		"detail": p.Detail, "instance": r.URL.Path, "trace_id": id,
	}
	if p.Parameter != "" {
		out["parameter"] = p.Parameter
	}
	if len(p.Errors) > 0 {
		out["errors"] = p.Errors
		out["pointer"] = p.Errors[0].Pointer
	}
	for name, v := range p.More {
		out[name] = v
	}
	return out
}

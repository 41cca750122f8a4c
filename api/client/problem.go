package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Problem is what the service answers instead of what was asked for: RFC 9457 problem details. Find it with errors.As.
type Problem struct {
	Status int `json:"status"`
	// Code never changes: crs-required, bad-coordinate, batch-too-large and so on. For an answer that is not the service's own it is the status.
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// Parameter is the query parameter or header that is wrong, Pointer the member of the body (RFC 6901).
	Parameter string `json:"parameter,omitempty"`
	Pointer   string `json:"pointer,omitempty"`
	// TraceID is the request's id in the log of the service.
	TraceID string `json:"trace_id"`
	// RetryAfter is how long to wait before asking again; 0 if the service does not say.
	RetryAfter time.Duration `json:"-"`
}

// Error says what went wrong in one line.
func (p *Problem) Error() string {
	return fmt.Sprintf("client: the service answers %d %s: %s", p.Status, p.Code, p.Detail)
}

// Temporary reports whether the same request may succeed a little later.
func (p *Problem) Temporary() bool {
	return p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests
}

// problemOf reads the problem in an answer. One that is no problem document still is a Problem with its status.
func problemOf(res *http.Response) *Problem {
	p := &Problem{}
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil || json.Unmarshal(b, p) != nil || p.Code == "" {
		p = &Problem{Code: strconv.Itoa(res.StatusCode), Detail: http.StatusText(res.StatusCode)}
	}
	p.Status = res.StatusCode
	if p.TraceID == "" {
		p.TraceID = res.Header.Get("X-Request-Id")
	}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
		p.RetryAfter = time.Duration(s) * time.Second
	}
	return p
}

// PointError is what is wrong with one position of many.
type PointError struct {
	// Index is the position's place, from 0.
	Index   int    `json:"index"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Pointer string `json:"pointer"`
}

// Error says what is wrong, and with which.
func (e *PointError) Error() string {
	return fmt.Sprintf("client: position %d: %s: %s", e.Index, e.Code, e.Detail)
}

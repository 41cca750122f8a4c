package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"wangge/layers"
)

// revisionHeader names the position that an answer shows; minRevisionHeader the one that a request wants to see at least.
const (
	revisionHeader    = "Wangge-Revision"
	minRevisionHeader = "Wangge-Min-Revision"
	visibleHeader     = "Wangge-Visible"
	// ageHeader says how many seconds ago the store last confirmed that there is nothing newer.
	ageHeader = "Wangge-Age"
)

// mostParameters bounds how many parameters a query string may have before it is read.
const mostParameters = 64

// patience is how long a request waits for a World that shows the revision it asks for.
const patience = time.Second

// call is one request that has passed the checks of its operation.
type call struct {
	echo.Context
	s *Server
	// w is the World of this request, loaded once. It is nil for a Timeless operation.
	w *World
	// past is set for a question about what was known earlier: w is then its World.
	past  *pastWorld
	op    *operation
	path  map[string]string
	query url.Values
	// actor is who asks; the zero Actor without a token. token is what it comes from, tokenError why there is none.
	actor      layers.Actor
	token      layers.Token
	tokenError error
}

// check does what is the same for every operation, before its handler: the token, the closed set of parameters, what the client
// can read, the body's size and type, and the World.
func (c *call) check() error {
	if err := c.authorize(); err != nil {
		return err
	}
	if err := c.checkQuery(); err != nil {
		return err
	}
	if err := c.checkAccept(); err != nil {
		return err
	}
	if err := c.checkBody(); err != nil {
		return err
	}
	if c.op.Timeless {
		return nil
	}
	return c.takeWorld()
}

// checkQuery refuses unknown and repeated parameters, so that a misspelt one never changes an answer unseen.
func (c *call) checkQuery() error {
	raw := c.Request().URL.RawQuery
	if n := strings.Count(raw, "&"); n > mostParameters {
		return badParameter("", fmt.Sprintf("the query string has %d parts; at most %d are read", n+1, mostParameters))
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return badParameter("", "the query string is not well formed: "+err.Error())
	}
	for name, values := range q {
		if !c.op.takes(name) {
			return badParameter(name, fmt.Sprintf("there is no parameter %q here; there are: %s", name, strings.Join(c.op.names(), ", ")))
		}
		if len(values) > 1 {
			return badParameter(name, fmt.Sprintf("%s is given %d times; give it once", name, len(values)))
		}
	}
	c.query = q
	return nil
}

// checkAccept refuses a request whose header Accept leaves out everything that the operation answers with.
func (c *call) checkAccept() error {
	header := c.Request().Header.Get("Accept")
	if header == "" {
		return nil
	}
	wanted := weightsOf(header)
	var offered []string
	for _, form := range c.op.forms() {
		media, _, _ := strings.Cut(form.media(), ";")
		offered = append(offered, media)
		kind, _, _ := strings.Cut(media, "/")
		for _, w := range wanted {
			if w.q > 0 && (w.name == "*/*" || w.name == kind+"/*" || sameMedia(w.name, media) || isJSON(w.name, media) || w.name == problemMedia) {
				return nil
			}
		}
	}
	if offered == nil {
		return nil
	}
	return &Problem{Status: http.StatusNotAcceptable, Code: "not-acceptable", Detail: "this answers with " + strings.Join(offered, ", ") + " alone"}
}

// names lists the query parameters of an operation.
func (o *operation) names() []string {
	var out []string
	for _, p := range o.Params {
		if p.In == "query" {
			out = append(out, p.Name)
		}
	}
	if out == nil {
		return []string{"none"}
	}
	return out
}

// checkBody bounds the body and refuses one that the operation does not take: of another media type, or compressed.
func (c *call) checkBody() error {
	r := c.Request()
	if c.op.Body == nil {
		if r.ContentLength != 0 {
			return &Problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported-media", Detail: "this operation takes no body"}
		}
		return nil
	}
	if enc := r.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return &Problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported-media", Detail: "compressed bodies are not read; send it as it is"}
	}
	got := r.Header.Get("Content-Type")
	if got == "" && c.op.Untyped != 0 {
		return &Problem{Status: c.op.Untyped, Code: "unsupported-media", Parameter: "Content-Type", Detail: "say in Content-Type what the body is: " + strings.Join(c.op.bodies, " or ")}
	}
	if !sameMedia(got, c.op.Body.media()) {
		return &Problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported-media", Detail: fmt.Sprintf("the body must be %s, not %.100q", strings.Join(c.op.bodies, " or "), got)}
	}
	if c.op.Limit < 0 {
		return nil
	}
	if r.ContentLength > c.op.Limit {
		return tooLarge(c.op.Limit)
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, c.op.Limit)
	return nil
}

func (b *content) media() string {
	if b.Media == "" {
		return echo.MIMEApplicationJSON
	}
	return b.Media
}

// sameMedia compares media types without their parameters; application/geo+json is JSON too.
func sameMedia(got, want string) bool {
	got, _, _ = strings.Cut(strings.ToLower(got), ";")
	got = strings.TrimSpace(got)
	return got == want || want == echo.MIMEApplicationJSON && got == "application/geo+json"
}

// isJSON reports whether JSON is wanted and what is offered is a kind of it.
func isJSON(wanted, offered string) bool {
	return wanted == echo.MIMEApplicationJSON && strings.HasSuffix(offered, "+json")
}

// takeWorld loads the World of the request, waiting for the revision that the request wants to see.
func (c *call) takeWorld() error {
	c.w = c.s.world.Load()
	if c.w == nil {
		return notReady()
	}
	if want := c.Request().Header.Get(minRevisionHeader); want != "" {
		p, err := parsePosition(want)
		if err != nil {
			return badParameter(minRevisionHeader, err.Error())
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), patience)
		defer cancel()
		w, ok := c.s.await(ctx, p)
		if !ok {
			return &Problem{Status: http.StatusServiceUnavailable, Code: "revision-not-reached", RetryAfter: 1,
				Detail: fmt.Sprintf("revision %s is not here yet; this is %s", p, w.Position())}
		}
		c.w = w
	}
	c.Response().Header().Set(revisionHeader, c.w.Position().String())
	c.Response().Header().Set(ageHeader, ageText(c.s.age(c.w)))
	return nil
}

// notReady is the answer before the first World.
func notReady() *Problem {
	return &Problem{Status: http.StatusServiceUnavailable, Code: "snapshot-not-ready", RetryAfter: 1,
		Detail: "the service is starting and has not read its data yet"}
}

// skew is how far the clocks of processes that write to one store may differ.
const skew = layers.Instant(5000)

// now is the instant of the request. It is never before the revision that is shown was recorded, by a clock that may be a
// little ahead of ours: what was just written would not apply yet.
func (c *call) now() layers.Instant {
	now := layers.InstantOf(c.s.now())
	if c.w == nil {
		return now
	}
	if at := c.w.RecordedAt(); at > now && at-now <= skew {
		return at
	}
	return now
}

// json answers with v as JSON, without escaping of HTML in texts, which are Chinese and English names.
func (c *call) json(status int, v any) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/json; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	c.Response().WriteHeader(status)
	enc := json.NewEncoder(c.Response())
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// bytes answers with b.
func (c *call) bytes(status int, media string, b []byte) error {
	c.Response().Header().Set(echo.HeaderContentType, media)
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(b)
	return err
}

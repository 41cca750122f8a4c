package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// What pages of other origins may send and see. Authorization is not among them: no page but ours acts for somebody.
const (
	sentHeaders    = "Accept, Accept-Language, Content-Type, If-None-Match, X-Request-Id, Wangge-Min-Revision"
	exposedHeaders = "Content-Crs, ETag, Retry-After, Server-Timing, Wangge-Age, Wangge-Revision, X-Request-Id"
)

// openToAll lets pages of any origin read the answer, without credentials, if the method only reads. Operations for holders of a
// token take it back (closed).
func openToAll(c echo.Context) {
	if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead || m == http.MethodPost {
		c.Response().Header().Set("Access-Control-Allow-Origin", "*")
		c.Response().Header().Set("Access-Control-Expose-Headers", exposedHeaders)
	}
}

// closed takes back what openToAll allowed.
func closed(h http.Header) {
	h.Del("Access-Control-Allow-Origin")
	h.Del("Access-Control-Expose-Headers")
}

// preflight reports whether a browser asks what a page of another origin may do.
func preflight(c echo.Context) bool {
	r := c.Request()
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight answers: what is open to all may be asked from anywhere, and nothing else.
func (s *Server) preflight(c echo.Context) error {
	h := c.Response().Header()
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		if s.opened(method, c.Request().URL.Path) {
			methods = append(methods, method)
		}
	}
	if slices.Contains(methods, c.Request().Header.Get("Access-Control-Request-Method")) {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		h.Set("Access-Control-Allow-Headers", sentHeaders)
		h.Set("Access-Control-Max-Age", "86400")
	}
	return c.NoContent(http.StatusNoContent)
}

// opened reports whether some operation that is open to all has that method and path.
func (s *Server) opened(method, path string) bool {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for i := range s.table {
		if op := &s.table[i]; op.Method == method && op.Roles == nil && op.matches(path) {
			return true
		}
	}
	return false
}

// matches reports whether a path is one of the operation's.
func (o *operation) matches(path string) bool {
	want, have := strings.Split(o.Path, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, w := range want {
		before, rest, isParam := strings.Cut(w, "{")
		_, after, _ := strings.Cut(rest, "}")
		h := have[i]
		if !isParam && h != w || isParam && !(len(h) > len(before)+len(after) && strings.HasPrefix(h, before) && strings.HasSuffix(h, after)) {
			return false
		}
	}
	return true
}

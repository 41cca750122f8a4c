package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// routes registers the table with echo. Operations whose paths differ only in how the last segment ends (/{id} and
// /{id}:replay) share one of echo's routes, and every GET answers HEAD.
func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.Pre(s.observe)
	table := s.operations()
	s.table = table
	d := s.describe(table)
	s.document = fileOf(jsonMedia, d.json())
	s.document30 = sync.OnceValue(func() *file { return fileOf(openMedia, d.json30()) })
	type place struct{ method, path string }
	var order []place
	shared := map[place][]*operation{}
	for i := range table {
		path, ending := table[i].pattern()
		table[i].ending = ending
		at := place{table[i].Method, path}
		if shared[at] == nil {
			order = append(order, at)
		}
		shared[at] = append(shared[at], &table[i])
	}
	for _, at := range order {
		shareBodies(shared[at])
		handler := s.serve(byEnding(shared[at]))
		e.Add(at.method, at.path, handler)
		if at.method == http.MethodGet {
			e.Add(http.MethodHead, at.path, handler)
		}
	}
	return e
}

// byEnding puts the operations with the longest ending first, so that the one without is tried last.
func byEnding(ops []*operation) []*operation {
	slices.SortStableFunc(ops, func(a, b *operation) int {
		return len(b.ending) - len(a.ending)
	})
	return ops
}

// shareBodies tells each line of a route which bodies it and the lines of the same path take.
func shareBodies(ops []*operation) {
	for _, op := range ops {
		for _, other := range ops {
			if other.Path == op.Path && other.Body != nil {
				op.bodies = append(op.bodies, other.Body.media())
			}
		}
	}
}

// serve returns the handler of the operations of one route.
func (s *Server) serve(ops []*operation) echo.HandlerFunc {
	return func(c echo.Context) error {
		op, values, err := choose(c, ops)
		if err != nil {
			return err
		}
		c.Set(operationKey, op)
		if op.Roles != nil {
			closed(c.Response().Header())
		}
		defer s.limitTime(c, op)()
		one := &call{Context: c, s: s, op: op, path: values}
		if err := one.check(); err != nil {
			return err
		}
		return op.Handle(one)
	}
}

// choose returns the operation whose ending the last segment has and whose body the request has, and the values of the path's
// parameters without the ending. Where no line takes such a body it is the first one, which will say so.
func choose(c echo.Context, ops []*operation) (*operation, map[string]string, error) {
	values, last, err := pathValues(c)
	if err != nil {
		return nil, nil, err
	}
	var first *operation
	for _, op := range ops {
		if op.ending != "" {
			v, ok := strings.CutSuffix(values[last], op.ending)
			if !ok || v == "" {
				continue
			}
			values[last] = v
			return op, values, nil
		}
		if len(op.bodies) < 2 || sameMedia(c.Request().Header.Get("Content-Type"), op.Body.media()) {
			return op, values, nil
		}
		if first == nil {
			first = op
		}
	}
	if first == nil {
		return nil, nil, notFound("there is nothing at this path")
	}
	return first, values, nil
}

// pathValues returns the values of the path's parameters by name, and the name of the last. Without any it makes no map.
func pathValues(c echo.Context) (values map[string]string, last string, err error) {
	names := c.ParamNames()
	if len(names) == 0 {
		return nil, "", nil
	}
	values = make(map[string]string, len(names))
	encoded := c.Request().URL.RawPath != "" // else the router has seen the decoded path
	for _, name := range names {
		v := c.Param(name)
		if encoded {
			if v, err = url.PathUnescape(v); err != nil {
				return nil, "", notFound("the path is not well formed")
			}
		}
		values[name], last = v, name
	}
	return values, last, nil
}

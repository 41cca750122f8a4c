package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

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
	s.document = fileOf("application/json; charset=utf-8", s.describe(table))
	type place struct{ method, path string }
	var order []place
	shared := map[place][]*operation{}
	for i := range table {
		path, _ := table[i].pattern()
		at := place{table[i].Method, path}
		if shared[at] == nil {
			order = append(order, at)
		}
		shared[at] = append(shared[at], &table[i])
	}
	for _, at := range order {
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
		_, x := a.pattern()
		_, y := b.pattern()
		return len(y) - len(x)
	})
	return ops
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

// choose returns the operation whose ending the last segment has, and the values of the path's parameters without it.
func choose(c echo.Context, ops []*operation) (*operation, map[string]string, error) {
	values := map[string]string{}
	last := ""
	encoded := c.Request().URL.RawPath != "" // else the router has seen the decoded path
	for _, name := range c.ParamNames() {
		v := c.Param(name)
		if encoded {
			var err error
			if v, err = url.PathUnescape(v); err != nil {
				return nil, nil, notFound("the path is not well formed")
			}
		}
		values[name], last = v, name
	}
	for _, op := range ops {
		_, suffix := op.pattern()
		if suffix == "" {
			return op, values, nil
		}
		if v, ok := strings.CutSuffix(values[last], suffix); ok && v != "" {
			values[last] = v
			return op, values, nil
		}
	}
	return nil, nil, notFound("there is nothing at this path")
}

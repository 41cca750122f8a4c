package cql2

import (
	"errors"
	"reflect"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// Filter tests features of one layer.
type Filter struct {
	test  test
	bound *orb.Bound
}

// test is a condition that is ready to be asked.
type test func(*row) truth

// Compile prepares an expression for the features of a layer, whose properties are listed. convert turns a position of the
// expression into longitude and latitude (CGCS2000 degrees); nil leaves it. An error is an *Error: a property that there is not,
// values of types that do not compare, a position that is none.
func Compile(e Expr, properties []Queryable, convert func(orb.Point) (orb.Point, error)) (*Filter, error) {
	if convert == nil {
		convert = func(p orb.Point) (orb.Point, error) { return p, nil }
	}
	c := &compiler{properties: properties, convert: convert}
	t, err := c.condition(e)
	if err != nil {
		return nil, err
	}
	f := &Filter{test: t}
	if b, ok := c.bound(e); ok {
		f.bound = &b
	}
	return f, nil
}

// Keeps reports whether the condition is true for f, which is of the filter's layer.
func (f *Filter) Keeps(feature layers.Feature) bool {
	return f.test(&row{feature: feature, value: reflect.ValueOf(feature).Elem()}) == yes
}

// Bound returns a box that the box of every feature meets which the filter keeps. It is false if there is none but the whole Earth.
func (f *Filter) Bound() (orb.Bound, bool) {
	if f.bound == nil {
		return orb.Bound{}, false
	}
	return *f.bound, true
}

type compiler struct {
	properties []Queryable
	convert    func(orb.Point) (orb.Point, error)
}

// condition prepares what is true or false.
func (c *compiler) condition(e Expr) (test, *Error) {
	switch e := e.(type) {
	case *And:
		return c.all(e.Args, func(a, b truth) truth { return min(a, b) }, no)
	case *Or:
		return c.all(e.Args, func(a, b truth) truth { return max(a, b) }, yes)
	case *Not:
		t, err := c.condition(e.Arg)
		if err != nil {
			return nil, err
		}
		return func(r *row) truth { return t(r).not() }, nil
	case *Boolean:
		v := truthOf(e.Value)
		return func(*row) truth { return v }, nil
	case *Comparison:
		return c.comparison(e.Op, e.Left, e.Right)
	case *Between:
		return c.between(e)
	case *In:
		return c.in(e)
	case *Like:
		return c.like(e)
	case *IsNull:
		return c.isNull(e)
	case *Intersects:
		return c.intersects(e)
	}
	return nil, e.where().errorf("want a condition: a comparison, or one of IS NULL, LIKE, BETWEEN, IN and S_INTERSECTS")
}

// all joins conditions; final is the truth after which the others do not matter.
func (c *compiler) all(args []Expr, join func(a, b truth) truth, final truth) (test, *Error) {
	tests := make([]test, len(args))
	for i, arg := range args {
		t, err := c.condition(arg)
		if err != nil {
			return nil, err
		}
		tests[i] = t
	}
	return func(r *row) truth {
		out := tests[0](r)
		for _, t := range tests[1:] {
			if out == final {
				break
			}
			out = join(out, t(r))
		}
		return out
	}, nil
}

func (c *compiler) in(e *In) (test, *Error) {
	var args []Expr
	for _, one := range e.List {
		args = append(args, &Comparison{e.Place, "=", e.Value, one})
	}
	return c.all(args, func(a, b truth) truth { return max(a, b) }, yes)
}

func (c *compiler) between(e *Between) (test, *Error) {
	for _, arg := range []Expr{e.Value, e.Low, e.High} {
		o, err := c.operand(arg)
		if err != nil {
			return nil, err
		}
		if o.number == nil {
			return nil, arg.where().errorf("BETWEEN takes numbers")
		}
	}
	return c.all([]Expr{&Comparison{e.Place, ">=", e.Value, e.Low}, &Comparison{e.Place, "<=", e.Value, e.High}}, func(a, b truth) truth { return min(a, b) }, no)
}

func (c *compiler) like(e *Like) (test, *Error) {
	value, err := c.operand(e.Value)
	if err != nil {
		return nil, err
	}
	if value.text == nil {
		return nil, e.Value.where().errorf("LIKE takes a text")
	}
	p, err := literalPattern(e.Pattern, false)
	if err != nil {
		return nil, err
	}
	return func(r *row) truth {
		s, ok := value.text(r)
		if !ok {
			return unknown
		}
		return truthOf(p.matches(s))
	}, nil
}

func literalPattern(e Expr, folded bool) (pattern, *Error) {
	switch e := e.(type) {
	case *Text:
		return patternOf(e.Value, folded), nil
	case *CaseI:
		return literalPattern(e.Arg, true)
	}
	return nil, e.where().errorf("the pattern of LIKE is a text, or CASEI of one")
}

func (c *compiler) isNull(e *IsNull) (test, *Error) {
	switch e.Arg.(type) {
	case *And, *Or, *Not, *Comparison, *Between, *In, *Like, *IsNull, *Intersects:
		t, err := c.condition(e.Arg)
		if err != nil {
			return nil, err
		}
		return func(r *row) truth { return truthOf(t(r) == unknown) }, nil
	}
	o, err := c.operand(e.Arg)
	if err != nil {
		return nil, err
	}
	return func(r *row) truth { return truthOf(!o.there(r)) }, nil
}

// bound returns a box that the box of every feature meets which e keeps, and false for the whole Earth. The expression has been
// compiled before, so that nothing in it can be wrong.
func (c *compiler) bound(e Expr) (orb.Bound, bool) {
	switch e := e.(type) {
	case *And: // any of them will do: the smallest
		var out orb.Bound
		found := false
		for _, arg := range e.Args {
			if b, ok := c.bound(arg); ok && (!found || size(b) < size(out)) {
				out, found = b, true
			}
		}
		return out, found
	case *Or:
		var out orb.Bound
		for i, arg := range e.Args {
			b, ok := c.bound(arg)
			switch {
			case !ok:
				return out, false
			case i == 0:
				out = b
			default:
				out = out.Union(b)
			}
		}
		return out, true
	case *Intersects:
		for _, pair := range [][2]Expr{{e.Left, e.Right}, {e.Right, e.Left}} {
			if _, ok := pair[0].(*Property); !ok {
				continue
			}
			if o, err := c.operand(pair[1]); err == nil && o.region != nil {
				return o.region.Bound(), true
			}
		}
	}
	return orb.Bound{}, false
}

func size(b orb.Bound) float64 { return (b.Max[0] - b.Min[0]) * (b.Max[1] - b.Min[1]) }

// asError returns what went wrong while a position was converted, at its place.
func asError(at Place, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return at.errorf("%s", err)
}

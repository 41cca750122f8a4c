package cql2

import (
	"cmp"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// value is a side of a comparison that is ready to be read: exactly one of text, number, truth and instant is set, or it is a shape.
type value struct {
	text    func(*row) (string, bool)
	number  func(*row) (float64, bool)
	truth   func(*row) truth
	instant func(*row) (layers.Instant, bool)
	shape   bool
	// region is a shape that stands in the expression; a shape without is that of the feature.
	region *Region
	// literal is a text that stands in the expression as it is, and may be read as a time.
	literal *Text
}

func (v value) kind() string {
	switch {
	case v.text != nil:
		return "a text"
	case v.number != nil:
		return "a number"
	case v.truth != nil:
		return "true or false"
	case v.instant != nil:
		return "a time"
	}
	return "a shape"
}

// there reports whether the value is there for a feature.
func (v value) there(r *row) bool {
	ok := true
	switch {
	case v.text != nil:
		_, ok = v.text(r)
	case v.number != nil:
		_, ok = v.number(r)
	case v.truth != nil:
		ok = v.truth(r) != unknown
	case v.instant != nil:
		_, ok = v.instant(r)
	case v.region == nil:
		ok = r.feature.Shape() != nil
	}
	return ok
}

// operand prepares a scalar or a shape.
func (c *compiler) operand(e Expr) (value, *Error) {
	switch e := e.(type) {
	case *Property:
		q, err := find(c.properties, e)
		return value{text: q.text, number: q.number, truth: q.truth, instant: q.instant, shape: q.Type == TypeGeometry}, err
	case *Text:
		s := e.Value
		return value{text: func(*row) (string, bool) { return s, true }, literal: e}, nil
	case *Number:
		n := e.Value
		return value{number: func(*row) (float64, bool) { return n, true }}, nil
	case *Boolean:
		t := truthOf(e.Value)
		return value{truth: func(*row) truth { return t }}, nil
	case *Instant:
		at := e.Value
		return value{instant: func(*row) (layers.Instant, bool) { return at, true }}, nil
	case *CaseI:
		return c.caseless(e)
	case *Geometry:
		return c.literalShape(e.Place, e.Value)
	case *BBox:
		return c.literalBox(e)
	}
	return value{}, e.where().errorf("want a value, not a condition")
}

func (c *compiler) caseless(e *CaseI) (value, *Error) {
	arg, err := c.operand(e.Arg)
	switch {
	case err != nil:
		return value{}, err
	case arg.text == nil:
		return value{}, e.Arg.where().errorf("CASEI takes a text, not %s", arg.kind())
	case arg.literal != nil:
		s := fold(arg.literal.Value)
		return value{text: func(*row) (string, bool) { return s, true }}, nil
	}
	return value{text: func(r *row) (string, bool) {
		s, ok := arg.text(r)
		return fold(s), ok
	}}, nil
}

// comparison prepares left op right.
func (c *compiler) comparison(op string, left, right Expr) (test, *Error) {
	l, err := c.operand(left)
	if err != nil {
		return nil, err
	}
	r, err := c.operand(right)
	if err != nil {
		return nil, err
	}
	if err := asTime(&l, &r); err != nil {
		return nil, err
	}
	if err := asTime(&r, &l); err != nil {
		return nil, err
	}
	switch {
	case l.text != nil && r.text != nil:
		return compare(op, l.text, r.text), nil
	case l.number != nil && r.number != nil:
		return compare(op, l.number, r.number), nil
	case l.instant != nil && r.instant != nil:
		return compare(op, l.instant, r.instant), nil
	case l.truth != nil && r.truth != nil:
		return compare(op, ordered(l.truth), ordered(r.truth)), nil
	case l.shape && r.shape:
		return nil, left.where().errorf("shapes do not compare; S_INTERSECTS tells whether they meet")
	}
	return nil, right.where().errorf("%s does not compare with %s", l.kind(), r.kind())
}

// asTime reads a text that stands in the expression as a time if the other side is one: a date, or else a timestamp.
func asTime(v, other *value) *Error {
	if v.literal == nil || other.instant == nil {
		return nil
	}
	s := v.literal.Value
	const dateLength = len("2025-05-20")
	e, err := instantOf(v.literal.Place, s, len(s) == dateLength)
	if err != nil {
		return err
	}
	at := e.Value
	*v = value{instant: func(*row) (layers.Instant, bool) { return at, true }}
	return nil
}

func ordered(t func(*row) truth) func(*row) (truth, bool) {
	return func(r *row) (truth, bool) {
		v := t(r)
		return v, v != unknown
	}
}

func compare[T cmp.Ordered](op string, left, right func(*row) (T, bool)) test {
	var holds func(a, b T) bool
	switch op {
	case "=":
		holds = func(a, b T) bool { return a == b }
	case "<>":
		holds = func(a, b T) bool { return a != b }
	case "<":
		holds = func(a, b T) bool { return a < b }
	case ">":
		holds = func(a, b T) bool { return a > b }
	case "<=":
		holds = func(a, b T) bool { return a <= b }
	case ">=":
		holds = func(a, b T) bool { return a >= b }
	}
	return func(r *row) truth {
		a, ok := left(r)
		b, there := right(r)
		if !ok || !there {
			return unknown
		}
		return truthOf(holds(a, b))
	}
}

// intersects prepares a comparison of shapes.
func (c *compiler) intersects(e *Intersects) (test, *Error) {
	var sides [2]value
	for i, arg := range []Expr{e.Left, e.Right} {
		v, err := c.operand(arg)
		if err != nil {
			return nil, err
		}
		if !v.shape {
			return nil, arg.where().errorf("S_INTERSECTS takes shapes, not %s", v.kind())
		}
		sides[i] = v
	}
	l, r := sides[0].region, sides[1].region
	if l == nil {
		l, r = r, l
	}
	switch {
	case l == nil: // the feature's shape meets itself
		return func(r *row) truth {
			if r.feature.Shape() == nil {
				return unknown
			}
			return yes
		}, nil
	case r != nil:
		t := truthOf(l.MeetsRegion(r))
		return func(*row) truth { return t }, nil
	}
	return func(r *row) truth {
		if r.feature.Shape() == nil {
			return unknown
		}
		return truthOf(r.meets(l))
	}, nil
}

// literalShape prepares a shape that stands in the expression.
func (c *compiler) literalShape(at Place, g orb.Geometry) (value, *Error) {
	converted, err := c.toStorage(g)
	if err != nil {
		return value{}, asError(at, err)
	}
	r, err := NewRegion(converted)
	if err != nil {
		return value{}, asError(at, err)
	}
	return value{shape: true, region: r}, nil
}

// literalBox prepares a box. One across the line where longitudes begin anew is two.
func (c *compiler) literalBox(e *BBox) (value, *Error) {
	low, err := c.convert(e.Min)
	if err != nil {
		return value{}, asError(e.Place, err)
	}
	high, err := c.convert(e.Max)
	if err != nil {
		return value{}, asError(e.Place, err)
	}
	r, err := NewBoxRegion(orb.Bound{Min: low, Max: high})
	if err != nil {
		return value{}, asError(e.Place, err)
	}
	return value{shape: true, region: r}, nil
}

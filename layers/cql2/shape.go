package cql2

import "github.com/paulmach/orb"

// shapes are the words that begin a shape in the text form.
var shapes = []string{"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "BBOX"}

// isZ reports whether a shape with heights follows: POINT Z (. Heights are passed over.
func (p *parser) isZ() bool {
	return len(p.tokens) > 2 && p.tokens[1].is("Z") && p.tokens[2].is("(") && (&parser{tokens: []token{p.tokens[0], p.tokens[2]}}).calls(shapes[:7]...)
}

// shape reads a shape in well-known text, or a box.
func (p *parser) shape() (Expr, *Error) {
	at := p.peek().place()
	if p.calls("BBOX") {
		return p.box()
	}
	g, err := p.geometry()
	return &Geometry{at, g}, err
}

// geometry reads a shape with its word.
func (p *parser) geometry() (orb.Geometry, *Error) {
	word := p.take()
	p.takes("Z")
	var g orb.Geometry
	var err *Error
	switch {
	case word.is("POINT"):
		g, err = p.point()
	case word.is("LINESTRING"):
		g, err = p.line()
	case word.is("POLYGON"):
		g, err = p.polygon()
	case word.is("MULTIPOINT"):
		g, err = several(p, (*parser).pointOfMany, func(list []orb.Point) orb.Geometry { return orb.MultiPoint(list) })
	case word.is("MULTILINESTRING"):
		g, err = several(p, (*parser).line, func(list []orb.LineString) orb.Geometry { return orb.MultiLineString(list) })
	case word.is("MULTIPOLYGON"):
		g, err = several(p, (*parser).polygon, func(list []orb.Polygon) orb.Geometry { return orb.MultiPolygon(list) })
	default:
		g, err = several(p, (*parser).member, func(list []orb.Geometry) orb.Geometry { return orb.Collection(list) })
	}
	return g, err
}

// member reads a shape of a collection.
func (p *parser) member() (orb.Geometry, *Error) {
	if !p.calls(shapes[:7]...) && !p.isZ() {
		return nil, p.peek().place().errorf("want a shape such as POINT(121.3 30.8), not %s", p.peek())
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.geometry()
}

// several reads a list in parentheses.
func several[T, R any](p *parser, one func(*parser) (T, *Error), done func([]T) R) (R, *Error) {
	var list []T
	var none R
	if err := p.want("("); err != nil {
		return none, err
	}
	for {
		v, err := one(p)
		if err != nil {
			return none, err
		}
		list = append(list, v)
		if p.takes(",") {
			continue
		}
		if err := p.want(")"); err != nil {
			return none, err
		}
		return done(list), nil
	}
}

func (p *parser) point() (orb.Point, *Error) {
	if err := p.want("("); err != nil {
		return orb.Point{}, err
	}
	v, err := p.position()
	if err != nil {
		return v, err
	}
	return v, p.want(")")
}

// pointOfMany reads a point of a MULTIPOINT, whose parentheses are often left out.
func (p *parser) pointOfMany() (orb.Point, *Error) {
	if p.peek().is("(") {
		return p.point()
	}
	return p.position()
}

// position reads two numbers, and passes over a third.
func (p *parser) position() (orb.Point, *Error) {
	x, err := p.number()
	if err != nil {
		return orb.Point{}, err
	}
	y, err := p.number()
	if err != nil {
		return orb.Point{}, err
	}
	if t := p.peek(); t.kind == numberToken || t.is("-") || t.is("+") {
		if _, err := p.number(); err != nil {
			return orb.Point{}, err
		}
	}
	return orb.Point{x, y}, nil
}

func (p *parser) line() (orb.LineString, *Error) {
	at := p.peek().place()
	line, err := several(p, (*parser).position, func(list []orb.Point) orb.LineString { return list })
	if err == nil && len(line) < 2 {
		return nil, at.errorf("a line has two positions or more")
	}
	return line, err
}

func (p *parser) polygon() (orb.Polygon, *Error) {
	return several(p, (*parser).ring, func(list []orb.Ring) orb.Polygon { return list })
}

func (p *parser) ring() (orb.Ring, *Error) {
	at := p.peek().place()
	ring, err := several(p, (*parser).position, func(list []orb.Point) orb.Ring { return list })
	if err != nil {
		return nil, err
	}
	return ring, checkRing(at, ring)
}

// checkRing refuses a ring that has fewer than four positions, or does not end where it begins.
func checkRing(at Place, ring orb.Ring) *Error {
	switch {
	case len(ring) < 4:
		return at.errorf("a ring has four positions or more, of which the last is the first")
	case ring[0] != ring[len(ring)-1]:
		return at.errorf("the ring does not end where it begins")
	}
	return nil
}

// box reads BBOX(x1, y1, x2, y2), or six numbers of which the third and the last are heights.
func (p *parser) box() (Expr, *Error) {
	at := p.take().place()
	n, err := several(p, (*parser).number, func(list []float64) []float64 { return list })
	if err != nil {
		return nil, err
	}
	return boxOf(at, n)
}

// boxOf makes a box of its numbers.
func boxOf(at Place, n []float64) (Expr, *Error) {
	switch len(n) {
	case 4:
		return &BBox{at, orb.Point{n[0], n[1]}, orb.Point{n[2], n[3]}}, nil
	case 6:
		return &BBox{at, orb.Point{n[0], n[1]}, orb.Point{n[3], n[4]}}, nil
	}
	return nil, at.errorf("a box has four numbers, or six with heights; this one has %d", len(n))
}

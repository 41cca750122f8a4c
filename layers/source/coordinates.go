package source

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// positions reads the coordinates member of a GeoJSON geometry.
type positions struct {
	b       []byte
	lenient bool // a text is taken for a number
	limit   int  // the most positions; 0 is no limit
	count   int
	texts   int    // numbers that were texts
	sample  string // the first of them
	extra   int    // positions with more than two numbers
}

// parseGeometry reads a GeoJSON geometry object into r, and says in r.Problems what is wrong. A GeometryCollection is refused: it
// nests, and no layer holds it.
func parseGeometry(r *Record, raw []byte, o Options) {
	var kind string
	var coordinates []byte
	members(raw, func(name string, value []byte) bool {
		switch name {
		case "type":
			if len(value) > 0 && value[0] == '"' {
				kind = unquote(value)
			}
		case "coordinates":
			coordinates = value
		}
		return true
	})
	p := &positions{b: coordinates, lenient: o.LenientNumbers, limit: o.Vertices}
	g, err := p.geometry(kind)
	if p.texts > 0 {
		r.stringNumbers(p.texts, p.sample, o.LenientNumbers)
	}
	if p.extra > 0 {
		r.problem(KindExtraOrdinate, geo.SeverityInfo, "%d positions have a height or measure, which is not kept", p.extra)
	}
	if err != nil {
		r.Problems = append(r.Problems, Problem{Kind: errKind(err), Severity: geo.SeverityError, Row: r.Row, Detail: err.Error()})
		return
	}
	if p.texts == 0 || o.LenientNumbers {
		r.Geometry = g
	}
}

func (r *Record) stringNumbers(n int, sample string, lenient bool) {
	if lenient {
		r.problem(KindStringNumber, geo.SeverityWarning, "%d coordinates were texts such as %.40q and were read as numbers", n, sample)
		return
	}
	r.problem(KindStringNumber, geo.SeverityError, "%d coordinates are texts such as %.40q, not numbers; --lenient-numbers reads them", n, sample)
}

// readError is a geometry that cannot be read.
type readError struct {
	kind   Kind
	detail string
}

func (e *readError) Error() string { return e.detail }

func unreadable(k Kind, format string, args ...any) error {
	return &readError{k, fmt.Sprintf(format, args...)}
}

func errKind(err error) Kind {
	if e, ok := err.(*readError); ok {
		return e.kind
	}
	return KindGeometry
}

func (p *positions) geometry(kind string) (g orb.Geometry, err error) {
	switch kind {
	case "Point":
		g, err = p.position()
	case "MultiPoint":
		g, err = listOf[orb.MultiPoint](p, p.position)
	case "LineString":
		g, err = listOf[orb.LineString](p, p.position)
	case "MultiLineString":
		g, err = listOf[orb.MultiLineString](p, p.line)
	case "Polygon":
		g, err = p.polygon()
	case "MultiPolygon":
		g, err = listOf[orb.MultiPolygon](p, p.polygon)
	case "":
		return nil, unreadable(KindGeometry, "the geometry has no type")
	default:
		return nil, unreadable(KindGeometryType, "geometry type %.40q is not read", kind)
	}
	if err == nil && len(skipSpace(p.b)) > 0 {
		err = unreadable(KindGeometry, "the coordinates go on after their end")
	}
	return g, err
}

func (p *positions) line() (orb.LineString, error) { return listOf[orb.LineString](p, p.position) }

func (p *positions) polygon() (orb.Polygon, error) {
	return listOf[orb.Polygon](p, func() (orb.Ring, error) { return listOf[orb.Ring](p, p.position) })
}

func (p *positions) take(c byte) bool {
	p.b = skipSpace(p.b)
	if len(p.b) == 0 || p.b[0] != c {
		return false
	}
	p.b = p.b[1:]
	return true
}

func listOf[S ~[]E, E any](p *positions, one func() (E, error)) (S, error) {
	if !p.take('[') {
		return nil, unreadable(KindGeometry, "want an array, got %.20q", p.b)
	}
	var out S
	for !p.take(']') {
		if len(out) > 0 && !p.take(',') {
			return nil, unreadable(KindGeometry, "want ',' or ']', got %.20q", p.b)
		}
		e, err := one()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (p *positions) position() (orb.Point, error) {
	if p.count++; p.limit > 0 && p.count > p.limit {
		return orb.Point{}, unreadable(KindGeometry, "more than %d positions", p.limit)
	}
	if !p.take('[') {
		return orb.Point{}, unreadable(KindGeometry, "position %d: want an array, got %.20q", p.count, p.b)
	}
	var pt orb.Point
	n := 0
	for ; !p.take(']'); n++ {
		if n > 0 && !p.take(',') {
			return pt, unreadable(KindGeometry, "position %d: want ',' or ']', got %.20q", p.count, p.b)
		}
		v, err := p.number()
		if err != nil {
			return pt, err
		}
		if n < 2 {
			pt[n] = v
		}
	}
	if n < 2 || n > 4 {
		return pt, unreadable(KindGeometry, "position %d has %d numbers, want two", p.count, n)
	}
	if n > 2 {
		p.extra++
	}
	return pt, nil
}

// number reads one ordinate. A text is read as a number either way, so that the whole geometry is looked at; the caller decides
// whether that counts.
func (p *positions) number() (float64, error) {
	value, rest := cutValue(p.b)
	if len(value) == 0 {
		return 0, unreadable(KindGeometry, "position %d ends early", p.count)
	}
	s := string(value)
	if value[0] == '"' {
		s = strings.TrimSpace(unquote(value))
		if p.texts++; p.texts == 1 {
			p.sample = unquote(value)
		}
	}
	v, ok := parseFloat(s)
	if !ok {
		return 0, unreadable(KindCoordinate, "position %d: %.40q is not a number", p.count, value)
	}
	p.b = rest
	return v, nil
}

// number returns the float of a field value, and whether it was written as a text.
func number(v any) (f float64, text, ok bool) {
	switch n := v.(type) {
	case json.Number:
		f, ok = parseFloat(string(n))
		return f, false, ok
	case string:
		f, ok = parseFloat(strings.TrimSpace(n))
		return f, true, ok
	}
	return 0, false, false
}

package source

import (
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// parseWKT reads well-known text of a Point, LineString, Polygon or their Multi forms, with Z, M or ZM (which are not kept) and an
// optional "SRID=4490;" before it. limit bounds the positions; 0 is no limit. EMPTY gives nil.
func parseWKT(s string, limit int) (srid string, g orb.Geometry, err error) {
	if len(s) > 5 && strings.EqualFold(s[:5], "SRID=") {
		number, rest, ok := strings.Cut(s[5:], ";")
		if _, bad := strconv.ParseUint(number, 10, 31); !ok || bad != nil {
			return "", nil, unreadable(KindGeometry, "%.40q has no SRID number", s)
		}
		srid, s = number, rest
	}
	w := &wktReader{s: s, limit: limit}
	g, err = w.geometry()
	if w.space(); err == nil && w.s != "" {
		err = unreadable(KindGeometry, "WKT goes on after its end: %.20q", w.s)
	}
	if err != nil {
		return "", nil, err
	}
	return srid, g, nil
}

type wktReader struct {
	s     string
	limit int
	count int
}

func (w *wktReader) space() { w.s = strings.TrimLeft(w.s, " \t\r\n") }

func (w *wktReader) take(c byte) bool {
	if w.space(); w.s == "" || w.s[0] != c {
		return false
	}
	w.s = w.s[1:]
	return true
}

func (w *wktReader) word() string {
	w.space()
	end := strings.IndexFunc(w.s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') })
	if end < 0 {
		end = len(w.s)
	}
	word := strings.ToUpper(w.s[:end])
	w.s = w.s[end:]
	return word
}

func (w *wktReader) geometry() (orb.Geometry, error) {
	kind := w.word()
	for _, suffix := range []string{"ZM", "Z", "M"} {
		kind = strings.TrimSuffix(kind, suffix) // POINTZ; no type ends in these letters
	}
	rest := w.s
	switch w.word() {
	case "Z", "M", "ZM":
		rest = w.s
		if w.word() == "EMPTY" {
			return nil, nil
		}
	case "EMPTY":
		return nil, nil
	}
	w.s = rest
	switch kind {
	case "POINT":
		list, err := wktList[orb.MultiPoint](w, w.position)
		if err != nil || len(list) != 1 {
			return nil, wktOr(err, "a POINT has one position")
		}
		return list[0], nil
	case "MULTIPOINT":
		return wktResult(wktList[orb.MultiPoint](w, w.bracketed))
	case "LINESTRING":
		return wktResult(w.line())
	case "MULTILINESTRING":
		return wktResult(wktList[orb.MultiLineString](w, w.line))
	case "POLYGON":
		return wktResult(w.polygon())
	case "MULTIPOLYGON":
		return wktResult(wktList[orb.MultiPolygon](w, w.polygon))
	}
	return nil, unreadable(KindGeometryType, "WKT type %.40q is not read", kind)
}

func wktResult[G orb.Geometry](g G, err error) (orb.Geometry, error) {
	if err != nil {
		return nil, err
	}
	return g, nil
}

func wktOr(err error, detail string) error {
	if err != nil {
		return err
	}
	return unreadable(KindGeometry, "%s", detail)
}

func (w *wktReader) line() (orb.LineString, error) { return wktList[orb.LineString](w, w.position) }

func (w *wktReader) polygon() (orb.Polygon, error) {
	return wktList[orb.Polygon](w, func() (orb.Ring, error) { return wktList[orb.Ring](w, w.position) })
}

// wktList reads "(a, b, …)"; an EMPTY list has no elements.
func wktList[S ~[]E, E any](w *wktReader, one func() (E, error)) (S, error) {
	if !w.take('(') {
		if rest := w.s; w.word() != "EMPTY" {
			return nil, unreadable(KindGeometry, "WKT: want '(', got %.20q", rest)
		}
		return nil, nil
	}
	var out S
	for {
		e, err := one()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		if w.take(')') {
			return out, nil
		}
		if !w.take(',') {
			return nil, unreadable(KindGeometry, "WKT: want ',' or ')', got %.20q", w.s)
		}
	}
}

// bracketed reads a position of a MULTIPOINT, which may be in brackets of its own.
func (w *wktReader) bracketed() (orb.Point, error) {
	if !w.take('(') {
		return w.position()
	}
	p, err := w.position()
	if err == nil && !w.take(')') {
		err = unreadable(KindGeometry, "WKT: want ')', got %.20q", w.s)
	}
	return p, err
}

func (w *wktReader) position() (orb.Point, error) {
	if w.count++; w.limit > 0 && w.count > w.limit {
		return orb.Point{}, unreadable(KindGeometry, "more than %d positions", w.limit)
	}
	var p orb.Point
	n := 0
	for ; ; n++ {
		w.space()
		end := strings.IndexAny(w.s, " \t\r\n,()")
		if end < 0 {
			end = len(w.s)
		}
		if end == 0 {
			break
		}
		v, ok := parseFloat(w.s[:end])
		if !ok {
			return p, unreadable(KindCoordinate, "WKT: %.40q is not a number", w.s[:end])
		}
		if n < 2 {
			p[n] = v
		}
		w.s = w.s[end:]
	}
	if n < 2 || n > 4 {
		return p, unreadable(KindGeometry, "WKT: position %d has %d numbers, want two", w.count, n)
	}
	return p, nil
}

// appendWKT appends g with every digit of its coordinates; nil is empty text.
func appendWKT(dst []byte, g orb.Geometry) []byte {
	switch v := g.(type) {
	case orb.Point:
		return append(appendWKTPosition(append(dst, "POINT ("...), v), ')')
	case orb.LineString:
		return appendWKTList(append(dst, "LINESTRING "...), v, appendWKTPosition)
	case orb.Polygon:
		return appendWKTPolygon(append(dst, "POLYGON "...), v)
	case orb.MultiPolygon:
		return appendWKTList(append(dst, "MULTIPOLYGON "...), v, appendWKTPolygon)
	}
	return dst
}

func appendWKTPolygon(dst []byte, pg orb.Polygon) []byte {
	return appendWKTList(dst, pg, func(dst []byte, r orb.Ring) []byte { return appendWKTList(dst, r, appendWKTPosition) })
}

func appendWKTList[S ~[]E, E any](dst []byte, list S, one func([]byte, E) []byte) []byte {
	dst = append(dst, '(')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = one(dst, e)
	}
	return append(dst, ')')
}

func appendWKTPosition(dst []byte, p orb.Point) []byte {
	dst = strconv.AppendFloat(dst, p[0], 'f', -1, 64)
	dst = append(dst, ' ')
	return strconv.AppendFloat(dst, p[1], 'f', -1, 64)
}

package layers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// The canonical form of a feature: what the digest is taken of and what the file of the last good snapshot holds. Numbers are
// varints, texts have their length before them, coordinates are 1e-7 degree units, each as the difference from the one
// before. Equal features have equal bytes.

// AppendFeature appends the canonical form of f. It fails only for a geometry that has no fixed-point form.
func AppendFeature(dst []byte, f Feature) ([]byte, error) {
	m := f.Head()
	dst = appendText(dst, m.ID)
	dst = binary.AppendVarint(dst, m.Version)
	dst = binary.AppendVarint(dst, m.Revision)
	dst = binary.AppendVarint(dst, int64(m.ValidFrom))
	dst = binary.AppendVarint(dst, int64(m.ValidTo))
	dst = appendBool(dst, m.Demo)
	v := reflect.ValueOf(f).Elem()
	for _, c := range Columns(f.Layer()) {
		fv := v.Field(c.index)
		switch c.Kind {
		case KindText:
			dst = appendText(dst, fv.String())
		case KindInteger:
			dst = binary.AppendVarint(dst, fv.Int())
		case KindReal:
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(fv.Float()))
		case KindBoolean:
			dst = appendBool(dst, fv.Bool())
		case KindJSON:
			if isNothing(fv) {
				dst = appendText(dst, "")
				continue
			}
			b, err := json.Marshal(fv.Interface())
			if err != nil {
				return nil, fmt.Errorf("encode %s %s: column %s: %w", f.Layer(), m.ID, c.Name, err)
			}
			dst = appendText(dst, string(b))
		}
	}
	dst, err := appendShape(dst, f.Shape())
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", f.Layer(), m.ID, err)
	}
	return dst, nil
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, 1)
	}
	return append(dst, 0)
}

const (
	shapeNone byte = iota
	shapePoint
	shapeLine
	shapePolygon
	shapeMulti
)

func appendShape(dst []byte, g orb.Geometry) ([]byte, error) {
	switch v := g.(type) {
	case nil:
		return append(dst, shapeNone), nil
	case orb.Point:
		return appendPath(append(dst, shapePoint), []orb.Point{v})
	case orb.LineString:
		return appendPath(append(dst, shapeLine), v)
	case orb.Polygon:
		return appendPolygon(append(dst, shapePolygon), v)
	case orb.MultiPolygon:
		dst = binary.AppendUvarint(append(dst, shapeMulti), uint64(len(v)))
		var err error
		for _, pg := range v {
			if dst, err = appendPolygon(dst, pg); err != nil {
				return nil, err
			}
		}
		return dst, nil
	}
	return nil, fmt.Errorf("geometry %T: %w", g, ErrInvalid)
}

func appendPolygon(dst []byte, pg orb.Polygon) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(len(pg)))
	var err error
	for _, r := range pg {
		if dst, err = appendPath(dst, r); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

func appendPath[L ~[]orb.Point](dst []byte, line L) ([]byte, error) {
	dst = binary.AppendUvarint(dst, uint64(len(line)))
	var last geo.Fixed
	for _, p := range line {
		f, err := geo.FixedFrom(p)
		if err != nil {
			return nil, err
		}
		dst = binary.AppendVarint(dst, int64(f.X)-int64(last.X))
		dst = binary.AppendVarint(dst, int64(f.Y)-int64(last.Y))
		last = f
	}
	return dst, nil
}

var errShort = errors.New("the bytes end too early")

// decoder reads the canonical form. Every length is checked against what remains before anything is made.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail() {
	d.b = nil
	if d.err == nil {
		d.err = errShort
	}
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count reads a length whose elements take at least one byte each.
func (d *decoder) count() int {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > uint64(len(d.b)-n) {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return int(v)
}

func (d *decoder) text() string {
	n := d.count()
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) real() float64 {
	if len(d.b) < 8 {
		d.fail()
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(d.b))
	d.b = d.b[8:]
	return v
}

// DecodeFeature reads the canonical form of one feature of the layer and returns what follows it.
func DecodeFeature(l Layer, b []byte) (Feature, []byte, error) {
	info, ok := l.Info()
	if !ok {
		return nil, nil, fmt.Errorf("decode %q: %w", l, ErrNotFound)
	}
	f, d := info.New(), &decoder{b: b}
	m := f.Head()
	m.ID = d.text()
	m.Version, m.Revision = d.varint(), d.varint()
	m.ValidFrom, m.ValidTo = Instant(d.varint()), Instant(d.varint())
	m.Demo = d.byte() == 1
	v := reflect.ValueOf(f).Elem()
	for _, c := range Columns(l) {
		var value any
		switch c.Kind {
		case KindInteger:
			value = d.varint()
		case KindReal:
			value = d.real()
		case KindBoolean:
			value = d.byte() == 1
		default:
			value = d.text()
		}
		if d.err != nil {
			break
		}
		if err := setValue(v.Field(c.index), c, value); err != nil {
			return nil, nil, fmt.Errorf("decode %s %s: column %s: %w", l, m.ID, c.Name, err)
		}
	}
	g := d.shape()
	if d.err != nil {
		return nil, nil, fmt.Errorf("decode %s %s: %w", l, m.ID, d.err)
	}
	if g != nil {
		if err := f.SetShape(g); err != nil {
			return nil, nil, err
		}
	}
	return f, d.b, nil
}

func (d *decoder) shape() orb.Geometry {
	switch kind := d.byte(); kind {
	case shapePoint:
		if p := d.path(); len(p) == 1 {
			return p[0]
		}
		d.fail()
	case shapeLine:
		return orb.LineString(d.path())
	case shapePolygon:
		return d.polygon()
	case shapeMulti:
		n := d.count()
		mp := make(orb.MultiPolygon, 0, n)
		for range n {
			mp = append(mp, d.polygon())
		}
		return mp
	case shapeNone:
	default:
		d.fail()
	}
	return nil
}

func (d *decoder) polygon() orb.Polygon {
	n := d.count()
	pg := make(orb.Polygon, 0, n)
	for range n {
		pg = append(pg, orb.Ring(d.path()))
	}
	return pg
}

func (d *decoder) path() []orb.Point {
	n := d.count()
	if n > len(d.b)/2 { // a position takes two bytes at least
		d.fail()
		return nil
	}
	out := make([]orb.Point, n)
	var x, y int64
	for i := range out {
		x, y = x+d.varint(), y+d.varint()
		if x != int64(int32(x)) || y != int64(int32(y)) {
			d.fail()
			return nil
		}
		out[i] = geo.Fixed{X: int32(x), Y: int32(y)}.Point()
	}
	return out
}

package cql2

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// NewBoxRegion prepares a box of degrees. When its west is greater than its east it lies across the 180th meridian.
func NewBoxRegion(b orb.Bound) (*Region, error) {
	if b.Min[1] > b.Max[1] {
		return nil, fmt.Errorf("the south of a box is not greater than its north")
	}
	for _, p := range []orb.Point{b.Min, b.Max} {
		if _, err := geo.QueryFrom(p); err != nil {
			return nil, err
		}
	}
	if b.Min[0] <= b.Max[0] {
		return NewRegion(b)
	}
	east, west := b, b
	east.Max[0], west.Min[0] = 180, -180
	return NewRegion(orb.Collection{east, west})
}

// toStorage returns a copy of g with every position converted.
func (c *compiler) toStorage(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.Point:
		return c.convert(g)
	case orb.MultiPoint:
		out, err := convertAll(g, c.convert)
		return orb.MultiPoint(out), err
	case orb.LineString:
		return c.line(g)
	case orb.MultiLineString:
		out, err := convertAll(g, c.line)
		return orb.MultiLineString(out), err
	case orb.Polygon:
		return c.polygon(g)
	case orb.MultiPolygon:
		out, err := convertAll(g, c.polygon)
		return orb.MultiPolygon(out), err
	case orb.Collection:
		out, err := convertAll(g, c.toStorage)
		return orb.Collection(out), err
	}
	return nil, fmt.Errorf("%T is not a shape", g)
}

func (c *compiler) line(g orb.LineString) (orb.LineString, error) {
	return convertAll(g, c.convert)
}

func (c *compiler) polygon(g orb.Polygon) (orb.Polygon, error) {
	return convertAll(g, func(r orb.Ring) (orb.Ring, error) { return convertAll(r, c.convert) })
}

func convertAll[T any](list []T, one func(T) (T, error)) ([]T, error) {
	out := make([]T, len(list))
	for i, v := range list {
		var err error
		if out[i], err = one(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

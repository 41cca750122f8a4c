package geo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// GeometryToStorage returns a copy of g with each vertex converted by ToStorage; g is not changed and shares nothing with the
// result. The first vertex that cannot be converted ends it with an error that names its place, like "polygon 0: ring 1:
// vertex 7". Edges stay straight between their converted ends. A Bound becomes the Polygon of its corners. Nil gives nil.
func (c Converter) GeometryToStorage(crs CRS, g orb.Geometry) (orb.Geometry, error) {
	return transform(g, func(p orb.Point) (orb.Point, error) { return c.ToStorage(crs, p) })
}

// GeometryFromStorage is GeometryToStorage in the other direction.
func (c Converter) GeometryFromStorage(crs CRS, g orb.Geometry) (orb.Geometry, error) {
	return transform(g, func(p orb.Point) (orb.Point, error) { return c.FromStorage(crs, p) })
}

// pointFunc converts one position.
type pointFunc func(orb.Point) (orb.Point, error)

func transform(g orb.Geometry, f pointFunc) (orb.Geometry, error) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.Point:
		return result(f(g))
	case orb.MultiPoint:
		return result(each("point", g, f))
	case orb.LineString:
		return result(each("vertex", g, f))
	case orb.MultiLineString:
		return result(each("line", g, lineWith(f)))
	case orb.Ring:
		return result(each("vertex", g, f))
	case orb.Polygon:
		return result(polygonWith(f)(g))
	case orb.MultiPolygon:
		return result(each("polygon", g, polygonWith(f)))
	case orb.Bound:
		return result(polygonWith(f)(g.ToPolygon()))
	case orb.Collection:
		return result(each("member", g, func(m orb.Geometry) (orb.Geometry, error) { return transform(m, f) }))
	}
	return nil, fmt.Errorf("geo: geometry of type %T cannot be converted", g)
}

func lineWith(f pointFunc) func(orb.LineString) (orb.LineString, error) {
	return func(ls orb.LineString) (orb.LineString, error) { return each("vertex", ls, f) }
}

func polygonWith(f pointFunc) func(orb.Polygon) (orb.Polygon, error) {
	return func(pg orb.Polygon) (orb.Polygon, error) {
		return each("ring", pg, func(r orb.Ring) (orb.Ring, error) { return each("vertex", r, f) })
	}
}

// each applies f to the members of a list; the error says which member failed.
func each[S ~[]E, E any](what string, list S, f func(E) (E, error)) (S, error) {
	if list == nil {
		return nil, nil
	}
	out := make(S, len(list))
	for i, e := range list {
		var err error
		if out[i], err = f(e); err != nil {
			return nil, fmt.Errorf("%s %d: %w", what, i, err)
		}
	}
	return out, nil
}

// result turns a failure into a nil interface.
func result[G orb.Geometry](g G, err error) (orb.Geometry, error) {
	if err != nil {
		return nil, err
	}
	return g, nil
}

package cql2

import "github.com/paulmach/orb"

// boxNode reads a box: an array of four numbers, or six with heights.
func boxNode(n *node) (Expr, *Error) {
	numbers, err := list(n, numberNode)
	if err != nil {
		return nil, err
	}
	return boxOf(n.Place, numbers)
}

// shapeNode reads a GeoJSON geometry.
func shapeNode(n *node, o *object, depth int) (Expr, *Error) {
	g, err := geometryNode(n, o, depth)
	if err != nil {
		return nil, err
	}
	return &Geometry{n.Place, g}, nil
}

func geometryNode(n *node, o *object, depth int) (orb.Geometry, *Error) {
	if depth > MaxDepth {
		return nil, n.errorf("the filter is nested more than %d deep", MaxDepth)
	}
	member := "coordinates"
	kind, _ := o.members["type"].value.(string)
	if kind == "GeometryCollection" {
		member = "geometries"
	}
	if !o.has("type", member) {
		return nil, n.errorf("a geometry has the members \"type\" and %q alone", member)
	}
	at := o.members[member]
	switch kind {
	case "Point":
		return geometryOf(positionNode(at))
	case "LineString":
		return geometryOf(lineNode(at))
	case "Polygon":
		return geometryOf(polygonNode(at))
	case "MultiPoint":
		list, err := list(at, positionNode)
		return geometryOf(orb.MultiPoint(list), err)
	case "MultiLineString":
		list, err := list(at, lineNode)
		return geometryOf(orb.MultiLineString(list), err)
	case "MultiPolygon":
		list, err := list(at, polygonNode)
		return geometryOf(orb.MultiPolygon(list), err)
	case "GeometryCollection":
		list, err := list(at, func(n *node) (orb.Geometry, *Error) {
			o, ok := n.value.(*object)
			if !ok || o.members["type"] == nil {
				return nil, n.errorf("want a geometry")
			}
			return geometryNode(n, o, depth+1)
		})
		return geometryOf(orb.Collection(list), err)
	}
	return nil, o.members["type"].errorf("%q is not a type of geometry", clip(kind))
}

func geometryOf[G orb.Geometry](g G, err *Error) (orb.Geometry, *Error) {
	if err != nil {
		return nil, err
	}
	return g, nil
}

// list reads an array with one element or more.
func list[T any](n *node, one func(*node) (T, *Error)) ([]T, *Error) {
	nodes, ok := n.value.([]*node)
	if !ok || len(nodes) == 0 {
		return nil, n.errorf("want an array with one element or more")
	}
	out := make([]T, len(nodes))
	for i, e := range nodes {
		v, err := one(e)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func numberNode(n *node) (float64, *Error) {
	v, ok := n.value.(float64)
	if !ok {
		return 0, n.errorf("want a number")
	}
	return v, nil
}

// positionNode reads two numbers, and passes over a third.
func positionNode(n *node) (orb.Point, *Error) {
	v, err := list(n, numberNode)
	switch {
	case err != nil:
		return orb.Point{}, err
	case len(v) < 2 || len(v) > 3:
		return orb.Point{}, n.errorf("a position has two numbers, or three with a height; this one has %d", len(v))
	}
	return orb.Point{v[0], v[1]}, nil
}

func lineNode(n *node) (orb.LineString, *Error) {
	line, err := list(n, positionNode)
	if err == nil && len(line) < 2 {
		return nil, n.errorf("a line has two positions or more")
	}
	return line, err
}

func polygonNode(n *node) (orb.Polygon, *Error) {
	return list(n, func(n *node) (orb.Ring, *Error) {
		ring, err := list(n, positionNode)
		if err != nil {
			return nil, err
		}
		return ring, checkRing(n.Place, ring)
	})
}

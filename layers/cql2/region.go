package cql2

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// Region is a shape that others are compared with, prepared once. It is a set of points: borders belong to it. It never changes.
type Region struct {
	parts []part
	whole extent
}

// part is a point, a line or a polygon: one path, or rings with the insides between them (even-odd).
type part struct {
	paths [][]geo.Query
	area  bool
	extent
}

// NewRegion prepares a shape in longitude and latitude (CGCS2000 degrees): a Point, LineString, Polygon, Bound, a Multi form or a
// Collection of these. Positions are rounded to 1/64 of 1e-7 degree. A position that is none on Earth is an error, and so is a shape
// without any.
func NewRegion(g orb.Geometry) (*Region, error) {
	r := &Region{}
	if err := r.add(g); err != nil {
		return nil, err
	}
	if len(r.parts) == 0 {
		return nil, fmt.Errorf("cql2: %w: a shape without positions", layers.ErrInvalid)
	}
	r.whole = r.parts[0].extent
	for _, p := range r.parts[1:] {
		r.whole = r.whole.union(p.extent)
	}
	return r, nil
}

func (r *Region) add(g orb.Geometry) error {
	switch g := g.(type) {
	case orb.Point:
		return r.path([]orb.Point{g})
	case orb.LineString:
		return r.path(g)
	case orb.Polygon:
		return r.polygon(g)
	case orb.Bound:
		return r.polygon(g.ToPolygon())
	case orb.MultiPoint:
		return addAll(r, g, func(p orb.Point) error { return r.path([]orb.Point{p}) })
	case orb.MultiLineString:
		return addAll(r, g, func(l orb.LineString) error { return r.path(l) })
	case orb.MultiPolygon:
		return addAll(r, g, r.polygon)
	case orb.Collection:
		return addAll(r, g, r.add)
	}
	return fmt.Errorf("cql2: %w: %T is not a shape", layers.ErrInvalid, g)
}

func addAll[T any](r *Region, list []T, add func(T) error) error {
	for _, one := range list {
		if err := add(one); err != nil {
			return err
		}
	}
	return nil
}

func (r *Region) path(line []orb.Point) error {
	path, err := queries(line)
	if err != nil || len(path) == 0 {
		return err
	}
	r.parts = append(r.parts, part{paths: [][]geo.Query{path}, extent: extentOf(path)})
	return nil
}

func (r *Region) polygon(pg orb.Polygon) error {
	p := part{area: true}
	for _, ring := range pg {
		path, err := queries(ring)
		if err != nil {
			return err
		}
		if len(path) > 0 {
			p.paths = append(p.paths, path)
		}
	}
	if len(p.paths) == 0 {
		return nil
	}
	p.extent = extentOf(p.paths[0])
	for _, path := range p.paths[1:] {
		p.extent = p.extent.union(extentOf(path))
	}
	r.parts = append(r.parts, p)
	return nil
}

func queries[L ~[]orb.Point](line L) ([]geo.Query, error) {
	out := make([]geo.Query, len(line))
	for i, p := range line {
		q, err := geo.QueryFrom(p)
		if err != nil {
			return nil, err
		}
		out[i] = q
	}
	return out, nil
}

// Bound returns the box around the region, widened by a unit of rounding, so that the box of every shape that the region meets
// meets it too.
func (r *Region) Bound() orb.Bound {
	const unit = 1.0 / geo.FixedScale / geo.QueryScale
	return orb.Bound{Min: r.whole.min.Point(), Max: r.whole.max.Point()}.Pad(unit)
}

// Meets reports whether the region and a feature's shape have a point in common. A shape that is nil or has no form in fixed-point
// coordinates meets nothing.
func (r *Region) Meets(g orb.Geometry) bool {
	switch g := g.(type) {
	case nil:
		return false
	case orb.Point: // the usual case, without making anything
		q, err := geo.QueryFrom(g)
		return err == nil && r.has(q)
	}
	if !r.near(g.Bound()) {
		return false
	}
	o, err := NewRegion(g)
	return err == nil && r.MeetsRegion(o)
}

// near reports whether the region's box meets b.
func (r *Region) near(b orb.Bound) bool { return r.Bound().Intersects(b) }

// has reports whether a point belongs to the region.
func (r *Region) has(q geo.Query) bool {
	if !r.whole.has(q) {
		return false
	}
	for i := range r.parts {
		if r.parts[i].has(q) {
			return true
		}
	}
	return false
}

// MeetsRegion reports whether two regions have a point in common.
func (r *Region) MeetsRegion(o *Region) bool {
	if !r.whole.meets(o.whole) {
		return false
	}
	for i := range r.parts {
		for j := range o.parts {
			if r.parts[i].meets(&o.parts[j]) {
				return true
			}
		}
	}
	return false
}

// has reports whether a point belongs to the part.
func (p *part) has(q geo.Query) bool {
	if !p.extent.has(q) {
		return false
	}
	inside := false
	for _, path := range p.paths {
		if len(path) == 1 && path[0] == q {
			return true
		}
		for i := 1; i < len(path); i++ {
			s := segment{path[i-1], path[i]}
			if s.has(q) {
				return true
			}
			// A ray to the east crosses the edges whose lower end is at q or below and whose upper end is above, on its right.
			if up := s.b.Y > q.Y; up != (s.a.Y > q.Y) && (side(s.a, s.b, q) > 0) == up {
				inside = !inside
			}
		}
	}
	return p.area && inside
}

// meets reports whether two parts have a point in common: their lines do, or one lies inside the other as a whole.
func (p *part) meets(o *part) bool {
	if !p.extent.meets(o.extent) {
		return false
	}
	if len(p.paths[0]) == 1 {
		return o.has(p.paths[0][0])
	}
	if len(o.paths[0]) == 1 {
		return p.has(o.paths[0][0])
	}
	return p.crosses(o) || p.has(o.paths[0][0]) || o.has(p.paths[0][0])
}

// crosses reports whether lines of two parts have a point in common. Only segments near the other part are compared.
func (p *part) crosses(o *part) bool {
	mine := p.segmentsIn(o.extent)
	if len(mine) == 0 {
		return false
	}
	for _, path := range o.paths {
		for i := 1; i < len(path); i++ {
			s := segment{path[i-1], path[i]}
			if !s.extent().meets(p.extent) {
				continue
			}
			for _, m := range mine {
				if m.meets(s) {
					return true
				}
			}
		}
	}
	return false
}

// segmentsIn returns the segments of a part that have a point in a box, so that long ones beside it cost one look each.
func (p *part) segmentsIn(e extent) []segment {
	var out []segment
	for _, path := range p.paths {
		for i := 1; i < len(path); i++ {
			if s := (segment{path[i-1], path[i]}); s.enters(e) {
				out = append(out, s)
			}
		}
	}
	return out
}

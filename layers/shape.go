package layers

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// shapeOf returns nil for an empty geometry, so that a missing one does not look like a present one.
func shapeOf[G orb.Geometry](g G, n int) orb.Geometry {
	if n == 0 {
		return nil
	}
	return g
}

func noShape(f Feature, g orb.Geometry) error {
	if g == nil {
		return nil
	}
	return shapeError(f.Layer(), f.Head().ID, "layer without geometry", g)
}

func asLine(f Feature, g orb.Geometry) (orb.LineString, error) {
	if v, ok := g.(orb.LineString); ok {
		return v, nil
	}
	return nil, shapeError(f.Layer(), f.Head().ID, "LineString", g)
}

func asPolygon(f Feature, g orb.Geometry) (orb.Polygon, error) {
	switch v := g.(type) {
	case orb.Polygon:
		return v, nil
	case orb.MultiPolygon:
		if len(v) == 1 {
			return v[0], nil
		}
	}
	return nil, shapeError(f.Layer(), f.Head().ID, "Polygon", g)
}

// sameID checks that an id equals its code, in the layers where the code is the identity.
func (c *checker) sameID(id, code string) {
	if id != code {
		c.add("/id", "form", fmt.Sprintf("in %s the id is the code; got %q and %q", c.layer, id, code))
	}
}

// startsWith checks in the local code space that a code starts with its parent's.
func (c *checker) startsWith(pointer, code, parent string, space CodeSpace) {
	if space == CodesLocal && parent != "" && !strings.HasPrefix(code, parent) {
		c.add(pointer, "code", fmt.Sprintf("%s does not start with %s", code, parent))
	}
}

func (c *checker) texts(pointer string, list []string) {
	if len(list) > 100 {
		c.add(pointer, "too-long", "at most 100 entries")
		return
	}
	for i, s := range list {
		c.text(fmt.Sprintf("%s/%d", pointer, i), s, true)
	}
}

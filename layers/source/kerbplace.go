package source

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// kerbPlace is the ground of a zone and the line of its segment.
type kerbPlace struct {
	line    orb.LineString
	outline orb.Polygon
	side    string
}

// place makes the ground of what a record has: a strip beside a line, or an area with the longest of its edges as the line. The system is
// that of the store.
func (m *kerbMaker) place(r *kerbRecord) (*kerbPlace, error) {
	if r.shape == nil {
		return nil, fmt.Errorf("there is no geometry")
	}
	g, err := m.in.Converter.GeometryToStorage(m.in.CRS, r.shape)
	if err != nil {
		return nil, err
	}
	if g, err = geo.Snap(g); err != nil {
		return nil, err
	}
	switch g := g.(type) {
	case orb.LineString:
		return strip(slices.Compact(g), r.side)
	case orb.MultiLineString:
		longest := orb.LineString(nil)
		for _, part := range g {
			if geo.Length(part) > geo.Length(longest) {
				longest = part
			}
		}
		if len(g) > 1 {
			r.lose(KerbParts, "of %d lines the longest is taken", len(g))
		}
		return strip(slices.Compact(longest), r.side)
	case orb.MultiPolygon:
		if len(g) == 1 {
			return beside(g[0])
		}
	case orb.Polygon:
		return beside(g)
	}
	return nil, fmt.Errorf("a %s is neither a line nor an area", g.GeoJSONType())
}

// mostKerbVertices bounds one geometry.
const mostKerbVertices = 10_000

// kerbShape reads a GeoJSON geometry in the file's system, nil for what is none.
func kerbShape(raw []byte) orb.Geometry {
	var r Record
	parseGeometry(&r, raw, Options{Vertices: mostKerbVertices})
	return r.Geometry
}

// shortestKerb is the least length of a line that a zone is made of, in metres.
const shortestKerb = 1

// strip is the ground beside a line: on its right unless the left is named.
func strip(line orb.LineString, side string) (*kerbPlace, error) {
	if len(line) < 2 || geo.Length(line) < shortestKerb {
		return nil, fmt.Errorf("the line is shorter than %d m", shortestKerb)
	}
	width := KerbWidth
	if side == "left" {
		width = -width
	} else {
		side = "right"
	}
	edge := geo.Offset(line, width)
	if len(edge) < 2 {
		return nil, fmt.Errorf("no strip can be laid beside the line")
	}
	ring := slices.Concat(orb.Ring(line), orb.Ring(reversed(edge)))
	ring = append(ring, ring[0])
	outline, err := geo.Snap(orb.Polygon{ring})
	if err != nil {
		return nil, err
	}
	area := orb.Polygon{slices.Compact(outline.(orb.Polygon)[0])}
	if defects := geo.ValidateMultiPolygon(area); geo.HasErrors(defects) {
		return nil, fmt.Errorf("the strip beside the line crosses itself")
	}
	return &kerbPlace{line, area, side}, nil
}

func reversed(line orb.LineString) orb.LineString {
	out := slices.Clone(line)
	slices.Reverse(out)
	return out
}

// beside takes the longest edge of an area for the line that it lies beside.
func beside(area orb.Polygon) (*kerbPlace, error) {
	if len(area) == 0 || len(area[0]) < 4 {
		return nil, fmt.Errorf("the area has no outline")
	}
	if defects := geo.ValidateMultiPolygon(area); geo.HasErrors(defects) {
		return nil, fmt.Errorf("the outline is not valid: %s", defects[0].Detail)
	}
	var line orb.LineString
	longest := geo.Metres(0)
	for i, p := range area[0][1:] {
		if d := geo.Distance(area[0][i], p); d > longest {
			longest, line = d, orb.LineString{area[0][i], p}
		}
	}
	if longest < shortestKerb {
		return nil, fmt.Errorf("the area is shorter than %d m", shortestKerb)
	}
	side := "right"
	if area[0].Orientation() == orb.CCW { // the inside is to the left of each edge
		side = "left"
	}
	return &kerbPlace{line, area, side}, nil
}

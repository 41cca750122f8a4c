package source

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// shape converts the geometry of a record to CGCS2000, makes it the layer's type and rounds it to 1e-7 degree. It reports what
// fails, and says whether the feature has a geometry now.
func (m *maker) shape(d *draft) bool {
	if m.info.Geometry == "" {
		if d.record.Geometry != nil {
			m.issue(d, "geometry", string(KindGeometryType), fmt.Sprintf("%s have no geometry", m.in.Layer))
		}
		return d.record.Geometry == nil
	}
	if d.record.Geometry == nil {
		return false
	}
	g, err := m.in.Converter.GeometryToStorage(m.in.CRS, asType(d.record.Geometry, m.info.Geometry))
	if err == nil {
		g = m.closeRings(d, g)
		var snapped orb.Geometry
		if snapped, err = geo.Snap(g); err == nil {
			m.rounded(g, snapped)
			g = snapped
		}
	}
	if err != nil {
		kind := KindGeometry
		if errors.Is(err, geo.ErrCoordinate) {
			kind = KindCoordinate
		}
		m.report.add(Problem{Kind: kind, Severity: geo.SeverityError, Row: d.record.Row, Code: d.code, Detail: err.Error()})
		return false
	}
	if err := d.feature.SetShape(g); err != nil {
		m.issues(d, err)
		return false
	}
	return true
}

// asType turns a geometry into the type of the layer where that changes nothing: one of several for a Multi of one, and the
// reverse. Any other is returned as it is.
func asType(g orb.Geometry, want string) orb.Geometry {
	switch v := g.(type) {
	case orb.MultiPoint:
		if len(v) == 1 && want == "Point" {
			return v[0]
		}
	case orb.MultiLineString:
		if len(v) == 1 && want == "LineString" {
			return v[0]
		}
	case orb.MultiPolygon:
		if len(v) == 1 && want == "Polygon" {
			return v[0]
		}
	case orb.Polygon:
		if want == "MultiPolygon" {
			return orb.MultiPolygon{v}
		}
	}
	return g
}

// rounded notes whether the file had more digits than are kept.
func (m *maker) rounded(before, after orb.Geometry) {
	var a, b []orb.Point
	eachLine(before, func(line []orb.Point) { a = append(a, line...) })
	eachLine(after, func(line []orb.Point) { b = append(b, line...) })
	for i := range a {
		if a[i] != b[i] {
			m.report.rounded++
			return
		}
	}
}

// closeRings closes open rings when a repair was asked for, and says so.
func (m *maker) closeRings(d *draft, g orb.Geometry) orb.Geometry {
	if !m.in.Repair {
		return g
	}
	closeOne := func(r orb.Ring) orb.Ring {
		if len(r) < 3 || r[0] == r[len(r)-1] {
			return r
		}
		at := r[0]
		m.report.add(Problem{Kind: KindRingClosed, Severity: geo.SeverityWarning, Row: d.record.Row, Code: d.code, At: &at,
			SizeM: float64(geo.Distance(r[0], r[len(r)-1])), Detail: "the ring was closed"})
		return append(r, r[0])
	}
	eachRing(g, closeOne)
	return g
}

// eachRing replaces each ring of g, which the caller owns, by what change returns.
func eachRing(g orb.Geometry, change func(orb.Ring) orb.Ring) {
	switch v := g.(type) {
	case orb.Polygon:
		for i := range v {
			v[i] = change(v[i])
		}
	case orb.MultiPolygon:
		for _, pg := range v {
			eachRing(pg, change)
		}
	}
}

// eachLine calls each for the rings or lines of g; a point is a line of one position.
func eachLine(g orb.Geometry, each func([]orb.Point)) {
	switch v := g.(type) {
	case orb.Point:
		each([]orb.Point{v})
	case orb.MultiPoint:
		for _, p := range v {
			each([]orb.Point{p})
		}
	case orb.LineString:
		each(v)
	case orb.MultiLineString:
		for _, l := range v {
			each(l)
		}
	case orb.Polygon:
		for _, r := range v {
			each(r)
		}
	case orb.MultiPolygon:
		for _, pg := range v {
			eachLine(pg, each)
		}
	}
}

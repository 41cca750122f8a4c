package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// A report may be about a line or an area in place of a position: WKT in a query, a GeoJSON geometry in a body.

// mostShape bounds the text of a geometry in a query.
const mostShape = 1024

// shapeParam is the parameter geometry.
func shapeParam() param {
	most := mostShape
	return param{Name: "geometry", In: "query", Schema: &huma.Schema{Type: "string", MaxLength: &most}, Example: "LINESTRING(121.3254 30.8924, 121.3261 30.8931)",
		Text: fmt.Sprintf("The line or the area that it is about, in place of `lon` and `lat`: WKT, a `LINESTRING` or a `POLYGON` with one ring, of at most %d corners and %.0f km, in the system `crs`. "+
			"The answer says what each grid has of it.", duty.MostCorners, duty.MostExtent/1000)}
}

// placeParams are the parameters of a question about a position, a line or an area.
func placeParams() []param {
	lon, lat := lonParam(), latParam()
	lon.Required, lat.Required = false, false
	return []param{lon, lat, shapeParam(), crsParam(), categoryParam(), accuracyParam(), atParam(), knownAtParam()}
}

// where reads lon and lat, or geometry.
func (c *call) where(a *asking) (err error) {
	if !c.query.Has("geometry") {
		if a.Lon, err = c.number("lon", "bad-coordinate"); err != nil {
			return err
		}
		a.Lat, err = c.number("lat", "bad-coordinate")
		return err
	}
	for _, name := range []string{"lon", "lat", "accuracy_m"} {
		if c.query.Has(name) {
			return badParameter(name, name+" is that of a position; give it or geometry")
		}
	}
	text := c.query.Get("geometry")
	if len(text) > mostShape {
		return badParameter("geometry", fmt.Sprintf("geometry has more than %d characters", mostShape))
	}
	g, err := wkt.Unmarshal(text)
	if err != nil {
		return badParameter("geometry", "geometry is not WKT: "+err.Error())
	}
	return a.draw(g)
}

// draw puts the question about a geometry. The problem is one of the parameter geometry.
func (a *asking) draw(g orb.Geometry) error {
	shape, err := duty.NewShape(g, a.CRS)
	switch {
	case errors.Is(err, geo.ErrCoordinate):
		return &Problem{Status: http.StatusBadRequest, Code: "bad-coordinate", Parameter: "geometry", Detail: "a corner is not a pair of finite numbers"}
	case err != nil:
		return shapeProblem(err)
	}
	a.About(shape)
	return nil
}

// shapeProblem says that a geometry is neither a line nor an area.
func shapeProblem(err error) *Problem {
	return &Problem{Status: http.StatusUnprocessableEntity, Code: "geometry-invalid", Parameter: "geometry", Detail: lastOf(err, geo.ErrFigure)}
}

// lastOf is the text of an error of package geo without that of the one that it wraps.
func lastOf(err, wrapped error) string {
	return strings.TrimPrefix(strings.TrimSuffix(err.Error(), ": "+wrapped.Error()), "geo: ")
}

// drawnAlone puts the question of a member of a batch about its geometry, if it has no position too.
func (a *asking) drawnAlone(seen map[string]bool) error {
	for _, name := range []string{"lon", "lat", "accuracy_m"} {
		if seen[name] || name == "accuracy_m" && a.AccuracyM > 0 {
			return badParameter("", name+" is that of a position; give it or geometry").inBody("/" + name)
		}
	}
	err := a.draw(a.drawn)
	var p *Problem
	if errors.As(err, &p) {
		return p.inBody("/geometry")
	}
	return err
}

// shapeMember reads the member geometry of a position; asking.draw takes it when the system is known.
func shapeMember(raw []byte) (orb.Geometry, error) {
	if raw[0] != '{' {
		return nil, badJSON("/geometry", "type", "want a GeoJSON geometry")
	}
	g, err := layers.ParseGeoJSON(raw, layers.GeometryLimits{Vertices: 4 * duty.MostCorners})
	var bad *layers.Invalid
	if errors.As(err, &bad) && len(bad.Issues) > 0 {
		return nil, badJSON("/geometry"+bad.Issues[0].Pointer, bad.Issues[0].Code, bad.Issues[0].Detail)
	}
	return g, err
}

// shapeSchema describes the member geometry.
func shapeSchema() *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{geometrySchema("LineString"), geometrySchema("Polygon")},
		Description: fmt.Sprintf("The line or the area that it is about, in the system of the question: a LineString or a Polygon with one ring, of at most %d corners and %.0f km.", duty.MostCorners, duty.MostExtent/1000)}
}

// drawnSchema stands for duty.Shape, which is a GeoJSON geometry in JSON.
type drawnSchema struct{}

// Schema describes it.
func (drawnSchema) Schema(huma.Registry) *huma.Schema { return shapeSchema() }

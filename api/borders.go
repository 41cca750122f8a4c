package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

func (s *Server) borderOperations() []operation {
	town := param{Name: "town", In: "query", Schema: &huma.Schema{Type: "string"}, Example: "310116104", Text: "Code of a town: the borders of its grids."}
	grid := param{Name: "grid", In: "query", Schema: &huma.Schema{Type: "string"}, Example: "310116104Z01", Text: "Code of a grid: its borders."}
	return []operation{
		{
			Method: http.MethodGet, Path: "/v1/borders", ID: "listBorders", Tag: "features",
			Summary: "The borders between grids",
			Text: "Each pair of grids that touch along a line, and each grid along the border of the district, at `at`: how long the border is, the towns, the agreement in force and who leads by it, and along the border of the district which neighbours lie beyond it. " +
				"Borders follow from the grids; nobody edits them. The line itself is in `/v1/borders/{id}`.",
			Params:  []param{town, grid, atParam()},
			Answers: []answer{{Status: http.StatusOK, Content: &content{Type: borderList{}}}},
			Handle:  (*call).listBorders,
		},
		{
			Method: http.MethodGet, Path: "/v1/borders/{id}", ID: "getBorder", Tag: "features",
			Summary: "One border, with its line",
			Params: []param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Example: "b_310116104Z01_310116104Z02",
				Text: "`b_` and the codes of both grids, the lower one first, or `outside` for the border of the district."}, atParam()},
			Answers: []answer{{Status: http.StatusOK, Content: &content{Type: shownBorder{}}}}, Problems: []int{http.StatusNotFound},
			Handle: (*call).showBorder,
		},
		contentsOperation(),
	}
}

// shownBorder is a border in an answer.
type shownBorder struct {
	ID        string          `json:"id"`
	GridA     string          `json:"grid_a"`
	GridB     string          `json:"grid_b,omitempty" doc:"Left out along the border of the district"`
	NameA     string          `json:"name_a,omitempty"`
	NameAEn   string          `json:"name_a_en,omitempty"`
	NameB     string          `json:"name_b,omitempty"`
	NameBEn   string          `json:"name_b_en,omitempty"`
	TownA     string          `json:"town_a,omitempty"`
	TownB     string          `json:"town_b,omitempty"`
	CrossTown bool            `json:"cross_town" doc:"The grids are of two towns"`
	External  bool            `json:"external" doc:"On the other side is another district"`
	LengthM   float64         `json:"length_m" doc:"Geodesic length in metres"`
	Beyond    []layers.Beyond `json:"beyond,omitempty" doc:"The external units on the other side of the border of the district, the longest stretch first; left out where there are none, as in the sea"`
	Agreement string          `json:"agreement,omitempty" doc:"Id of the agreement in force"`
	Lead      string          `json:"lead,omitempty" doc:"Code of the grid that leads now; left out where the number of the case says which"`
	Geometry  *borderLine     `json:"geometry,omitempty"`
}

// borderLine is a GeoJSON MultiLineString with grid_a on its left.
type borderLine struct{ json.RawMessage }

// Schema describes the geometry.
func (borderLine) Schema(huma.Registry) *huma.Schema { return geometrySchema("MultiLineString") }

// borderList is the answer of /v1/borders.
type borderList struct {
	Borders []shownBorder `json:"borders" doc:"By the codes of the grids"`
	LengthM float64       `json:"length_m" doc:"Of all in the list"`
}

func (c *call) shownBorder(b layers.Border, at layers.Instant) shownBorder {
	out := shownBorder{ID: b.ID, GridA: b.GridA, GridB: b.GridB, TownA: b.TownA, TownB: b.TownB, CrossTown: b.CrossTown, External: b.External, LengthM: b.LengthM,
		Beyond: b.Beyond, Agreement: b.Agreement, Lead: b.Lead}
	if g, ok := layers.Get[*layers.Grid](c.w.Snapshot, layers.Grids, b.GridA, at); ok {
		out.NameA, out.NameAEn = g.Name, g.NameEn
	}
	if g, ok := layers.Get[*layers.Grid](c.w.Snapshot, layers.Grids, b.GridB, at); ok {
		out.NameB, out.NameBEn = g.Name, g.NameEn
	}
	return out
}

func (c *call) listBorders() error {
	at, err := c.at()
	if err != nil {
		return err
	}
	town, grid := c.query.Get("town"), c.query.Get("grid")
	out := borderList{Borders: []shownBorder{}}
	for _, b := range c.w.Borders(at) {
		if town != "" && b.TownA != town && b.TownB != town || grid != "" && b.GridA != grid && b.GridB != grid {
			continue
		}
		out.Borders = append(out.Borders, c.shownBorder(b, at))
		out.LengthM += b.LengthM
	}
	return c.json(http.StatusOK, out)
}

func (c *call) showBorder() error {
	at, err := c.at()
	if err != nil {
		return err
	}
	b, ok := c.w.Border(c.path["id"], at)
	if !ok {
		return notFound("there is no border " + quoted(c.path["id"]))
	}
	out := c.shownBorder(b, at)
	out.Geometry = &borderLine{layers.AppendGeoJSON(nil, b.Geometry)}
	return c.json(http.StatusOK, out)
}

package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// matrixSet is the one tile matrix set: the square of Web Mercator, halved at each zoom.
const (
	matrixSet     = "WebMercatorQuad"
	matrixSetURI  = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	relScheme     = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	relSchemes    = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
	mercatorHalf  = 20037508.3427892
	mercatorScale = 559082264.028717 // denominator of the scale of zoom 0, at 0.28 mm a pixel
)

func (s *Server) tilesetOperations() []operation {
	of := param{Name: "collectionId", In: "path", Schema: &huma.Schema{Type: "string", Enum: anys(tiledCollections())}, Example: "poles", Text: "The layer."}
	which := param{Name: "collections", In: "query", List: true, Schema: &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string"}},
		Text: "The layers that are wanted, by id or address; all if it is not given."}
	set := param{Name: "tileMatrixSetId", In: "path", Schema: &huma.Schema{Type: "string", Enum: []any{matrixSet}}, Example: matrixSet, Text: "The tile matrix set."}
	address := []param{
		{Name: "tileMatrix", In: "path", Schema: wholeSchema(0, geo.MaxZoom), Text: "Zoom."},
		{Name: "tileRow", In: "path", Schema: wholeSchema(0, 1<<geo.MaxZoom-1), Text: "Row from the north."},
		{Name: "tileCol", In: "path", Schema: wholeSchema(0, 1<<geo.MaxZoom-1), Text: "Column from the west."},
	}
	tile := []answer{{Status: http.StatusOK, Text: "The tile, the same as at /tiles/{layers}/{z}/{x}/{y}.mvt.", Content: &content{Media: tileMedia}, Headers: []string{"ETag"}},
		{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}}
	json := func(t any) []answer { return []answer{{Status: http.StatusOK, Content: &content{Type: t}}} }
	asJSON := []param{{Name: "f", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"json"}}, Text: "The form, of which there is one."}}
	asTile := []param{{Name: "f", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"mvt"}}, Text: "The form, of which there is one."}, instantParam()}
	table := []operation{
		{Path: "/tileMatrixSets", ID: "getTileMatrixSetsList", Summary: "The tile matrix sets", Params: asJSON, Answers: json(matrixSetsDocument{}), Handle: (*call).matrixSets},
		{Path: "/tileMatrixSets/{tileMatrixSetId}", ID: "getTileMatrixSet", Summary: "A tile matrix set", Params: slices.Concat([]param{set}, asJSON),
			Answers: json(matrixSetDocument{}), Handle: (*call).matrixSet},
		{Path: "/tiles", ID: "tiles.dataset.vector.getTileSetsList", Summary: "The tilesets of all layers together", Params: slices.Concat(asJSON, []param{which}),
			Answers: json(tilesetsDocument{}), Handle: (*call).tilesets},
		{Path: "/tiles/" + matrixSet, ID: "tiles.dataset.vector.getTileSet", Summary: "The tileset of all layers together", Params: slices.Concat(asJSON, []param{which}),
			Answers: json(tilesetDocument{}), Handle: (*call).tileset},
		{Path: "/tiles/" + matrixSet + "/{tileMatrix}/{tileRow}/{tileCol}", ID: "tiles.dataset.vector.getTile", Summary: "A tile of all layers together",
			Params: slices.Concat(address, asTile, []param{which}), Answers: tile, Handle: (*call).ogcTile},
		{Path: "/collections/{collectionId}/tiles", ID: "tiles.collection.vector.getTileSetsList", Summary: "The tilesets of a layer", Params: slices.Concat([]param{of}, asJSON),
			Answers: json(tilesetsDocument{}), Handle: (*call).tilesets},
		{Path: "/collections/{collectionId}/tiles/{tileMatrixSetId}", ID: "tiles.collection.vector.getTileSet", Summary: "The tileset of a layer",
			Params: slices.Concat([]param{of, set}, asJSON), Answers: json(tilesetDocument{}), Handle: (*call).tileset},
		{Path: "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", ID: "tiles.collection.vector.getTile", Summary: "A tile of a layer",
			Params: slices.Concat([]param{of, set}, address, asTile), Answers: tile, Handle: (*call).ogcTile},
	}
	for i := range table {
		table[i].Method, table[i].Tag = http.MethodGet, ogcTag
	}
	return table
}

// tiledCollections lists the layers with tiles that are collections.
func tiledCollections() []string {
	return slices.DeleteFunc(tileLayers(), func(name string) bool { return !isCollection(layers.Layer(name)) })
}

// isCollection reports whether a layer is one of the store. Hexagons are in the tiles of the dataset, and no collection.
func isCollection(l layers.Layer) bool {
	info, ok := l.Info()
	return ok && !info.Confined
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// oneForm reads f where there is one form alone.
func (c *call) oneForm(form string) error {
	if f := c.query.Get("f"); c.query.Has("f") && f != form {
		return badParameter("f", "f is "+form)
	}
	if set, ok := c.path["tileMatrixSetId"]; ok && set != matrixSet {
		p := notFound(fmt.Sprintf("there is no tile matrix set %.40q", set))
		p.Parameter = "tileMatrixSetId"
		return p
	}
	return nil
}

// tiledLayers reads which layers a tileset or a tile is of: that of the path, those that collections lists, or all.
func (c *call) tiledLayers() ([]layers.Layer, error) {
	names, parameter := tileLayers(), "collections"
	if one, ok := c.path["collectionId"]; ok {
		names, parameter = []string{one}, "collectionId"
	} else if c.query.Has("collections") {
		names = strings.Split(c.query.Get("collections"), ",")
	}
	var out []layers.Layer
	for _, name := range names {
		if i := strings.LastIndex(name, "/collections/"); i >= 0 && parameter == "collections" {
			name = name[i+len("/collections/"):] // its address
		}
		l := layers.Layer(name)
		switch ok := mvt.HasTiles(l) && (parameter == "collections" || isCollection(l)); {
		case ok && !slices.Contains(out, l):
			out = append(out, l)
		case ok:
		case parameter == "collections":
			return nil, badParameter(parameter, fmt.Sprintf("there are no tiles of %.40q", name))
		default:
			p := notFound(fmt.Sprintf("there are no tiles of %.40q", name))
			p.Parameter = parameter
			return nil, p
		}
	}
	return out, nil
}

// ogcTile answers with the tile that is at /tiles/{layers}/{z}/{x}/{y}.mvt.
func (c *call) ogcTile() error {
	if err := c.oneForm("mvt"); err != nil {
		return err
	}
	names, err := c.tiledLayers()
	if err != nil {
		return err
	}
	c.path = map[string]string{"layers": joined(names), "z": c.path["tileMatrix"], "x": c.path["tileCol"], "y": c.path["tileRow"]}
	if c.query.Has("datetime") {
		c.query.Set("at", c.query.Get("datetime"))
	}
	err = presentTile(c)
	var p *Problem
	if errors.As(err, &p) { // it names the parameters of the other path
		if name := map[string]string{"at": "datetime", "z": "tileMatrix", "x": "tileCol", "y": "tileRow"}[p.Parameter]; name != "" {
			p.Parameter = name
		}
	}
	return err
}

// matrixSetsDocument is the answer of /tileMatrixSets.
type matrixSetsDocument struct {
	TileMatrixSets []matrixSetItem `json:"tileMatrixSets"`
}

type matrixSetItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URI   string `json:"uri"`
	CRS   string `json:"crs"`
	Links []link `json:"links"`
}

// matrixSetDocument is a tile matrix set (OGC 17-083r4).
type matrixSetDocument struct {
	ID           string       `json:"id"`
	Title        string       `json:"title"`
	URI          string       `json:"uri"`
	CRS          string       `json:"crs"`
	OrderedAxes  []string     `json:"orderedAxes"`
	WellKnown    string       `json:"wellKnownScaleSet"`
	TileMatrices []tileMatrix `json:"tileMatrices"`
}

type tileMatrix struct {
	ID               string    `json:"id"`
	ScaleDenominator float64   `json:"scaleDenominator"`
	CellSize         float64   `json:"cellSize"`
	CornerOfOrigin   string    `json:"cornerOfOrigin"`
	PointOfOrigin    []float64 `json:"pointOfOrigin"`
	TileWidth        int       `json:"tileWidth"`
	TileHeight       int       `json:"tileHeight"`
	MatrixWidth      int       `json:"matrixWidth"`
	MatrixHeight     int       `json:"matrixHeight"`
}

const mercatorURI = "http://www.opengis.net/def/crs/EPSG/0/3857"

func (c *call) matrixSets() error {
	if err := c.oneForm("json"); err != nil {
		return err
	}
	return c.json(http.StatusOK, matrixSetsDocument{TileMatrixSets: []matrixSetItem{{ID: matrixSet, Title: "Google Maps Compatible for the World", URI: matrixSetURI, CRS: mercatorURI,
		Links: []link{{Href: c.base() + "/tileMatrixSets/" + matrixSet, Rel: "self", Type: "application/json", Title: matrixSet}}}}})
}

func (c *call) matrixSet() error {
	if err := c.oneForm("json"); err != nil {
		return err
	}
	doc := matrixSetDocument{ID: matrixSet, Title: "Google Maps Compatible for the World", URI: matrixSetURI, CRS: mercatorURI, OrderedAxes: []string{"X", "Y"},
		WellKnown: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"}
	for z := range geo.MaxZoom + 1 {
		n := 1 << z
		doc.TileMatrices = append(doc.TileMatrices, tileMatrix{ID: fmt.Sprint(z), ScaleDenominator: mercatorScale / float64(n), CellSize: 2 * mercatorHalf / 256 / float64(n), CornerOfOrigin: "topLeft",
			PointOfOrigin: []float64{-mercatorHalf, mercatorHalf}, TileWidth: 256, TileHeight: 256, MatrixWidth: n, MatrixHeight: n})
	}
	return c.json(http.StatusOK, doc)
}

// tilesetsDocument is a list of tilesets.
type tilesetsDocument struct {
	Tilesets []tilesetDocument `json:"tilesets"`
	Links    []link            `json:"links"`
}

// tilesetDocument is the metadata of a tileset (OGC 17-083r4).
type tilesetDocument struct {
	Title       string         `json:"title"`
	DataType    string         `json:"dataType" enum:"vector"`
	CRS         string         `json:"crs"`
	MatrixSet   string         `json:"tileMatrixSetURI"`
	Links       []link         `json:"links"`
	Limits      []tileLimits   `json:"tileMatrixSetLimits,omitempty"`
	Layers      []tilesetLayer `json:"layers,omitempty"`
	BoundingBox *tilesetBox    `json:"boundingBox,omitempty"`
}

// tileLimits are the tiles of a zoom that meet the data.
type tileLimits struct {
	TileMatrix string `json:"tileMatrix"`
	MinTileRow uint32 `json:"minTileRow"`
	MaxTileRow uint32 `json:"maxTileRow"`
	MinTileCol uint32 `json:"minTileCol"`
	MaxTileCol uint32 `json:"maxTileCol"`
}

type tilesetLayer struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	DataType    string `json:"dataType" enum:"vector"`
	Dimension   int    `json:"geometryDimension"`
	MinMatrix   string `json:"minTileMatrix"`
	MaxMatrix   string `json:"maxTileMatrix"`
}

type tilesetBox struct {
	LowerLeft  []float64 `json:"lowerLeft"`
	UpperRight []float64 `json:"upperRight"`
	CRS        string    `json:"crs"`
}

// tilesetPath is where the tilesets are that the request is about.
func (c *call) tilesetPath() string {
	if one, ok := c.path["collectionId"]; ok {
		return c.base() + "/collections/" + one + "/tiles"
	}
	return c.base() + "/tiles"
}

func (c *call) tilesets() error {
	if err := c.oneForm("json"); err != nil {
		return err
	}
	names, err := c.tiledLayers()
	if err != nil {
		return err
	}
	one := c.tilesetOf(names)
	one.Limits, one.Layers, one.BoundingBox = nil, nil, nil
	one.Links = one.Links[:2] // the whole is one link away
	return c.json(http.StatusOK, tilesetsDocument{Tilesets: []tilesetDocument{one},
		Links: []link{{Href: c.address("f", "json"), Rel: "self", Type: "application/json", Title: "JSON"}}})
}

func (c *call) tileset() error {
	if err := c.oneForm("json"); err != nil {
		return err
	}
	names, err := c.tiledLayers()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.tilesetOf(names))
}

// tilesetOf describes the tiles of layers. The first two links are those to itself and to the tile matrix set.
func (c *call) tilesetOf(names []layers.Layer) tilesetDocument {
	at, query := c.tilesetPath()+"/"+matrixSet, ""
	if c.query.Has("collections") {
		query = "?collections=" + joined(names)
	}
	t := tilesetDocument{Title: c.w.Settings().Name, DataType: "vector", CRS: mercatorURI, MatrixSet: matrixSetURI, Links: []link{
		{Href: at + query, Rel: "self", Type: "application/json", Title: "Tileset"},
		{Href: c.base() + "/tileMatrixSets/" + matrixSet, Rel: relScheme, Type: "application/json", Title: matrixSet},
		{Href: at + "/{tileMatrix}/{tileRow}/{tileCol}" + query, Rel: "item", Type: tileMedia, Title: "Tile", Templated: true},
		{Href: c.base() + "/tiles/" + joined(names) + ".json", Rel: "describedby", Type: "application/json", Title: "TileJSON 3.0"},
	}}
	reached := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}} // empty
	for _, name := range names {
		if info, ok := mvt.Describe(name); ok {
			t.Layers = append(t.Layers, layerOfTileset(info, textOf(name).en))
			if info.Labels != nil {
				t.Layers = append(t.Layers, layerOfTileset(*info.Labels, textOf(name).en))
			}
		}
		switch b := c.reachOfTiles(name); {
		case b.IsEmpty():
		case reached.IsEmpty():
			reached = b
		default:
			reached = reached.Union(b)
		}
	}
	if !reached.IsEmpty() {
		b := boxOf(reached)
		t.BoundingBox = &tilesetBox{LowerLeft: b[:2], UpperRight: b[2:], CRS: crs84.uri()}
		t.Limits = limitsOf(reached)
	}
	return t
}

// reachOfTiles returns the box around what the tiles of a layer draw; it is empty if that is nothing.
func (c *call) reachOfTiles(name layers.Layer) orb.Bound {
	if isCollection(name) {
		return c.s.reaches.reach(c.w.Set(name)).box
	}
	if b, ok := c.w.Atlas.HexagonBound(0, geo.MaxZoom); ok {
		return b
	}
	return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
}

func layerOfTileset(info mvt.LayerInfo, title string) tilesetLayer {
	return tilesetLayer{ID: info.ID, Title: title, Description: info.Text + " " + info.Thinning, DataType: "vector", Dimension: map[string]int{"LineString": 1, "Polygon": 2}[info.Geometry],
		MinMatrix: fmt.Sprint(info.MinZoom), MaxMatrix: fmt.Sprint(info.LastZoom)}
}

// limitsOf returns the tiles that meet a box, at each zoom.
func limitsOf(box orb.Bound) []tileLimits {
	var out []tileLimits
	for z := range uint8(geo.MaxZoom + 1) {
		a, b := geo.TileAt(box.Min, z), geo.TileAt(box.Max, z)
		out = append(out, tileLimits{TileMatrix: fmt.Sprint(z), MinTileRow: b.Y, MaxTileRow: a.Y, MinTileCol: a.X, MaxTileCol: b.X})
	}
	return out
}

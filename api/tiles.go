package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

const tileMedia = "application/vnd.mapbox-vector-tile"

func (s *Server) tileOperations() []operation {
	names := param{Name: "layers", In: "path", Schema: &huma.Schema{Type: "string"}, Example: "grids,poles",
		Text: "One layer or several with commas: " + strings.Join(tileLayers(), ", ") + ". A name that comes again counts once."}
	address := []param{
		{Name: "z", In: "path", Schema: wholeSchema(0, geo.MaxZoom), Text: "Zoom."},
		{Name: "x", In: "path", Schema: wholeSchema(0, 1<<geo.MaxZoom-1), Text: "Column from the west."},
		{Name: "y", In: "path", Schema: wholeSchema(0, 1<<geo.MaxZoom-1), Text: "Row from the north."},
	}
	version := param{Name: "version", In: "path", Schema: &huma.Schema{Type: "string"}, Text: "`<epoch>-<revision>`, as in the header `Wangge-Revision`."}
	tile := answer{Status: http.StatusOK, Text: "The tile, in gzip or zstd for a client that takes it. One without features has no bytes.", Content: &content{Media: tileMedia}, Headers: []string{"ETag"}}
	same := answer{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}
	return []operation{{
		Method: http.MethodGet, Path: "/tiles/{layers}/{z}/{x}/{y}.mvt", ID: "tile", Tag: "tiles",
		Summary: "A vector tile of the present",
		Text:    "Mapbox Vector Tile 2.1 in Web Mercator. The ETag is strong and comes from the content, so that a tile that did not change costs a 304 whatever else was edited.",
		Params:  append([]param{names}, append(slices.Clone(address), atParam())...),
		Answers: []answer{tile, same},
		Handle:  presentTile,
	}, {
		Method: http.MethodGet, Path: "/tiles/{layers}/{version}/{z}/{x}/{y}.mvt", ID: "tileOfRevision", Tag: "tiles",
		Summary: "A vector tile of one revision, for ever the same",
		Text:    "May be kept for ever. Without `at` it shows what applied when the revision was recorded. A revision that is not in memory leads to the tile of the present.",
		Params:  append([]param{names, version}, append(slices.Clone(address), atParam())...),
		Answers: []answer{tile, same, {Status: http.StatusTemporaryRedirect, Text: "To the tile of the present", Headers: []string{"Location"}}},
		Handle:  frozenTile,
	}, {
		Method: http.MethodGet, Path: "/tiles/{layers}.json", ID: "tilejson", Tag: "tiles",
		Summary: "TileJSON of the tiles",
		Text:    "TileJSON 3.0 for map libraries and QGIS, with absolute addresses. The description of a layer says by which rule features or vertices are left out at lower zooms, never at random:" + thinningRules(),
		Params:  []param{names},
		Answers: []answer{
			{Status: http.StatusOK, Text: "TileJSON 3.0", Content: &content{Type: tileJSON{}}, Headers: []string{"ETag"}}, same,
		},
		Handle: tileJSONOf,
	}}
}

// tileLayers lists the layers that have tiles: those of the store, and those that are made of them.
func tileLayers() []string {
	var out []string
	for _, l := range mvt.Layers() {
		out = append(out, string(l))
	}
	return out
}

// thinningRules lists the rules by which something is left out of tiles, as Markdown.
func thinningRules() string {
	var b strings.Builder
	rule := func(info mvt.LayerInfo) { fmt.Fprintf(&b, "\n- `%s`: %s", info.ID, info.Thinning) }
	for _, l := range mvt.Layers() {
		info, _ := mvt.Describe(l)
		if rule(info); info.Labels != nil {
			rule(*info.Labels)
		}
	}
	return "\n" + b.String()
}

// tileNames reads the path parameter layers. Names are looked up in the closed list of layers; they reach nothing else.
func (c *call) tileNames() ([]layers.Layer, error) {
	var out []layers.Layer
	for name := range strings.SplitSeq(c.path["layers"], ",") {
		l := layers.Layer(name)
		if !mvt.HasTiles(l) {
			p := notFound(fmt.Sprintf("there are no tiles of %.40q; there are of: %s", name, strings.Join(tileLayers(), ", ")))
			p.Parameter = "layers"
			return nil, p
		}
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out, nil
}

// tile reads z, x and y.
func (c *call) tile() (geo.Tile, error) {
	z, x, y := c.path["z"], c.path["x"], c.path["y"]
	t, err := geo.ParseTile(z, x, y)
	if err == nil {
		return t, nil
	}
	name := "y"
	if _, err := geo.ParseTile(z, "0", "0"); err != nil {
		name = "z"
	} else if _, err := geo.ParseTile(z, x, "0"); err != nil {
		name = "x"
	}
	return t, badParameter(name, strings.TrimPrefix(err.Error(), "geo: "))
}

func presentTile(c *call) error { return c.answerTile(c.now(), "no-cache") }

// frozenTile answers from the World if it shows the revision that the path names.
func frozenTile(c *call) error {
	version, err := parsePosition(c.path["version"])
	if err != nil {
		return badParameter("version", err.Error())
	}
	if version == c.w.Position() {
		return c.answerTile(c.w.RecordedAt(), "public, max-age=31536000, immutable")
	}
	// Everything is checked first, so that a bad address is not sent on a journey.
	names, err := c.tileNames()
	if err != nil {
		return err
	}
	t, err := c.tile()
	if err != nil {
		return err
	}
	if _, err := c.at(); err != nil {
		return err
	}
	to := fmt.Sprintf("/tiles/%s/%s.mvt", joined(names), t)
	if q := c.query.Encode(); q != "" {
		to += "?" + q
	}
	h := c.Response().Header()
	h.Set("Location", to)
	h.Set("Cache-Control", "no-cache")
	c.Response().WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

func joined(names []layers.Layer) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = string(n)
	}
	return strings.Join(parts, ",")
}

// answerTile sends the tile as of the instant that the request names, or otherwise.
func (c *call) answerTile(otherwise layers.Instant, caching string) error {
	names, err := c.tileNames()
	if err != nil {
		return err
	}
	t, err := c.tile()
	if err != nil {
		return err
	}
	at, err := c.instant("at", otherwise)
	if err != nil {
		return err
	}
	return c.sendTile(t, at, caching, names...)
}

package api

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

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
	tile := answer{Status: http.StatusOK, Text: "The tile. One without features has no bytes.", Content: &content{Media: tileMedia}, Headers: []string{"ETag"}}
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
		Text:    "TileJSON 3.0 for map libraries and QGIS, with absolute addresses.",
		Params:  []param{names},
		Answers: []answer{
			{Status: http.StatusOK, Text: "TileJSON 3.0", Content: &content{Type: tileJSON{}}, Headers: []string{"ETag"}}, same,
		},
		Handle: tileJSONOf,
	}}
}

// tileLayers lists the layers that have tiles.
func tileLayers() []string {
	var out []string
	for _, info := range layers.All() {
		if info.Tiles {
			out = append(out, string(info.Layer))
		}
	}
	return out
}

// tileNames reads the path parameter layers. Names are looked up in the closed list of layers; they reach nothing else.
func (c *call) tileNames() ([]layers.Layer, error) {
	var out []layers.Layer
	for name := range strings.SplitSeq(c.path["layers"], ",") {
		info, ok := layers.Layer(name).Info()
		if !ok || !info.Tiles {
			p := notFound(fmt.Sprintf("there are no tiles of %.40q; there are of: %s", name, strings.Join(tileLayers(), ", ")))
			p.Parameter = "layers"
			return nil, p
		}
		if !slices.Contains(out, info.Layer) {
			out = append(out, info.Layer)
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

// answerTile makes the tile as of the instant that the request names, or otherwise.
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
	b, err := c.w.Atlas.Append(nil, t, at, names...)
	if err != nil {
		return err
	}
	f := &file{media: tileMedia, plain: b, tag: contentTag(b)}
	if len(b) >= leastPacked {
		f.pack = func() []byte { return packQuickly(b) }
	}
	c.Response().Header().Set("Cache-Control", caching)
	return c.file(f)
}

// tileJSON is TileJSON 3.0.
type tileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Description  string        `json:"description,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	VectorLayers []vectorLayer `json:"vector_layers"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       []float64     `json:"bounds,omitempty" doc:"West, south, east, north in degrees"`
	Center       []float64     `json:"center,omitempty" doc:"Longitude, latitude, zoom"`
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

func tileJSONOf(c *call) error {
	names, err := c.tileNames()
	if err != nil {
		return err
	}
	settings := c.w.Settings()
	j := tileJSON{TileJSON: "3.0.0", Name: joined(names), Scheme: "xyz", VectorLayers: []vectorLayer{}, MinZoom: geo.MaxZoom,
		Tiles: []string{c.base() + "/tiles/" + joined(names) + "/{z}/{x}/{y}.mvt"}, Description: settings.Name}
	if settings.Demo {
		j.Description += " (demo)"
	}
	for _, name := range names {
		info, ok := mvt.Describe(name)
		if !ok {
			return fmt.Errorf("api: tiles of %s are not described", name)
		}
		j.add(info)
		if info.Labels != nil {
			j.add(*info.Labels)
		}
	}
	if b := c.w.extent; !b.IsEmpty() {
		b = b.Pad(-margin)
		j.Bounds = []float64{round7(b.Min[0]), round7(b.Min[1]), round7(b.Max[0]), round7(b.Max[1])}
		middle := b.Center()
		j.Center = []float64{round7(middle[0]), round7(middle[1]), float64(zoomFor(b))}
	}
	body := append(appendJSON(nil, j), '\n')
	return c.file(&file{media: jsonMedia, plain: body, tag: contentTag(body)})
}

func (j *tileJSON) add(info mvt.LayerInfo) {
	v := vectorLayer{ID: info.ID, Description: info.Text, MinZoom: int(info.MinZoom), MaxZoom: int(info.MaxZoom), Fields: map[string]string{}}
	for _, f := range info.Fields {
		v.Fields[f.Name] = f.Type + ". " + f.Text
	}
	j.VectorLayers = append(j.VectorLayers, v)
	j.MinZoom, j.MaxZoom = min(j.MinZoom, v.MinZoom), max(j.MaxZoom, v.MaxZoom)
}

// zoomFor is the zoom at which a box of degrees fits about one screen.
func zoomFor(b orb.Bound) int {
	z := 0
	for w := 360.0; z < 14 && w/2 > (b.Max[0]-b.Min[0])/2; z++ {
		w /= 2
	}
	return z
}

func round7(v float64) float64 { return math.Round(v*1e7) / 1e7 }

// hostForm is what a Host header may look like to be shown again; anything else is left out, and addresses are relative.
var hostForm = regexp.MustCompile(`^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// base is how the client reaches this server: its own scheme and Host. What proxies add is not trusted; one that ends TLS has to
// keep relative addresses or rewrite these.
func (c *call) base() string {
	addVary(c.Response().Header(), "Host")
	r := c.Request()
	switch {
	case !hostForm.MatchString(r.Host):
		return ""
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

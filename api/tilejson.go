package api

import (
	"fmt"
	"math"
	"regexp"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers/mvt"
)

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
	v := vectorLayer{ID: info.ID, Description: info.Text + " " + info.Thinning, MinZoom: int(info.MinZoom), MaxZoom: int(info.MaxZoom), Fields: map[string]string{}}
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

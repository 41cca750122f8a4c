package tileset

import (
	"encoding/json"
	"fmt"
	"html"
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers/mvt"
)

// about is what a tileset says of itself, in both formats.
type about struct {
	plan             Plan
	name, text       string
	attribution      string // HTML
	demo             bool
	minZoom, maxZoom uint8 // of the tiles that are there
	bound            orb.Bound
	center           orb.Point
	centerZoom       uint8
	layers           []VectorLayer
}

// VectorLayer is a layer in the form of TileJSON's vector_layers. Fields have the words for types that MBTiles asks for and GDAL
// reads, and not sentences as in the TileJSON of a server.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     uint8             `json:"minzoom"`
	MaxZoom     uint8             `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// newAbout describes a tileset with tiles of zooms first to last.
func newAbout(p Plan, d District, bound orb.Bound, first, last uint8) about {
	settings := d.Snapshot.Settings()
	a := about{plan: p, name: settings.Name, demo: settings.Demo, minZoom: first, maxZoom: last, layers: vectorLayers(p, first, last)}
	if a.name == "" {
		a.name = "wangge"
	}
	a.text = fmt.Sprintf("%s as of %s, revision %s", joined(p.Layers), p.At, p.Position)
	a.attribution = html.EscapeString(a.name)
	if a.demo {
		a.text += "; demo: invented data 示范数据，均为虚构"
		a.attribution += " (demo: invented data)"
	}
	a.bound = widened(bound)
	a.center = orb.Point{(a.bound.Min[0] + a.bound.Max[0]) / 2, (a.bound.Min[1] + a.bound.Max[1]) / 2}
	a.centerZoom = max(first, min(zoomFor(a.bound), last))
	return a
}

// vectorLayers describes the layers that are in tiles of zooms first to last.
func vectorLayers(p Plan, first, last uint8) []VectorLayer {
	out := []VectorLayer{}
	add := func(info mvt.LayerInfo) {
		if info.MinZoom > last || info.LastZoom < first {
			return
		}
		v := VectorLayer{ID: info.ID, Description: info.Text, MinZoom: max(info.MinZoom, first), MaxZoom: min(info.LastZoom, last), Fields: map[string]string{}}
		for _, f := range info.Fields {
			v.Fields[f.Name] = f.Type
		}
		out = append(out, v)
	}
	for _, l := range p.Layers {
		info, _ := mvt.Describe(l) // the plan is checked
		add(info)
		if info.Labels != nil {
			add(*info.Labels)
		}
	}
	return out
}

// widened is a box to seven decimals that has an area, because readers refuse one that has none.
func widened(b orb.Bound) orb.Bound {
	for i := range 2 {
		b.Min[i], b.Max[i] = math.Floor(b.Min[i]*geo.FixedScale)/geo.FixedScale, math.Ceil(b.Max[i]*geo.FixedScale)/geo.FixedScale
		if b.Max[i]-b.Min[i] < 1e-4 {
			b.Min[i], b.Max[i] = b.Min[i]-1e-4, b.Max[i]+1e-4
		}
	}
	return b
}

// zoomFor is the zoom at which a box fits about one screen, 14 at most.
func zoomFor(b orb.Bound) (z uint8) {
	for w := 180.0; z < 14 && w > (b.Max[0]-b.Min[0])/2; w /= 2 {
		z++
	}
	return z
}

// version is the revision of the tileset for programs: a number.
func (a about) version() string { return fmt.Sprint(a.plan.Position.Revision) }

// json is the metadata of PMTiles. demo is there for invented data alone.
func (a about) json() ([]byte, error) {
	return json.Marshal(struct {
		Name        string        `json:"name"`
		Description string        `json:"description"`
		Attribution string        `json:"attribution"`
		Type        string        `json:"type"`
		Version     string        `json:"version"`
		Demo        bool          `json:"demo,omitempty"`
		At          string        `json:"at"`
		KnownAt     string        `json:"known_at,omitempty"`
		Epoch       string        `json:"epoch"`
		Revision    int64         `json:"revision"`
		Layers      []VectorLayer `json:"vector_layers"`
	}{a.name, a.text, a.attribution, "overlay", a.version(), a.demo, a.plan.At.String(), a.plan.KnownAt.String(), a.plan.Position.Epoch,
		a.plan.Position.Revision, a.layers})
}

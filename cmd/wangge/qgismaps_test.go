package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

const (
	qgisColor  = "#d04020"
	qgisWidth  = 900
	qgisHeight = 700
)

// qgisMaps are the maps to draw: each layer alone over the whole district and where there is kerb, the grids each in its colour, and
// all layers together.
func qgisMaps(snap *layers.Snapshot, pictures string) []qgisMap {
	whole := boxOf(snap, layers.Districts, 0.01)
	var kerb orb.Bound
	for f := range snap.Set(layers.Zones).All(qgisNow) {
		kerb = f.Shape().Bound().Pad(0.0004)
		break
	}
	var out []qgisMap
	one := func(name string, box orb.Bound, list []layers.Layer, styles ...qgisStyle) {
		out = append(out, qgisMap{Name: name, Image: filepath.Join(pictures, name+".png"), Layers: list, MaxZoom: 17, Styles: styles,
			Box: [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}, Size: [2]int{qgisWidth, qgisHeight}})
	}
	var together []qgisStyle
	colors := []string{"#fffbe0", "#dff0d8", "#d9edf7", "#f2dede", "#c9a0dc", "#8c8c8c", "#ff9900", "#2e8b57", "#1e6fd9", "#cc0000", "#88ccaa"}
	for i, l := range mvt.Layers() {
		info, _ := mvt.Describe(l)
		style := qgisStyle{Layer: info.ID, Geometry: info.Geometry, Color: qgisColor}
		if l == layers.Overlays { // of which these do not overlap
			style.Where = `"kind" = 'police_area'`
		}
		one("whole-"+info.ID, whole, []layers.Layer{l}, style)
		one("kerb-"+info.ID, kerb, []layers.Layer{l}, style)
		style.Where = ""
		if style.Color = colors[i%len(colors)]; l != mvt.Hexagons {
			together = append(together, style)
		}
	}
	var grids []qgisStyle
	for f := range snap.Set(layers.Grids).All(qgisNow) {
		grids = append(grids, qgisStyle{Layer: "grids", Geometry: "Polygon", Color: gridColor(len(grids)), Where: whereID(f)})
	}
	one("grids", whole, []layers.Layer{layers.Grids}, grids...)
	one("lost-grid", whole, []layers.Layer{layers.Grids}, qgisStyle{Layer: "grids", Geometry: "Polygon", Color: qgisColor, Where: `"id" <> '310116101Z02'`})
	one("together-whole", whole, mvt.Layers(), together...)
	one("together-kerb", kerb, mvt.Layers(), together...)
	return out
}

// qgisNow is an instant at which all of the demo applies.
const qgisNow = layers.Instant(1_760_000_000_000)

func gridColor(i int) string { return fmt.Sprintf("#%02x%02x80", 20+5*i, 220-4*i) }

// boxOf is the box of a layer, widened by so many degrees.
func boxOf(snap *layers.Snapshot, l layers.Layer, pad float64) orb.Bound {
	box := orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
	for f := range snap.Set(l).All(qgisNow) {
		box = box.Union(f.Shape().Bound())
	}
	return box.Pad(pad)
}

// checkQGISMaps holds each map against the exact areas: as many pixels are coloured as lie in them. Points and lines are there or not.
func checkQGISMaps(t *testing.T, snap *layers.Snapshot, job qgisJob, found qgisFindings) {
	for _, m := range job.Maps {
		got := found.Maps[m.Name]
		if !got.Valid || len(got.Errors) > 0 {
			t.Errorf("%s: valid %v, errors %q", m.Name, got.Valid, got.Errors)
		}
		want, all := map[string]float64{}, 0.0
		for f := range snap.Set(m.Layers[0]).All(qgisNow) {
			if o, overlay := f.(*layers.Overlay); !overlay || o.Kind == "police_area" {
				want[whereID(f)] = pixelsOf(f, got.Extent)
				all += want[whereID(f)]
			}
		}
		switch pixels := got.Pixels[qgisColor]; {
		case len(m.Layers) > 1: // for people to look at
		case m.Name == "grids":
			for _, style := range m.Styles {
				if n := got.Pixels[style.Color]; !fits(n, want[style.Where]) {
					t.Errorf("the grid where %s: %d pixels, want %.0f", style.Where, n, want[style.Where])
				}
			}
		case m.Name == "lost-grid": // planted: a small one is not drawn
			if pixels == 0 || fits(pixels, all) {
				t.Errorf("%d of %.0f pixels, and nothing is found to lack", pixels, all)
			}
		default:
			checkQGISLayer(t, m, pixels, all)
		}
	}
}

// checkQGISLayer checks a map of one layer.
func checkQGISLayer(t *testing.T, m qgisMap, pixels int, want float64) {
	t.Helper()
	l := m.Layers[0]
	info, _ := mvt.Describe(l)
	in, stored := l.Info()
	whole := strings.HasPrefix(m.Name, "whole-") // drawn with tiles of zoom 11, the others of 17
	switch {
	case whole && info.MinZoom > 11 || !whole && info.LastZoom < 17:
		if pixels != 0 {
			t.Errorf("%s: %d pixels of a layer that has nothing at that zoom", m.Name, pixels)
		}
	case stored && (in.Geometry == "MultiPolygon" || in.Geometry == "Polygon"):
		if !fits(pixels, want) {
			t.Errorf("%s: %d pixels, want %.0f", m.Name, pixels, want)
		}
	case pixels < 20:
		t.Errorf("%s: only %d pixels", m.Name, pixels)
	}
}

// fits allows for the pixels of borders.
func fits(got int, want float64) bool { return math.Abs(float64(got)-want) <= 40+want/200 }

// pixelsOf is how many pixels of an image of an extent in Mercator metres an area fills.
func pixelsOf(f layers.Feature, extent [4]float64) float64 {
	box := orb.Bound{Min: orb.Point{extent[0], extent[1]}, Max: orb.Point{extent[2], extent[3]}}
	g := clip.Geometry(box, project.Geometry(orb.Clone(f.Shape()), geo.Mercator))
	if g == nil {
		return 0
	}
	return planar.Area(g) / ((extent[2] - extent[0]) * (extent[3] - extent[1])) * qgisWidth * qgisHeight
}

// whereID is the condition that picks a feature in QGIS.
func whereID(f layers.Feature) string { return fmt.Sprintf(`"id" = '%s'`, f.Head().ID) }

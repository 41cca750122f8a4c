package api_test

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

type tilesetDocument struct {
	Title, DataType, CRS, TileMatrixSetURI string
	Links                                  []anchor
	TileMatrixSetLimits                    []struct {
		TileMatrix                                     string
		MinTileRow, MaxTileRow, MinTileCol, MaxTileCol uint32
	}
	Layers []struct {
		ID, DataType      string
		GeometryDimension int
	}
	BoundingBox struct{ LowerLeft, UpperRight orb.Point }
}

// From the landing page to a tile by links alone, and the tile is that of /tiles.
func TestTilesets(t *testing.T) {
	s := readServer(t)
	paths := []string{"/tiles"}
	for _, info := range openLayers() {
		at := "/collections/" + string(info.Layer)
		var one struct{ Links []anchor }
		s.get(at).status(http.StatusOK).json(&one)
		got := link(one.Links, "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector")
		if (got == at+"/tiles") != info.Tiles {
			t.Errorf("%s: tilesets at %q", info.Layer, got)
		}
		if info.Tiles {
			paths = append(paths, got)
		} else {
			s.send(ask{Path: at + "/tiles"}).problem(http.StatusNotFound, "not-found")
		}
	}
	for _, path := range paths {
		var list struct{ Tilesets []tilesetDocument }
		s.get(path).status(http.StatusOK).json(&list)
		if len(list.Tilesets) != 1 {
			t.Fatalf("%s: %d tilesets", path, len(list.Tilesets))
		}
		self := link(list.Tilesets[0].Links, "self")
		if self != path+"/WebMercatorQuad" || list.Tilesets[0].TileMatrixSetURI == "" || list.Tilesets[0].CRS != epsg3857 || list.Tilesets[0].DataType != "vector" {
			t.Errorf("%+v", list.Tilesets[0])
		}
		var set tilesetDocument
		s.get(self).status(http.StatusOK).json(&set)
		s.get(link(set.Links, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme")).status(http.StatusOK)
		s.get(link(set.Links, "describedby")).status(http.StatusOK)
		i := slices.IndexFunc(set.Links, func(l anchor) bool { return l.Rel == "item" })
		if i < 0 || !set.Links[i].Templated || set.Links[i].Type != "application/vnd.mapbox-vector-tile" || len(set.Layers) == 0 {
			t.Fatalf("%+v", set)
		}
		names := "districts,towns,grids,communities,overlays,segments,zones,spaces,poles,roads,hexagons"
		if path != "/tiles" {
			names = strings.Split(path, "/")[2]
		}
		for _, tile := range []geo.Tile{geo.TileAt(at(3, 1), 12), geo.TileAt(at(5.2, 0.49), 16), {Z: 0}, geo.TileAt(orb.Point{0, 0}, 5)} {
			template := strings.NewReplacer("{tileMatrix}", fmt.Sprint(tile.Z), "{tileRow}", fmt.Sprint(tile.Y), "{tileCol}", fmt.Sprint(tile.X)).Replace(set.Links[i].Href)
			got := s.send(ask{Path: strings.TrimPrefix(template, "http://example.com")}).status(http.StatusOK)
			want := s.send(ask{Path: fmt.Sprintf("/tiles/%s/%s.mvt", names, tile)}).status(http.StatusOK)
			if !bytes.Equal(got.bytes, want.bytes) || got.Header.Get("ETag") != want.Header.Get("ETag") || got.Header.Get("Content-Type") != want.Header.Get("Content-Type") {
				t.Errorf("%s: %d bytes with %s, at the other path %d with %s", template, len(got.bytes), got.Header.Get("ETag"), len(want.bytes), want.Header.Get("ETag"))
			}
		}
		// The limits are around the tiles of all features, and no wider.
		if len(set.TileMatrixSetLimits) == 0 {
			continue // nothing in the layer
		}
		box := orb.Bound{Min: set.BoundingBox.LowerLeft, Max: set.BoundingBox.UpperRight}
		for z, l := range set.TileMatrixSetLimits {
			north, south := geo.TileAt(orb.Point{box.Min[0], box.Max[1]}, uint8(z)), geo.TileAt(orb.Point{box.Max[0], box.Min[1]}, uint8(z))
			if l.TileMatrix != fmt.Sprint(z) || l.MinTileCol != north.X || l.MinTileRow != north.Y || l.MaxTileCol != south.X || l.MaxTileRow != south.Y {
				t.Errorf("%s: limits %+v, want %v to %v", path, l, north, south)
			}
		}
	}
}

func TestTileMatrixSet(t *testing.T) {
	s := readServer(t)
	var list struct{ TileMatrixSets []struct{ Links []anchor } }
	s.get("/tileMatrixSets").status(http.StatusOK).json(&list)
	var set struct {
		ID, CRS, URI string
		TileMatrices []struct {
			ID                                               string
			ScaleDenominator, CellSize                       float64
			PointOfOrigin                                    orb.Point
			TileWidth, TileHeight, MatrixWidth, MatrixHeight int
		}
	}
	s.get(link(list.TileMatrixSets[0].Links, "self")).status(http.StatusOK).json(&set)
	if set.ID != "WebMercatorQuad" || len(set.TileMatrices) != geo.MaxZoom+1 {
		t.Fatalf("%+v", set)
	}
	for z, m := range set.TileMatrices {
		side := m.CellSize * float64(m.TileWidth*m.MatrixWidth)
		if m.ID != fmt.Sprint(z) || m.MatrixWidth != 1<<z || m.MatrixHeight != 1<<z || math.Abs(side-2*20037508.342789244) > 1e-3 || math.Abs(m.ScaleDenominator*0.00028-m.CellSize) > 1e-6 || math.Abs(m.PointOfOrigin[0]+side/2) > 1e-3 {
			t.Errorf("%+v", m)
		}
	}
}

// Layers are chosen by id or by address, and time by datetime.
func TestTilesOfCollections(t *testing.T) {
	s := readServer(t)
	tile := geo.TileAt(at(3, 1), 12)
	path := fmt.Sprintf("/tiles/WebMercatorQuad/%d/%d/%d", tile.Z, tile.Y, tile.X)
	want := s.get(fmt.Sprintf("/tiles/grids,poles/%s.mvt", tile)).bytes
	for _, collections := range []string{"grids,poles", "http://example.com/collections/grids,/collections/poles", "grids,poles,grids"} {
		if got := s.get(path + "?collections=" + collections).status(http.StatusOK).bytes; !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d", collections, len(got), len(want))
		}
	}
	// Hexagons are in the tiles of the dataset, and no collection.
	s.get(path + "?collections=hexagons").status(http.StatusOK)
	s.send(ask{Path: "/collections/hexagons/tiles"}).problem(http.StatusNotFound, "not-found")
	s.send(ask{Path: "/collections/hexagons/items"}).problem(http.StatusNotFound, "not-found")
	var cells tilesetDocument
	s.get("/tiles/WebMercatorQuad?collections=hexagons").status(http.StatusOK).json(&cells)
	if len(cells.Layers) != 1 || cells.Layers[0].ID != "hexagons" || cells.BoundingBox.UpperRight == (orb.Point{}) {
		t.Errorf("%+v", cells)
	}
	var set tilesetDocument
	s.get("/tiles/WebMercatorQuad?collections=poles").status(http.StatusOK).json(&set)
	if info, _ := mvt.Describe(layers.Poles); len(set.Layers) != 1 || set.Layers[0].ID != info.ID || !strings.HasSuffix(link(set.Links, "item"), "{tileCol}?collections=poles") {
		t.Errorf("%+v", set)
	}
	then := s.get(path + "?collections=grids&datetime=2024-06-01T00:00:00Z").status(http.StatusOK).bytes
	if !bytes.Equal(then, s.get(fmt.Sprintf("/tiles/grids/%s.mvt?at=2024-06-01T00:00:00Z", tile)).bytes) || bytes.Equal(then, s.get(path+"?collections=grids").bytes) {
		t.Error("another time is not that of at")
	}
	for path, want := range map[string]string{path + "?collections=units": "collections", path + "?collections=": "collections", path + "?datetime=x": "datetime", path + "?at=2024-06-01T00:00:00Z": "at",
		"/tiles/WebMercatorQuad/23/0/0": "tileMatrix", "/tiles/WebMercatorQuad/3/8/0": "tileRow", "/tiles/WebMercatorQuad/3/0/8": "tileCol", "/tiles/WebMercatorQuad/x/0/0": "tileMatrix", path + "?f=png": "f"} {
		r := s.send(ask{Path: path})
		var p map[string]any
		if r.json(&p); r.StatusCode != http.StatusBadRequest || p["parameter"] != want {
			t.Errorf("%s: %d %v, want %s", path, r.StatusCode, p, want)
		}
	}
	s.send(ask{Path: "/collections/poles/tiles/WorldCRS84Quad"}).problem(http.StatusNotFound, "not-found")
	s.send(ask{Path: "/tileMatrixSets/WorldCRS84Quad"}).problem(http.StatusNotFound, "not-found")
}

package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt"
)

// DefaultTileMemory is how many bytes of tiles a Server keeps when Options.TileMemory is 0.
const DefaultTileMemory = 128 << 20

// newTileCache returns the cache of Options.TileMemory.
func newTileCache(memory int64) *mvt.Cache {
	if memory == 0 {
		memory = DefaultTileMemory
	}
	return mvt.NewCache(max(0, memory))
}

// tagEndings tell the strong tags of a tile's codings apart.
var tagEndings = [...]string{mvt.Plain: "", mvt.Gzip: "-gz", mvt.Zstd: "-zs"}

// sendTile answers with a tile of the call's World as it is at an instant, in the best coding that the client takes, or with 304 if
// the client has it in any.
func (c *call) sendTile(t geo.Tile, at layers.Instant, caching string, names ...layers.Layer) error {
	began := time.Now()
	r, h := c.Request(), c.Response().Header()
	tile, err := c.s.tiles.Tile(c.w.Atlas, t, at, tileCoding(r.Header.Get("Accept-Encoding")), names...)
	if err != nil {
		return err
	}
	tag := tile.Tag()
	addVary(h, "Accept-Encoding")
	h.Set("Cache-Control", caching)
	h.Set("ETag", `"`+tag+tagEndings[tile.Coding()]+`"`)
	served := tileServed{zoom: t.Z, coding: tile.Coding(), kept: tile.Kept()}
	for _, ending := range tagEndings {
		if unchanged(r, `"`+tag+ending+`"`) {
			served.unchanged = true
			c.Response().WriteHeader(http.StatusNotModified)
			c.s.metrics.tiles.served(served, time.Since(began))
			return nil
		}
	}
	h.Set(echo.HeaderContentType, tileMedia)
	h.Set(echo.HeaderContentLength, strconv.Itoa(tile.Size()))
	if tile.Coding() != mvt.Plain {
		h.Set(echo.HeaderContentEncoding, tile.Coding().String())
	}
	c.Response().WriteHeader(http.StatusOK)
	n, err := tile.WriteTo(c.Response())
	served.bytes = n
	c.s.metrics.tiles.served(served, time.Since(began))
	return err
}

// tileCoding chooses the coding of a tile by Accept-Encoding (RFC 9110, 12.5.3). Of two that are wanted alike it is gzip: it is smaller
// for tiles, and one coding for most clients is half the memory. What is not named is never zstd.
func tileCoding(header string) mvt.Coding {
	if header == "" {
		return mvt.Plain
	}
	if header == "gzip" || strings.HasPrefix(header, "gzip, ") {
		return mvt.Gzip // what browsers and most libraries send
	}
	any, gzip, zstd, plain := 0.0, -1.0, 0.0, 0.0
	for _, w := range weightsOf(header) {
		switch w.name {
		case "gzip", "x-gzip":
			gzip = max(gzip, w.q)
		case "zstd":
			zstd = w.q
		case "identity":
			plain = w.q
		case "*":
			any = w.q
		}
	}
	if gzip < 0 {
		gzip = any
	}
	switch {
	case max(gzip, zstd) == 0 || plain > max(gzip, zstd):
		return mvt.Plain
	case zstd > gzip:
		return mvt.Zstd
	}
	return mvt.Gzip
}

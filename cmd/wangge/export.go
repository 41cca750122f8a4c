package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"wangge/layers"
	"wangge/layers/source"
)

// exportCmd is "wangge export".
type exportCmd struct {
	atStore
	Layer   string     `arg:"" help:"The layer: districts, towns, units, grids, communities, overlays, segments, zones, spaces, poles, roads, or editions; or tiles for the vector tiles of several."`
	Format  string     `help:"geojson, gpkg or csv; of tiles pmtiles or mbtiles." required:"" placeholder:"FORMAT"`
	Out     string     `help:"The file to write; standard output if it is not given." placeholder:"FILE" type:"path"`
	Force   bool       `help:"Replace the file if it is there."`
	At      string     `help:"What applies at that time: a day in Shanghai or a time with offset; now if it is not given." placeholder:"TIME"`
	KnownAt string     `help:"What was known at that time." placeholder:"TIME"`
	Tiles   tilesFlags `embed:"" group:"Of tiles alone:"`
}

// Help is the long help.
func (exportCmd) Help() string {
	return `Coordinates are written exactly as they are stored: CGCS2000 longitude and latitude (EPSG:4490) with up to 7 decimals. Features carry id, ` +
		`code, name and every other column; the same store gives the same bytes. An export can be imported again (--crs cgcs2000).

With tiles as the layer the vector tiles that a server would give are written into one file: PMTiles 3, which a web server or a CDN can give to ` +
		`MapLibre without any further server, or MBTiles 1.3 for tile servers, QGIS and GDAL. Tiles without anything in them are left out, equal ones are stored ` +
		`once, and the same store and --at give the same bytes. Without --bbox there are all tiles with anything in them, without --min-zoom and --max-zoom ` +
		`those of the zooms in TileJSON: 0 to 17 with all layers. A terminal shows how far it is. A run that was stopped, by Ctrl-C, a full disk or a power cut, ` +
		`has what it made in FILE.part, and the same command goes on from there (without --at with the present of the stopped run, for a day); when the store ` +
		`has changed, or anything else, it says so and begins anew. FILE appears when it is complete.

Examples:

    wangge export grids --format geojson --out grids.geojson
    wangge export poles --format csv | head
    wangge export grids --format gpkg --at 2025-01-01 --out january.gpkg
    wangge export tiles --format pmtiles --out district.pmtiles
    wangge export tiles --format mbtiles --layers towns,grids,poles --max-zoom 15 --bbox 121.30,30.70,121.40,30.80 --out centre.mbtiles`
}

// Run writes the layer, or the tiles.
func (c *exportCmd) Run(ctx context.Context, h *host) error {
	if c.Layer == tilesWord {
		return c.tiles(ctx, h)
	}
	if err := c.Tiles.unused(); err != nil {
		return err
	}
	format, err := source.ParseFormat(c.Format)
	if err != nil {
		return usage("--format %s: want geojson, gpkg or csv", c.Format)
	}
	layer, err := layers.ParseLayer(c.Layer)
	if err != nil {
		return usage("%s", lastWords(err))
	}
	if c.Out == "" && format == source.GeoPackage && isTerminal(h.out) {
		return usage("a GeoPackage is not for a terminal: give --out FILE")
	}
	asked := layers.Asked{Layer: layer, At: layers.InstantOf(h.now())}
	if c.At != "" {
		if asked.At, err = parseWhen("at", c.At); err != nil {
			return err
		}
	}
	if asked.KnownAt, err = parseWhen("known-at", c.KnownAt); err != nil {
		return err
	}
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	export, count, err := readExport(ctx, store, asked)
	if err != nil {
		return err
	}
	if c.Out == "" {
		return source.Write(ctx, h.out, format, export)
	}
	if err := c.toFile(func(w io.Writer) error { return source.Write(ctx, w, format, export) }); err != nil {
		return err
	}
	fmt.Fprintf(h.err, "%d %s as of revision %s written to %s\n", count, layer, export.Position, c.Out)
	return nil
}

// readExport reads what is asked for, and what names the store.
func readExport(ctx context.Context, store layers.Store, asked layers.Asked) (source.Export, int, error) {
	base, err := readBase(ctx, store)
	if err != nil {
		return source.Export{}, 0, err
	}
	if asked.KnownAt == 0 {
		asked.KnownRevision = base.Position.Revision
	}
	rows, err := store.History(ctx, asked)
	return source.Export{Layer: asked.Layer, Position: base.Position, Settings: base.Settings, Features: slices.Values(rows)}, len(rows), err
}

// readBase returns position, settings and tokens of a store without its rows.
func readBase(ctx context.Context, store layers.Store) (layers.Base, error) {
	for range 5 {
		head, err := store.Head(ctx)
		if err != nil {
			return layers.Base{}, err
		}
		delta, err := store.Since(ctx, head, 1000)
		if errors.Is(err, layers.ErrEpoch) {
			continue // restored or much changed in between
		}
		return delta.Base, err
	}
	return layers.Base{}, fmt.Errorf("the store changes too fast: %w", layers.ErrUnavailable)
}

// toFile writes a file that appears under its name only when it is complete.
func (c *exportCmd) toFile(write func(io.Writer) error) error {
	if err := c.mayWrite(); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(c.Out), filepath.Base(c.Out)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already after the rename
	err = write(tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), c.Out)
}

// mayWrite refuses a file that is there, unless it is to be replaced and is neither a folder nor the store itself.
func (c *exportCmd) mayWrite() error {
	there, err := os.Lstat(c.Out)
	if err != nil {
		return nil // not there, or whoever makes it will say why not
	}
	f := &failure{what: fmt.Sprintf("the file %s is there already", c.Out), kept: "that file, as it was", todo: "another name, or --force", cause: fs.ErrExist}
	if there.IsDir() {
		f.what, f.kept, f.todo = fmt.Sprintf("%s is a folder", c.Out), "that folder, as it was", "the name of a file in it"
		return f
	}
	if store, err := os.Stat(c.Store); err == nil && os.SameFile(store, there) {
		f.what, f.todo = fmt.Sprintf("%s is the store itself", c.Out), "another name"
		return f
	}
	if !c.Force {
		return f
	}
	return nil
}

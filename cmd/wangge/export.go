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
	Layer   string `arg:"" help:"The layer: districts, towns, units, grids, communities, overlays, segments, zones, spaces, poles, roads, or editions."`
	Format  string `help:"geojson, gpkg or csv." required:"" placeholder:"FORMAT"`
	Out     string `help:"The file to write; standard output if it is not given." placeholder:"FILE" type:"path"`
	Force   bool   `help:"Replace the file if it is there."`
	At      string `help:"What applies at that time: a day in Shanghai or a time with offset; now if it is not given." placeholder:"TIME"`
	KnownAt string `help:"What was known at that time." placeholder:"TIME"`
}

// Help is the long help.
func (exportCmd) Help() string {
	return `Coordinates are written exactly as they are stored: CGCS2000 longitude and latitude (EPSG:4490) with up to 7 decimals. Features carry id, ` +
		`code, name and every other column; the same store gives the same bytes. An export can be imported again (--crs cgcs2000).

Examples:

    wangge export grids --format geojson --out grids.geojson
    wangge export poles --format csv | head
    wangge export grids --format gpkg --at 2025-01-01 --out january.gpkg`
}

// Run writes the layer.
func (c *exportCmd) Run(ctx context.Context, h *host) error {
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
	if _, err := os.Lstat(c.Out); err == nil && !c.Force {
		return &failure{what: fmt.Sprintf("the file %s is there already", c.Out), kept: "that file, as it was", todo: "another name, or --force", cause: fs.ErrExist}
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

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/mvt/tileset"
)

// tilesWord is what "wangge export" takes for vector tiles in the place of a layer.
const tilesWord = "tiles"

// tilesFlags are the flags of "wangge export tiles".
type tilesFlags struct {
	Layers  []string `help:"The layers in the tiles; all with tiles if it is not given." placeholder:"LAYER"`
	MinZoom *int     `help:"The first zoom." placeholder:"ZOOM"`
	MaxZoom *int     `help:"The last zoom, up to 22." placeholder:"ZOOM"`
	Bbox    string   `help:"Only tiles that meet this box of degrees; western longitude first." placeholder:"W,S,E,N"`
	Restart bool     `help:"Forget what a stopped run has made, and begin anew."`
}

// unused refuses the flags where something else than tiles is exported.
func (f *tilesFlags) unused() error {
	for name, given := range map[string]bool{"layers": len(f.Layers) > 0, "min-zoom": f.MinZoom != nil, "max-zoom": f.MaxZoom != nil,
		"bbox": f.Bbox != "", "restart": f.Restart} {
		if given {
			return usage("--%s is for tiles alone: wangge export tiles", name)
		}
	}
	return nil
}

// tiles writes a tileset.
func (c *exportCmd) tiles(ctx context.Context, h *host) error {
	plan, err := c.plan(h.now())
	if err != nil {
		return err
	}
	if err := c.mayWrite(); err != nil {
		return err
	}
	if folder := filepath.Dir(c.Out); !isFolder(folder) {
		return &failure{what: fmt.Sprintf("there is no folder %s", folder), kept: "nothing was written", todo: "make it, or another name"}
	}
	plan.Program = programDigest()
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		if err := c.resume(ctx, store, &plan); err != nil {
			return c.explainWork(err)
		}
		district, err := readDistrict(ctx, h, store, &plan)
		if err != nil {
			return err
		}
		return c.write(ctx, h, plan, district)
	})
}

// plan makes sense of the flags. Position and program are not known yet.
func (c *exportCmd) plan(now time.Time) (p tileset.Plan, err error) {
	p = tileset.Plan{At: layers.InstantOf(now), Present: c.At == ""}
	if p.Format, err = tileset.ParseFormat(c.Format); err != nil {
		return p, usage("--format %s: tiles are written as pmtiles or mbtiles", c.Format)
	}
	switch other := strings.ToLower(strings.TrimPrefix(filepath.Ext(c.Out), ".")); {
	case c.Out == "":
		return p, usage("give --out FILE.%s: tiles are made into a file, so that a run that was stopped can go on", p.Format)
	case other != string(p.Format) && (other == "pmtiles" || other == "mbtiles" || other == "gpkg"):
		return p, usage("--out %s: a file of the format %s does not end in .%s", c.Out, p.Format, other)
	}
	if p.Layers, err = tileset.PlanLayers(c.Tiles.Layers); err != nil {
		return p, usage("--layers %s: %s", strings.Join(c.Tiles.Layers, ","), lastWords(err))
	}
	if c.At != "" {
		if p.At, err = parseWhen("at", c.At); err != nil {
			return p, err
		}
	}
	if p.KnownAt, err = parseWhen("known-at", c.KnownAt); err != nil {
		return p, err
	}
	if err := c.Tiles.zooms(&p); err != nil {
		return p, err
	}
	p.Box, err = parseBox(c.Tiles.Bbox)
	return p, err
}

// zooms sets the zooms of a plan whose layers are known.
func (f *tilesFlags) zooms(p *tileset.Plan) error {
	p.MinZoom, p.MaxZoom = tileset.Zooms(p.Layers)
	first := p.MinZoom
	for _, flag := range []struct {
		name  string
		given *int
		zoom  *uint8
	}{{"min-zoom", f.MinZoom, &p.MinZoom}, {"max-zoom", f.MaxZoom, &p.MaxZoom}} {
		if flag.given == nil {
			continue
		}
		if *flag.given < 0 || *flag.given > geo.MaxZoom {
			return usage("--%s %d: zooms are 0 to %d", flag.name, *flag.given, geo.MaxZoom)
		}
		*flag.zoom = uint8(*flag.given)
	}
	switch {
	case f.MaxZoom == nil:
		p.MaxZoom = max(p.MaxZoom, p.MinZoom)
	case p.MaxZoom < first:
		return usage("--max-zoom %d: these layers have tiles from zoom %d on", p.MaxZoom, first)
	case f.MinZoom == nil:
		p.MinZoom = min(p.MinZoom, p.MaxZoom)
	}
	if p.MinZoom > p.MaxZoom {
		return usage("--min-zoom %d is above --max-zoom %d", p.MinZoom, p.MaxZoom)
	}
	return nil
}

// parseBox reads W,S,E,N; nil for none.
func parseBox(s string) (*orb.Bound, error) {
	if s == "" {
		return nil, nil
	}
	var v []float64
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return nil, usage("--bbox %s: %q is not a number", s, part)
		}
		v = append(v, n)
	}
	if len(v) != 4 {
		return nil, usage("--bbox %s: want four numbers: west,south,east,north in degrees, such as 121.30,30.70,121.40,30.80", s)
	}
	b := orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}
	if err := tileset.CheckBox(b); err != nil {
		return nil, usage("--bbox %s: %s", s, strings.TrimPrefix(err.Error(), layers.ErrInvalid.Error()+": "))
	}
	return &b, nil
}

// staysPresent is how long the present of a stopped run is gone on with.
const staysPresent = 24 * time.Hour

// resume gives a plan the position of the store, and the instant of a stopped run that showed the present.
func (c *exportCmd) resume(ctx context.Context, store layers.Store, p *tileset.Plan) (err error) {
	if p.Position, err = store.Head(ctx); err != nil {
		return err
	}
	if c.Tiles.Restart {
		return tileset.Discard(c.Out)
	}
	stopped, found, err := tileset.Stopped(c.Out)
	if err != nil || !found {
		return err
	}
	age := p.At.Time().Sub(stopped.At.Time())
	if p.Present && stopped.Present && stopped.Position == p.Position && age >= 0 && age < staysPresent {
		p.At = stopped.At
	}
	return nil
}

// write makes the file.
func (c *exportCmd) write(ctx context.Context, h *host, plan tileset.Plan, d tileset.District) (err error) {
	run, err := tileset.Open(c.Out, plan, d)
	if errors.Is(err, tileset.ErrEmpty) {
		return c.nothing(d, plan)
	}
	if err != nil {
		return c.explainWork(err)
	}
	defer func() { err = errors.Join(err, run.Close()) }()
	switch {
	case len(run.Anew()) > 0:
		fmt.Fprintf(h.err, "beginning anew instead of going on with the run that was stopped: %s\n", strings.Join(run.Anew(), "; "))
	case run.Resumed() > 0:
		fmt.Fprintf(h.err, "going on where a run was stopped: %d of %d tiles are done, as of %s\n", run.Resumed(), run.Total(), plan.At)
	}
	w := &tilesWriter{h: h, out: c.Out, kept: run.Resumed(), total: run.Total(), began: time.Now()}
	if err := w.make(ctx, run); err != nil {
		return w.explain(err)
	}
	result, err := w.finish(ctx, run)
	if errors.Is(err, tileset.ErrEmpty) {
		return c.nothing(d, plan)
	}
	if err != nil {
		return w.explain(err)
	}
	fmt.Fprintf(h.err, "%d tiles of zooms %d to %d (%d different) as of %s, revision %s, written to %s: %.1f MB\n", result.Tiles, result.MinZoom, result.MaxZoom,
		result.Contents, plan.At, plan.Position, c.Out, float64(result.Bytes)/1e6)
	return nil
}

// nothing says why there are no tiles.
func (c *exportCmd) nothing(d tileset.District, p tileset.Plan) error {
	f := &failure{what: "there is nothing in any tile", kept: "nothing was written", todo: "other layers, or another time", cause: tileset.ErrEmpty}
	bound := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	for _, l := range p.Layers {
		for feature := range d.Snapshot.Set(l).All(p.At) {
			if shape := feature.Shape(); shape != nil && bound.IsEmpty() {
				bound = shape.Bound()
			} else if shape != nil {
				bound = bound.Union(shape.Bound())
			}
		}
	}
	switch {
	case bound.IsEmpty():
		f.what = fmt.Sprintf("none of the layers has a feature at %s", p.At)
	case p.Box != nil:
		f.what = fmt.Sprintf("no feature meets the box %s", c.Tiles.Bbox)
		f.todo = fmt.Sprintf("a box that meets %.7f,%.7f,%.7f,%.7f, where the features are", bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1])
		if geo.LooksSwapped(p.Box.Min, bound) {
			f.what += "; it looks like latitude before longitude"
		}
	}
	return f
}

// explainWork says what is wrong with the work file.
func (c *exportCmd) explainWork(err error) error {
	name := tileset.WorkFile(c.Out)
	switch {
	case errors.Is(err, tileset.ErrInUse):
		return &failure{what: fmt.Sprintf("another run is writing %s", c.Out), kept: "what it has made", todo: "wait for it, or another name", cause: err}
	case errors.Is(err, tileset.ErrForeign):
		return &failure{what: fmt.Sprintf("%s is in the way: it is not what a stopped run has made, or it is damaged", name), kept: "that file, as it was",
			todo: "move it away, or another name", cause: err}
	case errors.Is(err, syscall.ENOSPC):
		return &failure{what: "the disk is full", kept: "what was there before", todo: "make room, then the same command again", cause: err}
	}
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// programDigest identifies the program by its file, so that a run is not gone on with by another one; by its version where the file
// cannot be read.
func programDigest() string {
	path, err := os.Executable()
	if err == nil {
		var f *os.File
		if f, err = os.Open(path); err == nil {
			defer f.Close() // it was only read
			sum := sha256.New()
			if _, err = io.Copy(sum, f); err == nil {
				return hex.EncodeToString(sum.Sum(nil)[:8])
			}
		}
	}
	v := version()
	return strings.Join([]string{v.Module, v.Revision, v.Go, v.Platform}, " ")
}

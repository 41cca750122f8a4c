package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// kerbName is the word in place of a layer that imports kerb data of others.
const kerbName = "kerb"

// kerbOutcome is the report of an import of kerb data with what became of it.
type kerbOutcome struct {
	source.KerbReport
	DryRun   bool             `json:"dry_run,omitempty"`
	Imported *layers.Position `json:"imported,omitempty"`
	Undo     string           `json:"undo,omitempty"`
}

// importKerb imports the regulations of kerbs as segments, zones and drafts of schedules, and says record by record what is left out.
func (c *importCmd) importKerb(ctx context.Context, h *host, at place) error {
	in, err := c.kerbInput(h)
	if err != nil {
		return err
	}
	store, now, err := c.ready(ctx, h, at)
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	known := map[layers.Key]bool{}
	for _, f := range now.heads {
		known[layers.Key{Layer: f.Layer(), ID: f.Head().ID}] = true
	}
	in.Settings, in.Notices = now.Settings, only[*layers.Notice](now.of(layers.Notices))
	in.Known = func(k layers.Key) bool { return known[k] }
	in.Extent = extentOf(append(now.of(layers.Districts), now.of(layers.Grids)...))
	plan, err := c.kerbPlan(ctx, h, in)
	if err != nil {
		return err
	}
	done := kerbOutcome{KerbReport: plan.Report, DryRun: c.DryRun}
	if !c.JSON { // what is left out is said before anything is written
		if err := plan.Report.WriteText(h.out, c.MaxProblems); err != nil {
			return err
		}
	}
	if len(plan.Edits()) > 0 && !c.DryRun {
		bar := h.progress(fmt.Sprintf("writing %d changes", len(plan.Edits())), -1, false)
		receipt, err := store.Apply(ctx, plan.Tx(actor(), h.now()))
		bar.end()
		if err != nil {
			return err
		}
		done.Imported, done.Undo = &receipt.Position, fmt.Sprint(receipt.Position.Revision)
	}
	switch {
	case c.JSON:
		if err := writeJSON(h.out, done); err != nil || !plan.Report.Blocked {
			return err
		}
		return exitWith(exitFailed)
	case plan.Report.Blocked:
		return &failure{what: fmt.Sprintf("%s was not imported: all of its zones lie outside of the district", c.File), kept: "the store, as it was",
			todo: "make a store for it: wangge init --empty --name NAME --store FILE; or look at --crs"}
	case c.DryRun:
		fmt.Fprintln(h.out, "dry run: nothing was written")
	case done.Imported == nil:
		fmt.Fprintln(h.out, "there is nothing to write")
	default:
		fmt.Fprintf(h.out, "imported as revision %s; to undo it: wangge import --undo %s%s\n", done.Imported, done.Undo, at.flag())
	}
	return nil
}

// extentOf is the box around features, with a margin of some kilometres; the zero Bound for none.
func extentOf(list []layers.Feature) (out orb.Bound) {
	for _, f := range list {
		switch shape := f.Shape(); {
		case shape == nil:
		case out == (orb.Bound{}):
			out = shape.Bound()
		default:
			out = out.Union(shape.Bound())
		}
	}
	if out == (orb.Bound{}) {
		return out
	}
	return out.Pad(0.05)
}

// kerbInput makes sense of the flags, before any file is touched.
func (c *importCmd) kerbInput(h *host) (in source.KerbInput, err error) {
	switch {
	case c.File == "":
		return in, usage("name a file of kerb data: wangge import kerb curbs.json --crs wgs84")
	case c.CRS == "":
		return in, usage("--crs is missing: name the system of the file's coordinates, because it is never guessed (%v)", geo.AllCRS())
	}
	if in.CRS, err = geo.ParseCRS(c.CRS); err != nil {
		return in, usage("--crs %s: %s", c.CRS, lastWords(err))
	}
	if c.Format != "" {
		if in.Format, err = source.ParseKerbFormat(c.Format); err != nil {
			return in, usage("--format %s: want curblr, cds or sf", c.Format)
		}
	}
	if in.ValidFrom, err = parseWhen("valid-from", c.ValidFrom); err != nil {
		return in, err
	}
	for column, value := range c.Mapped.Set {
		if column != "default_mode" {
			return in, usage("--set %s=%s: of kerb data only default_mode can be set", column, value)
		}
		switch in.DefaultMode = layers.Mode(value); in.DefaultMode {
		case layers.Travel, layers.Parking, layers.Loading, layers.Closed:
		default:
			return in, usage("--set default_mode=%s: want travel, parking, loading or closed", value)
		}
	}
	in.Name, in.Converter, in.Now = c.File, h.conv, layers.InstantOf(h.now())
	return in, nil
}

// kerbPlan reads the files with a bar.
func (c *importCmd) kerbPlan(ctx context.Context, h *host, in source.KerbInput) (*source.KerbPlan, error) {
	total := int64(0)
	for i, name := range append([]string{c.File}, c.With...) {
		r, size, err := openKerb(h, name)
		if err != nil {
			return nil, err
		}
		defer r.Close() // it was only read
		total += size
		if i == 0 {
			in.Data = r
		} else {
			in.More = append(in.More, r)
		}
	}
	bar := h.progress("reading "+c.File, total, true)
	in.Progress = bar.at
	plan, err := source.NewKerbPlan(ctx, in)
	bar.end()
	if errors.Is(err, layers.ErrInvalid) {
		return nil, &failure{what: fmt.Sprintf("%s was not imported: %v", c.File, err), kept: "the store, as it was", todo: "--format says which form it has: curblr, cds or sf"}
	}
	return plan, err
}

func openKerb(h *host, name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(h.in), 0, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = f.Close() // what went wrong before matters more
		return nil, 0, errors.Join(err, &failure{what: name + " is not a regular file", kept: "the store, as it was"})
	}
	return f, info.Size(), nil
}

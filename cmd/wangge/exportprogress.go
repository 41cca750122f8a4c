package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"wangge/layers/mvt/tileset"
)

// tilesWriter shows how far a tileset is, and knows what is kept when it ends early.
type tilesWriter struct {
	h           *host
	out         string
	kept, total int64
	made        bool // all tiles are, and the file is being written
	began       time.Time
}

// make makes the tiles.
func (w *tilesWriter) make(ctx context.Context, run *tileset.Run) error {
	bar := w.h.progress("making tiles", w.total, false)
	defer bar.end()
	bar.at(w.kept)
	begun := w.kept
	err := run.Make(ctx, func(p tileset.Progress) {
		w.kept = p.Kept
		if bar.shown() {
			rate := float64(p.Done-begun) / max(time.Since(w.began), time.Millisecond).Seconds()
			bar.say(fmt.Sprintf("zoom %d, %.0f tiles/s", p.Zoom, rate))
			bar.at(p.Done)
		}
	})
	w.made = err == nil
	return err
}

// finish writes the file.
func (w *tilesWriter) finish(ctx context.Context, run *tileset.Run) (tileset.Result, error) {
	var bar *progress
	defer func() {
		if bar != nil {
			bar.end()
		}
	}()
	return run.Finish(ctx, func(tiles, total int64) {
		if bar == nil {
			bar = w.h.progress("writing "+w.out, total, false)
		}
		bar.at(tiles)
	})
}

// explain says why it ended early, and what the next run need not do again.
func (w *tilesWriter) explain(err error) error {
	f := &failure{what: "the tiles cannot be written: " + innermost(err), todo: "the same command again: it goes on from there", cause: err}
	switch {
	case errors.Is(err, tileset.ErrForeign):
		f.what = fmt.Sprintf("%s is damaged", tileset.WorkFile(w.out))
		f.kept, f.todo = "that file, as it is", "the same command with --restart"
		return f
	case errors.Is(err, context.Canceled):
		f.what = "stopped before the tiles were complete"
	case errors.Is(err, syscall.ENOSPC):
		f.what, f.todo = "the disk is full", "make room, then the same command again: it goes on from there"
	}
	f.kept = fmt.Sprintf("%d of %d tiles, in %s", w.kept, w.total, tileset.WorkFile(w.out))
	if w.made {
		f.kept = fmt.Sprintf("all tiles, in %s", tileset.WorkFile(w.out))
	}
	return f
}

package tileset

import (
	"bufio"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Result says what is in a finished tileset.
type Result struct {
	// Tiles have anything in them; Contents are those among them that differ; Bytes is the size of the file.
	Tiles, Contents, Bytes int64
	// MinZoom and MaxZoom are the first and the last zoom with a tile.
	MinZoom, MaxZoom uint8
}

// Finish writes the file of a run whose Make was successful, gives it its name, and forgets what the run has kept. A file that is
// there already is replaced. show is called now and then with how many tiles are written, and how many there are. When Finish
// fails, what the run has kept stays, and there is no file or the one that was there before. Errors are ErrEmpty, ErrForeign, those
// of the file system, and ctx's.
func (r *Run) Finish(ctx context.Context, show func(tiles, total int64)) (Result, error) {
	result, err := r.finish(ctx, show)
	if err != nil && ctx.Err() != nil { // what it did to statements and transactions is no news
		err = ctx.Err()
	}
	if err != nil {
		return Result{}, fmt.Errorf("tileset: %w", err)
	}
	return result, nil
}

func (r *Run) finish(ctx context.Context, show func(tiles, total int64)) (Result, error) {
	t, err := r.work.tiles(ctx)
	if err != nil {
		return Result{}, err
	}
	if t.count == 0 {
		return Result{}, errors.Join(ErrEmpty, r.forget())
	}
	result := Result{Tiles: t.count, Contents: t.contents, MinZoom: zoomOf(t.first), MaxZoom: zoomOf(t.last)}
	a := newAbout(r.plan, r.district, r.area.bound, result.MinZoom, result.MaxZoom)
	name := WorkFile(r.path) + ".new"
	defer os.Remove(name) // gone already after the rename
	if err := removeIfThere(name); err != nil {
		return Result{}, err
	}
	say := func(n int64) { show(n, t.count) }
	if r.plan.Format == MBTiles {
		err = writeMBTiles(ctx, name, t, a, say)
	} else {
		err = writeFile(name, func(w *bufio.Writer) error { return writePMTiles(ctx, w, t, a, say) })
	}
	if err != nil {
		return Result{}, err
	}
	if result.Bytes, err = publish(name, r.path); err != nil {
		return Result{}, err
	}
	return result, r.forget()
}

// forget removes the work file.
func (r *Run) forget() error {
	err := r.work.discard()
	r.work = nil
	return err
}

// writeFile writes a new file.
func writeFile(path string, write func(*bufio.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
}

// publish makes sure that a file is on the disk, and then gives it another name. It returns its size.
func publish(from, to string) (size int64, err error) {
	f, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(from, to); err != nil {
		return 0, err
	}
	if dir, err := os.Open(filepath.Dir(to)); err == nil {
		_ = dir.Sync() // not every file system can; the file is complete in any case
		_ = dir.Close()
	}
	return info.Size(), nil
}

// hexOf is the MD5 of bytes in capital hexadecimal digits.
func hexOf(data []byte) string { return fmt.Sprintf("%X", md5.Sum(data)) }

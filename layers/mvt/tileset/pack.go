package tileset

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/klauspost/compress/gzip"

	"wangge/geo"
)

// level is how hard tiles are compressed: a tileset is half a percent larger than with the best level, and made in half the time.
const level = 6

// batchTiles is how many tiles go through a worker together.
const batchTiles = 16

// batch is some tiles on their way through a worker, in the order of ids.
type batch struct {
	tiles  []geo.Tile
	ids    []uint64
	passed int64 // tiles of the area up to and with the last of these
	bytes  []byte
	ends   []int // of each tile in bytes
	err    error
	ready  chan struct{}
}

// data is the compressed bytes of a tile, none for one without anything in it.
func (b *batch) data(i int) []byte {
	from := 0
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.bytes[from:b.ends[i]]
}

// Write appends compressed bytes.
func (b *batch) Write(p []byte) (int, error) {
	b.bytes = append(b.bytes, p...)
	return len(p), nil
}

// pack makes the tiles from r.next on, on every core, and calls take for each batch in the order of ids. A fixed number of batches is
// under way. It ends with the first error, which is ctx's when ctx ends.
func (r *Run) pack(ctx context.Context, take func(*batch) error) error {
	ctx, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	count := 4 * workers
	free, todo, order := make(chan *batch, count), make(chan *batch, count), make(chan *batch, count)
	for range count {
		free <- &batch{ready: make(chan struct{}, 1)}
	}
	group.Go(func() {
		defer close(todo)
		defer close(order)
		r.spread(ctx, free, func(b *batch) {
			order <- b // there is room for all
			todo <- b
		})
	})
	for range workers {
		group.Go(func() {
			p := newPacker(r)
			for b := range todo {
				if ctx.Err() == nil {
					b.err = p.pack(b)
				}
				b.ready <- struct{}{}
			}
		})
	}
	for b := range order {
		<-b.ready
		if ctx.Err() != nil {
			continue // it may not have been packed
		}
		if b.err != nil {
			return b.err
		}
		if err := take(b); err != nil {
			return err
		}
		b.reset()
		free <- b
	}
	return ctx.Err()
}

// spread fills free batches and sends them off, until all tiles are in one or ctx ends.
func (r *Run) spread(ctx context.Context, free <-chan *batch, send func(*batch)) {
	var b *batch
	r.area.walk(r.next, func(t geo.Tile, id uint64, passed int64) bool {
		if b == nil {
			select {
			case b = <-free:
			case <-ctx.Done():
				return false
			}
		}
		b.tiles, b.ids, b.passed = append(b.tiles, t), append(b.ids, id), passed
		if len(b.tiles) == batchTiles {
			send(b)
			b = nil
		}
		return ctx.Err() == nil
	})
	if b != nil && ctx.Err() == nil {
		send(b)
	}
}

// reset empties a batch, and lets go of room that only very large tiles needed.
func (b *batch) reset() {
	b.tiles, b.ids, b.ends, b.bytes = b.tiles[:0], b.ids[:0], b.ends[:0], b.bytes[:0]
	if cap(b.bytes) > 4<<20 {
		b.bytes = nil
	}
}

// packer makes tiles and compresses them. It belongs to one goroutine.
type packer struct {
	*Run
	plain []byte
	zip   *gzip.Writer
}

func newPacker(r *Run) *packer {
	zip, _ := gzip.NewWriterLevel(nil, level) // which is a valid one
	return &packer{Run: r, zip: zip}
}

// pack makes the tiles of a batch.
func (p *packer) pack(b *batch) error {
	for _, t := range b.tiles {
		var err error
		if p.plain, err = p.district.Atlas.Append(p.plain[:0], t, p.plan.At, p.plan.Layers...); err != nil {
			return fmt.Errorf("tile %s: %w", t, err)
		}
		if len(p.plain) > 0 {
			p.zip.Reset(b)
			if _, err := p.zip.Write(p.plain); err != nil {
				return err
			}
			if err := p.zip.Close(); err != nil {
				return err
			}
		}
		b.ends = append(b.ends, len(b.bytes))
	}
	return nil
}

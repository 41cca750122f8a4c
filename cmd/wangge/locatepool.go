package main

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
)

// rowsOnTheirWay is a block of rows on its way through a worker.
type rowsOnTheirWay struct {
	in   []byte // whole rows of the file
	upTo int64  // how much of the file has been read with them
	out  []byte // the rows with their answers

	rows, invalid int
	bad           []complaint // the first of the invalid rows
	done          chan struct{}
}

// complaint is what is wrong with a row.
type complaint struct {
	row  int // within its block, from 1
	what string
}

// complain counts the row at hand as invalid. Further complaints than can be said are not kept.
func (b *rowsOnTheirWay) complain(err error) {
	b.invalid++
	if len(b.bad) < mostComplaints {
		b.bad = append(b.bad, complaint{b.rows, lastWords(err)})
	}
}

// shrink lets go of room that only a very long row needed.
func (b *rowsOnTheirWay) shrink() {
	const most = 16 * rowBlock
	if cap(b.in) > most {
		b.in = nil
	}
	if cap(b.out) > most {
		b.out = nil
	}
}

// answerRows has the blocks answered on every core and calls write for each in the order of the file. A fixed number of blocks is
// under way, however long the file is. When ctx ends, what was read is still answered and written, and the error is that of ctx;
// stop must end it. After an error of write nothing more is written.
func answerRows(ctx context.Context, stop func(), blocks *rowBlocks, worker func() *rowWorker, write func(*rowsOnTheirWay) error) error {
	workers := runtime.GOMAXPROCS(0)
	count := 4 * workers
	free, todo, order := make(chan *rowsOnTheirWay, count), make(chan *rowsOnTheirWay, count), make(chan *rowsOnTheirWay, count)
	for range count {
		free <- &rowsOnTheirWay{done: make(chan struct{}, 1)}
	}
	var group sync.WaitGroup
	var ended error // why reading ended
	group.Go(func() {
		defer close(todo)
		defer close(order)
		ended = readRows(ctx, blocks, free, func(b *rowsOnTheirWay) {
			order <- b // there is room for all
			todo <- b
		})
	})
	for range workers {
		group.Go(func() {
			w := worker()
			for b := range todo {
				w.answer(b)
				b.done <- struct{}{}
			}
		})
	}
	var failed error
	for b := range order {
		<-b.done
		if failed == nil {
			if failed = write(b); failed != nil {
				stop()
			}
		}
		b.shrink()
		free <- b
	}
	group.Wait()
	if failed != nil {
		return failed
	}
	return ended
}

// readRows fills free blocks and sends them off, until the file or ctx ends.
func readRows(ctx context.Context, blocks *rowBlocks, free <-chan *rowsOnTheirWay, send func(*rowsOnTheirWay)) error {
	for {
		var b *rowsOnTheirWay
		select {
		case b = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		var err error
		b.in, err = blocks.next(b.in)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		b.upTo = blocks.done
		send(b)
	}
}

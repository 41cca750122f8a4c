package tileset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"wangge/layers"
)

// ErrEmpty says that none of the layers has anything within zooms and box at the instant: there is no tileset without tiles. Tiles of
// low zooms that meet the box, but show only what lies outside of it, do not count.
var ErrEmpty = errors.New("no tile has anything in it")

// keepEvery is how much work a run may lose when it is killed.
const keepEvery = time.Second

// Run makes one tileset. It belongs to one goroutine.
type Run struct {
	path     string
	plan     Plan
	district District
	area     *area
	work     *work
	next     uint64 // the id of the first tile that is not done
	resumed  int64
	anew     []string
}

// Progress is how far a run is.
type Progress struct {
	// Done counts tiles that are done, with anything in them or not, of Total.
	Done, Total int64
	// Kept is how many of them the next run need not do again if this one is killed now.
	Kept int64
	// Zoom is that of the last tile.
	Zoom uint8
}

// Stopped returns the plan of the run that was stopped before it had finished the tileset at path, and false for none. Errors are
// ErrInUse, and ErrForeign for a file that is in the way.
func Stopped(path string) (p Plan, found bool, err error) {
	if _, err := os.Stat(WorkFile(path)); errors.Is(err, os.ErrNotExist) {
		return Plan{}, false, nil
	}
	w, err := openWork(WorkFile(path))
	if err != nil {
		return Plan{}, false, err
	}
	defer w.close() // it was only read
	if empty, err := w.empty(); err != nil || empty {
		return Plan{}, false, err
	}
	p, _, err = w.plan()
	return p, err == nil, err
}

// Discard forgets what a stopped run has kept. Errors are those of Stopped.
func Discard(path string) error {
	if _, found, err := Stopped(path); err != nil || !found {
		return err
	}
	w, err := openWork(WorkFile(path))
	if err != nil {
		return err
	}
	return w.discard()
}

// Open begins the tileset of a plan at path, or goes on where a run with an equal plan was stopped; one with another plan is
// forgotten. The district must show the plan's position and instant. Close must be called in any case. Errors are those of Stopped,
// ErrEmpty, and layers.ErrInvalid for a plan that makes no sense.
func Open(path string, p Plan, d District) (*Run, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("tileset: %w", err)
	}
	if d.Snapshot.Position() != p.Position {
		return nil, fmt.Errorf("tileset: %w: the district is of revision %s, not %s", layers.ErrInvalid, d.Snapshot.Position(), p.Position)
	}
	r := &Run{path: path, plan: p, district: d, area: newArea(p, d)}
	if r.area.bound.IsEmpty() {
		return nil, fmt.Errorf("tileset: %w", ErrEmpty)
	}
	if err := r.openWork(); err != nil {
		return nil, fmt.Errorf("tileset: %w", err)
	}
	return r, nil
}

// openWork opens the work file, with the tables of this run in it.
func (r *Run) openWork() (err error) {
	name := WorkFile(r.path)
	if r.work, err = openWork(name); err != nil {
		return err
	}
	empty, err := r.work.empty()
	if err == nil && !empty {
		var before Plan
		if before, r.next, err = r.work.plan(); err == nil {
			r.anew = r.plan.Differences(before)
		}
		if err == nil && len(r.anew) > 0 {
			if err := r.work.discard(); err != nil {
				return err
			}
			empty, r.next = true, 0
			if r.work, err = openWork(name); err != nil {
				return err
			}
		}
	}
	if err == nil && empty {
		err = r.work.begin(r.plan)
	}
	if err == nil {
		err = r.work.prepare()
	}
	if err != nil {
		return errors.Join(err, r.work.close())
	}
	r.resumed = r.area.upTo(r.next)
	return nil
}

// Resumed is how many tiles a run before has done already, of Total.
func (r *Run) Resumed() int64 { return r.resumed }

// Total is the number of tiles within zooms and box, with anything in them or not.
func (r *Run) Total() int64 { return r.area.total() }

// Anew says, for people, why what a stopped run had kept was of no use; nil if there was none or it was. The slice is not to be changed.
func (r *Run) Anew() []string { return r.anew }

// Make makes every tile that is not made yet, and calls show now and then. When ctx ends, what is made is kept, and the error is
// that of ctx. Any other error loses what was made in the last second.
func (r *Run) Make(ctx context.Context, show func(Progress)) error {
	if err := r.make(ctx, show); err != nil {
		return fmt.Errorf("tileset: %w", err)
	}
	return nil
}

func (r *Run) make(ctx context.Context, show func(Progress)) error {
	state := Progress{Done: r.resumed, Kept: r.resumed, Total: r.Total()}
	kept := time.Now()
	err := r.pack(ctx, func(b *batch) error {
		for i, id := range b.ids {
			if data := b.data(i); len(data) > 0 {
				if err := r.work.add(id, data); err != nil {
					return err
				}
			}
		}
		r.next = b.ids[len(b.ids)-1] + 1
		state.Done, state.Zoom = b.passed, zoomOf(r.next-1)
		if time.Since(kept) >= keepEvery {
			if err := r.work.keep(r.next); err != nil {
				return err
			}
			state.Kept, kept = state.Done, time.Now()
		}
		show(state)
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return err
	}
	if err == nil {
		r.next = firstID(r.plan.MaxZoom + 1)
		state.Done, state.Zoom = state.Total, r.plan.MaxZoom
	}
	if kept := r.work.keep(r.next); kept != nil {
		return errors.Join(err, kept)
	}
	state.Kept = state.Done
	show(state)
	return err
}

// Close lets go of the work file. It stays for the next run unless Finish was successful.
func (r *Run) Close() error {
	if r.work == nil {
		return nil
	}
	err := r.work.close()
	r.work = nil
	return err
}

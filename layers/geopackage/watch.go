package geopackage

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"wangge/layers"
)

// watchEvery is how often a Watch looks whether another program has written.
const watchEvery = 50 * time.Millisecond

// watchers are the channels of those who are told of this store's own commits at once.
type watchers struct {
	lock sync.Mutex
	all  map[chan struct{}]bool
}

func (w *watchers) add() chan struct{} {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.all == nil {
		w.all = map[chan struct{}]bool{}
	}
	c := make(chan struct{}, 1)
	w.all[c] = true
	return c
}

func (w *watchers) remove(c chan struct{}) {
	w.lock.Lock()
	defer w.lock.Unlock()
	delete(w.all, c)
}

// tell never waits: a watcher who has not looked yet will see this commit too.
func (w *watchers) tell() {
	w.lock.Lock()
	defer w.lock.Unlock()
	for c := range w.all {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Watch calls wake after each commit: at once after those of this store, within watchEvery after those of other programs,
// which change PRAGMA data_version. It ends with layers.ErrUnavailable when the store is closed or its file replaced.
func (s *Store) Watch(ctx context.Context, wake func()) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	own := s.watchers.add()
	defer s.watchers.remove(own)
	c, err := s.read.Conn(ctx)
	if err != nil {
		return classify(ctx, "watch", err)
	}
	defer c.Close()
	version := func() (v int64, err error) {
		err = c.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v)
		return v, err
	}
	last, err := version()
	if err != nil {
		return classify(ctx, "watch", err)
	}
	wake() // what happened before the first look
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.closed:
			return fmt.Errorf("geopackage: watch: %w: the store is closed", layers.ErrUnavailable)
		case <-own:
			wake()
		case <-tick.C:
			if err := s.sameFile(); err != nil {
				return err
			}
			v, err := version()
			if err != nil {
				return classify(ctx, "watch", err)
			}
			if v != last {
				last = v
				wake()
			}
		}
	}
}

// sameFile reports a file that was moved away or replaced while it is open.
func (s *Store) sameFile() error {
	now, err := os.Stat(s.path)
	if err != nil {
		return fmt.Errorf("geopackage: %w: %w", layers.ErrUnavailable, err)
	}
	if !os.SameFile(now, s.file) {
		return fmt.Errorf("geopackage: %w: %s was replaced by another file while it was open", layers.ErrUnavailable, s.path)
	}
	return nil
}

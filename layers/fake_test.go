package layers_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"wangge/layers"
)

// fake is a store in memory with faults that a test can switch on.
type fake struct {
	layers.Store // nil: what a feed does not call

	lock     sync.Mutex
	model    *model
	audit    map[int64][]layers.Key // what each revision changed
	watchers map[chan struct{}]bool

	down   error      // every call fails with it
	mute   bool       // no change wakes a watcher
	forget layers.Key // deltas leave this feature out
	loads  int        // full loads so far
	sinces int
	broken chan struct{} // closing it ends every Watch with an error
}

func newFake(features ...layers.Feature) *fake {
	return &fake{model: newModel(features...), audit: map[int64][]layers.Key{}, watchers: map[chan struct{}]bool{}, broken: make(chan struct{})}
}

// change commits a new state of features and returns its position.
func (f *fake) change(features ...layers.Feature) layers.Position {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.model.position.Revision++
	n := f.model.position.Revision
	for _, one := range features {
		f.model.put(one)
		f.audit[n] = append(f.audit[n], keyOf(one))
	}
	if !f.mute {
		f.wake(1)
	}
	return f.model.position
}

// wake gives each watcher some hints.
func (f *fake) wake(times int) {
	for c := range f.watchers {
		for range times {
			c <- struct{}{}
		}
	}
}

func (f *fake) set(do func(*fake)) {
	f.lock.Lock()
	defer f.lock.Unlock()
	do(f)
}

func (f *fake) Head(context.Context) (layers.Position, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.model.position, f.down
}

func (f *fake) Load(ctx context.Context, each func(layers.Row) error) (layers.Base, error) {
	f.lock.Lock()
	base, down := f.model.base(), f.down
	f.loads++
	var keys []layers.Key
	for k := range f.model.rows {
		keys = append(keys, k)
	}
	order := map[layers.Layer]int{}
	for i, info := range layers.All() {
		order[info.Layer] = i
	}
	slices.SortFunc(keys, func(a, b layers.Key) int {
		return cmp.Or(cmp.Compare(order[a.Layer], order[b.Layer]), strings.Compare(a.ID, b.ID))
	})
	var rows []layers.Row
	for _, k := range keys {
		rows = append(rows, f.model.rows[k]...)
	}
	f.lock.Unlock()
	if down != nil {
		return layers.Base{}, down
	}
	for _, r := range rows {
		if err := each(r); err != nil {
			return layers.Base{}, err
		}
	}
	return base, ctx.Err()
}

func (f *fake) Since(_ context.Context, from layers.Position, most int) (layers.Delta, error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.sinces++
	d := layers.Delta{Base: f.model.base(), From: from}
	if f.down != nil {
		return d, f.down
	}
	if from.Epoch != d.Position.Epoch || from.Revision > d.Position.Revision {
		return d, fmt.Errorf("since %v: %w", from, layers.ErrEpoch)
	}
	seen := map[layers.Key]bool{}
	for n := from.Revision + 1; n <= d.Position.Revision; n++ {
		for _, k := range f.audit[n] {
			if !seen[k] && k != f.forget {
				seen[k] = true
				d.Keys = append(d.Keys, k)
				d.Rows = append(d.Rows, f.model.rows[k]...)
			}
		}
	}
	if len(d.Keys) > most {
		return d, layers.ErrEpoch
	}
	return d, nil
}

func (f *fake) Watch(ctx context.Context, wake func()) error {
	hints := make(chan struct{}, 1000)
	f.lock.Lock()
	broken, down := f.broken, f.down
	f.watchers[hints] = true
	f.lock.Unlock()
	defer f.set(func(f *fake) { delete(f.watchers, hints) })
	if down != nil {
		return down
	}
	wake()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-broken:
			return layers.ErrUnavailable
		case <-hints:
			wake()
		}
	}
}

// counts returns how many full loads and deltas were asked for.
func (f *fake) counts() (loads, sinces int) {
	f.lock.Lock()
	defer f.lock.Unlock()
	return f.loads, f.sinces
}

// publications are what a feed has published.
type publications struct {
	lock sync.Mutex
	list []*layers.Snapshot
}

func (p *publications) add(s *layers.Snapshot) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.list = append(p.list, s)
}

// all returns them in order.
func (p *publications) all() []*layers.Snapshot {
	p.lock.Lock()
	defer p.lock.Unlock()
	return slices.Clone(p.list)
}

// text is a buffer that one goroutine writes and another reads.
type text struct {
	lock sync.Mutex
	b    bytes.Buffer
}

func (t *text) Write(b []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.b.Write(b)
}

func (t *text) String() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.b.String()
}

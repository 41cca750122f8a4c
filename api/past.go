package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

const (
	// mostPasts is how many earlier revisions are kept in memory: answers that are looked into together are of few.
	mostPasts = 4
	// pastReach is how far around a position poles and roads are read: farther than any rule looks.
	pastReach geo.Metres = 1100
	// pastPatience is how long reading an earlier revision may take.
	pastPatience = 20 * time.Second
	// mostKnown bounds the positions of a batch about an earlier revision: each asks the store.
	mostKnown = 500
)

// pasts are the earlier revisions that were asked for last.
type pasts struct {
	lock sync.Mutex
	list []*pastEntry // the one that was used last comes last
}

// pastEntry is one of them, which is read once.
type pastEntry struct {
	position layers.Position
	ready    chan struct{} // closed when past or err is set
	past     *pastWorld
	err      error
}

// pastWorld is what answers about an earlier revision are made of: a World without large layers, names and tiles, which are read from the
// store around each position.
type pastWorld struct {
	*World
	past *layers.Past
}

// entry returns the entry of a position; mine says that the caller has to read it.
func (k *pasts) entry(p layers.Position) (e *pastEntry, mine bool) {
	k.lock.Lock()
	defer k.lock.Unlock()
	i := slices.IndexFunc(k.list, func(e *pastEntry) bool { return e.position == p })
	if i >= 0 {
		e = k.list[i]
		k.list = append(slices.Delete(k.list, i, i+1), e)
		return e, false
	}
	e = &pastEntry{position: p, ready: make(chan struct{})}
	k.list = append(k.list, e)
	if len(k.list) > mostPasts {
		k.list = slices.Delete(k.list, 0, 1)
	}
	return e, true
}

// drop forgets an entry that could not be read, so that the next one who asks reads it again.
func (k *pasts) drop(e *pastEntry) {
	k.lock.Lock()
	defer k.lock.Unlock()
	k.list = slices.DeleteFunc(k.list, func(other *pastEntry) bool { return other == e })
}

// pastAt returns the world of an earlier revision of the epoch of the World.
func (c *call) pastAt(p layers.Position, recordedAt layers.Instant) (*pastWorld, error) {
	e, mine := c.s.pasts.entry(p)
	if mine {
		c.fill(e, recordedAt)
	}
	select {
	case <-e.ready:
		return e.past, e.err
	case <-c.Request().Context().Done():
		return nil, c.Request().Context().Err()
	}
}

// fill reads an entry, for all who wait for it.
func (c *call) fill(e *pastEntry, recordedAt layers.Instant) {
	e.err = errPanicked
	defer func() {
		if e.err != nil {
			c.s.pasts.drop(e)
		}
		close(e.ready)
	}()
	e.past, e.err = c.readPast(e.position, recordedAt)
	if errors.Is(e.err, layers.ErrPoisoned) {
		e.err = &Problem{Status: http.StatusGone, Code: "revision-gone", Detail: "the layers of revision " + e.position.String() + " could not be shown even then", cause: e.err}
	}
}

func (c *call) readPast(p layers.Position, recordedAt layers.Instant) (past *pastWorld, err error) {
	settings := c.w.Settings()
	read, err := ask(c, pastPatience, func(ctx context.Context) (*layers.Past, error) {
		return layers.LoadPast(ctx, c.s.Store, p, recordedAt, settings)
	})
	if err != nil {
		return nil, err
	}
	small := earlierWorld(read.Small())
	small.extent = extentOf(small, nil)
	return &pastWorld{World: small, past: read}, nil
}

// earlierWorld is a World without names and tiles, which is never published.
func earlierWorld(snap *layers.Snapshot) *World {
	return &World{Snapshot: snap, Rules: duty.NewRules(snap), reports: new(ruleReports)}
}

// around returns the world of a position in a system.
func (w *pastWorld) around(ctx context.Context, conv geo.Converter, q duty.Question) (*World, error) {
	p, err := duty.Where(w.Snapshot, w.Rules, conv, q)
	if errors.Is(err, duty.ErrNoEdition) || errors.Is(err, geo.ErrFigure) { // the answer will say so
		return w.World, nil
	}
	if err != nil {
		return nil, err
	}
	snap, err := w.past.Around(ctx, geo.Around(p, pastReach))
	if err != nil {
		return nil, err
	}
	out := earlierWorld(snap)
	out.extent = w.extent
	return out, nil
}

// knownAt reads the parameter known_at.
func (c *call) knownAt() error {
	at, err := c.instant("known_at", 0)
	if err != nil {
		return err
	}
	return c.known(at)
}

// known lets the call answer from what was known at an instant: that of known_at, 0 for now.
func (c *call) known(at layers.Instant) error {
	if at == 0 || at >= c.now() {
		return nil
	}
	type moment struct {
		position layers.Position
		recorded layers.Instant
	}
	m, err := ask(c, historyPatience, func(ctx context.Context) (m moment, err error) {
		m.position, m.recorded, err = c.s.Store.Known(ctx, at)
		return m, err
	})
	switch {
	case err != nil:
		return err
	case m.position == c.w.Position():
		return nil
	case m.position.Epoch != c.w.Position().Epoch || m.position.Revision > c.w.Position().Revision:
		return &Problem{Status: http.StatusServiceUnavailable, Code: "revision-not-reached", RetryAfter: 1, Detail: "the store is at " + m.position.String() + ", which is not shown here yet"}
	case m.position.Revision == 0:
		return &Problem{Status: http.StatusNotFound, Code: "not-in-edition", Parameter: "known_at", Detail: fmt.Sprintf("nothing was known at %s", at), More: map[string]any{"editions": c.w.editions()}}
	}
	if c.past, err = c.pastAt(m.position, m.recorded); err == nil {
		c.w = c.past.World
	}
	return err
}

// answering returns the World that a question is answered from.
func (c *call) answering(q duty.Question) (*World, error) {
	if c.past == nil {
		return c.w, nil
	}
	return askPast(c, func(ctx context.Context) (*World, error) { return c.past.around(ctx, c.s.Converter, q) })
}

// askPast asks the store for what an answer about an earlier revision needs. What is wrong with the position itself is the answer's to say.
func askPast(c *call, f func(context.Context) (*World, error)) (*World, error) {
	w, err := ask(c, historyPatience, f)
	if err != nil && (errors.Is(err, geo.ErrCoordinate) || errors.Is(err, geo.ErrCRS)) {
		return c.w, nil
	}
	return w, err
}

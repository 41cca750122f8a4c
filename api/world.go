package api

import (
	"context"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/mvt"
	"wangge/routing/duty"
)

// World is everything that requests are answered from: a Snapshot and what is made of it. It is complete before it is shown and
// never changes.
type World struct {
	*layers.Snapshot
	Atlas *mvt.Atlas
	// Rules say who is responsible.
	Rules *duty.Rules
	names *nameIndex
	// reports are what was found about the rules.
	reports *ruleReports
	// extent is the box around the district, with a margin.
	extent orb.Bound
	// shown is when the World was published.
	shown time.Time
	// next is closed when a later World has been published.
	next chan struct{}
}

// newWorld makes the World of a snapshot, sharing with the one before it whatever did not change.
func newWorld(snap *layers.Snapshot, before *World, now time.Time) (*World, error) {
	w := &World{Snapshot: snap, reports: new(ruleReports), shown: now, next: make(chan struct{})}
	var atlas *mvt.Atlas
	var names *nameIndex
	if before != nil {
		atlas, names = before.Atlas, before.names
	}
	var err error
	if w.Atlas, err = mvt.NewAtlas(snap, atlas); err != nil {
		return nil, err
	}
	w.names = newNameIndex(snap, names)
	w.Rules = rulesOf(snap, before)
	w.extent = extentOf(w, before)
	return w, nil
}

// rulesOf arranges the rules of a snapshot, or keeps those of the World before it if they still fit.
func rulesOf(snap *layers.Snapshot, before *World) *duty.Rules {
	if before != nil && before.Rules.Fits(snap) {
		return before.Rules
	}
	return duty.NewRules(snap)
}

// margin is how many degrees around the district count as near it.
const margin = 0.2

// extentOf returns the box around all grids and districts, with a margin; the empty box when there are none.
func extentOf(w, before *World) orb.Bound {
	if before != nil && before.Set(layers.Grids) == w.Set(layers.Grids) && before.Set(layers.Districts) == w.Set(layers.Districts) {
		return before.extent
	}
	b := orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
	for _, l := range []layers.Layer{layers.Grids, layers.Districts} {
		for f := range w.Set(l).Rows() {
			shape := f.Shape()
			switch {
			case shape == nil:
			case b.IsEmpty():
				b = shape.Bound()
			default:
				b = b.Union(shape.Bound())
			}
		}
	}
	if b.IsEmpty() {
		return b
	}
	return b.Pad(margin)
}

// reached reports whether the World shows p or something later of the same epoch.
func (w *World) reached(p layers.Position) bool {
	have := w.Position()
	return have.Epoch == p.Epoch && have.Revision >= p.Revision
}

// Publish makes the World of snap and shows it. It is the function that a Feed calls, from one goroutine. A World that cannot be
// made leaves the one before it, and is logged.
func (s *Server) Publish(snap *layers.Snapshot) {
	before := s.world.Load()
	w, err := newWorld(snap, before, s.now())
	if err != nil {
		s.log.Error("the snapshot cannot be shown; serving the one before it", "revision", snap.Position().String(), "error", err)
		return
	}
	s.tiles.Advance(w.Atlas)
	s.world.Store(w)
	if before != nil {
		close(before.next)
	}
	s.published(before, w)
}

// await returns the first World that has reached p, or the present one and false when ctx ends before.
func (s *Server) await(ctx context.Context, p layers.Position) (*World, bool) {
	for {
		w := s.world.Load()
		if w == nil {
			return nil, false
		}
		if w.reached(p) {
			return w, true
		}
		select {
		case <-w.next:
		case <-ctx.Done():
			return w, false
		}
	}
}

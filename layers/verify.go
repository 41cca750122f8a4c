package layers

import (
	"context"
	"time"
)

// verifier is the part of a Feed that compares its snapshots with full loads by digest, from time to time and beside the feed:
// the digests of what is published meanwhile are kept, because the load shows one of the revisions of that time.
type verifier struct {
	checked    time.Time // when the last comparison or full load was
	background func(func())
	verdicts   chan verdict
	trail      map[Position]map[Layer]Digest // what was published since the load began; nil while none goes on
	verdict    *verdict                      // a load that is finished and not compared yet
}

// verdict is what a load found.
type verdict struct {
	at      Position
	digests map[Layer]Digest
	err     error
}

func (s *Snapshot) digests() map[Layer]Digest {
	d := make(map[Layer]Digest, len(s.sets))
	for l, set := range s.sets {
		d[l] = set.digest
	}
	return d
}

// loaded notes a full load, which makes a comparison with what was before pointless.
func (v *verifier) loaded(now time.Time) { v.checked = now }

func (v *verifier) published(s *Snapshot) {
	if v.trail != nil {
		v.trail[s.Position()] = s.digests()
	}
}

// verify begins a load if one is due, and compares one that has ended.
func (f *Feed) verify(ctx context.Context, publish func(*Snapshot)) error {
	now := f.opts.Now()
	if f.trail == nil && f.opts.Verify >= 0 && now.Sub(f.checked) >= f.opts.Verify {
		f.checked = now
		f.trail = map[Position]map[Layer]Digest{}
		f.published(f.current)
		codes := f.current.settings.Codes
		f.background(func() {
			long, cancel := context.WithTimeout(ctx, 12*f.opts.Patience)
			defer cancel()
			var v verdict
			v.at, v.digests, v.err = LoadDigests(long, f.store, codes)
			f.verdicts <- v // there is room: one load at a time
		})
	}
	if f.verdict == nil {
		return nil
	}
	v := *f.verdict
	mine, seen := f.trail[v.at]
	if !seen && v.err == nil && v.at.Epoch == f.current.Position().Epoch && v.at.Revision > f.current.Position().Revision {
		return nil // the feed has not come to that revision yet
	}
	f.verdict, f.trail = nil, nil
	if v.err != nil {
		return v.err
	}
	if !seen { // the feed went over that revision in one step; try again soon
		f.checked = now.Add(-f.opts.Verify * 9 / 10)
		return nil
	}
	return f.compare(ctx, publish, v.at, mine, v.digests)
}

// compare loads everything if the snapshot at the position differs from the store.
func (f *Feed) compare(ctx context.Context, publish func(*Snapshot), at Position, mine, store map[Layer]Digest) error {
	for l, digest := range mine {
		if store[l] == digest {
			continue
		}
		f.opts.Log.Error("the snapshot differs from the store; loading everything", "layer", l,
			"revision", at.Revision, "snapshot", digest.String(), "store", store[l].String())
		state := f.State()
		state.Mismatches++
		f.state.Store(&state)
		return f.loadAll(ctx, publish)
	}
	return nil
}

package layers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// FeedOptions say how a Feed follows its store. The zero value is ready for use.
type FeedOptions struct {
	// Poll is how often the revision is read even if nothing was heard; 0 is 2 s. A heard change is read at once.
	Poll time.Duration
	// Patience bounds one read of changes; 0 is 5 s. A full load has Patience times twelve.
	Patience time.Duration
	// Verify is how often the snapshot is compared with a full load by digest; 0 is 10 min, negative is never.
	Verify time.Duration
	// Most is how many changed features are read as a delta; beyond that everything is loaded again. 0 is 20,000.
	Most int
	// Log gets one line for each change of state; nil is silent.
	Log *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

func (o FeedOptions) withDefaults() FeedOptions {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&o.Poll, 2*time.Second)
	set(&o.Patience, 5*time.Second)
	set(&o.Verify, 10*time.Minute)
	if o.Most == 0 {
		o.Most = 20_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// FeedState is what a Feed knows about its store.
type FeedState struct {
	// Position is what was published last; ConfirmedAt when the store last said that there is nothing newer.
	Position    Position
	ConfirmedAt time.Time
	// Err is why the last try failed, nil after a success; Poisoned the rows that keep newer revisions from being published.
	Err      error
	Poisoned []Quarantined
	// Mismatches counts how often a full load had another digest than the snapshot that was built step by step.
	Mismatches int64
	// FullLoads and Deltas count how snapshots were made.
	FullLoads, Deltas int64
}

// Feed follows one store and publishes a Snapshot for each new revision that it sees. The revision row is the truth: what
// Watch says is only a hint to look now, repeated hints do nothing, and lost ones cost one poll interval.
type Feed struct {
	store Store
	opts  FeedOptions
	hint  chan struct{}
	state atomic.Pointer[FeedState]

	// Owned by Run's goroutine.
	current *Snapshot
	refused Position // the last position that could not be published
	refusal error    // why
	verifier
}

// NewFeed returns a feed that does nothing until Run.
func NewFeed(store Store, opts FeedOptions) *Feed {
	f := &Feed{store: store, opts: opts.withDefaults(), hint: make(chan struct{}, 1)}
	f.verdicts = make(chan verdict, 1)
	f.state.Store(&FeedState{})
	return f
}

// Nudge makes the feed look at the store now. It never waits.
func (f *Feed) Nudge() {
	select {
	case f.hint <- struct{}{}:
	default: // a look is due already
	}
}

// State returns what the feed knows. Safe for concurrent use.
func (f *Feed) State() FeedState { return *f.state.Load() }

// Run follows the store until ctx ends, and returns nil then. start is what is being served already (from a file), or nil.
// publish is called from one goroutine, in the order of revisions; it must not keep the feed waiting longer than it takes to
// make the snapshot visible. An error of the store never ends Run: the last good snapshot stays.
func (f *Feed) Run(ctx context.Context, start *Snapshot, publish func(*Snapshot)) error {
	f.current = start
	var wait sync.WaitGroup
	defer wait.Wait()
	wait.Go(func() { f.watch(ctx) })
	f.background = wait.Go
	poll := time.NewTicker(f.opts.Poll)
	defer poll.Stop()
	retry := time.Duration(0)
	for {
		err := f.look(ctx, publish)
		f.note(err)
		if err == nil {
			retry = 0
		} else {
			retry = min(max(2*retry, 100*time.Millisecond), f.opts.Poll)
		}
		if !f.sleep(ctx, poll.C, retry) {
			return nil
		}
	}
}

// sleep waits for a hint, the poll, the end of a verification, or after an error the retry delay, and reports whether to go on.
func (f *Feed) sleep(ctx context.Context, poll <-chan time.Time, retry time.Duration) bool {
	if retry > 0 {
		again := time.NewTimer(retry)
		defer again.Stop()
		poll = again.C
	}
	select {
	case <-ctx.Done():
	case <-f.hint:
	case <-poll:
	case v := <-f.verdicts:
		f.verdict = &v
	}
	return ctx.Err() == nil
}

// watch keeps a Watch going. After a lost connection anything may have been missed, so each start is followed by a look.
func (f *Feed) watch(ctx context.Context) {
	for ctx.Err() == nil {
		began := f.opts.Now()
		err := f.store.Watch(ctx, f.Nudge)
		f.Nudge()
		if ctx.Err() != nil {
			return
		}
		f.opts.Log.Warn("the store's notices stopped; polling until they are back", "error", err)
		pause := 200 * time.Millisecond
		if f.opts.Now().Sub(began) < time.Second {
			pause = time.Second
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// look reads what is new and publishes it.
func (f *Feed) look(ctx context.Context, publish func(*Snapshot)) error {
	if f.current == nil {
		return f.loadAll(ctx, publish)
	}
	short, cancel := context.WithTimeout(ctx, f.opts.Patience)
	delta, err := f.store.Since(short, f.current.Position(), f.opts.Most)
	cancel()
	if errors.Is(err, ErrEpoch) {
		f.opts.Log.Warn("the store's history is another one; loading everything", "served", f.current.Position().String())
		return f.loadAll(ctx, publish)
	}
	if err != nil {
		return err
	}
	if delta.Position == f.current.Position() {
		return f.verify(ctx, publish)
	}
	if delta.Position == f.refused {
		return f.refusal // nothing new since the revision that could not be published
	}
	next, err := f.current.With(delta)
	if err != nil {
		return f.refuse(delta.Position, fmt.Errorf("revision %d: %w", delta.Position.Revision, err))
	}
	f.accept(next, publish, func(s *FeedState) { s.Deltas++ })
	return f.verify(ctx, publish)
}

func (f *Feed) refuse(at Position, why error) error {
	f.refused, f.refusal = at, why
	return why
}

// loadAll reads the whole store. What could not be published is read again only when the store has moved on.
func (f *Feed) loadAll(ctx context.Context, publish func(*Snapshot)) error {
	long, cancel := context.WithTimeout(ctx, 12*f.opts.Patience)
	defer cancel()
	if f.refused != (Position{}) {
		if at, err := f.store.Head(long); err != nil || at == f.refused {
			return cmp.Or(err, f.refusal)
		}
	}
	b := NewBuilder()
	base, err := f.store.Load(long, b.Add)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	next, err := b.Snapshot(base)
	if err != nil {
		return f.refuse(base.Position, fmt.Errorf("load: %w", err))
	}
	f.accept(next, publish, func(s *FeedState) { s.FullLoads++ })
	f.loaded(f.opts.Now())
	return nil
}

func (f *Feed) accept(next *Snapshot, publish func(*Snapshot), counted func(*FeedState)) {
	f.current, f.refused, f.refusal = next, Position{}, nil
	publish(next)
	f.published(next)
	state := f.State()
	counted(&state)
	state.Position = next.Position()
	f.state.Store(&state)
}

// note records how the last look ended, and logs when that changes.
func (f *Feed) note(err error) {
	state := f.State()
	was := state.Err
	state.Err, state.Poisoned = err, nil
	var bad *Poisoned
	if errors.As(err, &bad) {
		state.Poisoned = bad.Rows
	}
	if err == nil {
		state.ConfirmedAt = f.opts.Now()
		if f.current != nil {
			state.Position = f.current.Position()
		}
	}
	f.state.Store(&state)
	switch {
	case err != nil && (was == nil || was.Error() != err.Error()) && !errors.Is(err, context.Canceled):
		f.opts.Log.Error("the feed stands still; serving the last good snapshot", "error", err)
	case err == nil && was != nil:
		f.opts.Log.Info("the feed goes on", "revision", state.Position.String())
	}
}

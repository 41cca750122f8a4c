package layers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// latePause is the time between a failed try to open a store and the next one.
const latePause = 500 * time.Millisecond

// Late is a Store that is opened when it can be: a service that starts while its database is down serves from the file of the
// last good snapshot, and has the store as soon as it is back. Until then every method is ErrUnavailable after it has tried to
// open: at most one try goes on at a time, whoever comes meanwhile waits for it (no longer than its ctx), and for latePause
// after a failed one everybody is refused at once.
type Late struct {
	open func(context.Context) (Store, error)
	stop context.CancelFunc
	ctx  context.Context // ends with Close
	wait sync.WaitGroup  // for the try that is going on

	lock   sync.Mutex
	store  Store         // nil until open
	err    error         // why the last try failed
	failed time.Time     // when
	trying chan struct{} // closed when the try that is going on ends, nil if none is
	closed bool
}

var _ Store = (*Late)(nil)

// NewLate returns a store that open opens. open is called without a lock, from one goroutine at a time, with a context that
// ends with Close. An error of kind ErrInvalid (a newer schema, another database) is for good: it is not tried again.
func NewLate(open func(context.Context) (Store, error)) *Late {
	ctx, stop := context.WithCancel(context.Background())
	return &Late{open: open, ctx: ctx, stop: stop}
}

// Err returns why the store is not open: the error of the last try. It is nil when the store is open and before the first try,
// and of kind ErrInvalid when there will be no other.
func (l *Late) Err() error {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.err
}

// Opened returns the store that was opened, nil if none is yet.
func (l *Late) Opened() Store {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.store
}

// get returns the store, opening it if need be.
func (l *Late) get(ctx context.Context) (Store, error) {
	l.lock.Lock()
	if l.store == nil && l.trying == nil && l.mayTry() {
		l.trying = make(chan struct{})
		l.wait.Go(l.try)
	}
	trying := l.trying
	l.lock.Unlock()
	if trying != nil {
		select {
		case <-trying:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	switch {
	case l.closed:
		return nil, fmt.Errorf("%w: the store is closed", ErrUnavailable)
	case l.store != nil:
		return l.store, nil
	}
	// Only ErrUnavailable is passed on as a kind: to whoever asks, nothing is wrong with what he asked.
	return nil, fmt.Errorf("%w: the store could not be opened yet: %v", ErrUnavailable, l.err)
}

// mayTry is called under the lock.
func (l *Late) mayTry() bool {
	return !l.closed && !errors.Is(l.err, ErrInvalid) && (l.err == nil || time.Since(l.failed) >= latePause)
}

func (l *Late) try() {
	store, err := l.open(l.ctx)
	l.lock.Lock()
	defer l.lock.Unlock()
	close(l.trying)
	l.trying = nil
	if err == nil && l.closed {
		_ = store.Close() // nobody will use it
		return
	}
	l.store, l.err, l.failed = store, err, time.Now()
	if err != nil {
		l.store = nil // whatever came with the error
	}
}

// Close closes the store if it was opened, after the try that is going on has ended. Closing again does nothing.
func (l *Late) Close() error {
	l.lock.Lock()
	first := !l.closed
	l.closed = true
	l.lock.Unlock()
	l.stop()
	l.wait.Wait()
	if store := l.Opened(); first && store != nil {
		return store.Close()
	}
	return nil
}

// Head returns where the store is.
func (l *Late) Head(ctx context.Context) (Position, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Position{}, err
	}
	return s.Head(ctx)
}

// Load reads every head row.
func (l *Late) Load(ctx context.Context, each func(Row) error) (Base, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Base{}, err
	}
	return s.Load(ctx, each)
}

// Since returns what happened after from.
func (l *Late) Since(ctx context.Context, from Position, most int) (Delta, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Delta{}, err
	}
	return s.Since(ctx, from, most)
}

// Apply commits tx or does nothing.
func (l *Late) Apply(ctx context.Context, tx Tx) (Receipt, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Receipt{}, err
	}
	return s.Apply(ctx, tx)
}

// History returns the rows that answer q.
func (l *Late) History(ctx context.Context, q Asked) ([]Feature, error) {
	s, err := l.get(ctx)
	if err != nil {
		return nil, err
	}
	return s.History(ctx, q)
}

// Known returns the last position that was recorded at an instant or before, and when.
func (l *Late) Known(ctx context.Context, at Instant) (Position, Instant, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Position{}, 0, err
	}
	return s.Known(ctx, at)
}

// Changes returns lines of the audit.
func (l *Late) Changes(ctx context.Context, since int64, limit int) ([]Change, error) {
	s, err := l.get(ctx)
	if err != nil {
		return nil, err
	}
	return s.Changes(ctx, since, limit)
}

// Watch calls wake whenever there may be something new.
func (l *Late) Watch(ctx context.Context, wake func()) error {
	s, err := l.get(ctx)
	if err != nil {
		return err
	}
	return s.Watch(ctx, wake)
}

// SaveToken adds or replaces a token.
func (l *Late) SaveToken(ctx context.Context, actor Actor, at time.Time, t Token) (Position, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Position{}, err
	}
	return s.SaveToken(ctx, actor, at, t)
}

// Backup writes a copy of the store to a new file.
func (l *Late) Backup(ctx context.Context, file string) (Position, error) {
	s, err := l.get(ctx)
	if err != nil {
		return Position{}, err
	}
	return s.Backup(ctx, file)
}

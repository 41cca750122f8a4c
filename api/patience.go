package api

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"wangge/layers"
)

const (
	// mostAsking bounds how many requests wait for the store at a time; one more is refused at once, so that a store that hangs
	// does not collect them.
	mostAsking = 64
	// grace is how long after its deadline the store may still say why it gives up.
	grace = 50 * time.Millisecond
)

// errPanicked is never seen: a question that ends without a result has panicked, and says so.
var errPanicked = errors.New("no result")

// ask runs one question to the store, and gives up after patience even if the store does not: then the error is of kind
// ErrUnavailable, and what was asked may still happen. The question goes on when the client goes away.
func ask[T any](c *call, patience time.Duration, do func(context.Context) (T, error)) (T, error) {
	var none T
	if c.s.Store == nil {
		return none, layers.ErrUnavailable
	}
	select {
	case c.s.asking <- struct{}{}:
	default:
		return none, fmt.Errorf("%d requests wait for the store already: %w", mostAsking, layers.ErrUnavailable)
	}
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), patience)
	done := make(chan result, 1)
	go func() { // Drain waits for it by taking every place
		defer func() { <-c.s.asking }()
		defer cancel()
		r := result{err: errPanicked}
		defer func() {
			if p := recover(); p != nil { // here it would end the process
				c.s.metrics.panics.Inc()
				r.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
			done <- r
		}()
		r.value, r.err = do(ctx)
	}()
	late := time.NewTimer(patience + grace)
	defer late.Stop()
	select {
	case r := <-done:
		if errors.Is(r.err, context.DeadlineExceeded) {
			r.err = fmt.Errorf("%w: %w", layers.ErrUnavailable, r.err)
		}
		return r.value, r.err
	case <-late.C:
		return none, fmt.Errorf("the store has not answered in %v: %w", patience, layers.ErrUnavailable)
	}
}

// asked waits until nothing is asked any more, or ctx ends. Nothing can be asked afterwards.
func (s *Server) asked(ctx context.Context) error {
	for range cap(s.asking) {
		select {
		case s.asking <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

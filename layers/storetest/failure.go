package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"time"

	"wangge/layers"
)

func failureCases() []Case {
	return []Case{
		{Name: "failure/cancelled between any two steps", needs: canReopen, body: cancelledSteps},
		{Name: "failure/a goroutine that ends between any two steps", needs: canReopen, body: endedSteps},
		{Name: "failure/cancelled before", body: cancelledBefore},
		{Name: "failure/an error of the caller ends a load", body: callerError},
		{Name: "failure/closed", body: closed},
	}
}

// steps are the names of layers.Step that come before the commit.
var steps = []string{"begin", "revision", "row", "history", "audit", "idempotency"}

// cut runs transaction number n, in which stop is called after the step, which must keep it from being committed.
func (p *probe) cut(n int, step string, run func(stop *func(), tx layers.Tx) error) {
	pole, space := Fresh(layers.Poles, 10+n), Fresh(layers.Spaces, 10+n)
	p.apply(create(pole), create(space))
	was, base := p.load()
	var lock sync.Mutex
	var seen []string
	var stop func()
	p.must(p.Reopen(layers.StoreOptions{Step: func(name string) {
		lock.Lock()
		seen = append(seen, name)
		lock.Unlock()
		if name == step && stop != nil {
			f := stop
			stop = nil
			f()
		}
	}}), "reopen")
	tx := p.tx(replace(named(layers.Poles, 10+n, "half", valid+day), 1), create(Fresh(layers.Roads, 10+n)), remove(space, 1, valid+day))
	tx.Key, tx.Body = step, sha256.Sum256([]byte("body"))
	err := run(&stop, tx)
	if err == nil {
		p.fatalf("stopped after %s: no error; steps seen: %v", step, seen)
	}
	p.untouched("stopping after "+step, was, base.Position)
	r, err := p.Store.Apply(p.ctx, tx)
	p.must(err, "the same again after stopping at "+step)
	p.same("replayed", r.Replayed, false)
	if !slices.Contains(seen, "commit") {
		p.fatalf("the step commit was never told of: %v", seen)
	}
}

func cancelledSteps(p *probe) {
	p.sample()
	for n, step := range steps {
		p.cut(n, step, func(stop *func(), tx layers.Tx) error {
			ctx, cancel := context.WithCancel(p.ctx)
			defer cancel()
			*stop = cancel
			_, err := p.Store.Apply(ctx, tx)
			if err != nil && !errors.Is(err, context.Canceled) {
				p.fatalf("cancelled after %s: got %v, want context.Canceled", step, err)
			}
			return err
		})
	}
}

func endedSteps(p *probe) {
	p.sample()
	for n, step := range steps {
		p.cut(n, step, func(stop *func(), tx layers.Tx) error {
			*stop = func() { panic("stopped by the case") }
			done := make(chan error)
			go func() {
				err := errors.New("ended")
				defer func() {
					_ = recover() // the panic is the case's own
					done <- err
				}()
				_, err = p.Store.Apply(p.ctx, tx)
			}()
			return <-done
		})
	}
}

func cancelledBefore(p *probe) {
	p.sample()
	was, base := p.load()
	ctx, cancel := context.WithCancel(p.ctx)
	cancel()
	if _, err := p.Store.Apply(ctx, p.tx(create(Fresh(layers.Roads, 9)))); !errors.Is(err, context.Canceled) {
		p.fatalf("apply: got %v, want context.Canceled", err)
	}
	if _, err := p.Store.Load(ctx, func(layers.Row) error { return nil }); !errors.Is(err, context.Canceled) {
		p.fatalf("load: got %v, want context.Canceled", err)
	}
	if _, err := p.Store.Since(ctx, layers.Position{Epoch: base.Position.Epoch}, 1000); !errors.Is(err, context.Canceled) {
		p.fatalf("since: got %v, want context.Canceled", err)
	}
	p.untouched("a cancelled edit", was, base.Position)
}

func callerError(p *probe) {
	p.sample()
	mine := errors.New("mine")
	n := 0
	_, err := p.Store.Load(p.ctx, func(layers.Row) error {
		if n++; n == 3 {
			return mine
		}
		return nil
	})
	if !errors.Is(err, mine) || n != 3 {
		p.fatalf("got %v after %d rows, want the caller's error after 3", err, n)
	}
	p.apply(create(Fresh(layers.Roads, 9)))
}

func closed(p *probe) {
	p.sample()
	p.must(p.Store.Close(), "close")
	began := time.Now()
	if _, err := p.Store.Head(p.ctx); !errors.Is(err, layers.ErrUnavailable) {
		p.fatalf("head of a closed store: got %v, want ErrUnavailable", err)
	}
	if _, err := p.try(create(Fresh(layers.Roads, 9))); !errors.Is(err, layers.ErrUnavailable) {
		p.fatalf("an edit of a closed store: got %v, want ErrUnavailable", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		p.fatalf("that took %v", took)
	}
}

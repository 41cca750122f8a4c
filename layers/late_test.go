package layers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"wangge/layers"
)

// closing is a store that counts how often it is closed.
type closing struct {
	*fake
	closed atomic.Int32
}

func (c *closing) Close() error { c.closed.Add(1); return nil }

func (c *closing) Apply(context.Context, layers.Tx) (layers.Receipt, error) {
	return layers.Receipt{Position: layers.Position{Epoch: "e1", Revision: 9}}, nil
}

func TestLateOpensWhenTheStoreIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &closing{fake: newFake(sample()...)}
		var tries atomic.Int32
		back := time.Now().Add(10 * time.Second)
		late := layers.NewLate(func(context.Context) (layers.Store, error) {
			tries.Add(1)
			if time.Now().Before(back) {
				return nil, fmt.Errorf("connect: %w", layers.ErrUnavailable)
			}
			return store, nil
		})
		var got publications
		ctx, cancel := context.WithCancel(t.Context())
		feed := layers.NewFeed(late, layers.FeedOptions{Verify: -1})
		done := make(chan error)
		go func() { done <- feed.Run(ctx, nil, got.add) }()
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if len(got.all()) != 0 || late.Err() == nil || late.Opened() != nil {
			t.Fatalf("before: %d snapshots, err %v", len(got.all()), late.Err())
		}
		if n := tries.Load(); n < 4 || n > 19 {
			t.Errorf("%d tries in 9 s, want one in 500 ms at most", n)
		}
		if _, err := late.Apply(t.Context(), layers.Tx{}); !errors.Is(err, layers.ErrUnavailable) {
			t.Errorf("an edit meanwhile: %v, want ErrUnavailable", err)
		}
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if len(got.all()) != 1 || late.Err() != nil {
			t.Errorf("3 s after it is back: %d snapshots, %v", len(got.all()), late.Err())
		}
		if r, err := late.Apply(t.Context(), layers.Tx{}); err != nil || r.Position.Revision != 9 {
			t.Errorf("an edit afterwards: %+v, %v", r, err)
		}
		store.change(pole(1, "heard", 2))
		synctest.Wait()
		if len(got.all()) != 2 {
			t.Errorf("a change after it is back was not published at once: %d snapshots", len(got.all()))
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := late.Close(); err != nil {
				t.Error(err)
			}
		}
		if n := store.closed.Load(); n != 1 {
			t.Errorf("the store was closed %d times", n)
		}
		if _, err := late.Head(t.Context()); !errors.Is(err, layers.ErrUnavailable) {
			t.Errorf("head of a closed store: %v", err)
		}
	})
}

// TestLateTriesOnce: twenty callers share one try, each waits no longer than its context, and the try goes on without them.
func TestLateTriesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries atomic.Int32
		store := &closing{fake: newFake(sample()...)}
		late := layers.NewLate(func(context.Context) (layers.Store, error) {
			tries.Add(1)
			time.Sleep(5 * time.Second)
			return store, nil
		})
		var wait sync.WaitGroup
		for i := range 20 {
			wait.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*100*time.Millisecond)
				defer cancel()
				began := time.Now()
				_, err := late.Apply(ctx, layers.Tx{})
				if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != time.Duration(i+1)*100*time.Millisecond {
					t.Errorf("caller %d: %v after %v", i, err, took)
				}
			})
		}
		wait.Wait()
		if _, err := late.Head(t.Context()); err != nil {
			t.Errorf("who waits for the try gets the store: %v", err)
		}
		if n := tries.Load(); n != 1 {
			t.Errorf("%d tries", n)
		}
		if err := late.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestLatePermanent: a store of another kind is not tried again, and the reason can be read; callers see only that the store is
// unavailable, because nothing is wrong with what they asked.
func TestLatePermanent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		late := layers.NewLate(func(context.Context) (layers.Store, error) {
			tries++
			return nil, fmt.Errorf("schema 9 is newer than this program's 3: %w", layers.ErrInvalid)
		})
		for range 10 {
			for name, call := range map[string]func() error{
				"head":    func() error { _, err := late.Head(t.Context()); return err },
				"load":    func() error { _, err := late.Load(t.Context(), nil); return err },
				"since":   func() error { _, err := late.Since(t.Context(), layers.Position{}, 1); return err },
				"apply":   func() error { _, err := late.Apply(t.Context(), layers.Tx{}); return err },
				"history": func() error { _, err := late.History(t.Context(), layers.Asked{}); return err },
				"changes": func() error { _, err := late.Changes(t.Context(), 0, 1); return err },
				"watch":   func() error { return late.Watch(t.Context(), func() {}) },
				"token": func() error {
					_, err := late.SaveToken(t.Context(), layers.Actor{}, time.Now(), layers.Token{})
					return err
				},
				"backup": func() error { _, err := late.Backup(t.Context(), "x"); return err },
			} {
				if err := call(); !errors.Is(err, layers.ErrUnavailable) || errors.Is(err, layers.ErrInvalid) || !strings.Contains(err.Error(), "newer") {
					t.Fatalf("%s: %v", name, err)
				}
			}
			time.Sleep(time.Second)
		}
		if tries != 1 || !errors.Is(late.Err(), layers.ErrInvalid) {
			t.Errorf("%d tries, err %v", tries, late.Err())
		}
		if err := late.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestLateClosedWhileOpening: the try is told to end, and what it still opens is closed.
func TestLateClosedWhileOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &closing{fake: newFake(sample()...)}
		late := layers.NewLate(func(ctx context.Context) (layers.Store, error) {
			<-ctx.Done()
			time.Sleep(time.Second)
			return store, nil
		})
		got := make(chan error)
		go func() { _, err := late.Head(t.Context()); got <- err }()
		synctest.Wait()
		if err := late.Close(); err != nil {
			t.Error(err)
		}
		if err := <-got; !errors.Is(err, layers.ErrUnavailable) {
			t.Errorf("head: %v", err)
		}
		if n := store.closed.Load(); n != 1 {
			t.Errorf("the store was closed %d times, want once", n)
		}
	})
}

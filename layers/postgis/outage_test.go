package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/postgis/pgtest"
	"wangge/layers/storetest"
)

// edit creates a feature.
func edit(ctx context.Context, s layers.Store, f layers.Feature) (layers.Receipt, error) {
	return s.Apply(ctx, layers.Tx{Actor: layers.Actor{Name: "planner", Role: layers.Planner}, At: time.Now(), Kind: "edit",
		Edits: []layers.Edit{{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f}}})
}

// soon calls try until it returns nil, which it must within the limit.
func soon(t *testing.T, limit time.Duration, doing string, try func() error) time.Duration {
	t.Helper()
	began := time.Now()
	for {
		err := try()
		if err == nil {
			return time.Since(began)
		}
		if time.Since(began) > limit {
			t.Fatalf("%s: still %v after %v", doing, err, limit)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// serverOf starts a server of the test's own with an empty store.
func serverOf(t *testing.T) (*pgtest.Process, string) {
	t.Helper()
	server := pgtest.Server(t)
	return server, server.Prepared(t, templateOf(storetest.Settings()), createWith(storetest.Settings()))
}

// TestStoppedDatabase: what was asked while the database is down is ErrUnavailable, and the open store works again once it is up.
func TestStoppedDatabase(t *testing.T) {
	t.Parallel()
	server, url := serverOf(t)
	s := open(t, url, layers.StoreOptions{})
	ctx := t.Context()
	if _, err := edit(ctx, s, storetest.Fresh(layers.Roads, 0)); err != nil {
		t.Fatal(err)
	}
	watched := make(chan error, 1)
	woken := make(chan struct{}, 1)
	go func() {
		watched <- s.Watch(ctx, func() {
			select {
			case woken <- struct{}{}:
			default:
			}
		})
	}()
	<-woken
	for round := range 2 {
		if err := server.Stop(); err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			select {
			case err := <-watched:
				if !errors.Is(err, layers.ErrUnavailable) {
					t.Errorf("watch: got %v, want ErrUnavailable", err)
				}
			case <-time.After(10 * time.Second):
				t.Error("watch goes on without a database")
			}
		}
		for name, call := range map[string]func() error{
			"head":    func() error { _, err := s.Head(ctx); return err },
			"load":    func() error { _, err := s.Load(ctx, func(layers.Row) error { return nil }); return err },
			"since":   func() error { _, err := s.Since(ctx, layers.Position{Epoch: "e1"}, 10); return err },
			"history": func() error { _, err := s.History(ctx, layers.Asked{Layer: layers.Roads}); return err },
			"changes": func() error { _, err := s.Changes(ctx, 0, 10); return err },
			"watch":   func() error { return s.Watch(ctx, func() {}) },
			"edit":    func() error { _, err := edit(ctx, s, storetest.Fresh(layers.Roads, 1)); return err },
			"backup":  func() error { _, err := s.Backup(ctx, t.TempDir()+"/backup"); return err },
		} {
			began := time.Now()
			if err := call(); !errors.Is(err, layers.ErrUnavailable) {
				t.Errorf("%s without a database: got %v, want ErrUnavailable", name, err)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%s without a database took %v", name, took)
			}
		}
		if _, err := postgis.Open(ctx, url, layers.StoreOptions{}); !errors.Is(err, layers.ErrUnavailable) {
			t.Errorf("open without a database: got %v, want ErrUnavailable", err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		took := soon(t, 10*time.Second, "an edit after the database is back", func() error {
			_, err := edit(ctx, s, storetest.Fresh(layers.Roads, 10+round))
			return err
		})
		t.Logf("edits are taken %v after the database is back", took)
	}
	if head, err := s.Head(ctx); err != nil || head.Revision != 3 {
		t.Errorf("head: got %v, %v, want revision 3", head, err)
	}
}

// TestFrozenDatabase: with a database that holds its connections and says nothing, a crowd of edits is refused in time and
// leaves no goroutine behind.
func TestFrozenDatabase(t *testing.T) {
	server, url := serverOf(t)
	s := open(t, url, layers.StoreOptions{})
	if _, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 0)); err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	crowd := 2 * postgis.QueueLimit
	var wait sync.WaitGroup
	began := time.Now()
	for n := range crowd {
		wait.Go(func() {
			if _, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 100+n)); !errors.Is(err, layers.ErrUnavailable) {
				t.Errorf("an edit of a frozen database: got %v, want ErrUnavailable", err)
			}
		})
	}
	wait.Wait()
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("%d edits of a frozen database took %v", crowd, took)
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	soon(t, 10*time.Second, "an edit of the database that goes on", func() error {
		_, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 1))
		return err
	})
	soon(t, 20*time.Second, "goroutines", func() error {
		if n := runtime.NumGoroutine(); n > before+4 {
			return fmt.Errorf("%d goroutines, before %d", n, before)
		}
		return nil
	})
}

// TestSwallowedNetwork: a network that swallows everything ends a Watch within the sum of its two limits, and edits in time.
func TestSwallowedNetwork(t *testing.T) {
	t.Parallel()
	p, url := newProxy(t, newDatabase(t, storetest.Settings()))
	s := open(t, url, layers.StoreOptions{})
	woken := make(chan struct{}, 10)
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(t.Context(), func() { woken <- struct{}{} }) }()
	<-woken
	time.Sleep(2500 * time.Millisecond) // a quiet connection passes its ping
	if _, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 0)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-woken:
	case err := <-ended:
		t.Fatalf("watch ended: %v", err)
	case <-time.After(5 * time.Second):
		t.Fatal("nothing woke the watcher")
	}
	p.swallow()
	began := time.Now()
	if _, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 1)); !errors.Is(err, layers.ErrUnavailable) {
		t.Errorf("an edit into the void: got %v, want ErrUnavailable", err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("an edit into the void took %v", took)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, layers.ErrUnavailable) {
			t.Errorf("watch: got %v, want ErrUnavailable", err)
		}
	case <-time.After(8 * time.Second):
		t.Fatal("the watcher does not notice that nothing arrives")
	}
	p.heal()
	soon(t, 10*time.Second, "an edit after the network is back", func() error {
		_, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 2))
		return err
	})
}

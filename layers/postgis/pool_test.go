package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/layers"
	"wangge/layers/postgis"
	"wangge/layers/storetest"
)

// crowd holds n reads of a store open at the same time, as far as the pool lets it, until meanwhile returns.
func crowd(t *testing.T, s *postgis.Store, n int, meanwhile func()) {
	t.Helper()
	var wait sync.WaitGroup
	leave := make(chan struct{})
	for range n {
		wait.Go(func() {
			_, err := s.Load(t.Context(), func(layers.Row) error {
				<-leave
				return nil
			})
			if err != nil && !errors.Is(err, layers.ErrUnavailable) { // of those for whom no connection was left
				t.Errorf("load: %v", err)
			}
		})
	}
	meanwhile()
	close(leave)
	wait.Wait()
}

// openConnections counts the connections of the service to a database.
func openConnections(ctx context.Context, url string) (n int, err error) {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer c.Close(ctx)
	err = c.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'wangge'").Scan(&n)
	return n, err
}

// full waits until the pool holds as many connections as it may.
func full(t *testing.T, url string) {
	t.Helper()
	soon(t, 10*time.Second, "connections", func() error {
		n, err := openConnections(t.Context(), url)
		if err == nil && n < postgis.Connections {
			err = fmt.Errorf("%d are open", n)
		}
		return err
	})
}

// TestConnections: however many ask, no more connections are open than there may be.
func TestConnections(t *testing.T) {
	t.Parallel()
	url := newDatabase(t, storetest.Settings())
	s := open(t, url, layers.StoreOptions{})
	apply(t, s, createAll(storetest.Sample())...)
	crowd(t, s, 4*postgis.Connections, func() {
		full(t, url)
		for range 10 {
			if n, err := openConnections(t.Context(), url); err != nil || n > postgis.Connections {
				t.Errorf("%d connections are open, %v, want %d at most", n, err, postgis.Connections)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

// TestAbandonedConnections: when all connections that rest are dead without having said so, those that ask at the same time
// find them out together, and the dead ones keep no place in the pool from the new ones, nor Close from its end.
func TestAbandonedConnections(t *testing.T) {
	t.Parallel()
	direct := newDatabase(t, storetest.Settings())
	p, url := newProxy(t, direct)
	s := open(t, url, layers.StoreOptions{})
	apply(t, s, createAll(storetest.Sample())...)
	crowd(t, s, postgis.Connections, func() { full(t, direct) })
	time.Sleep(1100 * time.Millisecond) // they are asked whether they live after a second
	p.abandon()
	began := time.Now()
	var wait sync.WaitGroup
	for range postgis.Connections {
		wait.Go(func() { _, _ = s.Head(t.Context()) }) // may come too late for some
	}
	wait.Wait()
	soon(t, 3*time.Second, "an edit after the address has moved", func() error {
		_, err := edit(t.Context(), s, storetest.Fresh(layers.Roads, 99))
		return err
	})
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("edits were taken after %v", took)
	}
	began = time.Now()
	if err := s.Close(); err != nil || time.Since(began) > 3*time.Second {
		t.Errorf("close: %v after %v", err, time.Since(began))
	}
}

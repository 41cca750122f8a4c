package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"wangge/layers"
)

// pingEvery is how long a Watch hears nothing before it asks whether the database is still there, and pingLimit how long the
// answer may take. A network that swallows everything is found within their sum.
const (
	pingEvery = 2 * time.Second
	pingLimit = 2 * time.Second
)

// Watch calls wake after each commit, of whatever program: it listens on a connection of its own, which no pool takes away.
// It ends with an error on any doubt whether the connection still carries, and after a Close.
func (s *Store) Watch(ctx context.Context, wake func()) error {
	if err := s.ready(); err != nil {
		return err
	}
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := make(chan struct{})
	defer close(stop)
	go func() { // ends with the Watch
		select {
		case <-s.closed:
			cancel(errClosed)
		case <-stop:
		}
	}()
	err := s.listen(within, wake)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if within.Err() != nil {
		err = context.Cause(within)
	}
	return fmt.Errorf("postgis: watch: %w: %w", layers.ErrUnavailable, err)
}

// listen never returns nil.
func (s *Store) listen(ctx context.Context, wake func()) error {
	c, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	defer hangUp(ctx, c)
	if err := answered(ctx, func(ctx context.Context) error {
		_, err := c.Exec(ctx, "LISTEN wangge")
		return err
	}); err != nil {
		return err
	}
	for {
		wake() // at first for what happened before; the caller reads the position after it listens
		if err := heard(ctx, c); err != nil {
			return err
		}
	}
}

// heard returns nil when there is a notification, and an error when the connection is lost.
func heard(ctx context.Context, c *pgx.Conn) error {
	for {
		waiting, cancel := context.WithTimeout(ctx, pingEvery)
		_, err := c.WaitForNotification(waiting)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !pgconn.Timeout(err) {
			return err
		}
		if err := answered(ctx, c.Ping); err != nil {
			return err
		}
	}
}

func answered(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	return ask(ctx)
}

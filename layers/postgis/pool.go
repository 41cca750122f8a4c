package postgis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/layers"
)

const (
	// restLimit is how long a connection may rest before it is asked whether it still works, and pulseLimit how long its answer
	// may take.
	restLimit  = time.Second
	pulseLimit = time.Second
	// hangUpLimit is how long a farewell may take.
	hangUpLimit = 100 * time.Millisecond
	// lastUsed is where a connection keeps the time at which it was given back.
	lastUsed = "wangge.used"
)

var errClosed = errors.New("the store is closed")

// newPool makes a pool of connections that know the store's types. It opens none before one is needed. The pool itself pings
// none, because it would wait for what is left of a lost one: see acquire.
func newPool(config *pgx.ConnConfig, most int32) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(config.ConnString())
	if err != nil {
		return nil, fmt.Errorf("postgis: %w: %w", layers.ErrInvalid, err)
	}
	c.ConnConfig, c.MaxConns, c.MinConns, c.MinIdleConns = config, most, 0, 0
	c.AfterConnect = registerShapes
	c.BeforeClose = func(c *pgx.Conn) { hangUp(context.Background(), c) }
	c.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	return pgxpool.NewWithConfig(context.Background(), c)
}

// acquire returns a connection that works, which the caller gives back with release. It waits for one as long as ctx lets it.
func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	for {
		c, err := s.pool.Acquire(ctx)
		if err != nil {
			if closed := s.ready(); closed != nil {
				return nil, closed
			}
			return nil, err
		}
		if rested(c.Conn()) < restLimit || alive(ctx, c.Conn()) {
			return c, nil
		}
		discard(c)
		s.pool.Reset() // whatever cut this one has likely cut all
	}
}

// rested returns how long a connection was not used; a new one has not rested.
func rested(c *pgx.Conn) time.Duration {
	used, ok := c.PgConn().CustomData()[lastUsed].(time.Time)
	if !ok {
		return 0
	}
	return time.Since(used)
}

func alive(ctx context.Context, c *pgx.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, pulseLimit)
	defer cancel()
	return c.Ping(ctx) == nil
}

// release gives a connection back. The pool closes one that is old or still in a transaction.
func release(c *pgxpool.Conn) {
	if c.Conn().IsClosed() {
		discard(c)
		return
	}
	c.Conn().PgConn().CustomData()[lastUsed] = time.Now()
	c.Release()
}

// discard takes a connection out of the pool and makes room for another at once. Destroyed by the pool, a lost connection
// would keep its place until pgx has said farewell to a network that does not answer, which is 15 s.
func discard(c *pgxpool.Conn) { hangUp(context.Background(), c.Hijack()) }

// with calls do with a connection.
func (s *Store) with(ctx context.Context, do func(c *pgx.Conn) error) error {
	c, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer release(c)
	return do(c.Conn())
}

// hangUp closes a connection politely, but not for long: where nothing answers, the other side finds out by itself.
func hangUp(ctx context.Context, c *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hangUpLimit)
	defer cancel()
	_ = c.Close(ctx) // it is of no use any more either way
}

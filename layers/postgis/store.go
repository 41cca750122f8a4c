package postgis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/layers"
)

const (
	// connections is how many there are at most, beside those of Watch, which have one each.
	connections = 8
	// writers is how many of them edits may hold at the same time; they wait for each other in the database anyway, and the
	// feed must always find one that is free.
	writers = 4
	// lookLimit bounds short reads.
	lookLimit = 2 * time.Second
	// silenceLimit is how long a long read may go without a row.
	silenceLimit = 10 * time.Second
)

// Store is a layers.Store in one PostGIS database.
type Store struct {
	config *pgx.ConnConfig
	opts   layers.StoreOptions
	pool   *pgxpool.Pool

	writing chan struct{} // one entry for each edit that is going on
	queue   chan struct{} // one entry for each edit that is going on or waits

	closed  chan struct{} // closed by Close
	closing sync.Once
}

var _ layers.Store = (*Store)(nil)

// Open opens the store in the database of a URL such as postgres://user@host/database, and migrates it first if it must; one
// process migrates at a time. A database without a store is layers.ErrNotFound, one that a newer program has migrated is
// layers.ErrInvalid and is not touched, and one that cannot be reached within two seconds is layers.ErrUnavailable (see
// layers.Late for a service that is to start all the same).
func Open(ctx context.Context, url string, opts layers.StoreOptions) (*Store, error) {
	s, err := newStore(url, opts)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		_ = s.Close() // the first error is the one that counts
		return nil, classify(ctx, "open", err)
	}
	return s, nil
}

func newStore(url string, opts layers.StoreOptions) (*Store, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	pool, err := newPool(config, connections)
	if err != nil {
		return nil, err
	}
	return &Store{config: config, opts: opts.Whole(), pool: pool, writing: make(chan struct{}, writers),
		queue: make(chan struct{}, queueLimit), closed: make(chan struct{})}, nil
}

// ready reports a store that is closed.
func (s *Store) ready() error {
	select {
	case <-s.closed:
		return fmt.Errorf("postgis: %w: %w", layers.ErrUnavailable, errClosed)
	default:
		return nil
	}
}

// prepare checks the schema and migrates it.
func (s *Store) prepare(ctx context.Context) error {
	have, err := s.look(ctx)
	if err == nil {
		err = have.usable()
	}
	if err != nil || !have.old() {
		return err
	}
	if s.opts.ReadOnly {
		return fmt.Errorf("%w: its schema is older than this program; migrate it first", layers.ErrInvalid)
	}
	err = locked(ctx, s.config, func(c *pgx.Conn) error {
		have, err := inspect(ctx, c) // another process may have migrated meanwhile
		if err == nil {
			_, err = migrate(ctx, c, have)
		}
		return err
	})
	s.pool.Reset() // connections from before may not know the types
	return err
}

func (s *Store) look(ctx context.Context) (have state, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	err = s.with(ctx, func(c *pgx.Conn) error {
		have, err = inspect(ctx, c)
		return err
	})
	return have, err
}

// Head returns where the store is.
func (s *Store) Head(ctx context.Context) (layers.Position, error) {
	var p layers.Position
	if err := s.ready(); err != nil {
		return p, err
	}
	within, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	err := s.with(within, func(c *pgx.Conn) error {
		return c.QueryRow(within, "SELECT epoch, revision FROM wangge.wangge_meta").Scan(&p.Epoch, &p.Revision)
	})
	return p, s.failed(ctx, "head", err)
}

// failed classifies an error. After a lost connection the others are made anew too, because whatever cut one has likely cut
// all; those in use go on.
func (s *Store) failed(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() == nil && lost(err) {
		s.pool.Reset()
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("%w: the store was emptied", layers.ErrUnavailable)
	}
	return classify(ctx, doing, err)
}

// Close waits for what is going on and ends all use of the store. Closing again does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.closed)
		s.pool.Close()
	})
	return nil
}

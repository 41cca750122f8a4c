package postgis

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// restLimit is how long a connection may rest before it is asked whether it still works, and pulseLimit how long its answer
	// may take.
	restLimit  = time.Second
	pulseLimit = time.Second
	// hangUpLimit is how long a farewell may take.
	hangUpLimit = 100 * time.Millisecond
	// ageLimit is how old a connection gets, so that a server behind one name can be moved.
	ageLimit = time.Hour
)

var errClosed = errors.New("the store is closed")

// pool holds at most a fixed number of connections. It has no goroutine of its own: whoever needs a connection makes it. A
// connection that is lost is replaced when it is needed next.
type pool struct {
	config *pgx.ConnConfig
	slots  chan struct{} // an entry for each connection that is in use

	lock    sync.Mutex
	resting []*pooled // the one that was used last is at the end
	round   int       // counts resets; connections of an earlier round are closed when they come back
	shut    bool
}

// pooled is a connection of a pool.
type pooled struct {
	*pgx.Conn
	round      int
	made, used time.Time
}

func newPool(config *pgx.ConnConfig, most int) *pool {
	return &pool{config: config, slots: make(chan struct{}, most)}
}

// acquire returns a connection that works, which the caller gives back with release. It waits for one as long as ctx lets it.
func (p *pool) acquire(ctx context.Context) (*pooled, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c, err := p.take(ctx)
	if err != nil {
		<-p.slots
		return nil, err
	}
	return c, nil
}

func (p *pool) take(ctx context.Context) (*pooled, error) {
	c, round, err := p.rested()
	if err != nil {
		return nil, err
	}
	if c != nil {
		if time.Since(c.used) < restLimit || alive(ctx, c.Conn) {
			return c, nil
		}
		hangUp(ctx, c.Conn)
		round = p.reset() // whatever cut this one has likely cut all
	}
	fresh, err := connect(ctx, p.config)
	if err != nil {
		return nil, err
	}
	return &pooled{Conn: fresh, round: round, made: time.Now()}, nil
}

// rested returns a connection that rests, nil if there is none, and the present round.
func (p *pool) rested() (*pooled, int, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.shut {
		return nil, 0, errClosed
	}
	n := len(p.resting)
	if n == 0 {
		return nil, p.round, nil
	}
	c := p.resting[n-1]
	p.resting = p.resting[:n-1]
	return c, p.round, nil
}

func alive(ctx context.Context, c *pgx.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, pulseLimit)
	defer cancel()
	return c.Ping(ctx) == nil
}

// release gives a connection back. One that was lost, is old, or is still in a transaction, is closed.
func (p *pool) release(c *pooled) {
	defer func() { <-p.slots }()
	keep := !c.IsClosed() && c.PgConn().TxStatus() == 'I' && time.Since(c.made) < ageLimit
	p.lock.Lock()
	keep = keep && !p.shut && c.round == p.round
	if keep {
		c.used = time.Now()
		p.resting = append(p.resting, c)
	}
	p.lock.Unlock()
	if !keep {
		hangUp(context.Background(), c.Conn)
	}
}

// reset closes the connections that rest, and those in use when they come back. It returns the new round.
func (p *pool) reset() int {
	p.lock.Lock()
	p.round++
	round, old := p.round, p.resting
	p.resting = nil
	p.lock.Unlock()
	for _, c := range old {
		hangUp(context.Background(), c.Conn)
	}
	return round
}

// close waits for the connections in use, closes all and gives out no more.
func (p *pool) close() {
	p.lock.Lock()
	p.shut = true
	p.lock.Unlock()
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	p.reset()
	for range cap(p.slots) {
		<-p.slots
	}
}

// with calls do with a connection.
func (p *pool) with(ctx context.Context, do func(c *pgx.Conn) error) error {
	c, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer p.release(c)
	return do(c.Conn)
}

// connect makes a connection that knows the store's types.
func connect(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := registerShapes(ctx, c); err != nil {
		hangUp(ctx, c)
		return nil, err
	}
	return c, nil
}

// hangUp closes a connection politely, but not for long: where nothing answers, the other side finds out by itself.
func hangUp(ctx context.Context, c *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hangUpLimit)
	defer cancel()
	_ = c.Close(ctx) // it is of no use any more either way
}

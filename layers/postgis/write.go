package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/layers"
)

const (
	// editLimit bounds an edit from the wait for a connection to the commit.
	editLimit = 2 * time.Second
	// importLimit bounds a large transaction, commitLimit the commit of one.
	importLimit = 15 * time.Minute
	commitLimit = time.Minute
	// queueLimit is how many edits may be going on or waiting. More are refused at once.
	queueLimit = 256
)

// What the server is told for a transaction: limits, so that it gives up a little before the service does (the connection can
// be used on then) and lets nobody who has gone away keep the counter row locked; and that an acknowledged commit is on the
// disk, should the server be set up not to wait for that.
const (
	editSettings   = limitSQL + "'1800', '1500', '5000'" + durableSQL
	importSettings = limitSQL + "'600000', '30000', '60000'" + durableSQL

	limitSQL = `SELECT set_config(name, value, true) FROM unnest(
		ARRAY['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'synchronous_commit'], ARRAY[`
	durableSQL = `, CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END])
		AS s (name, value)`
)

// transaction is one write of this store.
type transaction struct {
	s *Store
	// ctx is the caller's, which is looked at between the steps; within is that of the statements. Those of a small
	// transaction are not cancelled, because that would cost the connection.
	ctx, within context.Context
	tx          pgx.Tx
	large       bool
	position    layers.Position
	last, at    layers.Instant // recorded times of the revision before, and of this one
	settings    layers.Settings
}

// transact calls do in a transaction and commits it, or rolls back if do fails, panics or ends its goroutine. A large
// transaction may take longer than an edit.
func (s *Store) transact(ctx context.Context, doing string, large bool, do func(t *transaction) error) error {
	if err := s.takesEdits(doing); err != nil {
		return err
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), editLimit)
	if large {
		cancel()
		within, cancel = context.WithTimeout(ctx, importLimit)
	}
	defer cancel()
	leave, err := s.line(ctx, within)
	if err != nil {
		return classify(ctx, doing, err)
	}
	defer leave()
	t := &transaction{s: s, ctx: ctx, within: within, large: large}
	if err := t.perform(do); err != nil {
		var kept passed
		if err = refused(err); errors.As(err, &kept) {
			return kept.error
		}
		return s.failed(ctx, doing, err)
	}
	s.opts.Step("commit")
	return nil
}

// takesEdits reports why edits are refused, if they are.
func (s *Store) takesEdits(doing string) error {
	if err := s.ready(); err != nil {
		return err
	}
	if s.opts.ReadOnly {
		return fmt.Errorf("postgis: %s: %w: the store was opened read-only", doing, layers.ErrUnavailable)
	}
	return nil
}

// line waits until few enough edits are going on.
func (s *Store) line(ctx, within context.Context) (leave func(), err error) {
	select {
	case s.queue <- struct{}{}:
	default:
		return nil, fmt.Errorf("%w: %d edits wait already", layers.ErrUnavailable, queueLimit)
	}
	select {
	case s.writing <- struct{}{}:
		return func() { <-s.writing; <-s.queue }, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-within.Done():
		err = within.Err()
	}
	<-s.queue
	return nil, err
}

func (t *transaction) perform(do func(t *transaction) error) error {
	if t.ctx.Err() != nil {
		return context.Cause(t.ctx)
	}
	c, err := t.acquire()
	if err != nil {
		return err
	}
	defer release(c)
	if t.tx, err = c.BeginTx(t.within, pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			rollBack(t.ctx, t.tx)
		}
	}()
	if err := do(t); err != nil {
		return err
	}
	if t.ctx.Err() != nil {
		return context.Cause(t.ctx)
	}
	done = true
	return t.commit()
}

// rollBack ends a transaction. If that fails the connection is closed, which rolls back too.
func rollBack(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = tx.Rollback(ctx)
}

func (t *transaction) acquire() (*pgxpool.Conn, error) {
	ctx, cancel := context.WithTimeout(t.within, editLimit)
	defer cancel()
	return t.s.acquire(ctx)
}

// commit is not cancelled by the caller. If it fails for want of an answer nobody knows whether it happened; an idempotency
// key tells.
func (t *transaction) commit() error {
	ctx := t.within
	if t.large {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(t.ctx), commitLimit)
		defer cancel()
	}
	return t.tx.Commit(ctx)
}

// exec runs a statement with arguments.
func (t *transaction) exec(query string, args ...any) error {
	_, err := t.tx.Exec(t.within, query, args...)
	return err
}

// one reads one row; found is false if there is none.
func (t *transaction) one(query string, args []any, into ...any) (found bool, err error) {
	err = t.tx.QueryRow(t.within, query, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// send runs the statements of a batch, in one round trip, and calls each with what they did.
func (t *transaction) send(b *pgx.Batch, each func(i int, tag pgconn.CommandTag) error) (err error) {
	if b.Len() == 0 {
		return nil
	}
	results := t.tx.SendBatch(t.within, b)
	defer func() {
		if e := results.Close(); err == nil {
			err = e
		}
	}()
	for i := range b.Len() {
		tag, err := results.Exec()
		if err == nil && each != nil {
			err = each(i, tag)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step tells of a step that is done, and ends the transaction if its context has ended.
func (t *transaction) step(name string) error {
	t.s.opts.Step(name)
	if t.ctx.Err() != nil {
		return context.Cause(t.ctx)
	}
	return nil
}

// lock takes the counter row, so that transactions happen one after the other, and reads where the store is.
func (t *transaction) lock() error {
	var b pgx.Batch
	limits := editSettings
	if t.large {
		limits = importSettings
	}
	b.Queue(limits)
	var at pgtype.Timestamptz
	var settings string
	b.Queue("SELECT epoch, revision, recorded_at, settings::text FROM wangge.wangge_meta FOR UPDATE").QueryRow(func(row pgx.Row) error {
		return row.Scan(&t.position.Epoch, &t.position.Revision, &at, &settings)
	})
	if err := t.tx.SendBatch(t.within, &b).Close(); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(settings), &t.settings); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	var err error
	t.last, err = instantOf(at)
	if err != nil {
		return err
	}
	return t.step("begin")
}

// raise takes the next revision, announces the writer to the triggers, and tells whoever listens, at the commit. recorded_at is
// the later of at and a millisecond after the last revision.
func (t *transaction) raise(at time.Time, kind string, actor layers.Actor, note, request string) error {
	if at.IsZero() {
		at = t.s.opts.Now()
	}
	t.at = max(layers.InstantOf(at), t.last+1)
	t.position.Revision++
	var b pgx.Batch
	b.Queue("UPDATE wangge.wangge_meta SET revision = $1, recorded_at = $2", t.position.Revision, stamp(t.at))
	b.Queue(`INSERT INTO wangge.wangge_revisions (revision, recorded_at, kind, actor, role, unit, token, note, request_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, t.position.Revision, stamp(t.at), kind, actor.Name, actor.Role, actor.Unit, actor.Token, note, request)
	b.Queue(`SELECT set_config('wangge.revision', $1, true), set_config('wangge.audit', 'apply', true), pg_notify('wangge', $1)`,
		fmt.Sprint(t.position.Revision))
	if err := t.send(&b, nil); err != nil {
		return err
	}
	return t.step("revision")
}

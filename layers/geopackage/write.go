package geopackage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wangge/layers"
)

// transaction is one write of this store: between BEGIN IMMEDIATE and COMMIT, on the writer's connection. Its statements are
// not cancelled one by one: ctx is looked at between them.
type transaction struct {
	s        *Store
	ctx      context.Context
	w        *sql.Conn
	position layers.Position
	at       layers.Instant
	settings layers.Settings
}

// transact calls do in a transaction and commits it, or rolls back if do fails, panics or ends its goroutine. Only one runs at
// a time.
func (s *Store) transact(ctx context.Context, doing string, do func(t *transaction) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	if s.opts.ReadOnly {
		return fmt.Errorf("geopackage: %s: %w: the store was opened read-only", doing, layers.ErrUnavailable)
	}
	select {
	case <-s.writing:
		defer func() { s.writing <- struct{}{} }()
	case <-ctx.Done():
		return classify(ctx, doing, ctx.Err())
	}
	if err := s.writable(); err != nil {
		return err
	}
	t := &transaction{s: s, ctx: ctx, w: s.w}
	committed := false
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return s.failed(ctx, doing, err)
	}
	defer func() {
		if !committed {
			_ = t.exec("ROLLBACK") // fails when SQLite has rolled back already
		}
	}()
	if err := t.run(do); err != nil {
		return s.failed(ctx, doing, err)
	}
	if err := t.exec("COMMIT"); err != nil {
		return s.failed(ctx, doing, err)
	}
	committed = true
	s.watchers.tell()
	s.opts.Step("commit")
	return nil
}

func (t *transaction) run(do func(t *transaction) error) error {
	if err := t.step("begin"); err != nil {
		return err
	}
	if err := do(t); err != nil {
		return err
	}
	if err := t.exec("UPDATE wangge_context SET mode = 'idle', revision = NULL, ended_at = NULL"); err != nil {
		return err
	}
	return context.Cause(t.ctx)
}

// writable reports why edits are refused, if they are.
func (s *Store) writable() error {
	if why := s.distrust.Load(); why != nil {
		return fmt.Errorf("geopackage: %w: edits are refused until the store is opened again, after: %w", layers.ErrUnavailable, *why)
	}
	return s.sameFile()
}

// failed classifies an error of a transaction. After an I/O error no edit is taken any more.
func (s *Store) failed(ctx context.Context, doing string, err error) error {
	if distrusts(err) {
		s.distrust.CompareAndSwap(nil, &err)
	}
	var kept passed
	if asPassed(err, &kept) {
		return kept.error
	}
	return classify(ctx, doing, err)
}

// exec runs a statement with arguments.
func (t *transaction) exec(query string, args ...any) error {
	_, err := t.w.ExecContext(context.Background(), query, args...)
	return err
}

// one reads one row; found is false if there is none.
func (t *transaction) one(query string, args []any, into ...any) (found bool, err error) {
	err = t.w.QueryRowContext(context.Background(), query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// step tells of a step that is done, and ends the transaction if its context has ended.
func (t *transaction) step(name string) error {
	t.s.opts.Step(name)
	return context.Cause(t.ctx)
}

// readMeta reads where the store is, and when it came there.
func (t *transaction) readMeta() (last layers.Instant, err error) {
	var at, settings string
	if _, err = t.one("SELECT epoch, revision, recorded_at, settings FROM wangge_meta", nil, &t.position.Epoch, &t.position.Revision, &at, &settings); err != nil {
		return 0, err
	}
	if err := json.Unmarshal([]byte(settings), &t.settings); err != nil {
		return 0, fmt.Errorf("settings: %w", err)
	}
	return layers.ParseInstant(at)
}

const insertRevision = "INSERT INTO wangge_revisions (revision, recorded_at, kind, actor, role, unit, token, note, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

// raise takes the next revision, and announces the writer to the triggers. recorded_at is the later of at and a millisecond
// after the last revision.
func (t *transaction) raise(at time.Time, kind string, actor layers.Actor, note, request string) error {
	last, err := t.readMeta()
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = t.s.opts.Now()
	}
	t.at = max(layers.InstantOf(at), last+1)
	t.position.Revision++
	if err := t.exec("UPDATE wangge_meta SET revision = ?, recorded_at = ?", t.position.Revision, stamp(t.at)); err != nil {
		return err
	}
	if err := t.exec(insertRevision, t.position.Revision, stamp(t.at), kind, actor.Name, string(actor.Role), actor.Unit, actor.Token, note, request); err != nil {
		return err
	}
	if err := t.exec("UPDATE wangge_context SET mode = 'apply', revision = ?, ended_at = NULL", t.position.Revision); err != nil {
		return err
	}
	return t.step("revision")
}

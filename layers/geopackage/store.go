package geopackage

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"wangge/layers"
)

// readers is how many reads go on at the same time; a Watch takes one of them.
const readers = 8

// Store is a layers.Store in one GeoPackage file.
type Store struct {
	path string
	opts layers.StoreOptions
	file os.FileInfo // the file as it was opened, to see that it was not replaced

	read    *sql.DB
	write   *sql.DB       // nil for a read-only store
	writing chan struct{} // holds one token; whoever has it may use w
	w       *sql.Conn

	// distrust is why edits are refused since an I/O error, nil while all is well.
	distrust atomic.Pointer[error]

	users    gate
	closed   chan struct{} // closed by Close
	watchers watchers
}

var _ layers.Store = (*Store)(nil)

// Open opens the store in the file. A file that is not there is layers.ErrNotFound; one that is no wangge store, or that a
// newer program has migrated, is layers.ErrInvalid and is not touched; one that cannot be opened or is locked by another
// program for more than two seconds is layers.ErrUnavailable.
func Open(path string, opts layers.StoreOptions) (*Store, error) {
	ctx := context.Background()
	old, err := inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, opts: opts.Whole(), closed: make(chan struct{}), writing: make(chan struct{}, 1)}
	if opts.ReadOnly {
		if old {
			return nil, fmt.Errorf("geopackage: open %s: %w: its schema is older than this program; migrate it first", path, layers.ErrInvalid)
		}
		err = s.openReaders(ctx, forLooking)
	} else if err = s.openWriter(ctx); err == nil {
		err = s.openReaders(ctx, forReading)
	}
	if err != nil {
		s.release(ctx)
		return nil, classify(ctx, "open "+path, err)
	}
	s.writing <- struct{}{}
	return s, nil
}

func (s *Store) openReaders(ctx context.Context, params string) (err error) {
	if s.file, err = os.Stat(s.path); err != nil {
		return err
	}
	if s.read, err = connect(s.path, params, readers); err != nil {
		return err
	}
	_, err = s.Head(ctx)
	return err
}

func (s *Store) openWriter(ctx context.Context) (err error) {
	if s.write, err = connect(s.path, forWriting, 1); err != nil {
		return err
	}
	if err := migrate(ctx, s.write); err != nil {
		return err
	}
	if s.w, err = s.write.Conn(ctx); err != nil {
		return err
	}
	// After a large import the write-ahead log shrinks again. What a statement would undo is kept in memory: in a file it costs
	// three quarters of the time of a large import.
	_, err = s.w.ExecContext(ctx, "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY")
	return err
}

// Head returns where the store is.
func (s *Store) Head(ctx context.Context) (layers.Position, error) {
	if err := s.enter(); err != nil {
		return layers.Position{}, err
	}
	defer s.users.leave()
	var p layers.Position
	err := s.read.QueryRowContext(ctx, "SELECT epoch, revision FROM wangge_meta").Scan(&p.Epoch, &p.Revision)
	return p, classify(ctx, "head", err)
}

// Close waits for what is going on, makes the store one file again and ends all use of it. If another program has the file
// open the write-ahead log stays beside it until that closes. Closing again does nothing.
func (s *Store) Close() error {
	if !s.users.close(s.closed) {
		return nil
	}
	return classify(context.Background(), "close", s.release(context.Background()))
}

func (s *Store) release(ctx context.Context) (err error) {
	if s.read != nil {
		err = s.read.Close()
	}
	if s.w != nil {
		// The last connection turns the log off; that fails while another program has the file open, which is no harm.
		_, _ = s.w.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
		_, _ = s.w.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
		_ = s.w.Close() // gives the connection back to the pool, which is closed next
	}
	if s.write != nil {
		if e := s.write.Close(); err == nil {
			err = e
		}
	}
	return err
}

// enter counts a user of the store, who must leave; it fails once the store is closed.
func (s *Store) enter() error {
	if !s.users.enter() {
		return fmt.Errorf("geopackage: %w: the store is closed", layers.ErrUnavailable)
	}
	return nil
}

// gate lets users in until it is closed. The zero value is open.
type gate struct {
	lock   sync.Mutex
	empty  sync.Cond
	inside int
	shut   bool
}

func (g *gate) enter() bool {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.shut {
		return false
	}
	g.inside++
	return true
}

func (g *gate) leave() {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.inside--; g.inside == 0 && g.shut {
		g.empty.Broadcast()
	}
}

// close lets nobody in any more, closes notice for those inside and waits until they have left. It is false if it was closed.
func (g *gate) close(notice chan struct{}) bool {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.shut {
		return false
	}
	g.shut = true
	g.empty.L = &g.lock
	close(notice)
	for g.inside > 0 {
		g.empty.Wait()
	}
	return true
}

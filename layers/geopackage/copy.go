package geopackage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"wangge/layers"
)

// Copy writes the store as of one revision to a new GeoPackage (fs.ErrExist if it is there), with SQLite's own means, while
// edits go on. The copy is the same store, with its epoch: it is for other programs to read. What is to be restored one day is
// better written by Backup, because a GeoPackage has no checksum.
func (s *Store) Copy(ctx context.Context, file string) (p layers.Position, err error) {
	if err := s.enter(); err != nil {
		return p, err
	}
	defer s.users.leave()
	err = appear(file, func(temporary string) error {
		c, err := s.read.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		p, err = copyTo(ctx, temporary, c, "")
		return err
	})
	return p, err
}

// copyTo copies the database of a connection to a new file, in which it sets the epoch unless that is empty, and returns the
// position of the copy.
func copyTo(ctx context.Context, file string, from *sql.Conn, epoch string) (p layers.Position, err error) {
	db, err := connect(file, "mode=rwc", 1)
	if err != nil {
		return p, err
	}
	defer db.Close()
	to, err := db.Conn(ctx)
	if err != nil {
		return p, err
	}
	defer to.Close()
	if err := copyPages(to, from); err != nil {
		return p, err
	}
	// The copy of a file in WAL mode is one too, until this.
	if _, err := to.ExecContext(ctx, "PRAGMA journal_mode = DELETE"); err != nil {
		return p, err
	}
	if epoch != "" {
		if _, err := to.ExecContext(ctx, "UPDATE wangge_meta SET epoch = ?", epoch); err != nil {
			return p, err
		}
	}
	err = to.QueryRowContext(ctx, "SELECT epoch, revision FROM wangge_meta").Scan(&p.Epoch, &p.Revision)
	return p, err
}

// copyPages copies in one step, which holds one read transaction, so that the copy is of one revision.
func copyPages(to, from *sql.Conn) error {
	return raw(to, func(dst *sqlite3.SQLiteConn) error {
		return raw(from, func(src *sqlite3.SQLiteConn) error {
			b, err := dst.Backup("main", src, "main")
			if err != nil {
				return err
			}
			done, err := b.Step(-1)
			if e := b.Finish(); err == nil {
				err = e
			}
			if err == nil && !done {
				err = sqlite3.Error{Code: sqlite3.ErrBusy}
			}
			return err
		})
	})
}

func raw(c *sql.Conn, do func(*sqlite3.SQLiteConn) error) error {
	return c.Raw(func(dc any) error {
		lite, ok := dc.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("connection is %T: %w", dc, driver.ErrBadConn)
		}
		return do(lite)
	})
}

package tileset

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// Errors of a work file.
var (
	// ErrInUse says that another process works on the same tileset.
	ErrInUse = errors.New("another run writes it")
	// ErrForeign says that a file with the name of the work file is none of this program, or is damaged.
	ErrForeign = errors.New("is not the work of a stopped run, or is damaged")
)

// openSQLite opens a file with one connection. params are SQLite's and the driver's.
func openSQLite(path, params string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", (&url.URL{Scheme: "file", Path: abs}).String()+"?"+params)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// explain gives the errors of SQLite that people can do something about the kind that they have elsewhere: syscall.ENOSPC for a full
// disk, ErrInUse for a lock, ErrForeign for a file that is no database.
func explain(path string, err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	kind := err
	switch {
	case e.Code == sqlite3.ErrFull || e.SystemErrno == syscall.ENOSPC || e.SystemErrno == syscall.EDQUOT:
		kind = fmt.Errorf("%w: %w", err, syscall.ENOSPC)
	case e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked:
		kind = fmt.Errorf("%w: %w", err, ErrInUse)
	case e.Code == sqlite3.ErrNotADB || e.Code == sqlite3.ErrCorrupt:
		kind = fmt.Errorf("%w: %w", err, ErrForeign)
	case e.SystemErrno != 0:
		kind = fmt.Errorf("%w: %w", err, e.SystemErrno)
	}
	return fmt.Errorf("%s: %w", path, kind)
}

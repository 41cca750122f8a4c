package source

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"

	"wangge/layers"
)

// foreignBlob is the longest value that is read from a file that somebody else made.
const foreignBlob = 256 << 20

// connector opens connections to one SQLite file without a driver that is registered for all.
type connector struct {
	dsn   string
	setup func(*sqlite3.SQLiteConn) error
}

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	if err := c.setup(conn.(*sqlite3.SQLiteConn)); err != nil {
		_ = conn.Close() // what went wrong before matters more
		return nil, err
	}
	return conn, nil
}

// openForeign opens a file that somebody else made: read-only, as a file that nobody changes, so that nothing is written beside
// it; functions in its schema may do nothing, and only plain reads are allowed at all.
func openForeign(path string) (*sql.DB, error) {
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		return nil, fmt.Errorf("%w: has changes that are not in the file yet (%s); close it in the program that has it open",
			layers.ErrInvalid, filepath.Base(path)+"-wal")
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector{dsn: "file:" + (&url.URL{Path: full}).EscapedPath() + "?mode=ro&immutable=1", setup: harden})
	db.SetMaxOpenConns(1)
	return db, nil
}

func harden(c *sqlite3.SQLiteConn) error {
	for _, pragma := range []string{"trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"} {
		if _, err := c.Exec("PRAGMA "+pragma, nil); err != nil {
			return err
		}
	}
	c.SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, foreignBlob)
	c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	c.RegisterAuthorizer(func(op int, first, second, _ string) int {
		switch op {
		case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ:
			return sqlite3.SQLITE_OK
		case sqlite3.SQLITE_FUNCTION:
			if second == "count" {
				return sqlite3.SQLITE_OK
			}
		case sqlite3.SQLITE_PRAGMA:
			if first == "table_info" {
				return sqlite3.SQLITE_OK
			}
		}
		return sqlite3.SQLITE_DENY
	})
	return nil
}

// quoted is an SQL identifier.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// plainTable makes sure that name is an ordinary table: not a view, whose text somebody else wrote, and not a virtual table.
func plainTable(ctx context.Context, db *sql.DB, name string) error {
	var kind string
	var text sql.NullString
	err := db.QueryRowContext(ctx, `SELECT type, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE`, name).
		Scan(&kind, &text)
	switch {
	case err == sql.ErrNoRows:
		return fmt.Errorf("%w: has no table %q", layers.ErrInvalid, name)
	case err != nil:
		return sqliteError(err)
	case kind != "table" || slices.Contains(strings.Fields(strings.ToUpper(text.String)), "VIRTUAL"):
		return fmt.Errorf("%w: %q is a view or a virtual table; only ordinary tables are read", layers.ErrInvalid, name)
	}
	return nil
}

// sqliteError makes what SQLite says about a file's content an error of kind layers.ErrInvalid.
func sqliteError(err error) error {
	if _, ok := err.(sqlite3.Error); ok {
		return fmt.Errorf("%w: %w", layers.ErrInvalid, err)
	}
	return err
}

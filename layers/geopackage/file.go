package geopackage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"wangge/layers"
	"wangge/migrations"
)

// applicationID is 'GPKG', which is in the header of every GeoPackage.
const applicationID = 0x47504B47

// versionTable is where the migrations are listed.
const versionTable = "wangge_migrations"

// connector opens connections to one file, with the functions of functions.go. What is in the schema of the file is trusted by
// connections that write only, because SQLite lets the R-tree triggers call functions of ours only there.
type connector struct {
	dsn    string
	writes bool
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(c.dsn) }

func (c connector) Driver() driver.Driver {
	return &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		if !c.writes {
			if _, err := conn.Exec("PRAGMA trusted_schema = OFF", nil); err != nil {
				return err
			}
		}
		return register(conn)
	}}
}

// connect returns a pool of connections to the file. params are SQLite's and the driver's. Nothing is opened yet.
func connect(path, params string, most int) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	dsn := (&url.URL{Scheme: "file", Path: abs}).String() + "?" + params
	db := sql.OpenDB(connector{dsn, !strings.Contains(params, "_query_only=1")})
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

// The parameters of connections. A writer waits up to 2 s for a lock that another process holds.
const (
	forWriting  = "mode=rw&_txlock=immediate&_busy_timeout=2000&_journal_mode=WAL&_synchronous=FULL&_cache_size=-32000&_stmt_cache_size=400"
	forReading  = "mode=rw&_query_only=1&_busy_timeout=2000&_cache_size=-8000&_stmt_cache_size=100"
	forLooking  = "mode=ro&_query_only=1&_busy_timeout=2000&_cache_size=-8000&_stmt_cache_size=100"
	forCreating = "mode=rwc&_txlock=immediate&_journal_mode=MEMORY&_synchronous=OFF"
)

// newEpoch returns 16 random hexadecimal digits.
func newEpoch() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand stops the process instead
	return hex.EncodeToString(b)
}

// Create makes a new store in a file that must not exist (else the error is fs.ErrExist). An empty epoch is replaced by a
// random one. The file appears under its name only when it is complete.
func Create(path string, settings layers.Settings, epoch string) error {
	if epoch == "" {
		epoch = newEpoch()
	}
	return appear(path, func(temporary string) error {
		db, err := connect(temporary, forCreating, 1)
		if err != nil {
			return err
		}
		defer db.Close()
		ctx := context.Background()
		if err := migrate(ctx, db); err != nil {
			return err
		}
		text, err := json.Marshal(settings)
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "INSERT INTO wangge_meta (one, epoch, revision, recorded_at, settings) VALUES (1, ?, 0, ?, ?)",
			epoch, stamp(0), string(text))
		return err
	})
}

// appear makes a file by a temporary name beside it and gives it its name when it is on the disk.
func appear(path string, make func(temporary string) error) (err error) {
	defer func() {
		if err != nil {
			err = classify(context.Background(), "create "+path, err)
		}
	}()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = fs.ErrExist
		}
		return err
	}
	temporary := path + ".new-" + newEpoch()
	defer os.Remove(temporary)
	if err := make(temporary); err != nil {
		return err
	}
	if err := syncFile(temporary); err != nil {
		return err
	}
	if err := os.Link(temporary, path); errors.Is(err, fs.ErrExist) {
		return err
	} else if err != nil { // a file system without links
		if err := os.Rename(temporary, path); err != nil {
			return err
		}
	}
	return syncFile(filepath.Dir(path))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// migrate brings the schema to the newest state and installs the triggers.
func migrate(ctx context.Context, db *sql.DB) error {
	p, err := provider(db)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return install(ctx, c)
}

func provider(db *sql.DB) (*goose.Provider, error) {
	return goose.NewProvider(goose.DialectSQLite3, db, migrations.GeoPackage(), goose.WithTableName(versionTable),
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
}

// inspect checks, without changing it, that a file is a store that this program can use. old says that its schema is to be
// migrated. A file that is not there is layers.ErrNotFound, one that is something else layers.ErrInvalid.
func inspect(ctx context.Context, path string) (old bool, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("geopackage: open %s: %w", path, layers.ErrNotFound)
	}
	db, err := connect(path, "mode=rw&_query_only=1&_busy_timeout=2000", 1)
	if err != nil {
		return false, err
	}
	defer db.Close()
	var id int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		var broken sqlite3.Error
		if errors.As(err, &broken) && broken.Code == sqlite3.ErrNotADB {
			return false, fmt.Errorf("geopackage: open %s: %w: it is not a GeoPackage", path, layers.ErrInvalid)
		}
		return false, classify(ctx, "open "+path, err)
	}
	if id != applicationID {
		return false, fmt.Errorf("geopackage: open %s: %w: it is not a GeoPackage", path, layers.ErrInvalid)
	}
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name IN ('wangge_meta', ?)", versionTable).Scan(&tables); err != nil {
		return false, classify(ctx, "open "+path, err)
	}
	if tables != 2 {
		return false, fmt.Errorf("geopackage: open %s: %w: it is a GeoPackage, but not a wangge store; import its layers into one", path, layers.ErrInvalid)
	}
	var have int64
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versionTable).Scan(&have); err != nil {
		return false, classify(ctx, "open "+path, err)
	}
	p, err := provider(db)
	if err != nil {
		return false, err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	if have > newest {
		return false, fmt.Errorf("geopackage: open %s: %w: its schema %d is newer than this program's %d", path, layers.ErrInvalid, have, newest)
	}
	return have < newest, nil
}

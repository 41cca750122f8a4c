package postgis

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"wangge/layers"
	"wangge/migrations"
)

const (
	// schema holds everything of a store.
	schema = "wangge"
	// versionTable is where the migrations are listed.
	versionTable = schema + ".wangge_migrations"
	// migrationLock is the advisory lock of whoever migrates; any number that all versions of the program agree on.
	migrationLock = 0x77616e676501
	// connectLimit bounds the making of a connection.
	connectLimit = 2 * time.Second
)

// parse reads the URL of a database. The error does not hold the password.
func parse(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgis: %w: %w", layers.ErrInvalid, err)
	}
	limit(config)
	return config, nil
}

// limit keeps a connection from being waited for, or from being believed in after its network is gone.
func limit(config *pgx.ConnConfig) {
	if config.ConnectTimeout <= 0 || config.ConnectTimeout > connectLimit {
		config.ConnectTimeout = connectLimit
	}
	dialer := &net.Dialer{Timeout: connectLimit, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 3}}
	config.DialFunc = dialer.DialContext
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "wangge"
	}
}

// newEpoch returns 16 random hexadecimal digits.
func newEpoch() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand stops the process instead
	return hex.EncodeToString(b)
}

// Create makes a new store in a database that must not hold one (else the error is fs.ErrExist). The database is there
// already, with the right to make a schema in it, and with the postgis extension or the right to add it. An empty epoch is
// replaced by a random one.
func Create(ctx context.Context, url string, settings layers.Settings, epoch string) error {
	return create(ctx, url, func(tx pgx.Tx) error { return begin(ctx, tx, settings, epoch) })
}

// create migrates a database that holds no store, and calls fill in the transaction that makes it one.
func create(ctx context.Context, url string, fill func(pgx.Tx) error) (err error) {
	config, err := parse(url)
	if err != nil {
		return err
	}
	defer func() { err = classify(ctx, "create", err) }()
	return locked(ctx, config, func(c *pgx.Conn) error {
		have, err := inspect(ctx, c)
		if err != nil {
			return err
		}
		if have.filled {
			return fmt.Errorf("the database holds a wangge store: %w", fs.ErrExist)
		}
		if _, err := migrate(ctx, c, have); err != nil {
			return err
		}
		if err := registerShapes(ctx, c); err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, c, fill)
	})
}

// begin writes the one row that makes a database a store.
func begin(ctx context.Context, tx pgx.Tx, settings layers.Settings, epoch string) error {
	if epoch == "" {
		epoch = newEpoch()
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO wangge.wangge_meta (epoch, revision, recorded_at, settings) VALUES ($1, 0, $2, $3)",
		epoch, stamp(0), string(text))
	return err
}

// Migrate brings the schema of the store in a database to the newest state, and returns the names of the migrations that it
// applied, none if there was nothing to do. Another process that migrates meanwhile is waited for. A database without a
// store is layers.ErrNotFound, one that a newer program has migrated layers.ErrInvalid, and is not touched.
func Migrate(ctx context.Context, url string) (applied []string, err error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	err = locked(ctx, config, func(c *pgx.Conn) error {
		have, err := inspect(ctx, c)
		if err == nil {
			err = have.usable()
		}
		if err == nil {
			applied, err = migrate(ctx, c, have)
		}
		return err
	})
	return applied, classify(ctx, "migrate", err)
}

// locked calls do with a connection that holds the advisory lock of migrations. The lock ends with the connection, so that a
// process that is killed does not keep it.
func locked(ctx context.Context, config *pgx.ConnConfig, do func(*pgx.Conn) error) error {
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer hangUp(ctx, c)
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return err
	}
	return do(c)
}

// state is what a database holds.
type state struct {
	version, newest int64 // of the schema: there, and known to this program; 0 for no schema
	filled          bool  // there is a store
}

func (s state) old() bool { return s.version < s.newest }

// usable is an error unless the database holds a store that this program can use, perhaps after a migration.
func (s state) usable() error {
	if !s.filled {
		return fmt.Errorf("%w: the database holds no wangge store; make one with: wangge init", layers.ErrNotFound)
	}
	if s.version > s.newest {
		return fmt.Errorf("%w: its schema %d is newer than this program's %d", layers.ErrInvalid, s.version, s.newest)
	}
	return nil
}

// queryer is what a connection, a pool and a transaction have in common.
type queryer interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
}

// inspect looks at a database without changing it.
func inspect(ctx context.Context, c queryer) (s state, err error) {
	if s.newest, err = newest(); err != nil {
		return s, err
	}
	var listed, meta bool
	err = c.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL, to_regclass('wangge.wangge_meta') IS NOT NULL", versionTable).Scan(&listed, &meta)
	if err != nil {
		return s, err
	}
	if listed {
		if err := c.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versionTable).Scan(&s.version); err != nil {
			return s, err
		}
	}
	if meta {
		err = c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM wangge.wangge_meta)").Scan(&s.filled)
	}
	return s, err
}

// newest returns the number of the last migration that this program has.
func newest() (int64, error) {
	files, err := fs.Glob(migrations.PostGIS(), "*.sql")
	if err != nil {
		return 0, err
	}
	var last int64
	for _, name := range files {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		last = max(last, n)
	}
	return last, nil
}

// migrate applies what is missing, each migration in a transaction of its own; c holds the lock.
func migrate(ctx context.Context, c *pgx.Conn, have state) (applied []string, err error) {
	if have.version > have.newest {
		return nil, fmt.Errorf("%w: its schema %d is newer than this program's %d", layers.ErrInvalid, have.version, have.newest)
	}
	if !have.old() {
		return nil, nil
	}
	if _, err := c.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+schema); err != nil {
		return nil, err
	}
	path, err := searchPath(ctx, c)
	if err != nil {
		return nil, err
	}
	config := c.Config()
	config.DefaultQueryExecMode = pgx.QueryExecModeExec // nothing is prepared, because each migration changes what statements mean
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SELECT set_config('search_path', $1, false)", path)
		return err
	}))
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations.PostGIS(), goose.WithTableName(versionTable),
		goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, err
	}
	results, err := p.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	for _, r := range results {
		applied = append(applied, r.Source.Path)
	}
	return applied, nil
}

// searchPath names the schema in which the types and functions of PostGIS are: where the extension is, or will be made.
func searchPath(ctx context.Context, c *pgx.Conn) (path string, err error) {
	err = c.QueryRow(ctx, `SELECT coalesce((SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		WHERE e.extname = 'postgis'), 'public')`).Scan(&path)
	return path, err
}

package postgis

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"github.com/jackc/pgx/v5"
)

// sqlConnector opens connections for package database/sql, which the migrations are run by. It does what they need and no
// more: statements with plain arguments, rows of plain values, transactions.
type sqlConnector struct {
	config *pgx.ConnConfig
	path   string // the search path in which the migrations run
}

// Connect opens a connection.
func (c sqlConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, c.config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "SELECT set_config('search_path', $1, false)", c.path); err != nil {
		hangUp(ctx, conn)
		return nil, err
	}
	return sqlConn{conn}, nil
}

// Driver returns a driver that opens nothing by name.
func (c sqlConnector) Driver() driver.Driver { return sqlDriver{} }

type sqlDriver struct{}

func (sqlDriver) Open(string) (driver.Conn, error) {
	return nil, errors.New("postgis: connections are opened by the connector")
}

type sqlConn struct{ c *pgx.Conn }

func (s sqlConn) Close() error {
	hangUp(context.Background(), s.c)
	return nil
}

func (s sqlConn) Begin() (driver.Tx, error) {
	return s.BeginTx(context.Background(), driver.TxOptions{})
}

func (s sqlConn) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	tx, err := s.c.Begin(ctx)
	return sqlTx{tx}, err
}

func (s sqlConn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("postgis: migrations do not prepare statements")
}

func (s sqlConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	tag, err := s.c.Exec(ctx, query, plain(args)...)
	return driver.RowsAffected(tag.RowsAffected()), err
}

func (s sqlConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.c.Query(ctx, query, plain(args)...)
	return sqlRows{rows}, err
}

// plain puts the mode before the arguments: nothing is prepared, because each migration changes what statements mean.
func plain(args []driver.NamedValue) []any {
	out := []any{pgx.QueryExecModeExec}
	for _, a := range args {
		out = append(out, a.Value)
	}
	return out
}

// sqlTx ends its transaction; database/sql has no context for that.
type sqlTx struct{ tx pgx.Tx }

func (t sqlTx) Commit() error   { return t.tx.Commit(context.Background()) }
func (t sqlTx) Rollback() error { return t.tx.Rollback(context.Background()) }

type sqlRows struct{ rows pgx.Rows }

func (r sqlRows) Columns() []string {
	var names []string
	for _, f := range r.rows.FieldDescriptions() {
		names = append(names, f.Name)
	}
	return names
}

func (r sqlRows) Close() error {
	r.rows.Close()
	return r.rows.Err()
}

func (r sqlRows) Next(dest []driver.Value) error {
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	values, err := r.rows.Values()
	if err != nil {
		return err
	}
	for i := range dest {
		switch v := values[i].(type) {
		case int32:
			dest[i] = int64(v)
		default:
			dest[i] = v
		}
	}
	return nil
}

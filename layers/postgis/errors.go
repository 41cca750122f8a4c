package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"wangge/layers"
)

// classify wraps err with the operation. Whatever means that the database cannot be reached, is read-only, full or too slow
// becomes layers.ErrUnavailable; an ended context of the caller stays what it is.
func classify(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("postgis: %s: %w", doing, context.Cause(ctx))
	}
	var kind error
	for _, k := range []error{layers.ErrUnavailable, layers.ErrInvalid, layers.ErrNotFound} {
		if errors.Is(err, k) {
			kind = k
		}
	}
	if kind == nil && (unavailable(err) || lost(err)) {
		return fmt.Errorf("postgis: %s: %w: %w", doing, layers.ErrUnavailable, err)
	}
	return fmt.Errorf("postgis: %s: %w", doing, err)
}

// unavailable reports whether the server said that it cannot do it now. The codes are those of appendix A of PostgreSQL's
// manual.
func unavailable(err error) bool {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return false
	}
	switch said.Code[:min(2, len(said.Code))] {
	case "08", // connection
		"28", // who are you
		"40", // serialization, deadlock
		"53", // disk full, out of memory, too many connections
		"57", // shutting down, starting up, too slow
		"58", // I/O error
		"XX": // damaged
		return true
	}
	switch said.Code {
	case "25006", // read-only transaction
		"25P03",                   // was idle in a transaction for too long
		"42501",                   // may not write
		"55P03",                   // a lock took too long
		"3D000", "3F000", "42P01": // the database, the schema or a table is gone
		return true
	}
	return false
}

// lost reports whether the connection is lost or was never made, so that every other one may be lost too.
func lost(err error) bool {
	var network net.Error
	var connecting *pgconn.ConnectError
	var said *pgconn.PgError
	if errors.As(err, &said) && !errors.As(err, &connecting) {
		return strings.HasPrefix(said.Code, "57P") || strings.HasPrefix(said.Code, "08")
	}
	for _, one := range []error{context.DeadlineExceeded, os.ErrDeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, errClosed} {
		if errors.Is(err, one) {
			return true
		}
	}
	return errors.As(err, &network) || errors.As(err, &connecting) || pgconn.SafeToRetry(err) || pgconn.Timeout(err)
}

// passed is an error that is given back to the caller as it is: a *layers.Conflict, a *layers.Invalid or a kind.
type passed struct{ error }

func (p passed) Unwrap() error { return p.error }

// refused turns a broken constraint of a layer's table into the error of the edit that broke it, and leaves every other error
// as it is. A transaction checks versions, ids, codes and references before, so this is for what only the tables check.
func refused(err error) error {
	var said *pgconn.PgError
	if !errors.As(err, &said) || said.SchemaName != schema && said.Code[:min(2, len(said.Code))] != "22" {
		return err
	}
	l := layers.Layer(said.TableName)
	column := strings.TrimSuffix(strings.TrimPrefix(said.ConstraintName, said.TableName+"_"), "_check")
	if column == "" {
		column = said.ColumnName
	}
	switch said.Code {
	case "23505", "23P01": // unique, exclusion
		return passed{&layers.Conflict{Kind: layers.Exists, Layer: l, Detail: said.Detail}}
	case "23514": // check
		return passed{invalid(l, failingID(said.Detail), pointerOf(column), "constraint", said.Message)}
	case "23502": // not null
		return passed{invalid(l, failingID(said.Detail), pointerOf(said.ColumnName), "required", said.Message)}
	case "22021", "22P05": // a byte that is no text, such as NUL
		return passed{invalid(l, "", "", "encoding", said.Message)}
	}
	return err
}

// pointerOf returns the JSON Pointer of a column.
func pointerOf(column string) string {
	switch column {
	case "geom":
		return "/geometry"
	case "valid":
		return "/valid_to"
	}
	return "/" + column
}

// failingID reads the id, the first column of every layer, out of "Failing row contains (ID, …".
func failingID(detail string) string {
	_, row, _ := strings.Cut(detail, "(")
	id, _, _ := strings.Cut(row, ",")
	return id
}

func invalid(l layers.Layer, id, pointer, code, detail string) *layers.Invalid {
	return &layers.Invalid{Layer: l, ID: id, Issues: []layers.Issue{{Pointer: pointer, Code: code, Detail: detail}}}
}

// fileError marks an error about a file of this machine, which says nothing about the database.
func fileError(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return callerError{fmt.Errorf("postgis: %w", err)}
	}
	return err
}

package geopackage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/mattn/go-sqlite3"

	"wangge/layers"
)

// classify wraps err with the operation. Whatever means that the file cannot be reached, is locked, full, read-only or damaged
// becomes layers.ErrUnavailable; an ended context stays what it is.
func classify(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	var broken sqlite3.Error
	isSQL := errors.As(err, &broken)
	if ctx.Err() != nil && (!isSQL || broken.Code == sqlite3.ErrInterrupt || broken.Code == sqlite3.ErrBusy) {
		return fmt.Errorf("geopackage: %s: %w", doing, context.Cause(ctx))
	}
	if isSQL && unavailable(broken.Code) || errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("geopackage: %s: %w: %w", doing, layers.ErrUnavailable, err)
	}
	return fmt.Errorf("geopackage: %s: %w", doing, err)
}

func unavailable(code sqlite3.ErrNo) bool {
	switch code {
	case sqlite3.ErrPerm, sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrNomem, sqlite3.ErrReadonly, sqlite3.ErrInterrupt, sqlite3.ErrIoErr,
		sqlite3.ErrCorrupt, sqlite3.ErrFull, sqlite3.ErrCantOpen, sqlite3.ErrProtocol, sqlite3.ErrNotADB:
		return true
	}
	return false
}

// distrusts reports whether after the error nobody knows what the disk has kept.
func distrusts(err error) bool {
	var broken sqlite3.Error
	return errors.As(err, &broken) && (broken.Code == sqlite3.ErrIoErr || broken.Code == sqlite3.ErrCorrupt || broken.Code == sqlite3.ErrNotADB)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"wangge/layers"
)

// backupCmd is "wangge backup".
type backupCmd struct {
	atStore
	Out string `help:"The file to write, which must not exist." required:"" placeholder:"FILE" type:"path"`
}

// Help is the long help.
func (backupCmd) Help() string {
	return `Copies the store as of one revision, while it is in use or not: features, history, audit and tokens (their digests). Edits go on meanwhile. ` +
		`The file has a checksum over all of it, and can be restored into either kind of store. Do not copy the file of a store that is being ` +
		`served in any other way.

Examples:

    wangge backup --out backup-$(date +%F).wangge
    wangge backup --store postgres://wangge@db.example/district --out district.wangge`
}

// Run writes the backup.
func (c *backupCmd) Run(ctx context.Context, h *host) error {
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		position, err := store.Backup(ctx, c.Out)
		if errors.Is(err, fs.ErrExist) {
			return &failure{what: fmt.Sprintf("the file %s is there already", c.Out), kept: "that file, as it was", todo: "another name", cause: err}
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(h.out, "revision %s is backed up in %s\n", position, c.Out)
		return nil
	})
}

// restoreCmd is "wangge restore".
type restoreCmd struct {
	From  string `help:"The file that wangge backup wrote." required:"" placeholder:"FILE" type:"path"`
	Store string `help:"Where the restored store is to be: a GeoPackage file that does not exist, or a database without a store." required:"" placeholder:"FILE.gpkg|postgres://…"`
}

// Help is the long help.
func (restoreCmd) Help() string {
	return `Makes a new store with everything that the backup has. The backup is read and checked whole before anything is written, and a store that is ` +
		`there is never overwritten: move it away first. The restored store has an epoch of its own, so that servers and clients that followed the ` +
		`old one notice and load everything again.

Examples:

    wangge restore --from backup-2026-05-01.wangge --store district.gpkg
    wangge restore --from district.wangge --store postgres://wangge@db.example/district`
}

// Run restores.
func (c *restoreCmd) Run(ctx context.Context, h *host) error {
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	left, err := at.restore(ctx, filepath.Clean(c.From))
	if err != nil {
		return err
	}
	for _, q := range left {
		fmt.Fprintf(h.err, "not restored: %s row %s (%s): %s\n", q.Layer, q.Row, q.ID, q.Reason)
	}
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	p, err := readPresent(ctx, store)
	if err != nil {
		return err
	}
	fmt.Fprintf(h.out, "%s holds %d features as of revision %s\n", at, len(p.heads), p.Position)
	if len(p.broken) > 0 {
		fmt.Fprintf(h.err, "warning: %d rows of it cannot be read, as in the backup; wangge check names them\n", len(p.broken))
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wangge/layers"
)

// migrateCmd is "wangge migrate".
type migrateCmd struct {
	atStore
	DryRun bool `help:"Only say whether there is something to do; the exit code is 1 if so."`
}

// Help is the long help.
func (migrateCmd) Help() string {
	return `Brings the schema of a store to the newest state that this program knows. Migrations only go forward; one process migrates at a time, others ` +
		`wait for it. wangge serve does the same when it opens a store, so that this command is for doing it beforehand. A store that a newer ` +
		`program has migrated is never touched.

Examples:

    wangge backup --out before.wangge && wangge migrate
    wangge migrate --store postgres://wangge@db.example/district --dry-run`
}

// Run migrates.
func (c *migrateCmd) Run(ctx context.Context, h *host) error {
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: true})
	switch {
	case err == nil:
		closeStore(h, store)
		fmt.Fprintf(h.out, "%s: the schema is the newest this program knows, %d\n", at, at.newestSchema())
		return nil
	case !errors.Is(err, layers.ErrInvalid) || c.DryRun:
		return err
	}
	applied, err := at.migrate(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(h.out, "%s: migrated to schema %d %s\n", at, at.newestSchema(), strings.Join(applied, ", "))
	return nil
}

// newestSchema is the newest migration that this program has for the place's kind of store.
func (p place) newestSchema() int64 {
	if p.file != "" {
		return version().Schema["geopackage"]
	}
	return version().Schema["postgis"]
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"wangge/layers"
	"wangge/layers/geopackage"
	"wangge/layers/postgis"
)

// This is the only file that knows the stores; everything else has a layers.Store.

// open opens the store of the place.
func (p place) open(ctx context.Context, o layers.StoreOptions) (layers.Store, error) {
	var store layers.Store
	var err error
	if p.file != "" {
		store, err = geopackage.Open(p.file, o)
	} else {
		store, err = postgis.Open(ctx, p.url, o)
	}
	if err != nil {
		return nil, p.explainOpen(err) // and not a nil pointer in an interface
	}
	return store, nil
}

// explainOpen says why a store could not be opened.
func (p place) explainOpen(err error) error {
	switch {
	case errors.Is(err, layers.ErrNotFound) && p.file != "":
		return &failure{what: fmt.Sprintf("there is no store %s", p), todo: fmt.Sprintf("wangge init%s (--empty or --demo), or name another with --store", p.flag()), cause: err}
	case errors.Is(err, layers.ErrNotFound):
		return &failure{what: fmt.Sprintf("the database %s has no store yet", p), kept: "the database, as it was",
			todo: fmt.Sprintf("wangge init%s (--empty or --demo)", p.flag()), cause: err}
	case errors.Is(err, layers.ErrUnavailable) && p.url != "":
		return &failure{what: fmt.Sprintf("the database %s cannot be reached: %s", p, innermost(err)), kept: "everything, as it was",
			todo: "see that it runs, and that this machine and role may connect", cause: err}
	}
	return err
}

// create makes an empty store at the place, which must have none.
func (p place) create(ctx context.Context, settings layers.Settings) (err error) {
	if p.file != "" {
		err = geopackage.Create(p.file, settings, "")
	} else {
		err = postgis.Create(ctx, p.url, settings, "")
	}
	return p.explainNew(err)
}

// explainNew says why a store could not be made.
func (p place) explainNew(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return &failure{what: fmt.Sprintf("there is a store or a file %s already", p), kept: "what is there, as it was", todo: "another name, or move it away", cause: err}
	}
	return err
}

// migrate brings the schema of the store up to date, and names what was done where that is known.
func (p place) migrate(ctx context.Context) ([]string, error) {
	if p.file == "" {
		applied, err := postgis.Migrate(ctx, p.url)
		return applied, p.explainOpen(err)
	}
	store, err := geopackage.Open(p.file, layers.StoreOptions{}) // migrates
	if err != nil {
		return nil, p.explainOpen(err)
	}
	return nil, store.Close()
}

// restore makes a store at the place from a backup, and returns the rows that it could not take.
func (p place) restore(ctx context.Context, backup string) (left []layers.Quarantined, err error) {
	if p.file != "" {
		left, err = geopackage.Restore(backup, p.file)
	} else {
		left, err = postgis.Restore(ctx, backup, p.url)
	}
	if errors.Is(err, layers.ErrDamaged) {
		return nil, &failure{what: fmt.Sprintf("%s is damaged, or no backup: %s", backup, innermost(err)), kept: "nothing was made", todo: "another backup", cause: err}
	}
	return left, p.explainNew(err)
}

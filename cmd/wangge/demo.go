package main

import (
	"context"
	"errors"
	"fmt"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/source"
)

// ensureDemo makes the demo district at a place without a store, or finishes making it, and returns the secret of a token of the
// role; "" where the demo and its token were there already. Any other store is refused.
func ensureDemo(ctx context.Context, h *host, at place, role layers.Role) (secret string, err error) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		return "", err
	}
	store, err := at.open(ctx, layers.StoreOptions{Now: h.now})
	if errors.Is(err, layers.ErrNotFound) {
		if err := at.create(ctx, set.Settings); err != nil {
			return "", err
		}
		store, err = at.open(ctx, layers.StoreOptions{Now: h.now})
	}
	if err != nil {
		return "", err
	}
	defer closeStore(h, store)
	base, err := readBase(ctx, store)
	if err != nil {
		return "", err
	}
	if !base.Settings.Demo {
		return "", &failure{what: fmt.Sprintf("%s is a store with data of its own", at), kept: "that store, as it was", todo: "without --demo, or with another --store"}
	}
	if base.Position.Revision == 0 {
		if err := fill(ctx, h, store, set); err != nil {
			return "", err
		}
	}
	if len(base.Tokens) > 0 {
		return "", nil
	}
	_, secret, err = newToken(ctx, store, h.now(), layers.Token{Name: "demo", Role: role})
	return secret, err
}

// fill writes a data set into an empty store, in one transaction.
func fill(ctx context.Context, h *host, store layers.Store, set source.Dataset) error {
	tx := layers.Tx{Actor: actor(), At: h.now(), Kind: "init", Note: "the demo district"}
	for _, f := range set.Features {
		tx.Edits = append(tx.Edits, layers.Edit{Op: layers.Create, Layer: f.Layer(), ID: f.Head().ID, Feature: f})
	}
	bar := h.progress(fmt.Sprintf("writing %d features of the demo", len(tx.Edits)), -1, false)
	defer bar.end()
	_, err := store.Apply(ctx, tx)
	return err
}

// demoUnfinished reports whether the store of the place was to be the demo, but was left before it was filled.
func demoUnfinished(ctx context.Context, at place) bool {
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: true})
	if err != nil {
		return false // whoever opens it for use will say why
	}
	defer store.Close() // it was only read
	base, err := readBase(ctx, store)
	return err == nil && base.Settings.Demo && (base.Position.Revision == 0 || len(base.Tokens) == 0)
}

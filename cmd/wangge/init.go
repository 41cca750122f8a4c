package main

import (
	"cmp"
	"context"
	"fmt"

	"wangge/layers"
)

// initCmd is "wangge init".
type initCmd struct {
	atStore
	Empty bool   `help:"A store for any coverage: codes of any form, and towns only if you have some." xor:"what"`
	Demo  bool   `help:"With the demo district." xor:"what"`
	Name  string `help:"What the store is called for people." placeholder:"NAME"`
	Role  string `help:"The role of the token that is printed." default:"planner" placeholder:"ROLE"`
}

// Help is the long help.
func (initCmd) Help() string {
	return `Makes a store where there is none: a new GeoPackage file, or the tables in a PostGIS database that is there already (its role needs the right ` +
		`to create a schema, and the postgis extension or the right to add it). Without a flag it is the store of a district: no features yet, ` +
		`and the codes of towns, grids and communities are checked (<town>Z<nn> for grids).

A token for edits is printed, once.

Examples:

    wangge init --demo
    wangge init --store district.gpkg --name 金山区
    wangge init --store communes.gpkg --empty && wangge import grids communes.geojson --store communes.gpkg --crs wgs84 --name-field nom
    wangge init --store postgres://wangge@db.example/district`
}

// Run makes the store.
func (c *initCmd) Run(ctx context.Context, h *host) error {
	at, err := parsePlace(c.Store)
	if err != nil {
		return err
	}
	role, err := layers.ParseRole(c.Role)
	if err != nil {
		return usage("--role %s: want one of %v", c.Role, layers.Roles())
	}
	if c.Demo {
		if c.Name != "" {
			return usage("--name is not for the demo, which has one")
		}
		if err := demoAbsent(ctx, at); err != nil {
			return err
		}
		secret, err := ensureDemo(ctx, h, at, role)
		if err != nil {
			return err
		}
		fmt.Fprintf(h.out, "%s holds the demo district (invented data)\n", at)
		return c.next(h, at, secret, role)
	}
	settings := layers.Settings{Name: cmp.Or(c.Name, "district"), Codes: layers.CodesLocal}
	if c.Empty {
		settings = layers.Settings{Name: cmp.Or(c.Name, "coverage"), Codes: layers.CodesFree}
	}
	if err := at.create(ctx, settings); err != nil {
		return err
	}
	store, err := at.open(ctx, layers.StoreOptions{})
	if err != nil {
		return err
	}
	defer closeStore(h, store)
	_, secret, err := newToken(ctx, store, h.now(), layers.Token{Name: "init", Role: role})
	if err != nil {
		return err
	}
	fmt.Fprintf(h.out, "%s is a new store (%s), without features\n", at, settings.Name)
	return c.next(h, at, secret, role)
}

// next says what the store is for now.
func (c *initCmd) next(h *host, at place, secret string, role layers.Role) error {
	fmt.Fprintf(h.out, "token (%s, not shown again): %s\n", role, secret)
	if !c.Demo {
		fmt.Fprintf(h.out, "next: wangge import grids FILE --crs CRS%s\n", at.flag())
	}
	_, err := fmt.Fprintf(h.out, "then: wangge serve%s\n", at.flag())
	return err
}

// demoAbsent refuses a place that has a store.
func demoAbsent(ctx context.Context, at place) error {
	store, err := at.open(ctx, layers.StoreOptions{ReadOnly: true})
	if err != nil {
		return nil // none, or one that making it will complain about
	}
	_ = store.Close() // it was only looked at
	return &failure{what: fmt.Sprintf("there is a store %s already", at), kept: "that store, as it was", todo: "another name, or move it away"}
}

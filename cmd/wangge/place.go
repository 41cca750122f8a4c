package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// place is where a store is: a GeoPackage file, or a PostGIS database.
type place struct {
	file string // "" for a database
	url  string // "" for a file; may hold a password
}

// atStore is the flag of every command that works on a store.
type atStore struct {
	Store string `help:"The store: a GeoPackage file, or postgres://USER@HOST/DATABASE." default:"wangge.gpkg" placeholder:"FILE.gpkg|postgres://…"`
}

// parsePlace reads what --store says.
func parsePlace(s string) (place, error) {
	scheme, _, isURL := strings.Cut(s, "://")
	switch {
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		if _, err := url.Parse(s); err != nil {
			return place{}, usage("--store is not a well-formed address of a database (postgres://USER@HOST/DATABASE)") // it may hold a password
		}
		return place{url: s}, nil
	case isURL && scheme != "file":
		return place{}, usage("--store %s://…: want FILE.gpkg or postgres://USER@HOST/DATABASE", scheme)
	}
	file := filepath.Clean(strings.TrimPrefix(s, "file://"))
	if !strings.EqualFold(filepath.Ext(file), ".gpkg") {
		return place{}, usage("--store %s: the name of a store's file ends in .gpkg", file)
	}
	return place{file: file}, nil
}

// String names the place for people, without a password.
func (p place) String() string {
	if p.url == "" {
		return p.file
	}
	u, err := url.Parse(p.url)
	if err != nil {
		return "postgres://…"
	}
	if _, has := u.User.Password(); has {
		u.User = url.User(u.User.Username())
	}
	u.RawQuery = ""
	return u.String()
}

// missing reports whether the place is a file that is not there.
func (p place) missing() bool {
	if p.file == "" {
		return false
	}
	_, err := os.Stat(p.file)
	return os.IsNotExist(err)
}

// stateDir is where a server keeps what it needs beside the store, unless --state-dir says otherwise: next to a file, or in the
// current folder.
func (p place) stateDir() string {
	if p.file == "" {
		return "wangge.state"
	}
	return strings.TrimSuffix(p.file, filepath.Ext(p.file)) + ".state"
}

// key tells one place from another in the names of files that belong to it.
func (p place) key() string {
	name := p.String()
	if p.file != "" {
		if abs, err := filepath.Abs(p.file); err == nil {
			name = abs
		}
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:4])
}

// flag is the place as a flag, for a command line that people can copy: nothing for the default.
func (p place) flag() string {
	if p.file == "wangge.gpkg" {
		return ""
	}
	return fmt.Sprintf(" --store %s", p)
}

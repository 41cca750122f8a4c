package main

import (
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"wangge/migrations"
)

// versionCmd is "wangge version".
type versionCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

// build says which program this is.
type build struct {
	Module   string `json:"version"`
	Go       string `json:"go"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Platform string `json:"platform"`
	// Schema is the newest migration of each store.
	Schema map[string]int64 `json:"schema"`
}

// version reads what the compiler wrote into the program.
func version() build {
	b := build{Module: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Schema: map[string]int64{"geopackage": newestMigration(migrations.GeoPackage()), "postgis": newestMigration(migrations.PostGIS())}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Module = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// newestMigration is the number of the last file.
func newestMigration(files fs.FS) (newest int64) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return 0 // an embedded folder can always be read
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

// Run prints it.
func (c *versionCmd) Run(h *host) error {
	b := version()
	if c.JSON {
		return writeJSON(h.out, b)
	}
	fmt.Fprintf(h.out, "wangge %s\n", b.Module)
	fmt.Fprintf(h.out, "go       %s %s\n", b.Go, b.Platform)
	if b.Revision != "" {
		changed := ""
		if b.Modified {
			changed = ", with changes that are not committed"
		}
		fmt.Fprintf(h.out, "revision %s (%s%s)\n", b.Revision, b.Time, changed)
	}
	fmt.Fprintf(h.out, "schema   geopackage %d, postgis %d\n", b.Schema["geopackage"], b.Schema["postgis"])
	return nil
}

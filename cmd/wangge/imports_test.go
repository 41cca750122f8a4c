package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// everything stands for all packages of the module, and for any library.
const everything = "*"

// mayImport is the shape of wangge: what each package may import from this module, tests aside. Imports run against the flow
// of the data, geo ← layers ← routing ← api ← cmd, and no store knows another. A package that is not here, or an edge that is
// not, needs a line in this table and a reason in its commit.
func mayImport() map[string][]string {
	return map[string][]string{
		"geo":                   {},
		"layers":                {"geo", "layers/calendar"},
		"layers/calendar":       {},
		"layers/cds":            {"geo", "layers", "layers/calendar"},
		"layers/cql2":           {"geo", "layers"},
		"layers/mvt":            {"geo", "layers"},
		"layers/mvt/tileset":    {"geo", "layers", "layers/mvt"},      // tiles in a file, so that mvt itself needs no database
		"layers/source":         {"geo", "layers", "layers/calendar"}, // dates and days of the week of schedules
		"layers/wkb":            {"geo"},                              // the codec of the two stores
		"layers/postgis":        {"geo", "layers", "layers/wkb", "migrations"},
		"layers/postgis/pgtest": {}, // for tests
		"layers/geopackage":     {"geo", "layers", "layers/wkb", "migrations"},
		"layers/storetest":      {"geo", "layers", "layers/calendar", "data"}, // for tests
		"routing":               {"geo", "layers", "layers/calendar", "routing/duty", "routing/road"},
		"routing/duty":          {"geo", "layers", "layers/calendar"},
		"routing/impact":        {"geo", "layers", "layers/calendar", "routing/duty"},
		"routing/road":          {"geo", "layers", "layers/calendar"},
		"routing/rulecheck":     {"geo", "layers", "layers/calendar", "routing/duty"}, // apart from duty, which decides and checks nothing
		"api":                   {"geo", "layers", "layers/calendar", "layers/cds", "layers/cql2", "layers/mvt", "layers/source", "routing", "routing/duty", "routing/impact", "routing/road", "routing/rulecheck"},
		"api/client":            {},
		"cmd/demo":              {"geo", "layers", "layers/calendar"},
		"cmd/dev":               {},
		"cmd/torture":           {}, // drives the built program from outside
		"cmd/wangge":            {everything},
		"data":                  {},
		"data/realdata":         {}, // for tests
		"migrations":            {},
		"web":                   {},
	}
}

// forTests are packages that only tests import, whatever mayImport says.
func forTests() []string {
	return []string{"data/realdata", "layers/postgis/pgtest", "layers/storetest"}
}

// mayUse says where a library is used, so that each of them can be replaced in one place. The key is the beginning of the
// import path. Libraries that are not here may be used by any package that is not in standardOnly.
func mayUse() map[string][]string {
	return map[string][]string{
		"github.com/danielgtaylor/huma": {"api"},
		"github.com/jackc/pgx":          {"layers/postgis", "layers/postgis/pgtest"},
		"github.com/labstack/echo":      {"api"},
		"github.com/mattn/go-sqlite3":   {"layers/geopackage", "layers/source", "layers/mvt/tileset"}, // the store, files that people bring, MBTiles
		"github.com/pressly/goose":      {"layers/postgis", "layers/geopackage"},
		"github.com/tidwall/rtree":      {"geo"},
		"github.com/twpayne/go-geom":    {"layers/wkb"},
		"github.com/uber/h3-go":         {"geo"},
		"github.com/xuri/excelize":      {"layers/source"},
	}
}

// usesOnly are the packages that use no library but those listed, mostly none.
func usesOnly() map[string][]string {
	return map[string][]string{
		"api/client": {}, "cmd/dev": {}, "data": {}, "data/realdata": {}, "layers/calendar": {}, "migrations": {}, "web": {},
		"layers/storetest": {"github.com/paulmach/orb"},
	}
}

func TestImports(t *testing.T) {
	tree := os.DirFS("../..")
	packages, err := readImports(tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(packages["geo"]) == 0 || len(packages["cmd/dev"]) == 0 {
		t.Fatalf("found %d packages and no imports of geo or cmd/dev: the tree was not read", len(packages))
	}
	for _, problem := range wrongImports(packages) {
		t.Error(problem)
	}
}

func TestImportsFindsPlantedEdges(t *testing.T) {
	for name, c := range map[string]struct {
		file, source string
		want         string // "" when the file is fine
	}{
		"upward":               {"geo/a.go", `package geo; import _ "wangge/layers"`, "geo imports wangge/layers"},
		"a store from another": {"layers/geopackage/a.go", `package g; import _ "wangge/layers/postgis"`, "layers/geopackage imports wangge/layers/postgis"},
		"a store from api":     {"api/a.go", `package api; import _ "wangge/layers/postgis"`, "api imports wangge/layers/postgis"},
		"one that builds elsewhere": {"geo/a_windows.go", "//go:build ignore\n\npackage geo\n\nimport _ \"wangge/api\"\n",
			"geo imports wangge/api"},
		"a test helper":          {"cmd/wangge/a.go", `package main; import _ "wangge/layers/postgis/pgtest"`, "is for tests"},
		"a new package":          {"util/a.go", `package util`, "util is not in the table"},
		"the module's root":      {"a.go", `package wangge`, ". is not in the table"},
		"a library out of place": {"layers/a.go", `package layers; import _ "github.com/twpayne/go-geom/encoding/wkb"`, "layers imports github.com/twpayne/go-geom/encoding/wkb"},
		"another version of it":  {"routing/a.go", `package routing; import _ "github.com/labstack/echo/v5"`, "routing imports github.com/labstack/echo/v5"},
		"a library where none is": {"layers/calendar/a.go", `package calendar; import _ "github.com/paulmach/orb"`,
			"layers/calendar imports github.com/paulmach/orb"},
		"a library beside the one": {"layers/storetest/a.go", `package storetest; import _ "github.com/google/go-cmp/cmp"`,
			"the standard library only and github.com/paulmach/orb"},
		"the one library":           {"layers/storetest/a.go", `package storetest; import _ "github.com/paulmach/orb"`, ""},
		"cgo and standard library":  {"cmd/dev/a.go", `package main; import ("C"; _ "net/http")`, ""},
		"an edge of the table":      {"layers/a.go", `package layers; import (_ "wangge/geo"; _ "github.com/paulmach/orb")`, ""},
		"a library in its place":    {"layers/postgis/a.go", `package postgis; import _ "github.com/jackc/pgx/v5/pgxpool"`, ""},
		"a library of another name": {"layers/a.go", `package layers; import _ "github.com/tidwall/rtreelike"`, ""},
		"a test":                    {"geo/a_test.go", `package geo_test; import _ "wangge/layers/storetest"`, ""},
		"testdata":                  {"geo/testdata/a.go", `package x; import _ "wangge/api"`, ""},
		"node_modules":              {"web/node_modules/x/a.go", `package x`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			packages, err := readImports(fstest.MapFS{c.file: {Data: []byte(c.source)}})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(wrongImports(packages), "\n")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s: %q\ngot %q, want %q", c.file, c.source, got, c.want)
			}
		})
	}
}

// TestImportTableIsConsistent fails when a list names a package that the table does not have.
func TestImportTableIsConsistent(t *testing.T) {
	table := mayImport()
	check := func(list string, names []string) {
		for _, name := range names {
			if _, found := table[name]; !found && name != everything {
				t.Errorf("%s names %s, which has no line of its own", list, name)
			}
		}
	}
	for name, edges := range table {
		check("mayImport of "+name, edges)
	}
	for library, users := range mayUse() {
		check("mayUse of "+library, users)
	}
	for name := range usesOnly() {
		check("usesOnly", []string{name})
	}
	check("forTests", forTests())
}

// readImports returns the import paths of each package below tree, by folder. All files count, whatever system they are
// built for, except tests.
func readImports(tree fs.FS) (map[string][]string, error) {
	packages := map[string][]string{}
	err := fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if file != "." && (name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := path.Dir(file)
		imports := packages[folder]
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			imports = append(imports, imported)
		}
		packages[folder] = imports
		return nil
	})
	return packages, err
}

// wrongImports returns a line for each package and each import that the tables do not allow, in the order of the packages.
func wrongImports(packages map[string][]string) []string {
	var problems []string
	for name, imports := range packages {
		if _, known := mayImport()[name]; !known {
			problems = append(problems, fmt.Sprintf("package %s is not in the table of cmd/wangge/imports_test.go", name))
			continue
		}
		for _, imported := range imports {
			if reason := refuse(name, imported); reason != "" {
				problems = append(problems, fmt.Sprintf("%s imports %s: %s", name, imported, reason))
			}
		}
	}
	slices.Sort(problems)
	return slices.Compact(problems)
}

// refuse returns why a package may not import a path, "" when it may.
func refuse(name, imported string) string {
	if inner, ours := strings.CutPrefix(imported, "wangge/"); ours {
		edges := mayImport()[name]
		switch {
		case slices.Contains(forTests(), inner):
			return "that one is for tests"
		case !slices.Contains(edges, inner) && !slices.Contains(edges, everything):
			return "not an edge of the table"
		}
		return ""
	}
	if host, _, _ := strings.Cut(imported, "/"); !strings.Contains(host, ".") {
		return "" // the standard library, or C
	}
	inside := func(library string) bool { return imported == library || strings.HasPrefix(imported, library+"/") }
	if own, limited := usesOnly()[name]; limited && !slices.ContainsFunc(own, inside) {
		return "this package uses the standard library only" + strings.TrimSuffix(" and "+strings.Join(own, " and "), " and ")
	}
	for library, users := range mayUse() {
		if inside(library) && !slices.Contains(users, name) {
			return fmt.Sprintf("only %s may", strings.Join(users, " and "))
		}
	}
	return ""
}

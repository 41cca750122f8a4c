package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// concurrency returns where a Go file starts a goroutine or imports what goroutines share.
func concurrency(t *testing.T, name string, src any) (found []string) {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains([]string{"sync", "sync/atomic", "unsafe", "golang.org/x/sync/errgroup"}, path) {
			found = append(found, fmt.Sprintf("%s imports %s", files.Position(i.Pos()), path))
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok {
			found = append(found, fmt.Sprintf("%s starts a goroutine", files.Position(g.Pos())))
		}
		return true
	})
	return found
}

// TestSequential: what is tested without the race detector has nothing that it could find.
func TestSequential(t *testing.T) {
	for _, dir := range sequential {
		files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			read++
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range concurrency(t, name, src) {
				t.Errorf("%s is tested without the race detector, but %s", dir, found)
			}
		}
		if read == 0 {
			t.Errorf("%s has no Go file", dir)
		}
	}
	planted := "package p\nimport \"sync\"\nvar m sync.Mutex\nfunc f() { go f() }\n"
	if found := concurrency(t, "planted.go", planted); len(found) != 2 {
		t.Errorf("of a mutex and a goroutine these were found: %q", found)
	}
}

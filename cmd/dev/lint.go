package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// staticcheck is pinned here and not in go.mod: nothing that is built needs it.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

func (l launcher) lintSteps() []step {
	return []step{
		{group: "lint", title: "gofmt", limit: time.Minute, run: l.checkFormat},
		{group: "lint", title: "go vet", limit: 15 * time.Minute, run: func(ctx context.Context) error {
			return l.exec(ctx, ".", "go", "vet", "./...")
		}},
		{group: "lint", title: "staticcheck", limit: 15 * time.Minute, run: func(ctx context.Context) error {
			return l.exec(ctx, ".", "go", "run", staticcheck, "./...")
		}},
	}
}

// checkFormat fails when gofmt would change a file of ours, and names each.
func (l launcher) checkFormat(ctx context.Context) error {
	unformatted, err := unformatted(ctx, os.DirFS(l.root))
	if err != nil {
		return err
	}
	if len(unformatted) > 0 {
		return fmt.Errorf("run gofmt -w %s", strings.Join(unformatted, " "))
	}
	return nil
}

// unformatted returns the Go files below root that gofmt would change. Folders that Go ignores are left out, and the web
// application's packages, some of which have Go files.
func unformatted(ctx context.Context, root fs.FS) ([]string, error) {
	var files []string
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != "." && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(source)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !bytes.Equal(source, formatted) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// binary is where build puts wangge, from the root.
const binary = "bin/wangge"

// serve builds wangge and becomes `wangge serve`, so that signals and the exit code are the server's own. It returns only
// what went wrong before that.
func (l launcher) serve(ctx context.Context, args []string) error {
	if err := l.provide(ctx, buildNeeds()); err != nil {
		return err
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	if err := os.Chdir(l.root); err != nil {
		return err
	}
	argv := append([]string{"wangge", "serve"}, args...)
	return fmt.Errorf("start %s: %w", binary, syscall.Exec(filepath.Join(l.root, binary), argv, os.Environ()))
}

func (l launcher) buildOnly(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("build takes no arguments: %w", errUsage)
	}
	if err := l.provide(ctx, buildNeeds()); err != nil {
		return err
	}
	return l.build(ctx)
}

func (l launcher) build(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(l.root, binary)); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(l.stdout, "Building wangge. The first build takes one to two minutes, later ones seconds.")
	}
	return l.exec(ctx, ".", "go", "build", "-o", binary, "./cmd/wangge")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// launcher runs programs in the repository.
type launcher struct {
	root           string // the folder of go.mod
	stdout, stderr io.Writer
	env            []string // added to this process's own environment
}

func newLauncher(stdout, stderr io.Writer) (launcher, error) {
	dir, err := os.Getwd()
	if err != nil {
		return launcher{}, err
	}
	root, err := findRoot(dir)
	if err != nil {
		return launcher{}, err
	}
	return launcher{root: root, stdout: stdout, stderr: stderr, env: []string{"CGO_ENABLED=1"}}, nil
}

// findRoot returns the folder with this module's go.mod, dir or one above it.
func findRoot(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module wangge\n") {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not in the repository of wangge", dir)
		}
	}
}

// with returns a copy that adds variables to the environment of what it runs.
func (l launcher) with(env ...string) launcher {
	l.env = append(append([]string(nil), l.env...), env...)
	return l
}

// command prepares a program in a folder below the root. It gets a process group of its own: when ctx ends, all of the group
// is asked to stop and, ten seconds later, killed. It reads nothing from the terminal.
func (l launcher) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = filepath.Join(l.root, dir)
	cmd.Env = append(os.Environ(), l.env...)
	cmd.Stdout, cmd.Stderr = l.stdout, l.stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// exec runs a program to its end and passes its output on.
func (l launcher) exec(ctx context.Context, dir, name string, args ...string) error {
	return finish(ctx, l.command(ctx, dir, name, args...))
}

// finish starts cmd, waits for it, and leaves nothing of its group behind when ctx has ended.
func finish(ctx context.Context, cmd *exec.Cmd) error {
	err := cmd.Run()
	if cause := context.Cause(ctx); cause != nil && cmd.Process != nil {
		if kill := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); kill != nil && !errors.Is(kill, syscall.ESRCH) {
			cause = errors.Join(cause, kill)
		}
		return fmt.Errorf("%s: %w", filepath.Base(cmd.Path), cause)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
	}
	return nil
}

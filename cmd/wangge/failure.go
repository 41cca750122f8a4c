package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"wangge/geo"
	"wangge/layers"
)

// failure is what went wrong in the words of whoever has to deal with it: what happened, what was kept, what to do. The cause is
// for --log-level debug.
type failure struct {
	what, kept, todo string
	cause            error
}

func (f *failure) Error() string { return f.what }

func (f *failure) Unwrap() error { return f.cause }

// usageError says that the command line makes no sense.
type usageError struct{ what string }

func (e *usageError) Error() string { return e.what }

func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// exitWith ends a command with a code and no further word: all was said already.
type exitWith int

func (e exitWith) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// fail tells people what went wrong, if anything did, and returns the exit code. command is what kong calls it, such as
// "import <layer> <file>".
func (h *host) fail(command string, err error) int {
	name := "wangge"
	for _, word := range strings.Fields(command) {
		if strings.HasPrefix(word, "<") || strings.HasPrefix(word, "[") {
			break
		}
		name += " " + word
	}
	var code exitWith
	var bad *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &bad):
		fmt.Fprintf(h.err, "%s: %s\n  try    %s --help\n", name, bad.what, name)
		return exitUsage
	}
	f := explain(err)
	fmt.Fprintf(h.err, "%s: %s\n", name, f.what)
	if f.kept != "" {
		fmt.Fprintf(h.err, "  kept   %s\n", f.kept)
	}
	if f.todo != "" {
		fmt.Fprintf(h.err, "  try    %s\n", f.todo)
	}
	if h.log.debug {
		fmt.Fprintf(h.err, "  cause  %v\n", err)
	}
	return exitFailed
}

// commandOf finds the command in an error of kong's parser.
func commandOf(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		return parse.Context.Command()
	}
	return ""
}

// explain says an error of any kind in the words of a failure.
func explain(err error) *failure {
	var f *failure
	var bad *layers.Invalid
	var conflict *layers.Conflict
	var poisoned *layers.Poisoned
	nothing := "nothing was changed"
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return &failure{what: "stopped before it was done", kept: nothing, cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{what: "the store took too long to answer", kept: nothing, todo: "again, when it is less busy", cause: err}
	case errors.As(err, &conflict):
		return explainConflict(conflict)
	case errors.As(err, &poisoned):
		return &failure{what: poisoned.Error(), kept: nothing, todo: "wangge check names every row", cause: err}
	case errors.As(err, &bad):
		return &failure{what: bad.Error(), kept: nothing, cause: err}
	case errors.Is(err, syscall.ENOSPC):
		return &failure{what: "the disk is full", kept: "what was there before", todo: "make room, then again", cause: err}
	case errors.Is(err, layers.ErrUnavailable):
		return &failure{what: "the store cannot be reached, is locked, full or read-only: " + innermost(err), kept: nothing,
			todo: "see that the database is up, or that no other program holds the file", cause: err}
	case errors.Is(err, layers.ErrDamaged):
		return &failure{what: lastWords(err), kept: nothing, cause: err}
	case errors.Is(err, geo.ErrCRS):
		return &failure{what: lastWords(err), kept: nothing, cause: err}
	case errors.Is(err, fs.ErrPermission):
		return &failure{what: "permission denied: " + innermost(err), kept: nothing, cause: err}
	case errors.Is(err, fs.ErrNotExist):
		return &failure{what: "no such file: " + pathOf(err), kept: nothing, cause: err}
	case errors.Is(err, fs.ErrExist):
		return &failure{what: "the file is there already: " + pathOf(err), kept: "that file, as it was", todo: "another name", cause: err}
	}
	return &failure{what: lastWords(err), kept: nothing, cause: err}
}

func explainConflict(c *layers.Conflict) *failure {
	f := &failure{kept: "nothing was changed", cause: c}
	switch c.Kind {
	case layers.GuardMoved:
		f.what = fmt.Sprintf("%s changed while this was being prepared", c.Layer)
		f.todo = "the same command again: it then compares with what is there now"
	case layers.Retired:
		f.what = fmt.Sprintf("%s %s: %s; codes and ids are never given twice", c.Layer, c.ID, c.Detail)
		f.todo = "another code, or undo the import that took it away (wangge import --undo)"
	default:
		f.what = strings.TrimSpace(fmt.Sprintf("%s %s: %s %s", c.Layer, c.ID, c.Kind, c.Detail))
	}
	return f
}

// lastWords is an error's text without the names of packages and operations that wrapped it.
func lastWords(err error) string {
	s := err.Error()
	for _, prefix := range []string{"source: ", "geopackage: ", "postgis: ", "geo: ", "layers: ", "open ", "load: "} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}

// innermost is the text of the error at the end of the chain.
func innermost(err error) string {
	for {
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			if e.Unwrap() == nil {
				return err.Error()
			}
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			all := e.Unwrap()
			if len(all) == 0 {
				return err.Error()
			}
			err = all[len(all)-1]
		default:
			return err.Error()
		}
	}
}

// pathOf is the path that an error is about, or its text.
func pathOf(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path
	}
	return lastWords(err)
}

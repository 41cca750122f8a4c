// Command wangge serves the district's grids and keeps their store: one program for every task. "wangge help" explains.
//
// main.go parses and ends, config.go says where values come from, store.go and place.go choose the store; then a file for each
// subcommand. Standard output has the answer and nothing else; what is said beside it goes to standard error.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"wangge/geo"
	"wangge/layers"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // it could not be done, or a check found problems
	exitUsage  = 2 // the command line makes no sense
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Environ(), stdio{os.Stdin, os.Stdout, os.Stderr}))
}

// stdio is what a program reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the command line.
type cli struct {
	Config   string `help:"Read flags from this JSON file." placeholder:"FILE" type:"path"`
	LogLevel string `help:"Least severe messages that are logged: debug, info, warn or error. With debug a failure shows its whole chain." default:"info" enum:"debug,info,warn,error"`
	Decode   bool   `name:"gcj02" help:"Read and write GCJ-02 and BD-09; --no-gcj02 turns both off." default:"true" negatable:""`

	Serve   serveCmd   `cmd:"" help:"Serve the map, the API and the tiles."`
	Init    initCmd    `cmd:"" help:"Make a new store, empty or with the demo district."`
	Import  importCmd  `cmd:"" help:"Import a layer from a file, or undo an import."`
	Export  exportCmd  `cmd:"" help:"Write a layer to a file."`
	Locate  locateCmd  `cmd:"" help:"Find the grid and the unit of a position, or of a file of positions."`
	Replay  replayCmd  `cmd:"" help:"Give an answer again, byte for byte."`
	Check   checkCmd   `cmd:"" help:"Check a store: gaps, overlaps, orphans, references, unreadable rows."`
	Migrate migrateCmd `cmd:"" help:"Bring a store's schema up to date."`
	Token   tokenCmd   `cmd:"" help:"Create, list and revoke access tokens."`
	Backup  backupCmd  `cmd:"" help:"Copy a store, in use or not, to a file."`
	Restore restoreCmd `cmd:"" help:"Make a store from a backup."`
	Version versionCmd `cmd:"" help:"Say which program this is."`
	Help    helpCmd    `cmd:"" help:"Explain a command, or configuration."`
}

const description = `wangge (网格) answers which grid of the district a coordinate lies in and who is responsible there, and keeps the borders, ` +
	`kerbs and poles that the answers rest on.

Flags can also come from the environment (WANGGE_STORE for --store) or a file (--config); "wangge help config" explains. ` +
	`The exit code is 0 when all went well, 1 when something failed or a check found problems, 2 when the command line makes no sense.`

// host is what a command gets from outside.
type host struct {
	stdio
	log   logger
	now   func() time.Time
	conv  geo.Converter
	parse func(args ...string) int // runs another command line; for help
}

// actor is who edits by the command line.
func actor() layers.Actor { return layers.Actor{Name: "cli", Role: layers.Admin} }

// run is the whole program; main calls it, and so do the tests. It returns the exit code.
func run(ctx context.Context, args, env []string, std stdio) int {
	h := &host{stdio: std, now: time.Now}
	h.parse = func(args ...string) int { return run(ctx, args, env, std) }
	settings, err := readSettings(args, env)
	if err != nil {
		return h.fail("", &usageError{err.Error()})
	}
	var c cli
	ended := false // by --help, after which kong goes on parsing
	parser, err := kong.New(&c, kong.Name("wangge"), kong.Description(description), kong.Writers(std.out, std.err),
		kong.Exit(func(int) { ended = true }), kong.Resolvers(settings), kong.Vars{"version": version().Module},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 110}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(h))
	if err != nil {
		return h.fail("", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if ended {
		return exitOK
	}
	if err != nil {
		return h.fail(commandOf(err), &usageError{err.Error()})
	}
	h.log = newLogger(std.err, c.LogLevel)
	h.conv = geo.NewConverter(geo.Options{DisableGCJ: !c.Decode})
	return h.fail(parsed.Command(), parsed.Run())
}

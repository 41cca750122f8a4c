// Command dev is the launcher behind the Makefile: it installs what the machine lacks, then runs or tests wangge.
//
//	go run ./cmd/dev run [ARGUMENT…]    serve the demo district on http://127.0.0.1:8080
//	go run ./cmd/dev test [FLAG…]       check, build and test everything, on both stores and in a browser
//	go run ./cmd/dev help               the rest
//
// It uses the standard library only and needs neither cgo nor make, so that it works on a machine with Go alone. Linux with
// apt is set up without a question; elsewhere it says what to install. It works from any folder of the repository.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(exitCode(err))
	}
}

// errUsage marks a command line that cannot be understood.
var errUsage = errors.New("try: go run ./cmd/dev help")

func exitCode(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

// command is one word after `go run ./cmd/dev`, and the Makefile's target of the same name.
type command struct {
	name, summary string
	run           func(l launcher, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"run", "serve the demo district on http://127.0.0.1:8080 (arguments go to wangge serve)", launcher.serve},
		{"test", "all checks and tests: " + testUsage, launcher.test},
		{"build", "build bin/wangge", launcher.buildOnly},
		{"bench", "run the benchmarks (arguments go to go test)", launcher.bench},
		{"bench-lookup", "measure lookups here and in other libraries, and print a table (arguments: sizes, 37,1000,20000)", launcher.benchLookup},
		{"bench-tiles", "measure tiles beside ST_AsMVT and under 200 requests a second, and print tables", launcher.benchTiles},
		{"oracle", "hold the locator against an exact oracle in full, half an hour (arguments go to the test)", launcher.oracle},
		{"golden", "write again what is generated and committed (demo data, golden files, API document and types); review the difference", launcher.golden},
		{"web", "install the web application's packages and build web/dist again", launcher.web},
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return help(stdout)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			l, err := newLauncher(stdout, stderr)
			if err != nil {
				return err
			}
			return c.run(l, ctx, args[1:])
		}
	}
	return fmt.Errorf("unknown command %q: %w", args[0], errUsage)
}

func help(w io.Writer) error {
	text := "The commands, each also a target of make:\n\n"
	for _, c := range commands() {
		text += fmt.Sprintf("  make %-12s go run ./cmd/dev %-12s %s\n", c.name, c.name, c.summary)
	}
	text += "\nWith make, pass arguments as ARGS: make run ARGS=\"--listen 127.0.0.1:9000\"\n"
	_, err := io.WriteString(w, text)
	return err
}

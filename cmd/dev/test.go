package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"
)

const testUsage = "-short, -only lint|web|go, -run REGEXP, -count N, packages"

// testFlags are the flags of `test`.
type testFlags struct {
	only     string // one group of steps; "" is all
	short    bool
	run      string
	count    int
	packages []string
}

func parseTestFlags(args []string) (testFlags, error) {
	var f testFlags
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.only, "only", "", "")
	set.BoolVar(&f.short, "short", false, "")
	set.StringVar(&f.run, "run", "", "")
	set.IntVar(&f.count, "count", 0, "")
	if err := set.Parse(args); err != nil {
		return testFlags{}, fmt.Errorf("test takes %s: %w", testUsage, errUsage)
	}
	if !slices.Contains([]string{"", "lint", "web", "go"}, f.only) {
		return testFlags{}, fmt.Errorf("-only is lint, web or go, not %q: %w", f.only, errUsage)
	}
	f.packages = set.Args()
	if len(f.packages) == 0 {
		f.packages = []string{"./..."}
	}
	return f, nil
}

// test checks, builds and tests everything. Whatever would be skipped for want of a database or a browser fails instead,
// because WANGGE_REQUIRE=all.
func (l launcher) test(ctx context.Context, args []string) error {
	f, err := parseTestFlags(args)
	if err != nil {
		return err
	}
	steps := slices.DeleteFunc(slices.Concat(l.lintSteps(), l.webSteps(), l.goSteps(f)), func(s step) bool {
		return f.only != "" && s.group != f.only
	})
	start := time.Now()
	if err := l.provideFor(ctx, f.only); err != nil {
		return err
	}
	fmt.Fprintf(l.stdout, "The machine has what the tests need (checked or installed in %.1f s).\n", time.Since(start).Seconds())
	return summarize(l.stdout, runSteps(ctx, l.stdout, steps))
}

// provideFor installs what a group of steps needs, or all groups for "". Node is only checked: systems ship it too old.
func (l launcher) provideFor(ctx context.Context, group string) error {
	if group == "" || group == "web" {
		if err := checkNode(ctx); err != nil {
			return err
		}
	}
	switch group {
	case "web":
		return nil
	case "lint":
		return l.provide(ctx, buildNeeds())
	}
	return l.provide(ctx, testNeeds())
}

func (l launcher) goSteps(f testFlags) []step {
	return []step{{group: "go", title: "go test -race, both stores", limit: 60 * time.Minute, run: func(ctx context.Context) error {
		return l.withPostGIS(ctx, func(l launcher) error { return l.with("WANGGE_REQUIRE=all").goTest(ctx, f) })
	}}}
}

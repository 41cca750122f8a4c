package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

const testUsage = "-short, -only lint|web|go, -run REGEXP, -count N, packages"

// testFlags are the flags of `test`.
type testFlags struct {
	only     string // one group of steps; "" is all
	short    bool
	race     bool
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

// torture is the package that drives the built program under load and kills it. It runs alone, so that nothing else takes the
// machine's time from what it measures.
const torture = "./cmd/torture"

// goSteps runs the packages that were named, or all of them: first those in which goroutines meet, under the race detector, then
// the others, then torture.
func (l launcher) goSteps(f testFlags) []step {
	suite := func(title string, race bool, packages func(context.Context) ([]string, error)) step {
		return step{group: "go", title: title, limit: 60 * time.Minute, run: func(ctx context.Context) error {
			list, err := packages(ctx)
			if err != nil {
				return err
			}
			f := f
			f.race, f.packages = race, list
			return l.withPostGIS(ctx, func(l launcher) error { return l.with("WANGGE_REQUIRE=all").goTest(ctx, f) })
		}}
	}
	fixed := func(list ...string) func(context.Context) ([]string, error) {
		return func(context.Context) ([]string, error) { return list, nil }
	}
	const raced = "go test -race, both stores"
	switch {
	case len(f.packages) > 0:
		return []step{suite(raced, true, fixed(f.packages...))}
	case f.run != "": // a choice of tests need not have one in each suite
		return []step{suite(raced, true, fixed("./..."))}
	}
	return []step{
		suite(raced, true, l.racedPackages),
		suite("go test of what has no goroutines", false, fixed(sequential...)),
		suite("the built program under attack", true, fixed(torture)),
	}
}

// sequential are the packages that start no goroutine and share nothing that changes, so that the race detector has nothing to
// find in them (TestSequential); callers at the same time are raced in the tests of api. The slowest is the first.
var sequential = []string{
	"./web", "./layers/source", "./layers/cds", "./cmd/demo", "./data", "./layers/cql2", "./layers/calendar", "./layers/wkb",
	"./routing/duty", "./routing/rulecheck", "./routing/impact", "./data/realdata",
}

// slowest are the packages whose tests take longest. They begin first, so that none of them runs alone at the end.
var slowest = []string{"wangge/api", "wangge/cmd/wangge", "wangge/layers/postgis", "wangge/layers/mvt"}

// racedPackages lists the module's packages without torture and without those that are sequential, the slowest first.
func (l launcher) racedPackages(ctx context.Context) ([]string, error) {
	cmd := l.command(ctx, ".", "go", "list", "./...")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := finish(ctx, cmd); err != nil {
		return nil, err
	}
	others := append([]string{torture}, sequential...)
	all := slices.DeleteFunc(strings.Fields(out.String()), func(p string) bool {
		return slices.Contains(others, "."+strings.TrimPrefix(p, "wangge"))
	})
	rank := func(p string) int {
		if i := slices.Index(slowest, p); i >= 0 {
			return i
		}
		return len(slowest)
	}
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return all, nil
}

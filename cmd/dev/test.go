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

// goSteps runs the packages that were named, or all of them: first what goroutines meet in, under the race detector, then the others,
// then torture.
func (l launcher) goSteps(f testFlags) []step {
	suite := func(title string, race bool, run string, packages func(context.Context) ([]string, error)) step {
		return step{group: "go", title: title, limit: 60 * time.Minute, run: func(ctx context.Context) error {
			list, err := packages(ctx)
			if err != nil {
				return err
			}
			f := f
			f.race, f.packages, f.run = race, list, cmp.Or(f.run, run)
			return l.withPostGIS(ctx, func(l launcher) error { return l.with("WANGGE_REQUIRE=all").goTest(ctx, f) })
		}}
	}
	fixed := func(list ...string) func(context.Context) ([]string, error) {
		return func(context.Context) ([]string, error) { return list, nil }
	}
	const raced = "go test -race, both stores"
	switch {
	case len(f.packages) > 0:
		return []step{suite(raced, true, "", fixed(f.packages...))}
	case f.run != "": // a choice of tests need not have one in each suite
		return []step{suite(raced, true, "", fixed("./..."))}
	}
	return []step{
		suite(raced, true, "", l.racedPackages),
		suite("go test -race where requests meet", true, meeting, fixed(partly...)),
		suite("go test, both stores", false, "", fixed(slices.Concat(sequential[:1], partly, sequential[1:])...)),
		suite("the built program under attack", true, "", fixed(torture)),
	}
}

// partly are the packages of which the race detector sees the tests where goroutines meet alone (meeting): they have many others, of one
// request after the other, in which it finds nothing and which take four times as long under it. All of them run without it.
var partly = []string{"./api", "./cmd/wangge"}

// meeting names those tests.
const meeting = `AtOnce|Contended|Collide|While|Stream|Stop|Slow|Away|Feed|Events|Memory|Batch|Binary|Serve|LocatePoints|Progress|Resumes|Backup|Lead|Published|Cached|ReplayAfterAnEdit|RulesAreChecked|Impact`

// sequential are the packages that start no goroutine and share nothing that changes, so that the race detector has nothing to
// find in them (TestSequential); callers at the same time are raced in the tests of api. The slowest is the first.
var sequential = []string{
	"./web", "./layers/source", "./layers/cds", "./cmd/demo", "./data", "./layers/cql2", "./layers/calendar", "./layers/wkb",
	"./routing/duty", "./routing/rulecheck", "./routing/impact", "./data/realdata",
}

// slowest are the packages whose tests take longest. They begin first, so that none of them runs alone at the end.
var slowest = []string{"wangge/layers/postgis", "wangge/layers/mvt", "wangge/geo"}

// racedPackages lists the module's packages without torture, those that are sequential and those that are raced in part, the slowest first.
func (l launcher) racedPackages(ctx context.Context) ([]string, error) {
	cmd := l.command(ctx, ".", "go", "list", "./...")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := finish(ctx, cmd); err != nil {
		return nil, err
	}
	others := slices.Concat([]string{torture}, sequential, partly)
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

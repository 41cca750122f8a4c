package main

import (
	"context"
	"fmt"
)

// bench runs every benchmark, without the tests; their SQL baselines get the same private PostGIS as the tests.
func (l launcher) bench(ctx context.Context, args []string) error {
	if err := l.provide(ctx, testNeeds()); err != nil {
		return err
	}
	return l.withPostGIS(ctx, func(l launcher) error {
		return l.exec(ctx, ".", "go", append([]string{"test", "-run", "^$", "-bench", ".", "-timeout", "60m", "./..."}, args...)...)
	})
}

// benchLookup prints how long lookups take beside those of other libraries, for coverages of so many areas.
func (l launcher) benchLookup(ctx context.Context, args []string) error {
	sizes := "37,1000,20000"
	switch {
	case len(args) > 1:
		return fmt.Errorf("bench-lookup takes sizes with commas: %w", errUsage)
	case len(args) == 1:
		sizes = args[0]
	}
	if err := l.provide(ctx, buildNeeds()); err != nil {
		return err
	}
	return l.exec(ctx, ".", "go", "test", "./geo", "-count=1", "-v", "-timeout", "60m", "-run", "^TestLookupTable$", "-args", "-lookup-table", sizes)
}

// benchTiles prints how long tiles take beside ST_AsMVT, and how they are served under load.
func (l launcher) benchTiles(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("bench-tiles takes no arguments: %w", errUsage)
	}
	if err := l.provide(ctx, testNeeds()); err != nil {
		return err
	}
	return l.withPostGIS(ctx, func(l launcher) error {
		return l.exec(ctx, ".", "go", "test", "./api", "-count=1", "-v", "-timeout", "60m", "-run", "^TestTileTable$", "-args", "-tile-table")
	})
}

// oracle runs the proof of the locator in full. Later flags win, so args may ask for less.
func (l launcher) oracle(ctx context.Context, args []string) error {
	if err := l.provide(ctx, buildNeeds()); err != nil {
		return err
	}
	return l.exec(ctx, ".", "go", append(oracleArgs(), args...)...)
}

func oracleArgs() []string {
	return []string{"test", "./geo", "-v", "-timeout", "8h", "-run", "^Test(Oracle|Shuffles|PlantedKinds|Mutant.*)$", "-args",
		"-n", "10000000", "-adv", "1000000", "-shuffles", "1000", "-shuffled", "100000", "-whole"}
}

// golden renews everything that is generated and committed, in the order in which one is made from another: the demo district,
// the expected files of tests, the document of the API and the types of the web application. What the web application is built
// into is the business of web.
func (l launcher) golden(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("golden takes no arguments: %w", errUsage)
	}
	if err := checkNode(ctx); err != nil {
		return err
	}
	if err := l.provide(ctx, buildNeeds()); err != nil {
		return err
	}
	if err := l.npmInstall(ctx); err != nil {
		return err
	}
	for _, c := range generators() {
		fmt.Fprintf(l.stdout, "\n== %s\n", c.makes)
		if err := l.exec(ctx, c.folder, c.words[0], c.words[1:]...); err != nil {
			return fmt.Errorf("%s: %w", c.makes, err)
		}
	}
	return nil
}

// generator is a command that writes files which are committed.
type generator struct {
	makes  string
	folder string // in which it runs
	words  []string
}

func generators() []generator {
	return []generator{
		{"data", ".", []string{"go", "run", "./cmd/demo"}},
		{"geo/testdata, of the real data that is there", ".", []string{"go", "test", "-count=1", "./geo", "-run", "^TestGoldenReports$", "-update"}},
		{"layers/mvt/testdata and layers/source/testdata", ".", []string{"go", "test", "-count=1", "./layers/mvt", "./layers/source", "-update"}},
		{"web/test/golden", ".", []string{"go", "test", "-count=1", "./web", "-run", "^TestGoldenBatch$", "-update"}},
		{"web/openapi.json", ".", []string{"go", "test", "-count=1", "./api", "-run", "^TestDocumentOfTheWebApplication$", "-update"}},
		{"web/src/api/types.gen.ts", "web", []string{"npm", "run", "--silent", "gen-api"}},
	}
}

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

// golden writes the expected files of the tests that keep such again.
func (l launcher) golden(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("golden takes no arguments: %w", errUsage)
	}
	if err := l.provide(ctx, buildNeeds()); err != nil {
		return err
	}
	return l.exec(ctx, ".", "go", "test", "./layers/mvt", "-update")
}

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// step is one part of `test`.
type step struct {
	group string // lint, web or go; the word of -only
	title string
	gate  bool          // when it fails, the rest of its group is not run
	limit time.Duration // of the step's time
	run   func(ctx context.Context) error
}

// result is how a step ended. A step that did not run has failed.
type result struct {
	step step
	err  error
	ran  bool
	took time.Duration
}

// runSteps runs the steps in their order, each with its title and its end printed, and goes on after a failure. It stops when
// ctx ends.
func runSteps(ctx context.Context, w io.Writer, steps []step) []result {
	var results []result
	closed := map[string]bool{}
	for _, s := range steps {
		r := result{step: s}
		switch {
		case ctx.Err() != nil:
			r.err = context.Cause(ctx)
		case closed[s.group]:
			r.err = fmt.Errorf("not run: an earlier step of %s failed", s.group)
		default:
			r = runStep(ctx, w, s)
		}
		if r.err != nil && s.gate {
			closed[s.group] = true
		}
		results = append(results, r)
	}
	return results
}

func runStep(ctx context.Context, w io.Writer, s step) result {
	fmt.Fprintf(w, "\n== %s: %s\n", s.group, s.title)
	ctx, cancel := context.WithTimeoutCause(ctx, s.limit, fmt.Errorf("took longer than %v", s.limit))
	defer cancel()
	start := time.Now()
	r := result{step: s, ran: true, err: s.run(ctx), took: time.Since(start)}
	if r.err != nil {
		fmt.Fprintf(w, "FAILED: %v\n", r.err)
	}
	return r
}

// summarize prints a table of the steps and returns an error when one failed.
func summarize(w io.Writer, results []result) error {
	fmt.Fprintln(w, "\n== summary")
	var total time.Duration
	var failed []string
	for _, r := range results {
		word := "ok"
		if r.err != nil {
			word = "FAILED"
			failed = append(failed, r.step.title)
		}
		if !r.ran {
			word = "NOT RUN"
		}
		fmt.Fprintf(w, "%-8s %-5s %-32s %8.1f s\n", word, r.step.group, r.step.title, r.took.Seconds())
		total += r.took
	}
	fmt.Fprintf(w, "%-8s %-5s %-32s %8.1f s\n", "", "", "all", total.Seconds())
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d steps failed: %s", len(failed), len(results), strings.Join(failed, ", "))
	}
	return nil
}

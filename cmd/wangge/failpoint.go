//go:build failpoint

package main

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"wangge/layers"
)

// failpoint returns a step function that kills this process the n-th time a transaction has done the step that
// WANGGE_FAILPOINT names as "step:n". It is built into the program for cmd/torture alone.
func failpoint() layers.Step {
	name, count, ok := strings.Cut(os.Getenv("WANGGE_FAILPOINT"), ":")
	left, err := strconv.ParseInt(count, 10, 64)
	if !ok || err != nil {
		return nil
	}
	var done atomic.Int64
	return func(step string) {
		if step == name && done.Add(1) == left {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	}
}

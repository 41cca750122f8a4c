//go:build !failpoint

package main

import "wangge/layers"

// failpoint is nil in a program that people use.
func failpoint() layers.Step { return nil }

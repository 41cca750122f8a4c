//go:build !linux

package main

import "syscall"

// dieWithParent does nothing: only Linux has a signal on the parent's death.
func dieWithParent(*syscall.SysProcAttr) {}

package main

import "syscall"

// dieWithParent makes the kernel send an immediate stop to the child when the thread that started it ends.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

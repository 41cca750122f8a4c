//go:build !linux

package pgtest

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent does nothing: only Linux has a signal on the parent's death. A killed test leaves its server running here.
func dieWithParent(*syscall.SysProcAttr) {}

// childrenOf returns the processes whose parent is pid, from ps.
func childrenOf(pid int) ([]int, error) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return nil, fmt.Errorf("pgtest: list processes: %w", err)
	}
	var children []int
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[1] != strconv.Itoa(pid) {
			continue
		}
		if child, err := strconv.Atoi(fields[0]); err == nil {
			children = append(children, child)
		}
	}
	return children, nil
}

func stateOf(pid int) byte {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	if text := strings.TrimSpace(string(out)); err == nil && text != "" {
		return text[0]
	}
	return 'X'
}

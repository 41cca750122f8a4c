package pgtest

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// dieWithParent makes the kernel send an immediate stop to the child when the thread that started it ends.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

// childrenOf returns the processes whose parent is pid, from /proc, which a small system has where it has no ps.
func childrenOf(pid int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("pgtest: list processes: %w", err)
	}
	var children []int
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if _, parent := readStat(child); parent == pid {
			children = append(children, child)
		}
	}
	return children, nil
}

func stateOf(pid int) byte {
	state, _ := readStat(pid)
	return state
}

// readStat returns the state letter and the parent of a process; X and 0 when there is none (proc(5), /proc/pid/stat).
func readStat(pid int) (state byte, parent int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 'X', 0
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:]) // the name before may hold spaces and brackets
	if len(fields) < 2 {
		return 'X', 0
	}
	parent, err = strconv.Atoi(string(fields[1]))
	if err != nil {
		return 'X', 0
	}
	return fields[0][0], parent
}

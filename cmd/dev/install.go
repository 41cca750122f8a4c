package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// host is what installing depends on.
type host struct {
	goos string
	root bool
	look func(program string) bool // is it in PATH?
}

func thisHost() host {
	return host{goos: runtime.GOOS, root: os.Geteuid() == 0, look: func(p string) bool { return inPath(p) }}
}

// provide installs what is missing, or says how the user can.
func (l launcher) provide(ctx context.Context, needs []need) error {
	missing := absent(ctx, needs)
	if len(missing) == 0 {
		return nil
	}
	commands, err := thisHost().installCommands(missing)
	if err != nil {
		return err
	}
	fmt.Fprintf(l.stdout, "Installing %s.\n", names(missing))
	for _, c := range commands {
		cmd := exec.CommandContext(ctx, c[0], c[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, l.stdout, l.stderr // sudo may ask for a password
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(c, " "), err)
		}
	}
	if still := absent(ctx, missing); len(still) > 0 {
		return fmt.Errorf("installed %s, but cannot find %s", names(missing), names(still))
	}
	return nil
}

func absent(ctx context.Context, needs []need) []need {
	var missing []need
	for _, n := range needs {
		if !n.present(ctx) {
			missing = append(missing, n)
		}
	}
	return missing
}

func names(needs []need) string {
	var s []string
	for _, n := range needs {
		s = append(s, n.name)
	}
	return strings.Join(s, ", ")
}

// installCommands returns the commands that install the packages of the needs. The error says what the user has to type
// where this program cannot: without apt, or without the right to use it.
func (h host) installCommands(missing []need) ([][]string, error) {
	if h.goos == "darwin" {
		var lines []string
		for _, n := range missing {
			lines = append(lines, "  brew install "+n.brew)
		}
		return nil, fmt.Errorf("missing: %s. Install with\n%s", names(missing), strings.Join(lines, "\n"))
	}
	if !h.look("apt-get") {
		return nil, fmt.Errorf("missing: %s, and there is no apt-get to install it with", names(missing))
	}
	commands := aptCommands(missing)
	switch {
	case h.root:
		return commands, nil
	case h.look("sudo"):
		for i, c := range commands {
			commands[i] = append([]string{"sudo"}, c...)
		}
		return commands, nil
	}
	return nil, fmt.Errorf("missing: %s, and neither root nor sudo to install it with. As root:\n  apt-get update\n  %s",
		names(missing), strings.Join(commands[len(commands)-1], " "))
}

// aptCommands returns the commands for root on Debian and Ubuntu.
func aptCommands(missing []need) [][]string {
	apt := func(args ...string) []string {
		return append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"}, args...)
	}
	var commands [][]string
	packages := []string{"install", "-y", "--no-install-recommends"}
	for _, n := range missing {
		packages = append(packages, n.apt...)
		if n.name == needPostGIS {
			commands = append(commands, keepPostgresFromStarting())
		}
	}
	return append(commands, apt("update"), apt(packages...))
}

// keepPostgresFromStarting stops Debian's first installation of PostgreSQL from starting a server for everyone. Settings
// that are there already are left alone.
func keepPostgresFromStarting() []string {
	const script = `test -e "$1/createcluster.conf" || { mkdir -p "$1" && printf '%s' "$2" >"$1/createcluster.conf"; }`
	const text = `# Written before the tests of wangge installed PostgreSQL: they start a private server of their own, so the packages need
# not start one on port 5432. Remove the next line to get that one with the next new version.
create_main_cluster = false
`
	return []string{"sh", "-c", script, "sh", "/etc/postgresql-common", text}
}

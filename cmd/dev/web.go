package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// webSteps checks the web application with the scripts of web/package.json. check-dist builds it into a temporary folder and
// compares the bytes with web/dist, which is committed so that wangge builds with Go alone.
func (l launcher) webSteps() []step {
	script := func(title, name string) step {
		return step{group: "web", title: title, limit: 10 * time.Minute, run: func(ctx context.Context) error {
			return l.exec(ctx, "web", "npm", "run", "--silent", name)
		}}
	}
	return []step{
		{group: "web", title: "npm ci", gate: true, limit: 10 * time.Minute, run: l.npmInstall},
		script("types", "typecheck"),
		script("unit tests", "test"),
		script("web/dist is what the source builds", "check-dist"),
	}
}

// npmInstall brings the packages of package-lock.json. Scripts of packages do not run.
func (l launcher) npmInstall(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(l.root, "web", "package.json")); err != nil {
		return fmt.Errorf("the web application is missing: %w", err)
	}
	return l.exec(ctx, "web", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
}

// web builds web/dist again, to be committed with the change of its source.
func (l launcher) web(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("web takes no arguments: %w", errUsage)
	}
	if err := checkNode(ctx); err != nil {
		return err
	}
	if err := l.npmInstall(ctx); err != nil {
		return err
	}
	return l.exec(ctx, "web", "npm", "run", "--silent", "build")
}

// checkNode fails unless Node and npm are there and new enough for the web application's tools.
func checkNode(ctx context.Context) error {
	if !inPath("npm") {
		return errors.New("npm is missing: install Node 20.19 or newer with its npm (https://nodejs.org)")
	}
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return fmt.Errorf("node --version: %w: install Node 20.19 or newer (https://nodejs.org)", err)
	}
	if version := strings.TrimSpace(string(out)); !nodeSuffices(version) {
		return fmt.Errorf("node is %s: install 20.19 or newer (https://nodejs.org)", version)
	}
	return nil
}

// nodeSuffices reports whether a version as Node prints it ("v20.19.1") is 20.19 or newer.
func nodeSuffices(version string) bool {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return false
	}
	major, errMajor := strconv.Atoi(parts[0])
	minor, errMinor := strconv.Atoi(parts[1])
	return errMajor == nil && errMinor == nil && (major > 20 || major == 20 && minor >= 19)
}

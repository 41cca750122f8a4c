package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// The tests are inside the package: a command exports nothing.

func TestRunRefusesWhatItDoesNotKnow(t *testing.T) {
	for name, args := range map[string][]string{
		"command":  {"tset"},
		"flag":     {"test", "-sohrt"},
		"group":    {"test", "-only", "webb"},
		"argument": {"web", "x"},
		"build":    {"build", "x"},
		"golden":   {"golden", "x"},
		"tiles":    {"bench-tiles", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t.Context(), args, io.Discard, io.Discard)
			if !errors.Is(err, errUsage) || exitCode(err) != 2 {
				t.Errorf("run(%q) = %v, exit code %d; want a usage error and 2", args, err, exitCode(err))
			}
		})
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"help"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands() {
		if !strings.Contains(out.String(), "make "+c.name) {
			t.Errorf("help does not name %s", c.name)
		}
		if !strings.Contains(string(makefile), "go run ./cmd/dev "+c.name) {
			t.Errorf("the Makefile has no target for %s", c.name)
		}
	}
}

func TestFindRoot(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := findRoot(dir); err != nil || got != filepath.Join(dir, "..", "..") {
		t.Errorf("findRoot(%s) = %s, %v", dir, got, err)
	}
	if got, err := findRoot(t.TempDir()); err == nil {
		t.Errorf("findRoot outside the repository = %s, want an error", got)
	}
}

func TestNodeSuffices(t *testing.T) {
	for version, want := range map[string]bool{
		"v20.19.0": true, "v20.20.2": true, "v22.1.0": true, "v100.0.0": true,
		"v20.18.3": false, "v18.19.0": false, "v8.99.0": false, "": false, "v20": false, "x.y.z": false,
	} {
		if got := nodeSuffices(version); got != want {
			t.Errorf("nodeSuffices(%q) = %v, want %v", version, got, want)
		}
	}
}

func TestChromiumPackage(t *testing.T) {
	for release, want := range map[string]string{
		"":                                       "chromium",
		"ID=debian\nVERSION_ID=\"12\"\n":         "chromium",
		"NAME=\"Ubuntu\"\nID=ubuntu\nX=1\n":      "chromium-browser",
		"ID=linuxmint\nID_LIKE=ubuntu\nNAME=x\n": "chromium",
	} {
		if got := chromiumPackage(release); got != want {
			t.Errorf("chromiumPackage(%q) = %s, want %s", release, got, want)
		}
	}
}

func TestInstallCommands(t *testing.T) {
	compiler := need{name: "a C compiler", apt: []string{"gcc", "libc6-dev"}, brew: "gcc"}
	database := need{name: needPostGIS, apt: []string{"postgresql-postgis"}, brew: "postgresql@17 postgis"}
	has := func(programs ...string) func(string) bool {
		return func(p string) bool { return strings.Contains(" "+strings.Join(programs, " ")+" ", " "+p+" ") }
	}
	apt := "env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "
	install := apt + "install -y --no-install-recommends "
	for name, c := range map[string]struct {
		host    host
		missing []need
		want    []string // how each command begins
		err     string
	}{
		"root":           {host{"linux", true, has("apt-get")}, []need{compiler}, []string{apt + "update", install + "gcc libc6-dev"}, ""},
		"sudo":           {host{"linux", false, has("apt-get", "sudo")}, []need{compiler}, []string{"sudo " + apt + "update", "sudo " + install + "gcc"}, ""},
		"database first": {host{"linux", true, has("apt-get")}, []need{compiler, database}, []string{"sh -c", apt + "update", install + "gcc libc6-dev postgresql-postgis"}, ""},
		"no right":       {host{"linux", false, has("apt-get")}, []need{compiler}, nil, "install -y --no-install-recommends gcc libc6-dev"},
		"no apt":         {host{"linux", true, has("dnf")}, []need{compiler}, nil, "a C compiler"},
		"macOS":          {host{"darwin", false, has()}, []need{compiler, database}, nil, "brew install postgresql@17 postgis"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.host.installCommands(c.missing)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v, want it to contain %q", err, c.err)
				}
				return
			}
			if err != nil || len(got) != len(c.want) {
				t.Fatalf("got %q, %v; want %d commands", got, err, len(c.want))
			}
			for i, want := range c.want {
				if line := strings.Join(got[i], " "); !strings.HasPrefix(line, want) {
					t.Errorf("command %d is %q, want %q…", i, line, want)
				}
			}
		})
	}
}

func TestKeepPostgresFromStarting(t *testing.T) {
	command := keepPostgresFromStarting()
	folder := filepath.Join(t.TempDir(), "new")
	command[len(command)-2] = folder // instead of /etc/postgresql-common
	file := filepath.Join(folder, "createcluster.conf")
	l := launcher{stdout: io.Discard, stderr: io.Discard}
	if err := l.exec(t.Context(), "/", command[0], command[1:]...); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.HasSuffix(string(text), "\ncreate_main_cluster = false\n") {
		t.Fatalf("wrote %q, %v", text, err)
	}
	if err := os.WriteFile(file, []byte("mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := l.exec(t.Context(), "/", command[0], command[1:]...); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(file); string(text) != "mine\n" {
		t.Errorf("settings that were there became %q", text)
	}
}

func TestUnformatted(t *testing.T) {
	good, bad := "package a\n\nvar X = 1\n", "package a\nvar  X = 1\n"
	tree := fstest.MapFS{
		"a/good.go":                   {Data: []byte(good)},
		"a/bad.go":                    {Data: []byte(bad)},
		"web/node_modules/x/bad.go":   {Data: []byte(bad)},
		"a/testdata/bad.go":           {Data: []byte(bad)},
		".hidden/bad.go":              {Data: []byte(bad)},
		"a/bad.txt":                   {Data: []byte(bad)},
		"b/also/deep/bad_not_here.go": {Data: []byte(good)},
	}
	got, err := unformatted(t.Context(), tree)
	if err != nil || len(got) != 1 || got[0] != "a/bad.go" {
		t.Errorf("unformatted = %q, %v; want a/bad.go alone", got, err)
	}
	tree["c.go"] = &fstest.MapFile{Data: []byte("package")}
	if _, err := unformatted(t.Context(), tree); err == nil || !strings.Contains(err.Error(), "c.go") {
		t.Errorf("a file that does not parse: %v, want an error with its name", err)
	}
}

func TestRunSteps(t *testing.T) {
	var ran []string
	one := func(group, title string, gate bool, err error) step {
		return step{group: group, title: title, gate: gate, limit: time.Minute, run: func(context.Context) error {
			ran = append(ran, title)
			return err
		}}
	}
	broken := errors.New("broken")
	var out bytes.Buffer
	err := summarize(&out, runSteps(t.Context(), &out, []step{
		one("lint", "first", false, broken),
		one("lint", "second", false, nil),
		one("web", "gate", true, broken),
		one("web", "behind", false, nil),
		one("go", "last", false, nil),
	}))
	if got := strings.Join(ran, " "); got != "first second gate last" {
		t.Errorf("ran %q, want all but the one behind the gate", got)
	}
	if err == nil || !strings.HasPrefix(err.Error(), "3 of 5 steps failed: first, gate, behind") {
		t.Errorf("summarize = %v", err)
	}
	for _, want := range []string{"FAILED   lint  first", "ok       lint  second", "NOT RUN  web   behind", "ok       go    last"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if err := summarize(io.Discard, runSteps(t.Context(), io.Discard, []step{one("go", "good", false, nil)})); err != nil {
		t.Errorf("a run without failure: %v", err)
	}
}

func TestRunStepsStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	steps := []step{
		{group: "go", title: "first", limit: time.Minute, run: func(context.Context) error { cancel(); return nil }},
		{group: "go", title: "second", limit: time.Minute, run: func(context.Context) error { t.Error("ran"); return nil }},
	}
	if err := summarize(io.Discard, runSteps(ctx, io.Discard, steps)); err == nil {
		t.Error("an interrupted run gave no error")
	}
}

func TestExecEndsTheWholeGroup(t *testing.T) {
	l := launcher{root: t.TempDir(), stdout: io.Discard, stderr: io.Discard}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, errors.New("took longer"))
	defer cancel()
	alive := filepath.Join(l.root, "alive")
	// The child of the child would write the file after two seconds if it lived.
	start := time.Now()
	err := l.exec(ctx, ".", "sh", "-c", "(sleep 2; touch alive) & wait")
	if err == nil || !strings.Contains(err.Error(), "took longer") {
		t.Errorf("exec = %v, want the reason why it was ended", err)
	}
	if took := time.Since(start); took > 1900*time.Millisecond {
		t.Errorf("exec returned after %v", took)
	}
	time.Sleep(2500*time.Millisecond - time.Since(start))
	if _, err := os.Stat(alive); !os.IsNotExist(err) {
		t.Errorf("a grandchild went on: %v", err)
	}
}

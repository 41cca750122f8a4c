package main

// These tests are inside the package because a command cannot be imported. What the data must be is tested in package data, from the
// files alone.

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangge/data"
)

// TestDataIsWhatTheGeneratorWrites generates the data set again and compares every byte with the files of the repository.
func TestDataIsWhatTheGeneratorWrites(t *testing.T) {
	folder := t.TempDir()
	var said bytes.Buffer
	if err := run([]string{"-out", folder}, &said); err != nil {
		t.Fatal(err)
	}
	want, err := fs.ReadDir(data.Files(), ".")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("%d files, the repository has %d", len(got), len(want))
	}
	for _, w := range want {
		old, err := fs.ReadFile(data.Files(), w.Name())
		if err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadFile(filepath.Join(folder, w.Name()))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(made, old) {
			t.Errorf("%s differs from byte %d on: run `go run ./cmd/demo` and commit data", w.Name(), differ(made, old))
		}
		if !strings.Contains(said.String(), w.Name()) {
			t.Errorf("the report does not name %s", w.Name())
		}
	}
}

func differ(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func TestCommandLine(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-help"}, &out); err == nil || !strings.Contains(out.String(), "-out FOLDER") {
		t.Errorf("help: error %v, text %q", err, out.String())
	}
	if err := run([]string{"surplus"}, &out); err == nil || !strings.Contains(err.Error(), "surplus") {
		t.Errorf("a surplus argument: %v", err)
	}
	if err := run([]string{"-no-such-flag"}, &out); err == nil {
		t.Error("an unknown flag is taken")
	}
}

// TestFoot has a curve with a vertex twice, where a naive foot divides by zero.
func TestFoot(t *testing.T) {
	c := curve{{0, 0}, {10, 0}, {10, 0}, {10, 10}}
	for _, x := range []struct {
		p, foot  vec
		distance float64
	}{{vec{5, 3}, vec{5, 0}, 3}, {vec{12, 5}, vec{10, 5}, 2}, {vec{-3, -4}, vec{0, 0}, 5}, {vec{10, 0}, vec{10, 0}, 0}} {
		if at, d := c.foot(x.p); at != x.foot || d != x.distance {
			t.Errorf("foot of %v is %v at %v, want %v at %v", x.p, at, d, x.foot, x.distance)
		}
	}
}

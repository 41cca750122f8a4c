package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoTest runs the real go test on a module with a test of each kind.
func TestGoTest(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.24\n")
	write("good/a_test.go", `package good
import "testing"
func TestPass(t *testing.T) { t.Log("quiet when it passes") }
func TestSkip(t *testing.T) { t.Skip("real data absent") }
`)
	write("bad/a_test.go", `package bad
import "testing"
func TestPass(t *testing.T) { t.Log("quiet when it passes") }
func TestFail(t *testing.T) { t.Error("got 1, want 2") }
`)
	write("dies/a_test.go", `package dies
import ("testing"; "os"; "fmt")
func TestDies(t *testing.T) { fmt.Println("last words"); os.Exit(3) }
`)
	write("broken/a_test.go", "package broken\nimport \"testing\"\nfunc TestX(t *testing.T) { undefined() }\n")

	var out bytes.Buffer
	l := launcher{root: root, stdout: &out, stderr: io.Discard, env: []string{"CGO_ENABLED=1", "GOWORK=off", "GOFLAGS="}}
	err := l.goTest(t.Context(), testFlags{packages: []string{"./..."}})
	if err == nil || err.Error() != "3 failed" {
		t.Errorf("goTest = %v, want 3 failed: a test, a package that dies, one that does not compile", err)
	}
	for _, want := range []string{
		"ok  \tm/good\t", "skipped: m/good TestSkip: a_test.go:4: real data absent\n", "got 1, want 2", "FAIL\tm/bad\t", "last words",
		"undefined: undefined", "2 passed, 3 failed, 1 skipped\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "quiet") {
		t.Errorf("a passing test was printed:\n%s", out.String())
	}

	out.Reset()
	if err := l.goTest(t.Context(), testFlags{packages: []string{"./good"}, run: "Pass", short: true, count: 2}); err != nil {
		t.Errorf("a run that passes: %v", err)
	}
	if want := "2 passed, 0 failed, 0 skipped\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("ended with\n%s\nwant %q", out.String(), want)
	}
	if err := l.goTest(t.Context(), testFlags{packages: []string{"./good"}, run: "NoSuchTest"}); err == nil {
		t.Error("a run of no test gave no error")
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// goTest runs the Go tests and prints each package's line, what failing tests printed, and at the end what was skipped with
// its reason: a skip that nobody sees is no result.
func (l launcher) goTest(ctx context.Context, f testFlags) error {
	cmd := l.command(ctx, ".", "go", goTestArgs(f)...)
	report := newTestReport(l.stdout)
	r, w := io.Pipe()
	cmd.Stdout = w
	done := make(chan error, 1)
	go func() { done <- report.read(r) }()
	err := finish(ctx, cmd)
	w.Close()
	if readErr := <-done; readErr != nil {
		return errors.Join(err, readErr)
	}
	report.close()
	var exit *exec.ExitError
	if errors.As(err, &exit) && report.failed > 0 {
		return fmt.Errorf("%d failed", report.failed)
	}
	if err == nil && report.passed == 0 {
		return errors.New("ran no test")
	}
	return err
}

func goTestArgs(f testFlags) []string {
	args := []string{"test", "-json", "-shuffle=on", "-timeout=30m"}
	if f.race {
		args = append(args, "-race")
	}
	if f.short {
		args = append(args, "-short")
	}
	if f.run != "" {
		args = append(args, "-run="+f.run)
	}
	if f.count > 0 {
		args = append(args, fmt.Sprintf("-count=%d", f.count))
	}
	return append(args, f.packages...)
}

// testEvent is one line of `go test -json` (go doc cmd/test2json).
type testEvent struct {
	Action, Package, Test, Output string
}

// testReport turns events into what a reader wants. Output of tests that pass is dropped.
type testReport struct {
	w                       io.Writer
	output                  map[[2]string]*bytes.Buffer // by package and test; of those that have not ended
	passed, failed, skipped int                         // tests; a package that fails without one counts as one that failed
	failing                 map[string]bool             // packages with a test that failed
	skips                   []string
}

func newTestReport(w io.Writer) *testReport {
	return &testReport{w: w, output: map[[2]string]*bytes.Buffer{}, failing: map[string]bool{}}
}

// read handles events until r ends. It reads r to its end also after an error, so that the writer never waits for it.
func (t *testReport) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			t.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the output of go test: %w", err)
		}
	}
}

func (t *testReport) line(line []byte) {
	var e testEvent
	if err := json.Unmarshal(line, &e); err != nil {
		t.w.Write(line) // not of go test itself
		return
	}
	key := [2]string{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(t.w, e.Output)
	case "output":
		t.keep(key, e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.endPackage(e)
		} else {
			t.endTest(e)
		}
		delete(t.output, key)
	}
}

func (t *testReport) keep(key [2]string, text string) {
	if t.output[key] == nil {
		t.output[key] = new(bytes.Buffer)
	}
	t.output[key].WriteString(text)
}

func (t *testReport) endTest(e testEvent) {
	text := t.text(e.Package, e.Test)
	switch e.Action {
	case "pass":
		t.passed++
	case "skip":
		t.skipped++
		t.skips = append(t.skips, e.Package+" "+e.Test+": "+skipReason(text))
	case "fail":
		t.failed++
		t.failing[e.Package] = true
		fmt.Fprint(t.w, text)
	}
}

// endPackage prints the package's line, or all it said when it failed, with the tests that it left unfinished.
func (t *testReport) endPackage(e testEvent) {
	text := t.text(e.Package, "")
	if e.Action != "fail" {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "ok ") {
				fmt.Fprint(t.w, line)
			}
		}
		return
	}
	if !t.failing[e.Package] {
		t.failed++
	}
	for key, output := range t.output {
		if key[0] == e.Package && key[1] != "" {
			fmt.Fprint(t.w, output.String())
			delete(t.output, key)
		}
	}
	fmt.Fprint(t.w, text)
}

func (t *testReport) text(pkg, test string) string {
	if b := t.output[[2]string{pkg, test}]; b != nil {
		return b.String()
	}
	return ""
}

// skipReason returns what a skipped test said, without the lines of go test around it.
func skipReason(text string) string {
	var reason []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			reason = append(reason, line)
		}
	}
	if len(reason) == 0 {
		return "no reason given"
	}
	return strings.Join(reason, " ")
}

// close prints what was skipped and the counts.
func (t *testReport) close() {
	for _, s := range t.skips {
		fmt.Fprintln(t.w, "skipped:", s)
	}
	fmt.Fprintf(t.w, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped)
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"wangge/routing/duty"
)

// endless is a CSV file that never ends: a header, then rows made by row from their number.
type endless struct {
	header string
	row    func(i int) string
	i      int
	rest   []byte
	read   atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.i == 0 {
		e.rest = []byte(e.header)
	}
	for len(e.rest) < len(p) {
		e.rest = append(e.rest, e.row(e.i)...)
		e.i++
	}
	n := copy(p, e.rest)
	e.rest = append(e.rest[:0], e.rest[n:]...)
	e.read.Add(int64(n))
	return n, nil
}

func numbered(i int) string { return fmt.Sprintf("%d,121.305,30.70%d\n", i, i%10) }

// writerFunc is a writer that is a function.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// locateFile runs the command on what in reads, without the store.
func locateFile(ctx context.Context, l *locating, in io.Reader, out io.Writer) (said string, err error) {
	var to bytes.Buffer
	h := &host{stdio: stdio{in, out, &to}}
	err = (&locateCmd{Points: "-"}).file(ctx, h, l)
	return to.String(), err
}

// TestLocateInConstantMemory: however long a file is, and whatever is in it, the heap stays as it was but for some megabytes.
func TestLocateInConstantMemory(t *testing.T) {
	l := locatingIn(districtSnapshot(t), duty.Question{})
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // so that the heap is what is in use, and not what was
	length := 64 << 20
	if raceDetector {
		length = 3 << 20
	}
	note := strings.Repeat("网格", 100)
	for name, file := range map[string]*endless{
		"usual":     {header: "id,lon,lat,note\n", row: func(i int) string { return fmt.Sprintf("%d,121.305,30.705,%s\n", i, note) }},
		"quoted":    {header: "id,lon,lat,note\n", row: func(i int) string { return fmt.Sprintf("%d,121.305,30.705,\"%s\n%s\"\n", i, note, note) }},
		"long rows": {header: "id,lon,lat,note\n", row: func(i int) string { return fmt.Sprintf("%d,121.305,30.705,%s\n", i, strings.Repeat(note, 2000)) }},
		"wide":      {header: "lon,lat" + strings.Repeat(",", 16_000) + "\n", row: func(int) string { return "1\n" }},
		"empty":     {header: "lon,lat\n", row: func(int) string { return "\n" }},
		"no close":  {header: "lon,lat\n", row: func(i int) string { return []string{"\"", "1,2\n"}[min(i, 1)] }},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			base, most, written := heap(), uint64(0), 0
			var lock sync.Mutex // rows are read and written at the same time
			look := func() {
				lock.Lock()
				defer lock.Unlock()
				most = max(most, heap())
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			_, err := locateFile(ctx, l, watched(file, func() {
				look()
				if file.read.Load() > int64(length) {
					stop()
				}
			}), writerFunc(func(p []byte) (int, error) {
				look()
				if written += len(p); written > 2*length {
					stop()
				}
				return len(p), nil
			}))
			if name == "no close" {
				if err == nil || !strings.Contains(err.Error(), "quote not closed") {
					t.Errorf("a quote that nothing closes: %v", err)
				}
			} else if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			lock.Lock() // a read may still be under way
			defer lock.Unlock()
			t.Logf("%d MiB read, %d MiB written, heap %d to %d MiB", file.read.Load()>>20, written>>20, base>>20, most>>20)
			if grown := most - min(most, base); grown > 128<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// watched calls look now and then, before it reads.
func watched(in io.Reader, look func()) io.Reader {
	n := 0
	return readerFunc(func(p []byte) (int, error) {
		if n++; n%16 == 0 {
			look()
		}
		return in.Read(p)
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// wholeRowsOnly reports the rows of an answer, which must be those from 0 on, none cut.
func wholeRowsOnly(t *testing.T, out string) int {
	t.Helper()
	lines := strings.SplitAfter(out, "\n")
	if last := lines[len(lines)-1]; last != "" {
		t.Fatalf("the last row is cut: %q", last)
	}
	for i, line := range lines[1 : len(lines)-1] {
		if !strings.HasPrefix(line, strings.TrimSuffix(numbered(i), "\n")+",unassigned,310116101Z01,") {
			t.Fatalf("row %d: %q", i, line)
		}
	}
	return len(lines) - 2
}

// TestLocateStops: whoever stops it has the answers so far, all of them whole, and the exit code says that it is not all.
func TestLocateStops(t *testing.T) {
	l := locatingIn(districtSnapshot(t), duty.Question{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out bytes.Buffer
	_, err := locateFile(ctx, l, &endless{header: "id,lon,lat\n", row: numbered}, writerFunc(func(p []byte) (int, error) {
		if out.Len() > 2<<20 {
			stop()
		}
		return out.Write(p)
	}))
	rows := wholeRowsOnly(t, out.String())
	var f *failure
	if !errors.As(err, &f) || f.what != "stopped before the end of the file" || f.kept != fmt.Sprintf("the answers of the first %d rows", rows) {
		t.Errorf("%d rows, then %+v", rows, err)
	}
	if code := (&host{stdio: stdio{err: io.Discard}}).fail("locate", err); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
}

// TestLocateAnswersAsRowsCome: rows of a pipe are answered when they come; stopping does not wait for more of them.
func TestLocateAnswersAsRowsCome(t *testing.T) {
	l := locatingIn(districtSnapshot(t), duty.Question{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	in, to := io.Pipe()
	defer to.Close()
	var out output
	done := make(chan error, 1)
	go func() {
		_, err := locateFile(ctx, l, in, &out)
		done <- err
	}()
	if _, err := io.WriteString(to, "id,lon,lat\n"); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := io.WriteString(to, numbered(i)); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); strings.Count(out.String(), "\n") < i+2; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("row %d is not answered: %q", i, out.String())
			}
		}
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if rows := wholeRowsOnly(t, out.String()); rows != 3 {
		t.Errorf("%d rows", rows)
	}
}

// TestLocateWriteErrors: an answer that cannot be written is an error that says how far it came.
func TestLocateWriteErrors(t *testing.T) {
	l := locatingIn(districtSnapshot(t), duty.Question{})
	rows := func() io.Reader { return &endless{header: "id,lon,lat\n", row: numbered} }
	for name, c := range map[string]struct {
		err        error
		after      int
		what, kept string
	}{
		"disk full at once": {syscall.ENOSPC, 0, "the disk is full", "no row was answered"},
		"disk full":         {&os.PathError{Op: "write", Path: "out.csv", Err: syscall.ENOSPC}, 2 << 20, "the disk is full", "the answers of the first"},
		"closed pipe":       {&os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, 0, "whoever read the answers has gone", "no row was answered"},
		"bad disk":          {syscall.EIO, 0, "the answers cannot be written: input/output error", "no row was answered"},
	} {
		t.Run(name, func(t *testing.T) {
			written := 0
			_, err := locateFile(t.Context(), l, rows(), writerFunc(func(p []byte) (int, error) {
				if written += len(p); written > c.after {
					return 0, c.err
				}
				return len(p), nil
			}))
			var f *failure
			if !errors.As(err, &f) || f.what != c.what || !strings.HasPrefix(f.kept, c.kept) || !errors.Is(err, c.err) {
				t.Errorf("%+v", err)
			}
		})
	}
	in := io.MultiReader(strings.NewReader("id,lon,lat\n"+numbered(0)+numbered(1)+"2,121.3"), iotest.ErrReader(syscall.EIO))
	var out bytes.Buffer
	_, err := locateFile(t.Context(), l, in, &out)
	var f *failure
	if !errors.As(err, &f) || f.what != "the file of positions cannot be read to its end: input/output error" || f.kept != "the answers of the first 2 rows" {
		t.Errorf("a file that breaks off: %+v", err)
	}
	if rows := wholeRowsOnly(t, out.String()); rows != 2 {
		t.Errorf("%d rows of a file that breaks off", rows)
	}
}

// TestLocateRefusals: what cannot be answered at all is said before anything is written.
func TestLocateRefusals(t *testing.T) {
	store := district(t)
	file := func(text string) string { return write(t, "points.csv", text) }
	points := file("lon,lat\n121.305,30.705\n")
	for name, c := range map[string]struct {
		code int
		want []string
		args []string
	}{
		"no edition":     {exitFailed, []string{"no edition"}, []string{points, "--at", "1999-01-01"}},
		"no header":      {exitFailed, []string{"is empty"}, []string{file("")}},
		"an open header": {exitFailed, []string{"no header", "nothing was written"}, []string{file("\"lon,lat\n1,2\n")}},
		"a folder":       {exitFailed, []string{"directory"}, []string{t.TempDir()}},
		"many columns":   {exitFailed, []string{"20002 columns", "16384"}, []string{file("lon,lat" + strings.Repeat(",", 20_000) + "\n")}},
		"no such column": {exitUsage, []string{"--lat-field", "lon, lat"}, []string{points, "--lat-field", "north"}},
		"switched off":   {exitFailed, []string{"switched off"}, []string{points, "--crs", "gcj02", "--no-gcj02"}},
	} {
		args := append([]string{"locate", "--crs", "wgs84", "--store", store, "--points"}, c.args...)
		if r := refused(t, c.code, c.want, args...); r.out != "" {
			t.Errorf("%s: %q was written", name, r.out)
		}
	}
}

// asProgram is the variable of the environment that makes TestAsProgram the program: its value are the arguments.
const asProgram = "WANGGE_TEST_AS_PROGRAM"

// TestAsProgram: signals and closed pipes reach a process, not a function. The test runs itself as the program, with main.
func TestAsProgram(t *testing.T) {
	if args := os.Getenv(asProgram); args != "" {
		os.Args = append([]string{"wangge"}, strings.Split(args, "\n")...)
		main()
	}
	store := district(t)
	start := func(args ...string) (*exec.Cmd, *output) {
		t.Helper()
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAsProgram$")
		c.Env = append(os.Environ(), asProgram+"="+strings.Join(append(args, "--store", store), "\n"))
		said := new(output)
		c.Stderr = said
		return c, said
	}
	exit := func(c *exec.Cmd) int {
		var ended *exec.ExitError
		if err := c.Wait(); err != nil && !errors.As(err, &ended) {
			t.Fatal(err)
		}
		return c.ProcessState.ExitCode() // -1 for one that a signal ended
	}

	// Whoever reads the answers goes away.
	c, said := start("locate", "--crs", "wgs84", "--points", "-")
	c.Stdin = &endless{header: "id,lon,lat\n", row: numbered}
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	_, err = io.ReadFull(out, make([]byte, 100))
	must(t, err)
	must(t, out.Close())
	if got := exit(c); got != exitFailed {
		t.Errorf("a closed pipe: exit code %d\n%s", got, said)
	}
	contains(t, "a closed pipe", said.String(), "whoever read the answers has gone")

	// Ctrl-C, while standard input is open and silent.
	c, said = start("locate", "--crs", "wgs84", "--points", "-")
	in, err := c.StdinPipe()
	must(t, err)
	answered := new(output)
	c.Stdout = answered
	must(t, c.Start())
	_, err = io.WriteString(in, "id,lon,lat\n"+numbered(0)+numbered(1))
	must(t, err)
	for deadline := time.Now().Add(60 * time.Second); strings.Count(answered.String(), "\n") < 3 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	must(t, c.Process.Signal(os.Interrupt))
	if got := exit(c); got != exitFailed {
		t.Errorf("Ctrl-C: exit code %d\n%s", got, said)
	}
	if rows := wholeRowsOnly(t, answered.String()); rows != 2 {
		t.Errorf("Ctrl-C: %d rows", rows)
	}
	contains(t, "Ctrl-C", said.String(), "stopped before the end", "the answers of the first 2 rows")

	// A device that is always full.
	if full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0); err != nil {
		t.Log("LEFT OUT: this system has no /dev/full:", err)
	} else {
		defer full.Close()
		c, said = start("locate", "--crs", "wgs84", "--points", write(t, "points.csv", "lon,lat\n121.305,30.705\n"))
		c.Stdout = full
		must(t, c.Start())
		if got := exit(c); got != exitFailed {
			t.Errorf("a full disk: exit code %d\n%s", got, said)
		}
		contains(t, "a full disk", said.String(), "the disk is full", "no row was answered")
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(store), "wangge.state")); err == nil {
		t.Error("locate left a state folder")
	}
}

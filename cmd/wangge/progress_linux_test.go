package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// terminal opens a terminal of 100 columns: what is written to tty can be read from screen.
func terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	must(t, err)
	t.Cleanup(func() { screen.Close() })
	ioctl := func(what uintptr, value unsafe.Pointer) {
		t.Helper()
		if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, screen.Fd(), what, uintptr(value)); e != 0 {
			t.Fatal(e)
		}
	}
	var unlocked, number int32
	ioctl(syscall.TIOCSPTLCK, unsafe.Pointer(&unlocked))
	ioctl(syscall.TIOCGPTN, unsafe.Pointer(&number))
	size := [4]uint16{24, 100}
	ioctl(syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { tty.Close() })
	return screen, tty
}

// onTerminal runs a command line with standard error on a terminal, and out as standard output; nil is the same terminal.
func onTerminal(t *testing.T, out io.Writer, args ...string) string {
	t.Helper()
	screen, tty := terminal(t)
	if out == nil {
		out = tty
	}
	var shown output
	go func() { _, _ = io.Copy(&shown, screen) }() // ends with the terminal
	run(t.Context(), args, nil, stdio{nil, out, tty})
	return allOf(&shown, tty)
}

// allOf is what is shown when all of it has come through the terminal.
func allOf(shown *output, tty *os.File) string {
	fmt.Fprint(tty, "the end\n")
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(shown.String(), "the end") && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	return shown.String()
}

// TestBar: a bar shows what is said, how far it is, the rate and the time that remains, and nothing after its end.
func TestBar(t *testing.T) {
	screen, tty := terminal(t)
	var shown output
	go func() { _, _ = io.Copy(&shown, screen) }() // ends with the terminal
	bar := (&host{stdio: stdio{err: tty}}).progress("locating", 10_000_000, true)
	for i := range 100 {
		bar.say(fmt.Sprintf("%d rows, 7/s", i))
		bar.at(int64(i) * 50_000)
		if strings.Contains(shown.String(), "█") && i >= 20 {
			break
		}
		time.Sleep(20 * time.Millisecond) // it draws itself ten times a second
	}
	bar.end()
	if !bar.shown() {
		t.Error("it is not shown")
	}
	all := allOf(&shown, tty)
	for _, want := range []string{"rows, 7/s ", "% |█", " MB", "MB/s) [", "s:"} {
		if !strings.Contains(all, want) {
			t.Errorf("the bar does not show %q:\n%q", want, all)
		}
	}
	none := (&host{stdio: stdio{err: new(bytes.Buffer)}}).progress("locating", 10, true)
	none.say("what")
	none.at(5)
	none.clear()
	none.end()
	if none.shown() {
		t.Error("a bar where nobody looks")
	}
}

// TestProgress: a terminal sees how far it is, how fast, and how long it will take; anything else sees nothing of it.
func TestProgress(t *testing.T) {
	store := district(t)
	var file strings.Builder
	file.WriteString("id,lon,lat\n")
	for i := range 60_000 {
		file.WriteString(numbered(i))
	}
	points := write(t, "points.csv", file.String()+"x,y,z\n")
	args := []string{"locate", "--crs", "wgs84", "--store", store, "--points", points}
	var out bytes.Buffer
	shown := onTerminal(t, &out, args...)
	for _, want := range []string{"% |", "rows, ", "/s", "\rrow 60001: the longitude", "\r60 001 rows answered in ", "1 of 60001 rows"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the terminal does not show %q:\n%q", want, shown)
		}
	}
	piped := command(t, args...)
	if piped.out != out.String() {
		t.Error("the answers differ with a terminal")
	}
	if strings.Contains(piped.err, "rows, ") || strings.Contains(piped.err, "█") || strings.Contains(piped.err, "\r") {
		t.Errorf("a bar where nobody looks: %q", piped.err)
	}
	if both := onTerminal(t, nil, "locate", "--crs", "wgs84", "--store", store, "--points", write(t, "few.csv", "lon,lat\n121.305,30.705\n")); strings.Contains(both, "█") ||
		!strings.Contains(both, "121.305,30.705,unassigned") {
		t.Errorf("answers and bar on one terminal: %q", both)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// answers writes the rows of a file with their answers, and keeps count of them.
type answers struct {
	h     *host
	bar   *progress
	began time.Time

	rows, invalid int
	said          int // how many invalid rows were named
}

// header writes the first row.
func (a *answers) header(of, added []string, marked bool) error {
	var out []byte
	if marked {
		out = append(out, byteOrderMark...)
	}
	for i, name := range of {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendField(out, name)
	}
	out = append(appendCells(out, added), '\n')
	if _, err := a.h.out.Write(out); err != nil {
		return a.unwritten(err)
	}
	return nil
}

// write writes a block, and names the first of all invalid rows.
func (a *answers) write(b *rowsOnTheirWay) error {
	if len(b.bad) > 0 && a.said < mostComplaints {
		a.bar.clear()
		for _, one := range b.bad[:min(len(b.bad), mostComplaints-a.said)] {
			fmt.Fprintf(a.h.err, "row %d: %s\n", a.rows+one.row, one.what)
			a.said++
		}
	}
	if _, err := a.h.out.Write(b.out); err != nil {
		return a.unwritten(err)
	}
	a.rows += b.rows
	a.invalid += b.invalid
	if a.bar.shown() {
		a.bar.say(fmt.Sprintf("%s rows, %s/s", grouped(a.rows), grouped(a.rate())))
		a.bar.at(b.upTo)
	}
	return nil
}

// end takes the bar away, and says in its place what was done.
func (a *answers) end() {
	a.bar.end()
	if a.bar.shown() {
		fmt.Fprintf(a.h.err, "%s rows answered in %v, %s/s\n", grouped(a.rows), time.Since(a.began).Round(100*time.Millisecond), grouped(a.rate()))
	}
}

// rate is how many rows were answered in a second.
func (a *answers) rate() int {
	return int(float64(a.rows) / max(time.Since(a.began), time.Millisecond).Seconds())
}

// kept says what there is when it ends early.
func (a *answers) kept() string {
	if a.rows == 0 {
		return "no row was answered"
	}
	return fmt.Sprintf("the answers of the first %d rows", a.rows)
}

// unwritten is the failure of a write. What was written of the block at hand is not counted.
func (a *answers) unwritten(err error) error {
	f := &failure{what: "the answers cannot be written: " + innermost(err), kept: a.kept() + ", and perhaps some more", cause: err}
	switch {
	case errors.Is(err, syscall.EPIPE):
		f.what = "whoever read the answers has gone"
	case errors.Is(err, syscall.ENOSPC):
		f.what, f.todo = "the disk is full", "make room, then again"
	}
	return f
}

// result is how it ended; err is why it ended early.
func (a *answers) result(err error) error {
	var said *failure
	switch {
	case errors.As(err, &said):
		return err
	case errors.Is(err, context.Canceled):
		return &failure{what: "stopped before the end of the file", kept: a.kept(), cause: err}
	case err != nil:
		return &failure{what: "the file of positions cannot be read to its end: " + lastWords(err), kept: a.kept(), cause: err}
	case a.invalid > 0:
		return &failure{what: fmt.Sprintf("%d of %d rows have no position that can be read", a.invalid, a.rows),
			kept: "the answers of all other rows; these have the outcome invalid"}
	}
	return nil
}

// grouped writes a count with its thousands apart.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

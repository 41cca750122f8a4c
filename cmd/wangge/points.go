package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// file answers a CSV file of any length.
func (c *locateCmd) file(ctx context.Context, h *host, l *locating) error {
	if err := l.answerable(); err != nil {
		return err
	}
	in, size, err := c.input(h)
	if err != nil {
		return err
	}
	defer in.Close() // it was only read
	// Without this, writing to whoever has gone would end the program without a word.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	blocks := newRowBlocks(reading, in)
	header, marked, err := blocks.header()
	if err != nil {
		return c.headless(err)
	}
	if len(header) > mostColumns {
		return &failure{what: fmt.Sprintf("%s has %d columns; at most %d are read", c.Points, len(header), mostColumns), kept: "nothing was written"}
	}
	table := pointsTable{width: len(header)}
	if table.lon, table.lat, err = c.columns(header); err != nil {
		return err
	}
	blocks.fit(table.width)
	a := &answers{h: h, began: time.Now(), bar: new(progress)}
	if !isTerminal(h.out) { // else rows and bar would be written into each other
		a.bar = h.progress("locating", size, true)
	}
	defer a.end()
	if err := a.header(header, l.columns(), marked); err != nil {
		return err
	}
	err = answerRows(reading, stop, blocks, func() *rowWorker { return newRowWorker(table, l) }, a.write)
	return a.result(err)
}

// headless says why a file has no header.
func (c *locateCmd) headless(err error) error {
	f := &failure{what: fmt.Sprintf("%s has no header: %v", c.Points, err), kept: "nothing was written", cause: err}
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, io.EOF):
		f.what = c.Points + " is empty; the first row names the columns"
	}
	return f
}

// input opens the file and returns its size, -1 when that is not known.
func (c *locateCmd) input(h *host) (io.ReadCloser, int64, error) {
	if c.Points == "-" {
		return io.NopCloser(h.in), -1, nil
	}
	f, err := os.Open(filepath.Clean(c.Points))
	if err != nil {
		return nil, 0, err
	}
	size := int64(-1)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	return f, size, nil
}

// columns finds longitude and latitude in the header.
func (c *locateCmd) columns(header []string) (lon, lat int, err error) {
	find := func(flag, given string, usual ...string) (int, error) {
		at := slices.IndexFunc(header, func(s string) bool {
			s = strings.TrimSpace(s)
			return s == given || given == "" && slices.Contains(usual, strings.ToLower(s))
		})
		if at < 0 {
			return 0, usage("%s: no column for --%s; the columns are %s", c.Points, flag, strings.Join(header, ", "))
		}
		return at, nil
	}
	if lon, err = find("lon-field", c.LonField, "lon", "lng", "long", "longitude", "x", "easting", "经度"); err != nil {
		return 0, 0, err
	}
	lat, err = find("lat-field", c.LatField, "lat", "latitude", "y", "northing", "纬度")
	return lon, lat, err
}

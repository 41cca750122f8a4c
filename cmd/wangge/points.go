package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"wangge/routing/duty"
)

// batchRows is how many rows go through the workers together.
const batchRows = 256

// batch is some rows of the file on their way, in order.
type batch struct {
	first int // the number of the first row, from 1 after the header
	rows  [][]string
	bad   []string // what is wrong with rows, in order
	done  chan struct{}
}

// answers are the columns that are added to those of the file.
func answerColumns() []string {
	return []string{"outcome", "grid_code", "grid_name", "town_code", "unit", "boundary_distance_m"}
}

// file answers a CSV file of any length: a reader, workers, and a writer that keeps the order.
func (c *locateCmd) file(ctx context.Context, h *host, l *locating) error {
	in, size, err := c.input(h)
	if err != nil {
		return err
	}
	defer in.Close() // it was only read
	counted := &countingReader{r: in}
	rows := csv.NewReader(bufio.NewReaderSize(counted, 1<<16))
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return &failure{what: fmt.Sprintf("%s has no header: %v", c.Points, err), kept: "nothing was written"}
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	lon, lat, err := c.columns(header)
	if err != nil {
		return err
	}
	bar := h.progress("locating", size, true)
	defer bar.end()
	out := csv.NewWriter(h.out)
	if err := out.Write(append(slices.Clip(header), answerColumns()...)); err != nil {
		return err
	}
	p := &pipeline{l: l, lon: lon, lat: lat, width: len(header), rows: rows}
	err = p.run(ctx, func(b *batch) error {
		bar.at(counted.n.Load())
		p.complain(h, b)
		return out.WriteAll(b.rows)
	})
	if err == nil && p.invalid > 0 {
		err = &failure{what: fmt.Sprintf("%d of %d rows have no position that can be read", p.invalid, p.total),
			kept: "the answers of all other rows; these have the outcome invalid"}
	}
	return err
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

// pipeline answers rows on every core.
type pipeline struct {
	l        *locating
	lon, lat int
	width    int
	rows     *csv.Reader

	total, invalid, said int
}

// run calls write for each batch in the order of the file. Few batches are under way at a time, however long the file is.
func (p *pipeline) run(ctx context.Context, write func(*batch) error) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	todo := make(chan *batch, workers)
	order := make(chan *batch, 4*workers)
	group.Go(func() error {
		defer close(todo)
		defer close(order)
		return p.read(ctx, todo, order)
	})
	for range workers {
		group.Go(func() error {
			for b := range todo {
				p.answer(b)
				close(b.done)
			}
			return nil
		})
	}
	group.Go(func() error {
		for b := range order {
			select {
			case <-b.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := write(b); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// read cuts the file into batches.
func (p *pipeline) read(ctx context.Context, todo, order chan<- *batch) error {
	for n := 1; ; {
		b := &batch{first: n, done: make(chan struct{})}
		var end error
		for len(b.rows) < batchRows && end == nil {
			var row []string
			if row, end = p.rows.Read(); end == nil {
				b.rows = append(b.rows, row)
			}
		}
		n += len(b.rows)
		if len(b.rows) > 0 {
			for _, to := range []chan<- *batch{order, todo} {
				select {
				case to <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		switch {
		case errors.Is(end, io.EOF):
			return nil
		case end != nil:
			return &failure{what: "the file of positions cannot be read to its end: " + end.Error(), kept: "the answers up to there", cause: end}
		}
	}
}

// answer replaces each row by the row with its answer.
func (p *pipeline) answer(b *batch) {
	for i, row := range b.rows {
		added, err := p.one(row)
		if err != nil {
			b.bad = append(b.bad, fmt.Sprintf("row %d: %s", b.first+i, lastWords(err)))
			added = []string{"invalid", "", "", "", "", ""}
		}
		for len(row) < p.width {
			row = append(row, "")
		}
		b.rows[i] = append(slices.Clip(row[:p.width]), added...)
	}
}

func (p *pipeline) one(row []string) ([]string, error) {
	if len(row) != p.width {
		return nil, fmt.Errorf("%d columns where the header has %d", len(row), p.width)
	}
	lon, err := strconv.ParseFloat(strings.TrimSpace(row[p.lon]), 64)
	if err != nil {
		return nil, fmt.Errorf("the longitude %.40q is no number", row[p.lon])
	}
	lat, err := strconv.ParseFloat(strings.TrimSpace(row[p.lat]), 64)
	if err != nil {
		return nil, fmt.Errorf("the latitude %.40q is no number", row[p.lat])
	}
	answer, err := p.l.decide(lon, lat)
	if err != nil {
		return nil, err
	}
	return cells(answer), nil
}

// cells are the added columns of an answer. Outside, the distance is the one to the nearest grid.
func cells(a duty.Answer) []string {
	out := []string{string(a.Outcome), "", "", "", "", ""}
	metres := func(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }
	if a.Grid != nil {
		out[1], out[2], out[5] = a.Grid.Code, a.Grid.Name, metres(a.Grid.BoundaryDistance)
	} else if a.Nearest != nil {
		out[5] = metres(a.Nearest.Distance)
	}
	for _, level := range a.Hierarchy {
		if level.Level == "town" {
			out[3] = level.Code
		}
	}
	if a.Responsibility != nil && a.Responsibility.Primary != nil {
		out[4] = a.Responsibility.Primary.Unit
	}
	return out
}

// complain counts the rows of a batch, and says what is wrong with the first bad ones of all.
func (p *pipeline) complain(h *host, b *batch) {
	p.total += len(b.rows)
	p.invalid += len(b.bad)
	for _, what := range b.bad {
		if p.said++; p.said <= 5 {
			fmt.Fprintln(h.err, what)
		}
	}
}

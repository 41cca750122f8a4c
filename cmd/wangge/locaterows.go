package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// mostComplaints is how many bad rows are named, of all.
const mostComplaints = 5

// pointsTable is what is known of a file of positions from its header.
type pointsTable struct {
	lon, lat int // columns
	width    int // number of columns
}

// rowWorker answers blocks of rows, one at a time.
type rowWorker struct {
	pointsTable
	quick   *quickLocator
	invalid []byte   // the cells that are added to a row without a position
	fields  [][]byte // of the row at hand
	text    []byte   // what fields of a row with quotes point into
}

func newRowWorker(t pointsTable, l *locating) *rowWorker {
	cells := make([]string, len(l.columns()))
	cells[0] = "invalid"
	return &rowWorker{pointsTable: t, quick: newQuickLocator(l), invalid: appendCells(nil, cells)}
}

// answer answers the rows of b. Without a quote in the block, rows are lines and commas end fields; a block that has one is left to
// encoding/csv.
func (w *rowWorker) answer(b *rowsOnTheirWay) {
	b.out, b.rows, b.invalid, b.bad = b.out[:0], 0, 0, b.bad[:0]
	if bytes.IndexByte(b.in, '"') >= 0 {
		w.quoted(b)
		return
	}
	for rest := b.in; len(rest) > 0; {
		line := rest
		if n := bytes.IndexByte(rest, '\n'); n >= 0 {
			line, rest = rest[:n], rest[n+1:]
		} else {
			rest = nil
		}
		if line = bytes.TrimSuffix(line, []byte{'\r'}); len(line) == 0 {
			continue
		}
		w.fields = w.fields[:0]
		for more := true; more; {
			var field []byte
			field, line, more = bytes.Cut(line, []byte{','})
			w.fields = append(w.fields, field)
		}
		w.row(b, nil)
	}
}

// quoted is answer for rows of any form.
func (w *rowWorker) quoted(b *rowsOnTheirWay) {
	rows := csv.NewReader(bytes.NewReader(b.in))
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		w.text, w.fields = w.text[:0], w.fields[:0]
		for _, s := range record {
			w.text = append(w.text, s...)
		}
		at := 0
		for _, s := range record {
			w.fields = append(w.fields, w.text[at:at+len(s)])
			at += len(s)
		}
		w.row(b, err)
	}
}

// row appends the row and its answer. malformed is what is wrong with its quotes; then it has the fields before those.
func (w *rowWorker) row(b *rowsOnTheirWay, malformed error) {
	b.rows++
	for i := range w.width {
		if i > 0 {
			b.out = append(b.out, ',')
		}
		if i < len(w.fields) {
			b.out = appendField(b.out, w.fields[i])
		}
	}
	out, err := w.position(b.out, malformed)
	if err != nil {
		out = append(b.out, w.invalid...)
		b.complain(err)
	}
	b.out = append(out, '\n')
}

// position appends what is added to the row for its position.
func (w *rowWorker) position(out []byte, malformed error) ([]byte, error) {
	if malformed != nil {
		return nil, quoteError(malformed)
	}
	if len(w.fields) != w.width {
		return nil, fmt.Errorf("%d columns where the header has %d", len(w.fields), w.width)
	}
	lon, err := strconv.ParseFloat(string(bytes.TrimSpace(w.fields[w.lon])), 64)
	if err != nil {
		return nil, fmt.Errorf("the longitude %.40q is no number", w.fields[w.lon])
	}
	lat, err := strconv.ParseFloat(string(bytes.TrimSpace(w.fields[w.lat])), 64)
	if err != nil {
		return nil, fmt.Errorf("the latitude %.40q is no number", w.fields[w.lat])
	}
	return w.quick.appendAnswer(out, lon, lat)
}

// quoteError says what encoding/csv found in the words of whoever looks at the file.
func quoteError(err error) error {
	var p *csv.ParseError
	switch {
	case !errors.As(err, &p):
		return err
	case errors.Is(err, csv.ErrBareQuote):
		return errors.New("a quote stands in a field that does not begin with one")
	case p.Line > p.StartLine:
		return fmt.Errorf("a field that begins with a quote does not end with one; %d lines went with this row", p.Line-p.StartLine+1)
	}
	return errors.New("a field that begins with a quote does not end with one")
}

// appendField appends a field as encoding/csv writes it: quoted only where it must be.
func appendField[T ~string | ~[]byte](out []byte, field T) []byte {
	if !quotesNeeded(field) {
		return append(out, field...)
	}
	out = append(out, '"')
	for i := range len(field) {
		if field[i] == '"' {
			out = append(out, '"')
		}
		out = append(out, field[i])
	}
	return append(out, '"')
}

// quotesNeeded is the rule of csv.Writer: also a field that begins with white space, and the end mark of PostgreSQL, are quoted.
func quotesNeeded[T ~string | ~[]byte](field T) bool {
	if len(field) == 0 {
		return false
	}
	for i := range len(field) {
		if c := field[i]; c == ',' || c == '"' || c == '\r' || c == '\n' {
			return true
		}
	}
	if c := field[0]; c < utf8.RuneSelf {
		return unicode.IsSpace(rune(c)) || len(field) == 2 && c == '\\' && field[1] == '.'
	}
	first, _ := utf8.DecodeRuneInString(string(field[:min(len(field), utf8.UTFMax)]))
	return unicode.IsSpace(first)
}

// appendCells appends a comma and a cell for each of cells.
func appendCells(out []byte, cells []string) []byte {
	for _, cell := range cells {
		out = append(out, ',')
		out = appendField(out, cell)
	}
	return out
}

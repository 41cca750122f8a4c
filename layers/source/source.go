package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wangge/layers"
)

// Format is a file format.
type Format string

// The formats that are read and written.
const (
	GeoJSON    Format = "geojson"
	GeoPackage Format = "gpkg"
	CSV        Format = "csv"
	// XLSX is read only: a sheet as a table.
	XLSX Format = "xlsx"
)

// ParseFormat returns the format of that name, or an error of kind layers.ErrInvalid that lists the names.
func ParseFormat(s string) (Format, error) {
	switch f := Format(strings.ToLower(s)); f {
	case GeoJSON, GeoPackage, CSV, XLSX:
		return f, nil
	}
	return "", fmt.Errorf("format %q: %w: the formats are geojson, gpkg, csv, xlsx", s, layers.ErrInvalid)
}

// MaxDepth is how deep the JSON of a file may nest: a MultiPolygon in a FeatureCollection needs eight levels, a polygon in the selector of a
// rule nine.
const MaxDepth = 9

// Options say how to read a file. The zero value recognises what it can and has no limits.
type Options struct {
	// Format is recognised by content and name when empty.
	Format Format
	// Layer names one of the layers of a GeoPackage, or of the sheets of a workbook; needed when it has several.
	Layer string
	// Prefer names the layer that is read when the file has several and Layer is empty.
	Prefer string
	// Encoding of GeoJSON and CSV: utf-8 (the default), gbk, gb18030, utf-16. A byte order mark wins.
	Encoding string
	// LenientNumbers takes a text for a coordinate if it reads as a number, and reports it as a warning instead of an error.
	LenientNumbers bool
	// LonField and LatField, or WKTField, name the geometry columns of a CSV file; recognised by name when empty.
	LonField, LatField, WKTField string
	// Bytes bounds the size of the file, Vertices that of one geometry; 0 is no limit.
	Bytes    int64
	Vertices int
}

// Source is an open file. It is used by one goroutine.
type Source struct {
	name     string
	format   Format
	layer    string
	declared string
	fields   []string
	known    map[string]bool
	spatial  bool // the file can hold geometry
	done     func() int64
	total    int64
	records  func(ctx context.Context, yield func(Record, error) bool)
	close    func() error
}

// Open opens a file by its path. The caller closes the Source. Errors about content are of kind layers.ErrInvalid.
func Open(path string, o Options) (*Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	s, err := openFile(f, o)
	if err != nil {
		_ = f.Close() // what went wrong before matters more
		return nil, fmt.Errorf("source: %s: %w", filepath.Base(path), err)
	}
	return s, nil
}

func openFile(f *os.File, o Options) (*Source, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: is not a regular file", layers.ErrInvalid)
	}
	if o.Bytes > 0 && info.Size() > o.Bytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", layers.ErrInvalid, info.Size(), o.Bytes)
	}
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if o.Format == "" {
		if o.Format, err = recognise(f.Name(), head[:n]); err != nil {
			return nil, err
		}
	}
	var s *Source
	if o.Format == GeoPackage {
		s, err = openGeoPackage(f.Name(), info.Size(), o)
		if err == nil {
			err = f.Close() // SQLite has a handle of its own
		}
	} else if s, err = FromReader(f, filepath.Base(f.Name()), o); err == nil {
		s.close = f.Close
		if o.Format != XLSX { // which knows how long its table is
			s.total = info.Size()
		}
	}
	if err != nil {
		return nil, err
	}
	s.name = filepath.Base(f.Name())
	return s, nil
}

// recognise finds the format by the first bytes, then by the name.
func recognise(name string, head []byte) (Format, error) {
	ext := strings.ToLower(filepath.Ext(name))
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return GeoPackage, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) && ext == ".xlsx":
		return XLSX, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "", fmt.Errorf("%w: is a ZIP file; unpack it", layers.ErrInvalid)
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return "", fmt.Errorf("%w: is an old Excel file (XLS); save it as XLSX", layers.ErrInvalid)
	case bytes.HasPrefix(head, []byte{0, 0, 0x27, 0x0a}):
		return "", fmt.Errorf("%w: is a shapefile; turn it into a GeoPackage: ogr2ogr out.gpkg in.shp", layers.ErrInvalid)
	case len(text) > 0 && text[0] == '{', ext == ".geojson", ext == ".json":
		return GeoJSON, nil
	case ext == ".gpkg":
		return "", fmt.Errorf("%w: is no GeoPackage: it does not begin as an SQLite file", layers.ErrInvalid)
	case len(text) > 0 && text[0] == '<':
		return "", fmt.Errorf("%w: is XML (GML, KML?); turn it into a GeoPackage with ogr2ogr", layers.ErrInvalid)
	}
	return CSV, nil
}

// FromReader reads GeoJSON, CSV or a sheet of a workbook from r; Options.Format must say which. name is for the report. Closing the Source does not
// close r. A GeoPackage must be a file: use Open.
func FromReader(r io.Reader, name string, o Options) (*Source, error) {
	counted := &counter{r: r, limit: o.Bytes}
	if o.Format == XLSX {
		return openSheet(counted, name, o)
	}
	text, err := decodeText(counted, o.Encoding)
	if err != nil {
		return nil, err
	}
	s := &Source{name: name, format: o.Format, spatial: true, known: map[string]bool{}, total: -1,
		done: func() int64 { return counted.n }, close: func() error { return nil }}
	switch o.Format {
	case GeoJSON:
		s.records = (&geojsonReader{source: s, options: o, in: text}).records
	case CSV:
		c, err := newCSVReader(s, text, o)
		if err != nil {
			return nil, err
		}
		s.records = c.records
	default:
		return nil, fmt.Errorf("format %q: %w: want geojson, csv or xlsx", o.Format, layers.ErrInvalid)
	}
	return s, nil
}

// Records yields each record once, in the order of the file. An error ends it: the file cannot be read further, or ctx ended.
// A problem of one record is in that record and does not end it.
func (s *Source) Records(ctx context.Context) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		s.records(ctx, func(r Record, err error) bool {
			if err != nil {
				err = fmt.Errorf("source: %s: %w", s.name, err)
			}
			return yield(r, err)
		})
	}
}

// Name returns the name of the file, Format its format, Layer the layer that is read from a GeoPackage.
func (s *Source) Name() string { return s.name }

// Format returns the format.
func (s *Source) Format() Format { return s.format }

// Layer returns the name of the layer in the file, "" for formats without layers.
func (s *Source) Layer() string { return s.layer }

// Declared returns the reference system that the file names, in the file's words, or "". For GeoJSON it is complete only after
// the last record.
func (s *Source) Declared() string { return s.declared }

// Fields returns the names of the fields in the order in which they appear; for GeoJSON complete only after the last record.
// The slice is the caller's.
func (s *Source) Fields() []string { return slices.Clone(s.fields) }

// Progress returns how much has been read, and the total, in bytes (rows for a GeoPackage); total is -1 when unknown.
func (s *Source) Progress() (done, total int64) { return s.done(), s.total }

// Close ends the use of the file.
func (s *Source) Close() error { return s.close() }

func (s *Source) sawField(name string) {
	if !s.known[name] {
		s.known[name] = true
		s.fields = append(s.fields, name)
	}
}

// counter counts what is read and stops with an error past its limit.
type counter struct {
	r     io.Reader
	n     int64
	limit int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.limit > 0 && c.n > c.limit {
		return 0, fmt.Errorf("%w: more than %d bytes", layers.ErrInvalid, c.limit)
	}
	return n, err
}

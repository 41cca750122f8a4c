package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// csvReader reads a table with a header row. The geometry is in two columns of numbers, in one of WKT, or nowhere.
type csvReader struct {
	source   *Source
	options  Options
	in       *csv.Reader
	header   []string
	lon, lat int // columns, -1 for none
	wkt      int
	own      bool // our own export, in which texts that look like formulas are guarded
	number   int
}

// The names by which geometry columns are known, in lower case.
func lonNames() []string {
	return []string{"lon", "lng", "long", "longitude", "经度", "x", "easting"}
}
func latNames() []string { return []string{"lat", "latitude", "纬度", "y", "northing"} }
func wktNames() []string { return []string{"wkt", "geom", "geometry", "the_geom", "shape"} }

// newCSVReader reads the header. The separator is the one of comma, semicolon and tab that the header has most of.
func newCSVReader(s *Source, text *bufio.Reader, o Options) (*csvReader, error) {
	head, err := text.Peek(1 << 14)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	c := &csvReader{source: s, options: o, in: csv.NewReader(text)}
	c.in.Comma = separator(head)
	c.in.FieldsPerRecord = -1
	c.in.ReuseRecord = true
	header, err := c.in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: the table is empty", layers.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: header: %w", layers.ErrInvalid, err)
	}
	for i, h := range header {
		h = strings.TrimSpace(h)
		if strings.ContainsRune(h, 0) {
			return nil, fmt.Errorf("%w: the header has a NUL byte; is it a text file?", layers.ErrInvalid)
		}
		if replaced(h) {
			return nil, fmt.Errorf("%w: the header %q is not in the encoding; name it, such as --encoding gbk", layers.ErrInvalid, h)
		}
		if h == "" {
			h = fmt.Sprintf("column %d", i+1)
		}
		if slices.Contains(c.header, h) {
			return nil, fmt.Errorf("%w: the column %q is there twice", layers.ErrInvalid, h)
		}
		c.header = append(c.header, h)
	}
	c.own = ownForm(c.header)
	return c, c.findGeometry()
}

// separator counts the candidates in the first line, outside of quotes.
func separator(head []byte) rune {
	best, most := ',', 0
	for _, sep := range []byte{',', ';', '\t'} {
		n, quoted := 0, false
		for _, b := range head {
			if b == '"' {
				quoted = !quoted
			} else if b == '\n' && !quoted {
				break
			} else if b == sep && !quoted {
				n++
			}
		}
		if n > most {
			best, most = rune(sep), n
		}
	}
	return best
}

// findGeometry chooses the geometry columns: those named, else WKT, else longitude and latitude by their usual names.
func (c *csvReader) findGeometry() error {
	c.lon, c.lat, c.wkt = -1, -1, -1
	o := c.options
	if (o.LonField == "") != (o.LatField == "") || (o.LonField != "" && o.WKTField != "") {
		return fmt.Errorf("%w: name a longitude and a latitude column, or a WKT column", layers.ErrInvalid)
	}
	var err error
	switch {
	case o.WKTField != "":
		c.wkt, err = c.column(o.WKTField)
	case o.LonField != "":
		if c.lon, err = c.column(o.LonField); err == nil {
			c.lat, err = c.column(o.LatField)
		}
	default:
		if c.wkt = c.known(wktNames()); c.wkt < 0 {
			if c.lon, c.lat = c.known(lonNames()), c.known(latNames()); c.lon < 0 || c.lat < 0 {
				c.lon, c.lat = -1, -1
			}
		}
	}
	c.source.spatial = c.wkt >= 0 || c.lon >= 0
	for i, h := range c.header {
		if i != c.lon && i != c.lat && i != c.wkt {
			c.source.sawField(h)
		}
	}
	return err
}

func (c *csvReader) column(name string) (int, error) {
	if i := slices.Index(c.header, name); i >= 0 {
		return i, nil
	}
	return -1, fmt.Errorf("%w: no column %q; the columns are %s", layers.ErrInvalid, name, strings.Join(c.header, ", "))
}

func (c *csvReader) known(names []string) int {
	return slices.IndexFunc(c.header, func(h string) bool { return slices.Contains(names, strings.ToLower(h)) })
}

func (c *csvReader) records(ctx context.Context, yield func(Record, error) bool) {
	for {
		cells, err := c.in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			err = ctx.Err()
		} else if parse := new(csv.ParseError); errors.As(err, &parse) {
			err = fmt.Errorf("%w: %w", layers.ErrInvalid, err)
		}
		if err != nil {
			yield(Record{}, err)
			return
		}
		if len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			continue
		}
		if !yield(c.record(cells), nil) {
			return
		}
	}
}

func (c *csvReader) record(cells []string) Record {
	c.number++
	line, _ := c.in.FieldPos(0)
	r := Record{Row: fmt.Sprintf("line %d", line), Number: c.number, Fields: make(map[string]any, len(c.header))}
	if len(cells) != len(c.header) {
		r.problem(KindRagged, geo.SeverityError, "%d cells, the header has %d", len(cells), len(c.header))
		return r
	}
	for i, cell := range cells {
		if i == c.lon || i == c.lat || i == c.wkt {
			continue
		}
		if replaced(cell) {
			r.Problems = append(r.Problems, Problem{Kind: KindEncoding, Severity: geo.SeverityError, Row: r.Row, Field: c.header[i],
				Detail: fmt.Sprintf("the text %.40q is not in the encoding; name it, such as --encoding gbk", cell)})
		}
		switch {
		case cell == "":
			r.Fields[c.header[i]] = nil
		case c.own:
			r.Fields[c.header[i]] = unguard(cell)
		default:
			r.Fields[c.header[i]] = cell
		}
	}
	c.geometry(&r, cells)
	return r
}

func (c *csvReader) geometry(r *Record, cells []string) {
	switch {
	case c.wkt >= 0:
		text := strings.TrimSpace(cells[c.wkt])
		if text == "" {
			return
		}
		srid, g, err := parseWKT(text, c.options.Vertices)
		if err != nil {
			r.Problems = append(r.Problems, Problem{Kind: errKind(err), Severity: geo.SeverityError, Row: r.Row,
				Field: c.header[c.wkt], Detail: err.Error()})
			return
		}
		c.declare(r, srid)
		r.Geometry = g
	case c.lon >= 0:
		x, y := strings.TrimSpace(cells[c.lon]), strings.TrimSpace(cells[c.lat])
		if x == "" && y == "" {
			return
		}
		lon, okX := parseFloat(x)
		lat, okY := parseFloat(y)
		if !okX || !okY {
			r.problem(KindCoordinate, geo.SeverityError, "%.40q, %.40q are not two numbers", x, y)
			return
		}
		r.Geometry = orb.Point{lon, lat}
	}
}

// declare notes the system that EWKT names; one file has one system.
func (c *csvReader) declare(r *Record, srid string) {
	if srid == "" {
		return
	}
	name := "epsg:" + srid
	if c.source.declared != "" && c.source.declared != name {
		r.problem(KindCRSMismatch, geo.SeverityError, "this row is in %s, rows before in %s", name, c.source.declared)
		return
	}
	c.source.declared = name
}

// guarded is the form in which a text is written to CSV: one that a spreadsheet would take for a formula gets an apostrophe.
// unguard takes it away again.
func guarded(s string) string {
	if formulaLike(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if strings.HasPrefix(s, "'") && formulaLike(s[1:]) {
		return s[1:]
	}
	return s
}

// formulaLike reports whether s starts with a formula character, apostrophes before it not counted.
func formulaLike(s string) bool {
	t := bytes.TrimLeft([]byte(s), "'")
	return len(t) > 0 && bytes.IndexByte([]byte("=+-@\t\r"), t[0]) >= 0
}

package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// KerbFormat is a form in which others keep the regulations of kerbs.
type KerbFormat string

// The forms that are read.
const (
	// CurbLR is GeoJSON with location and regulations in its properties (CurbLR 1.1).
	CurbLR KerbFormat = "curblr"
	// CDS is an answer of the Curbs API of the Curb Data Specification, or a list of several.
	CDS KerbFormat = "cds"
	// SanFrancisco is the table of parking regulations of that city.
	SanFrancisco KerbFormat = "sf"
)

// ParseKerbFormat returns the format of that name, or an error of kind layers.ErrInvalid that lists the names.
func ParseKerbFormat(s string) (KerbFormat, error) {
	switch f := KerbFormat(strings.ToLower(s)); f {
	case CurbLR, CDS, SanFrancisco:
		return f, nil
	}
	return "", fmt.Errorf("format %q: %w: the formats of kerb data are curblr, cds, sf", s, layers.ErrInvalid)
}

const (
	// mostKerbBytes bounds a file, mostKerbRecords what is in it, kerbDepth how deep its JSON nests.
	mostKerbBytes   = 64 << 20
	mostKerbRecords = 200_000
	kerbDepth       = 16
	// KerbWidth is how wide the strip beside a line is that a zone is made of, in metres.
	KerbWidth geo.Metres = 2.5
)

// KerbAuthor is who drafts the schedules of an import.
const KerbAuthor = "import"

// KerbInput is everything that an import of kerb data depends on.
type KerbInput struct {
	Name string
	// Data is read to its end. More are further files of the same form, such as the policies to the zones.
	Data io.Reader
	More []io.Reader
	// Format is recognised by the content when it is empty.
	Format    KerbFormat
	CRS       geo.CRS
	Converter geo.Converter
	// DefaultMode is that of a zone where no regulation holds; empty is parking.
	DefaultMode layers.Mode
	// ValidFrom is the day from which zones and drafts apply; zero is Now.
	ValidFrom layers.Instant
	Now       layers.Instant
	Settings  layers.Settings
	// Notices are those of the store, Known tells which ids it has.
	Notices []*layers.Notice
	Known   func(layers.Key) bool
	// Extent is the box around the district of the store, the zero Bound if it has none.
	Extent orb.Bound
	// Progress is called with how many bytes have been read.
	Progress func(done int64)
}

// KerbPlan is what an import of kerb data would do.
type KerbPlan struct {
	Report KerbReport
	edits  []layers.Edit
	note   string
}

// Edits returns the edits of the import; the slice is the plan's.
func (p *KerbPlan) Edits() []layers.Edit { return p.edits }

// Tx returns the transaction of the import.
func (p *KerbPlan) Tx(actor layers.Actor, at time.Time) layers.Tx {
	return layers.Tx{Actor: actor, At: at, Kind: "import", Note: p.note, Edits: p.edits}
}

// kerbRecord is one record of a file, with what it asks for at a place. A record without a place (a policy) is reported alone.
type kerbRecord struct {
	row string
	// key is the same for records about one place.
	key            string
	code, name     string
	road, from, to string
	side           string // left or right of the line; "" if the file does not say
	capacity       int
	placed         bool
	shape          orb.Geometry // in the file's system
	rules          []*kerbRule
	spaces         []*layers.Space // in the file's system
	carried        bool
	lost           []KerbLoss
}

// kerbRule is one regulation: what holds, when, for whom.
type kerbRule struct {
	of   *kerbRecord
	rank int // the least goes first
	mode layers.Mode
	// always says that it holds all the time; otherwise times are when.
	always bool
	times  []layers.ModeWindow
	// event names something that has to happen for it to hold.
	event   string
	users   *layers.UserClasses
	maxStay int
	rate    *layers.Rate
}

// lose notes that something of a record has no equal here.
func (r *kerbRecord) lose(class KerbClass, format string, args ...any) {
	r.lost = append(r.lost, KerbLoss{Row: r.row, Class: class, Detail: fmt.Sprintf(format, args...)})
}

// NewKerbPlan reads kerb data and makes segments, zones and drafts of schedules of it. What is wrong with single records is in the report;
// the error is for what keeps a report from being made: input that makes no sense, a file in none of the forms (kind layers.ErrInvalid),
// the end of ctx.
func NewKerbPlan(ctx context.Context, in KerbInput) (*KerbPlan, error) {
	if _, err := geo.ParseCRS(string(in.CRS)); err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	if in.DefaultMode == "" {
		in.DefaultMode = layers.Parking
	}
	if in.Now == 0 {
		in.Now = layers.InstantOf(time.Now())
	}
	if in.ValidFrom == 0 {
		in.ValidFrom = in.Now
	}
	d := &kerbDecoder{unused: map[string]int{}}
	var read int64
	for i, r := range append([]io.Reader{in.Data}, in.More...) {
		if err := d.file(&in, r, &read); err != nil {
			return nil, fmt.Errorf("source: %s (file %d): %w", filepath.Base(in.Name), i+1, err)
		}
	}
	d.finish()
	m := &kerbMaker{in: &in, decoder: d, calendar: layers.CalendarOf(in.Notices)}
	return m.plan(ctx)
}

// kerbDecoder collects the records of files of one form.
type kerbDecoder struct {
	format  KerbFormat
	records []*kerbRecord
	// assumed are sentences about what the file does not say.
	assumed []string
	// unused counts records with a field that nothing is made of.
	unused map[string]int
	cds    *cdsFile
	// stretches are the records of CurbLR that say where along a street they are.
	stretches []curblrStretch
}

func (d *kerbDecoder) file(in *KerbInput, r io.Reader, read *int64) error {
	content, err := io.ReadAll(io.LimitReader(&watched{r, read, in.Progress}, mostKerbBytes+1))
	switch {
	case err != nil:
		return err
	case len(content) > mostKerbBytes:
		return fmt.Errorf("%w: more than %d bytes", layers.ErrInvalid, mostKerbBytes)
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	format := in.Format
	if format == "" {
		if format, err = recogniseKerb(content); err != nil {
			return err
		}
	}
	if d.format != "" && d.format != format {
		return fmt.Errorf("%w: is %s, the file before is %s", layers.ErrInvalid, format, d.format)
	}
	d.format = format
	if format != SanFrancisco && depthOf(content) > kerbDepth {
		return fmt.Errorf("%w: nests more than %d levels deep", layers.ErrInvalid, kerbDepth)
	}
	switch format {
	case CurbLR:
		err = d.curblr(content)
	case CDS:
		err = d.readCDS(content)
	default:
		err = d.sanFrancisco(content)
	}
	if err == nil && len(d.records) > mostKerbRecords {
		err = fmt.Errorf("%w: more than %d records", layers.ErrInvalid, mostKerbRecords)
	}
	return err
}

// watched tells how much has been read.
type watched struct {
	r    io.Reader
	n    *int64
	tell func(int64)
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if *w.n += int64(n); w.tell != nil {
		w.tell(*w.n)
	}
	return n, err
}

// recogniseKerb finds the form by what the beginning of the content has.
func recogniseKerb(b []byte) (KerbFormat, error) {
	head := b[:min(len(b), 1<<20)]
	text := skipSpace(head)
	switch {
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		switch {
		case bytes.Contains(head, []byte(`"regulations"`)):
			return CurbLR, nil
		case bytes.Contains(head, []byte(`"zones"`)), bytes.Contains(head, []byte(`"policies"`)), bytes.Contains(head, []byte(`"spaces"`)), bytes.Contains(head, []byte(`"areas"`)):
			return CDS, nil
		}
	case bytes.Contains(head, []byte("REGULATION")) && bytes.Contains(head, []byte("HOURS")):
		return SanFrancisco, nil
	}
	return "", fmt.Errorf("%w: is none of curblr, cds and sf; name it with --format", layers.ErrInvalid)
}

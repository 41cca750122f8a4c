package source

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// Record is one row of a file, as the file says it.
type Record struct {
	// Row is the file's own name of the row for people: "feature 12", "line 5", "fid 9".
	Row string
	// Number counts the records from 1.
	Number int
	// Fields are the attributes by name: nil, string, bool, json.Number, or json.RawMessage for an array or object.
	Fields map[string]any
	// Geometry is in the file's system, not rounded; nil when there is none or it cannot be read.
	Geometry orb.Geometry
	// Problems are what went wrong while reading this row; one of severity error means that the record is not whole.
	Problems []Problem
}

// Kind names a problem. The kinds of package geo (gap, overlap, ring-self-crossing …) and the codes of layers.Issue are kinds
// too; the ones below are this package's own. The words are stable.
type Kind string

// The kinds of problems beside those of geo and layers.
const (
	KindStringNumber  Kind = "string-number"      // a coordinate is a text
	KindCoordinate    Kind = "coordinate"         // a coordinate is no position
	KindGeometry      Kind = "geometry"           // a geometry that cannot be read
	KindGeometryType  Kind = "geometry-type"      // a geometry of a type that the layer or the reader does not take
	KindNoGeometry    Kind = "geometry-missing"   // no geometry where the layer needs one
	KindExtraOrdinate Kind = "extra-ordinate"     // heights or measures, which are not kept
	KindEncoding      Kind = "encoding"           // text that is not in the encoding
	KindRagged        Kind = "ragged-row"         // a row with more or fewer cells than the header
	KindRecord        Kind = "record"             // a row that is not a record at all
	KindDuplicateKey  Kind = "duplicate-key"      // a JSON member or a column twice
	KindDepth         Kind = "depth"              // JSON nested too deep
	KindNoField       Kind = "field-missing"      // a mapped field is not in the file
	KindNoCode        Kind = "code-missing"       // no field for the code, or a row without one
	KindCodeClash     Kind = "code-clash"         // two rows with one code
	KindCodeMade      Kind = "code-made"          // a code was changed to fit the form of an id
	KindNameFromCode  Kind = "name-from-code"     // a name was missing and is the code now
	KindDropped       Kind = "value-dropped"      // a value that nobody mapped does not fit its column
	KindTrimmed       Kind = "trimmed"            // blanks around a text were removed
	KindRounded       Kind = "rounded"            // coordinates were rounded to 1e-7 degree
	KindRingClosed    Kind = "ring-closed"        // a ring was closed
	KindMoved         Kind = "moved"              // vertices were moved by a repair
	KindOverlapGiven  Kind = "overlap-given"      // an overlap went to the lower code
	KindCRSMismatch   Kind = "crs-mismatch"       // the file names another system than the caller
	KindCRSFit        Kind = "crs-fit"            // another system fits what is in the store better
	KindCRSUnchecked  Kind = "crs-unchecked"      // the system could not be compared with anything
	KindSwapped       Kind = "swapped-axes"       // latitude before longitude
	KindOutside       Kind = "outside-extent"     // outside of what the store covers
	KindProvenance    Kind = "provenance-missing" // authority, document, survey date, accuracy
	KindEdition       Kind = "edition"            // the edition cannot be what was asked for
	KindTopologyGap   Kind = "topology-gap"       // ground of the parent that no child covers
	KindOutsideParent Kind = "outside-parent"     // ground of a child outside its parent
	KindReference     Kind = "reference-missing"  // a reference to nothing
	KindReferenced    Kind = "referenced"         // something to be ended that others refer to
	KindDeadField     Kind = "fields-unused"      // fields of the file that go nowhere
	KindEmpty         Kind = "file-empty"         // a file without records
)

// Problem is one thing that is wrong or worth saying, with its feature, place and reason.
type Problem struct {
	Kind     Kind         `json:"kind"`
	Severity geo.Severity `json:"severity"`
	// Row and Code name the feature, as far as known; both are empty for the file as a whole. Others are the codes of further
	// features that take part.
	Row    string   `json:"row,omitempty"`
	Code   string   `json:"code,omitempty"`
	Others []string `json:"others,omitempty"`
	// Field is the column or field concerned.
	Field string `json:"field,omitempty"`
	// At is a place to look at: CGCS2000 longitude, latitude.
	At *orb.Point `json:"at,omitempty"`
	// SizeM is a length in metres (the width of a gap, the distance moved), AreaM2 an area; 0 where there is none.
	SizeM  float64 `json:"size_m,omitempty"`
	AreaM2 float64 `json:"area_m2,omitempty"`
	Detail string  `json:"detail"`
}

// String is a line for people: where, what, how large, why.
func (p Problem) String() string {
	var b strings.Builder
	sep := func(s string) {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s)
	}
	if p.Code != "" {
		sep(strings.Join(append([]string{p.Code}, p.Others...), " + "))
	}
	if p.Row != "" {
		sep(p.Row)
	}
	if p.Field != "" {
		sep("field " + p.Field)
	}
	if p.At != nil {
		sep(fmt.Sprintf("at %.7f,%.7f", p.At[0], p.At[1]))
	}
	if p.SizeM != 0 {
		sep(fmt.Sprintf("%.3f m", p.SizeM))
	}
	if p.AreaM2 != 0 {
		sep(fmt.Sprintf("%.1f m²", p.AreaM2))
	}
	if b.Len() == 0 {
		return p.Detail
	}
	return b.String() + ": " + p.Detail
}

func (r *Record) problem(k Kind, s geo.Severity, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{Kind: k, Severity: s, Row: r.Row, Detail: fmt.Sprintf(format, args...)})
}

// broken reports whether reading the record failed.
func (r *Record) broken() bool { return hasErrors(r.Problems) }

func hasErrors(list []Problem) bool {
	for _, p := range list {
		if p.Severity == geo.SeverityError {
			return true
		}
	}
	return false
}

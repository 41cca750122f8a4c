package geo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// DefectKind names what is wrong with a ring, an area or a coverage. The words are stable: reports and the API show them.
type DefectKind string

// The kinds of defects.
const (
	// DefectGap is a bounded face that no area covers and that is narrower than the tolerance.
	DefectGap DefectKind = "gap"
	// DefectHoleKept is a bounded face that no area covers and that is as wide as the tolerance or wider: a lake, an enclave of
	// somebody else.
	DefectHoleKept DefectKind = "hole-kept"
	// DefectOverlap is a face that two or more areas cover, as wide as the tolerance or wider.
	DefectOverlap DefectKind = "overlap"
	// DefectSliver is a face that two or more areas cover, narrower than the tolerance.
	DefectSliver DefectKind = "sliver"
	// DefectDuplicateArea is an area that covers exactly the same ground as another.
	DefectDuplicateArea DefectKind = "duplicate-area"
	// DefectCrossingEdge is a place where the borders of two areas cross between their vertices.
	DefectCrossingEdge DefectKind = "crossing-edge"
	// DefectUnmatchedVertex is a vertex that is nearer than the tolerance to the border of another area but not on it.
	DefectUnmatchedVertex DefectKind = "unmatched-vertex"
	// DefectDanglingEdge is an edge that a ring walks forth and back: a spike.
	DefectDanglingEdge DefectKind = "dangling-edge"
	// DefectDuplicateVertex is a vertex that repeats the one before it.
	DefectDuplicateVertex DefectKind = "duplicate-vertex"
	// DefectCoordinate is a coordinate that is no position on Earth.
	DefectCoordinate DefectKind = "coordinate"
	// DefectNotPolygon is a geometry of another type.
	DefectNotPolygon DefectKind = "not-polygon"
	// DefectEmpty is an area, polygon or ring without a vertex, or an area of which a repair left nothing.
	DefectEmpty DefectKind = "empty"
	// DefectRingTooShort is a ring of fewer than three different vertices.
	DefectRingTooShort DefectKind = "ring-too-short"
	// DefectRingUnclosed is a ring whose last vertex is not its first.
	DefectRingUnclosed DefectKind = "ring-unclosed"
	// DefectRingCollinear is a ring whose vertices all lie on one line.
	DefectRingCollinear DefectKind = "ring-collinear"
	// DefectRingSelfCrossing is a ring that crosses itself (bow tie).
	DefectRingSelfCrossing DefectKind = "ring-self-crossing"
	// DefectRingSelfTouching is a ring that meets itself in a vertex without crossing. OGC calls it invalid; the area is clear.
	DefectRingSelfTouching DefectKind = "ring-self-touching"
	// DefectRingsCrossing is a crossing of two rings of one area.
	DefectRingsCrossing DefectKind = "rings-crossing"
	// DefectRingsTouching is an edge that two rings of one area share: they touch in a line.
	DefectRingsTouching DefectKind = "rings-touching"
	// DefectRingWinding is an exterior that runs clockwise or a hole that runs counter-clockwise (RFC 7946); it is harmless.
	DefectRingWinding DefectKind = "ring-winding"
	// DefectHoleOutside is a hole that lies, wholly or partly, outside its exterior.
	DefectHoleOutside DefectKind = "hole-outside"
	// DefectHoleNested is a hole that lies, wholly or partly, in another hole of its polygon.
	DefectHoleNested DefectKind = "hole-nested"
	// DefectPartOverlap is a polygon of an area that overlaps another polygon of that area.
	DefectPartOverlap DefectKind = "part-overlap"
	// DefectInteriorSplit is a polygon whose rings touch so often that they cut its interior in two.
	DefectInteriorSplit DefectKind = "interior-split"
	// DefectNotNoded is a set of borders that meet or cross so often that the faces between them were not looked at.
	DefectNotNoded DefectKind = "not-noded"
)

// Severity says what follows from a defect.
type Severity string

// The severities. An error stops an import, a warning is shown, an info is counted.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// Defect is one thing that is wrong, with its place and size.
type Defect struct {
	Kind     DefectKind
	Severity Severity
	// Areas are indexes into the caller's areas, ascending: who covers the face, whose edges cross, who adjoins the gap.
	Areas []int
	// At is a position in or on the defect, degrees; zero where there is none (an empty area, a coordinate that is not finite).
	At orb.Point
	// SizeM is, in metres, the width of a face (see faceWidth), the length of an edge, or the distance of a vertex from the
	// border that it misses; 0 where the defect is a point.
	SizeM float64
	// AreaM2 is the area of a face in square metres, otherwise 0.
	AreaM2 float64
	// Detail says more, in English, for a person.
	Detail string
	// Repaired says that a repair removed the defect. A face (gap, overlap, sliver) then belongs to area GivenTo, which is
	// Outside for any other kind, and where the face vanished as its borders moved; without Repaired it means nothing.
	Repaired bool
	GivenTo  int
}

// String is a line for a report.
func (d Defect) String() string {
	return fmt.Sprintf("%s %s areas %v at %.7f,%.7f size %.3f m area %.2f m2: %s",
		d.Severity, d.Kind, d.Areas, d.At[0], d.At[1], d.SizeM, d.AreaM2, d.Detail)
}

// HasErrors reports whether one of the defects is an error.
func HasErrors(defects []Defect) bool {
	return slices.ContainsFunc(defects, func(d Defect) bool { return d.Severity == SeverityError })
}

// DefectSummary counts the defects of one kind and severity.
type DefectSummary struct {
	Kind     DefectKind
	Severity Severity
	Count    int
	// MaxSizeM and AreaM2 are the largest size and the sum of the areas.
	MaxSizeM, AreaM2 float64
	// Largest is the defect of the greatest area, or size where none has an area.
	Largest Defect
}

// Summarize counts defects by kind and severity, errors first, then by kind.
func Summarize(defects []Defect) []DefectSummary {
	var out []DefectSummary
	for _, d := range defects {
		i := slices.IndexFunc(out, func(s DefectSummary) bool { return s.Kind == d.Kind && s.Severity == d.Severity })
		if i < 0 {
			out = append(out, DefectSummary{Kind: d.Kind, Severity: d.Severity, Largest: d})
			i = len(out) - 1
		}
		s := &out[i]
		s.Count++
		s.MaxSizeM = max(s.MaxSizeM, d.SizeM)
		s.AreaM2 += d.AreaM2
		if cmp.Or(cmp.Compare(d.AreaM2, s.Largest.AreaM2), cmp.Compare(d.SizeM, s.Largest.SizeM)) > 0 {
			s.Largest = d
		}
	}
	slices.SortFunc(out, func(a, b DefectSummary) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

func (s Severity) rank() int {
	return slices.Index([]Severity{SeverityError, SeverityWarning, SeverityInfo}, s)
}

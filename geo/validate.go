package geo

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// ValidateMultiPolygon names everything that is wrong with the rings of a Polygon or MultiPolygon, each with its place: bad
// coordinates, too few points, unclosed, collinear or repeated vertices, spikes, self-crossings, holes outside or nested,
// polygons that overlap or touch in a line; and, less severe, self-touching rings, a split interior and unusual winding. It
// judges the geometry rounded to Fixed, as it would be stored. Without a defect of SeverityError the area is clear and can take
// part in a coverage; without one of SeverityWarning either, it is valid in the sense of OGC simple features. Areas of each
// defect is [0].
func ValidateMultiPolygon(g orb.Geometry) []Defect {
	mp, err := polygonsOf(g)
	if err != nil {
		return []Defect{{Kind: DefectNotPolygon, Severity: SeverityError, Areas: []int{0}, Detail: err.Error()}}
	}
	m, defects := roundLeniently(mp)
	w := newLinework([]FixedMultiPolygon{m})
	more, flat := outlineDefects(0, m)
	defects = append(defects, more...)
	d := w.nodeExactly()
	defects = append(defects, w.passageDefects(d.segs, flat)...)
	defects = append(defects, w.crossingDefects(d)...)
	if len(d.crossings) > 0 && !d.tooMany {
		d = w.nodeRounded()
	}
	if d.tooMany {
		return append(defects, notNoded(w))
	}
	p := newPlane(w, d)
	defects = append(defects, w.nestingDefects(p)...)
	if !HasErrors(defects) {
		defects = append(defects, w.splitDefects(p)...)
	}
	return defects
}

// roundLeniently rounds what can be rounded; a vertex with a bad coordinate is reported and left out.
func roundLeniently(mp orb.MultiPolygon) (FixedMultiPolygon, []Defect) {
	var defects []Defect
	m := make(FixedMultiPolygon, len(mp))
	for i, pg := range mp {
		m[i] = make(FixedPolygon, len(pg))
		for j, r := range pg {
			ring := make(FixedRing, 0, len(r))
			for k, p := range r {
				f, err := FixedFrom(p)
				if err != nil {
					d := Defect{Kind: DefectCoordinate, Severity: SeverityError, Areas: []int{0},
						Detail: fmt.Sprintf("polygon %d ring %d vertex %d: %v", i, j, k, err)}
					if finite(p) {
						d.At = p
					}
					defects = append(defects, d)
					continue
				}
				ring = append(ring, f)
			}
			m[i][j] = ring
		}
	}
	return m, defects
}

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsInf(p[0], 0) && !math.IsNaN(p[1]) && !math.IsInf(p[1], 0)
}

// outlineDefects looks at each ring of an area by itself, in one pass. The rings that enclose nothing are returned as flat, by
// polygon and ring.
func outlineDefects(area int, m FixedMultiPolygon) (defects []Defect, flat map[[3]int32]bool) {
	flat = make(map[[3]int32]bool)
	add := func(kind DefectKind, severity Severity, at Fixed, size float64, format string, args ...any) {
		defects = append(defects, Defect{Kind: kind, Severity: severity, Areas: []int{area}, At: at.Point(), SizeM: size,
			Detail: fmt.Sprintf(format, args...)})
	}
	if len(m) == 0 {
		add(DefectEmpty, SeverityError, Fixed{}, 0, "no polygon")
	}
	for i, pg := range m {
		if len(pg) == 0 {
			add(DefectEmpty, SeverityError, Fixed{}, 0, "polygon %d has no ring", i)
		}
		for j, r := range pg {
			if len(r) == 0 {
				add(DefectEmpty, SeverityError, Fixed{}, 0, "polygon %d ring %d has no vertex", i, j)
				continue
			}
			if last := r[len(r)-1]; r[0] != last {
				add(DefectRingUnclosed, SeverityError, last, float64(Distance(r[0].Point(), last.Point())),
					"polygon %d ring %d does not return to its first vertex", i, j)
			}
			for k := 1; k < len(r); k++ {
				if r[k] == r[k-1] && len(r) > 2 {
					add(DefectDuplicateVertex, SeverityWarning, r[k], 0, "polygon %d ring %d vertex %d repeats the one before", i, j, k)
				}
			}
			switch distinct, line := r.extent(); {
			case distinct < 3:
				flat[[3]int32{int32(area), int32(i), int32(j)}] = true
				add(DefectRingTooShort, SeverityError, r[0], 0, "polygon %d ring %d has %d different vertices", i, j, distinct)
			case line:
				flat[[3]int32{int32(area), int32(i), int32(j)}] = true
				add(DefectRingCollinear, SeverityError, r[0], 0, "polygon %d ring %d lies on one line", i, j)
			case r.Winding() < 0 && j == 0:
				add(DefectRingWinding, SeverityInfo, r[0], 0, "the exterior of polygon %d runs clockwise", i)
			case r.Winding() > 0 && j > 0:
				add(DefectRingWinding, SeverityInfo, r[0], 0, "hole %d of polygon %d runs counter-clockwise", j, i)
			}
		}
	}
	return defects, flat
}

// extent counts the different vertices of r, no further than three, and tells whether all lie on one line.
func (r FixedRing) extent() (distinct int, line bool) {
	second := slices.IndexFunc(r, func(f Fixed) bool { return f != r[0] })
	if second < 0 {
		return 1, true
	}
	distinct = 2
	for _, f := range r {
		if f != r[0] && f != r[second] {
			distinct = 3
		}
		if orient(r[0], r[second], f) != 0 {
			return 3, false
		}
	}
	return distinct, true
}

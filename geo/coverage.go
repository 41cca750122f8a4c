package geo

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// Outside is the index that stands for the ground that no area of a coverage covers.
const Outside = -1

// Coverage is a set of areas that neither overlap nor leave gaps, as a planar arrangement: nodes, and arcs between them that two
// neighbours share. Areas are known by their index in the list that NewCoverage got. It is immutable and safe for concurrent use.
type Coverage struct {
	areas []FixedMultiPolygon
	nodes []Fixed
	arcs  []Arc
}

// Arc is a piece of border that has one area on each side all along, as long as possible: it ends where three or more borders
// meet. A border that meets no other is one arc whose ends are the same node.
type Arc struct {
	// Left and Right are the areas at the sides of Line as it runs, never equal; Outside where there is none.
	Left, Right int
	// From and To number the nodes at the ends.
	From, To int
	// Line has at least two vertices and repeats none but, in a closed arc, the first at the end. It is shared: read only.
	Line []Fixed
}

// NewCoverage proves that areas form a coverage and returns its arrangement, with everything worth knowing about it as defects
// (RepairCoverage removes them, ValidateMultiPolygon tells more about one area). When there are defects of SeverityError the
// Coverage is nil.
//
// Nothing moves: where a vertex lies exactly on the edge of a neighbour the edge is divided, anything else that does not match is
// a defect. A face that no area covers and that is bounded is a gap when it is narrower than tolerance and a hole that is kept
// (SeverityInfo) otherwise; a face that several areas cover is a sliver when it is narrower and an overlap otherwise. Where
// borders cross, the faces are those that remain when each crossing is moved to the nearest Fixed position. A vertex within
// tolerance of another area's border but not on it is a warning: it is how a crack that is open to the outside shows.
// Zero, negative and NaN tolerances mean none: every empty bounded face is then a hole.
//
// The areas are copied. The order of areas matters only for their numbers. No areas give an empty coverage.
func NewCoverage(areas []FixedMultiPolygon, tolerance Metres) (*Coverage, []Defect) {
	s := survey(areas, tolerance)
	if HasErrors(s.defects) {
		return nil, s.defects
	}
	c := &Coverage{areas: make([]FixedMultiPolygon, len(areas))}
	for i, m := range areas {
		c.areas[i] = m.Clone()
	}
	c.nodes, c.arcs = s.plane.arcs(s.owners())
	return c, s.defects
}

// surveyed is what is known about a set of areas: their drawing, its faces and the defects.
type surveyed struct {
	lines   *linework
	plane   *plane
	cover   [][]int // face → areas that cover it
	defects []Defect
}

func survey(areas []FixedMultiPolygon, tolerance Metres) *surveyed {
	s := &surveyed{lines: newLinework(areas)}
	flat := make(map[[3]int32]bool)
	for i, m := range areas {
		defects, flatHere := outlineDefects(i, m)
		s.defects = append(s.defects, defects...)
		for k := range flatHere {
			flat[k] = true
		}
	}
	w := s.lines
	d := w.nodeExactly()
	s.defects = append(s.defects, w.passageDefects(d.segs, flat)...)
	s.defects = append(s.defects, w.crossingDefects(d)...)
	if !d.tooMany {
		s.defects = append(s.defects, w.unmatched(d, tolerance)...)
	}
	if len(d.crossings) > 0 && !d.tooMany {
		d = w.nodeRounded()
	}
	if d.tooMany {
		s.defects = append(s.defects, notNoded(w))
		return s
	}
	s.cutFaces(d)
	s.defects = append(s.defects, w.nestingDefects(s.plane)...)
	s.faceDefects(tolerance)
	return s
}

// notNoded is the defect of a linework whose drawing has too many crossings.
func notNoded(w *linework) Defect {
	d := Defect{Kind: DefectNotNoded, Severity: SeverityError,
		Detail: "the borders meet or cross so often that the faces between them were not looked at"}
	for i, wk := range w.walks {
		if i == 0 || wk.area != w.walks[i-1].area {
			d.Areas = append(d.Areas, int(wk.area))
		}
	}
	if len(w.nodes) > 0 {
		d.At = w.nodes[0].Point()
	}
	return d
}

func (s *surveyed) cutFaces(d drawing) {
	s.plane = newPlane(s.lines, d)
	s.cover = make([][]int, len(s.plane.label))
	for f, label := range s.plane.label {
		s.cover[f] = s.lines.covering(label)
	}
}

// owners gives each face to the lowest area that covers it.
func (s *surveyed) owners() []int {
	owner := make([]int, len(s.cover))
	for f, areas := range s.cover {
		owner[f] = Outside
		if len(areas) > 0 {
			owner[f] = areas[0]
		}
	}
	return owner
}

// faceDefects reports the faces that not exactly one area covers.
func (s *surveyed) faceDefects(tolerance Metres) {
	same := s.duplicates()
	for _, pair := range same {
		f := slices.IndexFunc(s.cover, func(areas []int) bool { return slices.Contains(areas, pair[0]) })
		area, width := s.plane.size(int32(f))
		s.defects = append(s.defects, Defect{Kind: DefectDuplicateArea, Severity: SeverityError, Areas: pair[:],
			At: s.plane.inside(int32(f)), SizeM: width, AreaM2: area, Detail: "both areas cover the same ground"})
	}
	for f := int32(1); f < int32(len(s.cover)); f++ {
		if len(s.cover[f]) == 1 || len(s.cover[f]) == 2 && slices.Contains(same, [2]int(s.cover[f])) {
			continue
		}
		s.defects = append(s.defects, s.faceDefect(f, tolerance))
	}
}

func (s *surveyed) faceDefect(f int32, tolerance Metres) Defect {
	area, width := s.plane.size(f)
	d := Defect{Areas: s.cover[f], At: s.plane.inside(f), SizeM: width, AreaM2: area, Severity: SeverityError}
	narrow := width < float64(tolerance)
	switch {
	case len(s.cover[f]) > 0 && narrow:
		d.Kind, d.Detail = DefectSliver, "several areas cover a strip narrower than the tolerance"
	case len(s.cover[f]) > 0:
		d.Kind, d.Detail = DefectOverlap, "several areas cover the same ground"
	case narrow:
		d.Kind, d.Detail = DefectGap, "no area covers a face narrower than the tolerance"
	default:
		d.Kind, d.Severity, d.Detail = DefectHoleKept, SeverityInfo, "no area covers a face as wide as the tolerance"
	}
	if len(s.cover[f]) == 0 {
		d.Areas = s.neighbours(f)
	}
	return d
}

// neighbours lists the areas that cover a face next to f, ascending.
func (s *surveyed) neighbours(f int32) []int {
	var out []int
	for _, h := range s.plane.edges[f] {
		out = append(out, s.cover[s.plane.face[h^1]]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// duplicates lists the pairs of areas that cover exactly the same faces, ascending.
func (s *surveyed) duplicates() [][2]int {
	count := make(map[int]int)
	common := make(map[[2]int]int)
	for _, areas := range s.cover {
		for i, a := range areas {
			count[a]++
			for _, b := range areas[i+1:] {
				common[[2]int{a, b}]++
			}
		}
	}
	var out [][2]int
	for pair, n := range common {
		if n == count[pair[0]] && n == count[pair[1]] {
			out = append(out, pair)
		}
	}
	slices.SortFunc(out, func(p, q [2]int) int { return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1])) })
	return out
}

// Len is the number of areas.
func (c *Coverage) Len() int { return len(c.areas) }

// Areas returns the areas as NewCoverage got them. The list is the caller's, the geometry is shared: read only.
func (c *Coverage) Areas() []FixedMultiPolygon { return slices.Clone(c.areas) }

// Arcs yields the arcs. Their lines are shared: read only.
func (c *Coverage) Arcs() iter.Seq[Arc] { return slices.Values(c.arcs) }

// NumArcs is the number of arcs.
func (c *Coverage) NumArcs() int { return len(c.arcs) }

// Nodes yields the positions of the ends of arcs, in the order of their numbers (Arc.From, Arc.To).
func (c *Coverage) Nodes() iter.Seq[Fixed] { return slices.Values(c.nodes) }

// Bound returns the corners of the smallest box around all areas; ok is false when the coverage is empty.
func (c *Coverage) Bound() (lo, hi Fixed, ok bool) {
	lo, hi = Fixed{math.MaxInt32, math.MaxInt32}, Fixed{math.MinInt32, math.MinInt32}
	for _, a := range c.arcs {
		for _, f := range a.Line {
			lo = Fixed{min(lo.X, f.X), min(lo.Y, f.Y)}
			hi = Fixed{max(hi.X, f.X), max(hi.Y, f.Y)}
		}
	}
	return lo, hi, len(c.arcs) > 0
}

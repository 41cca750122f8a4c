package geo

import (
	"cmp"
	"slices"
)

// RepairCoverage makes a coverage of areas that nearly are one, and says what it did. The result passes NewCoverage without an
// error unless one of the returned defects is an error: an area of which nothing is left (DefectEmpty), or borders that cross so
// often that no repair was tried (DefectNotNoded; the result is then nil).
//
// Vertices of different areas nearer than tolerance become one; edges are led through the vertices of a neighbour nearer than
// tolerance, twice, since a bent edge may come near another vertex; what still crosses is noded on the Fixed grid. Each move
// is listed, but for the bends of at most a few units (centimetres) that noding makes. The faces of the drawing are then given
// away: one that several areas cover to the lowest of them; one that none covers, is bounded and narrower than tolerance to the
// neighbour with the longest border; a wider one is kept. Rings that cross or retrace themselves, and holes outside their
// exterior, are read even-odd and rebuilt.
//
// The defects are those that NewCoverage finds before, with Repaired set and SeverityInfo, or SeverityWarning where the ground
// that an area covers changed by more than the tolerance (DefectOverlap, and what was wrong inside single areas), and those that
// are left. GivenTo of a DefectOverlap, DefectSliver or DefectGap is the area that got the face.
//
// Areas that have neither errors nor unmatched vertices are returned as they are. The same input gives the same output. The
// areas are not changed, and the result shares nothing with them.
func RepairCoverage(areas []FixedMultiPolygon, tolerance Metres) (repaired []FixedMultiPolygon, moves []Move, defects []Defect) {
	before := survey(areas, tolerance)
	if !needsRepair(before.defects) {
		for _, m := range areas {
			repaired = append(repaired, m.Clone())
		}
		return repaired, nil, before.defects
	}
	if before.plane == nil {
		return nil, nil, before.defects
	}
	s := &surveyed{lines: newLinework(areas)}
	moves, had := s.lines.snap(tolerance)
	d := s.lines.nodeRounded()
	if d.tooMany {
		return nil, nil, append(before.defects, notNoded(s.lines))
	}
	s.cutFaces(d)
	repaired = s.plane.areasFrom(s.giveAway(tolerance), len(areas), had)
	return repaired, moves, reportRepair(areas, repaired, before.defects, survey(repaired, tolerance).defects)
}

func needsRepair(defects []Defect) bool {
	return HasErrors(defects) ||
		slices.ContainsFunc(defects, func(d Defect) bool { return d.Kind == DefectUnmatchedVertex })
}

// snap moves vertices and edges onto each other. had tells which areas have which node as a vertex of their own.
func (w *linework) snap(tolerance Metres) (moves []Move, had func(node int32, area int) bool) {
	if !(tolerance > 0) {
		return nil, w.vertices()
	}
	moves = w.snapNodes(tolerance)
	had = w.vertices()
	moves = append(moves, w.snapEdges(tolerance)...)
	moves = append(moves, w.snapEdges(tolerance)...)
	slices.SortStableFunc(moves, func(a, b Move) int { return cmp.Compare(a.Area, b.Area) })
	return moves, had
}

// vertices tells which areas have which node, at this moment.
func (w *linework) vertices() func(node int32, area int) bool {
	type vertex struct{ node, area int32 }
	set := make(map[vertex]bool)
	for _, wk := range w.walks {
		for _, n := range wk.nodes {
			set[vertex{n, wk.area}] = true
		}
	}
	return func(node int32, area int) bool { return set[vertex{node, int32(area)}] }
}

// giveAway gives each face to an area, or to none.
func (s *surveyed) giveAway(tolerance Metres) (owner []int) {
	owner = s.owners()
	for f := int32(1); f < int32(len(s.cover)); f++ {
		if len(s.cover[f]) > 0 {
			continue
		}
		if _, width := s.plane.size(f); width < float64(tolerance) {
			owner[f] = s.longestNeighbour(f)
		}
	}
	return owner
}

// longestNeighbour is the area that shares the longest border with a face that none covers; the lowest of equals. A face
// beside one of several areas touches the lowest of them.
func (s *surveyed) longestNeighbour(f int32) int {
	length := make(map[int]float64)
	for _, h := range s.plane.edges[f] {
		if areas := s.cover[s.plane.face[h^1]]; len(areas) > 0 {
			length[areas[0]] += s.lines.length(s.plane.segs[h>>1])
		}
	}
	best := Outside
	for a, l := range length {
		if best == Outside || l > length[best] || l == length[best] && a < best {
			best = a
		}
	}
	return best
}

// reportRepair marks the defects of before that are not left, and adds those that are.
func reportRepair(areas, repaired []FixedMultiPolygon, before, left []Defect) []Defect {
	var out []Defect
	for _, d := range before {
		switch d.Kind {
		case DefectHoleKept, DefectRingWinding: // harmless, and still there or not as left says
			continue
		case DefectUnmatchedVertex:
			if slices.ContainsFunc(left, func(e Defect) bool { return e.Kind == d.Kind && e.At == d.At }) {
				continue
			}
		}
		out = append(out, markRepaired(d, repaired))
	}
	for _, d := range left {
		if d.Kind == DefectEmpty && d.Severity == SeverityError {
			d.Detail = "nothing is left of the area: others of lower index cover it, or it has no extent"
			if f := firstVertex(areas[d.Areas[0]]); f != nil {
				d.At = f.Point()
			}
		}
		out = append(out, d)
	}
	return out
}

func markRepaired(d Defect, repaired []FixedMultiPolygon) Defect {
	d.Repaired, d.GivenTo = true, Outside
	switch d.Kind {
	case DefectOverlap:
		d.Severity, d.GivenTo = SeverityWarning, d.Areas[0]
	case DefectSliver:
		d.Severity, d.GivenTo = SeverityInfo, d.Areas[0]
	case DefectGap:
		d.Severity = SeverityInfo
		if q, err := QueryFrom(d.At); err == nil {
			i := slices.IndexFunc(d.Areas, func(a int) bool { return Contains(repaired[a], q) })
			if i >= 0 {
				d.GivenTo = d.Areas[i]
			}
		}
	case DefectCrossingEdge, DefectUnmatchedVertex, DefectDuplicateVertex:
		d.Severity = SeverityInfo
	default:
		d.Severity = SeverityWarning
	}
	return d
}

func firstVertex(m FixedMultiPolygon) *Fixed {
	for _, pg := range m {
		for _, r := range pg {
			if len(r) > 0 {
				return &r[0]
			}
		}
	}
	return nil
}

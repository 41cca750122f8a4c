package geo

import (
	"cmp"
	"slices"
)

// RepairCoverage makes a coverage of areas that nearly are one, and says what it did. The result passes NewCoverage without an
// error unless one of the returned defects is an error: an area of which nothing is left (DefectEmpty).
//
// Vertices of different areas nearer than tolerance become one; edges are led through the vertices of a neighbour nearer than
// tolerance; what still crosses is noded on the Fixed grid. Each move is listed, but for the bends of at most a few units
// (centimetres) that noding makes. The faces of the drawing are then given away: one that several areas cover to the lowest of them
// (a DefectOverlap when it is as wide as the tolerance, else a DefectSliver), one that none covers and that is bounded and
// narrower than the tolerance to the neighbour with the longest border (DefectGap); a wider one is kept (DefectHoleKept). Rings
// that cross or retrace themselves, and holes outside their exterior, are read even-odd and rebuilt.
//
// An area set that has neither errors nor unmatched vertices is returned as it is. The same input gives the same output. The
// areas are not changed, and the result shares nothing with them.
func RepairCoverage(areas []FixedMultiPolygon, tolerance Metres) (repaired []FixedMultiPolygon, moves []Move, defects []Defect) {
	before := survey(areas, tolerance)
	if !needsRepair(before.defects) {
		for _, m := range areas {
			repaired = append(repaired, m.Clone())
		}
		return repaired, nil, before.defects
	}
	defects = ringsRepaired(before.defects)
	s := &surveyed{lines: newLinework(areas)}
	moves = s.lines.snap(tolerance)
	d, ok := s.lines.nodeRounded()
	if !ok {
		defects = append(defects, notNoded)
	}
	s.cutFaces(d)
	owner := s.assign(tolerance)
	defects = append(defects, s.defects...)
	repaired = s.plane.areasFrom(owner, len(areas))
	for i, m := range repaired {
		if len(m) == 0 {
			d := Defect{Kind: DefectEmpty, Severity: SeverityError, Areas: []int{i},
				Detail: "nothing is left of the area: others of lower index cover it, or it has no extent"}
			if at := firstVertex(areas[i]); at != nil {
				d.At = at.Point()
			}
			defects = append(defects, d)
		}
	}
	return repaired, moves, defects
}

func needsRepair(defects []Defect) bool {
	return HasErrors(defects) ||
		slices.ContainsFunc(defects, func(d Defect) bool { return d.Kind == DefectUnmatchedVertex })
}

// ringsRepaired picks the defects inside single areas, which rebuilding the areas from faces removes.
func ringsRepaired(defects []Defect) []Defect {
	var out []Defect
	for _, d := range defects {
		switch d.Kind {
		case DefectGap, DefectHoleKept, DefectOverlap, DefectSliver, DefectDuplicateArea, DefectCrossingEdge, DefectUnmatchedVertex:
			continue // these the repair reports itself, or as moves
		}
		if d.Severity == SeverityError {
			d.Severity = SeverityWarning
		}
		d.Repaired, d.GivenTo = true, Outside
		out = append(out, d)
	}
	return out
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

// edgeRounds is how often edges are led through near vertices: an edge that was bent may come near another one.
const edgeRounds = 2

// snap moves vertices and edges onto each other.
func (w *linework) snap(tolerance Metres) []Move {
	if !(tolerance > 0) {
		return nil
	}
	w.nodeExactly()
	moves := w.snapNodes(tolerance)
	for range edgeRounds {
		more := w.snapEdges(tolerance)
		if len(more) == 0 {
			break
		}
		moves = append(moves, more...)
	}
	slices.SortStableFunc(moves, func(a, b Move) int { return cmp.Compare(a.Area, b.Area) })
	return moves
}

// assign gives each face to an area and reports the faces that more or fewer than one area covers.
func (s *surveyed) assign(tolerance Metres) (owner []int) {
	owner = s.owners()
	for f := int32(1); f < int32(len(s.cover)); f++ {
		if len(s.cover[f]) == 1 {
			continue
		}
		d := s.faceDefect(f, tolerance)
		d.Severity = SeverityInfo
		switch d.Kind {
		case DefectOverlap:
			d.Severity = SeverityWarning
			d.Repaired, d.GivenTo = true, owner[f]
		case DefectSliver:
			d.Repaired, d.GivenTo = true, owner[f]
		case DefectGap:
			owner[f] = s.longestNeighbour(f)
			d.Repaired, d.GivenTo = true, owner[f]
		}
		s.defects = append(s.defects, d)
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

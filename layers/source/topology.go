package source

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// topology checks areas: those of a partition together, others one by one. drafts are in the order of their codes. With Repair
// their geometry is replaced. It returns the coverage of a partition in which nothing is wrong, else nil.
func topology(in *Input, info layers.Info, drafts []*draft, report *collector) (*geo.Coverage, *Repair) {
	var areas []geo.FixedMultiPolygon
	var with []*draft
	for _, d := range drafts {
		if !d.sound {
			continue
		}
		m, err := geo.FixedMultiPolygonFrom(d.feature.Shape())
		if err != nil { // open or empty rings: name all that is wrong with them
			report.defects(geo.ValidateMultiPolygon(d.feature.Shape()), []*draft{d}, false)
			d.sound = false
			continue
		}
		areas, with = append(areas, m), append(with, d)
	}
	if !info.Partition {
		return nil, separately(in, areas, with, report)
	}
	coverage, defects := geo.NewCoverage(areas, in.Tolerance)
	if !in.Repair || coverage != nil && !has(defects, geo.DefectUnmatchedVertex) {
		report.defects(defects, with, false)
		if coverage != nil && in.Tolerance != layers.CoverageTolerance {
			coverage = publishable(areas, with, report)
		}
		return coverage, nil
	}
	done := &Repair{ToleranceM: float64(in.Tolerance)}
	areas = done.run(areas, with, defects, in.Tolerance, report)
	done.round()
	return publishable(areas, with, report), done
}

// separately repairs areas that may overlap each other, each alone, and reports what is wrong.
func separately(in *Input, areas []geo.FixedMultiPolygon, with []*draft, report *collector) *Repair {
	var done *Repair
	for i, d := range with {
		defects := geo.ValidateMultiPolygon(d.feature.Shape())
		if !in.Repair || !geo.HasErrors(defects) {
			report.defects(defects, []*draft{d}, false)
			continue
		}
		if done == nil {
			done = &Repair{ToleranceM: float64(in.Tolerance)}
		}
		done.run(areas[i:i+1], with[i:i+1], defects, in.Tolerance, report)
	}
	done.round()
	return done
}

// run repairs areas, gives the result to their drafts, and reports what was found before and what was done.
func (r *Repair) run(areas []geo.FixedMultiPolygon, with []*draft, found []geo.Defect, tolerance geo.Metres, report *collector) []geo.FixedMultiPolygon {
	repaired, moves, left := geo.RepairCoverage(areas, tolerance)
	for _, d := range found {
		switch d.Kind {
		case geo.DefectHoleKept:
			continue
		case geo.DefectGap: // all that is narrow goes, by moving its borders or by being given away
			r.Gaps++
		case geo.DefectSliver:
			r.Slivers++
		}
		report.defects([]geo.Defect{d}, with, true)
	}
	for _, d := range left {
		r.took(d, with, report)
	}
	for _, m := range moves {
		r.Vertices++
		r.MaxM = max(r.MaxM, float64(m.Distance))
		r.TotalM += float64(m.Distance)
		at := m.From
		report.add(Problem{Kind: KindMoved, Severity: geo.SeverityInfo, Row: with[m.Area].record.Row, Code: with[m.Area].code, At: &at,
			SizeM: centimetres(float64(m.Distance)), Detail: fmt.Sprintf("the border moved to %.7f,%.7f", m.To[0], m.To[1])})
	}
	for i, d := range with {
		if len(repaired[i]) == 0 {
			d.sound = false
			continue
		}
		shape := repaired[i].MultiPolygon()
		if err := d.feature.SetShape(asType(shape, typeOf(d.feature))); err != nil {
			report.add(Problem{Kind: KindGeometryType, Severity: geo.SeverityError, Row: d.record.Row, Code: d.code, At: firstPoint(shape),
				Detail: fmt.Sprintf("after the repair it has %d parts; %s are of one part", len(shape), d.feature.Layer())})
			d.sound = false
		}
	}
	return repaired
}

// took reports the faces that were given away although they are wide, those that stay empty, and areas that are lost. The other
// defects were reported before.
func (r *Repair) took(d geo.Defect, with []*draft, report *collector) {
	switch d.Kind {
	case geo.DefectOverlap:
		r.Overlaps++
		r.OverlapM2 += d.AreaM2
		report.defects([]geo.Defect{d}, with, true)
	case geo.DefectHoleKept:
		report.defects([]geo.Defect{d}, with, false)
	default:
		if d.Severity == geo.SeverityError {
			report.defects([]geo.Defect{d}, with, false)
		}
	}
}

// round makes the sums printable; the places beyond depend on the order of addition.
func (r *Repair) round() {
	if r != nil {
		r.MaxM, r.TotalM, r.OverlapM2 = centimetres(r.MaxM), centimetres(r.TotalM), centimetres(r.OverlapM2)
	}
}

func typeOf(f layers.Feature) string {
	info, _ := f.Layer().Info()
	return info.Geometry
}

// publishable proves that the areas form a partition in the sense in which a store's layer is published.
func publishable(areas []geo.FixedMultiPolygon, with []*draft, report *collector) *geo.Coverage {
	for _, d := range with {
		if !d.sound {
			return nil
		}
	}
	coverage, defects := geo.NewCoverage(areas, layers.CoverageTolerance)
	for _, d := range defects {
		if d.Severity == geo.SeverityError {
			report.defects([]geo.Defect{d}, with, false)
		}
	}
	return coverage
}

// defects reports what package geo found. With repaired, what would be an error is a warning: it is gone now.
func (c *collector) defects(list []geo.Defect, with []*draft, repaired bool) {
	for _, d := range list {
		if d.Kind == geo.DefectRingWinding { // harmless, and whole files have it
			c.windings++
			continue
		}
		p := Problem{Kind: Kind(d.Kind), Severity: d.Severity, SizeM: centimetres(d.SizeM), AreaM2: centimetres(d.AreaM2), Detail: d.Detail}
		if d.At != (orb.Point{}) {
			at := orb.Point{roundTo(d.At[0], geo.FixedScale), roundTo(d.At[1], geo.FixedScale)}
			p.At = &at
		}
		for i, a := range d.Areas {
			if i == 0 {
				p.Row, p.Code = with[a].record.Row, with[a].code
			} else {
				p.Others = append(p.Others, with[a].code)
			}
			if d.Severity == geo.SeverityError && !repaired {
				c.broken[with[a].code] = true
			}
		}
		if repaired {
			if p.Severity == geo.SeverityError {
				p.Severity = geo.SeverityWarning
			}
			p.Detail += "; repaired"
			if d.Kind == geo.DefectOverlap && d.Repaired && d.GivenTo >= 0 {
				p.Kind, p.Detail = KindOverlapGiven, "several areas cover the same ground; it goes to "+with[d.GivenTo].code
			}
		}
		c.add(p)
	}
}

func has(defects []geo.Defect, k geo.DefectKind) bool {
	for _, d := range defects {
		if d.Kind == k {
			return true
		}
	}
	return false
}

// centimetres rounds to two decimals, three significant places for what is smaller: sizes are for people, and the further places
// differ between processors.
func centimetres(v float64) float64 {
	if v < 0.1 {
		return roundTo(v, 1e4)
	}
	return roundTo(v, 100)
}

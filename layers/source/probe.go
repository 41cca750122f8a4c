package source

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

const (
	// crsMargin is by how much another system must fit better to be named (CONTRACT.md 5).
	crsMargin geo.Metres = 100
	// crsReach is how near the best system must come for the comparison to mean anything: the systems are some 1.2 km apart.
	crsReach geo.Metres = 5000
	// leastSample and mostSample bound the positions that are compared: too few prove nothing.
	leastSample, mostSample = 30, 600
	// extentSlack is how far outside of the store's extent a feature may lie without a word, in degrees.
	extentSlack = 0.02
)

// sampleOf takes up to mostSample positions of the records evenly, in the file's own numbers. Where there are few vertices,
// positions between them are taken too.
func sampleOf(records []*Record) []orb.Point {
	total, edges := 0, 0
	for _, r := range records {
		eachLine(r.Geometry, func(line []orb.Point) { total += len(line); edges += max(0, len(line)-1) })
	}
	between := 0
	if edges > 0 && total < leastSample*7 {
		between = (leastSample*7-total)/edges + 1
	}
	step := max(1, (total+between*edges)/mostSample)
	var out []orb.Point
	n := 0
	take := func(p orb.Point) {
		if n%step == 0 && len(out) < 2*mostSample {
			out = append(out, p)
		}
		n++
	}
	for _, r := range records {
		eachLine(r.Geometry, func(line []orb.Point) {
			for i, p := range line {
				for k := 1; k <= between && i > 0; k++ {
					f := float64(k) / float64(between+1)
					a := line[i-1]
					take(orb.Point{a[0] + f*(p[0]-a[0]), a[1] + f*(p[1]-a[1])})
				}
				take(p)
			}
		})
	}
	return out
}

// swapped finds out whether the numbers of most positions are in the wrong order: they cannot be longitude and latitude, or do not
// lie where the store is, but would the other way round.
func swapped(in *Input, s *present, sample []orb.Point) bool {
	extent, known := s.extent(in.Layer)
	extent = extent.Pad(extentSlack)
	wrong := 0
	for _, p := range sample {
		q := orb.Point{p[1], p[0]}
		at, err := in.Converter.ToStorage(in.CRS, p)
		if err != nil {
			if _, err := in.Converter.ToStorage(in.CRS, q); err == nil {
				wrong++
			}
			continue
		}
		if back, err := in.Converter.ToStorage(in.CRS, q); known && err == nil && !extent.Contains(at) && extent.Contains(back) {
			wrong++
		}
	}
	return len(sample) > 0 && 2*wrong > len(sample)
}

// probe reads the sample in every system and compares it with the lines of the store.
func probe(in *Input, s *present, sample []orb.Point, report *collector) []Fit {
	known := knownLines(in.Layer, s)
	switch {
	case len(known.segments) == 0:
		report.add(Problem{Kind: KindCRSUnchecked, Severity: geo.SeverityInfo,
			Detail: "the store has nothing to compare the reference system with"})
		return nil
	case len(sample) < leastSample:
		report.add(Problem{Kind: KindCRSUnchecked, Severity: geo.SeverityInfo,
			Detail: fmt.Sprintf("%d positions are too few to compare the reference system with the store", len(sample))})
		return nil
	}
	fits := in.Converter.GuessCRS(sample, known.distance, in.CRS)
	var out []Fit
	own := math.NaN()
	for _, f := range fits {
		out = append(out, Fit{CRS: f.CRS, MedianM: math.Round(float64(f.Median)*100) / 100})
		if f.CRS == in.CRS.Normal() {
			own = float64(f.Median)
		}
	}
	best, better := geo.BetterFit(fits, in.CRS, crsMargin)
	switch {
	case best.Median > crsReach:
		report.add(Problem{Kind: KindCRSUnchecked, Severity: geo.SeverityInfo,
			Detail: fmt.Sprintf("the file lies %.0f km from what the store has, too far to compare the reference system", float64(best.Median)/1000)})
	case better:
		detail := fmt.Sprintf("read as %s the borders lie %.0f m (median) from those in the store, as %s %.0f m: is %s right?",
			in.CRS, own, best.CRS, float64(best.Median), in.CRS)
		if math.IsNaN(own) {
			detail = fmt.Sprintf("most positions cannot be read as %s; as %s they lie %.0f m (median) from the store's borders",
				in.CRS, best.CRS, float64(best.Median))
		}
		report.add(Problem{Kind: KindCRSFit, Severity: geo.SeverityWarning, SizeM: math.Max(0, own-float64(best.Median)), Detail: detail})
	}
	return out
}

// knownLines are the lines of the store that a layer should run along: borders for partitions, roads for roads and poles, all for
// the rest.
func knownLines(l layers.Layer, s *present) *lines {
	borders := []layers.Layer{layers.Districts, layers.Towns, layers.Grids, layers.Communities}
	roads := []layers.Layer{layers.Roads, layers.Segments}
	use := append(borders, roads...)
	switch l {
	case layers.Districts, layers.Towns, layers.Grids, layers.Communities:
		use = borders
	case layers.Roads, layers.Segments, layers.Poles:
		use = roads
	}
	known := newLines()
	for _, from := range use {
		for _, f := range s.shapes[from] {
			eachLine(f.Shape(), known.add)
		}
	}
	return known
}

// outside names the features that lie wholly outside of what the store covers.
func outside(in *Input, s *present, drafts []*draft, report *collector) {
	extent, known := s.extent(in.Layer)
	if !known {
		return
	}
	extent = extent.Pad(extentSlack)
	for _, d := range drafts {
		if g := d.feature.Shape(); d.sound && g != nil && !extent.Intersects(g.Bound()) {
			report.add(Problem{Kind: KindOutside, Severity: geo.SeverityWarning, Row: d.record.Row, Code: d.code, At: d.place(),
				Detail: fmt.Sprintf("lies outside of what the store covers (%.3f,%.3f to %.3f,%.3f)",
					extent.Min[0], extent.Min[1], extent.Max[0], extent.Max[1])})
		}
	}
}

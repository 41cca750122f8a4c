package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// tiling checks that the areas of a partition tile their parents: the outline of the areas that name a parent must be the parent's
// own outline, within the tolerance. It looks only where the store has the parents, and never in a free code space. with is in the
// order of the coverage's areas. It returns the parents' layer, "" when nothing was checked.
func tiling(in *Input, s *present, coverage *geo.Coverage, with []*draft, report *collector) layers.Layer {
	parents, layer := parentsOf(in, s)
	if len(parents) == 0 || coverage == nil {
		return ""
	}
	group := make([]int, len(with)) // area → parent, -1 for none
	children := make([]int, len(parents))
	for i, d := range with {
		group[i] = -1
		for p, parent := range parents {
			if layer != parentLayer(in.Layer) || strings.HasPrefix(d.code, codeOf(parent)) {
				group[i] = p
			}
		}
		if group[i] >= 0 {
			children[group[i]]++
		}
	}
	outlines := make([]*lines, len(parents))
	pieces := make([][][]orb.Point, len(parents))
	for p := range parents {
		outlines[p] = newLines()
	}
	for arc := range coverage.Arcs() {
		left, right := side(group, arc.Left), side(group, arc.Right)
		if left == right {
			continue
		}
		line := degrees(arc.Line)
		for _, p := range []int{left, right} {
			if p >= 0 {
				outlines[p].add(line)
				pieces[p] = append(pieces[p], line)
			}
		}
	}
	locator := geo.NewLocator(coverage)
	for p, parent := range parents {
		covered := func(at orb.Point) bool {
			q, err := geo.QueryFrom(at)
			area, _ := locator.Locate(q)
			return err == nil && side(group, area) == p
		}
		t := tiled{in: in, parent: parent, layer: layer, report: report, covered: covered}
		if children[p] == 0 {
			t.gap(placeOf(parent), 0, geo.AreaMulti(multi(parent.Shape())), "no area of the file lies in it")
			continue
		}
		t.compare(pieces[p], outlines[p])
	}
	return layer
}

// parentsOf returns the features that the layer must tile: the towns of the store for grids and communities, where it has any,
// else its districts.
func parentsOf(in *Input, s *present) ([]layers.Feature, layers.Layer) {
	if in.Settings.Codes == layers.CodesFree || parentLayer(in.Layer) == "" {
		return nil, ""
	}
	if l := parentLayer(in.Layer); len(s.shapes[l]) > 0 {
		return s.shapes[l], l
	}
	if len(s.shapes[layers.Districts]) == 1 {
		return s.shapes[layers.Districts], layers.Districts
	}
	return nil, ""
}

func parentLayer(l layers.Layer) layers.Layer {
	switch l {
	case layers.Towns:
		return layers.Districts
	case layers.Grids, layers.Communities:
		return layers.Towns
	}
	return ""
}

func side(group []int, area int) int {
	if area < 0 {
		return -1
	}
	return group[area]
}

func degrees(line []geo.Fixed) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, f := range line {
		out[i] = f.Point()
	}
	return out
}

func multi(g orb.Geometry) orb.MultiPolygon {
	m, _ := asType(g, "MultiPolygon").(orb.MultiPolygon)
	return m
}

func codeOf(f layers.Feature) string {
	code, _ := f.Label()
	return code
}

// tiled compares one parent with the outline of its children.
type tiled struct {
	in     *Input
	parent layers.Feature
	layer  layers.Layer
	report *collector
	// covered tells whether a child lies at a position.
	covered func(orb.Point) bool
}

// compare walks along the children's outline and along the parent's, and reports each stretch of one that runs further than the
// tolerance from the other, at its furthest vertex.
func (t tiled) compare(pieces [][]orb.Point, outline *lines) {
	own := newLines()
	eachLine(t.parent.Shape(), own.add)
	ground, err := geo.FixedMultiPolygonFrom(t.parent.Shape())
	if err != nil {
		return // the store's own row is broken; whoever reads the store says so
	}
	gaps, outs := 0, 0
	for _, line := range chained(pieces) {
		t.stretches(line, own, func(at orb.Point, d float64) {
			if q, err := geo.QueryFrom(at); err == nil && geo.Contains(ground, q) {
				gaps++
				t.gap(&at, d, 0, "ground of it that no area of the file covers")
				return
			}
			outs++
			t.add(KindOutsideParent, &at, d, 0, "an area of the file reaches out of it")
		})
	}
	// What the parent's own border finds was mostly seen from its other side before.
	eachLine(t.parent.Shape(), func(line []orb.Point) {
		t.stretches(line, outline, func(at orb.Point, d float64) {
			switch covered := t.covered(at); {
			case covered && outs == 0:
				t.add(KindOutsideParent, &at, d, 0, "an area of the file reaches out of it")
			case !covered && gaps == 0:
				t.gap(&at, d, 0, "its border runs where no area of the file ends")
			}
		})
	})
}

// chained joins lines that meet end to end, two at a point, into longer ones. The lines of each chain are copied.
func chained(pieces [][]orb.Point) [][]orb.Point {
	at := map[orb.Point][]int{}
	for i, l := range pieces {
		at[l[0]] = append(at[l[0]], i)
		at[l[len(l)-1]] = append(at[l[len(l)-1]], i)
	}
	used := make([]bool, len(pieces))
	extend := func(line []orb.Point) []orb.Point {
		for {
			end := line[len(line)-1]
			next := -1
			for _, i := range at[end] {
				if !used[i] && len(at[end]) == 2 {
					next = i
				}
			}
			if next < 0 {
				return line
			}
			used[next] = true
			more := slices.Clone(pieces[next])
			if more[0] != end {
				slices.Reverse(more)
			}
			line = append(line, more[1:]...)
		}
	}
	var out [][]orb.Point
	for i, l := range pieces {
		if used[i] {
			continue
		}
		used[i] = true
		line := extend(slices.Clone(l))
		slices.Reverse(line)
		out = append(out, extend(line))
	}
	return out
}

// stretches calls found for the furthest vertex of each run of vertices, and middles of edges, that lie further than the
// tolerance from the lines.
func (t tiled) stretches(line []orb.Point, from *lines, found func(at orb.Point, d float64)) {
	line = t.turned(line, from)
	var worst float64
	var at orb.Point
	flush := func() {
		if worst > 0 {
			found(at, worst)
		}
		worst = 0
	}
	look := func(p orb.Point) {
		d := float64(from.distance(p))
		if d <= float64(t.in.Tolerance) {
			flush()
		} else if d > worst {
			worst, at = d, p
		}
	}
	for i, p := range line {
		if i > 0 {
			look(orb.Point{(line[i-1][0] + p[0]) / 2, (line[i-1][1] + p[1]) / 2})
		}
		look(p)
	}
	flush()
}

// turned makes a closed line start at a vertex that is within the tolerance, so that no stretch is cut in two by the start.
func (t tiled) turned(line []orb.Point, from *lines) []orb.Point {
	if len(line) < 2 || line[0] != line[len(line)-1] {
		return line
	}
	i := slices.IndexFunc(line, func(p orb.Point) bool { return float64(from.distance(p)) <= float64(t.in.Tolerance) })
	if i <= 0 {
		return line
	}
	return slices.Concat(line[i:], line[1:i+1])
}

func (t tiled) gap(at *orb.Point, size, area float64, detail string) {
	t.add(KindTopologyGap, at, size, area, detail)
}

func (t tiled) add(k Kind, at *orb.Point, size, area float64, detail string) {
	code, name := t.parent.Label()
	t.report.add(Problem{Kind: k, Severity: geo.SeverityError, Code: code, At: at, SizeM: centimetres(size), AreaM2: centimetres(area),
		Detail: fmt.Sprintf("%s %s (%s) must be tiled: %s", t.layer, code, name, detail)})
}

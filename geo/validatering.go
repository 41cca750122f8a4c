package geo

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

func (wk walk) key() [3]int32 { return [3]int32{wk.area, wk.part, wk.ring} }

func (wk walk) String() string { return fmt.Sprintf("polygon %d ring %d", wk.part, wk.ring) }

// passageDefects finds, on exactly noded segments, what the rings of one area do in the same place: a spike, two rings along one
// line, a ring that meets itself in a node. Rings known to be flat are left out.
func (w *linework) passageDefects(segs []segment, flat map[[3]int32]bool) []Defect {
	var defects []Defect
	spiked := make(map[int32]bool) // nodes of spikes and shared lines, where a touch says nothing new
	for _, s := range segs {
		for i := 1; i < len(s.uses); i++ {
			u, v := s.uses[i-1], s.uses[i]
			a, b := w.walks[u.walk], w.walks[v.walk]
			if a.area != b.area || flat[a.key()] || flat[b.key()] {
				continue
			}
			spiked[s.a], spiked[s.b] = true, true
			d := Defect{Kind: DefectRingsTouching, Severity: SeverityError, Areas: []int{int(a.area)}, At: w.middle(s),
				SizeM: w.length(s), Detail: fmt.Sprintf("%v and %v run along the same edge", a, b)}
			if u.walk == v.walk {
				d.Kind, d.At = DefectDanglingEdge, w.tip(s, a, u, v)
				d.Detail = fmt.Sprintf("%v passes the same edge twice", a)
			}
			defects = append(defects, d)
		}
	}
	for _, wk := range w.walks {
		if !flat[wk.key()] {
			defects = append(defects, w.touches(wk, spiked)...)
		}
	}
	return defects
}

func (w *linework) length(s segment) float64 {
	return float64(Distance(w.nodes[s.a].Point(), w.nodes[s.b].Point()))
}

func (w *linework) middle(s segment) orb.Point {
	a, b := w.nodes[s.a].Point(), w.nodes[s.b].Point()
	return orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
}

// tip is the end of a spike when u and v are the two passages next to its turn, else the middle of the edge.
func (w *linework) tip(s segment, wk walk, u, v use) orb.Point {
	last := int32(len(wk.nodes)) - 2
	switch {
	case v.pos == u.pos+1:
		return w.nodes[wk.nodes[v.pos]].Point()
	case u.pos == 0 && v.pos == last:
		return w.nodes[wk.nodes[0]].Point()
	}
	return w.middle(s)
}

// touches finds the nodes that a ring visits more than once, and tells a touch from a crossing by the order of the four edges
// around the node.
func (w *linework) touches(wk walk, spiked map[int32]bool) []Defect {
	if len(wk.nodes) == 0 {
		return nil
	}
	open := wk.nodes[:len(wk.nodes)-1]
	sorted := slices.Clone(open)
	slices.Sort(sorted)
	var defects []Defect
	for i := 1; i < len(sorted); i++ {
		n := sorted[i]
		if n != sorted[i-1] || i > 1 && n == sorted[i-2] || spiked[n] {
			continue
		}
		d := Defect{Kind: DefectRingSelfTouching, Severity: SeverityWarning, Areas: []int{int(wk.area)}, At: w.nodes[n].Point(),
			Detail: fmt.Sprintf("%v meets itself in a vertex", wk)}
		if w.crossesItself(open, n) {
			d.Kind, d.Severity = DefectRingSelfCrossing, SeverityError
			d.Detail = fmt.Sprintf("%v crosses itself in a vertex", wk)
		}
		defects = append(defects, d)
	}
	return defects
}

// crossesItself reports whether two passages of an open walk through node n cross there.
func (w *linework) crossesItself(open []int32, n int32) bool {
	var passages [][2]Fixed
	for i, m := range open {
		if m == n {
			before, after := open[(i+len(open)-1)%len(open)], open[(i+1)%len(open)]
			passages = append(passages, [2]Fixed{w.nodes[before], w.nodes[after]})
		}
	}
	o := w.nodes[n]
	for i, p := range passages {
		for _, q := range passages[:i] {
			if turnsBetween(o, p[0], p[1], q[0]) != turnsBetween(o, p[0], p[1], q[1]) {
				return true
			}
		}
	}
	return false
}

// turnsBetween reports whether, turning counter-clockwise around o from a to b, one passes x. The directions differ.
func turnsBetween(o, a, b, x Fixed) bool {
	ax, xb := compareDirection(o, a, x) < 0, compareDirection(o, x, b) < 0
	if compareDirection(o, a, b) < 0 {
		return ax && xb
	}
	return ax || xb
}

// crossingDefects names the rings or areas of each proper crossing.
func (w *linework) crossingDefects(d drawing) []Defect {
	var defects []Defect
	for _, c := range d.crossings {
		seen := make(map[[2]int32]bool)
		for _, u := range d.segs[c.s].uses {
			for _, v := range d.segs[c.t].uses {
				a, b := min(u.walk, v.walk), max(u.walk, v.walk)
				if seen[[2]int32{a, b}] {
					continue
				}
				seen[[2]int32{a, b}] = true
				defects = append(defects, w.crossingDefect(w.walks[a], w.walks[b], a == b, c.at))
			}
		}
	}
	return defects
}

func (w *linework) crossingDefect(a, b walk, same bool, at Fixed) Defect {
	d := Defect{Severity: SeverityError, At: at.Point(), Areas: []int{int(a.area)}}
	switch {
	case same:
		d.Kind, d.Detail = DefectRingSelfCrossing, fmt.Sprintf("%v crosses itself", a)
	case a.area == b.area:
		d.Kind, d.Detail = DefectRingsCrossing, fmt.Sprintf("%v and %v cross", a, b)
	default:
		d.Kind, d.Areas = DefectCrossingEdge, []int{int(a.area), int(b.area)}
		d.Detail = fmt.Sprintf("%v and %v cross", a, b)
	}
	return d
}

// nestingDefects finds, from the labels of the faces, rings of one area that lie where they must not.
func (w *linework) nestingDefects(p *plane) []Defect {
	var defects []Defect
	seen := make(map[[2]int32]bool)
	report := func(f, a, b int32, kind DefectKind, detail string) {
		if seen[[2]int32{a, b}] {
			return
		}
		seen[[2]int32{a, b}] = true
		area, width := p.size(f)
		defects = append(defects, Defect{Kind: kind, Severity: SeverityError, Areas: []int{int(w.walks[a].area)}, At: p.inside(f),
			SizeM: width, AreaM2: area, Detail: detail})
	}
	for f := int32(1); f < int32(len(p.label)); f++ {
		for i, n := range p.label[f] {
			a := w.walks[n]
			if exterior := n - a.ring; a.ring > 0 && !slices.Contains(p.label[f], exterior) {
				report(f, n, exterior, DefectHoleOutside, fmt.Sprintf("%v is a hole outside its exterior", a))
			}
			for _, m := range p.label[f][i+1:] {
				switch b := w.walks[m]; {
				case a.area != b.area:
				case a.part == b.part && a.ring > 0:
					report(f, n, m, DefectHoleNested, fmt.Sprintf("%v and %v are holes of the same ground", a, b))
				case a.part != b.part && w.covers(p.label[f], n) && w.covers(p.label[f], m):
					report(f, n-a.ring, m-b.ring, DefectPartOverlap, fmt.Sprintf("%v and %v cover the same ground", a, b))
				}
			}
		}
	}
	return defects
}

// covers reports whether the polygon of walk n covers a face with that label.
func (w *linework) covers(label []int32, n int32) bool {
	odd := false
	for _, m := range label {
		if w.walks[m].area == w.walks[n].area && w.walks[m].part == w.walks[n].part {
			odd = !odd
		}
	}
	return odd
}

// splitDefects finds polygons of a single area, free of errors, whose interior is in several pieces.
func (w *linework) splitDefects(p *plane) []Defect {
	var defects []Defect
	pieces := make(map[int32]int)
	for f := int32(1); f < int32(len(p.label)); f++ {
		if len(p.label[f]) != 1 { // a hole, or outside
			continue
		}
		n := p.label[f][0]
		if pieces[n]++; pieces[n] == 2 {
			area, width := p.size(f)
			defects = append(defects, Defect{Kind: DefectInteriorSplit, Severity: SeverityWarning, Areas: []int{0}, At: p.inside(f),
				SizeM: width, AreaM2: area, Detail: fmt.Sprintf("the rings of polygon %d cut its interior in pieces", w.walks[n].part)})
		}
	}
	return defects
}

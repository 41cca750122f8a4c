package duty

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// lying is how a shape lies on the grids and the communities in force.
type lying struct {
	figure geo.Figure
	// grids and communities are those that have a part of it worth naming, the greatest share first, then by their codes; the outside is one
	// without a feature. Shares are to 0.001.
	grids, communities []layers.Portion
	// beyond is a position of its part outside, if it has one.
	beyond geo.Query
}

// lie finds how a shape lies, and the position that stands for it: one in the grid that leads, far from others; outside, if no grid has a
// part of it.
func (q *Question) lie(s *layers.Snapshot, r *Rules, conv geo.Converter, grids *layers.Partition) (l *lying, at geo.Query, err error) {
	l = &lying{}
	if l.figure, err = q.Shape.figure(conv, q.CRS); err != nil {
		return nil, at, err
	}
	l.grids = portions(grids, l.figure)
	l.communities = portions(s.Partition(layers.Communities, q.At), l.figure)
	var in layers.Feature
	own, other := l.pair(nil)
	if own != nil {
		in = own.Feature
	}
	if other != nil {
		a, _ := own.Feature.(*layers.Grid)
		b, _ := other.Feature.(*layers.Grid)
		in = r.leads(a, b, side{own.Share, other.Share, q.At, q.CaseNumber, q.ReceivedBy}).lead
	}
	if l.leaves() {
		l.beyond, _ = grids.PointIn(l.figure, nil)
	}
	at, ok := grids.PointIn(l.figure, in)
	if !ok { // a part thinner than some centimetres
		at, err = geo.QueryFrom(l.figure.Corners()[0])
	}
	return l, at, err
}

// portions are the parts of a figure that are worth naming.
func portions(p *layers.Partition, f geo.Figure) []layers.Portion {
	if p == nil {
		return nil
	}
	list := p.Portions(f)
	for i := range list {
		list[i].Share = round(list[i].Share, 1000)
	}
	list = slices.DeleteFunc(list, func(one layers.Portion) bool { return one.Share < worthNaming })
	slices.SortStableFunc(list, func(a, b layers.Portion) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), compareCodes(a.Feature, b.Feature))
	})
	return list
}

// compareCodes orders areas by their codes, the outside last.
func compareCodes(a, b layers.Feature) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	codeA, _ := a.Label()
	codeB, _ := b.Label()
	return strings.Compare(codeA, codeB)
}

// pair returns the part of a grid, nil for the one that has most, and the greatest part of another grid; nil where there is none.
func (l *lying) pair(grid *layers.Grid) (own, other *layers.Portion) {
	for i := range l.grids {
		one := &l.grids[i]
		switch g, ok := one.Feature.(*layers.Grid); {
		case !ok:
		case own == nil && (grid == nil || grid == g):
			own = one
		case other == nil:
			other = one
		}
	}
	return own, other
}

// crosses reports whether the shape lies in several grids or communities.
func (l *lying) crosses() bool {
	return inside(l.grids) > 1 || inside(l.communities) > 1
}

// leaves reports whether a part of the shape lies outside the district.
func (l *lying) leaves() bool {
	return slices.ContainsFunc(l.grids, func(p layers.Portion) bool { return p.Feature == nil })
}

// inside counts the parts that are not outside.
func inside(list []layers.Portion) (n int) {
	for _, p := range list {
		if p.Feature != nil {
			n++
		}
	}
	return n
}

// areas are the grids, and the communities if there are several, that have a part of the shape.
func (d *Decider) areas(l *lying) (out []Part) {
	for _, p := range l.grids {
		one := Part{Layer: layers.Grids, Share: p.Share, External: p.Feature == nil}
		if g, ok := p.Feature.(*layers.Grid); ok {
			one.Code, one.Name, one.NameEn, one.Unit = g.Code, g.Name, g.NameEn, g.Office
		} else {
			one.Unit, one.Name, one.NameEn = d.nearestGround(l.beyond, layers.BeyondReach)
		}
		out = append(out, one)
	}
	if inside(l.communities) < 2 {
		return out
	}
	for _, p := range l.communities {
		if m, ok := p.Feature.(*layers.Community); ok {
			out = append(out, Part{Layer: layers.Communities, Code: m.Code, Name: m.Name, NameEn: m.NameEn, Share: p.Share})
		}
	}
	return out
}

// text writes the parts for the trace.
func (l *lying) text() string {
	var out []string
	for _, p := range l.grids {
		code := "outside"
		if p.Feature != nil {
			code, _ = p.Feature.Label()
		}
		out = append(out, fmt.Sprintf("%s %.3f", code, p.Share))
	}
	return strings.Join(out, ", ")
}

// around lists the other grids within reach of the position or of a corner of the shape, by the least of these distances, 0 for those that have a
// part of it.
func (d *Decider) around(grids *layers.Partition, own *layers.Grid) {
	least := map[layers.Feature]layers.Near{}
	take := func(list []layers.Near) {
		for _, n := range list {
			if was, ok := least[n.Feature]; !ok || n.Distance < was.Distance {
				least[n.Feature] = n
			}
		}
	}
	take(d.beside)
	for _, p := range d.lying.figure.Corners() {
		q, err := geo.QueryFrom(p)
		if err != nil {
			continue
		}
		in, others := grids.Nearest(nil, q, max(d.reach, d.rules.borderReach))
		take(others)
		if area, _ := grids.Locate(q); area != nil {
			take([]layers.Near{{Feature: area, At: p}})
		} else {
			take([]layers.Near{{At: p}, in})
		}
	}
	for _, p := range d.lying.grids {
		take([]layers.Near{{Feature: p.Feature, At: d.lying.beyond.Point()}})
	}
	d.beside = d.beside[:0]
	for f, n := range least {
		if g, ok := f.(*layers.Grid); !ok || g != own {
			d.beside = append(d.beside, n)
		}
	}
	slices.SortFunc(d.beside, func(a, b layers.Near) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), compareCodes(a.Feature, b.Feature))
	})
}

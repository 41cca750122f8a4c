package main

import (
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// side is the edge between a cell of an area and a cell beyond it, with the area on its left.
type side struct {
	line   curve
	beyond int // the site of the cell beyond
}

// loops returns the chains of edges between a cell for which in is true and one for which it is not.
func (m *mesh) loops(in func(site int) bool) [][]side {
	follow := map[int]int{} // from each triangle on the border of the area the edge by which the ring leaves it
	var starts []int
	for t, tri := range m.tris {
		for k := range 3 {
			if !in(tri.corner[(k+1)%3]) && in(tri.corner[(k+2)%3]) {
				follow[t] = k
				starts = append(starts, t)
			}
		}
	}
	done := map[int]bool{}
	var out [][]side
	for _, s := range starts {
		if done[s] {
			continue
		}
		var loop []side
		for t := s; !done[t]; {
			done[t] = true
			k := follow[t]
			loop = append(loop, side{m.edge(t, k), m.tris[t].corner[(k+1)%3]})
			t = m.tris[t].across[k]
		}
		out = append(out, loop)
	}
	return out
}

// area returns the cells for which in is true as one geometry. The exterior rings run counter-clockwise, the holes clockwise, the
// largest polygon comes first.
func (m *mesh) area(in func(site int) bool) orb.MultiPolygon {
	var outer, holes []geo.FixedRing
	for _, loop := range m.loops(in) {
		var ring curve
		for _, s := range loop {
			ring = append(ring, s.line[:len(s.line)-1]...)
		}
		f := closeRing(ring)
		if f.Winding() > 0 {
			outer = append(outer, f)
		} else {
			holes = append(holes, f)
		}
	}
	return assemble(outer, holes)
}

// closeRing rounds a ring, drops a vertex that is the same as the one before, starts at the westernmost vertex and closes.
func closeRing(c curve) geo.FixedRing {
	var f geo.FixedRing
	for _, p := range c {
		if q := p.fixed(); len(f) == 0 || q != f[len(f)-1] {
			f = append(f, q)
		}
	}
	for len(f) > 1 && f[len(f)-1] == f[0] {
		f = f[:len(f)-1]
	}
	first := 0
	for i, p := range f {
		if p.X < f[first].X || p.X == f[first].X && p.Y < f[first].Y {
			first = i
		}
	}
	out := append(slices.Clone(f[first:]), f[:first]...)
	return append(out, out[0])
}

// assemble gives each hole to the exterior ring around it.
func assemble(outer, holes []geo.FixedRing) orb.MultiPolygon {
	slices.SortStableFunc(outer, func(a, b geo.FixedRing) int { return len(b) - len(a) })
	out := make(geo.FixedMultiPolygon, len(outer))
	for i, o := range outer {
		out[i] = geo.FixedPolygon{o}
	}
	for _, h := range holes {
		for i, o := range outer {
			if geo.Contains(geo.FixedMultiPolygon{{o}}, h[0].Query()) {
				out[i] = append(out[i], h)
				break
			}
		}
	}
	return out.MultiPolygon()
}

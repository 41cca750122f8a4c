package main

import (
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// area returns the cells for which in is true as one geometry: the chains of edges between a cell that is in and one that is
// not. The exterior rings run counter-clockwise, the holes clockwise, the largest polygon comes first.
func (m *mesh) area(in func(site int) bool) orb.MultiPolygon {
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
	var outer, holes []geo.FixedRing
	for _, s := range starts {
		if done[s] {
			continue
		}
		var ring curve
		for t := s; !done[t]; {
			done[t] = true
			k := follow[t]
			line := m.edge(t, k)
			ring = append(ring, line[:len(line)-1]...)
			t = m.tris[t].across[k]
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

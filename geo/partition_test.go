package geo_test

import (
	"slices"

	"pgregory.net/rapid"

	"wangge/geo"
)

// lattice draws partitions for tests: an n by m board of cells, each of an area or of none. Corners may be moved and edges bent, but
// every edge is drawn once, so neighbours share it exactly.
type lattice struct {
	n, m  int
	cell  int32              // size of a cell in Fixed units
	owner []int              // cell x + n·y → area, or geo.Outside
	moved [][2]int32         // corner x + (n+1)·y → shift
	bends map[int][][2]int32 // edge → shifts of the vertices between its corners, west to east or south to north
	west  int32
	south int32
}

func newLattice(n, m int, cell int32) *lattice {
	return &lattice{n: n, m: m, cell: cell, owner: make([]int, n*m), moved: make([][2]int32, (n+1)*(m+1)),
		bends: make(map[int][][2]int32), west: 1210000000, south: 300000000}
}

func (l *lattice) areas() int {
	most := geo.Outside
	for _, o := range l.owner {
		most = max(most, o)
	}
	return most + 1
}

func (l *lattice) corner(i int) geo.Fixed {
	x, y := int32(i%(l.n+1)), int32(i/(l.n+1))
	return geo.Fixed{X: l.west + x*l.cell + l.moved[i][0], Y: l.south + y*l.cell + l.moved[i][1]}
}

// edge lists the vertices from corner i to corner j, the last one left out.
func (l *lattice) edge(i, j int) []geo.Fixed {
	from, to := min(i, j), max(i, j)
	key := 2 * from
	if to-from > 1 {
		key++
	}
	a, b := l.corner(from), l.corner(to)
	line := []geo.Fixed{a}
	bends := l.bends[key]
	for k, s := range bends {
		t := int64(k + 1)
		steps := int64(len(bends) + 1)
		line = append(line, geo.Fixed{
			X: a.X + int32((int64(b.X)-int64(a.X))*t/steps) + s[0],
			Y: a.Y + int32((int64(b.Y)-int64(a.Y))*t/steps) + s[1],
		})
	}
	line = append(line, b)
	if i > j {
		slices.Reverse(line)
	}
	return line[:len(line)-1]
}

// polygons draws area a: one ring for each boundary walk, turning right at corners that two cells share diagonally so that
// rings stay simple, holes put into the exterior that encloses them.
func (l *lattice) polygons(a int) geo.FixedMultiPolygon {
	at := func(x, y int) bool { return x >= 0 && y >= 0 && x < l.n && y < l.m && l.owner[x+l.n*y] == a }
	width := l.n + 1
	next := make(map[[2]int]bool) // directed edges with the area on the left
	add := func(i, j int) { next[[2]int{i, j}] = true }
	for y := range l.m {
		for x := range l.n {
			if !at(x, y) {
				continue
			}
			sw := x + width*y
			se, nw, ne := sw+1, sw+width, sw+width+1
			if !at(x, y-1) {
				add(sw, se)
			}
			if !at(x+1, y) {
				add(se, ne)
			}
			if !at(x, y+1) {
				add(ne, nw)
			}
			if !at(x-1, y) {
				add(nw, sw)
			}
		}
	}
	var shells, holes []geo.FixedRing
	for start := range width * (l.m + 1) {
		for _, step := range []int{1, width, -1, -width} {
			if !next[[2]int{start, start + step}] {
				continue
			}
			var ring geo.FixedRing
			turn := 0
			for i, d := start, step; next[[2]int{i, i + d}]; {
				delete(next, [2]int{i, i + d})
				ring = append(ring, l.edge(i, i+d)...)
				i += d
				// Left turn first: the cell on the left stays on the left, and diagonal neighbours part.
				left := map[int]int{1: width, width: -1, -1: -width, -width: 1}
				for _, c := range []struct{ d, turn int }{{left[d], 1}, {d, 0}, {-left[d], -1}} {
					if next[[2]int{i, i + c.d}] {
						d = c.d
						turn += c.turn
						break
					}
				}
			}
			ring = append(ring, ring[0])
			if ring.Winding() > 0 {
				shells = append(shells, ring)
			} else {
				holes = append(holes, ring)
			}
		}
	}
	var out geo.FixedMultiPolygon
	for _, s := range shells {
		out = append(out, geo.FixedPolygon{s})
	}
	for _, h := range holes {
		best := -1
		for i := range out {
			if inRing(out[i][0], h) && (best < 0 || inRing(out[best][0], out[i][0])) {
				best = i
			}
		}
		out[best] = append(out[best], h)
	}
	return out
}

// inRing reports whether the middle of the first edge of inner lies in outer.
func inRing(outer, inner geo.FixedRing) bool {
	a, b := inner[0].Query(), inner[1].Query()
	return geo.Contains(geo.FixedMultiPolygon{{outer}}, geo.Query{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2})
}

func (l *lattice) draw() []geo.FixedMultiPolygon {
	out := make([]geo.FixedMultiPolygon, l.areas())
	for a := range out {
		out[a] = l.polygons(a)
	}
	return out
}

// randomLattice draws a lattice: areas in several parts, with holes, enclaves and lakes, straight edges or bent ones.
func randomLattice(t *rapid.T) *lattice {
	n, m := rapid.IntRange(1, 6).Draw(t, "columns"), rapid.IntRange(1, 6).Draw(t, "rows")
	cell := rapid.SampledFrom([]int32{40, 1000, 80_000, 3_000_000, 100_000_000}).Draw(t, "cell")
	l := newLattice(n, m, cell)
	l.west, l.south = -l.cell*int32(n)/2, -l.cell*int32(m)/2
	areas := rapid.IntRange(1, 7).Draw(t, "areas")
	for i := range l.owner {
		l.owner[i] = rapid.IntRange(geo.Outside, areas-1).Draw(t, "owner")
	}
	l.renumber()
	if rapid.Bool().Draw(t, "straight") {
		return l
	}
	shift := func(part int32, name string) [2]int32 {
		r := rapid.Int32Range(-cell/part, cell/part)
		return [2]int32{r.Draw(t, name+"X"), r.Draw(t, name+"Y")}
	}
	for i := range l.moved {
		l.moved[i] = shift(5, "corner")
	}
	for key := range 2 * len(l.moved) {
		for range rapid.IntRange(0, 3).Draw(t, "bends") {
			l.bends[key] = append(l.bends[key], shift(20, "bend"))
		}
	}
	return l
}

// renumber gives the areas that have cells the numbers from 0, and the first cell one if none has.
func (l *lattice) renumber() {
	number := map[int]int{geo.Outside: geo.Outside}
	for i, o := range l.owner {
		if _, ok := number[o]; !ok {
			number[o] = len(number) - 1
		}
		l.owner[i] = number[o]
	}
	if len(number) == 1 {
		l.owner[0] = 0
	}
}

// reshuffled returns the same areas written differently: rings that begin elsewhere or run the other way, polygons and holes in
// another order.
func reshuffled(t *rapid.T, areas []geo.FixedMultiPolygon) []geo.FixedMultiPolygon {
	out := make([]geo.FixedMultiPolygon, len(areas))
	for i, m := range areas {
		m = rapid.Permutation(m.Clone()).Draw(t, "polygons")
		for j, pg := range m {
			holes := rapid.Permutation(pg[1:]).Draw(t, "holes")
			m[j] = append(geo.FixedPolygon{pg[0]}, holes...)
			for k, r := range m[j] {
				open := r[:len(r)-1]
				first := rapid.IntRange(0, len(open)-1).Draw(t, "first")
				turned := append(slices.Clone(open[first:]), open[:first]...)
				if rapid.Bool().Draw(t, "reverse") {
					slices.Reverse(turned)
				}
				m[j][k] = append(turned, turned[0])
			}
		}
		out[i] = m
	}
	return out
}

// probes lists the positions where a border rule can fail: every vertex and edge midpoint, and the positions one unit beside them.
func probes(areas []geo.FixedMultiPolygon) []geo.Query {
	var out []geo.Query
	for _, m := range areas {
		for _, pg := range m {
			for _, r := range pg {
				for i := 1; i < len(r); i++ {
					a, b := r[i-1].Query(), r[i].Query()
					mid := geo.Query{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
					out = append(out, b, mid)
					for _, d := range [][2]int64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
						out = append(out, geo.Query{X: b.X + d[0], Y: b.Y + d[1]}, geo.Query{X: mid.X + d[0], Y: mid.Y + d[1]})
					}
				}
			}
		}
	}
	return out
}

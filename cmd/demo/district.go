package main

import (
	"fmt"
	"math"
)

// district says which town, grid and community each cell of the mesh belongs to.
type district struct {
	mesh *mesh
	// town, grid and community are, for each site, indices into towns, grids and communities; -1 outside.
	town, grid, community []int
	grids                 []gridPlan
	communities           []communityPlan
}

// gridPlan is a grid before it has a shape.
type gridPlan struct {
	code string
	town int
	seed vec
}

// communityPlan is a community before it has a code and a name.
type communityPlan struct {
	town, grid int
	middle     vec
	cells      int
	urban      float64 // how small its cells are: 1 in the middle of a quarter, 0 in the country
}

func gridCode(town string, index int) string { return fmt.Sprintf("%sZ%02d", town, index+1) }

// shapes makes the curves of the drawing, and gives every cell its town, grid and community.
func shapes() *district {
	outside, land, coast := shore()
	borders := []border{{line: ditch()}, {line: land, rough: 0.55}, {line: coast, rough: 0.35}}
	var solid []curve
	for i, a := range townArcs {
		c := smoothPlaces(60, meander(places(a), 0.17, 420, dice(forBorders, i)))
		solid = append(solid, c)
		borders = append(borders, border{line: c, rough: 0.6})
	}
	for _, r := range mainRoads {
		borders = append(borders, border{line: smooth(60, r.controls...), rough: 0.03})
	}
	d := &district{mesh: newMesh(outside, borders)}
	for i, t := range towns {
		for k, g := range t.grids {
			d.grids = append(d.grids, gridPlan{code: gridCode(t.code, k), town: i, seed: at(g[0], g[1])})
		}
	}
	d.onePiece()
	d.growTowns(solid)
	d.growGrids()
	d.growCommunities()
	return d
}

// shore is the outline as one closed curve, and its two parts: the land border and the coast, which is less winding.
func shore() (outside, land, coast curve) {
	sea := meander(places(outline[coastEast:coastWest+1]), 0.05, 500, dice(forBorders, -1))
	dry := meander(places(append(append([][2]float64{}, outline[coastWest:]...), outline[:coastEast+1]...)), 0.15, 420, dice(forBorders, -2))
	around := append(append([]vec{}, dry[:len(dry)-1]...), sea[:len(sea)-1]...)
	outside, knots := smoothClosed(60, around)
	east := knots[len(dry)-1]
	return outside, outside[:east+1], append(append(curve{}, outside[east:]...), outside[0])
}

// onePiece takes cells that hang together with the rest only outside the district out of it, and fills pockets.
func (d *district) onePiece() {
	m := d.mesh
	for _, want := range []bool{true, false} {
		part, size := m.parts(func(i int) bool { return m.inside[i] == want }, func(int, int) bool { return true })
		largest := 0
		for k, n := range size {
			if n > size[largest] {
				largest = k
			}
		}
		for i, p := range part {
			if p >= 0 && p != largest {
				m.inside[i] = !want
			}
		}
	}
}

// growTowns floods each town from its seeds up to the town borders. What no flood reaches, a pocket where borders meet, goes to
// a town beside it.
func (d *district) growTowns(solid []curve) {
	m := d.mesh
	var starts []reached
	in := func(i int) bool { return m.inside[i] }
	for i, g := range d.grids {
		starts = append(starts, reached{0, m.nearest(g.seed, in), d.grids[i].town})
	}
	boxes := make([]box, len(solid))
	for i, c := range solid {
		boxes[i] = boxOf(c)
	}
	d.town = m.grow(in, starts, func(a, b int) float64 {
		p, q := m.sites[a], m.sites[b]
		for i, c := range solid {
			if boxes[i].touches(boxOf(curve{p, q})) {
				if _, hit := c.cut(p, q); hit {
					return math.Inf(1)
				}
			}
		}
		return p.far(q)
	})
	var again []reached
	for i, t := range d.town {
		if t >= 0 {
			again = append(again, reached{0, i, t})
		}
	}
	d.town = m.grow(in, again, func(a, b int) float64 { return m.sites[a].far(m.sites[b]) })
}

// growGrids grows the grids of each town from their seeds. Discs that belong together, and the two sides of the ditch, are given
// to their grids first.
func (d *district) growGrids() {
	m := d.mesh
	index := map[string]int{}
	var starts []reached
	for i, g := range d.grids {
		index[g.code] = i
		starts = append(starts, reached{1, m.nearest(g.seed, func(s int) bool { return d.town[s] == g.town }), i})
	}
	for s, p := range m.sites {
		if m.border[s] == 0 && d.town[s] >= 0 {
			starts = append(starts, reached{0, s, index[ditchGrid(m.side[s])]})
		}
		for _, k := range keeps() {
			if g := index[k.grid]; d.town[s] == d.grids[g].town && p.far(at(k.centre[0], k.centre[1])) < k.radius {
				starts = append(starts, reached{0, s, g})
			}
		}
	}
	for t := range towns {
		var mine []reached
		for _, s := range starts {
			if d.grids[s.area].town == t {
				mine = append(mine, s)
			}
		}
		for s, g := range m.grow(func(i int) bool { return d.town[i] == t }, mine, m.wander) {
			if t == 0 {
				d.grid = append(d.grid, -1)
			}
			if g >= 0 {
				d.grid[s] = g
			}
		}
	}
}

// ditchGrid is the grid at a side of the ditch: the left side, seen northwards, is the west.
func ditchGrid(side int) string {
	if side > 0 {
		return "310116104Z04"
	}
	return "310116104Z05"
}

// growCommunities divides the communities of each town among its grids by the number of cells, which stand closer where more
// people live, and splits each grid.
func (d *district) growCommunities() {
	m := d.mesh
	d.community = make([]int, len(m.sites))
	for i := range d.community {
		d.community[i] = -1
	}
	cells := make([]int, len(d.grids))
	for _, g := range d.grid {
		if g >= 0 {
			cells[g]++
		}
	}
	for t, tn := range towns {
		for g, n := range d.share(t, tn.residential+tn.villages, cells) {
			if n == 0 {
				continue
			}
			area := m.split(func(i int) bool { return d.grid[i] == g }, n, d.held(g))
			first := len(d.communities)
			d.communities = append(d.communities, make([]communityPlan, n)...)
			for s, k := range area {
				if k < 0 {
					continue
				}
				d.community[s] = first + k
				c := &d.communities[first+k]
				c.town, c.grid, c.cells = t, g, c.cells+1
				c.middle = c.middle.add(m.sites[s])
				c.urban += (300 - cellSize(m.sites[s])) / 150
			}
		}
	}
	for i := range d.communities {
		c := &d.communities[i]
		c.middle, c.urban = c.middle.scale(1/float64(c.cells)), c.urban/float64(c.cells)
	}
}

// held lists the cells around each place of a grid that lies in a community with a name of its own.
func (d *district) held(grid int) [][]int {
	var out [][]int
	for _, n := range namedCommunities {
		var cells []int
		for s, p := range d.mesh.sites {
			if d.grid[s] == grid && p.far(at(n.place[0], n.place[1])) < n.radius {
				cells = append(cells, s)
			}
		}
		if len(cells) > 0 {
			out = append(out, cells)
		}
	}
	return out
}

// share divides n among the grids of a town by the numbers of their cells, by the largest remainders; every grid gets two at least.
func (d *district) share(town, n int, cells []int) []int {
	out := make([]int, len(d.grids))
	var mine []int
	for i, g := range d.grids {
		if g.town == town {
			mine = append(mine, i)
			out[i] = 2
			n -= 2
		}
	}
	for ; n > 0; n-- {
		best := mine[0]
		for _, g := range mine {
			if cells[g]*out[best] > cells[best]*out[g] {
				best = g
			}
		}
		out[best]++
	}
	return out
}

// box is the smallest box around a curve.
type box struct{ low, high vec }

func boxOf(c curve) box {
	b := box{c[0], c[0]}
	for _, p := range c {
		b.low = vec{math.Min(b.low.x, p.x), math.Min(b.low.y, p.y)}
		b.high = vec{math.Max(b.high.x, p.x), math.Max(b.high.y, p.y)}
	}
	return b
}

func (b box) touches(o box) bool {
	return b.low.x <= o.high.x && o.low.x <= b.high.x && b.low.y <= o.high.y && o.low.y <= b.high.y
}

package main

import (
	"math"
	"math/rand/v2"
)

// border is a line that the edges of the mesh follow: the outline, a town border, a road.
type border struct {
	line  curve
	rough float64 // how far the finished edge may stray from the line: 0 not at all, 1 as far as there is room
}

// The sites beside a border stand in pairs: so far from the line, and so far from the next pair.
const (
	pairAway = 105.0
	pairStep = 200.0
)

// mesh divides the plane into cells around sites. Every border of the data is a chain of edges between cells, so that two areas
// that touch share their border to the last digit.
type mesh struct {
	sites   []vec
	border  []int // for each site the border beside which it stands, -1 for none
	side    []int // +1 for left of it, -1 for right
	borders []border
	inside  []bool // whether the site lies in the district
	tris    []triangle
	centre  []vec   // for each triangle the place where its three cells meet
	next    [][]int // for each site the sites of the cells around it, in a fixed order
	edges   map[[2]int]curve
}

// newMesh sets sites along the borders and scatters others between, closer in the quarters, and triangulates them.
func newMesh(outside curve, borders []border) *mesh {
	m := &mesh{borders: borders, edges: map[[2]int]curve{}}
	r := dice(forSites, 0)
	placed := newRaster(150)
	near := newRaster(60)
	for i, b := range borders {
		m.pairs(i, b, placed, near, r)
	}
	for _, b := range borders {
		for d := 0.0; d < b.line.length(); d += 40 {
			p, _ := b.line.along(d)
			near.add(p)
		}
	}
	m.scatter(outside, placed, near, r)
	for _, s := range m.sites {
		m.inside = append(m.inside, outside.inside(s))
	}
	n := len(m.sites)
	m.sites, m.tris = triangulate(m.sites)
	for range len(m.sites) - n {
		m.border, m.side, m.inside = append(m.border, -1), append(m.side, 0), append(m.inside, false)
	}
	m.connect()
	return m
}

// pairs sets sites in pairs on both sides of a border, except where an earlier border is near.
func (m *mesh) pairs(number int, b border, placed, near *raster, r *rand.Rand) {
	length := b.line.length()
	steps := max(1, int(math.Round(length/pairStep)))
	var mine []vec
	for i := range steps {
		p, dir := b.line.along(float64((float64(i)+0.5+spread(r, 0.12))*length) / float64(steps))
		if near.near(p, 1.3*pairAway) >= 0 {
			continue
		}
		ends := [2]vec{}
		free := true
		for k, side := range []float64{1, -1} {
			ends[k] = p.add(dir.left().scale(float64(side * (pairAway + spread(r, 4))))).add(vec{spread(r, 2), spread(r, 2)})
			free = free && placed.near(ends[k], 0.7*pairAway) < 0
		}
		if !free {
			continue
		}
		mine = append(mine, p)
		for k, side := range []int{1, -1} {
			m.site(ends[k], number, side, placed)
		}
	}
	for _, p := range mine {
		near.add(p)
	}
}

func (m *mesh) site(p vec, border, side int, placed *raster) {
	m.sites, m.border, m.side = append(m.sites, p), append(m.border, border), append(m.side, side)
	placed.add(p)
}

// scatter throws sites at random (Poisson disc) over the district and a strip around it, none near a border.
func (m *mesh) scatter(outside curve, placed, near *raster, r *rand.Rand) {
	low, high := outside[0], outside[0]
	for _, p := range outside {
		low = vec{math.Min(low.x, p.x), math.Min(low.y, p.y)}
		high = vec{math.Max(high.x, p.x), math.Max(high.y, p.y)}
	}
	const strip = 900.0
	for range 220000 {
		p := vec{low.x - strip + float64(r.Float64()*(high.x-low.x+2*strip)), low.y - strip + float64(r.Float64()*(high.y-low.y+2*strip))}
		if near.near(p, 0.85*pairAway) >= 0 || placed.near(p, cellSize(p)) >= 0 {
			continue
		}
		m.site(p, -1, 0, placed)
	}
}

// cellSize is how far apart the sites stand at p: 150 m in a quarter, 300 m in the country.
func cellSize(p vec) float64 {
	d := math.Inf(1)
	for _, q := range quarters {
		d = math.Min(d, p.far(q.frame().at)-q.radius)
	}
	return 150 + float64(150*math.Max(0, math.Min(1, (d-100)/2400)))
}

// connect places the centre of each triangle and lists the neighbours of each site.
func (m *mesh) connect() {
	m.centre = make([]vec, len(m.tris))
	m.next = make([][]int, len(m.sites))
	for i, t := range m.tris {
		m.centre[i] = m.centreOf(t)
		for k := range 3 {
			a, b := t.corner[k], t.corner[(k+1)%3]
			m.next[a] = append(m.next[a], b)
		}
	}
}

// centreOf is the middle of the triangle, or the foot of the middle on a border that passes through.
func (m *mesh) centreOf(t triangle) vec {
	a, b, c := m.sites[t.corner[0]], m.sites[t.corner[1]], m.sites[t.corner[2]]
	middle := a.add(b).add(c).scale(1.0 / 3)
	for k := range 3 {
		if n := m.between(t.corner[k], t.corner[(k+1)%3]); n >= 0 {
			p, _ := m.borders[n].line.foot(middle)
			w := barycentric(p, a, b, c)
			if math.Min(w[0], math.Min(w[1], w[2])) > 0.06 {
				return p
			}
		}
	}
	return middle
}

// between returns the border that passes between two sites, or -1.
func (m *mesh) between(a, b int) int {
	if m.border[a] >= 0 && m.border[a] == m.border[b] && m.side[a] != m.side[b] {
		return m.border[a]
	}
	return -1
}

// edge returns the line between the cells of sites a and b, from the centre of triangle t to that of the triangle across. It
// stays in the two triangles, so that no two edges of the mesh meet but at their ends.
func (m *mesh) edge(t, k int) curve {
	tri := m.tris[t]
	a, b, other := tri.corner[(k+1)%3], tri.corner[(k+2)%3], tri.across[k]
	key := [2]int{min(t, other), max(t, other)}
	line, ok := m.edges[key]
	if !ok {
		line = m.draw(m.centre[key[0]], m.centre[key[1]], a, b)
		m.edges[key] = line
	}
	if key[0] != t {
		return line.reversed()
	}
	return line
}

// draw makes the line from one centre to the other through a place on the line of the two sites.
func (m *mesh) draw(from, to vec, a, b int) curve {
	a, b = min(a, b), max(a, b)
	r := dice(forEdges, a<<20|b)
	pa, pb := m.sites[a], m.sites[b]
	f, rough := 0.5+spread(r, 0.08), 0.8
	if n := m.between(a, b); n >= 0 {
		rough = m.borders[n].rough
		f = 0.5
		if g, ok := m.borders[n].line.cut(pa, pb); ok && g > 0.2 && g < 0.8 {
			f = g
		}
	}
	middle := pa.to(pb, f)
	line := curve{from}
	for _, part := range [][2]vec{{from, middle}, {middle, to}} {
		half := part[0].to(part[1], 0.5)
		const room = 0.45 // how much of the triangle the line may use
		line = roughen(line, part[0], part[1], half.add(pa.sub(middle).scale(room)), half.add(pb.sub(middle).scale(room)), rough, r)
	}
	return line
}

// roughen appends the way from a (which is already there) to b. c and d are two places on either side such that the middle of
// a b lies on c d; the way stays in the quadrilateral a c b d, and each half in a smaller one of the same kind that touches the
// other only at its end. So a way never crosses itself or another.
func roughen(line curve, a, b, c, d vec, rough float64, r *rand.Rand) curve {
	const finest = 42.0
	if a.far(b) < finest {
		return append(line, b)
	}
	half := a.to(b, 0.5)
	u := spread(r, float64(0.75*rough))
	bend := half.to(c, u)
	if u < 0 {
		bend = half.to(d, -u)
	}
	line = roughen(line, a, bend, a.to(c, 0.5), a.to(d, 0.5), rough, r)
	return roughen(line, bend, b, c.to(b, 0.5), d.to(b, 0.5), rough, r)
}

package main

import (
	"slices"

	"wangge/geo"
	"wangge/layers"
)

// neighbour is a district or county beyond the land border: its unit, and the controls of the outline between which it lies, clockwise.
type neighbour struct {
	code, name, nameEn string
	from, to           int
}

// neighbours lie around the district clockwise, from the shore in the south-west to that in the east. The sea belongs to nobody.
var neighbours = []neighbour{
	{"330482", "平湖市", "Pinghu City", coastWest, westLuxiang},
	{"330421", "嘉善县", "Jiashan County", westLuxiang, 0},
	{"310118", "青浦区", "Qingpu District", 0, qingpuEnd},
	{"310117", "松江区", "Songjiang District", qingpuEnd, songjiangEnd},
	{"310120", "奉贤区", "Fengxian District", songjiangEnd, coastEast},
}

// neighbourDeep is how far from the border, in metres, the cells lie that are a neighbour's.
const neighbourDeep = 700.0

// outerRough is how far, in metres, the outer edge of a neighbour may be drawn from the edges of its cells.
const outerRough = 200.0

// neighbourSides returns the stretch of the land border along each neighbour.
func neighbourSides(land curve) []curve {
	end := func(control int) int {
		p, best := at(outline[control][0], outline[control][1]), 0
		for i := range land {
			if land[i].far(p) < land[best].far(p) {
				best = i
			}
		}
		return best
	}
	out := make([]curve, len(neighbours))
	for i, n := range neighbours {
		out[i] = land[end(n.from) : end(n.to)+1]
	}
	return out
}

// neighbourCells gives the cells beside the land border to the neighbour whose stretch of it is nearest; -1 for all others.
func (d *district) neighbourCells() []int {
	_, land, coast := shore()
	sides := neighbourSides(land)
	boxes := make([]box, len(sides))
	for i, s := range sides {
		boxes[i] = boxOf(s)
	}
	out := make([]int, len(d.mesh.sites))
	for s, p := range d.mesh.sites {
		out[s] = -1
		if d.mesh.inside[s] {
			continue
		}
		around := box{vec{p.x - neighbourDeep, p.y - neighbourDeep}, vec{p.x + neighbourDeep, p.y + neighbourDeep}}
		best := neighbourDeep
		for i, side := range sides {
			if !boxes[i].touches(around) {
				continue
			}
			if _, far := side.foot(p); far < best {
				out[s], best = i, far
			}
		}
		if out[s] >= 0 {
			if _, far := coast.foot(p); far < best {
				out[s] = -1
			}
		}
	}
	return out
}

// neighbourGrounds returns the ground of each neighbour: what its cells cover. Towards the district and other neighbours its edge is that of
// the mesh, to the last digit; the outer edge means nothing, and is drawn plainly.
func (d *district) neighbourGrounds() []layers.Feature {
	cells := d.neighbourCells()
	var out []layers.Feature
	for i, n := range neighbours {
		var rings []geo.FixedRing
		for _, loop := range d.mesh.loops(func(s int) bool { return cells[s] == i }) {
			if ring := closeRing(calm(loop, func(s int) bool { return cells[s] < 0 && !d.mesh.inside[s] })); ring.Winding() > 0 {
				rings = append(rings, ring)
			}
		}
		code := layers.Neighbour + "-" + n.code
		out = append(out, &layers.Overlay{Meta: meta("o_" + code), Code: code, Name: n.name, NameEn: n.nameEn, Kind: layers.Neighbour, Unit: "u_ext_" + n.code,
			Geometry: assemble(rings, nil)})
	}
	return out
}

// calm joins the sides of a loop to a ring in which every chain of sides with a free cell beyond them is drawn plainly.
func calm(loop []side, free func(site int) bool) curve {
	first := slices.IndexFunc(loop, func(s side) bool { return !free(s.beyond) }) // no chain goes through the start
	if first < 0 {
		first = 0
	}
	loop = slices.Concat(loop[first:], loop[:first])
	var ring, chain curve
	flush := func() {
		var points []geo.Fixed
		for _, p := range chain {
			points = append(points, p.fixed())
		}
		for _, p := range plain(points, outerRough) {
			ring = append(ring, placeOf(p))
		}
		chain = nil
	}
	for _, s := range loop {
		if !free(s.beyond) {
			flush()
			ring = append(ring, s.line...)
			continue
		}
		chain = append(chain, s.line...)
	}
	flush()
	return ring
}

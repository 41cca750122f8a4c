package main

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// The generator draws in a plane of metres around the middle of the district. The plane is a plain scaling of degrees: it is
// good to two thousandths over the district, which is all that a drawing needs.
//
// The same bytes must come out on every machine. So each product is rounded by a conversion, float64(a*b), which forbids the
// compiler to fuse it with a sum (some machines can, others cannot), nothing but + - * / and math.Sqrt is used, which are exact
// everywhere, and no map is ranged over. portable_test.go looks after it.
const (
	originLon = 121.23
	originLat = 30.82
	perLon    = 95645.0
	perLat    = 110871.0
)

// vec is a place or a direction in the plane, in metres east and north of the origin.
type vec struct{ x, y float64 }

// at is the place of a longitude and latitude in degrees.
func at(lon, lat float64) vec {
	return vec{float64((lon - originLon) * perLon), float64((lat - originLat) * perLat)}
}

// point is the place in degrees, on the 1e-7 degree raster of stored coordinates.
func (v vec) point() orb.Point { return v.fixed().Point() }

func (v vec) fixed() geo.Fixed {
	return geo.Fixed{
		X: int32(math.RoundToEven(float64((originLon + v.x/perLon) * geo.FixedScale))),
		Y: int32(math.RoundToEven(float64((originLat + v.y/perLat) * geo.FixedScale))),
	}
}

func (v vec) add(w vec) vec           { return vec{v.x + w.x, v.y + w.y} }
func (v vec) sub(w vec) vec           { return vec{v.x - w.x, v.y - w.y} }
func (v vec) scale(f float64) vec     { return vec{float64(v.x * f), float64(v.y * f)} }
func (v vec) size() float64           { return math.Sqrt(v.dot(v)) }
func (v vec) dot(w vec) float64       { return float64(v.x*w.x) + float64(v.y*w.y) }
func (v vec) cross(w vec) float64     { return float64(v.x*w.y) - float64(v.y*w.x) }
func (v vec) left() vec               { return vec{-v.y, v.x} }
func (v vec) unit() vec               { return v.scale(1 / v.size()) }
func (v vec) to(w vec, f float64) vec { return v.add(w.sub(v).scale(f)) }
func (v vec) far(w vec) float64       { return v.sub(w).size() }

// frame is a place and a direction: u runs ahead, w to the left of it.
type frame struct {
	at    vec
	ahead vec // of length 1
}

// place is the place u metres ahead and w metres to the left.
func (f frame) place(u, w float64) vec {
	return f.at.add(f.ahead.scale(u)).add(f.ahead.left().scale(w))
}

// dice returns the random numbers of one purpose. Each purpose has its own stream, so that a change in one part of the
// generator does not move the others.
func dice(purpose, part int) *rand.Rand {
	return rand.New(rand.NewPCG(seed<<8|uint64(purpose), uint64(part)))
}

// The purposes.
const (
	forBorders = iota
	forSites
	forEdges
	forGrowth
	forNames
	forRoads
	forOverlays
	forPoles
	forKerb
)

// spread is a number between -size and size.
func spread(r *rand.Rand, size float64) float64 { return float64((float64(2*r.Float64()) - 1) * size) }

// raster answers "is anything within a distance" for places that come one by one.
type raster struct {
	cell float64
	at   map[[2]int][]int
	all  []vec
}

func newRaster(cell float64) *raster { return &raster{cell: cell, at: map[[2]int][]int{}} }

func (g *raster) key(p vec) [2]int {
	return [2]int{int(math.Floor(p.x / g.cell)), int(math.Floor(p.y / g.cell))}
}

func (g *raster) add(p vec) {
	k := g.key(p)
	g.at[k] = append(g.at[k], len(g.all))
	g.all = append(g.all, p)
}

// near returns the number of the nearest place within a distance of p, or -1.
func (g *raster) near(p vec, within float64) int {
	best, found := within, -1
	reach := int(math.Ceil(within / g.cell))
	k := g.key(p)
	for i := -reach; i <= reach; i++ {
		for j := -reach; j <= reach; j++ {
			for _, n := range g.at[[2]int{k[0] + i, k[1] + j}] {
				if d := p.far(g.all[n]); d < best {
					best, found = d, n
				}
			}
		}
	}
	return found
}

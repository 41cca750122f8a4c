package main

import (
	"math"
	"slices"

	"wangge/geo"
)

// stretch is a piece of a road between two junctions, on the raster of stored coordinates.
type stretch struct {
	strand
	number int // of the strand
	points []geo.Fixed
}

func (s stretch) ends() [2]geo.Fixed { return [2]geo.Fixed{s.points[0], s.points[len(s.points)-1]} }

// metres is the length in the plane.
func (s stretch) metres() float64 { return s.curve().length() }

func (s stretch) curve() curve {
	c := make(curve, len(s.points))
	for i, p := range s.points {
		c[i] = placeOf(p)
	}
	return c
}

// placeOf is the place of a stored position.
func placeOf(f geo.Fixed) vec {
	p := f.Point()
	return at(p[0], p[1])
}

// crossing is where a strand meets another: how far along it, in segments, and the place that both have as a vertex.
type crossing struct {
	at    float64
	place vec
}

// merged is how near to each other two junctions become one.
const merged = 9.0

// cutStrands divides all strands where they meet. Whatever meets has the very same vertex there.
func cutStrands(strands []strand) []stretch {
	found := crossings(strands)
	var out []stretch
	for i, s := range strands {
		slices.SortStableFunc(found[i], func(a, b crossing) int { return compare(a.at, b.at) })
		piece := stretch{strand: s, number: i}
		add := func(p geo.Fixed) {
			if n := len(piece.points); n == 0 || piece.points[n-1] != p {
				piece.points = append(piece.points, p)
			}
		}
		next := 0
		for k, p := range s.line {
			for ; next < len(found[i]) && found[i][next].at < float64(k); next++ {
				c := found[i][next].place
				add(c.fixed())
				if len(piece.points) > 1 {
					out = append(out, piece)
				}
				piece.points = []geo.Fixed{c.fixed()}
			}
			if !besideCrossing(p, found[i]) {
				add(p.fixed())
			}
		}
		if len(piece.points) > 1 {
			out = append(out, piece)
		}
	}
	return out
}

// besideCrossing reports whether a vertex of a strand is so near to one of its crossings that it would make a kink there.
func besideCrossing(p vec, list []crossing) bool {
	return slices.ContainsFunc(list, func(c crossing) bool { return p.far(c.place) < merged })
}

// crossings finds for each strand where it meets others.
func crossings(strands []strand) [][]crossing {
	const cell = 150.0
	type segment struct{ strand, k int }
	cells := map[[2]int][]segment{}
	junctions := newRaster(merged)
	out := make([][]crossing, len(strands))
	for i, s := range strands {
		for k := 1; k < len(s.line); k++ {
			a, b := s.line[k-1], s.line[k]
			bx := boxOf(curve{a, b})
			tried := map[segment]bool{}
			for x := int(math.Floor(bx.low.x / cell)); x <= int(math.Floor(bx.high.x/cell)); x++ {
				for y := int(math.Floor(bx.low.y / cell)); y <= int(math.Floor(bx.high.y/cell)); y++ {
					key := [2]int{x, y}
					for _, o := range cells[key] {
						if o.strand == i || tried[o] {
							continue
						}
						tried[o] = true
						other := strands[o.strand].line
						f, g, ok := meet(a, b, other[o.k-1], other[o.k])
						if !ok {
							continue
						}
						p := a.to(b, f)
						if n := junctions.near(p, merged); n >= 0 {
							p = junctions.all[n]
						} else {
							junctions.add(p)
						}
						out[i] = append(out[i], crossing{float64(k-1) + f, p})
						out[o.strand] = append(out[o.strand], crossing{float64(o.k-1) + g, p})
					}
					cells[key] = append(cells[key], segment{i, k})
				}
			}
		}
	}
	return out
}

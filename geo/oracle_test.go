package geo_test

import (
	"math/big"

	"wangge/geo"
)

// The oracle decides where a position is in rational numbers and by another way than the package: it moves the position by a real
// (tiny) amount east and an even tinier one north, so that it lies on no edge, and counts the edges above it.

// oracle holds the edges of each area as rationals.
type oracle struct {
	areas [][]ratEdge
	// closed plants a defect: it counts an edge below or at the position, without moving it first.
	closed bool
}

type ratPoint struct{ x, y *big.Rat }

type ratEdge struct{ a, b ratPoint }

func newOracle(areas []geo.FixedMultiPolygon) *oracle {
	o := &oracle{areas: make([][]ratEdge, len(areas))}
	point := func(f geo.Fixed) ratPoint {
		return ratPoint{big.NewRat(int64(f.X), 1), big.NewRat(int64(f.Y), 1)}
	}
	for i, m := range areas {
		for _, pg := range m {
			for _, r := range pg {
				for k := 1; k < len(r); k++ {
					o.areas[i] = append(o.areas[i], ratEdge{point(r[k-1]), point(r[k])})
				}
			}
		}
	}
	return o
}

// tiny is 2^-n.
func tiny(n uint) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), n))
}

var eastBy, northBy = tiny(120), tiny(400)

// owners lists the areas that have q when it is moved off the borders, and the lowest area whose border has q itself, -1 if none.
func (o *oracle) owners(q geo.Query) (inside []int, border int) {
	p := ratPoint{big.NewRat(q.X, geo.QueryScale), big.NewRat(q.Y, geo.QueryScale)}
	moved := p
	if !o.closed {
		moved = ratPoint{new(big.Rat).Add(p.x, eastBy), new(big.Rat).Add(p.y, northBy)}
	}
	border = geo.Outside
	for i, edges := range o.areas {
		odd := false
		for _, e := range edges {
			if border < 0 && e.has(p) {
				border = i
			}
			if e.above(moved, o.closed) {
				odd = !odd
			}
		}
		if odd {
			inside = append(inside, i)
		}
	}
	return inside, border
}

// above reports whether the ray from p to the north meets the edge.
func (e ratEdge) above(p ratPoint, closed bool) bool {
	west, east := e.a, e.b
	if west.x.Cmp(east.x) > 0 {
		west, east = east, west
	}
	if closed {
		if p.x.Cmp(west.x) < 0 || p.x.Cmp(east.x) > 0 || west.x.Cmp(east.x) == 0 {
			return false
		}
		return e.at(p.x).Cmp(p.y) >= 0
	}
	return p.x.Cmp(west.x) > 0 && p.x.Cmp(east.x) < 0 && e.at(p.x).Cmp(p.y) > 0
}

// at is the height of the line of the edge at x.
func (e ratEdge) at(x *big.Rat) *big.Rat {
	slope := new(big.Rat).Sub(e.b.y, e.a.y)
	slope.Quo(slope, new(big.Rat).Sub(e.b.x, e.a.x))
	y := new(big.Rat).Sub(x, e.a.x)
	return y.Add(y.Mul(y, slope), e.a.y)
}

// has reports whether p lies on the edge.
func (e ratEdge) has(p ratPoint) bool {
	between := func(a, b, v *big.Rat) bool { return a.Cmp(v)*v.Cmp(b) >= 0 }
	if !between(e.a.x, e.b.x, p.x) || !between(e.a.y, e.b.y, p.y) {
		return false
	}
	return e.a.x.Cmp(e.b.x) == 0 || e.at(p.x).Cmp(p.y) == 0
}

// where is the whole rule: the one area inside, else the lowest whose border has q, else outside.
func (o *oracle) where(q geo.Query) (area int, m geo.Match, sole bool) {
	inside, border := o.owners(q)
	switch {
	case len(inside) > 1:
		return inside[0], geo.MatchCovers, false
	case len(inside) == 1 && border < 0:
		return inside[0], geo.MatchCovers, true
	case len(inside) == 1:
		return inside[0], geo.MatchEdge, true
	case border >= 0:
		return border, geo.MatchEdge, true
	}
	return geo.Outside, geo.MatchNone, true
}

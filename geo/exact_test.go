package geo_test

import (
	"fmt"
	"math"
	"math/big"

	"wangge/geo"
)

// exact is oracle for millions of positions, written apart from it and from the package: an area counts the edges above the
// position, after it was moved east by 2^-120 and north by 2^-400 of a Query unit. The ground is cut into strips from north to
// south; a strip has the edges that touch it, area by area. Of an area whose edges in the strip are all above the position or all
// below it none needs a look: a line meets a closed ring an even number of times.
type exact struct {
	west, width int64       // of the strips, in Query units
	first       []int32     // strip i has groups[first[i]:first[i+1]]
	groups      []edgeGroup // by area within a strip
	edges       []exactEdge
}

// edgeGroup is the edges of one area in a strip, with their reach.
type edgeGroup struct {
	area, from, to int32
	south, north   int32
}

// exactEdge has its western end first.
type exactEdge struct{ wx, wy, ex, ey int32 }

func newExact(areas []geo.FixedMultiPolygon) *exact {
	type owned struct {
		exactEdge
		area int32
	}
	var all []owned
	lo, hi := int64(math.MaxInt32), int64(math.MinInt32)
	for i, m := range areas {
		for _, pg := range m {
			for _, r := range pg {
				if r[0] != r[len(r)-1] {
					panic(fmt.Sprintf("a ring of area %d is open", i))
				}
				for k := 1; k < len(r); k++ {
					a, b := r[k-1], r[k]
					if a.X > b.X {
						a, b = b, a
					}
					all = append(all, owned{exactEdge{a.X, a.Y, b.X, b.Y}, int32(i)})
					lo, hi = min(lo, int64(a.X)), max(hi, int64(b.X))
				}
			}
		}
	}
	o := &exact{west: lo * geo.QueryScale}
	strips := min(max(len(all)/2, 1), 1<<17)
	copies := func() (n int) {
		for _, e := range all {
			n += o.strip(int64(e.ex)*geo.QueryScale) - o.strip(int64(e.wx)*geo.QueryScale) + 1
		}
		return n
	}
	for {
		o.width = (hi-lo)*geo.QueryScale/int64(strips) + 1
		if strips == 1 || copies() <= 3*len(all) {
			break
		}
		strips /= 2
	}
	count := o.strip(hi*geo.QueryScale) + 1
	in := make([]int32, count+1)
	each := func(visit func(strip int, e owned)) {
		for _, e := range all {
			for s := o.strip(int64(e.wx) * geo.QueryScale); s <= o.strip(int64(e.ex)*geo.QueryScale); s++ {
				visit(s, e)
			}
		}
	}
	each(func(s int, _ owned) { in[s+1]++ })
	for s := range count {
		in[s+1] += in[s]
	}
	o.edges = make([]exactEdge, in[count])
	area := make([]int32, in[count])
	at := append([]int32(nil), in...)
	each(func(s int, e owned) {
		o.edges[at[s]], area[at[s]] = e.exactEdge, e.area
		at[s]++
	})
	for s := range count {
		o.first = append(o.first, int32(len(o.groups)))
		for i := in[s]; i < in[s+1]; i++ {
			e := o.edges[i]
			if i == in[s] || area[i] != area[i-1] {
				o.groups = append(o.groups, edgeGroup{area: area[i], from: i, to: i, south: e.wy, north: e.wy})
			}
			g := &o.groups[len(o.groups)-1]
			g.to = i + 1
			g.south, g.north = min(g.south, e.wy, e.ey), max(g.north, e.wy, e.ey)
		}
	}
	o.first = append(o.first, int32(len(o.groups)))
	return o
}

func (o *exact) strip(x int64) int { return int((x - o.west) / o.width) }

// near returns the groups that may have an area with q or a border with it.
func (o *exact) near(q geo.Query, visit func(g edgeGroup)) {
	if q.X < o.west {
		return
	}
	s := o.strip(q.X)
	if s >= len(o.first)-1 {
		return
	}
	for i := o.first[s]; i < o.first[s+1]; i++ {
		g := &o.groups[i]
		if int64(g.south)*geo.QueryScale <= q.Y && q.Y <= int64(g.north)*geo.QueryScale {
			visit(*g)
		}
	}
}

// owners returns how many areas have q when it is moved off the borders, the lowest of them, and the lowest area whose border has
// q itself; Outside for none.
func (o *exact) owners(q geo.Query) (count, first, border int) {
	first, border = geo.Outside, geo.Outside
	o.near(q, func(g edgeGroup) {
		odd, on := false, false
		for i := g.from; i < g.to; i++ {
			above, through := o.edges[i].against(q)
			odd = odd != above
			on = on || through
		}
		if odd {
			count++
			if first == geo.Outside {
				first = int(g.area)
			}
		}
		if on && border == geo.Outside {
			border = int(g.area)
		}
	})
	return count, first, border
}

// beside lists the areas whose border has q, ascending.
func (o *exact) beside(q geo.Query) []int {
	var out []int
	o.near(q, func(g edgeGroup) {
		for i := g.from; i < g.to; i++ {
			if _, through := o.edges[i].against(q); through {
				out = append(out, int(g.area))
				return
			}
		}
	})
	return out
}

// where is the whole rule: the one area inside, else the lowest whose border has q, else outside; count is how many have it.
func (o *exact) where(q geo.Query) (area int, m geo.Match, count int) {
	count, first, border := o.owners(q)
	switch {
	case count == 0 && border == geo.Outside:
		return geo.Outside, geo.MatchNone, 0
	case count == 0:
		return border, geo.MatchEdge, 1 // the closed outer border
	case border == geo.Outside:
		return first, geo.MatchCovers, count
	}
	return first, geo.MatchEdge, count
}

// against reports whether the edge passes above q moved, and whether it has q itself.
//
// The edge passes above q when l > r in the comparison below. The four differences are below 2^39, so float64 has them exactly; a
// product is off by at most u of itself, u = 2^-53. So the difference d has the right sign when it is greater than u·(|l|+|r|) and
// a little more for the rounding of d and of this bound: 4u is plenty. What is closer is decided in integers of any size.
func (e exactEdge) against(q geo.Query) (above, through bool) {
	wx, wy := int64(e.wx)*geo.QueryScale, int64(e.wy)*geo.QueryScale
	ex, ey := int64(e.ex)*geo.QueryScale, int64(e.ey)*geo.QueryScale
	switch {
	case q.X < wx || q.X > ex:
		return false, false
	case wx == ex: // it does not reach as far east as q moved
		return false, min(wy, ey) <= q.Y && q.Y <= max(wy, ey)
	}
	l := float64(ey-wy) * float64(q.X-wx)
	r := float64(ex-wx) * float64(q.Y-wy)
	d := l - r
	const u = 0x1p-53
	if bound := 4 * u * (math.Abs(l) + math.Abs(r)); d > bound || d < -bound {
		return d > 0 && q.X < ex, false
	}
	return e.againstExactly(q)
}

// againstExactly is against in units of 2^-400 of a Query unit, in which q moved is whole.
func (e exactEdge) againstExactly(q geo.Query) (above, through bool) {
	const unit, east = 400, 400 - 120
	whole := func(v int64) *big.Int { return new(big.Int).Lsh(big.NewInt(v), unit) }
	wx, wy := whole(int64(e.wx)*geo.QueryScale), whole(int64(e.wy)*geo.QueryScale)
	ex, ey := whole(int64(e.ex)*geo.QueryScale), whole(int64(e.ey)*geo.QueryScale)
	height := func(x, y *big.Int) int { // of the edge at x, compared with y
		l := new(big.Int).Sub(ey, wy)
		l.Mul(l, new(big.Int).Sub(x, wx))
		r := new(big.Int).Sub(ex, wx)
		r.Mul(r, new(big.Int).Sub(y, wy))
		return l.Cmp(r)
	}
	x, y := whole(q.X), whole(q.Y)
	through = height(x, y) == 0
	x.Add(x, new(big.Int).Lsh(big.NewInt(1), east))
	y.Add(y, big.NewInt(1))
	return x.Cmp(ex) < 0 && height(x, y) > 0, through
}

// ground is where a coverage must have exactly one area everywhere: the rings around it, and the lakes in it.
type ground struct{ around, lakes *exact }

// groundOf draws the outline of areas: the edges that only one area uses, put together to rings. lakes is how many rings lie
// around ground that belongs to none.
func groundOf(areas []geo.FixedMultiPolygon) (g ground, lakes int) {
	var around, holes []geo.FixedMultiPolygon
	for _, r := range outline(areas) {
		switch a := doubleAreaOf(r); {
		case a > 0:
			around = append(around, geo.FixedMultiPolygon{{r}})
		case a < 0:
			holes = append(holes, geo.FixedMultiPolygon{{r}})
		}
	}
	return ground{newExact(around), newExact(holes)}, len(holes)
}

// has reports whether q is on the ground; on its border it may say either.
func (g ground) has(q geo.Query) bool {
	in, _, _ := g.around.owners(q)
	if in == 0 || len(g.lakes.edges) == 0 {
		return in > 0
	}
	in, _, _ = g.lakes.owners(q)
	return in == 0
}

// doubleAreaOf is twice the area of a ring, positive when it runs counter-clockwise. Rings that go forth and back between few
// vertices give exactly 0.
func doubleAreaOf(r geo.FixedRing) float64 {
	sum := 0.0
	for i := 1; i+1 < len(r); i++ {
		ax, ay := float64(r[i].X)-float64(r[0].X), float64(r[i].Y)-float64(r[0].Y)
		bx, by := float64(r[i+1].X)-float64(r[0].X), float64(r[i+1].Y)-float64(r[0].Y)
		sum += float64(ax*by) - float64(ay*bx)
	}
	return sum
}

// outline puts the edges that only one area uses together to rings with the area on the left.
func outline(areas []geo.FixedMultiPolygon) []geo.FixedRing {
	type edge struct{ a, b geo.Fixed }
	once := map[edge]bool{}
	var order []edge
	for _, m := range areas {
		for _, pg := range m {
			for j, r := range pg {
				turn := (doubleAreaOf(r) < 0) != (j > 0)
				for k := 1; k < len(r); k++ {
					e := edge{r[k-1], r[k]}
					if turn {
						e = edge{e.b, e.a}
					}
					switch back := (edge{e.b, e.a}); {
					case e.a == e.b:
					case once[back]:
						delete(once, back)
					default:
						once[e] = true
						order = append(order, e)
					}
				}
			}
		}
	}
	from := map[geo.Fixed][]geo.Fixed{}
	for _, e := range order {
		if once[e] {
			from[e.a] = append(from[e.a], e.b)
		}
	}
	var rings []geo.FixedRing
	for _, e := range order {
		ring := geo.FixedRing{e.a}
		for at := e.a; len(from[at]) > 0; {
			next := from[at][0]
			from[at] = from[at][1:]
			ring = append(ring, next)
			at = next
		}
		if len(ring) > 1 {
			rings = append(rings, ring)
		}
	}
	return rings
}

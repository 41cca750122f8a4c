package geo

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Common is ground that an area of one coverage and an area of another both have.
type Common struct {
	// A and B are the areas in the first and in the second coverage; one of them may be Outside, for ground that only the other
	// coverage covers.
	A, B int
	// AreaM2 is in square metres on the ellipsoid, above 0.
	AreaM2 float64
}

// Overlay is how the areas of two coverages lie on each other.
type Overlay struct {
	// AreaA and AreaB are the areas of the two coverages in square metres.
	AreaA, AreaB []float64
	// Common lists all common ground, by A and then B; Outside comes first.
	Common []Common
}

// NewOverlay measures the common ground of each area of a and each area of b, and of each with what the other coverage leaves
// outside. No vertex is moved for it: edges are straight in longitude and latitude between the vertices as they are, and what is
// measured agrees with Area to its bound. The parts of an area add up to it to 1e-12 or better, although each is measured by
// itself. Ground that rounding alone could make out of nothing (1e-14 of the numbers that were added) is left out; areas whose
// rings are the same have each other and nothing else, exactly.
//
// The time is linear in the number of areas whose boxes meet and in the pairs of their edges that share a meridian. The error
// is ctx's, when it ends before.
func NewOverlay(ctx context.Context, a, b *Coverage) (*Overlay, error) {
	p, q := outlinesOf(a), outlinesOf(b)
	o := &Overlay{AreaA: make([]float64, a.Len()), AreaB: make([]float64, b.Len())}
	var err error
	if o.AreaA, err = p.measure(ctx); err != nil {
		return nil, err
	}
	if o.AreaB, err = q.measure(ctx); err != nil {
		return nil, err
	}
	twin := twins(a, b)
	taken := make([]bool, b.Len())
	for i, j := range twin {
		if j >= 0 {
			taken[j] = true
			o.Common = append(o.Common, Common{i, j, o.AreaA[i]})
		}
	}
	for i := range twin {
		if twin[i] >= 0 {
			continue
		}
		if err := o.meet(ctx, p, q, i, taken); err != nil {
			return nil, err
		}
	}
	for j := range taken {
		if taken[j] {
			continue
		}
		m, err := common(ctx, q.area(j), p.outside(q.boxes[j]), q.boxes[j])
		if err != nil {
			return nil, err
		}
		o.add(Outside, j, m)
	}
	slices.SortFunc(o.Common, func(c, d Common) int { return cmp.Or(cmp.Compare(c.A, d.A), cmp.Compare(c.B, d.B)) })
	return o, nil
}

// meet measures what area i of p has in common with each area of q that has no twin, and with its outside.
func (o *Overlay) meet(ctx context.Context, p, q *outlines, i int, taken []bool) (err error) {
	at := p.boxes[i]
	q.tree.search(at, func(j int32) {
		both, ok := at.intersect(q.boxes[j])
		if err != nil || taken[j] || !ok {
			return
		}
		var m measured
		if m, err = common(ctx, p.area(i), q.area(int(j)), both); err == nil {
			o.add(i, int(j), m)
		}
	})
	if err != nil {
		return err
	}
	m, err := common(ctx, p.area(i), q.outside(at), at)
	o.add(i, Outside, m)
	return err
}

func (o *Overlay) add(i, j int, m measured) {
	if m.certain() {
		o.Common = append(o.Common, Common{i, j, m.area()})
	}
}

// intersect is the box that b and c have in common; ok is false when it has no inside.
func (b box) intersect(c box) (both box, ok bool) {
	both = box{max(b.minX, c.minX), max(b.minY, c.minY), min(b.maxX, c.maxX), min(b.maxY, c.maxY)}
	return both, both.minX < both.maxX && both.minY < both.maxY
}

// twins finds, for each area of a, the area of b that is drawn by the same rings; -1 where there is none. A ring counts as the
// same when it has the same vertices in the same order from the same first one, as an area has that nobody touched.
func twins(a, b *Coverage) []int {
	first := func(m FixedMultiPolygon) Fixed {
		if len(m) == 0 || len(m[0]) == 0 || len(m[0][0]) == 0 {
			return Fixed{}
		}
		return m[0][0][0]
	}
	at := make(map[Fixed][]int, b.Len())
	for j, m := range b.areas {
		at[first(m)] = append(at[first(m)], j)
	}
	out := make([]int, a.Len())
	for i, m := range a.areas {
		out[i] = -1
		for _, j := range at[first(m)] {
			if sameRings(m, b.areas[j]) {
				out[i] = j
			}
		}
	}
	return out
}

func sameRings(m, n FixedMultiPolygon) bool {
	return slices.EqualFunc(m, n, func(p, q FixedPolygon) bool {
		return slices.EqualFunc(p, q, func(r, s FixedRing) bool { return slices.Equal(r, s) })
	})
}

// outlines are the edges of the areas of a coverage, as common takes them.
type outlines struct {
	edges [][]roof // area → its edges
	boxes []box    // area → box
	tree  *boxTree // of boxes
	outer []roof   // the edges of the outside
	sky   *boxTree // of outer
}

// roof is an edge that an area lies under (sign 1) or above (sign -1), from west to east. Edges from south to north are none:
// nothing lies under them.
type roof struct {
	a, b Fixed // a.X < b.X
	sign float64
}

func outlinesOf(c *Coverage) *outlines {
	o := &outlines{edges: make([][]roof, c.Len()), boxes: make([]box, c.Len())}
	for _, arc := range c.arcs {
		for _, side := range [...]struct {
			area int
			sign float64
		}{{arc.Left, +1}, {arc.Right, -1}} {
			if side.area == Outside {
				o.outer = roofsOf(o.outer, arc.Line, side.sign)
			} else {
				o.edges[side.area] = roofsOf(o.edges[side.area], arc.Line, side.sign)
			}
		}
	}
	for i, list := range o.edges {
		for k, e := range list {
			if b := boxOf(e.a, e.b); k == 0 {
				o.boxes[i] = b
			} else {
				o.boxes[i] = o.boxes[i].join(b)
			}
		}
	}
	o.tree = newBoxTree(o.boxes)
	boxes := make([]box, len(o.outer))
	for k, e := range o.outer {
		boxes[k] = boxOf(e.a, e.b)
	}
	o.sky = newBoxTree(boxes)
	return o
}

// roofsOf appends the edges of a line as they bound what is on its left (side 1) or right (side -1).
func roofsOf(dst []roof, line []Fixed, side float64) []roof {
	for k := 1; k < len(line); k++ {
		switch a, b := line[k-1], line[k]; {
		case a.X < b.X: // to the east: the left side lies above
			dst = append(dst, roof{a, b, -side})
		case a.X > b.X:
			dst = append(dst, roof{b, a, +side})
		}
	}
	return dst
}

// ground is a part of the plane, by the edges that bound it from above and below. Open says that it goes on to the north
// without end.
type ground struct {
	edges []roof
	open  bool
}

func (o *outlines) area(i int) ground { return ground{edges: o.edges[i]} }

// outside is the ground outside all areas, as far as it matters in b: edges that lie under b do not.
func (o *outlines) outside(b box) ground {
	g := ground{open: true}
	o.sky.search(box{b.minX, b.minY, b.maxX, math.MaxInt32}, func(k int32) { g.edges = append(g.edges, o.outer[k]) })
	return g
}

// measure returns the areas in square metres.
func (o *outlines) measure(ctx context.Context) ([]float64, error) {
	out := make([]float64, len(o.edges))
	for i := range out {
		m, err := common(ctx, o.area(i), ground{open: true}, o.boxes[i])
		if err != nil {
			return nil, err
		}
		out[i] = m.area()
	}
	return out, nil
}

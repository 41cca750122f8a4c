package mvt

import (
	"container/heap"
	"math"
)

// labelZoom is the zoom whose borders labels are placed by.
const labelZoom = 13

// labelPoints returns for each area a point far from its border: the middle of about the largest circle that fits in (the search
// by squares of Garcia-Castellanos and Lombardo 2007, as mapbox/polylabel does it), to a fiftieth of the area's size.
func (o *outline) labelPoints() []unit {
	sides := make([][]side, o.areas)
	for _, r := range o.at(labelZoom).runs {
		for j := 1; j < len(r.line); j++ {
			s := side{float64(r.line[j-1].X), float64(r.line[j-1].Y), float64(r.line[j].X), float64(r.line[j].Y)}
			for _, l := range [2]int32{r.left, r.right} {
				if l >= 0 {
					sides[l] = append(sides[l], s)
				}
			}
		}
	}
	out := make([]unit, o.areas)
	for a, list := range sides {
		if len(list) > 0 {
			out[a] = labelPoint(list)
		}
	}
	return out
}

// side is a segment of an area's border.
type side struct{ ax, ay, bx, by float64 }

// candidate is a square in which the label may lie.
type candidate struct {
	x, y, half float64 // middle and half the side
	depth      float64 // of the middle: the distance to the border, negative outside
}

// best is the greatest depth that any place of the square may have.
func (c candidate) best() float64 { return c.depth + c.half*math.Sqrt2 }

type candidates []candidate

func (c candidates) Len() int           { return len(c) }
func (c candidates) Less(i, j int) bool { return c[i].best() > c[j].best() }
func (c candidates) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(x any)        { *c = append(*c, x.(candidate)) }
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

func labelPoint(sides []side) unit {
	west, north, east, south := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, s := range sides {
		west, east = min(west, s.ax, s.bx), max(east, s.ax, s.bx)
		north, south = min(north, s.ay, s.by), max(south, s.ay, s.by)
	}
	size := max(1, min(east-west, south-north))
	var queue candidates
	for x := west; x < east || x == west; x += size {
		for y := north; y < south || y == north; y += size {
			queue = append(queue, candidateAt(sides, x+size/2, y+size/2, size/2))
		}
	}
	best := queue[0]
	for _, c := range queue {
		if c.depth > best.depth {
			best = c
		}
	}
	heap.Init(&queue)
	for len(queue) > 0 {
		c := heap.Pop(&queue).(candidate)
		if c.best() <= best.depth+size/50 && best.depth > 0 || c.half < 1 {
			break
		}
		for _, d := range [4][2]float64{{-1, -1}, {1, -1}, {-1, 1}, {1, 1}} {
			n := candidateAt(sides, c.x+d[0]*c.half/2, c.y+d[1]*c.half/2, c.half/2)
			if n.depth > best.depth {
				best = n
			}
			heap.Push(&queue, n)
		}
	}
	return unit{uint32(max(0, best.x)), uint32(max(0, best.y))}
}

func candidateAt(sides []side, x, y, half float64) candidate {
	in, near := false, math.Inf(1)
	for _, s := range sides {
		if (s.ay > y) != (s.by > y) && x < (s.bx-s.ax)*(y-s.ay)/(s.by-s.ay)+s.ax {
			in = !in
		}
		near = min(near, s.squareDistance(x, y))
	}
	depth := math.Sqrt(near)
	if !in {
		depth = -depth
	}
	return candidate{x, y, half, depth}
}

func (s side) squareDistance(x, y float64) float64 {
	dx, dy := s.bx-s.ax, s.by-s.ay
	t := 0.0
	if d := dx*dx + dy*dy; d > 0 {
		t = max(0, min(1, ((x-s.ax)*dx+(y-s.ay)*dy)/d))
	}
	ex, ey := s.ax+t*dx-x, s.ay+t*dy-y
	return ex*ex + ey*ey
}

package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// faceWidth is the width of a face, in metres, from its area in square metres and its perimeter in metres (holes included): the
// shorter side of the rectangle that has the same area and perimeter, (P − √(P²−16A))/4. It is exact for rectangles and for the
// long strips that borders leave between or over each other; of a wedge it is the mean width. Where no such rectangle exists (a
// disc is the extreme) it is the side of the square of that perimeter, P/4.
func faceWidth(area, perimeter float64) float64 {
	if perimeter <= 0 {
		return 0
	}
	d := perimeter*perimeter - 16*area
	if d <= 0 {
		return perimeter / 4
	}
	// The stable form of the smaller root: (P − √d)/4 cancels for thin strips.
	return 4 * area / (perimeter + math.Sqrt(d))
}

// size measures face f: its area and perimeter on the ellipsoid and the width that follows.
func (p *plane) size(f int32) (area, width float64) {
	perimeter := 0.0
	for _, r := range p.boundary(f) {
		signed := ringArea(r)
		area += signed
		perimeter += float64(Length(orb.LineString(r)))
	}
	area = math.Abs(area)
	return area, faceWidth(area, perimeter)
}

// boundary returns the cycles of face f in degrees.
func (p *plane) boundary(f int32) []orb.Ring {
	var out []orb.Ring
	var done []int32
	for _, h := range p.edges[f] {
		if slices.Contains(done, p.cycle[h]) {
			continue
		}
		done = append(done, p.cycle[h])
		r := orb.Ring{p.nodes[p.origin(h)].Point()}
		for g := p.next[h]; g != h; g = p.next[g] {
			r = append(r, p.nodes[p.origin(g)].Point())
		}
		out = append(out, append(r, r[0]))
	}
	return out
}

// inside returns a point inside bounded face f, away from its border as far as one scan tells: the middle of the longest of its
// chords at the middle height. It is a place to show, not to compute with.
func (p *plane) inside(f int32) orb.Point {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, h := range p.edges[f] {
		y := float64(p.nodes[p.origin(h)].Y)
		lo, hi = min(lo, y), max(hi, y)
	}
	y := lo + (hi-lo)*0.4871 // between the rows of vertices of anything drawn on a raster
	var xs []float64
	for _, h := range p.edges[f] {
		a, b := p.nodes[p.origin(h)], p.nodes[p.dest(h)]
		if (float64(a.Y) > y) != (float64(b.Y) > y) {
			xs = append(xs, float64(a.X)+(y-float64(a.Y))*(float64(b.X)-float64(a.X))/(float64(b.Y)-float64(a.Y)))
		}
	}
	slices.Sort(xs)
	best, x := -1.0, 0.0
	for i := 1; i < len(xs); i += 2 {
		if w := xs[i] - xs[i-1]; w > best {
			best, x = w, (xs[i]+xs[i-1])/2
		}
	}
	return orb.Point{x / FixedScale, y / FixedScale}
}

package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"wangge/geo"
)

// fractal is a made-up coverage for benchmarks and oracles: rows of areas between winding borders that neighbours share vertex for
// vertex, over a stretch of ground as large as a district of Shanghai.
type fractal struct {
	areas []geo.FixedMultiPolygon
	lo    geo.Fixed
	hi    geo.Fixed
}

// The ground of a fractal, in Fixed units: 120.95 to 121.60 degrees east, 30.58 to 30.98 north.
var fractalLo, fractalHi = geo.Fixed{X: 1_209_500_000, Y: 305_800_000}, geo.Fixed{X: 1_216_000_000, Y: 309_800_000}

// newFractal draws n areas of about the given number of vertices. The same arguments give the same areas.
func newFractal(t testing.TB, n, vertices int) fractal {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(n), uint64(vertices)))
	width, height := float64(fractalHi.X-fractalLo.X), float64(fractalHi.Y-fractalLo.Y)
	rows := max(1, int(math.Round(math.Sqrt(float64(n)*height/width))))
	f := fractal{lo: fractalLo, hi: fractalHi}
	b := bricks{r: r, halvings: halvingsFor(vertices), counts: make([]int, rows)}
	for i := range n {
		b.counts[i%rows]++
	}
	b.draw(width, height)
	f.areas = b.areas()
	return f
}

// halvingsFor is how often the six sides of an area are halved to give it so many vertices.
func halvingsFor(vertices int) float64 { return math.Log2(float64(vertices) / 6) }

// bricks is a wall of areas: row i has counts[i] of them, between the lines i and i+1.
type bricks struct {
	r        *rand.Rand
	halvings float64
	counts   []int
	lines    [][]geo.Fixed   // nodes along each line, from west to east
	pieces   [][][]geo.Fixed // the winding border from each node of a line to the next
	uprights [][][]geo.Fixed // of each row, the borders between its areas, from south to north, the two ends included
	feet     [][]int         // of each row, the nodes of its lower line at which uprights stand
	heads    [][]int         // and of its upper line at which they end
}

// draw places the nodes and winds the borders between them.
func (b *bricks) draw(width, height float64) {
	rows := len(b.counts)
	step := height / float64(rows)
	at := make([][]float64, rows) // where the uprights of a row are, as parts of the width
	for i, n := range b.counts {
		shift := 0.25 * float64(i%2*2-1) / float64(n)
		for k := range n + 1 {
			x := float64(k) / float64(n)
			if k > 0 && k < n {
				x += shift
			}
			at[i] = append(at[i], x)
		}
	}
	b.feet, b.heads = make([][]int, rows), make([][]int, rows)
	for line := range rows + 1 {
		var below, above []float64
		if line > 0 {
			below = at[line-1]
		}
		if line < rows {
			above = at[line]
		}
		xs := merged(below, above)
		nodes := make([]geo.Fixed, len(xs))
		for i, x := range xs {
			y := float64(line) * step
			if line > 0 && line < rows {
				y += step * 0.1 * math.Sin(7*x+float64(line)) // smooth: nodes may be close to each other
			}
			nodes[i] = geo.Fixed{X: fractalLo.X + int32(x*width), Y: fractalLo.Y + int32(y)}
		}
		b.lines = append(b.lines, nodes)
		var pieces [][]geo.Fixed
		for i := range len(nodes) - 1 {
			pieces = append(pieces, b.wind(nodes[i], nodes[i+1]))
		}
		b.pieces = append(b.pieces, pieces)
		if line > 0 {
			b.heads[line-1] = places(xs, below)
		}
		if line < rows {
			b.feet[line] = places(xs, above)
		}
	}
	for row, n := range b.counts {
		var up [][]geo.Fixed
		for k := range n + 1 {
			up = append(up, b.wind(b.lines[row][b.feet[row][k]], b.lines[row+1][b.heads[row][k]]))
		}
		b.uprights = append(b.uprights, up)
	}
}

// merged returns the different numbers of two rising lists.
func merged(a, b []float64) []float64 {
	var out []float64
	for len(a)+len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// places returns the indexes in xs of each of some.
func places(xs, some []float64) []int {
	var out []int
	for i, x := range xs {
		if len(out) < len(some) && some[len(out)] == x {
			out = append(out, i)
		}
	}
	return out
}

// wind returns a border from p to q by moving midpoints sideways, each time by up to a thirteenth of the length.
func (b *bricks) wind(p, q geo.Fixed) []geo.Fixed {
	times := int(b.halvings)
	if b.r.Float64() < math.Exp2(b.halvings-float64(times))-1 { // as many vertices on average
		times++
	}
	line := []geo.Fixed{p, q}
	for range times {
		next := make([]geo.Fixed, 0, 2*len(line))
		for i := range len(line) - 1 {
			a, c := line[i], line[i+1]
			off := 0.15 * (b.r.Float64() - 0.5)
			dx, dy := float64(c.X-a.X), float64(c.Y-a.Y)
			next = append(next, a, geo.Fixed{X: a.X + int32(dx/2-dy*off), Y: a.Y + int32(dy/2+dx*off)})
		}
		line = append(next, q)
	}
	return line
}

// areas puts the borders together, an area after the other.
func (b *bricks) areas() []geo.FixedMultiPolygon {
	var out []geo.FixedMultiPolygon
	for row, n := range b.counts {
		for k := range n {
			var ring geo.FixedRing
			add := func(line []geo.Fixed, back bool) {
				for i := range line {
					if back {
						i = len(line) - 1 - i
					}
					if len(ring) == 0 || ring[len(ring)-1] != line[i] {
						ring = append(ring, line[i])
					}
				}
			}
			for i := b.feet[row][k]; i < b.feet[row][k+1]; i++ {
				add(b.pieces[row][i], false)
			}
			add(b.uprights[row][k+1], false)
			for i := b.heads[row][k+1] - 1; i >= b.heads[row][k]; i-- {
				add(b.pieces[row+1][i], true)
			}
			add(b.uprights[row][k], true)
			out = append(out, geo.FixedMultiPolygon{{ring}})
		}
	}
	return out
}

// coverage proves that the areas are one.
func (f fractal) coverage(t testing.TB) *geo.Coverage {
	t.Helper()
	c, defects := geo.NewCoverage(f.areas, 0.5)
	if c == nil {
		t.Fatalf("a fractal is no coverage: %v", geo.Summarize(defects))
	}
	return c
}

// query kinds of the benchmarks.
func (f fractal) uniform(r *rand.Rand) geo.Query {
	return geo.Query{
		X: int64(f.lo.X)*geo.QueryScale + r.Int64N(int64(f.hi.X-f.lo.X)*geo.QueryScale),
		Y: int64(f.lo.Y)*geo.QueryScale + r.Int64N(int64(f.hi.Y-f.lo.Y)*geo.QueryScale),
	}
}

// near returns a position within 5 m of a border.
func (f fractal) near(r *rand.Rand) geo.Query {
	ring := f.areas[r.IntN(len(f.areas))][0][0]
	i := 1 + r.IntN(len(ring)-1)
	a, b := ring[i-1].Query(), ring[i].Query()
	along := r.Float64()
	const metres5 = 450 * geo.QueryScale // 5 m and a little more in latitude
	return geo.Query{
		X: a.X + int64(float64(b.X-a.X)*along) + r.Int64N(2*metres5) - metres5,
		Y: a.Y + int64(float64(b.Y-a.Y)*along) + r.Int64N(2*metres5) - metres5,
	}
}

// outside returns a position beyond the ground.
func (f fractal) outside(r *rand.Rand) geo.Query {
	q := f.uniform(r)
	q.X += int64(f.hi.X-f.lo.X) * geo.QueryScale
	return q
}

// mix is 80 % uniform, 10 % near a border, 10 % outside.
func (f fractal) mix(r *rand.Rand) geo.Query {
	switch r.IntN(10) {
	case 0:
		return f.near(r)
	case 1:
		return f.outside(r)
	}
	return f.uniform(r)
}

// asked returns n positions of a kind.
func asked(n int, seed uint64, kind func(*rand.Rand) geo.Query) []geo.Query {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]geo.Query, n)
	for i := range out {
		out[i] = kind(r)
	}
	return out
}

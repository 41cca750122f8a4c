package geo

import (
	"context"
	"math"
	"slices"
)

// How two grounds are measured together. On one meridian, whether a height y is in an area is the sum over its edges of
// sign·[y lies under the edge]; whether it is in both areas is the sum over pairs of sign·sign·[y lies under the lower one].
// So their common ground is the sum, over pairs of edges that share a meridian, of the ground under the lower edge of the pair.
// No crossing has to be found to decide anything: one that is computed a little beside its place changes the result by the
// square of that, and edges that lie on each other, vertices on edges and touching areas are no special cases.

// laneHeight is the height in Fixed units of the lanes that are measured at a time: the series of bandSeries holds there.
const laneHeight = FixedScale / 4

// measured is a sum with what is known of its error.
type measured struct {
	sum, rest float64 // Neumaier (1974): rest is what rounding took from sum
	size      float64 // the sum of all sizes
}

func (m *measured) add(v float64) {
	t := m.sum + v
	if math.Abs(m.sum) >= math.Abs(v) {
		m.rest += m.sum - t + v
	} else {
		m.rest += v - t + m.sum
	}
	m.sum = t
	m.size += math.Abs(v)
}

func (m *measured) area() float64 { return m.sum + m.rest }

// certain reports whether the sum is more than rounding of its terms, each right to some 1e-15, could leave of nothing.
func (m *measured) certain() bool { return m.area() > 1e-14*m.size }

// common measures what g and h have in common, all of which lies inside b.
func common(ctx context.Context, g, h ground, b box) (m measured, err error) {
	for lo := int64(b.minY); lo < int64(b.maxY); lo += laneHeight {
		s := lane{west: b.minX, east: b.maxX, south: int32(lo), height: float64(min(laneHeight, int64(b.maxY)-lo))}
		s.series = bandSeries(s.south)
		if err := s.sweep(ctx, s.cut(g), s.cut(h), &m); err != nil {
			return m, err
		}
	}
	return m, nil
}

// lane is a part of a box, low enough for one series. Its coordinates begin in its south-western corner.
type lane struct {
	west, east, south int32
	height            float64
	series            [bandTerms]float64
}

// piece is a part of an edge inside a lane: x1 < x2, heights from 0 to the lane's.
type piece struct{ x1, y1, x2, y2, sign float64 }

func (p *piece) at(x float64) float64 {
	return p.y1 + (p.y2-p.y1)*((x-p.x1)/(p.x2-p.x1))
}

// cut returns the edges of g as they are seen in the lane, from west to east: one above it counts as its northern side, and
// what lies below it is left out.
func (s *lane) cut(g ground) []piece {
	out := make([]piece, 0, len(g.edges)+1)
	for _, e := range g.edges {
		if e.b.X > s.west && e.a.X < s.east {
			out = s.cutEdge(out, e)
		}
	}
	if g.open {
		out = append(out, piece{0, s.height, float64(s.east) - float64(s.west), s.height, 1})
	}
	slices.SortFunc(out, func(p, q piece) int {
		switch {
		case p.x1 < q.x1:
			return -1
		case p.x1 > q.x1:
			return 1
		}
		return 0
	})
	return out
}

func (s *lane) cutEdge(out []piece, e roof) []piece {
	whole := piece{float64(e.a.X) - float64(s.west), float64(e.a.Y) - float64(s.south),
		float64(e.b.X) - float64(s.west), float64(e.b.Y) - float64(s.south), e.sign}
	// Corners of the edge as it is seen: its ends, and where it enters and leaves the lane.
	corners := [4][2]float64{{whole.x1, whole.y1}}
	n := 1
	levels := [2]float64{0, s.height}
	if whole.y1 > whole.y2 {
		levels = [2]float64{s.height, 0}
	}
	for _, y := range levels {
		if (whole.y1 < y) != (whole.y2 < y) && whole.y1 != y && whole.y2 != y {
			corners[n] = [2]float64{whole.x1 + (whole.x2-whole.x1)*((y-whole.y1)/(whole.y2-whole.y1)), y}
			n++
		}
	}
	corners[n] = [2]float64{whole.x2, whole.y2}
	for k := range n {
		a, b := corners[k], corners[k+1]
		p := piece{a[0], min(max(a[1], 0), s.height), b[0], min(max(b[1], 0), s.height), e.sign}
		if p.x1 < p.x2 && (p.y1 > 0 || p.y2 > 0) {
			out = append(out, p)
		}
	}
	return out
}

// sweep adds the pairs of pieces that share a meridian, each once, going from west to east.
func (s *lane) sweep(ctx context.Context, g, h []piece, m *measured) error {
	var underG, underH []piece // those that reach the present meridian
	for step := 0; len(g) > 0 || len(h) > 0; step++ {
		if step%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if len(h) == 0 || len(g) > 0 && g[0].x1 <= h[0].x1 {
			underH = s.pair(g[0], underH, m)
			underG = append(underG, g[0])
			g = g[1:]
		} else {
			underG = s.pair(h[0], underG, m)
			underH = append(underH, h[0])
			h = h[1:]
		}
	}
	return nil
}

// pair adds p with each of others, and returns those of them that do not end before p begins.
func (s *lane) pair(p piece, others []piece, m *measured) []piece {
	kept := others[:0]
	for _, q := range others {
		if q.x2 > p.x1 {
			kept = append(kept, q)
			s.under(&p, &q, m)
		}
	}
	return kept
}

// under adds the ground under the lower of two pieces where both are.
func (s *lane) under(p, q *piece, m *measured) {
	from, to := max(p.x1, q.x1), min(p.x2, q.x2)
	p1, p2, q1, q2 := p.at(from), p.at(to), q.at(from), q.at(to)
	sign := p.sign * q.sign
	d1, d2 := p1-q1, p2-q2
	switch {
	case d1 <= 0 && d2 <= 0:
		m.add(sign * s.below(to-from, p1, p2))
	case d1 >= 0 && d2 >= 0:
		m.add(sign * s.below(to-from, q1, q2))
	default: // they cross
		t := d1 / (d1 - d2)
		x := from + (to-from)*t
		y := p1 + (p2-p1)*t
		m.add(sign * s.below(x-from, min(p1, q1), y))
		m.add(sign * s.below(to-x, y, min(p2, q2)))
	}
}

// bandTerms is how many terms bandSeries has; the first one left out is below 1e-17 of the whole in a lane.
const bandTerms = 6

// bandSeries gives the area in square metres, for each Fixed unit of longitude, between the parallel at south and the one u
// Fixed units north of it: the sum of series[k]·u^(k+1). It is the Taylor series of ∫ M N cos φ dφ = ∫ b² cos φ / (1 - e² sin² φ)² dφ.
// Unlike a difference of two values of zone it loses nothing where u is small.
func bandSeries(south int32) [bandTerms]float64 {
	const unit = radians / FixedScale
	phi := float64(south) * unit
	var sin, cos [bandTerms]float64
	factorial := 1.0
	for k := range bandTerms {
		if k > 0 {
			factorial *= float64(k)
		}
		turn := [4][2]float64{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}[k%4] // the k-th derivatives go round
		s, c := math.Sincos(phi)
		sin[k] = (s*turn[0] + c*turn[1]) / factorial
		cos[k] = (c*turn[0] - s*turn[1]) / factorial
	}
	w := timesSeries(sin, sin)
	for k := range w {
		w[k] *= -eccentricity
	}
	w[0]++
	v := inverseSeries(w)
	g := timesSeries(cos, timesSeries(v, v))
	scale := semiMinor * semiMinor * unit
	for k := range g {
		scale *= unit
		g[k] *= scale / float64(k+1)
	}
	return g
}

func timesSeries(a, b [bandTerms]float64) (c [bandTerms]float64) {
	for i := range a {
		for j := range bandTerms - i {
			c[i+j] += a[i] * b[j]
		}
	}
	return c
}

// inverseSeries is 1/a.
func inverseSeries(a [bandTerms]float64) (c [bandTerms]float64) {
	c[0] = 1 / a[0]
	for k := 1; k < bandTerms; k++ {
		for j := 1; j <= k; j++ {
			c[k] -= a[j] * c[k-j]
		}
		c[k] /= a[0]
	}
	return c
}

// below is the area in square metres between the southern side of the lane and a straight line width units wide that rises from
// y1 to y2: the mean of u^n between y1 and y2 is (y1^n + y1^(n-1)·y2 + … + y2^n) / (n+1).
func (s *lane) below(width, y1, y2 float64) float64 {
	sum, powers, power := 0.0, 1.0, 1.0
	for k, c := range s.series {
		power *= y2
		powers = powers*y1 + power
		sum += c * powers / float64(k+2)
	}
	return width * sum
}

package geo

import (
	"cmp"
	"math"
	"slices"
)

// AreaProbability is how likely a position is to lie in an area, or outside all.
type AreaProbability struct {
	Area        int // Outside for the ground that no area covers
	Probability float64
}

const (
	// sigmasInAccuracy: the disc with this radius holds 68 % of a round Gaussian of standard deviation 1, √(−2 ln 0.32).
	sigmasInAccuracy = 1.509592166
	// cut is how many standard deviations away borders stop to count: e^(−cut²/2), 8e-7, of the mass lies beyond.
	cut = 5.3
	// leastProbability is the mass below which an area is left out.
	leastProbability = 1e-6
	// mostRuns bounds the runs of borders that are integrated along; a position with more within reach is spread (probabilityspread.go).
	mostRuns = 512
	// An accuracy beyond these, in metres, is as good as these: positions are rounded to less, and the Earth is no larger.
	leastAccuracy, mostAccuracy = 1e-3, 2e7
)

// Probabilities appends to dst, the most probable first, the areas that may have a position that is known to be q but for a round
// Gaussian error, with the mass of the error in each: accuracy is the radius in metres of the disc around q that holds 68 % of it. The
// outside is an entry of its own. The masses add up to 1 within 1e-9; areas with less than 1e-6 are left out. An accuracy that is not positive
// makes the area of q certain.
//
// The mass of an area is an integral along its border (edgeMass), of which only what is within 5.3 standard deviations counts. Its
// error is below 1e-6 for each segment there, and 8e-7 for the rest. Where more than 4,096 segments are within reach (an accuracy of
// kilometres), the error is spread over 4,096 positions instead, with an error of at most 0.01, so that the cost is bounded. Distances are those of the
// plane at the latitude of q.
//
// It allocates nothing where dst has room.
func (l *Locator) Probabilities(dst []AreaProbability, q Query, accuracy Metres) []AreaProbability {
	base := len(dst)
	if !(accuracy > 0) {
		area, _ := l.Locate(q)
		return append(dst, AreaProbability{area, 1})
	}
	number, _ := l.cells.locate(q)
	own := int32(number) - 1 // by the half-open rule alone
	m := newMasses(q, float64(max(leastAccuracy, min(accuracy, mostAccuracy)))/sigmasInAccuracy, dst)
	m.add(own, 1)
	if !l.distances.masses(&m) {
		m.dst = l.spread(m.dst[:base], &m)
	}
	return tidy(m.dst, base)
}

// tidy leaves out what is too little, makes the rest add up to 1 and sorts it.
func tidy(dst []AreaProbability, base int) []AreaProbability {
	kept, sum := dst[:base], 0.0
	for _, a := range dst[base:] {
		if a.Probability >= leastProbability {
			kept = append(kept, a)
			sum += a.Probability
		}
	}
	for i := range kept[base:] {
		kept[base+i].Probability /= sum
	}
	slices.SortFunc(kept[base:], func(a, b AreaProbability) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(a.Area, b.Area))
	})
	return kept
}

// masses is the mass of a Gaussian in areas, as far as it has been added up.
type masses struct {
	q              Query
	scaleX, scaleY float64 // standard deviations in a Query unit
	reach          box     // what lies outside counts for nothing
	dst            []AreaProbability
	base           int
}

func newMasses(q Query, sigma float64, dst []AreaProbability) masses {
	r := NewRuler(q.Point()[1])
	const scale = FixedScale * QueryScale
	m := masses{q: q, dst: dst, base: len(dst),
		scaleX: math.Max(r.lon0, 1) / scale / sigma, scaleY: r.lat0 / scale / sigma} // a degree of longitude has no length at the poles
	dx, dy := int64(math.Min(cut/m.scaleX, 1<<40)), int64(math.Min(cut/m.scaleY, 1<<40))
	m.reach = box{clampFixed(q.X - dx), clampFixed(q.Y - dy), clampFixed(q.X + dx + QueryScale), clampFixed(q.Y + dy + QueryScale)}
	return m
}

// clampFixed is a coordinate in Fixed units, rounded down, or the nearest that there is.
func clampFixed(x int64) int32 {
	return int32(max(math.MinInt32, min(math.MaxInt32, x>>6))) // QueryScale is 2^6
}

// add gives mass to an area.
func (m *masses) add(area int32, mass float64) {
	for i := m.base; i < len(m.dst); i++ {
		if m.dst[i].Area == int(area) {
			m.dst[i].Probability += mass
			return
		}
	}
	m.dst = append(m.dst, AreaProbability{int(area), mass})
}

// masses adds up what all borders within reach take from one side and give to the other; false when there are too many.
func (x *borderIndex) masses(m *masses) bool {
	if len(x.runs) == 0 {
		return true
	}
	var stack pendings
	runs := 0
	stack.push(pending{level: int32(len(x.levels)) - 1})
	for stack.n > 0 {
		p := stack.pop()
		boxes, first := x.children(p)
		for i := range boxes {
			switch {
			case !boxes[i].meets(m.reach):
			case p.level > 0:
				stack.push(pending{level: p.level - 1, at: first + int32(i)})
			default:
				if runs++; runs > mostRuns {
					return false
				}
				m.run(&x.runs[first+int32(i)])
			}
		}
	}
	return true
}

// run moves the mass that a run of a border decides about from its left side to its right side.
func (m *masses) run(r *borderRun) {
	sum := 0.0
	a := m.corner(r.line[0])
	for i := 1; i < len(r.line); i++ {
		b := m.corner(r.line[i])
		if !(min(a.x, b.x) > cut || max(a.x, b.x) < -cut || min(a.y, b.y) > cut || max(a.y, b.y) < -cut) {
			sum += m.edge(r.line[i-1], r.line[i], a, b)
		}
		a = b
	}
	if sum != 0 {
		m.add(r.left, -sum)
		m.add(r.right, sum)
	}
}

// corner is a vertex as seen from the position: in standard deviations.
type corner struct{ x, y float64 }

func (m *masses) corner(f Fixed) corner {
	q := f.Query()
	return corner{float64(q.X-m.q.X) * m.scaleX, float64(q.Y-m.q.Y) * m.scaleY}
}

// edge is what the segment from a to b contributes: 1/2π · ∫ e^(−r²/2) dθ along it, θ being the direction as seen from the
// position, counted up to a distance of cut.
//
// By Green's theorem the mass of an area A is [q ∈ A] − 1/2π ∮ e^(−r²/2) dθ around it, counter-clockwise. (For a straight border
// the integral is Owen's T function.) The integrand jumps where the border passes through q, as [q ∈ A] does; so dθ, which is exact, is
// split off, and what remains is smooth:
//
//	e^(−r²/2) dθ = dθ − h · (1 − e^(−r²/2))/r² ds
//
// for a segment at the distance h, s being the way along it.
func (m *masses) edge(from, to Fixed, a, b corner) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Sqrt(dx*dx + dy*dy)
	cross := a.x*dy - a.y*dx
	h := cross / length
	if !(math.Abs(h) < cut) {
		return 0
	}
	half := math.Sqrt(cut*cut - h*h)
	start := (a.x*dx + a.y*dy) / length
	s, t := max(start, -half), min(start+length, half)
	if s >= t {
		return 0
	}
	angle := math.Atan2(h*(t-s), h*h+s*t)
	if math.Abs(cross) <= 1e-14*(math.Abs(a.x*dy)+math.Abs(a.y*dx)) { // the sign may be wrong
		angle = m.angleAlong(from, to, a, b, angle)
	}
	return (angle - h*smooth(h*h, s, t)) / (2 * math.Pi)
}

// angleAlong is the angle under which a segment is seen from a position on its line, or next to it: the position stands for one that is
// moved a little east and even less north (rayCrosses).
func (m *masses) angleAlong(from, to Fixed, a, b corner, angle float64) float64 {
	switch m.q {
	case from.Query():
		return b.turnFromWest()
	case to.Query():
		return -a.turnFromWest()
	}
	side := sideOf(from, to, m.q)
	if side == 0 {
		if side = -cmp.Compare(to.Y, from.Y); side == 0 {
			side = cmp.Compare(to.X, from.X)
		}
	}
	return math.Copysign(angle, float64(side))
}

// turnFromWest is the angle in (−π, π] from the direction just south of west to that of c.
func (c corner) turnFromWest() float64 {
	turn := math.Atan2(c.y, c.x) + math.Pi
	if turn > math.Pi {
		turn -= 2 * math.Pi
	}
	return turn
}

// smooth is the integral of (1 − e^(−r²/2))/r², r² = h² + x², from s to t, by the Gauss-Legendre rule: with as many nodes that the error
// of h · smooth / 2π is below 5e-7 for h and t − s as edge has them.
func smooth(h2, s, t float64) float64 {
	const longest = 4
	panels := math.Ceil((t - s) / longest)
	half := (t - s) / panels / 2
	sum := 0.0
	for mid := s + half; mid < t; mid += 2 * half {
		switch {
		case half <= 0.25:
			sum += pair(h2, mid, half*0.57735026918962576, 1)
		case half <= 1:
			sum += pair(h2, mid, half*0.86113631159405257, 0.34785484513745374) + pair(h2, mid, half*0.33998104358485631, 0.65214515486254643)
		default:
			sum += pair(h2, mid, half*0.93246951420315205, 0.1713244923791705) + pair(h2, mid, half*0.66120938646626459, 0.36076157304813861) +
				pair(h2, mid, half*0.23861918608319693, 0.46791393457269126)
		}
	}
	return sum * half
}

// pair is the weighted sum of the integrand at two nodes.
func pair(h2, mid, off, weight float64) float64 {
	x, y := mid-off, mid+off
	return weight * (kernel(h2+x*x) + kernel(h2+y*y))
}

// kernel is (1 − e^(−u/2))/u.
func kernel(u float64) float64 {
	if u < 1e-4 {
		return 0.5 - u/8
	}
	return (1 - math.Exp(-u/2)) / u
}

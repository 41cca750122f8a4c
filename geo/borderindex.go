package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// borderIndex finds the segments of the arcs of a coverage near a position. Runs of a few segments share a box. It is immutable.
type borderIndex struct {
	runs   []borderRun // in the order of the leaves
	levels [][]box     // levels[0] are the boxes of the runs, each next level those of fanout of the one before
	far    float64     // greatest absolute latitude of a vertex, degrees
}

// borderRun is a piece of an arc.
type borderRun struct {
	line        []Fixed
	left, right int32
}

const (
	// runLength is the number of segments in a box.
	runLength = 8
	// mostLevels bounds the height of the tree: 16^8 runs.
	mostLevels = 8
)

func newBorderIndex(c *Coverage) *borderIndex {
	x := new(borderIndex)
	var runs []borderRun
	var boxes []box
	for _, a := range c.arcs {
		for from := 0; from+1 < len(a.Line); from += runLength {
			run := borderRun{a.Line[from:min(from+runLength+1, len(a.Line))], int32(a.Left), int32(a.Right)}
			b := run.bound()
			runs, boxes = append(runs, run), append(boxes, b)
			x.far = max(x.far, math.Abs(float64(b.minY))/FixedScale, math.Abs(float64(b.maxY))/FixedScale)
		}
	}
	tree := newBoxTree(boxes)
	x.runs = make([]borderRun, len(runs))
	for k, i := range tree.items {
		x.runs[k] = runs[i]
	}
	x.levels = tree.levels
	return x
}

func (r *borderRun) bound() box {
	b := boxOf(r.line[0], r.line[0])
	for _, f := range r.line[1:] {
		b = b.join(boxOf(f, f))
	}
	return b
}

// pending is a node of the tree, or a run (level -1), that a search has still to look at, and how far away it is at least.
type pending struct {
	least float64
	level int32
	at    int32
}

// pendings is the stack of a search: each level leaves fewer than fanout behind.
type pendings struct {
	n    int
	list [mostLevels * fanout]pending
}

func (s *pendings) push(p pending) {
	s.list[s.n] = p
	s.n++
}

func (s *pendings) pop() pending {
	s.n--
	return s.list[s.n]
}

// sort puts the nodes from the given one in order, the nearest on top.
func (s *pendings) sort(from int) {
	for i := from + 1; i < s.n; i++ {
		p := s.list[i]
		k := i
		for ; k > from && s.list[k-1].least < p.least; k-- {
			s.list[k] = s.list[k-1]
		}
		s.list[k] = p
	}
}

// children are the nodes, or the runs, below a node.
func (x *borderIndex) children(p pending) (boxes []box, first int32) {
	all := x.levels[p.level]
	first = p.at * fanout
	return all[first:min(int(first)+fanout, len(all))], first
}

// search visits the runs that may be within reach, the nearest branches first; the reach shrinks on the way.
func (x *borderIndex) search(s *nearSearch) {
	if len(x.runs) == 0 {
		return
	}
	var stack pendings
	stack.push(pending{level: int32(len(x.levels)) - 1})
	for stack.n > 0 {
		p := stack.pop()
		most := s.from.bound(s.reach())
		if p.least > most {
			continue
		}
		if p.level < 0 {
			s.visit(&x.runs[p.at])
			continue
		}
		boxes, first := x.children(p)
		from := stack.n
		for i := range boxes {
			if least := s.from.least(&boxes[i]); least <= most {
				stack.push(pending{least, p.level - 1, first + int32(i)})
			}
		}
		stack.sort(from)
	}
}

// each visits the runs whose boxes meet b.
func (x *borderIndex) each(b box, visit func(*borderRun)) {
	if len(x.runs) == 0 {
		return
	}
	var stack pendings
	stack.push(pending{level: int32(len(x.levels)) - 1})
	for stack.n > 0 {
		p := stack.pop()
		if p.level < 0 {
			visit(&x.runs[p.at])
			continue
		}
		boxes, first := x.children(p)
		for i := range boxes {
			if boxes[i].meets(b) {
				stack.push(pending{level: p.level - 1, at: first + int32(i)})
			}
		}
	}
}

// lowestAt is the lowest area beside a border that has q, Outside without one.
func (x *borderIndex) lowestAt(q Query) int {
	lowest := int32(Outside)
	var stack pendings
	stack.push(pending{level: int32(len(x.levels)) - 1})
	for stack.n > 0 {
		p := stack.pop()
		if p.level < 0 {
			lowest = x.runs[p.at].lowestAt(q, lowest)
			continue
		}
		boxes, first := x.children(p)
		for i, b := range boxes {
			if b.has(q) {
				stack.push(pending{level: p.level - 1, at: first + int32(i)})
			}
		}
	}
	return int(lowest)
}

// lowestAt is the lower of an area, or Outside for none, and those beside the run if it has q.
func (r *borderRun) lowestAt(q Query, lowest int32) int32 {
	for i := 1; i < len(r.line); i++ {
		if !queryOnSegment(r.line[i-1], r.line[i], q) {
			continue
		}
		for _, area := range [2]int32{r.left, r.right} {
			if area != Outside && (lowest == Outside || area < lowest) {
				lowest = area
			}
		}
		break
	}
	return lowest
}

// vantage is a position from which distances are measured: in the plane of a Ruler near by, where that is as good as 1e-6, and
// along geodesics far away.
type vantage struct {
	p     orb.Point
	x, y  float64 // p in Fixed units
	fixed box     // the Fixed positions around p
	ruler Ruler
	// Metres in a Fixed unit at the latitude of p.
	perX, perY float64
	local      bool
	beyond     lowerBound // when not local
}

const (
	// localReach is how far the Ruler keeps to 1e-6, in metres, below localLatitude and away from the antimeridian.
	localReach     = 19_000
	localLatitude  = 54.5
	localLongitude = 179
	// planeReach is how far the nearest point of a segment in the plane at the latitude of p is near enough to the true one:
	// moved by d · tan 55° · d / 4 / 6,350 km or less, which changes the distance by less than 1e-7 of it.
	planeReach = 4_000
)

// stretched is how long a way of d metres up to localReach may be in the plane at the latitude of one of its ends. The length of a
// degree of longitude at the middle latitude differs from that at the end by d/2 · tan 55° / 6,350 km, or less.
func stretched(d float64) float64 { return d * (1 + 1.2e-7*d) }

func localVantage(p orb.Point) vantage {
	r := NewRuler(p[1])
	x, y := p[0]*FixedScale, p[1]*FixedScale
	return vantage{p: p, x: x, y: y, ruler: r, perX: r.lon0 / FixedScale, perY: r.lat0 / FixedScale, local: true,
		fixed: box{int32(x) - 1, int32(y) - 1, int32(x) + 1, int32(y) + 1}}
}

func farVantage(p orb.Point, far float64) vantage {
	return vantage{p: p, beyond: newLowerBound(p, far)}
}

// least bounds the distance to anything in a box from below: its square in the plane at the latitude of p when local, metres
// otherwise.
func (v *vantage) least(b *box) float64 {
	if !v.local {
		return v.beyond.box(Fixed{b.minX, b.minY}.Point(), Fixed{b.maxX, b.maxY}.Point())
	}
	dx := float64(max(0, int64(b.minX)-int64(v.fixed.maxX), int64(v.fixed.minX)-int64(b.maxX))) * v.perX
	dy := float64(max(0, int64(b.minY)-int64(v.fixed.maxY), int64(v.fixed.minY)-int64(b.maxY))) * v.perY
	return dx*dx + dy*dy
}

// bound is the greatest least of what may be within reach.
func (v *vantage) bound(reach float64) float64 {
	if !v.local {
		return reach
	}
	return square(stretched(reach))
}

// nearest is the distance to the run and the point of it that is nearest, if it is within reach; +Inf otherwise. In the plane at
// the latitude of p all segments but one or two are seen to be farther away; those are measured.
func (v *vantage) nearest(r *borderRun, reach float64) (best float64, at orb.Point) {
	if !v.local {
		return v.nearestFar(r)
	}
	var feet [runLength]foot
	least := square(stretched(reach))
	ax, ay := (float64(r.line[0].X)-v.x)*v.perX, (float64(r.line[0].Y)-v.y)*v.perY
	for i, f := range r.line[1:] {
		bx, by := (float64(f.X)-v.x)*v.perX, (float64(f.Y)-v.y)*v.perY
		feet[i] = footOf(ax, ay, bx, by)
		least = min(least, feet[i].square)
		ax, ay = bx, by
	}
	best = math.Inf(1)
	most := square(stretched(stretched(math.Sqrt(least))))
	for i := range r.line[1:] {
		if feet[i].square > most {
			continue
		}
		if d, foot := v.measure(r.line[i].Point(), r.line[i+1].Point(), feet[i]); d < best {
			best, at = d, foot
		}
	}
	return best, at
}

// measure is the distance to a segment whose foot in the plane is given, and the nearest point of the segment.
func (v *vantage) measure(a, b orb.Point, f foot) (float64, orb.Point) {
	switch {
	case f.square > planeReach*planeReach:
		d, at, _ := v.ruler.PointToSegment(v.p, a, b)
		return float64(d), at
	case f.part <= 0:
		b = a
	case f.part < 1:
		b = orb.Point{a[0] + f.part*(b[0]-a[0]), a[1] + f.part*(b[1]-a[1])}
	}
	return float64(v.ruler.Distance(v.p, b)), b
}

func square(x float64) float64 { return x * x }

// foot is the point of a segment that is nearest to the origin: the square of its distance, and where it is from 0 at the start of
// the segment to 1 at its end.
type foot struct{ square, part float64 }

func footOf(ax, ay, bx, by float64) foot {
	dx, dy := bx-ax, by-ay
	along := -(ax*dx + ay*dy)
	size := dx*dx + dy*dy
	switch {
	case along <= 0:
		return foot{ax*ax + ay*ay, 0}
	case along >= size:
		return foot{bx*bx + by*by, 1}
	}
	across := ax*dy - ay*dx
	return foot{across * across / size, along / size}
}

func (v *vantage) nearestFar(r *borderRun) (best float64, at orb.Point) {
	best = math.Inf(1)
	for i := 1; i < len(r.line); i++ {
		a, b := r.line[i-1].Point(), r.line[i].Point()
		lo := [2]float64{min(a[0], b[0]), min(a[1], b[1])}
		hi := [2]float64{max(a[0], b[0]), max(a[1], b[1])}
		if v.beyond.box(lo, hi) >= best {
			continue
		}
		if d, foot, _ := PointToSegment(v.p, a, b); float64(d) < best {
			best, at = float64(d), foot
		}
	}
	return best, at
}

// lowerBound bounds the geodesic distance from a point to anything in a box from below, safely and, near by, cheaply: by the
// haversine formula with the least cosine of latitude in play, which no distance undercuts, on a sphere smaller than the ellipsoid.
type lowerBound struct {
	p      orb.Point
	cosine float64
}

// leastRadius is the smallest radius of curvature of the ellipsoid (in the meridian, at the equator), in metres, rounded down.
const leastRadius = 6_335_000

func newLowerBound(p orb.Point, far float64) lowerBound {
	return lowerBound{p: p, cosine: math.Cos(max(far, math.Abs(p[1])) * math.Pi / 180)}
}

func (b lowerBound) box(lo, hi [2]float64) float64 {
	dx := max(0, lo[0]-b.p[0], b.p[0]-hi[0])
	dy := max(0, lo[1]-b.p[1], b.p[1]-hi[1])
	if dx > 0 { // the way over the antimeridian may be shorter
		dx = max(0, min(dx, lo[0]+360-b.p[0], b.p[0]+360-hi[0]))
	}
	if dx+dy < 1 { // sin x > 0.9999 x below half a degree: no call
		const scale = 0.9999 * leastRadius * math.Pi / 180
		return scale * math.Hypot(dx*b.cosine, dy)
	}
	return b.far(lo, hi)
}

// far bounds the distance to a box by the triangle inequality: the distance to its middle less that from there to its corners. The
// sphere's bound would be off by 1 % and more, which far away is wider than the box of a whole coverage.
func (b lowerBound) far(lo, hi [2]float64) float64 {
	middle := orb.Point{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}
	// No degree is longer than at the pole, where the meridian is least curved.
	const longest = 6_400_000 * math.Pi / 180
	const rounding = 0.001
	return max(0, float64(Distance(b.p, middle))-longest*math.Hypot(hi[0]-lo[0], hi[1]-lo[1])/2-rounding)
}

package geo

import (
	"math/big"
	"slices"
)

// tree finds segments by box.
func (w *linework) tree(segs []segment) *boxTree {
	boxes := make([]box, len(segs))
	for i, s := range segs {
		boxes[i] = boxOf(w.nodes[s.a], w.nodes[s.b])
	}
	return newBoxTree(boxes)
}

// crossing is a pair of segments that cross inside both, with the point rounded to the grid.
type crossing struct {
	s, t int32
	at   Fixed
}

// drawing is a linework at one moment: its segments, a tree of their boxes, and their proper crossings. When it had more meetings
// than the limits allow, tooMany is set and the rest is incomplete.
type drawing struct {
	segs      []segment
	tree      *boxTree
	crossings []crossing
	tooMany   bool
}

// The limits keep the time for hostile input to seconds: n edges can cross n² times. Real borders, dirty ones too, stay far below:
// they cross less than once an edge, and an edge is tested with a few others.
const (
	maxCrossings = 20_000      // and one for each segment
	maxTouches   = 200_000     // and ten for each segment
	maxPairs     = 100_000_000 // of segments whose boxes meet
	maxShown     = 1000        // crossings that are kept when there are too many
)

// nodeExactly splits every segment at the nodes that lie exactly on it, which moves nothing. Without crossings the drawing is
// planar.
func (w *linework) nodeExactly() drawing {
	for {
		d := drawing{segs: w.segments()}
		d.tree = w.tree(d.segs)
		splits := w.meetings(&d)
		if len(splits) == 0 || d.tooMany {
			return d
		}
		w.split(d.segs, splits)
	}
}

// meetings finds, among all pairs of segments, the ends of one that lie exactly inside the other (by the segment that they split)
// and the proper crossings. A crossing on a node that splits both is none once they are split.
func (w *linework) meetings(d *drawing) (splits map[int32][]int32) {
	segs := d.segs
	splits = make(map[int32][]int32)
	pairs, touches := 0, 0
	end := func(n, i int32) {
		if s := segs[i]; n != s.a && n != s.b && onSegment(w.nodes[s.a], w.nodes[s.b], w.nodes[n]) {
			splits[i] = append(splits[i], n)
			touches++
		}
	}
	for i := range int32(len(segs)) {
		s := segs[i]
		a, b := w.nodes[s.a], w.nodes[s.b]
		d.tree.search(boxOf(a, b), func(j int32) {
			pairs++
			if j <= i {
				return
			}
			t := segs[j]
			c, e := w.nodes[t.a], w.nodes[t.b]
			end(s.a, j)
			end(s.b, j)
			end(t.a, i)
			end(t.b, i)
			if properCrossing(a, b, c, e) {
				d.crossings = append(d.crossings, crossing{i, j, crossingPoint(a, b, c, e)})
			}
		})
		if pairs > maxPairs || touches > maxTouches+10*len(segs) || len(d.crossings) > maxCrossings+len(segs) {
			d.tooMany = true
			d.crossings = d.crossings[:min(len(d.crossings), maxShown)]
			return splits
		}
	}
	return splits
}

// maxRounds bounds the rounds of snap rounding. Two or three are usual: the theorem of Hobby (1999) says that one round leaves
// no crossing when all hot pixels are known at its start; here those of a round's crossings are known in the next one.
const maxRounds = 40

// nodeRounded makes the linework a planar drawing by iterated snap rounding: each crossing becomes a node at the nearest grid
// point, and a segment that passes the pixel of a node (the square of one unit around it) is led through that node. No point
// moves by more than a unit in a round. A drawing that exceeds the limits, or still crosses after maxRounds, has tooMany set.
func (w *linework) nodeRounded() drawing {
	for range maxRounds {
		d := drawing{segs: w.segments()}
		d.tree = w.tree(d.segs)
		splits := w.meetings(&d)
		if d.tooMany {
			return d
		}
		w.pixels(d.segs, d.tree, splits)
		for _, c := range d.crossings {
			n := w.node(c.at)
			for _, i := range [2]int32{c.s, c.t} {
				if n != d.segs[i].a && n != d.segs[i].b {
					splits[i] = append(splits[i], n)
				}
			}
		}
		if len(splits) == 0 {
			return d
		}
		w.split(d.segs, splits)
	}
	return drawing{segs: w.segments(), tooMany: true}
}

// pixels adds, to the nodes that split each segment, those whose pixel it passes.
func (w *linework) pixels(segs []segment, tree *boxTree, splits map[int32][]int32) {
	for _, n := range usedNodes(segs) {
		p := w.nodes[n]
		tree.search(box{p.X - 1, p.Y - 1, p.X + 1, p.Y + 1}, func(i int32) {
			s := segs[i]
			if s.a != n && s.b != n && passesPixel(w.nodes[s.a], w.nodes[s.b], p) {
				splits[i] = append(splits[i], n)
			}
		})
	}
}

func usedNodes(segs []segment) []int32 {
	nodes := make([]int32, 0, 2*len(segs))
	for _, s := range segs {
		nodes = append(nodes, s.a, s.b)
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// passesPixel reports whether the segment a b passes through the inside of the square of one unit around c. Were the border of
// the square to count too, a diagonal of one unit would be led through both of its neighbours, and they back through it.
func passesPixel(a, b, c Fixed) bool {
	// Doubled coordinates keep the corners whole.
	ab := boxOf(a, b)
	ax, ay := 2*int64(a.X), 2*int64(a.Y)
	dx, dy := 2*int64(b.X)-ax, 2*int64(b.Y)-ay
	cx, cy := 2*int64(c.X), 2*int64(c.Y)
	if cx+1 <= 2*int64(ab.minX) || cx-1 >= 2*int64(ab.maxX) || cy+1 <= 2*int64(ab.minY) || cy-1 >= 2*int64(ab.maxY) {
		return false
	}
	left, right := false, false
	for _, corner := range [4][2]int64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		switch crossSign(dx, dy, cx+corner[0]-ax, cy+corner[1]-ay) {
		case 1:
			left = true
		case -1:
			right = true
		}
	}
	return left && right
}

// crossingPoint is the grid point nearest to where the lines a b and c d cross, computed exactly; halves go up.
func crossingPoint(a, b, c, d Fixed) Fixed {
	delta := func(p, q int32) *big.Int { return big.NewInt(int64(q) - int64(p)) }
	cross := func(x1, y1, x2, y2 *big.Int) *big.Int {
		p, q := new(big.Int).Mul(x1, y2), new(big.Int).Mul(y1, x2)
		return p.Sub(p, q)
	}
	abx, aby := delta(a.X, b.X), delta(a.Y, b.Y)
	cdx, cdy := delta(c.X, d.X), delta(c.Y, d.Y)
	num := cross(delta(a.X, c.X), delta(a.Y, c.Y), cdx, cdy)
	den := cross(abx, aby, cdx, cdy)
	round := func(from int32, along *big.Int) int32 {
		// floor((2·along·num + den) / (2·den)) with den made positive
		n, m := new(big.Int).Mul(along, num), new(big.Int).Set(den)
		if m.Sign() < 0 {
			n.Neg(n)
			m.Neg(m)
		}
		n.Lsh(n, 1).Add(n, m)
		q := new(big.Int)
		q.DivMod(n, m.Lsh(m, 1), new(big.Int))
		return int32(int64(from) + q.Int64())
	}
	return Fixed{X: round(a.X, abx), Y: round(a.Y, aby)}
}

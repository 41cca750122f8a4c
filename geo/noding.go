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

// drawing is a linework at one moment: its segments, a tree of their boxes, and their proper crossings.
type drawing struct {
	segs      []segment
	tree      *boxTree
	crossings []crossing
}

// nodeExactly splits every segment at the nodes that lie exactly on it, which moves nothing. Without crossings the drawing is
// planar.
func (w *linework) nodeExactly() drawing {
	for {
		segs := w.segments()
		tree := w.tree(segs)
		splits, crossings := w.meetings(segs, tree)
		if len(splits) == 0 {
			return drawing{segs, tree, crossings}
		}
		w.split(segs, splits)
	}
}

// meetings finds, among all pairs of segments, the ends of one that lie exactly inside the other (by the segment that they split)
// and the proper crossings. A crossing on a node that splits both is none once they are split.
func (w *linework) meetings(segs []segment, tree *boxTree) (splits map[int32][]int32, crossings []crossing) {
	splits = make(map[int32][]int32)
	end := func(n, i int32) {
		if s := segs[i]; n != s.a && n != s.b && onSegment(w.nodes[s.a], w.nodes[s.b], w.nodes[n]) {
			splits[i] = append(splits[i], n)
		}
	}
	for i := range int32(len(segs)) {
		s := segs[i]
		a, b := w.nodes[s.a], w.nodes[s.b]
		tree.search(boxOf(a, b), func(j int32) {
			if j <= i {
				return
			}
			t := segs[j]
			c, d := w.nodes[t.a], w.nodes[t.b]
			end(s.a, j)
			end(s.b, j)
			end(t.a, i)
			end(t.b, i)
			if properCrossing(a, b, c, d) {
				crossings = append(crossings, crossing{i, j, crossingPoint(a, b, c, d)})
			}
		})
	}
	return splits, crossings
}

// maxRounds bounds the rounds of snap rounding. Two or three are usual: the theorem of Hobby (1999) says that one round leaves
// no crossing when all hot pixels are known at its start; here those of a round's crossings are known in the next one.
const maxRounds = 40

// nodeRounded makes the linework a planar drawing by iterated snap rounding: each crossing becomes a node at the nearest grid
// point, and a segment that touches the pixel of a node (the square of one unit around it) is led through that node. No point
// moves by more than a unit in a round. It reports false if crossings are left after maxRounds.
func (w *linework) nodeRounded() (drawing, bool) {
	for range maxRounds {
		segs := w.segments()
		tree := w.tree(segs)
		splits, crossings := w.meetings(segs, tree)
		w.pixels(segs, tree, splits)
		for _, c := range crossings {
			n := w.node(c.at)
			for _, i := range [2]int32{c.s, c.t} {
				if n != segs[i].a && n != segs[i].b {
					splits[i] = append(splits[i], n)
				}
			}
		}
		if len(splits) == 0 {
			return drawing{segs: segs, tree: tree}, true
		}
		w.split(segs, splits)
	}
	segs := w.segments()
	return drawing{segs: segs, tree: w.tree(segs)}, false
}

// pixels adds, to the nodes that split each segment, those whose pixel it touches.
func (w *linework) pixels(segs []segment, tree *boxTree, splits map[int32][]int32) {
	for _, n := range usedNodes(segs) {
		p := w.nodes[n]
		tree.search(box{p.X - 1, p.Y - 1, p.X + 1, p.Y + 1}, func(i int32) {
			s := segs[i]
			if s.a != n && s.b != n && touchesPixel(w.nodes[s.a], w.nodes[s.b], p) {
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

// touchesPixel reports whether the segment a b meets the closed square of one unit around c.
func touchesPixel(a, b, c Fixed) bool {
	// Doubled coordinates keep the corners whole.
	ab := boxOf(a, b)
	ax, ay := 2*int64(a.X), 2*int64(a.Y)
	dx, dy := 2*int64(b.X)-ax, 2*int64(b.Y)-ay
	cx, cy := 2*int64(c.X), 2*int64(c.Y)
	if cx+1 < 2*int64(ab.minX) || cx-1 > 2*int64(ab.maxX) || cy+1 < 2*int64(ab.minY) || cy-1 > 2*int64(ab.maxY) {
		return false
	}
	left, right := false, false
	for _, corner := range [4][2]int64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		switch crossSign(dx, dy, cx+corner[0]-ax, cy+corner[1]-ay) {
		case 0:
			return true
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

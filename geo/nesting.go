package geo

// Within reports whether each area of c lies in one area of parent, and in which; Outside for one that lies in none. It looks at
// borders alone: every segment of a border of parent must run along segments of c's all the way. Then no border of parent runs
// through an area of c; beside a common segment lie an area of c and the area of parent that has it, and areas of c that share any
// other segment are in the same one.
//
// A position inside an area of c, not on its border, is then inside the area of parent that parents gives. What a false result
// means is that this is not so or not known, as for an area of c whose border touches none of parent's nor another area.
func (c *Coverage) Within(parent *Coverage) (parents []int, ok bool) {
	n := newNesting(len(c.areas), parent)
	var loose []strayed
	for _, a := range c.arcs {
		for k := 1; k < len(a.Line); k++ {
			key, turned := segmentKey(a.Line[k-1], a.Line[k])
			own := sidesOf(a, turned)
			if i, shared := n.known[key]; shared {
				n.outer[i].open = 0
				n.beside(own, n.outer[i].sides)
			} else {
				loose = append(loose, strayed{key[0], key[1], own})
			}
		}
	}
	n.strays(loose)
	return n.result()
}

// nesting is what is known on the way.
type nesting struct {
	outer   []outerSegment
	known   map[[2]Fixed]int32 // the same by their ends
	same    []int              // areas in the same parent, as a forest
	parents []int              // of the roots of the forest
	broken  bool               // an area has two parents
}

// outerSegment is a segment of parent, and how much of its extent in both axes together is not yet known to be in c.
type outerSegment struct {
	a, b  Fixed
	sides segmentSides
	open  int64
}

// strayed is a segment of c that is none of parent's.
type strayed struct {
	a, b  Fixed
	sides segmentSides
}

func newNesting(areas int, parent *Coverage) *nesting {
	n := &nesting{known: make(map[[2]Fixed]int32), same: make([]int, areas), parents: make([]int, areas)}
	for i := range n.parents {
		n.same[i], n.parents[i] = i, unknownParent
	}
	for _, a := range parent.arcs {
		for k := 1; k < len(a.Line); k++ {
			key, turned := segmentKey(a.Line[k-1], a.Line[k])
			n.known[key] = int32(len(n.outer))
			n.outer = append(n.outer, outerSegment{key[0], key[1], sidesOf(a, turned), extent(key[0], key[1])})
		}
	}
	return n
}

func extent(a, b Fixed) int64 {
	dx, dy := int64(b.X)-int64(a.X), int64(b.Y)-int64(a.Y)
	return max(dx, -dx) + max(dy, -dy)
}

// strays deals with segments of c that are none of parent's, but may be parts of one: a border has vertices wherever another meets it,
// and more borders meet those of c.
func (n *nesting) strays(loose []strayed) {
	var boxes []box
	var number []int
	for i, o := range n.outer {
		if o.open > 0 {
			boxes, number = append(boxes, boxOf(o.a, o.b)), append(number, i)
		}
	}
	tree := newBoxTree(boxes)
	for _, s := range loose {
		part := false
		tree.search(boxOf(s.a, s.b), func(i int32) {
			o := &n.outer[number[i]]
			if onSegment(o.a, o.b, s.a) && onSegment(o.a, o.b, s.b) {
				part = true
				o.open -= extent(s.a, s.b) // both run from their lesser end
				n.beside(s.sides, o.sides)
			}
		})
		if !part && s.sides.left != Outside && s.sides.right != Outside {
			n.join(s.sides.left, s.sides.right)
		}
	}
}

func (n *nesting) beside(own, outer segmentSides) {
	n.assign(own.left, outer.left)
	n.assign(own.right, outer.right)
}

// segmentSides are the areas left and right of a segment that runs from its lesser vertex.
type segmentSides struct{ left, right int }

const unknownParent = Outside - 1

func segmentKey(a, b Fixed) (key [2]Fixed, turned bool) {
	if b.less(a) {
		return [2]Fixed{b, a}, true
	}
	return [2]Fixed{a, b}, false
}

func sidesOf(a Arc, turned bool) segmentSides {
	if turned {
		return segmentSides{a.Right, a.Left}
	}
	return segmentSides{a.Left, a.Right}
}

func (n *nesting) root(i int) int {
	for n.same[i] != i {
		n.same[i] = n.same[n.same[i]]
		i = n.same[i]
	}
	return i
}

func (n *nesting) assign(area, parent int) {
	if area == Outside {
		return
	}
	r := n.root(area)
	n.broken = n.broken || n.parents[r] != unknownParent && n.parents[r] != parent
	n.parents[r] = parent
}

func (n *nesting) join(a, b int) {
	a, b = n.root(a), n.root(b)
	if a == b {
		return
	}
	p := n.parents[b]
	n.same[b] = a
	if p != unknownParent {
		n.assign(a, p)
	}
}

// result gives every area the parent of its root; none may be unknown, and no border of parent left open.
func (n *nesting) result() ([]int, bool) {
	for _, o := range n.outer {
		if n.broken || o.open > 0 {
			return nil, false
		}
	}
	out := make([]int, len(n.same))
	for i := range out {
		if out[i] = n.parents[n.root(i)]; out[i] == unknownParent {
			return nil, false
		}
	}
	return out, true
}

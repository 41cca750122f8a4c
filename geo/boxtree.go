package geo

import (
	"math"
	"slices"
)

// box is a closed box of Fixed positions.
type box struct{ minX, minY, maxX, maxY int32 }

func boxOf(a, b Fixed) box {
	return box{min(a.X, b.X), min(a.Y, b.Y), max(a.X, b.X), max(a.Y, b.Y)}
}

func (b box) join(c box) box {
	return box{min(b.minX, c.minX), min(b.minY, c.minY), max(b.maxX, c.maxX), max(b.maxY, c.maxY)}
}

func (b box) meets(c box) bool {
	return b.minX <= c.maxX && c.minX <= b.maxX && b.minY <= c.maxY && c.minY <= b.maxY
}

// has reports whether q lies in the box or on its edge.
func (b box) has(q Query) bool {
	const side = QueryScale
	return q.X >= int64(b.minX)*side && q.X <= int64(b.maxX)*side && q.Y >= int64(b.minY)*side && q.Y <= int64(b.maxY)*side
}

// boxTree finds boxes that meet a box. It is built once, packed (sort-tile-recursive: Leutenegger, Lopez, Edgington 1997) into flat
// arrays, and several times faster to build and to ask than a tree that takes insertions, of which a survey of a coverage asks
// tens of thousands of times. It is immutable and safe for concurrent use.
type boxTree struct {
	items  []int32 // numbers of boxes, in the order of the leaves
	levels [][]box // levels[0] are the boxes of items, each next level those of fanout of the one before
}

const fanout = 16

func newBoxTree(boxes []box) *boxTree {
	t := &boxTree{items: make([]int32, len(boxes))}
	if len(boxes) == 0 {
		return t
	}
	// The sort keys hold a middle, shifted to be positive, above the number of the box.
	keys := make([]uint64, len(boxes))
	key := func(from, to int32, i uint64) uint64 { return uint64((int64(from)+int64(to))/2+1<<31)<<32 | i }
	for i, b := range boxes {
		keys[i] = key(b.minX, b.maxX, uint64(i))
	}
	slices.Sort(keys)
	columns := int(math.Ceil(math.Sqrt(float64(len(boxes)) / fanout)))
	tall := (len(boxes) + columns - 1) / columns
	tall = (tall + fanout - 1) / fanout * fanout
	for column := range slices.Chunk(keys, tall) {
		for k, v := range column {
			i := v & math.MaxUint32
			column[k] = key(boxes[i].minY, boxes[i].maxY, i)
		}
		slices.Sort(column)
	}
	for k, v := range keys {
		t.items[k] = int32(v & math.MaxUint32)
	}
	level := make([]box, len(boxes))
	for k, i := range t.items {
		level[k] = boxes[i]
	}
	t.levels = append(t.levels, level)
	for len(level) > 1 {
		var up []box
		for group := range slices.Chunk(level, fanout) {
			b := group[0]
			for _, c := range group[1:] {
				b = b.join(c)
			}
			up = append(up, b)
		}
		level = up
		t.levels = append(t.levels, level)
	}
	return t
}

// bound is the box around all; ok is false when there are none.
func (t *boxTree) bound() (b box, ok bool) {
	if len(t.levels) == 0 {
		return box{}, false
	}
	return t.levels[len(t.levels)-1][0], true
}

// search calls found with the number of each box that meets b.
func (t *boxTree) search(b box, found func(i int32)) {
	if top := len(t.levels) - 1; top >= 0 {
		t.descend(top, 0, 1, b, found)
	}
}

func (t *boxTree) descend(level, from, to int, b box, found func(i int32)) {
	boxes := t.levels[level]
	for k := from; k < to; k++ {
		switch {
		case !boxes[k].meets(b):
		case level == 0:
			found(t.items[k])
		default:
			t.descend(level-1, k*fanout, min((k+1)*fanout, len(t.levels[level-1])), b, found)
		}
	}
}

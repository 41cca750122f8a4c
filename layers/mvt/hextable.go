package mvt

import (
	"cmp"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// hexTable is the cells of one resolution that have poles, by number, in pages. It is immutable.
type hexTable struct {
	pages []*hexPage
	boxes []unitBox // of the pages
	// width and height are a little more than those of the largest box of a cell that there has been.
	width, height uint32
}

// hexPage holds neighbouring cells, because the numbers of cells near each other mostly begin alike. It is immutable.
type hexPage struct{ rows []hexRow }

type hexRow struct {
	*hexagon
	census // of all poles, whenever they apply
}

// hexPageRows is how many rows a page aims at; a page is split when it has twice as many.
const hexPageRows = 64

// hexTables are those of all resolutions.
type hexTables [resolutions]*hexTable

// count brings counts up to date with a table of poles, where before is what they were made from. It also returns the cells in which
// the counts are others, at some instant.
func (h hexTables) count(before, now *table) (hexTables, [resolutions][]cellCensus) {
	var changed [resolutions]map[uint64]census
	for k := range changed {
		changed[k] = map[uint64]census{}
	}
	pagesBetween(before, now, func(p *page) {
		for k, list := range p.celled.cells {
			for _, c := range list {
				changed[k][c.cell] = changed[k][c.cell].minus(c.census)
			}
		}
	}, func(p *page) {
		for k, list := range p.celled.cells {
			for _, c := range list {
				changed[k][c.cell] = changed[k][c.cell].plus(c.census)
			}
		}
	})
	var lists [resolutions][]cellCensus
	for k, m := range changed {
		maps.DeleteFunc(m, func(_ uint64, t census) bool { return t == census{} })
		for cell, t := range m {
			lists[k] = append(lists[k], cellCensus{cell, t})
		}
		slices.SortFunc(lists[k], func(a, b cellCensus) int { return cmp.Compare(a.cell, b.cell) })
		h[k] = h[k].with(lists[k])
	}
	return h, lists
}

// with returns the table with counts added, which are in the order of cells; t may be nil. Pages are changed from the last, so that
// the places of those before stay right.
func (t *hexTable) with(changes []cellCensus) *hexTable {
	if t == nil {
		t = &hexTable{}
	}
	if len(changes) == 0 {
		return t
	}
	n := &hexTable{slices.Clone(t.pages), slices.Clone(t.boxes), t.width, t.height}
	for len(changes) > 0 {
		at := n.pageOf(changes[len(changes)-1].cell)
		from := 0
		if at > 0 {
			from, _ = slices.BinarySearchFunc(changes, n.pages[at].rows[0].cell, func(c cellCensus, cell uint64) int { return cmp.Compare(c.cell, cell) })
		}
		n.rewrite(at, changes[from:])
		changes = changes[:from]
	}
	return n
}

// pageOf returns the place of the page that has a cell or would have it.
func (t *hexTable) pageOf(cell uint64) int {
	i, found := slices.BinarySearchFunc(t.pages, cell, func(p *hexPage, cell uint64) int { return cmp.Compare(p.rows[0].cell, cell) })
	if !found && i > 0 {
		i--
	}
	return i
}

// find returns a cell that has poles, or nil.
func (t *hexTable) find(cell uint64) *hexagon {
	if t == nil || len(t.pages) == 0 {
		return nil
	}
	rows := t.pages[t.pageOf(cell)].rows
	if i, found := slices.BinarySearchFunc(rows, cell, compareCell); found {
		return rows[i].hexagon
	}
	return nil
}

func compareCell(r hexRow, cell uint64) int { return cmp.Compare(r.cell, cell) }

func (t *hexTable) rewrite(at int, changes []cellCensus) {
	var old []hexRow
	if at < len(t.pages) {
		old = t.pages[at].rows
	}
	rows := make([]hexRow, 0, len(old)+len(changes))
	for _, c := range changes {
		i, found := slices.BinarySearchFunc(old, c.cell, compareCell)
		rows = append(rows, old[:i]...)
		r := hexRow{census: c.census}
		if found {
			r = hexRow{old[i].hexagon, old[i].plus(c.census)}
			i++
		}
		if old = old[i:]; r.poles > 0 {
			rows = append(rows, t.drawn(r, c.cell))
		}
	}
	rows = append(rows, old...)
	var fresh []*hexPage
	var boxes []unitBox
	for len(rows) > 0 {
		n := len(rows)
		if n > 2*hexPageRows {
			n = hexPageRows
		}
		box := rows[0].box
		for _, r := range rows[1:n] {
			box = box.join(r.box)
		}
		fresh, boxes = append(fresh, &hexPage{rows[:n:n]}), append(boxes, box)
		rows = rows[n:]
	}
	end := min(at+1, len(t.pages))
	t.pages, t.boxes = slices.Replace(t.pages, at, end, fresh...), slices.Replace(t.boxes, at, end, boxes...)
}

// drawn returns a row with its hexagon, which is made for a new one.
func (t *hexTable) drawn(r hexRow, cell uint64) hexRow {
	if r.hexagon == nil {
		r.hexagon = newHexagon(cell)
		w, h := r.box.hi.X-r.box.lo.X, r.box.hi.Y-r.box.lo.Y
		t.width, t.height = max(t.width, w+w/16), max(t.height, h+h/16)
	}
	return r
}

// HexagonBound returns the box in degrees around the hexagons of some zooms, at whatever instant they have poles; ok is false where
// there are none.
func (a *Atlas) HexagonBound(first, last uint8) (b orb.Bound, ok bool) {
	var box unitBox
	for z := first; z <= min(last, hexagonsTo); z++ {
		for _, one := range a.hexagons[fineness(z)].boxesOf() {
			if !ok {
				box, ok = one, true
			}
			box = box.join(one)
		}
	}
	if ok {
		b = box.degrees()
	}
	return b, ok
}

// HexagonsIn reports whether a hexagon of a zoom, with poles at whatever instant, has its box meet a box of degrees.
func (a *Atlas) HexagonsIn(b orb.Bound, z uint8) bool {
	if z > hexagonsTo {
		return false
	}
	t := a.hexagons[fineness(z)]
	box := unitBox{unitOf(orb.Point{b.Min[0], b.Max[1]}), unitOf(orb.Point{b.Max[0], b.Min[1]})}
	for i, of := range t.boxesOf() {
		if box.meets(of) && slices.ContainsFunc(t.pages[i].rows, func(r hexRow) bool { return box.meets(r.box) }) {
			return true
		}
	}
	return false
}

// boxesOf is the boxes of the pages; t may be nil.
func (t *hexTable) boxesOf() []unitBox {
	if t == nil {
		return nil
	}
	return t.boxes
}

// reachOf is where a cell shows and at which zooms, by the place of its resolution.
func (h *hexagon) reachOf(k int) reach {
	first, last := zoomsOf(k)
	return reach{h.box, first, min(last, geo.MaxZoom)}
}

package mvt

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// pageRows is how many rows a page aims at; a page is split when it has twice as many.
const pageRows = 256

// row is a feature made ready for tiles. A feature that replaced another later is a row of its own beside it.
type row struct {
	feature layers.Feature
	id      uint64 // FeatureID
	key     uint64 // Morton code of the middle of box
	box     unitBox
	shape   *shape // nil for a point, which is box
	zoom    uint8  // first zoom
}

// compareRows is the order of rows: by place, and at one place by id, time and revision.
func compareRows(a, b row) int {
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	x, y := a.feature.Head(), b.feature.Head()
	return cmp.Or(strings.Compare(x.ID, y.ID), cmp.Compare(x.ValidFrom, y.ValidFrom), cmp.Compare(x.Revision, y.Revision))
}

// page holds neighbouring rows in Morton order. It is immutable.
type page struct {
	rows []row
	box  unitBox
	// Every row applies at every instant from from on and, unless to is 0, before to.
	from, to    layers.Instant
	first, last uint64       // keys of the first and last row
	x, y        uint64       // sums of the places, for points
	packed      *packed      // for poles
	celled      *celled      // for poles
	lines       *packedLines // for lines
}

// table is the rows of one layer in pages: the layer's own index for tiles. It is immutable.
type table struct {
	set   *layers.Set
	pages []*page
	boxes []unitBox // of the pages, in one place, because most tiles meet few of them
	times []span    // of the pages, in one place too: in which all of its rows apply
}

// newTable makes the rows of a set, or only those that came since before was made.
func newTable(s *spec, set *layers.Set, before *table) *table {
	if before == nil {
		before = &table{}
	}
	if before.set == set {
		return before
	}
	var gone, come []row
	set.Difference(before.set,
		func(f layers.Feature) {
			if r, ok := s.place(f); ok {
				gone = append(gone, r)
			}
		},
		func(f layers.Feature) {
			if r, ok := s.place(f); ok {
				r.prepare()
				come = append(come, r)
			}
		})
	t := &table{set: set, pages: slices.Clone(before.pages), boxes: slices.Clone(before.boxes), times: slices.Clone(before.times)}
	slices.SortFunc(gone, compareRows)
	slices.SortFunc(come, compareRows)
	m := &pageMaker{spec: s}
	if s.layer == layers.Poles {
		m.celler = newCeller()
	}
	t.change(m, gone, come)
	return t
}

// change takes rows out and puts rows in, page by page from the last, so that the places of those before stay right.
func (t *table) change(m *pageMaker, gone, come []row) {
	for len(gone) > 0 || len(come) > 0 {
		last := come
		if len(come) == 0 || len(gone) > 0 && compareRows(gone[len(gone)-1], come[len(come)-1]) > 0 {
			last = gone
		}
		at := t.pageOf(last[len(last)-1])
		g, c := t.tail(at, gone), t.tail(at, come)
		t.rewrite(m, at, gone[g:], come[c:])
		gone, come = gone[:g], come[:c]
	}
}

// pageOf returns the place of the page that holds r or would hold it.
func (t *table) pageOf(r row) int {
	i, found := slices.BinarySearchFunc(t.pages, r, func(p *page, r row) int { return compareRows(p.rows[0], r) })
	if !found && i > 0 {
		i--
	}
	return i
}

// tail returns where in rows those of page at begin, when all rows of later pages are gone.
func (t *table) tail(at int, rows []row) int {
	if at == 0 {
		return 0
	}
	i, _ := slices.BinarySearchFunc(rows, t.pages[at].rows[0], compareRows)
	return i
}

func (t *table) rewrite(m *pageMaker, at int, gone, come []row) {
	var rows []row
	var before *page
	if at < len(t.pages) {
		before = t.pages[at]
		rows = make([]row, 0, len(before.rows)+len(come))
		for _, r := range before.rows {
			if len(gone) > 0 && gone[0].feature == r.feature { // both in the same order
				gone = gone[1:]
				continue
			}
			rows = append(rows, r)
		}
	}
	rows = append(rows, come...)
	slices.SortFunc(rows, compareRows)
	var fresh []*page
	var boxes []unitBox
	var times []span
	for len(rows) > 0 {
		n := len(rows)
		if n > 2*pageRows {
			n = pageRows
		}
		p := m.page(rows[:n], before)
		fresh, boxes, times = append(fresh, p), append(boxes, p.box), append(times, p.span())
		rows = rows[n:]
	}
	end := min(at+1, len(t.pages))
	t.pages, t.boxes, t.times = slices.Replace(t.pages, at, end, fresh...), slices.Replace(t.boxes, at, end, boxes...), slices.Replace(t.times, at, end, times...)
}

// pageMaker makes the pages of a layer.
type pageMaker struct {
	spec   *spec
	celler *celler // for poles
}

// page makes a page of rows, some of which may be of the page before, which may be nil.
func (m *pageMaker) page(rows []row, before *page) *page {
	p := &page{rows: slices.Clone(rows), box: rows[0].box, first: rows[0].key, last: rows[len(rows)-1].key, packed: pack(rows), lines: packLines(m.spec, rows)}
	if m.celler != nil {
		p.celled = m.celler.find(p.rows, before)
	}
	p.x, p.y = sums(rows)
	for _, r := range rows {
		p.box = p.box.join(r.box)
		m := r.feature.Head()
		p.from = max(p.from, m.ValidFrom)
		if m.ValidTo != 0 && (p.to == 0 || m.ValidTo < p.to) {
			p.to = m.ValidTo
		}
	}
	return p
}

// span is in which all rows of the page apply; it may be empty.
func (p *page) span() span {
	s := span{p.from, math.MaxInt64}
	if p.to != 0 {
		s.until = p.to
	}
	return s
}

// allAt reports whether every row of a page applies at the instant of the tile. If so the span of the tile is cut to that of the
// page; if not, each row cuts it.
func (p *pen) allAt(pg *page) bool {
	if pg.from > p.at || pg.to != 0 && pg.to <= p.at {
		return false
	}
	p.span.cut(p.at, pg.from)
	if pg.to != 0 {
		p.span.cut(p.at, pg.to)
	}
	return true
}

// place returns a row without its shape, false for a feature without geometry.
func (s *spec) place(f layers.Feature) (row, bool) {
	g := f.Shape()
	if g == nil {
		return row{}, false
	}
	r := row{feature: f, id: FeatureID(f.Head().ID), zoom: s.firstZoom(f)}
	if p, ok := g.(orb.Point); ok {
		u := unitOf(p)
		r.box = unitBox{u, u}
	} else {
		b := g.Bound()
		nw, se := unitOf(orb.Point{b.Min[0], b.Max[1]}), unitOf(orb.Point{b.Max[0], b.Min[1]})
		r.box = unitBox{nw, se}
	}
	r.key = r.box.middle().morton()
	return r, true
}

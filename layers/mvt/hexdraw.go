package mvt

import (
	"strconv"

	"wangge/layers"
)

// The fields of hexagons.
const (
	hexFieldCell = iota
	hexFieldCount
	hexFieldAbandoned
)

// hexagons draws the cells that have poles at the instant of the tile.
func (p *pen) hexagons(s *spec) {
	k := fineness(p.frame.z)
	t := p.atlas.hexagons[k]
	if t == nil {
		return
	}
	p.findMissing(k, t)
	for i, box := range t.boxes {
		if !p.frame.meets(box) {
			continue
		}
		rows := t.pages[i].rows
		for j := range rows {
			r := &rows[j]
			if !p.frame.meets(r.box) {
				continue
			}
			n := r.census
			if len(p.missing) > 0 {
				n = n.minus(p.missing[r.cell])
			}
			if n.poles <= 0 || !p.drawHexagon(r.hexagon) {
				continue
			}
			p.onlyValue(hexFieldCell, p.cellValue(r.cell))
			p.number(hexFieldCount, int(n.poles))
			p.number(hexFieldAbandoned, int(n.abandoned))
			p.end(r.id(), s.geometry)
		}
	}
}

// findMissing counts the poles that are in the tallies and do not apply at the instant, in the cells that may meet the frame: a pole is
// no farther from the frame than its cell is wide. At most instants there are none, because every pole has begun and none has ended.
func (p *pen) findMissing(k int, t *hexTable) {
	clear(p.missing)
	poles, reach := p.atlas.tables[layers.Poles], p.frame.reach.grown(t.width, t.height)
	for i, in := range poles.times {
		if in.holds(p.at) && in.endless() {
			p.span.cut(p.at, in.from)
			continue
		}
		if page := poles.pages[i]; reach.meets(page.box) && !p.allAt(page) {
			p.missingOf(page, k)
		}
	}
}

func (p *pen) missingOf(pg *page, k int) {
	for i := range pg.rows {
		if pole := pg.rows[i].feature.(*layers.Pole); !p.applies(&pole.Meta) {
			if p.missing == nil {
				p.missing = map[uint64]census{}
			}
			cell := pg.celled.cell(i, k)
			p.missing[cell] = p.missing[cell].plus(censusOf(pole))
		}
	}
}

// leastWhole is how many units a hexagon must be wide and high to keep its shape when its corners are rounded.
const leastWhole = 16

// drawHexagon writes what of a cell lies in the frame, and reports whether there is anything.
func (p *pen) drawHexagon(h *hexagon) bool {
	lo, hi := p.frame.scale(h.box.lo), p.frame.scale(h.box.hi)
	if len(h.outline) == 7 && p.frame.holds(lo) && p.frame.holds(hi) && hi.X-lo.X >= leastWhole && hi.Y-lo.Y >= leastWhole {
		p.path.command(moveTo, 1)
		p.path.to(p.frame.local(p.frame.scale(h.outline[0])))
		p.path.command(lineTo, 5)
		for _, u := range h.outline[1:6] {
			p.path.to(p.frame.local(p.frame.scale(u)))
		}
		p.path.command(closePath, 1)
		return true
	}
	p.ring[0] = run{h.box, 0, outside, h.outline}
	p.level = level{runs: p.ring[:], size: len(h.outline)}
	p.sketch.arrange(p.frame, &p.level, 1, false)
	for _, area := range p.sketch.areas { // 0 or none
		p.sketch.write(area, &p.path)
	}
	return len(p.path.bytes) > 0
}

// cellValue is the fifteen digits of a cell as they stand in a tile, until the next one.
func (p *pen) cellValue(cell uint64) []byte {
	const digits = 15
	p.digits = append(p.digits[:0], layerValue, digits+2, valueText, digits)
	p.digits = strconv.AppendUint(p.digits, cell, 16)
	return p.digits
}

// grown is a box that reaches farther on every side.
func (b unitBox) grown(x, y uint32) unitBox {
	less := func(v, by uint32) uint32 { return v - min(v, by) }
	more := func(v, by uint32) uint32 { return v + min(^v, by) }
	return unitBox{unit{less(b.lo.X, x), less(b.lo.Y, y)}, unit{more(b.hi.X, x), more(b.hi.Y, y)}}
}

package mvt

import (
	"wangge/geo"
	"wangge/layers"
)

// pen is the scratch space in which one tile is made.
type pen struct {
	writer
	sketch sketch
	frame  frame
	part   []xy // of a line
	atlas  *Atlas
	at     layers.Instant
	span   span         // in which the layer looks as it does at that instant
	zone   *layers.Zone // the last one that was asked for, and its mode
	mode   layers.Mode
	lists  [3][]string // poleWords
	words  wordTable
	// For hexagons: poles that are counted and do not apply, by cell; the border of one, and the digits of one.
	missing map[uint64]census
	ring    [1]run
	level   level
	digits  []byte
}

// appendSpec appends one layer, and its labels if it has any.
func (p *pen) appendSpec(dst []byte, s *spec, t geo.Tile) []byte {
	if t.Z < s.min || s.last != 0 && t.Z > s.last {
		return dst
	}
	p.frame = frameOf(t, s.buffer)
	p.begin(s.fields)
	switch {
	case s.layer == Hexagons:
		p.hexagons(s)
	case p.atlas.tables[s.layer] == nil:
		return p.appendPartition(dst, s)
	case s.layer == layers.Poles && t.Z < countFrom:
		p.count(p.atlas.tables[s.layer])
	default:
		p.rows(s, p.atlas.tables[s.layer])
	}
	return p.appendLayer(dst, s.id)
}

// appendPartition appends the areas of a partition that meet the frame, in the order of their codes.
func (p *pen) appendPartition(dst []byte, s *spec) []byte {
	part := p.partition(s.layer)
	if part == nil {
		return dst
	}
	b, features := p.atlas.borders[s.layer][part.Coverage()], part.Features()
	p.sketch.arrange(p.frame, b.at(p.frame.z), b.areas, false)
	for _, area := range p.sketch.areas {
		if p.sketch.write(area, &p.path) {
			p.feature(s, features[area])
		}
	}
	dst = p.appendLayer(dst, s.id)
	if s.labels == nil {
		return dst
	}
	p.begin(s.labels.fields)
	for area, u := range b.labels {
		if q := p.frame.local(p.frame.scale(u)); inTile(q) {
			p.path.point(q)
			p.feature(s.labels, features[area])
		}
	}
	return p.appendLayer(dst, s.labels.id)
}

func (p *pen) feature(s *spec, f layers.Feature) {
	s.write(p, f)
	p.end(FeatureID(f.Head().ID), s.geometry)
}

func inTile(q xy) bool { return q.X >= 0 && q.X < Extent && q.Y >= 0 && q.Y < Extent }

// rows draws the rows of a table that meet the frame, in Morton order.
func (p *pen) rows(s *spec, t *table) {
	p.words = wordTable{}
	for k, box := range t.boxes {
		if !p.frame.meets(box) {
			continue
		}
		page := t.pages[k]
		all := p.allAt(page)
		for i := range page.rows {
			r := &page.rows[i]
			if p.frame.z < r.zoom || !p.frame.meets(r.box) || !all && !p.applies(r.feature.Head()) || !p.draw(s, page, i) {
				continue
			}
			switch {
			case page.packed != nil:
				p.writePacked(page.packed, i)
			case page.lines != nil:
				p.writeLine(page.lines, i)
			default:
				s.write(p, r.feature)
			}
			p.end(r.id, s.geometry)
		}
	}
}

// draw writes the geometry of a row of a page and reports whether there is any in the frame.
func (p *pen) draw(s *spec, pg *page, i int) bool {
	r := &pg.rows[i]
	switch s.geometry {
	case pointType:
		p.path.point(p.frame.local(p.frame.scale(r.box.lo)))
	case lineType:
		p.drawLine(pg.lines.line(i))
	default:
		p.drawArea(s, r.shape)
	}
	return len(p.path.bytes) > 0
}

// drawArea writes an area that is drawn on its own, or, for a district, the outer border of a partition if that is the same.
func (p *pen) drawArea(s *spec, sh *shape) {
	if b := p.sameRim(s, sh); b != nil {
		p.sketch.arrange(p.frame, b.at(p.frame.z), b.areas, true)
	} else {
		p.sketch.arrange(p.frame, sh.level(p.frame.z), 1, false)
	}
	for _, area := range p.sketch.areas { // 0 or none
		p.sketch.write(area, &p.path)
	}
}

// sameRim returns the borders of the grids or towns whose outer border is the outline of a district, or nil.
func (p *pen) sameRim(s *spec, sh *shape) *borders {
	if s.layer != layers.Districts {
		return nil
	}
	for _, l := range [2]layers.Layer{layers.Grids, layers.Towns} {
		if part := p.partition(l); part != nil {
			if b := p.atlas.borders[l][part.Coverage()]; b != nil && b.rim == sh.rim {
				return b
			}
		}
	}
	return nil
}

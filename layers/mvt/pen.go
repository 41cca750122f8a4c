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
	zone   *layers.Zone // the last one that was asked for
}

// appendSpec appends one layer, and its labels if it has any.
func (p *pen) appendSpec(dst []byte, s *spec, t geo.Tile) []byte {
	if t.Z < s.min {
		return dst
	}
	p.frame = frameOf(t, s.buffer)
	p.begin(s.fields)
	switch {
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
	part := p.atlas.snapshot.Partition(s.layer, p.at)
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
	for _, page := range t.pages {
		if !p.frame.meets(page.box) {
			continue
		}
		all := page.allAt(p.at)
		for i := range page.rows {
			r := &page.rows[i]
			if p.frame.z < r.zoom || !p.frame.meets(r.box) || !all && !r.feature.Head().ValidAt(p.at) {
				continue
			}
			if p.draw(s, r) {
				s.write(p, r.feature)
				p.end(r.id, s.geometry)
			}
		}
	}
}

// draw writes the geometry of a row and reports whether there is any in the frame.
func (p *pen) draw(s *spec, r *row) bool {
	switch s.geometry {
	case pointType:
		p.path.point(p.frame.local(p.frame.scale(r.box.lo)))
	case lineType:
		p.drawLine(r.shape)
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
		if part := p.atlas.snapshot.Partition(l, p.at); part != nil {
			if b := p.atlas.borders[l][part.Coverage()]; b != nil && b.rim == sh.rim {
				return b
			}
		}
	}
	return nil
}

// count draws one point for each square of the tile that has points: a sixteenth of the tile's side wide, at the mean of their
// places, with how many there are. The points of a tile, and those of a square in it, are one run of the Morton order each.
func (p *pen) count(t *table) {
	z := p.frame.z
	corner := unit{uint32(p.frame.x0 << (deepest - z)), uint32(p.frame.y0 << (deepest - z))}
	tileBits, squareBits := 64-2*z, 64-2*(z+squaresBits)
	tile := corner.morton() >> tileBits
	if z == 0 {
		tile = 0 // a shift by 64 would do too, but says less
	}
	var c counted
	for _, page := range t.pages {
		if !p.frame.meets(page.box) {
			continue
		}
		all := page.allAt(p.at)
		for i := range page.rows {
			r := &page.rows[i]
			if r.key>>tileBits != tile || !all && !r.feature.Head().ValidAt(p.at) {
				continue
			}
			if square := r.key >> squareBits; square != c.square || c.n == 0 {
				p.counted(&c)
				c = counted{square: square}
			}
			c.n++
			c.x += uint64(r.box.lo.X)
			c.y += uint64(r.box.lo.Y)
		}
	}
	p.counted(&c)
}

// squaresBits is the binary logarithm of the number of squares along the side of a tile.
const squaresBits = 4

// counted is what is known of one square so far.
type counted struct {
	square uint64
	n      int
	x, y   uint64 // sums
}

// counted writes the point of a square. Its id is the place of the square and the zoom.
func (p *pen) counted(c *counted) {
	if c.n == 0 {
		return
	}
	mean := unit{uint32(c.x / uint64(c.n)), uint32(c.y / uint64(c.n))}
	p.path.point(p.frame.local(p.frame.scale(mean)))
	p.number(poleFieldCount, c.n)
	p.end((c.square<<5|uint64(p.frame.z))+1, pointType)
}

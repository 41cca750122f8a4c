package mvt

// squaresBits is the binary logarithm of the number of squares along the side of a tile.
const squaresBits = 4

// counted is what is known of one square: how many points it has, and the sums of their places.
type counted struct {
	square uint64
	n      int
	x, y   uint64
}

// count draws one point for each square of the tile that has points: a sixteenth of the tile's side wide, at the mean of their
// places, with how many there are. The points of a tile, and those of a square in it, are one run of the Morton order each, so
// that a page that lies in one square adds what is known of it as a whole.
func (p *pen) count(t *table) {
	z := p.frame.z
	corner := unit{uint32(p.frame.x0 << (deepest - z)), uint32(p.frame.y0 << (deepest - z))}
	tileBits, squareBits := 64-2*z, 64-2*(z+squaresBits)
	tile := corner.morton() >> tileBits
	var c counted
	for _, page := range t.pages {
		if page.last>>tileBits < tile || page.first>>tileBits > tile {
			continue
		}
		all := p.allAt(page)
		if all && page.first>>squareBits == page.last>>squareBits {
			p.add(&c, page.first>>squareBits, len(page.rows), page.x, page.y)
			continue
		}
		for i := range page.rows {
			r := &page.rows[i]
			if r.key>>tileBits == tile && (all || p.applies(r.feature.Head())) {
				p.add(&c, r.key>>squareBits, 1, uint64(r.box.lo.X), uint64(r.box.lo.Y))
			}
		}
	}
	p.drawCounted(&c)
}

// add adds points of a square to c, which is drawn when the next square begins.
func (p *pen) add(c *counted, square uint64, n int, x, y uint64) {
	if square != c.square && c.n > 0 {
		p.drawCounted(c)
		*c = counted{}
	}
	c.square, c.n, c.x, c.y = square, c.n+n, c.x+x, c.y+y
}

// drawCounted draws the point of a square. Its id is the place of the square and the zoom.
func (p *pen) drawCounted(c *counted) {
	if c.n == 0 {
		return
	}
	mean := unit{uint32(c.x / uint64(c.n)), uint32(c.y / uint64(c.n))}
	p.path.point(p.frame.local(p.frame.scale(mean)))
	p.number(poleFieldCount, c.n)
	p.end((c.square<<5|uint64(p.frame.z))+1, pointType)
}

// sums returns the sums of the places of rows that are points.
func sums(rows []row) (x, y uint64) {
	for _, r := range rows {
		x += uint64(r.box.lo.X)
		y += uint64(r.box.lo.Y)
	}
	return x, y
}

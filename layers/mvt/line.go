package mvt

import "math"

// drawLine writes the parts of a line that lie in the frame. The pieces on both sides of the frame's edge end in the same place.
func (p *pen) drawLine(line []unit, first []uint8) {
	p.part = p.part[:0]
	begun := false
	var last xy
	for i, u := range line {
		if first[i] > p.frame.z {
			continue
		}
		q := p.frame.scale(u)
		if begun && q != last {
			p.piece(last, q)
		}
		last, begun = q, true
	}
	p.endPart()
}

// piece adds what of the segment from a to b lies in the frame, and ends the part where the line leaves it.
func (p *pen) piece(a, b xy) {
	from, to, ok := p.frame.clip(a, b)
	if !ok {
		p.endPart()
		return
	}
	if n := len(p.part); n == 0 || p.part[n-1] != from {
		p.endPart()
		p.part = append(p.part, from)
	}
	if to != from {
		p.part = append(p.part, to)
	}
	if to != b {
		p.endPart()
	}
}

func (p *pen) endPart() {
	if len(p.part) > 1 {
		for i := range p.part {
			p.part[i] = p.frame.local(p.part[i])
		}
		p.path.line(p.part)
	}
	p.part = p.part[:0]
}

// clip returns the part of a segment that lies in the frame, its new ends rounded to the nearest unit on the frame's edge, after
// Liang and Barsky (1984).
func (f *frame) clip(a, b xy) (from, to xy, ok bool) {
	if f.holds(a) && f.holds(b) {
		return a, b, true
	}
	t0, t1 := 0.0, 1.0
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	for _, e := range [4][2]float64{
		{-dx, float64(a.X - f.lo.X)}, {dx, float64(f.hi.X - a.X)},
		{-dy, float64(a.Y - f.lo.Y)}, {dy, float64(f.hi.Y - a.Y)},
	} {
		switch speed, room := e[0], e[1]; {
		case speed == 0 && room < 0:
			return a, b, false
		case speed < 0:
			t0 = max(t0, room/speed)
		case speed > 0:
			t1 = min(t1, room/speed)
		}
	}
	if t0 > t1 {
		return a, b, false
	}
	from, to = a, b
	if t0 > 0 {
		from = f.inside(float64(a.X)+t0*dx, float64(a.Y)+t0*dy)
	}
	if t1 < 1 {
		to = f.inside(float64(a.X)+t1*dx, float64(a.Y)+t1*dy)
	}
	return from, to, true
}

// inside rounds a position, and puts what rounding left outside on the frame's edge.
func (f *frame) inside(x, y float64) xy {
	return xy{max(f.lo.X, min(f.hi.X, int64(math.RoundToEven(x)))), max(f.lo.Y, min(f.hi.Y, int64(math.RoundToEven(y))))}
}

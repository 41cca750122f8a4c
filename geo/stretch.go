package geo

import (
	"math"
	"slices"
)

// stretch is a piece of a line that has the same areas on both sides all along: one area, but where it runs along a border.
type stretch struct {
	left, right int // which is which does not matter
	a, b        Fixed
	from, to    float64 // parts of the segment from a to b
	length      Metres
}

// middle is the position half-way.
func (s *stretch) middle() Query { return partway(s.a, s.b, (s.from+s.to)/2) }

// partway is the position at a part of the segment from a to b.
func partway(a, b Fixed, t float64) Query {
	q := a.Query()
	q.X += int64(math.RoundToEven(t * float64(int64(b.X)-int64(a.X)) * QueryScale))
	q.Y += int64(math.RoundToEven(t * float64(int64(b.Y)-int64(a.Y)) * QueryScale))
	return q
}

// stretches cuts a line where it meets borders. Pieces of different segments are not joined.
func (l *Locator) stretches(line []Fixed, visit func(stretch)) {
	for i := 1; i < len(line); i++ {
		l.segment(line[i-1], line[i], visit)
	}
}

// alongside is where a segment runs along a border.
type alongside struct {
	from, to    float64
	left, right int
}

func (l *Locator) segment(a, b Fixed, visit func(stretch)) {
	cuts := []float64{0, 1}
	var along []alongside
	l.distances.each(boxOf(a, b), func(r *borderRun) {
		for i := 1; i < len(r.line); i++ {
			c, d := r.line[i-1], r.line[i]
			if !boxOf(a, b).meets(boxOf(c, d)) {
				continue
			}
			sideC, sideD := orient(a, b, c), orient(a, b, d)
			switch {
			case sideC == 0 && sideD == 0:
				from, to := partOf(a, b, c), partOf(a, b, d)
				from, to = max(0, min(from, to)), min(1, max(from, to))
				if from < to {
					along = append(along, alongside{from, to, int(r.left), int(r.right)})
					cuts = append(cuts, from, to)
				}
			case sideC*sideD <= 0 && orient(c, d, a)*orient(c, d, b) <= 0:
				cuts = append(cuts, meeting(a, b, c, d))
			}
		}
	})
	slices.Sort(cuts)
	length := Distance(a.Point(), b.Point())
	for i := 1; i < len(cuts); i++ {
		s := stretch{a: a, b: b, from: cuts[i-1], to: cuts[i]}
		if s.from == s.to {
			continue
		}
		s.length = length * Metres(s.to-s.from)
		k := slices.IndexFunc(along, func(x alongside) bool { return x.from <= s.from && s.to <= x.to })
		if k >= 0 {
			s.left, s.right = along[k].left, along[k].right
		} else {
			s.left, _ = l.Locate(s.middle())
			s.right = s.left
		}
		visit(s)
	}
}

// partOf is where c lies on the line from a to b, which has it: 0 at a, 1 at b.
func partOf(a, b, c Fixed) float64 {
	dx, dy := float64(int64(b.X)-int64(a.X)), float64(int64(b.Y)-int64(a.Y))
	if math.Abs(dx) >= math.Abs(dy) {
		return float64(int64(c.X)-int64(a.X)) / dx
	}
	return float64(int64(c.Y)-int64(a.Y)) / dy
}

// meeting is where the segment from a to b meets the line through c and d.
func meeting(a, b, c, d Fixed) float64 {
	ex, ey := float64(int64(d.X)-int64(c.X)), float64(int64(d.Y)-int64(c.Y))
	over := func(p Fixed) float64 { return ex*float64(int64(p.Y)-int64(c.Y)) - ey*float64(int64(p.X)-int64(c.X)) }
	u, v := over(a), over(b)
	return max(0, min(1, u/(u-v)))
}

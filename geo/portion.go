package geo

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Portion is what an area of a coverage has of a figure.
type Portion struct {
	Area int // Outside for what no area has
	// Share is the part of the length, or of the area, above 0 to 1.
	Share float64
}

// Portions returns how a figure is shared between the areas and the outside, the greatest share first, of equal ones the lower area first. The
// shares add up to 1. Where a line runs along a border, both sides have half of it. Shares are those of geodesic lengths and areas, right
// to 1e-6. The time is linear in the edges of the coverage on the meridians of the figure.
func (l *Locator) Portions(f Figure) []Portion {
	sizes := map[int]float64{}
	if f.area {
		l.grounds(f, sizes)
	} else {
		l.stretches(f.lines[0], func(s stretch) {
			sizes[s.left] += float64(s.length) / 2
			sizes[s.right] += float64(s.length) / 2
		})
	}
	return portionsOf(sizes)
}

func portionsOf(sizes map[int]float64) []Portion {
	out := make([]Portion, 0, len(sizes))
	for area, size := range sizes {
		if size > 0 {
			out = append(out, Portion{area, size})
		}
	}
	slices.SortFunc(out, func(a, b Portion) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Area, b.Area)) })
	sum := 0.0
	for _, p := range out {
		sum += p.Share
	}
	for i := range out {
		out[i].Share /= sum
	}
	return out
}

// grounds measures what each area, and the outside, has of the ground of a figure: of those with a border in its box. Of their borders only those
// count that a meridian of the figure meets at the figure or north of it: see common. Where there is none, all of it is the area's that has one
// of its corners.
func (l *Locator) grounds(f Figure, sizes map[int]float64) {
	at := f.box()
	edges := map[int][]roof{}
	l.distances.each(at, func(r *borderRun) {
		edges[int(r.left)], edges[int(r.right)] = nil, nil
	})
	if len(edges) == 0 {
		area, _ := l.Locate(f.lines[0][0].Query())
		sizes[area] = 1
		return
	}
	l.distances.each(box{at.minX, at.minY, at.maxX, math.MaxInt32}, func(r *borderRun) {
		if list, ok := edges[int(r.left)]; ok {
			edges[int(r.left)] = roofsOf(list, r.line, +1)
		}
		if list, ok := edges[int(r.right)]; ok {
			edges[int(r.right)] = roofsOf(list, r.line, -1)
		}
	})
	var own ground
	for _, ring := range f.lines {
		own.edges = roofsOf(own.edges, ring, +1)
	}
	for area, list := range edges {
		m, err := common(context.Background(), own, ground{edges: list, open: area == Outside}, at)
		if err == nil && m.certain() {
			sizes[area] = m.area()
		}
	}
}

// PointIn returns a position of a figure that an area of the coverage has, far from other areas: for a line the middle of the longest piece in
// the area, or of the longest along its border if that is all; for an area the middle of the longest piece of some lines from west to east.
// False means that there is none, or that it is thinner than some steps of Fixed.
func (l *Locator) PointIn(f Figure, area int) (at Query, ok bool) {
	var best stretch
	take := func(s stretch) {
		if s.left != area && s.right != area {
			return
		}
		if inside, was := s.left == s.right, best.left == best.right; !ok || inside && !was || inside == was && s.length > best.length {
			best, at, ok = s, s.middle(), true
		}
	}
	if !f.area {
		l.stretches(f.lines[0], take)
		return at, ok
	}
	for _, rows := range [...]func(Figure) []int32{evenRows, l.rowsBetween} {
		for _, y := range rows(f) {
			for _, chord := range f.chords(y) {
				l.segment(chord[0], chord[1], take)
			}
		}
		if ok {
			break
		}
	}
	return at, ok
}

// evenRows are some parallels through a figure.
func evenRows(f Figure) (rows []int32) {
	const n = 15
	b := f.box()
	for k := range int64(n) {
		rows = append(rows, int32(int64(b.minY)+(int64(b.maxY)-int64(b.minY))*(k+1)/(n+1)))
	}
	return rows
}

// rowsBetween are the parallels half-way between heights at which the figure or a border has a corner, or both meet: each part of the
// figure lies on one of them.
func (l *Locator) rowsBetween(f Figure) (rows []int32) {
	var heights []int32
	for _, ring := range f.lines {
		for _, c := range ring {
			heights = append(heights, c.Y)
		}
		l.stretches(ring, func(s stretch) {
			heights = append(heights, int32(partway(s.a, s.b, s.to).Y/QueryScale))
		})
	}
	l.distances.each(f.box(), func(r *borderRun) {
		for _, c := range r.line {
			heights = append(heights, c.Y)
		}
	})
	slices.Sort(heights)
	heights = slices.Compact(heights)
	for i := 1; i < len(heights); i++ {
		rows = append(rows, int32((int64(heights[i-1])+int64(heights[i]))/2))
	}
	return rows
}

// chords are the pieces of a parallel that lie in an area, from west to east; corners on it count as a little below.
func (f Figure) chords(y int32) (out [][2]Fixed) {
	var at []float64
	for _, ring := range f.lines {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a.Y > y) != (b.Y > y) {
				at = append(at, float64(a.X)+float64(int64(b.X)-int64(a.X))*(float64(int64(y)-int64(a.Y))/float64(int64(b.Y)-int64(a.Y))))
			}
		}
	}
	slices.Sort(at)
	for i := 1; i < len(at); i += 2 {
		if from, to := int32(math.Ceil(at[i-1])), int32(math.Floor(at[i])); from < to {
			out = append(out, [2]Fixed{{from, y}, {to, y}})
		}
	}
	return out
}

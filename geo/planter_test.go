package geo_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
)

// planter has a coverage and finds places in it where a defect can be planted without making another.
type planter struct {
	r       *rand.Rand
	areas   []geo.FixedMultiPolygon // a copy, to spoil
	before  []geo.FixedMultiPolygon
	defects []geo.Defect // of before
	oracle  *exact
	asker   *asker
	users   map[[2]geo.Fixed][]int // edge, the lesser end first → its areas
	ruler   geo.Ruler
}

// newPlanter knows some areas but has no copy to spoil yet.
func newPlanter(areas []geo.FixedMultiPolygon) planter {
	p := planter{before: areas, users: map[[2]geo.Fixed][]int{}, oracle: newExact(areas)}
	_, p.defects = geo.NewCoverage(areas, realTolerance)
	for i, m := range areas {
		for _, pg := range m {
			for _, ring := range pg {
				for k := 1; k < len(ring); k++ {
					e := [2]geo.Fixed{ring[k-1], ring[k]}
					if compareFixed(e[0], e[1]) > 0 {
						e[0], e[1] = e[1], e[0]
					}
					p.users[e] = append(p.users[e], i)
				}
			}
		}
	}
	p.ruler = geo.NewRuler(areas[0][0][0][0].Point()[1])
	p.asker = newAskerOf(areas, nil)
	return p
}

// with is a planter with a copy of its own.
func (p planter) with(r *rand.Rand) *planter {
	p.r = r
	asker := *p.asker
	asker.r = r
	p.asker = &asker
	p.areas = nil
	for _, m := range p.before {
		p.areas = append(p.areas, m.Clone())
	}
	return &p
}

// field is a coverage to choose areas from.
type field struct {
	areas   []geo.FixedMultiPolygon
	middles []orb.Point // of the boxes around them
}

// newField turns all rings as RFC 7946 has them, so that none of the defects is of winding.
func newField(t testing.TB, areas []geo.FixedMultiPolygon) field {
	t.Helper()
	var f field
	for _, m := range areas {
		turned := m.MultiPolygon()
		m, err := geo.FixedMultiPolygonFrom(turned)
		if err != nil {
			t.Fatal(err)
		}
		f.areas, f.middles = append(f.areas, m), append(f.middles, turned.Bound().Center())
	}
	return f
}

// around returns the n areas nearest to area i, in their order.
func (f field) around(i, n int) []geo.FixedMultiPolygon {
	order := make([]int, len(f.areas))
	for k := range order {
		order[k] = k
	}
	away := func(k int) float64 {
		return math.Hypot(f.middles[k][0]-f.middles[i][0], f.middles[k][1]-f.middles[i][1])
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(away(a), away(b)) })
	order = order[:min(n, len(order))]
	slices.Sort(order)
	var out []geo.FixedMultiPolygon
	for _, k := range order {
		out = append(out, f.areas[k])
	}
	return out
}

// tries bounds the search for a place.
const tries = 100_000

// clear reports whether no edge comes within reach of the box of some positions, but those that end in one of except.
func (p *planter) clear(reach float64, positions []geo.Fixed, except ...geo.Fixed) bool {
	lo, hi := positions[0], positions[0]
	for _, f := range positions {
		lo = geo.Fixed{X: min(lo.X, f.X), Y: min(lo.Y, f.Y)}
		hi = geo.Fixed{X: max(hi.X, f.X), Y: max(hi.Y, f.Y)}
	}
	lo, hi = p.move(lo, -reach, -reach), p.move(hi, reach, reach)
	for _, e := range p.asker.edges {
		if max(e[0].X, e[1].X) >= lo.X && min(e[0].X, e[1].X) <= hi.X && max(e[0].Y, e[1].Y) >= lo.Y && min(e[0].Y, e[1].Y) <= hi.Y &&
			!slices.Contains(except, e[0]) && !slices.Contains(except, e[1]) {
			return false
		}
	}
	return true
}

// move is the position some metres east and north of f.
func (p *planter) move(f geo.Fixed, east, north float64) geo.Fixed {
	to, err := geo.FixedFrom(p.ruler.Move(f.Point(), east, north))
	if err != nil {
		panic(err)
	}
	return to
}

// metres is the way from a to b, east and north.
func (p *planter) metres(a, b geo.Fixed) (east, north float64) {
	one := p.move(a, 1000, 1000)
	return float64(b.X-a.X) * 1000 / float64(one.X-a.X), float64(b.Y-a.Y) * 1000 / float64(one.Y-a.Y)
}

// sea is a random position outside all areas, with 100 m free around it.
func (p *planter) sea() geo.Fixed {
	box := p.asker.boxes[len(p.asker.boxes)-1]
	lo, hi := p.move(box[0], -1000, -1000), p.move(box[1], 1000, 1000)
	for range tries {
		f := geo.Fixed{X: lo.X + p.r.Int32N(hi.X-lo.X), Y: lo.Y + p.r.Int32N(hi.Y-lo.Y)}
		if n, _, _ := p.oracle.owners(f.Query()); n == 0 && p.clear(100, []geo.Fixed{f}) {
			return f
		}
	}
	panic("no place outside")
}

// inland is a random position in an area, with 40 m free around it.
func (p *planter) inland() (f geo.Fixed, area int) {
	box := p.asker.boxes[len(p.asker.boxes)-1]
	for range tries {
		f := geo.Fixed{X: box[0].X + p.r.Int32N(box[1].X-box[0].X), Y: box[0].Y + p.r.Int32N(box[1].Y-box[0].Y)}
		if n, area, _ := p.oracle.owners(f.Query()); n == 1 && p.clear(40, []geo.Fixed{f}) {
			return f, area
		}
	}
	panic("no place inside")
}

// stretch is an edge that can be bent: at least 16 m long, nothing else near, the edges at its ends leading well away.
type stretch struct {
	a, b        geo.Fixed
	east, north float64 // a unit step to the left of the way from a to b
	length      float64
	left, right int // the areas at its sides
}

// stretch finds one with two areas beside it, or one area and the outside on its right.
func (p *planter) stretch(shore bool) stretch {
	for range tries {
		e := p.asker.edge()
		s := stretch{a: e[0], b: e[1]}
		if shore != (len(p.users[e]) == 1) {
			continue
		}
		if !p.measure(&s) {
			continue
		}
		if s.left < 0 {
			s.a, s.b = s.b, s.a
			if !p.measure(&s) {
				continue
			}
		}
		reach := 6.0
		far := []geo.Fixed{s.a, s.b}
		if shore {
			far = append(far, p.beside(s, 0, -30), p.beside(s, 1, -30))
		}
		if s.left >= 0 && (s.right < 0) == shore && p.leadsAway(s) && p.clear(reach, far, s.a, s.b) {
			return s
		}
	}
	panic("no edge to bend")
}

// measure reports whether s is long enough, and finds what is beside it.
func (p *planter) measure(s *stretch) bool {
	x, y := p.metres(s.a, s.b)
	s.length = math.Hypot(x, y)
	if s.length < 16 || s.length > 500 {
		return false
	}
	s.east, s.north = -y/s.length, x/s.length
	_, s.left, _ = p.oracle.owners(p.beside(*s, 0.5, 0.2).Query())
	_, s.right, _ = p.oracle.owners(p.beside(*s, 0.5, -0.2).Query())
	return s.left != s.right
}

// beside is the position at a part of the way from a to b, some metres to the left.
func (p *planter) beside(s stretch, part, left float64) geo.Fixed {
	x, y := p.metres(s.a, s.b)
	return p.move(s.a, x*part+left*s.east, y*part+left*s.north)
}

// leadsAway reports whether the other edges at the ends of s make 45 degrees with it or more.
func (p *planter) leadsAway(s stretch) bool {
	for _, e := range p.asker.edges {
		for _, end := range [2][2]geo.Fixed{{s.a, s.b}, {s.b, s.a}} {
			for _, way := range [2][2]geo.Fixed{{e[0], e[1]}, {e[1], e[0]}} {
				if way[0] != end[0] || way[1] == end[1] {
					continue
				}
				ux, uy := p.metres(end[0], end[1])
				vx, vy := p.metres(way[0], way[1])
				if (ux*vx+uy*vy)/math.Hypot(ux, uy)/math.Hypot(vx, vy) > math.Sqrt2/2 {
					return false
				}
			}
		}
	}
	return true
}

// insert puts vertices between a and b in the ring of an area that has this edge.
func (p *planter) insert(area int, a, b geo.Fixed, between ...geo.Fixed) {
	for _, pg := range p.areas[area] {
		for j, r := range pg {
			for k := 1; k < len(r); k++ {
				switch {
				case r[k-1] == a && r[k] == b:
					pg[j] = slices.Insert(r, k, between...)
					return
				case r[k-1] == b && r[k] == a:
					slices.Reverse(between)
					pg[j] = slices.Insert(r, k, between...)
					return
				}
			}
		}
	}
	panic("no such edge")
}

func pair(a, b int) []int { return []int{min(a, b), max(a, b)} }

// bend moves the middle of a border by some metres for the area on its left only: back into it, or out into the neighbour.
func (p *planter) bend(by float64, back bool) planted {
	s := p.stretch(false)
	if !back {
		by = -by
	}
	m := p.beside(s, 0.5, by)
	p.insert(s.left, s.a, s.b, m)
	// A triangle of length L and height h is as wide as the rectangle of L·h/2 and the same perimeter: nearly h/2.
	return planted{areas: p.areas, who: pair(s.left, s.right), from: within(geo.FixedRing{s.a, m, s.b, s.a}), size: rectangle(s.length, math.Abs(by))}
}

// rectangle is the shorter side of the rectangle of the area and perimeter of a triangle with two equal sides.
func rectangle(base, height float64) float64 {
	area, perimeter := base*height/2, base+2*math.Hypot(base/2, height)
	return (perimeter - math.Sqrt(perimeter*perimeter-16*area)) / 4
}

// onTop puts a small area on another.
func (p *planter) onTop() planted {
	f, area := p.inland()
	r := ringAt(f, 0, 0, 12, 0, 5, 11)
	return planted{areas: append(p.areas, geo.FixedMultiPolygon{{r}}), who: []int{area, len(p.areas)}, from: within(r)}
}

func (p *planter) twice() planted {
	i := p.r.IntN(len(p.areas))
	inside := func(at orb.Point) geo.Metres {
		if q, err := geo.QueryFrom(at); err == nil && geo.Contains(p.before[i], q) {
			return 0
		}
		return geo.Metres(math.Inf(1))
	}
	return planted{areas: append(p.areas, p.areas[i].Clone()), who: []int{i, len(p.areas)}, from: inside}
}

// weave leads the border of one area across that of its neighbour.
func (p *planter) weave() planted {
	s := p.stretch(false)
	p.insert(s.left, s.a, s.b, p.beside(s, 0.25, 3), p.beside(s, 0.75, -3))
	return planted{areas: p.areas, who: pair(s.left, s.right), from: at(p.beside(s, 0.5, 0)),
		with: []geo.DefectKind{geo.DefectOverlap, geo.DefectHoleKept}}
}

// besideShore gives an area an island whose tip is 0.3 m from the shore of another.
func (p *planter) besideShore() planted {
	s := p.stretch(true)
	i := (s.left + 1 + p.r.IntN(len(p.areas)-1)) % len(p.areas)
	tip := p.beside(s, 0.5, -0.3)
	island := geo.FixedRing{tip, p.beside(s, 0.45, -20), p.beside(s, 0.55, -20), tip}
	if doubleAreaOf(island) < 0 {
		slices.Reverse(island)
	}
	p.areas[i] = append(p.areas[i], geo.FixedPolygon{island})
	return planted{areas: p.areas, who: pair(i, s.left), from: at(tip), size: 0.3}
}

// spike leads the border of the area on the left to a place 5 m away and back.
func (p *planter) spike(left bool) planted {
	s := p.stretch(false)
	by := 5.0
	if !left {
		by = -by
	}
	tip := p.beside(s, 0.5, by)
	p.insert(s.left, s.a, s.b, tip, s.a)
	return planted{areas: p.areas, who: []int{s.left}, from: at(tip), size: math.Hypot(s.length/2, 5)}
}

func (p *planter) repeat() planted {
	i, r := p.ring()
	k := p.r.IntN(len(*r))
	v := (*r)[k]
	*r = slices.Insert(*r, k, v)
	return planted{areas: p.areas, who: []int{i}, from: at(v)}
}

// ring is a random ring.
func (p *planter) ring() (area int, r *geo.FixedRing) {
	i := p.r.IntN(len(p.areas))
	pg := p.areas[i][p.r.IntN(len(p.areas[i]))]
	return i, &pg[p.r.IntN(len(pg))]
}

// flat gives an area a part, on its own ground, of n vertices beside the first, all on one line.
func (p *planter) flat(n int) planted {
	f, area := p.inland()
	r := geo.FixedRing{f}
	for k := range n {
		r = append(r, geo.Fixed{X: f.X + int32(k+1)*300, Y: f.Y + int32(k+1)*200})
	}
	p.areas[area] = append(p.areas[area], geo.FixedPolygon{append(r, f)})
	return planted{areas: p.areas, who: []int{area}, from: at(f)}
}

func (p *planter) open() planted {
	i, r := p.ring()
	first := (*r)[0]
	*r = (*r)[:len(*r)-1]
	last := (*r)[len(*r)-1]
	return planted{areas: p.areas, who: []int{i}, from: at(last), size: float64(geo.Distance(first.Point(), last.Point()))}
}

// island gives an area a part of these rings.
func (p *planter) island(from func(orb.Point) geo.Metres, rings ...geo.FixedRing) planted {
	i := p.r.IntN(len(p.areas))
	p.areas[i] = append(p.areas[i], rings)
	return planted{areas: p.areas, who: []int{i}, from: from}
}

// islands gives an area a part for each of these rings.
func (p *planter) islands(from func(orb.Point) geo.Metres, rings ...geo.FixedRing) planted {
	i := p.r.IntN(len(p.areas))
	for _, r := range rings {
		p.areas[i] = append(p.areas[i], geo.FixedPolygon{r})
	}
	return planted{areas: p.areas, who: []int{i}, from: from}
}

// alone changes one area, in degrees.
func (p *planter) alone(from func(orb.Point) geo.Metres, change func(orb.MultiPolygon) orb.MultiPolygon) planted {
	i := p.r.IntN(len(p.areas))
	return planted{who: []int{0}, from: from, single: func() (before, after orb.MultiPolygon) {
		return p.before[i].MultiPolygon(), change(p.areas[i].MultiPolygon())
	}}
}

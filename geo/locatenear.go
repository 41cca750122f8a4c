package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Nearest returns the distance from q to the border of the area that has it, shore included, and the other areas nearer than within
// or as near, the outside among them, each once, by distance and then by index. Distances are geodesic, with the error that
// PointToSegment states; on a border they are 0. A position outside all areas gets the nearest area in own.Beyond, however far.
func (l *Locator) Nearest(q Query, within Metres) (own BorderDistance, neighbours []Neighbour) {
	return l.AppendNearest(nil, q, within)
}

// AppendNearest is Nearest with the neighbours appended to dst: it allocates nothing where dst has room for them.
func (l *Locator) AppendNearest(dst []Neighbour, q Query, within Metres) (BorderDistance, []Neighbour) {
	area, _ := l.Locate(q)
	p := q.Point()
	s := nearSearch{area: int32(area), within: float64(within), dst: dst, base: len(dst)}
	if within <= localReach && math.Abs(p[1]) <= localLatitude && math.Abs(p[0]) <= localLongitude {
		s.from = localVantage(p)
		s.start(localReach)
		l.distances.search(&s)
	}
	if !s.found { // far away
		s.from = farVantage(p, l.distances.far)
		s.dst = dst
		s.start(math.Inf(1))
		l.distances.search(&s)
	}
	slices.SortFunc(s.dst[s.base:], func(a, b Neighbour) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Area, b.Area))
	})
	return BorderDistance{Area: area, Beyond: int(s.beyond), Distance: Metres(s.own), At: s.at}, s.dst
}

// nearSearch is a search for the nearest border of an area and the other areas near it.
type nearSearch struct {
	from   vantage
	area   int32
	within float64

	found   bool
	nearest float64 // distance of the nearest border so far, whoever's
	own     float64 // distance of the nearest border of the area so far, or the most that counts
	beyond  int32
	at      orb.Point

	dst   []Neighbour
	base  int // where the neighbours of this search begin
	known map[int32]int
}

// manyNeighbours is the number of neighbours from which on a map finds them.
const manyNeighbours = 24

func (s *nearSearch) start(most float64) {
	s.own, s.nearest, s.beyond, s.known = most, most, Outside, nil
}

// reach is the distance beyond which nothing counts any more. The nearest border of all is one of the area's own, since on the way
// to it there is none; near by, where distances are good enough for that, it need not be found first to bound the search.
func (s *nearSearch) reach() float64 {
	if s.from.local {
		return max(s.within, min(s.own, s.nearest*(1+1e-6)+1e-6))
	}
	return max(s.own, s.within)
}

func (s *nearSearch) visit(r *borderRun) {
	d, at := s.from.nearest(r, s.reach())
	s.nearest = min(s.nearest, d)
	if r.left == s.area || r.right == s.area {
		other := r.left + r.right - s.area
		if d < s.own || d == s.own && (!s.found || uint32(other) < uint32(s.beyond)) && !math.IsInf(d, 1) {
			s.found, s.own, s.beyond, s.at = true, d, other, at
		}
	}
	if d <= s.within {
		s.neighbour(r.left, d, at)
		s.neighbour(r.right, d, at)
	}
}

// neighbour notes that an area is so near.
func (s *nearSearch) neighbour(area int32, d float64, at orb.Point) {
	if area == s.area {
		return
	}
	n := Neighbour{int(area), Metres(d), at}
	i := s.place(area)
	switch {
	case i == len(s.dst):
		s.dst = append(s.dst, n)
	case n.Distance < s.dst[i].Distance:
		s.dst[i] = n
	}
}

// place returns where the area is in dst, or where it is to be appended.
func (s *nearSearch) place(area int32) int {
	if len(s.dst)-s.base < manyNeighbours {
		for i := s.base; i < len(s.dst); i++ {
			if s.dst[i].Area == int(area) {
				return i
			}
		}
		return len(s.dst)
	}
	if s.known == nil {
		s.known = make(map[int32]int)
		for i := s.base; i < len(s.dst); i++ {
			s.known[int32(s.dst[i].Area)] = i
		}
	}
	i, ok := s.known[area]
	if !ok {
		i = len(s.dst)
		s.known[area] = i
	}
	return i
}

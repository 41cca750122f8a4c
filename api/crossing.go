package api

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

const (
	// mostCrossings bounds how many crossings of two roads are listed.
	mostCrossings = 5
	// crossingReach is how near two roads must come to cross.
	crossingReach geo.Metres = 30
	// crossingApart is how far crossings of the same two roads are apart at least: the carriageways of one junction are one.
	crossingApart geo.Metres = 60
)

// betweenRoads is what may stand between two road names; afterRoads what may follow them.
var (
	betweenRoads = regexp.MustCompile(`\s*(?:&|＆|\+|/|、|，|,|×|与|和|跟|近| and | at |\s)\s*`)
	afterRoads   = regexp.MustCompile(`\s*(?:交叉口|交叉路口|路口|交汇处|交口|口)$`)
)

// crossings returns where two roads of the query meet, if it names two.
func crossings(s *layers.Snapshot, t *roadTable, q *nameQuery) []Found {
	text := q.text
	if cut := afterRoads.ReplaceAllString(text, ""); cut != "" && cut != text {
		text = cut
	}
	out := []Found{}
	for _, at := range betweenRoads.FindAllStringIndex(text, mostWords) {
		first, second := strings.TrimSpace(text[:at[0]]), strings.TrimSpace(text[at[1]:])
		if first == "" || second == "" {
			continue
		}
		for _, a := range t.named(first) {
			for _, b := range t.named(second) {
				if a != b {
					out = append(out, crossing(a, b, q.at)...)
				}
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out[:min(len(out), mostCrossings)]
}

// crossing returns the crossings of two roads from west to east.
func crossing(a, b *namedRoad, at layers.Instant) []Found {
	places := meetings(a.lines(at), b.lines(at))
	out := make([]Found, 0, len(places))
	for _, p := range places {
		p = orb.Point{round7(p[0]), round7(p[1])}
		f := Found{Kind: "crossing", Layer: layers.Roads, ID: a.parts[0].ID, Name: a.name + "与" + b.name + "路口", Point: &p, BBox: boxOf(geo.Around(p, 100))}
		if a.nameEn != "" && b.nameEn != "" {
			f.NameEn = a.nameEn + " & " + b.nameEn
		}
		out = append(out, f)
	}
	return out
}

// meetings returns where lines of the one meet lines of the other: at vertices that both have, else where they cross, else where
// they come closest within crossingReach.
func meetings(a, b []orb.LineString) []orb.Point {
	has := map[orb.Point]bool{}
	for _, line := range b {
		for _, p := range line {
			has[p] = true
		}
	}
	var shared []orb.Point
	for _, line := range a {
		for _, p := range line {
			if has[p] {
				shared = append(shared, p)
			}
		}
	}
	if len(shared) > 0 {
		return apart(shared)
	}
	return apart(approaches(a, b))
}

// piece is one segment of a line.
type piece struct{ from, to orb.Point }

// approach is where two segments come near each other.
type approach struct {
	at       orb.Point
	distance geo.Metres
}

// approaches returns the places where a comes within crossingReach of b, the nearest first.
func approaches(a, b []orb.LineString) []orb.Point {
	index := geo.NewIndex[piece]()
	for _, line := range b {
		for i := 1; i < len(line); i++ {
			p := piece{line[i-1], line[i]}
			index.Insert(orb.LineString{p.from, p.to}.Bound(), p)
		}
	}
	var found []approach
	for _, line := range a {
		for i := 1; i < len(line); i++ {
			p := piece{line[i-1], line[i]}
			box := geo.Around(p.from, crossingReach).Union(geo.Around(p.to, crossingReach))
			index.Search(box, func(_ orb.Bound, other piece) bool {
				if near := p.nearest(other); near.distance <= crossingReach {
					found = append(found, near)
				}
				return true
			})
		}
	}
	slices.SortFunc(found, func(a, b approach) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.at[1], b.at[1]))
	})
	out := make([]orb.Point, len(found))
	for i, f := range found {
		out[i] = f.at
	}
	return out
}

// nearest returns where two segments cross, or the middle between their nearest points.
func (p piece) nearest(q piece) approach {
	if at, ok := p.cross(q); ok {
		return approach{at: at}
	}
	best := approach{distance: 2 * crossingReach}
	try := func(from orb.Point, onto piece) {
		if d, foot, _ := geo.PointToSegment(from, onto.from, onto.to); d < best.distance {
			best = approach{at: orb.Point{(from[0] + foot[0]) / 2, (from[1] + foot[1]) / 2}, distance: d}
		}
	}
	try(p.from, q)
	try(p.to, q)
	try(q.from, p)
	try(q.to, p)
	return best
}

// cross returns the point that two segments have in common, for segments that are not parallel.
func (p piece) cross(q piece) (orb.Point, bool) {
	ux, uy := p.to[0]-p.from[0], p.to[1]-p.from[1]
	vx, vy := q.to[0]-q.from[0], q.to[1]-q.from[1]
	wx, wy := q.from[0]-p.from[0], q.from[1]-p.from[1]
	d := ux*vy - uy*vx
	if d == 0 {
		return orb.Point{}, false
	}
	s, t := (wx*vy-wy*vx)/d, (wx*uy-wy*ux)/d
	if s < 0 || s > 1 || t < 0 || t > 1 {
		return orb.Point{}, false
	}
	return orb.Point{p.from[0] + s*ux, p.from[1] + s*uy}, true
}

// apart keeps the first of places that lie near each other, from west to east, at most mostCrossings.
func apart(places []orb.Point) []orb.Point {
	var out []orb.Point
	for _, p := range places {
		if len(out) == mostCrossings {
			break
		}
		if !slices.ContainsFunc(out, func(o orb.Point) bool { return geo.Distance(o, p) < crossingApart }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b orb.Point) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return out
}

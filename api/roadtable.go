package api

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// roadTable is the roads by name: one road of the map is many features.
type roadTable struct {
	roads []*namedRoad // by folded name
}

// namedRoad is all parts that carry one name, in the order of their ids.
type namedRoad struct {
	name, nameEn string
	texts        []string
	parts        []*layers.Road
}

func newRoadTable(set *layers.Set, _ *roadTable) *roadTable {
	byName := map[string]*namedRoad{}
	for f := range set.Rows() {
		r, ok := f.(*layers.Road)
		if !ok || r.Name == "" && r.Ref == "" {
			continue
		}
		name := r.Name
		if name == "" {
			name = r.Ref
		}
		n := byName[name]
		if n == nil {
			n = &namedRoad{name: name, nameEn: r.NameEn}
			byName[name] = n
		}
		for _, s := range []string{r.Name, r.NameEn, r.Ref, r.Code, r.ID} {
			if s = fold(s); s != "" && len(n.texts) < 64 && !slices.Contains(n.texts, s) {
				n.texts = append(n.texts, s)
			}
		}
		n.parts = append(n.parts, r)
	}
	t := &roadTable{}
	for _, n := range byName {
		t.roads = append(t.roads, n)
	}
	slices.SortFunc(t.roads, func(a, b *namedRoad) int { return strings.Compare(a.name, b.name) })
	return t
}

// lines returns the lines of the parts that apply at the instant.
func (n *namedRoad) lines(at layers.Instant) []orb.LineString {
	var out []orb.LineString
	for _, r := range n.parts {
		if r.ValidAt(at) {
			out = append(out, r.Geometry)
		}
	}
	return out
}

func (t *roadTable) search(q *nameQuery, place int) []hit {
	var hits []hit
	for _, n := range t.roads {
		fit := q.fit(n.texts)
		if fit == fitsNot || len(n.lines(q.at)) == 0 {
			continue
		}
		hits = append(hits, hit{fit, place, n.name, n.parts[0].ID, func() Found { return n.found(q.at) }})
	}
	return hits
}

// found shows the whole road, with the middle of its longest part as the point.
func (n *namedRoad) found(at layers.Instant) Found {
	f := Found{Kind: "road", Layer: layers.Roads, ID: n.parts[0].ID, Name: n.name, NameEn: n.nameEn}
	var longest orb.LineString
	var box orb.Bound
	best := geo.Metres(-1)
	for i, line := range n.lines(at) {
		if i == 0 {
			box = line.Bound()
		}
		box = box.Union(line.Bound())
		if d := geo.Length(line); d > best {
			best, longest = d, line
		}
	}
	middle := geo.Along(longest, best/2)
	f.Point = &orb.Point{round7(middle[0]), round7(middle[1])}
	f.BBox = boxOf(box)
	return f
}

// named returns the roads that fit the folded text best: one that is equal, else those that begin with it, else those that have
// it, at most three.
func (t *roadTable) named(text string) []*namedRoad {
	q := nameQuery{text: text}
	best, out := fitsNot, []*namedRoad(nil)
	for _, n := range t.roads {
		fit := q.fit(n.texts)
		if fit < best {
			best, out = fit, nil
		}
		if fit == best && fit < fitsWords && len(out) < 3 {
			out = append(out, n)
		}
	}
	return out
}

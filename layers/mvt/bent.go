package mvt

import (
	"hash/maphash"
	"slices"

	"wangge/geo"
	"wangge/layers"
)

// comparePartitions notes where the borders of a partition are drawn otherwise. A vertex that an edit moves may decide whether
// others next to it are drawn at a zoom, also on borders of areas whose rows are the same.
func (a *Atlas) comparePartitions(sp *spec, before *Atlas) {
	instants := slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.changes[sp.layer], before.changes[sp.layer]))))
	type pair struct{ was, now *geo.Coverage }
	seen := map[pair]bool{}
	for _, at := range instants {
		was, now := before.snapshot.Partition(sp.layer, at), a.snapshot.Partition(sp.layer, at)
		if was == nil || now == nil {
			if was != now {
				a.comparedEverywhere(sp.layer)
			}
			continue
		}
		p := pair{was.Coverage(), now.Coverage()}
		if p.was == p.now || seen[p] {
			continue
		}
		seen[p] = true
		a.compareBorders(sp, boundary{before.borders[sp.layer][p.was], was.Features()}, boundary{a.borders[sp.layer][p.now], now.Features()})
	}
}

// comparedEverywhere notes that all tiles of a partition have changed, and those of districts with it, which may be drawn by it.
func (a *Atlas) comparedEverywhere(l layers.Layer) {
	a.differing(l).everywhere = true
	if drawsDistricts(l) {
		a.differing(layers.Districts).everywhere = true
	}
}

func drawsDistricts(l layers.Layer) bool { return l == layers.Grids || l == layers.Towns }

// boundary is the borders of an arrangement and the areas that their numbers mean.
type boundary struct {
	*borders
	features []layers.Feature
}

// id names an area, or the outside, in a way that does not depend on the other areas.
func (b boundary) id(area int32) string {
	if area < 0 {
		return ""
	}
	return b.features[area].Head().ID
}

func (a *Atlas) compareBorders(sp *spec, was, now boundary) {
	d := a.differing(sp.layer)
	note := func(r reach) {
		d.drawn = d.addReach(d.drawn, r)
		if drawsDistricts(sp.layer) {
			e := a.differing(layers.Districts)
			e.drawn = e.addReach(e.drawn, r)
		}
	}
	if drawsDistricts(sp.layer) && was.rim != now.rim {
		a.differing(layers.Districts).everywhere = true
	}
	for z := uint8(0); z <= deepest; {
		first := z
		x, y := was.levels[z], now.levels[z]
		for z <= deepest && was.levels[z] == x && now.levels[z] == y {
			z++
		}
		last := z - 1
		if z > deepest {
			last = geo.MaxZoom
		}
		if box, any := bentBetween(was, now, x, y); any {
			note(reach{box, first, last})
		}
	}
	if sp.labels != nil {
		d.drawn = compareLabels(d, was, now)
	}
}

// bentBetween returns the box around the runs of two levels that only one of them has. Runs that both have, in another order, count
// as such too: a tile's bytes follow the order. Outside the box the same area has every place, because what an area gains or loses is
// bounded by borders that changed.
func bentBetween(was, now boundary, x, y *level) (box unitBox, any bool) {
	place := make(map[uint64]int, len(y.runs))
	for i := range y.runs {
		place[now.key(&y.runs[i])] = i
	}
	join := func(b unitBox) {
		if any {
			b = b.join(box)
		}
		box, any = b, true
	}
	partner := make([]int, len(x.runs)) // of each run of x, its place in y; -1 for none
	for i := range x.runs {
		partner[i] = -1
		if at, ok := place[was.key(&x.runs[i])]; ok {
			partner[i] = at
		}
	}
	kept := make([]bool, len(y.runs))
	inOrder := longestRise(partner)
	for i, at := range partner {
		if at < 0 || !inOrder[i] {
			join(x.runs[i].box)
			continue
		}
		kept[at] = true
	}
	for i := range y.runs {
		if !kept[i] {
			join(y.runs[i].box)
		}
	}
	return box, any
}

var runSeed = maphash.MakeSeed()

// key is a hash of a run: its areas and its vertices, in their order.
func (b boundary) key(r *run) uint64 {
	var h maphash.Hash
	h.SetSeed(runSeed)
	_, _ = h.WriteString(b.id(r.left))
	_ = h.WriteByte(0)
	_, _ = h.WriteString(b.id(r.right))
	_ = h.WriteByte(0)
	for _, u := range r.line {
		maphash.WriteComparable(&h, u)
	}
	return h.Sum64()
}

// longestRise marks a longest sequence of elements that are not negative and rise strictly (patience sorting).
func longestRise(list []int) []bool {
	var piles []int // the last element of the best sequence of each length, by its place in list
	before := make([]int, len(list))
	for i, v := range list {
		if v < 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(piles, v, func(p, v int) int { return list[p] - v })
		before[i] = -1
		if at > 0 {
			before[i] = piles[at-1]
		}
		if at == len(piles) {
			piles = append(piles, i)
		} else {
			piles[at] = i
		}
	}
	out := make([]bool, len(list))
	if len(piles) == 0 {
		return out
	}
	for i := piles[len(piles)-1]; i >= 0; i = before[i] {
		out[i] = true
	}
	return out
}

// compareLabels adds the labels that stand in another place.
func compareLabels(d *difference, was, now boundary) []reach {
	places := make(map[string]unit, len(was.labels))
	for i, u := range was.labels {
		places[was.id(int32(i))] = u
	}
	list := d.drawn
	for i, u := range now.labels {
		if old, ok := places[now.id(int32(i))]; ok && old != u {
			list = d.addReach(list, reach{unitBox{old, old}, 0, geo.MaxZoom})
			list = d.addReach(list, reach{unitBox{u, u}, 0, geo.MaxZoom})
		}
	}
	return list
}

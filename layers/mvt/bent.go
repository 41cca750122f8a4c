package mvt

import (
	"hash/maphash"
	"slices"

	"wangge/geo"
	"wangge/layers"
)

// partitions notes where the borders of a partition are drawn otherwise. A vertex that an edit moves may decide whether others next
// to it are drawn at a zoom, also on borders of areas whose rows are the same.
func (ds differences) partitions(sp *spec, before, a *Atlas) {
	instants := slices.Sorted(slices.Values(slices.Concat(a.changes[sp.layer], before.changes[sp.layer])))
	type pair struct{ was, now *geo.Coverage }
	seen := map[pair]bool{}
	for _, at := range slices.Compact(instants) {
		was, now := before.snapshot.Partition(sp.layer, at), a.snapshot.Partition(sp.layer, at)
		if was != nil && now != nil {
			p := pair{was.Coverage(), now.Coverage()}
			if seen[p] {
				continue
			}
			seen[p] = true
		}
		ds.between(sp, before, a, at, at)
	}
}

// between notes where the borders of a partition differ between two atlases, at an instant of each.
func (ds differences) between(sp *spec, before, a *Atlas, then, at layers.Instant) {
	was, now := before.snapshot.Partition(sp.layer, then), a.snapshot.Partition(sp.layer, at)
	switch {
	case was == nil && now == nil:
	case was == nil || now == nil:
		ds.of(sp.layer).everywhere = true
		if drawsDistricts(sp.layer) {
			ds.of(layers.Districts).everywhere = true
		}
	case was.Coverage() != now.Coverage():
		ds.borders(sp, boundary{before.borders[sp.layer][was.Coverage()], was.Features()}, boundary{a.borders[sp.layer][now.Coverage()], now.Features()})
	}
}

// drawsDistricts reports whether districts may be drawn by the borders of a layer.
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

// borders notes where the borders of two arrangements differ.
func (ds differences) borders(sp *spec, was, now boundary) {
	d := ds.of(sp.layer)
	note := func(r reach) {
		d.drawn = d.addReach(d.drawn, r)
		if drawsDistricts(sp.layer) {
			e := ds.of(layers.Districts)
			e.drawn = e.addReach(e.drawn, r)
		}
	}
	if drawsDistricts(sp.layer) && was.rim != now.rim {
		ds.of(layers.Districts).everywhere = true
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

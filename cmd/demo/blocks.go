package main

import (
	"fmt"
	"slices"
)

// Blocks with a name of their own: the place of one of their corners in the net of their quarter, and who answers for them.
var namedBlocks = []struct {
	quarter, across, along int
	name, nameEn, unit     string
}{
	{11, 1, 2, "海汇街街区", "Haihui Street Block", gridOffice("310116113Z02")},
	{11, 1, 1, "万盛金邸街区", "Wansheng Jindi Block", unitProperty},
	{12, 1, 2, "公园路商业街区", "Gongyuan Road Shopping Block", unitAlliance},
	{13, 1, 1, "郁金香庭街区", "Tulip Court Block", gridOffice("310116101Z02")},
}

// planBlocks takes street blocks of the nets, and puts the four buildings on some of them.
func (o *overlayPlan) planBlocks() {
	used := map[string]bool{} // names of blocks
	for i, q := range quarters {
		across, along := q.net()
		r := dice(forOverlays, 100+i)
		order := r.Perm(int((len(across) - 1) * (len(along) - 1))) // the blocks, row by row
		var taken []plot
		add := func(a, b int, name, nameEn, unit string) {
			taken = append(taken, plot{name: name, nameEn: nameEn, unit: unit, ring: q.block(across[a], across[a+1], along[b], along[b+1])})
		}
		for _, n := range namedBlocks {
			if n.quarter == i {
				add(n.across, n.along, n.name, n.nameEn, n.unit)
			}
		}
		town := townBy(q.town)
		names := r.Perm(len(blockNames)) // tried in this order
		for _, k := range order {
			a, b := k%(len(across)-1), k/(len(across)-1)
			if len(taken) >= q.blocks {
				break
			}
			if q.corner(across, along, a, b) > 0.8*q.radius || crossesMain(q.block(across[a], across[a+1], along[b], along[b+1])) {
				continue
			}
			name := func(k int) string { return town.short + blockNames[k].zh + "街区" }
			n := names[slices.IndexFunc(names, func(k int) bool { return !used[name(k)] })]
			used[name(n)] = true
			add(a, b, name(n), town.shortEn+" "+title(blockNames[n].en)+" Block", "")
			if i == 0 || i == 1 || i == 4 || i == 9 {
				o.building(q, town, taken[len(taken)-1].ring)
			}
		}
		for _, t := range taken {
			t.number = fmt.Sprintf("%02d", len(o.blocks)+1)
			o.blocks = append(o.blocks, t)
		}
	}
}

// crossesMain reports whether a main road runs through a ring.
func crossesMain(ring curve) bool {
	for _, r := range mainRoads {
		line := smooth(60, r.controls...)
		for i, p := range ring {
			if _, hit := line.cut(p, ring[(i+1)%len(ring)]); hit {
				return true
			}
		}
	}
	return false
}

// corner is how far the farthest corner of a block lies from the centre of its quarter.
func (q quarter) corner(across, along []float64, a, b int) float64 {
	far := 0.0
	for _, u := range across[a : a+2] {
		for _, w := range along[b : b+2] {
			far = max(far, vec{u, w}.size())
		}
	}
	return far
}

// block is the ground between four streets, less half the streets, with the corners cut.
func (q quarter) block(west, east, south, north float64) []vec {
	const street, cut = 9.0, 6.0
	f := q.frame()
	w, e, s, n := west+street, east-street, south+street, north-street
	return []vec{f.place(w+cut, s), f.place(e-cut, s), f.place(e, s+cut), f.place(e, n-cut), f.place(e-cut, n), f.place(w+cut, n), f.place(w, n-cut), f.place(w, s+cut)}
}

// building puts a building in the middle of a block, one for each town.
func (o *overlayPlan) building(q quarter, t town, block []vec) {
	for _, b := range o.buildings {
		if b.town == t.code {
			return
		}
	}
	f := frame{block[0].to(block[4], 0.5), q.ahead}
	n := fmt.Sprintf("%02d", len(o.buildings)+1)
	shape := []vec{f.place(-36, -22), f.place(34, -22), f.place(34, 2), f.place(6, 2), f.place(6, 26), f.place(-36, 26)}
	o.buildings = append(o.buildings, plot{number: n, name: t.short + "商务楼宇", nameEn: t.shortEn + " Office Building", town: t.code, ring: shape})
}

var blockNames = []syllable{{"中心", "central"}, {"文教", "school"}, {"市集", "market"}, {"滨河", "riverside"}, {"南门", "south gate"}, {"车站", "station"}, {"体育", "sports"}, {"医院", "hospital"}, {"公园", "park"}}

func townBy(end string) town {
	for _, t := range towns {
		if t.code[6:] == end {
			return t
		}
	}
	return town{}
}

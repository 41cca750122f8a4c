package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// station is a police station: the grids of its area, by their place in the town.
type station struct {
	name, nameEn string
	number       int
	town         int
	grids        []int
}

func (s station) unit() string { return fmt.Sprintf("u_ps_%02d", s.number) }

// plot is a block, a park or a building before it is a feature.
type plot struct {
	number       string
	name, nameEn string
	town, grid   string // codes
	unit         string
	ring         []vec
}

// overlayPlan is everything that overlaps the partitions.
type overlayPlan struct {
	stations                 []station
	blocks, parks, buildings []plot
}

// planOverlays lays out the overlays; locate returns the number of the grid at a place, -1 outside.
func (d *district) planOverlays(locate func(vec) int) overlayPlan {
	o := overlayPlan{stations: planStations(d)}
	o.planBlocks()
	for i, p := range parkPlans {
		o.parks = append(o.parks, plot{number: fmt.Sprintf("%02d", i+1), name: p.name, nameEn: p.nameEn, ring: parkRing(p, dice(forOverlays, i))})
	}
	for _, list := range [][]plot{o.blocks, o.parks, o.buildings} {
		for i := range list {
			var middle vec
			for _, p := range list[i].ring {
				middle = middle.add(p.scale(1 / float64(len(list[i].ring))))
			}
			g := d.grids[locate(middle)]
			list[i].town, list[i].grid = towns[g.town].code, g.code
		}
	}
	for i := range o.blocks {
		if b := &o.blocks[i]; b.unit == "" {
			b.unit = "u_block_" + b.number
		}
	}
	for i := range o.parks {
		o.parks[i].unit = "u_park_" + o.parks[i].number
	}
	for i := range o.buildings {
		o.buildings[i].unit = gridOffice(o.buildings[i].grid)
	}
	return o
}

// planStations divides the grids of each town among its police stations.
func planStations(d *district) []station {
	two := map[string][2]string{"001": {"石化", "滨海"}, "101": {"朱泾", "新农"}, "102": {"枫泾", "兴塔"}, "104": {"亭林", "松隐"}, "113": {"山阳", "山阳东"}}
	twoEn := map[string][2]string{"001": {"Shihua", "Binhai"}, "101": {"Zhujing", "Xinnong"}, "102": {"Fengjing", "Xingta"}, "104": {"Tinglin", "Songyin"},
		"113": {"Shanyang", "Shanyang East"}}
	var out []station
	for t, tn := range towns {
		names, namesEn := []string{tn.short}, []string{tn.shortEn}
		if n, ok := two[tn.code[6:]]; ok {
			en := twoEn[tn.code[6:]]
			names, namesEn = n[:], en[:]
		}
		first := len(out)
		for i := range names {
			out = append(out, station{name: names[i] + "派出所", nameEn: namesEn[i] + " Police Station", number: len(out) + 1, town: t})
		}
		for _, g := range d.gridsOf(t) {
			s := &out[first+d.stationOf(g, len(names))]
			s.grids = append(s.grids, g)
		}
	}
	return out
}

// gridsOf returns the numbers of the grids of a town.
func (d *district) gridsOf(town int) []int {
	var out []int
	for i, g := range d.grids {
		if g.town == town {
			out = append(out, i)
		}
	}
	return out
}

// secondStation are the grids that belong to the second station of their town: those that lie together away from the seat.
var secondStation = map[string]bool{"310116001Z02": true, "310116101Z04": true, "310116102Z04": true, "310116104Z02": true, "310116113Z04": true}

func (d *district) stationOf(grid, stations int) int {
	if stations == 2 && secondStation[d.grids[grid].code] {
		return 1
	}
	return 0
}

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

// parkPlan is an industrial park of the drawing.
type parkPlan struct {
	name, nameEn string
	centre       [2]float64
	ahead        vec
	length, wide float64
}

var parkPlans = []parkPlan{
	{"滨海化工产业园", "Binhai Chemical Park", [2]float64{121.4310, 30.7640}, coastwise, 2300, 1500},
	{"漕泾新材料产业园", "Caojing New Materials Park", [2]float64{121.4080, 30.8060}, eastSouth, 1300, 700},
	{"石化创意产业园", "Shihua Creative Park", [2]float64{121.3570, 30.7090}, coastwise, 700, 420},
	{"金山卫产业园", "Jinshanwei Industrial Park", [2]float64{121.2860, 30.6990}, east, 1500, 1000},
	{"山阳湾区科创园", "Shanyang Bay Science Park", [2]float64{121.3780, 30.7400}, coastwise, 1000, 600},
	{"张堰产业园", "Zhangyan Industrial Park", [2]float64{121.3100, 30.8190}, eastNorth, 1200, 700},
	{"亭林产业园", "Tinglin Industrial Park", [2]float64{121.3400, 30.8740}, eastSouth, 1400, 800},
	{"金山工业区东园", "Jinshan Industrial Zone, East Park", [2]float64{121.2650, 30.8570}, eastSouth, 1300, 900},
	{"金山工业区西园", "Jinshan Industrial Zone, West Park", [2]float64{121.2270, 30.8530}, eastSouth, 1100, 800},
	{"朱泾产业园", "Zhujing Industrial Park", [2]float64{121.1400, 30.8790}, eastNorth, 1200, 700},
	{"枫泾产业园", "Fengjing Industrial Park", [2]float64{121.0480, 30.8780}, eastSouth, 1400, 900},
	{"吕巷农产品加工园", "Lvxiang Food Park", [2]float64{121.1650, 30.8270}, east, 800, 600},
}

// parkRing is the fence of a park: a rectangle with some corners cut and a bent side.
func parkRing(p parkPlan, r *rand.Rand) []vec {
	f := frame{at(p.centre[0], p.centre[1]), p.ahead}
	l, w := p.length/2, p.wide/2
	cut := func() float64 { return 60 + float64(120*r.Float64()) }
	a, b, c := cut(), cut(), cut()
	bend := spread(r, 40)
	return []vec{f.place(-l, -w+a), f.place(-l+a, -w), f.place(0, -w+bend), f.place(l, -w), f.place(l+bend, 0), f.place(l, w-b), f.place(l-b, w),
		f.place(-l+c, w), f.place(-l, w-c)}
}

// shapeOf is the polygon of a ring of places.
func shapeOf(ring []vec) orb.Polygon {
	return geo.FixedMultiPolygon{{closeRing(ring)}}.MultiPolygon()[0]
}

// overlays returns the features of a plan.
func (d *district) overlays(o overlayPlan) []layers.Feature {
	var out []layers.Feature
	add := func(kind, number, name, nameEn, unit string, g orb.MultiPolygon) {
		code := kind + "-" + number
		out = append(out, &layers.Overlay{Meta: meta("o_" + code), Code: code, Name: name, NameEn: nameEn, Kind: kind, Unit: unit, Geometry: g})
	}
	for _, l := range []struct {
		kind string
		list []plot
	}{{layers.Block, o.blocks}, {layers.Park, o.parks}, {layers.Building, o.buildings}} {
		for _, p := range l.list {
			add(l.kind, p.number, p.name, p.nameEn, p.unit, orb.MultiPolygon{shapeOf(p.ring)})
		}
	}
	for _, s := range o.stations {
		mine := make([]bool, len(d.grids))
		for _, g := range s.grids {
			mine[g] = true
		}
		add(layers.PoliceArea, fmt.Sprintf("%02d", s.number), s.name+"辖区", s.nameEn+" Area", s.unit(), d.mesh.area(func(site int) bool {
			return site < len(d.grid) && d.grid[site] >= 0 && mine[d.grid[site]]
		}))
	}
	return out
}

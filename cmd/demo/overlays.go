package main

import (
	"fmt"

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
	return append(out, d.neighbourGrounds()...)
}

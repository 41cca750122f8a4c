package main

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// validFrom is when everything in the demo starts to apply: the first of March 2025 in Shanghai.
const validFrom layers.Instant = 1740758400000

const (
	districtCode  = "310116"
	gridEdition   = "2025-03"
	editionTowns  = "e_2025-03-towns"
	editionGrids  = "e_2025-03"
	editionPlaces = "e_2025-03-communities"
)

func meta(id string) layers.Meta { return layers.Meta{ID: id, ValidFrom: validFrom, Demo: true} }

// editions are the published states of the three partitions: none is official.
func editions() []layers.Feature {
	var out []layers.Feature
	for _, e := range []struct {
		id, code string
		of       layers.Layer
	}{{editionTowns, gridEdition + "-towns", layers.Towns}, {editionGrids, gridEdition, layers.Grids}, {editionPlaces, gridEdition + "-communities", layers.Communities}} {
		out = append(out, &layers.Edition{Meta: meta(e.id), Code: e.code, Name: gridEdition, Of: e.of})
	}
	return out
}

// areas returns the district, the towns, the grids and the communities with their shapes.
func (d *district) areas(named []community) (districts, townList, gridList, communityList []layers.Feature) {
	m := d.mesh
	districts = append(districts, &layers.District{Meta: meta(districtCode), Code: districtCode, Name: "金山区", NameEn: "Jinshan District",
		Geometry: m.area(d.in(d.town, -1))})
	for i, t := range towns {
		f := &layers.Town{Meta: meta(t.code), Code: t.code, Name: t.name, NameEn: t.nameEn, District: districtCode, Edition: editionTowns,
			Aliases: t.aliases, Geometry: m.area(d.in(d.town, i))}
		if t.seat != ([2]float64{}) {
			f.Seat = &orb.Point{t.seat[0], t.seat[1]}
		}
		townList = append(townList, f)
	}
	for i, g := range d.grids {
		t, number := towns[g.town], int(g.code[len(g.code)-1]-'0')
		gridList = append(gridList, &layers.Grid{Meta: meta(g.code), Code: g.code, Name: fmt.Sprintf("%s第%s综合网格", t.name, numeral(number)),
			NameEn: fmt.Sprintf("%s Comprehensive Grid %d", t.nameEn, number), Town: t.code, Edition: editionGrids,
			Office: gridOffice(g.code), Geometry: m.area(d.in(d.grid, i))})
	}
	for i, c := range named {
		communityList = append(communityList, &layers.Community{Meta: meta(c.code), Code: c.code, Name: c.name, NameEn: c.nameEn, Kind: c.kind,
			Town: towns[c.town].code, Grid: d.grids[c.grid].code, Edition: editionPlaces, Geometry: m.area(d.in(d.community, i))})
	}
	return districts, townList, gridList, communityList
}

// in says which sites belong to area k; -1 stands for all areas together.
func (d *district) in(area []int, k int) func(site int) bool {
	return func(s int) bool { return s < len(area) && area[s] >= 0 && (k < 0 || area[s] == k) }
}

package layers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// ground is a rectangle from so many millionths of a degree to others, about a decimetre each, beside 121.3, 30.75.
func ground(x0, y0, x1, y1 float64) orb.Polygon {
	at := func(x, y float64) orb.Point {
		f, err := geo.FixedFrom(orb.Point{121.3 + x*1e-6, 30.75 + y*1e-6})
		if err != nil {
			panic(err)
		}
		return f.Point()
	}
	return orb.Polygon{{at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)}}
}

// street is a zone of three spaces in one of two grids that meet at 1,000 millionths.
func street() (z *layers.Zone, spaces []*layers.Space, others []layers.Feature) {
	z = haihui()
	z.ValidFrom, z.Version, z.Capacity, z.Geometry = 1, 1, 3, ground(100, 100, 400, 140)
	for i := range 3 {
		x := 100 + 100*float64(i)
		id := fmt.Sprint("sp_", i+1)
		spaces = append(spaces, &layers.Space{Meta: layers.Meta{ID: id, ValidFrom: 1, Version: 1}, Code: id, Name: id, Zone: z.ID, Number: i + 1, LengthM: 8, WidthM: 3, Orientation: "parallel", Geometry: ground(x, 100, x+100, 140)})
	}
	for i := range 2 {
		code := fmt.Sprint("G", i)
		others = append(others, &layers.Grid{Meta: layers.Meta{ID: code, ValidFrom: 1, Version: 1}, Code: code, Name: code, Geometry: orb.MultiPolygon{ground(1000*float64(i), 0, 1000*float64(i+1), 1000)}})
	}
	return z, spaces, others
}

func keptClear(x0, y0, x1, y1 float64) *layers.Overlay {
	id := fmt.Sprint("o_", x0)
	return &layers.Overlay{Meta: layers.Meta{ID: id, ValidFrom: 1, Version: 1}, Code: id, Name: "消火栓", Kind: layers.KeptClear, Geometry: orb.MultiPolygon{ground(x0, y0, x1, y1)}}
}

// TestConflictsOfGround plants one defect at a time in a street without any.
func TestConflictsOfGround(t *testing.T) {
	for name, one := range map[string]struct {
		edit   func(z *layers.Zone, spaces []*layers.Space) []layers.Feature
		code   layers.FindingCode
		blocks bool
		ids    string
	}{
		"none": {func(*layers.Zone, []*layers.Space) []layers.Feature { return nil }, "", false, ""},
		"spaces that meet": {func(_ *layers.Zone, s []*layers.Space) []layers.Feature {
			s[1].Geometry = ground(199, 100, 300, 140)
			return nil
		}, layers.SpacesOverlap, true, "sp_1 sp_2"},
		"outside": {func(_ *layers.Zone, s []*layers.Space) []layers.Feature {
			s[2].Geometry = ground(300, 100, 401, 140)
			return nil
		}, layers.SpaceOutside, true, "sp_3 z_haihui"},
		"far away": {func(_ *layers.Zone, s []*layers.Space) []layers.Feature {
			s[2].Geometry = ground(700, 700, 800, 740)
			return nil
		}, layers.SpaceOutside, true, "sp_3 z_haihui"},
		"a number twice": {func(_ *layers.Zone, s []*layers.Space) []layers.Feature { s[2].Number = 1; return nil }, layers.NumberTwice, true, "sp_1 sp_3"},
		"capacity":       {func(z *layers.Zone, _ []*layers.Space) []layers.Feature { z.Capacity = 4; return nil }, layers.CapacityDiffers, true, "z_haihui"},
		"another zone": {func(*layers.Zone, []*layers.Space) []layers.Feature {
			near, far := haihui(), haihui()
			near.ID, near.Code, near.ValidFrom, near.Version, near.Geometry = "z_near", "near", 1, 1, ground(390, 139, 500, 160)
			far.ID, far.Code, far.ValidFrom, far.Version, far.Geometry = "z_far", "far", 1, 1, ground(390, 140, 500, 160) // they touch
			return []layers.Feature{near, far}
		}, layers.ZonesOverlap, true, "z_haihui z_near"},
		"a hydrant at a space": {func(*layers.Zone, []*layers.Space) []layers.Feature {
			return []layers.Feature{keptClear(190, 90, 220, 110), keptClear(90, 40, 500, 100)} // the second touches
		}, layers.OnKeptClear, true, "z_haihui o_190 sp_1 sp_2"},
		"a crossing in the zone": {func(z *layers.Zone, _ []*layers.Space) []layers.Feature {
			z.Geometry = ground(100, 100, 450, 140)
			return []layers.Feature{keptClear(410, 90, 420, 150)}
		}, layers.OnKeptClear, false, "z_haihui o_410"},
		"a park": {func(*layers.Zone, []*layers.Space) []layers.Feature {
			park := keptClear(0, 0, 900, 900)
			park.Kind = layers.Park
			return []layers.Feature{park}
		}, "", false, ""},
		"two grids": {func(z *layers.Zone, _ []*layers.Space) []layers.Feature {
			z.Geometry = append(orb.Polygon{}, ground(100, 100, 1001, 140)...)
			return nil
		}, layers.OnGridBorder, false, "G0 G1"},
		"beside a grid": {func(z *layers.Zone, _ []*layers.Space) []layers.Feature {
			z.Geometry = ground(100, 100, 1000, 140)
			return nil
		}, "", false, ""},
	} {
		z, spaces, features := street()
		features = append(features, one.edit(z, spaces)...)
		for _, s := range spaces {
			features = append(features, s)
		}
		m := newModel(append(features, z)...)
		m.settings.Codes = layers.CodesFree
		list := layers.FindZoneConflicts(m.full(t), z, 5)
		if one.code == "" {
			if len(list) > 0 {
				t.Errorf("%s: %+v", name, list)
			}
			continue
		}
		if len(list) != 1 || list[0].Code != one.code || list[0].Blocks != one.blocks || strings.Join(list[0].IDs, " ") != one.ids || list[0].Detail == "" {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

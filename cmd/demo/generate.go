package main

import (
	"fmt"

	"wangge/geo"
	"wangge/layers"
)

// file is one file of the data set.
type file struct {
	layer    layers.Layer // "" for the manifest
	name     string
	features int
	content  []byte
}

// generate makes the files of the whole data set, the manifest last. The same version of the program gives the same bytes on every
// machine.
func generate() ([]file, error) {
	all, err := features()
	if err != nil {
		return nil, err
	}
	var files []file
	for _, info := range layers.All() {
		list := all[info.Layer]
		for _, f := range list {
			if err := f.Validate(settings.Codes); err != nil {
				return nil, err
			}
		}
		content, err := collection(info.Layer, list)
		if err != nil {
			return nil, err
		}
		files = append(files, file{info.Layer, string(info.Layer) + ".geojson", len(list), content})
	}
	m, err := manifestOf(files)
	if err != nil {
		return nil, err
	}
	return append(files, file{name: "manifest.json", content: m}), nil
}

// features makes everything that is in the data set.
func features() (map[layers.Layer][]layers.Feature, error) {
	d := shapes()
	named := d.nameCommunities()
	all := map[layers.Layer][]layers.Feature{layers.Editions: editions()}
	all[layers.Districts], all[layers.Towns], all[layers.Grids], all[layers.Communities] = d.areas(named)
	coverage, err := layers.Arrange(layers.Grids, all[layers.Grids])
	if err != nil {
		return nil, err
	}
	locator := geo.NewLocator(coverage)
	locate := func(f geo.Fixed) int {
		g, _ := locator.Locate(f.Query())
		return g
	}
	plan := d.planOverlays(func(p vec) int { return locate(p.fixed()) })
	all[layers.Units] = d.units(named, plan)
	all[layers.Overlays] = d.overlays(plan)
	roads := d.network(named, func(f geo.Fixed) bool { return locate(f) >= 0 })
	all[layers.Roads] = roadFeatures(roads)
	if all[layers.Segments], all[layers.Zones], all[layers.Spaces], err = kerbs(roads); err != nil {
		return nil, err
	}
	if all[layers.Notices], err = notices(); err != nil {
		return nil, err
	}
	all[layers.Schedules], all[layers.Orders], all[layers.Activations] = schedules(), nil, nil
	all[layers.Posts], all[layers.Contacts], all[layers.Categories] = d.posts(all[layers.Units]), contacts(all[layers.Units]), categories()
	all[layers.Agreements], all[layers.Refusals] = agreements(), nil
	if all[layers.Rules], err = rules(); err != nil {
		return nil, err
	}
	all[layers.Poles] = d.poles(roads, func(p vec) int { return locate(p.fixed()) })
	if n := len(all[layers.Poles]); n != poleCount {
		return nil, fmt.Errorf("there is room for %d poles, want %d", n, poleCount)
	}
	return all, nil
}

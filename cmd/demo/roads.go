package main

import (
	"fmt"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// network makes the stretches of all roads: cut at the crossings, inside the district, in one piece.
func (d *district) network(named []community, in func(geo.Fixed) bool) []stretch {
	list := insideOnly(cutStrands(d.roadLines(named)), in)
	list = withoutStubs(list)
	list = withoutTwins(list)
	list = joined(withoutStubs(connected(list)))
	dead := degrees(list)
	for i := range list {
		list[i].points = plain(list[i].points, 0.8)
		e := list[i].ends()
		list[i].oneway = list[i].oneway && dead[e[0]] > 1 && dead[e[1]] > 1
	}
	return list
}

func roadFeatures(list []stretch) []layers.Feature {
	out := make([]layers.Feature, len(list))
	for i, s := range list {
		line := make(orb.LineString, len(s.points))
		for k, p := range s.points {
			line[k] = p.Point()
		}
		out[i] = &layers.Road{Meta: meta(fmt.Sprintf("r_%04d", i+1)), Code: fmt.Sprintf("R-%04d", i+1), Name: s.name, NameEn: s.nameEn, Class: s.class,
			Ref: s.ref, Oneway: s.oneway, Lanes: s.lanes, MaxSpeedKMH: s.speed, Geometry: line}
	}
	return out
}

// road is the English name of the lane that leads to a community.
func (c community) road() string {
	for i := len(c.nameEn) - 1; i > 0; i-- {
		if c.nameEn[i] == ' ' {
			return c.nameEn[:i] + " Road"
		}
	}
	return c.nameEn
}

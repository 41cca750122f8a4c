package duty

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// overlays lists the blocks, parks, buildings and police areas that have the position, borders included.
func (d *Decider) overlays() {
	d.s.Set(layers.Overlays).SearchShapes(d.p.Bound(), d.q.At, func(f layers.Feature, area *geo.Footprint) bool {
		if area.Covers(d.fine) {
			o := f.(*layers.Overlay)
			d.answer.Overlays = append(d.answer.Overlays, Level{o.Kind, o.ID, o.Code, o.Name, o.NameEn, o.Unit})
		}
		return true
	})
	if len(d.answer.Overlays) > 1 {
		kinds := layers.OverlayKinds()
		slices.SortFunc(d.answer.Overlays, func(a, b Level) int {
			return cmp.Or(slices.Index(kinds, a.Level)-slices.Index(kinds, b.Level), strings.Compare(a.ID, b.ID))
		})
	}
}

// features lists the poles and kerb zones within reach, the nearest first, at most mostFeatures of each layer.
func (d *Decider) features() {
	around := geo.Around(d.p, d.near)
	d.found = d.found[:0]
	d.poles(around)
	d.take()
	d.zones(around)
	d.take()
	if len(d.answer.Features) > 1 {
		slices.SortStableFunc(d.answer.Features, compareFeatures)
	}
}

// take moves the nearest of what was found to the answer.
func (d *Decider) take() {
	slices.SortFunc(d.found, compareFeatures)
	d.answer.Features = append(d.answer.Features, d.found[:min(len(d.found), mostFeatures)]...)
	d.found = d.found[:0]
}

func compareFeatures(a, b Feature) int {
	return cmp.Or(cmp.Compare(a.exact, b.exact), strings.Compare(string(a.Layer), string(b.Layer)), strings.Compare(a.ID, b.ID))
}

func (d *Decider) poles(around orb.Bound) {
	d.s.Set(layers.Poles).Search(around, d.q.At, func(f layers.Feature) bool {
		pole := f.(*layers.Pole)
		dist := geo.Distance(d.p, pole.Geometry)
		if dist > d.near {
			return true
		}
		one := Feature{Layer: layers.Poles, ID: pole.ID, Code: pole.Code, Name: pole.Name, Distance: round(float64(dist), 10), State: pole.State, exact: dist, pole: pole}
		if owners := owners(pole, d.q.At); len(owners) > 0 {
			one.Owner = &Owner{Unit: owners[0].Unit, Name: d.unitName(owners[0].Unit), Basis: owners[0].Basis}
		}
		d.found = append(d.found, one)
		return true
	})
}

// owners lists who owns a pole at the instant, the largest share first.
func owners(pole *layers.Pole, at layers.Instant) []layers.Ownership {
	list := pole.Owners(at)
	slices.SortStableFunc(list, func(a, b layers.Ownership) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), strings.Compare(a.Unit, b.Unit))
	})
	return list
}

// standing reports whether a pole in the state is there to be looked after.
func standing(state string) bool {
	switch state {
	case "removed", "restoring", "verified", "closed", "rejected":
		return false
	}
	return true
}

func (d *Decider) zones(around orb.Bound) {
	d.s.Set(layers.Zones).SearchShapes(around, d.q.At, func(f layers.Feature, area *geo.Footprint) bool {
		z := f.(*layers.Zone)
		dist := geo.Metres(0)
		if !area.Covers(d.fine) {
			dist = distanceTo(z.Geometry, d.p)
		}
		if dist > d.near {
			return true
		}
		use := d.s.UseOf(z, d.q.At)
		one := Feature{Layer: layers.Zones, ID: z.ID, Code: z.Code, Name: z.Name, Distance: round(float64(dist), 10), State: string(use.Mode), Rule: use.Rule, exact: dist}
		if z.Manager != "" {
			one.Owner = &Owner{Unit: z.Manager, Name: d.unitName(z.Manager), Basis: "manager"}
		}
		d.found = append(d.found, one)
		return true
	})
}

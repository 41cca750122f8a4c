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
func (d *decision) overlays() {
	d.s.Set(layers.Overlays).Search(d.p.Bound(), d.q.At, func(f layers.Feature) bool {
		o := f.(*layers.Overlay)
		if covers(o.Geometry, d.fine) {
			d.answer.Overlays = append(d.answer.Overlays, Level{o.Kind, o.ID, o.Code, o.Name, o.NameEn, o.Unit})
		}
		return true
	})
	slices.SortFunc(d.answer.Overlays, func(a, b Level) int {
		return cmp.Or(slices.Index(layers.OverlayKinds(), a.Level)-slices.Index(layers.OverlayKinds(), b.Level), strings.Compare(a.ID, b.ID))
	})
}

// features lists the poles and kerb zones within reach, the nearest first, at most mostFeatures of each layer.
func (d *decision) features() {
	d.answer.Features = append(append(d.answer.Features, d.nearest(d.poles())...), d.nearest(d.zones())...)
	slices.SortStableFunc(d.answer.Features, compareFeatures)
}

func compareFeatures(a, b Feature) int {
	return cmp.Or(cmp.Compare(a.exact, b.exact), strings.Compare(string(a.Layer), string(b.Layer)), strings.Compare(a.ID, b.ID))
}

func (d *decision) nearest(found []Feature) []Feature {
	slices.SortFunc(found, compareFeatures)
	return found[:min(len(found), mostFeatures)]
}

func (d *decision) poles() (found []Feature) {
	d.s.Set(layers.Poles).Search(geo.Around(d.p, d.near), d.q.At, func(f layers.Feature) bool {
		pole := f.(*layers.Pole)
		dist := geo.Distance(d.p, pole.Geometry)
		if dist > d.near {
			return true
		}
		one := Feature{Layer: layers.Poles, ID: pole.ID, Code: pole.Code, Name: pole.Name, Distance: round(float64(dist), 1), State: pole.State, exact: dist, pole: pole}
		if owners := owners(pole, d.q.At); len(owners) > 0 {
			one.Owner = &Owner{Unit: owners[0].Unit, Name: d.unitName(owners[0].Unit), Basis: owners[0].Basis}
		}
		found = append(found, one)
		return true
	})
	return found
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

func (d *decision) zones() (found []Feature) {
	d.s.Set(layers.Zones).Search(geo.Around(d.p, d.near), d.q.At, func(f layers.Feature) bool {
		z := f.(*layers.Zone)
		dist := geo.Metres(0)
		if !covers(orb.MultiPolygon{z.Geometry}, d.fine) {
			dist = distanceTo(z.Geometry, d.p)
		}
		if dist > d.near {
			return true
		}
		one := Feature{Layer: layers.Zones, ID: z.ID, Code: z.Code, Name: z.Name, Distance: round(float64(dist), 1), State: string(z.DefaultMode), exact: dist}
		if z.Manager != "" {
			one.Owner = &Owner{Unit: z.Manager, Name: d.unitName(z.Manager), Basis: "manager"}
		}
		found = append(found, one)
		return true
	})
	return found
}

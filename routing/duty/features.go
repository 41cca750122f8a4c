package duty

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
)

// overlays lists the blocks, parks, buildings, police areas and so on that have the position, borders included.
func (d *Decider) overlays() {
	d.s.Set(layers.Overlays).SearchShapes(d.p.Bound(), d.q.At, func(f layers.Feature, area *geo.Footprint) bool {
		if area.Covers(d.fine) {
			d.c.Overlays = append(d.c.Overlays, f.(*layers.Overlay))
		}
		return true
	})
	if len(d.c.Overlays) > 1 {
		slices.SortFunc(d.c.Overlays, func(a, b *layers.Overlay) int {
			return cmp.Or(kindOrder(a.Kind)-kindOrder(b.Kind), strings.Compare(a.ID, b.ID))
		})
	}
	for _, o := range d.c.Overlays {
		d.answer.Overlays = append(d.answer.Overlays, Level{o.Kind, o.ID, o.Code, o.Name, o.NameEn, o.Unit})
	}
}

// kindOrder is the place of a kind in layers.OverlayKinds.
func kindOrder(kind string) int {
	switch kind {
	case layers.Block:
		return 0
	case layers.Park:
		return 1
	case layers.Building:
		return 2
	case layers.PoliceArea:
		return 3
	case layers.KeptClear:
		return 4
	case layers.Neighbour:
		return 5
	}
	return -1
}

// features lists the poles and kerb zones within reach, the nearest first, at most mostFeatures of each layer.
func (d *Decider) features() {
	d.found = d.found[:0]
	d.poles(geo.Around(d.p, max(d.near, d.rules.poleReach)))
	d.take()
	d.zones(geo.Around(d.p, max(d.near, d.rules.zoneReach)))
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

// poles lists the poles, and finds the nearest one for the rules.
func (d *Decider) poles(around orb.Bound) {
	d.s.Set(layers.Poles).Search(around, d.q.At, func(f layers.Feature) bool {
		pole := f.(*layers.Pole)
		dist := geo.Distance(d.p, pole.Geometry)
		c := &d.c
		if dist <= max(d.near, d.rules.poleReach) {
			if c.AnyPole == nil || dist < c.AnyPoleM || dist == c.AnyPoleM && pole.ID < c.AnyPole.ID {
				c.AnyPole, c.AnyPoleM = pole, dist
			}
			if layers.PoleStands(pole.State) && (c.Pole == nil || dist < c.PoleM || dist == c.PoleM && pole.ID < c.Pole.ID) {
				c.Pole, c.PoleM = pole, dist
			}
		}
		if dist > d.near {
			return true
		}
		one := Feature{Layer: layers.Poles, ID: pole.ID, Code: pole.Code, Name: pole.Name, Distance: round(float64(dist), 10), State: pole.State, exact: dist}
		if own, ok := leadingOwner(pole, d.q.At); ok {
			one.Owner = &Owner{Unit: own.Unit, Name: d.unitName(own.Unit), Basis: own.Basis}
		}
		d.found = append(d.found, one)
		return true
	})
}

// zones lists the kerb zones, and finds the nearest one for the rules.
func (d *Decider) zones(around orb.Bound) {
	d.s.Set(layers.Zones).SearchShapes(around, d.q.At, func(f layers.Feature, area *geo.Footprint) bool {
		z := f.(*layers.Zone)
		dist := geo.Metres(0)
		if !area.Covers(d.fine) {
			dist = distanceTo(z.Geometry, d.p)
		}
		c := &d.c
		if dist <= max(d.near, d.rules.zoneReach) && (c.Zone == nil || dist < c.ZoneM || dist == c.ZoneM && z.ID < c.Zone.ID) {
			c.Zone, c.ZoneM = z, dist
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
	if d.c.Zone != nil {
		use := d.s.UseOf(d.c.Zone, d.q.At)
		d.c.Mode, d.allowed = use.Mode, use.Rule
	}
}

package rulecheck

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// spot is a place of cases.
type spot struct {
	// what says which selector it is made for: "" for a plain place in the grid.
	what      string
	grid      *layers.Grid
	town      string
	community string
	overlays  []*layers.Overlay
	point     orb.Point
	fine      geo.Query
	// other is another grid of the district, borderM metres away; nil without one.
	other   *layers.Grid
	borderM geo.Metres
}

func (p *spot) set(c *duty.Case) {
	c.Grid, c.Town, c.Community, c.Overlays, c.Point, c.Fine = p.grid, p.town, p.community, p.overlays, p.point, p.fine
	c.Share = 1
	if p.other != nil {
		c.Other, c.BorderM = p.other, p.borderM
	}
}

// spotAt says what a position lies in; false where there is no grid.
func (k *check) spotAt(p orb.Point) (spot, bool) {
	fine, err := geo.QueryFrom(p)
	if err != nil {
		return spot{}, false
	}
	ladder := k.s.Climb(fine, k.from)
	if ladder.Grid == nil {
		return spot{}, false
	}
	at := spot{grid: ladder.Grid, town: ladder.Grid.Town, point: p, fine: fine}
	if ladder.Town != nil {
		at.town = ladder.Town.Code
	}
	if ladder.Community != nil {
		at.community = ladder.Community.Code
	}
	k.s.Set(layers.Overlays).SearchShapes(p.Bound(), k.from, func(f layers.Feature, area *geo.Footprint) bool {
		if o, ok := f.(*layers.Overlay); ok && area.Covers(fine) {
			at.overlays = append(at.overlays, o)
		}
		return true
	})
	slices.SortFunc(at.overlays, func(a, b *layers.Overlay) int { return strings.Compare(a.ID, b.ID) })
	return at, true
}

// looks is how many positions a side of the box around an area are tried for a place in it.
const looks = 9

// spotsIn tries positions in an area and returns the first of each grid that is taken; the one with the fewest overlays of a grid comes first.
func (k *check) spotsIn(area orb.Geometry, take func(spot) bool) []spot {
	var found []spot
	box := area.Bound()
	for y := range looks {
		for x := range looks {
			p := orb.Point{
				box.Min[0] + (float64(x)+0.5)/looks*(box.Max[0]-box.Min[0]),
				box.Min[1] + (float64(y)+0.5)/looks*(box.Max[1]-box.Min[1]),
			}
			if at, ok := k.spotAt(p); ok && take(at) {
				found = append(found, at)
			}
		}
	}
	return onePerGrid(found)
}

func onePerGrid(list []spot) []spot {
	slices.SortStableFunc(list, func(a, b spot) int {
		return cmp.Or(strings.Compare(a.grid.Code, b.grid.Code), len(a.overlays)-len(b.overlays), strings.Compare(b.community, a.community))
	})
	return slices.CompactFunc(list, func(a, b spot) bool { return a.grid == b.grid })
}

// spread finds a plain place in each grid: one with as few overlays as there can be. A grid too thin for the positions that are tried has
// its own code, town and office, and no position.
func (k *check) spread() {
	for f := range k.s.Set(layers.Grids).All(k.from) {
		g, ok := f.(*layers.Grid)
		if !ok {
			continue
		}
		at := spot{grid: g, town: g.Town}
		if in := k.spotsIn(g.Geometry, func(p spot) bool { return p.grid.Code == g.Code }); len(in) > 0 {
			at = in[0]
		}
		k.plain = append(k.plain, at)
	}
	slices.SortFunc(k.plain, func(a, b spot) int { return strings.Compare(a.grid.Code, b.grid.Code) })
}

// besides are the plain places, each beside each grid with which its own has a border.
func (k *check) besides() (out []spot) {
	plain := map[string]*spot{}
	for i := range k.plain {
		plain[k.plain[i].grid.Code] = &k.plain[i]
	}
	for _, b := range k.s.Borders(k.from) {
		one, other := plain[b.GridA], plain[b.GridB]
		if one == nil || other == nil { // the outside
			continue
		}
		for _, pair := range [][2]*spot{{one, other}, {other, one}} {
			at := *pair[0]
			at.other = pair[1].grid
			out = append(out, at)
		}
	}
	return out
}

// spots are the places between which rules can tell a difference: a plain one in each grid, and what they select within grids.
func (k *check) spots(list []*layers.Rule) []spot {
	out := slices.Clone(k.plain)
	borders, kinds := map[float64]bool{}, map[string]bool{}
	for _, r := range list {
		a := r.When.Area
		if a == nil {
			continue
		}
		for _, at := range k.made(r) {
			at.what = r.Ref()
			out = append(out, at)
		}
		if a.NearBorderM > 0 {
			borders[a.NearBorderM] = true
		}
		for _, kind := range a.OverlayKinds {
			kinds[kind] = true
		}
	}
	for m := range borders {
		for _, at := range k.besides() {
			at.what, at.borderM = "border", geo.Metres(m)
			out = append(out, at)
		}
	}
	for f := range k.s.Set(layers.Overlays).All(k.from) {
		o, ok := f.(*layers.Overlay)
		if !ok || !kinds[o.Kind] {
			continue
		}
		for _, at := range k.spotsIn(o.Geometry, func(p spot) bool { return slices.Contains(p.overlays, o) }) {
			at.what = o.Kind
			out = append(out, at)
		}
	}
	slices.SortStableFunc(out, func(a, b spot) int {
		return cmp.Or(strings.Compare(a.what, b.what), strings.Compare(a.grid.Code, b.grid.Code), cmp.Compare(a.borderM, b.borderM))
	})
	return slices.CompactFunc(out, func(a, b spot) bool {
		return a.what != "" && a.what == b.what && a.grid == b.grid && a.borderM == b.borderM
	})
}

// made finds places that lie in what the rule draws or names: one of each grid.
func (k *check) made(r *layers.Rule) (out []spot) {
	a := r.When.Area
	if len(a.Polygon) > 0 {
		if area, err := geo.NewFootprint(orb.MultiPolygon{a.Polygon}); err == nil {
			out = append(out, k.spotsIn(a.Polygon, func(p spot) bool { return area.Covers(p.fine) })...)
		}
		if len(out) == 0 { // too thin for the positions that are tried
			for _, p := range a.Polygon[0] {
				if at, ok := k.spotAt(p); ok {
					out = append(out, at)
				}
			}
		}
	}
	for f := range k.named(layers.Overlays, a.Overlays) {
		out = append(out, k.spotsIn(f.Shape(), func(p spot) bool {
			return slices.ContainsFunc(p.overlays, func(o *layers.Overlay) bool { return o.ID == f.Head().ID })
		})...)
	}
	for f := range k.named(layers.Communities, a.Communities) {
		code, _ := f.Label()
		out = append(out, k.spotsIn(f.Shape(), func(p spot) bool { return p.community == code })...)
	}
	if a.Road != "" {
		for f := range k.s.Set(layers.Roads).All(k.from) {
			road, ok := f.(*layers.Road)
			if !ok || road.Name != a.Road {
				continue
			}
			for _, p := range road.Geometry {
				if at, ok := k.spotAt(p); ok {
					out = append(out, at)
				}
			}
		}
	}
	return onePerGrid(out)
}

// named returns the features of a layer that are in force among those named.
func (k *check) named(l layers.Layer, ids []string) func(func(layers.Feature) bool) {
	return func(yield func(layers.Feature) bool) {
		for _, id := range ids {
			if f, ok := k.s.Set(l).Get(id, k.from); ok && !yield(f) {
				return
			}
		}
	}
}

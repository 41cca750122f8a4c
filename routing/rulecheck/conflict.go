package rulecheck

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

// conflicts reports pairs of rules of the same rank that can hold at once. Of two rules with the same rank for some category both have the
// selector of that category, so that pairs are looked for among those of one selector and one rank alone.
func (k *check) conflicts() {
	type place struct {
		selector string
		rank     duty.Rank
	}
	rivals := map[place][]*layers.Rule{}
	var order []place
	for _, r := range k.list {
		if r.Then.Additive {
			continue
		}
		selectors := r.When.Categories
		if len(selectors) == 0 {
			selectors = []string{""}
		}
		for _, c := range selectors {
			at := place{c, duty.RankOf(r, c)}
			if rivals[at] == nil {
				order = append(order, at)
			}
			rivals[at] = append(rivals[at], r)
		}
	}
	said := map[[2]*layers.Rule]bool{}
	for _, at := range order {
		list := rivals[at]
		for i, a := range list {
			for _, b := range list[i+1:] {
				if a.Series == b.Series || said[[2]*layers.Rule{a, b}] || !k.meet(a, b) {
					continue
				}
				said[[2]*layers.Rule{a, b}] = true
				k.pair(a, b, at.selector)
			}
		}
	}
}

// pair reports what is between two rules that can hold at once with the same rank.
func (k *check) pair(a, b *layers.Rule, category string) {
	if b.Series < a.Series {
		a, b = b, a
	}
	about := "any category"
	if category != "" {
		about = k.categoryName(category)
	}
	var f *Finding
	switch {
	case a.Then.Primary != b.Then.Primary || a.Then.NoAction != b.Then.NoAction:
		f = k.add(RuleConflict, true, fmt.Sprintf("%s and %s have the same rank and can hold at once for %s: %s or %s", a.Ref(), b.Ref(), about, acts(a), acts(b)), a.Ref(), b.Ref())
	case !reflect.DeepEqual(a.Then, b.Then) || !reflect.DeepEqual(a.Clock, b.Clock) || a.Base != b.Base:
		f = k.add(SameRank, false, fmt.Sprintf("%s and %s have the same rank and can hold at once for %s; %s decides, as its name comes first", a.Ref(), b.Ref(), about, a.Ref()), a.Ref(), b.Ref())
	default:
		f = k.add(SameRank, false, fmt.Sprintf("%s and %s say the same for %s", a.Ref(), b.Ref(), about), a.Ref(), b.Ref())
	}
	f.Category = category
}

func acts(r *layers.Rule) string {
	if r.Then.NoAction {
		return "nobody has to act"
	}
	return r.Then.Primary
}

// meet reports whether two rules can hold at once for a case of a category that both select. It may report so where they cannot, for places
// that are near each other, and never the reverse.
func (k *check) meet(a, b *layers.Rule) bool {
	return daysMeet(a, b) && contextsMeet(a.When.Context, b.When.Context) && k.featuresMeet(a.When.Feature, b.When.Feature) &&
		k.areasMeet(a.When.Area, b.When.Area) && k.timesMeet(a, b)
}

// daysMeet reports whether both are in force on one day. Dates are compared as texts.
func daysMeet(a, b *layers.Rule) bool {
	return (a.Until == "" || b.From < a.Until) && (b.Until == "" || a.From < b.Until)
}

// share reports whether two lists have a member in common; an empty list selects everything.
func share[T comparable](a, b []T) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(v T) bool { return slices.Contains(b, v) })
}

func contextsMeet(a, b *layers.RuleContext) bool {
	if a == nil || b == nil {
		return true
	}
	below := func(a, b *layers.RuleContext) bool { return a.MaxConfidence > 0 && a.MaxConfidence <= b.MinConfidence }
	return share(a.Channels, b.Channels) && share(a.Severities, b.Severities) && share(a.Reporters, b.Reporters) && !below(a, b) && !below(b, a)
}

func (k *check) featuresMeet(a, b *layers.RuleFeature) bool {
	if a == nil || b == nil || a.Layer != b.Layer {
		return true
	}
	return share(a.States, b.States) && share(a.ClaimStates, b.ClaimStates) && share(a.Modes, b.Modes) && k.ownersMeet(a, b) && k.ownersMeet(b, a)
}

func (k *check) ownersMeet(a, b *layers.RuleFeature) bool {
	owned := len(b.OwnerUnits)+len(b.OwnerKinds) > 0
	switch {
	case a.Unowned && owned:
		return false
	case !share(a.OwnerUnits, b.OwnerUnits), !share(a.OwnerKinds, b.OwnerKinds):
		return false
	case len(a.OwnerUnits) == 0 || len(b.OwnerKinds) == 0:
		return true
	}
	return slices.ContainsFunc(a.OwnerUnits, func(id string) bool {
		u := k.units[id]
		return u != nil && slices.Contains(b.OwnerKinds, u.Kind)
	})
}

// timesMeet reports whether the times of both hold one instant of a year in which both are in force.
func (k *check) timesMeet(a, b *layers.Rule) bool {
	if len(a.When.Times) == 0 || len(b.When.Times) == 0 {
		return true
	}
	first, _ := calendar.DayAt(int64(k.from))
	for _, r := range []*layers.Rule{a, b} {
		if d, err := calendar.ParseDay(r.From); err == nil {
			first = max(first, d)
		}
	}
	of, _ := windowsOf([]*layers.Rule{a})
	with, _ := windowsOf([]*layers.Rule{b})
	_, minutes := windowsOf([]*layers.Rule{a, b})
	for day := first; day < first+horizon; day++ {
		if a.Until != "" && day.String() >= a.Until || b.Until != "" && day.String() >= b.Until {
			return false
		}
		for _, m := range minutes {
			if at := day.At(m); strings.Contains(k.open(of, at), "1") && strings.Contains(k.open(with, at), "1") {
				return true
			}
		}
	}
	return false
}

func (k *check) areasMeet(a, b *layers.RuleArea) bool {
	if a == nil || b == nil {
		return true
	}
	if !share(a.Grids, b.Grids) || !share(a.Towns, b.Towns) || !share(a.Communities, b.Communities) || !k.gridsIn(a, b) || !k.gridsIn(b, a) {
		return false
	}
	if len(a.Overlays) > 0 && len(b.Overlays) > 0 && share(a.Overlays, b.Overlays) {
		return true
	}
	of, with := k.region(a), k.region(b)
	return len(of) == 0 || len(with) == 0 || slices.ContainsFunc(of, func(x orb.Bound) bool {
		return slices.ContainsFunc(with, func(y orb.Bound) bool { return x.Intersects(y) })
	})
}

// gridsIn reports whether a grid that one names lies in a town that the other one names, if both do.
func (k *check) gridsIn(a, b *layers.RuleArea) bool {
	if len(a.Grids) == 0 || len(b.Towns) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Grids, func(code string) bool {
		g, ok := layers.Get[*layers.Grid](k.s, layers.Grids, code, k.from)
		return ok && slices.Contains(b.Towns, g.Town)
	})
}

// region returns boxes around what an area draws or names beside grids and towns; none for an area that does neither. What it names more than
// once over must all hold, so that the boxes of one of them are enough.
func (k *check) region(a *layers.RuleArea) (out []orb.Bound) {
	if len(a.Polygon) > 0 {
		return []orb.Bound{a.Polygon.Bound()}
	}
	for f := range k.named(layers.Overlays, a.Overlays) {
		out = append(out, f.Shape().Bound())
	}
	if len(a.Overlays) > 0 {
		return out
	}
	if a.Road != "" {
		for f := range k.s.Set(layers.Roads).All(k.from) {
			road, ok := f.(*layers.Road)
			if !ok || road.Name != a.Road {
				continue
			}
			for i := 1; i < len(road.Geometry); i++ {
				out = append(out, around(orb.LineString(road.Geometry[i-1:i+1]).Bound(), a.RoadWithinM))
			}
		}
		return out
	}
	for f := range k.named(layers.Communities, a.Communities) {
		out = append(out, f.Shape().Bound())
	}
	return out
}

// around widens a box by some metres on each side.
func around(b orb.Bound, m float64) orb.Bound {
	low, high := geo.Around(b.Min, geo.Metres(m)), geo.Around(b.Max, geo.Metres(m))
	return low.Union(high)
}

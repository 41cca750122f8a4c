package duty

import (
	"slices"

	"wangge/geo"
	"wangge/layers"
)

// Matches reports whether a rule that is in force on the day of a case holds for it: whether every selector does.
func (r *Rules) Matches(s *layers.Snapshot, one *layers.Rule, c *Case) bool {
	for _, ready := range r.rules {
		if ready.Rule == one {
			var h held
			h.begin(s, r, c)
			return ready.inForce(h.on) && h.category(ready) && h.matches(ready)
		}
	}
	return false
}

// category reports whether one of the rule's categories has that of the case.
func (h *held) category(one *rule) bool {
	list := one.When.Categories
	return len(list) == 0 || slices.ContainsFunc(list, func(c string) bool { return within(h.Category, c) })
}

// matches reports whether every selector but that of categories holds, the cheapest first.
func (h *held) matches(one *rule) bool {
	w := &one.When
	return (w.Context == nil || h.context(w.Context)) &&
		(w.Feature == nil || h.feature(one, w.Feature)) &&
		(len(w.Times) == 0 || h.time(one)) &&
		(w.Area == nil || h.area(one, w.Area))
}

func (h *held) context(x *layers.RuleContext) bool {
	switch {
	case len(x.Channels) > 0 && !slices.Contains(x.Channels, h.Channel),
		len(x.Severities) > 0 && !slices.Contains(x.Severities, h.Severity),
		len(x.Reporters) > 0 && !slices.Contains(x.Reporters, h.Reporter):
		return false
	case x.MinConfidence == 0 && x.MaxConfidence == 0:
		return true
	}
	return h.Confidence > 0 && h.Confidence >= x.MinConfidence && (x.MaxConfidence == 0 || h.Confidence < x.MaxConfidence)
}

func (h *held) time(one *rule) bool {
	for i := range one.windows {
		if _, open := one.windows[i].At(h.cal, int64(h.At)); open {
			return true
		}
	}
	return false
}

func (h *held) area(one *rule, a *layers.RuleArea) bool {
	switch {
	case len(a.Grids) > 0 && !slices.Contains(a.Grids, h.Grid.Code),
		len(a.Towns) > 0 && !slices.Contains(a.Towns, h.Town),
		len(a.Communities) > 0 && !slices.Contains(a.Communities, h.Community),
		len(a.Overlays) > 0 && !slices.ContainsFunc(h.Overlays, func(o *layers.Overlay) bool { return slices.Contains(a.Overlays, o.ID) }),
		len(a.OverlayKinds) > 0 && !slices.ContainsFunc(h.Overlays, func(o *layers.Overlay) bool { return slices.Contains(a.OverlayKinds, o.Kind) }),
		a.NearBorderM > 0 && (h.Other == nil || h.BorderM > geo.Metres(a.NearBorderM)),
		len(a.Polygon) > 0 && (one.drawn == nil || !one.drawn.Covers(h.Fine)):
		return false
	}
	return a.Road == "" || one.road.within(h.Point, geo.Metres(a.RoadWithinM), h.At)
}

func (h *held) feature(one *rule, f *layers.RuleFeature) bool {
	owner, ok := "", false
	switch f.Layer {
	case layers.Poles:
		pole := h.poleFor(one)
		if pole == nil || len(f.States) > 0 && !slices.Contains(f.States, pole.State) || len(f.ClaimStates) > 0 && !slices.Contains(f.ClaimStates, pole.ClaimState) {
			return false
		}
		var own layers.Ownership
		own, ok = leadingOwner(pole, h.At)
		owner = own.Unit
	case layers.Zones:
		zone := h.zoneFor(one)
		if zone == nil || len(f.Modes) > 0 && !slices.Contains(f.Modes, h.Mode) {
			return false
		}
		owner, ok = zone.Manager, zone.Manager != ""
	default:
		return false
	}
	switch {
	case f.Unowned && ok, len(f.OwnerUnits) > 0 && (!ok || !slices.Contains(f.OwnerUnits, owner)):
		return false
	case len(f.OwnerKinds) == 0:
		return true
	}
	u, known := h.unit(owner)
	return ok && known && slices.Contains(f.OwnerKinds, u.Kind)
}

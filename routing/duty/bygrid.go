package duty

import "wangge/layers"

// ByGrid reports whether the rules name one primary unit, or none, for the whole of each grid when nothing is known but the position and the
// instant: no category, no report. Who asks for many positions need then ask once a grid.
func (r *Rules) ByGrid() bool {
	for _, one := range r.rules {
		w := &one.When
		if len(w.Categories) > 0 || w.Context != nil || one.Then.Additive {
			continue
		}
		if w.Feature != nil || w.Area != nil && !byGrid(w.Area) || !one.Then.NoAction && !one.primary.byGrid() {
			return false
		}
	}
	return true
}

// byGrid reports whether the area is made of whole grids, if each of them lies in one town.
func byGrid(a *layers.RuleArea) bool {
	return len(a.Polygon) == 0 && a.Road == "" && a.NearBorderM == 0 && len(a.Overlays)+len(a.OverlayKinds)+len(a.Communities) == 0
}

func (e expression) byGrid() bool {
	switch e.Of {
	case layers.UnitByID, layers.GridOffice, layers.TownUnit, layers.TownKind, layers.DistrictOffice:
		return true
	}
	return false
}

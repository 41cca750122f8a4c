package duty

import (
	"slices"

	"wangge/layers"
)

// MostHops is how many units may refuse a case before the unit above all that have refused decides.
const MostHops = 2

// leftToParent names the lowest unit above all that have refused, whatever the rules say; the top of the tree where they have none in common:
// see aboveRefusing.
func (d *Decider) leftToParent() {
	u := d.h.aboveRefusing()
	if u == nil {
		d.answer.Outcome = Unassigned
		d.trace("parent", "no unit is above those that have refused")
		return
	}
	d.answer.Outcome = Assigned
	d.responsibility.Fallback = false
	d.primary = party(Named{Unit: u}, Dispose, "")
	d.responsibility.Primary = &d.primary
	d.trace("parent", u.ID)
}

// aboveRefusing returns the lowest unit in force above all that have refused that has not itself refused; without one the top of the tree,
// which decides even if it has refused; nil without that.
func (h *held) aboveRefusing() *layers.Unit {
	first, ok := h.unit(h.Excluded[0])
	for _, id := range h.Excluded[1:] {
		if !ok {
			break
		}
		first = CommonParent(h.s, first.ID, id, h.At)
		ok = first != nil
	}
	for range mostAbove {
		if !ok || !slices.Contains(h.Excluded, first.ID) {
			break
		}
		first, ok = h.unit(first.Parent)
	}
	if ok {
		return first
	}
	for _, top := range h.r.units.tops {
		if top.ValidAt(h.At) {
			return top
		}
	}
	return nil
}

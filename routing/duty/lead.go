package duty

import "wangge/layers"

// leading says who leads along the border between the grid of a case and another one.
type leading struct {
	// lead and other are the two grids; the own one first, where neither leads.
	lead, other *layers.Grid
	agreement   *layers.Agreement
	// reason is ByAgreement, ByShare, ByReceipt, or ByParent where neither grid leads.
	reason string
}

// agreementsOf lists the agreements of a snapshot by their pairs of grids.
func agreementsOf(s *layers.Snapshot) map[[2]string][]*layers.Agreement {
	out := map[[2]string][]*layers.Agreement{}
	for f := range s.Set(layers.Agreements).Rows() { // by id
		if a, ok := f.(*layers.Agreement); ok {
			pair := [2]string{a.GridA, a.GridB}
			out[pair] = append(out[pair], a)
		}
	}
	return out
}

// Agreement returns the agreement of two grids that is in force, the one with the lowest id if there are several; nil for none.
func (r *Rules) Agreement(gridA, gridB string, at layers.Instant) *layers.Agreement {
	for _, a := range r.agreements[[2]string{min(gridA, gridB), max(gridA, gridB)}] {
		if a.InForce(at) {
			return a
		}
	}
	return nil
}

// leader finds who leads, nil for a case that is near no border: by the agreement in force, else the grid that has more of the case, else
// the one that took it first, else the unit above both.
func (h *held) leader(one *rule) *leading {
	other := h.pairFor(one)
	if other == nil {
		return nil
	}
	if h.lead != nil {
		return h.lead // of the same other grid
	}
	h.room = h.r.leads(h.Grid, other, side{h.Share, h.OtherShare, h.At, h.CaseNumber, h.ReceivedBy})
	h.lead = &h.room
	return h.lead
}

// side is what decides between two grids: how much of the case lies in each, when, the number of the case, and the grid that took it first.
type side struct {
	own, other             float64
	at                     layers.Instant
	caseNumber, receivedBy string
}

// leads finds which of two grids leads: by the agreement in force, else the one that has more of the case, else the one that took it first.
// Where neither does, the unit above both leads, and the lower code is first.
func (r *Rules) leads(own, other *layers.Grid, by side) leading {
	out := leading{lead: own, other: other}
	if other.Code < own.Code {
		out = leading{lead: other, other: own}
	}
	named := func(reason, grid string) leading {
		out.reason = reason
		if grid != out.lead.Code {
			out.lead, out.other = out.other, out.lead
		}
		return out
	}
	if a := r.Agreement(own.Code, other.Code, by.at); a != nil {
		if grid, ok := a.Leader(by.at, by.caseNumber); ok {
			out.agreement = a
			return named(ByAgreement, grid)
		}
	}
	switch {
	case by.own > by.other:
		return named(ByShare, own.Code)
	case by.own < by.other:
		return named(ByShare, other.Code)
	case by.receivedBy == own.Code, by.receivedBy == other.Code:
		return named(ByReceipt, by.receivedBy)
	}
	return named(ByParent, out.lead.Code)
}

// alongBorder appends the office of the grid that leads, the offices of those that do not, or the unit above both.
func (h *held) alongBorder(dst []Named, of string, one *rule) []Named {
	l := h.leader(one)
	if l == nil {
		if of == layers.CommonParent {
			return h.above(dst, h.Grid.Office)
		}
		return dst
	}
	switch {
	case of == layers.CommonParent, of == layers.BorderLead && l.reason == ByParent:
		if u := CommonParent(h.s, l.lead.Office, l.other.Office, h.At); u != nil {
			return append(dst, Named{Unit: u})
		}
	case of == layers.BorderLead:
		return h.add(dst, l.lead.Office)
	case l.reason == ByParent:
		return h.add(h.add(dst, l.lead.Office), l.other.Office)
	default:
		return h.add(dst, l.other.Office)
	}
	return dst
}

// above appends the unit above a unit.
func (h *held) above(dst []Named, id string) []Named {
	if u, ok := h.unit(id); ok {
		return h.add(dst, u.Parent)
	}
	return dst
}

// isDepartment reports whether a unit is a department or a police force.
func isDepartment(u *layers.Unit) bool { return u.Kind == "department" || u.Kind == "police" }

// ofDistrict reports whether a department is one of the district and not of a town.
func ofDistrict(u *layers.Unit) bool { return isDepartment(u) && u.Town == "" && u.Grid == "" }

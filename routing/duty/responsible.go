package duty

import (
	"fmt"
	"slices"

	"wangge/geo"
	"wangge/layers"
)

// begin makes the case of a question, so far as the ladder knows it.
func (d *Decider) begin(ladder layers.Ladder) {
	q := &d.q
	d.c = Case{At: q.At, Category: q.Category, Channel: q.Channel, Severity: q.Severity, Reporter: q.Reporter, Confidence: q.Confidence, CaseNumber: q.CaseNumber,
		ReceivedBy: q.ReceivedBy, Excluded: q.Excluded, Grid: ladder.Grid, Town: ladder.Grid.Town, Overlays: d.c.Overlays[:0], Point: d.p, Fine: d.fine, AccuracyM: q.AccuracyM}
	d.allowed = ""
	if ladder.Town != nil {
		d.c.Town = ladder.Town.Code
	}
	if ladder.Community != nil {
		d.c.Community = ladder.Community.Code
	}
}

// part is the least share of the error of a position that makes a case one of a grid.
const part = 0.10

// onBorder is the greatest distance in metres of a border on which a position lies: distances are not exact, and whether it is on one is.
const onBorder geo.Metres = 0.001

// border finds the other grid of the case, and how much of the case lies in each.
func (d *Decider) border(match geo.Match) {
	c := &d.c
	for _, n := range d.beside {
		if g, ok := n.Feature.(*layers.Grid); ok {
			c.Other, c.BorderM = g, n.Distance
			break
		}
	}
	if d.lying != nil {
		d.shares()
		return
	}
	if len(d.chances) == 0 {
		c.Share, c.OtherShare = 1, 0
		if match == geo.MatchEdge && c.Other != nil && c.BorderM <= onBorder {
			c.Share, c.OtherShare = 0.5, 0.5
		}
		return
	}
	c.Share = round(d.chance(c.Grid), 1000)
	if c.Share >= part {
		for _, one := range d.chances { // the most probable first
			if g, ok := one.Feature.(*layers.Grid); ok && g != c.Grid {
				if round(one.Probability, 1000) >= part {
					c.Straddled = g
				}
				break
			}
		}
	}
	if other := c.Straddled; other != nil {
		c.OtherShare = round(d.chance(other), 1000)
	} else if c.Other != nil {
		c.OtherShare = round(d.chance(c.Other), 1000)
	}
}

// shares takes how much of the case lies in its grid and in another one from the reported line or area.
func (d *Decider) shares() {
	c := &d.c
	own, other := d.lying.pair(c.Grid)
	if own != nil {
		c.Share = own.Share
	}
	if other != nil {
		c.Straddled, _ = other.Feature.(*layers.Grid)
		c.Other, c.BorderM, c.OtherShare = c.Straddled, 0, other.Share
	}
}

// responsible says who does what, by the rules.
func (d *Decider) responsible() {
	r, h := &d.responsibility, &d.h
	*r = Responsibility{Co: emptied(r.Co), Informed: emptied(r.Informed), Fallback: true}
	d.answer.Responsibility = r
	h.begin(d.s, d.rules, &d.c)
	h.judge()
	d.explain()
	f := h.decided
	if len(h.Excluded) > MostHops {
		d.leftToParent()
		d.cross(nil)
		return
	}
	if f == nil {
		d.leftToOffice()
		d.cross(nil)
		return
	}
	d.trace("rule", f.ref)
	r.Fallback = f.Band == layers.FallbackRules
	if f.basis.List != "" {
		d.basis = f.basis
		r.Basis = &d.basis
	}
	if f.Then.NoAction {
		d.answer.Outcome = NoAction
		if f.When.Feature != nil && d.c.Zone != nil && f.When.Feature.Layer == layers.Zones {
			d.trace("allowed", d.c.Zone.ID+" "+string(d.c.Mode)+" by "+d.allowed)
		}
		return
	}
	d.answer.Outcome = Assigned
	if f.border {
		d.answer.Outcome = CrossBorder
	}
	if f.deadlines(&d.clock, h.cal, d.q.At) {
		r.Clock = &d.clock
	}
	d.primary = party(h.primary, Dispose, f.ref)
	r.Primary = &d.primary
	d.parties()
	d.cross(f)
}

// explain writes which rules were looked at, which of them hold, and which of those could not decide.
func (d *Decider) explain() {
	h := &d.h
	switch {
	case !h.snapped:
	case d.c.Pole == nil:
		d.trace("snap", "no pole within reach")
	default:
		d.trace("snap", d.c.Pole.ID)
	}
	d.refs = d.refs[:0]
	for _, f := range h.matched {
		d.refs = append(d.refs, f.ref)
	}
	d.answer.Trace = append(d.answer.Trace, Step{Step: "rules", Considered: h.considered, Matched: d.refs})
	for _, f := range h.skipped {
		d.trace("skipped", f.nobody)
	}
}

// leftToOffice names the grid's office, because no rule names anybody.
func (d *Decider) leftToOffice() {
	id := d.h.office()
	if id == "" && len(d.h.Excluded) > 0 {
		d.leftToParent()
		return
	}
	if id == "" {
		d.answer.Outcome = Unassigned
		d.trace("office", "the grid has none")
		return
	}
	d.answer.Outcome = Assigned
	d.primary = Party{Unit: id, Role: Dispose}
	if u, ok := d.h.unit(id); ok {
		d.primary = party(Named{Unit: u}, Dispose, "")
	}
	d.responsibility.Primary = &d.primary
	d.trace("office", id)
}

func party(one Named, role, rule string) Party {
	return Party{Unit: one.Unit.ID, Name: one.Unit.Name, NameEn: one.Unit.NameEn, Role: role, Rule: rule, Post: one.Post}
}

// parties adds those who help, who see to it and who are told, by the rule that decides and by those that add units. Each unit has the
// strongest of its roles alone.
func (d *Decider) parties() {
	r := &d.responsibility
	d.eachRule(func(f *filed) {
		for i := range f.co {
			role := Help
			if f.co[i].Of == layers.FeatureOwners {
				role = Dispose
			}
			for _, one := range d.named(f, f.co[i]) {
				if !d.has(one.Unit.ID) {
					r.Co = append(r.Co, party(one, role, f.ref))
				}
			}
		}
	})
	d.eachRule(func(f *filed) {
		if r.Supervisor != nil || f.supervisor.text == "" {
			return
		}
		for _, one := range d.named(f, f.supervisor) {
			if !d.has(one.Unit.ID) {
				d.supervisor = party(one, FollowUp, f.ref)
				r.Supervisor = &d.supervisor
				return
			}
		}
	})
	d.eachRule(func(f *filed) {
		for i := range f.informed {
			for _, one := range d.named(f, f.informed[i]) {
				if !d.has(one.Unit.ID) {
					r.Informed = append(r.Informed, party(one, Inform, f.ref))
				}
			}
		}
	})
}

// eachRule calls each for the rule that decides and for those that add units.
func (d *Decider) eachRule(each func(*filed)) {
	each(d.h.decided)
	for _, f := range d.h.added {
		each(f)
	}
}

// named resolves an expression of a rule, and writes down one that names nobody. The units may be read until the next call.
func (d *Decider) named(f *filed, e expression) []Named {
	h := &d.h
	h.acting = h.resolve(h.acting[:0], e, f.rule)
	if len(h.acting) == 0 {
		d.trace("left_out", e.text)
	}
	return h.acting
}

// has reports whether a unit has a role already.
func (d *Decider) has(unit string) bool {
	r := &d.responsibility
	is := func(p Party) bool { return p.Unit == unit }
	return r.Primary != nil && r.Primary.Unit == unit || slices.ContainsFunc(r.Co, is) || r.Supervisor != nil && r.Supervisor.Unit == unit || slices.ContainsFunc(r.Informed, is)
}

// cross says what the case crosses, by the rule that decides; nil without one.
func (d *Decider) cross(f *filed) {
	h, r, x := &d.h, &d.responsibility, &d.crossing
	*x = Crossing{Kinds: x.Kinds[:0]}
	about := noRule
	if f != nil {
		about = f.rule
	}
	near := f != nil && (f.border || f.When.Area != nil && f.When.Area.NearBorderM > 0)
	if d.c.Straddled != nil || near {
		if l := h.leader(about); l != nil {
			x.Kinds = append(x.Kinds, CrossesAreas)
			d.lead(l)
		}
	}
	d.crossShape()
	if f != nil && d.departments() > 1 {
		x.Kinds = append(x.Kinds, CrossesDepartments)
	}
	if d.crossesLevels(f) {
		x.Kinds = append(x.Kinds, CrossesLevels)
	}
	if len(x.Kinds) == 0 {
		return
	}
	if x.Reason == "" && r.Primary != nil {
		x.Lead, x.Reason = r.Primary.Unit, ByRule
	}
	r.CrossBorder = x
}

// crossShape says what a reported line or area crosses. Of one in several communities of one grid that grid, which is above them, leads.
func (d *Decider) crossShape() {
	l, x := d.lying, &d.crossing
	if l == nil || !l.crosses() && !l.leaves() {
		return
	}
	x.Areas = d.areas(l)
	if !l.crosses() {
		return
	}
	if len(x.Kinds) == 0 {
		x.Kinds = append(x.Kinds, CrossesAreas)
		x.Lead, x.LeadGrid, x.Reason = d.c.Grid.Office, d.c.Grid.Code, ByParent
	}
	if d.answer.Outcome == Assigned {
		d.answer.Outcome = CrossBorder
	}
}

// crossesLevels reports whether somebody outside the district has a part in the case, or a department of the district that a grid calls.
func (d *Decider) crossesLevels(f *filed) bool {
	if d.lying != nil && d.lying.leaves() {
		return true
	}
	u := d.h.primary.Unit
	return f != nil && (u.External || f.basis.List == layers.Whistle && ofDistrict(u))
}

// lead writes who leads along the border of the case.
func (d *Decider) lead(l *leading) {
	x := &d.crossing
	x.Lead, x.Other, x.LeadGrid, x.OtherGrid, x.Reason = l.lead.Office, l.other.Office, l.lead.Code, l.other.Code, l.reason
	if l.agreement != nil {
		x.Agreement = l.agreement.ID
	}
	if l.reason == ByParent {
		x.Lead, x.Other = "", ""
		if u := CommonParent(d.s, l.lead.Office, l.other.Office, d.q.At); u != nil {
			x.Lead = u.ID
		}
	}
	d.trace("border", fmt.Sprintf("%s %s by %s", l.lead.Code, l.other.Code, l.reason))
}

// departments counts the departments and police forces that act or help.
func (d *Decider) departments() (n int) {
	if isDepartment(d.h.primary.Unit) {
		n++
	}
	for i := range d.responsibility.Co {
		if u, ok := d.h.unit(d.responsibility.Co[i].Unit); ok && isDepartment(u) {
			n++
		}
	}
	return n
}

func (d *Decider) unitName(id string) string {
	u, ok := layers.Get[*layers.Unit](d.s, layers.Units, id, d.q.At)
	if !ok {
		return ""
	}
	return u.Name
}

package duty_test

import (
	"slices"
	"strings"
	"time"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

// naive is the slow twin of the rule engine, written apart: every rule is held against every case, and the best one is looked for. plant is
// the name of a defect that it has on purpose, empty for none.
type naive struct {
	*ground
	list  []*layers.Rule
	plant string
}

// said is what the twin says of a question, in the words in which says compares.
type said struct {
	Outcome, Primary, Supervisor string
	Co, Informed, Matched        []string
	Fallback                     bool
	Basis, Clock, Crossing       string
}

// asked is one question at one place.
type asked struct {
	*spot
	duty.Question
	on          calendar.Day
	straddled   *layers.Grid
	own, beyond float64
}

func (n *naive) answer(sp *spot, q duty.Question) said {
	out, certain := n.decide(sp, q)
	if !certain && out.Outcome != "cross_border" {
		out.Outcome = "ambiguous"
	}
	return out
}

// decide is answer without a doubt about the grid.
func (n *naive) decide(sp *spot, q duty.Question) (out said, certain bool) {
	a := &asked{spot: sp, Question: q}
	year, month, day := q.At.Time().In(layers.Shanghai()).Date()
	a.on = calendar.DayOf(year, month, day)
	certain = n.weigh(a)
	var holds []*layers.Rule
	for _, r := range n.list {
		if n.holds(r, a) {
			holds = append(holds, r)
		}
	}
	for i := range holds { // the best first
		for k := i + 1; k < len(holds); k++ {
			if n.before(holds[k], holds[i], q.Category) {
				holds[i], holds[k] = holds[k], holds[i]
			}
		}
	}
	out = said{Outcome: "assigned", Fallback: true}
	for _, r := range holds {
		out.Matched = append(out.Matched, r.Ref())
	}
	for _, r := range holds {
		if r.Then.Additive {
			continue
		}
		if r.Then.NoAction {
			out.Outcome, out.Fallback, out.Basis = "no_action", r.Band == layers.FallbackRules, basisText(r)
			return out, certain
		}
		for _, u := range n.named(r.Then.Primary, r, a) {
			if slices.Contains(q.Excluded, u.id) && n.plant != "the refused act" {
				continue
			}
			n.fill(&out, r, u, holds, a)
			return out, certain
		}
	}
	office := a.grid.Office
	for i := 0; slices.Contains(q.Excluded, office) && i < 20; i++ {
		if u := n.unitNow(office, q.At); u != nil {
			office = u.Parent
		} else {
			office = ""
		}
	}
	out.Primary = office
	if office == "" {
		out.Outcome = "unassigned"
	}
	if a.straddled != nil {
		out.Crossing = n.crossing([]string{"area"}, nil, office, a)
	}
	return out, certain
}

// weigh finds how the error of the position is shared, and whether enough of it lies in the grid.
func (n *naive) weigh(a *asked) (certain bool) {
	a.own, a.beyond = 1, 0
	if a.AccuracyM == 0 {
		return true
	}
	list, known := a.chances[a.AccuracyM]
	if !known {
		list = n.s.Partition(layers.Grids, a.At).Probabilities(nil, a.q, geo.Metres(a.AccuracyM))
		a.chances[a.AccuracyM] = list
	}
	share := func(g *layers.Grid) float64 {
		for _, c := range list {
			if c.Feature != nil && g != nil && c.Feature.Head().ID == g.ID {
				return float64(int(c.Probability*1000+0.5)) / 1000
			}
		}
		return 0
	}
	a.own = share(a.grid)
	best := 0.0
	for _, g := range n.grids {
		if v := share(g); g != a.grid && v >= 0.1 && v > best && a.own >= 0.1 {
			best, a.straddled = v, g
		}
	}
	a.beyond = best
	if a.straddled == nil {
		a.beyond = share(a.other)
	}
	for _, c := range list {
		if c.Feature != nil && c.Feature.Head().ID == a.grid.ID {
			certain = c.Probability >= 0.9
		}
	}
	return certain
}

func (n *naive) holds(r *layers.Rule, a *asked) bool {
	if !n.inForce(r, a.on) {
		return false
	}
	w := r.When
	if len(w.Categories) > 0 && depth(r, a.Category) == 0 {
		return false
	}
	if w.Area != nil && !n.inArea(r, w.Area, a) || w.Feature != nil && !n.hasFeature(r, w.Feature, a) || w.Context != nil && !n.inContext(w.Context, a) {
		return false
	}
	open := len(w.Times) == 0
	for _, t := range w.Times {
		open = open || n.open(t, a.At)
	}
	return open && (n.plant == "the older revision" || !n.followed(r, a.on))
}

// followed reports whether a later revision of the rule is in force.
func (n *naive) followed(r *layers.Rule, on calendar.Day) bool {
	for _, other := range n.list {
		if other.Series == r.Series && other.Number > r.Number && n.inForce(other, on) {
			return true
		}
	}
	return false
}

func (n *naive) inForce(r *layers.Rule, on calendar.Day) bool {
	today := on.String()
	return r.From <= today && (r.Until == "" || today < r.Until || n.plant == "the last day" && today == r.Until)
}

// depth is the number of words of the longest selector that has the category, 0 without one.
func depth(r *layers.Rule, category string) (best int) {
	for _, c := range r.When.Categories {
		if category == c || strings.HasPrefix(category, c+".") {
			best = max(best, len(strings.Split(c, ".")))
		}
	}
	return best
}

func (n *naive) inArea(r *layers.Rule, ar *layers.RuleArea, a *asked) bool {
	has := func(ok func(*layers.Overlay) bool) bool {
		for _, o := range a.overlays {
			if ok(o) {
				return true
			}
		}
		return false
	}
	if len(ar.Grids) > 0 && !slices.Contains(ar.Grids, a.grid.Code) || len(ar.Towns) > 0 && !slices.Contains(ar.Towns, a.town) ||
		len(ar.Communities) > 0 && !slices.Contains(ar.Communities, a.community) {
		return false
	}
	if len(ar.Overlays) > 0 && !has(func(o *layers.Overlay) bool { return slices.Contains(ar.Overlays, o.ID) }) {
		return false
	}
	if len(ar.OverlayKinds) > 0 && !has(func(o *layers.Overlay) bool { return slices.Contains(ar.OverlayKinds, o.Kind) }) {
		return false
	}
	if ar.Road != "" && n.roadM(a.spot, ar.Road) > ar.RoadWithinM {
		return false
	}
	if ar.NearBorderM > 0 && a.borderM > ar.NearBorderM {
		return false
	}
	if len(ar.Polygon) > 0 {
		m, err := geo.FixedMultiPolygonFrom(ar.Polygon)
		if err != nil || !geo.Contains(m, a.q) && !geo.OnBorder(m, a.q) {
			return false
		}
	}
	return true
}

// poleOf is the pole that a rule is about.
func (n *naive) poleOf(r *layers.Rule, a *asked) *layers.Pole {
	pole, dist, most := a.pole, a.poleM, 30.0
	if f := r.When.Feature; f != nil && f.Layer == layers.Poles {
		if f.WithinM != 0 {
			most = f.WithinM
		}
		for _, gone := range []string{"removed", "restoring", "verified", "closed", "rejected"} {
			if slices.Contains(f.States, gone) {
				pole, dist = a.anyPole, a.anyPoleM
			}
		}
	}
	if dist > most {
		return nil
	}
	return pole
}

func (n *naive) zoneOf(r *layers.Rule, a *asked) *layers.Zone {
	most := 0.0
	if f := r.When.Feature; f != nil && f.Layer == layers.Zones {
		most = f.WithinM
	}
	if a.zoneM > most {
		return nil
	}
	return a.zone
}

func (n *naive) hasFeature(r *layers.Rule, f *layers.RuleFeature, a *asked) bool {
	owner := ""
	if f.Layer == layers.Poles {
		pole := n.poleOf(r, a)
		if pole == nil {
			return false
		}
		if len(f.States) > 0 && !slices.Contains(f.States, pole.State) || len(f.ClaimStates) > 0 && !slices.Contains(f.ClaimStates, pole.ClaimState) {
			return false
		}
		if list := n.ownersOf(pole, a.At); len(list) > 0 {
			owner = list[0]
		}
	} else {
		zone := n.zoneOf(r, a)
		if zone == nil || len(f.Modes) > 0 && !slices.Contains(f.Modes, n.s.UseOf(zone, a.At).Mode) {
			return false
		}
		owner = zone.Manager
	}
	if f.Unowned && owner != "" || len(f.OwnerUnits) > 0 && !slices.Contains(f.OwnerUnits, owner) {
		return false
	}
	if len(f.OwnerKinds) > 0 {
		u := n.unitNow(owner, a.At)
		return u != nil && slices.Contains(f.OwnerKinds, u.Kind)
	}
	return true
}

// ownersOf lists the owners of a pole by share.
func (n *naive) ownersOf(pole *layers.Pole, when layers.Instant) (out []string) {
	list := pole.Owners(when)
	for len(list) > 0 {
		best := 0
		for i, o := range list {
			if o.Share > list[best].Share || o.Share == list[best].Share && o.Unit < list[best].Unit {
				best = i
			}
		}
		out = append(out, list[best].Unit)
		list = slices.Delete(slices.Clone(list), best, best+1)
	}
	return out
}

func (n *naive) inContext(x *layers.RuleContext, a *asked) bool {
	if len(x.Channels) > 0 && !slices.Contains(x.Channels, a.Channel) || len(x.Severities) > 0 && !slices.Contains(x.Severities, a.Severity) ||
		len(x.Reporters) > 0 && !slices.Contains(x.Reporters, a.Reporter) {
		return false
	}
	if x.MinConfidence > 0 && a.Confidence < x.MinConfidence {
		return false
	}
	return x.MaxConfidence == 0 || a.Confidence > 0 && a.Confidence < x.MaxConfidence
}

// open reports whether a stretch that began on the day or the day before holds the instant, minute by minute of the clock.
func (n *naive) open(t layers.RuleTime, when layers.Instant) bool {
	local := when.Time().In(layers.Shanghai())
	begin, err := time.Parse("15:04", t.Start)
	if err != nil {
		return false
	}
	for back := range 2 {
		d := local.AddDate(0, 0, -back)
		start := time.Date(d.Year(), d.Month(), d.Day(), begin.Hour(), begin.Minute(), 0, 0, layers.Shanghai())
		if n.begins(&t.DaysRule, d) && !local.Before(start) && local.Before(start.Add(time.Duration(t.DurationMin)*time.Minute)) {
			return true
		}
	}
	return false
}

func (n *naive) begins(r *layers.DaysRule, d time.Time) bool {
	kind := n.s.Calendar().Type(calendar.DayOf(d.Date()))
	ok := len(r.DayTypes) == 0
	for _, want := range r.DayTypes {
		switch {
		case want == kind.String(), want == "holiday" && kind.Kind == calendar.Holiday:
			ok = true
		case want == "workday" && kind.Kind == calendar.MakeupWorkday && !r.MakeupApart && n.plant != "make-up workdays":
			ok = true
		}
	}
	if len(r.Weekdays) > 0 && !slices.Contains(r.Weekdays, strings.ToLower(d.Weekday().String()[:3])) {
		ok = false
	}
	return ok && (len(r.Months) == 0 || slices.Contains(r.Months, int(d.Month()))) && (r.FirstDay == "" || d.Format(time.DateOnly) >= r.FirstDay) && (r.UntilDay == "" || d.Format(time.DateOnly) < r.UntilDay)
}

// rank is band, feature, area, how many areas, category, time, context.
func (n *naive) rank(r *layers.Rule, category string) []int {
	one := func(set bool) int {
		if set {
			return 1
		}
		return 0
	}
	w := r.When
	band := map[string]int{"emergency": 4, "special": 3, "regular": 2, "fallback": 1}[r.Band]
	feature, area, areas, context := 0, 0, 0, 0
	if f := w.Feature; f != nil {
		feature = 1 + one(len(f.OwnerUnits) > 0) + one(len(f.OwnerKinds) > 0) + one(f.Unowned) + one(len(f.States) > 0) + one(len(f.ClaimStates) > 0) + one(len(f.Modes) > 0)
	}
	if a := w.Area; a != nil {
		for _, is := range []struct {
			worth int
			set   bool
		}{{5, len(a.Polygon) > 0}, {5, a.Road != ""}, {5, len(a.Overlays) > 0}, {5, len(a.Communities) > 0}, {4, a.NearBorderM > 0}, {3, len(a.Grids) > 0}, {2, len(a.OverlayKinds) > 0}, {1, len(a.Towns) > 0}} {
			if is.set {
				area, areas = max(area, is.worth), areas+1
			}
		}
	}
	if x := w.Context; x != nil {
		context = one(len(x.Channels) > 0) + one(len(x.Severities) > 0) + one(len(x.Reporters) > 0) + one(x.MinConfidence != 0) + one(x.MaxConfidence != 0)
	}
	out := []int{band, feature, area, areas, depth(r, category), one(len(w.Times) > 0), context}
	switch n.plant {
	case "category before area":
		out[2], out[3], out[4] = out[4], out[2], out[3]
	case "no band":
		out[0] = 0
	case "no context":
		out[6] = 0
	}
	return out
}

func (n *naive) before(a, b *layers.Rule, category string) bool {
	if c := slices.Compare(n.rank(a, category), n.rank(b, category)); c != 0 {
		return c > 0
	}
	if a.Series != b.Series {
		return a.Series < b.Series != (n.plant == "the last series")
	}
	return a.Number < b.Number
}

// who is a unit by which an expression names it.
type who struct{ id, post string }

package rulecheck

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
)

// references reports what rules name and the snapshot does not have, and revisions of one series on the same days.
func (k *check) references() {
	for _, r := range k.list {
		others := slices.DeleteFunc(slices.Clone(k.list), func(o *layers.Rule) bool { return o == r || o.Series != r.Series || o.Number < r.Number })
		for _, f := range k.s.RuleFindings(r, others) {
			k.found = append(k.found, Finding{Finding: f})
		}
		if r.Base.List != layers.Whistle || r.Then.Additive {
			continue
		}
		mapped := slices.ContainsFunc(r.When.Categories, func(code string) bool {
			c := k.categories[code]
			return c != nil && slices.Contains(items(c), r.Base.Item)
		})
		if !mapped {
			k.add(OtherItem, false, fmt.Sprintf("%s rests on item %d of the whistle list, which none of its categories is", r.Ref(), r.Base.Item), r.Ref())
		}
	}
}

// items lists the items of the whistle list that a category is.
func items(c *layers.Category) (out []int) {
	for _, code := range c.Codes {
		if n, err := strconv.Atoi(code.Code); err == nil && code.Scheme == layers.WhistleScheme {
			out = append(out, n)
		}
	}
	return out
}

// foreignCodes reports codes of other lists that two categories have, and categories whose parent is not there.
func (k *check) foreignCodes() {
	of := map[layers.ExternalCode]string{}
	for _, code := range k.all {
		c := k.categories[code]
		for _, one := range c.Codes {
			if first, twice := of[one]; twice {
				k.add(CodeTwice, true, fmt.Sprintf("%s and %s are both %s of the list %s", first, code, one.Code, one.Scheme), first, code)
				continue
			}
			of[one] = code
		}
		if c.Parent != "" && k.categories[c.Parent] == nil {
			k.add(NoCategoryAbove, false, fmt.Sprintf("%s is below %s, which is not there", code, c.Parent), code, c.Parent)
		}
	}
}

// people reports units that cannot be reached, and what is wrong with the tree of units, with posts and with agreements.
func (k *check) people() {
	reached := map[string]bool{}
	for f := range k.s.Set(layers.Contacts).All(k.from) {
		if c, ok := f.(*layers.Contact); ok {
			reached[c.Unit] = true
			if p, ok := layers.Get[*layers.Post](k.s, layers.Posts, c.Post, k.from); ok {
				reached[p.Unit] = true
			}
		}
	}
	for _, id := range sorted(k.acting) {
		if !reached[id] {
			k.add(NoContact, false, k.unitName(id)+" has something to do by these rules, and no contact", id)
		}
	}
	for _, id := range sorted(k.units) {
		k.above(id)
	}
	for f := range k.s.Set(layers.Posts).All(k.from) {
		if p, ok := f.(*layers.Post); ok && k.units[p.Unit] == nil {
			k.add(NoPostUnit, false, fmt.Sprintf("%s is a post of %s, which is not there", p.ID, p.Unit), p.ID, p.Unit)
		}
	}
	k.vacancies()
	k.agreements()
}

// nearlyAll is the part of the grids that have a post of a kind, from which on the others are said to lack it.
const nearlyAll = 0.9

// vacancies reports grids without a post of a kind that nearly all grids have.
func (k *check) vacancies() {
	byGrid := map[string]map[string][]*layers.Post{} // kind, code of the grid
	for f := range k.s.Set(layers.Posts).Rows() {
		if p, ok := f.(*layers.Post); ok && p.Grid != "" {
			if byGrid[p.Kind] == nil {
				byGrid[p.Kind] = map[string][]*layers.Post{}
			}
			byGrid[p.Kind][p.Grid] = append(byGrid[p.Kind][p.Grid], p)
		}
	}
	for _, kind := range layers.PostKinds() {
		var vacant []layers.Instant // of each grid; 0 for never
		for i := range k.plain {
			vacant = append(vacant, vacantFrom(byGrid[kind][k.plain[i].grid.Code], k.from))
		}
		lacking := 0
		for _, at := range vacant {
			if at == k.from {
				lacking++
			}
		}
		if float64(lacking) > (1-nearlyAll)*float64(len(vacant)) {
			continue
		}
		for i, at := range vacant {
			if at == 0 {
				continue
			}
			code := k.plain[i].grid.Code
			day, _ := calendar.DayAt(int64(at))
			f := k.add(NoPost, false, fmt.Sprintf("%s has no post of the kind %s from %s on", code, kind, day), code, "post:"+kind)
			f.Date, f.Grids = day.String(), []string{code}
		}
	}
}

// vacantFrom is the first instant, from the given one to a year later, at which none of the posts is filled; 0 for none.
func vacantFrom(posts []*layers.Post, from layers.Instant) layers.Instant {
	const year = horizon * 24 * 3600 * 1000
	at := from
	for {
		until := at
		for _, p := range posts {
			if p.ValidAt(at) {
				if p.ValidTo == 0 {
					return 0
				}
				until = max(until, p.ValidTo)
			}
		}
		switch {
		case until == at:
			return at
		case until > from+year:
			return 0
		}
		at = until
	}
}

func sorted[T any](of map[string]T) []string {
	out := make([]string, 0, len(of))
	for id := range of {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (k *check) unitName(id string) string {
	if u := k.units[id]; u != nil {
		return id + " (" + u.Name + ")"
	}
	return id
}

// above follows the units above one. A circle is reported at its lowest unit alone.
func (k *check) above(id string) {
	circle := []string{id}
	for u := k.units[id]; u.Parent != ""; {
		switch next := k.units[u.Parent]; {
		case next == nil:
			if len(circle) == 1 {
				k.add(NoUnitAbove, false, fmt.Sprintf("%s is below %s, which is not there", k.unitName(id), u.Parent), id, u.Parent)
			}
			return
		case u.Parent == id:
			if id == slices.Min(circle) {
				k.add(UnitCycle, true, "the units above lead round in a circle: "+strings.Join(append(circle, id), ", "), circle...)
			}
			return
		case slices.Contains(circle, u.Parent):
			return // a circle further up
		default:
			circle = append(circle, u.Parent)
			u = next
		}
	}
}

// agreements reports those about one border on the same day, and those about what is no grid.
func (k *check) agreements() {
	var all []*layers.Agreement
	for f := range k.s.Set(layers.Agreements).All(k.from) {
		if a, ok := f.(*layers.Agreement); ok {
			all = append(all, a)
		}
	}
	for i, a := range all {
		for _, code := range []string{a.GridA, a.GridB} {
			if _, ok := layers.Get[*layers.Grid](k.s, layers.Grids, code, k.from); !ok {
				k.add(NoAgreementGrid, false, fmt.Sprintf("%s is about %s, which is no grid", a.ID, code), a.ID, code)
			}
		}
		for _, b := range all[i+1:] {
			if a.GridA == b.GridA && a.GridB == b.GridB && (a.Until == "" || b.From < a.Until) && (b.Until == "" || a.From < b.Until) {
				f := k.add(AgreementsAtOnce, true, fmt.Sprintf("%s and %s are both about %s and %s on %s", a.ID, b.ID, a.GridA, a.GridB, max(a.From, b.From)), a.ID, b.ID)
				f.Date = max(a.From, b.From)
			}
		}
	}
}

// dates reports rules without deadlines, rules that end, and days that nobody has announced.
func (k *check) dates() {
	today, _ := calendar.DayAt(int64(k.from))
	last := today + horizon
	byDays := false
	for _, r := range k.list {
		if r.Clock == nil && !r.Then.NoAction && !r.Then.Additive {
			k.add(NoDeadline, false, r.Ref()+" names who acts and says nothing about when", r.Ref())
		}
		byDays = byDays || len(r.When.Times) > 0 || worked(r.Clock)
		if r.Until == "" || r.Until > last.String() {
			continue
		}
		followed := slices.ContainsFunc(k.list, func(o *layers.Rule) bool {
			return o.Series == r.Series && o != r && o.From <= r.Until && (o.Until == "" || o.Until > r.Until)
		})
		if !followed {
			f := k.add(Ends, false, fmt.Sprintf("%s ends on %s, and no other revision follows", r.Ref(), r.Until), r.Ref())
			f.Date = r.Until
		}
	}
	if byDays && k.cal.Provisional(last) {
		f := k.add(NotYetAnnounced, false, fmt.Sprintf("times and deadlines in %d go by weekdays until its days off are announced", last.Year()), strconv.Itoa(last.Year()))
		f.Date = last.String()
	}
}

// worked reports whether a clock goes by days of work.
func worked(c *layers.RuleClock) bool {
	if c == nil {
		return false
	}
	return slices.ContainsFunc([]*layers.RuleDeadline{c.Ack, c.Arrive, c.Resolve}, func(d *layers.RuleDeadline) bool {
		return d != nil && (d.Kind == calendar.WorkDays || d.Kind == calendar.WorkHours)
	})
}

// whyDead says why a rule holds for no case, so far as one of its selectors says so by itself.
func (k *check) whyDead(r *layers.Rule) string {
	a, f := r.When.Area, r.When.Feature
	for _, c := range r.When.Categories {
		if k.categories[c] == nil {
			return "there is no category " + c
		}
	}
	if windows, _ := windowsOf([]*layers.Rule{r}); len(windows) > 0 && !k.everOpen(windows, r) {
		return "its times are on no day of the year"
	}
	if a != nil {
		if !k.gridsIn(a, a) {
			return "its grids lie in none of its towns"
		}
		if a.Road != "" && len(k.region(&layers.RuleArea{Road: a.Road, RoadWithinM: a.RoadWithinM})) == 0 {
			return "there is no road " + a.Road
		}
		if len(a.OverlayKinds) > 0 && len(k.spots([]*layers.Rule{{When: layers.RuleWhen{Area: &layers.RuleArea{OverlayKinds: a.OverlayKinds}}}})) == len(k.plain) {
			return "there is nothing of the kind " + strings.Join(a.OverlayKinds, ", ")
		}
	}
	if f != nil && len(f.OwnerKinds) > 0 && k.unitOf(f.OwnerKinds[0]) == "" {
		return "there is no unit of the kind " + f.OwnerKinds[0]
	}
	return "nothing is all that it selects"
}

func (k *check) everOpen(windows []calendar.Window, r *layers.Rule) bool {
	first, _ := calendar.DayAt(int64(k.from))
	if d, err := calendar.ParseDay(r.From); err == nil {
		first = max(first, d)
	}
	for day := first; day < first+horizon; day++ {
		for i := range windows {
			if _, ok := windows[i].Span(k.cal, day); ok {
				return true
			}
		}
	}
	return false
}

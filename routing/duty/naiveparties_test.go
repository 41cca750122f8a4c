package duty_test

import (
	"fmt"
	"slices"
	"strings"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/routing/duty"
)

func (n *naive) unitNow(id string, when layers.Instant) *layers.Unit {
	for _, u := range n.units {
		if u.ID == id && (u.ValidAt(when) || n.plant == "units for ever") {
			return u
		}
	}
	return nil
}

// named is whom an expression names: the units that are in force.
func (n *naive) named(text string, r *layers.Rule, a *asked) (out []who) {
	for _, one := range n.candidates(text, r, a) {
		if n.unitNow(one.id, a.At) != nil {
			out = append(out, one)
		}
	}
	return out
}

func (n *naive) candidates(text string, r *layers.Rule, a *asked) []who {
	word, name, _ := strings.Cut(text, ":")
	just := func(ids ...string) (out []who) {
		for _, id := range ids {
			out = append(out, who{id: id})
		}
		return out
	}
	lowest := func(ok func(*layers.Unit) bool) []who {
		best := ""
		for _, u := range n.units {
			if ok(u) && u.ValidAt(a.At) && (best == "" || u.ID < best) {
				best = u.ID
			}
		}
		return just(best)
	}
	switch word {
	case "unit":
		return just(name)
	case "grid.office":
		return just(a.grid.Office)
	case "town.unit":
		return just(name + "_" + a.town)
	case "town.kind":
		return lowest(func(u *layers.Unit) bool { return u.Kind == name && u.Town == a.town })
	case "district":
		return lowest(func(u *layers.Unit) bool { return u.Kind == "district" })
	case "post":
		return n.posted(name, a)
	case "overlay.unit":
		for _, o := range a.overlays {
			if o.Kind == name && n.unitNow(o.Unit, a.At) != nil {
				return just(o.Unit)
			}
		}
	case "feature.owner", "feature.owners":
		if f := r.When.Feature; f != nil && f.Layer == layers.Zones {
			if z := n.zoneOf(r, a); z != nil {
				return just(z.Manager)
			}
			return nil
		}
		if pole := n.poleOf(r, a); pole != nil {
			list := n.ownersOf(pole, a.At)
			if word == "feature.owner" {
				list = list[:min(1, len(list))]
			}
			return just(list...)
		}
	case "zone.manager":
		if z := n.zoneOf(r, a); z != nil {
			return just(z.Manager)
		}
	case "border.lead", "border.other", "parent":
		lead, other, reason, _ := n.lead(r, a)
		switch {
		case lead == nil && word == "parent":
			if u := n.unitNow(a.grid.Office, a.At); u != nil {
				return just(u.Parent)
			}
		case lead == nil:
		case word == "parent" || word == "border.lead" && reason == "parent":
			return just(n.common(lead.Office, other.Office, a.At))
		case word == "border.lead":
			return just(lead.Office)
		case reason == "parent":
			return just(lead.Office, other.Office)
		default:
			return just(other.Office)
		}
	}
	return nil
}

func (n *naive) posted(kind string, a *asked) []who {
	places := []func(*layers.Post) bool{func(p *layers.Post) bool { return p.Community != "" && p.Community == a.community }}
	for _, o := range a.overlays {
		places = append(places, func(p *layers.Post) bool { return p.Overlay == o.ID })
	}
	places = append(places, func(p *layers.Post) bool { return p.Grid == a.grid.Code })
	for _, here := range places {
		var best *layers.Post
		for _, p := range n.posts {
			if p.Kind == kind && here(p) && p.ValidAt(a.At) && n.unitNow(p.Unit, a.At) != nil && (best == nil || p.ID < best.ID) {
				best = p
			}
		}
		if best != nil {
			return []who{{best.Unit, best.ID}}
		}
	}
	return nil
}

// chain lists a unit and all above it.
func (n *naive) chain(id string, when layers.Instant) (out []string) {
	for range 16 {
		u := n.unitNow(id, when)
		if u == nil {
			break
		}
		out = append(out, id)
		id = u.Parent
	}
	return out
}

func (n *naive) common(a, b string, when layers.Instant) string {
	others := n.chain(b, when)
	for _, u := range n.chain(a, when) {
		if slices.Contains(others, u) {
			return u
		}
	}
	return ""
}

// lead finds who leads along the border, nil for a place that is near none.
func (n *naive) lead(r *layers.Rule, a *asked) (lead, other *layers.Grid, reason, agreement string) {
	beside := a.straddled
	if beside == nil {
		most := max(30, a.AccuracyM)
		if r != nil && r.When.Area != nil && r.When.Area.NearBorderM > 0 {
			most = r.When.Area.NearBorderM
		}
		if a.other == nil || a.borderM > most {
			return nil, nil, "", ""
		}
		beside = a.other
	}
	pair := []*layers.Grid{a.grid, beside}
	take := func(code string) (lead, other *layers.Grid) {
		if pair[0].Code == code {
			return pair[0], pair[1]
		}
		return pair[1], pair[0]
	}
	today := a.on.String()
	var best *layers.Agreement
	for _, one := range n.signed {
		same := one.GridA == a.grid.Code && one.GridB == beside.Code || one.GridB == a.grid.Code && one.GridA == beside.Code
		if same && one.ValidAt(a.At) && one.From <= today && (one.Until == "" || today < one.Until) && (best == nil || one.ID < best.ID) {
			best = one
		}
	}
	if best != nil && n.plant != "no agreements" {
		second := best.GridA
		if best.First == best.GridA {
			second = best.GridB
		}
		code := ""
		switch best.Lead {
		case "fixed":
			code = best.First
		case "month":
			local := a.At.Time().In(layers.Shanghai())
			code = second
			if months := (local.Year()-2025)*12 + int(local.Month()); months%2 == 1 || months%2 == -1 {
				code = best.First
			}
		case "case":
			for _, c := range a.CaseNumber {
				if c >= '0' && c <= '9' {
					code = second
					if (c-'0')%2 == 1 {
						code = best.First
					}
				}
			}
		}
		if code != "" {
			lead, other = take(code)
			return lead, other, "agreement", best.ID
		}
	}
	switch {
	case a.own > a.beyond:
		return a.grid, beside, "share", ""
	case a.beyond > a.own:
		return beside, a.grid, "share", ""
	case a.ReceivedBy == a.grid.Code || a.ReceivedBy == beside.Code:
		lead, other = take(a.ReceivedBy)
		return lead, other, "received", ""
	}
	lead, other = take(min(a.grid.Code, beside.Code))
	return lead, other, "parent", ""
}

// fill writes down what a rule that decides gives.
func (n *naive) fill(out *said, r *layers.Rule, primary who, holds []*layers.Rule, a *asked) {
	text := func(u who, role, rule string) string {
		return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", u.id, role, rule, u.post))
	}
	out.Primary, out.Fallback, out.Basis = text(primary, "dispose", r.Ref()), r.Band == layers.FallbackRules, basisText(r)
	if r.Then.Primary == "border.lead" {
		out.Outcome = "cross_border"
	}
	acting := []*layers.Rule{r}
	for _, other := range holds {
		higher := slices.Compare(n.rank(other, a.Category), n.rank(r, a.Category)) > 0
		if other.Then.Additive && (!higher || n.plant == "additions of a higher rank") {
			acting = append(acting, other)
		}
	}
	seen := map[string]bool{primary.id: true}
	departments := 0
	count := func(id string) {
		if u := n.unitNow(id, a.At); u != nil && (u.Kind == "department" || u.Kind == "police") {
			departments++
		}
	}
	count(primary.id)
	for _, rule := range acting {
		for _, e := range rule.Then.Co {
			for _, u := range n.named(e, rule, a) {
				if seen[u.id] && n.plant != "several roles" {
					continue
				}
				seen[u.id] = true
				count(u.id)
				role := "help"
				if e == "feature.owners" {
					role = "dispose"
				}
				out.Co = append(out.Co, text(u, role, rule.Ref()))
			}
		}
	}
	for _, rule := range acting {
		if out.Supervisor != "" || rule.Then.Supervisor == "" {
			continue
		}
		for _, u := range n.named(rule.Then.Supervisor, rule, a) {
			if !seen[u.id] && out.Supervisor == "" {
				seen[u.id] = true
				out.Supervisor = text(u, "follow_up", rule.Ref())
			}
		}
	}
	for _, rule := range acting {
		for _, e := range rule.Then.Informed {
			for _, u := range n.named(e, rule, a) {
				if !seen[u.id] {
					seen[u.id] = true
					out.Informed = append(out.Informed, text(u, "inform", rule.Ref()))
				}
			}
		}
	}
	out.Clock = n.clock(r, a)
	var kinds []string
	if a.straddled != nil || r.Then.Primary == "border.lead" || r.When.Area != nil && r.When.Area.NearBorderM > 0 {
		if lead, _, _, _ := n.lead(r, a); lead != nil {
			kinds = append(kinds, "area")
		}
	}
	if departments > 1 {
		kinds = append(kinds, "department")
	}
	u := n.unitNow(primary.id, a.At)
	if u.External || r.Base.List == "whistle" && (u.Kind == "department" || u.Kind == "police") && u.Town == "" && u.Grid == "" {
		kinds = append(kinds, "level")
	}
	if len(kinds) > 0 {
		out.Crossing = n.crossing(kinds, r, primary.id, a)
	}
}

func (n *naive) crossing(kinds []string, r *layers.Rule, primary string, a *asked) string {
	if !slices.Contains(kinds, "area") {
		return fmt.Sprint(kinds, primary, "rule")
	}
	lead, other, reason, agreement := n.lead(r, a)
	if reason == "parent" {
		return fmt.Sprint(kinds, n.common(lead.Office, other.Office, a.At), "", lead.Code, other.Code, agreement, reason)
	}
	return fmt.Sprint(kinds, lead.Office, other.Office, lead.Code, other.Code, agreement, reason)
}

func basisText(r *layers.Rule) string { return fmt.Sprint(r.Base.List, r.Base.Item, r.Base.Invented) }

// clock lists the deadlines, as the calendar counts them.
func (n *naive) clock(r *layers.Rule, a *asked) string {
	if r.Clock == nil {
		return ""
	}
	var due [3]int64
	var kinds [3]calendar.ClockKind
	any := false
	for i, d := range []*layers.RuleDeadline{r.Clock.Ack, r.Clock.Arrive, r.Clock.Resolve} {
		if d == nil {
			continue
		}
		if k, err := d.Clock(); err == nil {
			when, provisional, _ := n.s.Calendar().Due(k, int64(a.At))
			due[i], kinds[i], any = when, d.Kind, any || provisional
		}
	}
	return fmt.Sprint(due, kinds, any)
}

// says is an answer in the words of the twin.
func says(a *duty.Answer) said {
	out := said{Outcome: string(a.Outcome)}
	r := a.Responsibility
	text := func(p *duty.Party) string {
		if p == nil {
			return ""
		}
		return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.Unit, p.Role, p.Rule, p.Post))
	}
	list := func(parties []duty.Party) (out []string) {
		for i := range parties {
			out = append(out, text(&parties[i]))
		}
		return out
	}
	out.Primary, out.Supervisor, out.Co, out.Informed, out.Fallback = text(r.Primary), text(r.Supervisor), list(r.Co), list(r.Informed), r.Fallback
	if r.Primary != nil && r.Primary.Rule == "" {
		out.Primary = r.Primary.Unit
	}
	for _, s := range a.Trace {
		if s.Step == "rules" && len(s.Matched) > 0 {
			out.Matched = slices.Clone(s.Matched)
		}
	}
	if b := r.Basis; b != nil {
		out.Basis = fmt.Sprint(b.List, b.Item, b.Invented)
	}
	if c := r.Clock; c != nil {
		out.Clock = fmt.Sprint([3]int64{int64(c.Ack), int64(c.Arrive), int64(c.Resolve)}, [3]string{c.Kinds.Ack, c.Kinds.Arrive, c.Kinds.Resolve}, c.Provisional)
	}
	if x := r.CrossBorder; x != nil {
		out.Crossing = fmt.Sprint(x.Kinds, x.Lead, x.Other, x.LeadGrid, x.OtherGrid, x.Agreement, x.Reason)
		if !slices.Contains(x.Kinds, "area") {
			out.Crossing = fmt.Sprint(x.Kinds, x.Lead, x.Reason)
		}
	}
	return out
}

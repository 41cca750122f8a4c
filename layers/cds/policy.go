package cds

import (
	"cmp"
	"encoding/json"
	"slices"

	"wangge/layers"
)

// The bands of priority: the lowest number goes first, as the specification has it. The policies of a zone are numbered within their
// band, so that no two have the same priority.
const (
	emergencyBand = 10
	worksBand     = 20
	eventBand     = 30
	exceptionBand = 40
	regularBand   = 50
	defaultBand   = 60
	// bandWidth is how many policies a band has room for; wideBands is by how much all are wider in a zone that needs more.
	bandWidth = 10
	wideBands = 1000
)

// law is what holds in a zone by one rule: its policies but for their priority, the strongest first.
type law struct {
	band      int
	published int64
	rules     []Rule
	spans     []TimeSpan
	revision  string // the id of the schedule, "" for orders and the default
}

// policies numbers the laws, which come in order of rank, and gives each policy its id.
func policies(laws []law) (out []*Policy, of [][]string) {
	count := map[int]int{}
	for _, l := range laws {
		count[l.band] += len(l.rules)
	}
	scale := 1
	for _, n := range count {
		if n > bandWidth {
			scale = wideBands
		}
	}
	next := map[int]int{}
	of = make([][]string, len(laws))
	for i, l := range laws {
		for _, r := range l.rules {
			p := &Policy{Published: l.published, Priority: l.band*scale + next[l.band], Rules: []Rule{r}, TimeSpans: l.spans}
			next[l.band]++
			p.ID = p.content()
			out = append(out, p)
			of[i] = append(of[i], p.ID)
		}
	}
	return out, of
}

// content is the id that a policy has by what it says.
func (p *Policy) content() string {
	same := *p
	same.ID = ""
	b, err := json.Marshal(&same)
	if err != nil {
		return "" // cannot be: texts and whole numbers alone
	}
	return uuid("policy", string(b))
}

// laws returns what holds in a zone, the strongest first: orders, windows of exceptions, usual windows, the default mode.
func (m *maker) laws(rows []*layers.Zone, schedules []*layers.Schedule, orders []*layers.Order) []law {
	out := m.orderLaws(orders)
	out = append(out, m.windowLaws(rows[len(rows)-1], schedules)...)
	return append(out, m.usualLaws(rows, schedules)...)
}

// orderLaws are emergencies, works and events in the order in which layers.Timetable looks at them. An order is a span from one moment to
// another, whatever else holds then: it goes before it.
func (m *maker) orderLaws(list []*layers.Order) (out []law) {
	type standing struct {
		law
		from int64
		id   string
	}
	var all []standing
	covered, _ := m.coverage.Instants()
	for _, o := range list {
		from, to, ok := o.Span()
		band := map[layers.Band]int{layers.EmergencyBand: emergencyBand, layers.WorksBand: worksBand, layers.EventBand: eventBand}[o.Band]
		if !ok || to <= covered || band == 0 {
			continue
		}
		all = append(all, standing{law{band: band, published: published(o.ValidFrom), rules: []Rule{{Activity: Activity(o.Mode)}},
			spans: []TimeSpan{{Start: int64(from), End: int64(to)}}}, int64(from), o.ID})
	}
	slices.SortFunc(all, func(a, b standing) int {
		return cmp.Or(cmp.Compare(a.band, b.band), cmp.Compare(b.from, a.from), cmp.Compare(a.id, b.id))
	})
	for _, s := range all {
		out = append(out, s.law)
	}
	return out
}

// windowLaws are those of the revisions, exceptions before the others. When each holds is what the timetable without orders says: there
// every moment has one rule, so that the order among windows of a band means nothing.
func (m *maker) windowLaws(z *layers.Zone, schedules []*layers.Schedule) []law {
	if len(schedules) == 0 {
		return nil
	}
	open := map[string]pieces{}
	from, to := m.coverage.Instants()
	for _, s := range layers.NewTimetable(z, m.calendar, schedules, nil).Stretches(nil, from, to) {
		if s.Rule == layers.DefaultRule {
			continue
		}
		if open[s.Rule] == nil {
			open[s.Rule] = pieces{}
		}
		open[s.Rule].add(s.From, s.To)
	}
	var special, regular []law
	for _, s := range schedules {
		add := func(list *[]law, band int, prefix string, windows []layers.ModeWindow) {
			for i := range windows {
				if at := open[prefix+windows[i].ID]; at != nil {
					*list = append(*list, law{band, publishedBy(s), rulesOf(&windows[i]), at.spans(), s.ID})
				}
			}
		}
		add(&regular, regularBand, s.Code+"/", s.Windows)
		for i := range s.Exceptions {
			x := &s.Exceptions[i]
			add(&special, exceptionBand, s.Code+"/"+x.ID+"/", x.Windows)
		}
	}
	return append(special, regular...)
}

// usualLaws are the default mode of a zone, of each state of it if they differ. It is bounded where the schedules go on but the coverage ends,
// so that a reader who asks beyond finds nothing rather than something wrong.
func (m *maker) usualLaws(rows []*layers.Zone, schedules []*layers.Schedule) (out []law) {
	covered, ends := m.coverage.Instants()
	before, after := m.coverage.beyond(schedules)
	for i := 0; i < len(rows); {
		first := rows[i]
		for i++; i < len(rows) && rows[i].DefaultMode == first.DefaultMode; i++ {
		}
		span := TimeSpan{}
		if first != rows[0] {
			span.Start = int64(first.ValidFrom)
		}
		if i < len(rows) {
			span.End = int64(rows[i].ValidFrom)
		}
		if before {
			span.Start = max(span.Start, int64(covered))
		}
		if after && (span.End == 0 || span.End > int64(ends)) {
			span.End = int64(ends)
		}
		one := law{band: defaultBand, published: published(first.ValidFrom), rules: []Rule{{Activity: Activity(first.DefaultMode)}}}
		switch {
		case span.End != 0 && span.End <= span.Start:
			continue
		case span.Start != 0 || span.End != 0:
			one.spans = []TimeSpan{span}
		}
		out = append(out, one)
	}
	return out
}

// publishedBy is when a revision was published: by its last comment of that step, or from its first day if there is none.
func publishedBy(s *layers.Schedule) int64 {
	for _, c := range slices.Backward(s.Comments) {
		if c.Step == layers.Published {
			return int64(c.At)
		}
	}
	return published(s.ValidFrom)
}

func published(at layers.Instant) int64 { return max(0, int64(at)) }

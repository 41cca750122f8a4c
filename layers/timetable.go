package layers

import (
	"cmp"
	"slices"
	"sync/atomic"

	"wangge/layers/calendar"
)

// Timetable says what a zone is used for at every instant. Tiles, lookups, rules and routes all ask it.
//
// Orders go first, by band, the later one of a band before the earlier. Without an order the windows count that began on the day
// or on the day before, each by the revision in force on the day on which it began: a night that began under one revision ends
// under it. Windows of exceptions go before the others; of two of a kind the one that began later counts, of two that began together
// the first of the list. Where no window is open the zone has its default mode. So there is always exactly one mode.
//
// Of the exceptions of a day the first that closes or replaces decides about the usual windows; windows of all that extend begin
// beside them. A pending exception does nothing.
//
// A Timetable says the same for ever and is safe for concurrent use.
type Timetable struct {
	calendar  *calendar.Calendar
	usual     Use
	revisions []revision // by first day
	orders    []standing // the strongest first
	upcoming  atomic.Pointer[calm]
	years     [4]atomic.Pointer[changes] // by year modulo 4
}

// Use is what a zone is used for.
type Use struct {
	Mode Mode
	// Rule names what decided: DefaultRule, the id of an order, <revision>/<window> or <revision>/<exception>/<window>.
	Rule string
}

// DefaultRule is the rule where nothing but the zone's default mode holds.
const DefaultRule = "default"

// standing is an order as the timetable holds it.
type standing struct {
	calendar.Span
	use  Use
	band int // 0 is the highest
}

// revision is a published revision of the schedule.
type revision struct {
	from, until calendar.Day // until is the day after the last one
	windows     []opening
	exceptions  []exempt
}

type opening struct {
	calendar.Window
	use Use
}

type exempt struct {
	days    calendar.Days
	effect  Effect
	windows []opening
}

// endless is the day after the last one of a revision without an end.
const endless = calendar.Day(1 << 30)

// NewTimetable makes the timetable of a zone from revisions of its schedule and orders that may be about it. What a draft would do is
// seen by giving it with the revisions that count. Revisions and orders that are not valid, or of other zones, are left out.
func NewTimetable(z *Zone, c *calendar.Calendar, schedules []*Schedule, orders []*Order) *Timetable {
	t := &Timetable{calendar: c, usual: Use{z.DefaultMode, DefaultRule}}
	for _, s := range schedules {
		if s.Zone != z.ID {
			continue
		}
		if r, err := newRevision(s); err == nil {
			t.revisions = append(t.revisions, r)
		}
	}
	slices.SortStableFunc(t.revisions, func(a, b revision) int { return cmp.Compare(a.from, b.from) })
	for _, o := range orders {
		if from, to, ok := o.Span(); ok && slices.Contains(o.Zones, z.ID) {
			t.orders = append(t.orders, standing{calendar.Span{From: int64(from), To: int64(to)}, Use{o.Mode, o.ID}, slices.Index(bands, o.Band)})
		}
	}
	slices.SortFunc(t.orders, func(a, b standing) int {
		return cmp.Or(cmp.Compare(a.band, b.band), cmp.Compare(b.From, a.From), cmp.Compare(a.use.Rule, b.use.Rule))
	})
	return t
}

func newRevision(s *Schedule) (r revision, err error) {
	if r.from, err = calendar.ParseDay(s.From); err != nil {
		return r, err
	}
	r.until = endless
	if s.Until != "" {
		if r.until, err = calendar.ParseDay(s.Until); err != nil {
			return r, err
		}
	}
	if r.windows, err = openings(s.Code+"/", s.Windows); err != nil {
		return r, err
	}
	for i := range s.Exceptions {
		x := &s.Exceptions[i]
		if x.Pending() {
			continue
		}
		one := exempt{effect: x.Effect}
		if one.days, err = x.days(); err != nil {
			return r, err
		}
		if one.windows, err = openings(s.Code+"/"+x.ID+"/", x.Windows); err != nil {
			return r, err
		}
		r.exceptions = append(r.exceptions, one)
	}
	return r, nil
}

func openings(prefix string, list []ModeWindow) ([]opening, error) {
	out := make([]opening, len(list))
	for i := range list {
		w, err := list[i].window()
		if err != nil {
			return nil, err
		}
		out[i] = opening{w, Use{list[i].Mode, prefix + list[i].ID}}
	}
	return out, nil
}

// At returns what the zone is used for at an instant.
func (t *Timetable) At(at Instant) Use {
	for i := range t.orders {
		if t.orders[i].Holds(int64(at)) {
			return t.orders[i].use
		}
	}
	found := &t.usual
	today, _ := calendar.DayAt(int64(at))
	for k := range calendar.Day(2) {
		regular, special := t.opened(today-k, int64(at))
		if special != nil {
			return special.use
		}
		if regular != nil && found == &t.usual {
			found = &regular.use
		}
	}
	return *found
}

// opened returns the usual window and the window of an exception that count at an instant, of those that began on a day; nil for none.
func (t *Timetable) opened(on calendar.Day, at int64) (regular, special *opening) {
	t.eachSet(on, func(windows []opening, exceptional bool) {
		found := t.latest(windows, on, at)
		if exceptional {
			special = later(special, found)
		} else {
			regular = found
		}
	})
	return regular, special
}

// eachSet calls f with the sets of windows that may begin on a day: those of exceptions, in their order, then the usual ones, unless an
// exception closes or replaces them.
func (t *Timetable) eachSet(on calendar.Day, f func(windows []opening, exceptional bool)) {
	r := t.inForce(on)
	if r == nil {
		return
	}
	decided := false
	for i := range r.exceptions {
		x := &r.exceptions[i]
		if decided && x.effect != Extend || !x.days.On(t.calendar, on) {
			continue
		}
		decided = decided || x.effect != Extend
		f(x.windows, true)
	}
	if !decided {
		f(r.windows, false)
	}
}

// inForce returns the revision in force on a day, the later one if there are two, nil without one.
func (t *Timetable) inForce(on calendar.Day) *revision {
	for i := len(t.revisions) - 1; i >= 0; i-- {
		if r := &t.revisions[i]; r.from <= on && on < r.until {
			return r
		}
	}
	return nil
}

// latest returns the window that began last on a day and is open at an instant, nil without one.
func (t *Timetable) latest(windows []opening, on calendar.Day, at int64) (found *opening) {
	for i := range windows {
		w := &windows[i]
		if at < on.At(w.Start) || at >= on.At(w.Start+w.Minutes) {
			continue
		}
		if s, ok := w.Span(t.calendar, on); ok && s.Holds(at) {
			found = later(found, w)
		}
	}
	return found
}

// later returns the one of two windows that began later on the same day, the first if they began together.
func later(a, b *opening) *opening {
	if a == nil || b != nil && b.Start > a.Start {
		return b
	}
	return a
}

// Stretch is a stretch of time in which a zone is used for one thing.
type Stretch struct {
	From, To Instant
	Use
}

// Stretches appends what the zone is used for from an instant up to another, without gaps, and never two of the same rule in a row.
func (t *Timetable) Stretches(out []Stretch, from, to Instant) []Stretch {
	if from >= to {
		return out
	}
	first := len(out)
	out = append(out, Stretch{from, to, t.At(from)})
	t.eachTurn(from, to, func(at Instant) bool {
		last := &out[len(out)-1]
		if use := t.At(at); use != last.Use {
			last.To = at
			out = append(out, Stretch{at, to, use})
		}
		return true
	})
	return out[:max(first, len(out))]
}

// Steady returns the last instant up to at, and the first after it, at which the use may change: between the two it does not. Either is 0
// if there is none within 800 days.
func (t *Timetable) Steady(at Instant) (from, until Instant) {
	if len(t.revisions) == 0 && len(t.orders) == 0 {
		return 0, 0
	}
	today, _ := calendar.DayAt(int64(at))
	t.eachTurn(at, Instant((today + farthestChange).Start()), func(turn Instant) bool {
		until = turn
		return false
	})
	var room [64]int64
	for day := today; day > today-farthestChange && from == 0; day-- {
		for _, turn := range t.turns(room[:0], day) {
			if turn <= int64(at) {
				from = max(from, Instant(turn))
			}
		}
	}
	return from, until
}

// eachTurn calls f with the instants after from and before to at which the use may change, in order, until it returns false.
func (t *Timetable) eachTurn(from, to Instant, f func(Instant) bool) {
	var room [64]int64
	day, _ := calendar.DayAt(int64(from))
	for ; day.Start() < int64(to); day++ {
		turns := t.turns(room[:0], day)
		slices.Sort(turns)
		for i, at := range turns {
			if i > 0 && at == turns[i-1] || at <= int64(from) || at >= int64(to) {
				continue
			}
			if !f(Instant(at)) {
				return
			}
		}
	}
}

// turns appends the moments of a day at which windows or orders begin or end. Nothing else changes the use: a day off or a new revision
// decides which windows begin.
func (t *Timetable) turns(out []int64, day calendar.Day) []int64 {
	whole := calendar.Span{From: day.Start(), To: (day + 1).Start()}
	add := func(s calendar.Span) {
		for _, at := range [2]int64{s.From, s.To} {
			if whole.Holds(at) {
				out = append(out, at)
			}
		}
	}
	for i := range t.orders {
		add(t.orders[i].Span)
	}
	for _, on := range [2]calendar.Day{day - 1, day} {
		r := t.inForce(on)
		if r == nil {
			continue
		}
		t.spans(r.windows, on, add)
		for i := range r.exceptions {
			t.spans(r.exceptions[i].windows, on, add)
		}
	}
	return out
}

// spans calls f with the stretches of windows that begin on a day, whether or not an exception is in their way.
func (t *Timetable) spans(windows []opening, on calendar.Day, f func(calendar.Span)) {
	for i := range windows {
		if s, ok := windows[i].Span(t.calendar, on); ok {
			f(s)
		}
	}
}

// Evaluation is what a zone is used for at an instant, until when, and what that rests on.
type Evaluation struct {
	Use
	// NextChange is when the mode changes next, 0 if it does not within 800 days.
	NextChange Instant
	// Provisional says that the notice of days off of that year has not been made, so that the answer may change.
	Provisional bool
	// Calendar names the notices of the year, such as cn-2026@1; "" without one.
	Calendar string
}

// Evaluate returns all that is known about an instant.
func (t *Timetable) Evaluate(at Instant) Evaluation {
	on, _ := calendar.DayAt(int64(at))
	version := t.calendar.Version(on)
	return Evaluation{Use: t.At(at), NextChange: t.NextChange(at), Provisional: !calendar.Announced(version), Calendar: version}
}

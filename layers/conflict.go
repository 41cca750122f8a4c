package layers

import (
	"cmp"
	"fmt"
	"slices"

	"wangge/layers/calendar"
)

// FindingCode is the class of a finding. The words are stable: reports and the API show them.
type FindingCode string

// The classes of findings about the times of a schedule. The first four block a schedule from being reviewed or published.
const (
	// NotValid: the schedule cannot be read; Validate says where.
	NotValid FindingCode = "not-valid"
	// ModesAtOnce: two windows of one rank with different modes are open at one instant.
	ModesAtOnce FindingCode = "modes-at-once"
	// RevisionsAtOnce: two revisions of the series are in force on one day.
	RevisionsAtOnce FindingCode = "revisions-at-once"
	// ModeGap: the schedule is in force while its zone does not exist.
	ModeGap FindingCode = "mode-gap"
	// WindowsClose: between the end of a window and the beginning of the next lie less than 30 minutes.
	WindowsClose FindingCode = "windows-close"
	// GraceTooLong: traffic begins while those who have to leave still have time.
	GraceTooLong FindingCode = "grace-too-long"
	// NeverOpen: a window is open on no day that was looked at.
	NeverOpen FindingCode = "never-open"
	// EventPending: an exception waits for its event.
	EventPending FindingCode = "event-pending"
	// YearNotAnnounced: the schedule looks at types of days of a year that has no notice.
	YearNotAnnounced FindingCode = "year-not-announced"
	// LongWorks: an order for works lasts more than seven days.
	LongWorks FindingCode = "long-works"
)

// Finding is something about a schedule, or a zone, that whoever plans has to know.
type Finding struct {
	Code FindingCode `json:"code"`
	// Blocks says that the schedule cannot go on as it is; otherwise the finding is a warning.
	Blocks bool `json:"blocks"`
	// IDs are the windows, exceptions, revisions, orders, zones or spaces that it is about, as rules name them.
	IDs []string `json:"ids"`
	// First is the first instant at which it is so, 0 where that has no meaning; Date is a day to look at.
	First Instant `json:"first,omitzero"`
	Date  string  `json:"date,omitempty"`
	// Detail says it in a sentence.
	Detail string `json:"detail"`
}

// Blocked reports whether one of the findings blocks.
func Blocked(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Blocks })
}

const (
	// lookAhead is how many days of a schedule are looked at: two years and every date of a leap year.
	lookAhead = 2*366 + 1
	// closeWindows is the least pause between two windows, in milliseconds.
	closeWindows = 30 * 60_000
	longWorks    = Instant(7 * 24 * 3_600_000)
	// mostOfClass is how many findings of one class are listed. What blocks is there if there is any of it.
	mostOfClass = 50
)

// FindConflicts looks at a revision as it would be if it were published: beside the other revisions of its series that count and the
// orders about its zone. Two years from its first day are looked at. The findings that block come first, then they go by time.
func FindConflicts(z *Zone, c *calendar.Calendar, s *Schedule, others []*Schedule, orders []*Order) []Finding {
	r, err := newRevision(s)
	if err != nil {
		return []Finding{{Code: NotValid, Blocks: true, IDs: []string{s.Code}, Detail: err.Error()}}
	}
	f := &finder{calendar: c, schedule: s, revision: r, count: map[FindingCode]int{}, atOnce: true, close: true, open: map[string]bool{}}
	f.zone(z)
	beside := f.beside(others)
	f.revisions(beside)
	f.times(beside)
	f.pending()
	f.years()
	f.works(z, orders)
	slices.SortStableFunc(f.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.First, b.First), cmp.Compare(a.Code, b.Code))
	})
	return f.found
}

// rank is 0 for what blocks, and 1 for a warning.
func (f *Finding) rank() int {
	if f.Blocks {
		return 0
	}
	return 1
}

type finder struct {
	calendar *calendar.Calendar
	schedule *Schedule
	revision revision
	found    []Finding
	count    map[FindingCode]int
	// atOnce and close say that findings of ModesAtOnce and WindowsClose are still looked for.
	atOnce, close bool
	open          map[string]bool // rules of windows that open
}

func (f *finder) add(code FindingCode, blocks bool, first Instant, detail string, ids ...string) {
	if f.count[code] == mostOfClass {
		return
	}
	f.count[code]++
	f.atOnce, f.close = f.count[ModesAtOnce] < mostOfClass, f.count[WindowsClose] < mostOfClass
	one := Finding{Code: code, Blocks: blocks, IDs: ids, First: first, Detail: detail}
	if first != 0 {
		on, _ := calendar.DayAt(int64(first))
		one.Date = on.String()
	}
	f.found = append(f.found, one)
}

// zone checks that the zone exists as long as the schedule is in force.
func (f *finder) zone(z *Zone) {
	from, until := Instant(f.revision.from.Start()), Instant(f.revision.until.Start())
	switch {
	case from < z.ValidFrom && z.ValidFrom > 1:
		f.add(ModeGap, true, from, fmt.Sprintf("the zone %s exists from %s on", z.Code, dayOf(z.ValidFrom)), f.schedule.Code, z.ID)
	case z.ValidTo != 0 && until > z.ValidTo:
		f.add(ModeGap, true, z.ValidTo, fmt.Sprintf("the zone %s exists until %s", z.Code, dayOf(z.ValidTo)), f.schedule.Code, z.ID)
	}
}

func dayOf(at Instant) calendar.Day {
	d, _ := calendar.DayAt(int64(at))
	return d
}

// neighbour is another revision for the same zone that counts.
type neighbour struct {
	code string
	revision
}

// beside returns the other revisions for the zone that count.
func (f *finder) beside(others []*Schedule) (out []neighbour) {
	for _, o := range others {
		if o.ID == f.schedule.ID || o.Zone != f.schedule.Zone || !o.Counts() {
			continue
		}
		if r, err := newRevision(o); err == nil {
			out = append(out, neighbour{o.Code, r})
		}
	}
	return out
}

// revisions checks that no other revision is in force on a day of this one.
func (f *finder) revisions(beside []neighbour) {
	for _, o := range beside {
		if first := max(o.from, f.revision.from); first < min(o.until, f.revision.until) {
			f.add(RevisionsAtOnce, true, Instant(first.Start()), fmt.Sprintf("%s is in force from %s", o.code, first), f.schedule.Code, o.code)
		}
	}
}

// occurrence is a stretch of a window that began on some day.
type occurrence struct {
	calendar.Span
	use     Use
	special bool // of an exception
}

// times looks at the windows day by day. The night before the first day is that of the revision before.
func (f *finder) times(beside []neighbour) {
	t := &Timetable{calendar: f.calendar, revisions: []revision{f.revision}}
	for _, o := range beside {
		if o.until == f.revision.from {
			t.revisions = append(t.revisions, o.revision)
		}
	}
	slices.SortStableFunc(t.revisions, func(a, b revision) int { return cmp.Compare(a.from, b.from) })
	met := map[[2]string]bool{}
	before := t.began(f.revision.from - 1)
	last := min(f.revision.until, f.revision.from+lookAhead)
	for day := f.revision.from; day < last; day++ {
		today := t.began(day)
		for i := range today {
			f.open[today[i].use.Rule] = true
			for k := range before {
				f.pair(&before[k], &today[i], met)
			}
			for k := range i {
				f.pair(&today[k], &today[i], met)
			}
		}
		before = today
	}
	f.single()
}

// began returns the stretches of the windows that begin on a day.
func (t *Timetable) began(on calendar.Day) (out []occurrence) {
	t.eachSet(on, func(windows []opening, exceptional bool) {
		for i := range windows {
			if s, ok := windows[i].Span(t.calendar, on); ok {
				out = append(out, occurrence{s, windows[i].use, exceptional})
			}
		}
	})
	return out
}

// pair compares two stretches. A window of an exception may lie over a usual one: that is what it is for.
func (f *finder) pair(a, b *occurrence, met map[[2]string]bool) {
	if b.From < a.From {
		a, b = b, a
	}
	pause := b.From - a.To
	meet := pause < 0 && f.atOnce && a.use.Mode != b.use.Mode
	near := pause > 0 && pause < closeWindows && f.close && a.use != b.use
	if !meet && !near || a.special != b.special {
		return
	}
	key := [2]string{a.use.Rule, b.use.Rule}
	switch {
	case met[key]:
		return
	case meet:
		f.add(ModesAtOnce, true, Instant(b.From), fmt.Sprintf("%s is %s and %s is %s", a.use.Rule, a.use.Mode, b.use.Rule, b.use.Mode), a.use.Rule, b.use.Rule)
	default:
		f.add(WindowsClose, false, Instant(a.To), fmt.Sprintf("%d minutes lie between %s and %s", pause/60_000, a.use.Rule, b.use.Rule), a.use.Rule, b.use.Rule)
	}
	met[key] = true
}

// single looks at each window by itself.
func (f *finder) single() {
	each := func(prefix string, list []ModeWindow) {
		for i := range list {
			w, rule := &list[i], prefix+list[i].ID
			if !f.open[rule] {
				f.add(NeverOpen, false, 0, fmt.Sprintf("%s is open on no day of the two years from %s", rule, f.schedule.From), rule)
			}
			as, err := w.window()
			if err != nil || w.Mode != Parking || w.GraceMin == 0 {
				continue
			}
			if left := as.Start + as.Minutes - clearMinute(w, as); left < w.GraceMin {
				f.add(GraceTooLong, false, 0, fmt.Sprintf("%s ends at %s, but those who have to leave by %s have %d minutes more", rule, ClockText(as.Start+as.Minutes), ClockText(clearMinute(w, as)), w.GraceMin), rule)
			}
		}
	}
	each(f.schedule.Code+"/", f.schedule.Windows)
	for i := range f.schedule.Exceptions {
		if x := &f.schedule.Exceptions[i]; !x.Pending() {
			each(f.schedule.Code+"/"+x.ID+"/", x.Windows)
		}
	}
}

// clearMinute is the minute by which all must have left, counted from the midnight before the window begins.
func clearMinute(w *ModeWindow, as calendar.Window) int {
	by, err := clock("", w.ClearBy)
	if err != nil {
		return as.Start + as.Minutes
	}
	if by <= as.Start {
		by += calendar.MinutesOfDay
	}
	return by
}

func (f *finder) pending() {
	for i := range f.schedule.Exceptions {
		if x := &f.schedule.Exceptions[i]; x.Pending() {
			f.add(EventPending, false, 0, fmt.Sprintf("%s waits for the event %q and does nothing until then", x.ID, x.Event), f.schedule.Code+"/"+x.ID)
		}
	}
}

// years checks that the years that are looked at have notices, if the schedule asks for types of days.
func (f *finder) years() {
	asks := slices.ContainsFunc(f.schedule.Windows, func(w ModeWindow) bool { return len(w.DayTypes) > 0 }) ||
		slices.ContainsFunc(f.schedule.Exceptions, func(x Exception) bool {
			return len(x.DayTypes) > 0 || slices.ContainsFunc(x.Windows, func(w ModeWindow) bool { return len(w.DayTypes) > 0 })
		})
	if !asks {
		return
	}
	for day := f.revision.from; day < min(f.revision.until, f.revision.from+lookAhead); day++ {
		if f.calendar.Provisional(day) {
			f.add(YearNotAnnounced, false, Instant(day.Start()), fmt.Sprintf("the days off of %d have not been announced; its days go by their weekdays until then", day.Year()), f.schedule.Code)
			return
		}
	}
}

// works lists orders for works over the schedule that last long.
func (f *finder) works(z *Zone, orders []*Order) {
	from, until := Instant(f.revision.from.Start()), Instant(f.revision.until.Start())
	for _, o := range orders {
		starts, ends, ok := o.Span()
		if ok && o.Band == WorksBand && slices.Contains(o.Zones, z.ID) && starts < until && ends > from && ends-starts > longWorks {
			f.add(LongWorks, false, starts, fmt.Sprintf("the works of %s last %d days", o.Code, (ends-starts)/(24*3_600_000)), o.ID)
		}
	}
}

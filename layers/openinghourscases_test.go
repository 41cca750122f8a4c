package layers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"wangge/data/realdata"
	"wangge/layers"
	"wangge/layers/calendar"
)

// hoursCase is a case of others' tests: equivalent spellings, a stretch of time, and when it is open in it.
type hoursCase struct {
	name      string
	spellings []string
	from, to  string
	open      [][2]string
}

func hoursCases(t *testing.T) (out []hoursCase) {
	raw, err := os.ReadFile(realdata.File(t, "opening-hours/opening_hours_js-cases-a.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Kind string
		Args []any
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if one.Kind != "test" {
			continue
		}
		c := hoursCase{name: one.Args[0].(string), from: one.Args[2].(string), to: one.Args[3].(string)}
		spellings, several := one.Args[1].([]any)
		if !several {
			spellings = []any{one.Args[1]}
		}
		for _, s := range spellings {
			if pair, marked := s.([]any); marked {
				s = pair[0]
			}
			c.spellings = append(c.spellings, s.(string))
		}
		for _, span := range one.Args[4].([]any) {
			from, to := hoursText(t, span.([]any)[0].(string)), hoursText(t, span.([]any)[1].(string))
			if n := len(c.open); n > 0 && c.open[n-1][1] == from { // of another comment
				c.open[n-1][1] = to
				continue
			}
			c.open = append(c.open, [2]string{from, to})
		}
		out = append(out, c)
	}
	return out
}

const hoursForm = "2006-01-02 15:04"

// shanghai is where the clocks of the cases are read.
var shanghai = time.FixedZone("", 8*3600)

// hoursTime reads the times of the cases, which are written in several ways.
func hoursTime(t *testing.T, s string) time.Time {
	t.Helper()
	for _, form := range []string{"2006-1-2 15:4", "2006.1.2 15:4", "2006-1-2T15:4", "2006-1-2 15:4:5", "2006.1.2 15:4:5"} {
		if at, err := time.ParseInLocation(form, strings.Replace(s, "-11-31", "-12-01", 1), shanghai); err == nil {
			return at
		}
	}
	at, err := time.Parse(time.RFC3339, s) // in UTC: the clock of the cases is Berlin's
	berlin, known := time.LoadLocation("Europe/Berlin")
	if err != nil || known != nil {
		t.Fatalf("%q is no time: %v, %v", s, err, known)
	}
	at = at.In(berlin)
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, shanghai)
}

func hoursText(t *testing.T, s string) string { return hoursTime(t, s).Format(hoursForm) }

// TestOpeningHours: what others expect of expressions of opening hours, for all that windows and exceptions can say. For the rest it says
// why not, case by case.
func TestOpeningHours(t *testing.T) {
	reasons := map[string]int{}
	cases, same, spellings := hoursCases(t), 0, 0
	for i, c := range cases {
		from, to := hoursTime(t, c.from), hoursTime(t, c.to)
		first, last := calendar.Day((from.Unix()+8*3600)/86_400), calendar.Day((to.Unix()+8*3600)/86_400)
		why, said := "", false
		if len(c.spellings) == 0 {
			why = "there is no expression"
		}
		for _, spelling := range c.spellings {
			rules, err := readHours(spelling)
			var s *layers.Schedule
			if err == nil {
				s, err = revisionOf(rules, first, last)
			}
			if err != nil {
				if why == "" {
					why = err.Error()
				}
				continue
			}
			said = true
			spellings++
			if got := openStretches(s, from, to); !slices.Equal(got, c.open) {
				t.Errorf("case %d, %s: %s\n got %v\nwant %v", i, c.name, spelling, got, c.open)
			}
			if len(c.open) > 0 && !needed(s, from, to, c.open) {
				t.Errorf("case %d, %s: %s is open as it has to be without any of its parts", i, c.name, spelling)
			}
		}
		if said {
			same++
		} else {
			reasons[why]++
			t.Logf("case %d cannot be said (%s): %.80q", i, why, c.spellings)
		}
	}
	t.Logf("of %d cases %d can be said, in %d spellings", len(cases), same, spellings)
	if same < 70 {
		t.Errorf("only %d cases can be said", same)
	}
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%4d cannot: %s", reasons[why], why)
	}
}

// needed reports whether one of the parts of a revision makes a difference to when it is open: a comparison that finds no missing part
// would find nothing.
func needed(s *layers.Schedule, from, to time.Time, open [][2]string) bool {
	for i := range s.Windows {
		less := *s
		less.Windows = slices.Delete(slices.Clone(s.Windows), i, i+1)
		if !slices.Equal(openStretches(&less, from, to), open) {
			return true
		}
	}
	for i := range s.Exceptions {
		less := *s
		less.Exceptions = slices.Delete(slices.Clone(s.Exceptions), i, i+1)
		if !slices.Equal(openStretches(&less, from, to), open) {
			return true
		}
	}
	return false
}

// revisionOf says with windows and exceptions what rules say from a day up to another, or why it cannot.
func revisionOf(rules []hoursRule, from, until calendar.Day) (*layers.Schedule, error) {
	s := &layers.Schedule{Meta: layers.Meta{ID: "sc_1", Version: 1, ValidFrom: 1}, Code: "hours-1", Name: "hours", Zone: haihui().ID, Series: "hours", Number: 1,
		State: layers.Published, From: "1990-01-01", Author: "test"}
	usual := true
	for i := range rules {
		r := &rules[i]
		if i > 0 && !r.extra {
			usual = false
		}
		tail, err := tailOf(r, rules[i+1:], from, until)
		if err != nil {
			return nil, err
		}
		if usual && !r.closed {
			s.Windows = append(s.Windows, r.windows(fmt.Sprint("r", i), tail, from, until)...)
			continue
		}
		list, err := r.exceptions(fmt.Sprint("r", i), tail, from, until)
		if err != nil {
			return nil, err
		}
		for _, earlier := range rules[:i] { // what adds windows on its days cannot be taken back
			if adds := earlier.extra && !usual || earlier.closed && len(earlier.times) > 0; adds && !r.extra && !(r.closed && len(r.times) > 0) && meet(&earlier, r, from, until) {
				return nil, errors.New("rules that take back what others added")
			}
		}
		if r.closed && len(r.times) > 0 && slices.ContainsFunc(rules[:i], func(e hoursRule) bool { return !e.closed && !isUsual(rules, &e) && meet(&e, r, from, until) }) {
			return nil, errors.New("times that are closed in days of exceptions")
		}
		s.Exceptions = append(list, s.Exceptions...) // the last rule decides
	}
	if err := s.Validate(layers.CodesFree); err != nil {
		if strings.Contains(err.Error(), "of at most") {
			return nil, errors.New("more windows than a revision holds")
		}
		return nil, err
	}
	return s, nil
}

// tailOf says what becomes of the part of a rule after midnight. A later rule takes away, on its days, what began on the day before too;
// windows can say that if it is so on all days on which the rule itself does not begin, and on no other.
func tailOf(r *hoursRule, later []hoursRule, from, until calendar.Day) (calendar.Tail, error) {
	if !slices.ContainsFunc(r.times, func(span [2]int) bool { return span[0]+span[1] > 1440 }) {
		return "", nil
	}
	cut, otherwise := 0, 0
	for d := from - 1; d < until; d++ {
		if !r.on(d) {
			continue
		}
		gone := slices.ContainsFunc(later, func(l hoursRule) bool { return !l.extra && !(l.closed && len(l.times) > 0) && l.on(d+1) })
		if gone {
			cut++
		}
		if gone == r.on(d+1) {
			otherwise++
		}
	}
	switch {
	case cut == 0:
		return "", nil
	case otherwise > 0 || len(r.days(from, until)) > 1:
		return "", errors.New("a rule that takes away the ends of some nights")
	}
	return calendar.TailCutMidnight, nil
}

// isUsual reports whether a rule is among those that no other goes before.
func isUsual(rules []hoursRule, r *hoursRule) bool {
	for i := range rules {
		if i > 0 && !rules[i].extra {
			return false
		}
		if rules[i].extra == r.extra && slices.Equal(rules[i].times, r.times) && len(rules[i].weekdays) == len(r.weekdays) {
			return true
		}
	}
	return false
}

func meet(a, b *hoursRule, from, until calendar.Day) bool {
	for d := from - 1; d <= until; d++ {
		if a.on(d) && b.on(d) {
			return true
		}
	}
	return false
}

// days are the days of a rule: by weekday and month as they are, all else as dates.
func (r *hoursRule) days(from, until calendar.Day) (out []layers.DaysRule) {
	base := []layers.DaysRule{{Months: r.months}}
	dates := r.dates
	if slices.ContainsFunc(r.weekdays, func(w hoursWeekday) bool { return w.moved != 0 }) {
		base, dates = []layers.DaysRule{{}}, r.on
	} else if len(r.weekdays) > 0 {
		base = nil
		for _, w := range r.weekdays {
			one := layers.DaysRule{Months: r.months, Nth: w.nth}
			for _, d := range w.days {
				one.Weekdays = append(one.Weekdays, strings.ToLower(d.String()[:3]))
			}
			base = append(base, one)
		}
	}
	if dates == nil {
		return base
	}
	for d := from - 2; d <= until; d++ {
		if !dates(d) {
			continue
		}
		end := d
		for end <= until && dates(end) {
			end++
		}
		for _, b := range base {
			b.FirstDay, b.UntilDay = d.String(), end.String()
			out = append(out, b)
		}
		d = end
	}
	return out
}

func (r *hoursRule) windows(id string, tail calendar.Tail, from, until calendar.Day) (out []layers.ModeWindow) {
	for _, days := range r.days(from, until) {
		out = append(out, r.openings(fmt.Sprintf("%s-%d", id, len(out)), tail, days)...)
	}
	return out
}

func (r *hoursRule) openings(id string, tail calendar.Tail, days layers.DaysRule) (out []layers.ModeWindow) {
	mode := layers.Parking
	if r.closed {
		mode = layers.Travel
	}
	times := r.times
	if len(times) == 0 {
		times = [][2]int{{0, 1440}}
	}
	for i, span := range times {
		out = append(out, layers.ModeWindow{ID: fmt.Sprintf("%s-%d", id, i), Mode: mode, DaysRule: days, Start: layers.ClockText(span[0]), DurationMin: span[1], Tail: tail})
	}
	return out
}

func (r *hoursRule) exceptions(id string, tail calendar.Tail, from, until calendar.Day) (out []layers.Exception, err error) {
	for i, days := range r.days(from, until) {
		x := layers.Exception{ID: fmt.Sprintf("%s-%d", id, i), DaysRule: days, Reason: "rule", Effect: layers.Replaced}
		if len(days.Weekdays)+len(days.Months)+len(days.Nth) == 0 && days.FirstDay == "" {
			x.FirstDay, x.UntilDay = (from - 2).String(), (until + 1).String()
		}
		switch {
		case r.closed && len(r.times) == 0:
			x.Effect = layers.Close
		case r.closed || r.extra:
			x.Effect = layers.Extend
		}
		if x.Effect != layers.Close {
			x.Windows = r.openings("w", tail, layers.DaysRule{})
		}
		out = append(out, x)
	}
	return out, nil
}

// openStretches are when the zone is for parking, from one instant up to another, in Shanghai's clock; those that touch are one.
func openStretches(s *layers.Schedule, from, to time.Time) (out [][2]string) {
	tt := layers.NewTimetable(haihui(), layers.CalendarOf(nil), []*layers.Schedule{s}, nil)
	for _, one := range tt.Stretches(nil, layers.InstantOf(from), layers.InstantOf(to)) {
		if one.Mode != layers.Parking {
			continue
		}
		a, b := one.From.Time().In(from.Location()).Format(hoursForm), one.To.Time().In(from.Location()).Format(hoursForm)
		if n := len(out); n > 0 && out[n-1][1] == a {
			out[n-1][1] = b
			continue
		}
		out = append(out, [2]string{a, b})
	}
	return out
}

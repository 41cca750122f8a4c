package layers_test

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangge/layers/calendar"
)

// The language of opening hours, as far as windows and exceptions can say the same. Each rule is read as the days on which it applies, the
// stretches of a day, and whether it opens or closes.

// hoursRule is one rule of an expression.
type hoursRule struct {
	extra    bool // added to the rules before, after a comma; else it takes the place of those before on its days
	closed   bool
	dates    func(calendar.Day) bool // by year, month, day of the month and week; nil for all
	months   []int                   // where they alone bound the dates
	weekdays []hoursWeekday
	times    [][2]int // start and duration in minutes; none for the whole day
}

// hoursWeekday is some weekdays, of which only some occurrences in the month may count, moved by some days.
type hoursWeekday struct {
	days  []time.Weekday
	nth   []int
	moved int
}

func (r *hoursRule) on(d calendar.Day) bool {
	if len(r.months) > 0 && !slices.Contains(r.months, int(dateOf(d).Month())) || r.dates != nil && !r.dates(d) {
		return false
	}
	return len(r.weekdays) == 0 || slices.ContainsFunc(r.weekdays, func(w hoursWeekday) bool { return w.on(d) })
}

func (w hoursWeekday) on(d calendar.Day) bool {
	date := dateOf(d - calendar.Day(w.moved))
	last := time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	n, m := (date.Day()-1)/7+1, -((last-date.Day())/7 + 1)
	return slices.Contains(w.days, date.Weekday()) && (len(w.nth) == 0 || slices.Contains(w.nth, n) || slices.Contains(w.nth, m))
}

// beyond is why an expression cannot be said with windows; the first that fits is the reason.
var beyond = []struct {
	reason string
	form   *regexp.Regexp
}{
	{"times of the sun", regexp.MustCompile(`sunrise|sunset|dawn|dusk`)},
	{"holidays of another country", regexp.MustCompile(`\b(PH|SH)\b|holiday|[Ff]erien`)},
	{"weekdays before a date", regexp.MustCompile(`-Su-28`)},
	{"a state that is not known", regexp.MustCompile(`unknown|^"[^"]*"$`)},
	{"what applies where nothing else does", regexp.MustCompile(`\|\|`)},
	{"an end that is not known", regexp.MustCompile(`\d\d:\d\d\+`)},
}

var hoursToken = regexp.MustCompile(`\d{1,2}:\d\d|24/7|\d+|[A-Za-z]+|"[^"]*"|[-,;:\[\]/+]`)

type hoursReader struct {
	tokens []string
	at     int
}

var errSpelling = errors.New("another spelling")

var (
	hoursDays   = []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}
	hoursMonths = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
)

// readHours reads an expression; errSpelling is of one that other readers would guess at.
func readHours(s string) ([]hoursRule, error) {
	for _, b := range beyond {
		if b.form.MatchString(s) {
			return nil, errors.New(b.reason)
		}
	}
	p := &hoursReader{tokens: hoursToken.FindAllString(s, -1)}
	if strings.Join(p.tokens, "") != regexp.MustCompile(`\s+`).ReplaceAllString(s, "") && !strings.Contains(s, `"`) {
		return nil, errSpelling
	}
	var out []hoursRule
	for extra := false; p.peek() != ""; {
		r, err := p.rule()
		if err != nil {
			return nil, err
		}
		r.extra = extra
		out = append(out, r)
		switch p.next() {
		case ",":
			extra = true
		case ";":
			extra = false
		case "":
			return out, nil
		default:
			return nil, errSpelling
		}
	}
	return nil, errSpelling // ends in a separator
}

func (p *hoursReader) peek() string { return p.ahead(0) }

func (p *hoursReader) ahead(n int) string {
	if p.at+n < len(p.tokens) {
		return p.tokens[p.at+n]
	}
	return ""
}

func (p *hoursReader) next() string {
	t := p.peek()
	p.at++
	return t
}

func (p *hoursReader) take(token string) bool {
	if p.peek() == token {
		p.at++
		return true
	}
	return false
}

func (p *hoursReader) number() (int, error) {
	n, err := strconv.Atoi(p.next())
	if err != nil {
		return 0, errSpelling
	}
	return n, nil
}

func isTime(s string) bool { return len(s) == 5 && s[2] == ':' }
func isYear(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 4 && n > 1900
}

func (p *hoursReader) rule() (r hoursRule, err error) {
	began := p.at
	if err := p.dates(&r); err != nil {
		return r, err
	}
	if slices.Contains(hoursDays, p.peek()) {
		if r.weekdays, err = p.weekdays(); err != nil {
			return r, err
		}
	}
	p.take(":")
	for isTime(p.peek()) {
		spans, err := p.span()
		if err != nil {
			return r, err
		}
		r.times = append(r.times, spans...)
		if p.peek() == "," && isTime(p.ahead(1)) {
			p.at++
		}
	}
	p.take("24/7")
	stated := true
	switch {
	case p.take("off") || p.take("closed"):
		r.closed = true
	case p.take("open"):
	default:
		stated = false
	}
	if strings.HasPrefix(p.peek(), `"`) {
		if p.at++; !stated {
			return r, errors.New("a state that is not known")
		}
	}
	if p.at == began {
		return r, errSpelling
	}
	return r, nil
}

// span reads a start and an end, which is on the next day if it is not later; or a point in time, which is a minute, or points at distances.
func (p *hoursReader) span() ([][2]int, error) {
	from := minuteOf(p.next())
	if !p.take("-") {
		return [][2]int{{from, 1}}, nil
	}
	if !isTime(p.peek()) {
		return nil, errSpelling
	}
	to := minuteOf(p.next())
	if to <= from {
		to += 1440
	}
	if !p.take("/") {
		return [][2]int{{from, to - from}}, nil
	}
	every, err := 0, error(nil)
	if isTime(p.peek()) {
		every = minuteOf(p.next())
	} else if every, err = p.number(); err != nil {
		return nil, err
	}
	var out [][2]int
	for at := from; at <= to; at += every {
		if at >= 1440 {
			return nil, errors.New("points in time after midnight")
		}
		out = append(out, [2]int{at, 1})
	}
	return out, nil
}

func minuteOf(s string) int {
	h, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[3:])
	return h*60 + m
}

func (p *hoursReader) weekdays() (out []hoursWeekday, err error) {
	for {
		from := slices.Index(hoursDays, p.next())
		one := hoursWeekday{days: []time.Weekday{time.Weekday(from)}}
		if p.take("-") {
			to := slices.Index(hoursDays, p.next())
			if to < 0 {
				return nil, errSpelling
			}
			for d := from; d != to; {
				d = (d + 1) % 7
				one.days = append(one.days, time.Weekday(d))
			}
		}
		if one.nth, one.moved, err = p.occurrences(); err != nil {
			return nil, err
		}
		out = append(out, one)
		if n := len(out); n > 1 && len(one.nth)+len(out[n-2].nth) == 0 && one.moved == 0 && out[n-2].moved == 0 { // one list
			out[n-2].days = append(out[n-2].days, one.days...)
			out = out[:n-1]
		}
		if p.peek() != "," || !slices.Contains(hoursDays, p.ahead(1)) || p.newRule() {
			return out, nil
		}
		p.at++
	}
}

// newRule reports whether the weekday after the comma begins another rule: the list before it has had its times.
func (p *hoursReader) newRule() bool { return p.at > 0 && isTime(p.tokens[p.at-1]) }

// occurrences reads [1], [-1] and so on, and by how many days it is moved.
func (p *hoursReader) occurrences() (nth []int, moved int, err error) {
	if !p.take("[") {
		return nil, 0, nil
	}
	for !p.take("]") {
		sign := 1
		if p.take("-") {
			sign = -1
		}
		n, err := p.number()
		if err != nil {
			return nil, 0, err
		}
		nth = append(nth, sign*n)
		p.take(",")
	}
	moved, err = p.moved()
	return nth, moved, err
}

// moved reads by how many days a day is moved.
func (p *hoursReader) moved() (int, error) {
	if p.peek() != "+" && p.peek() != "-" || !strings.HasPrefix(p.ahead(2), "day") {
		return 0, nil
	}
	sign := 1
	if p.next() == "-" {
		sign = -1
	}
	n, err := p.number()
	p.at++ // day or days
	return sign * n, err
}

// dates reads years, months, days of months and weeks.
func (p *hoursReader) dates(r *hoursRule) error {
	var all []func(calendar.Day) bool
	if isYear(p.peek()) {
		years, err := p.years()
		if err != nil {
			return err
		}
		all = append(all, years)
	}
	for slices.Contains(hoursMonths, p.peek()) || p.peek() == "week" || p.peek() == "easter" {
		if p.peek() == "week" {
			weeks, err := p.weeks()
			if err != nil {
				return err
			}
			all = append(all, weeks)
			continue
		}
		began := p.at
		if months, ok := p.wholeMonths(); ok && len(r.months) == 0 {
			r.months = months
		} else {
			p.at = began
			days, err := p.monthDays()
			if err != nil {
				return err
			}
			all = append(all, days)
		}
		p.take(":")
	}
	if len(all) > 0 {
		r.dates = func(d calendar.Day) bool {
			return !slices.ContainsFunc(all, func(f func(calendar.Day) bool) bool { return !f(d) })
		}
	}
	return nil
}

func (p *hoursReader) years() (func(calendar.Day) bool, error) {
	var spans [][3]int
	for {
		from, _ := p.number()
		one := [3]int{from, from, 1}
		switch {
		case p.peek() == "-" && isYear(p.ahead(1)):
			p.at++
			one[1], _ = p.number()
		case p.take("+"):
			one[1] = 9999
		}
		if p.peek() == "/" {
			p.at++
			step, err := p.number()
			if err != nil {
				return nil, err
			}
			if one[2] = step; one[0] == one[1] {
				one[1] = 9999
			}
		}
		spans = append(spans, one)
		if p.peek() != "," || !isYear(p.ahead(1)) {
			break
		}
		p.at++
	}
	return func(d calendar.Day) bool { return inSpans(spans, dateOf(d).Year()) }, nil
}

func inSpans(spans [][3]int, n int) bool {
	return slices.ContainsFunc(spans, func(s [3]int) bool { return s[0] <= n && n <= s[1] && (n-s[0])%s[2] == 0 })
}

func (p *hoursReader) weeks() (func(calendar.Day) bool, error) {
	p.at++ // week
	var spans [][3]int
	for {
		from, err := p.number()
		if err != nil {
			return nil, err
		}
		one := [3]int{from, from, 1}
		if p.take("-") {
			if one[1], err = p.number(); err != nil {
				return nil, err
			}
		}
		if p.take("/") {
			if one[2], err = p.number(); err != nil {
				return nil, err
			}
		}
		spans = append(spans, one)
		if _, isNumber := strconv.Atoi(p.ahead(1)); p.peek() != "," || isNumber != nil {
			break
		}
		p.at++
	}
	return func(d calendar.Day) bool {
		_, week := dateOf(d).ISOWeek()
		return inSpans(spans, week)
	}, nil
}

// wholeMonths reads a list of months without days; false if there are some.
func (p *hoursReader) wholeMonths() (out []int, ok bool) {
	for {
		from := slices.Index(hoursMonths, p.next())
		if from < 0 {
			return nil, false
		}
		to := from
		if p.take("-") {
			if to = slices.Index(hoursMonths, p.next()); to < 0 {
				return nil, false
			}
		}
		for m := from; ; m = (m + 1) % 12 {
			out = append(out, m+1)
			if m == to {
				break
			}
		}
		if _, err := strconv.Atoi(p.peek()); err == nil || p.peek() != "," && slices.Contains(hoursDays, p.peek()) && p.ahead(1) == "[" && p.moves() {
			return nil, false
		}
		if p.peek() != "," || !slices.Contains(hoursMonths, p.ahead(1)) {
			return out, true
		}
		p.at++
	}
}

// moves reports whether the occurrence of a weekday that follows is the end of a range of days.
func (p *hoursReader) moves() bool {
	began := p.at
	defer func() { p.at = began }()
	p.at++
	if _, _, err := p.occurrences(); err != nil {
		return false
	}
	return p.peek() == "-" && slices.Contains(hoursMonths, p.ahead(1))
}

// edge is an end of a range of days: the day of a year, as a function of the year.
type edge func(year int) calendar.Day

func dayIn(year int, month time.Month, day int) calendar.Day {
	return calendar.Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// easter is the day of Easter by the rule of the Gregorian calendar, after Meeus, Jones and Butcher.
func easter(year int) calendar.Day {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	n := h + l - 7*((a+11*h+22*l)/451) + 114
	return dayIn(year, time.Month(n/31), n%31+1)
}

func dateOf(d calendar.Day) time.Time { return time.Unix(int64(d)*86_400, 0).UTC() }

func (p *hoursReader) edge(month int) (edge, error) {
	if p.take("easter") {
		moved, err := p.moved()
		return func(year int) calendar.Day { return easter(year) + calendar.Day(moved) }, err
	}
	if at := slices.Index(hoursDays, p.peek()); at >= 0 {
		p.at++
		nth, moved, err := p.occurrences()
		if err != nil || len(nth) != 1 {
			return nil, errSpelling
		}
		return func(year int) calendar.Day {
			for day := dayIn(year, time.Month(month), 1); ; day++ {
				if (hoursWeekday{days: []time.Weekday{time.Weekday(at)}, nth: nth}).on(day) {
					return day + calendar.Day(moved)
				}
			}
		}, nil
	}
	n, err := p.number()
	if err != nil {
		return nil, err
	}
	return func(year int) calendar.Day { return dayIn(year, time.Month(month), n) }, nil
}

// monthDays reads a list of days of months and ranges of them.
func (p *hoursReader) monthDays() (func(calendar.Day) bool, error) {
	var any []func(calendar.Day) bool
	month := 0
	for {
		if i := slices.Index(hoursMonths, p.peek()); i >= 0 {
			month = i + 1
			p.at++
		}
		if p.peek() == "easter" {
			month = 0
		}
		if _, err := strconv.Atoi(p.peek()); err != nil && month != 0 && !slices.Contains(hoursDays, p.peek()) {
			m := month
			any = append(any, func(d calendar.Day) bool { return int(dateOf(d).Month()) == m })
		} else {
			one, err := p.monthDay(&month)
			if err != nil {
				return nil, err
			}
			any = append(any, one)
		}
		if _, err := strconv.Atoi(p.ahead(1)); p.peek() != "," || err != nil && !slices.Contains(hoursMonths, p.ahead(1)) && p.ahead(1) != "easter" || isYear(p.ahead(1)) {
			break
		}
		p.at++
	}
	return func(d calendar.Day) bool {
		return slices.ContainsFunc(any, func(f func(calendar.Day) bool) bool { return f(d) })
	}, nil
}

func (p *hoursReader) monthDay(month *int) (func(calendar.Day) bool, error) {
	first := *month
	from, err := p.edge(first)
	if err != nil {
		return nil, err
	}
	to, step, feast, toFeast := from, 1, first == 0, false
	if p.take("-") {
		if isYear(p.peek()) {
			p.at++ // the same as at the start
		}
		toFeast = p.peek() == "easter"
		if i := slices.Index(hoursMonths, p.peek()); i >= 0 {
			*month = i + 1
			p.at++
		}
		if to, err = p.edge(*month); err != nil {
			return nil, err
		}
	}
	if p.take("/") {
		if step, err = p.number(); err != nil {
			return nil, err
		}
	}
	return func(d calendar.Day) bool {
		for _, year := range []int{dateOf(d).Year() - 1, dateOf(d).Year()} {
			a, b := from(year), to(year)
			if first != 0 && int(dateOf(a).Month()) != first && step == 1 && a == b {
				continue // 29 February
			}
			switch {
			case b < a && feast: // it does not go on over the end of the year
				continue
			case b < a:
				b = to(year + 1)
			}
			if toFeast { // which is not part of it
				b--
			}
			if a <= d && d <= b && int(d-a)%step == 0 {
				return true
			}
		}
		return false
	}, nil
}

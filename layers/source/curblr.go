package source

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"wangge/layers"
)

// curblrFile is a CurbLR feed: a manifest and GeoJSON features. A bare list of features is taken too.
type curblrFile struct {
	Manifest struct {
		PriorityHierarchy []string `json:"priorityHierarchy"`
		TimeZone          string   `json:"timeZone"`
		Currency          string   `json:"currency"`
	} `json:"manifest"`
	Features []json.RawMessage `json:"features"`
}

type curblrFeature struct {
	Geometry   json.RawMessage `json:"geometry"`
	Properties struct {
		Location    map[string]json.RawMessage `json:"location"`
		Regulations []curblrRegulation         `json:"regulations"`
		Images      []json.RawMessage          `json:"images"`
	} `json:"properties"`
}

type curblrRegulation struct {
	Rule struct {
		Activity         string   `json:"activity"`
		Reason           string   `json:"reason"`
		PriorityCategory string   `json:"priorityCategory"`
		MaxStay          *float64 `json:"maxStay"`
		NoReturn         *float64 `json:"noReturn"`
		Payment          bool     `json:"payment"`
	} `json:"rule"`
	Priority    string `json:"priority"`
	UserClasses []struct {
		Classes    []string `json:"classes"`
		Subclasses []string `json:"subclasses"`
	} `json:"userClasses"`
	TimeSpans []curblrSpan `json:"timeSpans"`
	Payment   *struct {
		Rates []map[string]json.RawMessage `json:"rates"`
	} `json:"payment"`
}

type curblrSpan struct {
	EffectiveDates oneOrMore[curblrRange] `json:"effectiveDates"`
	DaysOfWeek     *struct {
		Days   []string `json:"days"`
		Nth    []string `json:"occurrencesInMonth"`
		NthOld []string `json:"occurrences_in_month"`
	} `json:"daysOfWeek"`
	DaysOfMonth       []json.RawMessage       `json:"daysOfMonth"`
	TimesOfDay        oneOrMore[curblrRange]  `json:"timesOfDay"`
	DesignatedPeriods oneOrMore[curblrPeriod] `json:"designatedPeriods"`
	DesignatedPeriod  oneOrMore[curblrPeriod] `json:"designatedPeriod"`
}

// curblrRange ends with "to" or, in older files, "until".
type curblrRange struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Until string `json:"until"`
}

func (r curblrRange) end() string {
	if r.To != "" {
		return r.To
	}
	return r.Until
}

type curblrPeriod struct {
	Name  string `json:"name"`
	Apply string `json:"apply"`
}

// oneOrMore is a list that files also write as its only entry.
type oneOrMore[T any] []T

func (o *oneOrMore[T]) UnmarshalJSON(b []byte) error {
	if text := skipSpace(b); len(text) > 0 && text[0] == '[' {
		return json.Unmarshal(b, (*[]T)(o))
	}
	var one *T
	if err := json.Unmarshal(b, &one); err != nil || one == nil {
		return err
	}
	*o = []T{*one}
	return nil
}

// curblr reads a file of that form.
func (d *kerbDecoder) curblr(content []byte) error {
	var f curblrFile
	var err error
	if text := skipSpace(content); len(text) > 0 && text[0] == '[' {
		err = json.Unmarshal(content, &f.Features)
	} else {
		err = json.Unmarshal(content, &f)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", layers.ErrInvalid, err)
	}
	if zone := f.Manifest.TimeZone; zone != "" {
		d.assumed = append(d.assumed, "times of the day, which are by the clocks of "+zone+", are taken as those of this store")
	}
	hierarchy := f.Manifest.PriorityHierarchy
	if len(hierarchy) == 0 {
		hierarchy = []string{"no standing", "construction", "temporary restriction", "restricted standing", "standing", "no parking", "snow emergency zone", "restricted loading", "loading", "restricted parking", "paid parking", "parking", "free parking"}
		d.assumed = append(d.assumed, "the file has no hierarchy of priorities; the usual one is taken")
	}
	for i, raw := range f.Features {
		r := &kerbRecord{row: fmt.Sprintf("feature %d", i+1)}
		d.records = append(d.records, r)
		var one curblrFeature
		if err := json.Unmarshal(raw, &one); err != nil {
			r.lose(KerbUnreadable, "%v", err)
			continue
		}
		d.curblrRecord(r, &one, hierarchy)
	}
	return nil
}

func (d *kerbDecoder) curblrRecord(r *kerbRecord, f *curblrFeature, hierarchy []string) {
	text := func(name string) string {
		var s string
		_ = json.Unmarshal(f.Properties.Location[name], &s) // another type is as good as none
		return s
	}
	r.placed, r.road, r.side = true, text("streetName"), strings.ToLower(text("sideOfStreet"))
	r.key = string(f.Geometry)
	one := curblrStretch{record: r, street: text("shstRefId") + "|" + r.side}
	if json.Unmarshal(f.Properties.Location["shstLocationStart"], &one.from) == nil && json.Unmarshal(f.Properties.Location["shstLocationEnd"], &one.to) == nil && one.from != one.to {
		d.stretches = append(d.stretches, one)
	}
	r.shape = kerbShape(f.Geometry)
	for name := range f.Properties.Location {
		if name != "streetName" && name != "sideOfStreet" {
			d.unused["location."+name]++
		}
	}
	if len(f.Properties.Images) > 0 {
		d.unused["images"]++
	}
	if len(f.Properties.Regulations) == 0 {
		r.lose(KerbNoRule, "the feature has no regulations")
	}
	for i := range f.Properties.Regulations {
		d.curblrRule(r, &f.Properties.Regulations[i], hierarchy)
	}
}

// curblrStretch is a part of one side of a street, in metres along it.
type curblrStretch struct {
	record   *kerbRecord
	street   string
	from, to float64
}

// sameEnds is how near the ends of two stretches are that are one, in metres.
const sameEnds = 1

// onePlace gives records about the same stretch, but for a metre at each end, the key of the first of them: each regulation is a record of
// its own, and measured for itself.
func (d *kerbDecoder) onePlace() {
	places := map[string][]curblrStretch{}
	for _, s := range d.stretches {
		i := slices.IndexFunc(places[s.street], func(o curblrStretch) bool {
			return math.Abs(o.from-s.from) <= sameEnds && math.Abs(o.to-s.to) <= sameEnds
		})
		if i < 0 {
			i = len(places[s.street])
			s.record.key = fmt.Sprintf("%s|%v|%v", s.street, s.from, s.to)
			places[s.street] = append(places[s.street], s)
		}
		s.record.key = places[s.street][i].record.key
	}
	if len(d.stretches) > 0 {
		d.assumed = append(d.assumed, fmt.Sprintf("stretches of one side of a street whose ends are within %d m are one zone, with the line of the first", sameEnds))
	}
}

func (d *kerbDecoder) curblrRule(r *kerbRecord, reg *curblrRegulation, hierarchy []string) {
	mode, ok := modeOf(r, reg.Rule.Activity)
	if !ok {
		return
	}
	rule := &kerbRule{of: r, mode: mode, rank: slices.Index(hierarchy, reg.Rule.PriorityCategory)}
	if rule.rank < 0 {
		rule.rank = len(hierarchy)
		r.lose(KerbPriority, "%q is not in the hierarchy of priorities; it goes last", reg.Rule.PriorityCategory)
	}
	if reg.Rule.MaxStay != nil {
		rule.setStay(*reg.Rule.MaxStay)
	}
	if reg.Rule.NoReturn != nil && *reg.Rule.NoReturn > 0 {
		r.lose(KerbNoReturn, "nobody may come back within %v minutes", *reg.Rule.NoReturn)
	}
	if reg.Payment != nil && slices.ContainsFunc(reg.Payment.Rates, func(rate map[string]json.RawMessage) bool { return len(rate) > 0 }) || reg.Rule.Payment {
		r.lose(KerbPayment, "what it costs is in another currency, or in steps, and is left out")
	}
	var words []string
	for _, u := range reg.UserClasses {
		words = append(words, u.Classes...)
		if len(u.Subclasses) > 0 {
			r.lose(KerbUsers, "for %s alone: there are no classes of that kind", strings.Join(u.Subclasses, ", "))
		}
	}
	rule.setUsers(words, strings.HasPrefix(reg.Rule.Activity, "no "))
	if len(reg.TimeSpans) == 0 {
		rule.always = true
		r.rules = append(r.rules, rule)
		return
	}
	for i := range reg.TimeSpans {
		rule.curblrSpan(&reg.TimeSpans[i])
	}
	if len(rule.times) > 0 {
		r.rules = append(r.rules, rule)
	}
}

// curblrSpan adds the windows of a span: one for each of its dates and times of the day.
func (rule *kerbRule) curblrSpan(s *curblrSpan) {
	r := rule.of
	if len(s.DaysOfMonth) > 0 {
		r.lose(KerbDates, "days of the month cannot be said; the span is left out")
		return
	}
	var days layers.DaysRule
	if w := s.DaysOfWeek; w != nil {
		for _, name := range w.Days {
			day, ok := weekdayOf(name)
			if !ok {
				r.lose(KerbDates, "%.40q is no day of the week; the span is left out", name)
				return
			}
			if !slices.Contains(days.Weekdays, day) {
				days.Weekdays = append(days.Weekdays, day)
			}
		}
		for _, name := range append(w.Nth, w.NthOld...) {
			n := map[string]int{"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1}[strings.ToLower(name)]
			if n == 0 {
				r.lose(KerbDates, "%.40q is no occurrence in a month; the span is left out", name)
				return
			}
			days.Nth = append(days.Nth, n)
		}
	}
	for _, p := range append(s.DesignatedPeriods, s.DesignatedPeriod...) {
		if !rule.period(&days, p.Name, strings.HasPrefix(strings.ToLower(p.Apply), "except")) {
			return
		}
	}
	for _, one := range rule.dates(days, s.EffectiveDates) {
		rule.hours(one, s.TimesOfDay)
	}
}

// dates returns the days in each range of dates; a range that has no equal is left out.
func (rule *kerbRule) dates(days layers.DaysRule, ranges []curblrRange) (out []layers.DaysRule) {
	if len(ranges) == 0 {
		return []layers.DaysRule{days}
	}
	for _, x := range ranges {
		one := days
		from, to := strings.TrimSpace(x.From), strings.TrimSpace(x.end())
		if until := addDays(to, 1); until != "" && addDays(from, 0) != "" && until > from {
			one.FirstDay, one.UntilDay = from, until
			out = append(out, one)
		} else if months, ok := wholeMonths(from, to); ok {
			one.Months = months
			out = append(out, one)
		} else {
			rule.of.lose(KerbDates, "from %.20q to %.20q of each year is not whole months; the span is left out", from, to)
		}
	}
	return out
}

// hours adds a window for each range of times, one for the whole day without any.
func (rule *kerbRule) hours(days layers.DaysRule, ranges []curblrRange) {
	if len(ranges) == 0 {
		ranges = []curblrRange{{From: "00:00", To: "24:00"}}
	}
	for _, x := range ranges {
		from, ok := minuteOf(x.From)
		until, good := minuteOf(x.end())
		if !ok || !good {
			rule.of.lose(KerbHours, "from %.20q to %.20q are no times of the day", x.From, x.end())
			continue
		}
		if until == 23*60+59 {
			rule.of.lose(KerbMidnight, "the end at 23:59 is taken as midnight")
			until++
		}
		w := between(from, until)
		w.DaysRule = days
		rule.times = append(rule.times, w)
	}
}

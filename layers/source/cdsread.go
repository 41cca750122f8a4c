package source

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
)

// cdsFile is what has been read of payloads of the Curbs API. Zones, policies and spaces refer to each other, in any order.
type cdsFile struct {
	clock    *time.Location
	currency string
	zones    []*cdsZone
	spaces   []*cdsSpace
	policies map[string]*cdsPolicy
	order    []*cdsPolicy
}

type cdsPayload struct {
	TimeZone string `json:"time_zone"`
	Currency string `json:"currency"`
	Data     *struct {
		Zones    []json.RawMessage `json:"zones"`
		Areas    []json.RawMessage `json:"areas"`
		Spaces   []json.RawMessage `json:"spaces"`
		Policies []json.RawMessage `json:"policies"`
	} `json:"data"`
}

type cdsZone struct {
	record    *kerbRecord
	ID        string          `json:"curb_zone_id"`
	Geometry  json.RawMessage `json:"geometry"`
	PolicyIDs []string        `json:"curb_policy_ids"`
	Name      string          `json:"name"`
	UserID    string          `json:"user_zone_id"`
	Street    string          `json:"street_name"`
	From      string          `json:"cross_street_start_name"`
	To        string          `json:"cross_street_end_name"`
	NumSpaces float64         `json:"num_spaces"`
}

type cdsSpace struct {
	record   *kerbRecord
	ID       string          `json:"curb_space_id"`
	Geometry json.RawMessage `json:"geometry"`
	Name     string          `json:"name"`
	ZoneID   string          `json:"curb_zone_id"`
	Number   float64         `json:"space_number"`
	Length   float64         `json:"length"`
	Width    float64         `json:"width"`
}

type cdsPolicy struct {
	record    *kerbRecord
	raw       any
	rules     []*kerbRule // with no record: each zone has its own copy
	used      bool
	ID        string `json:"curb_policy_id"`
	Priority  int    `json:"priority"`
	Operators []any  `json:"data_source_operator_id"`
	Rules     []struct {
		Activity    string   `json:"activity"`
		MaxStay     float64  `json:"max_stay"`
		MaxStayUnit string   `json:"max_stay_unit"`
		NoReturn    float64  `json:"no_return"`
		UserClasses []string `json:"user_classes"`
		Rate        []struct {
			Rate   float64 `json:"rate"`
			Unit   string  `json:"rate_unit"`
			Period string  `json:"rate_unit_period"`
			Start  float64 `json:"start_duration"`
			End    float64 `json:"end_duration"`
		} `json:"rate"`
	} `json:"rules"`
	TimeSpans []cdsSpan `json:"time_spans"`
}

type cdsSpan struct {
	Start       *int64   `json:"start_date"`
	End         *int64   `json:"end_date"`
	DaysOfWeek  []string `json:"days_of_week"`
	DaysOfMonth []int    `json:"days_of_month"`
	Months      []int    `json:"months"`
	TimeStart   string   `json:"time_of_day_start"`
	TimeEnd     string   `json:"time_of_day_end"`
	Period      string   `json:"designated_period"`
	Except      bool     `json:"designated_period_except"`
}

// readCDS reads a payload or a list of payloads.
func (d *kerbDecoder) readCDS(content []byte) error {
	if d.cds == nil {
		d.cds = &cdsFile{clock: layers.Shanghai(), policies: map[string]*cdsPolicy{}}
	}
	var list oneOrMore[cdsPayload]
	if err := json.Unmarshal(content, &list); err != nil {
		return fmt.Errorf("%w: %w", layers.ErrInvalid, err)
	}
	for _, p := range list {
		if p.Data == nil {
			return fmt.Errorf("%w: a payload has no data", layers.ErrInvalid)
		}
		if p.TimeZone != "" {
			clock, err := time.LoadLocation(p.TimeZone)
			if err != nil {
				return fmt.Errorf("%w: there is no time zone %.60q", layers.ErrInvalid, p.TimeZone)
			}
			d.cds.clock = clock
		}
		d.cds.currency = p.Currency
		for _, raw := range p.Data.Policies {
			d.cdsPolicy(raw)
		}
		for _, raw := range p.Data.Zones {
			z := &cdsZone{record: d.record("zone")}
			if z.record.read(raw, z, &z.ID) {
				d.cds.zones = append(d.cds.zones, z)
			}
		}
		for _, raw := range p.Data.Spaces {
			s := &cdsSpace{record: d.record("space")}
			if s.record.read(raw, s, &s.ID) {
				d.cds.spaces = append(d.cds.spaces, s)
			}
		}
		for _, raw := range p.Data.Areas {
			var a struct {
				ID string `json:"curb_area_id"`
			}
			if r := d.record("area"); r.read(raw, &a, &a.ID) {
				r.lose(KerbNoLayer, "areas have files of their own: grids and overlays")
			}
		}
	}
	return nil
}

func (d *kerbDecoder) record(kind string) *kerbRecord {
	r := &kerbRecord{row: fmt.Sprintf("%s %d", kind, len(d.records)+1)}
	d.records = append(d.records, r)
	return r
}

// read decodes an object and names its record by its id.
func (r *kerbRecord) read(raw []byte, into any, id *string) bool {
	if err := json.Unmarshal(raw, into); err != nil {
		r.lose(KerbUnreadable, "%v", err)
		return false
	}
	if *id == "" {
		r.lose(KerbMissing, "it has no id")
		return false
	}
	kind, _, _ := strings.Cut(r.row, " ")
	r.row = kind + " " + (*id)[:min(len(*id), 64)]
	return true
}

func (d *kerbDecoder) cdsPolicy(raw []byte) {
	p := &cdsPolicy{record: d.record("policy")}
	if !p.record.read(raw, p, &p.ID) {
		return
	}
	_ = json.Unmarshal(raw, &p.raw) // it was read above
	if first := d.cds.policies[p.ID]; first != nil {
		if !reflect.DeepEqual(first.raw, p.raw) {
			p.record.lose(KerbTwice, "a policy with this id and another content came before")
		} else {
			p.record.lose(KerbTwice, "it came before")
		}
		return
	}
	d.cds.policies[p.ID] = p
	d.cds.order = append(d.cds.order, p)
	d.cdsRules(p)
}

func (d *kerbDecoder) cdsRules(p *cdsPolicy) {
	r := p.record
	if len(p.Operators) > 0 {
		r.lose(KerbOperators, "for %d operators alone; here it holds for all", len(p.Operators))
	}
	for i := range p.Rules {
		in := &p.Rules[i]
		mode, ok := modeOf(r, in.Activity)
		if !ok {
			continue
		}
		rule := &kerbRule{of: r, rank: p.Priority, mode: mode}
		unit, ok := map[string]float64{"": 1, "second": 1. / 60, "minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440}[in.MaxStayUnit]
		if ok {
			rule.setStay(in.MaxStay * unit)
		} else {
			r.lose(KerbStay, "a stay in units of %.20q has no bound", in.MaxStayUnit)
		}
		if in.NoReturn > 0 {
			r.lose(KerbNoReturn, "nobody may come back for some time")
		}
		switch {
		case len(in.Rate) == 1 && d.cds.currency == "CNY" && in.Rate[0].Start == 0 && in.Rate[0].End == 0 && (in.Rate[0].Unit == "hour" || in.Rate[0].Unit == "day") && in.Rate[0].Rate >= 1 && in.Rate[0].Rate <= 1e7:
			rule.rate = &layers.Rate{Fen: int(in.Rate[0].Rate), Per: in.Rate[0].Unit}
			if in.Rate[0].Unit == "day" && in.Rate[0].Period != "calendar" {
				rule.rate.Per = "stay"
			}
		case len(in.Rate) > 0:
			r.lose(KerbPayment, "a price in %s, in steps or in another unit is left out", d.cds.currency)
		}
		known, unknown := classes(in.UserClasses)
		switch negative := strings.HasPrefix(in.Activity, "no "); {
		case len(in.UserClasses) == 0:
		case negative:
			r.lose(KerbUsers, "it forbids something to %s alone; here it holds for all", strings.Join(in.UserClasses, ", "))
		default:
			if len(unknown) > 0 {
				r.lose(KerbUsers, "for %s alone: there are no such classes", strings.Join(unknown, ", "))
			}
			if len(known) > 0 {
				rule.users = &layers.UserClasses{All: known}
			}
		}
		if rule.always = len(p.TimeSpans) == 0; !rule.always {
			for k := range p.TimeSpans {
				rule.cdsSpan(&p.TimeSpans[k], d.cds.clock)
			}
		}
		if rule.always || len(rule.times) > 0 {
			p.rules = append(p.rules, rule)
		}
	}
	if len(p.Rules) == 0 {
		r.lose(KerbNoRule, "the policy has no rules")
	}
}

// cdsSpan adds the windows of a span.
func (rule *kerbRule) cdsSpan(s *cdsSpan, clock *time.Location) {
	r := rule.of
	days := layers.DaysRule{Months: s.Months}
	for _, name := range s.DaysOfWeek {
		day, ok := weekdayOf(name)
		if !ok {
			r.lose(KerbDates, "%.40q is no day of the week; the span is left out", name)
			return
		}
		days.Weekdays = append(days.Weekdays, day)
	}
	if len(s.DaysOfMonth) > 0 {
		nth, ok := nthOf(s.DaysOfMonth)
		if !ok || len(days.Weekdays) == 0 {
			r.lose(KerbDates, "days of the month cannot be said; the span is left out")
			return
		}
		days.Nth = nth
	}
	if s.Period != "" && !rule.period(&days, s.Period, s.Except) {
		return
	}
	from, until, ok := 0, calendar.MinutesOfDay, true
	if s.TimeStart != "" {
		from, ok = minuteOf(s.TimeStart)
	}
	if s.TimeEnd != "" && ok {
		until, ok = minuteOf(s.TimeEnd)
	}
	if !ok {
		r.lose(KerbHours, "from %.20q to %.20q are no times of the day", s.TimeStart, s.TimeEnd)
		return
	}
	if from >= until {
		r.lose(KerbHours, "from %s to %s: taken as over midnight, which the specification does not say", s.TimeStart, s.TimeEnd)
	}
	rule.between(s, days, between(from, until), clock)
}

// between adds a window between the dates of a span. Dates that are not midnights can be said of a span without times of the day: as a
// window of the first day, one of all whole days, and one of the last.
func (rule *kerbRule) between(s *cdsSpan, days layers.DaysRule, w layers.ModeWindow, clock *time.Location) {
	add := func(w layers.ModeWindow, first, until string) {
		w.DaysRule = days
		w.FirstDay, w.UntilDay = first, until
		rule.times = append(rule.times, w)
	}
	first, begins := dateOf(s.Start, clock)
	until, ends := dateOf(s.End, clock)
	if begins == 0 && ends == 0 {
		add(w, first, until)
		return
	}
	if s.TimeStart != "" || s.TimeEnd != "" || s.Start == nil || s.End == nil || *s.Start >= *s.End {
		rule.of.lose(KerbDates, "it begins or ends within a day and has times of the day as well; the span is left out")
		return
	}
	if first == until {
		add(between(begins, ends), first, addDays(first, 1))
		return
	}
	if begins > 0 {
		add(between(begins, calendar.MinutesOfDay), first, addDays(first, 1))
		first = addDays(first, 1)
	}
	if first < until {
		add(between(0, calendar.MinutesOfDay), first, until)
	}
	if ends > 0 {
		add(between(0, ends), until, addDays(until, 1))
	}
}

// dateOf returns the date of a moment, and how many minutes of it have passed; nothing for nil.
func dateOf(ms *int64, clock *time.Location) (string, int) {
	if ms == nil {
		return "", 0
	}
	t := time.UnixMilli(*ms).In(clock)
	if t.Year() < 1900 || t.Year() > 9998 {
		return "", 0
	}
	return t.Format(time.DateOnly), t.Hour()*60 + t.Minute()
}

// finish ties zones to their policies and spaces, once all files have been read.
func (d *kerbDecoder) finish() {
	d.onePlace()
	if d.cds == nil {
		return
	}
	if d.cds.clock != layers.Shanghai() {
		d.assumed = append(d.assumed, "times of the day, which are by the clocks of "+d.cds.clock.String()+", are taken as those of this store")
	}
	byID := map[string]*cdsZone{}
	for _, z := range d.cds.zones {
		if byID[z.ID] != nil {
			z.record.lose(KerbTwice, "a zone with this id came before")
			continue
		}
		byID[z.ID] = z
		d.cdsZone(z)
	}
	for _, s := range d.cds.spaces {
		d.cdsSpace(s, byID[s.ZoneID])
	}
	for _, p := range d.cds.order {
		switch {
		case !p.used:
			p.record.lose(KerbUnusedPolicy, "no zone has it")
		default:
			p.record.carried = len(p.rules) > 0
		}
	}
}

func (d *kerbDecoder) cdsZone(z *cdsZone) {
	r := z.record
	r.placed, r.key, r.code = true, z.ID, z.UserID
	if !refForm.MatchString(r.code) {
		r.code = z.ID
	}
	r.name, r.road, r.from, r.to = z.Name, z.Street, z.From, z.To
	if z.NumSpaces > 0 && z.NumSpaces <= 100_000 {
		r.capacity = int(z.NumSpaces)
	}
	r.shape = kerbShape(z.Geometry)
	for _, id := range z.PolicyIDs {
		p := d.cds.policies[id]
		if p == nil {
			r.lose(KerbMissing, "the policy %.64s is not in the file", id)
			continue
		}
		p.used = true
		for _, rule := range p.rules {
			one := *rule
			one.of = r
			r.rules = append(r.rules, &one)
		}
	}
	if len(r.rules) == 0 {
		r.lose(KerbNoRule, "no policy of the zone could be taken")
	}
}

func (d *kerbDecoder) cdsSpace(s *cdsSpace, z *cdsZone) {
	r := s.record
	area, _ := kerbShape(s.Geometry).(orb.Polygon)
	switch {
	case z == nil || len(z.record.rules) == 0:
		r.lose(KerbMissing, "its zone %.64s is not in the file, or was left out", s.ZoneID)
	case len(area) == 0:
		r.lose(KerbGeometry, "it has no area")
	default:
		number := int(s.Number)
		if number < 1 || float64(number) != s.Number || slices.ContainsFunc(z.record.spaces, func(o *layers.Space) bool { return o.Number == number }) {
			number = len(z.record.spaces) + 1
			r.lose(KerbTwice, "its number is missing or was there before; it is %d now", number)
		}
		width := s.Width / 100
		if width == 0 {
			width = float64(KerbWidth)
		}
		z.record.spaces = append(z.record.spaces, &layers.Space{Name: s.Name, Number: number, LengthM: s.Length / 100, WidthM: width, Orientation: "parallel", Geometry: area})
		r.carried = true
	}
}

package cds_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader knows the specification and nothing of what made the feed: it reads JSON, and says what one may do in a zone at a moment.
type reader struct {
	clock    *time.Location
	zones    map[string]*readZone
	policies map[string]*readPolicy
}

type readZone struct {
	CurbZoneID    string   `json:"curb_zone_id"`
	CurbPolicyIDs []string `json:"curb_policy_ids"`
	StartDate     *int64   `json:"start_date"`
	EndDate       *int64   `json:"end_date"`
	policies      []*readPolicy
}

type readPolicy struct {
	CurbPolicyID string     `json:"curb_policy_id"`
	Priority     *int       `json:"priority"`
	Rules        []readRule `json:"rules"`
	TimeSpans    []readSpan `json:"time_spans"`
}

type readRule struct {
	Activity    string   `json:"activity"`
	UserClasses []string `json:"user_classes"`
}

type readSpan struct {
	StartDate      *int64   `json:"start_date"`
	EndDate        *int64   `json:"end_date"`
	DaysOfWeek     []string `json:"days_of_week"`
	DaysOfMonth    []int    `json:"days_of_month"`
	Months         []int    `json:"months"`
	TimeOfDayStart string   `json:"time_of_day_start"`
	TimeOfDayEnd   string   `json:"time_of_day_end"`
	// from and until are the times of the day in minutes; week, date and month have a bit for each that is named, all of them for none.
	from, until       int
	week, date, month uint64
}

// moment is a time by the clock of the feed.
type moment struct {
	ms                        int64
	minute, week, date, month int
}

func newReader(zones, policies []byte) (*reader, error) {
	var z struct {
		TimeZone string `json:"time_zone"`
		Data     struct{ Zones []readZone }
	}
	var p struct {
		Data struct{ Policies []readPolicy }
	}
	if err := json.Unmarshal(zones, &z); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(policies, &p); err != nil {
		return nil, err
	}
	clock, err := time.LoadLocation(z.TimeZone)
	if err != nil {
		return nil, err
	}
	r := &reader{clock, map[string]*readZone{}, map[string]*readPolicy{}}
	for i := range p.Data.Policies {
		one := &p.Data.Policies[i]
		if one.CurbPolicyID == "" || one.Priority == nil || len(one.Rules) == 0 || r.policies[one.CurbPolicyID] != nil {
			return nil, fmt.Errorf("policy %+v", one)
		}
		for i := range one.TimeSpans {
			if err := one.TimeSpans[i].prepare(); err != nil {
				return nil, err
			}
		}
		r.policies[one.CurbPolicyID] = one
	}
	for i := range z.Data.Zones {
		one := &z.Data.Zones[i]
		if one.CurbZoneID == "" || one.StartDate == nil || r.zones[one.CurbZoneID] != nil {
			return nil, fmt.Errorf("zone %+v", one)
		}
		for _, id := range one.CurbPolicyIDs {
			if r.policies[id] == nil {
				return nil, fmt.Errorf("the policy %s is missing", id)
			}
			one.policies = append(one.policies, r.policies[id])
		}
		r.zones[one.CurbZoneID] = one
	}
	return r, nil
}

func (s *readSpan) prepare() (err error) {
	s.from, s.until, s.week, s.date, s.month = 0, 1440, ^uint64(0), ^uint64(0), ^uint64(0)
	if s.TimeOfDayStart != "" {
		s.from, err = minuteOf(s.TimeOfDayStart)
	}
	if s.TimeOfDayEnd != "" && err == nil {
		s.until, err = minuteOf(s.TimeOfDayEnd)
	}
	if err == nil && s.from >= s.until {
		return fmt.Errorf("a span from %s to %s: the specification does not say what that is", s.TimeOfDayStart, s.TimeOfDayEnd)
	}
	if s.DaysOfWeek != nil {
		s.week = 0
		for _, d := range s.DaysOfWeek {
			s.week |= 1 << slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, d)
		}
	}
	if s.DaysOfMonth != nil {
		s.date = 0
		for _, d := range s.DaysOfMonth {
			s.date |= 1 << d
		}
	}
	if s.Months != nil {
		s.month = 0
		for _, m := range s.Months {
			s.month |= 1 << m
		}
	}
	return err
}

func minuteOf(s string) (int, error) {
	h, m, _ := strings.Cut(s, ":")
	hour, err := strconv.Atoi(h)
	minute, wrong := strconv.Atoi(m)
	if err != nil || wrong != nil || len(s) != 5 || hour > 23 || minute > 59 {
		return 0, fmt.Errorf("%q is no time of the day", s)
	}
	return hour*60 + minute, nil
}

func (r *reader) moment(ms int64) moment {
	t := time.UnixMilli(ms).In(r.clock)
	return moment{ms, t.Hour()*60 + t.Minute(), int(t.Weekday()), t.Day(), int(t.Month())}
}

func (s *readSpan) holds(m moment) bool {
	return (s.StartDate == nil || *s.StartDate <= m.ms) && (s.EndDate == nil || m.ms < *s.EndDate) && s.from <= m.minute && m.minute < s.until &&
		s.week>>m.week&1 == 1 && s.date>>m.date&1 == 1 && s.month>>m.month&1 == 1
}

func (p *readPolicy) holds(m moment) bool {
	for i := range p.TimeSpans {
		if p.TimeSpans[i].holds(m) {
			return true
		}
	}
	return p.TimeSpans == nil
}

// activity returns what somebody of some classes may do: the rule of the policy with the lowest priority of those that hold. Two of that
// priority are against the specification.
func (r *reader) activity(zone string, m moment, classes ...string) (string, error) {
	z, ok := r.zones[zone]
	if !ok || m.ms < *z.StartDate || z.EndDate != nil && m.ms >= *z.EndDate {
		return "", fmt.Errorf("the zone %s is not there", zone)
	}
	best, found := 0, ""
	for _, p := range z.policies {
		if found != "" && *p.Priority > best || !p.holds(m) {
			continue
		}
		for _, rule := range p.Rules {
			if slices.ContainsFunc(rule.UserClasses, func(c string) bool { return !slices.Contains(classes, c) }) {
				continue
			}
			if found != "" && *p.Priority == best {
				return "", fmt.Errorf("two policies of priority %d", best)
			}
			best, found = *p.Priority, rule.Activity
		}
	}
	if found == "" {
		return "", fmt.Errorf("no policy holds")
	}
	return found, nil
}

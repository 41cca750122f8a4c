package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
	"wangge/layers/calendar"
)

// mostCalendarDays bounds one answer of the calendar.
const mostCalendarDays = 800

func (s *Server) calendarOperations() []operation {
	date := &huma.Schema{Type: "string", Format: "date"}
	return []operation{{
		Method: http.MethodGet, Path: "/v1/calendar", ID: "getCalendar", Tag: "schedules",
		Summary: "Which days are worked on, rest days and holidays",
		Text: "By a local notice, by the State Council's notice of the year, by the weekday. A Saturday or Sunday that is worked on in exchange for a day off (调休) is `makeup_workday`. " +
			"A year without a notice is provisional. At most 800 days.",
		Params: []param{
			{Name: "from", In: "query", Required: true, Schema: date, Example: "2026-01-01", Text: "The first day."},
			{Name: "until", In: "query", Required: true, Schema: date, Example: "2027-01-01", Text: "The day after the last one."},
			knownAtParam(),
		},
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: calendarDocument{}}}},
		Handle:  (*call).calendar,
	}}
}

// calendarDocument is the answer of /v1/calendar.
type calendarDocument struct {
	From        string           `json:"from"`
	Until       string           `json:"until"`
	Days        []calendarDay    `json:"days"`
	Notices     []calendarNotice `json:"notices" doc:"Those that hold for a year in it, or name a day in it"`
	Provisional []int            `json:"provisional_years" doc:"Years in it without a notice of the State Council"`
}

type calendarDay struct {
	Date    string `json:"date"`
	Weekday string `json:"weekday" enum:"mon,tue,wed,thu,fri,sat,sun"`
	Type    string `json:"type" enum:"workday,restday,holiday,makeup_workday"`
	Holiday string `json:"holiday,omitempty" doc:"Name of the holiday that it is a day of"`
	Name    string `json:"name,omitempty" doc:"What the notice calls the day: the holiday, or the one that it makes up for"`
}

type calendarNotice struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Year     int      `json:"year"`
	Local    bool     `json:"local" doc:"A local notice, which goes before that of the State Council"`
	Version  int64    `json:"version" doc:"Counts its amendments"`
	Papers   []string `json:"papers" doc:"The documents, by number or address"`
	Revision int64    `json:"revision" doc:"The revision at which this version was loaded"`
}

func (c *call) calendar() error {
	from, until, err := c.dates(mostCalendarDays)
	if err != nil {
		return err
	}
	notices, err := c.notices()
	if err != nil {
		return err
	}
	days := layers.CalendarOf(notices)
	out := calendarDocument{From: from.String(), Until: until.String(), Days: []calendarDay{}, Notices: []calendarNotice{}, Provisional: []int{}}
	for d := from; d < until; d++ {
		out.Days = append(out.Days, dayOf(days, d))
	}
	for year := from.Year(); year <= (until - 1).Year(); year++ {
		if days.Provisional(calendar.DayOf(year, 1, 1)) {
			out.Provisional = append(out.Provisional, year)
		}
	}
	for _, n := range notices {
		if len(n.Days) > 0 && concerns(n, from, until) {
			out.Notices = append(out.Notices, calendarNotice{n.Code, n.Name, n.Year, n.Local, n.Version, append([]string{}, n.Papers...), n.Revision})
		}
	}
	return c.json(http.StatusOK, out)
}

// dates reads the parameters from and until, at most so many days apart.
func (c *call) dates(most int) (from, until calendar.Day, err error) {
	for _, one := range []struct {
		name string
		into *calendar.Day
	}{{"from", &from}, {"until", &until}} {
		if *one.into, err = calendar.ParseDay(c.query.Get(one.name)); err != nil {
			return 0, 0, badParameter(one.name, one.name+" must be a date such as 2026-09-20")
		}
	}
	switch {
	case until <= from:
		return 0, 0, badParameter("until", "until is not after from")
	case int(until-from) > most:
		return 0, 0, badParameter("until", fmt.Sprintf("from and until are more than %d days apart", most))
	}
	return from, until, nil
}

// notices returns the notices as known at known_at, or now, by id.
func (c *call) notices() ([]*layers.Notice, error) {
	known, err := c.instant("known_at", 0)
	if err != nil {
		return nil, err
	}
	var out []*layers.Notice
	add := func(f layers.Feature) {
		if n, ok := f.(*layers.Notice); ok {
			out = append(out, n)
		}
	}
	if known != 0 {
		rows, err := c.history(layers.Asked{Layer: layers.Notices, At: known, KnownAt: known})
		for _, f := range rows {
			add(f)
		}
		return out, err
	}
	for f := range c.w.Set(layers.Notices).Rows() {
		add(f)
	}
	return out, nil
}

func dayOf(c *calendar.Calendar, d calendar.Day) calendarDay {
	t := c.Type(d)
	one := calendarDay{Date: d.String(), Weekday: strings.ToLower(d.Weekday().String()[:3]), Type: t.Kind.String(), Name: t.Name}
	if t.Kind == calendar.Holiday {
		one.Holiday = t.Name
	}
	return one
}

// concerns reports whether a notice is of a year of the days, or names one of them.
func concerns(n *layers.Notice, from, until calendar.Day) bool {
	if from.Year() <= n.Year && n.Year <= (until-1).Year() {
		return true
	}
	for _, d := range n.Days {
		if from.String() <= d.Date && d.Date < until.String() {
			return true
		}
	}
	return false
}

package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind is what a day is for those who work and park.
type Kind uint8

// The kinds of days. MakeupWorkday is a Saturday or Sunday that people work on in exchange for a day off (调休).
const (
	Workday Kind = iota
	Restday
	Holiday
	MakeupWorkday
)

func (k Kind) String() string {
	return [...]string{"workday", "restday", "holiday", "makeup_workday"}[k]
}

// DayType is the type of a day. Name is that of the holiday, such as 国庆节; a make-up work day has the name of the holiday that it
// makes up for.
type DayType struct {
	Kind Kind
	Name string
}

// String returns workday, restday, holiday:<name> or makeup_workday.
func (t DayType) String() string {
	if t.Kind == Holiday {
		return "holiday:" + t.Name
	}
	return t.Kind.String()
}

// Works reports whether people work on such a day.
func (t DayType) Works() bool { return t.Kind == Workday || t.Kind == MakeupWorkday }

// Notice is a published list of days off and make-up work days: that of the State Council for a year, or a local one, which goes
// before it. It also covers days of the years beside it: 2022-12-31 is in the notice of 2023.
type Notice struct {
	Year int
	// Version counts the amendments of the notice, from 1. Of several versions the greatest holds.
	Version int
	Local   bool
	// Papers are the documents, by number or address.
	Papers []string
	// LoadedAt is when it was loaded, in milliseconds since 1970-01-01T00:00:00Z.
	LoadedAt int64
	// Days are in no particular order. A notice without any is one that has not been made yet, and says nothing.
	Days []NoticeDay
}

// NoticeDay is a day of a notice: off, or else worked on.
type NoticeDay struct {
	Date Day
	Name string
	Off  bool
}

// Code names the notice with its version: cn-2026@1, or local-2026@1.
func (n *Notice) Code() string {
	kind := "cn"
	if n.Local {
		kind = "local"
	}
	return fmt.Sprintf("%s-%d@%d", kind, n.Year, n.Version)
}

// rank is 1 for a local notice, which goes before the others, and 0 for them.
func (n *Notice) rank() int {
	if n.Local {
		return 1
	}
	return 0
}

// mostDays bounds what a notice may hold; a year has some forty days in it.
const mostDays = 400

// Check reports what is wrong with a notice. The error wraps ErrInvalid.
func (n *Notice) Check() error {
	switch {
	case n.Year < 1949 || n.Year > 2200:
		return fmt.Errorf("calendar: a notice for the year %d: %w", n.Year, ErrInvalid)
	case n.Version < 1:
		return fmt.Errorf("calendar: notice %d: version %d: %w", n.Year, n.Version, ErrInvalid)
	case len(n.Days) > mostDays:
		return fmt.Errorf("calendar: notice %d: %d days, at most %d: %w", n.Year, len(n.Days), mostDays, ErrInvalid)
	}
	seen := make(map[Day]bool, len(n.Days))
	for _, d := range n.Days {
		switch year := d.Date.Year(); {
		case year < n.Year-1 || year > n.Year+1:
			return fmt.Errorf("calendar: notice %d: %s is not of that year or one beside it: %w", n.Year, d.Date, ErrInvalid)
		case seen[d.Date]:
			return fmt.Errorf("calendar: notice %d: %s is in it twice: %w", n.Year, d.Date, ErrInvalid)
		case strings.TrimSpace(d.Name) == "" && d.Off:
			return fmt.Errorf("calendar: notice %d: %s has no name: %w", n.Year, d.Date, ErrInvalid)
		}
		seen[d.Date] = true
	}
	return nil
}

// Calendar knows the type of every day. The zero Calendar has no notices: its days go by their weekdays.
type Calendar struct {
	first Day
	types []int16 // of the days from first on: an index of listed, or -1 by weekday
	// listed are the types that notices give, each once.
	listed []DayType
	// notices are those that hold, by year; local ones after the others.
	notices []Notice
	// codes are the names of the notices of a year, joined, from firstYear on; empty for a year without one.
	firstYear int
	codes     []string
}

// New makes a calendar of notices. Of several versions of a notice the greatest holds, of two notices that name the same day the one
// of the later year, and a local one before both. The error wraps ErrInvalid.
func New(notices ...Notice) (*Calendar, error) {
	c := new(Calendar)
	for i := range notices {
		n := &notices[i]
		if err := n.Check(); err != nil {
			return nil, err
		}
		if len(n.Days) > 0 {
			c.take(*n)
		}
	}
	slices.SortFunc(c.notices, func(a, b Notice) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Year, b.Year))
	})
	c.lay()
	c.name()
	return c, nil
}

// take adds a notice, or puts it in place of an earlier version of it.
func (c *Calendar) take(n Notice) {
	i := slices.IndexFunc(c.notices, func(o Notice) bool { return o.Year == n.Year && o.Local == n.Local })
	switch {
	case i < 0:
		c.notices = append(c.notices, n)
	case c.notices[i].Version < n.Version:
		c.notices[i] = n
	}
}

// lay writes the days of the notices, the stronger over the weaker.
func (c *Calendar) lay() {
	if len(c.notices) == 0 {
		return
	}
	low, high := Day(1<<31-1), Day(-1<<31)
	for _, n := range c.notices {
		for _, d := range n.Days {
			low, high = min(low, d.Date), max(high, d.Date)
		}
	}
	c.first = low
	c.types = slices.Repeat([]int16{-1}, int(high-low)+1)
	for _, n := range c.notices {
		for _, d := range n.Days {
			t := DayType{MakeupWorkday, d.Name}
			if d.Off {
				t.Kind = Holiday
			}
			c.types[d.Date-low] = c.index(t)
		}
	}
}

func (c *Calendar) index(t DayType) int16 {
	i := slices.Index(c.listed, t)
	if i < 0 {
		i = len(c.listed)
		c.listed = append(c.listed, t)
	}
	return int16(i)
}

// name writes down which notices a year has.
func (c *Calendar) name() {
	if len(c.notices) == 0 {
		return
	}
	low, high := c.notices[0].Year, c.notices[0].Year
	for _, n := range c.notices {
		low, high = min(low, n.Year), max(high, n.Year)
	}
	c.firstYear, c.codes = low, make([]string, high-low+1)
	for _, n := range c.notices {
		code := &c.codes[n.Year-low]
		if *code != "" {
			*code += "+"
		}
		*code += n.Code()
	}
}

// Type returns the type of a day: by a local notice, by that of the State Council, by its weekday.
func (c *Calendar) Type(d Day) DayType {
	if i := int(d) - int(c.first); i >= 0 && i < len(c.types) && c.types[i] >= 0 {
		return c.listed[c.types[i]]
	}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return DayType{Kind: Restday}
	}
	return DayType{Kind: Workday}
}

// Provisional reports whether the year of a day has no notice of the State Council yet.
func (c *Calendar) Provisional(d Day) bool { return !Announced(c.Version(d)) }

// Announced reports whether a version of the calendar has a notice of the State Council.
func Announced(version string) bool { return strings.HasPrefix(version, "cn-") }

// Version names the notices of the year of a day, such as cn-2026@1+local-2026@2; empty if there are none.
func (c *Calendar) Version(d Day) string {
	if i := d.Year() - c.firstYear; i >= 0 && i < len(c.codes) {
		return c.codes[i]
	}
	return ""
}

// Notices returns the notices that hold: those of the State Council by year, then the local ones. They may not be changed.
func (c *Calendar) Notices() []Notice { return c.notices }

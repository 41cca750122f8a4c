package layers

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers/calendar"
)

// Notice is the State Council's list of days off and make-up work days of a year, or a local one that goes before it. Its version is the
// number of its amendment: an amended notice is an edit of the same feature.
type Notice struct {
	Meta
	// Code is cn-<year> or local-<year>, and the id.
	Code  string `json:"code"`
	Name  string `json:"name"`
	Year  int    `json:"year"`
	Local bool   `json:"local,omitempty"`
	// Papers are the documents, by number or address. A notice that has not been made yet has none, and no days.
	Papers []string       `json:"papers,omitempty"`
	Days   []NoticeOfDays `json:"days,omitempty"`
}

// NoticeOfDays is one day of a notice.
type NoticeOfDays struct {
	Date string `json:"date"`
	// Name is that of the holiday.
	Name string `json:"name"`
	// Off is true for a day off, false for a day that is worked on.
	Off bool `json:"off"`
}

// Layer returns Notices.
func (n *Notice) Layer() Layer { return Notices }

// Label returns code and name.
func (n *Notice) Label() (code, name string) { return n.Code, n.Name }

// Shape returns nil: a notice has no geometry.
func (n *Notice) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (n *Notice) SetShape(g orb.Geometry) error { return noShape(n, g) }

// Validate checks the year and each day.
func (n *Notice) Validate(CodeSpace) error {
	c := check(n)
	kind := "cn"
	if n.Local {
		kind = "local"
	}
	if want := fmt.Sprintf("%s-%d", kind, n.Year); n.Code != want {
		c.add("/code", "code", "the code of this notice is "+want)
	}
	c.text("/name", n.Name, true)
	c.texts("/papers", n.Papers)
	for i, d := range n.Days {
		at := fmt.Sprintf("/days/%d", i)
		c.day(at+"/date", d.Date, true)
		c.text(at+"/name", d.Name, true)
	}
	if len(c.issues) == 0 {
		as := n.calendar()
		as.Version = max(as.Version, 1) // a new one has none yet
		if err := as.Check(); err != nil {
			c.add("/days", "calendar", strings.TrimPrefix(err.Error(), "calendar: "))
		}
	}
	return c.result()
}

// calendar returns the notice as the calendar knows it. Days that are no dates are left out.
func (n *Notice) calendar() calendar.Notice {
	out := calendar.Notice{Year: n.Year, Version: int(n.Version), Local: n.Local, Papers: n.Papers, LoadedAt: int64(n.ValidFrom)}
	for _, d := range n.Days {
		if date, err := calendar.ParseDay(d.Date); err == nil {
			out.Days = append(out.Days, calendar.NoticeDay{Date: date, Name: d.Name, Off: d.Off})
		}
	}
	return out
}

// CalendarOf makes the calendar of some notices. Those that are wrong are left out: a store holds none, unless another program wrote it.
func CalendarOf(notices []*Notice) *calendar.Calendar {
	var good []calendar.Notice
	for _, n := range notices {
		if as := n.calendar(); as.Check() == nil {
			good = append(good, as)
		}
	}
	c, err := calendar.New(good...)
	if err != nil {
		return new(calendar.Calendar) // cannot be: each was checked
	}
	return c
}

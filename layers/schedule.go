package layers

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/layers/calendar"
)

// ScheduleState is how far a revision of a schedule has come.
type ScheduleState string

// The states. That a published revision is in force, or has expired, follows from its dates and is not a state. See workflow.go for who
// leads from one to the next.
const (
	Draft      ScheduleState = "draft"
	InReview   ScheduleState = "in_review"
	Approved   ScheduleState = "approved"
	Published  ScheduleState = "published"
	Withdrawn  ScheduleState = "withdrawn"
	Superseded ScheduleState = "superseded"
)

// Schedule is one revision of the series that says what a zone is used for, and when (潮汐时段).
type Schedule struct {
	Meta
	// Code is <series>-<number>.
	Code string `json:"code"`
	Name string `json:"name"`
	// Zone is the id of the zone; a zone has one series.
	Zone string `json:"zone"`
	// Series is the same for all revisions, Number counts them from 1.
	Series string        `json:"series"`
	Number int           `json:"number"`
	State  ScheduleState `json:"state"`
	// From is the first day in force and Until the day after the last one, empty for no end: dates such as 2025-05-01.
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
	// Windows and Exceptions are in no order of rank: see Timetable.
	Windows    []ModeWindow `json:"windows"`
	Exceptions []Exception  `json:"exceptions,omitempty"`
	// Documents are the orders and notices that it rests on.
	Documents []string `json:"documents,omitempty"`
	// Author is who drafted it; BasedOn the code of the revision that the draft began as.
	Author  string `json:"author"`
	BasedOn string `json:"based_on,omitempty"`
	// Calendar names the notices of days off that it was approved with; Digest is the SHA-256 of the content that was approved, in
	// hexadecimal digits.
	Calendar string    `json:"calendar,omitempty"`
	Digest   string    `json:"digest,omitempty"`
	SignOffs []SignOff `json:"sign_offs,omitempty"`
	Comments []Comment `json:"comments,omitempty"`
}

// SignOff is a body's consent to a revision.
type SignOff struct {
	// Role is what the body consents as: police, road or town.
	Role string  `json:"role"`
	Unit string  `json:"unit"`
	By   string  `json:"by"`
	At   Instant `json:"at"`
}

// Comment is what somebody said of a revision, and the step that it came with.
type Comment struct {
	By   string        `json:"by"`
	At   Instant       `json:"at"`
	Step ScheduleState `json:"step,omitempty"`
	Text string        `json:"text"`
}

// Effect is what an exception does on its days.
type Effect string

// The effects of an exception.
const (
	// Close lets no window begin: the zone is in its default mode, but for the tail of the night before.
	Close Effect = "close"
	// Replaced lets the exception's windows begin in place of the others.
	Replaced Effect = "replace"
	// Extend lets the exception's windows begin beside the others, before which they go.
	Extend Effect = "extend"
)

// Exception is what is different on some days.
type Exception struct {
	ID string `json:"id"`
	DaysRule
	Effect  Effect       `json:"effect"`
	Windows []ModeWindow `json:"windows,omitempty"`
	Reason  string       `json:"reason"`
	// Document is the order it rests on.
	Document string `json:"document,omitempty"`
	// Event names an event that decides about the days. Until it is bound the exception is pending, and not in force.
	Event string `json:"event,omitempty"`
	Bound bool   `json:"bound,omitempty"`
}

// Pending reports whether the exception waits for its event.
func (x *Exception) Pending() bool { return x.Event != "" && !x.Bound }

// Layer returns Schedules.
func (s *Schedule) Layer() Layer { return Schedules }

// Label returns code and name.
func (s *Schedule) Label() (code, name string) { return s.Code, s.Name }

// Shape returns nil: a schedule has no geometry.
func (s *Schedule) Shape() orb.Geometry { return nil }

// SetShape refuses any geometry but nil.
func (s *Schedule) SetShape(g orb.Geometry) error { return noShape(s, g) }

// The bounds of what one revision holds.
const (
	mostWindows    = 64
	mostExceptions = 128
	mostListed     = 64 // documents, comments, sign-offs
	// mostInAll bounds the windows of a revision and of its exceptions together: what is compared grows with its square.
	mostInAll = 192
)

// Validate checks dates, windows and exceptions, each on its own; FindConflicts says what they do to each other.
func (s *Schedule) Validate(CodeSpace) error {
	c := check(s)
	c.ref("/zone", s.Zone, true)
	c.ref("/series", s.Series, true)
	c.within("/number", float64(s.Number), 1, 1e6)
	if want := s.Series + "-" + strconv.Itoa(s.Number); s.Code != want {
		c.add("/code", "code", fmt.Sprintf("the code of this revision is %s", want))
	}
	c.text("/name", s.Name, true)
	c.oneOf("/state", string(s.State), string(Draft), string(InReview), string(Approved), string(Published), string(Withdrawn), string(Superseded))
	from := c.day("/from", s.From, true)
	if until := c.day("/until", s.Until, false); until != 0 && from != 0 && until <= from {
		c.add("/until", "range", "must be after the first day: it is the day after the last one")
	}
	c.windows("/windows", s.Windows)
	c.exceptions(s)
	if c.count("/documents", len(s.Documents), mostListed) {
		c.texts("/documents", s.Documents)
	}
	c.text("/author", s.Author, true)
	c.text("/based_on", s.BasedOn, false)
	c.signOffs(s.SignOffs)
	c.comments(s.Comments)
	return c.result()
}

// day checks a date and returns it, 0 for none.
func (c *checker) day(pointer, s string, required bool) calendar.Day {
	if s == "" {
		if required {
			c.add(pointer, "required", "a date is required, such as 2025-05-01")
		}
		return 0
	}
	d, err := calendar.ParseDay(s)
	if err != nil {
		c.add(pointer, "date", "must be a date such as 2025-05-01")
	}
	return d
}

func (c *checker) count(pointer string, n, most int) bool {
	if n > most {
		c.add(pointer, "too-many", fmt.Sprintf("%d of at most %d", n, most))
	}
	return n <= most
}

func (c *checker) exceptions(s *Schedule) {
	if !c.count("/exceptions", len(s.Exceptions), mostExceptions) {
		return
	}
	all := len(s.Windows)
	for i := range s.Exceptions {
		all += len(s.Exceptions[i].Windows)
	}
	if !c.count("/exceptions", all, mostInAll) {
		return
	}
	seen := map[string]bool{}
	for i := range s.Exceptions {
		x, at := &s.Exceptions[i], fmt.Sprintf("/exceptions/%d", i)
		c.own(at, x.ID, seen)
		c.days(at, &x.DaysRule)
		c.oneOf(at+"/effect", string(x.Effect), string(Close), string(Replaced), string(Extend))
		c.windows(at+"/windows", x.Windows)
		switch {
		case x.Effect == Close && len(x.Windows) > 0:
			c.add(at+"/windows", "range", "an exception that closes has no windows")
		case (x.Effect == Replaced || x.Effect == Extend) && len(x.Windows) == 0:
			c.add(at+"/windows", "required", "say what applies in these days")
		case x.Bound && x.Event == "":
			c.add(at+"/bound", "range", "there is no event to be bound to")
		}
		c.text(at+"/reason", x.Reason, true)
		c.text(at+"/document", x.Document, false)
		c.text(at+"/event", x.Event, false)
	}
}

// own checks an id inside a schedule, which no other may have.
func (c *checker) own(pointer, id string, seen map[string]bool) {
	c.ref(pointer+"/id", id, true)
	if seen[id] {
		c.add(pointer+"/id", "duplicate", fmt.Sprintf("%q is used before", id))
	}
	seen[id] = true
}

func (c *checker) signOffs(list []SignOff) {
	if !c.count("/sign_offs", len(list), mostListed) {
		return
	}
	for i, s := range list {
		at := fmt.Sprintf("/sign_offs/%d", i)
		c.oneOf(at+"/role", s.Role, SignOffRoles()...)
		c.ref(at+"/unit", s.Unit, true)
		c.text(at+"/by", s.By, true)
	}
}

// SignOffRoles returns the roles in which bodies consent to a schedule; the slice is the caller's.
func SignOffRoles() []string { return []string{"police", "road", "town"} }

func (c *checker) comments(list []Comment) {
	if !c.count("/comments", len(list), mostListed) {
		return
	}
	for i, m := range list {
		c.text(fmt.Sprintf("/comments/%d/by", i), m.By, true)
		c.text(fmt.Sprintf("/comments/%d/text", i), m.Text, true)
	}
}

package layers

import (
	"fmt"
	"slices"
	"time"

	"wangge/layers/calendar"
)

func (s *Schedule) course() course {
	return course{what: "schedule", of: s.Zone, series: s.Series, code: &s.Code, from: &s.From, until: &s.Until, author: &s.Author, basedOn: &s.BasedOn, digest: &s.Digest,
		number: &s.Number, state: &s.State, comments: &s.Comments}
}

func (s *Schedule) own() {
	s.Windows, s.Exceptions, s.Documents = slices.Clone(s.Windows), slices.Clone(s.Exceptions), slices.Clone(s.Documents)
	s.SignOffs, s.Comments = slices.Clone(s.SignOffs), slices.Clone(s.Comments)
}

func (s *Schedule) void() { s.SignOffs, s.Digest, s.Calendar = nil, "", "" }

// Allowed returns the states that a revision can go to next; the slice is the caller's.
func (s *Schedule) Allowed() []ScheduleState { return allowed(s) }

// Reachable returns the states that a step can lead to at an instant: those of Allowed, without what the publication of another revision
// does, and without the way back once the revision is in force. The slice is the caller's, and never nil.
func (s *Schedule) Reachable(at Instant) []ScheduleState { return reachable(s, at) }

// Submit asks for a review. What the findings block is refused.
func (s *Schedule) Submit(h Hand, findings []Finding) (*Schedule, error) {
	return submit(s, h, findings)
}

// Return sends a revision back to its author, who is told why.
func (s *Schedule) Return(h Hand) (*Schedule, error) { return giveBack(s, h) }

// Approve lets somebody other than the author accept a revision that all required roles have consented to. The digest of its content and
// the version of the calendar are fixed with it.
func (s *Schedule) Approve(h Hand, c *calendar.Calendar, required []string, findings []Finding) (*Schedule, error) {
	next, err := approve(s, h, s.Missing(required), findings)
	if err != nil {
		return nil, err
	}
	if from, err := calendar.ParseDay(s.From); err == nil {
		next.Calendar = c.Version(from)
	}
	return next, nil
}

// Publish puts an approved revision into force from its first day, which has to be so far ahead as lead says, and today at the earliest.
// Its author does not publish it. before is the revision that is in force until then, nil for none: it is returned with its end, superseded.
func (s *Schedule) Publish(h Hand, lead time.Duration, before *Schedule, findings []Finding) (next, ended *Schedule, err error) {
	return publish(s, h, lead, before, findings)
}

// Withdraw takes a revision back before it comes into force.
func (s *Schedule) Withdraw(h Hand) (*Schedule, error) { return withdraw(s, h) }

// Redraft begins a new draft with the content of an earlier revision.
func (s *Schedule) Redraft(id string, number int, author string) *Schedule {
	return redraft(s, id, number, author)
}

// Remark returns a copy of the revision with a comment, or the revision itself if there is nothing to say.
func (s *Schedule) Remark(h Hand) *Schedule { return remark(s, h) }

// Frozen reports whether the content may not be edited any more: it is being looked at, or it was.
func (s *Schedule) Frozen() bool { return s.State != Draft }

// Counts reports whether the revision decides on its days: it was published, and not withdrawn.
func (s *Schedule) Counts() bool { return counts(s.State) }

// Succession says what becomes of the other revisions for the zone when this one is published. before is the published one that it ends
// with its first day, nil without one; beside are those that count, before among them with the end that it comes to have.
func (s *Schedule) Succession(others []*Schedule) (before *Schedule, beside []*Schedule) {
	return succession(s, others)
}

// Followed returns the revision that this one has superseded, and that goes on if it is withdrawn; nil without one.
func (s *Schedule) Followed(others []*Schedule) *Schedule { return followed(s, others) }

// Resume takes back that a revision was superseded by one that is withdrawn: it goes on until the end that it had before, "" for none, or
// until another of the others that count begins.
func (s *Schedule) Resume(h Hand, by *Schedule, until string, others []*Schedule) *Schedule {
	return resume(s, h, by, until, others)
}

// SignOff records the consent of a unit in a role; a later one in the same role takes its place.
func (s *Schedule) SignOff(h Hand, role, unit string) (*Schedule, error) {
	if s.State != InReview {
		return nil, &Refused{Reason: WrongState, Allowed: s.Allowed(), Detail: fmt.Sprintf("%s is %s; consent is given while it is in review", s.Code, s.State)}
	}
	next := copied(s)
	next.SignOffs = slices.DeleteFunc(next.SignOffs, func(o SignOff) bool { return o.Role == role })
	next.SignOffs = append(next.SignOffs, SignOff{Role: role, Unit: unit, By: h.By, At: h.At})
	return next, nil
}

// Missing returns the roles of the required consents that have not been given.
func (s *Schedule) Missing(required []string) []string {
	return slices.DeleteFunc(slices.Clone(required), func(role string) bool {
		return slices.ContainsFunc(s.SignOffs, func(o SignOff) bool { return o.Role == role })
	})
}

// ContentDigest is the SHA-256, in hexadecimal digits, of what is approved: zone, dates, windows, exceptions and documents.
func (s *Schedule) ContentDigest() string {
	return contentDigest(struct {
		Zone, From, Until string
		Windows           []ModeWindow
		Exceptions        []Exception
		Documents         []string
	}{s.Zone, s.From, s.Until, s.Windows, s.Exceptions, s.Documents})
}

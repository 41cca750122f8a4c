package layers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wangge/layers/calendar"
)

// ErrRefused says that a step of a schedule cannot be taken as things are; *Refused says why.
var ErrRefused = errors.New("refused")

// Refused is an error of kind ErrRefused.
type Refused struct {
	Reason RefusedReason
	Detail string
	// Allowed are the states that can be reached from here, for WrongState.
	Allowed []ScheduleState
	// Findings are what blocks, for HasConflicts.
	Findings []Finding
	// Missing are the roles of the consents that are missing, for SignOffMissing.
	Missing []string
}

// RefusedReason is why a step is refused. The words are stable: the API shows them.
type RefusedReason string

// The reasons.
const (
	WrongState     RefusedReason = "state"
	OwnDraft       RefusedReason = "own-draft"
	SignOffMissing RefusedReason = "sign-off-missing"
	HasConflicts   RefusedReason = "conflicts"
	TooLate        RefusedReason = "lead-time"
	ContentChanged RefusedReason = "content-changed"
	TextRequired   RefusedReason = "text-required"
)

func (e *Refused) Error() string { return "schedule: " + e.Detail }

// Is makes errors.Is(err, ErrRefused) true.
func (e *Refused) Is(target error) bool { return target == ErrRefused }

// nextStates says which state leads to which. Which roles may take the step is the API's business.
var nextStates = map[ScheduleState][]ScheduleState{
	Draft:     {InReview},
	InReview:  {Draft, Approved},
	Approved:  {Draft, Published},
	Published: {Withdrawn, Superseded},
}

// Allowed returns the states that a revision can go to next; the slice is the caller's.
func (s *Schedule) Allowed() []ScheduleState { return slices.Clone(nextStates[s.State]) }

// Hand is who takes a step, when, and what they say of it.
type Hand struct {
	By   string
	At   Instant
	Text string
}

// The methods below return a copy of the revision after the step, whose lists are its own. They are pure; the caller stores what they
// return, with the version that it read.

// step moves a revision on and keeps what was said.
func (s *Schedule) step(to ScheduleState, h Hand) (*Schedule, error) {
	if allowed := s.Allowed(); !slices.Contains(allowed, to) {
		return nil, &Refused{Reason: WrongState, Allowed: allowed, Detail: fmt.Sprintf("%s is %s, which does not lead to %s", s.Code, s.State, to)}
	}
	next := *s
	next.State = to
	next.SignOffs, next.Comments = slices.Clone(s.SignOffs), slices.Clone(s.Comments)
	next.say(to, h)
	return &next, nil
}

// say appends a comment; of too many the oldest goes, as the history of the store has it.
func (s *Schedule) say(step ScheduleState, h Hand) {
	text := strings.TrimSpace(h.Text)
	if text == "" {
		text = string(step)
	}
	s.Comments = append(s.Comments, Comment{By: h.By, At: h.At, Step: step, Text: text})
	s.Comments = s.Comments[max(0, len(s.Comments)-mostListed):]
}

// Submit asks for a review. What the findings of FindConflicts block is refused.
func (s *Schedule) Submit(h Hand, findings []Finding) (*Schedule, error) {
	next, err := s.step(InReview, h)
	if err != nil {
		return nil, err
	}
	if err := blocked(findings); err != nil {
		return nil, err
	}
	next.SignOffs, next.Digest, next.Calendar = nil, "", ""
	return next, nil
}

func blocked(findings []Finding) error {
	if !Blocked(findings) {
		return nil
	}
	return &Refused{Reason: HasConflicts, Detail: "the schedule has conflicts that must be resolved first", Findings: slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return !f.Blocks })}
}

// Return sends a revision back to its author, who is told why.
func (s *Schedule) Return(h Hand) (*Schedule, error) {
	if strings.TrimSpace(h.Text) == "" {
		return nil, &Refused{Reason: TextRequired, Detail: "say why it goes back"}
	}
	next, err := s.step(Draft, h)
	if err != nil {
		return nil, err
	}
	next.SignOffs, next.Digest, next.Calendar = nil, "", ""
	return next, nil
}

// SignOff records the consent of a unit in a role; a later one in the same role takes its place.
func (s *Schedule) SignOff(h Hand, role, unit string) (*Schedule, error) {
	if s.State != InReview {
		return nil, &Refused{Reason: WrongState, Allowed: s.Allowed(), Detail: fmt.Sprintf("%s is %s; consent is given while it is in review", s.Code, s.State)}
	}
	next := *s
	next.SignOffs = slices.DeleteFunc(slices.Clone(s.SignOffs), func(o SignOff) bool { return o.Role == role })
	next.SignOffs = append(next.SignOffs, SignOff{Role: role, Unit: unit, By: h.By, At: h.At})
	next.Comments = slices.Clone(s.Comments)
	return &next, nil
}

// Missing returns the roles of the required consents that have not been given.
func (s *Schedule) Missing(required []string) []string {
	return slices.DeleteFunc(slices.Clone(required), func(role string) bool {
		return slices.ContainsFunc(s.SignOffs, func(o SignOff) bool { return o.Role == role })
	})
}

// Approve lets somebody other than the author accept a revision that all required roles have consented to. The digest of its content and
// the version of the calendar are fixed with it.
func (s *Schedule) Approve(h Hand, c *calendar.Calendar, required []string, findings []Finding) (*Schedule, error) {
	next, err := s.step(Approved, h)
	switch missing := s.Missing(required); {
	case err != nil:
		return nil, err
	case h.By == s.Author:
		return nil, &Refused{Reason: OwnDraft, Detail: "who drafted a schedule does not approve it"}
	case len(missing) > 0:
		return nil, &Refused{Reason: SignOffMissing, Missing: missing, Detail: "consent is missing of: " + strings.Join(missing, ", ")}
	}
	if err := blocked(findings); err != nil {
		return nil, err
	}
	next.Digest = next.ContentDigest()
	if from, err := calendar.ParseDay(s.From); err == nil {
		next.Calendar = c.Version(from)
	}
	return next, nil
}

// Publish puts an approved revision into force from its first day, which has to be so far ahead as lead says, and today at the earliest.
// Its author does not publish it. before is the revision that is in force until then, nil for none: it is returned with its end, superseded.
func (s *Schedule) Publish(h Hand, lead time.Duration, before *Schedule, findings []Finding) (next, ended *Schedule, err error) {
	if next, err = s.step(Published, h); err != nil {
		return nil, nil, err
	}
	from, err := calendar.ParseDay(s.From)
	switch {
	case err != nil:
		return nil, nil, err
	case h.By == s.Author:
		return nil, nil, &Refused{Reason: OwnDraft, Detail: "who drafted a schedule does not publish it"}
	case s.ContentDigest() != s.Digest:
		return nil, nil, &Refused{Reason: ContentChanged, Detail: "the content is not the one that was approved"}
	case from < dayOf(h.At):
		return nil, nil, &Refused{Reason: TooLate, Detail: fmt.Sprintf("its first day, %s, has gone by: what was in force then stays as it was", s.From)}
	case lead > 0 && from.Start()-int64(h.At) < lead.Milliseconds():
		return nil, nil, &Refused{Reason: TooLate, Detail: fmt.Sprintf("it comes into force on %s; it must be published %s before", s.From, lead)}
	}
	if err := blocked(findings); err != nil {
		return nil, nil, err
	}
	if before == nil {
		return next, nil, nil
	}
	if ended, err = before.step(Superseded, Hand{h.By, h.At, supersededBy(s)}); err != nil {
		return nil, nil, err
	}
	ended.Until = s.From
	return next, ended, nil
}

// Withdraw takes a revision back before it comes into force.
func (s *Schedule) Withdraw(h Hand) (*Schedule, error) {
	next, err := s.step(Withdrawn, h)
	if err != nil {
		return nil, err
	}
	if s.begun(h.At) {
		return nil, &Refused{Reason: TooLate, Detail: fmt.Sprintf("it is in force since %s; publish a revision that follows it, or give an order", s.From)}
	}
	return next, nil
}

// begun reports whether the first day has come at an instant.
func (s *Schedule) begun(at Instant) bool {
	from, err := calendar.ParseDay(s.From)
	return err != nil || from.Start() <= int64(at)
}

// Redraft begins a new draft with the content of an earlier revision.
func (s *Schedule) Redraft(id string, number int, author string) *Schedule {
	next := *s
	next.Meta = Meta{ID: id, ValidFrom: s.ValidFrom, Demo: s.Demo}
	next.Number, next.Code = number, fmt.Sprintf("%s-%d", s.Series, number)
	next.State, next.Author, next.BasedOn = Draft, author, s.Code
	next.Calendar, next.Digest, next.SignOffs, next.Comments = "", "", nil, nil
	next.Windows, next.Exceptions, next.Documents = slices.Clone(s.Windows), slices.Clone(s.Exceptions), slices.Clone(s.Documents)
	return &next
}

// Frozen reports whether the content may not be edited any more: it is being looked at, or it was.
func (s *Schedule) Frozen() bool { return s.State != Draft }

// ContentDigest is the SHA-256, in hexadecimal digits, of what is approved: zone, dates, windows, exceptions and documents.
func (s *Schedule) ContentDigest() string {
	b, err := json.Marshal(struct {
		Zone, From, Until string
		Windows           []ModeWindow
		Exceptions        []Exception
		Documents         []string
	}{s.Zone, s.From, s.Until, s.Windows, s.Exceptions, s.Documents})
	if err != nil {
		return "" // cannot be: texts and whole numbers alone
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

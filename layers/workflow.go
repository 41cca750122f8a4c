package layers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wangge/layers/calendar"
)

// ErrRefused says that a step of a revision cannot be taken as things are; *Refused says why.
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

func (e *Refused) Error() string { return "refused: " + e.Detail }

// Is makes errors.Is(err, ErrRefused) true.
func (e *Refused) Is(target error) bool { return target == ErrRefused }

// nextStates says which state leads to which, for schedules and rules alike. Which roles may take the step is the API's business.
var nextStates = map[ScheduleState][]ScheduleState{
	Draft:     {InReview},
	InReview:  {Draft, Approved},
	Approved:  {Draft, Published},
	Published: {Withdrawn, Superseded},
}

// Hand is who takes a step, when, and what they say of it.
type Hand struct {
	By   string
	At   Instant
	Text string
}

// Validate checks what a hand says; the pointer of its issue is /text.
func (h Hand) Validate() error {
	c := &checker{}
	c.text("/text", h.Text, false)
	return c.result()
}

// course is what the steps of a revision read and move, wherever its type keeps it.
type course struct {
	// what is the word for it in sentences.
	what string
	// of is the same for revisions that follow each other: the zone of schedules, the series of rules.
	of                                         string
	series                                     string
	code, from, until, author, basedOn, digest *string
	number                                     *int
	state                                      *ScheduleState
	comments                                   *[]Comment
}

// revised is a type of revisions that go from a draft into force, a pointer to T.
type revised[T any] interface {
	*T
	Feature
	ContentDigest() string
	// course points into the revision.
	course() course
	// own makes the lists of the revision its own.
	own()
	// void takes back what a review has fixed.
	void()
}

// The functions below return a copy of a revision after the step, whose lists are its own. They are pure; the caller stores what they
// return, with the version that it read.

func copied[T any, R revised[T]](r R) R {
	next := *r
	R(&next).own()
	return &next
}

func allowed[T any, R revised[T]](r R) []ScheduleState {
	return slices.Clone(nextStates[*r.course().state])
}

// reachable is allowed without what the publication of another revision does, and without the way back once the revision is in force.
func reachable[T any, R revised[T]](r R, at Instant) []ScheduleState {
	out := []ScheduleState{}
	for _, to := range allowed(r) {
		if to != Superseded && (to != Withdrawn || !r.course().begun(at)) {
			out = append(out, to)
		}
	}
	return out
}

// step moves a revision on and keeps what was said.
func step[T any, R revised[T]](r R, to ScheduleState, h Hand) (R, error) {
	is := r.course()
	if allowed := allowed(r); !slices.Contains(allowed, to) {
		return nil, &Refused{Reason: WrongState, Allowed: allowed, Detail: fmt.Sprintf("%s is %s, which does not lead to %s", *is.code, *is.state, to)}
	}
	next := copied(r)
	*next.course().state = to
	next.course().say(to, h)
	return next, nil
}

// say appends a comment; of too many the oldest goes, as the history of the store has it.
func (c course) say(step ScheduleState, h Hand) {
	text := strings.TrimSpace(h.Text)
	if text == "" {
		text = string(step)
	}
	list := append(*c.comments, Comment{By: h.By, At: h.At, Step: step, Text: text})
	*c.comments = list[max(0, len(list)-mostListed):]
}

// begun reports whether the first day has come at an instant.
func (c course) begun(at Instant) bool {
	from, err := calendar.ParseDay(*c.from)
	return err != nil || from.Start() <= int64(at)
}

// remark adds a comment, and returns r itself if there is nothing to say.
func remark[T any, R revised[T]](r R, h Hand) R {
	if strings.TrimSpace(h.Text) == "" {
		return r
	}
	next := copied(r)
	next.course().say(*next.course().state, h)
	return next
}

// submit asks for a review. What the findings block is refused.
func submit[T any, R revised[T]](r R, h Hand, findings []Finding) (R, error) {
	next, err := step(r, InReview, h)
	if err != nil {
		return nil, err
	}
	if err := blocked(r.course(), findings); err != nil {
		return nil, err
	}
	next.void()
	return next, nil
}

func blocked(c course, findings []Finding) error {
	if !Blocked(findings) {
		return nil
	}
	return &Refused{Reason: HasConflicts, Detail: "the " + c.what + " has conflicts that must be resolved first", Findings: slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return !f.Blocks })}
}

// giveBack sends a revision back to its author, who is told why.
func giveBack[T any, R revised[T]](r R, h Hand) (R, error) {
	if strings.TrimSpace(h.Text) == "" {
		return nil, &Refused{Reason: TextRequired, Detail: "say why it goes back"}
	}
	next, err := step(r, Draft, h)
	if err != nil {
		return nil, err
	}
	next.void()
	return next, nil
}

// approve lets somebody other than the author accept a revision. The digest of its content is fixed with it. missing are the consents that
// have not been given.
func approve[T any, R revised[T]](r R, h Hand, missing []string, findings []Finding) (R, error) {
	next, err := step(r, Approved, h)
	is := r.course()
	switch {
	case err != nil:
		return nil, err
	case h.By == *is.author:
		return nil, &Refused{Reason: OwnDraft, Detail: "who drafted a " + is.what + " does not approve it"}
	case len(missing) > 0:
		return nil, &Refused{Reason: SignOffMissing, Missing: missing, Detail: "consent is missing of: " + strings.Join(missing, ", ")}
	}
	if err := blocked(is, findings); err != nil {
		return nil, err
	}
	*next.course().digest = next.ContentDigest()
	return next, nil
}

// publish puts an approved revision into force from its first day, which has to be so far ahead as lead says, and today at the earliest. Its
// author does not publish it. before is the revision that is in force until then, nil for none: it is returned with its end, superseded.
func publish[T any, R revised[T]](r R, h Hand, lead time.Duration, before R, findings []Finding) (next, ended R, err error) {
	if next, err = step(r, Published, h); err != nil {
		return nil, nil, err
	}
	is := r.course()
	from, err := calendar.ParseDay(*is.from)
	switch {
	case err != nil:
		return nil, nil, err
	case h.By == *is.author:
		return nil, nil, &Refused{Reason: OwnDraft, Detail: "who drafted a " + is.what + " does not publish it"}
	case r.ContentDigest() != *is.digest:
		return nil, nil, &Refused{Reason: ContentChanged, Detail: "the content is not the one that was approved"}
	case from < dayOf(h.At):
		return nil, nil, &Refused{Reason: TooLate, Detail: fmt.Sprintf("its first day, %s, has gone by: what was in force then stays as it was", *is.from)}
	case lead > 0 && from.Start()-int64(h.At) < lead.Milliseconds():
		return nil, nil, &Refused{Reason: TooLate, Detail: fmt.Sprintf("it comes into force on %s; it must be published %s before", *is.from, lead)}
	}
	if err := blocked(is, findings); err != nil {
		return nil, nil, err
	}
	if before == nil {
		return next, nil, nil
	}
	if ended, err = step(before, Superseded, Hand{h.By, h.At, is.supersededBy()}); err != nil {
		return nil, nil, err
	}
	*ended.course().until = *is.from
	return next, ended, nil
}

// withdraw takes a revision back before it comes into force.
func withdraw[T any, R revised[T]](r R, h Hand) (R, error) {
	next, err := step(r, Withdrawn, h)
	if err != nil {
		return nil, err
	}
	if is := r.course(); is.begun(h.At) {
		return nil, &Refused{Reason: TooLate, Detail: fmt.Sprintf("it is in force since %s; publish a revision that follows it", *is.from)}
	}
	return next, nil
}

// redraft begins a new draft with the content of an earlier revision.
func redraft[T any, R revised[T]](r R, id string, number int, author string) R {
	next := copied(r)
	m, was := next.Head(), r.Head()
	*m = Meta{ID: id, ValidFrom: was.ValidFrom, Demo: was.Demo}
	is := next.course()
	*is.number, *is.code = number, fmt.Sprintf("%s-%d", is.series, number)
	*is.state, *is.author, *is.basedOn = Draft, author, *r.course().code
	*is.comments = nil
	next.void()
	return next
}

package layers

import (
	"slices"
	"time"
)

func (r *Rule) course() course {
	return course{what: "rule", of: r.Series, series: r.Series, code: &r.Code, from: &r.From, until: &r.Until, author: &r.Author, basedOn: &r.BasedOn, digest: &r.Digest,
		number: &r.Number, state: &r.State, comments: &r.Comments}
}

// own leaves the selectors, which no step changes, shared.
func (r *Rule) own() {
	r.Documents, r.Comments = slices.Clone(r.Documents), slices.Clone(r.Comments)
}

func (r *Rule) void() { r.Digest = "" }

// Allowed returns the states that a revision can go to next; the slice is the caller's.
func (r *Rule) Allowed() []ScheduleState { return allowed(r) }

// Reachable returns the states that a step can lead to at an instant: those of Allowed, without what the publication of another revision
// does, and without the way back once the revision is in force. The slice is the caller's, and never nil.
func (r *Rule) Reachable(at Instant) []ScheduleState { return reachable(r, at) }

// Submit asks for a review. What the findings block is refused.
func (r *Rule) Submit(h Hand, findings []Finding) (*Rule, error) { return submit(r, h, findings) }

// Return sends a revision back to its author, who is told why.
func (r *Rule) Return(h Hand) (*Rule, error) { return giveBack(r, h) }

// Approve lets somebody other than the author accept a revision. The digest of its content is fixed with it. Rules need no consents.
func (r *Rule) Approve(h Hand, findings []Finding) (*Rule, error) {
	return approve(r, h, nil, findings)
}

// Publish puts an approved revision into force from its first day, which has to be so far ahead as lead says, and today at the earliest.
// Its author does not publish it. before is the revision that is in force until then, nil for none: it is returned with its end, superseded.
func (r *Rule) Publish(h Hand, lead time.Duration, before *Rule, findings []Finding) (next, ended *Rule, err error) {
	return publish(r, h, lead, before, findings)
}

// Withdraw takes a revision back before it comes into force.
func (r *Rule) Withdraw(h Hand) (*Rule, error) { return withdraw(r, h) }

// Redraft begins a new draft with the content of an earlier revision.
func (r *Rule) Redraft(id string, number int, author string) *Rule {
	return redraft(r, id, number, author)
}

// Remark returns a copy of the revision with a comment, or the revision itself if there is nothing to say.
func (r *Rule) Remark(h Hand) *Rule { return remark(r, h) }

// Frozen reports whether the content may not be edited any more: it is being looked at, or it was.
func (r *Rule) Frozen() bool { return r.State != Draft }

// Counts reports whether the revision decides on its days: it was published, and not withdrawn.
func (r *Rule) Counts() bool { return counts(r.State) }

// Succession says what becomes of the other revisions of the series when this one is published. before is the published one that it ends
// with its first day, nil without one; beside are those that count, before among them with the end that it comes to have.
func (r *Rule) Succession(others []*Rule) (before *Rule, beside []*Rule) {
	return succession(r, others)
}

// Followed returns the revision that this one has superseded, and that goes on if it is withdrawn; nil without one.
func (r *Rule) Followed(others []*Rule) *Rule { return followed(r, others) }

// Resume takes back that a revision was superseded by one that is withdrawn: it goes on until the end that it had before, "" for none, or
// until another of the others that count begins.
func (r *Rule) Resume(h Hand, by *Rule, until string, others []*Rule) *Rule {
	return resume(r, h, by, until, others)
}

package layers

// Revisions of one zone, or of one series of rules, follow each other: the one that is published ends the one before it.

func counts(state ScheduleState) bool { return state == Published || state == Superseded }

// succession says what becomes of the other revisions when r is published. before is the published one that r ends with its first day, nil
// without one; beside are those that count, before among them with the end that it comes to have.
func succession[T any, R revised[T]](r R, others []R) (before R, beside []R) {
	is := r.course()
	rivals := func(yield func(R, course)) {
		for _, o := range others {
			if c := o.course(); o.Head().ID != r.Head().ID && c.of == is.of && counts(*c.state) {
				yield(o, c)
			}
		}
	}
	rivals(func(o R, c course) {
		if *c.state == Published && *c.from < *is.from && (*c.until == "" || *c.until > *is.from) && (before == nil || *c.from > *before.course().from) {
			before = o
		}
	})
	rivals(func(o R, _ course) {
		if o == before {
			o = copied(o)
			*o.course().until = *is.from
		}
		beside = append(beside, o)
	})
	return before, beside
}

// followed returns the revision that r has superseded, and that goes on if r is withdrawn; nil without one.
func followed[T any, R revised[T]](r R, others []R) R {
	is := r.course()
	for _, o := range others {
		c := o.course()
		said := *c.comments
		if *c.state == Superseded && c.of == is.of && *c.until == *is.from && len(said) > 0 && said[len(said)-1].Text == is.supersededBy() {
			return o
		}
	}
	return nil
}

func (c course) supersededBy() string { return "superseded by " + *c.code }

// resume takes back that a revision was superseded by one that is withdrawn: it goes on until the end that it had before, "" for none, or
// until another of the others that count begins.
func resume[T any, R revised[T]](r R, h Hand, by R, until string, others []R) R {
	next := copied(r)
	is := next.course()
	*is.state, *is.until = Published, until
	for _, o := range others {
		c := o.course()
		if o.Head().ID != r.Head().ID && o.Head().ID != by.Head().ID && c.of == is.of && counts(*c.state) && *c.from >= *r.course().until && (*is.until == "" || *c.from < *is.until) {
			*is.state, *is.until = Superseded, *c.from
		}
	}
	is.say(*is.state, Hand{h.By, h.At, "goes on: " + *by.course().code + " was withdrawn"})
	return next
}

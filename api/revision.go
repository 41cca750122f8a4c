package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"wangge/layers"
)

// revised is a type of features that go from a draft into force: *layers.Schedule or *layers.Rule.
type revised[T any] interface {
	comparable
	layers.Feature
	Submit(h layers.Hand, findings []layers.Finding) (T, error)
	Return(h layers.Hand) (T, error)
	Publish(h layers.Hand, lead time.Duration, before T, findings []layers.Finding) (next, ended T, err error)
	Withdraw(h layers.Hand) (T, error)
	Succession(others []T) (before T, beside []T)
	Followed(others []T) T
	Resume(h layers.Hand, by T, until string, others []T) T
	Redraft(id string, number int, author string) T
	Remark(h layers.Hand) T
	Frozen() bool
}

// process is how revisions of one type go their way.
type process[T revised[T]] struct {
	info layers.Info
	// restsOn are the layers that findings and consents are made of.
	restsOn []layers.Layer
	// inScope refuses a revision that the token is not for.
	inScope func(c *call, one T) error
	// findings are those as if it were published now.
	findings func(c *call, one T) []layers.Finding
	// others are the revisions that it may follow, or that may follow it.
	others func(c *call, one T) []T
	// number gives a draft the next number of its series, least at the least, and whatever else is the service's to say.
	number func(c *call, draft T, least int) (next T, number int, err error)
	// until is its end.
	until func(one T) string
	// state is the answer to every write of it.
	state func(c *call, one T) any
}

// hand is who writes, now.
func (c *call) hand(text string) layers.Hand {
	return layers.Hand{By: c.actor.Name, At: c.now(), Text: text}
}

// write carries a write out and answers with the revision.
func (p *process[T]) write(c *call, e *managedEdit) error {
	f, err := c.commitManaged(e)
	switch {
	case err != nil:
		return err
	case f == nil:
		return c.NoContent(http.StatusNoContent)
	}
	one, ok := f.(T)
	if !ok {
		return fmt.Errorf("the store answers the edit of %s with one of %s", p.info.Layer, f.Layer())
	}
	return c.json(e.status(), p.state(c, one))
}

// create stores a draft under the next number of its series. Whoever is first has a number; the others take the one after it. draft makes
// it of the revision that it begins as, which is the zero value for a new one.
func (p *process[T]) create(c *call, e *managedEdit, text string, draft func(before T) T) error {
	least := 1
	e.another = func(err error) bool { // somebody else has the number, or a draft that was given up had it
		var taken *layers.Conflict
		if !errors.As(err, &taken) || taken.Kind != layers.Exists && taken.Kind != layers.Retired {
			return false
		}
		least++
		return true
	}
	e.make = of(func(before T) ([]layers.Edit, []layers.Layer, error) {
		one := draft(before)
		if err := p.inScope(c, one); err != nil {
			return nil, nil, err
		}
		next, number, err := p.number(c, one, least)
		if err != nil {
			return nil, nil, err
		}
		least = number
		made := next.Remark(c.hand(text))
		if err := made.Validate(c.w.Settings().Codes); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{{Op: layers.Create, Layer: p.info.Layer, ID: made.Head().ID, Feature: made}}, nil, nil
	})
	e.note = "draft " + string(p.info.Layer)
	return p.write(c, e)
}

// replace puts other content into a draft.
func (p *process[T]) replace(c *call, e *managedEdit, text string, change func(before T) (T, error)) error {
	e.note = "redraw " + string(p.info.Layer) + " " + e.id
	e.make = of(func(before T) ([]layers.Edit, []layers.Layer, error) {
		if err := p.mayEdit(c, before); err != nil {
			return nil, nil, err
		}
		next, err := change(before)
		if err != nil {
			return nil, nil, err
		}
		if err := p.inScope(c, next); err != nil {
			return nil, nil, err
		}
		made := next.Remark(c.hand(text))
		if err := made.Validate(c.w.Settings().Codes); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{c.replacing(before, made)}, nil, nil
	})
	return p.write(c, e)
}

// discard gives a draft up.
func (p *process[T]) discard(c *call) error {
	e, err := c.newManaged(p.info, layers.Delete, false)
	if err != nil {
		return err
	}
	e.note = "discard " + string(p.info.Layer) + " " + e.id
	e.make = of(func(before T) ([]layers.Edit, []layers.Layer, error) {
		if err := p.mayEdit(c, before); err != nil {
			return nil, nil, err
		}
		return []layers.Edit{c.deleting(before)}, nil, nil
	})
	return p.write(c, e)
}

// redraft begins a new draft with the content of a revision.
func (p *process[T]) redraft(c *call) error {
	e, err := c.newManaged(p.info, layers.Create, true)
	if err != nil {
		return err
	}
	b, err := p.readStep(e)
	if err != nil {
		return err
	}
	id := newID(p.info.Prefix)
	return p.create(c, e, b.Text, func(before T) T { return before.Redraft(id, 1, c.actor.Name) }) // number gives the number
}

// mayEdit refuses other content of what is no draft any more.
func (p *process[T]) mayEdit(c *call, one T) error {
	if err := p.inScope(c, one); err != nil {
		return err
	}
	if one.Frozen() {
		code, _ := one.Label()
		return &layers.Refused{Reason: layers.WrongState, Detail: fmt.Sprintf("%s is no draft any more; only a draft can be changed", code)}
	}
	return nil
}

// endBefore returns the end that a superseded revision had before it was superseded, from the history of the store.
func (p *process[T]) endBefore(c *call, one T) (string, error) {
	m := one.Head()
	rows, err := ask(c, historyPatience, func(ctx context.Context) ([]layers.Feature, error) {
		return c.s.Store.History(ctx, layers.Asked{Layer: p.info.Layer, IDs: []string{m.ID}, KnownRevision: m.Revision - 1})
	})
	if err != nil {
		return "", err
	}
	for _, f := range rows {
		if was, ok := f.(T); ok && f.Head().Version == m.Version-1 {
			return p.until(was), nil
		}
	}
	return "", fmt.Errorf("%s %s: the store does not know version %d", p.info.Layer, m.ID, m.Version-1)
}

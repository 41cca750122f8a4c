package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// managedEdit is a write of a feature of a managed layer: an edit, what was sent, and what it makes of the feature that it is about.
type managedEdit struct {
	edit
	// note says what is done, for the history.
	note string
	// sent is the body, which a 412 shows again; nil without one.
	sent json.RawMessage
	// make returns the edits, the first of which is about the feature that is answered with, and the layers that they were checked
	// against. before is the state that the client has named, nil for a create.
	make func(before layers.Feature) (edits []layers.Edit, guards []layers.Layer, err error)
	// made are the edits of the last try.
	made []layers.Edit
}

// of makes a function of one type of feature one of any; nil stays nil.
func of[T layers.Feature](f func(before T) ([]layers.Edit, []layers.Layer, error)) func(layers.Feature) ([]layers.Edit, []layers.Layer, error) {
	return func(before layers.Feature) ([]layers.Edit, []layers.Layer, error) {
		one, _ := before.(T)
		return f(one)
	}
}

// newManaged reads the headers and the body of a write: an Idempotency-Key if keyed, and If-Match wherever the path names a feature.
func (c *call) newManaged(info layers.Info, op layers.Op, keyed bool) (*managedEdit, error) {
	e := &managedEdit{edit: edit{info: info, op: op, id: c.path["id"], face: plainFace{}}}
	var err error
	if e.key, err = c.idempotencyKey(keyed); err != nil {
		return nil, err
	}
	if e.id != "" {
		if e.versions, err = c.ifMatch(); err != nil {
			return nil, err
		}
	}
	if c.op.Body != nil {
		if e.sent, err = c.readBody(); err != nil {
			return nil, err
		}
	}
	e.body = c.digest(e.sent)
	return e, nil
}

// commitManaged carries a write out, and returns the state that it has written; nil for a delete. The headers of the answer are set.
func (c *call) commitManaged(e *managedEdit) (layers.Feature, error) {
	receipt, err := c.apply(e)
	if err != nil {
		return nil, err
	}
	first := receipt.Results[0]
	if first.Op == layers.Delete {
		return nil, nil
	}
	f, err := c.stored(&e.edit, receipt, first)
	if err != nil {
		return nil, err
	}
	h := c.Response().Header()
	if first.Op == layers.Create {
		h.Set("Location", e.face.location(e.info.Layer, first.ID))
	}
	h.Set("ETag", versionTag(receipt.Position.Epoch, f.Head().Version))
	h.Set("Cache-Control", "no-store")
	return f, nil
}

// apply carries a write out and waits until it is shown.
func (c *call) apply(e *managedEdit) (layers.Receipt, error) {
	receipt, err := c.commit(&e.edit, func(deadline time.Time) (layers.Tx, error) { return c.prepareManaged(e, deadline) })
	if err != nil {
		return receipt, c.withBoth(e, err)
	}
	if len(receipt.Results) == 0 {
		return receipt, errors.New("the store answers an edit without results")
	}
	e.op = receipt.Results[0].Op // of an edit that was done before, what it was then
	c.acknowledge(&e.edit, receipt)
	return receipt, nil
}

// storedAll returns the states that a write of several features has written, in the order of its edits.
func (c *call) storedAll(e *managedEdit, receipt layers.Receipt) ([]layers.Feature, error) {
	out := make([]layers.Feature, len(receipt.Results))
	for i, one := range receipt.Results {
		if !receipt.Replayed {
			e.after = e.made[i].Feature
		}
		var err error
		if out[i], err = c.stored(&e.edit, receipt, one); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// status is that of the answer to an edit that was done.
func (e *managedEdit) status() int {
	if e.op == layers.Create {
		return http.StatusCreated
	}
	return http.StatusOK
}

// answerManaged carries a write out and answers with the feature.
func (c *call) answerManaged(e *managedEdit) error {
	f, err := c.commitManaged(e)
	switch {
	case err != nil:
		return err
	case f == nil:
		return c.NoContent(http.StatusNoContent)
	}
	body, err := layers.MarshalFeature(f)
	if err != nil {
		return err
	}
	return c.bytes(e.status(), jsonMedia, append(body, '\n'))
}

// prepareManaged makes the transaction of a write from the World of the call.
func (c *call) prepareManaged(e *managedEdit, deadline time.Time) (layers.Tx, error) {
	tx := c.newTx(&e.edit, e.note)
	var before layers.Feature
	if e.id != "" {
		var err error
		if before, err = c.current(&e.edit, deadline); err != nil {
			return tx, err
		}
		if before == nil { // taken only as one that the store has done before
			tx.Edits = []layers.Edit{{Op: layers.Delete, Layer: e.info.Layer, ID: e.id, IfMatch: noVersion}}
			return tx, nil
		}
	}
	edits, guards, err := e.make(before)
	if err != nil {
		return tx, c.stepProblem(before, err)
	}
	tx.Edits, e.made = edits, edits
	e.after = edits[0].Feature
	for _, l := range guards {
		tx.Guards = append(tx.Guards, layers.Guard{Layer: l, Revision: c.w.Position().Revision})
	}
	return tx, nil
}

// replacing is the edit that puts next in place of before. The new state applies from now.
func (c *call) replacing(before, next layers.Feature) layers.Edit {
	next.Head().ValidFrom = max(c.now(), before.Head().ValidFrom)
	return layers.Edit{Op: layers.Replace, Layer: next.Layer(), ID: next.Head().ID, Feature: next, IfMatch: before.Head().Version}
}

// deleting is the edit that ends a feature now.
func (c *call) deleting(before layers.Feature) layers.Edit {
	m := before.Head()
	return layers.Edit{Op: layers.Delete, Layer: before.Layer(), ID: m.ID, IfMatch: m.Version, End: max(c.now(), m.ValidFrom+1)}
}

// newMeta is the head of a new feature that applies from now.
func (c *call) newMeta(info layers.Info) layers.Meta {
	return layers.Meta{ID: newID(info.Prefix), ValidFrom: c.now(), Demo: c.w.Settings().Demo}
}

// inTown refuses a token of a town the zones of another.
func (c *call) inTown(zone string) error {
	z, ok := c.w.Set(layers.Zones).Head(zone)
	if town := c.token.Town; ok && town != "" && c.townOf(z) != town {
		p := forbidden(c.op.Roles, "the token is for the town "+town+" alone")
		p.More["scope"] = map[string]any{"town": town}
		return p
	}
	return nil
}

// withBoth adds both versions to a refusal because of a stale version: the one that is stored now, and what was sent.
func (c *call) withBoth(e *managedEdit, err error) error {
	var p *Problem
	if !errors.As(err, &p) || p.Code != string(layers.StaleVersion) {
		return err
	}
	if now := c.storedNow(e.info.Layer, e.id, p.More["current_etag"]); now != nil {
		p.More["current"] = shownFeature{now}
		p.More["current_etag"] = versionTag(c.w.Position().Epoch, now.Head().Version)
	}
	if e.sent != nil {
		p.More["yours"] = e.sent
	}
	return p
}

// storedNow returns the state of a feature that has the tag: of the World, or else the newest of the store, if that can be asked.
func (c *call) storedNow(l layers.Layer, id string, tag any) layers.Feature {
	head, ok := c.w.Set(l).Head(id)
	if ok && versionTag(c.w.Position().Epoch, head.Head().Version) == tag {
		return head
	}
	rows, err := c.history(layers.Asked{Layer: l, IDs: []string{id}})
	if err != nil {
		return head
	}
	for _, f := range rows {
		if head == nil || f.Head().Version > head.Head().Version {
			head = f
		}
	}
	return head
}

// shownFeature is a feature in the form of every read, inside another answer.
type shownFeature struct{ layers.Feature }

// MarshalJSON writes the form of every feature.
func (s shownFeature) MarshalJSON() ([]byte, error) { return layers.MarshalFeature(s.Feature) }

// shownSchedule is a revision in the form of GET /v1/schedules/{id}.
type shownSchedule struct{ shownFeature }

// Schema refers to the schema of a revision.
func (shownSchedule) Schema(huma.Registry) *huma.Schema { return featureSchema(layers.Schedules) }

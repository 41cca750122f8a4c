package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"wangge/layers"
)

const (
	// editBytes bounds the body of an edit.
	editBytes = 64 << 10
	// editPatience is how long an edit may wait for the store, all tries together.
	editPatience = 1800 * time.Millisecond
)

// editOperations are create, replace and delete of every layer whose features are edited one by one.
func (s *Server) editOperations() []operation {
	var table []operation
	for _, info := range layers.All() {
		if info.Managed {
			continue
		}
		table = append(table, createOperation(info), replaceOperation(info), deleteOperation(info))
	}
	return table
}

func createOperation(info layers.Info) operation {
	text := "The id is given by the service."
	if info.IDIsCode {
		text = "The id is the code; a code that was in use before is never given again (410)."
	}
	return operation{
		Method: http.MethodPost, Path: "/v1/" + string(info.Layer), ID: operationID("create", singular(info.Layer)), Tag: "edits",
		Summary: "A new one of the " + string(info.Layer), Text: text + " " + editText(info),
		Params: []param{keyParam(true)}, Body: &content{Type: writtenSchema(info.Layer)}, Limit: editBytes,
		Answers: []answer{{Status: http.StatusCreated, Text: "The feature as it is stored.", Content: &content{Type: featureSchema(info.Layer)},
			Headers: []string{"ETag", "Location", visibleHeader, replayedHeader}}},
		Roles:  rightsOf(info.Layer).create,
		Handle: func(c *call) error { return c.create(info, plainFace{}, true) },
	}
}

func replaceOperation(info layers.Info) operation {
	return operation{
		Method: http.MethodPut, Path: "/v1/" + string(info.Layer) + "/{id}", ID: operationID("replace", singular(info.Layer)), Tag: "edits",
		Summary: "Another state of one of the " + string(info.Layer),
		Text:    "The body is the whole new state. `valid_from` says from when it applies, now if it is left out; with the `valid_from` of the state before it corrects that state. " + editText(info),
		Params:  []param{idParam(), matchParam(), keyParam(false)}, Body: &content{Type: writtenSchema(info.Layer)}, Limit: editBytes,
		Answers: []answer{{Status: http.StatusOK, Text: "The feature as it is stored.", Content: &content{Type: featureSchema(info.Layer)},
			Headers: []string{"ETag", visibleHeader, replayedHeader}}},
		Roles:  rightsOf(info.Layer).replace,
		Handle: func(c *call) error { return c.replace(info, plainFace{}) },
	}
}

func deleteOperation(info layers.Info) operation {
	return operation{
		Method: http.MethodDelete, Path: "/v1/" + string(info.Layer) + "/{id}", ID: operationID("delete", singular(info.Layer)), Tag: "edits",
		Summary: "The end of one of the " + string(info.Layer),
		Text:    "It stops to apply at `at`, now if it is not given; what applied before stays known. " + editText(info),
		Params:  []param{idParam(), matchParam(), keyParam(false), atParam()},
		Answers: []answer{{Status: http.StatusNoContent, Text: "It has ended.", Headers: []string{visibleHeader, replayedHeader}}},
		Roles:   rightsOf(info.Layer).delete,
		Handle:  func(c *call) error { return c.remove(info) },
	}
}

func editText(info layers.Info) string {
	if info.Partition {
		return "An edit that would leave a gap or an overlap is refused with places of it."
	}
	return ""
}

// noVersion is a version that no state has: the store takes such an edit only as one that it has done before.
const noVersion = -1

// edit is one change that a request asks for.
type edit struct {
	info layers.Info
	op   layers.Op
	id   string
	// after is the new state, nil for Delete.
	after layers.Feature
	// start is when the new state begins to apply, or the old one ends.
	start layers.Instant
	// ownStart says that start is the client's; else it is now.
	ownStart bool
	// versions are those that the client accepts to replace; not used by Create.
	versions []int64
	key      string
	body     [32]byte
	// face is the form of the body and of the answer.
	face face
	// another reports whether the edit may succeed in another form that it now has, without anything new in the store; nil is never.
	another func(error) bool
}

func (c *call) create(info layers.Info, form face, keyed bool) error {
	e := &edit{info: info, op: layers.Create, face: form}
	var err error
	if e.key, err = c.idempotencyKey(keyed); err != nil {
		return err
	}
	return c.write(e)
}

func (c *call) replace(info layers.Info, form face) (err error) {
	e := &edit{info: info, op: layers.Replace, id: c.path["id"], face: form}
	if e.key, err = c.idempotencyKey(false); err != nil {
		return err
	}
	if e.versions, err = c.ifMatch(); err != nil {
		return err
	}
	return c.write(e)
}

// write reads the body of a create or a replace and carries it out.
func (c *call) write(e *edit) error {
	body, err := c.readBody()
	if err != nil {
		return err
	}
	e.body = c.digest(body)
	members, err := e.face.members(body)
	if err != nil {
		return err
	}
	if err := c.parse(e, members); err != nil {
		return e.face.placed(err)
	}
	return e.face.placed(c.carryOut(e))
}

func (c *call) remove(info layers.Info) (err error) {
	e := &edit{info: info, op: layers.Delete, id: c.path["id"], ownStart: c.query.Has("at"), face: plainFace{}}
	if e.key, err = c.idempotencyKey(false); err != nil {
		return err
	}
	if e.versions, err = c.ifMatch(); err != nil {
		return err
	}
	if e.start, err = c.at(); err != nil {
		return err
	}
	if !info.Slices && e.start > c.now() {
		return badParameter("at", string(info.Layer)+" are kept as they are now; an end in the future cannot be planned")
	}
	e.body = c.digest(nil)
	return c.carryOut(e)
}

// carryOut checks the edit against the World and applies it, and answers.
func (c *call) carryOut(e *edit) error {
	receipt, err := c.commit(e, func(deadline time.Time) (layers.Tx, error) { return c.prepare(e, deadline) })
	if err != nil {
		return err
	}
	return c.taken(e, receipt)
}

// commit applies the transaction that prepare makes of the World of the call, and makes it again if the store has moved on meanwhile.
func (c *call) commit(e *edit, prepare func(deadline time.Time) (layers.Tx, error)) (layers.Receipt, error) {
	deadline := time.Now().Add(editPatience)
	for {
		tx, err := prepare(deadline)
		if err != nil {
			return layers.Receipt{}, err
		}
		receipt, err := ask(c, time.Until(deadline), func(ctx context.Context) (layers.Receipt, error) { return c.s.Store.Apply(ctx, tx) })
		switch {
		case err == nil:
			return receipt, nil
		case e.another != nil && e.another(err) && time.Now().Before(deadline):
		case !e.again(err) || !c.refresh(deadline):
			return layers.Receipt{}, c.refused(e, err)
		}
	}
}

// again reports whether the edit may succeed on the state that the store has now: its layer has moved, or the client accepts
// the newer version too.
func (e *edit) again(err error) bool {
	var conflict *layers.Conflict
	if !errors.As(err, &conflict) {
		return false
	}
	return conflict.Kind == layers.GuardMoved || conflict.Kind == layers.StaleVersion && slices.Contains(e.versions, conflict.Version)
}

// refresh waits for a later World than that of the call, and takes it. It is false if none comes in time.
func (c *call) refresh(deadline time.Time) bool {
	c.s.nudge()
	wait := time.NewTimer(time.Until(deadline))
	defer wait.Stop()
	select {
	case <-c.w.next:
		c.w = c.s.world.Load()
		return true
	case <-wait.C:
		return false
	}
}

func (s *Server) nudge() {
	if s.Feed != nil {
		s.Feed.Nudge()
	}
}

// newTx is the transaction of an edit, without what it does.
func (c *call) newTx(e *edit, note string) layers.Tx {
	return layers.Tx{Actor: c.actor, At: c.s.now(), Kind: "edit", Note: note, RequestID: c.Response().Header().Get("X-Request-Id"), Key: e.key, Body: e.body}
}

// prepare checks the edit against the World of the call and makes its transaction.
func (c *call) prepare(e *edit, deadline time.Time) (layers.Tx, error) {
	tx := c.newTx(e, string(e.op)+" "+string(e.info.Layer)+" "+e.id)
	one := layers.Edit{Op: e.op, Layer: e.info.Layer, ID: e.id, Feature: e.after, End: e.start}
	var before layers.Feature
	if e.op != layers.Create {
		var err error
		if before, err = c.current(e, deadline); err != nil {
			return tx, err
		}
		one.IfMatch = noVersion
		if before != nil {
			one.IfMatch = before.Head().Version
		}
	}
	if err := c.mayTouch(e.op, before, e.after); err != nil {
		return tx, err
	}
	tx.Edits = []layers.Edit{one}
	if one.IfMatch == noVersion {
		return tx, nil
	}
	var err error
	tx.Guards, err = c.checkLayer(e, before)
	return tx, err
}

// current returns the state that the edit is to replace, which is one that the client has named: 404 or 410 if there is none, 412
// if it is another. It waits for the World to be as far as the store before it says so. With a key that may be known to the store
// it is nil instead.
func (c *call) current(e *edit, deadline time.Time) (layers.Feature, error) {
	for {
		head, ok := c.w.Set(e.info.Layer).Head(e.id)
		if ok && slices.Contains(e.versions, head.Head().Version) {
			return head, nil
		}
		ahead := ok && len(e.versions) > 0 && slices.Max(e.versions) > head.Head().Version || !ok && c.w.Set(e.info.Layer).Versions(e.id) == nil
		if ahead {
			p, err := ask(c, time.Until(deadline), c.s.Store.Head)
			if err != nil {
				return nil, err
			}
			if !c.w.reached(p) {
				if !c.refresh(deadline) {
					return nil, &Problem{Status: http.StatusServiceUnavailable, Code: "revision-not-reached", RetryAfter: 1, Detail: "the store is at " + p.String() + ", which is not shown here yet"}
				}
				continue
			}
		}
		switch {
		case e.key != "":
			return nil, nil
		case !ok:
			return nil, c.absent(e.info, e.id, c.now())
		}
		return nil, stale(c.w.Position().Epoch, head.Head().Version, "")
	}
}

// refused turns the store's refusal into the answer.
func (c *call) refused(e *edit, err error) error {
	var conflict *layers.Conflict
	if !errors.As(err, &conflict) {
		return err
	}
	epoch := c.w.Position().Epoch
	switch {
	case conflict.Kind == layers.StaleVersion && conflict.Version == 0:
		if _, shown := c.w.Set(e.info.Layer).Head(e.id); shown {
			return &Problem{Status: http.StatusGone, Code: string(layers.Retired), Detail: singular(e.info.Layer) + " " + quoted(e.id) + " has just ended"}
		}
		return c.absent(e.info, e.id, c.now())
	case conflict.Kind == layers.StaleVersion:
		return stale(epoch, conflict.Version, "")
	}
	p := conflictProblem(conflict)
	if conflict.Version > 0 {
		p.More["current_etag"] = versionTag(epoch, conflict.Version)
	}
	if conflict.Kind == layers.GuardMoved {
		p.RetryAfter = 1
	}
	return p
}

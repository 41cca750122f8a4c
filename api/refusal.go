package api

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
	"wangge/routing/duty"
)

// refusalInfo is what is fixed about the layer of refusals.
var refusalInfo, _ = layers.Refusals.Info()

var refusers = []layers.Role{layers.Dispatcher, layers.UnitAgent}

func (s *Server) refusalOperations() []operation {
	return []operation{
		{
			Method: http.MethodPost, Path: "/v1/answers/{id}/refusals", ID: "createRefusal", Tag: "refusals",
			Summary: "A unit says that a case is not its own",
			Text: "The unit that an answer makes responsible refuses it; the question is decided again without it, and the answer to that is in `answer`. " +
				fmt.Sprintf("After %d refusals of one case the unit above all that have refused decides: its answer is not refused any more (409 `illegal-transition`). ", duty.MostHops+1) +
				"A unit refuses an answer once (409 `exists`). A unit agent speaks for its own unit alone, a dispatcher for any.",
			Params: []param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Text: "The answer_id that is refused."}, keyParam(true)},
			Body:   &content{Type: partSchema[refusalContent]()}, Limit: editBytes,
			Answers: []answer{{Status: http.StatusCreated, Text: "The refusal, and the next answer.", Content: &content{Type: refused{}},
				Headers: []string{"ETag", "Location", visibleHeader, replayedHeader}}},
			Problems: []int{http.StatusNotFound, http.StatusGone, http.StatusConflict}, Roles: refusers,
			Handle: (*call).refuse,
		},
		suggestionsOperation(),
	}
}

// refusalContent is what a unit says of an answer.
type refusalContent struct {
	Unit     string `json:"unit" doc:"The unit that refuses: the primary one of the answer"`
	Reason   string `json:"reason" doc:"not_our_area, not_our_duty, not_our_property, already_transferred, no_such_thing or other"`
	Text     string `json:"text" doc:"The reason in words"`
	Proposed string `json:"proposed,omitempty" doc:"The unit that it thinks is responsible"`
}

// refused is the answer to a refusal.
type refused struct {
	Refusal shownRefusal `json:"refusal"`
	Answer  wholeAnswer  `json:"answer"`
}

// shownRefusal is a refusal in the form of GET /v1/refusals/{id}.
type shownRefusal struct{ shownFeature }

// Schema refers to the schema of a refusal.
func (shownRefusal) Schema(huma.Registry) *huma.Schema { return featureSchema(layers.Refusals) }

// wholeAnswer is an answer as /v1/lookup gives it, byte for byte.
type wholeAnswer struct{ json.RawMessage }

// Schema refers to the schema of an answer.
func (wholeAnswer) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + "Answer"}
}

func (c *call) refuse() error {
	r, err := readToken(c.s.signer, c.path["id"])
	if err != nil {
		return badParameter("id", err.Error())
	}
	e := &managedEdit{edit: edit{info: refusalInfo, op: layers.Create, face: plainFace{}}}
	if e.key, err = c.idempotencyKey(true); err != nil {
		return err
	}
	if e.sent, err = c.readBody(); err != nil {
		return err
	}
	e.body = c.digest(e.sent)
	b, err := c.readRefusal(e)
	if err != nil {
		return err
	}
	if c.actor.Role == layers.UnitAgent && c.actor.Unit != b.Unit {
		p := forbidden(refusers, "a unit's agent refuses for its own unit alone")
		p.More["scope"] = map[string]any{"unit": c.actor.Unit}
		return p
	}
	_, was, err := c.again(r)
	if err != nil {
		return err
	}
	e.note = "refuse for " + b.Unit
	e.make = of(func(*layers.Refusal) ([]layers.Edit, []layers.Layer, error) {
		one, err := c.newRefusal(r, &was, b)
		if err != nil {
			return nil, nil, err
		}
		return []layers.Edit{{Op: layers.Create, Layer: layers.Refusals, ID: one.ID, Feature: one}}, nil, nil
	})
	f, err := c.commitManaged(e)
	if err != nil {
		return err
	}
	one, ok := f.(*layers.Refusal)
	if !ok {
		return fmt.Errorf("the store answers a refusal with one of %s", f.Layer())
	}
	next, err := c.answerOf(one.Next)
	if err != nil {
		return err
	}
	return c.json(http.StatusCreated, refused{shownRefusal{shownFeature{one}}, next})
}

// answerOf gives the answer of an id.
func (c *call) answerOf(id string) (wholeAnswer, error) {
	r, err := readToken(c.s.signer, id)
	if err != nil {
		return wholeAnswer{}, err
	}
	body, _, err := c.again(r)
	return wholeAnswer{json.RawMessage(strings.TrimSpace(string(withID(body, id))))}, err
}

func (c *call) readRefusal(e *managedEdit) (b refusalContent, err error) {
	var bad issues
	fill(e.sent, &b, "", &bad)
	unit := func(name, id string, required bool) {
		if id == "" && !required {
			return
		}
		if _, ok := c.w.Set(layers.Units).Head(id); !ok {
			bad.add("/"+name, "reference", "there is no unit "+quoted(id))
		}
	}
	if len(bad) == 0 {
		unit("unit", b.Unit, true)
		unit("proposed", b.Proposed, false)
		if !slices.Contains(layers.RefusalReasons(), b.Reason) {
			bad.add("/reason", "enum", fmt.Sprintf("%.40q is not one of %s", b.Reason, strings.Join(layers.RefusalReasons(), ", ")))
		}
		if strings.TrimSpace(b.Text) == "" {
			bad.add("/text", "required", "say why in words")
		}
		if b.Proposed != "" && b.Proposed == b.Unit {
			bad.add("/proposed", "range", "a unit does not propose itself")
		}
	}
	return b, bad.invalid(layers.Refusals, "")
}

// newRefusal is the refusal of an answer, with the one that is given in its place from the World of the call.
func (c *call) newRefusal(r *receipt, was *duty.Answer, b refusalContent) (*layers.Refusal, error) {
	wrong := func(pointer, code, detail string) error {
		return layers.Edit{Layer: layers.Refusals}.Invalid(pointer, code, detail)
	}
	hop := len(r.question.Excluded) + 1
	switch {
	case was.Responsibility == nil || was.Responsibility.Primary == nil:
		return nil, wrong("/unit", "reference", "the answer makes nobody responsible")
	case was.Responsibility.Primary.Unit != b.Unit:
		return nil, wrong("/unit", "reference", "the answer makes "+quoted(was.Responsibility.Primary.Unit)+" responsible")
	case hop > duty.MostHops+1:
		return nil, &Problem{Status: http.StatusConflict, Code: "illegal-transition", More: map[string]any{"allowed": []string{}, "hops": hop - 1},
			Detail: fmt.Sprintf("the case was refused %d times; the unit above those that have refused has decided", hop-1)}
	}
	q := r.question
	q.Excluded = append(slices.Clone(q.Excluded), b.Unit)
	d := desks.Get().(*desk)
	defer desks.Put(d)
	body, err := c.s.answerAt(d, nil, c.w, q)
	if err != nil {
		return nil, c.w.answerProblem(err, q)
	}
	var next struct {
		ID             string               `json:"answer_id"`
		Grid           *duty.GridHit        `json:"grid"`
		Responsibility *duty.Responsibility `json:"responsibility"`
	}
	if err := json.Unmarshal(body, &next); err != nil {
		return nil, err
	}
	id := refusalID(c.path["id"], b.Unit)
	one := &layers.Refusal{Meta: layers.Meta{ID: id, ValidFrom: c.now(), Demo: c.w.Settings().Demo}, Code: id, Name: b.Unit + " " + b.Reason, Answer: c.path["id"], Next: next.ID, Unit: b.Unit, Proposed: b.Proposed,
		Category: q.Category, Rule: was.Responsibility.Primary.Rule, Reason: b.Reason, Text: b.Text, Hop: hop, Author: c.actor.Name}
	if was.Grid != nil {
		one.Grid = was.Grid.Code
	}
	if next.Responsibility != nil && next.Responsibility.Primary != nil {
		one.Decided = next.Responsibility.Primary.Unit
	}
	return one, one.Validate(c.w.Settings().Codes)
}

// refusalID is the same for the same unit and answer: there is one refusal of the two.
func refusalID(answer, unit string) string {
	sum := sha256.Sum256([]byte(unit + "\x00" + answer))
	return refusalInfo.Prefix + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
